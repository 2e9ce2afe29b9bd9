/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "observe_kinds.h"

static const char *desk_cstr = "192.168.1.31", *server_cstr = "192.168.1.12", *outside_cstr = "203.0.113.21";
static const int64_t now_s = 1772524800; /* OBSERVE_S(0) */

static void
an_expired_certificate_is_one_finding_per_machine(void **state)
{
	(void)state;
	int64_t grace_s = (int64_t)observe_tuning("certificate-expired", "grace_s");
	struct observe *w = observe_new();
	struct observation o = observe_certificate(desk_cstr, server_cstr, false, now_s - grace_s, OBSERVE_S(0));
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "certificate-expired"), 0);
	for (int i = 0; i < 50; i++) {
		o = observe_certificate(desk_cstr, server_cstr, false, now_s - 92 * 86400, OBSERVE_S(i));
		o.dst_port = (uint16_t)(443 + i % 3);
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said(w, "certificate-expired"), 1);
	const struct alert *a = observe_last(w, "certificate-expired");
	assert_bytes_equal(alert_fact_find(a, "ended"), BYTES("2025-12-01"));
	assert_bytes_equal(alert_fact_find(a, "days"), BYTES("92"));
	assert_int_equal(a->stage, STAGE_HYGIENE);
	assert_int_equal(a->severity, SEVERITY_SIGNIFICANT);
	o = observe_certificate(
	    desk_cstr, server_cstr, false, now_s - 92 * 86400, OBSERVE_S(observe_tuning("certificate-expired", "repeat_s")));
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "certificate-expired"), 2);
	assert_int_equal(observe_last(w, "certificate-expired")->count, 51);
	o = observe_certificate(desk_cstr, outside_cstr, false, now_s - 92 * 86400, OBSERVE_S(0));
	observe_feed(w, &o);
	assert_int_equal(observe_last(w, "certificate-expired")->severity, SEVERITY_MINOR);
	observe_free(w);
}

static void
dates_are_written_as_the_calendar_has_them(void **state)
{
	(void)state;
	static const struct {
		int64_t unix_s;
		const char *text_cstr;
	} rows[] = {{1, "1970-01-01"}, {86399, "1970-01-01"}, {86400, "1970-01-02"}, {951782400, "2000-02-29"},
	    {951868800, "2000-03-01"}, {1709164800, "2024-02-29"}, {1735689599, "2024-12-31"}, {1735689600, "2025-01-01"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct observe *w = observe_new();
		struct observation o = observe_certificate(desk_cstr, server_cstr, false, rows[i].unix_s, OBSERVE_S(0));
		observe_feed(w, &o);
		assert_bytes_equal(
		    alert_fact_find(observe_last(w, "certificate-expired"), "ended"), bytes_of_cstr(rows[i].text_cstr));
		observe_free(w);
	}
}

static void
a_certificate_signed_by_itself_is_told_inside(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	struct observation o = observe_certificate(desk_cstr, outside_cstr, true, now_s + 86400, OBSERVE_S(0));
	observe_feed(w, &o); /* nobody here can repair it */
	o = observe_certificate(desk_cstr, server_cstr, false, now_s + 86400, OBSERVE_S(0));
	observe_feed(w, &o);
	o = observe_certificate(desk_cstr, server_cstr, true, now_s + 86400, OBSERVE_S(0));
	o.ip_proto = 17; /* a call between browsers */
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "certificate-self-signed"), 0);
	for (int i = 0; i < 20; i++) {
		o = observe_certificate(desk_cstr, server_cstr, true, now_s + 86400, OBSERVE_S(i));
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said(w, "certificate-self-signed"), 1);
	assert_int_equal(observe_said(w, "certificate-expired"), 0);
	observe_free(w);
	w = observe_new_with("[certificate-self-signed]\noutside = 1\n", OBSERVE_MEMORY);
	o = observe_certificate(desk_cstr, outside_cstr, true, now_s + 86400, OBSERVE_S(0));
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "certificate-self-signed"), 1);
	observe_free(w);
}

static void
a_readable_password_is_told_without_it(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	struct observation o;
	static const char *const nobody[] = {"anonymous", "Anonymous", "ftp"};
	for (size_t i = 0; i < LENGTH_OF(nobody); i++) {
		o = observe_login(desk_cstr, server_cstr, APP_FTP, LOGIN_ACCEPTED, nobody[i], OBSERVE_S(0));
		o.login.cleartext = true;
		observe_feed(w, &o);
	}
	o = observe_login(desk_cstr, server_cstr, APP_SMTP, LOGIN_ACCEPTED, "marie", OBSERVE_S(0));
	o.login.cleartext = false;
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "cleartext-credentials"), 0);
	for (int i = 0; i < 30; i++) {
		o = observe_login(desk_cstr, server_cstr, APP_FTP, LOGIN_ACCEPTED, "marie", OBSERVE_S(i));
		o.login.cleartext = true;
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said(w, "cleartext-credentials"), 1);
	assert_bytes_equal(alert_fact_find(observe_last(w, "cleartext-credentials"), "user"), BYTES("marie"));
	assert_int_equal(observe_last(w, "cleartext-credentials")->severity, SEVERITY_MINOR);
	o = observe_login(desk_cstr, outside_cstr, APP_POP3, LOGIN_SENT, "marie", OBSERVE_S(0));
	o.login.cleartext = true;
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "cleartext-credentials"), 2);
	assert_int_equal(observe_last(w, "cleartext-credentials")->severity, SEVERITY_SIGNIFICANT);
	observe_free(w);
}

static void
protocols_have_their_ports(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		uint8_t app;
		uint16_t port;
		bool odd;
	} rows[] = {
	    {"ssh at home", APP_SSH, 22, false},
	    {"ssh where many put it", APP_SSH, 2222, false},
	    {"ssh as if it were the web", APP_SSH, 443, true},
	    {"ssh anywhere", APP_SSH, 4444, true},
	    {"TLS may be anywhere", APP_TLS, 8443, false},
	    {"but not on the port of names", APP_TLS, 53, true},
	    {"nor on that of the clear web", APP_TLS, 80, true},
	    {"remote desktop speaks TLS", APP_TLS, 3389, false},
	    {"the web on another port", APP_HTTP, 8080, false},
	    {"the web where file shares are", APP_HTTP, 445, true},
	    {"a wrong address typed", APP_HTTP, 443, false},
	    {"remote desktop elsewhere", APP_RDP, 33890, true},
	    {"a database at home", APP_MYSQL, 3306, false},
	    {"names over TCP", APP_DNS, 53, false},
	    {"what nothing recognised", APP_UNKNOWN, 4444, false},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct observe *w = observe_new();
		for (int k = 0; k < 10; k++) {
			struct observation o = observe_session(
			    desk_cstr, outside_cstr, rows[i].port, OBSERVE_S(k * 7), 9, 900, 9, 900);
			o.flow.app = rows[i].app;
			observe_feed(w, &o);
		}
		if (observe_said(w, "odd-port") != (rows[i].odd ? 1 : 0))
			fail_msg("%s", rows[i].why);
		observe_free(w);
	}
}

static void
an_odd_port_needs_both_sides_and_a_beginning(void **state)
{
	(void)state;
	uint32_t least = (uint32_t)observe_tuning("odd-port", "data_packets");
	struct observe *w = observe_new();
	struct observation o = observe_session(desk_cstr, outside_cstr, 4444, OBSERVE_S(0), least, 900, least - 1, 900);
	o.flow.app = APP_SSH;
	observe_feed(w, &o);
	o = observe_session(desk_cstr, outside_cstr, 4444, OBSERVE_S(0), least, 900, least, 900);
	o.flow.app = APP_SSH;
	o.flow.midstream = 1;
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "odd-port"), 0);
	o.flow.midstream = 0;
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "odd-port"), 1);
	assert_int_equal(observe_last(w, "odd-port")->severity, SEVERITY_SIGNIFICANT);
	observe_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_expired_certificate_is_one_finding_per_machine),
	    cmocka_unit_test(dates_are_written_as_the_calendar_has_them),
	    cmocka_unit_test(a_certificate_signed_by_itself_is_told_inside),
	    cmocka_unit_test(a_readable_password_is_told_without_it),
	    cmocka_unit_test(protocols_have_their_ports),
	    cmocka_unit_test(an_odd_port_needs_both_sides_and_a_beginning),
	};
	return RUN_TESTS(tests);
}
