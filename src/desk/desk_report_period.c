/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_report_period.h"

#include "desk/desk_report_walk.h"
#include "dossier/dossier_sensor.h"
#include "dossier/events_view.h"
#include "incident/lifecycle.h"
#include "incident/statistics.h"
#include "record/alert_text.h"
#include "record/case_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	ARENA_BYTES = 256 << 20, /* of addresses; pages come when they are used */
	INCIDENTS_MAX = 20000,
	DUE_MAX = 20000,
	STEPS_MAX = 400,
	ARROWS_MAX = 2000,
	SENSORS_MAX = 1000,
	DAYS_OF_WEEKS = 45, /* longer periods are told in weeks, then in months of 30 days */
	DAYS_OF_MONTHS = 300,
	SECOND_NS = 1000000000
};

/* What is read stays in an arena of its own: the walk cuts its arena back. */
struct period {
	const struct desk_report_source *from;
	const struct desk_report_request *request;
	struct report_period *out;
	struct arena *kept;
	struct report_brief *incidents;
	struct report_due *due;
	struct report_step *steps;
	struct report_arrow *arrows;
	struct report_sensor *sensors;
	struct statistics *now, *before;
	int64_t before_s; /* where the period before begins */
	bool full;
	struct diag *diag;
	int error;
};

static const char *
keep(struct period *p, const char *text_cstr)
{
	struct bytes kept = arena_dup(p->kept, bytes_of_cstr(text_cstr));
	p->full |= kept.at == NULL;
	return kept.at == NULL ? "" : (const char *)kept.at;
}

/* --- one incident */

static const char *
title_of(const struct period *p, const struct case_file *file)
{
	const char *title_cstr = case_file_value(&file->incident, "title");
	const struct incident *story = file->story;
	const struct alert *best = NULL;
	for (size_t i = 0; story != NULL && i < story->part_count; i++)
		if (best == NULL || story->parts[i].strongest.severity > best->severity)
			best = &story->parts[i].strongest;
	if (title_cstr[0] != '\0' || best == NULL)
		return title_cstr;
	const struct alert_text *text = alert_text_find(bytes_of_cstr(best->detector_cstr));
	return text == NULL ? best->detector_cstr : text_in(p->request->language, text->title_cstr);
}

static void
add_brief(struct period *p, const struct case_file *file, int64_t at_s, bool is_seen)
{
	const struct case_item *i = &file->incident;
	const char *said_cstr = case_file_value(i, "severity"), *state_cstr = case_file_value(i, "state");
	enum language language = p->request->language;
	const struct case_field_def *state = case_fields_find(case_fields_kind("incident"), "state");
	if (p->out->incident_count == INCIDENTS_MAX) {
		p->full = true;
		return;
	}
	p->incidents[p->out->incident_count++] = (struct report_brief){.id_cstr = keep(p, i->id_cstr),
	    .title_cstr = keep(p, title_of(p, file)),
	    .category_cstr = keep(p, desk_report_walk_category(p->from, language, case_file_value(i, "category"))),
	    .state_cstr = keep(p, case_words_of(language, state, state_cstr[0] == '\0' ? "new" : state_cstr)),
	    .owner_cstr = keep(p, case_file_value(i, "owner")),
	    .severity = said_cstr[0] >= '1' && said_cstr[0] <= '4' ? (unsigned)(said_cstr[0] - '0') : file->story->severity,
	    .is_over = lifecycle_is_over(i),
	    .has_seen = is_seen,
	    .seen_s = at_s,
	    .alerts = file->story->alerts};
}

static void
add_due(struct period *p, const struct report_due *due)
{
	if (p->out->due_count == DUE_MAX) {
		p->full = true;
		return;
	}
	struct report_due *kept = &p->due[p->out->due_count++];
	*kept = *due;
	kept->id_cstr = keep(p, due->id_cstr);
	kept->incident_cstr = keep(p, due->incident_cstr);
	kept->title_cstr = keep(p, due->title_cstr);
	kept->owner_cstr = keep(p, due->owner_cstr);
}

/* Whatever somebody still has to do, whenever the incident was. */
static void
add_all_due(struct period *p, const struct case_file *file)
{
	enum { CLOCKS_ALL = CLOCKS_PROFILES_MAX * CLOCKS_STEPS_MAX };
	static struct report_clock clocks[CLOCKS_ALL];
	const char *id_cstr = file->incident.id_cstr;
	for (size_t i = 0; i < file->item_count; i++) {
		const struct case_item *item = &file->items[i];
		bool is_task = strcmp(item->kind_cstr, "task") == 0, is_action = strcmp(item->kind_cstr, "action") == 0;
		struct report_due due = {.kind = is_task ? REPORT_DUE_TASK : REPORT_DUE_ACTION,
		    .id_cstr = item->id_cstr,
		    .incident_cstr = id_cstr,
		    .title_cstr = case_file_value(item, "title"),
		    .owner_cstr = case_file_value(item, "owner")};
		bool over = is_task ? case_file_value(item, "done")[0] != '\0'
		                    : case_file_says(item, "state", "closed") || case_file_says(item, "state", "cancelled");
		due.has_due = case_file_time(item, "due", &due.due_s);
		if ((is_task || is_action) && !over)
			add_due(p, &due);
	}
	size_t count = desk_report_walk_clocks(p->from, p->request->language, file, clocks, CLOCKS_ALL);
	for (size_t i = 0; i < count; i++) {
		const struct report_clock *c = &clocks[i];
		if ((c->state != REPORT_CLOCK_RUNS && c->state != REPORT_CLOCK_OVERDUE) || c->is_draft)
			continue;
		add_due(p,
		    &(struct report_due){.kind = REPORT_DUE_CLOCK,
		        .id_cstr = id_cstr,
		        .incident_cstr = id_cstr,
		        .title_cstr = desk_report_walk_text(p->from->arena, "%s, %s", c->profile_cstr, c->step_cstr),
		        .owner_cstr = case_file_value(&file->incident, "owner"),
		        .has_due = true,
		        .due_s = c->due_s});
	}
}

/* --- its alerts */

static void
add_arrow(struct period *p, const struct alert *alert)
{
	size_t i = 0, count = p->out->arrow_count;
	if (addr_is_zero(&alert->source) || addr_is_zero(&alert->target))
		return;
	while (i < count && !(addr_eq(&p->arrows[i].from, &alert->source) && addr_eq(&p->arrows[i].to, &alert->target)))
		i++;
	if (i == ARROWS_MAX)
		return;
	if (i == count)
		p->arrows[p->out->arrow_count++] = (struct report_arrow){.from = alert->source, .to = alert->target};
	p->arrows[i].alerts++;
	p->arrows[i].severity = alert->severity > p->arrows[i].severity ? alert->severity : p->arrows[i].severity;
}

static struct report_step *
step_of(struct period *p, int64_t at_s)
{
	for (size_t i = p->out->step_count; i-- > 0;)
		if (at_s >= p->steps[i].from_s)
			return &p->steps[i];
	return NULL;
}

static void
add_alert(void *context, const struct kept_alert *kept)
{
	struct period *p = context;
	int64_t at_s = kept->alert.first_ns / SECOND_NS;
	p->out->alerts_before += at_s >= p->before_s && at_s < p->out->from_s;
	if (at_s < p->out->from_s || at_s >= p->out->to_s)
		return;
	struct report_step *step = step_of(p, at_s);
	p->out->alerts++;
	if (step != NULL)
		step->alerts++;
	add_arrow(p, &kept->alert);
}

static void
add_incident(void *context, const struct case_file *file)
{
	struct period *p = context;
	bool is_seen, is_over = lifecycle_is_over(&file->incident);
	bool counts = !case_file_says(&file->incident, "state", "false-positive") &&
	    !case_file_says(&file->incident, "state", "merged");
	int64_t at_s = desk_report_walk_time(file, &is_seen);
	if (p->error < 0 || !counts)
		return;
	if (!is_over || case_file_next(file, "action", NULL) != NULL)
		add_all_due(p, file);
	if (at_s >= p->before_s && at_s < p->out->from_s)
		statistics_add(p->before, file);
	if (at_s >= p->out->from_s && at_s < p->out->to_s) {
		struct report_step *step = step_of(p, at_s);
		statistics_add(p->now, file);
		add_brief(p, file, at_s, is_seen);
		if (step != NULL)
			step->incidents++;
	}
	if (file->story != NULL && file->story->alerts > 0 && file->story->last_ns / SECOND_NS >= p->before_s) {
		int n = dossier_each_alert(p->from->dossier, file->incident.id_cstr, add_alert, p, p->diag);
		p->error = n < 0 ? n : p->error;
	}
}

/* --- what watched */

static void
add_sensor(void *context, const struct sensor_health *health)
{
	struct period *p = context;
	struct report_sensor *s = p->out->sensor_count < SENSORS_MAX ? &p->sensors[p->out->sensor_count++] : NULL;
	if (s == NULL) {
		p->full = true;
		return;
	}
	int64_t seen_s = health->seen_ns / SECOND_NS;
	bool runs = health->state == SENSOR_HEALTH_RUNNING, failed = health->state == SENSOR_HEALTH_FAILED;
	bool silent = failed || (runs && p->from->now_s - seen_s > SENSOR_HEALTH_SILENT_S);
	*s = (struct report_sensor){.name_cstr = keep(p, health->name_cstr),
	    .why_cstr = failed ? text_in(p->request->language, N_("it stopped by itself")) : "",
	    .state = silent ? REPORT_SENSOR_SILENT
	        : runs      ? REPORT_SENSOR_OK
	                    : REPORT_SENSOR_ENDED,
	    .has_seen = health->seen_ns > 0,
	    .seen_s = seen_s,
	    .packets = health->packets,
	    .dropped = health->dropped};
}

/* What the events of the dossier add up to: nothing where none are kept. */
static int
read_traffic(struct period *p, struct diag *diag)
{
	struct events_view view;
	int64_t span_s = p->out->to_s - p->out->from_s, hour_s = 3600;
	int r = events_view_read(p->from->dossier, p->out->from_s * SECOND_NS, p->out->to_s * SECOND_NS,
	    span_s / hour_s < EVENTS_VIEW_STEPS_MAX ? hour_s : 0, 1, &view, diag);
	if (r < 0)
		return r;
	for (size_t i = 0; i < view.steps; i++) {
		struct report_step *step = step_of(p, (view.from_ns + (int64_t)i * view.step_ns) / SECOND_NS);
		for (size_t app = 0; app < view.app_count && step != NULL; app++) {
			const struct events_traffic *t = &view.traffic[i * EVENTS_VIEW_APPS + app];
			step->bytes += t->bytes[0] + t->bytes[1];
			step->has_bytes = step->has_bytes || t->flows > 0;
		}
	}
	events_view_done(&view);
	return 0;
}

/* --- all of it */

static struct report_mean
mean(const struct statistics_mean *m)
{
	struct report_mean out = {.count = m->count};
	(void)statistics_mean_s(m, &out.mean_s);
	return out;
}

static struct report_group
group_of(struct period *p, const struct statistics_group *g)
{
	static const enum report_group_by by[] = {[STATISTICS_ALL] = REPORT_BY_ALL,
	    [STATISTICS_CATEGORY] = REPORT_BY_CATEGORY,
	    [STATISTICS_CAUSE] = REPORT_BY_CAUSE,
	    [STATISTICS_VERSION] = REPORT_BY_VERSION};
	enum language language = p->request->language;
	const char *name_cstr = g->by == STATISTICS_CATEGORY ? desk_report_walk_category(p->from, language, g->name_cstr)
	    : g->by == STATISTICS_CAUSE
	    ? case_words_of(language, case_fields_find(case_fields_kind("cause"), "ishikawa"), g->name_cstr)
	    : g->name_cstr;
	return (struct report_group){.by = by[g->by],
	    .name_cstr = keep(p, name_cstr),
	    .incidents = g->incidents,
	    .open = g->open,
	    .detect = mean(&g->detect),
	    .repair = mean(&g->repair)};
}

static int
compare_groups(const void *a, const void *b)
{
	const struct report_group *x = a, *y = b;
	if (x->incidents != y->incidents)
		return x->incidents > y->incidents ? -1 : 1;
	return strcmp(x->name_cstr, y->name_cstr);
}

static int
compare_briefs(const void *a, const void *b)
{
	const struct report_brief *x = a, *y = b;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->seen_s != y->seen_s)
		return x->seen_s > y->seen_s ? -1 : 1;
	return strcmp(x->id_cstr, y->id_cstr);
}

static int
compare_due(const void *a, const void *b)
{
	const struct report_due *x = a, *y = b;
	if (x->has_due != y->has_due)
		return x->has_due ? -1 : 1;
	if (x->has_due && x->due_s != y->due_s)
		return x->due_s < y->due_s ? -1 : 1;
	return strcmp(x->id_cstr, y->id_cstr);
}

static int
compare_arrows(const void *a, const void *b)
{
	const struct report_arrow *x = a, *y = b;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->alerts != y->alerts)
		return x->alerts > y->alerts ? -1 : 1;
	int by_from = addr_compare(&x->from, &y->from);
	return by_from != 0 ? by_from : addr_compare(&x->to, &y->to);
}

/* Days of the wall, or weeks, or months of 30 days. */
static void
make_steps(struct period *p)
{
	const struct zone *zone = p->from->zone;
	struct report_period *out = p->out;
	int64_t local_s = out->from_s + zone_offset(zone, out->from_s),
	        days = (out->to_s - out->from_s + CIVIL_DAY_SECONDS / 2) / CIVIL_DAY_SECONDS;
	int64_t each = days <= DAYS_OF_WEEKS ? 1 : days <= DAYS_OF_MONTHS ? 7 : 30;
	for (int64_t day = 0; day < days && out->step_count < STEPS_MAX; day += each) {
		struct civil c = civil_of(local_s + day * CIVIL_DAY_SECONDS);
		int64_t moments[2];
		(void)zone_moments(zone, &c, moments);
		p->steps[out->step_count++] = (struct report_step){.from_s = moments[0]};
	}
}

static void
finish(struct period *p)
{
	struct report_period *out = p->out;
	struct report_group *groups = arena_new(p->kept, struct report_group, STATISTICS_GROUPS_MAX);
	if (groups == NULL) {
		p->full = true;
		return;
	}
	for (size_t i = 0; i < p->now->group_count; i++) {
		struct report_group g = group_of(p, &p->now->groups[i]);
		if (g.by == REPORT_BY_ALL)
			out->all = g;
		else
			groups[out->group_count++] = g;
	}
	if (p->before->group_count > 0)
		out->all_before = group_of(p, &p->before->groups[0]);
	out->groups = groups;
	if (out->group_count > 1)
		qsort(groups, out->group_count, sizeof(*groups), compare_groups);
	if (out->incident_count > 1)
		qsort(p->incidents, out->incident_count, sizeof(*p->incidents), compare_briefs);
	if (out->due_count > 1)
		qsort(p->due, out->due_count, sizeof(*p->due), compare_due);
	if (out->arrow_count > 1)
		qsort(p->arrows, out->arrow_count, sizeof(*p->arrows), compare_arrows);
}

int
desk_report_period_read(const struct desk_report_source *from, const struct desk_report_request *request,
    struct report_period *out, struct diag *diag)
{
	struct arena walked;
	struct desk_report_source walks = *from;
	struct period p = {.from = &walks,
	    .request = request,
	    .out = out,
	    .kept = from->arena,
	    .incidents = arena_new(from->arena, struct report_brief, INCIDENTS_MAX),
	    .due = arena_new(from->arena, struct report_due, DUE_MAX),
	    .steps = arena_new(from->arena, struct report_step, STEPS_MAX),
	    .arrows = arena_new(from->arena, struct report_arrow, ARROWS_MAX),
	    .sensors = arena_new(from->arena, struct report_sensor, SENSORS_MAX),
	    .now = arena_new(from->arena, struct statistics, 1),
	    .before = arena_new(from->arena, struct statistics, 1),
	    .before_s = request->from_s - (request->to_s - request->from_s),
	    .diag = diag};
	if (p.incidents == NULL || p.due == NULL || p.steps == NULL || p.arrows == NULL || p.sensors == NULL ||
	    p.now == NULL || p.before == NULL || arena_init(&walked, ARENA_BYTES) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	walks.arena = &walked;
	*out = (struct report_period){.from_s = request->from_s,
	    .to_s = request->to_s,
	    .incidents = p.incidents,
	    .steps = p.steps,
	    .due = p.due,
	    .arrows = p.arrows,
	    .sensors = p.sensors,
	    .sensors_known = true};
	make_steps(&p);
	int r = desk_report_walk(&walks, add_incident, &p, diag);
	arena_done(&walked);
	if (r == 0)
		r = p.error;
	if (r < 0)
		return r;
	r = dossier_sensor_each(from->dossier, add_sensor, &p, diag);
	if (r >= 0)
		r = read_traffic(&p, diag);
	if (r < 0)
		return r;
	finish(&p);
	return p.full
	    ? diag_say(diag, -E2BIG, "%s", _("the document is too big: choose a shorter period, or fewer incidents"))
	    : 0;
}
