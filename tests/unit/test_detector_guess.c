/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "observe.h"

#include <stdio.h>

/* One session of each protocol that ends at a refused password, and one that was let in. */
static const struct {
	const char *detector_cstr;
	uint16_t port;
	uint32_t sent, answered;
	uint64_t bytes_sent, bytes_answered;
	uint32_t in_sent, in_answered;
	uint64_t in_bytes_sent, in_bytes_answered;
} rows[] = {
    {"guess-ssh", 22, 8, 7, 1271, 1925, 17, 23, 3693, 5049},
    {"guess-rdp", 3389, 5, 4, 1188, 1157, 30, 31, 3705, 20582},
    {"guess-smb", 445, 3, 3, 952, 626, 15, 15, 2249, 2084},
    {"guess-database", 3306, 1, 2, 197, 185, 6, 8, 700, 4000},
};

static struct observation
refused(size_t row, int64_t time_ns)
{
	return observe_session("203.0.113.9", "192.168.1.10", rows[row].port, time_ns, rows[row].sent, rows[row].bytes_sent,
	    rows[row].answered, rows[row].bytes_answered);
}

static struct observation
let_in(size_t row, int64_t time_ns)
{
	return observe_session("203.0.113.9", "192.168.1.10", rows[row].port, time_ns, rows[row].in_sent,
	    rows[row].in_bytes_sent, rows[row].in_answered, rows[row].in_bytes_answered);
}

static void
refused_sessions(struct observe *w, size_t row, unsigned count, int64_t start_ms, int64_t step_ms)
{
	for (unsigned i = 0; i < count; i++) {
		struct observation o = refused(row, OBSERVE_MS(start_ms + i * step_ms));
		o.flow.payload_bytes[0] += i % 5; /* passwords have lengths */
		observe_feed(w, &o);
	}
}

static void
short_sessions_all_alike_are_guessing_at_the_threshold_and_not_below(void **state)
{
	(void)state;
	for (size_t row = 0; row < LENGTH_OF(rows); row++) {
		unsigned attempts = (unsigned)observe_tuning(rows[row].detector_cstr, "attempts");
		struct observe *w = observe_new();
		refused_sessions(w, row, attempts - 1, 0, 1000);
		if (observe_said(w, rows[row].detector_cstr) != 0)
			fail_msg("%s speaks too early", rows[row].detector_cstr);
		refused_sessions(w, row, 1, attempts * 1000, 1000);
		if (observe_said(w, rows[row].detector_cstr) != 1)
			fail_msg("%s is silent", rows[row].detector_cstr);
		assert_int_equal(observe_last(w, rows[row].detector_cstr)->count, attempts);
		assert_int_equal(observe_last(w, rows[row].detector_cstr)->severity, SEVERITY_SERIOUS);
		observe_free(w);
	}
}

static void
a_mistake_now_and_then_is_no_guessing(void **state)
{
	(void)state;
	for (size_t row = 0; row < LENGTH_OF(rows); row++) {
		struct observe *w = observe_new();
		refused_sessions(w, row, 200, 0, 120000);
		if (observe_said(w, rows[row].detector_cstr) != 0)
			fail_msg("%s does not forget", rows[row].detector_cstr);
		observe_free(w);
	}
}

static void
sessions_that_are_let_in_are_no_guessing(void **state)
{
	(void)state;
	for (size_t row = 0; row < LENGTH_OF(rows); row++) {
		struct observe *w = observe_new();
		for (unsigned i = 0; i < 200; i++) {
			struct observation o = let_in(row, OBSERVE_MS(i * 500));
			observe_feed(w, &o);
		}
		if (observe_said(w, rows[row].detector_cstr) != 0)
			fail_msg("%s takes work for an attack", rows[row].detector_cstr);
		observe_free(w);
	}
}

static void
a_session_that_goes_further_after_the_guesses_is_told_as_critical(void **state)
{
	(void)state;
	for (size_t row = 0; row < LENGTH_OF(rows); row++) {
		struct observe *w = observe_new();
		refused_sessions(w, row, 30, 0, 1000);
		struct observation o = let_in(row, OBSERVE_S(40));
		observe_feed(w, &o);
		const struct alert *a = observe_last(w, rows[row].detector_cstr);
		assert_int_equal(observe_said(w, rows[row].detector_cstr), 2);
		assert_int_equal(a->severity, SEVERITY_CRITICAL);
		assert_bytes_equal(alert_fact_find(a, "successes"), BYTES("1"));
		observe_free(w);
	}
}

static void
the_session_of_somebody_else_is_not_a_success(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	refused_sessions(w, 0, 30, 0, 1000);
	struct observation o = let_in(0, OBSERVE_S(40));
	o.src = observe_addr("192.168.1.31");
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "guess-ssh"), 1);
	observe_free(w);
}

static void
sizes_that_differ_are_work_of_people(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	for (unsigned i = 0; i < 40; i++) {
		struct observation o = refused(0, OBSERVE_S(i));
		o.flow.payload_bytes[0] = 800 + (uint64_t)i % 8 * 700;
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said(w, "guess-ssh"), 0);
	observe_free(w);
}

static void
a_long_guessing_is_one_alert_an_hour(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	refused_sessions(w, 0, 10000, 0, 1000); /* 2 h 46 min */
	observe_finish(w);
	assert_in_range(observe_said(w, "guess-ssh"), 3, 10);
	assert_true(observe_last(w, "guess-ssh")->count > 5000);
	observe_free(w);
}

static void
logins(struct observe *w, enum app_proto app, enum login_outcome outcome, unsigned count, unsigned names, int64_t start_ms)
{
	for (unsigned i = 0; i < count; i++) {
		char name[16];
		snprintf(name, sizeof(name), "user%u", i % names);
		struct observation o = observe_login(
		    "203.0.113.9", "192.168.1.10", app, outcome, name, OBSERVE_MS(start_ms + i * 1000));
		observe_feed(w, &o);
	}
}

static void
refused_logins_that_can_be_read_are_counted(void **state)
{
	(void)state;
	static const struct {
		const char *detector_cstr;
		enum app_proto app;
	} services[] = {{"guess-ftp", APP_FTP}, {"guess-http", APP_HTTP}, {"guess-database", APP_REDIS}};
	for (size_t i = 0; i < LENGTH_OF(services); i++) {
		unsigned attempts = (unsigned)observe_tuning(services[i].detector_cstr, "attempts");
		struct observe *w = observe_new();
		logins(w, services[i].app, LOGIN_REFUSED, attempts - 1, 3, 0);
		assert_int_equal(observe_said(w, services[i].detector_cstr), 0);
		logins(w, services[i].app, LOGIN_REFUSED, 1, 3, attempts * 1000);
		assert_int_equal(observe_said(w, services[i].detector_cstr), 1);
		assert_bytes_equal(alert_fact_find(observe_last(w, services[i].detector_cstr), "names"), BYTES("3"));
		logins(w, services[i].app, LOGIN_ACCEPTED, 1, 1, 60000);
		assert_int_equal(observe_last(w, services[i].detector_cstr)->severity, SEVERITY_CRITICAL);
		observe_free(w);
	}
}

static void
a_database_whose_logins_are_read_is_not_judged_by_sizes(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	for (unsigned i = 0; i < 100; i++) { /* an application that asks one thing and goes */
		struct observation o = observe_login(
		    "203.0.113.9", "192.168.1.10", APP_MYSQL, LOGIN_ACCEPTED, "app", OBSERVE_S(i));
		o.dst_port = 3306;
		observe_feed(w, &o);
		o = refused(3, OBSERVE_S(i));
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said(w, "guess-database"), 0);
	observe_free(w);
}

static void
accepted_logins_are_no_guessing(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	logins(w, APP_FTP, LOGIN_ACCEPTED, 300, 1, 0);
	logins(w, APP_HTTP, LOGIN_ACCEPTED, 300, 1, 0);
	assert_int_equal(observe_said(w, "guess-ftp") + observe_said(w, "guess-http"), 0);
	observe_free(w);
}

static void
forms_are_guessing_for_few_names_and_a_crowd_for_many(void **state)
{
	(void)state;
	unsigned forms = (unsigned)observe_tuning("guess-http", "forms");
	struct observe *w = observe_new();
	logins(w, APP_HTTP, LOGIN_SENT, forms - 1, 1, 0);
	assert_int_equal(observe_said(w, "guess-http"), 0);
	logins(w, APP_HTTP, LOGIN_SENT, 1, 1, forms * 1000);
	assert_int_equal(observe_said(w, "guess-http"), 1);
	observe_free(w);
	w = observe_new();
	logins(w, APP_HTTP, LOGIN_SENT, 200, 200, 0);
	assert_int_equal(observe_said(w, "guess-http"), 0);
	observe_free(w);
}

static void
one_machine_reaching_for_new_ones_is_told(void **state)
{
	(void)state;
	unsigned machines = (unsigned)observe_tuning("lateral-movement", "machines");
	char text[32];
	struct observe *w = observe_new();
	for (unsigned i = 0; i < machines; i++) {
		assert_int_equal(observe_said(w, "lateral-movement"), 0);
		snprintf(text, sizeof(text), "192.168.1.%u", 40 + i);
		struct observation o = observe_session("192.168.1.10", text, 445, OBSERVE_S(i * 20), 10, 2000, 10, 2000);
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said(w, "lateral-movement"), 1);
	assert_int_equal(observe_last(w, "lateral-movement")->severity, SEVERITY_SERIOUS);
	observe_free(w);
}

static void
an_attacked_machine_that_reaches_for_others_is_critical(void **state)
{
	(void)state;
	char text[32];
	struct observe *w = observe_new();
	refused_sessions(w, 0, 30, 0, 1000);
	for (unsigned i = 0; i < 6; i++) {
		snprintf(text, sizeof(text), "192.168.1.%u", 40 + i);
		struct observation o = observe_session(
		    "192.168.1.10", text, 445, OBSERVE_S(100 + i * 20), 10, 2000, 10, 2000);
		observe_feed(w, &o);
	}
	assert_int_equal(observe_last(w, "lateral-movement")->severity, SEVERITY_CRITICAL);
	observe_free(w);
}

static void
who_used_them_before_or_only_knocks_reaches_for_nobody(void **state)
{
	(void)state;
	char text[32];
	struct observe *w = observe_new();
	for (unsigned round = 0; round < 5; round++)
		for (unsigned i = 0; i < 20; i++) {
			snprintf(text, sizeof(text), "192.168.1.%u", 40 + i);
			/* one more machine an hour, then all of them again */
			struct observation o = observe_session(
			    "192.168.1.10", text, 22, OBSERVE_S((round * 20 + i) * 3600), 20, 4000, 20, 4000);
			observe_feed(w, &o);
			o = observe_session("192.168.1.15", text, 22, OBSERVE_S((round * 20 + i) * 3600 + i), 0, 0, 1, 40);
			observe_feed(w, &o);
		}
	assert_int_equal(observe_said(w, "lateral-movement"), 0);
	observe_free(w);
}

static void
servers_outside_are_not_peers(void **state)
{
	(void)state;
	char text[32];
	struct observe *w = observe_new();
	for (unsigned i = 0; i < 50; i++) {
		snprintf(text, sizeof(text), "198.51.100.%u", 40 + i);
		struct observation o = observe_session("192.168.1.10", text, 22, OBSERVE_S(i), 20, 4000, 20, 4000);
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said(w, "lateral-movement"), 0);
	observe_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(short_sessions_all_alike_are_guessing_at_the_threshold_and_not_below),
	    cmocka_unit_test(a_mistake_now_and_then_is_no_guessing),
	    cmocka_unit_test(sessions_that_are_let_in_are_no_guessing),
	    cmocka_unit_test(a_session_that_goes_further_after_the_guesses_is_told_as_critical),
	    cmocka_unit_test(the_session_of_somebody_else_is_not_a_success),
	    cmocka_unit_test(sizes_that_differ_are_work_of_people),
	    cmocka_unit_test(a_long_guessing_is_one_alert_an_hour),
	    cmocka_unit_test(refused_logins_that_can_be_read_are_counted),
	    cmocka_unit_test(a_database_whose_logins_are_read_is_not_judged_by_sizes),
	    cmocka_unit_test(accepted_logins_are_no_guessing),
	    cmocka_unit_test(forms_are_guessing_for_few_names_and_a_crowd_for_many),
	    cmocka_unit_test(one_machine_reaching_for_new_ones_is_told),
	    cmocka_unit_test(an_attacked_machine_that_reaches_for_others_is_critical),
	    cmocka_unit_test(who_used_them_before_or_only_knocks_reaches_for_nobody),
	    cmocka_unit_test(servers_outside_are_not_peers),
	};
	return RUN_TESTS(tests);
}
