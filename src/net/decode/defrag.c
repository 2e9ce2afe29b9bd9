/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/decode/defrag.h"

#include "core/ensure.h"
#include "core/hash.h"
#include "core/pool.h"

#include <stdlib.h>

enum {
	UNIT = 8, /* bytes: the unit of fragment offsets */
	UNITS_MAX = (DEFRAG_DATAGRAM_MAX + UNIT) / UNIT,
	COVER_WORDS = UNITS_MAX / 64,
	PIECE_DATA = 2032,   /* an Ethernet fragment fits one piece */
	FRAGMENTS_MAX = 256, /* of one datagram: the largest, over the smallest MTU in use */
	BUDGET_MIN = 256 * 1024,
	BUDGET_PER_DATAGRAM = 8192,
};

_Static_assert(UNITS_MAX % 64 == 0, "the cover is made of whole words");

/* Part of one fragment, in order of arrival; a fragment larger than a piece takes several, which share `start`
 * and `end`, the extent that the policies compare. */
struct piece {
	uint32_t next;
	uint16_t offset, len; /* of data in the datagram, bytes */
	uint32_t start, end;  /* of the fragment, bytes */
	uint8_t data[PIECE_DATA];
};

struct key {
	struct addr src, dst;
	uint32_t id;
	uint16_t vlan[2];
	uint8_t ip_version;
	uint8_t ip_proto; /* IPv4 only */
	uint8_t zero[6];
};

/* A datagram on its way. */
struct datagram {
	uint32_t chain;        /* next in its hash bucket */
	uint32_t older, newer; /* list by time of the first fragment */
	uint32_t first, last;  /* pieces */
	struct key key;
	int64_t time_ns; /* of the first fragment */
	uint32_t end;    /* bytes, 0 while the last fragment is missing */
	uint32_t reach;  /* bytes: no fragment ends beyond */
	uint32_t units;  /* covered */
	uint32_t fragments;
	uint8_t ip_proto; /* of the fragment at offset 0 */
	bool overlapped;
	uint8_t policy; /* enum overlap_policy, of the receiver */
	uint64_t cover[COVER_WORDS];
};

struct defrag {
	struct pool pieces, datagrams;
	uint32_t *buckets;
	uint32_t bucket_mask;
	uint32_t oldest, newest;
	struct decode_options options;
	uint32_t outputs_used;
	struct defrag_counters counters;
	const struct piece *owners[UNITS_MAX]; /* scratch of render() */
	uint8_t outputs[DEFRAG_OUTPUTS][UNITS_MAX * UNIT];
};

_Static_assert(sizeof(struct key) == 48, "keys are compared and hashed as bytes");

static struct datagram *
datagram_at(const struct defrag *d, uint32_t slot)
{
	return pool_at(&d->datagrams, slot);
}

static struct piece *
piece_at(const struct defrag *d, uint32_t slot)
{
	return pool_at(&d->pieces, slot);
}

struct defrag *
defrag_new(const struct decode_options *options)
{
	size_t budget_bytes = options->defrag_budget_bytes;
	if (budget_bytes < BUDGET_MIN)
		budget_bytes = BUDGET_MIN;
	if (budget_bytes > UINT32_MAX)
		budget_bytes = UINT32_MAX;
	struct defrag *d = calloc(1, sizeof(*d));
	if (d == NULL)
		return NULL;
	uint32_t datagrams = (uint32_t)(budget_bytes / BUDGET_PER_DATAGRAM), buckets = 1;
	uint32_t pieces = (uint32_t)((budget_bytes - datagrams * sizeof(struct datagram)) / sizeof(struct piece));
	while (buckets < datagrams)
		buckets *= 2;
	d->options = *options;
	d->bucket_mask = buckets - 1;
	d->buckets = malloc(buckets * sizeof(*d->buckets));
	if (d->buckets == NULL || pool_init(&d->datagrams, sizeof(struct datagram), datagrams) < 0 ||
	    pool_init(&d->pieces, sizeof(struct piece), pieces) < 0) {
		defrag_free(d);
		return NULL;
	}
	defrag_clear(d);
	return d;
}

void
defrag_free(struct defrag *defrag)
{
	if (defrag == NULL)
		return;
	pool_done(&defrag->pieces);
	pool_done(&defrag->datagrams);
	free(defrag->buckets);
	free(defrag);
}

void
defrag_clear(struct defrag *defrag)
{
	pool_clear(&defrag->pieces);
	pool_clear(&defrag->datagrams);
	for (uint32_t i = 0; i <= defrag->bucket_mask; i++)
		defrag->buckets[i] = POOL_NONE;
	defrag->oldest = defrag->newest = POOL_NONE;
	defrag->outputs_used = 0;
	defrag->counters = (struct defrag_counters){0};
}

void
defrag_begin_frame(struct defrag *defrag)
{
	defrag->outputs_used = 0;
}

const struct defrag_counters *
defrag_count(const struct defrag *defrag)
{
	return &defrag->counters;
}

static uint32_t *
bucket_of(const struct defrag *d, const struct key *key)
{
	return &d->buckets[hash_bytes((struct bytes){(const uint8_t *)key, sizeof(*key)}, 0) & d->bucket_mask];
}

static void
unlink_datagram(struct defrag *d, uint32_t slot)
{
	struct datagram *g = datagram_at(d, slot);
	uint32_t *link = bucket_of(d, &g->key);
	while (*link != slot) {
		ENSURE(*link != POOL_NONE);
		link = &datagram_at(d, *link)->chain;
	}
	*link = g->chain;
	if (g->older != POOL_NONE)
		datagram_at(d, g->older)->newer = g->newer;
	else
		d->oldest = g->newer;
	if (g->newer != POOL_NONE)
		datagram_at(d, g->newer)->older = g->older;
	else
		d->newest = g->older;
}

static void
forget(struct defrag *d, uint32_t slot)
{
	unlink_datagram(d, slot);
	uint32_t piece = datagram_at(d, slot)->first;
	while (piece != POOL_NONE) {
		uint32_t next = piece_at(d, piece)->next;
		pool_give(&d->pieces, piece);
		piece = next;
	}
	pool_give(&d->datagrams, slot);
}

static void
drop(struct defrag *d, uint32_t slot)
{
	d->counters.dropped += datagram_at(d, slot)->fragments;
	forget(d, slot);
}

static bool
is_late(const struct datagram *g, int64_t now_ns)
{
	return now_ns > g->time_ns && now_ns - g->time_ns > (int64_t)DEFRAG_TIMEOUT_S * 1000000000;
}

static uint32_t
find(const struct defrag *d, const struct key *key)
{
	uint32_t slot = *bucket_of(d, key);
	while (slot != POOL_NONE && memcmp(&datagram_at(d, slot)->key, key, sizeof(*key)) != 0)
		slot = datagram_at(d, slot)->chain;
	return slot;
}

static uint32_t
start(struct defrag *d, const struct key *key, int64_t time_ns)
{
	uint32_t slot = pool_take(&d->datagrams);
	if (slot == POOL_NONE) {
		drop(d, d->oldest);
		slot = pool_take(&d->datagrams);
		ENSURE(slot != POOL_NONE);
	}
	struct datagram *g = datagram_at(d, slot);
	*g = (struct datagram){.key = *key, .time_ns = time_ns, .first = POOL_NONE, .last = POOL_NONE, .newer = POOL_NONE};
	g->policy = (uint8_t)(d->options.overlap_of == NULL ? d->options.overlap
	                                                    : d->options.overlap_of(d->options.overlap_context, &key->dst));
	uint32_t *bucket = bucket_of(d, key);
	g->chain = *bucket;
	*bucket = slot;
	g->older = d->newest;
	if (d->newest != POOL_NONE)
		datagram_at(d, d->newest)->newer = slot;
	else
		d->oldest = slot;
	d->newest = slot;
	return slot;
}

/* Marks the units from `first` on; returns how many were marked already. */
static uint32_t
cover(struct datagram *g, uint32_t first, uint32_t count)
{
	uint32_t again = 0;
	for (uint32_t unit = first, end = first + count; unit < end;) {
		uint32_t bit = unit % 64, here = 64 - bit < end - unit ? 64 - bit : end - unit;
		uint64_t mask = (here == 64 ? UINT64_MAX : (UINT64_C(1) << here) - 1) << bit;
		again += (uint32_t)__builtin_popcountll(g->cover[unit / 64] & mask);
		g->cover[unit / 64] |= mask;
		unit += here;
	}
	g->units += count - again;
	return again;
}

/* A piece, if need be from the oldest other datagram. */
static uint32_t
take_piece(struct defrag *d, uint32_t for_datagram)
{
	uint32_t piece = pool_take(&d->pieces);
	while (piece == POOL_NONE) {
		uint32_t victim = d->oldest;
		if (victim == for_datagram)
			victim = datagram_at(d, victim)->newer;
		if (victim == POOL_NONE)
			return POOL_NONE;
		drop(d, victim);
		piece = pool_take(&d->pieces);
	}
	return piece;
}

/* False when the budget cannot hold it; the datagram is then as before. */
static bool
store(struct defrag *d, uint32_t slot, uint32_t offset, struct bytes data)
{
	struct datagram *g = datagram_at(d, slot);
	uint32_t head = POOL_NONE, tail = POOL_NONE, end = offset + (uint32_t)data.len, at = offset;
	while (data.len > 0) {
		uint32_t piece = take_piece(d, slot);
		if (piece == POOL_NONE)
			break;
		struct piece *s = piece_at(d, piece);
		struct bytes part = bytes_first(data, PIECE_DATA);
		s->next = POOL_NONE;
		s->offset = (uint16_t)at;
		s->len = (uint16_t)part.len;
		s->start = offset;
		s->end = end;
		memcpy(s->data, part.at, part.len);
		if (tail == POOL_NONE)
			head = piece;
		else
			piece_at(d, tail)->next = piece;
		tail = piece;
		at += (uint32_t)part.len;
		data = bytes_after(data, part.len);
	}
	if (data.len > 0) {
		while (head != POOL_NONE) {
			uint32_t next = piece_at(d, head)->next;
			pool_give(&d->pieces, head);
			head = next;
		}
		return false;
	}
	if (g->last == POOL_NONE)
		g->first = head;
	else
		piece_at(d, g->last)->next = head;
	g->last = tail;
	return true;
}

/* Does a fragment take a byte from the one that has it? Both extents as they arrived (Novak 2005, section 3). */
static bool
newer_wins(enum overlap_policy policy, const struct piece *older, const struct piece *newer)
{
	switch (policy) {
	case OVERLAP_FIRST: return false;
	case OVERLAP_LAST: return true;
	case OVERLAP_BSD: return newer->start < older->start;
	case OVERLAP_BSD_RIGHT: return newer->start >= older->start;
	case OVERLAP_LINUX: return newer->start <= older->start;
	case OVERLAP_WINDOWS: return newer->start < older->start && newer->end > older->end;
	case OVERLAP_SOLARIS: return newer->start < older->start && newer->end >= older->end;
	default: return false;
	}
}

static void
render_piece(struct defrag *d, enum overlap_policy policy, const struct piece *s, uint8_t *output)
{
	for (uint32_t at = 0; at < s->len; at += UNIT) {
		const struct piece **owner = &d->owners[(s->offset + at) / UNIT];
		if (*owner != NULL && !newer_wins(policy, *owner, s))
			continue;
		*owner = s;
		memcpy(output + s->offset + at, s->data + at, s->len - at < UNIT ? s->len - at : UNIT);
	}
}

static struct bytes
render(struct defrag *d, const struct datagram *g)
{
	uint8_t *output = d->outputs[d->outputs_used++];
	if (g->overlapped)
		memset(d->owners, 0, sizeof(d->owners));
	for (uint32_t slot = g->first; slot != POOL_NONE;) {
		const struct piece *s = piece_at(d, slot);
		if (g->overlapped)
			render_piece(d, (enum overlap_policy)g->policy, s, output);
		else
			memcpy(output + s->offset, s->data, s->len);
		slot = s->next;
	}
	return (struct bytes){output, g->end};
}

/* The very same bytes at the same place: a duplicate of the capture, or a retransmission, not an attack. */
static bool
is_copy(const struct defrag *d, const struct datagram *g, uint32_t offset, struct bytes data)
{
	uint32_t end = offset + (uint32_t)data.len;
	for (uint32_t slot = g->first; slot != POOL_NONE;) {
		const struct piece *s = piece_at(d, slot);
		if (s->start == offset && s->end == end) {
			if (memcmp(s->data, data.at + (s->offset - offset), s->len) != 0)
				return false;
			if (s->offset + s->len == end)
				return true;
		}
		slot = s->next;
	}
	return false;
}

/* What a fragment says about the end of its datagram must agree with what the others said. */
static bool
end_agrees(const struct datagram *g, bool more, uint32_t end)
{
	if (g->end != 0)
		return more ? end <= g->end : end == g->end;
	return more || end >= g->reach;
}

static struct defrag_outcome
refuse(struct defrag *d, enum defrag_result why)
{
	d->counters.dropped++;
	return (struct defrag_outcome){.result = why};
}

struct defrag_outcome
defrag_add(struct defrag *defrag, const struct defrag_fragment *fragment)
{
	struct defrag_outcome outcome = {.result = DEFRAG_WAITING};
	struct bytes data = fragment->data;
	if (fragment->more) /* RFC 791 3.2: only the last may end inside a unit; the rest of others is cut off */
		data.len -= data.len % UNIT;
	defrag->counters.fragments++;
	if (fragment->offset + data.len > DEFRAG_DATAGRAM_MAX)
		return refuse(defrag, DEFRAG_TOO_LARGE);
	if (data.len == 0)
		return refuse(defrag, DEFRAG_REFUSED);

	struct key key = {
	    .src = fragment->src,
	    .dst = fragment->dst,
	    .id = fragment->id,
	    .vlan = {fragment->vlan[0], fragment->vlan[1]},
	    .ip_version = fragment->ip_version,
	    .ip_proto = fragment->ip_version == 4 ? fragment->ip_proto : 0,
	};
	while (defrag->oldest != POOL_NONE && is_late(datagram_at(defrag, defrag->oldest), fragment->time_ns))
		drop(defrag, defrag->oldest);
	uint32_t slot = find(defrag, &key);
	if (slot != POOL_NONE &&
	    is_late(datagram_at(defrag, slot), fragment->time_ns)) { /* capture times went back and forth */
		drop(defrag, slot);
		slot = POOL_NONE;
	}
	if (slot == POOL_NONE)
		slot = start(defrag, &key, fragment->time_ns);
	struct datagram *g = datagram_at(defrag, slot);
	uint32_t end = fragment->offset + (uint32_t)data.len;
	if (!end_agrees(g, fragment->more, end)) {
		outcome = refuse(defrag, DEFRAG_REFUSED);
		outcome.overlap = true;
		return outcome;
	}
	bool copy = g->units > 0 && is_copy(defrag, g, fragment->offset, data);
	if (copy && !g->overlapped) /* once others overlap it, even a copy may win bytes back */
		return outcome;
	if (g->fragments == FRAGMENTS_MAX || !store(defrag, slot, fragment->offset, data)) {
		outcome = refuse(defrag, DEFRAG_REFUSED);
		if (g->fragments == 0)
			forget(defrag, slot);
		return outcome;
	}
	g->fragments++;
	if (fragment->offset == 0)
		g->ip_proto = fragment->ip_proto;
	if (!fragment->more)
		g->end = end;
	if (end > g->reach)
		g->reach = end;
	bool overlap = cover(g, fragment->offset / UNIT, ((uint32_t)data.len + UNIT - 1) / UNIT) > 0;
	outcome.overlap = overlap && !copy;
	g->overlapped = g->overlapped || overlap;
	if (g->end == 0 || g->units * UNIT < g->end)
		return outcome;
	if (defrag->outputs_used == DEFRAG_OUTPUTS) {
		drop(defrag, slot);
		outcome.result = DEFRAG_REFUSED;
		return outcome;
	}
	outcome.result = DEFRAG_WHOLE;
	outcome.datagram = render(defrag, g);
	outcome.ip_proto = g->ip_proto;
	defrag->counters.reassembled++;
	forget(defrag, slot);
	return outcome;
}

static void
check_datagram(const struct defrag *d, uint32_t slot)
{
	const struct datagram *g = datagram_at(d, slot);
	uint64_t expected[COVER_WORDS] = {0};
	uint32_t units = 0, reach = 0, last = POOL_NONE;
	for (uint32_t piece = g->first; piece != POOL_NONE;) {
		const struct piece *s = piece_at(d, piece);
		ENSURE(s->len > 0 && s->len <= PIECE_DATA && s->offset % UNIT == 0);
		ENSURE(s->start <= s->offset && (uint32_t)s->offset + s->len <= s->end && s->end <= DEFRAG_DATAGRAM_MAX);
		for (uint32_t at = s->offset; at < (uint32_t)s->offset + s->len; at += UNIT) {
			uint64_t bit = UINT64_C(1) << at / UNIT % 64;
			units += (expected[at / UNIT / 64] & bit) == 0;
			expected[at / UNIT / 64] |= bit;
		}
		reach = s->end > reach ? s->end : reach;
		last = piece;
		piece = s->next;
	}
	ENSURE(g->fragments > 0 && g->units == units && g->reach == reach && g->last == last);
	ENSURE(memcmp(expected, g->cover, sizeof(expected)) == 0);
	ENSURE(g->end == 0 || g->reach <= g->end);
	ENSURE(g->end == 0 || g->units * UNIT < g->end); /* otherwise it would be gone */
	ENSURE(find(d, &g->key) == slot);
}

void
defrag_check(const struct defrag *defrag)
{
	uint32_t count = 0, pieces = 0, older = POOL_NONE;
	for (uint32_t slot = defrag->oldest; slot != POOL_NONE; slot = datagram_at(defrag, slot)->newer) {
		ENSURE(datagram_at(defrag, slot)->older == older);
		check_datagram(defrag, slot);
		for (uint32_t piece = datagram_at(defrag, slot)->first; piece != POOL_NONE;
		     piece = piece_at(defrag, piece)->next)
			pieces++;
		older = slot;
		count++;
	}
	ENSURE(defrag->newest == older);
	ENSURE(count == defrag->datagrams.used && pieces == defrag->pieces.used);
	ENSURE(defrag->outputs_used <= DEFRAG_OUTPUTS);
}
