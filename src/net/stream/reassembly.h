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

#include "net/stream/held.h"

enum {
	REASSEMBLY_READY_MAX = 131072,   /* bytes delivered and not yet consumed, per stream */
	REASSEMBLY_SKIP_MAX = 1 << 30,   /* bytes one call may skip: sequence numbers stay comparable */
	REASSEMBLY_WINDOW_MAX = 1 << 30, /* the largest that RFC 7323 2.3 allows */
};

/* Blocks of memory for held bytes: one per worker. */
struct stream_budget;
MUST_USE struct stream_budget *reassembly_budget_new(size_t bytes); /* NULL: no memory */
void reassembly_budget_free(struct stream_budget *budget);
/* As new: whoever held blocks of it forgets them. */
void reassembly_budget_clear(struct stream_budget *budget);
size_t reassembly_budget_used(const struct stream_budget *budget);

/* Why segments were refused or lost, over all streams of a budget. */
struct reassembly_counters {
	uint64_t beyond_window; /* segments that began there */
	uint64_t over_limit;    /* segments: their stream held too much already */
	uint64_t budget_spent;  /* segments, and rests that could not be kept */
	uint64_t differing;     /* segments */
	uint64_t peak_bytes;    /* most that was ever used of the budget */
};
struct reassembly_counters reassembly_count(const struct stream_budget *budget);

/* 32 bytes, embedded in the flow; zeroed means "not started". */
struct reassembly {
	uint32_t next_seq; /* sequence number of the next byte to deliver */
	uint32_t
	    window_bytes; /* farthest byte after next_seq that is believed; the caller may change it, to WINDOW_MAX at most */
	uint32_t ready_block; /* delivered bytes that were not consumed */
	uint32_t ready_at;    /* their place in the block */
	uint32_t ready_len;
	struct held_list held; /* what waits for a hole to close */
};
_Static_assert(sizeof(struct reassembly) == 32, "a flow embeds two");

enum reassembly_result {
	REASSEMBLY_KEPT,     /* now available, or held until the hole before it closes */
	REASSEMBLY_REPEATED, /* nothing new in it */
	REASSEMBLY_REFUSED,  /* outside the window, or the budget is spent: counted, dropped */
	REASSEMBLY_DIFFERS,  /* overlaps bytes still here with other content: an evasion attempt. Settled by policy */
};

void reassembly_start(struct reassembly *r, uint32_t first_seq, enum reassembly_policy policy, uint32_t window_bytes);
bool reassembly_started(const struct reassembly *r);
/* Gives everything back to the budget; r is then "not started". */
void reassembly_stop(struct reassembly *r, struct stream_budget *budget);

/* The fast path: when nothing is held or waiting and `data` (at `seq`) reaches past next_seq without leaving a hole,
 * returns its new part and counts it as delivered; the caller must either use it up or give its unused end to
 * reassembly_keep() before any other call on r. Empty when the fast path does not apply: use reassembly_add(). */
struct bytes reassembly_pass(struct reassembly *r, uint32_t seq, struct bytes data);
/* Keeps delivered bytes that the parser could not use yet; reassembly_ready() then starts with them.
 * False when the budget is spent: the bytes are lost and the caller treats it as a hole. */
MUST_USE bool reassembly_keep(struct reassembly *r, struct stream_budget *budget, struct bytes rest);

/* The general path: copies what is new in data. O(1) for segments in order, O(held segments) otherwise. */
enum reassembly_result reassembly_add(struct reassembly *r, struct stream_budget *budget, uint32_t seq, struct bytes data);

/* The contiguous bytes not yet consumed; valid until the next call on r. */
struct bytes reassembly_ready(const struct reassembly *r, const struct stream_budget *budget);
/* n may not exceed what is ready. Held bytes may become ready: look again. */
void reassembly_consume(struct reassembly *r, struct stream_budget *budget, size_t n);

/* Length of the hole before the first held byte; 0 when nothing is held, or while bytes before the hole are ready. */
size_t reassembly_hole(const struct reassembly *r, const struct stream_budget *budget);
/* Gives up on that hole: what follows it becomes ready. Returns its length; 0 when there is none. */
size_t reassembly_skip_hole(struct reassembly *r, struct stream_budget *budget);
/* Bytes the caller does not want (a body nobody reads): moves past them, ready, held, or still to come; those that
 * come later are REPEATED. Returns how many were skipped, n or REASSEMBLY_SKIP_MAX: the rest is for a later call,
 * when the stream has got there. */
uint32_t reassembly_skip(struct reassembly *r, struct stream_budget *budget, uint64_t n);

/* Walks everything and aborts on a broken invariant. For tests and fuzzing. */
void reassembly_check(const struct reassembly *r, const struct stream_budget *budget);
/* The same for the memory of all streams. */
void reassembly_budget_check(const struct stream_budget *budget);

#endif
