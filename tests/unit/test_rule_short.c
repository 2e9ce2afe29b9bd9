/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/rules/rule_short.h"

/* Few letters, so that patterns are often there, and often nearly. */
enum { PATTERNS = 40, TEXTS = 4000, LETTERS = 3 };

static uint64_t state = 0x5eed;

static uint32_t
random_below(uint32_t limit)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) % limit;
}

static void
fill(char *text, size_t len)
{
	static const char letters[] = {'a', 'A', '\0', 'b', 'B', (char)0xff};
	for (size_t i = 0; i < len; i++)
		text[i] = letters[random_below(LETTERS * 2)];
}

/* How often each pattern was told, at the places where it ends. */
struct told {
	uint32_t count[PATTERNS];
	uint64_t ends[PATTERNS];
};

static int
on_found(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
	struct told *told = context;
	(void)from;
	(void)flags;
	told->count[id]++;
	told->ends[id] += to * to;
	return 0;
}

static void
find_plainly(const struct rule_patterns *p, struct bytes data, struct told *told)
{
	for (uint32_t i = 0; i < p->count; i++)
		for (size_t at = 0; at + p->lengths[i] <= data.len; at++) {
			struct bytes there = {data.at + at, p->lengths[i]},
			             wanted = {(const uint8_t *)p->texts[i], p->lengths[i]};
			if ((p->flags[i] & HS_FLAG_CASELESS) != 0 ? bytes_eq_nocase(there, wanted) : bytes_eq(there, wanted))
				on_found(i, 0, at + p->lengths[i], 0, told);
		}
}

static void
it_finds_each_pattern_at_each_place_and_nothing_else(void **unused)
{
	(void)unused;
	static char rooms[PATTERNS][24], text[RULE_SHORT_MAX];
	static const char *texts[PATTERNS];
	static size_t lengths[PATTERNS];
	static unsigned flags[PATTERNS];
	size_t found = 0;
	for (unsigned round = 0; round < 10; round++) {
		struct rule_patterns patterns = {PATTERNS, texts, lengths, flags};
		struct arena arena;
		assert_int_equal(arena_init(&arena, 4 << 20), 0);
		for (size_t i = 0; i < PATTERNS; i++) { /* all lengths from 1 to 20, twice */
			lengths[i] = i % 20 + 1;
			flags[i] = random_below(2) == 0 ? HS_FLAG_CASELESS : 0;
			texts[i] = rooms[i];
			fill(rooms[i], lengths[i]);
		}
		struct rule_short_counts *counts = rule_short_counts_new();
		assert_non_null(counts);
		rule_short_counts_add(counts, &patterns);
		struct rule_short s = rule_short_make(&patterns, counts, &arena);
		assert_true(s.knows);
		for (unsigned k = 0; k < TEXTS; k++) {
			struct told wanted = {0}, got = {0};
			size_t len = random_below(k % 8 == 0 ? RULE_SHORT_MAX + 1 : 40);
			fill(text, len);
			for (unsigned n = random_below(3); n > 0;
			     n--) { /* a pattern somewhere, in either case, to both ends */
				size_t i = random_below(PATTERNS);
				if (lengths[i] <= len)
					memcpy(text +
					        (n == 2 ? len - lengths[i] : random_below((uint32_t)(len - lengths[i]) + 1)),
					    rooms[i], lengths[i]);
			}
			struct bytes data = test_heap((struct bytes){(const uint8_t *)text, len});
			find_plainly(&patterns, data, &wanted);
			rule_short_find(&s, data, on_found, &got);
			assert_memory_equal(&wanted, &got, sizeof(got));
			for (size_t i = 0; i < PATTERNS; i++)
				found += got.count[i] > 0 && lengths[i] > 10;
			test_heap_free(data);
		}
		rule_short_counts_free(counts);
		arena_done(&arena);
	}
	assert_true(found > 1000);
}

static void
an_empty_pattern_cannot_be_searched(void **unused)
{
	(void)unused;
	const char *texts[] = {"abc", ""};
	size_t lengths[] = {3, 0};
	unsigned flags[] = {0, 0};
	struct rule_patterns patterns = {2, texts, lengths, flags};
	struct arena arena;
	struct rule_short_counts *counts = rule_short_counts_new();
	assert_int_equal(arena_init(&arena, 1 << 20), 0);
	assert_non_null(counts);
	assert_false(rule_short_make(&patterns, counts, &arena).knows);
	rule_short_counts_free(counts);
	arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_finds_each_pattern_at_each_place_and_nothing_else),
	    cmocka_unit_test(an_empty_pattern_cannot_be_searched),
	};
	return RUN_TESTS(tests);
}
