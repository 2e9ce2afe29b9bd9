/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier_samples.h"

#include "dossier/dossier_purge.h"

#include <time.h>

#define DAY_NS (INT64_C(86400) * 1000000000)

static const char table_cstr[] = "checked: 2026-11-27\n"
                                 "rules:\n"
                                 "  - {rule: evidence, days: 14, at_most: 90, source: a}\n"
                                 "  - {rule: alert, days: 365, at_most: 365, source: b}\n"
                                 "  - {rule: case, days: 2190, at_most: 2190, source: c}\n"
                                 "  - {rule: asset, days: 365, at_most: 365, source: d}\n"
                                 "  - {rule: journal, days: 365, at_most: 365, source: e}\n";

static struct dossier_retention
retention(struct fixture *f)
{
	struct dossier_retention r;
	assert_int_equal(dossier_retention_read(bytes_of_cstr(table_cstr), (struct bytes){0}, NULL, &r, &f->diag), 0);
	return r;
}

static struct dossier_purge
purge_after(struct fixture *f, unsigned days, uint64_t max_bytes, bool really)
{
	struct dossier_retention rules = retention(f);
	struct dossier_purge purge;
	struct timespec now;
	struct verified v;
	clock_gettime(CLOCK_REALTIME, &now);
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	int r = dossier_purge(
	    d, &rules, (int64_t)now.tv_sec * 1000000000 + (int64_t)days * DAY_NS, max_bytes, really, &purge, &f->diag);
	if (r < 0)
		fail_msg("dossier_purge: %d %s", r, f->diag.text_cstr);
	if (verify(f, d, NULL, &v) < 0)
		fail_msg("after %u days: %s %lld %s", days, dossier_verify_word(v.first.fault), (long long)v.first.seq,
		    v.first.object_cstr);
	close_ok(f, d);
	return purge;
}

/* Somebody worked on the incident: what they do is a line that does not come from a watch. */
static void
take_up(struct fixture *f)
{
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	dossier_act_as(d, "Ada");
	assert_int_equal(
	    dossier_put_incident(d, sample_incident("INC-00000000aaaa", SEVERITY_CRITICAL, 90), NULL, &f->diag), 0);
	close_ok(f, d);
}

static const char proof[] = "evidence/84040ef94947216ce5e4628a97b27e6c83b457e8226de8c39ab57c42c12ba7ac.pcap";

static void
nothing_goes_before_its_time_and_a_dry_run_changes_nothing(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	keep_a_run(f, &added);
	struct dossier_purge purge = purge_after(f, 13, 0, true);
	assert_int_equal(purge.rules[DOSSIER_RULE_EVIDENCE].objects, 0);
	uint64_t before = dump(f);
	purge = purge_after(f, 3000, 0, false);
	assert_int_equal(
	    purge.rules[DOSSIER_RULE_ALERT].objects, 1 + INCIDENT_PARTS_MAX + 1); /* with its alerts and proof */
	assert_int_equal(purge.rules[DOSSIER_RULE_ASSET].objects, 3);
	assert_true(dump(f) == before);
	assert_true(has_proof(f, proof));
}

static void
packets_go_first_then_incidents_then_machines_and_the_journal_tells_it(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	keep_a_run(f, &added);
	struct dossier_purge purge = purge_after(f, 15, 0, true);
	assert_int_equal(purge.rules[DOSSIER_RULE_EVIDENCE].objects, 1);
	assert_int_equal(purge.rules[DOSSIER_RULE_EVIDENCE].files, 1);
	assert_int_equal(purge.rules[DOSSIER_RULE_EVIDENCE].bytes, 18);
	assert_false(has_proof(f, proof));
	assert_int_equal(count(f, "SELECT count(*) FROM alert"), INCIDENT_PARTS_MAX);
	assert_int_equal(count(f, "SELECT count(*) FROM journal WHERE action = 'purge' AND object LIKE 'EVD-%'"), 1);
	purge = purge_after(f, 366, 0, true);
	assert_int_equal(purge.rules[DOSSIER_RULE_ALERT].objects, 1 + INCIDENT_PARTS_MAX);
	assert_int_equal(purge.rules[DOSSIER_RULE_ASSET].objects, 3);
	assert_int_equal(count(f, "SELECT count(*) FROM object"), 0);
	assert_int_equal(count(f, "SELECT count(*) FROM link"), 0);
	assert_int_equal(count(f, "SELECT count(*) FROM alert_fact"), 0);
	/* Nothing of what they were is left in the journal. */
	assert_int_equal(
	    count(f, "SELECT count(*) FROM journal WHERE action <> 'purge' AND (before IS NOT NULL OR after IS NOT NULL)"),
	    0);
	purge = purge_after(f, 366, 0, true);
	assert_int_equal(purge.rules[DOSSIER_RULE_ALERT].objects, 0); /* once is enough */
}

static void
what_somebody_took_up_stays_with_its_proofs_for_six_years(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	keep_a_run(f, &added);
	take_up(f);
	struct dossier_purge purge = purge_after(f, 2000, 0, true);
	assert_int_equal(purge.rules[DOSSIER_RULE_EVIDENCE].objects, 0);
	assert_int_equal(purge.rules[DOSSIER_RULE_ALERT].objects, 0);
	assert_int_equal(count(f, "SELECT count(*) FROM incident"), 1);
	/* begin, link (a machine of it became known), add, change */
	assert_int_equal(count(f, "SELECT count(*) FROM journal WHERE object LIKE 'INC-%' AND after IS NOT NULL"), 4);
	assert_true(has_proof(f, proof));
	purge = purge_after(f, 2000, 1, true); /* not even for lack of room */
	assert_int_equal(purge.left_bytes, 18);
	purge = purge_after(f, 2191, 0, true);
	assert_int_equal(purge.rules[DOSSIER_RULE_CASE].objects, 1 + INCIDENT_PARTS_MAX + 1);
	assert_false(has_proof(f, proof));
}

static void
a_machine_that_an_incident_names_stays_as_long_as_it(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	struct asset a = sample_asset(11); /* one of the victims */
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	assert_int_equal(dossier_put_asset(d, &a, NULL, &f->diag), 0);
	close_ok(f, d);
	keep_a_run(f, &added);
	take_up(f);
	(void)purge_after(f, 2000, 0, true);
	assert_int_equal(count(f, "SELECT count(*) FROM asset WHERE id = 'AST-192.168.0.11'"), 1);
	assert_int_equal(count(f, "SELECT count(*) FROM asset WHERE id = 'AST-192.168.0.3'"), 0);
}

static void
a_proof_of_two_incidents_stays_with_the_one_that_stays(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	keep_a_run(f, &added);
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	struct alert a = sample_alert(50);
	assert_int_equal(dossier_put_alert(d, "INC-00000000bbbb", &a, BYTES("not really a pcap\n"), NULL, &f->diag), 0);
	close_ok(f, d);
	take_up(f);
	struct dossier_purge purge = purge_after(f, 400, 0, true);
	assert_int_equal(purge.rules[DOSSIER_RULE_ALERT].objects, 2);
	assert_int_equal(count(f, "SELECT count(*) FROM evidence"), 1);
	assert_true(has_proof(f, proof));
}

static void
the_oldest_packets_make_room(void **state)
{
	struct fixture *f = *state;
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	for (unsigned i = 0; i < 10; i++) {
		struct alert a = sample_alert(i);
		char packets[64];
		snprintf(packets, sizeof(packets), "packets of the alert %03u, 32 bytes", i);
		assert_int_equal(dossier_put_alert(d, "INC-00000000aaaa", &a, (struct bytes){(const uint8_t *)packets, 32},
		                     NULL, &f->diag),
		    0);
	}
	close_ok(f, d);
	struct dossier_purge purge = purge_after(f, 0, 100, true);
	assert_int_equal(purge.by_size.files, 7);
	assert_int_equal(purge.left_bytes, 96);
	assert_int_equal(count(f, "SELECT count(*) FROM evidence"), 3);
	assert_int_equal(
	    count(f,
	        "SELECT count(*) FROM link WHERE relation = 'proves' AND target IN (SELECT id FROM alert ORDER BY"
	        " first_ns DESC LIMIT 3)"),
	    3);
}

static void
a_file_that_no_row_names_is_swept(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	keep_a_run(f, &added);
	put_proof(f, "evidence/.being-written", "x");
	put_proof(f, "evidence/left.pcap", "x");
	assert_int_equal(purge_after(f, 0, 0, false).strays, 2);
	assert_int_equal(purge_after(f, 0, 0, true).strays, 2);
	assert_int_equal(purge_after(f, 0, 0, true).strays, 0);
	assert_true(has_proof(f, proof));
}

static void
a_table_of_the_site_must_say_why_it_keeps_longer(void **state)
{
	struct fixture *f = *state;
	struct dossier_retention r;
	static const struct {
		const char *site_cstr;
		int answer;
		unsigned line;
	} rows[] = {
	    {"rules:\n  - {rule: alert, days: 180}\n", 0, 0},
	    {"rules:\n  - {rule: alert, days: 400}\n", -EINVAL, 2},
	    {"rules:\n  - {rule: alert, days: 400, reason: an inquiry}\n", 0, 0},
	    {"rules:\n  - {rule: alert, days: 400, at_most: 1000}\n", -EINVAL,
	        2}, /* the source is not the site's to change */
	    {"rules:\n  - {rule: alert, days: 0}\n", -EINVAL, 2},
	    {"rules:\n  - {rule: alert, days: 12months}\n", -EINVAL, 2},
	    {"rules:\n  - {rule: everything, days: 3}\n", -EINVAL, 2},
	    {"rules: 3\n", -EINVAL, 1},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		f->diag = (struct diag){0};
		int answer = dossier_retention_read(
		    bytes_of_cstr(table_cstr), bytes_of_cstr(rows[i].site_cstr), "site.yaml", &r, &f->diag);
		if (answer != rows[i].answer || f->diag.line != rows[i].line)
			fail_msg("%s: %d, line %u: %s", rows[i].site_cstr, answer, f->diag.line, f->diag.text_cstr);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(nothing_goes_before_its_time_and_a_dry_run_changes_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        packets_go_first_then_incidents_then_machines_and_the_journal_tells_it, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_somebody_took_up_stays_with_its_proofs_for_six_years, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_machine_that_an_incident_names_stays_as_long_as_it, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_proof_of_two_incidents_stays_with_the_one_that_stays, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_oldest_packets_make_room, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_file_that_no_row_names_is_swept, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_table_of_the_site_must_say_why_it_keeps_longer, set_up, tear_down),
	};
	return RUN_TESTS(tests);
}
