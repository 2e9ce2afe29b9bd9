/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_http_tx.h - the requests of one flow that wait for their response, and what is
 * said about each when it is there.
 *
 * Pipelined requests wait in a short queue; when it is full the newer ones are said at once,
 * without response. Their texts share one store: long URLs are kept whole, and what no longer fits is cut.
 */
#ifndef INSPECT_L7_HTTP_TX_H
#define INSPECT_L7_HTTP_TX_H

#include "inspect/sink.h"
#include "proto/http1.h"

enum {
	L7_HTTP_TX_WAITING = 6,
	L7_HTTP_TX_TEXT = 2384,
	L7_HTTP_TX_REPLY_TEXT = 320,
};

enum l7_http_tx_part { /* the texts of a request, in the order they are stored */
	L7_HTTP_TX_METHOD,
	L7_HTTP_TX_PROTOCOL,
	L7_HTTP_TX_HOST,
	L7_HTTP_TX_URL,
	L7_HTTP_TX_AGENT,
	L7_HTTP_TX_REFERER,
	L7_HTTP_TX_USER,
	L7_HTTP_TX_PARTS
};

enum l7_http_tx_login { L7_HTTP_TX_NO_LOGIN, L7_HTTP_TX_BASIC, L7_HTTP_TX_DIGEST, L7_HTTP_TX_FORM };

struct l7_http_tx_request {
	uint64_t body; /* bytes on the wire */
	uint32_t id;
	uint32_t head; /* its fields, see l7_http_body_head_keep() */
	int32_t port;
	uint16_t len[L7_HTTP_TX_PARTS];
	uint8_t login; /* enum l7_http_tx_login */
	bool complete; /* its body has ended */
};

struct l7_http_tx_reply {
	uint64_t body;
	uint32_t head;
	uint16_t status;
	uint16_t type_len, range_len, redirect_len; /* in text, in this order */
	bool begun, complete, unmatched;
	uint8_t text[L7_HTTP_TX_REPLY_TEXT];
};

struct l7_http_tx {
	uint32_t next_id;
	uint32_t unkept; /* said without response because the queue was full: their responses are still to come */
	uint16_t text_len;
	uint8_t count;
	bool newest_kept; /* the request whose body is passing is in the queue */
	struct l7_http_tx_request waiting[L7_HTTP_TX_WAITING];
	struct l7_http_tx_reply reply; /* to waiting[0] */
	uint8_t text[L7_HTTP_TX_TEXT];
};

void
l7_http_tx_request_head(struct l7_http_tx *tx, const struct http1_head *head, const struct l7_flow *flow, struct sink *sink);
void l7_http_tx_request_body(struct l7_http_tx *tx, uint64_t bytes);
/* The first bytes of an urlencoded body: looks for a user name beside a password. */
void l7_http_tx_request_form(struct l7_http_tx *tx, struct bytes form);
void l7_http_tx_request_end(struct l7_http_tx *tx, const struct l7_flow *flow, struct sink *sink);

/* The transaction as alerts and files quote it: of a client the newest request, of a server the one that its response answers. */
struct l7_tx l7_http_tx_told(const struct l7_http_tx *tx, enum l7_side side);
/* The target of the request that the next response answers; empty when unknown. */
struct bytes l7_http_tx_target(const struct l7_http_tx *tx);
/* The method of the request that the next response answers; empty when unknown. */
struct bytes l7_http_tx_method(const struct l7_http_tx *tx);
/* Does the next response answer a request of HTTP/0.9, or one not yet seen? */
bool l7_http_tx_expects_bare_body(const struct l7_http_tx *tx);

/* Head NULL: a body without head (HTTP/0.9). */
void
l7_http_tx_reply_head(struct l7_http_tx *tx, const struct http1_head *head, const struct l7_flow *flow, struct sink *sink);
void l7_http_tx_reply_body(struct l7_http_tx *tx, uint64_t bytes);
void l7_http_tx_reply_end(struct l7_http_tx *tx, const struct l7_flow *flow, struct sink *sink);

/* A part of the server's side was lost: only the newest request can still be answered. */
void l7_http_tx_reply_lost(struct l7_http_tx *tx, const struct l7_flow *flow, struct sink *sink);
/* Says all that is unfinished. */
void l7_http_tx_flush(struct l7_http_tx *tx, const struct l7_flow *flow, struct sink *sink);

#endif
