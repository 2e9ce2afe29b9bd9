/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* PostgreSQL: requests with their answers and logins, however they are cut. */
#include "test.h"

#include <netinet/in.h>
#include <stdio.h>

#include "inspect/l7_pgsql.h"
#include "l7_drive.h"
#include "proto/pgsql.h"

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
#define TLS_REQUEST C("\0\0\0\x08\x04\xd2\x16\x2f")
#define STARTUP C("\0\0\0\x1d\0\3\0\0user\0bob\0database\0x\0\0")
#define MD5 S("R\0\0\0\x0c\0\0\0\5s\xffl\r")
#define CLEAR S("R\0\0\0\x08\0\0\0\3")
#define PASSWORD C("p\0\0\0\x0bsecret\0")
#define OK "R\0\0\0\x08\0\0\0\0"
#define READY "Z\0\0\0\5I"
#define REFUSED S("E\0\0\0\x13SFATAL\0C28P01\0\0")
#define BEGUN STARTUP, S(OK READY)
enum { TALKS = 8 };

static const struct {
	struct talk talk[TALKS];
	const char *said;
	size_t times;
	const char *logins; /* "user outcome cleartext;" each */
	bool tls;
	const char *why;
} conversations[] = {
    {{STARTUP, MD5, PASSWORD, S(OK "S\0\0\0\x11TimeZone\0UTC\0K\0\0\0\x0c\0\0\0\7\0\0\0\x09" READY)},
        "\"pgsql\":{\"tx_id\":2,\"request\":{\"password_redacted\":true},\"response\":{\"message\":\"authentication_ok\",\"process_id\":7,"
        "\"secret_key\":9,\"parameter_status\":[{\"time_zone\":\"UTC\"}]}}",
        1, "bob 1 0;", false, "a login and what the server then says of itself"},
    {{STARTUP, MD5}, "\"authentication_md5_password\":\"s\\\\xffl\\r\"", 1, "bob 0 0;", false, "a salt is no text"},
    {{STARTUP, CLEAR, PASSWORD, REFUSED}, "\"response\":{\"severity_localizable\":\"FATAL\",\"code\":\"28P01\"}", 1,
        "bob 2 1;", false, "in clear, refused"},
    {{STARTUP, S("E\0\0\0\x13SFATAL\0C3D000\0\0")}, "\"code\":\"3D000\"", 1, "bob 0 0;", false,
        "an error that is no refusal"},
    {{TLS_REQUEST, S("S")}, "{\"tx_id\":1,\"request\":{\"message\":\"SSL Request\"},\"response\":{\"ssl_accepted\":true}}",
        1, "", true, "encryption begins"},
    {{TLS_REQUEST, S("N"), STARTUP, REFUSED}, "\"ssl_accepted\":false", 1, "bob 2 0;", false, "no encryption"},
    {{BEGUN, C("Q\0\0\0\x0dSELECT 1\0"),
         S("T\0\0\0\x06\0\1D\0\0\0\x0b\0\1\0\0\0\1"
           "7D\0\0\0\x0c\0\1\0\0\0\2"
           "89C\0\0\0\x0dSELECT 2\0" READY)},
        "{\"tx_id\":2,\"request\":{\"simple_query\":\"SELECT 1\"},\"response\":{\"field_count\":1,\"command_completed\":\"SELECT 2\","
        "\"data_rows\":2,\"data_size\":3}}",
        1, "bob 1 0;", false, "a question and its rows"},
    {{BEGUN, C("P\0\0\0\x0fs1\0SELECT\0\0\0B\0\0\0\4E\0\0\0\4S\0\0\0\4"),
         S("1\0\0\0\4"
           "2\0\0\0\4" READY)},
        "\"event_type\":\"pgsql\"", 1, "bob 1 0;", false, "a prepared statement is for rules alone"},
    {{BEGUN, C("Q\0\0\0\x06y\0"), S("G\0\0\0\x07\0\0\2"),
         C("d\0\0\0\x07"
           "abcd\0\0\0\5xc\0\0\0\4"),
         S("C\0\0\0\x0b"
           "COPY 2\0" READY)},
        "{\"tx_id\":3,\"request\":{\"copy_data_in\":{\"msg_count\":2,\"data_size\":4},\"message\":\"copy_done\"},\"response\":{"
        "\"command_completed\":\"COPY 2\"}}",
        1, "bob 1 0;", false, "data that the client brings"},
    {{STARTUP, S("R\0\0\0\x0b\0\0\0\x0cv=x" OK READY)},
        "\"authentication_sasl_final\":\"v=x\",\"message\":\"authentication_ok\"", 1, "bob 1 0;", false,
        "the last word of SASL, then the welcome"},
    {{BEGUN, C("Q\0\0\0\x06y\0"),
         S("N\0\0\0\x0c"
           "C00000\0\0"
           "E\0\0\0\x0c"
           "C42601\0\0"
           "C\0\0\0\x06"
           "A\0C\0\0\0\x06"
           "B\0" READY)},
        "\"response\":{\"code\":\"42601\",\"command_completed\":\"A\"}}", 1, "bob 1 0;", false,
        "each name once in an object, an error before a notice"},
    {{C("\0\0\0\x10\x04\xd2\x16\x2e\0\0\0\7\0\0\0\x09")}, "\"message\":\"cancel_request\",\"process_id\":7,\"secret_key\":9",
        1, "", false, "somebody is to be stopped"},
    {{BEGUN, C("X\0\0\0\4")}, "{\"tx_id\":2,\"request\":{\"message\":\"termination_message\"}}", 1, "bob 1 0;", false,
        "the end"},
    {{C("\0\0\0\x08\0\xff\0\xff")}, "\"event\":\"malformed_request\"", 1, "", false, "a version that is none"},
    {{BEGUN, C("?\0\0\0\4")}, "\"event\":\"malformed_request\"", 1, "bob 1 0;", false, "a letter that is none"},
    {{BEGUN, C("Q\0\0\0\3")}, "\"event\":\"invalid_length\"", 1, "bob 1 0;", false, "a length shorter than itself"},
    {{BEGUN, S("Q\0\0\0\4")}, "\"event\":\"malformed_response\"", 1, "bob 1 0;", false, "a request of the server"},
    {{C("\0\0\0\x18\0\3\0\0user\0bob\0a\"b\0c\0\0")}, "[{\"a_b\":\"c\"}]", 1, "bob 0 0;", false,
        "a name that would break the event"},
};

static struct l7_drive *
drive(size_t n, size_t step)
{
	struct l7_drive *d = l7_drive_new(&l7_pgsql_parser, IPPROTO_TCP, 5432);
	for (size_t i = 0; i < TALKS && conversations[n].talk[i].bytes != NULL; i++) {
		struct bytes rest = {(const uint8_t *)conversations[n].talk[i].bytes, conversations[n].talk[i].len};
		for (; rest.len > 0; rest = bytes_after(rest, step))
			l7_drive_send(d, conversations[n].talk[i].side, bytes_first(rest, step));
	}
	l7_drive_finish(d);
	return d;
}

static void
requests_are_told_with_their_answers_in_any_cuts(void **state)
{
	(void)state;
	for (size_t n = 0; n < LENGTH_OF(conversations); n++) {
		struct l7_drive *want = drive(n, 512);
		if (fake_sink_count_of(want->sink, conversations[n].said) != conversations[n].times ||
		    want->tls != conversations[n].tls)
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
logins_are_seen(void **state)
{
	(void)state;
	for (size_t n = 0; n < LENGTH_OF(conversations); n++) {
		struct l7_drive *d = drive(n, 512);
		size_t count, at = 0;
		char logins[128] = "";
		const struct observation *o = fake_sink_observations(d->sink, &count);
		for (size_t k = 0; k < count; k++)
			at += (size_t)snprintf(logins + at, sizeof(logins) - at, "%.*s %d %d;", (int)o[k].login.user_len,
			    o[k].login.user, o[k].login.outcome, o[k].login.cleartext);
		if (strcmp(logins, conversations[n].logins) != 0)
			fail_msg("%s: %s", conversations[n].why, logins);
		l7_drive_free(d);
	}
}

static void
rows_are_counted_and_passed_over(void **state)
{
	(void)state;
	static uint8_t row[1 << 20];
	static const uint8_t head[] = {'D', 0, 0x10, 0, 4, 0, 1, 0, 0x0f, 0xff, 0xfa}; /* 1 MB: one value */
	struct l7_drive *d = l7_drive_new(&l7_pgsql_parser, IPPROTO_TCP, 5432);
	const struct talk begun[] = {BEGUN, C("Q\0\0\0\6y\0")};
	for (size_t i = 0; i < LENGTH_OF(begun); i++)
		l7_drive_send(d, begun[i].side, (struct bytes){(const uint8_t *)begun[i].bytes, begun[i].len});
	l7_drive_send(d, L7_SERVER, (struct bytes){head, sizeof(head)});
	l7_drive_send(d, L7_SERVER, (struct bytes){row, (1 << 20) - 6});
	l7_drive_send(d, L7_SERVER, BYTES(READY));
	assert_int_equal(fake_sink_count_of(d->sink, "\"data_rows\":1,\"data_size\":1048570"), 1);
	l7_drive_finish(d);
	l7_drive_free(d);
}

static void
a_connection_is_told_by_its_first_bytes(void **state)
{
	(void)state;
	struct l7_drive *d = l7_drive_new(&l7_pgsql_parser, IPPROTO_TCP, 5432);
	struct l7_drive *elsewhere = l7_drive_new(&l7_pgsql_parser, IPPROTO_TCP, 4711);
	struct bytes odd = BYTES("\0\0\0\x08\0\xff\0\xff"), startup = BYTES("\0\0\0\x1d\0\3\0\0user\0bob\0database\0x\0\0");
	assert_int_equal(l7_drive_guess(d, L7_CLIENT, startup), L7_YES);
	assert_int_equal(l7_drive_guess(elsewhere, L7_CLIENT, startup), L7_YES);
	assert_int_equal(l7_drive_guess(d, L7_CLIENT, odd), L7_YES);
	assert_int_equal(l7_drive_guess(elsewhere, L7_CLIENT, odd), L7_NO);
	assert_int_equal(l7_drive_guess(d, L7_CLIENT, BYTES("GET / HTTP/1.1\r\n")), L7_NO);
	l7_drive_free(d);
	l7_drive_free(elsewhere);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(requests_are_told_with_their_answers_in_any_cuts),
	    cmocka_unit_test(logins_are_seen),
	    cmocka_unit_test(rows_are_counted_and_passed_over),
	    cmocka_unit_test(a_connection_is_told_by_its_first_bytes),
	};
	return RUN_TESTS(tests);
}
