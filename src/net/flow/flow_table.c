/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/flow/flow_table.h"

#include "core/hash.h"
#include "core/pool.h"

#include <stdlib.h>
#include <sys/mman.h>

enum {
	/* An eighth of a second: what ends within one chunk of a capture should fit in the cache, and a second of a busy
	 * network does not. */
	TICKS_PER_S = 8,
	WHEEL_SLOTS = 32768,     /* one tick each: more than an hour; longer timeouts are looked at again on the way */
	SEED_SHARE_PERCENT = 20, /* of the budget */
	SEED_SLOT_BITS = 22,     /* four million seeds are a quarter of a gigabyte */
	SEED_NONE = (1 << SEED_SLOT_BITS) - 1,
	TIME_HIGH_BITS = 64 - 2 * SEED_SLOT_BITS,
};
#define LINK_FLOW UINT32_C(0x80000000) /* a link leads to a flow; without it, to a seed */
#define LINK_NONE UINT32_MAX

static const int64_t tick_ns = INT64_C(1000000000) / TICKS_PER_S;

const struct flow_timeouts flow_table_timeouts = {.tcp_new = 30,
    .tcp_established = 600,
    .tcp_closed = 5,
    .udp_new = 30,
    .udp_established = 300,
    .udp_done = 5,
    .icmp_new = 30,
    .icmp_established = 30,
    .other = 30};

/* Seeds live in two queues, oldest first: TCP, and the rest. */
struct seed {
	struct flow_key key;
	uint64_t older : SEED_SLOT_BITS, newer : SEED_SLOT_BITS; /* of the same queue */
	uint64_t first_us_high : TIME_HIGH_BITS;                 /* whole again by seed_first_ns() */
	uint32_t first_us_low;
	uint32_t tcp_seq;
	uint32_t chain_next;
	uint16_t ip_len;
	uint8_t tcp_flags;
	uint8_t link_swapped; /* bytes of the frame outside IP (<= 127), times 2; lowest bit: FLOW_SWAPPED */
};
_Static_assert(sizeof(struct seed) == 64, "the promise for half-open flows");

struct seed_queue {
	uint32_t oldest, newest;
};

struct flow_table {
	uint32_t *buckets;
	uint64_t bucket_mask;
	uint64_t hash_key;
	struct pool seeds, flows;
	struct seed_queue queues[2];
	uint32_t wheel[WHEEL_SLOTS];
	int64_t tick;         /* ticks of the wheel done */
	int64_t last_seed_us; /* when the newest seed began */
	bool started, draining;
	uint32_t clock_hand;
	const struct flow_timeouts *timeouts;
	flow_ended *ended;
	void *context;
	struct flow_counters counters;
};

static struct flow *
flow_at(const struct flow_table *t, uint32_t slot)
{
	return pool_at(&t->flows, slot);
}

static struct seed *
seed_at(const struct flow_table *t, uint32_t slot)
{
	return pool_at(&t->seeds, slot);
}

/* A capture may join what was recorded in different years. 52 bits of microseconds are 142 of them: what is missing
 * is near the newest seed's. */
static int64_t
seed_first_ns(const struct flow_table *t, const struct seed *seed)
{
	enum { UNKNOWN_BITS = 32 - TIME_HIGH_BITS };
	uint64_t first_us = (uint64_t)seed->first_us_high << 32 | seed->first_us_low;
	int64_t before_us = (int64_t)(((uint64_t)t->last_seed_us - first_us) << UNKNOWN_BITS) >> UNKNOWN_BITS;
	return (t->last_seed_us - before_us) * 1000;
}

static uint32_t
slot_of(const struct flow_table *t, const struct flow *flow)
{
	return (uint32_t)((size_t)((const uint8_t *)flow - t->flows.slots) / t->flows.slot_size);
}

struct flow_table *
flow_table_new(const struct flow_table_options *options)
{
	struct flow_table *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	size_t seed_bytes = options->budget_bytes / 100 * SEED_SHARE_PERCENT;
	size_t seed_capacity = seed_bytes / sizeof(struct seed);
	size_t flow_bytes = options->budget_bytes - seed_bytes;
	uint64_t buckets = 1024;
	while (buckets * 2 <= options->budget_bytes / 128)
		buckets *= 2;
	size_t bucket_bytes = buckets * sizeof(uint32_t);
	size_t flow_capacity = (flow_bytes > bucket_bytes ? flow_bytes - bucket_bytes : 0) / sizeof(struct flow);
	if (flow_capacity < 64)
		flow_capacity = 64;
	if (seed_capacity < 64)
		seed_capacity = 64;
	if (seed_capacity > SEED_NONE)
		seed_capacity = SEED_NONE;
	if (flow_capacity > LINK_FLOW - 2 || pool_init(&t->seeds, sizeof(struct seed), (uint32_t)seed_capacity) < 0 ||
	    pool_init(&t->flows, sizeof(struct flow), (uint32_t)flow_capacity) < 0) {
		flow_table_free(t);
		return NULL;
	}
	t->buckets = malloc(bucket_bytes);
	if (t->buckets == NULL) {
		flow_table_free(t);
		return NULL;
	}
	t->bucket_mask = buckets - 1;
	t->hash_key = options->hash_key;
	t->timeouts = options->timeouts != NULL ? options->timeouts : &flow_table_timeouts;
	t->ended = options->ended;
	t->context = options->context;
	flow_table_clear(t);
	return t;
}

void
flow_table_clear(struct flow_table *t)
{
	pool_clear(&t->seeds);
	pool_clear(&t->flows);
	memset(t->buckets, 0xff, (t->bucket_mask + 1) * sizeof(*t->buckets));
	memset(t->wheel, 0xff, sizeof(t->wheel));
	t->queues[0] = t->queues[1] = (struct seed_queue){SEED_NONE, SEED_NONE};
	t->tick = t->last_seed_us = 0;
	t->started = t->draining = false;
	t->clock_hand = 0;
	t->counters = (struct flow_counters){0};
}

void
flow_table_free(struct flow_table *t)
{
	if (t == NULL)
		return;
	pool_done(&t->seeds);
	pool_done(&t->flows);
	free(t->buckets);
	free(t);
}

uint64_t
flow_table_hash(const struct flow_table *t, const struct flow_key *key)
{
	return hash_bytes((struct bytes){(const uint8_t *)key, sizeof(*key)}, t->hash_key);
}

void
flow_table_prefetch_bucket(const struct flow_table *t, uint64_t hash)
{
	__builtin_prefetch(&t->buckets[hash & t->bucket_mask]);
}

void
flow_table_prefetch_entry(const struct flow_table *t, uint64_t hash)
{
	uint32_t link = t->buckets[hash & t->bucket_mask];
	if (link == LINK_NONE)
		return;
	const char *entry = (link & LINK_FLOW) != 0 ? (const char *)flow_at(t, link & ~LINK_FLOW)
	                                            : (const char *)seed_at(t, link);
	__builtin_prefetch(entry);
	if ((link & LINK_FLOW) != 0) {
		__builtin_prefetch(entry + 64);
		__builtin_prefetch(entry + 128);
		__builtin_prefetch(entry + 192);
	}
}

static bool
key_eq(const struct flow_key *a, const struct flow_key *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static uint32_t *
link_field(struct flow_table *t, uint32_t link)
{
	return (link & LINK_FLOW) != 0 ? &flow_at(t, link & ~LINK_FLOW)->chain_next : &seed_at(t, link)->chain_next;
}

struct flow_place
flow_table_find(struct flow_table *t, const struct flow_key *key, uint64_t hash)
{
	uint32_t link = t->buckets[hash & t->bucket_mask];
	while (link != LINK_NONE) {
		if ((link & LINK_FLOW) != 0) {
			struct flow *flow = flow_at(t, link & ~LINK_FLOW);
			if (key_eq(&flow->key, key))
				return (struct flow_place){FLOW_IS_FLOW, link & ~LINK_FLOW, flow};
			link = flow->chain_next;
		} else {
			struct seed *seed = seed_at(t, link);
			if (key_eq(&seed->key, key))
				return (struct flow_place){FLOW_IS_SEED, link, NULL};
			link = seed->chain_next;
		}
	}
	return (struct flow_place){FLOW_ABSENT, LINK_NONE, NULL};
}

static void
chain_add(struct flow_table *t, uint64_t hash, uint32_t link)
{
	uint32_t *bucket = &t->buckets[hash & t->bucket_mask];
	*link_field(t, link) = *bucket;
	*bucket = link;
}

static void
chain_remove(struct flow_table *t, uint64_t hash, uint32_t link)
{
	uint32_t *at = &t->buckets[hash & t->bucket_mask];
	while (*at != link) {
		ENSURE(*at != LINK_NONE);
		at = link_field(t, *at);
	}
	*at = *link_field(t, link);
}

static struct seed_queue *
queue_of(struct flow_table *t, const struct flow_key *key)
{
	return &t->queues[key->ip_proto == IP_PROTO_TCP ? 0 : 1];
}

static void
queue_add(struct flow_table *t, uint32_t slot)
{
	struct seed *seed = seed_at(t, slot);
	struct seed_queue *q = queue_of(t, &seed->key);
	seed->newer = SEED_NONE;
	seed->older = q->newest & SEED_NONE;
	if (q->newest != SEED_NONE)
		seed_at(t, q->newest)->newer = slot & SEED_NONE;
	else
		q->oldest = slot;
	q->newest = slot;
}

static void
queue_remove(struct flow_table *t, uint32_t slot)
{
	struct seed *seed = seed_at(t, slot);
	struct seed_queue *q = queue_of(t, &seed->key);
	if (seed->older != SEED_NONE)
		seed_at(t, seed->older)->newer = seed->newer;
	else
		q->oldest = seed->newer;
	if (seed->newer != SEED_NONE)
		seed_at(t, seed->newer)->older = seed->older;
	else
		q->newest = seed->older;
}

/* What is known of a seed, as a flow. Its payload is what is left of the packet above the usual headers. */
static void
seed_to_flow(const struct flow_table *t, const struct seed *seed, struct flow *out)
{
	bool v4 = addr_is_v4(&seed->key.low);
	uint32_t headers = (v4 ? 20U : 40U) + (seed->key.ip_proto == IP_PROTO_TCP ? 0U : 8U);
	bool has_payload = seed->key.ip_proto != IP_PROTO_TCP && seed->ip_len > headers;
	struct packet first = {
	    .time_ns = seed_first_ns(t, seed),
	    .ip_proto = seed->key.ip_proto,
	    .ip_len = seed->ip_len,
	    .wire_len = seed->ip_len + (seed->link_swapped >> 1),
	    .payload_wire_len = has_payload ? seed->ip_len - headers : 0,
	    .tcp = {.flags = seed->tcp_flags},
	};
	flow_start(out, &seed->key, (seed->link_swapped & 1) == 0, &first);
}

static void
seed_release(struct flow_table *t, uint32_t slot, uint64_t hash)
{
	chain_remove(t, hash, slot);
	queue_remove(t, slot);
	pool_give(&t->seeds, slot);
}

static void
seed_end(struct flow_table *t, uint32_t slot, enum flow_end why)
{
	struct flow shown;
	struct seed *seed = seed_at(t, slot);
	uint64_t hash = flow_table_hash(t, &seed->key);
	seed_to_flow(t, seed, &shown);
	shown.is_seed = 1;
	seed_release(t, slot, hash);
	t->counters.ended++;
	t->ended(t->context, &shown, t->draining ? FLOW_END_CAPTURE : why);
}

static uint32_t
timeout_s(const struct flow_table *t, const struct flow *flow)
{
	bool established = (flow->flags & FLOW_ESTABLISHED) != 0;
	switch (flow->key.ip_proto) {
	case IP_PROTO_TCP:
		if ((flow->flags & FLOW_CLOSED) != 0)
			return t->timeouts->tcp_closed;
		return established ? t->timeouts->tcp_established : t->timeouts->tcp_new;
	case IP_PROTO_UDP:
		if ((flow->flags & FLOW_CLOSED) != 0)
			return t->timeouts->udp_done;
		return established ? t->timeouts->udp_established : t->timeouts->udp_new;
	case IP_PROTO_ICMP:
	case IP_PROTO_ICMPV6: return established ? t->timeouts->icmp_established : t->timeouts->icmp_new;
	default: return t->timeouts->other;
	}
}

/* The first tick that finds the flow silent for its timeout. */
static int64_t
due_tick(const struct flow_table *t, const struct flow *flow)
{
	return flow->last_ns / tick_ns + (int64_t)timeout_s(t, flow) * TICKS_PER_S + 1;
}

/* The tick in which this flow is looked at again. */
static void
wheel_arm(struct flow_table *t, uint32_t slot, int64_t due)
{
	if (due <= t->tick)
		due = t->tick + 1;
	if (due > t->tick + WHEEL_SLOTS - 1)
		due = t->tick + WHEEL_SLOTS - 1;
	struct flow *flow = flow_at(t, slot);
	flow->wheel_slot = (uint32_t)((uint64_t)due % WHEEL_SLOTS);
	uint32_t *head = &t->wheel[flow->wheel_slot];
	flow->wheel_previous = LINK_NONE;
	flow->wheel_next = *head;
	if (*head != LINK_NONE)
		flow_at(t, *head)->wheel_previous = slot;
	*head = slot;
}

static void
wheel_remove(struct flow_table *t, uint32_t slot)
{
	struct flow *flow = flow_at(t, slot);
	if (flow->wheel_previous != LINK_NONE)
		flow_at(t, flow->wheel_previous)->wheel_next = flow->wheel_next;
	else
		t->wheel[flow->wheel_slot] = flow->wheel_next;
	if (flow->wheel_next != LINK_NONE)
		flow_at(t, flow->wheel_next)->wheel_previous = flow->wheel_previous;
}

static void
time_seen(struct flow_table *t, int64_t time_ns)
{
	if (!t->started) {
		t->started = true;
		t->tick = time_ns / tick_ns - 1;
	}
}

static uint32_t
seed_take(struct flow_table *t)
{
	uint32_t slot = pool_take(&t->seeds);
	if (slot != POOL_NONE)
		return slot;
	uint32_t a = t->queues[0].oldest, b = t->queues[1].oldest;
	uint32_t victim = a == SEED_NONE ||
	        (b != SEED_NONE && seed_first_ns(t, seed_at(t, b)) < seed_first_ns(t, seed_at(t, a)))
	    ? b
	    : a;
	t->counters.evicted_seeds++;
	seed_end(t, victim, FLOW_END_EVICTED);
	return pool_take(&t->seeds);
}

static void
flow_release(struct flow_table *t, uint32_t slot)
{
	chain_remove(t, flow_table_hash(t, &flow_at(t, slot)->key), slot | LINK_FLOW);
	wheel_remove(t, slot);
	pool_give(&t->flows, slot);
}

void
flow_table_end(struct flow_table *t, struct flow *flow, enum flow_end why)
{
	t->counters.ended++;
	t->ended(t->context, flow, t->draining ? FLOW_END_CAPTURE : why);
	flow_release(t, slot_of(t, flow));
}

void
flow_table_shorten(struct flow_table *t, struct flow *flow)
{
	uint32_t slot = slot_of(t, flow);
	wheel_remove(t, slot);
	wheel_arm(t, slot, due_tick(t, flow));
}

/* The clock algorithm (Corbato 1969): going round, a flow that was used since the last time round is spared once; a closed
 * one is not. Close to "silent for longest" at the cost of about one look. Every slot is in use when this is called. */
static void
evict_flow(struct flow_table *t)
{
	for (;;) {
		t->clock_hand = t->clock_hand + 1 < t->flows.capacity ? t->clock_hand + 1 : 0;
		struct flow *flow = flow_at(t, t->clock_hand);
		__builtin_prefetch(flow_at(t, t->clock_hand + 1 < t->flows.capacity ? t->clock_hand + 1 : 0));
		if ((flow->flags & FLOW_USED) == 0 || (flow->flags & FLOW_CLOSED) != 0) {
			t->counters.evicted_flows++;
			flow_table_end(t, flow, FLOW_END_EVICTED);
			return;
		}
		flow->flags &= (uint8_t)~FLOW_USED;
	}
}

static uint32_t
flow_take(struct flow_table *t)
{
	uint32_t slot = pool_take(&t->flows);
	if (slot != POOL_NONE)
		return slot;
	evict_flow(t);
	return pool_take(&t->flows);
}

void
flow_table_add_seed(struct flow_table *t, const struct flow_key *key, uint64_t hash, bool from_low, const struct packet *p)
{
	time_seen(t, p->time_ns);
	uint32_t slot = seed_take(t);
	struct seed *seed = seed_at(t, slot);
	t->last_seed_us = p->time_ns / 1000;
	uint32_t around = p->wire_len > p->ip_len ? p->wire_len - p->ip_len : 0;
	*seed = (struct seed){
	    .key = *key,
	    .first_us_high = (uint64_t)t->last_seed_us >> 32 & ((1U << TIME_HIGH_BITS) - 1),
	    .first_us_low = (uint32_t)t->last_seed_us,
	    .tcp_seq = p->ip_proto == IP_PROTO_TCP ? p->tcp.seq : 0,
	    .ip_len = (uint16_t)(p->ip_len > UINT16_MAX ? UINT16_MAX : p->ip_len),
	    .tcp_flags = p->ip_proto == IP_PROTO_TCP ? p->tcp.flags : 0,
	    .link_swapped = (uint8_t)((around > 127 ? 127 : around) << 1 | (from_low ? 0 : 1)),
	};
	chain_add(t, hash, slot);
	queue_add(t, slot);
	t->counters.created++;
	t->counters.seeds_created++;
}

static struct flow *
flow_adopt(struct flow_table *t, uint32_t slot, uint64_t hash)
{
	struct flow *flow = flow_at(t, slot);
	chain_add(t, hash, slot | LINK_FLOW);
	wheel_arm(t, slot, due_tick(t, flow));
	return flow;
}

struct flow *
flow_table_add(struct flow_table *t, const struct flow_key *key, uint64_t hash, bool from_low, const struct packet *p)
{
	time_seen(t, p->time_ns);
	uint32_t slot = flow_take(t);
	flow_start(flow_at(t, slot), key, from_low, p);
	t->counters.created++;
	return flow_adopt(t, slot, hash);
}

struct flow *
flow_table_promote(struct flow_table *t, uint32_t seed_slot, uint64_t hash, uint32_t *first_seq)
{
	struct seed seed = *seed_at(t, seed_slot); /* a copy: its slot is free before the flow takes one */
	seed_release(t, seed_slot, hash);
	uint32_t slot = flow_take(t);
	seed_to_flow(t, &seed, flow_at(t, slot));
	t->counters.promoted++;
	*first_seq = seed.tcp_seq;
	return flow_adopt(t, slot, hash);
}

/* Ends the seeds of a queue that began before `before_ns`; all of them at the end of a capture. */
static bool
expire_seeds(struct flow_table *t, struct seed_queue *q, int64_t before_ns, uint32_t *limit)
{
	while (q->oldest != SEED_NONE && (t->draining || seed_first_ns(t, seed_at(t, q->oldest)) < before_ns)) {
		if (*limit == 0)
			return false;
		(*limit)--;
		uint32_t newer = seed_at(t, q->oldest)->newer;
		if (newer != SEED_NONE) {
			const struct seed *next = seed_at(t, newer);
			__builtin_prefetch(&t->buckets[flow_table_hash(t, &next->key) & t->bucket_mask]);
			if (next->newer != SEED_NONE)
				__builtin_prefetch(seed_at(t, next->newer));
		}
		seed_end(t, q->oldest, FLOW_END_TIMEOUT);
	}
	return true;
}

/* The flow after this one, and the bucket it hangs in: both are needed in a moment. */
static void
prefetch_next(const struct flow_table *t, uint32_t slot)
{
	if (slot == LINK_NONE)
		return;
	const struct flow *next = flow_at(t, slot);
	__builtin_prefetch(&t->buckets[flow_table_hash(t, &next->key) & t->bucket_mask]);
	if (next->wheel_next == LINK_NONE)
		return;
	const char *after = (const char *)flow_at(t, next->wheel_next);
	for (size_t line = 0; line < sizeof(struct flow); line += 64)
		__builtin_prefetch(after + line);
}

/* Looks at the flows of one tick of the wheel: ends those that are due, arms the others again. */
static bool
expire_tick(struct flow_table *t, int64_t tick, uint32_t *limit)
{
	uint32_t *head = &t->wheel[(uint64_t)tick % WHEEL_SLOTS];
	while (*head != LINK_NONE) {
		uint32_t slot = *head;
		struct flow *flow = flow_at(t, slot);
		prefetch_next(t, flow->wheel_next);
		int64_t due = due_tick(t, flow);
		if (due > tick) {
			wheel_remove(t, slot);
			wheel_arm(t, slot, due);
			continue;
		}
		if (*limit == 0)
			return false;
		(*limit)--;
		flow_table_end(t, flow, (flow->flags & FLOW_CLOSED) != 0 ? FLOW_END_CLOSED : FLOW_END_TIMEOUT);
	}
	return true;
}

bool
flow_table_expire(struct flow_table *t, int64_t now_ns, uint32_t limit)
{
	int64_t now_tick = now_ns / tick_ns;
	if (!t->started || now_tick <= t->tick)
		return true;
	/* After a long silence one turn of the wheel visits everything. */
	if (now_tick - t->tick > WHEEL_SLOTS)
		t->tick = now_tick - WHEEL_SLOTS;
	while (t->tick < now_tick) {
		int64_t tick = t->tick + 1;
		if (!expire_seeds(
		        t, &t->queues[0], (tick - (int64_t)t->timeouts->tcp_new * TICKS_PER_S) * tick_ns, &limit) ||
		    !expire_seeds(t, &t->queues[1], (tick - (int64_t)t->timeouts->udp_new * TICKS_PER_S) * tick_ns, &limit))
			return false;
		t->tick = tick; /* what is armed again must land in a later slot */
		if (!expire_tick(t, tick, &limit)) {
			t->tick = tick - 1;
			return false;
		}
	}
	return true;
}

bool
flow_table_drain(struct flow_table *t, int64_t now_ns, uint32_t limit)
{
	t->draining = true;
	(void)flow_table_expire(t, now_ns, limit); /* what is left is for the next call */
	return t->seeds.used == 0 && t->flows.used == 0;
}

const struct flow_counters *
flow_table_count(const struct flow_table *t)
{
	return &t->counters;
}

size_t
flow_table_memory(const struct flow_table *t)
{
	return (t->bucket_mask + 1) * sizeof(uint32_t) + (size_t)t->seeds.peak * t->seeds.slot_size +
	    (size_t)t->flows.peak * t->flows.slot_size;
}

uint32_t
flow_table_size(const struct flow_table *t)
{
	return t->seeds.used + t->flows.used;
}

void
flow_table_check(const struct flow_table *t)
{
	uint32_t seeds = 0, flows = 0, armed = 0, queued = 0;
	for (uint64_t b = 0; b <= t->bucket_mask; b++)
		for (uint32_t link = t->buckets[b]; link != LINK_NONE;) {
			bool is_flow = (link & LINK_FLOW) != 0;
			const struct flow_key *key = is_flow ? &flow_at(t, link & ~LINK_FLOW)->key : &seed_at(t, link)->key;
			ENSURE((flow_table_hash(t, key) & t->bucket_mask) == b);
			flows += is_flow;
			seeds += !is_flow;
			ENSURE(flows <= t->flows.used && seeds <= t->seeds.used);
			link = is_flow ? flow_at(t, link & ~LINK_FLOW)->chain_next : seed_at(t, link)->chain_next;
		}
	for (size_t s = 0; s < WHEEL_SLOTS; s++)
		for (uint32_t slot = t->wheel[s]; slot != LINK_NONE; slot = flow_at(t, slot)->wheel_next) {
			ENSURE(flow_at(t, slot)->wheel_slot == s && armed <= t->flows.used);
			armed++;
		}
	for (size_t q = 0; q < LENGTH_OF(t->queues); q++)
		for (uint32_t slot = t->queues[q].oldest; slot != SEED_NONE; slot = seed_at(t, slot)->newer) {
			ENSURE(queued <= t->seeds.used);
			queued++;
		}
	ENSURE(seeds == t->seeds.used && flows == t->flows.used && armed == flows && queued == seeds);
}
