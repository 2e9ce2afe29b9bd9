/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/dossier_folder.h - where the dossier is: --dossier, else $BEFFROI_DOSSIER, else ~/.local/share/beffroi. What has "://" in it
 * is the address of a server, and given out as it is. */
#ifndef CLI_DOSSIER_FOLDER_H
#define CLI_DOSSIER_FOLDER_H

#include "core/diag.h"
#include "core/text.h"

/* Writes the folder's path. given_cstr may be NULL. 0, or a negative errno with diag. */
MUST_USE int dossier_folder_find(const char *given_cstr, enum language language, char *out, size_t size, struct diag *diag);
/* The folder of the user, made, whatever the dossier is: for what a server cannot keep. */
MUST_USE int dossier_folder_home(enum language language, char *out, size_t size, struct diag *diag);
/* As find, and makes the folder (for its owner alone) when it does not exist. */
MUST_USE int dossier_folder_make(const char *given_cstr, enum language language, char *out, size_t size, struct diag *diag);

#endif
