/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/dossier_handing.h - `beffroi dossier handover`: a signed archive for a court, an insurer, the police. */
#ifndef APP_DOSSIER_HANDING_H
#define APP_DOSSIER_HANDING_H

#include "app/verb_reading.h"

/* Words behind "handover": the file, then perhaps incidents. 0 or a negative errno with diag. */
MUST_USE int dossier_handing(struct verb_reading *v, const char *file_cstr, struct diag *diag);

#endif
