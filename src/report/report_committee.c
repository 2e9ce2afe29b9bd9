/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Two pages for a committee: indicators and facts, then what is late and what has to be decided. Every list is cut to what
 * fits, and says so. */
#include "report/report_figures.h"
#include "report/report_kinds.h"
#include "report/report_pictures.h"
#include "report/report_words.h"
#include "report/typography.h"

enum {
	FACTS_MAX = 5,
	LATE_MAX = 6,
	NEXT_MAX = 3,
	DECISIONS_MAX = 5,
	CAUSES_MAX = 2,
	SENSORS_MAX = 2,
	TEXT_MAX = 60 /* letters */
};

static const char *
number(struct doc *d, uint64_t value)
{
	char text[TYPOGRAPHY_NUMBER_MAX];
	return doc_format(d, "%s", typography_number(d->language, value, text));
}

/* "up", "down" or "same", in words: an arrow alone would say nothing to who cannot see it. */
static const char *
trend(struct doc *d, uint64_t now, uint64_t before)
{
	return doc_say(d, now > before ? N_("↗ up") : now < before ? N_("↘ down") : N_("→ same"));
}

static const char *
trend_of_means(struct doc *d, const struct report_mean *now, const struct report_mean *before)
{
	if (now->count == 0 || before->count == 0)
		return doc_say(d, N_("no comparison"));
	return trend(d, (uint64_t)now->mean_s, (uint64_t)before->mean_s);
}

static void
indicator(struct doc *d, const char *name_cstr, const char *how_cstr, const char *value_cstr, const char *before_cstr,
    const char *trend_cstr)
{
	doc_cell(d, name_cstr);
	doc_cell_note(d, how_cstr);
	doc_cell(d, value_cstr);
	doc_cell(d, before_cstr);
	doc_cell(d, trend_cstr);
}

static void
indicators(struct doc *d, const struct report_input *in)
{
	static const struct doc_column columns[] = {{N_("Indicator"), 49, DOC_TEXT}, {N_("Value"), 17, DOC_TEXT},
	    {N_("Period before"), 17, DOC_TEXT}, {N_("Trend"), 17, DOC_TEXT}};
	const struct report_period *p = &in->period;
	doc_heading(d, 1, doc_say(d, N_("Indicators")));
	doc_table(d, "", columns, LENGTH_OF(columns));
	indicator(d, doc_say(d, N_("Incidents")), doc_say(d, N_("seen in the period, without false alarms")),
	    number(d, p->all.incidents), number(d, p->all_before.incidents),
	    trend(d, p->all.incidents, p->all_before.incidents));
	indicator(d, doc_say(d, N_("Alerts of incidents")), doc_say(d, N_("raised by sensors")), number(d, p->alerts),
	    number(d, p->alerts_before), trend(d, p->alerts, p->alerts_before));
	indicator(d, doc_say(d, N_("Time to detect")), doc_say(d, N_("mean, from happening to being seen")),
	    report_figures_mean(d, &p->all.detect), report_figures_mean(d, &p->all_before.detect),
	    trend_of_means(d, &p->all.detect, &p->all_before.detect));
	indicator(d, doc_say(d, N_("Time to repair")), doc_say(d, N_("mean, from being seen to repaired")),
	    report_figures_mean(d, &p->all.repair), report_figures_mean(d, &p->all_before.repair),
	    trend_of_means(d, &p->all.repair, &p->all_before.repair));
}

static void
facts(struct doc *d, const struct report_period *p)
{
	static const struct doc_column columns[] = {
	    {N_("Incident"), 62, DOC_TEXT}, {N_("Severity"), 18, DOC_TEXT}, {N_("State"), 20, DOC_TEXT}};
	doc_heading(d, 1, doc_say(d, N_("Facts of the period")));
	if (p->incident_count == 0)
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("No incident in this period.")));
	else
		doc_table(d, doc_say(d, N_("The gravest first")), columns, LENGTH_OF(columns));
	for (size_t i = 0; i < p->incident_count && i < FACTS_MAX; i++) {
		const struct report_brief *b = &p->incidents[i];
		doc_cell(d, doc_keep_short(d, b->title_cstr, TEXT_MAX));
		doc_cell_tone(d, report_words_tone(b->severity), report_words_severity(d, b->severity));
		doc_cell(d, doc_keep_short(d, b->state_cstr, TEXT_MAX / 4));
	}
	if (p->incident_count > FACTS_MAX)
		doc_paragraph(d, DOC_QUIET,
		    doc_format(
		        d, doc_say(d, N_("and %zu more: see the report of the period")), p->incident_count - FACTS_MAX));
	size_t causes = 0;
	for (size_t i = 0; i < p->group_count; i++) {
		const struct report_group *g = &p->groups[i];
		if (g->by == REPORT_BY_CAUSE && causes++ < CAUSES_MAX)
			doc_item(d,
			    doc_format(d, doc_say(d, N_("Root cause of the family %s: incidents %llu, of which open %llu")),
			        doc_keep_short(d, g->name_cstr, TEXT_MAX), (unsigned long long)g->incidents,
			        (unsigned long long)g->open));
	}
}

/* What only who decides can settle: what is late, what nobody is in charge of, what nobody watches. */
static void
decisions(struct doc *d, const struct report_input *in)
{
	static const struct doc_column columns[] = {{N_("No."), 8, DOC_TEXT}, {N_("Decision"), 62, DOC_TEXT},
	    {N_("Decided: yes, no, by whom, until when"), 30, DOC_TEXT}};
	const struct report_period *p = &in->period;
	const char *texts[DECISIONS_MAX];
	size_t count = 0, left_out = 0;
	for (int pass = 0; pass < 3; pass++) {
		for (size_t i = 0; i < p->due_count; i++) {
			const struct report_due *due = &p->due[i];
			bool late = due->has_due && due->due_s < in->now_s, nobody = due->owner_cstr[0] == '\0';
			const char *sentence_cstr = pass == 0 && due->kind == REPORT_DUE_CLOCK && late
			    ? N_("Send at once, with the reason of the delay:")
			    : pass == 1 && due->kind == REPORT_DUE_ACTION && late
			    ? N_("Give it the means and a new date, or give it up:")
			    : pass == 2 && due->kind == REPORT_DUE_ACTION && !late && nobody ? N_("Name who is in charge:")
			                                                                     : NULL;
			if (sentence_cstr == NULL)
				continue;
			if (count == DECISIONS_MAX)
				left_out++;
			else
				texts[count++] = doc_format(
				    d, "%s %s", doc_say(d, sentence_cstr), doc_keep_short(d, due->title_cstr, TEXT_MAX));
		}
	}
	for (size_t i = 0; i < p->sensor_count && p->sensors_known && count < DECISIONS_MAX; i++)
		if (p->sensors[i].state == REPORT_SENSOR_SILENT)
			texts[count++] = doc_format(d, doc_say(d, N_("Have the silent sensor repaired: %s")),
			    doc_keep_short(d, p->sensors[i].name_cstr, TEXT_MAX));
	doc_heading(d, 1, doc_say(d, N_("Decisions to take")));
	if (count == 0) {
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("Nothing in the dossier calls for a decision.")));
		return;
	}
	doc_table(d, "", columns, LENGTH_OF(columns));
	for (size_t i = 0; i < count; i++) {
		doc_cell(d, doc_format(d, "%zu", i + 1));
		doc_cell(d, texts[i]);
		doc_cell(d, "");
	}
	if (left_out > 0)
		doc_paragraph(
		    d, DOC_QUIET, doc_format(d, doc_say(d, N_("and %zu more: see the report of the period")), left_out));
}

static void
more(struct doc *d, size_t count, size_t max)
{
	if (count > max)
		doc_paragraph(
		    d, DOC_QUIET, doc_format(d, doc_say(d, N_("and %zu more: see the report of the period")), count - max));
}

void
report_committee_build(const struct report_input *in, struct doc *d)
{
	const struct report_period *p = &in->period;
	d->cover.is_short = true;
	d->cover.title_cstr = doc_keep(d, doc_say(d, N_("Security of the network: pack for the committee")));
	d->cover.subtitle_cstr = doc_keep(d, report_figures_period(d, p));
	report_figures_key(d, in);
	indicators(d, in);
	report_pictures_alerts(d, p);
	facts(d, p);
	doc_mark(d, DOC_PAGE);
	doc_heading(d, 1, doc_say(d, N_("What is late")));
	size_t late = report_figures_due(d, in, true, "", LATE_MAX, TEXT_MAX);
	if (late == 0)
		doc_paragraph(d, DOC_GOOD, doc_say(d, N_("Nothing is late.")));
	more(d, late, LATE_MAX);
	doc_heading(d, 1, doc_say(d, N_("What comes next")));
	size_t next = report_figures_due(d, in, false, "", NEXT_MAX, TEXT_MAX);
	if (next == 0)
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("Nothing that was written down.")));
	more(d, next, NEXT_MAX);
	decisions(d, in);
	doc_heading(d, 1, doc_say(d, N_("What was not seen")));
	report_figures_unseen(d, p, SENSORS_MAX, TEXT_MAX / 3);
}
