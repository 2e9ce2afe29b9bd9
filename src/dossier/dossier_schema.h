/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_schema.h - the tables of dossier.db as a list of numbered steps, and which version of them a dossier has:
 * the number of steps it went through.
 */
#ifndef DOSSIER_DOSSIER_SCHEMA_H
#define DOSSIER_DOSSIER_SCHEMA_H

#include "dossier/dossier_db.h"

enum { DOSSIER_SCHEMA_APPLICATION = 0x42656666 /* "Beff" */ };

struct dossier_step {
	const char *what_cstr;
	const char *sql_cstr;                               /* as store_dialect.h says */
	const char *postgresql_cstr;                        /* instead, where a dialect is not enough; NULL: the same */
	int (*after)(struct dossier *d, struct diag *diag); /* what SQL alone cannot do; NULL: nothing */
};

const struct dossier_step *dossier_schema_steps(size_t *count);
/* Makes the tables in an empty file (when writing), and refuses what is not a dossier, is newer than this program or, unless
 * d->any_version, older. 0 or a negative errno with diag. */
MUST_USE int dossier_schema_prepare(struct dossier *d, struct diag *diag);
int dossier_schema_newer(struct dossier *d, struct diag *diag); /* says so; a negative errno */
/* The steps behind `from`, all or none. 0 or a negative errno with diag. */
MUST_USE int dossier_schema_upgrade(struct dossier *d, int64_t from, struct diag *diag);
/* The one number that a SELECT gives. */
MUST_USE int dossier_schema_number(struct dossier *d, const char *sql_cstr, int64_t *out, struct diag *diag);

#endif
