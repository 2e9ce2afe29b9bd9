/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>
#include <stdio.h>

#include "inspect/l7_ldap.h"
#include "l7_drive.h"
#include "proto/ldap.h"

/* By hand: 30 length 02 01 number, then the operation. */
#define BIND "\x30\x22\x02\x01\x01\x60\x1d\x02\x01\x03\x04\x10uid=bob,o=mairie\x80\x06secret"
#define BIND_OK "\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00"
#define BIND_NO "\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x31\x04\x00\x04\x00"
#define BIND_NOBODY "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00"
#define BIND_GSSAPI "\x30\x16\x02\x01\x01\x60\x11\x02\x01\x03\x04\x00\xa3\x0a\x04\x06GSSAPI\x04\x00"
#define BIND_PLAIN                                                                          \
	"\x30\x21\x02\x01\x01\x60\x1c\x02\x01\x03\x04\x00\xa3\x15\x04\x05PLAIN\x04\x0c\x00" \
	"eve\x00secret!"
#define GO_ON "\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x0e\x04\x00\x04\x00"
#define SEARCH                                                                                                           \
	"\x30\x2d\x02\x01\x02\x63\x28\x04\x06o=city\x0a\x01\x02\x0a\x01\x00\x02\x01\x05\x02\x01\x00\x01\x01\x00\x87\x03" \
	"uid\x30\x0a\x04\x02"                                                                                            \
	"cn\x04\x04mail"
#define ENTRY                                                                \
	"\x30\x35\x02\x01\x02\x64\x30\x04\x06o=city\x30\x26\x30\x0a\x04\x02" \
	"cn\x31\x04\x04\x02"                                                 \
	"Al\x30\x18\x04\x0c"                                                 \
	"userPassword\x31\x08\x04\x06secret"
#define SEARCH_DONE "\x30\x0c\x02\x01\x02\x65\x07\x0a\x01\x04\x04\x00\x04\x00"
#define START_TLS                              \
	"\x30\x1d\x02\x01\x03\x77\x18\x80\x16" \
	"1.3.6.1.4.1.1466.20037"
#define START_TLS_OK "\x30\x0c\x02\x01\x03\x78\x07\x0a\x01\x00\x04\x00\x04\x00"
#define START_TLS_NO "\x30\x0c\x02\x01\x03\x78\x07\x0a\x01\x34\x04\x00\x04\x00"
#define UNBIND "\x30\x05\x02\x01\x04\x42\x00"
#define DELETE "\x30\x0b\x02\x01\x05\x4a\x06o=city"
#define DELETED "\x30\x0c\x02\x01\x05\x6b\x07\x0a\x01\x00\x04\x00\x04\x00"
#define MODIFY                                                                                                               \
	"\x30\x2b\x02\x01\x06\x66\x26\x04\x06o=city\x30\x1c\x30\x1a\x0a\x01\x02\x30\x15\x04\x0cuserPassword\x31\x05\x04\x03" \
	"abc"
#define LEAVING                                                            \
	"\x30\x24\x02\x01\x00\x78\x1f\x0a\x01\x34\x04\x00\x04\x00\x8a\x16" \
	"1.3.6.1.4.1.1466.20036"
#define SEALED "\x00\x00\x00\x10sealed by GSSAPI"

enum { PIECES = 6 };

struct conversation {
	struct bytes pieces[PIECES]; /* each side in turn, the client first */
	const char *logins;          /* "user outcome cleartext;" each */
	const char *events;          /* all of them, without what is common */
	bool tls, done;
	const char *why;
};

#define PIECE(literal)                                          \
	{                                                       \
		(const uint8_t *)(literal), sizeof(literal) - 1 \
	}
#define RESULT(operation, id, code)                                                                               \
	"{\"operation\":\"" operation "\",\"message_id\":" id ",\"" operation "\":{\"result_code\":\"" code "\"," \
	"\"matched_dn\":\"\",\"message\":\"\"}}"
#define EVENT(content) "{\"event_type\":\"ldap\",\"ldap\":{" content "}}\n"
#define BIND_REQUEST(name, more)                                                                                        \
	"\"request\":{\"operation\":\"bind_request\",\"message_id\":1,\"bind_request\":{\"version\":3,\"name\":\"" name \
	"\"" more "}}"
#define TLS_REQUEST                                                                                        \
	"\"request\":{\"operation\":\"extended_request\",\"message_id\":3,\"extended_request\":{\"name\":" \
	"\"1.3.6.1.4.1.1466.20037\"}}"

static const struct conversation conversations[] = {
    {{PIECE(BIND), PIECE(BIND_OK)}, "uid=bob,o=mairie 1 1;",
        EVENT(BIND_REQUEST("uid=bob,o=mairie", "") ",\"responses\":[" RESULT("bind_response", "1", "success") "]"), false,
        false, "a password in clear, accepted"},
    {{PIECE(BIND), PIECE(BIND_NO)}, "uid=bob,o=mairie 2 1;",
        EVENT(
            BIND_REQUEST("uid=bob,o=mairie", "") ",\"responses\":[" RESULT("bind_response", "1", "invalid_credentials") "]"),
        false, false, "refused"},
    {{PIECE(BIND)}, "uid=bob,o=mairie 0 1;", EVENT(BIND_REQUEST("uid=bob,o=mairie", "")), false, false, "no answer"},
    {{PIECE(BIND_NOBODY), PIECE(BIND_OK)}, "",
        EVENT(BIND_REQUEST("", "") ",\"responses\":[" RESULT("bind_response", "1", "success") "]"), false, false,
        "nobody in particular is no login"},
    {{PIECE(BIND_PLAIN), PIECE(BIND_OK)}, "eve 1 1;",
        EVENT(BIND_REQUEST("", ",\"sasl\":{\"mechanism\":\"PLAIN\"}") ",\"responses\":[" RESULT(
            "bind_response", "1", "success") "]"),
        false, false, "SASL PLAIN is in clear"},
    {{PIECE(BIND_GSSAPI), PIECE(GO_ON), PIECE(BIND_GSSAPI), PIECE(BIND_OK), PIECE(SEALED)}, " 1 0;",
        EVENT(BIND_REQUEST("", ",\"sasl\":{\"mechanism\":\"GSSAPI\"}") ",\"responses\":[" RESULT(
            "bind_response", "1", "sasl_bind_in_progress") "]") EVENT(BIND_REQUEST("",
            ",\"sasl\":{\"mechanism\":\"GSSAPI\"}") ",\"responses\":[" RESULT("bind_response", "1", "success") "]"),
        false, true, "a ticket is not in clear, and a SASL layer is not read"},
    {{PIECE(SEARCH), PIECE(ENTRY SEARCH_DONE)}, "",
        EVENT(
            "\"request\":{\"operation\":\"search_request\",\"message_id\":2,\"search_request\":{\"base_object\":\"o=city\","
            "\"scope\":2,\"deref_alias\":0,\"size_limit\":5,\"time_limit\":0,\"types_only\":false,"
            "\"attributes\":[\"cn\",\"mail\"]}},\"responses\":[{\"operation\":\"search_result_entry\",\"message_id\":2,"
            "\"search_result_entry\":{\"base_object\":\"o=city\",\"attributes\":[{\"type\":\"cn\",\"values\":[\"Al\"]},"
            "{\"type\":\"userPassword\",\"values\":[\"****\"]}]}}," RESULT(
                "search_result_done", "2", "size_limit_exceeded") "]"),
        false, false, "a search"},
    {{PIECE(START_TLS), PIECE(START_TLS_OK)}, "",
        EVENT(TLS_REQUEST ",\"responses\":[" RESULT("extended_response", "3", "success") "]"), true, true, "TLS begins"},
    {{PIECE(START_TLS UNBIND), PIECE(START_TLS_NO)}, "",
        EVENT(TLS_REQUEST ",\"responses\":[" RESULT("extended_response", "3", "unavailable") "]")
            EVENT("\"request\":{\"operation\":\"unbind_request\",\"message_id\":4}"),
        false, false, "TLS refused: what followed is read"},
    {{PIECE(DELETE MODIFY), PIECE(DELETED LEAVING)}, "",
        EVENT(
            "\"request\":{\"operation\":\"del_request\",\"message_id\":5,\"del_request\":{\"dn\":\"o=city\"}},\"responses\":[" RESULT(
                "del_response", "5", "success") "]")
            EVENT(
                "\"responses\":[{\"operation\":\"extended_response\",\"message_id\":0,\"extended_response\":{\"result_code\":"
                "\"unavailable\",\"matched_dn\":\"\",\"message\":\"\",\"name\":\"1.3.6.1.4.1.1466.20036\"}}]")
                EVENT(
                    "\"request\":{\"operation\":\"modify_request\",\"message_id\":6,\"modify_request\":{\"object\":\"o=city\","
                    "\"changes\":[{\"operation\":\"replace\",\"modification\":{\"attribute_type\":\"userPassword\","
                    "\"attribute_values\":[\"****\"]}}]}}"),
        false, false, "two at a time; one is never answered"},
    {{PIECE(UNBIND), PIECE(DELETED)}, "",
        EVENT("\"request\":{\"operation\":\"unbind_request\",\"message_id\":4}")
            EVENT("\"responses\":[" RESULT("del_response", "5",
                "success") "]") "{\"event_type\":\"anomaly\",\"anomaly\":{\"app_proto\":\"ldap\",\"type\":"
                                "\"applayer\",\"event\":\"request_not_found\",\"layer\":\"proto_parser\"}}\n",
        false, false, "an answer to nothing"},
};

/* Each piece cut every `step` bytes. */
static struct l7_drive *
talk(const struct conversation *conversation, size_t step)
{
	struct l7_drive *d = l7_drive_new(&l7_ldap_parser, IPPROTO_TCP, 389);
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
operations_and_logins_are_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(conversations); i++) {
		const struct conversation *c = &conversations[i];
		struct l7_drive *d = talk(c, SIZE_MAX);
		size_t count, at = 0;
		char logins[256] = "";
		const struct observation *o = fake_sink_observations(d->sink, &count);
		for (size_t k = 0; k < count; k++)
			at += (size_t)snprintf(logins + at, sizeof(logins) - at, "%.*s %d %d;", (int)o[k].login.user_len,
			    o[k].login.user, o[k].login.outcome, o[k].login.cleartext);
		if (strcmp(logins, c->logins) != 0 || d->tls != c->tls || d->done != c->done)
			fail_msg("%s: \"%s\", TLS %d, done %d", c->why, logins, d->tls, d->done);
		if (strcmp(fake_sink_events(d->sink), c->events) != 0)
			fail_msg("%s: %s", c->why, fake_sink_events(d->sink));
		assert_null(strstr(fake_sink_events(d->sink), "secret"));
		l7_drive_free(d);
	}
}

static void
every_cut_gives_the_same_events(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(conversations); i++) {
		struct l7_drive *want = talk(&conversations[i], SIZE_MAX);
		for (size_t step = 1; step < 40; step++) {
			struct l7_drive *d = talk(&conversations[i], step);
			if (!fake_sink_eq(want->sink, d->sink) || d->done != want->done || d->tls != want->tls)
				fail_msg("%s, cut every %zu: %s", conversations[i].why, step, fake_sink_events(d->sink));
			l7_drive_free(d);
		}
		l7_drive_free(want);
	}
}

static void
what_is_no_message_is_refused(void **state)
{
	(void)state;
	static const struct {
		struct bytes bytes;
		const char *why;
	} rows[] = {
	    {BYTES("\x31\x05\x02\x01\x04\x42\x00"), "not a sequence"},
	    {BYTES("\x30\x80\x02\x01\x04\x42\x00\x00\x00"), "an indefinite length"},
	    {BYTES("\x30\x85\x00\x00\x00\x00\x05\x02\x01\x04\x42\x00"), "a length of five bytes"},
	    {BYTES("\x30\x05\x04\x01\x04\x42\x00"), "a number that is none"},
	    {BYTES("\x30\x05\x02\x01\x04\x43\x00"), "an operation that does not exist"},
	    {BYTES("\x30\x05\x02\x02\x04\x42\x00"), "a number that leaves no room"},
	    {BYTES("\x30\x0b\x02\x01\x05\x4a\x07o=city"), "an operation longer than its message"},
	    {BYTES("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x01\x04\x00"), "a text longer than its operation"},
	    {BYTES("\x30\x0c\x02\x01\x01\x60\x07\x04\x01\x03\x04\x00\x80\x00"), "a version that is a text"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct ldap_message m;
		struct bytes exact = test_heap(rows[i].bytes);
		if (ldap_parse(exact, &m) != PARSE_BAD)
			fail_msg("%s", rows[i].why);
		test_heap_free(exact);
	}
}

/* What a prefix says is what the whole says, or nothing. */
static void
a_cut_message_keeps_what_is_there(void **state)
{
	(void)state;
	struct bytes whole = BYTES(BIND);
	struct ldap_message m;
	struct ldap_head head;
	for (size_t n = 0; n < whole.len; n++) {
		struct bytes exact = test_heap(bytes_first(whole, n));
		m.name.len = 0;
		assert_int_equal(ldap_parse(exact, &m), PARSE_SHORT);
		assert_true(m.name.len == 0 || bytes_eq(m.name, BYTES("uid=bob,o=mairie")));
		assert_int_equal(ldap_parse_head(exact, &head), n < 6 ? PARSE_SHORT : PARSE_OK);
		test_heap_free(exact);
	}
	assert_int_equal(ldap_parse(whole, &m), PARSE_OK);
	assert_true(bytes_eq(m.password, BYTES("secret")));
}

/* An entry of many kilobytes (a photograph) does not have to be here to be passed over. */
static void
long_messages_are_passed_over(void **state)
{
	(void)state;
	static uint8_t photograph[70000];
	memset(photograph, 'x', sizeof(photograph));
	memcpy(photograph, "\x30\x83\x01\x11\x6a\x30\x83\x01\x11\x65\x04\x04jpeg", 16); /* a list, an attribute, its name */
	struct l7_drive *d = l7_drive_new(&l7_ldap_parser, IPPROTO_TCP, 389);
	l7_drive_send(d, L7_CLIENT, BYTES(SEARCH));
	l7_drive_send(d, L7_SERVER, BYTES("\x30\x83\x01\x11\x7f\x02\x01\x02\x64\x83\x01\x11\x77\x04\x06o=city"));
	l7_drive_send(d, L7_SERVER, (struct bytes){photograph, sizeof(photograph) - 1});
	l7_drive_send(d, L7_SERVER, BYTES(SEARCH_DONE));
	l7_drive_finish(d);
	assert_int_equal(fake_sink_event_count(d->sink), 1);
	assert_int_equal(
	    fake_sink_count_of(d->sink, "\"search_result_entry\":{\"base_object\":\"o=city\",\"attributes\":[]}"), 1);
	assert_int_equal(fake_sink_count_of(d->sink, "size_limit_exceeded"), 1);
	l7_drive_free(d);
}

static void
deep_pipelines_stay_bounded(void **state)
{
	(void)state;
	struct l7_drive *d = l7_drive_new(&l7_ldap_parser, IPPROTO_TCP, 389);
	for (size_t i = 0; i < 100; i++)
		l7_drive_send(d, L7_CLIENT, BYTES(DELETE));
	for (size_t i = 0; i < 100; i++)
		l7_drive_send(d, L7_SERVER, BYTES(DELETED));
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "\"del_request\":{"), 100);
	assert_int_equal(fake_sink_count_of(d->sink, "\"del_response\":{"), 100);
	assert_int_equal(fake_sink_count_of(d->sink, "anomaly"), 0);
	l7_drive_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(operations_and_logins_are_said),
	    cmocka_unit_test(every_cut_gives_the_same_events),
	    cmocka_unit_test(what_is_no_message_is_refused),
	    cmocka_unit_test(a_cut_message_keeps_what_is_there),
	    cmocka_unit_test(long_messages_are_passed_over),
	    cmocka_unit_test(deep_pipelines_stay_bounded),
	};
	return RUN_TESTS(tests);
}
