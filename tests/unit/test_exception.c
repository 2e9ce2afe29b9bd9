/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "record/exception.h"

#include <stdio.h>

static struct alert
sample(void)
{
	struct alert a = {.detector_cstr = "beacon", .signature_id = 9000020};
	a.source = addr_v4((const uint8_t[]){10, 0, 1, 7});
	a.target = addr_v4((const uint8_t[]){192, 0, 2, 9});
	alert_fact_text(&a, "name", BYTES("www.Backup.example"));
	return a;
}

static struct exception
for_network(const char *text_cstr, enum exception_side side)
{
	struct exception e = {.side = (uint8_t)side};
	assert_true(exception_network_parse(bytes_of_cstr(text_cstr), &e.network, &e.prefix));
	return e;
}

static void
a_network_holds_its_addresses_and_no_others(void **state)
{
	(void)state;
	static const struct {
		const char *network_cstr;
		enum exception_side side;
		bool fits;
		const char *why;
	} rows[] = {{"10.0.1.7", EXCEPTION_EITHER, true, "the source"}, {"192.0.2.9", EXCEPTION_EITHER, true, "the target"},
	    {"10.0.1.7", EXCEPTION_TARGET, false, "the source is no target"},
	    {"10.0.1.7", EXCEPTION_SOURCE, true, "it is the source"}, {"10.0.1.8", EXCEPTION_EITHER, false, "a neighbour"},
	    {"10.0.1.4/30", EXCEPTION_EITHER, true, "the last of four"},
	    {"10.0.1.8/30", EXCEPTION_EITHER, false, "the next four"},
	    {"10.0.99.99/16", EXCEPTION_EITHER, true, "what is behind the prefix does not count"},
	    {"0.0.0.0/0", EXCEPTION_EITHER, true, "all of IPv4"},
	    {"2001:db8::/32", EXCEPTION_EITHER, false, "another family"}};
	struct alert a = sample();
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct exception e = for_network(rows[i].network_cstr, rows[i].side);
		if (exception_fits(&e, &a) != rows[i].fits)
			fail_msg("%s: %s", rows[i].network_cstr, rows[i].why);
	}
}

static void
networks_read_as_they_are_written_and_nonsense_is_refused(void **state)
{
	(void)state;
	static const char *const good[] = {"10.0.0.0/8", "192.0.2.1", "0.0.0.0/0", "2001:db8::/32", "2001:db8::1"};
	static const char *const bad[] = {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0/8",
	    "::/0", "2001:db8::/129", "10.0.0.0/0008"};
	char text[EXCEPTION_NETWORK_MAX];
	for (size_t i = 0; i < LENGTH_OF(good); i++) {
		struct exception e = for_network(good[i], EXCEPTION_EITHER);
		assert_string_equal(exception_network_write(&e, text), good[i]);
	}
	for (size_t i = 0; i < LENGTH_OF(bad); i++) {
		struct exception e;
		if (exception_network_parse(bytes_of_cstr(bad[i]), &e.network, &e.prefix))
			fail_msg("%s was read", bad[i]);
	}
}

static void
all_that_is_given_must_hold(void **state)
{
	(void)state;
	struct alert a = sample();
	struct exception e = for_network("10.0.1.0/24", EXCEPTION_SOURCE);
	e.signature_id = 9000020;
	(void)snprintf(e.detector_cstr, sizeof(e.detector_cstr), "beacon");
	(void)snprintf(e.pattern_cstr, sizeof(e.pattern_cstr), "BACKUP.example");
	assert_true(exception_fits(&e, &a));
	struct exception other = e;
	other.signature_id++;
	assert_false(exception_fits(&other, &a));
	other = e;
	(void)snprintf(other.detector_cstr, sizeof(other.detector_cstr), "dga");
	assert_false(exception_fits(&other, &a));
	other = e;
	(void)snprintf(other.pattern_cstr, sizeof(other.pattern_cstr), "backup.examples");
	assert_false(exception_fits(&other, &a));
}

static void
it_holds_from_when_it_was_made_until_its_end(void **state)
{
	(void)state;
	struct exception e = {.made_ns = 100, .until_ns = 200};
	assert_false(exception_is_on(&e, 99));
	assert_true(exception_is_on(&e, 100) && exception_is_on(&e, 199));
	assert_false(exception_is_on(&e, 200));
	e.ended_ns = 150;
	assert_false(exception_is_on(&e, 160));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_network_holds_its_addresses_and_no_others),
	    cmocka_unit_test(networks_read_as_they_are_written_and_nonsense_is_refused),
	    cmocka_unit_test(all_that_is_given_must_hold),
	    cmocka_unit_test(it_holds_from_when_it_was_made_until_its_end),
	};
	return RUN_TESTS(tests);
}
