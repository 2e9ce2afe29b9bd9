/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where FTP's data connections go, and how they are expected. */
#include "test.h"

#include "inspect/l7_expect.h"
#include "proto/ftp.h"

static void
places_are_read_as_they_are_written(void **state)
{
	(void)state;
	static const struct {
		bool (*read)(struct bytes, struct ftp_place *);
		const char *text, *addr; /* addr NULL: refused; "": none */
		uint16_t port;
		const char *why;
	} rows[] = {
	    {ftp_port, "192,168,0,1,4,1", "192.168.0.1", 1025, "PORT"},
	    {ftp_port, " 1,2,3,4,255,255 ", "1.2.3.4", 65535, "PORT with blanks"},
	    {ftp_port, "1,2,3,4,256,1", NULL, 0, "a byte is at most 255"},
	    {ftp_port, "1,2,3,4,5", NULL, 0, "one too few"},
	    {ftp_port, "1,2,3,,4,5", NULL, 0, "an empty one"},
	    {ftp_port, "", NULL, 0, "nothing"},
	    {ftp_eprt, "|1|10.0.0.1|21|", "10.0.0.1", 21, "EPRT"},
	    {ftp_eprt, "!2!2001:db8::1!65535!", "2001:db8::1", 65535, "EPRT, IPv6, another sign"},
	    {ftp_eprt, "|1|10.0.0.1|65536|", NULL, 0, "a port that is none"},
	    {ftp_eprt, "|1||21|", NULL, 0, "no address"},
	    {ftp_eprt, "|||", NULL, 0, "too short"},
	    {ftp_passive, "Entering Passive Mode (10,0,0,1,1,0).", "10.0.0.1", 256, "227"},
	    {ftp_passive, "=10,0,0,1,1,0", "10.0.0.1", 256, "227 without brackets"},
	    {ftp_passive, "Entering Passive Mode", NULL, 0, "227 without a place"},
	    {ftp_extended_passive, "Entering Extended Passive Mode (|||6446|)", "", 6446, "229"},
	    {ftp_extended_passive, "(||1|6446|)", NULL, 0, "229, damaged"},
	    {ftp_extended_passive, "nothing", NULL, 0, "229 without a place"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct bytes text = test_heap(bytes_of_cstr(rows[i].text));
		struct ftp_place place = {0};
		bool known = rows[i].read(text, &place);
		struct addr wanted = {0};
		if (known != (rows[i].addr != NULL) || (known && place.port != rows[i].port))
			fail_msg("%s: %d, port %u", rows[i].why, known, place.port);
		if (known && rows[i].addr[0] != '\0') {
			assert_true(addr_parse(bytes_of_cstr(rows[i].addr), &wanted));
			assert_true(place.has_addr && addr_eq(&place.addr, &wanted));
		} else if (known) {
			assert_false(place.has_addr);
		}
		test_heap_free(text);
	}
}

static struct l7_flow
flow_to(uint16_t port, int64_t time_ns)
{
	return (struct l7_flow){.client = addr_v4((uint8_t[]){10, 0, 0, 1}),
	    .server = addr_v4((uint8_t[]){10, 0, 0, 2}),
	    .client_port = 20,
	    .server_port = port,
	    .time_ns = time_ns};
}

static void
a_connection_is_expected_once_and_for_a_minute(void **state)
{
	(void)state;
	const int64_t second = INT64_C(1000000000);
	struct l7_expect *table = l7_expect_new(7);
	struct l7_flow flow = flow_to(1025, second), turned = flow;
	struct l7_expected e = {.listener = flow.server, .other = flow.client, .port = 1025, .name = "a", .name_len = 1},
	                   got;
	assert_false(l7_expect_has(table, &flow));
	l7_expect_add(table, &e, second);
	turned.client = flow.server;
	turned.server = flow.client;
	assert_false(l7_expect_has(table, &turned));
	struct l7_flow other_port = flow_to(1026, second), late = flow_to(1025, 62 * second);
	assert_false(l7_expect_has(table, &other_port));
	assert_false(l7_expect_has(table, &late));
	assert_true(l7_expect_take(table, &flow, &got));
	assert_int_equal(got.name[0], 'a');
	assert_false(l7_expect_take(table, &flow, &got));
	/* A flood of announcements takes no more room, and the last ones are known. */
	for (uint32_t port = 1; port <= 60000; port++) {
		e.port = (uint16_t)port;
		l7_expect_add(table, &e, second + port);
	}
	flow = flow_to(60000, second);
	assert_true(l7_expect_has(table, &flow));
	l7_expect_clear(table);
	assert_false(l7_expect_has(table, &flow));
	l7_expect_add(NULL, &e, second);
	assert_false(l7_expect_has(NULL, &flow));
	l7_expect_free(table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(places_are_read_as_they_are_written),
	    cmocka_unit_test(a_connection_is_expected_once_and_for_a_minute),
	};
	return RUN_TESTS(tests);
}
