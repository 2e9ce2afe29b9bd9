/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_restore.h - a backup (dossier_export_backup) back into an empty folder. */
#ifndef DOSSIER_DOSSIER_RESTORE_H
#define DOSSIER_DOSSIER_RESTORE_H

#include "dossier/dossier_export.h"

bool dossier_restore_is_empty(int folder_fd);
/* Compares every file with its sum first. 0 or a negative errno with diag. What it gives is still to be verified. */
MUST_USE int dossier_restore(
    int to_fd, const char *to_cstr, int from_fd, const char *from_cstr, struct dossier_moved *out, struct diag *diag);

#endif
