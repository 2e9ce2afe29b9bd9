/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "net/stream/reassembly.h"

enum { WINDOW = 1 << 20 };

static struct stream_budget *budget;

static int
setup(void **state)
{
	(void)state;
	budget = reassembly_budget_new(4 << 20);
	return budget == NULL ? -1 : 0;
}

/* Whatever a test did, stopping gives all memory back. */
static int
teardown(void **state)
{
	(void)state;
	reassembly_budget_check(budget);
	int left = reassembly_budget_used(budget) == 0 ? 0 : -1;
	reassembly_budget_free(budget);
	return left;
}

static enum reassembly_result
add(struct reassembly *r, uint32_t seq, const char *text_cstr)
{
	struct bytes data = test_heap(bytes_of_cstr(text_cstr));
	enum reassembly_result result = reassembly_add(r, budget, seq, data);
	test_heap_free(data);
	reassembly_check(r, budget);
	return result;
}

static enum reassembly_result
add_many(struct reassembly *r, uint32_t seq, size_t n)
{
	static uint8_t zeros[1 << 17];
	enum reassembly_result result = reassembly_add(r, budget, seq, (struct bytes){zeros, n});
	reassembly_check(r, budget);
	return result;
}

#define assert_ready(r, text) assert_bytes_equal(reassembly_ready(r, budget), bytes_of_cstr(text))

static void
bytes_come_out_in_order_across_the_wrap(void **state)
{
	(void)state;
	struct reassembly r = {0};
	assert_false(reassembly_started(&r));
	reassembly_start(&r, UINT32_MAX - 2, REASSEMBLY_FIRST, WINDOW);
	assert_true(reassembly_started(&r));
	assert_int_equal(add(&r, 3, "ghi"), REASSEMBLY_KEPT);
	assert_ready(&r, "");
	assert_int_equal(add(&r, 0, "def"), REASSEMBLY_KEPT);
	assert_int_equal(reassembly_hole(&r, budget), 3);
	assert_int_equal(add(&r, UINT32_MAX - 2, "abc"), REASSEMBLY_KEPT);
	assert_ready(&r, "abcdefghi");
	assert_int_equal(r.next_seq, 6);
	reassembly_consume(&r, budget, 4);
	assert_ready(&r, "efghi");
	assert_int_equal(add(&r, 6, "jk"), REASSEMBLY_KEPT);
	assert_ready(&r, "efghijk");
	reassembly_stop(&r, budget);
	assert_false(reassembly_started(&r));
	reassembly_stop(&r, budget);
}

/* One held segment "aaaaaaaaaa" at [10, 20), then one of 'b' at [begin, end), then the bytes 0-9 as '.'. */
static void
overlaps_follow_the_published_table(void **state)
{
	(void)state;
	static const struct {
		uint32_t begin, end;
		const char *first, *last, *bsd_and_windows, *linux_, *solaris;
		const char *why;
	} rows[] = {
	    {5, 15, "bbbbbaaaaaaaaaa", "bbbbbbbbbbaaaaa", "bbbbbbbbbbaaaaa", "bbbbbbbbbbaaaaa", "bbbbbaaaaaaaaaa",
	        "before, ends before"},
	    {5, 20, "bbbbbaaaaaaaaaa", "bbbbbbbbbbbbbbb", "bbbbbbbbbbbbbbb", "bbbbbbbbbbbbbbb", "bbbbbbbbbbbbbbb",
	        "before, ends with"},
	    {5, 22, "bbbbbaaaaaaaaaabb", "bbbbbbbbbbbbbbbbb", "bbbbbbbbbbbbbbbbb", "bbbbbbbbbbbbbbbbb", "bbbbbbbbbbbbbbbbb",
	        "before, ends after"},
	    {10, 15, "aaaaaaaaaa", "bbbbbaaaaa", "aaaaaaaaaa", "aaaaaaaaaa", "aaaaaaaaaa", "with, ends before"},
	    {10, 20, "aaaaaaaaaa", "bbbbbbbbbb", "aaaaaaaaaa", "aaaaaaaaaa", "bbbbbbbbbb", "the same"},
	    {10, 22, "aaaaaaaaaabb", "bbbbbbbbbbbb", "aaaaaaaaaabb", "bbbbbbbbbbbb", "bbbbbbbbbbbb", "with, ends after"},
	    {12, 15, "aaaaaaaaaa", "aabbbaaaaa", "aaaaaaaaaa", "aaaaaaaaaa", "aaaaaaaaaa", "inside"},
	    {12, 20, "aaaaaaaaaa", "aabbbbbbbb", "aaaaaaaaaa", "aaaaaaaaaa", "aaaaaaaaaa", "after, ends with"},
	    {12, 22, "aaaaaaaaaabb", "aabbbbbbbbbb", "aaaaaaaaaabb", "aaaaaaaaaabb", "aabbbbbbbbbb", "after, ends after"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		const char *wanted[] = {rows[i].first, rows[i].last, rows[i].bsd_and_windows, rows[i].linux_,
		    rows[i].bsd_and_windows, rows[i].solaris};
		for (size_t policy = 0; policy < LENGTH_OF(wanted); policy++) {
			struct reassembly r;
			reassembly_start(&r, 0, (enum reassembly_policy)policy, WINDOW);
			assert_int_equal(add(&r, 10, "aaaaaaaaaa"), REASSEMBLY_KEPT);
			char b[32] = "bbbbbbbbbbbbbbbbb";
			b[rows[i].end - rows[i].begin] = 0;
			assert_int_equal(add(&r, rows[i].begin, b), REASSEMBLY_DIFFERS);
			reassembly_skip(&r, budget, rows[i].begin < 10 ? rows[i].begin : 10);
			struct bytes got = reassembly_ready(&r, budget);
			if (!bytes_eq(got, bytes_of_cstr(wanted[policy]))) {
				print_error("%s, policy %zu: %.*s instead of %s\n", rows[i].why, policy, (int)got.len,
				    (const char *)got.at, wanted[policy]);
				fail();
			}
			reassembly_stop(&r, budget);
		}
	}
	assert_int_equal(reassembly_count(budget).differing, LENGTH_OF(rows) * 6);
}

static void
what_was_delivered_never_changes(void **state)
{
	(void)state;
	struct reassembly r;
	reassembly_start(&r, 0, REASSEMBLY_LAST, WINDOW);
	assert_int_equal(add(&r, 0, "abc"), REASSEMBLY_KEPT);
	assert_int_equal(add(&r, 0, "abc"), REASSEMBLY_REPEATED);
	assert_int_equal(add(&r, 0, "xyzd"), REASSEMBLY_DIFFERS); /* still waiting: the difference is seen */
	assert_ready(&r, "abcd");
	reassembly_consume(&r, budget, 4);
	assert_int_equal(add(&r, 0, "xyzd"), REASSEMBLY_REPEATED); /* gone: nobody can tell */
	assert_int_equal(add(&r, 2, "xyzd"), REASSEMBLY_KEPT);
	assert_ready(&r, "zd");
	reassembly_stop(&r, budget);
}

static void
nothing_beyond_the_window_is_believed(void **state)
{
	(void)state;
	static const struct {
		uint32_t seq;
		const char *text_cstr;
		enum reassembly_result result;
		uint32_t next_seq, held;
		const char *why;
	} rows[] = {
	    {110, "a", REASSEMBLY_REFUSED, 100, 0, "the first byte after the window"},
	    {109, "a", REASSEMBLY_KEPT, 100, 1, "the last byte in it"},
	    {105, "abcdefgh", REASSEMBLY_KEPT, 100, 5, "reaches out of it: only the part inside"},
	    {100, "abcdefghijkl", REASSEMBLY_KEPT, 110, 0, "in order, and longer than the window"},
	    {90, "abcdefghijABCDEFGHIJ--", REASSEMBLY_KEPT, 110, 0, "partly delivered: the window counts from the new part"},
	    {100 + UINT32_C(0x80000000), "a", REASSEMBLY_REFUSED, 100, 0, "the other side of the circle"},
	    {99 + UINT32_C(0x80000001), "a", REASSEMBLY_REFUSED, 100, 0, "the farthest that is still ahead"},
	    {101 + UINT32_C(0x80000000), "a", REASSEMBLY_REPEATED, 100, 0, "the farthest behind"},
	    {95, "abcde", REASSEMBLY_REPEATED, 100, 0, "ends where the stream goes on"},
	    {100, "", REASSEMBLY_REPEATED, 100, 0, "nothing"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct reassembly r;
		reassembly_start(&r, 100, REASSEMBLY_BSD, 10);
		enum reassembly_result result = add(&r, rows[i].seq, rows[i].text_cstr);
		if (result != rows[i].result || r.next_seq != rows[i].next_seq || r.held.bytes != rows[i].held) {
			print_error("%s: %d, next %u, held %u\n", rows[i].why, result, r.next_seq, r.held.bytes);
			fail();
		}
		/* the fast path must not believe more than the general one */
		if (rows[i].next_seq == 110) {
			reassembly_stop(&r, budget);
			reassembly_start(&r, 100, REASSEMBLY_BSD, 10);
			assert_int_equal(reassembly_pass(&r, rows[i].seq, bytes_of_cstr(rows[i].text_cstr)).len, 0);
		}
		reassembly_stop(&r, budget);
	}
	assert_int_equal(reassembly_count(budget).beyond_window, 3);
}

static void
a_closed_window_takes_nothing(void **state)
{
	(void)state;
	struct reassembly r;
	reassembly_start(&r, 100, REASSEMBLY_BSD, 0);
	assert_int_equal(add(&r, 100, "a"), REASSEMBLY_REFUSED);
	assert_int_equal(add(&r, 99, "ab"), REASSEMBLY_REFUSED);
	assert_int_equal(add(&r, 99, "a"), REASSEMBLY_REPEATED);
	assert_int_equal(reassembly_pass(&r, 100, BYTES("a")).len, 0);
	r.window_bytes = 1; /* it opens */
	assert_int_equal(reassembly_pass(&r, 100, BYTES("a")).len, 1);
	reassembly_stop(&r, budget);
}

static void
segments_held_per_stream_are_bounded(void **state)
{
	(void)state;
	struct reassembly r;
	reassembly_start(&r, 0, REASSEMBLY_FIRST, WINDOW);
	for (uint32_t i = 0; i < HELD_COUNT_MAX; i++)
		assert_int_equal(add(&r, 10 + 2 * i, "x"), REASSEMBLY_KEPT);
	assert_int_equal(add(&r, 9000, "x"), REASSEMBLY_REFUSED);
	assert_int_equal(add(&r, 11, "y"), REASSEMBLY_REFUSED);
	assert_int_equal(add(&r, 10, "x"), REASSEMBLY_REPEATED);
	assert_int_equal(reassembly_count(budget).over_limit, 2);
	assert_int_equal(add(&r, 0, "0123456789"), REASSEMBLY_KEPT); /* what fills the hole is never too much */
	assert_ready(&r, "0123456789x");
	assert_int_equal(add(&r, 11, "y"), REASSEMBLY_KEPT);
	assert_ready(&r, "0123456789xyx");
	assert_int_equal(r.held.count, HELD_COUNT_MAX - 2);
	reassembly_stop(&r, budget);
}

static void
bytes_held_per_stream_are_bounded(void **state)
{
	(void)state;
	struct reassembly r;
	reassembly_start(&r, 0, REASSEMBLY_FIRST, WINDOW);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(add_many(&r, 1 + i * 65536, 65536), REASSEMBLY_KEPT);
	assert_int_equal(r.held.bytes, HELD_BYTES_MAX);
	assert_int_equal(add_many(&r, 300000, 1), REASSEMBLY_REFUSED);
	/* the hole closes: as much as fits is ready, the rest waits for the reader */
	assert_int_equal(add_many(&r, 0, 1), REASSEMBLY_KEPT);
	size_t read = 0;
	for (size_t n; (n = reassembly_ready(&r, budget).len) > 0; read += n) {
		assert_true(n <= REASSEMBLY_READY_MAX);
		assert_int_equal(reassembly_hole(&r, budget), 0);
		reassembly_consume(&r, budget, n);
		reassembly_check(&r, budget);
	}
	assert_int_equal(read, HELD_BYTES_MAX + 1);
	reassembly_stop(&r, budget);
}

static void
a_reader_that_never_consumes_is_bounded(void **state)
{
	(void)state;
	struct reassembly r;
	reassembly_start(&r, 0, REASSEMBLY_FIRST, WINDOW);
	uint32_t sent = 0;
	while (add_many(&r, sent, 1000) == REASSEMBLY_KEPT)
		sent += 1000;
	assert_int_equal(reassembly_ready(&r, budget).len, REASSEMBLY_READY_MAX / 1000 * 1000);
	assert_true(sent <= REASSEMBLY_READY_MAX + HELD_BYTES_MAX);
	assert_true(reassembly_budget_used(budget) <= 2 * (REASSEMBLY_READY_MAX + HELD_BYTES_MAX));
	/* when it wakes up nothing of what was kept is missing */
	size_t read = 0;
	for (size_t n; (n = reassembly_ready(&r, budget).len) > 0; read += n) {
		n = n < 7 ? n : 7;
		reassembly_consume(&r, budget, n);
		if (read % 9100 == 0)
			reassembly_check(&r, budget);
	}
	assert_int_equal(read, sent);
	assert_int_equal(r.next_seq, sent);
	assert_int_equal(add_many(&r, sent, 1000), REASSEMBLY_KEPT);
	reassembly_stop(&r, budget);
}

/* What comes when no more may be made ready waits, overlaps settled, and follows when the reader has read. */
static void
a_hole_that_closes_behind_a_full_reader_is_not_lost(void **state)
{
	(void)state;
	struct reassembly r;
	reassembly_start(&r, 0, REASSEMBLY_FIRST, WINDOW);
	assert_int_equal(add_many(&r, 0, 65536), REASSEMBLY_KEPT);
	assert_int_equal(add_many(&r, 65536, 65536), REASSEMBLY_KEPT);
	assert_int_equal(reassembly_ready(&r, budget).len, REASSEMBLY_READY_MAX);
	assert_int_equal(add(&r, 131082, "KL"), REASSEMBLY_KEPT);
	assert_int_equal(add(&r, 131072, "abcdefghijklmn"), REASSEMBLY_DIFFERS);
	assert_int_equal(add(&r, 131072, "abcdefghij"), REASSEMBLY_REPEATED);
	assert_int_equal(r.held.bytes, 14);
	assert_int_equal(reassembly_hole(&r, budget), 0);
	reassembly_consume(&r, budget, REASSEMBLY_READY_MAX - 1);
	reassembly_check(&r, budget);
	reassembly_consume(&r, budget, 1);
	assert_ready(&r, "abcdefghijKLmn");
	reassembly_stop(&r, budget);
}

static void
a_segment_longer_than_any_block_is_refused(void **state)
{
	(void)state;
	struct reassembly r;
	reassembly_start(&r, 0, REASSEMBLY_FIRST, WINDOW);
	assert_int_equal(add_many(&r, 0, 1 << 17), REASSEMBLY_REFUSED);
	assert_int_equal(add_many(&r, 1, HELD_SEGMENT_MAX), REASSEMBLY_KEPT);
	assert_int_equal(add_many(&r, 0, 1), REASSEMBLY_KEPT);
	assert_int_equal(r.next_seq, 1 + HELD_SEGMENT_MAX);
	reassembly_stop(&r, budget);
}

static void
the_fast_path_applies_only_when_nothing_waits(void **state)
{
	(void)state;
	struct reassembly r = {0};
	assert_int_equal(reassembly_pass(&r, 0, BYTES("abc")).len, 0); /* not started */
	reassembly_start(&r, 100, REASSEMBLY_FIRST, WINDOW);
	assert_int_equal(reassembly_pass(&r, 101, BYTES("abc")).len, 0); /* a hole */
	assert_int_equal(reassembly_pass(&r, 97, BYTES("abc")).len, 0);  /* nothing new */
	assert_int_equal(reassembly_pass(&r, 100, BYTES("")).len, 0);
	assert_bytes_equal(reassembly_pass(&r, 98, BYTES("xxabc")), BYTES("abc"));
	assert_int_equal(reassembly_budget_used(budget), 0);
	assert_true(reassembly_keep(&r, budget, BYTES("")));
	assert_bytes_equal(reassembly_pass(&r, 103, BYTES("def")), BYTES("def"));
	assert_true(reassembly_keep(&r, budget, BYTES("ef")));
	assert_ready(&r, "ef");
	assert_int_equal(reassembly_pass(&r, 106, BYTES("g")).len, 0); /* "ef" waits before it */
	assert_int_equal(add(&r, 106, "g"), REASSEMBLY_KEPT);
	assert_ready(&r, "efg");
	reassembly_consume(&r, budget, 3);
	assert_int_equal(add(&r, 108, "i"), REASSEMBLY_KEPT);
	assert_int_equal(reassembly_pass(&r, 107, BYTES("h")).len, 0); /* "i" is held */
	assert_int_equal(add(&r, 107, "h"), REASSEMBLY_KEPT);
	assert_ready(&r, "hi");
	reassembly_stop(&r, budget);
}

static void
a_hole_is_given_up_only_when_the_reader_has_come_to_it(void **state)
{
	(void)state;
	struct reassembly r;
	reassembly_start(&r, 0, REASSEMBLY_FIRST, WINDOW);
	assert_int_equal(reassembly_skip_hole(&r, budget), 0);
	add(&r, 0, "ab");
	add(&r, 5, "fg");
	add(&r, 9, "j");
	assert_int_equal(reassembly_hole(&r, budget), 0);
	assert_int_equal(reassembly_skip_hole(&r, budget), 0); /* "ab" comes first */
	reassembly_consume(&r, budget, 2);
	assert_int_equal(reassembly_hole(&r, budget), 3);
	assert_int_equal(reassembly_skip_hole(&r, budget), 3);
	assert_ready(&r, "fg");
	assert_int_equal(add(&r, 2, "cde"), REASSEMBLY_REPEATED); /* too late */
	reassembly_consume(&r, budget, 2);
	assert_int_equal(reassembly_skip_hole(&r, budget), 2);
	assert_ready(&r, "j");
	reassembly_stop(&r, budget);
}

static void
skipping_moves_past_ready_held_and_future_bytes(void **state)
{
	(void)state;
	static const struct {
		uint64_t n;
		uint32_t skipped, next_seq, held;
		const char *ready_cstr, *why;
	} rows[] = {
	    {0, 0, 3, 5, "abc", "nothing"},
	    {2, 2, 3, 5, "c", "a part of what is ready"},
	    {3, 3, 3, 5, "", "exactly that"},
	    {4, 4, 4, 5, "", "into the hole"},
	    {5, 5, 8, 2, "fgh", "all of the hole: what follows is ready"},
	    {6, 6, 8, 2, "gh", "into what is held"},
	    {9, 9, 9, 2, "", "into the second hole"},
	    {11, 11, 12, 0, "l", "into the last piece"},
	    {12, 12, 12, 0, "", "to its end"},
	    {5000, 5000, 5000, 0, "", "to what has not arrived"},
	    {UINT64_MAX, REASSEMBLY_SKIP_MAX, REASSEMBLY_SKIP_MAX, 0, "", "farther than sequence numbers compare"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct reassembly r;
		reassembly_start(&r, 0, REASSEMBLY_FIRST, WINDOW);
		add(&r, 0, "abc");
		add(&r, 5, "fgh");
		add(&r, 10, "kl");
		uint32_t skipped = reassembly_skip(&r, budget, rows[i].n);
		reassembly_check(&r, budget);
		if (skipped != rows[i].skipped || r.next_seq != rows[i].next_seq || r.held.bytes != rows[i].held ||
		    !bytes_eq(reassembly_ready(&r, budget), bytes_of_cstr(rows[i].ready_cstr))) {
			print_error("%s: skipped %u, next %u, held %u\n", rows[i].why, skipped, r.next_seq, r.held.bytes);
			fail();
		}
		if (rows[i].next_seq >= 5000) {
			assert_int_equal(add(&r, 3, "de"), REASSEMBLY_REPEATED);
			assert_int_equal(add(&r, rows[i].next_seq - 1, "xy"), REASSEMBLY_KEPT);
			assert_ready(&r, "y");
		}
		reassembly_stop(&r, budget);
	}
}

/* A segment's effects happen all or not at all: what was held stays when there is no room for what replaces it. */
static void
a_refused_segment_changes_nothing(void **state)
{
	(void)state;
	struct stream_budget *small = reassembly_budget_new(1);
	struct reassembly victim, others[8];
	assert_non_null(small);
	reassembly_start(&victim, 0, REASSEMBLY_SOLARIS, WINDOW);
	assert_int_equal(reassembly_add(&victim, small, 10, BYTES("aaaa")), REASSEMBLY_KEPT);
	size_t count = 0;
	uint32_t seq = 1;
	for (; count < LENGTH_OF(others); count++, seq = 1) {
		static const uint8_t zeros[4096];
		reassembly_start(&others[count], 0, REASSEMBLY_FIRST, WINDOW);
		/* fill what is left, large pieces first */
		for (size_t n = sizeof(zeros); n > 0; n /= 2)
			while (reassembly_add(&others[count], small, seq, (struct bytes){zeros, n}) == REASSEMBLY_KEPT)
				seq += (uint32_t)n + 1;
	}
	assert_true(reassembly_count(small).budget_spent > 0);
	assert_int_equal(reassembly_add(&victim, small, 8, BYTES("bbbbbbbb")), REASSEMBLY_REFUSED);
	assert_int_equal(victim.held.bytes, 4);
	assert_int_equal(victim.held.count, 1);
	/* with a hole of nothing left to close it, the fast path still delivers */
	struct reassembly fast;
	reassembly_start(&fast, 0, REASSEMBLY_FIRST, WINDOW);
	assert_int_equal(reassembly_pass(&fast, 0, BYTES("abc")).len, 3);
	assert_false(reassembly_keep(&fast, small, BYTES("c")));
	for (size_t i = 0; i < count; i++)
		reassembly_stop(&others[i], small);
	assert_int_equal(reassembly_skip_hole(&victim, small), 10);
	assert_bytes_equal(reassembly_ready(&victim, small), BYTES("aaaa"));
	reassembly_stop(&victim, small);
	reassembly_stop(&fast, small);
	reassembly_budget_check(small);
	assert_int_equal(reassembly_budget_used(small), 0);
	reassembly_budget_free(small);
	reassembly_budget_free(NULL);
}

/* The same retransmission again and again, under every rule: nothing new, nothing differs, nothing grows. */
static void
exact_repetitions_of_held_bytes_change_nothing(void **state)
{
	(void)state;
	for (unsigned policy = REASSEMBLY_FIRST; policy <= REASSEMBLY_OLD_LINUX; policy++) {
		struct reassembly r;
		reassembly_start(&r, 0, (enum reassembly_policy)policy, WINDOW);
		add(&r, 4, "efgh");
		size_t used = reassembly_budget_used(budget);
		for (size_t i = 0; i < 5; i++) {
			assert_int_equal(add(&r, 4, "efgh"), REASSEMBLY_REPEATED);
			assert_int_equal(add(&r, 5, "fg"), REASSEMBLY_REPEATED);
		}
		assert_int_equal(reassembly_budget_used(budget), used);
		add(&r, 0, "abcdefghij");
		assert_ready(&r, "abcdefghij");
		reassembly_stop(&r, budget);
	}
}

int
main(void)
{
#define WITH_BUDGET(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    WITH_BUDGET(bytes_come_out_in_order_across_the_wrap),
	    WITH_BUDGET(overlaps_follow_the_published_table),
	    WITH_BUDGET(what_was_delivered_never_changes),
	    WITH_BUDGET(nothing_beyond_the_window_is_believed),
	    WITH_BUDGET(a_closed_window_takes_nothing),
	    WITH_BUDGET(segments_held_per_stream_are_bounded),
	    WITH_BUDGET(bytes_held_per_stream_are_bounded),
	    WITH_BUDGET(a_reader_that_never_consumes_is_bounded),
	    WITH_BUDGET(a_hole_that_closes_behind_a_full_reader_is_not_lost),
	    WITH_BUDGET(a_segment_longer_than_any_block_is_refused),
	    WITH_BUDGET(the_fast_path_applies_only_when_nothing_waits),
	    WITH_BUDGET(a_hole_is_given_up_only_when_the_reader_has_come_to_it),
	    WITH_BUDGET(skipping_moves_past_ready_held_and_future_bytes),
	    WITH_BUDGET(a_refused_segment_changes_nothing),
	    WITH_BUDGET(exact_repetitions_of_held_bytes_change_nothing),
	};
	return RUN_TESTS(tests);
}
