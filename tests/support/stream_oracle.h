/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tests/support/stream_oracle.h - what reassembly must do, told byte by byte in the simplest words,
 * and a rig that drives two engines (one by add, one by pass and keep) beside it.
 *
 * Offsets are of the stream, without wrap; the engines see first_seq + offset. Used by the property
 * tests and by the fuzz target. A difference aborts after printing the rig's seed.
 */
#ifndef TESTS_SUPPORT_STREAM_ORACLE_H
#define TESTS_SUPPORT_STREAM_ORACLE_H

#include <stdio.h>
#include <stdlib.h>

#include "net/stream/reassembly.h"

enum { ORACLE_SPAN = 1 << 16 };

/* The fuzzer shall explore the engine, not the oracle: without its bookkeeping here it runs five times as fast. */
#ifdef __clang__
#define ORACLE_NOT_EXPLORED __attribute__((noinline, no_sanitize("coverage")))
#else
#define ORACLE_NOT_EXPLORED
#endif

enum oracle_byte { ORACLE_MISSING, ORACLE_HERE };

struct oracle {
	uint8_t value[ORACLE_SPAN], here[ORACLE_SPAN];
	uint32_t begin[ORACLE_SPAN], end[ORACLE_SPAN]; /* of the segment that the byte came from */
	uint32_t consumed, front;                      /* front: the first byte not delivered */
	uint32_t window;
	uint32_t top; /* nothing was ever touched from here on */
	enum reassembly_policy policy;
};

/* Novak and Sturges 2007: does the later segment win? Rows: it begins before, with, after the earlier one;
 * columns: it ends before, with, after it. */
static const bool oracle_rule[7][3][3] = {
    [REASSEMBLY_FIRST] = {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}},
    [REASSEMBLY_LAST] = {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}},
    [REASSEMBLY_BSD] = {{1, 1, 1}, {0, 0, 0}, {0, 0, 0}},
    [REASSEMBLY_WINDOWS] = {{1, 1, 1}, {0, 0, 0}, {0, 0, 0}},
    [REASSEMBLY_LINUX] = {{1, 1, 1}, {0, 0, 1}, {0, 0, 0}},
    [REASSEMBLY_OLD_LINUX] = {{1, 1, 1}, {0, 1, 1}, {0, 0, 0}},
    [REASSEMBLY_SOLARIS] = {{0, 1, 1}, {0, 1, 1}, {0, 0, 1}},
};

static inline unsigned
oracle_order(uint32_t a, uint32_t b)
{
	return a < b ? 0 : a == b ? 1 : 2;
}

ORACLE_NOT_EXPLORED static inline void
oracle_advance(struct oracle *o)
{
	while (o->front < ORACLE_SPAN && o->here[o->front] == ORACLE_HERE)
		o->front++;
}

ORACLE_NOT_EXPLORED static inline enum reassembly_result
oracle_add(struct oracle *o, uint32_t at, struct bytes data)
{
	uint32_t front = o->front, end = at + (uint32_t)data.len, limit = front + o->window;
	bool differs = false, something_new = false;
	if (data.len == 0)
		return REASSEMBLY_REPEATED;
	if (at >= limit || (at <= front && end > front && o->window == 0))
		return REASSEMBLY_REFUSED;
	if (end > limit)
		end = limit;
	if (end > o->top)
		o->top = end;
	for (uint32_t i = at; i < end; i++) {
		uint8_t new_value = data.at[i - at];
		if (o->here[i] == ORACLE_HERE && i >= o->consumed && o->value[i] != new_value)
			differs = true;
		if (i < front)
			continue;
		if (o->here[i] == ORACLE_MISSING)
			something_new = true;
		else if (!oracle_rule[o->policy][oracle_order(at, o->begin[i])][oracle_order(end, o->end[i])])
			continue;
		o->value[i] = new_value;
		o->here[i] = ORACLE_HERE;
		o->begin[i] = at;
		o->end[i] = end;
	}
	oracle_advance(o);
	return differs ? REASSEMBLY_DIFFERS : something_new ? REASSEMBLY_KEPT : REASSEMBLY_REPEATED;
}

/* The length of the hole at the front, when the reader has come to it. */
ORACLE_NOT_EXPLORED static inline uint32_t
oracle_hole(const struct oracle *o)
{
	uint32_t at = o->front;
	while (at < o->top && o->here[at] == ORACLE_MISSING)
		at++;
	return o->consumed < o->front || at >= o->top ? 0 : at - o->front;
}

/* The reader moves on without looking. */
static inline void
oracle_skip(struct oracle *o, uint32_t n)
{
	o->consumed += n;
	if (o->front < o->consumed)
		o->front = o->consumed;
	oracle_advance(o);
}

struct rig {
	struct oracle oracle;
	struct stream_budget *budget[2];
	struct reassembly engine[2]; /* 0: add only; 1: pass and keep where they apply */
	uint32_t first_seq;
	uint64_t seed;
	uint64_t passed; /* segments that took the fast path */
};

#define RIG_CHECK(rig, condition)                                                                  \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s (seed %llu)\n", __FILE__, __LINE__, #condition, \
			    (unsigned long long)(rig)->seed);                                      \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

static inline struct rig *
rig_new(size_t budget_bytes, uint64_t seed)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	if (rig == NULL)
		abort();
	rig->seed = seed;
	for (size_t i = 0; i < 2; i++) {
		rig->budget[i] = reassembly_budget_new(budget_bytes);
		if (rig->budget[i] == NULL)
			abort();
	}
	return rig;
}

static inline void
rig_free(struct rig *rig)
{
	for (size_t i = 0; i < 2; i++)
		reassembly_budget_free(rig->budget[i]);
	free(rig);
}

static inline void
rig_start(struct rig *rig, uint32_t first_seq, enum reassembly_policy policy, uint32_t window)
{
	struct oracle *o = &rig->oracle;
	memset(o->here, ORACLE_MISSING, o->top);
	o->consumed = o->front = o->top = 0;
	o->policy = policy;
	o->window = window;
	rig->first_seq = first_seq;
	for (size_t i = 0; i < 2; i++)
		reassembly_start(&rig->engine[i], first_seq, policy, window);
}

/* Everything that can be asked must have the oracle's answer. */
static inline void
rig_check(const struct rig *rig)
{
	const struct oracle *o = &rig->oracle;
	for (size_t i = 0; i < 2; i++) {
		const struct reassembly *r = &rig->engine[i];
		reassembly_check(r, rig->budget[i]);
		struct bytes ready = reassembly_ready(r, rig->budget[i]);
		RIG_CHECK(rig, ready.len == o->front - o->consumed);
		RIG_CHECK(rig, ready.len == 0 || memcmp(ready.at, o->value + o->consumed, ready.len) == 0);
		RIG_CHECK(rig, r->next_seq - rig->first_seq == o->front);
		RIG_CHECK(rig, reassembly_hole(r, rig->budget[i]) == oracle_hole(o));
	}
}

/* `used`: how many of the bytes that became ready the reader uses at once. */
static inline void
rig_add(struct rig *rig, uint32_t at, struct bytes data, uint32_t used)
{
	struct oracle *o = &rig->oracle;
	enum reassembly_result wanted = oracle_add(o, at, data);
	uint32_t seq = rig->first_seq + at;

	enum reassembly_result got = reassembly_add(&rig->engine[0], rig->budget[0], seq, data);
	RIG_CHECK(rig, got == wanted);
	uint32_t ready = o->front - o->consumed;
	if (used > ready)
		used = ready;
	reassembly_consume(&rig->engine[0], rig->budget[0], used);

	struct bytes passed = reassembly_pass(&rig->engine[1], seq, data);
	if (passed.len > 0) {
		RIG_CHECK(rig, wanted == REASSEMBLY_KEPT && passed.len == ready);
		RIG_CHECK(rig, memcmp(passed.at, o->value + o->consumed, ready) == 0);
		RIG_CHECK(rig, reassembly_keep(&rig->engine[1], rig->budget[1], bytes_after(passed, used)));
		rig->passed++;
	} else {
		RIG_CHECK(rig, reassembly_add(&rig->engine[1], rig->budget[1], seq, data) == wanted);
		reassembly_consume(&rig->engine[1], rig->budget[1], used);
	}
	o->consumed += used;
	rig_check(rig);
}

static inline void
rig_consume(struct rig *rig, uint32_t n)
{
	if (n > rig->oracle.front - rig->oracle.consumed)
		n = rig->oracle.front - rig->oracle.consumed;
	rig->oracle.consumed += n;
	for (size_t i = 0; i < 2; i++)
		reassembly_consume(&rig->engine[i], rig->budget[i], n);
	rig_check(rig);
}

static inline uint32_t
rig_skip_hole(struct rig *rig)
{
	uint32_t hole = oracle_hole(&rig->oracle);
	oracle_skip(&rig->oracle, hole);
	for (size_t i = 0; i < 2; i++)
		RIG_CHECK(rig, reassembly_skip_hole(&rig->engine[i], rig->budget[i]) == hole);
	rig_check(rig);
	return hole;
}

static inline void
rig_skip(struct rig *rig, uint32_t n)
{
	oracle_skip(&rig->oracle, n);
	for (size_t i = 0; i < 2; i++)
		RIG_CHECK(rig, reassembly_skip(&rig->engine[i], rig->budget[i], n) == n);
	rig_check(rig);
}

static inline void
rig_stop(struct rig *rig)
{
	for (size_t i = 0; i < 2; i++) {
		reassembly_stop(&rig->engine[i], rig->budget[i]);
		reassembly_check(&rig->engine[i], rig->budget[i]);
		reassembly_budget_check(rig->budget[i]);
		RIG_CHECK(rig, reassembly_budget_used(rig->budget[i]) == 0);
	}
}

#endif
