/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "arrival/arrival_syslog.h"
#include "core/zone.h"

#include <errno.h>
#include <stdio.h>

static const int64_t second_ns = INT64_C(1000000000);
static struct zone *paris;

static struct arrival_syslog *
start(int year)
{
	/* 2026-11-27T12:00:00Z */
	struct arrival_syslog *s = arrival_syslog_new(
	    &(struct arrival_syslog_options){.zone = paris, .now_s = INT64_C(1795780800), .year = year});
	assert_non_null(s);
	arrival_syslog_name(s, BYTES("Mail"), &(struct addr){.at = {[10] = 0xff, 0xff, 10, 0, 0, 5}});
	return s;
}

static int
read_in(struct arrival_syslog *s, const char *line_cstr, struct arrival *out)
{
	struct diag diag = {.offset = UINT64_MAX};
	struct bytes line = test_heap(bytes_of_cstr(line_cstr));
	int r = arrival_syslog_read(s, line, out, &diag);
	test_heap_free(line);
	assert_true(r >= 0 || diag.text_cstr[0] != '\0');
	return r;
}

static int64_t
second_of(struct arrival_syslog *s, const char *line_cstr)
{
	struct arrival a = {.kind = ARRIVAL_NOTHING};
	return read_in(s, line_cstr, &a) < 0 ? -1 : a.observation.time_ns / second_ns;
}

static bool
is_addr(const struct addr *got, const char *wanted_cstr)
{
	char text[ADDR_TEXT_MAX];
	(void)addr_write(got, text);
	return strcmp(text, wanted_cstr) == 0;
}

static void
logins_are_read_whatever_their_frame(void **state)
{
	(void)state;
	static const struct {
		const char *line_cstr, *source_cstr, *user_cstr;
		unsigned outcome, app;
	} rows[] = {
	    {"Mar  3 08:00:00 mail sshd[1]: Failed password for root from 203.0.113.9 port 40000 ssh2", "203.0.113.9",
	        "root", LOGIN_REFUSED, APP_SSH},
	    {"<38>Mar  3 08:00:00 mail.town.example sshd[1]: Failed password for invalid user a b from 203.0.113.9 port 1 ssh2",
	        "203.0.113.9", "a b", LOGIN_REFUSED, APP_SSH},
	    {"<38>1 2026-03-03T08:00:00Z mail sshd 1 - - Accepted publickey for root from 2001:db8::1 port 9 ssh2: RSA",
	        "2001:db8::1", "root", LOGIN_ACCEPTED, APP_SSH},
	    {"2026-03-03T08:00:00.5+01:00 mail sshd-session[1]: Accepted password for root from 203.0.113.9 port 9 ssh2",
	        "203.0.113.9", "root", LOGIN_ACCEPTED, APP_SSH},
	    {"Mar  3 08:00:00 mail sshd[1]: Failed password for x from 8.8.8.8 port 1 ssh2 from 203.0.113.9 port 2 ssh2",
	        "203.0.113.9", "x from 8.8.8.8 port 1 ssh2", LOGIN_REFUSED, APP_SSH},
	    {"Mar  3 08:00:00 mail vsftpd[1]: [bob] OK LOGIN: Client \"::ffff:203.0.113.9\"", "203.0.113.9", "bob",
	        LOGIN_ACCEPTED, APP_FTP},
	    {"Mar  3 08:00:00 mail vsftpd: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 rhost=203.0.113.9  user=bob",
	        "203.0.113.9", "bob", LOGIN_REFUSED, APP_FTP},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct arrival_syslog *s = start(0);
		struct arrival a = {.kind = ARRIVAL_NOTHING};
		int r = read_in(s, rows[i].line_cstr, &a);
		const struct observation *o = &a.observation;
		struct bytes user = {(const uint8_t *)o->login.user, o->login.user_len};
		if (r != 1 || a.kind != ARRIVAL_OBSERVATION || o->kind != OBSERVATION_LOGIN ||
		    !is_addr(&o->src, rows[i].source_cstr) || !is_addr(&o->dst, "10.0.0.5") ||
		    o->login.outcome != rows[i].outcome || o->login.app != rows[i].app ||
		    !bytes_eq(user, bytes_of_cstr(rows[i].user_cstr)) || o->login.cleartext)
			fail_msg("%s", rows[i].line_cstr);
		arrival_syslog_free(s);
	}
}

static void
what_is_no_password_is_no_guess(void **state)
{
	(void)state;
	static const char *const lines[] = {
	    "Mar  3 08:00:00 mail sshd[1]: Failed publickey for root from 203.0.113.9 port 9 ssh2",
	    "Mar  3 08:00:00 mail sshd[1]: Failed none for root from 203.0.113.9 port 9 ssh2",
	    "Mar  3 08:00:00 mail sshd[1]: Invalid user a from 203.0.113.9 port 9",
	    "Mar  3 08:00:00 mail sudo: pam_unix(sudo:auth): authentication failure; rhost=  user=bob",
	    "Mar  3 08:00:00 mail sshd[1]: Failed password for root from client.example port 9 ssh2"};
	for (size_t i = 0; i < LENGTH_OF(lines); i++) {
		struct arrival_syslog *s = start(0);
		struct arrival a = {.kind = (enum arrival_kind)77};
		assert_int_equal(read_in(s, lines[i], &a), 1);
		assert_int_equal(a.kind, ARRIVAL_NOTHING);
		arrival_syslog_free(s);
	}
}

static void
days_without_a_year_are_the_latest_that_are_not_ahead(void **state)
{
	(void)state;
	static const struct {
		const char *line_cstr, *why;
		int64_t expected_s;
	} rows[] = {
	    {"Mar  3 08:00:00 a b: c", "this year, on the clock of Paris", INT64_C(1772521200)},
	    {"Jul 14 08:00:00 a b: c", "in summer", INT64_C(1784008800)},
	    {"Nov 28 08:00:00 a b: c", "a clock that is fast by less than a day", INT64_C(1795849200)},
	    {"Dec 31 23:59:59 a b: c", "last year", INT64_C(1767221999)},
	    {"Feb 29 12:00:00 a b: c", "the last leap year", INT64_C(1709204400)},
	    {"2015 Nov 13 13:40:01 a b: c", "its year is said", INT64_C(1447418401)},
	    {"2026-03-03T08:00:00 a b: c", "no offset: Paris", INT64_C(1772521200)},
	    {"2026-03-03T08:00:00-05:00 a b: c", "an offset", INT64_C(1772542800)},
	    {"Oct 25 02:30:00 a b: c", "an hour that was twice: the first", INT64_C(1792888200)},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct arrival_syslog *s = start(0);
		int64_t got = second_of(s, rows[i].line_cstr);
		if (got != rows[i].expected_s)
			fail_msg("%s: %lld", rows[i].why, (long long)got);
		arrival_syslog_free(s);
	}
	struct arrival_syslog *s = start(2024);
	assert_true(second_of(s, "Dec 31 23:59:59 a b: c") == INT64_C(1735685999));
	assert_true(second_of(s, "Jan  1 00:00:01 a b: c") == INT64_C(1735686001)); /* of 2025 */
	assert_true(second_of(s, "Dec 31 23:59:58 a b: c") > INT64_C(1735686001));  /* of 2025: they came in order before */
	arrival_syslog_free(s);
}

static void
packets_of_firewalls_become_flows(void **state)
{
	(void)state;
	static const struct {
		const char *line_cstr;
		unsigned state, proto, port, flags;
	} rows[] = {
	    {"Mar  3 08:00:00 gw kernel: [1.5] [UFW BLOCK] IN=eth0 OUT= MAC= SRC=203.0.113.9 DST=10.0.0.5 LEN=60 TTL=50 PROTO=TCP SPT=4 DPT=22 WINDOW=1 SYN URGP=0",
	        FLOW_STATE_NEW, 6, 22, 0x02},
	    {"Mar  3 08:00:00 gw kernel: REJECT IN=eth0 OUT= SRC=203.0.113.9 DST=10.0.0.5 LEN=60 PROTO=UDP SPT=4 DPT=53",
	        FLOW_STATE_REFUSED, 17, 53, 0},
	    {"Mar  3 08:00:00 gw kernel: ACCEPT IN=eth0 OUT= SRC=203.0.113.9 DST=10.0.0.5 LEN=60 PROTO=TCP SPT=4 DPT=443 SYN",
	        FLOW_STATE_ESTABLISHED, 6, 443, 0x02},
	    {"Mar  3 08:00:00 gw filterlog[1]: 5,,,1,em0,match,block,in,4,0x0,,50,1,0,DF,6,tcp,60,203.0.113.9,10.0.0.5,4,22,0,SE,1,,1",
	        FLOW_STATE_NEW, 6, 22, 0x02},
	    {"Mar  3 08:00:00 filterlog[1]: 5,,,1,em0,match,reject,in,4,0x0,,50,1,0,DF,17,udp,60,203.0.113.9,10.0.0.5,4,53,20",
	        FLOW_STATE_REFUSED, 17, 53, 0},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct arrival_syslog *s = start(0);
		struct arrival a = {.kind = ARRIVAL_NOTHING};
		int r = read_in(s, rows[i].line_cstr, &a);
		const struct observation *o = &a.observation;
		if (r != 1 || a.kind != ARRIVAL_OBSERVATION || o->flow.state != rows[i].state ||
		    o->ip_proto != rows[i].proto || o->dst_port != rows[i].port || o->flow.tcp_flags[0] != rows[i].flags ||
		    !is_addr(&o->dst, "10.0.0.5"))
			fail_msg("%s", rows[i].line_cstr);
		arrival_syslog_free(s);
	}
}

static void
what_is_not_understood_is_counted_by_program(void **state)
{
	(void)state;
	struct arrival_syslog *s = start(0);
	struct arrival a = {.kind = ARRIVAL_NOTHING};
	char names[128];
	assert_int_equal(read_in(s, "Mar  3 08:00:00 mail postfix/smtpd[1]: warning: CEF:0|a|b|1|x|y|9|src=1.2.3.4", &a), 0);
	assert_int_equal(read_in(s, "Mar  3 08:00:00 mail postfix/smtpd[1]: connect", &a), 0);
	assert_int_equal(read_in(s, "Mar  3 08:00:00 mail CRON[2]: x", &a), 0);
	assert_string_equal(
	    arrival_tally_text(arrival_syslog_unknown(s), 8, names, sizeof(names)), "postfix/smtpd 2, CRON 1");
	static const char *const wrong[] = {"", "no time here", "<999>Mar  3 08:00:00 a b: c", "Mar 32 08:00:00 a b: c",
	    "Mar  3 25:00:00 a b: c", "<38>1 2026-03-03T08:00:00Z a b c d e", "CEF:0|a|b|c"};
	for (size_t i = 0; i < LENGTH_OF(wrong); i++)
		if (read_in(s, wrong[i], &a) != -EINVAL)
			fail_msg("accepted: %s", wrong[i]);
	arrival_syslog_free(s);
}

static int
open_zone(void **state)
{
	(void)state;
	struct diag diag = {.offset = UINT64_MAX};
	return zone_open(&paris, "Europe/Paris", &diag);
}

static int
close_zone(void **state)
{
	(void)state;
	zone_free(paris);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(logins_are_read_whatever_their_frame),
	    cmocka_unit_test(what_is_no_password_is_no_guess),
	    cmocka_unit_test(days_without_a_year_are_the_latest_that_are_not_ahead),
	    cmocka_unit_test(packets_of_firewalls_become_flows),
	    cmocka_unit_test(what_is_not_understood_is_counted_by_program),
	};
	return cmocka_run_group_tests(tests, open_zone, close_zone);
}
