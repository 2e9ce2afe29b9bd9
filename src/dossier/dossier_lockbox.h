/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_lockbox.h - the key under which small secrets lie in the database: 32 random bytes in people.key, beside it, for
 * its owner only; in no export and no hand-over. On a server it is a row like other files (dossier_file.h): there it protects what
 * leaves the tables of secrets alone, and not from whoever reads all tables.
 */
#ifndef DOSSIER_DOSSIER_LOCKBOX_H
#define DOSSIER_DOSSIER_LOCKBOX_H

#include "dossier/dossier.h"

enum { DOSSIER_LOCKBOX_KEY = 32 };
enum dossier_lockbox_mode { DOSSIER_LOCKBOX_READS, DOSSIER_LOCKBOX_MAKES };

/* 1; 0: there is none, and it was not to be made (made in the open transaction, or in one that the caller ends); or a negative errno with diag. */
MUST_USE int dossier_lockbox_key(
    struct dossier *dossier, enum dossier_lockbox_mode mode, uint8_t out[static DOSSIER_LOCKBOX_KEY], struct diag *diag);

#endif
