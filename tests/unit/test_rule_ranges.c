/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/rules/rule_ranges.h"

static struct arena arena;

static struct addr
address(const char *text_cstr)
{
	struct addr a;
	assert_true(addr_parse(bytes_of_cstr(text_cstr), &a));
	return a;
}

static struct rule_vars *
vars(void)
{
	static struct rule_vars v;
	rule_vars_usual(&v);
	assert_true(rule_vars_set(&v, BYTES("DMZ"), BYTES("[192.0.2.0/25,2001:db8::/32]")));
	assert_true(rule_vars_set(&v, BYTES("SELF"), BYTES("$SELF")));
	return &v;
}

static void
an_address_is_in_a_list_as_its_author_would_say(void **state)
{
	(void)state;
	static const struct {
		const char *list_cstr, *address_cstr;
		bool in;
		const char *why_cstr;
	} rows[] = {
	    {"any", "8.8.8.8", true, "any is all"},
	    {"any", "2001:db8::1", true, "of both versions"},
	    {"10.0.0.1", "10.0.0.1", true, "itself"},
	    {"10.0.0.1", "10.0.0.2", false, "and no neighbour"},
	    {"10.0.0.0/8", "10.255.255.255", true, "the last of a network"},
	    {"10.0.0.0/8", "11.0.0.0", false, "the one behind it"},
	    {"10.0.0.7/8", "10.0.0.1", true, "bits of the host do not matter"},
	    {"10.0.0.0/255.0.0.0", "10.9.9.9", true, "a mask in four numbers"},
	    {"10.0.0.5-10.0.0.9", "10.0.0.9", true, "a range has both ends"},
	    {"!10.0.0.0/8", "10.0.0.1", false, "not in it"},
	    {"!10.0.0.0/8", "9.255.255.255", true, "but before it"},
	    {"[10.0.0.0/8,!10.1.0.0/16]", "10.1.2.3", false, "taken out of it"},
	    {"[10.0.0.0/8,!10.1.0.0/16]", "10.2.0.0", true, "what is left"},
	    {"[!10.1.0.0/16,10.0.0.0/8]", "10.1.2.3", false, "in whatever order"},
	    {"[!10.0.0.0/8,!11.0.0.0/8]", "12.0.0.1", true, "only taken out: all the rest"},
	    {"[!10.0.0.0/8,!11.0.0.0/8]", "11.0.0.1", false, "of each"},
	    {"![10.0.0.0/8,11.0.0.0/8]", "11.0.0.1", false, "not in the list"},
	    {"$HOME_NET", "192.168.3.4", true, "a variable"},
	    {"$EXTERNAL_NET", "192.168.3.4", false, "a variable that negates another"},
	    {"!$DMZ", "192.0.2.128", true, "behind half of a network"},
	    {"$DMZ", "2001:db8:1::", true, "the other version in the same list"},
	    {"[10.0.0.0/8, [172.16.0.0/12, !172.16.5.0/24]]", "172.16.5.5", false, "lists in lists, and spaces"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct rule_nets nets;
		struct diag diag = {0};
		struct addr a = address(rows[i].address_cstr);
		assert_int_equal(rule_ranges_nets(&arena, vars(), bytes_of_cstr(rows[i].list_cstr), &nets, &diag), 0);
		if (rule_ranges_have_net(&nets, &a) != rows[i].in)
			fail_msg("%s in %s: %s", rows[i].address_cstr, rows[i].list_cstr, rows[i].why_cstr);
	}
}

static void
a_port_is_in_a_list_as_its_author_would_say(void **state)
{
	(void)state;
	static const struct {
		const char *list_cstr;
		uint16_t port;
		bool in;
	} rows[] = {{"80", 80, true}, {"80", 81, false}, {"[80,443]", 443, true}, {"1024:", 1023, false},
	    {"1024:", 65535, true}, {":21", 0, true}, {"!80", 80, false}, {"[1:100,!80]", 80, false},
	    {"[1:100,!80]", 79, true}, {"$FILE_DATA_PORTS", 143, true}, {"any", 0, true}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct rule_ports ports;
		struct diag diag = {0};
		assert_int_equal(rule_ranges_ports(&arena, vars(), bytes_of_cstr(rows[i].list_cstr), &ports, &diag), 0);
		if (rule_ranges_have_port(&ports, rows[i].port) != rows[i].in)
			fail_msg("%u in %s", rows[i].port, rows[i].list_cstr);
	}
}

static void
what_makes_no_sense_is_refused_with_a_reason(void **state)
{
	(void)state;
	static const char *const nets[] = {"", "[]", "10.0.0.300", "10.0.0.0/33", "$NOBODY", "$SELF", "!any",
	    "[10.0.0.0/8,!10.0.0.0/8]", "10.0.0.9-10.0.0.1", "10.0.0.0/255.0.255.0"};
	static const char *const ports[] = {"", "65536", "90:80", "-1", "http", "!0:65535", ":"};
	for (size_t i = 0; i < LENGTH_OF(nets); i++) {
		struct rule_nets out;
		struct diag diag = {0};
		if (rule_ranges_nets(&arena, vars(), bytes_of_cstr(nets[i]), &out, &diag) == 0 || diag.text_cstr[0] == '\0')
			fail_msg("accepted: %s", nets[i]);
	}
	for (size_t i = 0; i < LENGTH_OF(ports); i++) {
		struct rule_ports out;
		struct diag diag = {0};
		if (rule_ranges_ports(&arena, vars(), bytes_of_cstr(ports[i]), &out, &diag) == 0 ||
		    diag.text_cstr[0] == '\0')
			fail_msg("accepted: %s", ports[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_address_is_in_a_list_as_its_author_would_say),
	    cmocka_unit_test(a_port_is_in_a_list_as_its_author_would_say),
	    cmocka_unit_test(what_makes_no_sense_is_refused_with_a_reason),
	};
	if (arena_init(&arena, 16 << 20) < 0)
		return 1;
	int r = cmocka_run_group_tests(tests, NULL, NULL);
	arena_done(&arena);
	return r;
}
