/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_seal.h - one SHA-256 over all rows of an object and over the links that start from it. The journal keeps it
 * with each change, so that a row altered behind the journal's back is found.
 *
 * Hashed, table after table in the order of dossier_kind.c, row after row in the order of the key: the table's name, then for
 * each value that is not NULL its column's name, its type (i, t or b) and its bytes (integers as 8, big-endian), names and
 * values each behind their length in 4 bytes. A column added later that is NULL changes no seal.
 */
#ifndef DOSSIER_DOSSIER_SEAL_H
#define DOSSIER_DOSSIER_SEAL_H

#include "dossier/dossier_db.h"

/* 1: sealed; 0: there is no such object; a negative errno with diag. */
MUST_USE int
dossier_seal_of(struct dossier *d, const char *id_cstr, uint8_t out[static DOSSIER_DIGEST_SIZE], struct diag *diag);

#endif
