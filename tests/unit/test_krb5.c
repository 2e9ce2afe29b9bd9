/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>

#include "inspect/l7_krb5.h"
#include "l7_drive.h"
#include "proto/krb5.h"

/* By hand (RFC 4120 5.4, 5.9). */
#define AS_REQ                                                                                        \
	"jY0W\xa1\x03\x02\x01\x05\xa2\x03\x02\x01\x0a\xa4K0I\xa0\x07\x03\x05\x00\x00\x00\x00\x00\xa1" \
	"\x13"                                                                                        \
	"0\x11\xa0\x03\x02\x01\x01\xa1\x0a"                                                           \
	"0\x08\x1b\x06robert\xa2\x0a\x1b\x08"                                                         \
	"CITY.LAN\xa3"                                                                                \
	"\x1d"                                                                                        \
	"0\x1b\xa0\x03\x02\x01\x02\xa1\x14"                                                           \
	"0\x12\x1b\x06krbtgt\x1b\x08"                                                                 \
	"CITY.LAN"
#define AS_REP                                                         \
	"k}0{\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x0b\xa3\x0a\x1b\x08" \
	"CITY.LAN\xa4\x13"                                             \
	"0\x11\xa0"                                                    \
	"\x03\x02\x01\x01\xa1\x0a"                                     \
	"0\x08\x1b\x06robert\xa5"                                      \
	"Aa\x3f"                                                       \
	"0=\xa0\x03\x02\x01\x05\xa1\x0a"                               \
	"\x1b\x08"                                                     \
	"CITY.LAN\xa2\x1d"                                             \
	"0\x1b\xa0\x03\x02\x01\x02\xa1\x14"                            \
	"0\x12\x1b\x06krbtgt\x1b\x08"                                  \
	""                                                             \
	"CITY.LAN\xa3\x0b"                                             \
	"0\x09\xa0\x03\x02\x01\x12\xa2\x02\x04\x00\xa6\x0b"            \
	"0\x09\xa0\x03\x02\x01"                                        \
	"\x17\xa2\x02\x04\x00"
#define FAILED                                                         \
	"~F0D\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\xa4\x03\x18\x01" \
	"0\xa5\x03\x02\x01\x00\xa6\x03"                                \
	"\x02\x01\x19\xa9\x0a\x1b\x08"                                 \
	"CITY.LAN\xaa\x1d"                                             \
	"0\x1b\xa0\x03\x02\x01\x02\xa1\x14"                            \
	"0\x12\x1b"                                                    \
	"\x06krbtgt\x1b\x08"                                           \
	"CITY.LAN"

#define EVENT(content) "{\"event_type\":\"krb5\",\"krb5\":{" content "}}\n"
#define ASKED                                                                                                          \
	EVENT("\"msg_type\":\"KRB_AS_REQ\",\"cname\":\"robert\",\"realm\":\"CITY.LAN\",\"sname\":\"krbtgt/CITY.LAN\"," \
	      "\"encryption\":\"<none>\",\"weak_encryption\":false")
#define REFUSED                                                                                                         \
	EVENT("\"msg_type\":\"KRB_ERROR\",\"failed_request\":\"KRB_AS_REQ\",\"error_code\":"                            \
	      "\"KDC_ERR_PREAUTH_REQUIRED\",\"cname\":\"<empty>\",\"realm\":\"<empty>\",\"sname\":\"krbtgt/CITY.LAN\"," \
	      "\"encryption\":\"<none>\",\"weak_encryption\":false")
#define ANSWERED                                                                                                               \
	EVENT("\"msg_type\":\"KRB_AS_REP\",\"cname\":\"robert\",\"realm\":\"CITY.LAN\",\"sname\":\"krbtgt/CITY.LAN\","         \
	      "\"encryption\":\"rc4-hmac\",\"weak_encryption\":true,\"ticket_encryption\":\"aes256-cts-hmac-sha1-96\","        \
	      "\"ticket_weak_encryption\":false")                                                                              \
	"{\"event_type\":\"anomaly\",\"anomaly\":{\"app_proto\":\"krb5\",\"type\":\"applayer\",\"event\":\"weak_encryption\"," \
	"\"layer\":\"proto_parser\"}}\n"

static void
say(struct l7_drive *d, enum l7_side side, struct bytes message, size_t step)
{
	uint8_t framed[512] = {0, 0, (uint8_t)(message.len >> 8), (uint8_t)message.len};
	memcpy(framed + 4, message.at, message.len);
	for (struct bytes rest = {framed, message.len + 4}; rest.len > 0;) {
		struct bytes part = bytes_first(rest, step);
		l7_drive_send(d, side, part);
		rest = bytes_after(rest, part.len);
	}
}

static void
messages_are_said_however_they_are_cut(void **state)
{
	(void)state;
	for (size_t step = 1; step < 140; step++) {
		struct l7_drive *d = l7_drive_new(&l7_krb5_parser, IPPROTO_TCP, 88);
		say(d, L7_CLIENT, BYTES(AS_REQ), step);
		say(d, L7_SERVER, BYTES(FAILED), step);
		say(d, L7_CLIENT, BYTES(AS_REQ), step);
		say(d, L7_SERVER, BYTES(AS_REP), step);
		l7_drive_finish(d);
		if (strcmp(fake_sink_events(d->sink), ASKED REFUSED ASKED ANSWERED) != 0)
			fail_msg("cut every %zu: %s", step, fake_sink_events(d->sink));
		l7_drive_free(d);
	}
}

static void
datagrams_are_messages(void **state)
{
	(void)state;
	struct l7_drive *d = l7_drive_new(&l7_krb5_udp_parser, IPPROTO_UDP, 88);
	assert_int_equal(l7_drive_guess(d, L7_CLIENT, BYTES(AS_REQ)), L7_YES);
	l7_drive_send(d, L7_CLIENT, BYTES(AS_REQ));
	l7_drive_send(d, L7_SERVER, BYTES(FAILED));
	l7_drive_finish(d);
	assert_string_equal(fake_sink_events(d->sink), ASKED REFUSED);
	l7_drive_free(d);
}

static void
what_is_no_message_is_refused(void **state)
{
	(void)state;
	struct bytes whole = BYTES(AS_REP);
	struct krb5 k;
	for (size_t n = 0; n < whole.len; n++) {
		struct bytes exact = test_heap(bytes_first(whole, n));
		assert_int_not_equal(krb5_parse(exact, &k), PARSE_OK);
		test_heap_free(exact);
	}
	struct l7_drive *d = l7_drive_new(&l7_krb5_parser, IPPROTO_TCP, 88);
	say(d, L7_CLIENT, BYTES("\x6a\x04\x30\x02\xa1\x00"), SIZE_MAX);
	l7_drive_send(d, L7_CLIENT, BYTES("\x7f\0\0\0"));
	assert_true(d->broken);
	assert_int_equal(fake_sink_count_of(d->sink, "malformed_data"), 2);
	l7_drive_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_are_said_however_they_are_cut),
	    cmocka_unit_test(datagrams_are_messages),
	    cmocka_unit_test(what_is_no_message_is_refused),
	};
	return RUN_TESTS(tests);
}
