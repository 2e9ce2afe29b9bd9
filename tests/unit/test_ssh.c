/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "proto/ssh.h"

static void
lines_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum parse want;
		size_t used;
		bool identification;
		const char *protocol, *software, *why;
	} rows[] = {
	    {"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\nx", PARSE_OK, 32, true, "2.0", "OpenSSH_9.2p1", "ordinary"},
	    {"SSH-1.99-a-b\n", PARSE_OK, 13, true, "1.99", "a-b", "line feed alone, dashes in the name"},
	    {"SSH-2.0-\r\n", PARSE_OK, 10, true, "2.0", "", "no name"},
	    {"welcome\r\n", PARSE_OK, 9, false, "", "", "a line before"},
	    {"\n", PARSE_OK, 1, false, "", "", "an empty line before"},
	    {"SSH-2.0\r\n", PARSE_BAD, 0, false, "", "", "one dash"},
	    {"SSH--x\r\n", PARSE_BAD, 0, false, "", "", "no version"},
	    {"SSH-2.0-OpenSSH", PARSE_SHORT, 0, false, "", "", "no line end"},
	    {"", PARSE_SHORT, 0, false, "", "", "nothing"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct ssh_line line = {0};
		size_t used = 0;
		struct bytes b = test_heap(bytes_of_cstr(rows[i].text));
		if (ssh_line(b, &used, &line) != rows[i].want || used != rows[i].used ||
		    line.identification != rows[i].identification ||
		    !bytes_eq(line.protocol, bytes_of_cstr(rows[i].protocol)) ||
		    !bytes_eq(line.software, bytes_of_cstr(rows[i].software)))
			fail_msg("%s", rows[i].why);
		test_heap_free(b);
	}
	uint8_t endless[SSH_LINE_MAX];
	memset(endless, 'x', sizeof(endless));
	struct ssh_line line;
	size_t used;
	assert_int_equal(ssh_line((struct bytes){endless, sizeof(endless)}, &used, &line), PARSE_BAD);
	assert_int_equal(ssh_line((struct bytes){endless, sizeof(endless) - 1}, &used, &line), PARSE_SHORT);
}

static void
packets_are_read(void **state)
{
	(void)state;
	struct ssh_packet p;
	size_t used;
	struct bytes good = BYTES("\0\0\0\x08\x03\x14yyyXXXrest");
	assert_int_equal(ssh_packet(good, &used, &p), PARSE_OK);
	assert_int_equal(used, 12);
	assert_int_equal(p.type, 20);
	assert_bytes_equal(p.payload, BYTES("yyy"));
	for (size_t n = 0; n < 12; n++) {
		struct bytes b = test_heap(bytes_first(good, n));
		assert_int_equal(ssh_packet(b, &used, &p), PARSE_SHORT);
		test_heap_free(b);
	}
	assert_int_equal(ssh_packet(BYTES("\0\0\0\x01\x00"), &used, &p), PARSE_BAD);           /* no room for a type */
	assert_int_equal(ssh_packet(BYTES("\0\0\0\x08\x07\x14yyyXXX"), &used, &p), PARSE_BAD); /* more padding than bytes */
	assert_int_equal(ssh_packet(BYTES("\0\0\x88\xb9"), &used, &p), PARSE_BAD);             /* 35001 */
	assert_int_equal(ssh_packet(BYTES("\0\0\x88\xb8"), &used, &p), PARSE_SHORT);           /* 35000 */
}

#define COOKIE "0123456789abcdef"
#define LISTS "\0\0\0\3k,l\0\0\0\1h\0\0\0\2cs\0\0\0\2cc\0\0\0\2ms\0\0\0\2mc\0\0\0\4none\0\0\0\4zlib\0\0\0\0\0\0\0\0"

static void
hassh_takes_what_the_sender_sends(void **state)
{
	(void)state;
	struct ssh_kexinit k;
	uint8_t text[64];
	assert_int_equal(ssh_kexinit(BYTES(COOKIE LISTS "\0\0\0\0\0"), &k), PARSE_OK);
	size_t n = ssh_hassh_text(&k, SSH_CLIENT, text, sizeof(text));
	assert_bytes_equal(((struct bytes){text, n}), BYTES("k,l;cs;ms;none"));
	n = ssh_hassh_text(&k, SSH_SERVER, text, sizeof(text));
	assert_bytes_equal(((struct bytes){text, n}), BYTES("k,l;cc;mc;zlib"));
	memset(text, '.', sizeof(text));
	assert_int_equal(ssh_hassh_text(&k, SSH_CLIENT, text, 5), 14); /* its whole length */
	assert_bytes_equal(((struct bytes){text, 6}), BYTES("k,l;c."));
}

static void
lists_that_lie_about_their_length_are_bad(void **state)
{
	(void)state;
	struct ssh_kexinit k;
	struct bytes good = BYTES(COOKIE LISTS "\0\0\0\0\0");
	for (size_t n = 0; n < good.len; n++) {
		struct bytes b = test_heap(bytes_first(good, n));
		assert_int_equal(ssh_kexinit(b, &k), PARSE_BAD);
		test_heap_free(b);
	}
	assert_int_equal(ssh_kexinit(BYTES(COOKIE "\xff\xff\xff\xff" LISTS), &k), PARSE_BAD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_are_read),
	    cmocka_unit_test(packets_are_read),
	    cmocka_unit_test(hassh_takes_what_the_sender_sends),
	    cmocka_unit_test(lists_that_lie_about_their_length_are_bad),
	};
	return RUN_TESTS(tests);
}
