/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_open.h"

#include "desk/desk_fields.h"
#include "desk/desk_show.h"
#include "record/alert_text.h"

#include <errno.h>
#include <stdio.h>

enum { SECOND_NS = 1000000000 };

/* What opening always writes down: when, by whom, and the first state. */
static void
set_origin(struct desk *desk, struct case_item *item)
{
	const char *now_cstr = desk_utc(desk, desk_now_s(desk));
	desk_fields_set(item, "recorded", now_cstr);
	desk_fields_set(item, "recorded_by", desk->who_cstr);
	desk_fields_set_unless(item, "state", "new");
	desk_fields_set_unless(item, "reporter", desk->who_cstr);
	desk_fields_set_unless(item, "category", "other.undetermined");
	if (desk->person != NULL && desk->person->exercises_only)
		desk_fields_set(item, "exercise", "yes"); /* of an exercise nothing else comes */
	desk_fields_set_unless(item, "seen", now_cstr);
}

static int
tell(struct desk *desk, struct json *out, const struct case_item *item)
{
	desk_show_item(out, (struct bytes){0}, item);
	(void)snprintf(desk->object_cstr, sizeof(desk->object_cstr), "%s", item->id_cstr);
	desk->created = true;
	return 0;
}

/* What the order says of the incident itself: five words of the form, and any field. */
static int
read_given(struct desk *desk, const struct desk_order *order, struct case_item *out, struct diag *diag)
{
	static const char *const form[] = {"title", "category", "severity", "seen", "reporter"};
	const struct case_kind *kind = case_fields_kind("incident");
	int r = desk_fields_read(desk, kind, order->fields, order->field_count, out, diag);
	for (size_t i = 0; i < LENGTH_OF(form) && r == 0; i++) {
		struct desk_input given = {form[i], desk_order_value(order, form[i])};
		r = given.value_cstr[0] == '\0' ? 0 : desk_fields_read(desk, kind, &given, 1, out, diag);
	}
	return r;
}

struct search {
	const char *alert_cstr;
	const struct alert_text *text;
	int64_t last_ns;
};

static void
look(void *context, const struct kept_alert *kept)
{
	struct search *search = context;
	if (search->text != NULL || (search->alert_cstr != NULL && strcmp(kept->id_cstr, search->alert_cstr) != 0))
		return;
	search->text = alert_text_find(bytes_of_cstr(kept->alert.detector_cstr));
	search->last_ns = kept->alert.last_ns;
}

/* An incident that alerts told of gets its file: title, severity and times from them, unless the order says otherwise. */
static int
open_from_alerts(struct desk *desk, const char *id_cstr, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct case_file file;
	struct dossier_case_name name;
	struct case_item item = {.kind_cstr = "incident"};
	struct search search = {0};
	int r = desk_file_load(desk, id_cstr, &file, &name, diag);
	if (r == 0 && case_file_value(&file.incident, "recorded")[0] != '\0')
		r = diag_say(
		    diag, -EEXIST, _("%s is open already: incident show %s"), file.incident.id_cstr, file.incident.id_cstr);
	if (r == 0)
		r = read_given(desk, order, &item, diag);
	if (r < 0)
		return r;
	search.alert_cstr = strcmp(name.kind_cstr, "alert") == 0 ? name.id_cstr : NULL;
	r = dossier_each_alert(desk->dossier, file.incident.id_cstr, look, &search, diag);
	if (r < 0)
		return r;
	item.id_cstr = item.incident_cstr = file.incident.id_cstr;
	item.by_cstr = desk->who_cstr;
	if (search.text != NULL)
		desk_fields_set_unless(&item, "title", text_in(desk->language, search.text->title_cstr));
	desk_fields_set_unless(&item, "severity", desk_text(desk, "%u", file.story->severity));
	desk_fields_set_unless(&item, "happened", desk_utc(desk, file.story->first_ns / SECOND_NS));
	int64_t seen_ns = search.text != NULL ? search.last_ns : file.story->last_ns;
	desk_fields_set_unless(&item, "seen", desk_utc(desk, seen_ns / SECOND_NS));
	set_origin(desk, &item);
	r = desk_fields_keep(desk, &file, NULL, &item, diag);
	return r < 0 ? r : tell(desk, out, &item);
}

/* item: the fields that are given, in the arena. */
static int
open_by_hand(struct desk *desk, struct case_item *item, struct diag *diag)
{
	item->kind_cstr = "incident";
	item->by_cstr = desk->who_cstr;
	item->at_ns = desk_now_s(desk) * SECOND_NS;
	item->id_cstr = item->incident_cstr = desk_new_id(desk, "INC-", case_file_value(item, "title"));
	desk_fields_set_unless(item, "severity", "2");
	set_origin(desk, item);
	struct case_file file = {.incident = {.kind_cstr = "incident", .id_cstr = item->id_cstr}};
	return desk_fields_keep(desk, &file, NULL, item, diag);
}

int
desk_open_incident(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct case_item item = {.field_count = 0};
	const char *alert_cstr = desk_order_value(order, "alert");
	if (alert_cstr[0] != '\0')
		return open_from_alerts(desk, alert_cstr, order, out, diag);
	int r = read_given(desk, order, &item, diag);
	if (r == 0)
		r = open_by_hand(desk, &item, diag);
	return r < 0 ? r : tell(desk, out, &item);
}

int
desk_open_alert(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	return open_from_alerts(desk, desk_order_value(order, "id"), order, out, diag);
}

/* A new incident that takes these items and alerts with it. */
int
desk_open_split(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct case_file from;
	struct case_item made = {.field_count = 0};
	struct desk_input title = {"title", desk_order_value(order, "title")};
	const char *thing_cstr;
	size_t at = 0;
	if (!desk_order_has(order, "things"))
		return desk_refuse(desk, diag, "things", _("say which things go into the new incident"));
	int r = desk_file_load(desk, desk_order_value(order, "id"), &from, NULL, diag);
	if (r == 0)
		r = desk_fields_read(desk, case_fields_kind("incident"), &title, 1, &made, diag);
	if (r < 0)
		return r;
	for (const char *const *name =
	         (const char *const[]){"category", "severity", "happened", "seen", "tlp", "restricted_to", "exercise", NULL};
	     *name != NULL; name++)
		desk_fields_set_unless(&made, *name, case_file_value(&from.incident, *name));
	r = open_by_hand(desk, &made, diag);
	while (r == 0 && (thing_cstr = desk_order_next(order, "things", &at)) != NULL) {
		struct dossier_case_name name;
		r = desk_file_find(desk, thing_cstr, &name, diag);
		if (r == 0 &&
		    (strcmp(name.incident_cstr, from.incident.id_cstr) != 0 || strcmp(name.kind_cstr, "incident") == 0))
			r = diag_say(diag, -EINVAL, _("%.80s does not belong to %s"), name.id_cstr, from.incident.id_cstr);
		if (r == 0)
			r = dossier_case_move(
			    desk->dossier, name.id_cstr, name.kind_cstr, from.incident.id_cstr, made.id_cstr, diag);
	}
	return r < 0 ? r : tell(desk, out, &made);
}
