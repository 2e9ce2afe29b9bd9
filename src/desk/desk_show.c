/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_show.h"

#include "desk/desk_alert.h"
#include "desk/desk_exception.h"
#include "desk/desk_file.h"
#include "desk/desk_law.h"
#include "incident/lifecycle.h"
#include "incident/story_json.h"
#include "record/case_fields.h"

#include <errno.h>
#include <stdio.h>

enum { ALERTS_MAX = 100 };

/* Names of fields are words of ours, or were checked on the way in: nothing in them needs escaping. */
static void
fields_json(struct json *out, const struct case_item *item)
{
	json_open_object(out, JSON_KEY("fields"));
	for (size_t i = 0; i < item->field_count; i++) {
		char key[CASE_NAME_MAX + 8];
		int n = snprintf(key, sizeof(key), ",\"%s\":", item->fields[i].name_cstr);
		if (n > 0 && (size_t)n < sizeof(key))
			json_cstr(out, (struct bytes){(const uint8_t *)key, (size_t)n}, item->fields[i].value_cstr);
	}
	json_close_object(out);
}

void
desk_show_item(struct json *out, struct bytes key, const struct case_item *item)
{
	json_open_object(out, key);
	json_cstr(out, JSON_KEY("id"), item->id_cstr);
	json_cstr(out, JSON_KEY("kind"), item->kind_cstr);
	json_cstr(out, JSON_KEY("incident"), item->incident_cstr);
	json_cstr(out, JSON_KEY("by"), item->by_cstr);
	desk_json_time(out, JSON_KEY("at"), item->at_ns);
	fields_json(out, item);
	json_close_object(out);
}

static void
head_json(struct desk *desk, struct json *out, const struct case_file *file)
{
	const struct case_item *incident = &file->incident;
	json_open_object(out, JSON_KEY("incident"));
	json_cstr(out, JSON_KEY("id"), incident->id_cstr);
	json_cstr(out, JSON_KEY("title"), desk_file_title(desk, file));
	json_cstr(out, JSON_KEY("category"), case_file_value(incident, "category"));
	json_cstr(out, JSON_KEY("severity"), alert_severity_word(desk_file_severity(file)));
	json_cstr(out, JSON_KEY("state"), lifecycle_state(incident)->state_cstr);
	json_cstr(out, JSON_KEY("owner"), case_file_value(incident, "owner"));
	json_bool(out, JSON_KEY("is_written"), incident->field_count > 0 || file->item_count > 0);
	desk_json_time(out, JSON_KEY("first"), file->story->first_ns);
	desk_json_time(out, JSON_KEY("last"), file->story->last_ns);
	json_u64(out, JSON_KEY("alerts"), file->story->alerts);
	json_cstr(out, JSON_KEY("by"), incident->by_cstr);
	desk_json_time(out, JSON_KEY("at"), incident->at_ns);
	fields_json(out, incident);
	json_close_object(out);
}

static void
clocks_json(struct desk *desk, struct json *out, const struct case_file *file)
{
	static struct case_clock all[CLOCKS_PROFILES_MAX];
	size_t count = case_clock_all(desk->clocks, file, desk->zone, desk_now_s(desk), all);
	json_open_array(out, JSON_KEY("clocks"));
	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; all[i].needed && n < all[i].step_count; n++)
			desk_law_step(desk, out, file, &all[i], &all[i].steps[n]);
	json_close_array(out);
}

/* The states that may follow, and for each that would be refused now what is missing first. */
static void
next_json(struct desk *desk, struct json *out, const struct case_file *file)
{
	const struct lifecycle_state *state = lifecycle_state(&file->incident);
	json_open_array(out, JSON_KEY("next_states"));
	for (size_t i = 0; i < LENGTH_OF(state->next) && state->next[i] != NULL; i++)
		json_cstr(out, (struct bytes){0}, state->next[i]);
	json_close_array(out);
	json_open_array(out, JSON_KEY("missing"));
	for (size_t i = 0; i < LENGTH_OF(state->next) && state->next[i] != NULL; i++) {
		struct case_field fields[CASE_FIELDS_MAX];
		struct case_item after = file->incident;
		struct diag why = {0};
		size_t n = 0;
		for (size_t f = 0; f < file->incident.field_count && n + 2 < CASE_FIELDS_MAX; f++)
			if (strcmp(file->incident.fields[f].name_cstr, "state") != 0 &&
			    strcmp(file->incident.fields[f].name_cstr, "state_why") != 0)
				fields[n++] = file->incident.fields[f];
		fields[n++] = (struct case_field){"state", state->next[i]};
		fields[n++] = (struct case_field){"state_why", "?"}; /* asked for when it is done */
		after.fields = fields;
		after.field_count = n;
		int r = lifecycle_check(desk->vocabulary, file, &file->incident, &after, &why);
		if (r == 0 && strcmp(state->next[i], "closed") == 0)
			r = case_clock_check_closing(desk->clocks, file, desk->zone, desk_now_s(desk), &why);
		if (r == 0)
			continue;
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("state"), state->next[i]);
		json_cstr(out, JSON_KEY("text"), why.text_cstr);
		json_close_object(out);
	}
	json_close_array(out);
}

struct telling {
	struct desk *desk;
	struct json *out;
	size_t count;
};

static void
tell_alert(void *context, const struct kept_alert *kept)
{
	struct telling *t = context;
	if (t->desk->flush == NULL && t->count >= ALERTS_MAX)
		return;
	t->count++;
	desk_alert_json(t->desk, t->out, kept, NULL);
	desk_flush(t->desk, t->out);
}

int
desk_show_incident(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct case_file file;
	struct telling t = {.desk = desk, .out = out};
	int r = desk_file_load(desk, desk_order_value(order, "id"), &file, NULL, diag);
	if (r < 0)
		return r;
	json_open_object(out, (struct bytes){0});
	head_json(desk, out, &file);
	story_json_incident(out, JSON_KEY("story"), file.story, desk->language);
	json_open_array(out, JSON_KEY("items"));
	for (size_t i = 0; i < file.item_count; i++) {
		desk_show_item(out, (struct bytes){0}, &file.items[i]);
		desk_flush(desk, out);
	}
	json_close_array(out);
	clocks_json(desk, out, &file);
	next_json(desk, out, &file);
	r = desk_exception_of_incident(desk, file.story, out, diag);
	json_open_array(out, JSON_KEY("alerts"));
	if (r == 0)
		r = dossier_each_alert(desk->dossier, file.incident.id_cstr, tell_alert, &t, diag);
	json_close_array(out);
	json_bool(out, JSON_KEY("complete"), r >= 0 && (size_t)r == t.count);
	json_close_object(out);
	return r < 0 ? r : 0;
}
