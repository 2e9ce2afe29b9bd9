/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/content_save.h - files that are kept (filestore): which, and when their bytes go to who takes them (inspect/file_saver.h). */
#ifndef INSPECT_CONTENT_SAVE_H
#define INSPECT_CONTENT_SAVE_H

#include "core/bytes.h"

struct content;
struct content_store;
struct file_saver;

/* Files that a rule wants kept: those of the transaction that it held in, and all of the transaction or flow when it says so. */
struct content_wanted {
	uint64_t flow_id, tx_id;
	bool from_client, from_server;
	bool all_of_transaction, all_of_flow; /* those to come too */
	uint32_t sid;
	/* Whether a file is one that the rule means: file is what VIEW_FILE shows. */
	bool (*fits)(const void *context, struct bytes file);
	const void *context;
};

/* Where kept files go; NULL: none is kept. Borrowed. */
void content_save_into(struct content_store *contents, const struct file_saver *saver);
/* Those that are still open are kept. */
void content_save_wanted(struct content_store *contents, const struct content_wanted *wanted);

/* ---- For content.c ---- */

/* A file begins: whether it was said before that it is kept. all: every file is. */
void content_save_if_wanted(struct content_store *contents, struct content *content, bool all);
/* Before these bytes of a file are added to its room. */
void content_save_what_room_loses(struct content_store *contents, struct content *content, struct bytes data);
/* The file is over: what was decided of it is done. whole: all of it, unless it was spilled. */
void content_save_settle(struct content_store *contents, struct content *content, struct bytes whole);

#endif
