/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_fields.h"

#include "incident/case_clock.h"
#include "incident/lifecycle.h"
#include "record/alert.h"

#include <errno.h>

static int
read_time(struct desk *desk, const char *name_cstr, const char **value, struct diag *diag)
{
	int64_t at_s = desk_now_s(desk);
	int r = strcmp(*value, "now") == 0 ? 0 : zone_parse_time(desk->zone, *value, &at_s, diag);
	if (r < 0)
		return diag_say(diag, r, "%s: %s", name_cstr, desk_text(desk, "%s", diag->text_cstr));
	*value = desk_utc(desk, at_s);
	return 0;
}

static int
read_reference(struct desk *desk, const char **value, struct diag *diag)
{
	struct dossier_case_name found;
	int r = desk_file_find(desk, *value, &found, diag);
	if (r == 0)
		*value = desk_text(desk, "%s", found.id_cstr);
	return r;
}

/* What people say for what is kept: "phishing" for "fraud.phishing", "amber" for "AMBER", "serious" for 3. */
static void
understand(struct desk *desk, const struct case_field_def *def, const char **value)
{
	if (strcmp(def->name_cstr, "category") == 0) {
		const struct data_tree *found = vocabulary_category(desk->vocabulary, *value);
		if (found != NULL)
			*value = data_tree_cstr(found, "code");
	}
	for (size_t i = 0; def->type == CASE_WORD && def->words[i] != NULL; i++)
		if (bytes_eq_nocase(bytes_of_cstr(def->words[i]), bytes_of_cstr(*value)))
			*value = def->words[i];
	for (unsigned g = 1; strcmp(def->name_cstr, "severity") == 0 && g <= SEVERITY_CRITICAL; g++)
		if (strcmp(*value, alert_severity_word(g)) == 0)
			*value = desk_text(desk, "%u", g);
}

static int
read_field(struct desk *desk, const struct case_kind *kind, const struct desk_input *given, struct case_item *out,
    struct diag *diag)
{
	const struct case_field_def *def = case_fields_find(kind, given->name_cstr);
	const char *value_cstr = given->value_cstr;
	desk->refused_cstr = given->name_cstr;
	if (def == NULL)
		return diag_say(diag, -EINVAL, _("there is no field \"%.60s\" of a %s: incident fields lists them"),
		    given->name_cstr, kind->kind_cstr);
	if (!desk->is_owner && strcmp(kind->kind_cstr, "incident") == 0 && !person_may_set(desk->person, given->name_cstr))
		return diag_say(diag, -EACCES, "%s", _("your account may not do this"));
	int r = 0;
	understand(desk, def, &value_cstr);
	if (value_cstr[0] != '\0' && def->type == CASE_TIME)
		r = read_time(desk, given->name_cstr, &value_cstr, diag);
	if (value_cstr[0] != '\0' && def->type == CASE_REF)
		r = read_reference(desk, &value_cstr, diag);
	if (r == 0)
		r = case_fields_check(def, value_cstr, diag);
	if (r < 0)
		return r;
	desk_fields_set(out, def->name_cstr, value_cstr);
	desk->refused_cstr = NULL;
	return 0;
}

int
desk_fields_init(struct desk *desk, struct case_item *item, struct diag *diag)
{
	item->field_count = 0;
	item->fields = arena_new(desk->arena, struct case_field, CASE_FIELDS_MAX);
	return item->fields == NULL ? desk_no_memory(diag) : 0;
}

void
desk_fields_set(struct case_item *item, const char *name_cstr, const char *value_cstr)
{
	for (size_t i = 0; i < item->field_count; i++) {
		if (strcmp(item->fields[i].name_cstr, name_cstr) == 0) {
			item->fields[i].value_cstr = value_cstr;
			return;
		}
	}
	if (item->field_count < CASE_FIELDS_MAX)
		item->fields[item->field_count++] = (struct case_field){name_cstr, value_cstr};
}

void
desk_fields_set_unless(struct case_item *item, const char *name_cstr, const char *value_cstr)
{
	if (case_file_value(item, name_cstr)[0] == '\0' && value_cstr[0] != '\0')
		desk_fields_set(item, name_cstr, value_cstr);
}

int
desk_fields_read(struct desk *desk, const struct case_kind *kind, const struct desk_input *given, size_t count,
    struct case_item *out, struct diag *diag)
{
	int r = out->fields == NULL ? desk_fields_init(desk, out, diag) : 0;
	for (size_t i = 0; i < count && r == 0; i++)
		r = read_field(desk, kind, &given[i], out, diag);
	return r;
}

/* The item as it will be: `before` with the fields of `change` on top. */
static int
merge(struct desk *desk, const struct case_item *before, const struct case_item *change, struct case_item *out,
    struct diag *diag)
{
	*out = *change;
	int r = desk_fields_init(desk, out, diag);
	for (size_t i = 0; before != NULL && r == 0 && i < before->field_count; i++)
		desk_fields_set(out, before->fields[i].name_cstr, before->fields[i].value_cstr);
	for (size_t i = 0; r == 0 && i < change->field_count; i++)
		desk_fields_set(out, change->fields[i].name_cstr, change->fields[i].value_cstr);
	return r;
}

/* The field that keeps when a state was entered is filled by itself, unless it was given; leaving the end empties it. */
static void
stamp_state(struct desk *desk, const struct case_item *before, struct case_item *change)
{
	const struct lifecycle_state *to = lifecycle_find(case_file_value(change, "state"));
	if (to == NULL || (before != NULL && case_file_says(before, "state", to->state_cstr)))
		return;
	if (to->time_cstr != NULL && case_file_value(change, to->time_cstr)[0] == '\0')
		desk_fields_set(change, to->time_cstr, desk_utc(desk, desk_now_s(desk)));
	if (before != NULL && lifecycle_is_over(before))
		desk_fields_set(change, "closed", "");
}

/* What a right of its own is needed for, beside that of the operation. */
static int
check_rights(struct desk *desk, const struct case_item *before, const struct case_item *after, struct diag *diag)
{
	static const struct case_item none;
	bool is_incident = strcmp(after->kind_cstr, "incident") == 0;
	bool ends = is_incident &&
	    case_file_says(before == NULL ? &none : before, "state", "closed") != case_file_says(after, "state", "closed");
	bool tells = strcmp(after->kind_cstr, "notice") == 0 || strcmp(after->kind_cstr, "clock") == 0;
	if ((ends && !desk_may(desk, RIGHT_INCIDENT_CLOSE)) || (tells && !desk_may(desk, RIGHT_NOTICE_WRITE)))
		return diag_say(diag, -EACCES, "%s", _("your account may not do this"));
	if (is_incident && !desk_file_may_see(desk, after))
		return diag_say(diag, -EPERM, "%s", _("you would shut yourself out of this incident"));
	return 0;
}

static int
check_clocks(struct desk *desk, struct case_file *file, const struct case_item *before, const struct case_item *after,
    struct diag *diag)
{
	if (strcmp(after->kind_cstr, "clock") == 0 || strcmp(after->kind_cstr, "notice") == 0)
		return case_clock_check(desk->clocks, file, desk->zone, after, diag);
	bool closes = strcmp(after->kind_cstr, "incident") == 0 && case_file_says(after, "state", "closed") &&
	    (before == NULL || !case_file_says(before, "state", "closed"));
	if (!closes)
		return 0;
	struct case_file as_it_will_be = *file;
	as_it_will_be.incident = *after;
	return case_clock_check_closing(desk->clocks, &as_it_will_be, desk->zone, desk_now_s(desk), diag);
}

int
desk_fields_keep(
    struct desk *desk, struct case_file *file, const struct case_item *before, struct case_item *change, struct diag *diag)
{
	struct case_item after;
	if (strcmp(change->kind_cstr, "incident") == 0)
		stamp_state(desk, before, change);
	int r = merge(desk, before, change, &after, diag);
	if (r == 0)
		r = check_rights(desk, before, &after, diag);
	if (r == 0)
		r = lifecycle_check(desk->vocabulary, file, before, &after, diag);
	if (r == 0)
		r = check_clocks(desk, file, before, &after, diag);
	return r == 0 ? dossier_case_put(desk->dossier, change, diag) : r;
}
