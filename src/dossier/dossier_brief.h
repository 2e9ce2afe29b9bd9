/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_brief.h - all incidents in a few words each, for lists: three questions to the database, however many there
 * are, where dossier_case_load() asks several for each one. */
#ifndef DOSSIER_DOSSIER_BRIEF_H
#define DOSSIER_DOSSIER_BRIEF_H

#include "core/arena.h"
#include "dossier/dossier.h"
#include "record/case_file.h"

struct dossier_brief {
	char id_cstr[CASE_ID_MAX];
	/* What people wrote; "" when they did not. */
	const char *title_cstr, *category_cstr, *state_cstr, *owner_cstr, *seen_cstr, *closed_cstr;
	const char *restricted_cstr, *exercise_cstr; /* who may see it: person_sees() */
	unsigned severity;                           /* what people decided, else what alerts say */
	/* What alerts tell. */
	const char *detector_cstr; /* whose advice matters most (incident_main_part); "" when no alert told of it */
	struct addr attacker;
	uint64_t alerts, victims;
	int64_t first_ns, last_ns;
};

/* Texts and the array live in the arena; in the order of their ids. 0, or a negative errno with diag. */
MUST_USE int dossier_brief_all(
    struct dossier *dossier, struct arena *arena, struct dossier_brief **out, size_t *count, struct diag *diag);

/* A field that says who may know of an incident: restricted_to or exercise. */
struct dossier_brief_guard {
	char incident_cstr[CASE_ID_MAX];
	const char *name_cstr, *value_cstr;
};
/* All of them, in the arena. 0, or a negative errno with diag. */
MUST_USE int dossier_brief_guards(
    struct dossier *dossier, struct arena *arena, struct dossier_brief_guard **out, size_t *count, struct diag *diag);

#endif
