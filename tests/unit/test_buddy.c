/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <stdio.h>

#include "net/stream/buddy.h"

static void
a_block_has_the_size_asked_for_and_not_twice_more(void **state)
{
	(void)state;
	static const struct {
		size_t n, size;
	} rows[] = {
	    {0, 256}, {1, 256}, {256, 256}, {257, 512}, {1460, 2048}, {65536, 65536}, {65537, 131072}, {131072, 131072}};
	struct buddy b;
	assert_int_equal(buddy_init(&b, 4 * BUDDY_BLOCK_MAX), 0);
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		uint32_t block = buddy_take(&b, rows[i].n);
		assert_int_not_equal(block, BUDDY_NONE);
		assert_int_equal(buddy_size(&b, block), rows[i].size);
		assert_int_equal(b.used, rows[i].size);
		memset(buddy_at(&b, block), 0xaa, rows[i].size);
		buddy_give(&b, block);
		buddy_check(&b);
	}
	assert_int_equal(buddy_take(&b, BUDDY_BLOCK_MAX + 1), BUDDY_NONE);
	assert_int_equal(b.peak, BUDDY_BLOCK_MAX);
	buddy_done(&b);
	buddy_done(&b);
}

static void
the_budget_is_spent_to_the_last_byte_and_joined_again(void **state)
{
	(void)state;
	enum { BUDGET = 2 * BUDDY_BLOCK_MAX, SMALL = BUDGET / BUDDY_UNIT };
	static uint32_t blocks[SMALL];
	struct buddy b;
	assert_int_equal(buddy_init(&b, BUDGET + 1000), 0);
	for (size_t i = 0; i < SMALL; i++) {
		blocks[i] = buddy_take(&b, 1);
		assert_int_not_equal(blocks[i], BUDDY_NONE);
	}
	assert_int_equal(b.used, BUDGET);
	assert_int_equal(buddy_take(&b, 1), BUDDY_NONE);
	/* every other one back: half is free, in pieces that nothing larger fits in */
	for (size_t i = 0; i < SMALL; i += 2)
		buddy_give(&b, blocks[i]);
	assert_int_equal(buddy_take(&b, 257), BUDDY_NONE);
	buddy_check(&b);
	for (size_t i = 1; i < SMALL; i += 2)
		buddy_give(&b, blocks[i]);
	buddy_check(&b);
	assert_int_equal(b.used, 0);
	assert_int_not_equal(buddy_take(&b, BUDDY_BLOCK_MAX), BUDDY_NONE);
	assert_int_not_equal(buddy_take(&b, BUDDY_BLOCK_MAX), BUDDY_NONE);
	buddy_done(&b);
}

/* Against the simplest model: a map of who owns each unit. */
static void
no_two_blocks_ever_share_a_byte(void **state)
{
	(void)state;
	enum { UNITS = 3 * BUDDY_BLOCK_MAX / BUDDY_UNIT, LIVE_MAX = 400 };
	static uint8_t owned[UNITS];
	static uint32_t live[LIVE_MAX];
	size_t count = 0, refused = 0;
	uint64_t x = 12345;
	struct buddy b;
	printf("seed %llu\n", (unsigned long long)x);
	assert_int_equal(buddy_init(&b, 3 * BUDDY_BLOCK_MAX), 0);
	for (size_t i = 0; i < 20000; i++) {
		x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		uint32_t r = (uint32_t)(x >> 33);
		if ((r & 1) == 0 || count == LIVE_MAX) {
			if (count == 0)
				continue;
			size_t pick = (r >> 1) % count;
			uint32_t block = live[pick];
			memset(owned + block, 0, buddy_size(&b, block) / BUDDY_UNIT);
			buddy_give(&b, block);
			live[pick] = live[--count];
		} else {
			uint32_t block = buddy_take(&b, (r >> 8) % (64U << (r >> 1) % 11));
			if (block == BUDDY_NONE) {
				refused++;
				continue;
			}
			size_t units = buddy_size(&b, block) / BUDDY_UNIT;
			assert_true(block + units <= UNITS && block % units == 0);
			for (size_t k = 0; k < units; k++) {
				assert_int_equal(owned[block + k], 0);
				owned[block + k] = 1;
			}
			memset(buddy_at(&b, block), (int)i, units * BUDDY_UNIT);
			live[count++] = block;
		}
		buddy_check(&b);
	}
	assert_true(refused > 100);
	while (count > 0)
		buddy_give(&b, live[--count]);
	assert_int_equal(b.used, 0);
	buddy_check(&b);
	buddy_done(&b);
}

static void
what_was_cleared_is_as_new(void **state)
{
	(void)state;
	struct buddy b;
	assert_int_equal(buddy_init(&b, BUDDY_BLOCK_MAX), 0);
	for (size_t i = 0; i < BUDDY_BLOCK_MAX / BUDDY_UNIT; i++)
		assert_int_not_equal(buddy_take(&b, 1), BUDDY_NONE);
	buddy_give(&b, 3);
	buddy_clear(&b);
	buddy_check(&b);
	assert_int_equal(b.used, 0);
	uint32_t half = buddy_take(&b, BUDDY_BLOCK_MAX / 2);
	assert_int_equal(half, 0);
	memset(buddy_at(&b, half), 0xaa, BUDDY_BLOCK_MAX / 2);
	buddy_give(&b, half);
	assert_int_equal(buddy_take(&b, BUDDY_BLOCK_MAX), 0);
	buddy_check(&b);
	buddy_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_block_has_the_size_asked_for_and_not_twice_more),
	    cmocka_unit_test(the_budget_is_spent_to_the_last_byte_and_joined_again),
	    cmocka_unit_test(no_two_blocks_ever_share_a_byte),
	    cmocka_unit_test(what_was_cleared_is_as_new),
	};
	return RUN_TESTS(tests);
}
