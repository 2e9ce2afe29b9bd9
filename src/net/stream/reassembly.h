/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/stream/reassembly.h - one direction of a TCP connection, put back in order.
 *
 * Bytes arrive as the capture saw them: repeated, overlapping, out of order, missing. What
 * comes out is contiguous; holes are reported, never papered over. Bytes that were delivered
 * are never changed; among bytes still held, the overlap policy of the receiver decides
 * (Novak and Sturges, "Target-Based TCP Stream Reassembly", 2007).
 *
 * The common case copies nothing: reassembly_pass() tells how much of a segment is the next
 * part of the stream while nothing is held, and the caller uses the packet's own bytes.
 *
 * Owned by one flow; touched by that flow's worker only. Memory comes from a budget shared by
 * the worker's flows; a full budget is counted and becomes a hole.
 */
#ifndef NET_STREAM_REASSEMBLY_H
#define NET_STREAM_REASSEMBLY_H

#include "core/bytes.h"

/* Blocks of memory for held bytes: one per worker. */
struct stream_budget;
MUST_USE struct stream_budget *reassembly_budget_new(size_t bytes); /* NULL: no memory */
void reassembly_budget_free(struct stream_budget *budget);
size_t reassembly_budget_used(const struct stream_budget *budget);

enum reassembly_policy {
	REASSEMBLY_FIRST, REASSEMBLY_LAST, REASSEMBLY_BSD, REASSEMBLY_LINUX, REASSEMBLY_WINDOWS, REASSEMBLY_SOLARIS,
};

/* 32 bytes at most, embedded in the flow; zeroed means "not started". */
struct reassembly {
	uint32_t next_seq;    /* sequence number of the next byte to deliver */
	uint32_t held_head;   /* first held segment, a slot of the budget */
	uint32_t ready_slot;  /* delivered but unconsumed bytes kept for the parser, POOL_NONE when none */
	uint32_t held_bytes;
	uint16_t held_count;
	uint8_t policy;       /* enum reassembly_policy */
	uint8_t flags;        /* reassembly.c's own */
	uint32_t window_bytes; /* farthest byte after next_seq that is believed */
};

enum reassembly_result {
	REASSEMBLY_KEPT,     /* now available, or held until the hole before it closes */
	REASSEMBLY_REPEATED, /* nothing new in it */
	REASSEMBLY_REFUSED,  /* outside the window, or the budget is spent: counted, dropped */
	REASSEMBLY_DIFFERS,  /* kept, but it overlaps held bytes with other content: an evasion attempt */
};

void reassembly_start(struct reassembly *r, uint32_t first_seq, enum reassembly_policy policy, uint32_t window_bytes);
bool reassembly_started(const struct reassembly *r);
/* Gives everything back to the budget. */
void reassembly_stop(struct reassembly *r, struct stream_budget *budget);

/* The fast path: when nothing is held and `data` (at `seq`) reaches past next_seq without leaving a hole, returns
 * its new part and counts it as delivered; the caller must either use it up or give the rest to reassembly_keep().
 * Empty when the fast path does not apply. */
struct bytes reassembly_pass(struct reassembly *r, uint32_t seq, struct bytes data);
/* Keeps delivered bytes that the parser could not use yet; reassembly_ready() then starts with them.
 * False when the budget is spent: the bytes are lost and the caller treats it as a hole. */
MUST_USE bool reassembly_keep(struct reassembly *r, struct stream_budget *budget, struct bytes rest);

/* The general path: copies what is new in data. O(1) for segments in order, O(held segments) otherwise. */
enum reassembly_result reassembly_add(struct reassembly *r, struct stream_budget *budget, uint32_t seq, struct bytes data);

/* The contiguous bytes not yet consumed; valid until the next call on r. */
struct bytes reassembly_ready(const struct reassembly *r, const struct stream_budget *budget);
void reassembly_consume(struct reassembly *r, struct stream_budget *budget, size_t n);

/* Gives up on the hole at the front; returns its length, 0 when there is none. */
size_t reassembly_skip_hole(struct reassembly *r, struct stream_budget *budget);
/* Bytes the caller does not want (a body nobody reads): moves past them, held or not, present or not. */
void reassembly_skip(struct reassembly *r, struct stream_budget *budget, uint32_t n);

/* Walks everything and aborts on a broken invariant. For tests and fuzzing. */
void reassembly_check(const struct reassembly *r, const struct stream_budget *budget);

#endif
