/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <arpa/inet.h>

#include "core/addr.h"

/* Against the C library, over every pattern of zero and other groups. */
static void
every_ipv6_address_is_written_as_inet_ntop_does(void **state)
{
	(void)state;
	for (unsigned pattern = 0; pattern < 6561; pattern++) { /* 3^8: a group is 0, short or long */
		struct addr a;
		unsigned left = pattern;
		for (size_t group = 0; group < 8; group++, left /= 3) {
			a.at[group * 2] = left % 3 == 2 ? 0x2a : 0;
			a.at[group * 2 + 1] = left % 3 == 0 ? 0 : (uint8_t)(1 + group * 30);
		}
		char got[ADDR_TEXT_MAX], wanted[ADDR_TEXT_MAX];
		assert_non_null(inet_ntop(AF_INET6, a.at, wanted, sizeof(wanted)));
		if (strchr(wanted, '.') != NULL)
			continue; /* the old "IPv4-compatible" form (deprecated by RFC 4291 2.5.5.1) stays hexadecimal here */
		assert_int_equal(addr_write(&a, got), strlen(wanted));
		assert_string_equal(got, wanted);
	}
}

/* Each octet at each place: they come from a table. */
static void
every_octet_is_written_in_full(void **state)
{
	(void)state;
	for (unsigned octet = 0; octet < 256; octet++)
		for (size_t place = 0; place < 4; place++) {
			uint8_t v4[4] = {1, 23, 145, 9};
			v4[place] = (uint8_t)octet;
			struct addr a = addr_v4(v4);
			char got[ADDR_TEXT_MAX], wanted[ADDR_TEXT_MAX];
			assert_non_null(inet_ntop(AF_INET, v4, wanted, sizeof(wanted)));
			assert_int_equal(addr_write(&a, got), strlen(wanted));
			assert_string_equal(got, wanted);
		}
}

static void
what_is_written_reads_back(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "2001:db8::1:0:0:1", "fe80::1", "1:2:3:4:5:6:7:8"};
	for (size_t i = 0; i < LENGTH_OF(texts); i++) {
		struct addr a;
		char got[ADDR_TEXT_MAX];
		assert_true(addr_parse(bytes_of_cstr(texts[i]), &a));
		addr_write(&a, got);
		assert_string_equal(got, texts[i]);
	}
	struct addr untouched = {.at = {7}};
	assert_false(addr_parse(BYTES("1.2.3"), &untouched));
	assert_false(addr_parse(BYTES("1.2.3.4\0"), &untouched));
	assert_int_equal(untouched.at[0], 7);
}

static void
private_and_group_addresses_are_told_apart(void **state)
{
	(void)state;
	static const struct {
		const char *text_cstr;
		bool is_private, is_group;
	} rows[] = {{"10.1.2.3", true, false}, {"172.31.0.1", true, false}, {"172.32.0.1", false, false},
	    {"192.168.0.1", true, false}, {"8.8.8.8", false, false}, {"224.0.0.1", false, true},
	    {"255.255.255.255", false, true}, {"fd00::1", true, false}, {"fe80::1", true, false}, {"ff02::1", false, true},
	    {"2001:db8::1", false, false}, {"::1", true, false}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct addr a;
		assert_true(addr_parse(bytes_of_cstr(rows[i].text_cstr), &a));
		assert_int_equal(addr_is_private(&a), rows[i].is_private);
		assert_int_equal(addr_is_group(&a), rows[i].is_group);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_ipv6_address_is_written_as_inet_ntop_does),
	    cmocka_unit_test(every_octet_is_written_in_full),
	    cmocka_unit_test(what_is_written_reads_back),
	    cmocka_unit_test(private_and_group_addresses_are_told_apart),
	};
	return RUN_TESTS(tests);
}
