/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/content_store.h - all contents (inspect/content.h) that pass at one worker. For the owner of the sink. */
#ifndef INSPECT_CONTENT_STORE_H
#define INSPECT_CONTENT_STORE_H

#include "core/json.h"

struct content_store;
struct sink;

/* Contents of which something could not be kept. */
struct content_counters {
	uint64_t contents, files;
	uint64_t refused;         /* no place: nothing of it was looked into */
	uint64_t without_room;    /* looked into piece by piece */
	uint64_t stored, unsaved; /* files that were to be kept: those that were, and those for which there was no room */
};

/* budget_bytes: all that it may use. NULL: no memory. */
struct content_store *content_store_new(size_t budget_bytes, uint64_t hash_key);
void content_store_free(struct content_store *contents);
void content_store_clear(struct content_store *contents);
/* Nothing of this flow comes any more: what is still open was not closed by whoever opened it, and is forgotten. */
void content_store_flow_end(struct content_store *contents, uint64_t flow_id);
const struct content_counters *content_store_count(const struct content_store *contents);

/* What tells the kinds of files; NULL: nothing does. Borrowed. */
struct file_kind;
void content_store_tell_kinds(struct content_store *contents, const struct file_kind *kinds);

/* "files":[...] of one side of a transaction, as alerts quote them; nothing when there are none. */
void content_store_write_files(
    const struct content_store *contents, struct json *json, uint64_t flow_id, uint64_t tx_id, bool from_server);

/* For content.c. A content with nothing in it but where it belongs; NULL: there is no place, which is counted. */
struct content;
struct eve_file;
struct content *content_store_take(struct content_store *contents, uint64_t flow_id, uint64_t tx_id);
void content_store_take_room(struct content_store *contents, struct content *content);
/* More than fits is coming: the content moves, where there is place. */
void content_store_take_larger_room(struct content_store *contents, struct content *content);
void content_store_give_room(struct content_store *contents, struct content *content);
/* Nobody holds it any more: it waits to be forgotten. */
void content_store_close(struct content_store *contents, struct content *content);
/* It belongs to another flow from now on, or to none that there is. */
void content_store_set_apart(struct content_store *contents, uint32_t content, uint64_t flow_id);
/* It is told as one of this transaction. */
void content_store_told_in(struct content_store *contents, uint32_t content, uint64_t tx_id);
/* Nothing of it comes any more, and nothing is told. */
void content_store_abandon(struct content_store *contents, uint32_t content);
struct eve_file content_store_told(const struct content *content);

/* Whose contents: NULL when nobody wants any. Borrowed. */
void sink_contents_into(struct sink *sink, struct content_store *contents);
struct content_store *sink_contents(const struct sink *sink);

#endif
