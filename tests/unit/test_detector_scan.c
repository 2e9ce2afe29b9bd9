/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "observe.h"

#include <stdio.h>

static const char *
nth(char text[static 32], const char *prefix_cstr, unsigned n)
{
	snprintf(text, 32, "%s.%u.%u", prefix_cstr, n / 200, n % 200 + 1);
	return text;
}

/* `count` machines on one port, one each step_ms. */
static void
sweep(struct observe *w, const char *source_cstr, unsigned first, unsigned count, int64_t start_ms, int64_t step_ms)
{
	char text[32];
	for (unsigned i = 0; i < count; i++) {
		struct observation o = observe_syn(
		    source_cstr, nth(text, "192.168", first + i), 445, OBSERVE_MS(start_ms + i * step_ms));
		observe_feed(w, &o);
	}
}

static void
knock(struct observe *w, unsigned first, unsigned count, int64_t start_ms, int64_t step_ms)
{
	for (unsigned i = 0; i < count; i++) {
		struct observation o = observe_refused(
		    "10.0.0.5", "10.0.0.9", (uint16_t)(first + i), OBSERVE_MS(start_ms + i * step_ms));
		observe_feed(w, &o);
	}
}

static void
a_sweep_is_told_at_its_threshold_and_not_below(void **state)
{
	(void)state;
	unsigned targets = (unsigned)observe_tuning("scan-horizontal", "targets");
	struct observe *w = observe_new();
	sweep(w, "10.0.0.5", 0, targets - 1, 0, 10);
	assert_int_equal(observe_said(w, "scan-horizontal"), 0);
	sweep(w, "10.0.0.5", targets - 1, targets / 2, 1000, 10); /* what came before the first suspicion is not counted */
	assert_int_equal(observe_said(w, "scan-horizontal"), 1);
	const struct alert *a = observe_last(w, "scan-horizontal");
	assert_int_equal(a->target_port, 445);
	assert_in_range(a->targets, targets - 2, targets + 2);
	assert_true(a->last_ns >= a->first_ns);
	observe_free(w);
}

static void
machines_met_over_hours_are_no_sweep(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	sweep(w, "10.0.0.5", 0, 300, 0, 30000);
	assert_int_equal(observe_said(w, "scan-horizontal"), 0);
	observe_free(w);
}

static void
a_crawler_that_misses_some_is_no_sweep(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	char text[32];
	for (unsigned i = 0; i < 300; i++) {
		const char *to_cstr = nth(text, "192.168", i);
		struct observation o = i % 8 == 0
		    ? observe_syn("10.0.0.5", to_cstr, 80, OBSERVE_MS(i * 100))
		    : observe_session("10.0.0.5", to_cstr, 80, OBSERVE_MS(i * 100), 2, 300, 4, 9000);
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said(w, "scan-horizontal"), 0);
	observe_free(w);
}

static void
a_long_sweep_is_told_again_each_hour_and_when_it_has_grown(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	sweep(w, "10.0.0.5", 0, 8000, 0, 1000); /* 2 h 13 min */
	observe_finish(w);
	assert_in_range(observe_said(w, "scan-horizontal"), 3, 9);
	assert_true(observe_last(w, "scan-horizontal")->targets > 1000);
	observe_free(w);
}

static void
flows_that_end_late_and_out_of_order_are_counted_alike(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	char text[32];
	for (unsigned i = 0; i < 60; i++) {
		struct observation o = observe_syn("10.0.0.5", nth(text, "192.168", i), 445, OBSERVE_MS(60000 - i * 500));
		o.time_ns = OBSERVE_S(100);
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said(w, "scan-horizontal"), 1);
	observe_free(w);
}

static void
ports_are_told_at_their_threshold_and_not_below(void **state)
{
	(void)state;
	unsigned ports = (unsigned)observe_tuning("scan-vertical", "ports");
	struct observe *w = observe_new();
	knock(w, 1000, ports - 1, 0, 20);
	assert_int_equal(observe_said(w, "scan-vertical"), 0);
	knock(w, 1000 + ports, ports / 2, 2000, 20);
	assert_int_equal(observe_said(w, "scan-vertical"), 1);
	struct addr target = observe_addr("10.0.0.9");
	assert_true(addr_eq(&observe_last(w, "scan-vertical")->target, &target));
	observe_free(w);
}

static void
one_dead_service_asked_again_and_again_is_no_scan(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	for (unsigned i = 0; i < 5000; i++) {
		struct observation o = observe_refused("10.0.0.5", "10.0.0.9", 9100, OBSERVE_MS(i * 200));
		observe_feed(w, &o);
	}
	observe_finish(w);
	assert_int_equal(observe_said_in_all(w), 0);
	observe_free(w);
}

static const struct {
	uint8_t flags;
	bool odd;
	const char *why;
} flag_rows[] = {
    {0x00, true, "NULL"},
    {0x01, true, "FIN alone"},
    {0x29, true, "XMAS"},
    {0x03, true, "SYN and FIN"},
    {0x06, true, "SYN and RST"},
    {0x20, true, "URG alone"},
    {0x02, false, "an opening"},
    {0xc2, false, "an opening with ECN (RFC 3168 6.1.1)"},
    {0x12, false, "an answer whose opening was not seen"},
    {0x11, false, "the end of a connection that was not seen"},
    {0x04, false, "a reset: what scanned machines send back"},
    {0x14, false, "a refusal"},
    {0x18, false, "data of a connection under way"},
};

static void
only_flags_that_nobody_sends_first_are_odd(void **state)
{
	(void)state;
	for (size_t row = 0; row < LENGTH_OF(flag_rows); row++) {
		struct observe *w = observe_new();
		for (unsigned i = 0; i < 60; i++) {
			struct observation o = observe_syn("10.0.0.5", "10.0.0.9", (uint16_t)(1000 + i), OBSERVE_MS(i * 20));
			o.flow.first_flags = o.flow.tcp_flags[0] = flag_rows[row].flags;
			observe_feed(w, &o);
		}
		if (observe_said(w, "scan-stealth") != flag_rows[row].odd)
			fail_msg("%s", flag_rows[row].why);
		observe_free(w);
	}
}

static void
a_few_odd_packets_are_an_accident(void **state)
{
	(void)state;
	unsigned ports = (unsigned)observe_tuning("scan-stealth", "ports");
	struct observe *w = observe_new();
	for (unsigned i = 0; i < ports - 1; i++) {
		struct observation o = observe_syn("10.0.0.5", "10.0.0.9", (uint16_t)(1000 + i), OBSERVE_MS(i * 20));
		o.flow.first_flags = 0;
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said(w, "scan-stealth"), 0);
	observe_free(w);
}

/* What somebody sends to 60 ports, and whether it is a search. */
static const struct {
	uint16_t from, first_port;
	uint64_t packets, answered;
	const char *target_cstr;
	bool scan;
	const char *why;
} udp_rows[] = {
    {50000, 500, 1, 0, "10.0.0.9", true, "one question to each port"},
    {50000, 500, 1, 1, "10.0.0.9", false, "questions that are answered"},
    {50000, 500, 50, 0, "10.0.0.9", false, "streams that nobody answers"},
    {50000, 33434, 1, 0, "10.0.0.9", false, "traceroute counts ports up"},
    {53, 40000, 1, 0, "10.0.0.9", false, "answers of a name server, questions not seen"},
    {50000, 500, 1, 0, "239.1.2.3", false, "to a group"},
};

static void
datagrams_to_many_ports_are_a_search_when_nobody_answers(void **state)
{
	(void)state;
	for (size_t row = 0; row < LENGTH_OF(udp_rows); row++) {
		struct observe *w = observe_new();
		for (unsigned i = 0; i < 60; i++) {
			struct observation o = observe_datagrams("10.0.0.5", udp_rows[row].target_cstr,
			    (uint16_t)(udp_rows[row].first_port + i), OBSERVE_MS(i * 100), udp_rows[row].packets,
			    udp_rows[row].answered, 60);
			o.src_port = udp_rows[row].from;
			observe_feed(w, &o);
		}
		if (observe_said(w, "scan-udp") != udp_rows[row].scan)
			fail_msg("%s", udp_rows[row].why);
		observe_free(w);
	}
}

static void
a_port_a_minute_is_a_slow_scan_after_its_time(void **state)
{
	(void)state;
	unsigned tries = (unsigned)observe_tuning("scan-slow", "tries");
	struct observe *w = observe_new();
	knock(w, 1000, tries + 60, 0, 60000);
	assert_int_equal(observe_said(w, "scan-slow"), 1);
	assert_int_equal(observe_said(w, "scan-vertical"), 0);
	observe_free(w);
	w = observe_new();
	knock(w, 1000, tries - 1, 0, 600000);
	assert_int_equal(observe_said(w, "scan-slow"), 0);
	observe_free(w);
}

static void
a_fast_scan_is_not_also_a_slow_one(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	knock(w, 1000, 500, 0, 50);
	struct observation o = observe_refused("10.0.0.5", "10.0.0.9", 80, OBSERVE_S(4000));
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "scan-slow"), 0);
	assert_in_range(observe_said(w, "scan-vertical"), 1, 2);
	observe_free(w);
}

static void
a_thousand_scanners_are_all_told_or_forgotten_in_bounded_memory(void **state)
{
	(void)state;
	struct observe *w = observe_new_with("", 2 << 20);
	char text[32];
	for (unsigned round = 0; round < 40; round++)
		for (unsigned i = 0; i < 1000; i++) {
			struct observation o = observe_syn(
			    nth(text, "172.16", i), "10.0.0.9", (uint16_t)(1000 + round), OBSERVE_MS(round * 1000 + i));
			observe_feed(w, &o);
		}
	observe_finish(w);
	assert_true(observe_said_in_all(w) < 3000);
	observe_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sweep_is_told_at_its_threshold_and_not_below),
	    cmocka_unit_test(machines_met_over_hours_are_no_sweep),
	    cmocka_unit_test(a_crawler_that_misses_some_is_no_sweep),
	    cmocka_unit_test(a_long_sweep_is_told_again_each_hour_and_when_it_has_grown),
	    cmocka_unit_test(flows_that_end_late_and_out_of_order_are_counted_alike),
	    cmocka_unit_test(ports_are_told_at_their_threshold_and_not_below),
	    cmocka_unit_test(one_dead_service_asked_again_and_again_is_no_scan),
	    cmocka_unit_test(only_flags_that_nobody_sends_first_are_odd),
	    cmocka_unit_test(a_few_odd_packets_are_an_accident),
	    cmocka_unit_test(datagrams_to_many_ports_are_a_search_when_nobody_answers),
	    cmocka_unit_test(a_port_a_minute_is_a_slow_scan_after_its_time),
	    cmocka_unit_test(a_fast_scan_is_not_also_a_slow_one),
	    cmocka_unit_test(a_thousand_scanners_are_all_told_or_forgotten_in_bounded_memory),
	};
	return RUN_TESTS(tests);
}
