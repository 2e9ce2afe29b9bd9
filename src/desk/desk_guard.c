/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_guard.h"

#include "desk/desk_file.h"
#include "dossier/dossier_brief.h"

/* Two fields decide (record/person.h): few incidents have them. */
struct desk_guard {
	const struct dossier_brief_guard *all;
	size_t count;
};

int
desk_guard_load(struct desk *desk, struct diag *diag)
{
	struct desk_guard *guard = arena_new(desk->arena, struct desk_guard, 1);
	struct dossier_brief_guard *all = NULL;
	if (guard == NULL)
		return desk_no_memory(diag);
	int r = desk->is_owner ? 0 : dossier_brief_guards(desk->dossier, desk->arena, &all, &guard->count, diag);
	guard->all = all;
	if (r == 0)
		desk->guard = guard;
	return r;
}

bool
desk_guard_hides_incident(const struct desk *desk, const char *incident_id_cstr)
{
	struct case_field fields[] = {{"restricted_to", ""}, {"exercise", ""}};
	struct case_item incident = {.field_count = LENGTH_OF(fields), .fields = fields};
	for (size_t i = 0; desk->guard != NULL && i < desk->guard->count; i++) {
		const struct dossier_brief_guard *g = &desk->guard->all[i];
		if (strcmp(g->incident_cstr, incident_id_cstr) == 0)
			fields[strcmp(g->name_cstr, "exercise") == 0].value_cstr = g->value_cstr;
	}
	return !desk_file_may_see(desk, &incident);
}

bool
desk_guard_hides(struct desk *desk, const char *id_cstr)
{
	struct dossier_case_name found;
	struct diag unread = {0};
	if (desk->is_owner)
		return false;
	int r = dossier_case_named(desk->dossier, id_cstr, &found, &unread);
	if (r == 0)
		return false; /* no object: "dossier", or deleted as the law wants it */
	return r < 0 || (found.incident_cstr[0] != '\0' && desk_guard_hides_incident(desk, found.incident_cstr));
}
