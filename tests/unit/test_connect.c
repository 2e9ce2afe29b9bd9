/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is sent of incidents, and how: everything but the network itself, which tests/system/test_send.py has. */
#include "test.h"

#include "connect/courier_wire.h"
#include "connect/ticket.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>

/* ---- Addresses ---- */

static void
an_address_is_https_or_this_very_machine(void **state)
{
	(void)state;
	static const struct {
		const char *url_cstr, *host_cstr, *port_cstr; /* host NULL: refused */
	} rows[] = {
	    {"https://glpi.example.org", "glpi.example.org", "443"},
	    {"https://glpi.example.org:8443/apirest.php", "glpi.example.org", "8443"},
	    {"https://192.0.2.7/x", "192.0.2.7", "443"},
	    {"https://[2001:db8::7]:444/x", "2001:db8::7", "444"},
	    {"http://127.0.0.1:8080/x", "127.0.0.1", "8080"},
	    {"http://127.9.9.9/", "127.9.9.9", "80"},
	    {"http://[::1]/", "::1", "80"},
	    {"http://localhost/", "localhost", "80"},
	    {"http://192.0.2.7/", NULL, NULL},
	    {"http://localhost.example.org/", NULL, NULL},
	    {"http://127.0.0.1.example.org/", NULL, NULL},
	    {"http://[::ffff:192.0.2.7]/", NULL, NULL},
	    {"http://0x7f000001/", NULL, NULL},
	    {"ftp://example.org/", NULL, NULL},
	    {"https://", NULL, NULL},
	    {"https:///x", NULL, NULL},
	    {"https://user@example.org/", NULL, NULL},
	    {"https://user:word@example.org/", NULL, NULL},
	    {"https://example.org:0/", NULL, NULL},
	    {"https://example.org:65536/", NULL, NULL},
	    {"https://example.org:/", NULL, NULL},
	    {"https://example.org:x/", NULL, NULL},
	    {"https://example.org/?a=b", NULL, NULL},
	    {"https://example.org/#a", NULL, NULL},
	    {"https://example.org/a b", NULL, NULL},
	    {"https://example.org/a\r\nX: y", NULL, NULL},
	    {"https://ex\xc3\xa4mple.org/", NULL, NULL},
	    {"https://[::1", NULL, NULL},
	    {"https://[example.org]/", NULL, NULL},
	    {"https://[1.2.3.4]/", NULL, NULL},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct connector c = {0};
		if (connectors_url(rows[i].url_cstr, &c) != (rows[i].host_cstr != NULL))
			fail_msg("%s", rows[i].url_cstr);
		if (rows[i].host_cstr == NULL)
			continue;
		assert_string_equal(c.host_cstr, rows[i].host_cstr);
		assert_string_equal(c.port_cstr, rows[i].port_cstr);
		assert_int_equal(c.is_plain, strncmp(rows[i].url_cstr, "http:", 5) == 0);
	}
}

/* ---- What may leave ---- */

static void
what_is_marked_stays_where_its_mark_says(void **state)
{
	(void)state;
	static const struct {
		enum connector_tlp most;
		const char *tlp_cstr, *restricted_cstr;
		bool leaves;
	} rows[] = {
	    {CONNECTOR_GREEN, "CLEAR", "", true},
	    {CONNECTOR_GREEN, "GREEN", "", true},
	    {CONNECTOR_GREEN, "AMBER", "", false},
	    {CONNECTOR_GREEN, "", "", false},
	    {CONNECTOR_AMBER, "AMBER", "", true},
	    {CONNECTOR_AMBER, "AMBER+STRICT", "", false},
	    {CONNECTOR_AMBER, "", "", false},
	    {CONNECTOR_AMBER_STRICT, "AMBER+STRICT", "", true},
	    {CONNECTOR_AMBER_STRICT, "", "", true},
	    {CONNECTOR_AMBER_STRICT, "RED", "", false},
	    {CONNECTOR_RED, "RED", "", false},
	    {CONNECTOR_AMBER_STRICT, "amber", "", false}, /* no mark that we know: as the strictest one */
	    {CONNECTOR_AMBER_STRICT, "CLEAR", "alice", false},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct connector c = {.most = rows[i].most};
		struct diag diag = {0};
		int r = ticket_may_leave(&c, rows[i].tlp_cstr, rows[i].restricted_cstr, &diag);
		assert_int_equal(r, rows[i].leaves ? 0 : -EPERM);
		assert_int_equal(diag.text_cstr[0] != '\0', !rows[i].leaves);
	}
}

static const struct ticket plain = {.id_cstr = "INC-0123456789ab",
    .title_cstr = "A title",
    .category_cstr = "",
    .state_cstr = "new",
    .tlp_cstr = "GREEN",
    .pap_cstr = "",
    .severity = 3,
    .deadline_cstr = "",
    .owner_cstr = "",
    .description_cstr = ""};

static void
what_people_and_packets_wrote_is_no_html_in_a_ticket(void **state)
{
	(void)state;
	static char room[TICKET_ROOM];
	struct ticket t = plain;
	t.description_cstr = "<img src=x onerror=alert(1)> & \"quoted\" 'too'\nnext line";
	t.attacker_cstr = "</p><script>";
	struct json j = json_of(room, sizeof(room) - 1);
	ticket_write_glpi(&j, &t, "", LANGUAGE_EN);
	assert_true(json_ok(&j));
	room[json_length(&j)] = '\0';
	assert_null(strstr(room, "<img"));
	assert_null(strstr(room, "<script"));
	assert_non_null(
	    strstr(room, "&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quoted&quot; &#39;too&#39;<br>next line"));
	assert_null(strstr(room, "\"id\""));
}

static void
long_texts_are_cut_between_characters(void **state)
{
	(void)state;
	static char room[TICKET_ROOM], title[2000], text[60000];
	struct ticket t = plain;
	for (size_t i = 0; i + 2 < sizeof(title); i += 2)
		memcpy(title + i, "\xc3\xa9", 2);
	memset(text, '<', sizeof(text) - 1);
	t.title_cstr = title;
	t.description_cstr = text;
	for (size_t shift = 0; shift < 2; shift++, t.title_cstr = "x") {
		struct json j = json_of(room, sizeof(room) - 1);
		ticket_write_glpi(&j, &t, "42", LANGUAGE_FR);
		assert_true(json_ok(&j));
		room[json_length(&j)] = '\0';
		assert_null(strstr(room, "\\u00")); /* a half character would leave as that */
		assert_non_null(strstr(room, "&lt; ..."));
		assert_non_null(strstr(room, "\"id\":42"));
	}
}

static void
an_exercise_says_so_first(void **state)
{
	(void)state;
	static char room[TICKET_ROOM];
	struct ticket t = plain;
	t.is_exercise = true;
	struct json j = json_of(room, sizeof(room) - 1);
	ticket_write_glpi(&j, &t, "", LANGUAGE_EN);
	room[json_length(&j)] = '\0';
	assert_non_null(strstr(room, "\"name\":\"[EXERCISE] A title (INC-0123456789ab)\""));
}

/* ---- The conversation ---- */

enum { STEPS_MAX = 16 };

struct step {
	enum delivery_fault fault;
	unsigned status, retry_after_s;
	const char *body_cstr;
};

struct script {
	const struct step *steps;
	size_t asked, paused_count;
	unsigned paused_s[STEPS_MAX];
	char what[STEPS_MAX][96];
	char key[STEPS_MAX][64]; /* webhook-id */
	char signature[80];
};

static enum delivery_fault
exchange(void *context, const struct delivery_request *r, struct delivery_answer *out, struct diag *diag)
{
	struct script *s = context;
	const struct step *step = &s->steps[s->asked];
	assert_true(s->asked < STEPS_MAX);
	snprintf(s->what[s->asked], sizeof(s->what[0]), "%s %.80s", r->method_cstr, r->url_cstr);
	for (size_t i = 0; i < r->header_count; i++) {
		if (strncmp(r->header_cstr[i], "webhook-id: ", 12) == 0)
			snprintf(s->key[s->asked], sizeof(s->key[0]), "%.60s", r->header_cstr[i] + 12);
		if (strncmp(r->header_cstr[i], "webhook-signature: ", 19) == 0)
			snprintf(s->signature, sizeof(s->signature), "%.70s", r->header_cstr[i] + 19);
	}
	s->asked++;
	if (step->fault != DELIVERY_ANSWERED)
		(void)diag_say(diag, 0, "it did not work");
	*out = (struct delivery_answer){.status = step->status,
	    .retry_after_s = step->retry_after_s,
	    .body = bytes_of_cstr(step->body_cstr == NULL ? "" : step->body_cstr)};
	return step->fault;
}

static void
pause_for(void *context, unsigned seconds)
{
	struct script *s = context;
	s->paused_s[s->paused_count++] = seconds;
}

static const struct connector hook = {.kind = CONNECTOR_WEBHOOK,
    .url_cstr = "https://hooks.example.org/x",
    .host_cstr = "hooks.example.org",
    .app_token_cstr = "",
    .user_token_cstr = "",
    .secret_cstr = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    .attempts = 3};
static const struct connector glpi = {.kind = CONNECTOR_GLPI,
    .url_cstr = "https://glpi.example.org/apirest.php",
    .host_cstr = "glpi.example.org",
    .app_token_cstr = "APP",
    .user_token_cstr = "USER",
    .secret_cstr = "",
    .attempts = 3};

static int
send_to(const struct connector *to, const struct step *steps, const char *known_cstr, struct script *s,
    struct delivery_receipt *receipt, struct diag *diag)
{
	*s = (struct script){.steps = steps};
	*receipt = (struct delivery_receipt){0};
	struct delivery_carrier carrier = {.exchange = exchange, .pause = pause_for, .context = s};
	struct delivery_parcel parcel = {.body = BYTES("{\"test\": 2432232314}"),
	    .id_cstr = "msg_p5jXN8AQM9LWM0D4loKWxJek",
	    .known_cstr = known_cstr,
	    .now_s = 1614265330};
	return delivery_send(to, &carrier, &parcel, receipt, diag);
}

static void
a_message_is_signed_as_the_standard_says(void **state)
{
	(void)state;
	struct delivery_request r;
	struct diag diag = {0};
	/* The example of standardwebhooks.com: its secret, id, time, body and signature. */
	struct delivery_parcel parcel = {.body = BYTES("{\"test\": 2432232314}"),
	    .id_cstr = "msg_p5jXN8AQM9LWM0D4loKWxJek",
	    .known_cstr = "",
	    .now_s = 1614265330};
	static const struct step steps[] = {{.status = 200}};
	struct script s;
	struct delivery_receipt receipt;
	assert_int_equal(delivery_preview(&hook, &parcel, &r, &diag), 0);
	bool hidden = false;
	for (size_t i = 0; i < r.header_count; i++)
		hidden = hidden || strcmp(r.header_cstr[i], "webhook-signature: v1,...") == 0;
	assert_true(hidden);
	assert_int_equal(send_to(&hook, steps, "", &s, &receipt, &diag), 0);
	assert_string_equal(s.key[0], "msg_p5jXN8AQM9LWM0D4loKWxJek");
	assert_string_equal(s.signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void
a_message_is_tried_again_with_longer_pauses_and_its_own_name(void **state)
{
	(void)state;
	struct script s;
	struct delivery_receipt receipt;
	struct diag diag = {0};
	static const struct {
		struct step steps[4];
		int result;
		size_t asked;
		unsigned pauses[2];
		const char *why;
	} rows[] = {
	    {{{.status = 200}}, 0, 1, {0}, "at once"},
	    {{{.status = 500}, {.fault = DELIVERY_LOST}, {.status = 204}}, 0, 3, {1, 2}, "at the third time"},
	    {{{.status = 503, .retry_after_s = 7}, {.status = 200}}, 0, 2, {7}, "after as long as it was asked for"},
	    {{{.status = 429, .retry_after_s = 9999}, {.status = 200}}, 0, 2, {30}, "but not for hours"},
	    {{{.status = 500}, {.status = 502}, {.status = 504}}, -EREMOTEIO, 3, {1, 2}, "three times, no more"},
	    {{{.fault = DELIVERY_NOT_SENT}, {.fault = DELIVERY_NOT_SENT}, {.fault = DELIVERY_NOT_SENT}}, -EHOSTUNREACH, 3,
	        {1, 2}, "nobody there"},
	    {{{.fault = DELIVERY_HOPELESS}}, -EPROTO, 1, {0}, "a certificate does not get better"},
	    {{{.status = 401}}, -EACCES, 1, {0}, "nor a secret"},
	    {{{.status = 302}}, -EREMOTE, 1, {0}, "nothing is followed"},
	    {{{.status = 404}}, -ENOENT, 1, {0}, "not there"},
	    {{{.status = 400}}, -EREMOTEIO, 1, {0}, "not liked"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		int r = send_to(&hook, rows[i].steps, "", &s, &receipt, &diag);
		if (r != rows[i].result || s.asked != rows[i].asked)
			fail_msg("%s: %d, %zu requests: %s", rows[i].why, r, s.asked, diag.text_cstr);
		for (size_t p = 0; p < 2; p++)
			assert_int_equal(s.paused_s[p], rows[i].pauses[p]);
		for (size_t k = 0; k < s.asked; k++)
			assert_string_equal(s.key[k], "msg_p5jXN8AQM9LWM0D4loKWxJek");
	}
}

static void
a_ticket_is_never_made_twice(void **state)
{
	(void)state;
	struct script s;
	struct delivery_receipt receipt;
	struct diag diag = {0};
	static const char session[] = "{\"session_token\":\"s\"}";
	static const struct {
		struct step post;
		bool again;
	} rows[] = {{{.fault = DELIVERY_LOST}, false}, {{.status = 500}, false}, {{.status = 502}, false},
	    {{.status = 504}, false}, {{.fault = DELIVERY_HOPELESS}, false}, {{.status = 400}, false},
	    {{.fault = DELIVERY_NOT_SENT}, true}, {{.status = 503}, true}, {{.status = 429}, true}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct step steps[] = {{.status = 200, .body_cstr = session}, rows[i].post,
		    {.status = 201, .body_cstr = "{\"id\":7}"}, {.status = 200}};
		unsigned posts = 0;
		int r = send_to(&glpi, steps, "", &s, &receipt, &diag);
		for (size_t k = 0; k < s.asked; k++)
			posts += strncmp(s.what[k], "POST ", 5) == 0;
		assert_int_equal(posts, rows[i].again ? 2 : 1);
		assert_int_equal(r == 0, rows[i].again);
		assert_string_equal(s.what[s.asked - 1], "GET https://glpi.example.org/apirest.php/killSession");
	}
	/* To change one twice does no harm. */
	static const struct step change[] = {{.status = 200, .body_cstr = session}, {.fault = DELIVERY_LOST},
	    {.status = 200, .body_cstr = "[{\"7\":true}]"}, {.status = 200}};
	assert_int_equal(send_to(&glpi, change, "7", &s, &receipt, &diag), 0);
	assert_string_equal(s.what[2], "PUT https://glpi.example.org/apirest.php/Ticket/7");
	assert_string_equal(receipt.reference_cstr, "7");
	assert_false(receipt.is_new);
}

static void
what_a_server_says_is_believed_in_its_form_only(void **state)
{
	(void)state;
	struct script s;
	struct delivery_receipt receipt;
	struct diag diag = {0};
	static const char *const sessions[] = {"", "null", "[]", "{}", "{\"session_token\":1}", "{\"session_token\":\"\"}",
	    "{\"session_token\":\"a b\"}", "{\"session_token\":\"a\\r\\nX: y\"}", "<html>"};
	for (size_t i = 0; i < LENGTH_OF(sessions); i++) {
		struct step steps[] = {{.status = 200, .body_cstr = sessions[i]}};
		assert_int_equal(send_to(&glpi, steps, "", &s, &receipt, &diag), -EPROTO);
		assert_int_equal(s.asked, 1);
	}
	static const char *const ids[] = {
	    "", "{}", "{\"id\":\"7\"}", "{\"id\":0}", "{\"id\":-7}", "{\"id\":7.5}", "[{\"id\":7}]"};
	for (size_t i = 0; i < LENGTH_OF(ids); i++) {
		struct step steps[] = {{.status = 200, .body_cstr = "{\"session_token\":\"s\"}"},
		    {.status = 201, .body_cstr = ids[i]}, {.status = 200}};
		assert_int_equal(send_to(&glpi, steps, "", &s, &receipt, &diag), -EPROTO);
		assert_int_equal(s.asked, 3);
	}
	static const struct step quoting[] = {{.status = 400, .body_cstr = "[\"ERROR\\u001b[31m\\u202e\",\"x\"]"}};
	assert_int_equal(send_to(&glpi, quoting, "", &s, &receipt, &diag), -EREMOTEIO);
	assert_non_null(strstr(diag.text_cstr, "ERROR?[31m"));
	static const struct step reference[] = {{.status = 200, .body_cstr = "{\"reference\":\"T-1\\u0000\\n\"}"}};
	assert_int_equal(send_to(&hook, reference, "", &s, &receipt, &diag), 0);
	assert_string_equal(receipt.reference_cstr, "T-1??");
	/* A number of ours that somebody changed is no path. */
	static const struct step none[] = {{.status = 500}};
	assert_int_equal(send_to(&glpi, none, "7/../../x", &s, &receipt, &diag), -EINVAL);
	assert_int_equal(s.asked, 0);
}

static void
a_secret_that_is_none_signs_nothing(void **state)
{
	(void)state;
	static const char *const secrets[] = {"whsec_", "whsec_short", "whsec_!!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
	    "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
	for (size_t i = 0; i < LENGTH_OF(secrets); i++) {
		struct connector c = hook;
		struct script s;
		struct delivery_receipt receipt;
		struct diag diag = {0};
		static const struct step steps[] = {{.status = 200}};
		c.secret_cstr = secrets[i];
		assert_int_equal(send_to(&c, steps, "", &s, &receipt, &diag), -EINVAL);
		assert_int_equal(s.asked, 0);
	}
}

/* ---- Between the processes ---- */

static void
messages_arrive_whole_or_not_at_all(void **state)
{
	(void)state;
	uint8_t room[2048];
	struct arena arena;
	struct courier_order sent = {.language = LANGUAGE_FR, .connector = glpi}, got;
	assert_int_equal(arena_init(&arena, 1 << 20), 0);
	sent.connector.timeout_s = 20;
	sent.connector.ca_cstr = "/etc/own.pem";
	sent.parcel = (struct delivery_parcel){.body = BYTES("{}"), .id_cstr = "INC-1", .known_cstr = "42", .now_s = 12345};
	struct writer w = writer_of(room, sizeof(room));
	courier_wire_put_order(&w, &sent);
	assert_int_equal(courier_wire_get_order(writer_written(&w), &arena, &got), PARSE_OK);
	assert_string_equal(got.connector.url_cstr, glpi.url_cstr);
	assert_string_equal(got.connector.host_cstr, "glpi.example.org");
	assert_string_equal(got.connector.user_token_cstr, "USER");
	assert_string_equal(got.connector.ca_cstr, "/etc/own.pem");
	assert_string_equal(got.parcel.known_cstr, "42");
	assert_int_equal(got.parcel.now_s, 12345);
	for (size_t n = 0; n < w.len; n++) {
		struct bytes part = test_heap(bytes_first(writer_written(&w), n));
		assert_int_not_equal(courier_wire_get_order(part, &arena, &got), PARSE_OK);
		test_heap_free(part);
	}
	struct delivery_receipt receipt = {.reference_cstr = "42", .attempts = 3, .is_new = true}, back;
	w = writer_of(room, sizeof(room));
	courier_wire_put_receipt(&w, &receipt);
	assert_int_equal(courier_wire_get_receipt(writer_written(&w), &back), PARSE_OK);
	assert_string_equal(back.reference_cstr, "42");
	room[2] = 27; /* an escape in the place of a number: somebody has taken the courier */
	assert_int_equal(courier_wire_get_receipt(writer_written(&w), &back), PARSE_BAD);
	struct diag diag = {.file_cstr = "a file"}, heard;
	int error = 0;
	(void)diag_say(&diag, 0, "a sentence");
	w = writer_of(room, sizeof(room));
	w = writer_of(room, sizeof(room));
	struct courier_errand errand = {.language = LANGUAGE_FR,
	                          .from = {.url_cstr = "https://example.org:444/a.rules", .ca_cstr = "", .timeout_s = 9},
	                          .bytes_max = 7},
	                      wanted;
	courier_wire_put_errand(&w, &errand);
	assert_int_equal(courier_wire_get_errand(writer_written(&w), &arena, &wanted), PARSE_OK);
	assert_string_equal(wanted.from.url_cstr, errand.from.url_cstr);
	assert_string_equal(wanted.from.port_cstr, "444");
	assert_int_equal(wanted.bytes_max, 7);
	for (size_t cut = 0; cut < w.len; cut++)
		assert_int_not_equal(
		    courier_wire_get_errand(bytes_first(writer_written(&w), cut), &arena, &wanted), PARSE_OK);
	struct courier_catch fetched = {.status = 302, .bytes = 5, .elsewhere_cstr = "https://a/b"}, told;
	w = writer_of(room, sizeof(room));
	courier_wire_put_catch(&w, &fetched);
	assert_int_equal(courier_wire_get_catch(writer_written(&w), &told), PARSE_OK);
	assert_int_equal(told.status, 302);
	assert_string_equal(told.elsewhere_cstr, "https://a/b");
	fetched.elsewhere_cstr[0] = '\033'; /* nothing that a terminal would obey */
	w = writer_of(room, sizeof(room));
	courier_wire_put_catch(&w, &fetched);
	assert_int_equal(courier_wire_get_catch(writer_written(&w), &told), PARSE_BAD);
	w = writer_of(room, sizeof(room));
	courier_wire_put_fault(&w, -EACCES, &diag);
	assert_int_equal(courier_wire_get_fault(writer_written(&w), &error, &heard), PARSE_OK);
	assert_int_equal(error, -EACCES);
	assert_string_equal(heard.text_cstr, "a sentence");
	memset(room, 0, 2);
	assert_int_equal(courier_wire_get_fault(writer_written(&w), &error, &heard), PARSE_BAD); /* no error is no fault */
	arena_done(&arena);
}

int
main(void)
{
	assert_true(sodium_init() >= 0);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_address_is_https_or_this_very_machine),
	    cmocka_unit_test(what_is_marked_stays_where_its_mark_says),
	    cmocka_unit_test(what_people_and_packets_wrote_is_no_html_in_a_ticket),
	    cmocka_unit_test(long_texts_are_cut_between_characters),
	    cmocka_unit_test(an_exercise_says_so_first),
	    cmocka_unit_test(a_message_is_signed_as_the_standard_says),
	    cmocka_unit_test(a_message_is_tried_again_with_longer_pauses_and_its_own_name),
	    cmocka_unit_test(a_ticket_is_never_made_twice),
	    cmocka_unit_test(what_a_server_says_is_believed_in_its_form_only),
	    cmocka_unit_test(a_secret_that_is_none_signs_nothing),
	    cmocka_unit_test(messages_arrive_whole_or_not_at_all),
	};
	return RUN_TESTS(tests);
}
