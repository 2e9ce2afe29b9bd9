/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_law.h"

#include "app/law_view.h"
#include "desk/desk_file.h"
#include "desk/desk_law.h"
#include "incident/notice.h"
#include "record/alert_text.h"

#include <errno.h>

enum { SECOND_NS = 1000000000 };

static void
step_text(struct incident_session *s, const struct case_clock_step *step)
{
	enum language language = s->v.options.language;
	char left[64];
	int64_t seconds = step->left_s < 0 ? -step->left_s : step->left_s;
	(void)alert_text_duration(language, seconds * SECOND_NS, left, sizeof(left));
	law_view_deadline(&s->v.presenter, &step->deadline, s->zone);
	switch (step->state) {
	case CASE_CLOCK_WAITS: {
		const char *field_cstr = case_clock_field(step->deadline.step->delay.from_cstr);
		fprintf(stdout, text_in(language, N_("    -> not started: incident set ID %s=TIME\n")),
		    field_cstr == NULL ? "?" : field_cstr);
		break;
	}
	case CASE_CLOCK_RUNS: fprintf(stdout, text_in(language, N_("    -> %s left\n")), left); break;
	case CASE_CLOCK_NOW: fputs(text_in(language, N_("    -> now\n")), stdout); break;
	case CASE_CLOCK_OVERDUE:
		fprintf(
		    stdout, text_in(language, N_("    -> LATE by %s: send it, and say why with why_late=\"TEXT\"\n")), left);
		break;
	case CASE_CLOCK_SENT: fprintf(stdout, text_in(language, N_("    -> sent (%s)\n")), step->notice->id_cstr); break;
	case CASE_CLOCK_SENT_LATE:
		fprintf(stdout, text_in(language, N_("    -> sent %s late (%s): ")), left, step->notice->id_cstr);
		incident_session_say(s, case_file_value(step->notice, "why_late"));
		fputc('\n', stdout);
		break;
	}
}

int
incident_law_clock(struct incident_session *s, struct diag *diag)
{
	static struct case_clock all[CLOCKS_PROFILES_MAX];
	enum language language = s->v.options.language;
	struct case_file file;
	struct desk_order order;
	if (!incident_session_order(s, OPERATION_INCIDENT_CLOCKS, &order))
		return desk_no_memory(diag);
	if (s->v.json != NULL)
		return incident_session_answer(s, &order, diag);
	int r = desk_file_load(&s->desk, s->v.options.words[1], &file, NULL, diag);
	if (r < 0)
		return r;
	size_t count = case_clock_all(s->clocks, &file, s->zone, desk_now_s(&s->desk), all);
	if (case_file_value(&file.incident, "aware")[0] == '\0')
		fputs(text_in(language,
		          N_("No clock has started: incident aware ID by=NAME why=\"TEXT\" says who knew, and when.\n")),
		    stdout);
	for (size_t i = 0; i < count; i++) {
		const struct case_clock *c = &all[i];
		fprintf(stdout, "%s  %s%s\n", c->profile->profile_cstr, c->profile->name.cstr[language],
		    c->needed ? "" : text_in(language, N_(" (does not apply)")));
		for (size_t n = 0; c->needed && n < c->step_count; n++)
			step_text(s, &c->steps[n]);
	}
	if (count == 0)
		fputs(
		    text_in(language,
		        N_("No legal clock applies yet: set personal_data=yes or attack=yes, or incident start ID PROFILE.\n")),
		    stdout);
	return 0;
}

static void
say_sentence(void *context, const struct notice_sentence *sentence)
{
	struct incident_session *s = context;
	fputs(sentence->is_question ? "?? " : "   ", stdout);
	incident_session_say(s, sentence->text_cstr);
	fprintf(stdout, "  [%s]\n", sentence->cites_cstr);
}

int
incident_law_notice(struct incident_session *s, struct diag *diag)
{
	const struct verb_options *o = &s->v.options;
	const char *name_cstr = o->word_count > 2 ? o->words[2] : "";
	struct case_file file;
	struct desk_order order;
	if (!incident_session_order(s, OPERATION_INCIDENT_NOTICE, &order) || !desk_order_add(&order, "profile", name_cstr))
		return desk_no_memory(diag);
	if (s->v.json != NULL)
		return incident_session_answer(s, &order, diag);
	const struct data_tree *template = desk_law_template(&s->desk, name_cstr, diag);
	int r = template == NULL ? -EINVAL : desk_file_load(&s->desk, o->words[1], &file, NULL, diag);
	if (r < 0)
		return r;
	fprintf(stdout, text_in(o->language, N_("DRAFT  %s\n\n")),
	    vocabulary_words(data_tree_find(template, "title"), o->language));
	size_t questions = notice_write(template, &file, s->zone, o->language, say_sentence, s);
	if (questions > 0)
		fprintf(stdout,
		    text_plural(o->language, questions,
		        N_("\n%llu question is open: incident set ID NAME=VALUE answers it.\n"),
		        N_("\n%llu questions are open: incident set ID NAME=VALUE answers them.\n")),
		    (unsigned long long)questions);
	return 0;
}
