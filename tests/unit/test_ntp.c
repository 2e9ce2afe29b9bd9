/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>

#include "inspect/l7_ntp.h"
#include "l7_drive.h"
#include "proto/ntp.h"

#define ZEROS_8 "\0\0\0\0\0\0\0\0"
#define CLIENT "\x23\x00\x06\xec" ZEROS_8 "\0\0\0\0" ZEROS_8 ZEROS_8 ZEROS_8 "\xe8\x00\x00\x01\x80\x00\x00\x00"
#define SERVER                             \
	"\x24\x02\x06\xe9"                 \
	"\x00\x00\x01\x00"                 \
	"\x00\x00\x02\x00"                 \
	"LOCL"                             \
	"\xe8\x00\x00\x00\x00\x00\x00\x00" \
	"\xe8\x00\x00\x01\x80\x00\x00\x00" \
	"\xe8\x00\x00\x02\x00\x00\x00\x00" \
	"\xe8\x00\x00\x02\x40\x00\x00\x00"
#define MONLIST "\x17\x00\x03\x2a\x00\x00\x00\x00"
#define READVAR "\x16\x02\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"

static const struct bytes client = {(const uint8_t *)CLIENT, sizeof(CLIENT) - 1};
static const struct bytes server = {(const uint8_t *)SERVER, sizeof(SERVER) - 1};
static const struct bytes monlist = {(const uint8_t *)MONLIST, sizeof(MONLIST) - 1};
static const struct bytes readvar = {(const uint8_t *)READVAR, sizeof(READVAR) - 1};

static void
an_answer_is_read(void **state)
{
	(void)state;
	struct bytes message = test_heap(server);
	struct ntp m;
	assert_int_equal(ntp_parse(message, &m), PARSE_OK);
	assert_int_equal(m.leap, 0);
	assert_int_equal(m.version, 4);
	assert_int_equal(m.mode, NTP_SERVER);
	assert_int_equal(m.stratum, 2);
	assert_int_equal(m.poll, 6);
	assert_int_equal(m.precision, -23);
	assert_int_equal(m.root_delay, 256);
	assert_int_equal(m.root_dispersion, 512);
	assert_memory_equal(m.reference_id, "LOCL", 4);
	assert_int_equal(m.origin >> 31, UINT64_C(0xe8000001) << 1 | 1);
	assert_int_equal(m.receive >> 32, 0xe8000002);
	assert_int_equal(m.transmit & UINT32_MAX, 0x40000000);
	assert_int_equal(m.tail.len, 0);
	test_heap_free(message);
}

static void
control_and_private_messages_are_read(void **state)
{
	(void)state;
	struct ntp m;
	assert_int_equal(ntp_parse(monlist, &m), PARSE_OK);
	assert_int_equal(m.mode, NTP_PRIVATE);
	assert_int_equal(m.version, 2);
	assert_int_equal(m.implementation, 3);
	assert_false(m.response);
	assert_true(ntp_is_monlist(&m));
	assert_int_equal(ntp_parse(BYTES("\x97\x00\x03\x14\xf0\x06\xf0\x48"
	                                 "items"),
	                     &m),
	    PARSE_OK);
	assert_true(m.response);
	assert_int_equal(m.items, 6);
	assert_int_equal(m.item_size, 72);
	assert_int_equal(m.tail.len, 5);
	assert_true(ntp_is_monlist(&m));
	assert_int_equal(ntp_parse(BYTES("\x17\x00\x03\x01\x00\x00\x00\x00"), &m), PARSE_OK);
	assert_false(ntp_is_monlist(&m));
	assert_int_equal(ntp_parse(readvar, &m), PARSE_OK);
	assert_int_equal(m.mode, NTP_CONTROL);
	assert_int_equal(m.request, 2);
	assert_false(ntp_is_monlist(&m));
}

static void
every_proper_prefix_is_short(void **state)
{
	(void)state;
	const struct bytes good[] = {client, server, monlist, readvar};
	for (size_t i = 0; i < LENGTH_OF(good); i++)
		for (size_t len = 0; len < good[i].len; len++) {
			struct bytes prefix = test_heap(bytes_first(good[i], len));
			struct ntp m = {.version = 77};
			assert_int_equal(ntp_parse(prefix, &m), PARSE_SHORT);
			assert_int_equal(m.version, 77); /* untouched */
			test_heap_free(prefix);
		}
}

static void
what_nobody_sends_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		uint8_t first;
	} rows[] = {{"version 0", 0x03}, {"version 5", 0x2b}, {"version 7", 0x3b}, {"mode 0", 0x20}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		uint8_t raw[NTP_HEADER_SIZE];
		struct ntp m;
		memcpy(raw, SERVER, sizeof(raw));
		raw[0] = rows[i].first;
		if (ntp_parse((struct bytes){raw, sizeof(raw)}, &m) != PARSE_BAD)
			fail_msg("%s is not refused", rows[i].why);
	}
}

static void
guesses_are_strict_away_from_the_port(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		uint16_t port;
		struct bytes data;
		enum l7_guess want;
	} rows[] = {
#define ROW(why, port, text, want) {why, port, {(const uint8_t *)text, sizeof(text) - 1}, want}
	    ROW("a question", 4123, CLIENT, L7_YES),
	    ROW("an answer", 4123, SERVER, L7_YES),
	    ROW("an answer with a digest", 4123, SERVER "\0\0\0\1" ZEROS_8 ZEROS_8, L7_YES),
	    ROW("the simplest question", 4123,
	        "\x1b\x00\x00\x00"
	        "\0\0\0\0" ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8,
	        L7_YES),
	    ROW("an odd length", 4123, SERVER "!", L7_NO),
	    ROW("an answer without time", 4123,
	        "\x24\x02\x06\xe9"
	        "\0\0\0\0" ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8,
	        L7_NO),
	    ROW("a stratum of 17", 4123,
	        "\x24\x11\x06\xe9"
	        "\0\0\0\0"
	        "\0\0\0\0"
	        "LOCL" ZEROS_8 ZEROS_8 "\1\1\1\1\1\1\1\1"
	        "\1\1\1\1\1\1\1\1",
	        L7_NO),
	    ROW("a delay of hours", 4123,
	        "\x24\x02\x06\xe9"
	        "\x7f\x00\x01\x00"
	        "\0\0\0\0"
	        "LOCL" ZEROS_8 ZEROS_8 "\1\1\1\1\1\1\1\1"
	        "\1\1\1\1\1\1\1\1",
	        L7_NO),
	    ROW("an answer sent at no time", 4123,
	        "\x24\x02\x06\xe9"
	        "\0\0\0\0"
	        "\0\0\0\0"
	        "LOCL" ZEROS_8 ZEROS_8 "\1\1\1\1\1\1\1\1" ZEROS_8,
	        L7_NO),
	    ROW("text of the same length", 4123, "$ echo 'all of these bytes are letters, not times'", L7_NO),
	    ROW("a private message elsewhere", 4123, MONLIST, L7_NO),
	    ROW("a private message", 123, MONLIST, L7_YES),
	    ROW("a control message", 123, READVAR, L7_YES),
	    ROW("an odd answer on the port", 123,
	        "\x24\x11\x06\xe9"
	        "\0\0\0\0" ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8,
	        L7_YES),
	    ROW("too short", 123, "\x24\x02\x06\xe9", L7_NO),
	    ROW("nothing", 123, "", L7_NO),
#undef ROW
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct l7_drive *drive = l7_drive_new(&l7_ntp_parser, IPPROTO_UDP, rows[i].port);
		enum l7_guess got = l7_drive_guess(drive, L7_CLIENT, rows[i].data);
		if (got != rows[i].want)
			fail_msg("%s: %d", rows[i].why, got);
		l7_drive_free(drive);
	}
}

static void
messages_become_events(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_ntp_parser, IPPROTO_UDP, 123);
	l7_drive_send(drive, L7_CLIENT, client);
	l7_drive_send(drive, L7_SERVER, server);
	l7_drive_send(drive, L7_CLIENT, readvar);
	l7_drive_finish(drive);
	assert_string_equal(fake_sink_events(drive->sink),
	    "{\"event_type\":\"ntp\",\"ntp\":{\"version\":4,\"mode\":3,\"stratum\":0,\"reference_id\":\"00:00:00:00\"}}\n"
	    "{\"event_type\":\"ntp\",\"ntp\":{\"version\":4,\"mode\":4,\"stratum\":2,\"reference_id\":\"4c:4f:43:4c\"}}\n"
	    "{\"event_type\":\"ntp\",\"ntp\":{\"version\":2,\"mode\":6}}\n");
	l7_drive_free(drive);
}

static void
anomalies_are_said_and_bounded(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_ntp_parser, IPPROTO_UDP, 123);
	for (int i = 0; i < 5; i++)
		l7_drive_send(drive, L7_CLIENT, monlist);
	assert_int_equal(
	    fake_sink_count_of(drive->sink, "\"app_proto\":\"ntp\",\"type\":\"applayer\",\"event\":\"monlist\""), 1);
	assert_int_equal(fake_sink_count_of(drive->sink, "\"mode\":7"), 5);
	for (int i = 0; i < 100; i++)
		l7_drive_send(drive, L7_CLIENT, BYTES("\x24"));
	assert_true(drive->broken);
	assert_int_equal(fake_sink_count_of(drive->sink, "\"event\":\"malformed_data\""), 8);
	l7_drive_free(drive);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_answer_is_read),
	    cmocka_unit_test(control_and_private_messages_are_read),
	    cmocka_unit_test(every_proper_prefix_is_short),
	    cmocka_unit_test(what_nobody_sends_is_refused),
	    cmocka_unit_test(guesses_are_strict_away_from_the_port),
	    cmocka_unit_test(messages_become_events),
	    cmocka_unit_test(anomalies_are_said_and_bounded),
	};
	return RUN_TESTS(tests);
}
