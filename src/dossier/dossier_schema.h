/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_schema.h - the tables of dossier.db, and which version of them a file has. */
#ifndef DOSSIER_DOSSIER_SCHEMA_H
#define DOSSIER_DOSSIER_SCHEMA_H

#include "dossier/dossier_db.h"

enum { DOSSIER_SCHEMA_VERSION = 1, DOSSIER_SCHEMA_APPLICATION = 0x42656666 /* "Beff" */ };

/* Makes the tables in an empty file (when writing), and refuses what is not a dossier or is newer than this program.
 * 0 or a negative errno with diag. */
MUST_USE int dossier_schema_prepare(struct dossier *d, struct diag *diag);

#endif
