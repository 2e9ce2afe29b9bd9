/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/report_pictures.h"

#include "record/case_words.h"
#include "record/incident.h"
#include "report/pictures.h"
#include "report/report_words.h"
#include "report/typography.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOMENTS_MAX = 4000, ARROWS_MAX = 400, SECOND_NS = 1000000000, BONES_MAX = 8, CAUSES_MAX = 200, LABEL_MAX = 120 };

static struct pictures_words
start(struct doc *d, const char *title_cstr, const char *what_cstr)
{
	return (struct pictures_words){d->language, d->zone, doc_keep(d, title_cstr), doc_keep(d, what_cstr)};
}

/* --- timeline */

struct moments {
	struct doc *d;
	struct pictures_moment *all;
	size_t count, left_out;
};

static void
add_moment(struct moments *m, struct pictures_moment moment)
{
	if (m->count == MOMENTS_MAX)
		m->left_out++;
	else
		m->all[m->count++] = moment;
}

static const char *
label_at(struct doc *d, int64_t at_s, const char *text_cstr)
{
	char time[TYPOGRAPHY_TIME_MAX];
	(void)typography_time(d->language, d->zone, at_s, time);
	size_t len = strlen(time);
	return doc_format(d, "%s %s", len > 5 ? time + len - 5 : time, doc_keep_short(d, text_cstr, LABEL_MAX));
}

static int
compare_moments(const void *a, const void *b)
{
	const struct pictures_moment *x = a, *y = b;
	return x->at_s < y->at_s ? -1 : x->at_s > y->at_s;
}

static void
add_milestones(struct moments *m, const struct case_item *incident)
{
	static const char *const names[] = {
	    "happened", "happened_end", "seen", "aware", "qualified", "contained", "eradicated", "recovered", "closed"};
	const struct case_kind *kind = case_fields_kind("incident");
	for (size_t i = 0; i < LENGTH_OF(names); i++) {
		int64_t at_s;
		if (case_file_time(incident, names[i], &at_s))
			add_moment(m,
			    (struct pictures_moment){at_s,
			        label_at(m->d, at_s, doc_say(m->d, case_fields_find(kind, names[i])->label_cstr)), 0, true});
	}
}

void
report_pictures_timeline(struct doc *d, const struct report_incident *incident, bool milestones_only)
{
	struct moments all = {.d = d, .all = arena_new(d->arena, struct pictures_moment, MOMENTS_MAX)};
	const struct case_file *file = incident->file;
	struct markup m = {0};
	if (all.all == NULL) {
		d->full = true;
		return;
	}
	add_milestones(&all, &file->incident);
	for (size_t i = 0; i < incident->alert_count; i++)
		add_moment(&all,
		    (struct pictures_moment){
		        incident->alerts[i].alert.first_ns / SECOND_NS, "", incident->alerts[i].alert.severity, false});
	for (size_t i = 0; i < file->item_count && !milestones_only; i++) {
		const struct case_item *item = &file->items[i];
		int64_t at_s = item->at_ns / SECOND_NS;
		if (strcmp(item->kind_cstr, "log") == 0)
			(void)case_file_time(item, "when", &at_s);
		else if (strcmp(item->kind_cstr, "notice") != 0 || !case_file_time(item, "sent", &at_s))
			continue;
		const char *text_cstr = strcmp(item->kind_cstr, "log") == 0
		    ? case_file_value(item, "text")
		    : doc_format(d, doc_say(d, N_("notice sent: %s")), case_file_value(item, "profile"));
		add_moment(&all, (struct pictures_moment){at_s, label_at(d, at_s, text_cstr), 0, false});
	}
	qsort(all.all, all.count, sizeof(*all.all), compare_moments);
	struct pictures_words w = start(d, doc_say(d, N_("Timeline of the incident")),
	    doc_format(
	        d, doc_say(d, N_("Moments: %zu, of which alerts: %zu.")), all.count + all.left_out, incident->alert_count));
	pictures_timeline(&m, &w, all.all, all.count);
	doc_picture(d, w.title_cstr, w.what_cstr, &m);
}

/* --- clocks */

void
report_pictures_clocks(struct doc *d, const struct report_incident *incident, int64_t now_s)
{
	struct pictures_clock *clocks = arena_new(d->arena, struct pictures_clock, incident->clock_count + 1);
	struct markup m = {0};
	size_t count = 0;
	if (clocks == NULL) {
		d->full = true;
		return;
	}
	for (size_t i = 0; i < incident->clock_count; i++) {
		const struct report_clock *c = &incident->clocks[i];
		if (!c->has_due || c->state == REPORT_CLOCK_NOT_NEEDED)
			continue;
		clocks[count++] = (struct pictures_clock){
		    .label_cstr = doc_keep(d, doc_format(d, doc_say(d, N_("%s: %s")), c->profile_cstr, c->step_cstr)),
		    .due_cstr = doc_keep(d, report_words_exact(d, c->due_s)),
		    .state_cstr = doc_keep(d, report_words_clock(d, c, now_s)),
		    .from_s = c->from_s,
		    .due_s = c->due_s,
		    .until_s = c->has_sent ? c->sent_s : now_s,
		    .state = c->state == REPORT_CLOCK_SENT   ? PICTURES_CLOCK_SENT
		        : c->state == REPORT_CLOCK_SENT_LATE ? PICTURES_CLOCK_SENT_LATE
		        : c->state == REPORT_CLOCK_OVERDUE   ? PICTURES_CLOCK_LATE
		                                             : PICTURES_CLOCK_RUNS};
	}
	if (count == 0)
		return;
	struct pictures_words w = start(d, doc_say(d, N_("Legal clocks")),
	    doc_say(d, N_("One bar for each deadline: filled as far as time went; a circle is the day it was sent.")));
	pictures_clocks(&m, &w, clocks, count);
	doc_picture(d, w.title_cstr, w.what_cstr, &m);
}

/* --- causes */

static void
tree(struct doc *d, const struct case_file *file)
{
	const struct case_item **causes = arena_new(d->arena, const struct case_item *, CAUSES_MAX);
	struct pictures_node *nodes = arena_new(d->arena, struct pictures_node, CAUSES_MAX);
	struct markup m = {0};
	size_t count = 0, roots = 0;
	if (causes == NULL || nodes == NULL) {
		d->full = true;
		return;
	}
	/* Parents before children: the top first, then those whose parent is in the list, as long as there are any. */
	for (bool added = true, top = true; added && count < CAUSES_MAX; top = false) {
		added = top;
		for (const struct case_item *c = NULL;
		     (c = case_file_next(file, "cause", c)) != NULL && count < CAUSES_MAX;) {
			const char *parent_cstr = case_file_value(c, "parent");
			size_t parent = SIZE_MAX;
			bool again = false,
			     is_top = case_file_find(file, parent_cstr) == NULL || strncmp(parent_cstr, "CAU-", 4) != 0;
			for (size_t i = 0; i < count; i++) {
				again = again || causes[i] == c;
				parent = strcmp(causes[i]->id_cstr, parent_cstr) == 0 ? i : parent;
			}
			if (again || (is_top != top) || (!top && parent == SIZE_MAX))
				continue;
			nodes[count] = (struct pictures_node){.label_cstr = doc_keep(d, case_file_value(c, "text")),
			    .parent = top ? SIZE_MAX : parent,
			    .is_root = case_file_says(c, "root", "yes"),
			    .has_proof = case_file_value(c, "proof")[0] != '\0'};
			roots += nodes[count].is_root;
			causes[count++] = c;
			added = true;
		}
	}
	struct pictures_words w = start(d, doc_say(d, N_("Tree of causes")),
	    doc_format(d, doc_say(d, N_("Causes: %zu, of which root causes: %zu. Each box explains the one to its left.")),
	        count, roots));
	pictures_tree(&m, &w, doc_keep(d, report_words_title(d, file)), nodes, count);
	doc_picture(d, w.title_cstr, w.what_cstr, &m);
}

static void
fishbone(struct doc *d, const struct case_file *file)
{
	static const char *const families[] = {
	    "people", "methods", "equipment", "environment", "material", "measurement", "management"};
	const struct case_field_def *def = case_fields_find(case_fields_kind("cause"), "ishikawa");
	struct pictures_bone bones[BONES_MAX];
	struct markup m = {0};
	size_t sorted = 0;
	for (size_t f = 0; f < LENGTH_OF(families); f++) {
		const char **texts = arena_new(d->arena, const char *, CAUSES_MAX);
		bool *roots = arena_new(d->arena, bool, CAUSES_MAX);
		size_t count = 0;
		if (texts == NULL || roots == NULL) {
			d->full = true;
			return;
		}
		for (const struct case_item *c = NULL;
		     (c = case_file_next(file, "cause", c)) != NULL && count < CAUSES_MAX;) {
			if (!case_file_says(c, "ishikawa", families[f]))
				continue;
			texts[count] = doc_keep(d, case_file_value(c, "text"));
			roots[count++] = case_file_says(c, "root", "yes");
		}
		sorted += count;
		bones[f] = (struct pictures_bone){
		    doc_keep(d, case_words_of(d->language, def, families[f])), texts, roots, count};
	}
	if (sorted == 0)
		return;
	struct pictures_words w = start(d, doc_say(d, N_("Families of causes (Ishikawa)")),
	    doc_say(d, N_("Causes by family, on bones that lead to the problem. A dot marks a root cause.")));
	pictures_fishbone(&m, &w, doc_keep(d, report_words_title(d, file)), bones, LENGTH_OF(families));
	doc_picture(d, w.title_cstr, w.what_cstr, &m);
}

void
report_pictures_causes(struct doc *d, const struct report_incident *incident)
{
	if (case_file_next(incident->file, "cause", NULL) == NULL)
		return;
	tree(d, incident->file);
	fishbone(d, incident->file);
}

/* --- who reached whom */

void
report_pictures_arrows(struct doc *d, const struct report_arrow *arrows, size_t count)
{
	struct pictures_arrow *drawn = arena_new(d->arena, struct pictures_arrow, count + 1);
	char from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX];
	struct markup m = {0};
	if (drawn == NULL) {
		d->full = true;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		(void)addr_write(&arrows[i].from, from);
		(void)addr_write(&arrows[i].to, to);
		drawn[i] = (struct pictures_arrow){doc_keep(d, from), doc_keep(d, to), arrows[i].alerts, arrows[i].severity};
	}
	struct pictures_words w = start(d, doc_say(d, N_("Who reached whom")),
	    doc_format(d,
	        doc_say(d, N_("Pairs of machines: %zu. The thicker the line, the more alerts; the darker, the graver.")),
	        count));
	pictures_map(&m, &w, drawn, count);
	doc_picture(d, w.title_cstr, w.what_cstr, &m);
}

static int
compare_arrows(const void *a, const void *b)
{
	const struct report_arrow *x = a, *y = b;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	int by_from = addr_compare(&x->from, &y->from);
	return by_from != 0 ? by_from : addr_compare(&x->to, &y->to);
}

void
report_pictures_map(struct doc *d, const struct report_incident *incident)
{
	struct report_arrow *arrows = arena_new(d->arena, struct report_arrow, ARROWS_MAX);
	size_t count = 0;
	if (arrows == NULL) {
		d->full = true;
		return;
	}
	for (size_t i = 0; i < incident->alert_count; i++) {
		const struct alert *a = &incident->alerts[i].alert;
		size_t k = 0;
		if (addr_is_zero(&a->source) || addr_is_zero(&a->target))
			continue;
		while (k < count && !(addr_eq(&arrows[k].from, &a->source) && addr_eq(&arrows[k].to, &a->target)))
			k++;
		if (k == ARROWS_MAX)
			continue;
		if (k == count)
			arrows[count++] = (struct report_arrow){.from = a->source, .to = a->target};
		arrows[k].alerts++;
		arrows[k].severity = a->severity > arrows[k].severity ? a->severity : arrows[k].severity;
	}
	if (count == 0)
		return;
	qsort(arrows, count, sizeof(*arrows), compare_arrows);
	report_pictures_arrows(d, arrows, count);
}

/* --- the steps of a period */

static void
bars(struct doc *d, const struct report_period *p, bool of_bytes)
{
	struct pictures_bar *all = arena_new(d->arena, struct pictures_bar, p->step_count + 1);
	char text[TYPOGRAPHY_TIME_MAX > TYPOGRAPHY_NUMBER_MAX ? TYPOGRAPHY_TIME_MAX : TYPOGRAPHY_NUMBER_MAX];
	struct markup m = {0};
	if (all == NULL) {
		d->full = true;
		return;
	}
	for (size_t i = 0; i < p->step_count; i++) {
		const struct report_step *s = &p->steps[i];
		struct pictures_bar *b = &all[i];
		(void)typography_date(d->language, d->zone, s->from_s, text);
		/* "27/11", "11-27" */
		b->label_cstr = doc_format(d, "%.5s", d->language == LANGUAGE_FR ? text : text + 5);
		b->value = of_bytes ? s->bytes : s->alerts;
		b->value_cstr = doc_format(d, "%s",
		    of_bytes ? typography_size(d->language, b->value, text)
		             : typography_number(d->language, b->value, text));
	}
	struct pictures_words w = of_bytes
	    ? start(d, doc_say(d, N_("Traffic")), doc_say(d, N_("Bytes on the network, step by step.")))
	    : start(
	          d, doc_say(d, N_("Alerts of incidents")), doc_say(d, N_("How many alerts each day, week or month had.")));
	pictures_bars(&m, &w, all, p->step_count);
	doc_picture(d, w.title_cstr, w.what_cstr, &m);
}

void
report_pictures_alerts(struct doc *d, const struct report_period *p)
{
	bars(d, p, false);
}

void
report_pictures_steps(struct doc *d, const struct report_period *p)
{
	bool has_bytes = false;
	for (size_t i = 0; i < p->step_count; i++)
		has_bytes = has_bytes || p->steps[i].has_bytes;
	bars(d, p, false);
	if (has_bytes)
		bars(d, p, true);
}
