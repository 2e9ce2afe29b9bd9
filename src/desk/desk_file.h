/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_file.h - the file of an incident as an operation works on it: found by what a person calls it, and only if this person
 * may know of it. */
#ifndef DESK_DESK_FILE_H
#define DESK_DESK_FILE_H

#include "desk/desk.h"
#include "dossier/dossier_brief.h"
#include "dossier/dossier_case.h"

/* The file of the incident that an id means, or that the thing of this id belongs to; name may be NULL. An incident that this
 * person may not see is as one that is not there: -ENOENT. Fills desk->object_cstr. */
MUST_USE int desk_file_load(
    struct desk *desk, const char *id_cstr, struct case_file *out, struct dossier_case_name *name, struct diag *diag);
/* What a thing is, and to which incident it belongs, without loading its file: the same rules. */
MUST_USE int desk_file_find(struct desk *desk, const char *id_cstr, struct dossier_case_name *out, struct diag *diag);
/* Need-to-know (person_sees). */
bool desk_file_may_see(const struct desk *desk, const struct case_item *incident);
unsigned desk_file_severity(const struct case_file *file); /* what people decided, else what alerts say */
/* The title people gave, or that of its alerts. */
const char *desk_file_title(const struct desk *desk, const struct case_file *file);

/* The next step of a clock that is not sent: the earliest. */
struct desk_deadline {
	const char *profile_cstr, *step_cstr;
	int64_t due_s;
	bool late;
};
/* False: nothing is due. */
bool desk_file_next_deadline(const struct desk *desk, const struct case_file *file, struct desk_deadline *out);

#endif
