/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_change.h"

#include "desk/desk_fields.h"
#include "desk/desk_show.h"
#include "incident/lifecycle.h"

#include <errno.h>
#include <stdio.h>

enum { MOVED_MAX = 4096 };

static int
tell(struct desk *desk, struct json *out, const struct case_item *item)
{
	desk_show_item(out, (struct bytes){0}, item);
	(void)snprintf(desk->object_cstr, sizeof(desk->object_cstr), "%s", item->id_cstr);
	return 0;
}

int
desk_change_set(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct case_file file;
	struct dossier_case_name name;
	struct case_item change = {.field_count = 0};
	if (order->field_count == 0)
		return desk_refuse(desk, diag, "fields", _("say which fields become what"));
	int r = desk_file_load(desk, desk_order_value(order, "id"), &file, &name, diag);
	const struct case_item *before = r < 0 ? NULL : case_file_find(&file, name.id_cstr);
	if (r == 0 && before == NULL)
		r = diag_say(diag, -EINVAL, _("%.80s cannot be changed: it is not written by people"), name.id_cstr);
	if (r == 0)
		r = desk_fields_read(
		    desk, case_fields_kind(before->kind_cstr), order->fields, order->field_count, &change, diag);
	if (r < 0)
		return r;
	change.id_cstr = before->id_cstr;
	change.kind_cstr = before->kind_cstr;
	change.incident_cstr = before->incident_cstr;
	change.by_cstr = desk->who_cstr;
	r = desk_fields_keep(desk, &file, before, &change, diag);
	return r < 0 ? r : tell(desk, out, &change);
}

int
desk_change_add(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	const struct case_kind *kind = case_fields_kind(desk_order_value(order, "kind"));
	struct case_file file;
	if (kind == NULL || kind->verb_cstr == NULL)
		return desk_refuse(desk, diag, "kind", _("one of the kinds of the vocabulary was expected, such as task"));
	struct case_item item = {.kind_cstr = kind->kind_cstr, .by_cstr = desk->who_cstr, .at_ns = desk->now_ns};
	int r = desk_file_load(desk, desk_order_value(order, "id"), &file, NULL, diag);
	if (r == 0)
		r = desk_fields_read(desk, kind, order->fields, order->field_count, &item, diag);
	if (r < 0)
		return r;
	if (strcmp(kind->kind_cstr, "notice") == 0)
		desk_fields_set_unless(&item, "sent", desk_utc(desk, desk_now_s(desk)));
	if (strcmp(kind->kind_cstr, "action") == 0)
		desk_fields_set_unless(&item, "state", "open");
	item.incident_cstr = file.incident.id_cstr;
	item.id_cstr = desk_new_id(desk, kind->prefix_cstr, case_file_value(&item, kind->main_cstr));
	desk->created = true;
	r = desk_fields_keep(desk, &file, NULL, &item, diag);
	return r < 0 ? r : tell(desk, out, &item);
}

/* Sets fields of the incident itself that the program gives. */
static int
change_incident(struct desk *desk, struct case_file *file, struct case_item *change, struct json *out, struct diag *diag)
{
	change->id_cstr = change->incident_cstr = file->incident.id_cstr;
	change->kind_cstr = "incident";
	change->by_cstr = desk->who_cstr;
	int r = desk_fields_keep(desk, file, &file->incident, change, diag);
	return r < 0 ? r : tell(desk, out, change);
}

int
desk_change_aware(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	static const char *const names[][2] = {{"by", "aware_by"}, {"why", "aware_why"}, {"at", "aware"}};
	struct case_file file;
	struct case_item change = {.field_count = 0};
	int r = desk_file_load(desk, desk_order_value(order, "id"), &file, NULL, diag);
	for (size_t i = 0; i < LENGTH_OF(names) && r == 0; i++) {
		struct desk_input given = {names[i][1], desk_order_value(order, names[i][0])};
		if (given.value_cstr[0] == '\0')
			continue;
		r = desk_fields_read(desk, case_fields_kind("incident"), &given, 1, &change, diag);
		if (r < 0)
			desk->refused_cstr = names[i][0];
	}
	if (r == 0 && change.fields == NULL)
		r = desk_fields_init(desk, &change, diag);
	if (r < 0)
		return r;
	desk_fields_set_unless(&change, "aware", desk_utc(desk, desk_now_s(desk)));
	desk_fields_set_unless(&change, "aware_by", desk->who_cstr);
	return change_incident(desk, &file, &change, out, diag);
}

int
desk_change_close(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct case_file file;
	struct desk_input why = {"state_why", desk_order_value(order, "why")};
	struct case_item change = {.field_count = 0};
	int r = desk_file_load(desk, desk_order_value(order, "id"), &file, NULL, diag);
	if (r == 0)
		r = desk_fields_read(desk, case_fields_kind("incident"), &why, why.value_cstr[0] != '\0', &change, diag);
	if (r < 0)
		return r;
	desk_fields_set(&change, "state", "closed");
	return change_incident(desk, &file, &change, out, diag);
}

int
desk_change_reopen(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct case_file file;
	struct desk_input why = {"state_why", desk_order_value(order, "why")};
	struct case_item change = {.field_count = 0};
	int r = desk_file_load(desk, desk_order_value(order, "id"), &file, NULL, diag);
	if (r == 0 && why.value_cstr[0] == '\0')
		r = desk_refuse(desk, diag, "why", _("say why it is opened again"));
	if (r == 0)
		r = desk_fields_read(desk, case_fields_kind("incident"), &why, 1, &change, diag);
	if (r == 0 && !lifecycle_is_over(&file.incident))
		r = diag_say(diag, -EPERM, _("%s is not closed"), file.incident.id_cstr);
	if (r < 0)
		return r;
	desk_fields_set(&change, "state", "qualified");
	return change_incident(desk, &file, &change, out, diag);
}

/* Alerts are named while they are read, and moved when all are known. */
struct moved {
	size_t count;
	bool full;
	char ids[MOVED_MAX][INCIDENT_ID_MAX];
};

static void
name_alert(void *context, const struct kept_alert *kept)
{
	struct moved *moved = context;
	if (moved->count == MOVED_MAX)
		moved->full = true;
	else
		(void)snprintf(moved->ids[moved->count++], INCIDENT_ID_MAX, "%s", kept->id_cstr);
}

static int
move_all(struct desk *desk, const struct case_file *from, const char *to_cstr, struct diag *diag)
{
	struct moved *moved = arena_new(desk->arena, struct moved, 1);
	int r = moved == NULL ? desk_no_memory(diag)
	                      : dossier_each_alert(desk->dossier, from->incident.id_cstr, name_alert, moved, diag);
	if (r >= 0 && moved->full)
		r = diag_say(
		    diag, -E2BIG, _("%s has too many alerts to be merged: relate them instead"), from->incident.id_cstr);
	for (size_t i = 0; r >= 0 && i < moved->count; i++)
		r = dossier_case_move(desk->dossier, moved->ids[i], "alert", from->incident.id_cstr, to_cstr, diag);
	for (size_t i = 0; r >= 0 && i < from->item_count; i++)
		r = dossier_case_move(
		    desk->dossier, from->items[i].id_cstr, from->items[i].kind_cstr, from->incident.id_cstr, to_cstr, diag);
	return r < 0 ? r : 0;
}

int
desk_change_merge(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct case_file into, from;
	struct case_item change = {.field_count = 0};
	int r = desk_file_load(desk, desk_order_value(order, "other"), &from, NULL, diag);
	if (r < 0)
		desk->refused_cstr = "other";
	if (r == 0)
		r = desk_file_load(desk, desk_order_value(order, "id"), &into, NULL, diag);
	if (r == 0)
		r = desk_fields_init(desk, &change, diag);
	if (r < 0)
		return r;
	if (strcmp(into.incident.id_cstr, from.incident.id_cstr) == 0 || case_file_says(&into.incident, "state", "merged"))
		return diag_say(diag, -EINVAL, "%s", _("an incident is merged into another one that is not merged itself"));
	desk_fields_set(&change, "state", "merged");
	desk_fields_set(&change, "merged_into", into.incident.id_cstr);
	r = move_all(desk, &from, into.incident.id_cstr, diag);
	return r < 0 ? r : change_incident(desk, &from, &change, out, diag);
}
