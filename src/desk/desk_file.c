/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_file.h"

#include "incident/case_clock.h"
#include "incident/lifecycle.h"
#include "incident/story_json.h"

#include <errno.h>
#include <stdio.h>

bool
desk_file_may_see(const struct desk *desk, const struct case_item *incident)
{
	return desk->is_owner || (desk->person != NULL && person_sees(desk->person, incident));
}

/* In the words of dossier_case_find(): nobody learns that it is there. */
static int
not_there(const char *id_cstr, struct diag *diag)
{
	return diag_say(diag, -ENOENT,
	    _("there is nothing called \"%.80s\" in this dossier: beffroi incident list and show tell the names"), id_cstr);
}

/* On the terminal an id may be shortened. Elsewhere it may not: guessing beginnings would tell what is there. */
static int
find(struct desk *desk, const char *id_cstr, struct dossier_case_name *out, struct diag *diag)
{
	if (desk->is_owner)
		return dossier_case_find(desk->dossier, id_cstr, out, diag);
	int r = dossier_case_named(desk->dossier, id_cstr, out, diag);
	return r == 0 ? not_there(id_cstr, diag) : r < 0 ? r : 0;
}

int
desk_file_load(
    struct desk *desk, const char *id_cstr, struct case_file *out, struct dossier_case_name *name, struct diag *diag)
{
	struct dossier_case_name found;
	struct case_file file;
	int r = find(desk, id_cstr, &found, diag);
	if (r == 0 && found.incident_cstr[0] == '\0')
		r = diag_say(diag, -ENOENT, _("%.80s belongs to no incident"), found.id_cstr);
	if (r == 0)
		r = dossier_case_load(desk->dossier, desk->arena, found.incident_cstr, &file, diag);
	if (r < 0)
		return r;
	if (!desk_file_may_see(desk, &file.incident))
		return not_there(id_cstr, diag);
	(void)snprintf(desk->object_cstr, sizeof(desk->object_cstr), "%s", file.incident.id_cstr);
	*out = file;
	if (name != NULL)
		*name = found;
	return 0;
}

int
desk_file_find(struct desk *desk, const char *id_cstr, struct dossier_case_name *out, struct diag *diag)
{
	struct arena before = *desk->arena;
	struct case_file file;
	int r = find(desk, id_cstr, out, diag);
	if (r == 0 && out->incident_cstr[0] != '\0' && !desk->is_owner)
		r = desk_file_load(desk, id_cstr, &file, NULL, diag);
	*desk->arena = before;
	return r;
}

unsigned
desk_file_severity(const struct case_file *file)
{
	const char *said_cstr = case_file_value(&file->incident, "severity");
	return said_cstr[0] >= '1' && said_cstr[0] <= '4' ? (unsigned)(said_cstr[0] - '0') : file->story->severity;
}

const char *
desk_file_title(const struct desk *desk, const struct case_file *file)
{
	const char *title_cstr = case_file_value(&file->incident, "title");
	if (title_cstr[0] != '\0' || file->story->part_count == 0)
		return title_cstr;
	return story_json_title(desk->language, incident_main_part(file->story)->strongest.detector_cstr);
}

bool
desk_file_next_deadline(const struct desk *desk, const struct case_file *file, struct desk_deadline *out)
{
	static struct case_clock all[CLOCKS_PROFILES_MAX]; /* 40 kB; nothing here calls itself */
	bool found = false;
	if (lifecycle_is_over(&file->incident))
		return false;
	size_t count = case_clock_all(desk->clocks, file, desk->zone, desk_now_s(desk), all);
	for (size_t i = 0; i < count; i++) {
		for (size_t n = 0; all[i].needed && n < all[i].step_count; n++) {
			const struct case_clock_step *step = &all[i].steps[n];
			bool runs = step->state == CASE_CLOCK_RUNS || step->state == CASE_CLOCK_OVERDUE;
			if (!runs || (found && step->deadline.at_s >= out->due_s))
				continue;
			found = true;
			*out = (struct desk_deadline){.profile_cstr = all[i].profile->profile_cstr,
			    .step_cstr = step->deadline.step->step_cstr,
			    .due_s = step->deadline.at_s,
			    .late = step->state == CASE_CLOCK_OVERDUE};
		}
	}
	return found;
}
