/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/asset_history.h - the addresses that a machine had, and who changed what was said of it. */
#ifndef APP_ASSET_HISTORY_H
#define APP_ASSET_HISTORY_H

#include "app/verb_reading.h"
#include "dossier/dossier_machines.h"

/* Of a machine that stands by itself, with all that were merged into it. 0 or a negative errno with diag. */
MUST_USE int asset_history_tell(struct verb_reading *v, const struct dossier_machine *machine, struct diag *diag);

#endif
