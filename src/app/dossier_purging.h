/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/dossier_purging.h - `beffroi dossier purge`: what must go is shown; with --yes it goes. */
#ifndef APP_DOSSIER_PURGING_H
#define APP_DOSSIER_PURGING_H

#include "app/verb_reading.h"

/* 0 or a negative errno with diag. */
MUST_USE int dossier_purging(struct verb_reading *v, const char *unused_cstr, struct diag *diag);

#endif
