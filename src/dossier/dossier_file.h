/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_file.h - the files of a dossier: proofs (evidence/<sha256>.pcap) and the key of hand-overs. They are files of
 * its folder; where the dossier is on a server, rows of its table beffroi_file, under the same names.
 */
#ifndef DOSSIER_DOSSIER_FILE_H
#define DOSSIER_DOSSIER_FILE_H

#include "dossier/dossier_db.h"

#include <dirent.h>

/* To be read from its beginning, and closed. -errno; -ENOENT when there is none. */
MUST_USE int dossier_file_open(struct dossier *d, const char *path_cstr);
/* Whole or absent, under its name or not at all; within a transaction of the dossier, so that there is one writer. What is there
 * already with this length stays. 0 or -errno. */
MUST_USE int dossier_file_write(struct dossier *d, const char *path_cstr, struct bytes content);
/* The names of new files, on the disk for good. 0 or -errno. */
MUST_USE int dossier_file_sync(struct dossier *d);
void dossier_file_remove(struct dossier *d, const char *path_cstr);
/* The paths of all files below evidence/, until each() gives a negative errno, which is given back; diag
 * is of a failure of the reading itself. */
MUST_USE int dossier_file_each_proof(
    struct dossier *d, int (*each)(void *context, const char *path_cstr), void *context, struct diag *diag);
/* A folder of the dossier's own, opened with these flags too, to be closed; NULL with 0: there is none. 0 or -errno. */
MUST_USE int dossier_file_folder(const struct dossier *d, const char *name_cstr, int flags, DIR **out);

#endif
