/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/coding.h - content codings undone: gzip (RFC 1952), deflate with and without the header of zlib (RFC 1950, 1951), brotli
 * (RFC 7932) and LZMA, one over another.
 *
 * Servers name codings wrongly and send damaged ones on purpose. So the first bytes decide which of gzip, zlib and deflate it is; what
 * is none of them is passed on as it is. Sums and lengths at the end are not compared. What was decoded before a damage is given,
 * what comes after it is not.
 *
 * All state lies in rooms that are reserved at the start: who finds none has its bytes passed on as they are, which is noted.
 */
#ifndef PROTO_CODING_H
#define PROTO_CODING_H

#include "core/bytes.h"

enum { CODING_LAYERS_MAX = 8 };

enum coding_kind { CODING_GZIP, CODING_DEFLATE, CODING_BROTLI, CODING_LZMA };

enum coding_note {
	CODING_DAMAGED = 1 << 0, /* not what it says, or broken from somewhere on */
	CODING_BOMB = 1 << 1,    /* grew beyond measure: the rest is not decoded */
	CODING_NO_ROOM = 1 << 2,
	CODING_LZMA_LIMIT = 1 << 3, /* wants more memory than LZMA may have */
};

struct coding_limits {
	uint64_t bomb_bytes; /* more than that, and more than 2048 times what came, is a bomb */
	uint32_t lzma_bytes; /* of memory; at most what a room has */
};

struct coding_pool;

/* NULL: no memory. */
MUST_USE struct coding_pool *coding_pool_new(size_t budget_bytes);
void coding_pool_free(struct coding_pool *pool);
void coding_pool_clear(struct coding_pool *pool);

struct coding {
	uint32_t notes; /* enum coding_note */
	uint8_t count;
	bool is_over; /* nothing more is decoded */
	uint32_t layers[CODING_LAYERS_MAX];
	uint64_t taken;                    /* bytes that came */
	uint64_t given[CODING_LAYERS_MAX]; /* bytes that each layer made of them */
};

/* Whom decoded bytes are given to, borrowed for the call. */
struct coding_taker {
	void (*take)(void *context, struct bytes decoded);
	void *context;
};

/* kinds: in the order in which they are undone. */
void coding_open(
    struct coding_pool *pool, struct coding *coding, const uint8_t *kinds, size_t count, const struct coding_limits *limits);
void coding_add(struct coding_pool *pool, struct coding *coding, struct bytes data, const struct coding_limits *limits,
    const struct coding_taker *taker);
/* Nothing more comes: gives what still waited. */
void coding_end(
    struct coding_pool *pool, struct coding *coding, const struct coding_limits *limits, const struct coding_taker *taker);
/* Gives the rooms back. */
void coding_close(struct coding_pool *pool, struct coding *coding);

#endif
