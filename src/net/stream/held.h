/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/stream/held.h - the segments of one direction that wait for a hole before them to close.
 *
 * Sorted, without overlap: where copies overlap, the policy of the receiver decides at once, and
 * all of a segment's effects happen or none. Each piece is one block of the budget.
 * A part of net/stream/reassembly.c, which is what others use.
 */
#ifndef NET_STREAM_HELD_H
#define NET_STREAM_HELD_H

#include "net/stream/buddy.h"

enum {
	HELD_BYTES_MAX = 262144, /* per stream */
	HELD_COUNT_MAX = 256,    /* pieces per stream */
};

enum reassembly_policy { /* who wins where copies overlap: the table is in held.c */
	REASSEMBLY_FIRST,
	REASSEMBLY_LAST,
	REASSEMBLY_BSD,
	REASSEMBLY_LINUX,
	REASSEMBLY_WINDOWS,
	REASSEMBLY_SOLARIS,
	REASSEMBLY_OLD_LINUX,
};

struct held_list {
	uint32_t tail; /* the last piece, whose link is the first one: both are O(1) */
	uint32_t bytes;
	uint16_t count;
	uint8_t policy; /* enum reassembly_policy */
	uint8_t flags;  /* the owner's */
};

/* A piece: the beginning of its block; its bytes are in the same block. */
struct held {
	uint32_t next; /* the last one's is the first */
	uint32_t seq;
	uint32_t len;        /* > 0 */
	uint32_t at;         /* of its first byte, in the block */
	uint32_t begin, end; /* of the segment it came from */
};

enum { HELD_SEGMENT_MAX = BUDDY_BLOCK_MAX - (int)sizeof(struct held) };

/* [seq, seq + len) of the segment is new to the stream; [begin, end) is the segment as it arrived. */
struct held_segment {
	const uint8_t *data; /* of seq */
	uint32_t seq, len;
	uint32_t begin, end;
};

enum held_result {
	HELD_NEW, /* bytes are now held that were not */
	HELD_NOTHING_NEW,
	HELD_OVER_LIMIT,   /* nothing was changed */
	HELD_BUDGET_SPENT, /* nothing was changed */
};

/* *out_differs: some byte differs from the held one in its place. O(pieces), O(1) after the last piece. */
enum held_result held_add(struct held_list *list, struct buddy *memory, const struct held_segment *s, bool *out_differs);

/* NULL when nothing is held. Its bytes are at (uint8_t *)piece + piece->at. */
struct held *held_first(const struct held_list *list, const struct buddy *memory);
/* Takes the first piece out of the list; its block is then the caller's. */
uint32_t held_take_first(struct held_list *list, struct buddy *memory);
void held_drop_first(struct held_list *list, struct buddy *memory);
/* Forgets what is held before seq. */
void held_drop_before(struct held_list *list, struct buddy *memory, uint32_t seq);

/* Walks everything and aborts on a broken invariant: nothing may be held before seq. */
void held_check(const struct held_list *list, const struct buddy *memory, uint32_t seq);

#endif
