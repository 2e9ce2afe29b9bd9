/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/stream/reassembly.h"

#include <stdlib.h>

#include "core/ensure.h"
#include "net/stream/seq.h"

enum { IS_STARTED = 1 };

struct stream_budget {
	struct buddy memory;
	struct reassembly_counters counters;
};

_Static_assert((int)REASSEMBLY_READY_MAX <= (int)BUDDY_BLOCK_MAX, "what is ready is one block");

struct stream_budget *
reassembly_budget_new(size_t bytes)
{
	struct stream_budget *budget = calloc(1, sizeof(*budget));
	if (budget == NULL)
		return NULL;
	if (buddy_init(&budget->memory, bytes) < 0) {
		free(budget);
		return NULL;
	}
	return budget;
}

void
reassembly_budget_free(struct stream_budget *budget)
{
	if (budget == NULL)
		return;
	buddy_done(&budget->memory);
	free(budget);
}

void
reassembly_budget_clear(struct stream_budget *budget)
{
	buddy_clear(&budget->memory);
	budget->counters = (struct reassembly_counters){0};
}

size_t
reassembly_budget_used(const struct stream_budget *budget)
{
	return budget->memory.used;
}

struct reassembly_counters
reassembly_count(const struct stream_budget *budget)
{
	struct reassembly_counters c = budget->counters;
	c.peak_bytes = budget->memory.peak;
	return c;
}

void
reassembly_start(struct reassembly *r, uint32_t first_seq, enum reassembly_policy policy, uint32_t window_bytes)
{
	*r = (struct reassembly){
	    .next_seq = first_seq,
	    .window_bytes = window_bytes < REASSEMBLY_WINDOW_MAX ? window_bytes : REASSEMBLY_WINDOW_MAX,
	    .held = {.tail = BUDDY_NONE, .policy = (uint8_t)policy, .flags = IS_STARTED},
	    .ready_block = BUDDY_NONE,
	};
}

bool
reassembly_started(const struct reassembly *r)
{
	return (r->held.flags & IS_STARTED) != 0;
}

static void
ready_drop(struct reassembly *r, struct stream_budget *budget)
{
	if (r->ready_block != BUDDY_NONE)
		buddy_give(&budget->memory, r->ready_block);
	r->ready_block = BUDDY_NONE;
	r->ready_at = 0;
	r->ready_len = 0;
}

void
reassembly_stop(struct reassembly *r, struct stream_budget *budget)
{
	if (!reassembly_started(r))
		return;
	while (r->held.count > 0)
		held_drop_first(&r->held, &budget->memory);
	ready_drop(r, budget);
	*r = (struct reassembly){0};
}

/* Makes room for n more bytes after those that are ready. Growing doubles, and bytes are moved down only when
 * at least half of the block was consumed: each byte is copied a constant number of times. */
static bool
ready_reserve(struct reassembly *r, struct stream_budget *budget, size_t n)
{
	if (n > REASSEMBLY_READY_MAX - r->ready_len)
		return false;
	size_t wanted = r->ready_len + n;
	size_t size = r->ready_block == BUDDY_NONE ? 0 : buddy_size(&budget->memory, r->ready_block);
	if (wanted + r->ready_at <= size)
		return true;
	bool fits = wanted <= size;
	uint32_t block = BUDDY_NONE;
	if (!fits || (r->ready_at < size / 2 && size < BUDDY_BLOCK_MAX))
		block = buddy_take(&budget->memory, fits ? size + 1 : wanted);
	if (block == BUDDY_NONE) {
		if (!fits)
			return false;
		uint8_t *at = buddy_at(&budget->memory, r->ready_block);
		memmove(at, at + r->ready_at, r->ready_len);
		r->ready_at = 0;
		return true;
	}
	uint32_t len = r->ready_len;
	if (len > 0)
		memcpy(buddy_at(&budget->memory, block), buddy_at(&budget->memory, r->ready_block) + r->ready_at, len);
	ready_drop(r, budget);
	r->ready_block = block;
	r->ready_len = len;
	return true;
}

static bool
ready_append(struct reassembly *r, struct stream_budget *budget, const uint8_t *data, size_t n)
{
	if (!ready_reserve(r, budget, n))
		return false;
	memcpy(buddy_at(&budget->memory, r->ready_block) + r->ready_at + r->ready_len, data, n);
	r->ready_len += (uint32_t)n;
	return true;
}

/* Makes ready what is held right after next_seq, as far as room allows; the rest follows reassembly_consume(). */
static void
pull(struct reassembly *r, struct stream_budget *budget)
{
	for (struct held *h; (h = held_first(&r->held, &budget->memory)) != NULL && h->seq == r->next_seq;) {
		uint32_t len = h->len;
		if (r->ready_len == 0) { /* the piece's own block becomes the ready one */
			uint32_t at = h->at;
			r->ready_block = held_take_first(&r->held, &budget->memory);
			r->ready_at = at;
			r->ready_len = len;
		} else {
			if (!ready_append(r, budget, (uint8_t *)h + h->at, len))
				return;
			held_drop_first(&r->held, &budget->memory);
		}
		r->next_seq += len;
	}
}

struct bytes
reassembly_pass(struct reassembly *r, uint32_t seq, struct bytes data)
{
	uint32_t behind = r->next_seq - seq; /* bytes delivered before; huge when a hole lies between */
	if (UNLIKELY(!reassembly_started(r) || r->held.count > 0 || r->ready_len > 0 || behind >= data.len ||
	        data.len - behind > r->window_bytes || data.len > HELD_SEGMENT_MAX))
		return (struct bytes){0};
	r->next_seq += (uint32_t)(data.len - behind);
	return (struct bytes){data.at + behind, data.len - behind};
}

bool
reassembly_keep(struct reassembly *r, struct stream_budget *budget, struct bytes rest)
{
	ENSURE(reassembly_started(r) && r->held.count == 0 && r->ready_len == 0);
	if (rest.len == 0)
		return true;
	if (ready_append(r, budget, rest.at, rest.len))
		return true;
	budget->counters.budget_spent++;
	return false;
}

/* Compares what was delivered before with what is still waiting to be consumed. */
static bool
differs_from_ready(const struct reassembly *r, const struct stream_budget *budget, uint32_t seq, struct bytes data)
{
	uint32_t ready_seq = r->next_seq - r->ready_len;
	uint32_t from = seq_later(seq, ready_seq), to = seq_earlier(seq + (uint32_t)data.len, r->next_seq);
	if (r->ready_len == 0 || !seq_before(from, to))
		return false;
	const uint8_t *ready = buddy_at(&budget->memory, r->ready_block) + r->ready_at;
	return memcmp(ready + (from - ready_seq), data.at + (from - seq), to - from) != 0;
}

/* Puts the segment among the held ones. */
static enum reassembly_result
hold(struct reassembly *r, struct stream_budget *budget, const struct held_segment *s)
{
	bool differs = false;
	enum held_result result = held_add(&r->held, &budget->memory, s, &differs);
	budget->counters.over_limit += result == HELD_OVER_LIMIT ? 1 : 0;
	budget->counters.budget_spent += result == HELD_BUDGET_SPENT ? 1 : 0;
	if (result == HELD_OVER_LIMIT || result == HELD_BUDGET_SPENT)
		return REASSEMBLY_REFUSED;
	if (differs)
		return REASSEMBLY_DIFFERS;
	return result == HELD_NEW ? REASSEMBLY_KEPT : REASSEMBLY_REPEATED;
}

/* The part of a segment that is new: [next_seq, next_seq + window). */
static enum reassembly_result
add_new(struct reassembly *r, struct stream_budget *budget, const struct held_segment *s)
{
	const struct held *first = held_first(&r->held, &budget->memory);
	uint32_t end = s->seq + s->len;
	if (s->seq == r->next_seq && (first == NULL || !seq_after(end, first->seq)) &&
	    ready_append(r, budget, s->data, s->len)) {
		r->next_seq = end;
		pull(r, budget);
		return REASSEMBLY_KEPT;
	}
	/* A segment that fills the hole and overlaps what follows: the hole's part must not count against the limits. */
	if (s->seq == r->next_seq && first != NULL && seq_before(r->next_seq, first->seq) && seq_after(end, first->seq)) {
		uint32_t hole = first->seq - s->seq;
		struct held_segment rest = *s;
		rest.data += hole;
		rest.seq += hole;
		rest.len -= hole;
		enum reassembly_result result = hold(r, budget, &rest);
		if (ready_append(r, budget, s->data, hole)) {
			r->next_seq += hole;
			pull(r, budget);
			return result == REASSEMBLY_DIFFERS ? result : REASSEMBLY_KEPT;
		}
		struct held_segment front = *s;
		front.len = hole;
		enum reassembly_result front_result = hold(r, budget, &front);
		pull(r, budget);
		return result == REASSEMBLY_DIFFERS ? result : front_result;
	}
	enum reassembly_result result = hold(r, budget, s);
	pull(r, budget);
	return result;
}

enum reassembly_result
reassembly_add(struct reassembly *r, struct stream_budget *budget, uint32_t seq, struct bytes data)
{
	ENSURE(reassembly_started(r));
	if (data.len == 0)
		return REASSEMBLY_REPEATED;
	if (data.len > HELD_SEGMENT_MAX || !(seq_before(seq, r->next_seq) || seq - r->next_seq < r->window_bytes)) {
		budget->counters.beyond_window++;
		return REASSEMBLY_REFUSED;
	}
	bool differs = differs_from_ready(r, budget, seq, data);
	uint32_t behind = seq_before(seq, r->next_seq) ? r->next_seq - seq : 0;
	if (behind >= data.len) {
		budget->counters.differing += differs ? 1 : 0;
		return differs ? REASSEMBLY_DIFFERS : REASSEMBLY_REPEATED;
	}
	struct held_segment s = {
	    .data = data.at + behind, .seq = seq + behind, .len = (uint32_t)data.len - behind, .begin = seq};
	uint32_t room = r->window_bytes - (s.seq - r->next_seq); /* receivers drop what lies beyond */
	if (s.len > room)
		s.len = room;
	if (s.len == 0) {
		budget->counters.beyond_window++;
		return REASSEMBLY_REFUSED;
	}
	s.end = s.seq + s.len;
	enum reassembly_result result = add_new(r, budget, &s);
	if (differs)
		result = REASSEMBLY_DIFFERS;
	budget->counters.differing += result == REASSEMBLY_DIFFERS ? 1 : 0;
	return result;
}

struct bytes
reassembly_ready(const struct reassembly *r, const struct stream_budget *budget)
{
	if (r->ready_len == 0)
		return (struct bytes){0};
	return (struct bytes){buddy_at(&budget->memory, r->ready_block) + r->ready_at, r->ready_len};
}

void
reassembly_consume(struct reassembly *r, struct stream_budget *budget, size_t n)
{
	ENSURE(n <= r->ready_len);
	r->ready_at += (uint32_t)n;
	r->ready_len -= (uint32_t)n;
	if (r->ready_len == 0 && reassembly_started(r))
		ready_drop(r, budget);
	if (r->held.count > 0)
		pull(r, budget);
}

size_t
reassembly_hole(const struct reassembly *r, const struct stream_budget *budget)
{
	const struct held *first = held_first(&r->held, &budget->memory);
	return first == NULL || r->ready_len > 0 ? 0 : first->seq - r->next_seq;
}

size_t
reassembly_skip_hole(struct reassembly *r, struct stream_budget *budget)
{
	size_t hole = reassembly_hole(r, budget);
	if (hole > 0) {
		r->next_seq += (uint32_t)hole;
		pull(r, budget);
	}
	return hole;
}

uint32_t
reassembly_skip(struct reassembly *r, struct stream_budget *budget, uint64_t n)
{
	ENSURE(reassembly_started(r));
	uint32_t skipped = n > REASSEMBLY_SKIP_MAX ? REASSEMBLY_SKIP_MAX : (uint32_t)n;
	uint32_t ready = skipped < r->ready_len ? skipped : r->ready_len;
	uint32_t target = r->next_seq + (skipped - ready);
	r->ready_at += ready;
	r->ready_len -= ready;
	if (r->ready_len == 0)
		ready_drop(r, budget);
	r->next_seq = target;
	held_drop_before(&r->held, &budget->memory, target);
	pull(r, budget);
	return skipped;
}

void
reassembly_check(const struct reassembly *r, const struct stream_budget *budget)
{
	if (!reassembly_started(r)) {
		static const struct reassembly never;
		ENSURE(memcmp(r, &never, sizeof(never)) == 0);
		return;
	}
	ENSURE(r->window_bytes <= REASSEMBLY_WINDOW_MAX);
	ENSURE((r->ready_block == BUDDY_NONE) == (r->ready_len == 0));
	if (r->ready_block != BUDDY_NONE)
		ENSURE((size_t)r->ready_at + r->ready_len <= buddy_size(&budget->memory, r->ready_block));
	held_check(&r->held, &budget->memory, r->next_seq);
	const struct held *first = held_first(&r->held, &budget->memory);
	ENSURE(first == NULL || first->seq != r->next_seq || r->ready_len > 0); /* nothing waits without reason */
}

void
reassembly_budget_check(const struct stream_budget *budget)
{
	buddy_check(&budget->memory);
}
