/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>

#include "inspect/l7_dhcp.h"
#include "l7_drive.h"
#include "proto/dhcp.h"

#define ZEROS_8 "\0\0\0\0\0\0\0\0"
#define ZEROS_64 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8
#define MAC "\x02\x00\x00\x00\x00\x2a"
#define COOKIE "\x63\x82\x53\x63"

/* op, addresses (client, assigned, next server, relay), server name (64), file (128), options */
#define MESSAGE(op, addresses, name, file, options) \
	op "\x01\x06\x00"                           \
	   "\xde\xad\xbe\xef"                       \
	   "\x00\x01"                               \
	   "\x80\x00" addresses MAC "\0\0" ZEROS_8 name file COOKIE options

#define NO_ADDRESSES ZEROS_8 ZEROS_8
#define NO_FILE ZEROS_64 ZEROS_64

#define DISCOVER                                         \
	MESSAGE("\x01", NO_ADDRESSES, ZEROS_64, NO_FILE, \
	    "\x35\x01\x01"                               \
	    "\x0c\x05"                                   \
	    "alice"                                      \
	    "\x32\x04\xc0\x00\x02\x09"                   \
	    "\x37\x04\x01\x03\x06\x4d"                   \
	    "\x3d\x07\x01" MAC "\x00\x3c\x04MSFT"        \
	    "\xff")

#define ACK                                            \
	MESSAGE("\x02",                                \
	    "\0\0\0\0"                                 \
	    "\xc0\x00\x02\x09"                         \
	    "\xc0\x00\x02\x02"                         \
	    "\xc0\x00\x02\x03",                        \
	    ZEROS_64, NO_FILE,                         \
	    "\x35\x01\x05"                             \
	    "\x36\x04\xc0\x00\x02\x01"                 \
	    "\x33\x04\x00\x00\x0e\x10"                 \
	    "\x3a\x04\x00\x00\x07\x08"                 \
	    "\x3b\x04\x00\x00\x0c\x4e"                 \
	    "\x01\x04\xff\xff\xff\x00"                 \
	    "\x03\x04\xc0\x00\x02\x01"                 \
	    "\x06\x08\xc0\x00\x02\x01\xc0\x00\x02\x05" \
	    "\xff")

/* Options go on in the file's name, then in the server's (RFC 2132 9.3). */
#define OVERLOADED                                                                                             \
	MESSAGE("\x02", NO_ADDRESSES,                                                                          \
	    "\x03\x04\x0a\x00\x00\x01\xff\0" ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8,          \
	    "\x06\x04\x0a\x00\x00\x02\xff\0" ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_64, \
	    "\x35\x01\x02"                                                                                     \
	    "\x34\x01\x03"                                                                                     \
	    "\xff")

static const struct bytes discover = {(const uint8_t *)DISCOVER, sizeof(DISCOVER) - 1};
static const struct bytes ack = {(const uint8_t *)ACK, sizeof(ACK) - 1};

static void
a_discovery_is_read(void **state)
{
	(void)state;
	struct bytes message = test_heap(discover);
	struct dhcp m;
	assert_int_equal(dhcp_parse(message, &m), PARSE_OK);
	assert_int_equal(m.options, PARSE_OK);
	assert_int_equal(m.op, DHCP_OP_REQUEST);
	assert_int_equal(m.id, 0xdeadbeef);
	assert_int_equal(m.seconds, 1);
	assert_int_equal(m.flags, 0x8000);
	assert_int_equal(m.type, DHCP_DISCOVER);
	assert_bytes_equal(((struct bytes){m.hardware, m.hardware_len}), BYTES(MAC));
	assert_bytes_equal(m.hostname, BYTES("alice"));
	assert_bytes_equal(m.requested_ip, BYTES("\xc0\x00\x02\x09"));
	assert_bytes_equal(m.parameters, BYTES("\x01\x03\x06\x4d"));
	assert_bytes_equal(m.vendor_class, BYTES("MSFT"));
	assert_false(m.has_lease);
	test_heap_free(message);
}

static void
options_go_on_in_the_overloaded_fields(void **state)
{
	(void)state;
	struct dhcp m;
	assert_int_equal(dhcp_parse(BYTES(OVERLOADED), &m), PARSE_OK);
	assert_int_equal(m.options, PARSE_OK);
	assert_bytes_equal(m.routers, BYTES("\x0a\x00\x00\x01"));
	assert_bytes_equal(m.dns_servers, BYTES("\x0a\x00\x00\x02"));
}

static void
every_proper_prefix_is_short(void **state)
{
	(void)state;
	const struct bytes good[] = {discover, ack, BYTES(OVERLOADED)};
	for (size_t i = 0; i < LENGTH_OF(good); i++)
		for (size_t len = 0; len < good[i].len; len++) {
			struct bytes prefix = test_heap(bytes_first(good[i], len));
			struct dhcp m = {.options = PARSE_OK};
			enum parse got = dhcp_parse(prefix, &m);
			if (got == PARSE_OK)
				got = m.options;
			if (got != PARSE_SHORT)
				fail_msg("message %zu cut at %zu gives %d", i, len, got);
			test_heap_free(prefix);
		}
}

static void
what_is_wrong_is_said(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		struct bytes message;
		enum parse want, options;
	} rows[] = {
#define ROW(why, text, want, options) {why, {(const uint8_t *)text, sizeof(text) - 1}, want, options}
#define OPTIONS(options) MESSAGE("\x01", NO_ADDRESSES, ZEROS_64, NO_FILE, options)
	    ROW("neither a request nor a reply", MESSAGE("\x03", NO_ADDRESSES, ZEROS_64, NO_FILE, "\xff"), PARSE_BAD, 0),
	    ROW("no cookie",
	        "\x01\x01\x06\x00" ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_64 NO_FILE "\x63\x82\x53\x64\xff",
	        PARSE_BAD, 0),
	    ROW("a hardware address of 17 bytes",
	        "\x01\x01\x11\x00" ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_64 NO_FILE COOKIE "\xff", PARSE_BAD, 0),
	    ROW("no options", OPTIONS(""), PARSE_OK, PARSE_SHORT),
	    ROW("an option without length", OPTIONS("\x35"), PARSE_OK, PARSE_SHORT),
	    ROW("an option longer than the datagram",
	        OPTIONS("\x0c\x09"
	                "alice"),
	        PARSE_OK, PARSE_SHORT),
	    ROW("an end that never comes", OPTIONS("\x35\x01\x01"), PARSE_OK, PARSE_SHORT),
	    ROW("a type of two bytes", OPTIONS("\x35\x02\x01\x01\xff"), PARSE_OK, PARSE_BAD),
	    ROW("a mask of three bytes", OPTIONS("\x01\x03\xff\xff\xff\xff"), PARSE_OK, PARSE_BAD),
	    ROW("a list of routers of five bytes", OPTIONS("\x03\x05\x01\x02\x03\x04\x05\xff"), PARSE_OK, PARSE_BAD),
	    ROW("an empty list of routers", OPTIONS("\x03\x00\xff"), PARSE_OK, PARSE_BAD),
	    ROW("a lease of one byte", OPTIONS("\x33\x01\x05\xff"), PARSE_OK, PARSE_BAD),
	    ROW("an overload of 4", OPTIONS("\x34\x01\x04\xff"), PARSE_OK, PARSE_BAD),
	    ROW("an overloaded field whose last option is cut",
	        MESSAGE("\x01", NO_ADDRESSES,
	            "\x0c\x50"
	            "abcdef" ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8,
	            NO_FILE, "\x34\x01\x02\xff"),
	        PARSE_OK, PARSE_BAD),
	    ROW("an overloaded file name whose last option is cut",
	        MESSAGE("\x01", NO_ADDRESSES, ZEROS_64,
	            "\x0c\x90"
	            "abcdef" ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_64,
	            "\x34\x01\x01\xff"),
	        PARSE_OK, PARSE_BAD),
	    ROW("an option we do not know", OPTIONS("\xe0\x02xy\xff"), PARSE_OK, PARSE_OK),
	    ROW("padding behind the end", OPTIONS("\xff\x00\x00\x35"), PARSE_OK, PARSE_OK),
#undef OPTIONS
#undef ROW
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct bytes message = test_heap(rows[i].message);
		struct dhcp m = {.options = PARSE_OK, .id = 77};
		enum parse got = dhcp_parse(message, &m);
		if (got != rows[i].want || m.options != rows[i].options)
			fail_msg("%s: %d, options %d", rows[i].why, got, m.options);
		if (got != PARSE_OK)
			assert_int_equal(m.id, 77); /* untouched */
		test_heap_free(message);
	}
}

static void
of_an_option_given_twice_the_first_is_kept(void **state)
{
	(void)state;
	struct dhcp m;
	assert_int_equal(dhcp_parse(BYTES(MESSAGE("\x01", NO_ADDRESSES, ZEROS_64, NO_FILE,
	                                "\x35\x01\x01\x35\x01\x05\x0c\x01"
	                                "a\x0c\x01"
	                                "b\xff")),
	                     &m),
	    PARSE_OK);
	assert_int_equal(m.type, DHCP_DISCOVER);
	assert_bytes_equal(m.hostname, BYTES("a"));
}

static void
messages_become_events_and_observations(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_dhcp_parser, IPPROTO_UDP, 67);
	assert_int_equal(l7_drive_guess(drive, L7_CLIENT, discover), L7_YES);
	assert_int_equal(l7_drive_guess(drive, L7_CLIENT, bytes_first(discover, 239)), L7_NO);
	l7_drive_send(drive, L7_CLIENT, discover);
	l7_drive_send(drive, L7_SERVER, ack);
	l7_drive_finish(drive);
	assert_string_equal(fake_sink_events(drive->sink),
	    "{\"event_type\":\"dhcp\",\"dhcp\":{\"type\":\"request\",\"id\":3735928559,\"client_mac\":\"02:00:00:00:00:2a\",\"assigned_ip\":"
	    "\"0.0.0.0\",\"client_ip\":\"0.0.0.0\",\"dhcp_type\":\"discover\",\"client_id\":\"01:02:00:00:00:00:2a\",\"hostname\":\"alice\","
	    "\"vendor_class_identifier\":\"MSFT\",\"requested_ip\":\"192.0.2.9\",\"params\":[\"subnet_mask\",\"router\",\"dns_server\","
	    "\"77\"]}}\n"
	    "{\"event_type\":\"dhcp\",\"dhcp\":{\"type\":\"reply\",\"id\":3735928559,\"client_mac\":\"02:00:00:00:00:2a\",\"assigned_ip\":"
	    "\"192.0.2.9\",\"client_ip\":\"0.0.0.0\",\"relay_ip\":\"192.0.2.3\",\"next_server_ip\":\"192.0.2.2\",\"dhcp_type\":\"ack\","
	    "\"lease_time\":3600,\"renewal_time\":1800,\"rebinding_time\":3150,\"subnet_mask\":\"255.255.255.0\",\"routers\":"
	    "[\"192.0.2.1\"],\"dns_servers\":[\"192.0.2.1\",\"192.0.2.5\"]}}\n");
	size_t count;
	const struct observation *o = fake_sink_observations(drive->sink, &count);
	assert_int_equal(count, 2);
	assert_int_equal(o[0].dhcp.type, DHCP_DISCOVER);
	assert_memory_equal(o[0].dhcp.client_mac, MAC, 6);
	assert_memory_equal(o[0].dhcp.host, "alice", o[0].dhcp.host_len);
	assert_true(addr_is_zero(&o[0].dhcp.assigned) && addr_is_zero(&o[0].dhcp.server));
	assert_int_equal(o[1].dhcp.type, DHCP_ACK);
	struct addr assigned, server;
	assert_true(addr_parse(BYTES("192.0.2.9"), &assigned) && addr_parse(BYTES("192.0.2.1"), &server));
	assert_true(addr_eq(&o[1].dhcp.assigned, &assigned) && addr_eq(&o[1].dhcp.server, &server));
	l7_drive_free(drive);
}

static void
options_that_are_wrong_are_anomalies(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_dhcp_parser, IPPROTO_UDP, 67);
	l7_drive_send(drive, L7_CLIENT, bytes_first(discover, discover.len - 1));
	assert_int_equal(
	    fake_sink_count_of(drive->sink, "\"app_proto\":\"dhcp\",\"type\":\"applayer\",\"event\":\"truncated_options\""),
	    1);
	l7_drive_send(drive, L7_CLIENT, BYTES(MESSAGE("\x01", NO_ADDRESSES, ZEROS_64, NO_FILE, "\x33\x01\x05\xff")));
	assert_int_equal(fake_sink_count_of(drive->sink, "\"event\":\"malformed_options\""), 1);
	assert_int_equal(fake_sink_count_of(drive->sink, "\"event_type\":\"dhcp\""), 2); /* said all the same */
	l7_drive_free(drive);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_discovery_is_read),
	    cmocka_unit_test(options_go_on_in_the_overloaded_fields),
	    cmocka_unit_test(every_proper_prefix_is_short),
	    cmocka_unit_test(what_is_wrong_is_said),
	    cmocka_unit_test(of_an_option_given_twice_the_first_is_kept),
	    cmocka_unit_test(messages_become_events_and_observations),
	    cmocka_unit_test(options_that_are_wrong_are_anomalies),
	};
	return RUN_TESTS(tests);
}
