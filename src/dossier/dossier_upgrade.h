/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_upgrade.h - brings a dossier of an older version up to date: tried on a copy first, then done behind a
 * backup, all steps or none; on a server in one transaction.
 */
#ifndef DOSSIER_DOSSIER_UPGRADE_H
#define DOSSIER_DOSSIER_UPGRADE_H

#include "dossier/dossier.h"

struct dossier_upgrade {
	int64_t from, to;
	bool is_done;
	char backup_cstr[64]; /* file in the folder that keeps the dossier as it was; empty on a server */
};

/* Enters a dossier that was reached. `really` false: only tried. 0, or a negative errno with diag: then nothing was changed. */
MUST_USE int dossier_upgrade(struct dossier *d, bool really, struct dossier_upgrade *out, struct diag *diag);

#endif
