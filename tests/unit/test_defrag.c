/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "frame_build.h"
#include "net/anomaly.h"
#include "net/decode/defrag.h"

enum { SECOND = 1000000000 };

static struct defrag_fragment
fragment(uint32_t id, uint32_t offset, bool more, struct bytes data)
{
	return (struct defrag_fragment){
	    .time_ns = SECOND,
	    .src = {.at = {1}},
	    .dst = {.at = {2}},
	    .id = id,
	    .ip_version = 4,
	    .ip_proto = 17,
	    .vlan = {UINT16_MAX, UINT16_MAX},
	    .more = more,
	    .offset = offset,
	    .data = data,
	};
}

static struct defrag_outcome
add(struct defrag *d, uint32_t id, uint32_t offset, bool more, struct bytes data)
{
	struct defrag_fragment f = fragment(id, offset, more, data);
	defrag_begin_frame(d);
	struct defrag_outcome outcome = defrag_add(d, &f);
	defrag_check(d);
	return outcome;
}

static struct defrag *
new_defrag(enum overlap_policy policy)
{
	struct defrag *d = defrag_new(&(struct decode_options){.overlap = policy});
	assert_non_null(d);
	return d;
}

/* The fragments of the published test (Novak 2005, figure 1, after Paxson and Shankar 2003): a letter each, in
 * order of arrival; offset and length in units of eight bytes. */
static const struct {
	char letter;
	uint8_t offset, units;
} published[] = {
    {'A', 0, 3},
    {'B', 4, 2},
    {'C', 6, 3},
    {'D', 10, 1},
    {'E', 13, 2},
    {'F', 15, 3},
    {'G', 18, 2},
    {'H', 20, 2},
    {'I', 22, 1},
    {'J', 1, 4},
    {'K', 6, 3},
    {'L', 9, 3},
    {'M', 12, 3},
    {'N', 16, 1},
    {'O', 19, 1},
    {'P', 20, 1},
    {'Q', 22, 2},
};

static void
each_policy_gives_its_published_answer(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		enum overlap_policy policy;
		const char *answer_cstr;
	} rows[] = {
	    {"first", OVERLAP_FIRST, "AAAJBBCCCLDLMEEFFFGGHHIQ"},
	    {"last", OVERLAP_LAST, "AJJJJBKKKLLLMMMFNFGOPHQQ"},
	    {"BSD", OVERLAP_BSD, "AAAJJBCCCLLLMMMFFFGGHHIQ"},
	    {"BSD, right", OVERLAP_BSD_RIGHT, "AJJJBBKKKLDLMEEFNFGOPHQQ"},
	    {"Linux", OVERLAP_LINUX, "AAAJJBKKKLLLMMMFFFGGPHQQ"},
	    {"Windows", OVERLAP_WINDOWS, "AAAJBBCCCLLLMEEFFFGGHHIQ"},
	    {"Solaris", OVERLAP_SOLARIS, "AAAJBBCCCLLLMMMFFFGGHHIQ"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct defrag *d = new_defrag(rows[i].policy);
		struct defrag_outcome got = {.result = DEFRAG_WAITING};
		for (size_t f = 0; f < LENGTH_OF(published); f++) {
			uint8_t data[32];
			memset(data, published[f].letter, sizeof(data));
			assert_int_equal(got.result, DEFRAG_WAITING);
			got = add(d, 1, published[f].offset * 8u, f + 1 < LENGTH_OF(published),
			    (struct bytes){data, published[f].units * 8u});
			assert_int_equal(got.overlap, published[f].letter >= 'J');
		}
		if (got.result != DEFRAG_WHOLE || got.datagram.len != 24 * 8)
			fail_msg("%s: not whole", rows[i].why);
		for (size_t byte = 0; byte < got.datagram.len; byte++)
			if (got.datagram.at[byte] != (uint8_t)rows[i].answer_cstr[byte / 8])
				fail_msg("%s: unit %zu is %c", rows[i].why, byte / 8, got.datagram.at[byte]);
		assert_int_equal(defrag_count(d)->reassembled, 1);
		defrag_free(d);
	}
}

/* The oracle: one owner per byte, a new fragment takes the bytes that the policy's sentence gives it. */
static bool
oracle_takes(enum overlap_policy policy, uint32_t old_start, uint32_t old_end, uint32_t start, uint32_t end)
{
	switch (policy) {
	case OVERLAP_FIRST: return false;
	case OVERLAP_LAST: return true;
	case OVERLAP_BSD: return !(old_start <= start);
	case OVERLAP_BSD_RIGHT: return old_start <= start;
	case OVERLAP_LINUX: return !(old_start < start);
	case OVERLAP_WINDOWS: return start < old_start && old_end < end;
	case OVERLAP_SOLARIS: return start < old_start && old_end <= end;
	default: return false;
	}
}

static void
any_overlaps_agree_with_a_map_of_bytes(void **state)
{
	(void)state;
	enum { LEN = 20 * 8 + 3, ROUNDS = 3000, FRAGMENTS = 40 };
	uint64_t seed = 20260701;
	size_t whole = 0;
	for (int round = 0; round < ROUNDS; round++) {
		enum overlap_policy policy = (enum overlap_policy)(round % 7);
		struct defrag *d = new_defrag(policy);
		uint32_t starts[FRAGMENTS], ends[FRAGMENTS];
		uint8_t map[LEN], bytes[FRAGMENTS][LEN];
		memset(map, 0xff, sizeof(map));
		for (uint8_t f = 0; f < FRAGMENTS; f++) {
			uint32_t start = build_random(&seed, 21) * 8, units = 1 + build_random(&seed, 6);
			bool last = start + units * 8 > LEN;
			uint32_t end = last ? LEN : start + units * 8;
			for (size_t i = 0; i < LEN; i++)
				bytes[f][i] = (uint8_t)build_random(&seed, 256);
			struct defrag_outcome got = add(d, 7, start, !last, (struct bytes){bytes[f], end - start});
			starts[f] = start;
			ends[f] = end;
			bool gap = false;
			for (uint32_t i = start; i < end; i++)
				if (map[i] == 0xff || oracle_takes(policy, starts[map[i]], ends[map[i]], start, end))
					map[i] = f;
			for (uint32_t i = 0; i < LEN; i++)
				gap = gap || map[i] == 0xff;
			if ((got.result == DEFRAG_WHOLE) == gap)
				fail_msg("seed 20260701, round %d: whole too early or too late", round);
			if (gap)
				continue;
			whole++;
			assert_int_equal(got.datagram.len, LEN);
			for (uint32_t i = 0; i < LEN; i++)
				if (got.datagram.at[i] != bytes[map[i]][i - starts[map[i]]])
					fail_msg("seed 20260701, round %d, policy %d: byte %u", round, policy, i);
			break;
		}
		defrag_free(d);
	}
	assert_in_range(whole, ROUNDS / 3, ROUNDS); /* otherwise little was tested */
}

static void
datagrams_are_told_apart(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		struct defrag_fragment other;
	} rows[] = {
	    {"identifier", {.src = {.at = {1}}, .dst = {.at = {2}}, .id = 6, .ip_version = 4, .ip_proto = 17}},
	    {"source", {.src = {.at = {3}}, .dst = {.at = {2}}, .id = 5, .ip_version = 4, .ip_proto = 17}},
	    {"destination", {.src = {.at = {1}}, .dst = {.at = {1}}, .id = 5, .ip_version = 4, .ip_proto = 17}},
	    {"protocol", {.src = {.at = {1}}, .dst = {.at = {2}}, .id = 5, .ip_version = 4, .ip_proto = 6}},
	    {"network", {.src = {.at = {1}}, .dst = {.at = {2}}, .id = 5, .ip_version = 4, .ip_proto = 17, .vlan = {1, 0}}},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct defrag *d = new_defrag(OVERLAP_FIRST);
		struct defrag_fragment first = {.src = {.at = {1}},
		    .dst = {.at = {2}},
		    .id = 5,
		    .ip_version = 4,
		    .ip_proto = 17,
		    .more = true,
		    .data = BYTES("12345678")};
		struct defrag_fragment other = rows[i].other;
		other.offset = 8;
		other.data = BYTES("9");
		assert_int_equal(defrag_add(d, &first).result, DEFRAG_WAITING);
		if (defrag_add(d, &other).result != DEFRAG_WAITING)
			fail_msg("%s", rows[i].why);
		other = first;
		other.offset = 8;
		other.more = false;
		other.data = BYTES("9");
		struct defrag_outcome got = defrag_add(d, &other);
		assert_int_equal(got.result, DEFRAG_WHOLE);
		assert_bytes_equal(got.datagram, BYTES("123456789"));
		defrag_check(d);
		defrag_free(d);
	}
}

static void
a_plain_copy_is_not_an_overlap(void **state)
{
	(void)state;
	struct defrag *d = new_defrag(OVERLAP_LINUX);
	static uint8_t large[5000];
	assert_false(add(d, 1, 0, true, (struct bytes){large, 4096}).overlap);
	assert_false(add(d, 1, 0, true, (struct bytes){large, 4096}).overlap);
	large[4000] = 1;
	assert_true(add(d, 1, 0, true, (struct bytes){large, 4096}).overlap);
	assert_true(add(d, 1, 8, true, (struct bytes){large, 8}).overlap);
	defrag_free(d);
}

static void
a_copy_can_win_bytes_back(void **state)
{
	(void)state;
	struct defrag *d = new_defrag(OVERLAP_LAST);
	add(d, 1, 0, true, BYTES("aaaaaaaa"));
	assert_true(add(d, 1, 0, true, BYTES("bbbbbbbb")).overlap);
	assert_false(add(d, 1, 0, true, BYTES("aaaaaaaa")).overlap);
	struct defrag_outcome got = add(d, 1, 8, false, BYTES("c"));
	assert_int_equal(got.result, DEFRAG_WHOLE);
	assert_bytes_equal(got.datagram, BYTES("aaaaaaaac"));
	defrag_free(d);
}

static void
what_cannot_be_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		uint32_t offset;
		bool more;
		size_t len;
		enum defrag_result result;
	} rows[] = {
	    {"beyond the end that is known", 16, true, 8, DEFRAG_REFUSED},
	    {"another end", 16, false, 5, DEFRAG_REFUSED},
	    {"an earlier end", 0, false, 5, DEFRAG_REFUSED},
	    {"nothing", 0, true, 0, DEFRAG_REFUSED},
	    {"less than a unit, and more to come", 0, true, 7, DEFRAG_REFUSED},
	    {"beyond what a length can say", 65528, false, 8, DEFRAG_TOO_LARGE},
	    {"far beyond (the ping of death)", 65528, false, 1480, DEFRAG_TOO_LARGE},
	};
	static uint8_t data[1480];
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct defrag *d = new_defrag(OVERLAP_LINUX);
		assert_int_equal(add(d, 1, 8, false, (struct bytes){data, 8}).result, DEFRAG_WAITING);
		if (add(d, 1, rows[i].offset, rows[i].more, (struct bytes){data, rows[i].len}).result != rows[i].result)
			fail_msg("%s", rows[i].why);
		assert_int_equal(defrag_count(d)->dropped, 1);
		assert_int_equal(add(d, 1, 0, true, (struct bytes){data, 8}).result, DEFRAG_WHOLE);
		defrag_free(d);
	}
}

static void
an_end_before_bytes_already_there_is_refused(void **state)
{
	(void)state;
	struct defrag *d = new_defrag(OVERLAP_LINUX);
	assert_int_equal(add(d, 1, 16, true, BYTES("12345678")).result, DEFRAG_WAITING);
	assert_int_equal(add(d, 1, 8, false, BYTES("12345678")).result, DEFRAG_REFUSED);
	defrag_free(d);
}

static void
the_largest_datagram_is_put_together(void **state)
{
	(void)state;
	static uint8_t data[65535];
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7 >> 3);
	struct defrag *d = new_defrag(OVERLAP_LINUX);
	assert_int_equal(add(d, 1, 32768, false, (struct bytes){data + 32768, 32767}).result, DEFRAG_WAITING);
	struct defrag_outcome got = add(d, 1, 0, true, (struct bytes){data, 32768});
	assert_int_equal(got.result, DEFRAG_WHOLE);
	assert_bytes_equal(got.datagram, ((struct bytes){data, sizeof(data)}));
	defrag_free(d);
}

static void
after_a_minute_it_is_forgotten(void **state)
{
	(void)state;
	struct defrag *d = new_defrag(OVERLAP_FIRST);
	struct defrag_fragment first = fragment(1, 0, true, BYTES("12345678")), rest = fragment(1, 8, false, BYTES("9"));
	defrag_add(d, &first);
	rest.time_ns = 62 * (int64_t)SECOND;
	assert_int_equal(defrag_add(d, &rest).result, DEFRAG_WAITING);
	assert_int_equal(defrag_count(d)->dropped, 1);
	defrag_check(d);
	first.time_ns = 121 * (int64_t)SECOND; /* 59 s after the one that waits now */
	assert_int_equal(defrag_add(d, &first).result, DEFRAG_WHOLE);
	defrag_free(d);
}

static void
a_flood_drops_the_oldest_and_counts(void **state)
{
	(void)state;
	enum { FLOOD = 20000 };
	struct defrag *d = new_defrag(OVERLAP_FIRST);
	static uint8_t data[1480];
	for (uint32_t id = 0; id < FLOOD; id++) {
		struct defrag_fragment f = fragment(id, 0, true, (struct bytes){data, 1480});
		assert_int_equal(defrag_add(d, &f).result, DEFRAG_WAITING);
	}
	defrag_check(d);
	uint64_t dropped = defrag_count(d)->dropped;
	assert_in_range(dropped, FLOOD - 200, FLOOD - 10);
	assert_int_equal(add(d, FLOOD - 1, 1480, false, BYTES("end")).result, DEFRAG_WHOLE); /* the youngest is there */
	assert_int_equal(add(d, 0, 1480, false, BYTES("end")).result, DEFRAG_WAITING);       /* the oldest is not */
	defrag_free(d);
}

static void
one_datagram_cannot_take_everything(void **state)
{
	(void)state;
	struct defrag *d = new_defrag(OVERLAP_FIRST);
	bool refused = false;
	for (uint32_t i = 0; i < 8000; i++)
		refused = add(d, 1, i * 8, true, BYTES("12345678")).result == DEFRAG_REFUSED || refused;
	assert_true(refused);
	assert_int_equal(add(d, 2, 0, true, BYTES("12345678")).result, DEFRAG_WAITING);
	assert_int_equal(add(d, 2, 8, false, BYTES("9")).result, DEFRAG_WHOLE);
	defrag_free(d);
}

static void
a_datagram_does_not_make_room_by_dropping_itself(void **state)
{
	(void)state;
	uint32_t room = 0;
	struct defrag *d = new_defrag(OVERLAP_FIRST);
	while (add(d, 1, room * 8, true, BYTES("12345678")).result == DEFRAG_WAITING)
		room++;
	defrag_free(d);
	assert_in_range(room, 32, 250); /* the budget decides, not the number of fragments */
	d = new_defrag(OVERLAP_FIRST);
	add(d, 1, 0, true, BYTES("12345678")); /* the oldest */
	for (uint32_t i = 0; i + 1 < room; i++)
		assert_int_equal(add(d, 2, i * 8, true, BYTES("12345678")).result, DEFRAG_WAITING);
	assert_int_equal(defrag_count(d)->dropped, 0);
	assert_int_equal(add(d, 1, 8, false, BYTES("9")).result, DEFRAG_WHOLE);
	defrag_free(d);
}

static void
two_datagrams_of_one_frame_have_two_buffers(void **state)
{
	(void)state;
	struct defrag *d = new_defrag(OVERLAP_FIRST);
	struct bytes got[3] = {0};
	enum defrag_result results[3];
	for (uint32_t id = 0; id < 3; id++)
		add(d, id, 0, true, BYTES("12345678"));
	defrag_begin_frame(d);
	for (uint32_t id = 0; id < 3; id++) {
		uint8_t end[1] = {(uint8_t)('a' + id)};
		struct defrag_fragment f = fragment(id, 8, false, (struct bytes){end, 1});
		struct defrag_outcome outcome = defrag_add(d, &f);
		results[id] = outcome.result;
		got[id] = outcome.datagram;
	}
	assert_bytes_equal(got[0], BYTES("12345678a"));
	assert_bytes_equal(got[1], BYTES("12345678b"));
	assert_int_equal(results[2], DEFRAG_REFUSED); /* no frame has a reason to need a third */
	defrag_check(d);
	defrag_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_policy_gives_its_published_answer),
	    cmocka_unit_test(any_overlaps_agree_with_a_map_of_bytes),
	    cmocka_unit_test(datagrams_are_told_apart),
	    cmocka_unit_test(a_plain_copy_is_not_an_overlap),
	    cmocka_unit_test(a_copy_can_win_bytes_back),
	    cmocka_unit_test(what_cannot_be_is_refused),
	    cmocka_unit_test(an_end_before_bytes_already_there_is_refused),
	    cmocka_unit_test(the_largest_datagram_is_put_together),
	    cmocka_unit_test(after_a_minute_it_is_forgotten),
	    cmocka_unit_test(a_flood_drops_the_oldest_and_counts),
	    cmocka_unit_test(one_datagram_cannot_take_everything),
	    cmocka_unit_test(a_datagram_does_not_make_room_by_dropping_itself),
	    cmocka_unit_test(two_datagrams_of_one_frame_have_two_buffers),
	};
	return RUN_TESTS(tests);
}
