/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One search finds the rules of an address, as asking each of them would. */
#include "test.h"

#include "detect/rules/rule_addresses.h"
#include "detect/rules/rule_ranges.h"

#include <errno.h>
#include <stdlib.h>

enum { RULES = 40, NETS = 12 };

static struct addr
random_addr(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	unsigned value = *seed >> 16;
	uint8_t bytes[16] = {0x20, 0x01, [15] = (uint8_t)value};
	/* Few addresses, so that ranges touch; their ends too. */
	if (value % 3 == 0)
		return addr_v6(bytes);
	if (value % 31 == 1)
		return addr_v4((const uint8_t[4]){255, 255, 255, 255});
	return addr_v4((const uint8_t[4]){value % 5 == 0 ? 0 : 10, 0, 0, (uint8_t)(value / 7)});
}

static int
by_low(const void *a, const void *b)
{
	return addr_compare(&((const struct rule_net *)a)->low, &((const struct rule_net *)b)->low);
}

static void
one_search_finds_what_asking_each_rule_finds(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed < 60; seed++) {
		unsigned random = seed;
		struct rule_addresses a = {0};
		static struct rule_net nets[RULES][NETS];
		struct rule_nets of[RULES] = {0};
		for (uint32_t r = 0; r < RULES; r++) {
			for (size_t i = 0; i < NETS; i++) {
				struct addr x = random_addr(&random), y = random_addr(&random);
				bool turned = addr_compare(&x, &y) > 0;
				nets[r][i] = (struct rule_net){turned ? y : x, turned ? x : y};
			}
			qsort(nets[r], NETS, sizeof(nets[r][0]), by_low);
			uint32_t kept = 0; /* disjoint */
			for (size_t i = 0; i < NETS; i++)
				if (kept == 0 || addr_compare(&nets[r][kept - 1].high, &nets[r][i].low) < 0)
					nets[r][kept++] = nets[r][i];
			of[r] = (struct rule_nets){.count = kept, .nets = nets[r]};
			assert_int_equal(rule_addresses_add(&a, &of[r], r), 0);
		}
		assert_int_equal(rule_addresses_make(&a, RULES), 0);
		for (unsigned i = 0; i < 400; i++) {
			struct addr x = random_addr(&random);
			uint32_t count, expected = 0;
			const uint32_t *found = rule_addresses_find(&a, &x, &count);
			for (uint32_t r = 0; r < RULES; r++) {
				bool there = false;
				for (uint32_t k = 0; k < count; k++)
					there |= found[k] == r;
				assert_int_equal(there, rule_ranges_have_net(&of[r], &x));
				expected += there;
			}
			assert_int_equal(count, expected);
		}
		rule_addresses_free(&a);
	}
}

static void
none_finds_nothing(void **state)
{
	(void)state;
	struct rule_addresses a = {0};
	uint32_t count = 9;
	struct addr x = addr_v4((const uint8_t[4]){10, 0, 0, 1});
	assert_int_equal(rule_addresses_make(&a, 0), 0);
	(void)rule_addresses_find(&a, &x, &count);
	assert_int_equal(count, 0);
	rule_addresses_free(&a);
}

/* Ranges in ranges, thousands deep: refused, not swallowed. */
static void
too_much_overlap_is_refused(void **state)
{
	(void)state;
	struct rule_addresses a = {0};
	for (uint32_t r = 0; r < 5000; r++) {
		struct rule_net net = {addr_v4((const uint8_t[4]){10, 0, (uint8_t)(r >> 8), (uint8_t)r}),
		    addr_v4((const uint8_t[4]){20, 0, (uint8_t)(r >> 8), (uint8_t)r})};
		struct rule_nets nets = {.count = 1, .nets = &net};
		assert_int_equal(rule_addresses_add(&a, &nets, r), 0);
	}
	assert_int_equal(rule_addresses_make(&a, 5000), -E2BIG);
	uint32_t count;
	struct addr x = addr_v4((const uint8_t[4]){15, 0, 0, 1});
	(void)rule_addresses_find(&a, &x, &count);
	assert_int_equal(count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_search_finds_what_asking_each_rule_finds),
	    cmocka_unit_test(none_finds_nothing),
	    cmocka_unit_test(too_much_overlap_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
