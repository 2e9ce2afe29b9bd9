/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_place.h - where a dossier is: a folder with dossier.db, or the address of a PostgreSQL server; and the locks
 * that writers hold there for as long as they have it open.
 */
#ifndef DOSSIER_DOSSIER_PLACE_H
#define DOSSIER_DOSSIER_PLACE_H

#include "dossier/dossier_db.h"

/* A server is connected; of a folder only the path is kept. 0 or a negative errno with diag. */
MUST_USE int dossier_place_reach(struct dossier *d, const char *place_cstr, struct diag *diag);
/* Takes the locks that d->writes, d->watches and d->any_version ask for, and opens. 0 or a negative errno with diag. */
MUST_USE int dossier_place_enter(struct dossier *d, struct diag *diag);

#endif
