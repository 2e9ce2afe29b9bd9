/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/store_sqlite.h - a store that is one file of a folder. The only file that includes sqlite3.h is store_sqlite.c. */
#ifndef DOSSIER_STORE_SQLITE_H
#define DOSSIER_STORE_SQLITE_H

#include "dossier/store.h"

enum store_sqlite_mode { STORE_SQLITE_READ, STORE_SQLITE_WRITE, STORE_SQLITE_CREATE };

/* The mark that the file itself carries, read before SQLite, which lays files beside it even to read, has touched it. False:
 * not there yet, or no database. What is still in the log is not seen. */
bool store_sqlite_peek(int folder_fd, const char *file_cstr, struct store_mark *out);
/* 0, or -EIO: *out is set even then, to be asked for the reason and closed; NULL when there is no memory. */
MUST_USE int store_sqlite_open(
    struct store **out, const char *folder_cstr, int folder_fd, const char *file_cstr, enum store_sqlite_mode mode);
/* A log beside the file, which is a change of it: made only once it is known to be ours. */
MUST_USE int store_sqlite_prepare_writing(struct store *store);

#endif
