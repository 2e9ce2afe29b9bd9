/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_today.h"

#include "desk/desk_file.h"
#include "desk/desk_law.h"
#include "desk/desk_list.h"
#include "dossier/dossier_pulse.h"
#include "dossier/dossier_sensor.h"
#include "incident/lifecycle.h"
#include "incident/story_json.h"
#include "record/case_fields.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Of the gravest incidents that are open; of what they ask for the most urgent. */
enum { INCIDENTS_MAX = 200, NEEDS_MAX = 400, NEEDS_TOLD = 60, CLOCKS_TOLD = 60, METRICS_MAX = 4096 };

#define SECOND_NS INT64_C(1000000000)
#define DAY_S INT64_C(86400)

struct need {
	const char *kind_cstr, *id_cstr, *incident_cstr, *title_cstr;
	int64_t due_s; /* 0: none */
	size_t order;
};

struct needs {
	struct desk *desk;
	struct need *all;
	size_t count;
};

static void
add(struct needs *n, struct need need)
{
	if (n->count == NEEDS_MAX)
		return;
	need.order = n->count;
	n->all[n->count++] = need;
}

/* What is due comes first, the earliest before; then the rest as it was found: the gravest incident first. */
static int
compare(const void *a, const void *b)
{
	const struct need *x = a, *y = b;
	if ((x->due_s == 0) != (y->due_s == 0))
		return x->due_s == 0 ? 1 : -1;
	if (x->due_s != y->due_s)
		return x->due_s < y->due_s ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Tasks without "done", actions that are open or not closed yet. Texts are copied: the file goes before they are told. */
static void
add_item(struct needs *n, const struct case_item *item)
{
	bool is_task = strcmp(item->kind_cstr, "task") == 0, is_action = strcmp(item->kind_cstr, "action") == 0;
	bool over = is_task ? case_file_value(item, "done")[0] != '\0'
	                    : case_file_says(item, "state", "closed") || case_file_says(item, "state", "cancelled");
	int64_t due_s = 0;
	if ((!is_task && !is_action) || over)
		return;
	(void)case_file_time(item, "due", &due_s);
	add(n,
	    (struct need){.kind_cstr = is_task ? "task" : "action",
	        .id_cstr = desk_text(n->desk, "%s", item->id_cstr),
	        .incident_cstr = desk_text(n->desk, "%s", item->incident_cstr),
	        .title_cstr = desk_text(n->desk, "%s", desk_cut(n->desk, case_file_value(item, "title"), DESK_LIST_TEXT)),
	        .due_s = due_s});
}

static void
add_deadline(struct needs *n, const struct case_file *file)
{
	struct desk_deadline next;
	if (!desk_file_next_deadline(n->desk, file, &next))
		return;
	const struct clock_profile *profile = clocks_find(n->desk->clocks, next.profile_cstr);
	const struct clock_step *step = profile == NULL ? NULL : clocks_find_step(profile, next.step_cstr);
	if (step != NULL)
		add(n,
		    (struct need){.kind_cstr = "clock",
		        .id_cstr = desk_text(n->desk, "%s/%s", next.profile_cstr, next.step_cstr),
		        .incident_cstr = desk_text(n->desk, "%s", file->incident.id_cstr),
		        .title_cstr = desk_text(
		            n->desk, "%s: %s", profile->name.cstr[n->desk->language], step->name.cstr[n->desk->language]),
		        .due_s = next.due_s});
}

/* The clocks of an incident that run, into `clocks`, a writer of their own. */
static size_t
clocks_json(struct desk *desk, struct json *clocks, const struct case_file *file)
{
	static struct case_clock all[CLOCKS_PROFILES_MAX];
	size_t told = 0, count = case_clock_all(desk->clocks, file, desk->zone, desk_now_s(desk), all);
	for (size_t i = 0; i < count; i++) {
		for (size_t s = 0; all[i].needed && s < all[i].step_count; s++) {
			enum case_clock_state state = all[i].steps[s].state;
			if (state == CASE_CLOCK_SENT || state == CASE_CLOCK_SENT_LATE || state == CASE_CLOCK_WAITS)
				continue;
			desk_law_step(desk, clocks, file, &all[i], &all[i].steps[s]);
			told++;
		}
	}
	return told;
}

static void
needs_json(struct desk *desk, struct json *out, struct needs *n)
{
	if (n->count > 1)
		qsort(n->all, n->count, sizeof(*n->all), compare);
	json_open_array(out, JSON_KEY("needs"));
	for (size_t i = 0; i < n->count && i < NEEDS_TOLD; i++) {
		const struct need *need = &n->all[i];
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("kind"), need->kind_cstr);
		json_cstr(out, JSON_KEY("id"), need->id_cstr);
		json_cstr(out, JSON_KEY("incident"), need->incident_cstr);
		json_cstr(out, JSON_KEY("title"), need->title_cstr);
		desk_json_time(out, JSON_KEY("due"), need->due_s * SECOND_NS);
		json_bool(out, JSON_KEY("late"), need->due_s != 0 && need->due_s < desk_now_s(desk));
		json_close_object(out);
	}
	json_close_array(out);
	json_u64(out, JSON_KEY("needs_total"), n->count);
}

static const char *
state_of(const struct desk *desk, const struct sensor_health *h)
{
	if (h->state != SENSOR_HEALTH_RUNNING)
		return "ended";
	return desk->now_ns - h->seen_ns > SENSOR_HEALTH_SILENT_S * SECOND_NS ? "silent" : "ok";
}

struct listing {
	struct desk *desk;
	struct json *out;
	uint64_t silent, sensors, dropped, packets;
};

static void
sensor_json(void *context, const struct sensor_health *h)
{
	struct listing *l = context;
	const char *state_cstr = state_of(l->desk, h), *why_cstr = NULL;
	if (h->state == SENSOR_HEALTH_FAILED)
		why_cstr = text_in(l->desk->language, N_("it stopped by itself: its messages tell why"));
	else if (strcmp(state_cstr, "silent") == 0)
		why_cstr = text_in(
		    l->desk->language, N_("it says nothing any more: is its machine on, is the program running?"));
	json_open_object(l->out, (struct bytes){0});
	json_cstr(l->out, JSON_KEY("name"), h->name_cstr);
	json_cstr(l->out, JSON_KEY("state"), state_cstr);
	desk_json_time(l->out, JSON_KEY("last_seen"), h->seen_ns);
	json_u64(l->out, JSON_KEY("packets"), h->packets);
	json_u64(l->out, JSON_KEY("dropped"), h->dropped);
	json_u64(l->out, JSON_KEY("events_lost"), h->events_lost);
	json_cstr(l->out, JSON_KEY("why"), why_cstr);
	json_close_object(l->out);
}

static int
health_json(struct desk *desk, struct json *out, const struct dossier_pulse *pulse, struct diag *diag)
{
	struct listing l = {.desk = desk, .out = out};
	json_open_object(out, JSON_KEY("health"));
	json_open_array(out, JSON_KEY("sensors"));
	int r = dossier_sensor_each(desk->dossier, sensor_json, &l, diag);
	json_close_array(out);
	json_u64(out, JSON_KEY("events_today"), pulse->events_today);
	json_u64(out, JSON_KEY("alerts_today"), pulse->alerts_24h);
	json_u64(out, JSON_KEY("disk_bytes"), pulse->disk_bytes);
	json_close_object(out);
	json_open_array(out, JSON_KEY("spark"));
	for (size_t i = 0; i < DOSSIER_PULSE_HOURS; i++)
		json_u64(out, (struct bytes){0}, pulse->hourly[i]);
	json_close_array(out);
	return r < 0 ? r : 0;
}

struct counts {
	uint64_t fresh, open, closed_30d;
};

static void
count(struct desk *desk, const struct dossier_brief *b, struct counts *c)
{
	const struct lifecycle_state *state = lifecycle_find(b->state_cstr[0] == '\0' ? "new" : b->state_cstr);
	struct case_field field = {"closed", b->closed_cstr};
	struct case_item item = {.field_count = 1, .fields = &field};
	int64_t closed_s;
	if (state == NULL || state < lifecycle_find("closed")) {
		c->open++;
		c->fresh += state != NULL && state == lifecycle_find("new");
	} else if (case_file_time(&item, "closed", &closed_s) && closed_s > desk_now_s(desk) - 30 * DAY_S) {
		c->closed_30d++;
	}
}

/* The open incidents, the gravest first: those that nobody has looked at, and what the others ask for. */
static int
look(struct desk *desk, const struct desk_order *order, struct needs *n, struct counts *c, struct json *clocks,
    struct diag *diag)
{
	struct dossier_brief *all = NULL;
	size_t total = 0, looked = 0, told = 0;
	int r = desk_list_select(desk, order, &all, &total, diag);
	for (size_t i = 0; r == 0 && i < total; i++) {
		const struct dossier_brief *b = &all[i];
		const struct lifecycle_state *state = lifecycle_find(b->state_cstr[0] == '\0' ? "new" : b->state_cstr);
		struct case_file file;
		count(desk, b, c);
		if (state >= lifecycle_find("closed") || looked++ >= INCIDENTS_MAX)
			continue;
		r = dossier_case_load(desk->dossier, desk->arena, b->id_cstr, &file, diag);
		if (r < 0)
			break;
		if (state == lifecycle_find("new"))
			add(n,
			    (struct need){.kind_cstr = "inbox",
			        .id_cstr = b->id_cstr,
			        .incident_cstr = b->id_cstr,
			        .title_cstr = desk_cut(desk, desk_file_title(desk, &file), DESK_LIST_TEXT)});
		add_deadline(n, &file);
		for (size_t k = 0; k < file.item_count; k++)
			add_item(n, &file.items[k]);
		if (told < CLOCKS_TOLD)
			told += clocks_json(desk, clocks, &file);
	}
	return r;
}

int
desk_today_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct needs n = {.desk = desk, .all = arena_new(desk->arena, struct need, NEEDS_MAX)};
	struct counts c = {.open = 0};
	struct dossier_pulse pulse;
	if (n.all == NULL)
		return desk_no_memory(diag);
	json_open_object(out, (struct bytes){0});
	desk_json_time(out, JSON_KEY("now"), desk->now_ns);
	json_open_array(out, JSON_KEY("clocks"));
	int r = look(desk, order, &n, &c, out, diag);
	json_close_array(out);
	if (r == 0)
		r = dossier_pulse(desk->dossier, desk->now_ns, &pulse, diag);
	if (r < 0)
		return r;
	needs_json(desk, out, &n);
	json_open_object(out, JSON_KEY("counts"));
	json_u64(out, JSON_KEY("new"), c.fresh);
	json_u64(out, JSON_KEY("open"), c.open);
	json_u64(out, JSON_KEY("closed_30d"), c.closed_30d);
	json_close_object(out);
	r = health_json(desk, out, &pulse, diag);
	json_close_object(out);
	return r;
}

static void
count_sensor(void *context, const struct sensor_health *h)
{
	struct listing *l = context;
	l->sensors++;
	l->silent += strcmp(state_of(l->desk, h), "silent") == 0;
	l->packets += h->packets;
	l->dropped += h->dropped;
}

int
desk_today_metrics(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct listing l = {.desk = desk};
	struct dossier_pulse p;
	char *room = arena_take(desk->arena, METRICS_MAX, 1);
	size_t used = 0;
	(void)order;
	(void)out;
	if (room == NULL)
		return desk_no_memory(diag);
	int r = dossier_pulse(desk->dossier, desk->now_ns, &p, diag);
	if (r == 0)
		r = dossier_sensor_each(desk->dossier, count_sensor, &l, diag);
	if (r < 0)
		return r;
	const struct {
		const char *name_cstr, *help_cstr;
		uint64_t value;
	} rows[] = {
	    {"beffroi_incidents", "incidents kept", p.incidents},
	    {"beffroi_alerts", "alerts kept", p.alerts},
	    {"beffroi_alerts_24h", "alerts of the last 24 hours", p.alerts_24h},
	    {"beffroi_dossier_bytes", "room that the dossier takes", p.disk_bytes},
	    {"beffroi_sensors", "sensors known", l.sensors},
	    {"beffroi_sensors_silent", "sensors that say nothing any more", l.silent},
	    {"beffroi_packets", "packets seen by sensors", l.packets},
	    {"beffroi_packets_dropped", "packets that sensors could not take", l.dropped},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		used += (size_t)snprintf(room + used, METRICS_MAX - used, "# HELP %s %s\n# TYPE %s gauge\n%s %llu\n",
		    rows[i].name_cstr, rows[i].help_cstr, rows[i].name_cstr, rows[i].name_cstr,
		    (unsigned long long)rows[i].value);
	desk->document.content_type_cstr = "text/plain; version=0.0.4; charset=utf-8";
	desk->document.body = (struct bytes){(const uint8_t *)room, used};
	return 0;
}

int
desk_today_stream(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	(void)desk;
	(void)order;
	(void)diag;
	json_open_object(out, (struct bytes){0});
	json_close_object(out);
	return 0;
}
