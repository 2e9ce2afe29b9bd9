/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Who wins where a new segment overlaps a held one. Novak and Sturges, "Target-Based TCP Stream
 * Reassembly" (Sourcefire, 2007) measured the stacks; their results, as Snort and Suricata apply them:
 *
 *	policy   the new segment's bytes win when it
 *	FIRST    never
 *	LAST     always
 *	BSD      begins before the held one
 *	WINDOWS  begins before the held one
 *	LINUX    begins before it, or begins with it and ends after it
 *	OLD_LINUX begins before it, or begins with it and does not end before it
 *	SOLARIS  begins before or with it and ends with or after it, or begins after it and ends after it
 *
 * "It" are the segments as they arrived, not what previous overlaps left of them: every held piece
 * remembers where its segment began and ended. So the rule can be told byte by byte.
 */
#include "net/stream/held.h"

#include "core/ensure.h"
#include "net/stream/seq.h"

enum { PIECES_MAX = HELD_COUNT_MAX + 1 };

static struct held *
held_at(const struct buddy *memory, uint32_t block)
{
	return (struct held *)(void *)buddy_at(memory, block); /* blocks are aligned to 256 */
}

static uint8_t *
data_of(struct held *h)
{
	return (uint8_t *)h + h->at;
}

static uint32_t
end_of(const struct held *h)
{
	return h->seq + h->len;
}

/* The piece after `prev`, or the first one when prev is BUDDY_NONE; BUDDY_NONE after the last. */
static uint32_t
next_of(const struct held_list *list, const struct buddy *memory, uint32_t prev)
{
	if (list->count == 0 || prev == list->tail)
		return BUDDY_NONE;
	return held_at(memory, prev == BUDDY_NONE ? list->tail : prev)->next;
}

static void
link_after(struct held_list *list, struct buddy *memory, uint32_t prev, uint32_t block)
{
	struct held *h = held_at(memory, block);
	if (list->count == 0) {
		h->next = block;
		list->tail = block;
	} else {
		struct held *before = held_at(memory, prev == BUDDY_NONE ? list->tail : prev);
		h->next = before->next;
		before->next = block;
		if (prev == list->tail)
			list->tail = block;
	}
	list->count++;
	list->bytes += h->len;
}

/* Takes the piece after prev out of the list; the block remains the caller's. */
static uint32_t
unlink_after(struct held_list *list, struct buddy *memory, uint32_t prev)
{
	struct held *before = held_at(memory, prev == BUDDY_NONE ? list->tail : prev);
	uint32_t block = before->next;
	struct held *h = held_at(memory, block);
	before->next = h->next;
	if (block == list->tail)
		list->tail = prev;
	list->count--;
	list->bytes -= h->len;
	return block;
}

static void
trim_front(struct held_list *list, struct held *h, uint32_t n)
{
	h->seq += n;
	h->at += n;
	h->len -= n;
	list->bytes -= n;
}

/* The table at the head of this file. */
static bool
new_wins(uint8_t policy, const struct held_segment *s, const struct held *old)
{
	bool begins_before = seq_before(s->begin, old->begin);
	bool ends_after = seq_after(s->end, old->end);
	switch ((enum reassembly_policy)policy) {
	case REASSEMBLY_FIRST: return false;
	case REASSEMBLY_LAST: return true;
	case REASSEMBLY_BSD:
	case REASSEMBLY_WINDOWS: return begins_before;
	case REASSEMBLY_LINUX: return begins_before || (s->begin == old->begin && ends_after);
	case REASSEMBLY_OLD_LINUX: return begins_before || (s->begin == old->begin && !seq_before(s->end, old->end));
	case REASSEMBLY_SOLARIS: return ends_after || (s->end == old->end && !seq_after(s->begin, old->begin));
	}
	return false;
}

/* What a segment would change, decided before anything is changed: all of it happens, or nothing. */
struct plan {
	struct {
		uint32_t seq, len;
	} pieces[PIECES_MAX];
	uint32_t count;                  /* of pieces to hold */
	uint32_t new_bytes;              /* in them */
	uint32_t lost_bytes, lost_count; /* held now, to be dropped */
	bool differs, overwrites;
};

static void
plan_piece(struct plan *p, uint32_t seq, uint32_t end)
{
	if (seq == end)
		return;
	p->pieces[p->count].seq = seq;
	p->pieces[p->count].len = end - seq;
	p->count++;
	p->new_bytes += end - seq;
}

/* prev: the last held piece that ends before the segment begins. */
static void
plan_make(
    struct plan *p, const struct held_list *list, const struct buddy *memory, const struct held_segment *s, uint32_t prev)
{
	uint32_t at = s->seq, end = s->seq + s->len;
	for (uint32_t block; (block = next_of(list, memory, prev)) != BUDDY_NONE; prev = block) {
		struct held *h = held_at(memory, block);
		if (!seq_before(h->seq, end))
			break;
		uint32_t from = seq_later(h->seq, at), to = seq_earlier(end_of(h), end);
		if (memcmp(data_of(h) + (from - h->seq), s->data + (from - s->seq), to - from) != 0)
			p->differs = true;
		if (!new_wins(list->policy, s, h)) {
			plan_piece(p, at, from);
			at = to;
		} else if (list->policy == REASSEMBLY_LAST) {
			/* written over in place: only here can the new one win the middle of an old one */
			p->overwrites = true;
			plan_piece(p, at, from);
			at = to;
		} else {
			p->lost_bytes += to - from;
			p->lost_count += to - from == h->len ? 1 : 0;
		}
	}
	plan_piece(p, at, end);
}

/* Takes from the held pieces what the segment wins. */
static void
settle(struct held_list *list, struct buddy *memory, const struct held_segment *s, uint32_t prev)
{
	uint32_t end = s->seq + s->len;
	for (uint32_t block; (block = next_of(list, memory, prev)) != BUDDY_NONE;) {
		struct held *h = held_at(memory, block);
		if (!seq_before(h->seq, end))
			break;
		uint32_t from = seq_later(h->seq, s->seq), to = seq_earlier(end_of(h), end);
		uint32_t n = to - from;
		if (!new_wins(list->policy, s, h)) {
			prev = block;
		} else if (list->policy == REASSEMBLY_LAST) {
			memcpy(data_of(h) + (from - h->seq), s->data + (from - s->seq), n);
			prev = block;
		} else if (n == h->len) {
			buddy_give(memory, unlink_after(list, memory, prev));
		} else if (from == h->seq) {
			trim_front(list, h, n);
			prev = block;
		} else {
			ENSURE(to == end_of(h)); /* no rule but LAST gives the middle away */
			h->len -= n;
			list->bytes -= n;
			prev = block;
		}
	}
}

/* Blocks with the planned pieces, linked to one another by `next`; false, with nothing taken, when the budget is spent. */
static bool
fill_pieces(struct buddy *memory, const struct held_segment *s, const struct plan *p, uint32_t *out_first)
{
	uint32_t first = BUDDY_NONE;
	for (uint32_t i = p->count; i > 0; i--) {
		uint32_t seq = p->pieces[i - 1].seq, len = p->pieces[i - 1].len;
		uint32_t block = buddy_take(memory, sizeof(struct held) + len);
		if (block == BUDDY_NONE) {
			while (first != BUDDY_NONE) {
				uint32_t next = held_at(memory, first)->next;
				buddy_give(memory, first);
				first = next;
			}
			return false;
		}
		struct held *h = held_at(memory, block);
		*h = (struct held){
		    .next = first, .seq = seq, .len = len, .at = sizeof(*h), .begin = s->begin, .end = s->end};
		memcpy(data_of(h), s->data + (seq - s->seq), len);
		first = block;
	}
	*out_first = first;
	return true;
}

/* The last held piece that ends at or before seq, BUDDY_NONE when the first one does not. */
static uint32_t
find_before(const struct held_list *list, const struct buddy *memory, uint32_t seq)
{
	if (list->count == 0)
		return BUDDY_NONE;
	if (!seq_after(end_of(held_at(memory, list->tail)), seq))
		return list->tail; /* one hole, then order again: the usual case */
	uint32_t prev = BUDDY_NONE;
	for (uint32_t block; (block = next_of(list, memory, prev)) != BUDDY_NONE; prev = block)
		if (seq_after(end_of(held_at(memory, block)), seq))
			break;
	return prev;
}

enum held_result
held_add(struct held_list *list, struct buddy *memory, const struct held_segment *s, bool *out_differs)
{
	struct plan p;
	p.count = p.new_bytes = p.lost_bytes = p.lost_count = 0;
	p.differs = p.overwrites = false;
	uint32_t prev = find_before(list, memory, s->seq);
	plan_make(&p, list, memory, s, prev);
	*out_differs = p.differs;
	if (p.count == 0 && !p.overwrites)
		return HELD_NOTHING_NEW;
	if (list->count - p.lost_count + p.count > HELD_COUNT_MAX ||
	    list->bytes - p.lost_bytes + p.new_bytes > HELD_BYTES_MAX)
		return HELD_OVER_LIMIT;
	uint32_t first = BUDDY_NONE;
	if (!fill_pieces(memory, s, &p, &first))
		return HELD_BUDGET_SPENT;
	settle(list, memory, s, prev);
	while (first != BUDDY_NONE) {
		uint32_t block = first;
		first = held_at(memory, block)->next;
		for (uint32_t next; (next = next_of(list, memory, prev)) != BUDDY_NONE; prev = next)
			if (seq_before(held_at(memory, block)->seq, held_at(memory, next)->seq))
				break;
		link_after(list, memory, prev, block);
		prev = block;
	}
	return p.new_bytes > p.lost_bytes ? HELD_NEW : HELD_NOTHING_NEW;
}

struct held *
held_first(const struct held_list *list, const struct buddy *memory)
{
	return list->count == 0 ? NULL : held_at(memory, held_at(memory, list->tail)->next);
}

uint32_t
held_take_first(struct held_list *list, struct buddy *memory)
{
	return unlink_after(list, memory, BUDDY_NONE);
}

void
held_drop_first(struct held_list *list, struct buddy *memory)
{
	buddy_give(memory, unlink_after(list, memory, BUDDY_NONE));
}

void
held_drop_before(struct held_list *list, struct buddy *memory, uint32_t seq)
{
	for (struct held *h; (h = held_first(list, memory)) != NULL && seq_before(h->seq, seq);) {
		if (seq_after(end_of(h), seq))
			trim_front(list, h, seq - h->seq);
		else
			held_drop_first(list, memory);
	}
}

void
held_check(const struct held_list *list, const struct buddy *memory, uint32_t seq)
{
	ENSURE(list->policy <= REASSEMBLY_OLD_LINUX);
	ENSURE(list->count <= HELD_COUNT_MAX && list->bytes <= HELD_BYTES_MAX);
	ENSURE((list->tail == BUDDY_NONE) == (list->count == 0));
	uint32_t bytes = 0, count = 0, at = seq, prev = BUDDY_NONE;
	for (uint32_t block; (block = next_of(list, memory, prev)) != BUDDY_NONE; prev = block) {
		const struct held *h = held_at(memory, block);
		ENSURE(++count <= list->count);
		ENSURE(h->len > 0 && h->at >= sizeof(*h) && h->at + h->len <= buddy_size(memory, block));
		ENSURE(!seq_before(h->seq, at));
		ENSURE(!seq_before(h->seq, h->begin) && !seq_after(end_of(h), h->end));
		bytes += h->len;
		at = end_of(h);
	}
	ENSURE(count == list->count && bytes == list->bytes);
}
