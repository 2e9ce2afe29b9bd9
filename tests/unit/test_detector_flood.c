/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "observe.h"

#include <stdio.h>

static const char *server_cstr = "192.168.1.10";

static const char *
stranger(char text[static 32], unsigned n)
{
	snprintf(text, 32, "11.%u.%u.7", n / 250, n % 250);
	return text;
}

/* Openings from addresses that do not exist; the server answers each (half open) or is already silent. */
static void
openings(struct observe *w, unsigned count, bool half_open, int64_t start_ms, int64_t step_us)
{
	char text[32];
	for (unsigned i = 0; i < count; i++) {
		struct observation o = observe_syn(
		    stranger(text, i), server_cstr, 80, OBSERVE_MS(start_ms) + (int64_t)i * step_us * 1000);
		if (half_open) {
			o.flow.packets[1] = 3;
			o.flow.tcp_flags[1] = 0x12;
		}
		observe_feed(w, &o);
	}
}

static void
openings_that_are_never_completed_are_a_flood(void **state)
{
	(void)state;
	unsigned threshold = (unsigned)observe_tuning("flood-syn", "openings");
	for (unsigned half_open = 0; half_open < 2; half_open++) {
		struct observe *w = observe_new();
		openings(w, threshold - 1, half_open != 0, 0, 2000);
		assert_int_equal(observe_said(w, "flood-syn"), 0);
		openings(w, threshold, half_open != 0, 2000, 2000);
		assert_int_equal(observe_said(w, "flood-syn"), 1);
		const struct alert *a = observe_last(w, "flood-syn");
		assert_true(addr_is_zero(&a->source));
		struct addr target = observe_addr(server_cstr);
		assert_true(addr_eq(&a->target, &target));
		assert_int_equal(a->target_port, 80);
		assert_int_equal(a->severity, SEVERITY_SERIOUS);
		observe_free(w);
	}
}

static void
a_flood_of_one_source_names_it(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	for (unsigned i = 0; i < 2000; i++) {
		struct observation o = observe_syn("203.0.113.9", server_cstr, 80, OBSERVE_MS(i * 2));
		observe_feed(w, &o);
	}
	struct addr source = observe_addr("203.0.113.9");
	assert_true(addr_eq(&observe_last(w, "flood-syn")->source, &source));
	observe_free(w);
}

static void
a_crowd_that_is_served_is_no_flood(void **state)
{
	(void)state;
	char text[32];
	struct observe *w = observe_new();
	for (unsigned i = 0; i < 5000; i++) {
		struct observation o = i % 3 == 0
		    ? observe_syn(stranger(text, i), server_cstr, 80, OBSERVE_MS(i * 4))
		    : observe_session(stranger(text, i), server_cstr, 80, OBSERVE_MS(i * 4), 1, 200, 2, 2000);
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said_in_all(w), 0);
	observe_free(w);
}

static void
a_service_that_is_stopped_and_asked_all_day_is_no_flood(void **state)
{
	(void)state;
	char text[32];
	struct observe *w = observe_new();
	for (unsigned i = 0; i < 20000; i++) {
		struct observation o = observe_refused(stranger(text, i % 40), server_cstr, 80, OBSERVE_MS(i * 10));
		observe_feed(w, &o);
	}
	for (unsigned i = 0; i < 3000; i++) {
		struct observation o = observe_syn(stranger(text, i % 40), server_cstr, 81, OBSERVE_MS(i * 1000));
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said(w, "flood-syn"), 0);
	observe_free(w);
}

/* One row, one way to send datagrams to the server: flows of so many packets, one each step. */
static const struct {
	unsigned flows;
	uint64_t packets, answered, bytes;
	unsigned ports, step_ms, duration_ms;
	bool flood;
	const char *why;
} udp_rows[] = {
    {4000, 1, 0, 428, 1, 1, 0, true, "a datagram from each of thousands of ports"},
    {4000, 1, 0, 428, 2000, 1, 0, true, "large ones to all ports"},
    {4000, 1, 0, 60, 2000, 1, 0, false, "small ones, each to another port: a search"},
    {4000, 1, 1, 428, 1, 1, 0, false, "all answered: a name server at work"},
    {4000, 1, 0, 428, 1, 100, 0, false, "ten a second: logs to a server that is down"},
    {1, 900, 0, 1300, 1, 1, 2000, false, "the picture of a camera: 450 a second, one way"},
};

static void
datagrams_are_a_flood_when_many_fast_and_unanswered(void **state)
{
	(void)state;
	for (size_t row = 0; row < LENGTH_OF(udp_rows); row++) {
		struct observe *w = observe_new();
		for (unsigned i = 0; i < udp_rows[row].flows; i++) {
			struct observation o = observe_datagrams("203.0.113.9", server_cstr,
			    (uint16_t)(5060 + i % udp_rows[row].ports), OBSERVE_MS(i * udp_rows[row].step_ms),
			    udp_rows[row].packets, udp_rows[row].answered, udp_rows[row].bytes);
			o.flow.last_ns += (int64_t)udp_rows[row].duration_ms * 1000000;
			observe_feed(w, &o);
		}
		if (observe_said(w, "flood-udp") != udp_rows[row].flood)
			fail_msg("%s", udp_rows[row].why);
		observe_free(w);
	}
}

/* A flow that goes on tells itself each 1024 packets. */
static void
stream(struct observe *w, uint8_t ip_proto, uint16_t type, uint64_t per_second, unsigned updates, bool answered)
{
	for (unsigned i = 1; i <= updates; i++) {
		uint64_t all = 1024ULL * i, sent = answered ? all / 2 : all;
		struct observation o = observe_datagrams(
		    "203.0.113.9", server_cstr, 0, OBSERVE_S(0), sent, answered ? all / 2 : 0, 400);
		o.kind = OBSERVATION_FLOW_UPDATE;
		o.ip_proto = ip_proto;
		o.src_port = type;
		o.flow.last_ns = OBSERVE_MS(sent * 1000 / per_second);
		o.time_ns = o.flow.last_ns;
		observe_feed(w, &o);
	}
}

static void
a_single_stream_is_a_flood_by_its_rate(void **state)
{
	(void)state;
	uint64_t pps = observe_tuning("flood-udp", "stream_pps");
	struct observe *w = observe_new();
	stream(w, 17, 40000, pps / 2, 50, false);
	assert_int_equal(observe_said(w, "flood-udp"), 0);
	observe_free(w);
	w = observe_new();
	stream(w, 17, 40000, pps * 2, 50, false);
	assert_in_range(observe_said(w, "flood-udp"), 1, 2);
	observe_free(w);
	w = observe_new();
	stream(w, 17, 40000, pps * 2, 50, true);
	assert_int_equal(observe_said(w, "flood-udp"), 0);
	observe_free(w);
}

static void
pings_are_a_flood_by_their_rate(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	stream(w, 1, 8, 10, 50, true); /* a fast ping for an hour */
	assert_int_equal(observe_said_in_all(w), 0);
	observe_free(w);
	w = observe_new();
	stream(w, 1, 8, 500, 10, true);
	assert_in_range(observe_said(w, "flood-icmp"), 1, 2);
	observe_free(w);
	w = observe_new();
	stream(w, 1, 3, 500, 10, false); /* "unreachable": the consequence of something else */
	assert_int_equal(observe_said(w, "flood-icmp"), 0);
	observe_free(w);
}

static const struct {
	uint16_t from, to;
	bool asked; /* the flow is opened by who receives the answers */
	uint64_t question, answer;
	unsigned count, step_ms;
	bool attack;
	const char *why;
} answer_rows[] = {
    {53, 40000, false, 0, 1400, 150, 10, true, "answers of a name server that nobody asked"},
    {123, 40000, false, 0, 468, 150, 10, true, "lists of a clock that nobody asked"},
    {40000, 53, true, 52, 3000, 150, 10, true, "questions in the name of the target"},
    {40000, 53, true, 100, 1354, 150, 10, false, "large answers that were asked for"},
    {53, 40000, false, 0, 120, 150, 10, false, "small answers, questions not seen"},
    {53, 40000, false, 0, 1400, 150, 2000, false, "one every two seconds"},
    {5060, 40000, false, 0, 1400, 150, 10, false, "of a service that repeats nothing"},
};

static void
large_answers_that_nobody_asked_for_are_an_attack(void **state)
{
	(void)state;
	for (size_t row = 0; row < LENGTH_OF(answer_rows); row++) {
		struct observe *w = observe_new();
		for (unsigned i = 0; i < answer_rows[row].count; i++) {
			bool asked = answer_rows[row].asked;
			struct observation o = observe_datagrams(asked ? server_cstr : "198.51.100.53",
			    asked ? "198.51.100.53" : server_cstr, (uint16_t)(answer_rows[row].to + (asked ? 0 : i)),
			    OBSERVE_MS(i * answer_rows[row].step_ms), 1, asked ? 1 : 0,
			    asked ? answer_rows[row].question : answer_rows[row].answer);
			o.src_port = asked ? (uint16_t)(answer_rows[row].from + i) : answer_rows[row].from;
			if (asked)
				o.flow.bytes[1] = answer_rows[row].answer;
			observe_feed(w, &o);
		}
		if (observe_said(w, "amplification") != answer_rows[row].attack)
			fail_msg("%s", answer_rows[row].why);
		if (answer_rows[row].attack) {
			struct addr target = observe_addr(server_cstr), source = observe_addr("198.51.100.53");
			assert_true(addr_eq(&observe_last(w, "amplification")->target, &target));
			assert_true(addr_eq(&observe_last(w, "amplification")->source, &source));
		}
		observe_free(w);
	}
}

static void
endless_requests(struct observe *w, unsigned count, bool incomplete, unsigned lasting_s)
{
	for (unsigned i = 0; i < count; i++) {
		struct observation o = observe_session("203.0.113.9", server_cstr, 80, OBSERVE_S(i), 9, 500, 1, 300);
		o.flow.last_ns = o.flow.first_ns + (int64_t)lasting_s * 1000000000;
		o.flow.request_incomplete = incomplete;
		observe_feed(w, &o);
	}
}

static void
requests_that_never_end_hold_a_server(void **state)
{
	(void)state;
	unsigned connections = (unsigned)observe_tuning("slow-http", "connections");
	unsigned lasting_s = (unsigned)observe_tuning("slow-http", "lasting_s");
	static const struct {
		int more;
		bool incomplete;
		int longer_s;
		bool attack;
	} rows[] = {{0, true, 1, true}, {-1, true, 1, false}, {100, false, 60, false}, {100, true, -1, false}};
	for (size_t row = 0; row < LENGTH_OF(rows); row++) {
		struct observe *w = observe_new();
		endless_requests(w, connections + (unsigned)rows[row].more, rows[row].incomplete,
		    lasting_s + (unsigned)rows[row].longer_s);
		assert_int_equal(observe_said(w, "slow-http"), rows[row].attack);
		observe_free(w);
	}
}

static void
endless_requests_are_told_while_they_go_on_and_once(void **state)
{
	(void)state;
	unsigned connections = (unsigned)observe_tuning("slow-http", "connections");
	uint64_t trickle = observe_tuning("slow-http", "trickle_bytes_s");
	static const struct {
		const char *why_cstr;
		unsigned connections_less;
		uint64_t bytes_s; /* 0: a trickle */
		bool attack;
	} rows[] = {{"enough", 0, 0, true}, {"one too few, each said twice", 1, 0, false}, {"large uploads", 0, 1, false}};
	for (size_t row = 0; row < LENGTH_OF(rows); row++) {
		struct observe *w = observe_new();
		struct observation o = observe_session("203.0.113.9", server_cstr, 80, OBSERVE_S(0), 9, 500, 1, 300);
		o.flow.last_ns = o.flow.first_ns + INT64_C(60000000000);
		if (rows[row].bytes_s > 0)
			o.flow.payload_bytes[0] = 60 * (trickle + rows[row].bytes_s);
		o.kind = OBSERVATION_FLOW_UPDATE;
		o.flow.request_incomplete = OBSERVED_REQUEST_OPEN;
		for (unsigned i = 0; i + rows[row].connections_less < connections; i++)
			observe_feed(w, &o);
		if (observe_said(w, "slow-http") != rows[row].attack)
			fail_msg("%s", rows[row].why_cstr);
		o.flow.request_incomplete = OBSERVED_REQUEST_STILL_OPEN;
		o.kind = rows[row].bytes_s > 0 ? OBSERVATION_FLOW_UPDATE : OBSERVATION_FLOW_END;
		for (unsigned i = 0; i + rows[row].connections_less < connections; i++)
			observe_feed(w, &o);
		if (observe_said(w, "slow-http") != rows[row].attack)
			fail_msg("%s, and then ended", rows[row].why_cstr);
		observe_free(w);
	}
}

static void
a_flood_that_goes_on_is_told_again_each_hour_and_no_more(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	for (unsigned i = 0; i < 300000; i++) {
		struct observation o = observe_syn("203.0.113.9", server_cstr, 80, OBSERVE_MS(i * 30)); /* 2 h 30 min */
		observe_feed(w, &o);
	}
	observe_finish(w);
	assert_in_range(observe_said(w, "flood-syn"), 3, 9);
	observe_free(w);
}

static void
a_million_addresses_do_not_grow_the_memory_nor_the_alerts(void **state)
{
	(void)state;
	struct observe *w = observe_new_with("", 1 << 20);
	openings(w, 62000, true, 0, 500);
	observe_finish(w);
	assert_in_range(observe_said(w, "flood-syn"), 1, 6);
	observe_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(openings_that_are_never_completed_are_a_flood),
	    cmocka_unit_test(a_flood_of_one_source_names_it),
	    cmocka_unit_test(a_crowd_that_is_served_is_no_flood),
	    cmocka_unit_test(a_service_that_is_stopped_and_asked_all_day_is_no_flood),
	    cmocka_unit_test(datagrams_are_a_flood_when_many_fast_and_unanswered),
	    cmocka_unit_test(a_single_stream_is_a_flood_by_its_rate),
	    cmocka_unit_test(pings_are_a_flood_by_their_rate),
	    cmocka_unit_test(large_answers_that_nobody_asked_for_are_an_attack),
	    cmocka_unit_test(requests_that_never_end_hold_a_server),
	    cmocka_unit_test(endless_requests_are_told_while_they_go_on_and_once),
	    cmocka_unit_test(a_flood_that_goes_on_is_told_again_each_hour_and_no_more),
	    cmocka_unit_test(a_million_addresses_do_not_grow_the_memory_nor_the_alerts),
	};
	return RUN_TESTS(tests);
}
