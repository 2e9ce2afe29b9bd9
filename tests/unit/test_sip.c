/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>

#include "inspect/l7_sip.h"
#include "l7_drive.h"
#include "proto/sdp.h"
#include "proto/sip.h"

#define HEAD                                     \
	"INVITE sip:bob@example.net SIP/2.0\r\n" \
	"v: SIP/2.0/UDP 192.0.2.1\r\n"           \
	"To: <sip:bob@example.net>\r\n"          \
	"t: <sip:carol@example.net>\r\n"         \
	"User-Agent: phone 1\r\n"
#define BODY                                                                                     \
	"v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=call\r\nt=1 2\r\nr=3 4\r\nt=5 6\r\na=sendrecv\r\n" \
	"m=audio 30000 RTP/AVP 0\r\ni=first\r\nm=video 1 RTP/AVP 1\r\na=x\r\n"
#define INVITE HEAD "l: 132\r\n\r\n" BODY
#define OK "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"

#define SAID                                                                                                                    \
	"{\"event_type\":\"sip\",\"sip\":{\"method\":\"INVITE\",\"uri\":\"sip:bob@example.net\",\"version\":\"SIP/2.0\","       \
	"\"request_line\":\"INVITE sip:bob@example.net SIP/2.0\",\"sdp\":{\"origin\":\"a 1 1 IN IP4 192.0.2.1\","               \
	"\"session_name\":\"call\",\"time_descriptions\":[{\"time\":\"1 2\",\"repeat_time\":\"3 4\"},{\"time\":\"5 6\"}],"      \
	"\"attributes\":[\"sendrecv\"],\"media_descriptions\":[{\"media\":\"audio 30000 RTP/AVP 0\",\"media_info\":\"first\"}," \
	"{\"media\":\"video 1 RTP/AVP 1\",\"attributes\":[\"x\"]}]}}}\n"
#define ANSWERED                                                                                       \
	"{\"event_type\":\"sip\",\"sip\":{\"version\":\"SIP/2.0\",\"code\":\"200\",\"reason\":\"OK\"," \
	"\"response_line\":\"SIP/2.0 200 OK\"}}\n"

static void
a_request_and_its_session_are_read(void **state)
{
	(void)state;
	struct bytes data = test_heap(BYTES(INVITE)), left, value;
	struct sip m;
	size_t used;
	assert_int_equal(sizeof(BODY) - 1, 132);
	assert_int_equal(sip_parse(data, false, &used, &m), PARSE_OK);
	assert_bytes_equal(m.method, BYTES("INVITE"));
	assert_bytes_equal(m.uri, BYTES("sip:bob@example.net"));
	assert_int_equal(m.body_len, 132);
	left = m.fields;
	assert_true(sip_next(&left, SIP_TO, &value));
	assert_bytes_equal(value, BYTES("<sip:bob@example.net>"));
	assert_true(sip_next(&left, SIP_TO, &value)); /* by its short name */
	assert_bytes_equal(value, BYTES("<sip:carol@example.net>"));
	assert_false(sip_next(&left, SIP_TO, &value));
	assert_bytes_equal(sdp_first(sdp_session(m.body), 's'), BYTES("call"));
	assert_null(sdp_first(sdp_session(m.body), 'm').at);
	test_heap_free(data);
}

static void
what_is_no_sip_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text_cstr;
		enum parse result;
		const char *why_cstr;
	} cases[] = {
	    {"INVITE sip:a", PARSE_SHORT, "no end of the line yet"},
	    {"INVITE sip:a SIP/2.0\r\n", PARSE_SHORT, "no end of the head yet"},
	    {"INVITE sip:a HTTP/1.1\r\n\r\n", PARSE_BAD, "another protocol"},
	    {"INV(ITE sip:a SIP/2.0\r\n\r\n", PARSE_BAD, "no method"},
	    {"INVITE  SIP/2.0\r\n\r\n", PARSE_BAD, "no URI"},
	    {"SIP/2.0 20x OK\r\n\r\n", PARSE_BAD, "no code"},
	    {"SIP/2.0 200\r\n\r\n", PARSE_OK, "the reason may be missing"},
	    {"SIP/2.0 200 OK\r\nl: 9999999999\r\n\r\n", PARSE_BAD, "longer than any"},
	    {"SIP/2.0 200 OK\r\nl: -1\r\n\r\n", PARSE_BAD, "no length"},
	};
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		struct sip m;
		size_t used;
		struct bytes data = test_heap(bytes_of_cstr(cases[i].text_cstr));
		if (sip_parse(data, false, &used, &m) != cases[i].result)
			fail_msg("%s: %s", cases[i].text_cstr, cases[i].why_cstr);
		test_heap_free(data);
	}
}

static void
events_are_the_same_however_a_stream_is_cut(void **state)
{
	(void)state;
	struct bytes both = BYTES("\r\n\r\n" INVITE OK);
	for (size_t i = 0; i <= both.len; i += 3)
		for (size_t j = i; j <= both.len; j += 17) {
			struct l7_drive *drive = l7_drive_new(&l7_sip_parser, IPPROTO_TCP, 5060);
			l7_drive_cut(drive, L7_CLIENT, both, i, j);
			l7_drive_finish(drive);
			assert_string_equal(fake_sink_events(drive->sink), SAID ANSWERED);
			l7_drive_free(drive);
		}
}

static void
datagrams_are_read_one_by_one(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_sip_parser, IPPROTO_UDP, 5060);
	l7_drive_send(drive, L7_CLIENT, BYTES(INVITE));
	l7_drive_send(drive, L7_CLIENT, BYTES("\r\n\r\n"));
	l7_drive_send(drive, L7_SERVER, BYTES(OK));
	l7_drive_send(drive, L7_SERVER, BYTES("SIP/2.0 200 OK\r\nVia: cut"));
	l7_drive_send(drive, L7_SERVER, BYTES("\x01\x02\x03\x04\x05\n"));
	l7_drive_finish(drive);
	assert_int_equal(fake_sink_event_count(drive->sink), 4);
	assert_int_equal(fake_sink_count_of(drive->sink, "incomplete_data"), 1);
	assert_int_equal(fake_sink_count_of(drive->sink, "invalid_data"), 1);
	l7_drive_free(drive);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_request_and_its_session_are_read),
	    cmocka_unit_test(what_is_no_sip_is_refused),
	    cmocka_unit_test(events_are_the_same_however_a_stream_is_cut),
	    cmocka_unit_test(datagrams_are_read_one_by_one),
	};
	return RUN_TESTS(tests);
}
