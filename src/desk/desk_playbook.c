/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_playbook.h"

#include "desk/desk_fields.h"
#include "desk/desk_show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { HOUR_SECONDS = 3600 };

long
desk_playbook_hours(const struct data_tree *step)
{
	const char *hours_cstr = data_tree_cstr(step, "hours");
	return hours_cstr == NULL ? 0 : strtol(hours_cstr, NULL, 10);
}

const struct data_tree *
desk_playbook_find(struct desk *desk, const char *name_cstr, struct diag *diag)
{
	char all[256] = "";
	const struct data_tree *found = vocabulary_playbook(desk->vocabulary, name_cstr);
	for (const struct data_tree *b = desk->vocabulary->playbooks->first; found == NULL && b != NULL; b = b->next) {
		size_t used = strlen(all);
		(void)snprintf(all + used, sizeof(all) - used, "%s%s", used == 0 ? "" : ", ", data_tree_cstr(b, "playbook"));
	}
	if (found == NULL)
		(void)diag_say(diag, -EINVAL, _("there is no playbook \"%.40s\": %s"), name_cstr, all);
	return found;
}

const struct data_tree *
desk_playbook_of(struct desk *desk, const struct case_file *file, const char *name_cstr, struct diag *diag)
{
	const struct data_tree *category = vocabulary_category(
	    desk->vocabulary, case_file_value(&file->incident, "category"));
	const char *its_cstr = data_tree_cstr(category, "playbook");
	return desk_playbook_find(desk, name_cstr[0] != '\0' ? name_cstr : its_cstr == NULL ? "" : its_cstr, diag);
}

static void
lines_json(struct json *out, struct bytes key, const struct data_tree *list, enum language language)
{
	json_open_array(out, key);
	for (const struct data_tree *e = list == NULL ? NULL : list->first; e != NULL; e = e->next)
		json_cstr(out, (struct bytes){0}, vocabulary_words(e, language));
	json_close_array(out);
}

static void
steps_json(struct json *out, const struct data_tree *list, enum language language)
{
	json_open_array(out, JSON_KEY("steps"));
	for (const struct data_tree *e = list == NULL ? NULL : list->first; e != NULL; e = e->next) {
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("phase"), data_tree_cstr(e, "phase"));
		json_i64(out, JSON_KEY("hours"), desk_playbook_hours(e));
		json_cstr(out, JSON_KEY("text"), vocabulary_words(e, language));
		json_close_object(out);
	}
	json_close_array(out);
}

int
desk_playbook_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	const struct data_tree *book = desk_playbook_find(desk, desk_order_value(order, "name"), diag);
	if (book == NULL)
		return -EINVAL;
	json_open_object(out, (struct bytes){0});
	json_cstr(out, JSON_KEY("playbook"), data_tree_cstr(book, "playbook"));
	json_cstr(out, JSON_KEY("title"), vocabulary_words(data_tree_find(book, "title"), desk->language));
	lines_json(out, JSON_KEY("first"), data_tree_find(book, "first"), desk->language);
	lines_json(out, JSON_KEY("never"), data_tree_find(book, "never"), desk->language);
	steps_json(out, data_tree_find(book, "steps"), desk->language);
	json_close_object(out);
	return 0;
}

static int
keep_task(struct desk *desk, struct case_file *file, const struct data_tree *book, const struct data_tree *step,
    struct json *out, struct diag *diag)
{
	struct case_item task = {.kind_cstr = "task",
	    .by_cstr = desk->who_cstr,
	    .at_ns = desk->now_ns + (int64_t)desk->made, /* in the order of the book */
	    .incident_cstr = file->incident.id_cstr};
	const char *title_cstr = vocabulary_words(step, desk->language);
	int r = desk_fields_init(desk, &task, diag);
	if (r < 0)
		return r;
	task.id_cstr = desk_new_id(desk, "TSK-", title_cstr);
	desk_fields_set(&task, "title", title_cstr);
	desk_fields_set(&task, "due", desk_utc(desk, desk_now_s(desk) + desk_playbook_hours(step) * HOUR_SECONDS));
	desk_fields_set(&task, "playbook", data_tree_cstr(book, "playbook"));
	r = desk_fields_keep(desk, file, NULL, &task, diag);
	if (r == 0)
		desk_show_item(out, (struct bytes){0}, &task);
	return r;
}

int
desk_playbook_tasks(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct case_file file;
	int r = desk_file_load(desk, desk_order_value(order, "id"), &file, NULL, diag);
	const struct data_tree *book = r < 0 ? NULL : desk_playbook_of(desk, &file, desk_order_value(order, "name"), diag);
	if (r < 0 || book == NULL)
		return r < 0 ? r : -EINVAL;
	const struct data_tree *steps = data_tree_find(book, "steps");
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("tasks"));
	for (const struct data_tree *e = steps == NULL ? NULL : steps->first; e != NULL && r == 0; e = e->next)
		r = keep_task(desk, &file, book, e, out, diag);
	json_close_array(out);
	json_close_object(out);
	desk->created = true;
	return r;
}
