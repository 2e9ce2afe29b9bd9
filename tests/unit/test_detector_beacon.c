/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/behaviour/beacon_score.h"
#include "observe.h"

#include <math.h>

static const char *desk_cstr = "192.168.1.31", *master_cstr = "203.0.113.99";

/* A small generator of its own: the same numbers on every machine. */
static double
draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (double)(*seed >> 33) / (double)(UINT64_C(1) << 31);
}

static struct observation
call(const char *src_cstr, const char *dst_cstr, uint16_t port, int64_t time_ns, uint64_t bytes)
{
	struct observation o = observe_session(src_cstr, dst_cstr, port, time_ns, 3, bytes, 3, 900);
	o.flow.app = APP_TLS;
	return o;
}

/* Calls every `period` seconds that vary by `jitter` in both directions. */
static void
feed_calls(struct observe *w, unsigned count, double period, double jitter, uint64_t seed)
{
	double at = 0;
	for (unsigned i = 0; i < count; i++) {
		struct observation o = call(desk_cstr, master_cstr, 443, OBSERVE_MS(at * 1000), 600 + (i % 7));
		observe_feed(w, &o);
		at += period * (1 + jitter * (2 * draw(&seed) - 1));
	}
}

static void
a_clockwork_is_told_once_it_has_called_often_enough(void **state)
{
	(void)state;
	unsigned calls = (unsigned)observe_tuning("beacon", "calls");
	struct observe *w = observe_new();
	/* The first two calls of a pair are only counted. */
	feed_calls(w, calls + 1, 60, 0, 1);
	assert_int_equal(observe_said(w, "beacon"), 0);
	observe_free(w);
	w = observe_new();
	feed_calls(w, calls + 2, 60, 0, 1);
	assert_int_equal(observe_said(w, "beacon"), 1);
	const struct alert *a = observe_last(w, "beacon");
	assert_bytes_equal(alert_fact_find(a, "period"), BYTES("60"));
	assert_bytes_equal(alert_fact_find(a, "jitter"), BYTES("0"));
	assert_int_equal(a->severity, SEVERITY_SERIOUS);
	observe_free(w);
}

static void
calls_that_vary_by_up_to_half_are_found(void **state)
{
	(void)state;
	for (unsigned percent = 0; percent <= 50; percent += 10) {
		unsigned found = 0;
		for (uint64_t seed = 1; seed <= 40; seed++) {
			struct observe *w = observe_new_with("", 2 << 20);
			feed_calls(w, 60, 45, percent / 100.0, seed * 7919);
			found += observe_said(w, "beacon") > 0;
			observe_free(w);
		}
		assert_in_range(found, 39, 40);
	}
}

static void
somebody_who_reads_the_news_is_no_beacon(void **state)
{
	(void)state;
	unsigned told = 0;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct observe *w = observe_new_with("", 2 << 20);
		uint64_t s = seed * 104729;
		double at = 0;
		for (unsigned i = 0; i < 80; i++) {
			struct observation o = call(
			    desk_cstr, master_cstr, 443, OBSERVE_MS(at * 1000), 1477 + (draw(&s) < 0.7 ? 66 : 0));
			observe_feed(w, &o);
			at += 2 - 90 * log(1 - draw(&s)); /* as people come back: at any moment */
		}
		told += observe_said(w, "beacon") > 0;
		observe_free(w);
	}
	assert_in_range(told, 0, 1);
}

static void
what_is_regular_by_nature_is_left_alone(void **state)
{
	(void)state;
	static const struct {
		const char *why, *src_cstr, *dst_cstr;
		uint16_t port;
		uint8_t app;
		bool answered;
	} rows[] = {
	    {"the time is asked at regular intervals", "192.168.1.31", "203.0.113.99", 123, APP_NTP, true},
	    {"names too", "192.168.1.31", "203.0.113.99", 53, APP_DNS, true},
	    {"a service inside is no outside master", "192.168.1.31", "192.168.1.10", 443, APP_TLS, true},
	    {"who calls from outside is not ours", "203.0.113.7", "203.0.113.99", 443, APP_TLS, true},
	    {"nobody answers", "192.168.1.31", "203.0.113.99", 443, APP_TLS, false},
	};
	for (size_t r = 0; r < LENGTH_OF(rows); r++) {
		struct observe *w = observe_new();
		for (int i = 0; i < 60; i++) {
			struct observation o = call(
			    rows[r].src_cstr, rows[r].dst_cstr, rows[r].port, OBSERVE_S(i * 60), 600);
			o.flow.app = rows[r].app;
			if (!rows[r].answered)
				o.flow.packets[1] = 0;
			observe_feed(w, &o);
		}
		if (observe_said(w, "beacon") != 0)
			fail_msg("%s", rows[r].why);
		observe_free(w);
	}
}

static void
one_conversation_of_datagrams_is_no_series_of_calls(void **state)
{
	(void)state;
	for (int moving = 0; moving < 2; moving++) {
		struct observe *w = observe_new();
		for (int i = 0; i < 40; i++) {
			struct observation o = call(desk_cstr, master_cstr, 443, OBSERVE_S(i * 60), 600);
			o.ip_proto = 17;
			if (moving != 0)
				o.src_port = (uint16_t)(40000 + i);
			observe_feed(w, &o);
		}
		assert_int_equal(observe_said(w, "beacon"), moving);
		observe_free(w);
	}
}

static void
many_calls_in_one_second_are_one_call(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	for (int i = 0; i < 10; i++)
		for (int burst = 0; burst < 40; burst++) {
			struct observation o = call(desk_cstr, master_cstr, 443, OBSERVE_MS(i * 120000 + burst * 10), 600);
			observe_feed(w, &o);
		}
	assert_int_equal(observe_said(w, "beacon"), 0);
	observe_free(w);
}

static void
flows_that_end_late_are_put_in_their_place(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	for (int i = 0; i < 40; i += 4)
		for (int k = 3; k >= 0; k--) {
			struct observation o = call(desk_cstr, master_cstr, 443, OBSERVE_S((i + k) * 60), 600);
			o.time_ns = OBSERVE_S((i + 4) * 60);
			observe_feed(w, &o);
		}
	assert_int_equal(observe_said(w, "beacon"), 1);
	assert_bytes_equal(alert_fact_find(observe_last(w, "beacon"), "period"), BYTES("60"));
	observe_free(w);
}

static void
a_beacon_that_goes_on_is_told_again_after_a_day(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	feed_calls(w, 1440, 60, 0.05, 3);
	assert_int_equal(observe_said(w, "beacon"), 1);
	observe_free(w);
	w = observe_new();
	feed_calls(w, 1440 + 60, 60, 0.05, 3);
	assert_int_equal(observe_said(w, "beacon"), 2);
	assert_true(observe_last(w, "beacon")->count > 1400);
	observe_free(w);
}

static void
a_beacon_is_found_among_thousands_of_other_pairs(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	uint64_t seed = 11;
	for (int i = 0; i < 40; i++) {
		struct observation o = call(desk_cstr, master_cstr, 443, OBSERVE_S(i * 60), 600);
		observe_feed(w, &o);
		for (int k = 1; k < 100; k++) {
			o = call("192.168.1.77", "198.51.100.1", 443, OBSERVE_MS(i * 60000 + k * 500), 600);
			o.dst.at[14] = (uint8_t)(draw(&seed) * 255);
			o.dst.at[15] = (uint8_t)(draw(&seed) * 255);
			observe_feed(w, &o);
		}
	}
	assert_int_equal(observe_said(w, "beacon"), 1);
	observe_free(w);
}

static void
the_score_of_a_clock_is_whole(void **state)
{
	(void)state;
	struct beacon_call calls[BEACON_SCORE_CALLS_MAX];
	for (uint32_t i = 0; i < LENGTH_OF(calls); i++)
		calls[i] = (struct beacon_call){i * 6000, 500};
	struct beacon_score score = beacon_score_of(calls, LENGTH_OF(calls));
	assert_int_equal(score.interval, 100);
	assert_int_equal(score.size, 100);
	assert_int_equal(score.duration, 100);
	assert_int_equal(score.histogram, 100);
	assert_int_equal(score.total, 100);
	assert_int_equal(score.spread, 100);
	assert_int_equal(score.period_cs, 6000);
}

static void
three_calls_at_one_time_are_scored_without_harm(void **state)
{
	(void)state;
	struct beacon_call calls[3] = {{5, 0}, {5, 0}, {5, 0}};
	struct beacon_score score = beacon_score_of(calls, 3);
	assert_int_equal(score.period_cs, 0);
	assert_true(score.spread == UINT32_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_clockwork_is_told_once_it_has_called_often_enough),
	    cmocka_unit_test(calls_that_vary_by_up_to_half_are_found),
	    cmocka_unit_test(somebody_who_reads_the_news_is_no_beacon),
	    cmocka_unit_test(what_is_regular_by_nature_is_left_alone),
	    cmocka_unit_test(one_conversation_of_datagrams_is_no_series_of_calls),
	    cmocka_unit_test(many_calls_in_one_second_are_one_call),
	    cmocka_unit_test(flows_that_end_late_are_put_in_their_place),
	    cmocka_unit_test(a_beacon_that_goes_on_is_told_again_after_a_day),
	    cmocka_unit_test(a_beacon_is_found_among_thousands_of_other_pairs),
	    cmocka_unit_test(the_score_of_a_clock_is_whole),
	    cmocka_unit_test(three_calls_at_one_time_are_scored_without_harm),
	};
	return RUN_TESTS(tests);
}
