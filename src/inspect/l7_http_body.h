/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_http_body.h - a body of HTTP on its way from the wire to rules and files: its codings undone, its parts of multipart/form-data
 * taken apart. Chunks are taken out before.
 *
 * A handle of 0 is valid everywhere and does nothing: nobody wants bodies, or there is no room.
 */
#ifndef INSPECT_L7_HTTP_BODY_H
#define INSPECT_L7_HTTP_BODY_H

#include "inspect/content.h"
#include "proto/http1.h"

/* All bodies that pass at one worker; for the owner of the sink. NULL: no memory. */
struct l7_http_body_store;
MUST_USE struct l7_http_body_store *l7_http_body_store_new(size_t budget_bytes);
void l7_http_body_store_free(struct l7_http_body_store *bodies);
void l7_http_body_store_clear(struct l7_http_body_store *bodies);
void sink_http_bodies_into(struct sink *sink, struct l7_http_body_store *bodies);
struct l7_http_body_store *sink_http_bodies(const struct sink *sink);

/* Keeps the fields of a head until it is forgotten, for the event that quotes them. 0: nobody asks, or there is no room. */
uint32_t l7_http_body_head_keep(struct sink *sink, const struct http1_head *head);
/* The fields of it, and what tells how to walk them; false: none. */
bool l7_http_body_head_kept(const struct sink *sink, uint32_t kept, struct http1_head *out);
void l7_http_body_head_forget(struct sink *sink, uint32_t kept);

/* When a head was read. target: of the request that it is, or answers. */
uint32_t l7_http_body_open(struct sink *sink, const struct l7_input *in, const struct http1_head *head, struct bytes target);
void
l7_http_body_data(struct sink *sink, uint32_t body, const struct l7_input *in, const struct l7_tx *tx, struct bytes data);
/* Bytes that will never come. */
void l7_http_body_gap(struct sink *sink, uint32_t body, const struct l7_input *in, const struct l7_tx *tx, uint64_t lost);
/* in NULL: the flow is over, and `flow` says which. */
void l7_http_body_close(struct sink *sink, uint32_t body, const struct l7_input *in, const struct l7_flow *flow,
    const struct l7_tx *tx, enum content_end end);

#endif
