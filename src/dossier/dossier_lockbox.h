/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_lockbox.h - the key under which small secrets lie in the database: 32 random bytes in people.key, beside it, for
 * its owner only. In no export, no hand-over, and not in a PostgreSQL server.
 */
#ifndef DOSSIER_DOSSIER_LOCKBOX_H
#define DOSSIER_DOSSIER_LOCKBOX_H

#include "dossier/dossier.h"

enum { DOSSIER_LOCKBOX_KEY = 32 };
enum dossier_lockbox_mode { DOSSIER_LOCKBOX_READS, DOSSIER_LOCKBOX_MAKES };

/* 1; 0: there is none (and it was not to be made); or a negative errno with diag. */
MUST_USE int dossier_lockbox_key(
    struct dossier *dossier, enum dossier_lockbox_mode mode, uint8_t out[static DOSSIER_LOCKBOX_KEY], struct diag *diag);

#endif
