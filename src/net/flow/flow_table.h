/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/flow/flow_table.h - all flows of one worker, under a byte budget that is a contract.
 *
 * All memory is reserved at start: buckets, seeds (64 bytes each) and flows. When a pool is
 * empty the table evicts (docs/decisions/0004): the oldest seed for a seed; for a flow, a closed one or one
 * that was silent for long. Evicted flows
 * are reported like ended ones, with their reason, and counted: nothing is lost silently.
 *
 * Time is the capture's and never goes back: the latest time seen drives the timeouts.
 */
#ifndef NET_FLOW_FLOW_TABLE_H
#define NET_FLOW_FLOW_TABLE_H

#include "net/flow/flow.h"

struct flow_table;

enum flow_end { FLOW_END_TIMEOUT, FLOW_END_CLOSED, FLOW_END_EVICTED, FLOW_END_CAPTURE, FLOW_END_REUSED };

struct flow_timeouts { /* seconds */
	uint32_t tcp_new, tcp_established, tcp_closed, udp_new, udp_established, udp_done, icmp_new, icmp_established, other;
};
/* Suricata's defaults, but a closed TCP flow is kept 5 s and an answered datagram exchange too: long enough for late
 * packets; an unanswered SYN and a ping 30 s. */
extern const struct flow_timeouts flow_table_timeouts;

struct flow_counters {
	uint64_t created, seeds_created, promoted, ended, evicted_seeds, evicted_flows;
};

/* Called for each flow that ends; the flow is valid during the call. A seed is shown as a flow with is_seed set. */
typedef void flow_ended(void *context, struct flow *flow, enum flow_end why);

struct flow_table_options {
	size_t budget_bytes;
	uint64_t hash_key;
	const struct flow_timeouts *timeouts;
	flow_ended *ended;
	void *context;
};

MUST_USE struct flow_table *flow_table_new(const struct flow_table_options *options); /* NULL: no memory */
void flow_table_free(struct flow_table *table);
/* As new: flows that are left are forgotten, not ended. */
void flow_table_clear(struct flow_table *table);

uint64_t flow_table_hash(const struct flow_table *table, const struct flow_key *key);
/* Brings the bucket, then what it points to, towards the cache: for batches. */
void flow_table_prefetch_bucket(const struct flow_table *table, uint64_t hash);
void flow_table_prefetch_entry(const struct flow_table *table, uint64_t hash);

enum flow_found { FLOW_ABSENT, FLOW_IS_SEED, FLOW_IS_FLOW };
struct flow_place {
	enum flow_found found;
	uint32_t slot;     /* of the seed or flow */
	struct flow *flow; /* when found is FLOW_IS_FLOW */
};
struct flow_place flow_table_find(struct flow_table *table, const struct flow_key *key, uint64_t hash);

/* A first packet. A seed when nothing more is worth keeping, else a flow (never NULL: evicts when full). */
void flow_table_add_seed(
    struct flow_table *table, const struct flow_key *key, uint64_t hash, bool from_low, const struct packet *packet);
struct flow *flow_table_add(
    struct flow_table *table, const struct flow_key *key, uint64_t hash, bool from_low, const struct packet *packet);
/* A seed's second packet: becomes a flow that holds the first packet, whose TCP sequence number is given back; the
 * caller then adds the second. */
struct flow *flow_table_promote(struct flow_table *table, uint32_t seed_slot, uint64_t hash, uint32_t *first_seq);
/* The flow was just marked FLOW_CLOSED: it ends sooner than it would have. */
void flow_table_shorten(struct flow_table *table, struct flow *flow);
/* Ends a flow at once: its tuple is used again by a new connection. */
void flow_table_end(struct flow_table *table, struct flow *flow, enum flow_end why);

/* Ends what has timed out by now_ns, tick by tick, at most `limit` entries; true when all that was due is done. */
bool flow_table_expire(struct flow_table *table, int64_t now_ns, uint32_t limit);
/* The capture is over: the same, each flow that ends being FLOW_END_CAPTURE. Called with later and later times until
 * the table is empty (true): flows end in the order in which they would have timed out. */
bool flow_table_drain(struct flow_table *table, int64_t now_ns, uint32_t limit);

const struct flow_counters *flow_table_count(const struct flow_table *table);
size_t flow_table_memory(const struct flow_table *table); /* bytes in use at the peak */
uint32_t flow_table_size(const struct flow_table *table); /* live seeds and flows */
/* Walks everything and aborts on a broken invariant. */
void flow_table_check(const struct flow_table *table);

#endif
