/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/behaviour/keyed_table.h"

static void
a_key_keeps_its_value(void **state)
{
	(void)state;
	struct keyed_table *t = keyed_table_new(sizeof(uint32_t), sizeof(uint64_t), 1 << 20);
	for (uint32_t key = 0; key < 5000; key++) {
		bool is_new;
		*(uint64_t *)keyed_table_get(t, &key, &is_new) = key * 3u;
		assert_true(is_new);
	}
	for (uint32_t key = 0; key < 5000; key++)
		assert_int_equal(*(uint64_t *)keyed_table_find(t, &key), key * 3u);
	uint32_t absent = 5000;
	assert_null(keyed_table_find(t, &absent));
	assert_false(keyed_table_has(t, &absent));
	keyed_table_free(t);
}

/* What is in use must survive a flood of keys that are seen once. */
static void
a_flood_of_strangers_does_not_push_out_who_is_used(void **state)
{
	(void)state;
	struct keyed_table *t = keyed_table_new(sizeof(uint32_t), sizeof(uint64_t), 64 * 1024);
	uint32_t regular = UINT32_MAX;
	*(uint64_t *)keyed_table_get(t, &regular, NULL) = 42;
	for (uint32_t key = 0; key < 100000; key++) {
		keyed_table_get(t, &key, NULL);
		if (key % 50 == 0)
			assert_non_null(keyed_table_find(t, &regular));
	}
	assert_int_equal(*(uint64_t *)keyed_table_find(t, &regular), 42);
	assert_true(keyed_table_forgotten(t) > 90000);
	assert_true(keyed_table_count(t) * (sizeof(uint64_t) + 32) <= 64 * 1024);
	keyed_table_free(t);
}

static void
the_oldest_is_forgotten_first_and_the_walk_goes_by_age(void **state)
{
	(void)state;
	struct keyed_table *t = keyed_table_new(sizeof(uint32_t), sizeof(uint64_t), 1);
	for (uint32_t key = 1; key <= 17; key++) /* 16 is the least capacity */
		*(uint64_t *)keyed_table_get(t, &key, NULL) = key;
	const void *oldest;
	assert_non_null(keyed_table_oldest(t, &oldest));
	assert_int_equal(*(const uint32_t *)oldest, 2);
	uint32_t at = KEYED_TABLE_START, before = 1, seen = 0;
	const void *key;
	while (keyed_table_next(t, &at, &key) != NULL) {
		assert_true(*(const uint32_t *)key > before);
		before = *(const uint32_t *)key;
		seen++;
	}
	assert_int_equal(seen, 16);
	keyed_table_free(t);
}

static void
a_full_table_can_refuse_instead_of_forgetting(void **state)
{
	(void)state;
	struct keyed_table *t = keyed_table_new(sizeof(uint32_t), sizeof(uint64_t), 1);
	uint32_t key = 1;
	while (keyed_table_get_if_room(t, &key, NULL) != NULL)
		key++;
	assert_int_equal(key, 17);
	key = 5;
	keyed_table_remove(t, &key);
	key = 100;
	assert_non_null(keyed_table_get_if_room(t, &key, NULL));
	assert_int_equal(keyed_table_forgotten(t), 0);
	keyed_table_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_key_keeps_its_value),
	    cmocka_unit_test(a_flood_of_strangers_does_not_push_out_who_is_used),
	    cmocka_unit_test(the_oldest_is_forgotten_first_and_the_walk_goes_by_age),
	    cmocka_unit_test(a_full_table_can_refuse_instead_of_forgetting),
	};
	return RUN_TESTS(tests);
}
