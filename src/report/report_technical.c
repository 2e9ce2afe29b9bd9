/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The whole file of an incident, for who works on it. A public version leaves out what is written for the file only: the
 * running log, comments, tasks, evidence and custody, and the sentences of alerts. */
#include "report/report_attack.h"
#include "report/report_kinds.h"
#include "report/report_pictures.h"
#include "report/report_words.h"

#include "core/addr.h"
#include "record/case_words.h"
#include "record/incident.h"

#include <stdio.h>
#include <stdlib.h>

enum { ALERTS_MAX = 400, SECOND_NS = 1000000000, DEPTH_MAX = 12, LOG_MAX = 2000 };

static void
summary(struct doc *d, const struct report_input *in)
{
	const struct case_file *file = in->incident.file;
	const struct case_item *i = &file->incident;
	unsigned severity = report_words_severity_of(file);
	const char *state_cstr = report_words_field(d, i, "state");
	doc_heading(d, 1, doc_say(d, N_("Summary")));
	doc_figure(d, report_words_tone(severity), doc_say(d, N_("Severity")),
	    severity == 0 ? doc_say(d, N_("not said")) : report_words_severity(d, severity),
	    severity == 0 ? NULL : doc_format(d, doc_say(d, N_("%u on a scale of 4")), severity));
	doc_figure(d, DOC_PLAIN, doc_say(d, N_("State")), state_cstr[0] == '\0' ? doc_say(d, N_("new")) : state_cstr, NULL);
	doc_figure(d, DOC_PLAIN, doc_say(d, N_("Alerts")),
	    doc_format(d, "%llu", (unsigned long long)in->incident.alerts_in_all), NULL);
	if (file->story != NULL && file->story->alerts > 0)
		doc_figure(d, DOC_PLAIN, doc_say(d, N_("Machines concerned")),
		    doc_format(d, "%u", file->story->victims_total), NULL);
	const char *description_cstr = case_file_value(i, "description");
	if (description_cstr[0] != '\0')
		doc_paragraph(d, DOC_PLAIN, description_cstr);
	for (size_t p = 0; file->story != NULL && p < file->story->part_count && !in->is_public; p++)
		doc_item(d, report_words_alert(d, &file->story->parts[p].strongest, REPORT_WORDS_WHAT));
}

/* Every field of the incident; those that nobody filled are one line at the end. */
static void
fields(struct doc *d, const struct report_input *in)
{
	const struct case_item *i = &in->incident.file->incident;
	const struct case_kind *kind = case_fields_kind("incident");
	const char *missing_cstr = "";
	doc_heading(d, 1, doc_say(d, N_("Record of the incident")));
	doc_facts(d, "");
	doc_fact(d, doc_say(d, N_("Identifier")), i->id_cstr);
	for (size_t f = 0; f < kind->field_count; f++) {
		const struct case_field_def *def = &kind->fields[f];
		const char *label_cstr = doc_say(d, def->label_cstr), *value_cstr = report_words_field(d, i, def->name_cstr);
		if (strcmp(def->name_cstr, "category") == 0 && value_cstr[0] != '\0')
			value_cstr = in->incident.category_cstr;
		if (value_cstr[0] == '\0')
			missing_cstr = doc_format(
			    d, "%s%s%s", missing_cstr, missing_cstr[0] == '\0' ? "" : " · ", label_cstr);
		else
			doc_fact(d, label_cstr, value_cstr);
	}
	if (missing_cstr[0] != '\0')
		doc_paragraph(d, DOC_QUIET, doc_format(d, doc_say(d, N_("Not said yet: %s.")), missing_cstr));
}

static void
delays(struct doc *d, const struct case_item *i)
{
	static const struct {
		const char *from_cstr, *to_cstr, *label_cstr;
	} all[] = {{"happened", "seen", N_("From happening to being seen")},
	    {"seen", "aware", N_("From being seen to awareness")},
	    {"seen", "contained", N_("From being seen to containment")},
	    {"seen", "recovered", N_("From being seen to recovery")}, {"seen", "closed", N_("From being seen to closing")}};
	doc_heading(d, 2, doc_say(d, N_("Delays that were measured")));
	doc_facts(d, "");
	for (size_t k = 0; k < LENGTH_OF(all); k++)
		doc_fact(d, doc_say(d, all[k].label_cstr), report_words_between(d, i, all[k].from_cstr, all[k].to_cstr));
}

/* --- the running log: whatever was written down, by the time it happened */

struct line {
	int64_t at_s, written_s;
	const struct case_item *item;
};

static int
compare_lines(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	if (x->at_s != y->at_s)
		return x->at_s < y->at_s ? -1 : 1;
	return strcmp(x->item->id_cstr, y->item->id_cstr);
}

static void
running_log(struct doc *d, const struct case_file *file)
{
	static const char *const times[] = {"when", "sent", "taken", "done"};
	static const struct doc_column columns[] = {{N_("Time"), 13, DOC_TIME}, {N_("What"), 13, DOC_TEXT},
	    {N_("Text"), 42, DOC_TEXT}, {N_("By"), 13, DOC_TEXT}, {N_("Identifier"), 19, DOC_CODE}};
	struct line *lines = arena_new(d->arena, struct line, LOG_MAX);
	size_t count = 0;
	if (lines == NULL) {
		d->full = true;
		return;
	}
	for (size_t i = 0; i < file->item_count && count < LOG_MAX; i++) {
		const struct case_item *item = &file->items[i];
		struct line line = {.at_s = item->at_ns / SECOND_NS, .written_s = item->at_ns / SECOND_NS, .item = item};
		for (size_t t = 0; t < LENGTH_OF(times); t++)
			if (case_file_time(item, times[t], &line.at_s))
				break;
		lines[count++] = line;
	}
	doc_heading(d, 1, doc_say(d, N_("Running log")));
	if (count == 0) {
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("Nothing that was written down.")));
		return;
	}
	qsort(lines, count, sizeof(*lines), compare_lines);
	doc_table(d, doc_say(d, N_("In order of when it happened; the journal of the dossier keeps every change")), columns,
	    LENGTH_OF(columns));
	for (size_t i = 0; i < count; i++) {
		const struct case_item *item = lines[i].item;
		const struct case_kind *kind = case_fields_kind(item->kind_cstr);
		doc_cell_time(d, true, lines[i].at_s);
		doc_cell(d, kind == NULL ? item->kind_cstr : doc_say(d, kind->label_cstr));
		doc_cell(d, kind == NULL ? "" : case_file_value(item, kind->main_cstr));
		if (lines[i].at_s != lines[i].written_s)
			doc_cell_note(
			    d, doc_format(d, doc_say(d, N_("written down %s")), report_words_time(d, lines[i].written_s)));
		doc_cell(d, item->by_cstr);
		doc_cell(d, item->id_cstr);
	}
	if (file->item_count > count)
		doc_paragraph(d, DOC_QUIET, doc_format(d, doc_say(d, N_("and %zu more")), file->item_count - count));
}

/* --- alerts */

static const char *
address(struct doc *d, const struct alert *a, bool is_source)
{
	char text[ADDR_TEXT_MAX];
	const struct addr *addr = is_source ? &a->source : &a->target;
	uint16_t port = is_source ? a->source_port : a->target_port;
	if (addr_is_zero(addr))
		return is_source
		    ? ""
		    : doc_format(d, text_plural(d->language, a->targets, N_("%u machine"), N_("%u machines")), a->targets);
	(void)addr_write(addr, text);
	return port == 0 ? doc_format(d, "%s", text) : doc_format(d, addr_is_v4(addr) ? "%s:%u" : "[%s]:%u", text, port);
}

static void
alerts(struct doc *d, const struct report_input *in)
{
	static const struct doc_column columns[] = {{N_("First"), 13, DOC_TIME}, {N_("Alert"), 23, DOC_TEXT},
	    {N_("From"), 19, DOC_CODE}, {N_("To"), 19, DOC_CODE}, {N_("Severity"), 14, DOC_TEXT},
	    {N_("ATT&CK"), 12, DOC_CODE}};
	const struct report_incident *r = &in->incident;
	doc_heading(d, 1, doc_say(d, N_("Alerts")));
	if (r->alert_count == 0) {
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("This incident was opened by a person: no alert belongs to it.")));
		return;
	}
	report_pictures_map(d, r);
	doc_table(d, doc_say(d, N_("Alerts in order of time")), columns, LENGTH_OF(columns));
	for (size_t i = 0; i < r->alert_count && i < ALERTS_MAX; i++) {
		const struct alert *a = &r->alerts[i].alert;
		doc_cell_time(d, true, a->first_ns / SECOND_NS);
		doc_cell(d, report_words_alert_title(d, a));
		doc_cell_note(d, r->alerts[i].id_cstr);
		doc_cell(d, address(d, a, true));
		doc_cell(d, address(d, a, false));
		doc_cell_tone(d, report_words_tone(a->severity), report_words_severity(d, a->severity));
		doc_cell(d, a->technique_cstr);
	}
	if (r->alerts_in_all > ALERTS_MAX)
		doc_paragraph(d, DOC_QUIET,
		    doc_format(d, doc_say(d, N_("and %llu more: beffroi incident show ID --alerts lists them all")),
		        (unsigned long long)(r->alerts_in_all - ALERTS_MAX)));
}

/* --- evidence */

static void
custody(struct doc *d, const struct case_file *file, const struct case_item *proof)
{
	static const struct doc_column columns[] = {
	    {N_("Time"), 18, DOC_TIME}, {N_("From"), 20, DOC_TEXT}, {N_("To"), 20, DOC_TEXT}, {N_("Why"), 42, DOC_TEXT}};
	bool any = false;
	for (const struct case_item *c = NULL; (c = case_file_next(file, "custody", c)) != NULL;) {
		int64_t at_s = c->at_ns / SECOND_NS;
		if (!case_file_says(c, "proof", proof->id_cstr))
			continue;
		if (!any)
			doc_table(d, doc_format(d, doc_say(d, N_("Chain of custody of %s")), proof->id_cstr), columns,
			    LENGTH_OF(columns));
		any = true;
		(void)case_file_time(c, "when", &at_s);
		doc_cell_time(d, true, at_s);
		doc_cell(d, case_file_value(c, "from"));
		doc_cell(d, case_file_value(c, "to"));
		doc_cell(d, case_file_value(c, "why"));
	}
	if (!any)
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("No transfer was written down.")));
}

static void
captures(struct doc *d, const struct report_incident *r)
{
	static const struct doc_column columns[] = {
	    {N_("Alert"), 24, DOC_CODE}, {N_("File in the dossier (named by its SHA-256)"), 76, DOC_CODE}};
	bool any = false;
	for (size_t i = 0; i < r->alert_count && i < ALERTS_MAX; i++) {
		if (r->alerts[i].evidence_cstr[0] == '\0')
			continue;
		if (!any)
			doc_table(d, doc_say(d, N_("Packets cut out by the sensor")), columns, LENGTH_OF(columns));
		any = true;
		doc_cell(d, r->alerts[i].id_cstr);
		doc_cell(d, r->alerts[i].evidence_cstr);
	}
}

static void
evidence(struct doc *d, const struct report_input *in)
{
	static const char *const names[] = {"sha256", "place", "source", "method", "taken", "taken_by"};
	const struct case_file *file = in->incident.file;
	const struct case_kind *kind = case_fields_kind("proof");
	doc_heading(d, 1, doc_say(d, N_("Register of evidence")));
	for (const struct case_item *p = NULL; (p = case_file_next(file, "proof", p)) != NULL;) {
		doc_heading(d, 2, doc_format(d, "%s: %s", p->id_cstr, case_file_value(p, "title")));
		doc_facts(d, "");
		for (size_t i = 0; i < LENGTH_OF(names); i++)
			doc_fact(
			    d, doc_say(d, case_fields_find(kind, names[i])->label_cstr), report_words_field(d, p, names[i]));
		custody(d, file, p);
	}
	if (case_file_next(file, "proof", NULL) == NULL)
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("Nobody entered evidence by hand.")));
	captures(d, &in->incident);
	doc_note(d, DOC_PLAIN,
	    doc_format(d,
	        doc_say(d,
	            N_("All of it, signed, for who must be able to trust it without us: beffroi dossier handover FILE %s")),
	        file->incident.id_cstr));
}

/* --- causes */

static const struct case_item *
child(const struct case_file *file, const char *parent_cstr, const struct case_item *after)
{
	const struct case_item *c = after;
	while ((c = case_file_next(file, "cause", c)) != NULL) {
		const char *said_cstr = case_file_value(c, "parent");
		const struct case_item *known = case_file_find(file, said_cstr);
		bool is_top = known == NULL || strcmp(known->kind_cstr, "cause") != 0;
		if (parent_cstr[0] == '\0' ? is_top : strcmp(said_cstr, parent_cstr) == 0)
			return c;
	}
	return NULL;
}

static void
whys(struct doc *d, const struct case_file *file)
{
	static const struct doc_column columns[] = {{N_("Level"), 9, DOC_TEXT}, {N_("Because"), 45, DOC_TEXT},
	    {N_("Family"), 14, DOC_TEXT}, {N_("Proof"), 19, DOC_CODE}, {N_("Root cause"), 13, DOC_TEXT}};
	const struct case_item *path[DEPTH_MAX] = {NULL};
	size_t depth = 0;
	doc_table(d, doc_say(d, N_("Whys: each line explains the one of the level above it")), columns, LENGTH_OF(columns));
	for (;;) {
		path[depth] = child(file, depth == 0 ? "" : path[depth - 1]->id_cstr, path[depth]);
		if (path[depth] == NULL) {
			if (depth == 0)
				break;
			depth--;
			continue;
		}
		const struct case_item *c = path[depth];
		bool is_root = case_file_says(c, "root", "yes");
		doc_cell(d, doc_format(d, "%zu", depth + 1));
		doc_cell(d, case_file_value(c, "text"));
		if (case_file_value(c, "control")[0] != '\0')
			doc_cell_note(
			    d, doc_format(d, doc_say(d, N_("control that failed: %s")), case_file_value(c, "control")));
		doc_cell(d, report_words_field(d, c, "ishikawa"));
		doc_cell(d, case_file_value(c, "proof"));
		doc_cell_tone(d, is_root ? DOC_GRAVE : DOC_PLAIN, is_root ? doc_say(d, N_("yes")) : "");
		if (depth + 1 < DEPTH_MAX)
			path[++depth] = NULL;
	}
}

static void
causes(struct doc *d, const struct report_input *in)
{
	const struct case_file *file = in->incident.file;
	const char *none_cstr = case_file_value(&file->incident, "no_cause_why");
	doc_heading(d, 1, doc_say(d, N_("Analysis of causes")));
	if (case_file_next(file, "cause", NULL) == NULL) {
		doc_paragraph(
		    d, DOC_QUIET, none_cstr[0] == '\0' ? doc_say(d, N_("The cause is still being looked for.")) : none_cstr);
		return;
	}
	whys(d, file);
	report_pictures_causes(d, &in->incident);
}

/* --- what is done about it */

static void
actions(struct doc *d, const struct report_input *in)
{
	static const struct doc_column columns[] = {{N_("Action"), 28, DOC_TEXT}, {N_("Kind of action"), 13, DOC_TEXT},
	    {N_("Against the cause"), 18, DOC_CODE}, {N_("In charge"), 13, DOC_TEXT}, {N_("Due"), 12, DOC_TIME},
	    {N_("State"), 16, DOC_TEXT}};
	const struct case_file *file = in->incident.file;
	doc_heading(d, 1, doc_say(d, N_("Corrective and preventive actions")));
	if (case_file_next(file, "action", NULL) == NULL) {
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("Nothing that was written down.")));
		return;
	}
	doc_table(d, doc_say(d, N_("Actions, with the check of their effect")), columns, LENGTH_OF(columns));
	for (const struct case_item *a = NULL; (a = case_file_next(file, "action", a)) != NULL;) {
		int64_t due_s = 0;
		const char *state_cstr = report_words_field(d, a, "state"), *effect_cstr = case_file_value(a, "effect");
		bool over = case_file_says(a, "state", "closed") || case_file_says(a, "state", "cancelled");
		bool has_due = case_file_time(a, "due", &due_s), late = has_due && !over && due_s < in->now_s;
		doc_cell(d, case_file_value(a, "title"));
		if (effect_cstr[0] != '\0')
			doc_cell_note(d, doc_format(d, doc_say(d, N_("effect: %s")), effect_cstr));
		doc_cell(d, report_words_field(d, a, "type"));
		doc_cell(d, case_file_value(a, "cause"));
		doc_cell(d, case_file_value(a, "owner"));
		doc_cell_time(d, has_due, due_s);
		doc_cell_tone(d,
		    late       ? DOC_GRAVE
		        : over ? DOC_GOOD
		               : DOC_PLAIN,
		    late ? doc_format(d, doc_say(d, N_("%s, late")), state_cstr) : state_cstr);
		if (case_file_value(a, "proof")[0] != '\0')
			doc_cell_note(d, doc_format(d, doc_say(d, N_("proof: %s")), case_file_value(a, "proof")));
	}
}

static void
tasks(struct doc *d, const struct report_input *in)
{
	static const struct doc_column columns[] = {{N_("Task"), 42, DOC_TEXT}, {N_("In charge"), 18, DOC_TEXT},
	    {N_("Due"), 20, DOC_TIME}, {N_("Done"), 20, DOC_TIME}};
	const struct case_file *file = in->incident.file;
	if (case_file_next(file, "task", NULL) == NULL)
		return;
	doc_heading(d, 1, doc_say(d, N_("Tasks")));
	doc_table(d, "", columns, LENGTH_OF(columns));
	for (const struct case_item *t = NULL; (t = case_file_next(file, "task", t)) != NULL;) {
		int64_t due_s = 0, done_s = 0;
		bool has_due = case_file_time(t, "due", &due_s), has_done = case_file_time(t, "done", &done_s);
		doc_cell(d, case_file_value(t, "title"));
		if (case_file_value(t, "result")[0] != '\0')
			doc_cell_note(d, case_file_value(t, "result"));
		doc_cell(d, case_file_value(t, "owner"));
		doc_cell_time(d, has_due, due_s);
		doc_cell_time(d, has_done, done_s);
		if (!has_done && has_due && due_s < in->now_s)
			doc_cell_note(d, doc_say(d, N_("late")));
	}
}

static void
clocks(struct doc *d, const struct report_input *in)
{
	static const struct doc_column columns[] = {{N_("Clock and step"), 30, DOC_TEXT}, {N_("Law"), 22, DOC_TEXT},
	    {N_("Due"), 24, DOC_TEXT}, {N_("State"), 24, DOC_TEXT}};
	const struct report_incident *r = &in->incident;
	doc_heading(d, 1, doc_say(d, N_("Legal clocks")));
	if (r->clock_count == 0) {
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("No legal clock runs for this incident.")));
		return;
	}
	report_pictures_clocks(d, r, in->now_s);
	doc_table(
	    d, doc_say(d, N_("Deadlines, from awareness or what else the law counts from")), columns, LENGTH_OF(columns));
	for (size_t i = 0; i < r->clock_count; i++) {
		const struct report_clock *c = &r->clocks[i];
		doc_cell(d, c->profile_cstr);
		doc_cell_note(d, c->step_cstr);
		doc_cell(d, doc_format(d, "%s, %s", c->text_cstr, c->article_cstr));
		if (c->is_draft)
			doc_cell_note(d, doc_say(d, N_("not in force, or still to be verified")));
		doc_cell(d, c->has_due ? report_words_exact(d, c->due_s) : "");
		doc_cell_tone(d, report_words_clock_tone(c->state), report_words_clock(d, c, in->now_s));
		if (c->why_cstr[0] != '\0')
			doc_cell_note(d, c->why_cstr);
	}
}

static void
lessons(struct doc *d, const struct case_file *file)
{
	static const char *const types[] = {"went-well", "went-less-well", "to-change", ""};
	const struct case_field_def *def = case_fields_find(case_fields_kind("lesson"), "type");
	doc_heading(d, 1, doc_say(d, N_("Lessons")));
	delays(d, &file->incident);
	for (size_t t = 0; t < LENGTH_OF(types); t++) {
		bool any = false;
		for (const struct case_item *l = NULL; (l = case_file_next(file, "lesson", l)) != NULL;) {
			if (!case_file_says(l, "type", types[t]))
				continue;
			if (!any)
				doc_heading(d, 2,
				    types[t][0] == '\0' ? doc_say(d, N_("What we learn from it"))
				                        : case_words_of(d->language, def, types[t]));
			any = true;
			doc_item(d, case_file_value(l, "text"));
		}
	}
}

static void
relations(struct doc *d, const struct case_file *file)
{
	if (case_file_next(file, "relation", NULL) == NULL)
		return;
	doc_heading(d, 1, doc_say(d, N_("Related incidents")));
	for (const struct case_item *r = NULL; (r = case_file_next(file, "relation", r)) != NULL;)
		doc_item(d,
		    doc_format(d, "%s %s %s", case_file_value(r, "other"), report_words_field(d, r, "how"),
		        case_file_value(r, "why")));
}

void
report_technical_build(const struct report_input *in, struct doc *d)
{
	const struct case_file *file = in->incident.file;
	d->cover.title_cstr = doc_keep_short(d, report_words_title(d, file), 160);
	d->cover.subtitle_cstr = doc_keep(d, doc_say(d, N_("Incident: the technical file")));
	summary(d, in);
	doc_heading(d, 1, doc_say(d, N_("Timeline")));
	report_pictures_timeline(d, &in->incident, in->is_public);
	fields(d, in);
	if (!in->is_public)
		running_log(d, file);
	if (!in->is_public)
		alerts(d, in);
	doc_heading(d, 1, doc_say(d, N_("Tactics and techniques (ATT&CK)")));
	if (!report_attack_matrix(d, &in->incident))
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("no technique is known")));
	if (!in->is_public)
		evidence(d, in);
	causes(d, in);
	actions(d, in);
	if (!in->is_public)
		tasks(d, in);
	clocks(d, in);
	lessons(d, file);
	relations(d, file);
}
