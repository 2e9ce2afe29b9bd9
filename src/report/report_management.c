/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One page for who decides, in plain words: every list is cut to what fits, and says so. */
#include "report/report_kinds.h"
#include "report/report_pictures.h"
#include "report/report_words.h"
#include "report/typography.h"

#include "record/incident.h"

#include <stdlib.h>

enum {
	TEXT_MAX = 300, /* letters, over the whole width; in half of it */
	HALF_MAX = 215,
	LINE_MAX = 88, /* of causes and lessons */
	CELL_MAX = 52,
	OWNER_MAX = 20,
	ACTIONS_MAX = 4,
	CLOCKS_MAX = 3,
	CAUSES_MAX = 2,
	LESSONS_MAX = 2
};

static const char *
number(struct doc *d, uint64_t value)
{
	char text[TYPOGRAPHY_NUMBER_MAX];
	return doc_format(d, "%s", typography_number(d->language, value, text));
}

/* A number that people wrote, in groups of three. */
static const char *
amount(struct doc *d, const struct case_item *item, const char *name_cstr)
{
	const char *value_cstr = case_file_value(item, name_cstr);
	char *end;
	unsigned long long value = strtoull(value_cstr, &end, 10);
	return value_cstr[0] == '\0' || *end != '\0' ? value_cstr : number(d, value);
}

static const char *
said(struct doc *d, const char *value_cstr)
{
	return value_cstr[0] == '\0' ? doc_say(d, N_("not said")) : value_cstr;
}

static void
figures(struct doc *d, const struct report_input *in)
{
	const struct case_file *file = in->incident.file;
	const struct case_item *i = &file->incident;
	unsigned severity = report_words_severity_of(file);
	const char *state_cstr = report_words_field(d, i, "state");
	doc_figure(d, report_words_tone(severity), doc_say(d, N_("Severity")), said(d, report_words_severity(d, severity)),
	    severity == 0 ? NULL : doc_format(d, doc_say(d, N_("%u on a scale of 4")), severity));
	doc_figure(d, DOC_PLAIN, doc_say(d, N_("State")), state_cstr[0] == '\0' ? doc_say(d, N_("new")) : state_cstr, NULL);
	if (file->story != NULL && file->story->alerts > 0)
		doc_figure(d, DOC_PLAIN, doc_say(d, N_("Machines concerned")), number(d, file->story->victims_total), NULL);
	const char *lasted_cstr = report_words_between(d, i, "seen", "recovered");
	doc_figure(d, DOC_PLAIN, doc_say(d, N_("From seen to repaired")), said(d, lasted_cstr), NULL);
	const char *people_cstr = amount(d, i, "people_count"), *cost_cstr = amount(d, i, "cost");
	if (case_file_says(i, "personal_data", "yes"))
		doc_figure(
		    d, DOC_WATCH, doc_say(d, N_("People concerned")), said(d, people_cstr), doc_say(d, N_("personal data")));
	if (cost_cstr[0] != '\0')
		doc_figure(d, DOC_PLAIN, doc_say(d, N_("Cost")), doc_format(d, doc_say(d, N_("%s euros")), cost_cstr), NULL);
}

static void
section(struct doc *d, const char *title_cstr, const char *text_cstr, size_t letters)
{
	doc_heading(d, 1, title_cstr);
	if (text_cstr[0] == '\0')
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("not said yet")));
	else
		doc_paragraph(d, DOC_PLAIN, doc_keep_short(d, text_cstr, letters));
}

static const struct alert *
strongest(const struct case_file *file)
{
	const struct alert *best = NULL;
	for (size_t i = 0; file->story != NULL && i < file->story->part_count; i++)
		if (best == NULL || file->story->parts[i].strongest.severity > best->severity)
			best = &file->story->parts[i].strongest;
	return best;
}

static void
causes(struct doc *d, const struct case_file *file)
{
	size_t count = 0;
	doc_heading(d, 1, doc_say(d, N_("Why it happened")));
	for (const struct case_item *c = NULL; (c = case_file_next(file, "cause", c)) != NULL;)
		if (case_file_says(c, "root", "yes") && count++ < CAUSES_MAX)
			doc_item(d, doc_keep_short(d, case_file_value(c, "text"), LINE_MAX));
	const char *none_cstr = case_file_value(&file->incident, "no_cause_why");
	if (count == 0 && none_cstr[0] != '\0')
		doc_paragraph(d, DOC_PLAIN,
		    doc_format(d, doc_say(d, N_("No root cause is known: %s")), doc_keep_short(d, none_cstr, LINE_MAX)));
	else if (count == 0)
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("The cause is still being looked for.")));
	else if (count > CAUSES_MAX)
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("There are more: see the technical file.")));
}

/* What is still to be done, and by whom: actions, then tasks. */
static void
actions(struct doc *d, const struct report_input *in)
{
	static const struct doc_column columns[] = {
	    {N_("What"), 50, DOC_TEXT}, {N_("In charge"), 22, DOC_TEXT}, {N_("Due"), 28, DOC_TEXT}};
	static const char *const kinds[] = {"action", "task"};
	const struct case_file *file = in->incident.file;
	size_t count = 0;
	doc_heading(d, 1, doc_say(d, N_("What is still to be done")));
	for (size_t k = 0; k < LENGTH_OF(kinds); k++) {
		for (const struct case_item *a = NULL; (a = case_file_next(file, kinds[k], a)) != NULL;) {
			bool over = k == 0 ? case_file_says(a, "state", "closed") || case_file_says(a, "state", "cancelled")
			                   : case_file_value(a, "done")[0] != '\0';
			int64_t due_s = 0;
			if (over || count++ >= ACTIONS_MAX)
				continue;
			if (count == 1)
				doc_table(d, "", columns, LENGTH_OF(columns));
			bool has_due = case_file_time(a, "due", &due_s);
			doc_cell(d, doc_keep_short(d, case_file_value(a, "title"), CELL_MAX));
			doc_cell(d, said(d, doc_keep_short(d, case_file_value(a, "owner"), OWNER_MAX)));
			bool late = has_due && due_s < in->now_s;
			const char *due_cstr = has_due ? report_words_time(d, due_s) : "";
			doc_cell_tone(d, late ? DOC_GRAVE : DOC_PLAIN,
			    late ? doc_format(d, doc_say(d, N_("%s, late")), due_cstr) : due_cstr);
		}
	}
	if (count == 0)
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("Nothing that was written down.")));
	else if (count > ACTIONS_MAX)
		doc_paragraph(d, DOC_QUIET,
		    doc_format(d, doc_say(d, N_("and %zu more: see the technical file")), count - ACTIONS_MAX));
}

static void
clocks(struct doc *d, const struct report_input *in)
{
	size_t count = 0;
	doc_heading(d, 1, doc_say(d, N_("Legal deadlines")));
	for (size_t i = 0; i < in->incident.clock_count; i++) {
		const struct report_clock *c = &in->incident.clocks[i];
		if (c->state == REPORT_CLOCK_NOT_NEEDED || c->is_draft || count++ >= CLOCKS_MAX)
			continue;
		const char *step_cstr = doc_keep_short(d, c->step_cstr, CELL_MAX);
		doc_item(d,
		    doc_format(d, doc_say(d, N_("%s%s%s: %s")), step_cstr, c->has_due ? ", " : "",
		        c->has_due ? report_words_exact(d, c->due_s) : "", report_words_clock(d, c, in->now_s)));
	}
	if (count == 0)
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("No legal clock runs for this incident.")));
	else if (count > CLOCKS_MAX)
		doc_paragraph(
		    d, DOC_QUIET, doc_format(d, doc_say(d, N_("and %zu more: see the technical file")), count - CLOCKS_MAX));
}

static const char *
first_of(const char *a_cstr, const char *b_cstr)
{
	return a_cstr[0] != '\0' ? a_cstr : b_cstr;
}

void
report_management_build(const struct report_input *in, struct doc *d)
{
	const struct case_file *file = in->incident.file;
	const struct case_item *i = &file->incident;
	const struct alert *alert = strongest(file);
	const char *what_cstr = alert == NULL ? "" : report_words_alert(d, alert, REPORT_WORDS_WHAT),
	           *why_cstr = alert == NULL ? "" : report_words_alert(d, alert, REPORT_WORDS_WHY),
	           *todo_cstr = alert == NULL ? "" : report_words_alert(d, alert, REPORT_WORDS_TODO);
	d->cover.is_short = true;
	d->cover.title_cstr = doc_keep_short(d, report_words_title(d, file), CELL_MAX);
	d->cover.subtitle_cstr = doc_keep(d, doc_say(d, N_("Incident: the page for the management")));
	figures(d, in);
	section(d, doc_say(d, N_("What happened")), first_of(case_file_value(i, "description"), what_cstr), TEXT_MAX);
	doc_mark(d, DOC_SIDES);
	section(d, doc_say(d, N_("What it means for us")),
	    first_of(first_of(case_file_value(i, "impact"), case_file_value(i, "consequences")), why_cstr), HALF_MAX);
	causes(d, file);
	doc_mark(d, DOC_SIDE);
	section(
	    d, doc_say(d, N_("What was done, what to do")), first_of(case_file_value(i, "measures"), todo_cstr), HALF_MAX);
	clocks(d, in);
	doc_mark(d, DOC_SIDES_END);
	report_pictures_timeline(d, &in->incident, true);
	actions(d, in);
	size_t lessons = 0;
	for (const struct case_item *l = NULL; (l = case_file_next(file, "lesson", l)) != NULL;) {
		if (lessons++ == 0)
			doc_heading(d, 1, doc_say(d, N_("What we learn from it")));
		if (lessons <= LESSONS_MAX)
			doc_item(d, doc_keep_short(d, case_file_value(l, "text"), LINE_MAX));
	}
}
