/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The figures of a period, with how they are reckoned, and what was not seen. */
#include "report/report_figures.h"
#include "report/report_kinds.h"
#include "report/report_pictures.h"
#include "report/report_words.h"

enum { INCIDENTS_MAX = 500, DUE_MAX = 200, ALL = 1000, TEXT_MAX = 300, ARROWS_MAX = 60 };

static void
groups(struct doc *d, const struct report_period *p, enum report_group_by by, const char *title_cstr)
{
	static const struct doc_column columns[] = {{N_("Group"), 40, DOC_TEXT}, {N_("Incidents"), 12, DOC_NUMBER},
	    {N_("Still open"), 12, DOC_NUMBER}, {N_("Time to detect"), 18, DOC_TEXT}, {N_("Time to repair"), 18, DOC_TEXT}};
	bool any = false;
	for (size_t i = 0; i < p->group_count; i++) {
		const struct report_group *g = &p->groups[i];
		if (g->by != by)
			continue;
		if (!any)
			doc_table(d, title_cstr, columns, LENGTH_OF(columns));
		any = true;
		doc_cell(d, g->name_cstr);
		doc_cell_number(d, g->incidents);
		doc_cell_number(d, g->open);
		doc_cell(d, report_figures_mean(d, &g->detect));
		doc_cell(d, report_figures_mean(d, &g->repair));
	}
	if (!any)
		doc_paragraph(d, DOC_QUIET, doc_format(d, doc_say(d, N_("%s: nothing to count.")), title_cstr));
}

static void
incidents(struct doc *d, const struct report_period *p)
{
	static const struct doc_column columns[] = {{N_("Seen"), 12, DOC_TIME}, {N_("Incident"), 37, DOC_TEXT},
	    {N_("Severity"), 13, DOC_TEXT}, {N_("State"), 13, DOC_TEXT}, {N_("Alerts"), 9, DOC_NUMBER},
	    {N_("In charge"), 16, DOC_TEXT}};
	doc_heading(d, 1, doc_say(d, N_("Incidents of the period")));
	if (p->incident_count == 0) {
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("No incident in this period.")));
		return;
	}
	doc_table(d, doc_say(d, N_("The gravest first")), columns, LENGTH_OF(columns));
	for (size_t i = 0; i < p->incident_count && i < INCIDENTS_MAX; i++) {
		const struct report_brief *b = &p->incidents[i];
		doc_cell_time(d, b->has_seen, b->seen_s);
		doc_cell(d, b->title_cstr);
		doc_cell_note(
		    d, b->category_cstr[0] == '\0' ? b->id_cstr : doc_format(d, "%s, %s", b->id_cstr, b->category_cstr));
		doc_cell_tone(d, report_words_tone(b->severity), report_words_severity(d, b->severity));
		doc_cell(d, b->state_cstr);
		doc_cell_number(d, b->alerts);
		doc_cell(d, b->owner_cstr);
	}
	if (p->incident_count > INCIDENTS_MAX)
		doc_paragraph(
		    d, DOC_QUIET, doc_format(d, doc_say(d, N_("and %zu more")), p->incident_count - INCIDENTS_MAX));
}

void
report_period_build(const struct report_input *in, struct doc *d)
{
	const struct report_period *p = &in->period;
	d->cover.title_cstr = doc_keep(d, doc_say(d, N_("Security of the network: report of the period")));
	d->cover.subtitle_cstr = doc_keep(d, report_figures_period(d, p));
	doc_heading(d, 1, doc_say(d, N_("In short")));
	report_figures_key(d, in);
	report_pictures_steps(d, p);
	if (p->arrow_count > 0)
		report_pictures_arrows(d, p->arrows, p->arrow_count < ARROWS_MAX ? p->arrow_count : ARROWS_MAX);
	doc_heading(d, 1, doc_say(d, N_("Where they come from")));
	groups(d, p, REPORT_BY_CATEGORY, doc_say(d, N_("By category")));
	groups(d, p, REPORT_BY_CAUSE, doc_say(d, N_("By family of root cause")));
	groups(d, p, REPORT_BY_VERSION, doc_say(d, N_("By component and version")));
	incidents(d, p);
	doc_heading(d, 1, doc_say(d, N_("What is late")));
	if (report_figures_due(d, in, true, doc_say(d, N_("Late on the day of this report")), DUE_MAX, TEXT_MAX) == 0)
		doc_paragraph(d, DOC_GOOD, doc_say(d, N_("Nothing is late.")));
	doc_heading(d, 1, doc_say(d, N_("What comes next")));
	if (report_figures_due(d, in, false, doc_say(d, N_("Open, and not late")), DUE_MAX, TEXT_MAX) == 0)
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("Nothing that was written down.")));
	doc_heading(d, 1, doc_say(d, N_("What was not seen")));
	report_figures_unseen(d, p, ALL, TEXT_MAX);
	doc_heading(d, 1, doc_say(d, N_("How these figures are reckoned")));
	doc_item(d,
	    doc_say(d,
	        N_("Incidents: those seen in the period, or else written down in it. False alarms and merged incidents count nowhere.")));
	doc_item(d,
	    doc_say(d,
	        N_("Time to detect: from when it happened to when it was seen, the mean of those where both are known.")));
	doc_item(
	    d, doc_say(d, N_("Time to repair: from when it was seen to when it was repaired, or else closed; the same.")));
	doc_item(d, doc_say(d, N_("Before: the period of the same length that ended when this one began.")));
}
