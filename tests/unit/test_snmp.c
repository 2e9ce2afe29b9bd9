/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>

#include "inspect/l7_snmp.h"
#include "l7_drive.h"
#include "proto/snmp.h"

/* By hand (RFC 1157 4, RFC 3416 3, RFC 3412 6). */
#define GET                                                                     \
	"04\x02\x01\x01\x04\x06public\xa0'\x02\x01\x01\x02\x01\x00\x02\x01\x00" \
	"0\x1c"                                                                 \
	"0\x0c\x06\x08"                                                         \
	"+\x06\x01\x02\x01\x01\x01\x00\x05\x00"                                 \
	"0\x0c\x06\x08+\x06\x01\x04\x01\x82"                                    \
	"7\x01\x05\x00"
#define TOO_MANY                                                                   \
	"0&\x02\x01\x01\x04\x06public\xa2\x19\x02\x01\x01\x02\x01\x02\x02\x01\x00" \
	"0\x0e"                                                                    \
	"0\x0c\x06"                                                                \
	"\x08+\x06\x01\x02\x01\x01\x01\x00\x05\x00"
#define TRAP                                                                \
	"0(\x02\x01\x00\x04\x06public\xa4\x1b\x06\x08+\x06\x01\x04\x01\x82" \
	"7\x01@\x04\xc0\x00\x02"                                            \
	"\x07\x02\x01\x06\x02\x01\x01"                                      \
	"C\x01\x01"                                                         \
	"0\x00"
#define PLAIN                                                               \
	"0O\x02\x01\x03"                                                    \
	"0\x0d\x02\x01\x01\x02\x02\x05\xdc\x04\x01\x00\x02\x01\x03\x04\x1a" \
	"0\x18\x04"                                                         \
	"\x06"                                                              \
	"engine\x02\x01\x01\x02\x01\x02\x04\x04"                            \
	"anne\x04\x00\x04\x00"                                              \
	"0\x1f\x04\x00\x04\x00"                                             \
	"\xa1\x19\x02\x01\x01\x02\x01\x00\x02\x01\x00"                      \
	"0\x0e"                                                             \
	"0\x0c\x06\x08+\x06\x01\x02\x01\x01\x01"                            \
	"\x00\x05\x00"
#define SEALED                                                              \
	"06\x02\x01\x03"                                                    \
	"0\x0d\x02\x01\x01\x02\x02\x05\xdc\x04\x01\x03\x02\x01\x03\x04\x1a" \
	"0\x18\x04"                                                         \
	"\x06"                                                              \
	"engine\x02\x01\x01\x02\x01\x02\x04\x04"                            \
	"anne\x04\x00\x04\x00\x04\x06sealed"

#define EVENT(content) "{\"event_type\":\"snmp\",\"snmp\":{" content "}}\n"

static void
each_message_is_said(void **state)
{
	(void)state;
	static const struct {
		struct bytes message;
		enum l7_side side;
		const char *event;
	} rows[] = {
	    {BYTES(GET), L7_CLIENT,
	        EVENT("\"version\":2,\"pdu_type\":\"get_request\",\"vars\":[\"1.3.6.1.2.1.1.1.0\",\"1.3.6.1.4.1.311.1\"],"
	              "\"community\":\"public\"")},
	    {BYTES(TOO_MANY), L7_SERVER,
	        EVENT("\"version\":2,\"pdu_type\":\"response\",\"error\":\"NoSuchName\",\"vars\":[\"1.3.6.1.2.1.1.1.0\"],"
	              "\"community\":\"public\"")},
	    {BYTES(TRAP), L7_CLIENT,
	        EVENT("\"version\":1,\"pdu_type\":\"trap_v1\",\"trap_type\":\"EnterpriseSpecific\",\"trap_oid\":"
	              "\"1.3.6.1.4.1.311.1\",\"trap_address\":\"192.0.2.7\",\"community\":\"public\"")},
	    {BYTES(PLAIN), L7_CLIENT,
	        EVENT("\"version\":3,\"pdu_type\":\"get_next_request\",\"vars\":[\"1.3.6.1.2.1.1.1.0\"],\"usm\":\"anne\"")},
	    {BYTES(SEALED), L7_SERVER, EVENT("\"version\":3,\"pdu_type\":\"encrypted\",\"usm\":\"anne\"")},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct l7_drive *d = l7_drive_new(&l7_snmp_parser, IPPROTO_UDP, 161);
		assert_int_equal(l7_drive_guess(d, rows[i].side, rows[i].message), L7_YES);
		l7_drive_send(d, rows[i].side, rows[i].message);
		l7_drive_finish(d);
		assert_string_equal(fake_sink_events(d->sink), rows[i].event);
		l7_drive_free(d);
	}
}

static void
what_is_no_message_is_refused(void **state)
{
	(void)state;
	static const struct bytes wholes[] = {BYTES(GET), BYTES(TRAP), BYTES(PLAIN), BYTES(SEALED)};
	struct snmp s;
	for (size_t i = 0; i < LENGTH_OF(wholes); i++)
		for (size_t n = 0; n < wholes[i].len; n++) {
			struct bytes exact = test_heap(bytes_first(wholes[i], n));
			assert_int_not_equal(snmp_parse(exact, &s), PARSE_OK);
			test_heap_free(exact);
		}
	struct l7_drive *d = l7_drive_new(&l7_snmp_parser, IPPROTO_UDP, 161);
	l7_drive_send(d, L7_CLIENT, BYTES("\x30\x05\x02\x01\x02\x04\x00"));
	assert_int_equal(fake_sink_count_of(d->sink, "malformed_data"), 1);
	l7_drive_free(d);
}

static void
endless_names_are_cut(void **state)
{
	(void)state;
	uint8_t oid[600];
	char text[SNMP_OID_TEXT];
	memset(oid, 0x7f, sizeof(oid));
	assert_true(snmp_write_oid((struct bytes){oid, sizeof(oid)}, text) < sizeof(text));
	memset(oid, 0xff, sizeof(oid));
	assert_int_equal(snmp_write_oid((struct bytes){oid, sizeof(oid)}, text), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_message_is_said),
	    cmocka_unit_test(what_is_no_message_is_refused),
	    cmocka_unit_test(endless_names_are_cut),
	};
	return RUN_TESTS(tests);
}
