/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>

#include "inspect/l7_dcerpc.h"
#include "l7_drive.h"
#include "proto/dcerpc.h"

/* By hand: version, type, flags, byte order, length, authentication, call. */
#define HEAD(type, flags, length, call) "\x05\x00" type flags "\x10\x00\x00\x00" length "\x00\x00\x00" call "\x00\x00\x00"
#define SVCCTL "\x81\xbb\x7a\x36\x44\x98\xf1\x35\xad\x32\x98\xf0\x38\x00\x10\x03\x02\x00\x01\x00"
#define NDR "\x04\x5d\x88\x8a\xeb\x1c\xc9\x11\x9f\xe8\x08\x00\x2b\x10\x48\x60\x02\x00\x00\x00"
#define BIND                                 \
	HEAD("\x0b", "\x03", "\x74", "\x07") \
	"\xd0\x16\xd0\x16\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x01\x00" SVCCTL NDR "\x05\x00\x01\x00" SVCCTL NDR
#define BIND_ACK                                                                                       \
	HEAD("\x0c", "\x03", "\x54", "\x07")                                                           \
	"\xd0\x16\xd0\x16\x01\x00\x00\x00\x04\x00\x31\x33\x35\x00\x00\x00\x02\x00\x00\x00\x02\x00\x02" \
	"\x00" NDR "\x00\x00\x00\x00" NDR
#define REQUEST HEAD("\x00", "\x03", "\x1c", "\x08") "\x04\x00\x00\x00\x05\x00\x0f\x00"
#define RESPONSE HEAD("\x02", "\x03", "\x1c", "\x08") "\x04\x00\x00\x00\x05\x00\x00\x00"
#define FIRST                                \
	HEAD("\x00", "\x01", "\x1c", "\x09") \
	"\x04\x00\x00\x00\x05\x00\x10\x00"   \
	"ABCD"
#define MIDDLE                               \
	HEAD("\x00", "\x00", "\x1c", "\x09") \
	"\x04\x00\x00\x00\x05\x00\x10\x00"   \
	"EFGH"
#define LAST                                 \
	HEAD("\x00", "\x02", "\x1a", "\x09") \
	"\x04\x00\x00\x00\x05\x00\x10\x00"   \
	"IJ"
#define FAULT HEAD("\x03", "\x03", "\x20", "\x09") "\x04\x00\x00\x00\x05\x00\x00\x00\x03\x00\x01\x1c\x00\x00\x00\x00"
#define AUTH3 HEAD("\x10", "\x03", "\x14", "\x07") "\x00\x00\x00\x00"

#define EVENT(content) "{\"event_type\":\"dcerpc\",\"dcerpc\":{" content ",\"rpc_version\":\"5.0\"}}\n"
#define INTERFACE(result) "{\"uuid\":\"367abb81-9844-35f1-ad32-98f038001003\",\"version\":\"2.1\",\"ack_result\":" result "}"
#define BOUND                                                                                                         \
	EVENT("\"request\":\"BIND\",\"interfaces\":[" INTERFACE("2") "," INTERFACE("0") "],\"response\":\"BINDACK\"," \
	                                                                                "\"call_id\":7")
#define BROKEN                                                                                                                  \
	"{\"event_type\":\"anomaly\",\"anomaly\":{\"app_proto\":\"dcerpc\",\"type\":\"applayer\",\"event\":\"malformed_data\"," \
	"\"layer\":\"proto_parser\"}}\n"

enum { PIECES = 4 };
struct conversation {
	struct bytes pieces[PIECES]; /* each side in turn, the client first */
	const char *events, *why;
};
#define PIECE(literal)                                          \
	{                                                       \
		(const uint8_t *)(literal), sizeof(literal) - 1 \
	}

static const struct conversation conversations[] = {
    {{PIECE(BIND), PIECE(BIND_ACK), PIECE(AUTH3 REQUEST "1234"), PIECE(RESPONSE "5678")},
        BOUND EVENT(
            "\"request\":\"REQUEST\",\"req\":{\"opnum\":15,\"frag_cnt\":1,\"stub_data_size\":4},\"interfaces\":[" INTERFACE(
                "0") "],\"response\":\"RESPONSE\",\"res\":{\"frag_cnt\":1,\"stub_data_size\":12},\"call_id\":8"),
        "the second of two interfaces is accepted, and called"},
    {{PIECE(FIRST MIDDLE LAST), PIECE(FAULT)},
        EVENT("\"request\":\"REQUEST\",\"req\":{\"opnum\":16,\"frag_cnt\":3,\"stub_data_size\":10},\"response\":\"FAULT\","
              "\"call_id\":9"),
        "three fragments, and a fault"},
    {{PIECE(REQUEST "1234")},
        EVENT("\"request\":\"REQUEST\",\"req\":{\"opnum\":15,\"frag_cnt\":1,\"stub_data_size\":4},\"response\":"
              "\"UNREPLIED\",\"call_id\":8"),
        "no answer"},
    {{PIECE(""), PIECE(RESPONSE "5678")},
        EVENT("\"request\":\"REQUEST_LOST\",\"response\":\"RESPONSE\",\"res\":{\"frag_cnt\":1,\"stub_data_size\":12},"
              "\"call_id\":8"),
        "an answer whose question was not seen"},
    {{PIECE(REQUEST "1234\x05\x00\x00\x03\x10\x00\x00\x00\x0f\x00\x00\x00\x08\x00\x00\x00")},
        BROKEN EVENT("\"request\":\"REQUEST\",\"req\":{\"opnum\":15,\"frag_cnt\":1,\"stub_data_size\":4},\"response\":"
                     "\"UNREPLIED\",\"call_id\":8"),
        "a fragment shorter than its header"},
};

static struct l7_drive *
talk(const struct conversation *conversation, size_t step)
{
	struct l7_drive *d = l7_drive_new(&l7_dcerpc_parser, IPPROTO_TCP, 135);
	for (size_t i = 0; i < PIECES; i++)
		for (struct bytes rest = conversation->pieces[i]; rest.len > 0;) {
			struct bytes part = bytes_first(rest, step);
			l7_drive_send(d, i % 2 == 0 ? L7_CLIENT : L7_SERVER, part);
			rest = bytes_after(rest, part.len);
		}
	l7_drive_finish(d);
	return d;
}

static void
calls_are_said_with_their_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(conversations); i++) {
		struct l7_drive *d = talk(&conversations[i], SIZE_MAX);
		if (strcmp(fake_sink_events(d->sink), conversations[i].events) != 0)
			fail_msg("%s: %s", conversations[i].why, fake_sink_events(d->sink));
		l7_drive_free(d);
	}
}

static void
every_cut_gives_the_same_events(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(conversations); i++)
		for (size_t step = 1; step < 40; step++) {
			struct l7_drive *d = talk(&conversations[i], step);
			if (strcmp(fake_sink_events(d->sink), conversations[i].events) != 0)
				fail_msg("%s, cut every %zu: %s", conversations[i].why, step, fake_sink_events(d->sink));
			l7_drive_free(d);
		}
}

/* A call may have any number of fragments, and the last one may never come. */
static void
endless_calls_stay_bounded(void **state)
{
	(void)state;
	static uint8_t fragment[5840] = HEAD("\x00", "\x00", "\xd0", "\x09") "\x04\x00\x00\x00\x05\x00\x10\x00";
	fragment[9] = 0x16;
	struct l7_drive *d = l7_drive_new(&l7_dcerpc_parser, IPPROTO_TCP, 135);
	for (size_t i = 0; i < 100; i++)
		l7_drive_send(d, L7_CLIENT, (struct bytes){fragment, sizeof(fragment)});
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "\"call_id\":9"), 1);
	l7_drive_free(d);
}

static void
after_a_gap_the_next_fragment_is_found(void **state)
{
	(void)state;
	struct l7_drive *d = l7_drive_new(&l7_dcerpc_parser, IPPROTO_TCP, 135);
	l7_drive_send(d, L7_CLIENT, BYTES(FIRST));
	l7_drive_lose(d, L7_CLIENT, 1000);
	l7_drive_send(d, L7_CLIENT, BYTES("the rest of some fragment \x05" REQUEST "1234"));
	l7_drive_send(d, L7_SERVER, BYTES(RESPONSE "5678"));
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "\"opnum\":15,\"frag_cnt\":1,\"stub_data_size\":4"), 1);
	assert_int_equal(fake_sink_count_of(d->sink, "\"response\":\"RESPONSE\""), 1);
	assert_false(d->broken);
	l7_drive_free(d);
}

#define DATAGRAM(type, flags, length)                                                                                      \
	"\x04" type flags "\x00\x10\x00\x00\x00"                                                                           \
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" SVCCTL_UUID                                     \
	"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x00\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00" \
	"\x04\x00\xff\xff\xff\xff" length "\x00\x00\x00\x00\x00"
#define SVCCTL_UUID "\x81\xbb\x7a\x36\x44\x98\xf1\x35\xad\x32\x98\xf0\x38\x00\x10\x03"

static void
datagrams_are_calls_by_activity_and_number(void **state)
{
	(void)state;
	struct l7_drive *d = l7_drive_new(&l7_dcerpc_udp_parser, IPPROTO_UDP, 135);
	assert_int_equal(l7_drive_guess(d, L7_CLIENT, BYTES(DATAGRAM("\x00", "\x04", "\x03") "abc")), L7_YES);
	l7_drive_send(d, L7_CLIENT, BYTES(DATAGRAM("\x00", "\x04", "\x03") "abc"));
	l7_drive_send(d, L7_CLIENT, BYTES(DATAGRAM("\x00", "\x06", "\x02") "de"));
	l7_drive_send(d, L7_SERVER, BYTES(DATAGRAM("\x02", "\x00", "\x01") "!"));
	l7_drive_send(d, L7_SERVER, BYTES(DATAGRAM("\x02", "\x00", "\x09") "!"));
	l7_drive_finish(d);
	assert_string_equal(fake_sink_events(d->sink),
	    "{\"event_type\":\"dcerpc\",\"dcerpc\":{\"request\":\"REQUEST\",\"req\":{\"opnum\":4,\"frag_cnt\":2,"
	    "\"stub_data_size\":5},\"response\":\"RESPONSE\",\"res\":{\"frag_cnt\":1,\"stub_data_size\":1},\"activityuuid\":"
	    "\"04030201-0605-0807-090a-0b0c0d0e0f10\",\"seqnum\":3,\"rpc_version\":\"4.0\"}}\n" BROKEN);
	l7_drive_free(d);
}

static void
what_is_no_fragment_is_refused(void **state)
{
	(void)state;
	static const struct {
		struct bytes bytes;
		bool from_client;
		enum parse want;
		const char *why;
	} rows[] = {
	    {BYTES(REQUEST), true, PARSE_OK, "a request"},
	    {BYTES(REQUEST), false, PARSE_BAD, "a server does not ask"},
	    {BYTES("\x05\x00\x00"), true, PARSE_SHORT, "the beginning of one"},
	    {BYTES("\x05\x02"), true, PARSE_BAD, "a version that does not exist"},
	    {BYTES("\x05\x00\x00\x03\x10\x00\x00\x00\x1c\x00\x0d\x00\x08\x00\x00\x00"), true, PARSE_BAD,
	        "authentication longer than its fragment"},
	    {BYTES("\x05\x00\x00\x03\x11\x00\x00\x00\x1c\x00\x00\x00\x08\x00\x00\x00"), true, PARSE_OK, "EBCDIC"},
	    {BYTES("\x05\x00\x00\x03\x20\x00\x00\x00\x1c\x00\x00\x00\x08\x00\x00\x00"), true, PARSE_BAD, "no byte order"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct bytes exact = test_heap(rows[i].bytes);
		if (dcerpc_recognise(exact, rows[i].from_client) != rows[i].want)
			fail_msg("%s", rows[i].why);
		test_heap_free(exact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(calls_are_said_with_their_answers),
	    cmocka_unit_test(every_cut_gives_the_same_events),
	    cmocka_unit_test(endless_calls_stay_bounded),
	    cmocka_unit_test(after_a_gap_the_next_fragment_is_found),
	    cmocka_unit_test(datagrams_are_calls_by_activity_and_number),
	    cmocka_unit_test(what_is_no_fragment_is_refused),
	};
	return RUN_TESTS(tests);
}
