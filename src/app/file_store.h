/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/file_store.h - kept files in a folder, as Suricata's filestore version 2 lays them: FOLDER/e0/e092858d..., by their SHA-256, each once.
 *
 * What the sensor sends is hostile: nothing is written but below the folder, under names made here, the hash is reckoned again from
 * what was written, and bytes and files have a budget. Files of which not all has come are in FOLDER/tmp.
 */
#ifndef APP_FILE_STORE_H
#define APP_FILE_STORE_H

#include "core/bytes.h"
#include "core/diag.h"

struct file_store;

#define FILE_STORE_BYTES (UINT64_C(1) << 30)
#define FILE_STORE_FILES UINT64_C(10000)
struct file_store_limits {
	uint64_t bytes, files; /* of all that is kept by this run, and of what is still coming; above: the default */
};

struct file_store_counts {
	uint64_t kept, known; /* known: the same bytes were there already */
	uint64_t refused;     /* for which the budget or the disk had no room, or that did not come whole */
	uint64_t bytes;
	int error; /* the first, of the system; 0: none */
};

/* Makes the folder when it is not there. 0, or a negative errno with diag. */
MUST_USE int
file_store_open(struct file_store **out, const char *folder_cstr, const struct file_store_limits *limits, struct diag *diag);
/* What has not come whole is removed. */
void file_store_close(struct file_store *store);

/* A message of the sensor (file_outlet.h). */
void file_store_put(struct file_store *store, struct bytes message);
void file_store_keep(struct file_store *store, struct bytes message);
void file_store_drop(struct file_store *store, struct bytes message);
struct file_store_counts file_store_count(const struct file_store *store);

#endif
