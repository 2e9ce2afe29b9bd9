/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>
#include <stdio.h>

#include "inspect/l7_http.h"
#include "l7_drive.h"

struct script {
	const char *client, *server;
};

static struct l7_drive *
start(void)
{
	return l7_drive_new(&l7_http_parser, IPPROTO_TCP, 80);
}

static struct l7_drive *
run_whole(struct script script)
{
	struct l7_drive *d = start();
	l7_drive_send(d, L7_CLIENT, bytes_of_cstr(script.client));
	l7_drive_send(d, L7_SERVER, bytes_of_cstr(script.server));
	l7_drive_finish(d);
	return d;
}

#define REQUEST "GET /a?x=1 HTTP/1.1\r\nHost: WWW.Example.org\r\nUser-Agent: curl/7.88\r\n\r\n"
#define RESPONSE "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 5\r\n\r\nhello"

static void
a_request_and_its_response_are_one_event(void **state)
{
	(void)state;
	struct l7_drive *d = run_whole((struct script){REQUEST, RESPONSE});
	assert_string_equal(fake_sink_events(d->sink),
	    "{\"event_type\":\"content\",\"name\":\"/a\",\"bytes\":5,\"lost\":0,\"sum\":11831194018420276491,"
	    "\"end\":\"complete\"}\n"
	    "{\"event_type\":\"http\",\"tx_id\":0,\"http\":{\"hostname\":\"www.example.org\",\"url\":\"/a?x=1\","
	    "\"http_user_agent\":\"curl/7.88\",\"http_content_type\":\"text/html\",\"http_method\":\"GET\","
	    "\"protocol\":\"HTTP/1.1\",\"status\":200,\"length\":5}}\n");
	size_t count;
	const struct observation *o = fake_sink_observations(d->sink, &count);
	assert_int_equal(count, 1);
	assert_int_equal(o[0].kind, OBSERVATION_HTTP);
	assert_int_equal(o[0].http.status, 200);
	assert_int_equal(o[0].http.response_body, 5);
	assert_int_equal(o[0].http.path_len, 2); /* the query may hold secrets */
	assert_memory_equal(o[0].http.path, "/a", 2);
	assert_memory_equal(o[0].http.host, "www.example.org", 15);
	l7_drive_free(d);
}

#define NEXT "GET /b HTTP/1.1\r\nHost: b\r\n\r\n"
#define ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nh"

/* Scripts that walk through every state of both sides. */
static const struct script scripts[] = {
    {REQUEST, RESPONSE},
    {"POST /f HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 26\r\n\r\n"
     "user=bob%40x&password=pppp" NEXT,
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /in\r\nContent-Length: 0\r\n\r\n" ANSWER},
    {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: u\r\n\r\n" NEXT,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n" ANSWER},
    {"GET /old\r\n", "<html>old</html>"},
    {"HEAD / HTTP/1.0\n\n" NEXT, "HTTP/1.0 200 OK\nContent-Length: 99\n\n" ANSWER},
    {NEXT, "HTTP/1.1 200 OK\r\nContent-Range: bytes 0-4/100\r\n\r\nuntil the end"},
    {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nbroken\r\nContent-Length: x\r\n\r\n" NEXT,
        "HTTP/1.1 2xx OK\r\nbroken\r\nContent-Length: 0\r\n\r\n" ANSWER},
    {"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n\x16\x03\x01zzz", "HTTP/1.1 200 OK\r\n\r\n\x16\x03\x03zzz"},
    {"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic Ym9iOnNlY3JldA==\r\n\r\n",
        "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"},
    {NEXT, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nrest"},
    {NEXT NEXT NEXT, ANSWER "garbage\r\n\r\nmore"},
    {NEXT "nonsense\r\n\r\n", ANSWER "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n"},
    {"GET /half HTTP/1.1\r\nHost: a\r\nX: ", ""},
    {"GET /\r\nHost: a\r\n\r\n", ANSWER},
    {NEXT, " odd\r\nHTTP/1.1 204 No\rTransfer-Encoding: xchunked\n\r\r\n4\nbody\r\n\r\n0\r\n\r\n"},
    {NEXT, "HTTP/1.1 200 OK\r\nContent-Length: 5 9\r\n\r\nfive four"},
    {"POST /u HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=--x\r\nContent-Length: 145\r\n\r\n"
     "----x\r\nContent-Disposition: form-data; name=f; filename=\"a.txt\"\r\n\r\nhel\r\n\r\n----x\r\n"
     "Content-Disposition: form-data; name=f; filename=\"b\"\n\n\n----x--\r\n",
        ANSWER},
    {"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n\n" NEXT, "HTTP/1.1 200 OK\r\n\r\n\n" ANSWER},
    {NEXT NEXT, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nfour\r\nmore\r\n" ANSWER},
};

/* All pairs in short scripts; in long ones, of the pairs that are far apart one in eight. */
static size_t
next_cut(size_t len, size_t i, size_t j)
{
	return len > 80 && j > i + 8 ? 8 : 1;
}

/* However the network cuts the bytes, the events are the same. */
static void
no_pair_of_cuts_changes_the_events(void **state)
{
	(void)state;
	for (size_t s = 0; s < LENGTH_OF(scripts); s++) {
		struct bytes client = bytes_of_cstr(scripts[s].client), server = bytes_of_cstr(scripts[s].server);
		struct l7_drive *want = run_whole(scripts[s]);
		for (size_t side = 0; side < 2; side++) {
			struct bytes cut = side == 0 ? client : server;
			for (size_t i = 0; i <= cut.len; i++)
				for (size_t j = i; j <= cut.len; j += next_cut(cut.len, i, j)) {
					struct l7_drive *d = start();
					if (side == 0) {
						l7_drive_cut(d, L7_CLIENT, client, i, j);
						l7_drive_send(d, L7_SERVER, server);
					} else {
						l7_drive_send(d, L7_CLIENT, client);
						l7_drive_cut(d, L7_SERVER, server, i, j);
					}
					l7_drive_finish(d);
					if (!fake_sink_eq(want->sink, d->sink))
						fail_msg("script %zu side %zu cut %zu %zu: %s instead of %s", s, side, i, j,
						    fake_sink_events(d->sink), fake_sink_events(want->sink));
					l7_drive_free(d);
				}
		}
		l7_drive_free(want);
	}
}

static void
byte_by_byte_gives_the_same_events(void **state)
{
	(void)state;
	for (size_t s = 0; s < LENGTH_OF(scripts); s++) {
		struct l7_drive *want = run_whole(scripts[s]), *d = start();
		for (const char *c = scripts[s].client; *c != '\0'; c++)
			l7_drive_send(d, L7_CLIENT, (struct bytes){(const uint8_t *)c, 1});
		for (const char *c = scripts[s].server; *c != '\0'; c++)
			l7_drive_send(d, L7_SERVER, (struct bytes){(const uint8_t *)c, 1});
		l7_drive_finish(d);
		if (!fake_sink_eq(want->sink, d->sink))
			fail_msg("script %zu: %s instead of %s", s, fake_sink_events(d->sink), fake_sink_events(want->sink));
		l7_drive_free(d);
		l7_drive_free(want);
	}
}

static void
what_is_said_of_each_script(void **state)
{
	(void)state;
	static const struct {
		size_t script;
		const char *text;
		size_t count;
		const char *why;
	} rows[] = {
	    {1, "\"redirect\":\"/in\"", 1, "redirect"},
	    {1, "\"tx_id\":1", 1, "two transactions"},
	    {1, "\"event_type\":\"http\"", 2, "100 Continue is no response"},
	    {1, "pppp", 0, "no password"},
	    {2, "\"length\":33", 1, "the length of chunked bodies is that on the wire"},
	    {2, "\"http_method\":\"PUT\"", 1, "chunked request"},
	    {3, "REQUEST_LINE_MISSING_PROTOCOL", 0, "HTTP/0.9 has none"},
	    {13, "REQUEST_LINE_MISSING_PROTOCOL", 1, "fields, but no protocol"},
	    {14, "RESPONSE_BODY_UNEXPECTED", 1, "a body after 204"},
	    {14, "\"bytes\":4", 1, "is read without its chunks"},
	    {15, "\"bytes\":9", 1, "a body longer than its odd length"},
	    {16, "\"event_type\":\"content\"", 4, "a body of parts is whole and in parts"},
	    {16, "\"name\":\"a.txt\",\"bytes\":5", 1, "the first part"},
	    {17, "\"tx_id\":0", 2, "HTTP in a tunnel begins anew"},
	    {17, "\"url\":\"/b\"", 1, "and is read"},
	    {18, "\"bytes\":12", 1, "before a close, all that is no head is the body"},
	    {18, "\"status\":200", 2, "and a head is a response all the same"},
	    {16, "\"name\":\"b\",\"bytes\":0", 1, "an empty one"},
	    {3, "\"url\":\"/old\"", 1, "HTTP/0.9 is an event"},
	    {3, "\"length\":16", 1, "and has a body"},
	    {4, "\"status\":200", 2, "the answer to HEAD has no body"},
	    {5, "\"content_range\":{\"raw\":\"bytes 0-4/100\",\"start\":0,\"end\":4,\"size\":100}", 1, "range"},
	    {5, "\"length\":13", 1, "until close"},
	    {6, "HOST_HEADER_AMBIGUOUS", 1, "two hosts"},
	    {6, "REQUEST_FIELD_MISSING_COLON", 1, "no colon"},
	    {6, "RESPONSE_FIELD_MISSING_COLON", 1, "no colon in the response"},
	    {6, "RESPONSE_INVALID_STATUS", 1, "status"},
	    {6, "INVALID_CONTENT_LENGTH_FIELD_IN_REQUEST", 1, "length"},
	    {6, "\"event_type\":\"http\"", 2, "it goes on all the same"},
	    {7, "\"http_port\":443", 1, "CONNECT"},
	    {9, "INVALID_RESPONSE_CHUNK_LEN", 1, "chunk"},
	    {10, "RESPONSE_INVALID_PROTOCOL", 1, "not a response"},
	    {10, "\"event_type\":\"http\"", 3, "requests without response are said"},
	    {11, "REQUEST_LINE_INVALID", 1, "not a request"},
	    {11, "\"status\":400", 1, "its answer is said"},
	    {11, "UNABLE_TO_MATCH", 0, "and is no second complaint"},
	    {12, "{", 0, "half a request is nothing"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct l7_drive *d = run_whole(scripts[rows[i].script]);
		if (fake_sink_count_of(d->sink, rows[i].text) != rows[i].count)
			fail_msg("%s: %s", rows[i].why, fake_sink_events(d->sink));
		l7_drive_free(d);
	}
}

static void
logins_are_observed_without_the_password(void **state)
{
	(void)state;
	static const struct {
		const char *request, *response;
		const char *user; /* NULL: no login */
		enum login_outcome outcome;
		bool cleartext;
		const char *why;
	} rows[] = {
	    {"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic Ym9iOnNlY3JldA==\r\n\r\n",
	        "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", "bob", LOGIN_REFUSED, true, "basic, refused"},
	    {"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: basic Ym9iOnNlY3JldA==\r\n\r\n",
	        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "bob", LOGIN_ACCEPTED, true, "basic, accepted"},
	    {"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic Ym9iOnNlY3JldA==\r\n\r\n", "", "bob", LOGIN_SENT, true,
	        "no answer"},
	    {"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Digest username=\"eve\", realm=\"x\"\r\n\r\n",
	        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "eve", LOGIN_ACCEPTED, false, "digest"},
	    {"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer zzz\r\n\r\n",
	        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", NULL, LOGIN_SENT, false, "a token has no user"},
	    {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", NULL, LOGIN_SENT, false,
	        "refused before any credentials"},
	    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 28\r\n\r\n"
	     "log=al+b%40c&x=1&user[pwd]=z",
	        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "al b@c", LOGIN_SENT, true, "a form"},
	    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nuser=bob&",
	        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", NULL, LOGIN_SENT, false, "a form without password"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct l7_drive *d = run_whole((struct script){rows[i].request, rows[i].response});
		size_t count;
		const struct observation *o = fake_sink_observations(d->sink, &count);
		bool right = rows[i].user == NULL
		    ? count == 1
		    : count == 2 && o[1].kind == OBSERVATION_LOGIN && o[1].login.outcome == rows[i].outcome &&
		        o[1].login.cleartext == rows[i].cleartext && o[1].login.app == APP_HTTP &&
		        bytes_eq((struct bytes){(const uint8_t *)o[1].login.user, o[1].login.user_len},
		            bytes_of_cstr(rows[i].user));
		if (!right || strstr(fake_sink_events(d->sink), "secret") != NULL)
			fail_msg("%s: %zu %.*s", rows[i].why, count, count > 1 ? o[1].login.user_len : 0,
			    count > 1 ? o[1].login.user : "");
		l7_drive_free(d);
	}
}

static void
deep_pipelines_are_said_in_order(void **state)
{
	(void)state;
	enum { DEPTH = 40 };
	struct l7_drive *d = start();
	for (size_t i = 0; i < DEPTH; i++)
		l7_drive_send(d, L7_CLIENT, BYTES(REQUEST));
	for (size_t i = 0; i < DEPTH; i++)
		l7_drive_send(d, L7_SERVER, BYTES(RESPONSE));
	l7_drive_send(d, L7_CLIENT, BYTES("GET /last HTTP/1.1\r\nHost: a\r\n\r\n"));
	l7_drive_send(d, L7_SERVER, BYTES("HTTP/1.1 299 Last\r\nContent-Length: 0\r\n\r\n"));
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "\"event_type\":\"http\""), DEPTH + 1);
	assert_int_equal(fake_sink_count_of(d->sink, "UNABLE_TO_MATCH"), 0);
	assert_int_equal(fake_sink_count_of(
	                     d->sink, "\"url\":\"/last\",\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\",\"status\":299"),
	    1);
	l7_drive_free(d);
}

static void
long_urls_are_kept_whole(void **state)
{
	(void)state;
	char request[2200], wanted[2200];
	memset(request, 'u', sizeof(request));
	memcpy(request, "GET /", 5);
	memcpy(request + 5 + 2047, " HTTP/1.1\r\nHost: a\r\n\r\n", 23);
	snprintf(wanted, sizeof(wanted), "\"url\":\"%.2048s\",\"http_method\"", request + 4);
	struct l7_drive *d = run_whole((struct script){request, ""});
	assert_int_equal(fake_sink_count_of(d->sink, wanted), 1);
	l7_drive_free(d);
}

static void
lost_bytes_of_a_body_do_no_harm(void **state)
{
	(void)state;
	struct l7_drive *d = start();
	l7_drive_send(d, L7_CLIENT, BYTES(REQUEST REQUEST));
	l7_drive_send(d, L7_SERVER, BYTES("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n0123456789"));
	l7_drive_lose(d, L7_SERVER, 980);
	l7_drive_send(d, L7_SERVER, BYTES("0123456789HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"));
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "\"status\":200,\"length\":1000"), 1);
	assert_int_equal(fake_sink_count_of(d->sink, "\"tx_id\":1,"), 1);
	assert_int_equal(fake_sink_count_of(d->sink, "\"status\":404"), 1);
	l7_drive_free(d);
}

static void
after_a_lost_head_the_next_one_is_found(void **state)
{
	(void)state;
	struct l7_drive *d = start();
	l7_drive_send(d, L7_CLIENT, BYTES(REQUEST));
	l7_drive_send(d, L7_SERVER, BYTES("HTTP/1.1 200 OK\r\nX: "));
	l7_drive_lose(d, L7_SERVER, 500);
	l7_drive_send(d, L7_SERVER, BYTES("the rest of a body"));
	l7_drive_send(d, L7_CLIENT, BYTES("GET /second HTTP/1.1\r\nHost: a\r\n\r\n"));
	l7_drive_send(d, L7_SERVER, BYTES("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"));
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "\"event_type\":\"http\""), 2);
	assert_int_equal(fake_sink_count_of(d->sink,
	                     "\"url\":\"/second\",\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\",\"status\":404"),
	    1);
	l7_drive_free(d);
}

static void
a_response_of_nothing_is_said_alone(void **state)
{
	(void)state;
	struct l7_drive *d = run_whole((struct script){"", RESPONSE});
	assert_int_equal(fake_sink_count_of(d->sink, "UNABLE_TO_MATCH_RESPONSE_TO_REQUEST"), 1);
	assert_int_equal(fake_sink_count_of(d->sink, "\"status\":200,\"length\":5"), 1);
	l7_drive_free(d);
}

static void
a_flow_picked_up_inside_a_body_waits_for_a_head(void **state)
{
	(void)state;
	struct l7_drive *d = start();
	d->flow.midstream = true;
	l7_drive_send(d, L7_SERVER, BYTES("the end of some body"));
	l7_drive_send(d, L7_CLIENT, BYTES("and of another"));
	l7_drive_send(d, L7_CLIENT, BYTES(REQUEST));
	l7_drive_send(d, L7_SERVER, BYTES(RESPONSE));
	l7_drive_finish(d);
	assert_int_equal(fake_sink_event_count(d->sink), 2); /* its body is a content */
	assert_int_equal(fake_sink_count_of(d->sink, "\"status\":200,\"length\":5"), 1);
	l7_drive_free(d);
}

static void
a_message_is_known_on_its_own_side_only(void **state)
{
	(void)state;
	struct l7_drive *d = start();
	assert_int_equal(l7_drive_guess(d, L7_CLIENT, BYTES(RESPONSE)), L7_NO);
	assert_int_equal(l7_drive_guess(d, L7_SERVER, BYTES(REQUEST)), L7_NO);
	l7_drive_free(d);
}

static void
slow_requests_are_incomplete(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool incomplete;
		const char *why;
	} rows[] = {
	    {"GET / HTTP/1.1\r\nX: a\r\n", true, "a head that never ends"},
	    {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx", true, "a body that never ends"},
	    {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe", true, "chunks that never end"},
	    {REQUEST, false, "a whole request"},
	    {REQUEST "GET", true, "a whole one and the start of the next"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct l7_drive *d = start();
		l7_drive_send(d, L7_CLIENT, bytes_of_cstr(rows[i].text));
		if (l7_http_parser.incomplete(d->state) != rows[i].incomplete)
			fail_msg("%s", rows[i].why);
		l7_drive_free(d);
	}
}

static void
a_tunnel_and_an_upgrade_end_the_reading(void **state)
{
	(void)state;
	struct l7_drive *d = run_whole(scripts[7]);
	assert_true(d->done);
	assert_false(d->broken);
	l7_drive_free(d);
	d = run_whole((struct script){
	    "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"});
	assert_false(d->done);
	l7_drive_free(d);
	d = run_whole((struct script){REQUEST, "HTTP/1.1 101 Up\r\nUpgrade: websocket\r\n\r\n\x81\x05"});
	assert_true(d->done);
	assert_int_equal(fake_sink_count_of(d->sink, "\"status\":101"), 1);
	l7_drive_free(d);
}

static void
nobody_reading_is_no_harm(void **state)
{
	(void)state;
	struct l7_drive *d = start();
	fake_sink_mute(d->sink);
	l7_drive_send(d, L7_CLIENT, BYTES(REQUEST));
	l7_drive_send(d, L7_SERVER, BYTES(RESPONSE));
	l7_drive_finish(d);
	l7_drive_free(d);
}

static void
hostile_text_leaves_escaped(void **state)
{
	(void)state;
	struct l7_drive *d = run_whole((struct script){"GET /\"\x1b[31m HTTP/1.1\r\nHost: a\r\n\r\n", RESPONSE});
	assert_int_equal(fake_sink_count_of(d->sink, "\"url\":\"/\\\"\\u001b[31m\""), 1);
	l7_drive_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_request_and_its_response_are_one_event),
	    cmocka_unit_test(no_pair_of_cuts_changes_the_events),
	    cmocka_unit_test(byte_by_byte_gives_the_same_events),
	    cmocka_unit_test(what_is_said_of_each_script),
	    cmocka_unit_test(logins_are_observed_without_the_password),
	    cmocka_unit_test(deep_pipelines_are_said_in_order),
	    cmocka_unit_test(long_urls_are_kept_whole),
	    cmocka_unit_test(lost_bytes_of_a_body_do_no_harm),
	    cmocka_unit_test(after_a_lost_head_the_next_one_is_found),
	    cmocka_unit_test(a_response_of_nothing_is_said_alone),
	    cmocka_unit_test(a_flow_picked_up_inside_a_body_waits_for_a_head),
	    cmocka_unit_test(a_message_is_known_on_its_own_side_only),
	    cmocka_unit_test(slow_requests_are_incomplete),
	    cmocka_unit_test(a_tunnel_and_an_upgrade_end_the_reading),
	    cmocka_unit_test(nobody_reading_is_no_harm),
	    cmocka_unit_test(hostile_text_leaves_escaped),
	};
	return RUN_TESTS(tests);
}
