/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/content_store.h - all contents (inspect/content.h) that pass at one worker. For the owner of the sink. */
#ifndef INSPECT_CONTENT_STORE_H
#define INSPECT_CONTENT_STORE_H

struct content_store;
struct sink;

/* NULL: no memory. */
struct content_store *content_store_new(void);
void content_store_free(struct content_store *contents);

/* Whose contents: NULL when nobody wants any. Borrowed. */
void sink_contents_into(struct sink *sink, struct content_store *contents);
struct content_store *sink_contents(const struct sink *sink);

#endif
