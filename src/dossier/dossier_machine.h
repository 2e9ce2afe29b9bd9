/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_machine.h - what people and scans say of machines, beside what the sensor saw of them (dossier_put_asset).
 *
 * An object of the kind "asset" has rows of both; it may have been declared and never seen. Each change is a line of the
 * journal. What is read, all of it put together, is dossier_machines.h.
 */
#ifndef DOSSIER_DOSSIER_MACHINE_H
#define DOSSIER_DOSSIER_MACHINE_H

#include "core/diag.h"
#include "dossier/dossier_id.h"
#include "record/machine.h"

struct dossier;

extern const char dossier_machine_tables_cstr[]; /* the step of the schema that made them */

/* "AST-" and the address, else the MAC, else a digest of the name. */
void dossier_machine_id(const struct machine *machine, char out[static DOSSIER_ID_MAX]);
/* Adds what it says to what is known; what an older scan saw does not replace a newer one's. What a list of the organisation holds
 * is declared by it. 0 or a negative errno with diag; *changed (may be NULL): something was new. */
MUST_USE int dossier_machine_put(struct dossier *dossier, const struct machine *machine, bool *changed, struct diag *diag);

/* One thing that a person says of a machine: a field of machine_field_name(), "value", "declared" ("yes", "no"), or "service":
 * "22/tcp ssh" adds one, "-22/tcp" takes it away. An empty value takes the field away. */
struct dossier_machine_word {
	const char *name_cstr, *value_cstr;
};
/* -EINVAL: which word is wrong, and what was expected (*wrong, may be NULL: its place). -ENOENT: no such machine. */
MUST_USE int dossier_machine_say(struct dossier *dossier, const char *id_cstr, const struct dossier_machine_word *words,
    size_t count, size_t *wrong, struct diag *diag);

/* Two addresses of one machine: from is shown with into from now on, and so are those that were merged into from. -EINVAL: the same
 * one; -ENOENT. */
MUST_USE int dossier_machine_merge(
    struct dossier *dossier, const char *from_cstr, const char *into_cstr, const char *why_cstr, struct diag *diag);
/* Takes it back, and remembers that they are two, so that nobody proposes it again. -ENOENT: it was not merged. */
MUST_USE int dossier_machine_split(struct dossier *dossier, const char *from_cstr, const char *why_cstr, struct diag *diag);
/* Machines with one MAC whose times do not overlap are one that got another address: merged, into the latest. Returns how many. */
MUST_USE int dossier_machine_merge_leases(struct dossier *dossier, struct diag *diag);

#endif
