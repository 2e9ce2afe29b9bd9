/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "console/console_limits.h"

static struct addr
host(uint8_t last)
{
	return addr_v4((const uint8_t[4]){192, 0, 2, last});
}

static struct addr
host_v6(uint8_t net, uint8_t last)
{
	return addr_v6((const uint8_t[16]){0x20, 0x01, 0x0d, 0xb8, [7] = net, [15] = last});
}

static void
one_host_has_its_share_of_connections_and_gives_them_back(void **state)
{
	(void)state;
	struct console_limits *l = console_limits_new(1);
	struct addr a = host(1), b = host(2);
	for (int i = 0; i < CONSOLE_LIMITS_PER_HOST; i++) {
		assert_true(console_limits_admits(l, &a));
		console_limits_opened(l, &a);
	}
	assert_false(console_limits_admits(l, &a));
	assert_true(console_limits_admits(l, &b));
	console_limits_closed(l, &a);
	assert_true(console_limits_admits(l, &a));
	console_limits_free(l);
}

/* Whoever has a network of IPv6 has 2^64 addresses in it. */
static void
a_network_of_ipv6_is_one_host(void **state)
{
	(void)state;
	struct console_limits *l = console_limits_new(1);
	for (int i = 0; i < CONSOLE_LIMITS_PER_HOST; i++) {
		struct addr a = host_v6(1, (uint8_t)i);
		console_limits_opened(l, &a);
	}
	struct addr same = host_v6(1, 200), other = host_v6(2, 200);
	assert_false(console_limits_admits(l, &same));
	assert_true(console_limits_admits(l, &other));
	console_limits_free(l);
}

static void
this_machine_may_fill_all_places(void **state)
{
	(void)state;
	struct console_limits *l = console_limits_new(1);
	struct addr here = addr_v4((const uint8_t[4]){127, 0, 0, 1});
	for (int i = 0; i < CONSOLE_LIMITS_CONNECTIONS; i++) {
		assert_true(console_limits_admits(l, &here));
		console_limits_opened(l, &here);
	}
	for (int i = 0; i < CONSOLE_LIMITS_CONNECTIONS; i++)
		console_limits_closed(l, &here);
	console_limits_free(l);
}

/* How many of `times` requests, one each step, were let through. */
static int
allowed(struct console_limits *l, const struct addr *a, int64_t from_ms, int64_t step_ms, int times)
{
	int count = 0;
	for (int i = 0; i < times; i++)
		count += console_limits_take(l, CONSOLE_LIMITS_SIGN_IN, a, from_ms + i * step_ms) == 0;
	return count;
}

static void
who_guesses_passwords_is_slowed_to_the_rate(void **state)
{
	(void)state;
	struct console_limits *l = console_limits_new(1);
	struct addr a = host(1), b = host(2);
	int first = allowed(l, &a, 1000, 0, 1000);
	assert_true(first >= 5 && first <= 60);
	unsigned wait_s = console_limits_take(l, CONSOLE_LIMITS_SIGN_IN, &a, 1000);
	assert_true(wait_s >= 1 && wait_s <= 60);
	assert_int_equal(console_limits_take(l, CONSOLE_LIMITS_SIGN_IN, &a, 1000 + (int64_t)wait_s * 1000), 0);
	assert_int_equal(console_limits_take(l, CONSOLE_LIMITS_SIGN_IN, &b, 1000), 0); /* another is not */
	console_limits_free(l);
}

/* Asking a thousand times a second must not round the refill down to nothing: that would lock out who shares the address. */
static void
asking_often_does_not_stop_the_refill(void **state)
{
	(void)state;
	struct console_limits *l = console_limits_new(1), *m = console_limits_new(1);
	struct addr a = host(1);
	int often = allowed(l, &a, 1000, 1, 60000), seldom = allowed(m, &a, 1000, 100, 600);
	assert_true(often >= seldom && often <= seldom + 1);
	console_limits_free(l);
	console_limits_free(m);
}

static void
a_flood_of_hosts_takes_no_more_memory_and_no_place_of_who_is_active(void **state)
{
	(void)state;
	struct console_limits *l = console_limits_new(7);
	struct addr a = host(1);
	int64_t now_ms = 1000;
	for (int i = 0; i < 100; i++)
		(void)console_limits_take(l, CONSOLE_LIMITS_SIGN_IN, &a, now_ms);
	for (uint32_t i = 0; i < 20000; i++) {
		struct addr other = addr_v4((const uint8_t[4]){10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i});
		(void)console_limits_take(l, CONSOLE_LIMITS_SIGN_IN, &other, now_ms);
		if (i % 100 == 0) /* it goes on guessing: its bucket is never the one unused for the longest time */
			assert_true(console_limits_take(l, CONSOLE_LIMITS_SIGN_IN, &a, ++now_ms) > 0 || now_ms > 1500);
	}
	console_limits_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_host_has_its_share_of_connections_and_gives_them_back),
	    cmocka_unit_test(a_network_of_ipv6_is_one_host),
	    cmocka_unit_test(this_machine_may_fill_all_places),
	    cmocka_unit_test(who_guesses_passwords_is_slowed_to_the_rate),
	    cmocka_unit_test(asking_often_does_not_stop_the_refill),
	    cmocka_unit_test(a_flood_of_hosts_takes_no_more_memory_and_no_place_of_who_is_active),
	};
	return RUN_TESTS(tests);
}
