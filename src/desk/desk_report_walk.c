/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_report_walk.h"

#include "dossier/dossier_case.h"
#include "incident/case_clock.h"

#include <stdarg.h>
#include <stdio.h>

enum { SECOND_NS = 1000000000 };

struct walk {
	const struct desk_report_source *from;
	void (*each)(void *context, const struct case_file *file);
	void *context;
	struct diag *diag;
	int error;
};

static void
step(void *context, const char *id_cstr)
{
	struct walk *w = context;
	struct arena before = *w->from->arena;
	struct case_file file;
	if (w->error < 0)
		return;
	w->error = dossier_case_load(w->from->dossier, w->from->arena, id_cstr, &file, w->diag);
	if (w->error == 0)
		w->each(w->context, &file);
	*w->from->arena = before;
}

int
desk_report_walk(const struct desk_report_source *from, void (*each)(void *context, const struct case_file *file),
    void *context, struct diag *diag)
{
	struct walk w = {.from = from, .each = each, .context = context, .diag = diag};
	int count = dossier_case_each(from->dossier, step, &w, diag);
	return count < 0 ? count : w.error;
}

static enum report_clock_state
state_of(const struct case_clock *clock, enum case_clock_state state)
{
	static const enum report_clock_state states[] = {[CASE_CLOCK_WAITS] = REPORT_CLOCK_WAITS,
	    [CASE_CLOCK_RUNS] = REPORT_CLOCK_RUNS,
	    [CASE_CLOCK_NOW] = REPORT_CLOCK_NOW,
	    [CASE_CLOCK_OVERDUE] = REPORT_CLOCK_OVERDUE,
	    [CASE_CLOCK_SENT] = REPORT_CLOCK_SENT,
	    [CASE_CLOCK_SENT_LATE] = REPORT_CLOCK_SENT_LATE};
	return clock->needed ? states[state] : REPORT_CLOCK_NOT_NEEDED;
}

size_t
desk_report_walk_clocks(const struct desk_report_source *from, enum language language, const struct case_file *file,
    struct report_clock *out, size_t max)
{
	static struct case_clock all[CLOCKS_PROFILES_MAX]; /* too much for a stack; one thread makes documents */
	size_t count = case_clock_all(from->clocks, file, from->zone, from->now_s, all), used = 0;
	for (size_t c = 0; c < count; c++) {
		for (size_t s = 0; s < all[c].step_count && used < max; s++) {
			const struct case_clock_step *at = &all[c].steps[s];
			const struct clock_step *law = at->deadline.step;
			struct report_clock *o = &out[used++];
			*o = (struct report_clock){.profile_cstr = all[c].profile->name.cstr[language],
			    .step_cstr = law->name.cstr[language],
			    .text_cstr = law->text.cstr[language],
			    .article_cstr = law->article_cstr,
			    .why_cstr = at->notice != NULL ? case_file_value(at->notice, "why_late")
			        : all[c].item != NULL      ? case_file_value(all[c].item, "why")
			                                   : "",
			    .state = state_of(&all[c], at->state),
			    .is_draft = law->state != CLOCK_IN_FORCE,
			    .has_due = at->deadline.kind == DEADLINE_AT,
			    .from_s = at->deadline.from_s,
			    .due_s = at->deadline.at_s};
			o->has_sent = at->notice != NULL && case_file_time(at->notice, "sent", &o->sent_s);
		}
	}
	return used;
}

int64_t
desk_report_walk_time(const struct case_file *file, bool *is_seen)
{
	int64_t at_s;
	*is_seen = case_file_time(&file->incident, "seen", &at_s);
	if (*is_seen || case_file_time(&file->incident, "recorded", &at_s))
		return at_s;
	bool has_story = file->story != NULL && file->story->alerts > 0;
	*is_seen = has_story; /* by a sensor */
	return (has_story ? file->story->first_ns : file->incident.at_ns) / SECOND_NS;
}

const char *
desk_report_walk_category(const struct desk_report_source *from, enum language language, const char *code_cstr)
{
	const struct data_tree *category = vocabulary_category(from->vocabulary, code_cstr);
	return category == NULL ? code_cstr : vocabulary_words(data_tree_find(category, "name"), language);
}

const char *
desk_report_walk_text(struct arena *arena, const char *format, ...)
{
	va_list list, again;
	va_start(list, format);
	va_copy(again, list);
	int n = vsnprintf(NULL, 0, format, list);
	char *text = n < 0 ? NULL : arena_take(arena, (size_t)n + 1, 1);
	if (text != NULL)
		(void)vsnprintf(text, (size_t)n + 1, format, again);
	va_end(again);
	va_end(list);
	return text == NULL ? "" : text;
}
