/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_fields.h - what is given for a thing, as fields that may be kept: names are known, values checked, times read in the
 * zone ("now" is now), ids completed, categories and severities understood by their names. */
#ifndef DESK_DESK_FIELDS_H
#define DESK_DESK_FIELDS_H

#include "desk/desk_file.h"
#include "record/case_fields.h"

/* Into out->fields, in the arena. 0, or a negative errno with diag (desk->refused_cstr is the field). */
MUST_USE int desk_fields_read(struct desk *desk, const struct case_kind *kind, const struct desk_input *given, size_t count,
    struct case_item *out, struct diag *diag);
/* Room for the fields of an item that is being made. */
MUST_USE int desk_fields_init(struct desk *desk, struct case_item *item, struct diag *diag);
/* The texts live as long as the arena. */
void desk_fields_set(struct case_item *item, const char *name_cstr, const char *value_cstr);
/* Only where nothing is said yet, and there is something to say. */
void desk_fields_set_unless(struct case_item *item, const char *name_cstr, const char *value_cstr);

/* Checks a change and keeps it: an item with some fields, of this file. before: NULL for a new one. It passes the rules
 * (incident/lifecycle.h, incident/case_clock.h) or is refused as a whole. */
MUST_USE int desk_fields_keep(
    struct desk *desk, struct case_file *file, const struct case_item *before, struct case_item *change, struct diag *diag);

#endif
