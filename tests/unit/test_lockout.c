/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "access/lockout.h"

#include <sodium.h>
#include <stdio.h>

static const struct access_settings settings = {.lockout = {.free_pair = 3,
                                                    .free_address = 6,
                                                    .pair_max_s = 60,
                                                    .address_max_s = 120,
                                                    .known_max_s = 8,
                                                    .forget_s = 3600,
                                                    .strangers_per_minute = 1000}};

static int
set_up(void **state)
{
	assert_true(sodium_init() >= 0);
	*state = lockout_new(&settings);
	assert_non_null(*state);
	return 0;
}

static int
tear_down(void **state)
{
	lockout_free(*state);
	return 0;
}

static struct lockout_try
attempt(const char *account_cstr, unsigned host, int64_t now_s)
{
	uint8_t b[4] = {198, 51, (uint8_t)(host >> 8), (uint8_t)host};
	return (struct lockout_try){.account = bytes_of_cstr(account_cstr), .address = addr_v4(b), .now_s = now_s};
}

static unsigned
wait_of(struct lockout *l, struct lockout_try t)
{
	return lockout_wait_s(l, &t);
}

static void
miss(struct lockout *l, struct lockout_try t, unsigned times)
{
	for (unsigned i = 0; i < times; i++)
		lockout_failed(l, &t);
}

static void
a_few_slips_cost_nothing_and_then_the_wait_doubles(void **state)
{
	struct lockout *l = *state;
	static const unsigned waits[] = {0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60};
	int64_t now = 1000;
	for (size_t i = 0; i < LENGTH_OF(waits); i++) {
		miss(l, attempt("alice", 1, now), 1);
		/* The address is seen with other names only after more. */
		if (i < 5)
			assert_int_equal(wait_of(l, attempt("alice", 1, now)), waits[i]);
		else
			assert_true(wait_of(l, attempt("alice", 1, now)) >= waits[i]);
		now += 200;
		assert_int_equal(wait_of(l, attempt("alice", 1, now)), 0);
	}
}

static void
nobody_waits_for_what_was_tried_elsewhere(void **state)
{
	struct lockout *l = *state;
	for (unsigned host = 1; host <= 50; host++)
		miss(l, attempt("alice", host, 1000), 15);
	assert_int_equal(wait_of(l, attempt("alice", 99, 1000)), 0);
	assert_true(wait_of(l, attempt("alice", 7, 1000)) > 0);
}

static void
an_address_that_guesses_many_names_waits_with_all_of_them(void **state)
{
	struct lockout *l = *state;
	char name[16];
	for (unsigned i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "user%u", i);
		miss(l, attempt(name, 1, 1000), 1);
	}
	assert_int_equal(wait_of(l, attempt("another", 1, 1000)), settings.lockout.address_max_s);
	assert_int_equal(wait_of(l, attempt("another", 2, 1000)), 0);
}

static void
the_address_one_always_comes_from_stays_open(void **state)
{
	struct lockout *l = *state;
	struct lockout_try home = attempt("alice", 1, 1000);
	home.known = true;
	miss(l, attempt("bob", 1, 1000), 50);   /* a neighbour behind the same address */
	miss(l, attempt("carol", 1, 1000), 50); /* and another one */
	assert_int_equal(lockout_wait_s(l, &home), 0);
	miss(l, home, 50); /* who guesses at her very account from there waits a little, for ever */
	assert_int_equal(lockout_wait_s(l, &home), settings.lockout.known_max_s);
	home.now_s += settings.lockout.known_max_s;
	assert_int_equal(lockout_wait_s(l, &home), 0);
}

static void
her_own_slips_do_not_shut_her_neighbours_out(void **state)
{
	struct lockout *l = *state;
	struct lockout_try home = attempt("alice", 1, 1000);
	home.known = true;
	miss(l, home, 50);
	assert_int_equal(wait_of(l, attempt("bob", 1, 1000)), 0);
}

static void
success_clears_the_pair_and_not_the_address(void **state)
{
	struct lockout *l = *state;
	struct lockout_try mine = attempt("mallory", 1, 1000);
	miss(l, mine, 10);
	lockout_succeeded(l, &mine);
	for (unsigned i = 0; i < 10; i++)
		miss(l, attempt("alice", 1, 1000), 1);
	assert_int_equal(wait_of(l, attempt("victim", 1, 1000)), settings.lockout.address_max_s);
	mine.known = true;
	assert_int_equal(lockout_wait_s(l, &mine), 0);
}

static void
names_are_the_same_in_capitals(void **state)
{
	struct lockout *l = *state;
	miss(l, attempt("alice", 1, 1000), 3);
	assert_true(wait_of(l, attempt("ALICE", 1, 1000)) > 0);
}

static void
a_network_of_ipv6_is_one_address(void **state)
{
	struct lockout *l = *state;
	struct addr address;
	char text[ADDR_TEXT_MAX];
	for (unsigned i = 0; i < 20; i++) {
		snprintf(text, sizeof(text), "2001:db8:1:2::%x", i + 1);
		assert_true(addr_parse(bytes_of_cstr(text), &address));
		struct lockout_try t = {.account = BYTES("alice"), .address = address, .now_s = 1000};
		lockout_failed(l, &t);
	}
	assert_true(addr_parse(BYTES("2001:db8:1:2:ffff::1"), &address));
	assert_int_equal(wait_of(l, (struct lockout_try){.account = BYTES("bob"), .address = address, .now_s = 1000}),
	    settings.lockout.address_max_s);
	assert_true(addr_parse(BYTES("2001:db8:1:3::1"), &address));
	assert_int_equal(wait_of(l, (struct lockout_try){.account = BYTES("alice"), .address = address, .now_s = 1000}), 0);
}

static void
failures_are_forgotten_in_time_and_a_clock_put_back_locks_nobody_out(void **state)
{
	struct lockout *l = *state;
	miss(l, attempt("alice", 1, 10000), 30);
	assert_int_equal(wait_of(l, attempt("alice", 1, 10000)), settings.lockout.address_max_s);
	assert_int_equal(wait_of(l, attempt("alice", 1, 100)), settings.lockout.address_max_s); /* not three hours */
	assert_int_equal(wait_of(l, attempt("alice", 1, 10000 + 3600)), 0);
	miss(l, attempt("alice", 1, 10000 + 3600), 1);
	assert_int_equal(wait_of(l, attempt("alice", 1, 10000 + 3600)), 0); /* counted from one again */
}

static void
a_rain_of_failures_slows_strangers_only(void **state)
{
	struct lockout *l = *state;
	for (unsigned host = 0; host < 1000; host++)
		miss(l, attempt("alice", host, 1000), 1);
	assert_int_equal(wait_of(l, attempt("alice", 5000, 1000)), 2);
	struct lockout_try home = attempt("alice", 5000, 1000);
	home.known = true;
	assert_int_equal(lockout_wait_s(l, &home), 0);
	assert_int_equal(wait_of(l, attempt("alice", 5000, 1060)), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_few_slips_cost_nothing_and_then_the_wait_doubles),
	    TEST(nobody_waits_for_what_was_tried_elsewhere),
	    TEST(an_address_that_guesses_many_names_waits_with_all_of_them),
	    TEST(the_address_one_always_comes_from_stays_open),
	    TEST(her_own_slips_do_not_shut_her_neighbours_out),
	    TEST(success_clears_the_pair_and_not_the_address),
	    TEST(names_are_the_same_in_capitals),
	    TEST(a_network_of_ipv6_is_one_address),
	    TEST(failures_are_forgotten_in_time_and_a_clock_put_back_locks_nobody_out),
	    TEST(a_rain_of_failures_slows_strangers_only),
	};
	return RUN_TESTS(tests);
}
