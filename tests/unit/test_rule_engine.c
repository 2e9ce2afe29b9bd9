/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a match means: across the pieces of a stream, in windows of long contents, once per transaction, in order. */
#include "test.h"

#include "detect/rules/rule_engine.h"

#include <stdlib.h>
#include <string.h>

enum { HITS_MAX = 64 };

struct bench {
	struct rule_set set;
	struct rule_program *program;
	struct rule_engine *engine;
	struct view_flow flow;
	struct l7_tx tx;
	uint64_t packet;
	size_t hit_count;
	uint32_t hits[HITS_MAX];
};

static void
on_alert(void *context, const struct rule_hit *hit)
{
	struct bench *b = context;
	assert_true(b->hit_count < HITS_MAX);
	b->hits[b->hit_count++] = hit->rule->sid;
}

static struct bench *
bench_of(const char *rules_cstr)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct diag diag = {0};
	assert_non_null(b);
	assert_int_equal(rule_set_init(&b->set, 16 << 20), 0);
	assert_int_equal(rule_set_read(&b->set, "a.rules", bytes_of_cstr(rules_cstr), &diag), 0);
	if (b->set.problem_count > 0)
		fail_msg("%s: %s", rules_cstr, b->set.problems[0].reason_cstr);
	assert_int_equal(rule_program_make(&b->set, &b->program, &diag), 0);
	b->engine = rule_engine_new(b->program, 7, on_alert, b);
	assert_non_null(b->engine);
	b->flow = (struct view_flow){.id = 1,
	    .client = addr_v4((const uint8_t[4]){10, 0, 0, 1}),
	    .server = addr_v4((const uint8_t[4]){10, 0, 0, 2}),
	    .client_port = 1025,
	    .server_port = 80,
	    .ip_proto = 6,
	    .ip_version = 4,
	    .established = true,
	    .app_cstr = ""};
	return b;
}

static void
bench_done(struct bench *b)
{
	rule_engine_free(b->engine);
	rule_program_free(b->program);
	rule_set_done(&b->set);
	free(b);
}

static void
stream(struct bench *b, bool from_server, const char *text_cstr)
{
	struct bytes heap = test_heap(bytes_of_cstr(text_cstr));
	rule_engine_stream(b->engine, &b->flow, from_server, 0, ++b->packet, heap);
	test_heap_free(heap);
}

static struct view_packet
packet_of(struct bench *b, bool from_server, struct bytes payload)
{
	b->flow.packets[from_server]++;
	return (struct view_packet){.number = ++b->packet,
	    .flow = &b->flow,
	    .from_server = from_server,
	    .source = from_server ? b->flow.server : b->flow.client,
	    .target = from_server ? b->flow.client : b->flow.server,
	    .source_port = from_server ? b->flow.server_port : b->flow.client_port,
	    .target_port = from_server ? b->flow.client_port : b->flow.server_port,
	    .ip_version = 4,
	    .ip_proto = b->flow.ip_proto,
	    .has_transport = true,
	    .is_in_stream = true,
	    .payload = payload};
}

/* How often the rule was told. */
static size_t
told(const struct bench *b, uint32_t sid)
{
	size_t count = 0;
	for (size_t i = 0; i < b->hit_count; i++)
		count += b->hits[i] == sid;
	return count;
}

static struct view_set
set_of(struct bench *b, bool from_server, uint64_t tx_id, bool is_end)
{
	b->tx = (struct l7_tx){.id = tx_id};
	return (struct view_set){
	    .flow = &b->flow, .number = ++b->packet, .from_server = from_server, .is_end = is_end, .tx = &b->tx};
}

/* ---- Streams ---- */

static void
what_is_cut_in_two_is_found(void **state)
{
	(void)state;
	struct bench *b = bench_of(
	    "alert tcp any any -> any any (content:\"needle\"; sid:1;)\n"
	    "alert tcp any any -> any any (content:\"long first\"; content:\"last\"; distance:2; sid:2;)\n"
	    "alert tcp any any -> any any (content:\"last one\"; content:\"before\"; sid:3;)\n"
	    "alert tcp any any -> any any (content:\"never said\"; sid:4;)\n");
	stream(b, false, "a nee");
	assert_int_equal(b->hit_count, 0);
	stream(b, false, "dle and the long fi");
	assert_int_equal(told(b, 1), 1);
	stream(b, false, "rst before th");
	assert_int_equal(told(b, 2), 0);
	stream(b, false, "e last one");
	assert_int_equal(told(b, 2), 1);
	assert_int_equal(told(b, 3), 1);
	stream(b, false, " and so on");
	assert_int_equal(b->hit_count, 3);
	bench_done(b);
}

/* However the text is cut in three. */
static void
no_cut_hides_or_doubles_a_match(void **state)
{
	(void)state;
	static const char text[] = "GET /index?command=start HTTP/1.1 and some more\n";
	for (size_t first = 0; first < sizeof(text); first += 3)
		for (size_t second = first; second < sizeof(text); second += 5) {
			struct bench *b = bench_of(
			    "alert tcp any any -> any any (content:\"command=\"; content:\"start\"; within:5; sid:1;)\n");
			char piece[sizeof(text)];
			const size_t ends[] = {first, second, sizeof(text) - 1};
			for (size_t i = 0, from = 0; i < 3; from = ends[i++]) {
				size_t len = ends[i] > from ? ends[i] - from : 0;
				memcpy(piece, text + from, len);
				piece[len] = '\0';
				if (len > 0)
					stream(b, false, piece);
			}
			if (told(b, 1) != 1)
				fail_msg("cut at %zu and %zu: told %zu times", first, second, told(b, 1));
			bench_done(b);
		}
}

static void
sides_flows_and_gaps_are_not_one_stream(void **state)
{
	(void)state;
	struct bench *b = bench_of("alert tcp any any -> any any (content:\"needle\"; sid:1;)\n");
	stream(b, false, "nee");
	stream(b, true, "dle");
	b->flow.id = 2;
	stream(b, false, "dle");
	b->flow.id = 1;
	rule_engine_stream_gap(b->engine, 1, false, 5);
	stream(b, false, "dle");
	assert_int_equal(b->hit_count, 0);
	stream(b, false, "needle");
	assert_int_equal(b->hit_count, 1);
	bench_done(b);
}

static void
places_count_from_the_start_of_the_stream(void **state)
{
	(void)state;
	struct bench *b = bench_of("alert tcp any any -> any any (content:\"second\"; depth:6; flow:only_stream; sid:1;)\n"
	                           "alert tcp any any -> any any (content:\"second\"; offset:5; flow:only_stream; sid:2;)\n"
	                           "alert tcp any any -> any any (content:\"second\"; startswith; sid:3;)\n");
	stream(b, false, "first");
	stream(b, false, "second");
	assert_int_equal(told(b, 1), 0);
	assert_int_equal(told(b, 2), 1);
	assert_int_equal(told(b, 3), 0);
	struct view_packet p = packet_of(b, false, BYTES("second")); /* a place in a packet may be meant */
	rule_engine_packet(b->engine, &p);
	assert_int_equal(told(b, 3), 1);
	bench_done(b);
}

static void
a_stream_is_not_looked_into_beyond_its_depth(void **state)
{
	(void)state;
	struct bench *b = bench_of("alert tcp any any -> any any (content:\"needle\"; sid:1;)\n");
	rule_engine_set_depth(b->engine, 10);
	stream(b, false, "0123456789");
	stream(b, false, "needle");
	assert_int_equal(b->hit_count, 0);
	bench_done(b);
}

static void
a_rule_of_a_protocol_waits_until_it_is_known(void **state)
{
	(void)state;
	struct bench *b = bench_of("alert http any any -> any any (content:\"GET\"; sid:1;)\n"
	                           "alert tls any any -> any any (content:\"GET\"; sid:2;)\n");
	stream(b, false, "GET /");
	assert_int_equal(b->hit_count, 0);
	b->flow.app_cstr = "http";
	stream(b, false, "");
	assert_int_equal(told(b, 1), 1);
	assert_int_equal(told(b, 2), 0);
	bench_done(b);
}

/* Searches are made for ports and protocols: what each finds, and none that is not meant. */
static void
payloads_are_searched_for_the_rules_of_their_ports_and_protocol(void **state)
{
	(void)state;
	static const char rules[] = "alert tcp any any -> any any (content:\"word\"; sid:1;)\n"
	                            "alert tcp any any -> any 80 (content:\"word\"; sid:2;)\n"
	                            "alert tcp any any -> any [25,8080:8081] (content:\"word\"; sid:3;)\n"
	                            "alert tcp any 1025 -> any any (content:\"word\"; sid:4;)\n"
	                            "alert tcp any 1024: -> any 1024: (content:\"word\"; sid:5;)\n"
	                            "alert http any any -> any any (content:\"word\"; sid:6;)\n"
	                            "alert smtp any any -> any any (content:\"word\"; sid:7;)\n"
	                            "alert tcp any any -> any ![80,25] (content:\"word\"; sid:8;)\n"
	                            "alert tcp any any <> any 8081 (content:\"word\"; sid:9;)\n";
	static const struct {
		uint16_t client, server;
		const char *app_cstr;
		const char *told_cstr; /* a digit for each sid */
	} rows[] = {{1025, 80, "http", "1246"}, {1026, 80, "", "12"}, {1026, 25, "smtp", "137"},
	    {1025, 8081, "http", "1345689"}, {1023, 8080, "ftp", "138"}, {8081, 25, "", "139"}, {1025, 80, "dcerpc", "124"}};
	/* Short pieces and long ones are searched in two ways. */
	static char text[2][600] = {"a word"};
	memset(text[1], '-', sizeof(text[1]) - 1);
	memcpy(text[1] + 400, "word", 4);
	for (size_t i = 0; i < LENGTH_OF(rows) * 2; i++) {
		struct bench *b = bench_of(rules);
		b->flow.client_port = rows[i / 2].client;
		b->flow.server_port = rows[i / 2].server;
		b->flow.app_cstr = rows[i / 2].app_cstr;
		stream(b, false, text[i % 2]);
		for (uint32_t sid = 1; sid <= 9; sid++)
			if (told(b, sid) != (strchr(rows[i / 2].told_cstr, (int)('0' + sid)) != NULL))
				fail_msg("row %zu, sid %u", i / 2, sid);
		bench_done(b);
	}
}

/* ---- Transactions ---- */

static void
parts_hold_in_different_looks(void **state)
{
	(void)state;
	struct bench *b = bench_of(
	    "alert http any any -> any any (http.method; content:\"POST\"; http.request_body; content:\"the longest\"; sid:1;)\n"
	    "alert http any any -> any any (http.method; content:\"GET\"; http.request_body; content:\"the longest\"; sid:2;)\n"
	    "alert http any any -> any any (http.uri; content:\"/very/long/uri\"; http.request_body; content:\"the\"; sid:3;)\n");
	b->flow.app_cstr = "http";
	struct view_set s = set_of(b, false, 0, false);
	view_set_put(&s, VIEW_HTTP_METHOD, BYTES("POST"));
	view_set_put(&s, VIEW_HTTP_URI, BYTES("/very/long/uri"));
	rule_engine_transaction(b->engine, &s);
	assert_int_equal(b->hit_count, 0);
	s = set_of(b, false, 0, true);
	view_set_put_window(&s, VIEW_HTTP_REQUEST_BODY, BYTES("is the longest"), 0, false);
	rule_engine_transaction(b->engine, &s);
	assert_int_equal(told(b, 1), 1);
	assert_int_equal(told(b, 2), 0);
	assert_int_equal(told(b, 3), 1);
	/* The next transaction begins with nothing. */
	s = set_of(b, false, 1, true);
	view_set_put_window(&s, VIEW_HTTP_REQUEST_BODY, BYTES("is the longest"), 0, false);
	rule_engine_transaction(b->engine, &s);
	assert_int_equal(b->hit_count, 2);
	bench_done(b);
}

static void
windows_on_one_content_tell_once(void **state)
{
	(void)state;
	struct bench *b = bench_of(
	    "alert http any any -> any any (http.response_body; content:\"needle\"; sid:1;)\n"
	    "alert http any any -> any any (http.response_body; content:\"needle\"; depth:6; sid:2;)\n"
	    "alert http any any -> any any (http.response_body; content:\"needle\"; offset:10; sid:3;)\n"
	    "alert http any any -> any any (http.response_body; content:\"needle\"; endswith; sid:4;)\n");
	b->flow.app_cstr = "http";
	struct view_set s = set_of(b, true, 0, false);
	view_set_put_window(&s, VIEW_HTTP_RESPONSE_BODY, BYTES("0123456789"), 0, true);
	rule_engine_transaction(b->engine, &s);
	s = set_of(b, true, 0, false);
	view_set_put_window(&s, VIEW_HTTP_RESPONSE_BODY, BYTES("needle"), 10, true);
	rule_engine_transaction(b->engine, &s);
	assert_int_equal(told(b, 1), 1);
	assert_int_equal(told(b, 2), 0); /* it is in the first bytes of the window, not of the body */
	assert_int_equal(told(b, 3), 1);
	assert_int_equal(told(b, 4), 0); /* more may come */
	s = set_of(b, true, 0, true);
	view_set_put_window(&s, VIEW_HTTP_RESPONSE_BODY, BYTES("needle"), 10, false);
	rule_engine_transaction(b->engine, &s);
	assert_int_equal(told(b, 1), 1);
	assert_int_equal(told(b, 4), 1);
	bench_done(b);
}

static void
a_rule_of_both_sides_needs_both(void **state)
{
	(void)state;
	struct bench *b = bench_of(
	    "alert http any any => any 80 (http.uri; content:\"/download\"; http.stat_code; content:\"200\"; sid:1;)\n"
	    "alert http any any => any 80 (http.uri; content:\"/download\"; http.stat_code; content:\"404\"; sid:2;)\n");
	b->flow.app_cstr = "http";
	struct view_set s = set_of(b, false, 0, true);
	view_set_put(&s, VIEW_HTTP_URI, BYTES("/download"));
	rule_engine_transaction(b->engine, &s);
	assert_int_equal(b->hit_count, 0);
	s = set_of(b, true, 0, true);
	view_set_put(&s, VIEW_HTTP_STAT_CODE, BYTES("200"));
	rule_engine_transaction(b->engine, &s);
	assert_int_equal(told(b, 1), 1);
	assert_int_equal(told(b, 2), 0);
	bench_done(b);
}

static void
each_file_of_a_transaction_is_asked(void **state)
{
	(void)state;
	struct bench *b = bench_of(
	    "alert http any any -> any any (flow:to_server; file.data; content:\"needle\"; sid:1;)\n");
	b->flow.app_cstr = "http";
	for (unsigned i = 0; i < 2; i++) {
		struct view_set s = set_of(b, false, 0, false);
		view_set_put_window(&s, VIEW_FILE_DATA, BYTES("needle"), 0, true);
		rule_engine_transaction(b->engine, &s);
		s = set_of(b, false, 0, false);
		view_set_put_window(&s, VIEW_FILE_DATA, BYTES("needle."), 0, false);
		rule_engine_transaction(b->engine, &s);
		assert_int_equal(told(b, 1), i + 1);
	}
	bench_done(b);
}

/* A rule may look into several files of one transaction, but tells none of them twice. */
static void
parts_may_hold_of_different_files(void **state)
{
	(void)state;
	struct bench *b = bench_of("alert http any any -> any any (flow:to_server; file.name; content:\"b.txt\"; file.data; "
	                           "content:\"needle\"; sid:1;)\n");
	static const char *const names[] = {"a.txt", "b.txt", "c.txt"}, *const texts[] = {"needle", "hay", "needle"};
	b->flow.app_cstr = "http";
	for (unsigned i = 0; i < 3; i++) {
		struct view_set s = set_of(b, false, 0, false);
		view_set_put(&s, VIEW_FILE_NAME, bytes_of_cstr(names[i]));
		view_set_put_window(&s, VIEW_FILE_DATA, bytes_of_cstr(texts[i]), 0, false);
		rule_engine_transaction(b->engine, &s);
		assert_int_equal(told(b, 1), i > 0); /* the third file has the bytes, but the name was told of */
	}
	bench_done(b);
}

static void
transactions_that_mix_do_not_disturb_each_other(void **state)
{
	(void)state;
	struct bench *b = bench_of(
	    "alert http any any -> any any (http.method; content:\"POST\"; http.uri; content:\"/longer\"; sid:1;)\n");
	b->flow.app_cstr = "http";
	for (unsigned round = 0; round < 2; round++)
		for (uint64_t tx = 0; tx < 20; tx++) {
			struct view_set s = set_of(b, false, tx, false);
			view_set_put(&s, round == 0 ? VIEW_HTTP_METHOD : VIEW_HTTP_URI,
			    round == 0 ? BYTES("POST") : BYTES("/longer"));
			rule_engine_transaction(b->engine, &s);
		}
	assert_int_equal(b->hit_count, 20);
	bench_done(b);
}

/* ---- Order ---- */

static void
what_passes_is_silent(void **state)
{
	(void)state;
	struct bench *b = bench_of("alert http any any -> any any (http.uri; content:\"/x\"; sid:1;)\n"
	                           "pass tcp any any -> any any (ttl:9; sid:2;)\n");
	b->flow.app_cstr = "http";
	struct view_packet p = packet_of(b, false, BYTES("GET /x"));
	p.ttl = 9;
	rule_engine_packet_comes(b->engine, &p);
	struct view_set s = set_of(b, false, 0, false);
	s.number = p.number;
	view_set_put(&s, VIEW_HTTP_URI, BYTES("/x"));
	rule_engine_transaction(b->engine, &s);
	assert_int_equal(b->hit_count, 0);
	s.number = ++b->packet; /* it passed that packet, not the flow */
	rule_engine_transaction(b->engine, &s);
	assert_int_equal(b->hit_count, 1);
	bench_done(b);
}

static void
rules_about_addresses_are_told_once_for_each_direction(void **state)
{
	(void)state;
	struct bench *b = bench_of("alert tcp any any -> any any (sid:1;)\nalert tcp any any -> any any (ttl:9; sid:2;)\n");
	for (unsigned i = 0; i < 6; i++) {
		struct view_packet p = packet_of(b, i % 2 == 1, BYTES("x"));
		p.ttl = 9;
		rule_engine_packet(b->engine, &p);
	}
	assert_int_equal(told(b, 1), 2);
	assert_int_equal(told(b, 2), 6);
	bench_done(b);
}

static void
one_packet_tells_so_many_rules_at_most(void **state)
{
	(void)state;
	char rules[4096] = "";
	size_t at = 0;
	for (unsigned i = 1; i <= 20; i++)
		at += (size_t)snprintf(rules + at, sizeof(rules) - at, "alert tcp any any -> any any (ttl:9; sid:%u;)\n", i);
	struct bench *b = bench_of(rules);
	struct view_packet p = packet_of(b, false, BYTES("x"));
	p.ttl = 9;
	rule_engine_packet(b->engine, &p);
	assert_int_equal(b->hit_count, 15);
	assert_int_equal(rule_engine_count(b->engine)->too_many, 5);
	bench_done(b);
}

static void
what_rules_cost_is_counted_when_somebody_asks(void **state)
{
	(void)state;
	struct bench *b = bench_of("alert tcp any any -> any any (content:\"needle\"; content:\"hay\"; sid:1;)\n");
	struct rule_profile profile[1] = {0};
	rule_engine_measure(b->engine, profile);
	stream(b, false, "needle");
	stream(b, false, "hay");
	assert_int_equal(profile[0].checks, 2);
	assert_int_equal(profile[0].matches, 1);
	assert_int_equal(profile[0].told, 1);
	assert_int_equal(profile[0].first_number, 2);
	assert_int_equal(profile[0].nearest, RULE_MISS_PART);
	assert_int_equal(profile[0].number, 1);
	bench_done(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_cut_in_two_is_found),
	    cmocka_unit_test(no_cut_hides_or_doubles_a_match),
	    cmocka_unit_test(sides_flows_and_gaps_are_not_one_stream),
	    cmocka_unit_test(places_count_from_the_start_of_the_stream),
	    cmocka_unit_test(a_stream_is_not_looked_into_beyond_its_depth),
	    cmocka_unit_test(a_rule_of_a_protocol_waits_until_it_is_known),
	    cmocka_unit_test(payloads_are_searched_for_the_rules_of_their_ports_and_protocol),
	    cmocka_unit_test(parts_hold_in_different_looks),
	    cmocka_unit_test(windows_on_one_content_tell_once),
	    cmocka_unit_test(a_rule_of_both_sides_needs_both),
	    cmocka_unit_test(each_file_of_a_transaction_is_asked),
	    cmocka_unit_test(parts_may_hold_of_different_files),
	    cmocka_unit_test(transactions_that_mix_do_not_disturb_each_other),
	    cmocka_unit_test(what_passes_is_silent),
	    cmocka_unit_test(rules_about_addresses_are_told_once_for_each_direction),
	    cmocka_unit_test(one_packet_tells_so_many_rules_at_most),
	    cmocka_unit_test(what_rules_cost_is_counted_when_somebody_asks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
