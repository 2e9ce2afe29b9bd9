/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_exception.h - exceptions (record/exception.h) and the alerts they keep aside: each such alert is linked "hidden-by" to its
 * exception where it would be "part-of" an incident. Changes are signed by who is signed (dossier_case_sign).
 */
#ifndef DOSSIER_DOSSIER_EXCEPTION_H
#define DOSSIER_DOSSIER_EXCEPTION_H

#include "dossier/dossier.h"
#include "record/exception.h"

/* Each: 0, or a negative errno with diag. */
/* -EEXIST: its id is taken; -E2BIG: there are EXCEPTION_MAX that hold. */
MUST_USE int dossier_exception_add(struct dossier *d, const struct exception *exception, struct diag *diag);
/* -ENOENT; -EALREADY when it had ended. */
MUST_USE int dossier_exception_end(struct dossier *d, const char *id_cstr, int64_t now_ns, struct diag *diag);
MUST_USE int dossier_exception_find(struct dossier *d, const char *id_cstr, struct exception *out, struct diag *diag);
/* The newest first; *hidden: alerts it has kept aside so far. */
MUST_USE int dossier_exception_each(struct dossier *d,
    void (*each)(void *context, const struct exception *exception, uint64_t hidden), void *context, struct diag *diag);
/* Those that concern an incident, the newest first: they fit one of its alerts, or have kept aside what its attacker did. The latest
 * EXCEPTION_MAX are asked, those that have ended too. */
MUST_USE int dossier_exception_of_incident(struct dossier *d, const char *incident_cstr, const struct addr *attacker,
    void (*each)(void *context, const struct exception *exception, uint64_t hidden), void *context, struct diag *diag);
/* Alerts it has kept aside. */
MUST_USE int dossier_exception_hidden(struct dossier *d, const char *id_cstr, uint64_t *out, struct diag *diag);

/* Those that hold now, for whoever receives alerts. Read again when it is told to, or when `again_ns` have passed since. */
struct dossier_exception_set {
	struct exception *all; /* EXCEPTION_MAX */
	size_t count;
	int64_t read_ns;
};
MUST_USE int
dossier_exception_set_read(struct dossier *d, struct dossier_exception_set *out, int64_t now_ns, struct diag *diag);
void dossier_exception_set_done(struct dossier_exception_set *exceptions);
/* The first that fits and holds; NULL: none. */
const struct exception *
dossier_exception_set_find(const struct dossier_exception_set *exceptions, const struct alert *alert, int64_t now_ns);

/* Their table: a step of the schema. */
extern const char dossier_exception_tables_cstr[];

#endif
