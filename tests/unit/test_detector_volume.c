/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "observe.h"

static const char *desk_cstr = "192.168.1.31", *outside_cstr = "203.0.113.66", *partner_cstr = "203.0.113.21";
enum { HOUR = 3600 };

static struct observation
upload(const char *dst_cstr, int64_t first_s, uint64_t bytes, uint64_t flow_id)
{
	struct observation o = observe_session(desk_cstr, dst_cstr, 443, OBSERVE_S(first_s), 100, bytes, 50, 5000);
	o.flow.bytes[0] = bytes; /* with headers or without: whole numbers read better */
	o.flow.last_ns = o.time_ns = OBSERVE_S(first_s + 10);
	o.flow_id = flow_id;
	return o;
}

static void
send(struct observe *w, const char *dst_cstr, int64_t first_s, uint64_t bytes)
{
	struct observation o = upload(dst_cstr, first_s, bytes, (uint64_t)first_s + 1);
	observe_feed(w, &o);
}

static void
an_upload_beyond_all_before_is_told(void **state)
{
	(void)state;
	uint64_t least = observe_tuning("exfiltration", "megabytes") * 1000000;
	struct observe *w = observe_new();
	send(w, partner_cstr, 0, 200000);
	send(w, outside_cstr, 5 * HOUR, least - 1);
	assert_int_equal(observe_said(w, "exfiltration"), 0);
	send(w, outside_cstr, 5 * HOUR + 20, 20000);
	assert_int_equal(observe_said(w, "exfiltration"), 1);
	const struct alert *a = observe_last(w, "exfiltration");
	assert_int_equal(a->stage, STAGE_EXFILTRATION);
	assert_bytes_equal(alert_fact_find(a, "usual_kb"), BYTES("200"));
	for (int i = 0; i < 100; i++)
		send(w, outside_cstr, 5 * HOUR + 100 + i * 30, 1000000);
	assert_int_equal(observe_said(w, "exfiltration"), 1);
	observe_free(w);
}

static void
what_came_after_the_first_word_is_told_when_it_is_over(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	send(w, partner_cstr, 0, 200000);
	for (int i = 0; i < 20; i++)
		send(w, outside_cstr, 5 * HOUR + i * 20, 2000000);
	assert_int_equal(observe_said(w, "exfiltration"), 1);
	for (int i = 0; i < 30; i++) {
		struct observation quiet = observe_session(
		    desk_cstr, "192.168.1.10", 445, OBSERVE_S(5 * HOUR + 500 + i * 60), 2, 100, 2, 100);
		observe_feed(w, &quiet);
	}
	assert_int_equal(observe_said(w, "exfiltration"), 2);
	assert_bytes_equal(alert_fact_find(observe_last(w, "exfiltration"), "megabytes"), BYTES("40"));
	observe_free(w);
}

static void
without_a_past_nothing_is_said(void **state)
{
	(void)state;
	int64_t learn_s = (int64_t)observe_tuning("exfiltration", "learn_s");
	for (int known = 0; known < 2; known++) {
		struct observe *w = observe_new();
		send(w, partner_cstr, 0, 20000);
		send(w, outside_cstr, learn_s - 1 + known, 90000000);
		assert_int_equal(observe_said(w, "exfiltration"), known);
		observe_free(w);
	}
}

static void
honest_volumes_are_not_told(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	for (int day = 0; day < 5; day++) {
		send(w, partner_cstr, day * 24 * HOUR, 8000000);         /* every day the same */
		send(w, "192.168.1.11", day * 24 * HOUR + 60, 90000000); /* a backup inside */
		struct observation o = upload(outside_cstr, day * 24 * HOUR + 120, 30000000, 7);
		o.flow.bytes[1] = 900000000; /* a download */
		observe_feed(w, &o);
		o = upload(outside_cstr, day * 24 * HOUR + 180, 90000000, 8);
		o.flow.packets[1] = 0; /* nobody received it */
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said(w, "exfiltration"), 0);
	observe_free(w);
}

static void
a_long_upload_is_counted_once(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	send(w, partner_cstr, 0, 20000);
	uint64_t least = observe_tuning("exfiltration", "megabytes") * 1000000;
	struct observation o = upload(outside_cstr, 4 * HOUR, 0, 99);
	for (uint64_t part = 1; part <= 10; part++) {
		o.kind = OBSERVATION_FLOW_UPDATE;
		o.flow.bytes[0] = least / 11 * part;
		o.flow.last_ns = o.time_ns = OBSERVE_S(4 * HOUR + (int64_t)part * 60);
		observe_feed(w, &o);
	}
	o.kind = OBSERVATION_FLOW_END;
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "exfiltration"), 0);
	send(w, outside_cstr, 4 * HOUR + 700, least / 11 + 20);
	assert_int_equal(observe_said(w, "exfiltration"), 1);
	observe_free(w);
}

static struct observation
lasting(const char *src_cstr, const char *dst_cstr, uint16_t port, int64_t duration_s)
{
	struct observation o = observe_session(src_cstr, dst_cstr, port, OBSERVE_S(0), 50, 5000, 50, 5000);
	o.kind = OBSERVATION_FLOW_UPDATE;
	o.flow.last_ns = o.time_ns = OBSERVE_S(duration_s);
	return o;
}

static void
a_connection_open_for_hours_is_told_once(void **state)
{
	(void)state;
	int64_t duration_s = (int64_t)observe_tuning("long-connection", "duration_s");
	struct observe *w = observe_new();
	struct observation o = lasting(desk_cstr, outside_cstr, 22, duration_s - 1);
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "long-connection"), 0);
	for (int i = 0; i < 40; i++) {
		o = lasting(desk_cstr, outside_cstr, 22, duration_s + i * 300);
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said(w, "long-connection"), 1);
	struct addr desk = observe_addr(desk_cstr);
	assert_true(addr_eq(&observe_last(w, "long-connection")->target, &desk));
	o = lasting(desk_cstr, outside_cstr, 22, duration_s + (int64_t)observe_tuning("long-connection", "repeat_s"));
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "long-connection"), 2);
	observe_free(w);
}

static void
some_connections_may_last(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	struct observation inside = lasting("192.168.1.10", "192.168.1.11", 6379, 90000);
	struct observation group = lasting("192.168.1.10", "224.0.0.251", 5353, 90000);
	struct observation clock = lasting("192.168.1.10", outside_cstr, 123, 90000);
	clock.flow.app = APP_NTP;
	struct observation deaf = lasting("192.168.1.10", outside_cstr, 514, 90000);
	deaf.flow.packets[1] = 0;
	observe_feed(w, &inside);
	observe_feed(w, &group);
	observe_feed(w, &clock);
	observe_feed(w, &deaf);
	assert_int_equal(observe_said(w, "long-connection"), 0);
	observe_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_upload_beyond_all_before_is_told),
	    cmocka_unit_test(what_came_after_the_first_word_is_told_when_it_is_over),
	    cmocka_unit_test(without_a_past_nothing_is_said),
	    cmocka_unit_test(honest_volumes_are_not_told),
	    cmocka_unit_test(a_long_upload_is_counted_once),
	    cmocka_unit_test(a_connection_open_for_hours_is_told_once),
	    cmocka_unit_test(some_connections_may_last),
	};
	return RUN_TESTS(tests);
}
