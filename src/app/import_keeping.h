/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/import_keeping.h - what the reader of an import tells, checked and put into the dossier. */
#ifndef APP_IMPORT_KEEPING_H
#define APP_IMPORT_KEEPING_H

#include "core/cursor.h"
#include "core/diag.h"
#include "record/alert.h"

struct dossier;
struct import_keeping;

struct import_kept {
	uint64_t new_alerts, aside, incidents, new_incidents, machines;
};

/* NULL: no memory. */
MUST_USE struct import_keeping *import_keeping_new(struct dossier *dossier);
void import_keeping_free(struct import_keeping *keeping);
/* Each: 0, -EBADMSG when the message makes no sense, or another negative errno; with diag. */
MUST_USE int
import_keeping_alert(struct import_keeping *keeping, struct bytes body, struct alert *out, bool *is_new, struct diag *diag);
MUST_USE int import_keeping_asset(struct import_keeping *keeping, struct bytes body, struct diag *diag);
MUST_USE int import_keeping_machine(struct import_keeping *keeping, struct bytes body, struct diag *diag);
/* All was told: the incidents go into the dossier. */
MUST_USE int import_keeping_end(struct import_keeping *keeping, struct import_kept *out, struct diag *diag);

#endif
