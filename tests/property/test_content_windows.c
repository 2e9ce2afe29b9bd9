/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* However a content is cut, each two of its bytes that lie within a window of each other are together in one of the windows shown, with their
 * place in the content; nothing is shown that was not sent, and no byte much more than once. */
#include "test.h"

#include "inspect/content_window.h"

enum { RUNS = 3000, CONTENT_MAX = 20000 };

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

static struct {
	uint8_t bytes[CONTENT_MAX];
	bool lost[CONTENT_MAX];
	uint32_t reach[CONTENT_MAX]; /* of each byte: the end of the farthest window that it is in */
	uint64_t shown, last_end;
	size_t windows;
	bool ended;
} seen;

static void
look(void *context, struct bytes window, uint64_t offset, bool more)
{
	(void)context;
	assert_false(seen.ended);
	assert_true(offset + window.len <= CONTENT_MAX);
	assert_true(offset <= seen.last_end || seen.lost[offset - 1]);
	for (size_t i = 0; i < window.len; i++) {
		assert_int_equal(window.at[i], seen.bytes[offset + i]);
		assert_false(seen.lost[offset + i]);
		if (seen.reach[offset + i] < offset + window.len)
			seen.reach[offset + i] = (uint32_t)(offset + window.len);
	}
	seen.shown += window.len;
	seen.last_end = offset + window.len;
	seen.windows++;
	seen.ended = !more;
}

static const struct content_looker looker = {look, NULL};

static uint32_t
run(const struct content_window *w, uint32_t room_size, uint32_t larger, uint32_t len, bool with_gaps)
{
	uint8_t *room = room_size > 0 ? malloc(room_size) : NULL, *second = malloc(larger);
	struct content_glass glass = {.room = room, .room_size = room_size};
	memset(&seen, 0, sizeof(seen));
	for (uint32_t i = 0; i < len; i++)
		seen.bytes[i] = (uint8_t)random_below(256);
	uint32_t biggest = random_below(4) == 0 ? len : random_below(700) + 1, pieces = 0;
	for (uint32_t at = 0, n; at < len; at += n, pieces++) {
		n = random_below(biggest) + 1;
		n = n < len - at ? n : len - at;
		if (with_gaps && random_below(8) == 0) {
			memset(seen.lost + at, true, n);
			content_window_gap(&glass, n);
			continue;
		}
		if (glass.room == room && room != NULL && content_window_is_cramped(&glass, w, n))
			content_window_move(&glass, second, larger);
		content_window_add(&glass, w, (struct bytes){seen.bytes + at, n}, &looker);
	}
	(void)content_window_end(&glass, &looker);
	free(room);
	free(second);
	return pieces;
}

static void
neighbours_are_shown_together(void **state)
{
	(void)state;
	random_state = 0x626566;
	for (int i = 0; i < RUNS; i++) {
		uint32_t len = random_below(CONTENT_MAX) + 1, limit = random_below(3) == 0 ? random_below(len) + 1 : 0;
		struct content_window w = {
		    .limit_bytes = limit, .minimal_bytes = random_below(2000), .window_bytes = random_below(500)};
		bool with_gaps = random_below(3) == 0;
		uint32_t room = 1000 + random_below(500);
		run(&w, room, 4096, len, with_gaps);
		uint32_t end = limit > 0 ? limit : len;
		for (uint32_t from = 0; from < end; from++) {
			if (seen.lost[from])
				continue;
			uint32_t to = from;
			while (to < end && !seen.lost[to] && to - from < w.window_bytes + 1)
				to++;
			if (seen.reach[from] < to)
				fail_msg("run %d: bytes %u to %u of %u are in no window together", i, from, to, end);
		}
		for (uint32_t at = end; at < len; at++)
			assert_int_equal(seen.reach[at], 0);
	}
}

static void
no_byte_is_looked_at_much_more_than_once(void **state)
{
	(void)state;
	random_state = 0x626567;
	struct content_window w = {.minimal_bytes = 2000, .window_bytes = 500};
	for (int i = 0; i < 200; i++) {
		run(&w, 4096, 4096, CONTENT_MAX, false);
		assert_true(seen.shown <= CONTENT_MAX + CONTENT_MAX / 4 + 500);
	}
}

static void
little_is_shown_once_and_at_its_end(void **state)
{
	(void)state;
	random_state = 0x626568;
	struct content_window w = {.limit_bytes = 102400, .minimal_bytes = 32768, .window_bytes = 4096};
	for (int i = 0; i < 50; i++) {
		run(&w, 4096, 65536, 3000, false);
		assert_int_equal(seen.windows, 1);
		assert_true(seen.ended);
		assert_int_equal(seen.shown, 3000);
	}
}

static void
without_a_room_each_piece_is_shown(void **state)
{
	(void)state;
	random_state = 0x626569;
	struct content_window w = {.limit_bytes = 5000, .minimal_bytes = 32768, .window_bytes = 4096};
	uint32_t pieces = run(&w, 0, 1, 4000, false);
	assert_int_equal(seen.windows, pieces);
	assert_int_equal(seen.shown, 4000);
	run(&w, 0, 1, 9000, false);
	assert_int_equal(seen.shown, 5000);
	assert_true(seen.ended);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(neighbours_are_shown_together),
	    cmocka_unit_test(no_byte_is_looked_at_much_more_than_once),
	    cmocka_unit_test(little_is_shown_once_and_at_its_end),
	    cmocka_unit_test(without_a_room_each_piece_is_shown),
	};
	return RUN_TESTS(tests);
}
