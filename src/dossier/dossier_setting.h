/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_setting.h - what the organisation says of itself, once for all documents: its name, language, zone, marking.
 * Each setting is an object: the journal seals it, exports carry it. */
#ifndef DOSSIER_DOSSIER_SETTING_H
#define DOSSIER_DOSSIER_SETTING_H

#include "dossier/dossier.h"

enum { DOSSIER_SETTING_MAX = 256, DOSSIER_SETTING_NAME_MAX = 32 };

/* "" when it was not set. 0 or a negative errno with diag. */
MUST_USE int
dossier_setting_get(struct dossier *dossier, const char *name_cstr, char out[static DOSSIER_SETTING_MAX], struct diag *diag);
/* Signed by who is signed (dossier_case_sign). The value is one line of UTF-8; its meaning is checked by the caller. */
MUST_USE int dossier_setting_put(struct dossier *dossier, const char *name_cstr, const char *value_cstr, struct diag *diag);

/* Their table: a step of the schema. */
extern const char dossier_setting_tables_cstr[];

#endif
