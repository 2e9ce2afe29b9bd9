/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/flow_context.h"

#include "core/ensure.h"
#include "core/hash.h"

#include <math.h>
#include <stdlib.h>

enum {
	WAYS = 8,
	SOURCE_SETS = 32, /* 256 sources at a time */
	SERVICE_SETS = 32,
	PAIR_SETS = 128,
	TLS_FLOWS = 1024, /* between their handshake and their end */
	SKETCH_ROWS = 4,
	SKETCH_COLUMNS = 1024,
	WINDOW_S = 30, /* two of them are looked at: the last 30 to 60 s */
	LONG_WINDOW_S = 300,
	KEPT_WINDOWS =
	    20, /* ten minutes: for as long a source that was seen in two windows is not put out by one that was not */
	GAP_MAX_MS = 1 << 24,
	GAPS_MAX = 64,   /* then the older half is forgotten */
	GAPS_ENOUGH = 3, /* fewer tell nothing */
	DAY_S = 86400,
	HOURS_OF_WEEK = 168,
	HABIT_MAX = 3,
};

/* Who is in a set: one cache line, whose ways are the entries of a table beside it. */
struct ways {
	_Alignas(64) uint32_t tag[WAYS];
	uint32_t used[WAYS]; /* window in which it was used last, + 1, later for who stays; 0: free */
};

/* How many different ones: each sets one of 256 bits, and how many are set tells (linear counting, Whang 1990). */
struct distinct {
	uint64_t bits[4];
};

struct source {
	uint32_t window, long_window, hour; /* that the first of each pair below is of */
	uint16_t flows[2], failed[2];
	uint16_t dns[2], dns_failed[2];
	struct distinct targets[2], ports[2];
	uint64_t upload[2];
	uint64_t services[4];             /* classes that it has used, a bit each */
	uint8_t hours[HOURS_OF_WEEK / 4]; /* two bits each: in how many weeks it was there at that hour, up to three */
};

struct service {
	uint32_t window;
	uint16_t flows[2];
	struct distinct sources[2];
};

struct pair {
	uint32_t seen;
	uint32_t last_ms; /* start of the last flow; wraps */
	uint32_t gaps, gaps_ms;
	uint64_t squares;
};

struct tls_flow {
	uint64_t flow_id;
	uint32_t client;                          /* hash of the fingerprint; 0: none */
	uint8_t suites, name_length, certificate; /* codes */
};

struct sketch { /* count-min (Cormode and Muthukrishnan 2005), kept small by halving once a day */
	uint16_t cells[SKETCH_ROWS][SKETCH_COLUMNS];
};

struct flow_context {
	struct ways source_ways[SOURCE_SETS], service_ways[SERVICE_SETS], pair_ways[PAIR_SETS];
	struct source sources[SOURCE_SETS * WAYS];
	struct service services[SERVICE_SETS * WAYS];
	struct pair pairs[PAIR_SETS * WAYS];
	struct tls_flow tls[TLS_FLOWS];
	struct sketch ports, clients;
	uint64_t key;
	int64_t now_s; /* the latest that was told */
	int64_t day;
};
_Static_assert(
    sizeof(struct flow_context) <= 160 * 1024, "with the model and what the site taught it, 512 kB are for all of learning");

/* clang-format off */
static const uint16_t distinct_of_bits[257] = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22,
    23, 24, 25, 26, 27, 29, 30, 31, 32, 33, 34, 35, 36, 38, 39, 40, 41, 42, 43, 45, 46, 47,
    48, 49, 51, 52, 53, 54, 56, 57, 58, 59, 61, 62, 63, 64, 66, 67, 68, 70, 71, 72, 74, 75,
    76, 78, 79, 80, 82, 83, 85, 86, 87, 89, 90, 92, 93, 94, 96, 97, 99, 100, 102, 103, 105, 106,
    108, 109, 111, 112, 114, 116, 117, 119, 120, 122, 124, 125, 127, 128, 130, 132, 133, 135, 137, 139, 140, 142,
    144, 146, 147, 149, 151, 153, 155, 156, 158, 160, 162, 164, 166, 168, 170, 172, 173, 175, 177, 179, 181, 184,
    186, 188, 190, 192, 194, 196, 198, 200, 203, 205, 207, 209, 212, 214, 216, 219, 221, 223, 226, 228, 231, 233,
    236, 238, 241, 243, 246, 248, 251, 254, 256, 259, 262, 265, 268, 270, 273, 276, 279, 282, 285, 288, 291, 295,
    298, 301, 304, 308, 311, 314, 318, 321, 325, 328, 332, 336, 339, 343, 347, 351, 355, 359, 363, 367, 371, 376,
    380, 385, 389, 394, 398, 403, 408, 413, 418, 423, 429, 434, 439, 445, 451, 457, 463, 469, 475, 482, 488, 495,
    502, 509, 517, 524, 532, 540, 549, 558, 567, 576, 585, 596, 606, 617, 628, 640, 653, 666, 680, 694, 710, 726,
    744, 763, 783, 806, 830, 857, 887, 921, 961, 1008, 1065, 1138, 1242, 1420, 1536,
};
/* clang-format on */

struct flow_context *
flow_context_new(uint64_t key)
{
	struct flow_context *c = aligned_alloc(64, (sizeof(*c) + 63) / 64 * 64);
	if (c == NULL)
		return NULL;
	memset(c, 0, sizeof(*c));
	c->key = key;
	return c;
}

void
flow_context_free(struct flow_context *c)
{
	free(c);
}

size_t
flow_context_size(void)
{
	return sizeof(struct flow_context);
}

static uint32_t
tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

/* The way where it is; or, when it may take one, the one that it takes: *is_new, and its entry is for the caller to clear. -1: it has
 * none. Who goes is who was used longest ago. */
static int
find(struct ways *set, uint64_t hash, bool may_take, bool *is_new)
{
	uint32_t tag = tag_of(hash);
	int oldest = 0;
	*is_new = false;
	for (int i = 0; i < WAYS; i++) {
		if (set->tag[i] == tag && set->used[i] != 0)
			return i;
		if (set->used[i] < set->used[oldest])
			oldest = i;
	}
	if (!may_take)
		return -1;
	set->tag[oldest] = tag;
	*is_new = true;
	return oldest;
}

/* Two windows, the present one first: moves on by as many as have passed. */
static unsigned
passed(uint32_t *window, uint32_t now)
{
	uint32_t steps = now - *window;
	*window = now;
	return steps > 2 ? 2 : steps;
}

static void
count_u16(uint16_t *count)
{
	if (*count < UINT16_MAX)
		(*count)++;
}

#define MOVE_ON(pair, steps)                                                \
	do {                                                                \
		if ((steps) > 0) {                                          \
			memmove(&(pair)[1], &(pair)[0], sizeof((pair)[0])); \
			memset(&(pair)[0], 0, sizeof((pair)[0]));           \
		}                                                           \
		if ((steps) > 1)                                            \
			memset(&(pair)[1], 0, sizeof((pair)[1]));           \
	} while (0)

static void
distinct_add(struct distinct *d, uint64_t hash)
{
	d->bits[hash >> 6 & 3] |= UINT64_C(1) << (hash & 63);
}

static uint8_t
distinct_code(const struct distinct both[static 2])
{
	unsigned bits = 0;
	for (unsigned i = 0; i < 4; i++)
		bits += (unsigned)__builtin_popcountll(both[0].bits[i] | both[1].bits[i]);
	return flow_code_log(distinct_of_bits[bits]);
}

static unsigned
sketch_count(struct sketch *s, uint64_t hash, bool add)
{
	unsigned least = UINT16_MAX;
	for (unsigned row = 0; row < SKETCH_ROWS; row++) {
		uint16_t *cell = &s->cells[row][hash >> 10 * row & (SKETCH_COLUMNS - 1)];
		if (add)
			count_u16(cell);
		if (*cell < least)
			least = *cell;
	}
	return least;
}

static void
sketch_halve(struct sketch *s)
{
	for (unsigned row = 0; row < SKETCH_ROWS; row++)
		for (unsigned i = 0; i < SKETCH_COLUMNS; i++)
			s->cells[row][i] /= 2;
}

/* Records may come late, and clocks go back: time does not. */
static void
pass_time(struct flow_context *c, int64_t time_ns)
{
	int64_t now_s = time_ns > 0 ? time_ns / 1000000000 : 0;
	if (now_s <= c->now_s)
		return;
	c->now_s = now_s;
	if (now_s / DAY_S == c->day)
		return;
	if (c->day != 0) {
		sketch_halve(&c->ports);
		sketch_halve(&c->clients);
	}
	c->day = now_s / DAY_S;
}

static uint32_t
window_of(const struct flow_context *c)
{
	return (uint32_t)(c->now_s / WINDOW_S) + 1;
}

struct hashes {
	uint64_t source, target, service, pair;
};

static struct hashes
hash_flow(const struct flow_context *c, const struct flow_context_flow *f)
{
	struct hashes h;
	uint64_t service = (uint64_t)f->vlan << 32 | (uint64_t)f->ip_proto << 16 | f->target_port;
	h.source = hash_u64(hash_16(&f->source, c->key), f->vlan);
	h.target = hash_u64(hash_16(&f->target, c->key), f->vlan);
	h.service = hash_u64(h.target, service);
	h.pair = hash_u64(h.service, h.source);
	return h;
}

void
flow_context_soon(const struct flow_context *c, const struct flow_context_flow *f)
{
	struct hashes h = hash_flow(c, f);
	__builtin_prefetch(&c->source_ways[h.source % SOURCE_SETS]);
	__builtin_prefetch(&c->service_ways[h.service % SERVICE_SETS]);
	__builtin_prefetch(&c->pair_ways[h.pair % PAIR_SETS]);
}

static void
stay(struct ways *set, int way, bool known, uint32_t window)
{
	uint32_t used = window + (known ? KEPT_WINDOWS : 0);
	if (set->used[way] < used)
		set->used[way] = used;
}

/* The source's entry, moved on to now; NULL: there is none and none may be taken. */
static struct source *
source_at(struct flow_context *c, uint64_t hash, bool may_take)
{
	struct ways *set = &c->source_ways[hash % SOURCE_SETS];
	bool is_new;
	int way = find(set, hash, may_take, &is_new);
	if (way < 0)
		return NULL;
	struct source *s = &c->sources[hash % SOURCE_SETS * WAYS + (unsigned)way];
	uint32_t now = window_of(c), now_long = (uint32_t)(c->now_s / LONG_WINDOW_S) + 1;
	if (is_new) {
		memset(s, 0, sizeof(*s));
		s->window = now;
		s->long_window = now_long;
		set->used[way] = now;
		return s;
	}
	unsigned steps = passed(&s->window, now);
	MOVE_ON(s->flows, steps);
	MOVE_ON(s->failed, steps);
	MOVE_ON(s->targets, steps);
	MOVE_ON(s->ports, steps);
	if (may_take)
		stay(set, way, steps > 0 || set->used[way] > now, now);
	steps = passed(&s->long_window, now_long);
	MOVE_ON(s->upload, steps);
	MOVE_ON(s->dns, steps);
	MOVE_ON(s->dns_failed, steps);
	return s;
}

/* Nothing of it was established: Zeek's S0, REJ, RSTOS0 and SH. */
static bool
has_failed(uint8_t state)
{
	return state == FLOW_VECTOR_S0 || state == FLOW_VECTOR_REJ || state == FLOW_VECTOR_RSTOS0 || state == FLOW_VECTOR_SH;
}

/* How much this hour of the week is one of its hours, before this flow. Of UTC: a site's own model learns what that means there. */
static uint8_t
habit_of(struct source *s, int64_t first_ns, bool counts)
{
	uint32_t hour = first_ns > 0 ? (uint32_t)(first_ns / 1000000000 / 3600) : 0;
	unsigned at = hour % HOURS_OF_WEEK, shift = at % 4 * 2;
	unsigned weeks = s->hours[at / 4] >> shift & HABIT_MAX;
	if (counts && hour > s->hour) {
		s->hour = hour;
		if (weeks < HABIT_MAX)
			s->hours[at / 4] = (uint8_t)(s->hours[at / 4] + (1u << shift));
	}
	return flow_code_share(weeks, HABIT_MAX);
}

static void
look_at_source(struct flow_context *c, const struct flow_context_flow *f, const struct hashes *h, struct flow_vector *v)
{
	struct source *s = source_at(c, h->source, f->at_end);
	static const uint8_t zeroes[] = {FLOW_CODE_SOURCE_FLOWS, FLOW_CODE_SOURCE_DESTINATIONS, FLOW_CODE_SOURCE_PORTS,
	    FLOW_CODE_SOURCE_FAILED, FLOW_CODE_SOURCE_UPLOAD, FLOW_CODE_HOUR_HABIT, FLOW_CODE_DNS_FAILED};
	if (s == NULL) {
		for (size_t i = 0; i < LENGTH_OF(zeroes); i++)
			v->code[zeroes[i]] = 0;
		v->code[FLOW_CODE_SERVICE_NEW] = FLOW_CODE_MAX;
		return;
	}
	uint8_t class = v->code[FLOW_CODE_SERVICE];
	bool knows_class = (s->services[class >> 6] >> (class & 63) & 1) != 0;
	if (f->at_end) {
		count_u16(&s->flows[0]);
		if (has_failed(v->code[FLOW_CODE_STATE]))
			count_u16(&s->failed[0]);
		distinct_add(&s->targets[0], h->target);
		distinct_add(&s->ports[0], hash_u64(f->target_port, c->key ^ f->ip_proto));
		s->upload[0] += f->upload_bytes < UINT32_MAX ? f->upload_bytes : UINT32_MAX;
		s->services[class >> 6] |= UINT64_C(1) << (class & 63);
	}
	v->code[FLOW_CODE_SERVICE_NEW] = knows_class ? 0 : FLOW_CODE_MAX;
	v->code[FLOW_CODE_SOURCE_FLOWS] = flow_code_log((uint64_t)s->flows[0] + s->flows[1]);
	v->code[FLOW_CODE_SOURCE_DESTINATIONS] = distinct_code(s->targets);
	v->code[FLOW_CODE_SOURCE_PORTS] = distinct_code(s->ports);
	v->code[FLOW_CODE_SOURCE_FAILED] = flow_code_share(
	    (uint64_t)s->failed[0] + s->failed[1], (uint64_t)s->flows[0] + s->flows[1]);
	v->code[FLOW_CODE_SOURCE_UPLOAD] = flow_code_log(s->upload[0] + s->upload[1]);
	v->code[FLOW_CODE_HOUR_HABIT] = habit_of(s, f->first_ns, f->at_end);
	v->code[FLOW_CODE_DNS_FAILED] = flow_code_share(
	    (uint64_t)s->dns_failed[0] + s->dns_failed[1], (uint64_t)s->dns[0] + s->dns[1]);
}

static void
look_at_service(struct flow_context *c, const struct flow_context_flow *f, const struct hashes *h, struct flow_vector *v)
{
	struct ways *set = &c->service_ways[h->service % SERVICE_SETS];
	bool is_new;
	int way = find(set, h->service, f->at_end, &is_new);
	v->code[FLOW_CODE_SERVICE_FLOWS] = v->code[FLOW_CODE_SERVICE_SOURCES] = 0;
	if (way < 0)
		return;
	struct service *s = &c->services[h->service % SERVICE_SETS * WAYS + (unsigned)way];
	uint32_t now = window_of(c);
	if (is_new) {
		memset(s, 0, sizeof(*s));
		s->window = now;
		set->used[way] = now;
	}
	unsigned steps = passed(&s->window, now);
	MOVE_ON(s->flows, steps);
	MOVE_ON(s->sources, steps);
	if (f->at_end) {
		if (!is_new)
			stay(set, way, steps > 0 || set->used[way] > now, now);
		count_u16(&s->flows[0]);
		distinct_add(&s->sources[0], h->source);
	}
	v->code[FLOW_CODE_SERVICE_FLOWS] = flow_code_log((uint64_t)s->flows[0] + s->flows[1]);
	v->code[FLOW_CODE_SERVICE_SOURCES] = distinct_code(s->sources);
}

/* Deviation / mean of the gaps; MAX while there are too few. Of whole numbers and IEEE's exact square root: the same everywhere. */
static uint8_t
regularity(const struct pair *p)
{
	if (p->gaps < GAPS_ENOUGH || p->gaps_ms == 0)
		return FLOW_CODE_MAX;
	uint64_t sum = (uint64_t)p->gaps_ms * p->gaps_ms, all = p->gaps * p->squares;
	double share = sqrt((double)(all > sum ? all - sum : 0)) / p->gaps_ms;
	return share >= 1 ? FLOW_CODE_MAX : (uint8_t)(share * FLOW_CODE_MAX);
}

static void
count_gap(struct pair *p, uint32_t start_ms)
{
	int32_t back = (int32_t)(start_ms - p->last_ms);
	uint32_t gap_ms = back < 0 ? 0u - (uint32_t)back : (uint32_t)back; /* they may be told in another order */
	if (gap_ms > GAP_MAX_MS)
		gap_ms = GAP_MAX_MS;
	if (p->gaps == GAPS_MAX) {
		p->gaps /= 2;
		p->gaps_ms /= 2;
		p->squares /= 2;
	}
	p->gaps++;
	p->gaps_ms += gap_ms;
	p->squares += (uint64_t)gap_ms * gap_ms;
}

static void
look_at_pair(struct flow_context *c, const struct flow_context_flow *f, const struct hashes *h, struct flow_vector *v)
{
	struct ways *set = &c->pair_ways[h->pair % PAIR_SETS];
	bool is_new;
	int way = find(set, h->pair, f->at_end, &is_new);
	v->code[FLOW_CODE_PAIR_SEEN] = 0;
	v->code[FLOW_CODE_REGULARITY] = FLOW_CODE_MAX;
	if (way < 0)
		return;
	struct pair *p = &c->pairs[h->pair % PAIR_SETS * WAYS + (unsigned)way];
	uint32_t now = window_of(c), start_ms = (uint32_t)(f->first_ns / 1000000);
	if (is_new) {
		*p = (struct pair){.seen = 1, .last_ms = start_ms};
		set->used[way] = now;
		return;
	}
	v->code[FLOW_CODE_PAIR_SEEN] = flow_code_log(p->seen);
	if (f->at_end) {
		stay(set, way, set->used[way] != now, now);
		count_gap(p, start_ms);
		p->last_ms = start_ms;
		if (p->seen < UINT32_MAX)
			p->seen++;
	}
	v->code[FLOW_CODE_REGULARITY] = regularity(p);
}

static void
look_at_tls(struct flow_context *c, const struct flow_context_flow *f, struct flow_vector *v)
{
	const struct tls_flow *t = &c->tls[f->flow_id % TLS_FLOWS];
	v->code[FLOW_CODE_TLS_CLIENT_RARITY] = 0;
	if (f->flow_id == 0 || t->flow_id != f->flow_id)
		return;
	v->code[FLOW_CODE_TLS_SUITES] = t->suites;
	v->code[FLOW_CODE_TLS_NAME_LENGTH] = t->name_length;
	v->code[FLOW_CODE_TLS_CERTIFICATE] = t->certificate;
	if (t->client != 0)
		v->code[FLOW_CODE_TLS_CLIENT_RARITY] = flow_code_log(
		    sketch_count(&c->clients, hash_u64(t->client, c->key), f->at_end));
}

void
flow_context_flow(struct flow_context *c, const struct flow_context_flow *f, struct flow_vector *v)
{
	pass_time(c, f->last_ns);
	struct hashes h = hash_flow(c, f);
	look_at_source(c, f, &h, v);
	look_at_service(c, f, &h, v);
	look_at_pair(c, f, &h, v);
	look_at_tls(c, f, v);
	uint64_t port = hash_u64((uint64_t)f->ip_proto << 16 | f->target_port, c->key);
	v->code[FLOW_CODE_PORT_RARITY] = flow_code_log(sketch_count(&c->ports, port, f->at_end));
}

/* JA4 begins with the protocol, the version, whether there is a name, and the number of suites: "t13d1516h2". */
static uint8_t
suites_of(struct bytes ja4)
{
	enum { AT = 4 };
	if (ja4.len < AT + 2 || ja4.at[AT] < '0' || ja4.at[AT] > '9' || ja4.at[AT + 1] < '0' || ja4.at[AT + 1] > '9')
		return 0;
	return flow_code_log((uint64_t)(ja4.at[AT] - '0') * 10 + (uint64_t)(ja4.at[AT + 1] - '0'));
}

void
flow_context_tls(struct flow_context *c, uint64_t flow_id, struct bytes ja4, size_t name_len, uint8_t certificate)
{
	uint32_t client = ja4.len == 0 ? 0 : (uint32_t)hash_bytes(ja4, FLOW_CONTEXT_KEY) | 1;
	c->tls[flow_id % TLS_FLOWS] = (struct tls_flow){.flow_id = flow_id,
	    .client = client,
	    .suites = suites_of(ja4),
	    .name_length = flow_code_log(name_len),
	    .certificate = certificate & 3};
}

void
flow_context_dns(struct flow_context *c, const struct addr *source, uint16_t vlan, int64_t time_ns, bool failed)
{
	pass_time(c, time_ns);
	struct source *s = source_at(c, hash_u64(hash_16(source, c->key), vlan), true);
	count_u16(&s->dns[0]);
	if (failed)
		count_u16(&s->dns_failed[0]);
}

static void
check_ways(const struct ways *sets, size_t count, uint32_t latest)
{
	for (size_t i = 0; i < count; i++)
		for (unsigned a = 0; a < WAYS; a++) {
			ENSURE(sets[i].used[a] <= latest);
			for (unsigned b = 0; b < a; b++)
				ENSURE(sets[i].used[a] == 0 || sets[i].used[b] == 0 || sets[i].tag[a] != sets[i].tag[b]);
		}
}

void
flow_context_check(const struct flow_context *c)
{
	uint32_t latest = window_of(c) + KEPT_WINDOWS;
	check_ways(c->source_ways, SOURCE_SETS, latest);
	check_ways(c->service_ways, SERVICE_SETS, latest);
	check_ways(c->pair_ways, PAIR_SETS, latest);
	for (size_t i = 0; i < LENGTH_OF(c->sources); i++)
		ENSURE(c->sources[i].window <= latest && c->sources[i].failed[0] <= c->sources[i].flows[0]);
	for (size_t i = 0; i < LENGTH_OF(c->pairs); i++)
		ENSURE(c->pairs[i].gaps <= GAPS_MAX);
}
