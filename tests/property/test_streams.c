/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* However the network cuts, reorders, repeats or overlaps the bytes, the stream is the same: random
 * scripts against the byte-map oracle of support/stream_oracle.h. */
#include "test.h"

#include "stream_oracle.h"

enum { SCRIPTS = 1200, STREAM_MAX = 24000, SEGMENTS_MAX = 110 };

/* splitmix64 (Steele, Lea, Flood 2014; public domain). */
static uint64_t random_state;

static uint32_t
random_below(uint32_t n)
{
	random_state += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = random_state;
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return n == 0 ? 0 : (uint32_t)((z ^ z >> 31) >> 16) % n;
}

struct cut {
	uint32_t at, len;
};

struct script {
	struct cut cuts[SEGMENTS_MAX];
	size_t count;
	uint32_t len;
	uint8_t stream[STREAM_MAX];
};

/* Sequence numbers begin anywhere, and often where they will wrap inside the stream. */
static uint32_t
random_first_seq(uint32_t len)
{
	switch (random_below(3)) {
	case 0: return UINT32_MAX - random_below(len + 2);
	case 1: return UINT32_C(0x80000000) - random_below(len + 2);
	default: return random_below(UINT32_MAX);
	}
}

/* A stream cut in pieces that cover it. */
static void
make_script(struct script *s, uint32_t len_max)
{
	s->len = 1 + random_below(len_max);
	s->count = 0;
	for (uint32_t i = 0; i < s->len; i++)
		s->stream[i] = (uint8_t)random_below(256);
	uint32_t typical = s->len / (1 + random_below(40)) + 1, at = 0;
	while (at < s->len) {
		uint32_t n = 1 + random_below(2 * typical);
		if (n > s->len - at || s->count >= 60)
			n = s->len - at;
		s->cuts[s->count++] = (struct cut){at, n};
		at += n;
	}
}

/* Repetitions: some of the same cut, some across cuts. */
static void
add_repeats(struct script *s)
{
	size_t more = random_below((uint32_t)(SEGMENTS_MAX - s->count));
	while (more-- > 0) {
		struct cut c = s->cuts[random_below((uint32_t)s->count)];
		if (random_below(2) == 0) {
			c.at = random_below(s->len);
			c.len = 1 + random_below(s->len - c.at);
			c.len = c.len > 2000 ? 2000 : c.len;
		}
		s->cuts[s->count++] = c;
	}
}

static void
shuffle(struct script *s)
{
	uint32_t reach = random_below(3) == 0 ? (uint32_t)s->count : 1 + random_below(6);
	for (uint32_t i = 0; i < s->count; i++) {
		uint32_t left = (uint32_t)s->count - i;
		uint32_t j = i + random_below(left < reach ? left : reach);
		struct cut c = s->cuts[i];
		s->cuts[i] = s->cuts[j];
		s->cuts[j] = c;
	}
}

static void
send_cut(struct rig *rig, const struct script *s, struct cut c, uint32_t used)
{
	/* exactly as long as the segment: the sanitizer sees the first byte read past it */
	struct bytes data = test_heap((struct bytes){s->stream + c.at, c.len});
	rig_add(rig, c.at, data, used);
	test_heap_free(data);
}

/* How much the reader uses at once: all, nothing, or something. */
static uint32_t
random_appetite(void)
{
	switch (random_below(3)) {
	case 0: return 0;
	case 1: return UINT32_MAX;
	default: return random_below(3000);
	}
}

static uint64_t
start_script(uint64_t test_number, uint64_t i)
{
	random_state = test_number << 32 | i;
	return random_state;
}

static void
whatever_the_cuts_the_stream_is_the_same(void **state)
{
	(void)state;
	static struct script s;
	struct rig *rig = rig_new(1 << 20, 0);
	for (uint64_t i = 0; i < SCRIPTS; i++) {
		rig->seed = start_script(1, i);
		make_script(&s, i % 2 == 0 ? 300 : STREAM_MAX);
		add_repeats(&s);
		shuffle(&s);
		rig_start(rig, random_first_seq(s.len), (enum reassembly_policy)random_below(6), STREAM_MAX);
		for (size_t j = 0; j < s.count; j++)
			send_cut(rig, &s, s.cuts[j], random_appetite());
		RIG_CHECK(rig, rig->oracle.front == s.len);
		RIG_CHECK(rig, memcmp(rig->oracle.value, s.stream, s.len) == 0);
		rig_stop(rig);
	}
	printf("seeds 1<<32 to 1<<32|%d, %llu segments by the fast path\n", SCRIPTS - 1, (unsigned long long)rig->passed);
	assert_true(rig->passed > SCRIPTS);
	rig_free(rig);
}

/* What never arrives is reported, once, with its exact length, and nothing else is. */
static void
holes_are_reported_as_they_are(void **state)
{
	(void)state;
	static struct script s;
	static uint8_t sent[STREAM_MAX];
	struct rig *rig = rig_new(1 << 20, 0);
	for (uint64_t i = 0; i < SCRIPTS; i++) {
		rig->seed = start_script(2, i);
		make_script(&s, i % 2 == 0 ? 300 : STREAM_MAX);
		shuffle(&s);
		size_t kept = 0;
		for (size_t j = 0; j < s.count; j++)
			if (random_below(4) > 0)
				s.cuts[kept++] = s.cuts[j];
		s.count = kept;
		memset(sent, 0, sizeof(sent));
		rig_start(rig, random_first_seq(s.len), (enum reassembly_policy)random_below(6), STREAM_MAX);
		for (size_t j = 0; j < s.count; j++) {
			send_cut(rig, &s, s.cuts[j], random_appetite());
			memset(sent + s.cuts[j].at, 1, s.cuts[j].len);
		}
		/* read to the end: what comes is what was sent, and the holes are what was not */
		uint32_t at = rig->oracle.consumed;
		for (;;) {
			struct bytes ready = reassembly_ready(&rig->engine[0], rig->budget[0]);
			for (size_t k = 0; k < ready.len; k++, at++)
				RIG_CHECK(rig, sent[at] == 1 && ready.at[k] == s.stream[at]);
			rig_consume(rig, UINT32_MAX);
			uint32_t hole = rig_skip_hole(rig);
			for (uint32_t k = 0; k < hole; k++, at++)
				RIG_CHECK(rig, sent[at] == 0);
			if (hole == 0)
				break;
		}
		for (; at < s.len; at++)
			RIG_CHECK(rig, sent[at] == 0);
		rig_stop(rig);
	}
	printf("seeds 2<<32 to 2<<32|%d\n", SCRIPTS - 1);
	rig_free(rig);
}

/* Copies with other content: every byte goes to the segment that the published rule names. */
static void
overlaps_are_settled_by_the_published_rule(void **state)
{
	(void)state;
	struct rig *rig = rig_new(1 << 20, 0);
	for (uint64_t i = 0; i < 10 * SCRIPTS; i++) {
		rig->seed = start_script(3, i);
		uint32_t span = 8 + random_below(i % 4 == 0 ? 5000 : 60);
		rig_start(rig, random_first_seq(span), (enum reassembly_policy)(i % 7), 1 + random_below(2 * span));
		for (size_t j = 0; j < 60; j++) {
			uint8_t bytes[1024];
			/* byte 0 comes late, so that much is held */
			uint32_t at = random_below(j < 40 ? span - 1 : span) + (j < 40 ? 1 : 0);
			uint32_t len = 1 + random_below(span < 1024 ? span : 1024);
			memset(bytes, (int)(random_below(4) == 0 ? 0 : j), len);
			struct bytes data = test_heap((struct bytes){bytes, len});
			rig_add(rig, at, data, random_appetite());
			test_heap_free(data);
			if (random_below(20) == 0) {
				rig_consume(rig, UINT32_MAX);
				rig_skip_hole(rig);
			}
			if (random_below(40) == 0)
				rig_skip(rig, random_below(span));
		}
		rig_stop(rig);
	}
	printf("seeds 3<<32 to 3<<32|%d\n", 10 * SCRIPTS - 1);
	rig_free(rig);
}

/* With too little memory bytes are refused, and what is delivered is still what was sent there. */
static void
a_spent_budget_loses_bytes_but_never_invents_any(void **state)
{
	(void)state;
	enum { STREAMS = 6 };
	static struct script s;
	struct stream_budget *budget = reassembly_budget_new(1);
	struct reassembly streams[STREAMS] = {{0}};
	uint32_t first[STREAMS] = {0}, read[STREAMS] = {0};
	uint64_t refused = 0, delivered = 0;
	assert_non_null(budget);
	for (uint64_t i = 0; i < SCRIPTS; i++) {
		(void)start_script(4, i);
		make_script(&s, STREAM_MAX);
		add_repeats(&s);
		shuffle(&s);
		for (size_t k = 0; k < STREAMS; k++) {
			first[k] = random_first_seq(s.len);
			read[k] = 0;
			reassembly_start(&streams[k], first[k], (enum reassembly_policy)random_below(6), STREAM_MAX);
		}
		for (size_t j = 0; j < s.count * STREAMS; j++) {
			size_t k = j % STREAMS;
			struct reassembly *r = &streams[k];
			struct cut c = s.cuts[j / STREAMS];
			struct bytes data = {s.stream + c.at, c.len};
			struct bytes passed = reassembly_pass(r, first[k] + c.at, data);
			if (passed.len > 0) {
				assert_memory_equal(passed.at, s.stream + read[k], passed.len);
				size_t used = random_below((uint32_t)passed.len + 1);
				bool kept = reassembly_keep(r, budget, bytes_after(passed, used));
				refused += kept ? 0 : 1;
				read[k] += (uint32_t)(kept ? used : passed.len);
			} else if (reassembly_add(r, budget, first[k] + c.at, data) == REASSEMBLY_REFUSED) {
				refused++;
				if (random_below(4) == 0 && reassembly_ready(r, budget).len == 0)
					read[k] += (uint32_t)reassembly_skip_hole(r, budget);
			}
			reassembly_check(r, budget);
			struct bytes ready = reassembly_ready(r, budget);
			assert_memory_equal(ready.at, s.stream + read[k], ready.len);
			size_t used = random_below((uint32_t)ready.len + 1);
			reassembly_consume(r, budget, used);
			read[k] += (uint32_t)used;
			delivered += used;
		}
		reassembly_budget_check(budget);
		for (size_t k = 0; k < STREAMS; k++)
			reassembly_stop(&streams[k], budget);
		assert_int_equal(reassembly_budget_used(budget), 0);
	}
	assert_true(refused > SCRIPTS && delivered > 0);
	assert_true(reassembly_count(budget).budget_spent > 0);
	reassembly_budget_free(budget);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whatever_the_cuts_the_stream_is_the_same),
	    cmocka_unit_test(holes_are_reported_as_they_are),
	    cmocka_unit_test(overlaps_are_settled_by_the_published_rule),
	    cmocka_unit_test(a_spent_budget_loses_bytes_but_never_invents_any),
	};
	return RUN_TESTS(tests);
}
