/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_json.h - rows as the journal shows them, before and after a change. Two records are the same when these are. */
#ifndef DOSSIER_DOSSIER_JSON_H
#define DOSSIER_DOSSIER_JSON_H

#include "dossier/dossier_db.h"
#include "record/asset.h"
#include "record/incident.h"

/* Each writes a NUL-terminated object. */
void dossier_json_asset(const struct asset *asset, char out[static DOSSIER_JSON_MAX]);
void dossier_json_incident(const struct incident *incident, char out[static DOSSIER_JSON_MAX]);
/* evidence_id_cstr may be NULL. */
void dossier_json_alert(const struct alert *alert, const char *incident_id_cstr, const char *evidence_id_cstr,
    char out[static DOSSIER_JSON_MAX]);
void dossier_json_evidence(uint64_t bytes, const char *alert_id_cstr, char out[static DOSSIER_JSON_MAX]);

#endif
