/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_timeline.h"

#include "desk/desk_file.h"
#include "incident/story_json.h"
#include "record/case_fields.h"

#include <stdlib.h>

/* One piece of an answer may be as large as its budget; on the terminal it may be long. */
enum { MOMENTS_MAX = 20000, MOMENTS_OF_ANSWER = 200, SECOND_NS = 1000000000, DEPTH_MAX = 32 };

static void
add(struct desk_moments *m, struct desk_moment moment)
{
	if (m->count == MOMENTS_MAX) {
		m->full = true;
		return;
	}
	moment.order = m->count;
	m->all[m->count++] = moment;
}

static void
add_alert(void *context, const struct kept_alert *kept)
{
	struct desk_moments *m = context;
	add(m,
	    (struct desk_moment){.at_s = kept->alert.first_ns / SECOND_NS,
	        .kind_cstr = "alert",
	        .id_cstr = desk_text(m->desk, "%s", kept->id_cstr),
	        .text_cstr = story_json_title(m->desk->language, kept->alert.detector_cstr),
	        .by_cstr = ""});
}

/* The moments that fields of the incident tell: its own three times, awareness, its states. */
static void
add_times(struct desk_moments *m, const struct case_item *incident)
{
	const struct case_kind *kind = case_fields_kind("incident");
	for (size_t i = 0; i < kind->field_count; i++) {
		int64_t at_s;
		if (kind->fields[i].type == CASE_TIME && case_file_time(incident, kind->fields[i].name_cstr, &at_s))
			add(m,
			    (struct desk_moment){.at_s = at_s,
			        .kind_cstr = kind->fields[i].name_cstr,
			        .id_cstr = incident->id_cstr,
			        .text_cstr = text_in(m->desk->language, kind->fields[i].label_cstr),
			        .by_cstr = ""});
	}
}

/* When it was, where somebody said so; else when it was written down. */
static void
add_item(struct desk_moments *m, const struct case_item *item)
{
	static const char *const names[] = {"when", "sent", "taken", "done"};
	const struct case_kind *kind = case_fields_kind(item->kind_cstr);
	struct desk_moment moment = {.at_s = item->at_ns / SECOND_NS,
	    .kind_cstr = item->kind_cstr,
	    .id_cstr = item->id_cstr,
	    .by_cstr = item->by_cstr};
	if (kind == NULL)
		return;
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (case_file_time(item, names[i], &moment.at_s))
			break;
	moment.text_cstr = case_file_value(item, kind->main_cstr);
	add(m, moment);
}

static int
compare(const void *a, const void *b)
{
	const struct desk_moment *x = a, *y = b;
	if (x->at_s != y->at_s)
		return x->at_s < y->at_s ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

int
desk_timeline_collect(struct desk *desk, const struct case_file *file, struct desk_moments *out, struct diag *diag)
{
	struct desk_moments m = {.desk = desk, .all = arena_new(desk->arena, struct desk_moment, MOMENTS_MAX)};
	if (m.all == NULL)
		return desk_no_memory(diag);
	int r = dossier_each_alert(desk->dossier, file->incident.id_cstr, add_alert, &m, diag);
	if (r < 0)
		return r;
	add_times(&m, &file->incident);
	for (size_t i = 0; i < file->item_count; i++)
		add_item(&m, &file->items[i]);
	qsort(m.all, m.count, sizeof(*m.all), compare);
	*out = m;
	return 0;
}

int
desk_timeline_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct case_file file;
	struct desk_moments m;
	int r = desk_file_load(desk, desk_order_value(order, "id"), &file, NULL, diag);
	if (r == 0)
		r = desk_timeline_collect(desk, &file, &m, diag);
	if (r < 0)
		return r;
	size_t first = desk->flush == NULL && m.count > MOMENTS_OF_ANSWER ? m.count - MOMENTS_OF_ANSWER : 0; /* the latest */
	json_open_object(out, (struct bytes){0});
	json_cstr(out, JSON_KEY("incident"), file.incident.id_cstr);
	json_open_array(out, JSON_KEY("timeline"));
	for (size_t i = first; i < m.count; i++) {
		char utc[CIVIL_TEXT_MAX], local[CIVIL_TEXT_MAX];
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("at"), civil_write(m.all[i].at_s, 0, CIVIL_UTC, utc));
		json_cstr(out, JSON_KEY("at_local"), zone_write(desk->zone, m.all[i].at_s, local));
		json_cstr(out, JSON_KEY("kind"), m.all[i].kind_cstr);
		json_cstr(out, JSON_KEY("id"), m.all[i].id_cstr);
		json_cstr(out, JSON_KEY("text"),
		    desk->flush == NULL ? desk_cut(desk, m.all[i].text_cstr, DESK_LIST_TEXT) : m.all[i].text_cstr);
		json_cstr(out, JSON_KEY("by"), m.all[i].by_cstr[0] == '\0' ? NULL : m.all[i].by_cstr);
		json_close_object(out);
		desk_flush(desk, out);
	}
	json_close_array(out);
	json_bool(out, JSON_KEY("complete"), !m.full && first == 0);
	json_close_object(out);
	return 0;
}

static bool
is_below(const struct case_file *file, const struct case_item *cause, const char *parent_cstr)
{
	const char *said_cstr = case_file_value(cause, "parent");
	if (parent_cstr[0] == '\0') /* at the top: no parent, or one that went elsewhere */
		return said_cstr[0] == '\0' || case_file_find(file, said_cstr) == NULL;
	return strcmp(said_cstr, parent_cstr) == 0;
}

/* Without recursion: the path from the top to where we are. A cause never explains itself (lifecycle.c). */
void
desk_timeline_each_cause(
    const struct case_file *file, void (*each)(void *context, const struct case_item *cause, size_t depth), void *context)
{
	const struct case_item *path[DEPTH_MAX] = {NULL};
	size_t depth = 0;
	for (;;) {
		const char *parent_cstr = depth == 0 ? "" : path[depth - 1]->id_cstr;
		do
			path[depth] = case_file_next(file, "cause", path[depth]);
		while (path[depth] != NULL && !is_below(file, path[depth], parent_cstr));
		if (path[depth] != NULL) {
			each(context, path[depth], depth);
			if (depth + 1 < DEPTH_MAX)
				path[++depth] = NULL;
		} else if (depth == 0) {
			break;
		} else {
			depth--;
		}
	}
}

static void
cause_json(void *context, const struct case_item *cause, size_t depth)
{
	struct json *out = context;
	json_open_object(out, (struct bytes){0});
	json_cstr(out, JSON_KEY("id"), cause->id_cstr);
	json_u64(out, JSON_KEY("why"), depth + 1);
	json_cstr(out, JSON_KEY("parent"), case_file_value(cause, "parent"));
	json_cstr(out, JSON_KEY("text"), case_file_value(cause, "text"));
	json_cstr(out, JSON_KEY("ishikawa"), case_file_value(cause, "ishikawa"));
	json_cstr(out, JSON_KEY("control"), case_file_value(cause, "control"));
	json_bool(out, JSON_KEY("root"), case_file_says(cause, "root", "yes"));
	json_close_object(out);
}

int
desk_timeline_causes(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct case_file file;
	int r = desk_file_load(desk, desk_order_value(order, "id"), &file, NULL, diag);
	if (r < 0)
		return r;
	json_open_object(out, (struct bytes){0});
	json_cstr(out, JSON_KEY("incident"), file.incident.id_cstr);
	json_open_array(out, JSON_KEY("causes"));
	desk_timeline_each_cause(&file, cause_json, out);
	json_close_array(out);
	json_close_object(out);
	return 0;
}
