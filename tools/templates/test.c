/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>

#include "inspect/l7_@name@.h"
#include "l7_drive.h"
#include "proto/@name@.h"

#define HELLO "\x5a\x17\x01\x00\x05" "hello"
#define EMPTY "\x5a\x17\x02\x00\x00"

static void
a_message_is_read(void **state)
{
	(void)state;
	struct bytes message = test_heap(BYTES(HELLO));
	struct @name@ m;
	size_t used;
	assert_int_equal(@name@_parse(message, &used, &m), PARSE_OK);
	assert_int_equal(used, message.len);
	assert_int_equal(m.kind, 1);
	assert_bytes_equal(m.payload, BYTES("hello"));
	test_heap_free(message);
}

static void
every_proper_prefix_is_short(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(HELLO) - 1; len++) {
		struct bytes prefix = test_heap(bytes_first(BYTES(HELLO), len));
		struct @name@ m = {.kind = 77};
		size_t used = 77;
		assert_int_equal(@name@_parse(prefix, &used, &m), PARSE_SHORT);
		assert_int_equal(used, 77); /* untouched */
		assert_int_equal(m.kind, 77);
		test_heap_free(prefix);
	}
}

static void
what_is_wrong_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		struct bytes message;
		enum parse want;
	} rows[] = {
	    {"another magic", {(const uint8_t *)"\x5a\x18\x01\x00\x00", 5}, PARSE_BAD},
	    {"a payload longer than anybody sends", {(const uint8_t *)"\x5a\x17\x01\x10\x01", 5}, PARSE_BAD},
	    {"nothing", {(const uint8_t *)"", 0}, PARSE_SHORT},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct @name@ m;
		size_t used;
		enum parse got = @name@_parse(rows[i].message, &used, &m);
		if (got != rows[i].want)
			fail_msg("%s: %d", rows[i].why, got);
	}
}

static void
guesses_are_by_content(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_@name@_parser, @IPPROTO@, 9999);
	assert_int_equal(l7_drive_guess(drive, L7_CLIENT, BYTES(HELLO)), L7_YES);
	assert_int_equal(l7_drive_guess(drive, L7_CLIENT, BYTES("GET / HTTP/1.1\r\n\r\n")), L7_NO);
	l7_drive_free(drive);
}

static void
messages_become_events(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_@name@_parser, @IPPROTO@, 9999);
	l7_drive_send(drive, L7_CLIENT, BYTES(HELLO));
	l7_drive_send(drive, L7_SERVER, BYTES(EMPTY));
	l7_drive_finish(drive);
	assert_string_equal(fake_sink_events(drive->sink),
	    "{\"event_type\":\"@name@\",\"@name@\":{\"kind\":1,\"payload\":\"hello\"}}\n"
	    "{\"event_type\":\"@name@\",\"@name@\":{\"kind\":2,\"payload\":\"\"}}\n");
	l7_drive_free(drive);
}
@cut_test@
int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_message_is_read),
	    cmocka_unit_test(every_proper_prefix_is_short),
	    cmocka_unit_test(what_is_wrong_is_refused),
	    cmocka_unit_test(guesses_are_by_content),
	    cmocka_unit_test(messages_become_events),@cut_entry@
	};
	return RUN_TESTS(tests);
}
