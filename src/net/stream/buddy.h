/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/stream/buddy.h - blocks of several sizes under one budget of bytes (Knowlton, CACM 8(10), 1965).
 *
 * Sizes are powers of two from 256 bytes to 128 KiB. The budget is reserved at start and its pages
 * are touched only when first used; what is given back is joined again, so that memory that held
 * small segments can hold long ones later and the total is never exceeded. O(1): ten sizes.
 * Not thread-safe: each worker has its own.
 */
#ifndef NET_STREAM_BUDDY_H
#define NET_STREAM_BUDDY_H

#include "core/bytes.h"

enum {
	BUDDY_UNIT = 256, /* bytes: the smallest block; a block's number counts units */
	BUDDY_ORDER_MAX = 9,
	BUDDY_BLOCK_MAX = BUDDY_UNIT << BUDDY_ORDER_MAX, /* 131072 bytes */
};

#define BUDDY_NONE UINT32_MAX

struct buddy {
	uint8_t *memory;
	uint8_t *orders; /* of each unit that starts a block; bit 7: the block is free */
	uint32_t units;  /* a multiple of the units of the largest block */
	uint32_t fresh;  /* largest blocks never used yet start here */
	uint32_t free_head[BUDDY_ORDER_MAX + 1];
	size_t used, peak; /* bytes */
};

/* 0, or -ENOMEM. `bytes` is rounded down to a multiple of BUDDY_BLOCK_MAX, but never to 0. */
MUST_USE int buddy_init(struct buddy *buddy, size_t bytes);
void buddy_done(struct buddy *buddy);
/* As new: every block is free. */
void buddy_clear(struct buddy *buddy);

/* The number of a block of at least n bytes, content undefined; BUDDY_NONE when none is left or n > BUDDY_BLOCK_MAX. */
MUST_USE uint32_t buddy_take(struct buddy *buddy, size_t n);
void buddy_give(struct buddy *buddy, uint32_t block);
/* Bytes the block really has. */
size_t buddy_size(const struct buddy *buddy, uint32_t block);

static inline uint8_t *
buddy_at(const struct buddy *buddy, uint32_t block)
{
	return buddy->memory + (size_t)block * BUDDY_UNIT;
}

/* Walks every block and aborts on a broken invariant. For tests and fuzzing. */
void buddy_check(const struct buddy *buddy);

#endif
