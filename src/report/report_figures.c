/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/report_figures.h"

#include "report/report_words.h"
#include "report/typography.h"

#include <stdio.h>

enum { ID_LETTERS = 24 };

const char *
report_figures_period(struct doc *d, const struct report_period *p)
{
	char from[TYPOGRAPHY_TIME_MAX], to[TYPOGRAPHY_TIME_MAX];
	return doc_format(d, doc_say(d, N_("from %s to %s")), typography_date(d->language, d->zone, p->from_s, from),
	    typography_date(d->language, d->zone, p->to_s - 1, to));
}

const char *
report_figures_mean(struct doc *d, const struct report_mean *mean)
{
	return mean->count == 0 ? doc_say(d, N_("not measured")) : report_words_duration(d, mean->mean_s);
}

static const char *
before(struct doc *d, const char *value_cstr)
{
	return doc_format(d, doc_say(d, N_("before: %s")), value_cstr);
}

static const char *
number(struct doc *d, uint64_t value)
{
	char text[TYPOGRAPHY_NUMBER_MAX];
	return doc_format(d, "%s", typography_number(d->language, value, text));
}

size_t
report_figures_late(const struct report_input *in)
{
	size_t late = 0;
	for (size_t i = 0; i < in->period.due_count; i++)
		late += in->period.due[i].has_due && in->period.due[i].due_s < in->now_s;
	return late;
}

void
report_figures_key(struct doc *d, const struct report_input *in)
{
	const struct report_period *p = &in->period;
	size_t late = report_figures_late(in);
	doc_figure(d, DOC_PLAIN, doc_say(d, N_("Incidents")), number(d, p->all.incidents),
	    before(d, number(d, p->all_before.incidents)));
	doc_figure(d, p->all.open > 0 ? DOC_WATCH : DOC_GOOD, doc_say(d, N_("Still open")), number(d, p->all.open), NULL);
	doc_figure(d, DOC_PLAIN, doc_say(d, N_("Time to detect")), report_figures_mean(d, &p->all.detect),
	    before(d, report_figures_mean(d, &p->all_before.detect)));
	doc_figure(d, DOC_PLAIN, doc_say(d, N_("Time to repair")), report_figures_mean(d, &p->all.repair),
	    before(d, report_figures_mean(d, &p->all_before.repair)));
	doc_figure(d, late > 0 ? DOC_GRAVE : DOC_GOOD, doc_say(d, N_("Late")), number(d, late),
	    doc_say(d, N_("actions, tasks, legal deadlines")));
}

size_t
report_figures_due(
    struct doc *d, const struct report_input *in, bool late, const char *caption_cstr, size_t max, size_t text_max)
{
	static const struct doc_column columns[] = {{N_("What"), 40, DOC_TEXT}, {N_("Kind"), 14, DOC_TEXT},
	    {N_("In charge"), 18, DOC_TEXT}, {N_("Due"), 16, DOC_TIME}, {N_("Delay"), 12, DOC_TEXT}};
	static const char *const kinds[] = {
	    [REPORT_DUE_CLOCK] = N_("legal deadline"), [REPORT_DUE_TASK] = N_("task"), [REPORT_DUE_ACTION] = N_("action")};
	size_t count = 0;
	for (size_t i = 0; i < in->period.due_count; i++) {
		const struct report_due *due = &in->period.due[i];
		if ((due->has_due && due->due_s < in->now_s) != late || count++ >= max)
			continue;
		if (count == 1)
			doc_table(d, caption_cstr, columns, LENGTH_OF(columns));
		doc_cell(d, doc_keep_short(d, due->title_cstr, text_max));
		doc_cell_note(d, doc_keep_short(d, due->incident_cstr, ID_LETTERS));
		doc_cell(d, doc_say(d, kinds[due->kind]));
		doc_cell(d,
		    due->owner_cstr[0] == '\0' ? doc_say(d, N_("nobody"))
		                               : doc_keep_short(d, due->owner_cstr, text_max / 2));
		doc_cell_time(d, due->has_due, due->due_s);
		doc_cell_tone(d, late ? DOC_GRAVE : DOC_PLAIN,
		    !due->has_due ? ""
		        : late    ? report_words_duration(d, in->now_s - due->due_s)
		               : doc_format(d, doc_say(d, N_("in %s")), report_words_duration(d, due->due_s - in->now_s)));
	}
	return count;
}

void
report_figures_unseen(struct doc *d, const struct report_period *p, size_t max, size_t letters)
{
	static const struct doc_column columns[] = {{N_("Sensor"), 28, DOC_TEXT}, {N_("State"), 14, DOC_TEXT},
	    {N_("Last heard"), 18, DOC_TIME}, {N_("Packets"), 20, DOC_NUMBER}, {N_("Lost"), 20, DOC_NUMBER}};
	static const char *const states[] = {
	    [REPORT_SENSOR_OK] = N_("works"), [REPORT_SENSOR_ENDED] = N_("ended"), [REPORT_SENSOR_SILENT] = N_("silent")};
	if (!p->sensors_known || (p->sensor_count == 0 && p->alerts > 0)) {
		doc_paragraph(d, DOC_QUIET,
		    doc_say(d, N_("Not examined: this dossier does not tell what its sensors saw, nor what they lost.")));
		return;
	}
	if (p->sensor_count == 0) {
		doc_note(d, DOC_WATCH,
		    doc_say(d, N_("No sensor wrote to this dossier: what happened on the network was not seen.")));
		return;
	}
	doc_table(d, doc_say(d, N_("What sensors saw, and lost")), columns, LENGTH_OF(columns));
	for (size_t i = 0; i < p->sensor_count && i < max; i++) {
		const struct report_sensor *s = &p->sensors[i];
		doc_cell(d, doc_keep_short(d, s->name_cstr, letters));
		if (s->why_cstr[0] != '\0')
			doc_cell_note(d, doc_keep_short(d, s->why_cstr, letters));
		doc_cell_tone(d, s->state == REPORT_SENSOR_SILENT ? DOC_GRAVE : DOC_PLAIN, doc_say(d, states[s->state]));
		doc_cell_time(d, s->has_seen, s->seen_s);
		doc_cell_number(d, s->packets);
		doc_cell_number(d, s->dropped);
	}
	if (p->sensor_count > max)
		doc_paragraph(d, DOC_QUIET, doc_format(d, doc_say(d, N_("and %zu more")), p->sensor_count - max));
}
