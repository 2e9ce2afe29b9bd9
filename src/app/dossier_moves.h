/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/dossier_moves.h - the words of `beffroi dossier` that carry a dossier from or to another folder. */
#ifndef APP_DOSSIER_MOVES_H
#define APP_DOSSIER_MOVES_H

#include "app/verb_reading.h"

/* Each: 0 or a negative errno with diag. other_cstr: the folder given. */
MUST_USE int dossier_moves_export(struct verb_reading *v, const char *other_cstr, struct diag *diag);
MUST_USE int dossier_moves_import(struct verb_reading *v, const char *other_cstr, struct diag *diag);
MUST_USE int dossier_moves_backup(struct verb_reading *v, const char *other_cstr, struct diag *diag);
MUST_USE int dossier_moves_restore(struct verb_reading *v, const char *other_cstr, struct diag *diag);

#endif
