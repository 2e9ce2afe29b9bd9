/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>

#include "inspect/l7_tftp.h"
#include "l7_drive.h"
#include "proto/tftp.h"

#define READ "\0\1boot/pxe.0\0Octet\0"
#define WRITE "\0\2config\0netascii\0blksize\0001428\0"

static void
what_is_no_request_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		struct bytes datagram;
	} rows[] = {
	    {"nothing", {(const uint8_t *)"", 0}},
	    {"a block of data", {(const uint8_t *)"\0\3\0\1text\0octet", 13}},
	    {"a mode that is none", {(const uint8_t *)"\0\1a\0binary\0", 11}},
	    {"no name", {(const uint8_t *)"\0\1\0octet\0", 9}},
	    {"a mode without end", {(const uint8_t *)"\0\1a\0octet", 9}},
	    {"an operation of two bytes", {(const uint8_t *)"\1\1a\0octet\0", 10}},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct bytes datagram = test_heap(rows[i].datagram);
		struct tftp m;
		if (tftp_parse(datagram, &m) != PARSE_BAD)
			fail_msg("%s", rows[i].why);
		test_heap_free(datagram);
	}
}

static void
requests_become_events(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_tftp_parser, IPPROTO_UDP, 69);
	assert_int_equal(l7_drive_guess(drive, L7_CLIENT, BYTES(READ)), L7_YES);
	assert_int_equal(l7_drive_guess(drive, L7_CLIENT, BYTES("GET / HTTP/1.1\r\n\r\n")), L7_NO);
	l7_drive_send(drive, L7_CLIENT, BYTES(READ));
	l7_drive_send(drive, L7_SERVER, BYTES("\0\5\0\1no such file\0"));
	l7_drive_send(drive, L7_CLIENT, BYTES(WRITE));
	l7_drive_finish(drive);
	assert_string_equal(fake_sink_events(drive->sink),
	    "{\"event_type\":\"tftp\",\"tftp\":{\"packet\":\"read\",\"file\":\"boot/pxe.0\",\"mode\":\"Octet\"}}\n"
	    "{\"event_type\":\"tftp\",\"tftp\":{\"packet\":\"write\",\"file\":\"config\",\"mode\":\"netascii\"}}\n");
	l7_drive_free(drive);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_no_request_is_refused),
	    cmocka_unit_test(requests_become_events),
	};
	return RUN_TESTS(tests);
}
