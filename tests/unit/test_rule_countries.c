/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "../support/mmdb_build.h"
#include "detect/rules/rule_countries.h"

static uint8_t room[4096];

static struct addr
address(const char *text_cstr)
{
	struct addr a;
	assert_true(addr_parse(bytes_of_cstr(text_cstr), &a));
	return a;
}

static void
an_address_is_in_its_country_whatever_the_width_of_records(void **state)
{
	(void)state;
	static const unsigned widths[] = {24, 28, 32};
	for (size_t i = 0; i < 2 * LENGTH_OF(widths); i++) {
		bool v6 = i % 2 == 1;
		struct bytes file = test_heap((struct bytes){room, mmdb_build(room, sizeof(room), widths[i / 2], v6)});
		struct rule_countries c;
		assert_int_equal(rule_countries_open(file, &c), PARSE_OK);
		struct addr low = address("10.0.0.1"), high = address("192.0.2.1"), six = address("2001:db8::1");
		assert_bytes_equal(rule_countries_find(&c, &low), BYTES("FR"));
		assert_bytes_equal(rule_countries_find(&c, &high), BYTES("DE"));
		assert_int_equal(rule_countries_find(&c, &six).len, 0);
		test_heap_free(file);
	}
}

static void
a_rule_names_countries_or_all_others(void **state)
{
	(void)state;
	static const struct {
		const char *countries_cstr;
		enum rule_side side;
		bool negated, holds;
		const char *why_cstr;
	} rows[] = {
	    {"FR", RULE_SIDE_SOURCE, false, true, "the source is there"},
	    {"fr", RULE_SIDE_SOURCE, false, true, "in small letters"},
	    {"FR", RULE_SIDE_TARGET, false, false, "the target is not"},
	    {"IT, DE", RULE_SIDE_TARGET, false, true, "one of several"},
	    {"FR", RULE_SIDE_ANY, false, true, "one end is enough"},
	    {"FR", RULE_SIDE_BOTH, false, false, "both are asked for"},
	    {"FR,DE", RULE_SIDE_BOTH, false, true, "and each may be in another"},
	    {"FR", RULE_SIDE_TARGET, true, true, "anywhere else"},
	    {"FR,DE", RULE_SIDE_TARGET, true, false, "none of them"},
	};
	struct rule_countries c;
	assert_int_equal(rule_countries_open((struct bytes){room, mmdb_build(room, sizeof(room), 24, true)}, &c), PARSE_OK);
	struct addr from = address("10.0.0.1"), to = address("192.0.2.1"), unknown = address("2001:db8::1");
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct rule_word w = {.text = bytes_of_cstr(rows[i].countries_cstr),
		    .side = rows[i].side,
		    .negated = rows[i].negated,
		    .countries = &c};
		if (rule_countries_holds(&w, &from, &to) != rows[i].holds)
			fail_msg("%s", rows[i].why_cstr);
	}
	struct rule_word w = {.text = BYTES("FR"), .side = RULE_SIDE_SOURCE, .negated = true, .countries = &c};
	assert_false(rule_countries_holds(&w, &unknown, &to)); /* nobody knows: it is not outside either */
}

static void
what_is_no_database_is_refused_and_what_is_cut_finds_nothing(void **state)
{
	(void)state;
	struct rule_countries c;
	size_t len = mmdb_build(room, sizeof(room), 28, true);
	struct addr a = address("10.0.0.1");
	for (size_t cut = 0; cut < len; cut++) {
		struct bytes file = test_heap((struct bytes){room, cut});
		if (rule_countries_open(file, &c) == PARSE_OK)
			(void)rule_countries_find(&c, &a);
		test_heap_free(file);
	}
	assert_int_equal(rule_countries_open(BYTES("\xab\xcd\xefMaxMind.com"), &c), PARSE_BAD);
	/* Every byte of it, wrong: nothing but another answer. */
	for (size_t i = 0; i < len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			(void)mmdb_build(room, sizeof(room), 28, true);
			room[i] = (uint8_t)(room[i] ^ 1u << bit);
			struct bytes file = test_heap((struct bytes){room, len});
			if (rule_countries_open(file, &c) == PARSE_OK)
				(void)rule_countries_find(&c, &a);
			test_heap_free(file);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_address_is_in_its_country_whatever_the_width_of_records),
	    cmocka_unit_test(a_rule_names_countries_or_all_others),
	    cmocka_unit_test(what_is_no_database_is_refused_and_what_is_cut_finds_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
