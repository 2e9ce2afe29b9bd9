/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <stdio.h>

#include "proto/http1.h"

static enum parse
parse_request(struct bytes b, size_t *used, struct http1_head *out)
{
	return http1_request(b, HTTP1_MAY_GO_ON, used, out);
}

static void
a_request_is_read(void **state)
{
	(void)state;
	struct http1_head h;
	size_t used;
	struct bytes b = BYTES("GET /a?b=c HTTP/1.1\r\nHost: example.org:8080\r\nUSER-agent:  curl/7 \r\n"
	                       "Referer: http://r/\r\n\r\nnext");
	assert_int_equal(parse_request(b, &used, &h), PARSE_OK);
	assert_int_equal(used, b.len - 4);
	assert_bytes_equal(h.method, BYTES("GET"));
	assert_bytes_equal(h.target, BYTES("/a?b=c"));
	assert_bytes_equal(h.protocol, BYTES("HTTP/1.1"));
	assert_int_equal(h.minor, 1);
	assert_int_equal(h.notes, 0);
	assert_int_equal(h.field_count, 3);
	assert_bytes_equal(h.known[HTTP1_HOST], BYTES("example.org:8080"));
	assert_bytes_equal(h.known[HTTP1_USER_AGENT], BYTES("curl/7"));
	assert_bytes_equal(h.known[HTTP1_REFERER], BYTES("http://r/"));
	assert_null(h.known[HTTP1_LOCATION].at);
}

static void
a_response_is_read(void **state)
{
	(void)state;
	struct http1_head h;
	size_t used;
	struct bytes b = BYTES(
	    "HTTP/1.0 404 Not Found\r\nContent-Length: 5\r\nContent-Type: text/html; charset=x\r\n\r\nhello");
	assert_int_equal(http1_response(b, HTTP1_MAY_GO_ON, &used, &h), PARSE_OK);
	assert_int_equal(used, b.len - 5);
	assert_int_equal(h.status, 404);
	assert_bytes_equal(h.reason, BYTES("Not Found"));
	assert_int_equal(h.minor, 0);
	assert_true(h.has_length);
	assert_int_equal(h.content_length, 5);
	assert_int_equal(h.notes, 0);
}

static void
every_prefix_of_a_head_is_short(void **state)
{
	(void)state;
	struct bytes good[] = {
	    BYTES("\r\nPOST / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\nContent-Length: 3\r\n\r\n"),
	    BYTES("HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n"),
	    BYTES("HTTP/1.1 200\nA: b\n\n"),
	    BYTES("GET / HTTP/1.1\n\n"),
	};
	for (size_t i = 0; i < LENGTH_OF(good); i++)
		for (size_t n = 0; n <= good[i].len; n++) {
			struct http1_head h = {.status = 77};
			size_t used = 99;
			struct bytes b = test_heap(bytes_first(good[i], n));
			bool request = i == 0 || i == 3;
			enum parse got = request ? parse_request(b, &used, &h)
			                         : http1_response(b, HTTP1_MAY_GO_ON, &used, &h);
			assert_int_equal(got, n == good[i].len ? PARSE_OK : PARSE_SHORT);
			if (got != PARSE_OK) {
				assert_int_equal(h.status, 77); /* untouched */
				assert_int_equal(used, 99);
			} else {
				assert_int_equal(used, n);
				assert_true(http1_may_be_complete(b, n - 1));
				assert_true(http1_may_be_complete(b, 0));
			}
			test_heap_free(b);
		}
}

static void
waiting_looks_only_at_what_is_new(void **state)
{
	(void)state;
	struct bytes b = BYTES("GET / HTTP/1.1\r\nHost: a\r\nX: yyyyyyyyyy");
	assert_false(http1_may_be_complete(b, b.len - 1));
	assert_false(http1_may_be_complete(b, b.len - 13));
	assert_true(http1_may_be_complete(b, 0));
	assert_true(http1_may_be_complete(b, 10)); /* the first line ended since */
	assert_true(http1_may_be_complete(BYTES("\r\nnonsense\r\n"), 11));
}

static void
what_is_wrong_is_noted(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint32_t notes;
		const char *why;
	} rows[] = {
	    {"GET / HTTP/1.1\nHost: a\n\n", HTTP1_BARE_LF, "line feed alone"},
	    {" GET / HTTP/1.1\r\n\r\n", HTTP1_LEADING_SPACE, "space first"},
	    {"GET  / HTTP/1.1\r\n\r\n", HTTP1_METHOD_DELIMITER, "two spaces"},
	    {"GET\t/ HTTP/1.1\r\n\r\n", HTTP1_METHOD_DELIMITER, "a tab"},
	    {"GET /\tHTTP/1.1\r\n\r\n", HTTP1_TARGET_DELIMITER, "a tab before the protocol"},
	    {"GET /  HTTP/1.1\r\n\r\n", HTTP1_TARGET_DELIMITER, "two spaces before the protocol"},
	    {"GET /a b HTTP/1.1\r\n\r\n", 0, "a space inside the target is the target's"},
	    {"GET /\r\nHost: a\r\n\r\n", HTTP1_NO_PROTOCOL, "no protocol"},
	    {"GET / HTTP/2.0\r\n\r\n", HTTP1_BAD_PROTOCOL, "another protocol"},
	    {"GET / HTTP/1.1\r\nnonsense\r\n\r\n", HTTP1_NO_COLON, "no colon"},
	    {"GET / HTTP/1.1\r\n folded\r\n\r\n", HTTP1_BAD_FOLD | HTTP1_NO_COLON, "continues nothing"},
	    {"GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n", HTTP1_FOLDED, "folded"},
	    {"GET / HTTP/1.1\r\nA : b\r\n\r\n", HTTP1_BAD_FIELD, "space before the colon"},
	    {"GET / HTTP/1.1\r\n: b\r\n\r\n", HTTP1_BAD_FIELD, "empty name"},
	    {"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", HTTP1_LENGTH_AFTER_JUNK, "negative"},
	    {"GET / HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n", HTTP1_LENGTH_BEFORE_JUNK, "not digits after"},
	    {"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", HTTP1_BAD_LENGTH | HTTP1_LENGTH_AFTER_JUNK, "no digits"},
	    {"GET / HTTP/1.1\r\nContent-Length:\r\n\r\n", HTTP1_BAD_LENGTH, "empty"},
	    {"GET / HTTP/1.1\r\nContent-Length: 9999999999999999999\r\n\r\n", HTTP1_BAD_LENGTH, "too big"},
	    {"GET / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n", HTTP1_REPEATED_LENGTH, "twice the same"},
	    {"GET / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", HTTP1_REPEATED_LENGTH | HTTP1_BAD_LENGTH,
	        "two lengths"},
	    {"GET / HTTP/1.1\r\nTransfer-Encoding: cow\r\n\r\n", HTTP1_BAD_CODING, "unknown coding"},
	    {"GET / HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", HTTP1_BAD_CODING | HTTP1_ABNORMAL_CODING,
	        "chunked is not the last"},
	    {"GET / HTTP/1.1\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n", HTTP1_ABNORMAL_CODING, "chunked is the last"},
	    {"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 0, "the ordinary one"},
	    {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", HTTP1_HOST_REPEATED | HTTP1_REPEATED_FIELD, "two hosts"},
	    {"GET / HTTP/1.1\r\nX-a: 1\r\nb: 2\r\nx-A: 3\r\n\r\n", HTTP1_REPEATED_FIELD, "twice the same name"},
	    {"GET / HTTP/1.1\r\nContent-Encoding: gzip x\r\n\r\n", HTTP1_ODD_CONTENT_CODING, "words beside a coding"},
	    {"GET / HTTP/1.1\r\nContent-Encoding: X-gzip, identity\r\n\r\n", 0, "codings that are known"},
	    {"\r\n\r\nGET / HTTP/1.1\r\n\r\n", HTTP1_BLANK_BEFORE, "empty lines first"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct http1_head h;
		size_t used;
		struct bytes b = test_heap(bytes_of_cstr(rows[i].text));
		if (parse_request(b, &used, &h) != PARSE_OK || h.notes != rows[i].notes || used != b.len)
			fail_msg("%s: notes %x", rows[i].why, h.notes);
		test_heap_free(b);
	}
}

static void
what_cannot_become_a_request_is_bad(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} rows[] = {
	    {"GET\r\n\r\n", "no target"},
	    {"G\x01T / HTTP/1.1\r\n\r\n", "a method is a token"},
	    {"GET HTTP/1.1\r\nx", "the protocol is no target"},
	    {"\x16\x03\x01 a b\n", "another protocol"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct http1_head h;
		size_t used;
		struct bytes b = test_heap(bytes_of_cstr(rows[i].text));
		enum parse got = parse_request(b, &used, &h);
		bool taken_as_old = i == 2 && got == PARSE_SHORT; /* "GET HTTP/1.1" may be HTTP/0.9 */
		if (got != PARSE_BAD && !taken_as_old)
			fail_msg("%s", rows[i].why);
		test_heap_free(b);
	}
}

static void
what_a_server_begins_with_is_told(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum http1_start start;
		size_t used;
		const char *why;
	} rows[] = {
	    {"HTTP/1.1 200", HTTP1_START_HEAD, 0, "a status line begins"},
	    {" \thttp", HTTP1_START_HEAD, 0, "blanks and small letters"},
	    {"HT", HTTP1_START_SHORT, 0, "it may become one"},
	    {"", HTTP1_START_SHORT, 0, "nothing yet"},
	    {"\r\nHTTP/1.1", HTTP1_START_BLANK, 2, "an empty line"},
	    {" \t\r\r\nHTTP/1.1", HTTP1_START_BLANK, 3, "a line of blanks ends with CR alone"},
	    {" foobar\r\nHTTP/1.1", HTTP1_START_BLANK, 9, "one line of something else"},
	    {" foobar\r\n", HTTP1_START_SHORT, 0, "is it one line?"},
	    {"<html>\r\n<head>", HTTP1_START_BODY, 0, "a page without head"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		size_t used = 0;
		struct bytes b = test_heap(bytes_of_cstr(rows[i].text));
		if (http1_response_start(b, HTTP1_MAY_GO_ON, &used) != rows[i].start || used != rows[i].used)
			fail_msg("%s: %zu", rows[i].why, used);
		test_heap_free(b);
	}
}

/* What browsers make of what servers say: the fields after each kind of line end. */
static void
lines_of_servers_end_as_browsers_take_them(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
		size_t body; /* bytes after the head */
	} rows[] = {
	    {"HTTP/1.1 200 ok\r\nA: b\r\nX: y\r\n\r\nbody", "as it should be", 4},
	    {"HTTP/1.1 200 ok\nA: b\nX: y\n\nbody", "LF", 4},
	    {"HTTP/1.1 200 ok\rA: b\rX: y\r\n\r\nbody", "CR alone", 4},
	    {"HTTP/1.1 200 ok\r\nA: b\n\rX: y\r\n\r\nbody", "LF CR", 4},
	    {"HTTP/1.1 200 ok\r\nA: b\r\nX: y\n\r\r\n4", "LF CR before the empty line", 1},
	    {"HTTP/1.1 200 ok\r\nA: b\r\nX: y\n\r\r\n\r\n4", "and two of these", 1},
	    {"HTTP/1.1 200 ok\r\nA: b\r\n\r\r\nX: y\r\n\r\nbody", "CR CR LF is no empty line", 4},
	    {"HTTP/1.1 200 ok\r\nA: b\r\nX: y\n \nbody", "a blank line", 4},
	    {"HTTP/1.1 200 ok\r\nA: b\r\nX: y\n\t\n\nbody", "a blank line before the empty one", 4},
	    {"HTTP/1.1 200 ok\r\nA: b\r\n X: y\r\n\r\nbody", "a field that is folded into another", 4},
	    {"HTTP/1.1 200 ok\r\nA: b\r\nX\r\n : y\r\n\r\nbody", "a name that is folded", 4},
	    {"HTTP/1.1\n 200 ok\r\nX: y\r\n\r\nbody", "a status line that is folded", 4},
	    {"HTTP/1.1 200\rX: y\r\n\r\nbody", "CR after the status", 4},
	    {"HTTP/1.1 200\r\n \r\n \t\r\nX: y\r\n\r\nbody", "lines of blanks that continue nothing", 4},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct http1_head h;
		struct http1_field_line f;
		size_t used = 0, at = 0;
		bool found = false;
		struct bytes b = test_heap(bytes_of_cstr(rows[i].text));
		assert_int_equal(http1_response(b, HTTP1_MAY_GO_ON, &used, &h), PARSE_OK);
		while (http1_fields_next(&h, &at, &f))
			found = found || (bytes_eq(f.name, BYTES("X")) && bytes_eq(f.value, BYTES("y")));
		if (!found || b.len - used != rows[i].body)
			fail_msg("%s: %zu bytes after it", rows[i].why, b.len - used);
		test_heap_free(b);
	}
}

static void
names_of_codings_are_found_among_other_things(void **state)
{
	(void)state;
	static const struct {
		const char *field;
		size_t len;
		bool chunked;
		uint8_t codings; /* their number */
		uint8_t first;
	} rows[] = {
#define FIELD(text) text, sizeof(text) - 1
	    {FIELD("Transfer-Encoding: xchunked"), true, 0, 0},
	    {FIELD("Transfer-Encoding: lalala\r\nTransfer-Encoding: chunked"), true, 0, 0},
	    {FIELD("Transfer\0-encoding:chun\0ked"), true, 0, 0},
	    {FIELD("Transfer-Encoding\f:chunked"), true, 0, 0},
	    {FIELD("Transfer-Encoding\r\n :\r\n chunked"), true, 0, 0},
	    {FIELD("Transfer-Encoding: \r chunked"), true, 0, 0},
	    {FIELD("Transfer-Encoding: \rchunked"), false, 0, 0},
	    {FIELD("Content-Encoding:gz\0ip"), false, 1, HTTP1_CODING_GZIP},
	    {FIELD("Content-Encoding:,\fgzip;"), false, 1, HTTP1_CODING_GZIP},
	    {FIELD("Content-Encoding: gzip, x-deflate"), false, 2, HTTP1_CODING_GZIP},
	    {FIELD("Content-Encoding: br\r\nContent-Encoding: gzip"), false, 2, HTTP1_CODING_BROTLI},
	    {FIELD("Content-Encoding\0:LZMA"), false, 1, HTTP1_CODING_LZMA},
#undef FIELD
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char text[256];
		size_t len = (size_t)snprintf(text, sizeof(text), "HTTP/1.1 200 ok\r\n"), used;
		memcpy(text + len, rows[i].field, rows[i].len);
		memcpy(text + len + rows[i].len, "\r\n\r\n", 4);
		struct http1_head h;
		struct bytes b = test_heap((struct bytes){(uint8_t *)text, len + rows[i].len + 4});
		assert_int_equal(http1_response(b, HTTP1_MAY_GO_ON, &used, &h), PARSE_OK);
		if (h.chunked != rows[i].chunked || h.coding_count != rows[i].codings || h.codings[0] != rows[i].first)
			fail_msg("%s: %d %d", rows[i].field, h.chunked, h.coding_count);
		test_heap_free(b);
	}
}

static void
a_bad_status_is_zero(void **state)
{
	(void)state;
	static const char *const rows[] = {"HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1\r\n\r\n",
	    "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n"};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct http1_head h;
		size_t used;
		assert_int_equal(http1_response(bytes_of_cstr(rows[i]), HTTP1_MAY_GO_ON, &used, &h), PARSE_OK);
		assert_int_equal(h.status, 0);
		assert_int_equal(h.notes, HTTP1_BAD_STATUS);
	}
}

static void
heads_have_a_limit_wherever_they_are_cut(void **state)
{
	(void)state;
	enum { SIZE = HTTP1_HEAD_MAX + 100 };
	uint8_t *text = malloc(SIZE);
	assert_non_null(text);
	memset(text, 'x', SIZE);
	memcpy(text, "GET / HTTP/1.1\r\nA: ", 19);
	struct http1_head h;
	size_t used;
	memcpy(text + HTTP1_HEAD_MAX - 4, "\r\n\r\n", 4);
	assert_int_equal(parse_request((struct bytes){text, HTTP1_HEAD_MAX}, &used, &h), PARSE_OK);
	assert_int_equal(parse_request((struct bytes){text, HTTP1_HEAD_MAX - 1}, &used, &h), PARSE_SHORT);
	memset(text + HTTP1_HEAD_MAX - 4, 'x', 4);
	memcpy(text + HTTP1_HEAD_MAX - 3, "\r\n\r\n", 4);
	assert_int_equal(parse_request((struct bytes){text, HTTP1_HEAD_MAX}, &used, &h), PARSE_BAD);
	assert_int_equal(parse_request((struct bytes){text, HTTP1_HEAD_MAX + 1}, &used, &h), PARSE_BAD);
	assert_int_equal(parse_request((struct bytes){text, SIZE}, &used, &h), PARSE_BAD);
	free(text);
}

static void
fields_have_a_limit(void **state)
{
	(void)state;
	char text[HTTP1_FIELDS_MAX * 6 + 200];
	size_t at = (size_t)snprintf(text, sizeof(text), "GET / HTTP/1.1\r\n");
	for (size_t i = 0; i <= HTTP1_FIELDS_MAX; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "A:b\r\n");
	at += (size_t)snprintf(text + at, sizeof(text) - at, "Host: late\r\n\r\n");
	struct http1_head h;
	size_t used;
	assert_int_equal(parse_request((struct bytes){(uint8_t *)text, at}, &used, &h), PARSE_OK);
	assert_int_equal(h.notes, HTTP1_TOO_MANY_FIELDS | HTTP1_REPEATED_FIELD);
	assert_int_equal(h.field_count, HTTP1_FIELDS_MAX);
	assert_null(h.known[HTTP1_HOST].at);
	assert_int_equal(used, at);
}

static void
a_request_of_the_oldest_kind_ends_with_its_side(void **state)
{
	(void)state;
	struct http1_head h;
	size_t used;
	assert_int_equal(http1_request(BYTES("GET /\r\n"), HTTP1_MAY_GO_ON, &used, &h), PARSE_SHORT);
	assert_int_equal(http1_request(BYTES("GET /\r\n"), HTTP1_ENDS_HERE, &used, &h), PARSE_OK);
	assert_int_equal(used, 7);
	assert_int_equal(h.protocol.len, 0);
	assert_int_equal(http1_request(BYTES("GET / HTTP/1.1\r\n"), HTTP1_ENDS_HERE, &used, &h), PARSE_SHORT);
	assert_int_equal(http1_request(BYTES("GET /"), HTTP1_ENDS_HERE, &used, &h), PARSE_SHORT);
}

static void
the_framing_of_bodies_follows_the_rfc(void **state)
{
	(void)state;
	static const struct {
		const char *head, *method;
		enum http1_body body;
		uint64_t length;
		const char *why;
	} rows[] = {
	    {"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", "GET", HTTP1_BODY_LENGTH, 7, "length"},
	    {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "GET", HTTP1_BODY_NONE, 0, "empty"},
	    {"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", "HEAD", HTTP1_BODY_NONE, 0, "the answer to HEAD"},
	    {"HTTP/1.1 304 No\r\nContent-Length: 7\r\n\r\n", "GET", HTTP1_BODY_NONE, 0, "304"},
	    {"HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n", "GET", HTTP1_BODY_NONE, 0, "204"},
	    {"HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n", "GET", HTTP1_BODY_CHUNKED, 0,
	        "204, but chunks come"},
	    {"HTTP/1.1 101 Up\r\nContent-Length: 4\r\n\r\nabcd", "GET", HTTP1_BODY_LENGTH, 4, "101, but a body comes"},
	    {"HTTP/1.1 100 Go\r\n\r\n", "POST", HTTP1_BODY_NONE, 0, "interim"},
	    {"HTTP/1.1 200 OK\r\n\r\n", "GET", HTTP1_BODY_CLOSE, 0, "until close"},
	    {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "GET", HTTP1_BODY_CLOSE, 0, "unreadable length"},
	    {"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n", "GET", HTTP1_BODY_CHUNKED, 0,
	        "chunked wins"},
	    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 7\r\n\r\n", "GET", HTTP1_BODY_LENGTH, 7,
	        "another coding"},
	    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", "GET", HTTP1_BODY_CHUNKED, 0,
	        "smugglers' order"},
	    {"HTTP/1.1 200 OK\r\n\r\n", "CONNECT", HTTP1_BODY_TUNNEL, 0, "tunnel"},
	    {"HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\n", "CONNECT", HTTP1_BODY_LENGTH, 2, "tunnel refused"},
	    {"HTTP/1.1 101 Up\r\n\r\n", "GET", HTTP1_BODY_TUNNEL, 0, "upgraded"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct http1_head h;
		size_t used;
		assert_int_equal(http1_response(bytes_of_cstr(rows[i].head), HTTP1_MAY_GO_ON, &used, &h), PARSE_OK);
		struct http1_framing f = http1_response_framing(
		    &h, bytes_of_cstr(rows[i].method), bytes_of_cstr(rows[i].head).len > used);
		if (f.body != rows[i].body || f.length != rows[i].length)
			fail_msg("%s", rows[i].why);
	}
	struct http1_head h;
	size_t used;
	assert_int_equal(parse_request(BYTES("POST / HTTP/1.1\r\n\r\n"), &used, &h), PARSE_OK);
	assert_int_equal(http1_request_framing(&h).body, HTTP1_BODY_NONE);
	assert_int_equal(parse_request(BYTES("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n"), &used, &h), PARSE_OK);
	assert_int_equal(http1_request_framing(&h).length, 4);
	assert_int_equal(parse_request(BYTES("CONNECT a:1 HTTP/1.1\r\n\r\n"), &used, &h), PARSE_OK);
	assert_int_equal(http1_request_framing(&h).body, HTTP1_BODY_TUNNEL);
}

static void
chunk_lines_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum parse want;
		uint64_t size;
		size_t used;
		const char *why;
	} rows[] = {
	    {"1aF\r\nx", PARSE_OK, 0x1af, 5, "hexadecimal"},
	    {"0\r\n", PARSE_OK, 0, 3, "the last"},
	    {"5;a=\"b\"\r\n", PARSE_OK, 5, 9, "extension"},
	    {"5 \n", PARSE_OK, 5, 3, "spaces, line feed alone"},
	    {"", PARSE_SHORT, 0, 0, "nothing yet"},
	    {"5", PARSE_SHORT, 0, 0, "no line end yet"},
	    {"5\r", PARSE_SHORT, 0, 0, "half a line end"},
	    {"\r\n", PARSE_SHORT, 0, 0, "an empty line comes before"},
	    {"\r\n\r\n\t\f5x\r\n", PARSE_OK, 5, 10, "white space before, junk after"},
	    {"80000000\r\n", PARSE_BAD, 0, 0, "more than 2 GiB"},
	    {"x\r\n", PARSE_BAD, 0, 0, "not a digit"},
	    {"-5\r\n", PARSE_BAD, 0, 0, "negative"},
	    {"1234567890abcdef\r\n", PARSE_BAD, 0, 0, "more than any body"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct http1_chunk chunk = {0};
		size_t used = 0;
		struct bytes b = test_heap(bytes_of_cstr(rows[i].text));
		if (http1_chunk(b, &used, &chunk) != rows[i].want || chunk.size != rows[i].size || used != rows[i].used ||
		    chunk.has_extension != (i == 2))
			fail_msg("%s: %zu %zu", rows[i].why, used, (size_t)chunk.size);
		test_heap_free(b);
	}
}

static void
trailers_end_with_an_empty_line(void **state)
{
	(void)state;
	size_t used = 0;
	bool last = true;
	assert_int_equal(http1_trailer(BYTES("A: b\r\n\r\n"), HTTP1_FROM_SERVER, &used, &last), PARSE_OK);
	assert_int_equal(used, 6);
	assert_false(last);
	assert_int_equal(http1_trailer(BYTES("\r\n"), HTTP1_FROM_SERVER, &used, &last), PARSE_OK);
	assert_true(last);
	assert_int_equal(http1_trailer(BYTES("\r"), HTTP1_FROM_SERVER, &used, &last), PARSE_SHORT);
}

static void
fields_can_be_walked(void **state)
{
	(void)state;
	struct http1_head h;
	size_t used;
	assert_int_equal(parse_request(BYTES("GET / HTTP/1.1\r\nA: 1\r\nB:2\r\n 3\r\nodd\r\n\r\n"), &used, &h), PARSE_OK);
	size_t at = 0;
	struct http1_field_line f;
	uint8_t plain[16];
	assert_true(http1_fields_next(&h, &at, &f));
	assert_bytes_equal(f.name, BYTES("A"));
	assert_bytes_equal(f.value, BYTES("1"));
	assert_true(http1_fields_next(&h, &at, &f));
	assert_bytes_equal(f.name, BYTES("B"));
	size_t n = http1_unfold(plain, sizeof(plain), f.value);
	assert_bytes_equal(((struct bytes){plain, n}), BYTES("2 3"));
	assert_true(http1_fields_next(&h, &at, &f));
	assert_int_equal(f.name.len, 0);
	assert_bytes_equal(f.value, BYTES("odd"));
	assert_false(http1_fields_next(&h, &at, &f));
}

static void
authorities_are_split(void **state)
{
	(void)state;
	static const struct {
		const char *text, *host;
		int32_t port;
	} rows[] = {
	    {"a.b", "a.b", -1},
	    {"a:80", "a", 80},
	    {"[::1]:8080", "[::1]", 8080},
	    {"[::1]", "[::1]", -1},
	    {"u:p@a:1", "a", 1},
	    {"a:", "a", -2},
	    {"a:x", "a", -2},
	    {"a:65536", "a", -2},
	    {"a:123456", "a", -2},
	    {"", "", -1},
	    {"[::1]x", "[::1]", -2},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct http1_authority a = http1_authority(bytes_of_cstr(rows[i].text));
		if (!bytes_eq(a.host, bytes_of_cstr(rows[i].host)) || a.port != rows[i].port)
			fail_msg("%s", rows[i].text);
	}
	struct http1_head h;
	size_t used;
	assert_int_equal(parse_request(BYTES("GET http://u@a:1/x HTTP/1.1\r\n\r\n"), &used, &h), PARSE_OK);
	assert_bytes_equal(http1_authority_of_target(&h), BYTES("u@a:1"));
}

static void
first_bytes_are_told_apart(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum http1_look request, response;
		const char *why;
	} rows[] = {
	    {"", HTTP1_MAYBE, HTTP1_MAYBE, "nothing yet"},
	    {"GE", HTTP1_MAYBE, HTTP1_NO, "a method begins"},
	    {"GET /", HTTP1_YES, HTTP1_NO, "enough: slow requests are HTTP too"},
	    {"POST http://a/", HTTP1_YES, HTTP1_NO, "to a proxy"},
	    {"OPTIONS * HTTP/1.1\r\n", HTTP1_YES, HTTP1_NO, "the whole line"},
	    {"OPTIONS * RTSP/1.0\r\n", HTTP1_NO, HTTP1_NO, "RTSP"},
	    {"OPTIONS sip:a SIP/2.0\r\n", HTTP1_NO, HTTP1_NO, "SIP"},
	    {"OPTIONS *", HTTP1_MAYBE, HTTP1_NO, "RTSP or HTTP"},
	    {"VERSION-CONTROL /a HTTP/1.1\r\n", HTTP1_YES, HTTP1_NO, "a rare method"},
	    {"PRI * HTTP/2.0\r\n\r\n", HTTP1_NO, HTTP1_NO, "HTTP/2"},
	    {"USER bob\r\n", HTTP1_NO, HTTP1_NO, "FTP"},
	    {"a1 LOGIN", HTTP1_NO, HTTP1_NO, "IMAP"},
	    {"get / HTTP/1.1\r\n", HTTP1_NO, HTTP1_NO, "methods are upper case"},
	    {"HTTP/1.1 200 OK\r\n", HTTP1_NO, HTTP1_YES, "a response"},
	    {"HTTP/1.1 ", HTTP1_NO, HTTP1_YES, "enough of a response"},
	    {"HTTP/1.x ", HTTP1_NO, HTTP1_NO, "no version"},
	    {"HTTP/2.0 200", HTTP1_NO, HTTP1_NO, "another version"},
	    {"SSH-2.0-x\r\n", HTTP1_NO, HTTP1_NO, "SSH"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct bytes b = test_heap(bytes_of_cstr(rows[i].text));
		if (http1_look_request(b) != rows[i].request || http1_look_response(b) != rows[i].response)
			fail_msg("%s: %d %d", rows[i].why, http1_look_request(b), http1_look_response(b));
		test_heap_free(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_request_is_read),
	    cmocka_unit_test(a_response_is_read),
	    cmocka_unit_test(every_prefix_of_a_head_is_short),
	    cmocka_unit_test(waiting_looks_only_at_what_is_new),
	    cmocka_unit_test(what_is_wrong_is_noted),
	    cmocka_unit_test(what_cannot_become_a_request_is_bad),
	    cmocka_unit_test(what_a_server_begins_with_is_told),
	    cmocka_unit_test(lines_of_servers_end_as_browsers_take_them),
	    cmocka_unit_test(names_of_codings_are_found_among_other_things),
	    cmocka_unit_test(a_bad_status_is_zero),
	    cmocka_unit_test(heads_have_a_limit_wherever_they_are_cut),
	    cmocka_unit_test(fields_have_a_limit),
	    cmocka_unit_test(a_request_of_the_oldest_kind_ends_with_its_side),
	    cmocka_unit_test(the_framing_of_bodies_follows_the_rfc),
	    cmocka_unit_test(chunk_lines_are_read),
	    cmocka_unit_test(trailers_end_with_an_empty_line),
	    cmocka_unit_test(fields_can_be_walked),
	    cmocka_unit_test(authorities_are_split),
	    cmocka_unit_test(first_bytes_are_told_apart),
	};
	return RUN_TESTS(tests);
}
