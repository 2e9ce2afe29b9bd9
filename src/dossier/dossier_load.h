/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_load.h - rows back into records; every value is checked, for the file may have been damaged. */
#ifndef DOSSIER_DOSSIER_LOAD_H
#define DOSSIER_DOSSIER_LOAD_H

#include "dossier/dossier_db.h"
#include "record/asset.h"
#include "record/incident.h"

/* Each: 1 found, 0 not there, a negative errno with diag. */
MUST_USE int dossier_load_incident(struct dossier *d, const char *id_cstr, struct incident *out, struct diag *diag);
MUST_USE int dossier_load_asset(struct dossier *d, const char *id_cstr, struct asset *out, struct diag *diag);
/* The alert in the first columns of a row (ALERT_COLUMNS), with its facts. 0 or a negative errno. */
MUST_USE int dossier_load_alert(struct dossier *d, struct store_statement *row, struct alert *out, struct diag *diag);
/* The asset of a row, with its services. */
MUST_USE int dossier_load_asset_row(struct dossier *d, struct store_statement *row, struct asset *out, struct diag *diag);
int dossier_load_damaged(struct dossier *d, struct diag *diag); /* says so; a negative errno */

#endif
