/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* MQTT: messages with their answers, however they are cut. */
#include "test.h"

#include <netinet/in.h>

#include "inspect/l7_mqtt.h"
#include "l7_drive.h"

struct talk {
	enum l7_side side;
	const char *bytes;
	size_t len;
};
#define C(literal)                                      \
	{                                               \
		L7_CLIENT, literal, sizeof(literal) - 1 \
	}
#define S(literal)                                      \
	{                                               \
		L7_SERVER, literal, sizeof(literal) - 1 \
	}
#define CONNECT4 C("\x10\x0e\0\4MQTT\4\2\0\x3c\0\2ab")
#define CONNACK4 S("\x20\2\0\0")

static const struct {
	struct talk talk[6];
	const char *said;
	size_t times;
	const char *why;
} conversations[] = {
    {{CONNECT4, CONNACK4},
        "\"client_id\":\"ab\"},\"connack\":{\"qos\":0,\"retain\":false,\"dup\":false,\"session_present\":false,\"return_code\":0}",
        1, "a question and its answer"},
    {{CONNECT4, CONNACK4, C("\x34\x07\0\1t\0\5hi"), S("\x50\2\0\5"), C("\x62\2\0\5"), S("\x70\2\0\5")},
        "\"topic\":\"t\",\"message_id\":5,\"message\":\"hi\"},\"pubrec\":{\"qos\":0,\"retain\":false,\"dup\":false,\"message_id\":5},\"pubrel\":",
        1, "a message, once and only once"},
    {{CONNECT4, CONNACK4, C("\x82\x08\0\1\0\3a/b\1"), S("\x90\3\0\1\1")},
        "\"topics\":[{\"topic\":\"a/b\",\"qos\":1}]},\"suback\":", 1, "a subscription"},
    {{CONNECT4, CONNACK4, S("\x40\2\0\x09")}, "\"event\":\"missing_publish\"", 1, "an answer to nothing"},
    {{C("\xc0\0"), S("\xd0\0")}, "\"event\":\"unintroduced_message\"", 2, "before any CONNECT"},
    {{CONNECT4, CONNACK4, C("\x36\x05\0\1t\0\5")}, "\"event\":\"invalid_qos_level\"", 1, "a quality that is none"},
    {{CONNECT4, CONNACK4, C("\0\0")}, "\"event\":\"unassigned_msg_type\"", 1, "a type that is none"},
    {{CONNECT4, CONNACK4, C("\x30\2\0\x09")}, "\"event\":\"malformed_traffic\"", 1, "a topic longer than its message"},
    {{CONNECT4, CONNECT4}, "\"event\":\"double_connect\"", 1, "CONNECT twice"},
    {{CONNECT4, CONNACK4, C("\x30\xff\xff\xff\xff\x7f")}, "\"event\":\"malformed_traffic\"", 1,
        "a length that is no number"},
    {{C("\x10\x17\0\4MQTT\5\xc2\0\x3c\3\x21\0\x14\0\1a\0\1u\0\1p"), S("\x20\6\0\0\3\x22\0\x0a"), C("\xe0\2\4\0")},
        "\"password\":\"****\",\"properties\":{\"receive_maximum\":20}},\"connack\":", 1, "version 5, without the password"},
    {{C("\x10\x17\0\4MQTT\5\xc2\0\x3c\3\x21\0\x14\0\1a\0\1u\0\1p"), C("\xe0\2\4\0")}, "\"reason_code\":4", 1,
        "version 5, the reason"},
};

static struct l7_drive *
drive(size_t n, size_t step)
{
	struct l7_drive *d = l7_drive_new(&l7_mqtt_parser, IPPROTO_TCP, 1883);
	for (size_t i = 0; i < 6 && conversations[n].talk[i].bytes != NULL; i++) {
		struct bytes rest = {(const uint8_t *)conversations[n].talk[i].bytes, conversations[n].talk[i].len};
		for (; rest.len > 0; rest = bytes_after(rest, step))
			l7_drive_send(d, conversations[n].talk[i].side, bytes_first(rest, step));
	}
	l7_drive_finish(d);
	return d;
}

static void
messages_are_told_with_their_answers_in_any_cuts(void **state)
{
	(void)state;
	for (size_t n = 0; n < LENGTH_OF(conversations); n++) {
		struct l7_drive *want = drive(n, 512);
		if (fake_sink_count_of(want->sink, conversations[n].said) != conversations[n].times)
			fail_msg("%s: %s", conversations[n].why, fake_sink_events(want->sink));
		for (size_t step = 1; step < 12; step++) {
			struct l7_drive *d = drive(n, step);
			if (!fake_sink_eq(want->sink, d->sink))
				fail_msg("%s: cut every %zu: %s", conversations[n].why, step, fake_sink_events(d->sink));
			l7_drive_free(d);
		}
		l7_drive_free(want);
	}
}

static void
long_messages_are_passed_over_and_unanswered_ones_have_bounds(void **state)
{
	(void)state;
	static uint8_t zeros[100000];
	struct l7_drive *d = l7_drive_new(&l7_mqtt_parser, IPPROTO_TCP, 1883);
	l7_drive_send(d, L7_CLIENT, BYTES("\x30\x80\x80\x80\x01")); /* 2 MiB */
	for (size_t sent = 0; sent < 2097152; sent += 65536)
		l7_drive_send(d, L7_CLIENT, (struct bytes){zeros, 65536});
	l7_drive_send(d, L7_CLIENT, BYTES("\xe0\0"));
	for (unsigned id = 0; id < 100; id++)
		l7_drive_send(d, L7_CLIENT, BYTES("\x32\x07\0\1t\0\5hi"));
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "\"truncated\":true,\"skipped_length\":2097157"), 1);
	assert_int_equal(fake_sink_count_of(d->sink, "\"disconnect\""), 1);
	assert_int_equal(fake_sink_count_of(d->sink, "\"message\":\"hi\""), 100);
	l7_drive_free(d);
	/* The answer to a long one is told with its beginning. */
	d = l7_drive_new(&l7_mqtt_parser, IPPROTO_TCP, 1883);
	l7_drive_send(d, L7_CLIENT, BYTES("\x32\xc5\xb8\2\0\1t\0\5")); /* 40,000 bytes of text */
	l7_drive_send(d, L7_CLIENT, (struct bytes){zeros, 40000});
	l7_drive_send(d, L7_SERVER, BYTES("\x40\2\0\5"));
	assert_int_equal(fake_sink_count_of(d->sink, "[truncated 38976 additional bytes]\"},\"puback\":"), 1);
	l7_drive_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_are_told_with_their_answers_in_any_cuts),
	    cmocka_unit_test(long_messages_are_passed_over_and_unanswered_ones_have_bounds),
	};
	return RUN_TESTS(tests);
}
