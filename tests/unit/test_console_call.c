/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "console/console_call.h"

static uint8_t room[CONSOLE_CALL_TARGET_MAX];
static const struct console_names ours = {
    .names = {"localhost", "beffroi.example"}, .count = 2, .addresses = true, .tls = true};

/* A request as lines: "GET /api/today", then its headers. */
static struct console_verdict
judge(const char *lines_cstr)
{
	static struct bytes kept;
	struct console_call call = {0};
	struct console_verdict v;
	test_heap_free(kept);
	kept = test_heap(bytes_of_cstr(lines_cstr));
	struct bytes rest = kept, line = bytes_first(rest, bytes_find(rest, '\n'));
	call.method = bytes_first(line, bytes_find(line, ' '));
	call.target = bytes_after(line, call.method.len + 1);
	for (rest = bytes_after(rest, line.len + 1); rest.len > 0; rest = bytes_after(rest, line.len + 1)) {
		line = bytes_first(rest, bytes_find(rest, '\n'));
		struct bytes name = bytes_first(line, bytes_find(line, ':'));
		console_call_header(&call, name, bytes_after(line, name.len + 1));
	}
	console_call_judge(&call, &ours, room, &v);
	return v;
}

#define SIGNED "Host: localhost:8443\nCookie: a=b; __Host-beffroi=secret\n"

struct refusal {
	const char *why_cstr, *lines_cstr;
	unsigned status;
};

static const struct refusal refusals[] = {
    {"no host", "GET /api/today\n", 400},
    {"two hosts", "GET /\nHost: localhost\nHost: localhost\n", 400},
    {"a name that somebody else made point here", "GET /\nHost: evil.example\n", 421},
    {"a name with ours at its end", "GET /\nHost: evil-localhost\n", 421},
    {"a port that is none", "GET /\nHost: localhost:x\n", 421},
    {"a proxy's form of address", "GET http://localhost/\nHost: localhost\n", 400},
    {"a space in the address", "GET /a b\nHost: localhost\n", 400},
    {"a byte that no address has", "GET /caf\xc3\xa9\nHost: localhost\n", 400},
    {"nothing there", "GET /api/nothing\n" SIGNED, 404},
    {"another method", "PUT /api/incidents\n" SIGNED, 405},
    {"another method for a file", "POST /app.js\n" SIGNED "Content-Length: 0\n", 405},
    {"a method of proxies", "CONNECT /\nHost: localhost\n", 405},
    {"nobody is signed in", "GET /api/today\nHost: localhost\n", 401},
    {"the cookie of the other scheme", "GET /api/today\nHost: localhost\nCookie: beffroi=secret\n", 401},
    {"no proof against forged requests", "POST /api/incidents\n" SIGNED "Content-Length: 0\n", 403},
    {"a page of another site (Origin)",
        "POST /api/session\nHost: localhost:8443\nOrigin: https://evil.example\nContent-Length: 0\n", 403},
    {"a page without TLS", "POST /api/session\nHost: localhost:8443\nOrigin: http://localhost:8443\nContent-Length: 0\n",
        403},
    {"another port is another site",
        "POST /api/session\nHost: localhost:8443\nOrigin: https://localhost:1\nContent-Length: 0\n", 403},
    {"a hidden origin", "POST /api/session\nHost: localhost\nOrigin: null\nContent-Length: 0\n", 403},
    {"a page of another site (Fetch)", "GET /api/today\n" SIGNED "Sec-Fetch-Site: cross-site\n", 403},
    {"a sister site", "GET /api/today\n" SIGNED "Sec-Fetch-Site: same-site\n", 403},
    {"no length", "POST /api/session\nHost: localhost\n", 411},
    {"too long", "POST /api/session\nHost: localhost\nContent-Type: application/json\nContent-Length: 262145\n", 413},
    {"much too long", "POST /api/session\nHost: localhost\nContent-Length: 99999999999999999999999999\n", 413},
    {"a length that is none", "POST /api/session\nHost: localhost\nContent-Length: 1x\n", 400},
    {"two ends", "POST /api/session\nHost: localhost\nContent-Length: 1\nTransfer-Encoding: chunked\n", 400},
    {"another coding",
        "POST /api/session\nHost: localhost\nContent-Type: application/json\nTransfer-Encoding: gzip, chunked\n", 400},
    {"two lengths", "POST /api/session\nHost: localhost\nContent-Length: 1\nContent-Length: 1\n", 400},
    {"a form", "POST /api/session\nHost: localhost\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 5\n",
        415},
    {"plain text, which needs no preflight",
        "POST /api/session\nHost: localhost\nContent-Type: text/plain\nContent-Length: 5\n", 415},
    {"a question with a body", "GET /api/today\n" SIGNED "Content-Length: 5\n", 400},
    {"half an escape", "GET /api/incidents?q=%4\n" SIGNED, 400},
    {"an escape that is none", "GET /api/incidents/%zz\n" SIGNED, 400},
};

static void
what_is_wrong_gets_its_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(refusals); i++) {
		struct console_verdict v = judge(refusals[i].lines_cstr);
		if (v.kind != CONSOLE_REFUSED || v.status != refusals[i].status)
			fail_msg("%s: kind %d, status %u", refusals[i].why_cstr, (int)v.kind, v.status);
		assert_non_null(v.code_cstr);
		assert_non_null(v.text_cstr);
	}
}

static void
an_address_that_is_too_long_is_refused(void **state)
{
	(void)state;
	static char lines[CONSOLE_CALL_TARGET_MAX + 64];
	memset(lines, 'a', sizeof(lines));
	memcpy(lines, "GET /", 5);
	memcpy(lines + CONSOLE_CALL_TARGET_MAX + 20, "\n" SIGNED, 8);
	lines[CONSOLE_CALL_TARGET_MAX + 28] = '\0';
	assert_int_equal(judge(lines).status, 414);
}

static void
an_order_has_what_was_given(void **state)
{
	(void)state;
	struct console_verdict v = judge("GET /api/incidents/INC%2d1?q=caf%C3%A9+cr%2Bme&empty=&=x&state=new\n" SIGNED
	                                 "Accept-Language: de, fr-FR;q=0.9, en;q=0.5\n");
	assert_int_equal(v.kind, CONSOLE_ORDER);
	assert_int_equal(v.order.operation, OPERATION_INCIDENT_SHOW);
	assert_int_equal(v.order.language, LANGUAGE_FR);
	assert_bytes_equal(v.order.session, BYTES("secret"));
	assert_int_equal(v.order.parameter_count, 4);
	assert_bytes_equal(order_parameter(&v.order, "id", NULL), BYTES("INC-1"));
	assert_bytes_equal(order_parameter(&v.order, "q", NULL), BYTES("caf\xc3\xa9 cr+me"));
	assert_bytes_equal(order_parameter(&v.order, "state", NULL), BYTES("new"));
	v = judge("POST /api/session\nHost: [::1]:8443\nOrigin: https://[::1]:8443\nSec-Fetch-Site: same-origin\n"
	          "Content-Type: Application/JSON; charset=utf-8\nContent-Length: 20\n");
	assert_int_equal(v.kind, CONSOLE_ORDER);
	assert_true(v.has_body);
	assert_int_equal(v.order.language, LANGUAGE_EN);
}

/* A program has no cookie that a browser could send for it: it needs no proof. */
static void
a_token_goes_before_a_cookie_and_needs_no_proof(void **state)
{
	(void)state;
	struct console_verdict v = judge("POST /api/incidents\n" SIGNED
	                                 "Authorization: bearer  abc\nContent-Length: 2\nContent-Type: application/json\n");
	assert_int_equal(v.kind, CONSOLE_ORDER);
	assert_bytes_equal(v.order.token, BYTES("abc"));
	assert_int_equal(v.order.session.len, 0);
}

static void
files_health_and_methods_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(judge("GET /\nHost: 192.0.2.7\n").kind, CONSOLE_FILE);
	assert_bytes_equal(judge("GET /app.js?x=1\nHost: beffroi.example.\n").path, BYTES("/app.js"));
	assert_int_equal(judge("GET /health\nHost: BEFFROI.example:8443\n").kind, CONSOLE_HEALTH);
	struct console_verdict v = judge("HEAD /health\nHost: localhost\n");
	assert_int_equal(v.kind, CONSOLE_HEALTH);
	v = judge("OPTIONS /api/incidents\nHost: localhost\n");
	assert_int_equal(v.kind, CONSOLE_OPTIONS);
	assert_int_equal(v.methods, 1 << OPERATION_GET | 1 << OPERATION_POST);
	v = judge("DELETE /api/incidents\n" SIGNED);
	assert_int_equal(v.status, 405);
	assert_int_equal(v.methods, 1 << OPERATION_GET | 1 << OPERATION_POST);
}

static void
lists_with_weights_are_understood(void **state)
{
	(void)state;
	assert_true(console_call_accepts(BYTES("br, gzip;q=0.1"), BYTES("gzip")));
	assert_true(console_call_accepts(BYTES("GZIP"), BYTES("gzip")));
	assert_false(console_call_accepts(BYTES("gzip;q=0"), BYTES("gzip")));
	assert_false(console_call_accepts(BYTES("gzip; q=0.000, br"), BYTES("gzip")));
	assert_false(console_call_accepts(BYTES("xgzip"), BYTES("gzip")));
	assert_true(console_call_matches(BYTES("\"a\", W/\"b\""), BYTES("b")));
	assert_false(console_call_matches(BYTES("\"ab\""), BYTES("b")));
	assert_false(console_call_matches(BYTES("b"), BYTES("b")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_wrong_gets_its_status),
	    cmocka_unit_test(an_address_that_is_too_long_is_refused),
	    cmocka_unit_test(an_order_has_what_was_given),
	    cmocka_unit_test(a_token_goes_before_a_cookie_and_needs_no_proof),
	    cmocka_unit_test(files_health_and_methods_are_told_apart),
	    cmocka_unit_test(lists_with_weights_are_understood),
	};
	return RUN_TESTS(tests);
}
