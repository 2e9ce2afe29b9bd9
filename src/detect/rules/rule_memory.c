/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_memory.h"

#include "core/hash.h"

#include <stdlib.h>

enum {
	FLOWS = 1 << 14,
	BITS = 1 << 13,
	COUNTS = 1 << 15,
	NEAR = 8 /* places looked at: their ids fill a line of the cache */
};

struct host_bit {
	int64_t until_ns; /* 0: free */
	struct addr a, b;
	uint16_t name;
};

struct count {
	int64_t start_ns; /* of the window; 0: free */
	struct addr a, b;
	uint64_t flow_id;
	uint32_t gid, sid;
	uint8_t type;
	uint32_t count;
	uint64_t next;    /* backoff: told again at this count */
	int64_t until_ns; /* rate filter: it counts until then; 0: it does not */
};

struct rule_memory {
	uint64_t clock, key;
	uint32_t flow_count;
	uint64_t absent_id;       /* the flow that was asked for last, and is not here; 0: none */
	uint64_t flow_ids[FLOWS]; /* 0: free. Beside the flows, so that one that is not here costs one look at memory */
	struct rule_memory_flow flows[FLOWS];
	struct host_bit bits[BITS];
	struct count counts[COUNTS];
};

struct rule_memory *
rule_memory_new(uint64_t hash_key)
{
	struct rule_memory *m = calloc(1, sizeof(*m));
	if (m != NULL)
		m->key = hash_key;
	return m;
}

void
rule_memory_free(struct rule_memory *m)
{
	free(m);
}

struct rule_memory_flow *
rule_memory_flow(struct rule_memory *m, uint64_t id, bool make)
{
	if (id == 0 || (!make && (m->flow_count == 0 || id == m->absent_id)))
		return NULL;
	size_t at = hash_u64(id, m->key) % (FLOWS / NEAR) * NEAR;
	for (size_t i = at; i < at + NEAR; i++)
		if (m->flow_ids[i] == id) {
			m->flows[i].used_at = ++m->clock;
			return &m->flows[i];
		}
	m->absent_id = make ? 0 : id;
	if (!make)
		return NULL;
	size_t oldest = at;
	for (size_t i = at + 1; i < at + NEAR; i++)
		if (m->flow_ids[oldest] != 0 && (m->flow_ids[i] == 0 || m->flows[i].used_at < m->flows[oldest].used_at))
			oldest = i;
	m->flow_count += m->flow_ids[oldest] == 0;
	m->flow_ids[oldest] = id;
	m->flows[oldest] = (struct rule_memory_flow){.used_at = ++m->clock};
	return &m->flows[oldest];
}

void
rule_memory_forget(struct rule_memory *m, uint64_t id)
{
	struct rule_memory_flow *f = rule_memory_flow(m, id, false);
	if (f == NULL)
		return;
	m->flow_ids[f - m->flows] = 0;
	m->flow_count--;
}

/* ---- Another program ---- */

enum { RENAMES = 1 << 13, GONE = UINT16_MAX };

static void
rename_flow(struct rule_memory_flow *f, const uint16_t *places)
{
	uint8_t bits = 0, ints = 0;
	for (size_t i = 0; i < f->bit_count; i++)
		if (places[f->bits[i]] != GONE)
			f->bits[bits++] = places[f->bits[i]];
	for (size_t i = 0; i < f->int_count; i++) {
		f->ints[ints] = f->ints[i];
		f->ints[ints].name = places[f->ints[i].name];
		if (f->ints[ints].name != GONE)
			ints++;
	}
	f->bit_count = bits;
	f->int_count = ints;
}

/* By hash, so that many names are no work: linear probing among RENAMES places, twice the names there may be. */
struct renaming {
	uint16_t slots[RENAMES], places[RENAMES]; /* places: of each name before, in the program after */
	struct host_bit bits[BITS];
};

static void
find_places(
    struct renaming *r, const struct bytes *before, size_t before_count, const struct bytes *after, size_t after_count)
{
	memset(r->places, 0xff, sizeof(r->places)); /* GONE */
	for (size_t i = 0; i < after_count && i < RENAMES / 2; i++) {
		size_t at = hash_bytes(after[i], 0) % RENAMES;
		while (r->slots[at] != 0)
			at = (at + 1) % RENAMES;
		r->slots[at] = (uint16_t)(i + 1);
	}
	for (size_t i = 0; i < before_count && i < RENAMES / 2; i++) {
		size_t at = hash_bytes(before[i], 0) % RENAMES;
		while (r->slots[at] != 0 && !bytes_eq(after[r->slots[at] - 1], before[i]))
			at = (at + 1) % RENAMES;
		if (r->slots[at] != 0)
			r->places[i] = (uint16_t)(r->slots[at] - 1);
	}
}

void
rule_memory_rename(
    struct rule_memory *m, const struct bytes *before, size_t before_count, const struct bytes *after, size_t after_count)
{
	struct renaming *r = calloc(1, sizeof(*r));
	if (r != NULL)
		find_places(r, before, before_count, after, after_count);
	for (size_t i = 0; i < FLOWS; i++) {
		if (r == NULL) /* no memory: nothing is carried on */
			m->flows[i] = (struct rule_memory_flow){0};
		else if (m->flow_ids[i] != 0)
			rename_flow(&m->flows[i], r->places);
	}
	if (r != NULL)
		memcpy(r->bits, m->bits, sizeof(m->bits));
	memset(m->bits, 0, sizeof(m->bits));
	for (size_t i = 0; i < BITS && r != NULL; i++) { /* their places in the table follow from their names */
		const struct host_bit *b = &r->bits[i];
		if (b->until_ns != 0 && r->places[b->name] != GONE)
			rule_memory_set_bit(m, r->places[b->name], &b->a, &b->b, b->until_ns);
	}
	free(r);
}

/* ---- Bits of hosts and pairs ---- */

static uint64_t
hash_of(const struct rule_memory *m, uint64_t what, const struct addr *a, const struct addr *b)
{
	uint64_t words[5] = {what};
	memcpy(words + 1, a->at, 16);
	memcpy(words + 3, b->at, 16);
	uint64_t h = m->key;
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		h = hash_u64(words[i], h);
	return h;
}

static struct host_bit *
find_bit(struct rule_memory *m, uint16_t name, const struct addr *a, const struct addr *b, struct host_bit **room)
{
	uint64_t at = hash_of(m, name, a, b) % BITS;
	for (size_t i = 0; i < NEAR; i++) {
		struct host_bit *bit = &m->bits[(at + i) % BITS];
		if (bit->until_ns != 0 && bit->name == name && addr_eq(&bit->a, a) && addr_eq(&bit->b, b))
			return bit;
		if (room != NULL && (*room == NULL || bit->until_ns < (*room)->until_ns))
			*room = bit;
	}
	return NULL;
}

void
rule_memory_set_bit(struct rule_memory *m, uint16_t name, const struct addr *a, const struct addr *b, int64_t until_ns)
{
	struct host_bit *room = NULL, *bit = find_bit(m, name, a, b, &room);
	if (bit == NULL)
		bit = room;
	*bit = (struct host_bit){.until_ns = until_ns, .a = *a, .b = *b, .name = name};
}

void
rule_memory_unset_bit(struct rule_memory *m, uint16_t name, const struct addr *a, const struct addr *b)
{
	struct host_bit *bit = find_bit(m, name, a, b, NULL);
	if (bit != NULL)
		bit->until_ns = 0;
}

bool
rule_memory_has_bit(struct rule_memory *m, uint16_t name, const struct addr *a, const struct addr *b, int64_t now_ns)
{
	const struct host_bit *bit = find_bit(m, name, a, b, NULL);
	return bit != NULL && bit->until_ns > now_ns;
}

/* ---- Thresholds ---- */

static struct count *
find_count(struct rule_memory *m, const struct count *key)
{
	uint64_t at = hash_of(m, (uint64_t)key->gid << 32 ^ key->sid ^ key->flow_id ^ (uint64_t)key->type << 56, &key->a,
	                  &key->b) %
	    COUNTS;
	struct count *oldest = NULL;
	for (size_t i = 0; i < NEAR; i++) {
		struct count *c = &m->counts[(at + i) % COUNTS];
		if (c->start_ns != 0 && c->sid == key->sid && c->gid == key->gid && c->type == key->type &&
		    c->flow_id == key->flow_id && addr_eq(&c->a, &key->a) && addr_eq(&c->b, &key->b))
			return c;
		if (oldest == NULL || c->start_ns < oldest->start_ns)
			oldest = c;
	}
	*oldest = *key;
	oldest->start_ns = 0;
	return oldest;
}

static struct count
count_of(const struct rule *rule, const struct rule_threshold *t, const struct addr *source, const struct addr *target,
    uint64_t flow_id)
{
	struct count key = {.gid = rule->gid, .sid = rule->sid, .type = (uint8_t)t->type};
	if (t->track == RULE_TRACK_SOURCE || t->track == RULE_TRACK_BOTH)
		key.a = *source;
	if (t->track == RULE_TRACK_TARGET || t->track == RULE_TRACK_BOTH)
		key.b = *target;
	if (t->track == RULE_TRACK_FLOW)
		key.flow_id = flow_id;
	return key;
}

bool
rule_memory_rate(struct rule_memory *m, const struct rule *rule, const struct rule_threshold *t, const struct addr *source,
    const struct addr *target, uint64_t flow_id, int64_t now_ns)
{
	struct count key = count_of(rule, t, source, target, flow_id);
	struct count *c = find_count(m, &key);
	if (c->until_ns != 0 && now_ns < c->until_ns)
		return true;
	if (c->start_ns == 0 || c->until_ns != 0 || now_ns - c->start_ns >= (int64_t)t->seconds * 1000000000) {
		c->start_ns = now_ns == 0 ? 1 : now_ns;
		c->count = 0;
		c->until_ns = 0;
	}
	if (++c->count <= t->count)
		return false;
	c->until_ns = now_ns + (int64_t)t->timeout * 1000000000;
	return true;
}

bool
rule_memory_threshold(struct rule_memory *m, const struct rule *rule, const struct rule_threshold *t,
    const struct addr *source, const struct addr *target, uint64_t flow_id, int64_t now_ns)
{
	struct count key = count_of(rule, t, source, target, flow_id);
	struct count *c = find_count(m, &key);
	int64_t window_ns = (int64_t)t->seconds * 1000000000;
	bool over = c->start_ns != 0 && t->type != RULE_BACKOFF && now_ns - c->start_ns >= window_ns;
	if (c->start_ns == 0 || over) {
		c->start_ns = now_ns == 0 ? 1 : now_ns;
		c->count = 0;
		c->next = t->count;
	}
	c->count++;
	switch (t->type) {
	case RULE_LIMIT: return c->count <= t->count;
	case RULE_THRESHOLD:
		if (c->count < t->count)
			return false;
		c->count = 0;
		return true;
	case RULE_BOTH: return c->count == t->count;
	case RULE_DETECTION_FILTER: return c->count > t->count;
	case RULE_BACKOFF:
		if (c->count != c->next)
			return false;
		c->next *= t->multiplier > 1 ? t->multiplier : 2;
		return true;
	case RULE_RATE_FILTER:
	case RULE_NO_THRESHOLD: return true;
	}
	return true;
}
