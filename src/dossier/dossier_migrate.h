/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_migrate.h - what steps of the schema do beyond SQL. */
#ifndef DOSSIER_DOSSIER_MIGRATE_H
#define DOSSIER_DOSSIER_MIGRATE_H

#include "dossier/dossier_db.h"

/* Step 2: chains the lines of the old journal anew, with digests in the place of contents, and says in a line of its own what
 * the old chain was and whether it held. */
MUST_USE int dossier_migrate_journal_seals(struct dossier *d, struct diag *diag);
/* Behind the last step: seals again, with a line each, the objects whose rows the steps changed. */
MUST_USE int dossier_migrate_seal_changed(struct dossier *d, struct diag *diag);

#endif
