/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_case.h - the files of incidents: what people write beside the alerts (record/case_file.h).
 *
 * Each changed field is a line of the journal, with what it was before and what it is now, and who changed it. What
 * belongs together stands between dossier_begin() and dossier_end().
 */
#ifndef DOSSIER_DOSSIER_CASE_H
#define DOSSIER_DOSSIER_CASE_H

#include "core/arena.h"
#include "dossier/dossier.h"
#include "record/case_file.h"

/* Who writes from now on, for the journal. */
void dossier_case_sign(struct dossier *dossier, const char *who_cstr);
/* The whole file of an incident; texts live in the arena. 0, or a negative errno with diag (-ENOENT: no such incident). */
MUST_USE int dossier_case_load(
    struct dossier *dossier, struct arena *arena, const char *incident_id_cstr, struct case_file *out, struct diag *diag);
/* Their tables: a step of the schema. */
extern const char dossier_case_tables_cstr[];

struct dossier_case_name {
	char id_cstr[96], kind_cstr[CASE_NAME_MAX];
	char incident_cstr[CASE_ID_MAX]; /* the incident it belongs to; empty when none */
};
/* What a person means by an id or an unambiguous beginning of it, in any case of letters; the digits alone are an incident's.
 * -ENOENT, or -ENOTUNIQ, with diag. */
MUST_USE int
dossier_case_find(struct dossier *dossier, const char *id_cstr, struct dossier_case_name *out, struct diag *diag);
/* Of exactly this id. 1; 0: there is none; or a negative errno with diag. */
MUST_USE int
dossier_case_named(struct dossier *dossier, const char *id_cstr, struct dossier_case_name *out, struct diag *diag);
/* Adds the item when it is not there (with its at_ns and by), then sets the fields it has; an empty value takes a field back;
 * fields it has not stay as they are. An incident that no alert told of is added with its first field. */
MUST_USE int dossier_case_put(struct dossier *dossier, const struct case_item *item, struct diag *diag);
/* Hands an item, or an alert (kind "alert"), over to another incident. */
MUST_USE int dossier_case_move(struct dossier *dossier, const char *id_cstr, const char *kind_cstr, const char *from_cstr,
    const char *to_cstr, struct diag *diag);
/* The ids of all incidents, latest first. Returns their number or a negative errno with diag. */
MUST_USE int dossier_case_each(
    struct dossier *dossier, void (*each)(void *context, const char *incident_id_cstr), void *context, struct diag *diag);
#endif
