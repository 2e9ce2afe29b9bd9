/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_event.h"

#include "core/json_value.h"
#include "desk/desk_list.h"
#include "desk/desk_time.h"
#include "dossier/events_find.h"
#include "dossier/events_view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* One answer: so many bytes, so much work. What was not reached is found by asking on from "next". */
enum { USUAL = 100, BYTES_MAX = 90000, BLOCKS_MAX = 64, BUDGET_MS = 150, HOSTS_TOLD = 20, APPS_TOLD = 20, STEPS_TOLD = 400 };

#define SECOND_NS INT64_C(1000000000)
#define DAY_NS (86400 * SECOND_NS)

struct listing {
	struct json *out;
	struct json_value_list values;
};

/* A line was written by us, or by whoever may write the folder: it is shown when it is JSON. */
static void
line_json(void *context, struct bytes line)
{
	struct listing *l = context;
	const struct json_value *event;
	size_t wrong_at;
	if (json_value_read(&l->values, line, &event, &wrong_at) == 0 && event->kind == JSON_VALUE_OBJECT)
		json_raw(l->out, (struct bytes){0}, line);
}

int
desk_event_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	const char *type_cstr = desk_order_value(order, "type"), *after_cstr = desk_order_value(order, "after");
	struct listing l = {.out = out};
	struct events_found found;
	struct events_search search = {.text = bytes_of_cstr(desk_order_value(order, "q")),
	    .type_cstr = type_cstr[0] == '\0' ? NULL : type_cstr,
	    .after_cstr = after_cstr[0] == '\0' ? NULL : after_cstr,
	    .bytes_max = BYTES_MAX,
	    .blocks_max = BLOCKS_MAX,
	    .budget_ns = BUDGET_MS * INT64_C(1000000)};
	int r = desk_list_limit(desk, order, USUAL, &search.limit, diag);
	if (r == 0)
		r = desk_time_read(desk, order, "from", &search.from_ns, diag);
	if (r == 0)
		r = desk_time_read(desk, order, "to", &search.to_ns, diag);
	if (r < 0)
		return r;
	(void)snprintf(desk->object_cstr, sizeof(desk->object_cstr), "events");
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("events"));
	r = events_find(desk->dossier, &search, line_json, &l, &found, diag);
	json_close_array(out);
	json_value_list_done(&l.values);
	if (r < 0)
		return r;
	json_bool(out, JSON_KEY("complete"), found.complete);
	if (!found.complete) {
		json_cstr(out, JSON_KEY("next"), found.next_cstr);
		desk_json_time(out, JSON_KEY("searched_to"), found.searched_to);
	}
	json_close_object(out);
	return 0;
}

static void
traffic_json(struct json *out, const struct events_traffic *t)
{
	json_u64(out, JSON_KEY("flows"), t->flows);
	json_u64(out, JSON_KEY("bytes"), t->bytes[0] + t->bytes[1]);
	json_u64(out, JSON_KEY("bytes_out"), t->bytes[0]);
	json_u64(out, JSON_KEY("bytes_in"), t->bytes[1]);
}

/* Names of applications come from lines of others: escaped as keys are. */
static void
open_named(struct json *out, const char *name_cstr)
{
	char room[EVENTS_APP_MAX * 6 + 8];
	struct json key = json_of(room, sizeof(room));
	json_mark(&key, ',');
	json_put_text(&key, bytes_of_cstr(name_cstr));
	json_mark(&key, ':');
	if (json_ok(&key))
		json_open_object(out, json_written(&key));
	else
		json_open_object(out, JSON_KEY("other"));
}

static void
buckets_json(struct json *out, const struct events_view *view)
{
	json_open_array(out, JSON_KEY("buckets"));
	for (size_t step = 0; step < view->steps; step++) {
		json_open_object(out, (struct bytes){0});
		desk_json_time(out, JSON_KEY("at"), view->from_ns + (int64_t)step * view->step_ns);
		json_open_object(out, JSON_KEY("apps"));
		for (size_t app = 0; app < view->app_count && app < APPS_TOLD; app++) {
			const struct events_traffic *t = &view->traffic[step * EVENTS_VIEW_APPS + app];
			if (t->flows == 0 && t->bytes[0] + t->bytes[1] == 0)
				continue;
			open_named(out, view->apps[app].name_cstr);
			traffic_json(out, t);
			json_close_object(out);
		}
		json_close_object(out);
		json_close_object(out);
	}
	json_close_array(out);
}

static void
top_json(struct json *out, const struct events_view *view)
{
	json_open_object(out, JSON_KEY("top"));
	json_open_array(out, JSON_KEY("hosts"));
	for (size_t i = 0; i < view->host_count; i++) {
		json_open_object(out, (struct bytes){0});
		json_addr(out, JSON_KEY("name"), &view->hosts[i].address);
		traffic_json(out, &view->hosts[i].traffic);
		json_close_object(out);
	}
	json_close_array(out);
	json_open_array(out, JSON_KEY("apps"));
	for (size_t i = 0; i < view->app_count && i < APPS_TOLD; i++) {
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("name"), view->apps[i].name_cstr);
		traffic_json(out, &view->apps[i].all);
		json_close_object(out);
	}
	json_close_array(out);
	json_open_array(out, JSON_KEY("types"));
	for (size_t i = 0; i < view->type_count; i++) {
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("name"), view->types[i].name_cstr);
		json_u64(out, JSON_KEY("events"), view->types[i].events);
		json_close_object(out);
	}
	json_close_array(out);
	json_close_object(out);
}

/* The end of the latest day that is kept; now when there is none. */
static int
end_of_days(struct desk *desk, int64_t *out_ns, struct diag *diag)
{
	int64_t end_ns = 0;
	int r = events_view_end(desk->dossier, &end_ns, diag);
	*out_ns = r == 0 && end_ns > 0 && end_ns < desk->now_ns ? end_ns : desk->now_ns;
	return r;
}

static int
read_step(struct desk *desk, const struct desk_order *order, int64_t *out_s, struct diag *diag)
{
	const char *text_cstr = desk_order_value(order, "step");
	char *end;
	*out_s = strtoll(text_cstr, &end, 10);
	if (*end != '\0' || *out_s < 0 || *out_s > 31 * 86400)
		return desk_refuse(desk, diag, "step", _("a number of seconds was expected"));
	return 0;
}

int
desk_event_traffic(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct events_view view;
	int64_t from_ns = 0, to_ns = 0, step_s = 0;
	int r = desk_time_read(desk, order, "from", &from_ns, diag);
	if (r == 0)
		r = desk_time_read(desk, order, "to", &to_ns, diag);
	if (r == 0)
		r = read_step(desk, order, &step_s, diag);
	if (r == 0 && to_ns == 0)
		r = end_of_days(desk, &to_ns, diag);
	if (from_ns == 0)
		from_ns = to_ns - 7 * DAY_NS;
	if (r == 0 && from_ns >= to_ns)
		r = desk_refuse(desk, diag, "from", _("it ends before it begins"));
	if (r == 0 && step_s > 0 && (to_ns - from_ns) / SECOND_NS / step_s > STEPS_TOLD)
		r = desk_refuse(desk, diag, "step", _("so many steps do not fit: take longer ones"));
	if (r == 0)
		r = events_view_read(desk->dossier, from_ns, to_ns, step_s, HOSTS_TOLD, &view, diag);
	if (r < 0)
		return r;
	json_open_object(out, (struct bytes){0});
	desk_json_time(out, JSON_KEY("from"), view.from_ns);
	json_i64(out, JSON_KEY("step"), view.step_ns / SECOND_NS);
	json_u64(out, JSON_KEY("events"), view.events);
	buckets_json(out, &view);
	top_json(out, &view);
	json_close_object(out);
	events_view_done(&view);
	return 0;
}
