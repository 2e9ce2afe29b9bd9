/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/watch_files.h - the kept files of a watch (filestore), at its parent: where, and what is told of them at the end. */
#ifndef APP_WATCH_FILES_H
#define APP_WATCH_FILES_H

#include "app/file_store.h"
#include "app/watch_report.h"
#include "app/watch_rules.h"
#include "sandbox/channel.h"

struct watch_files {
	struct file_store *store; /* NULL: none is kept */
	char folder_cstr[4096];
};

/* Only when the settings say that files are kept. 0, or a negative errno with diag. */
MUST_USE int watch_files_open(
    struct watch_files *files, const struct watch_options *options, const struct watch_rules *rules, struct diag *diag);
void watch_files_take(struct watch_files *files, const struct channel_message *message);
void watch_files_tell(const struct watch_files *files, struct watch_report *report);
void watch_files_close(struct watch_files *files);

#endif
