/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Several that write one dossier: turns, locks, and what one of them may not undo of what another one did. */
#include "dossier_samples.h"

#include "dossier/dossier_case.h"

#include <signal.h>
#include <stdlib.h>

static void
assert_holds(struct fixture *f)
{
	struct dossier *d = open_ok(f, DOSSIER_READ);
	(void)lines_of(f, d);
	close_ok(f, d);
}

static void
a_second_live_watch_is_told_who_the_first_one_is(void **state)
{
	struct fixture *f = *state;
	struct dossier *d = open_ok(f, DOSSIER_WATCH), *second = NULL;
	char pid[32];
	snprintf(pid, sizeof(pid), "(pid %ld)", (long)getpid());
	assert_int_equal(dossier_open(&second, f->place, DOSSIER_WATCH, &f->diag), -EBUSY);
	assert_true(f->server_cstr != NULL || strstr(f->diag.file_cstr, pid) != NULL); /* a server does not know it */
	assert_int_equal(dossier_open(&second, f->place, DOSSIER_READ, &f->diag), 0);  /* reading goes on meanwhile */
	close_ok(f, second);
	close_ok(f, open_ok(f, DOSSIER_WRITE)); /* and writing */
	close_ok(f, d);
	close_ok(f, open_ok(f, DOSSIER_WATCH)); /* the lock went with its holder */
}

static void
a_migration_waits_for_nobody_and_lets_nobody_in(void **state)
{
	struct fixture *f = *state;
	struct dossier *d = open_ok(f, DOSSIER_WRITE), *second = NULL;
	assert_int_equal(dossier_open(&second, f->place, DOSSIER_MIGRATE, &f->diag), -EBUSY);
	assert_non_null(strstr(f->diag.text_cstr, "nothing was changed"));
	close_ok(f, d);
	d = open_ok(f, DOSSIER_MIGRATE);
	assert_int_equal(dossier_open(&second, f->place, DOSSIER_WRITE, &f->diag), -EBUSY);
	assert_int_equal(dossier_open(&second, f->place, DOSSIER_WATCH, &f->diag), -EBUSY);
	assert_null(second);
	close_ok(f, d);
}

/* In a child: alerts of an incident of its own, a machine that all of them see, and evidence that all of them cut out. */
static int
write_in_turn(const struct fixture *f, unsigned who, unsigned changes)
{
	char id[INCIDENT_ID_MAX];
	struct dossier *d = NULL;
	struct diag diag = {0};
	snprintf(id, sizeof(id), "INC-0000000000%02u", who);
	if (dossier_open(&d, f->place, DOSSIER_WRITE, &diag) < 0)
		return 1;
	for (unsigned i = 0; i < changes; i++) {
		struct alert a = sample_alert(who * 1000 + i);
		struct asset asset = sample_asset(7);
		asset.last_ns += (int64_t)(who * 1000 + i) * 1000;
		if (dossier_put_alert(d, id, &a, BYTES("the same packets\n"), NULL, &diag) < 0 ||
		    dossier_put_asset(d, &asset, NULL, &diag) < 0 || (i % 3 == who % 3 && dossier_end(d, &diag) < 0))
			return fprintf(stderr, "%s\n", diag.text_cstr) < 0 ? 4 : 2;
	}
	return dossier_close(d, &diag) < 0 ? 3 : 0;
}

static void
several_writers_take_turns_and_nothing_is_lost(void **state)
{
	struct fixture *f = *state;
	enum { WRITERS = 3, CHANGES = 100 };
	pid_t pids[WRITERS];
	for (unsigned i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(write_in_turn(f, i, CHANGES));
	}
	for (unsigned i = 0; i < WRITERS; i++) {
		int status;
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(count(f, "SELECT count(*) FROM alert"), WRITERS * CHANGES);
	assert_int_equal(count(f, "SELECT count(*) FROM evidence"), 1);
	assert_int_equal(count(f, "SELECT last_ns FROM asset"), 2000 + ((WRITERS - 1) * 1000 + CHANGES - 1) * 1000);
	assert_holds(f);
}

/* One that never rests, and one that comes between. */
static void
who_writes_without_a_pause_keeps_nobody_out(void **state)
{
	struct fixture *f = *state;
	close_ok(f, open_ok(f, DOSSIER_WRITE));
	pid_t busy = fork();
	if (busy == 0) {
		struct dossier *d = NULL;
		struct diag diag = {0};
		if (dossier_open(&d, f->place, DOSSIER_WRITE, &diag) < 0)
			_exit(1);
		for (unsigned i = 0; dossier_begin(d, &diag) == 0; i++) {
			struct alert a = sample_alert(i);
			if (dossier_put_alert(d, "INC-00000000bbbb", &a, (struct bytes){0}, NULL, &diag) < 0 ||
			    dossier_end(d, &diag) < 0)
				_exit(2);
		}
		_exit(3);
	}
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	while (count(f, "SELECT count(*) FROM alert") == 0) /* until it is at work */
		(void)usleep(1000);
	int64_t before = count(f, "SELECT count(*) FROM alert");
	for (unsigned i = 0; i < 20; i++) {
		struct asset a = sample_asset(i + 1);
		assert_int_equal(dossier_put_asset(d, &a, NULL, &f->diag), 0);
		assert_int_equal(dossier_end(d, &f->diag), 0);
	}
	int64_t meanwhile = count(f, "SELECT count(*) FROM alert") - before;
	assert_int_equal(kill(busy, SIGKILL), 0);
	assert_int_equal(waitpid(busy, NULL, 0), busy);
	close_ok(f, d);
	assert_true(meanwhile < 20 * 20); /* in turn: about one of its changes for each of ours */
	assert_holds(f);
}

static void
a_writer_that_is_killed_loses_only_what_was_not_committed(void **state)
{
	struct fixture *f = *state;
	enum { ROUNDS = 12, CHANGES = 40 };
	close_ok(f, open_ok(f, DOSSIER_WRITE));
	for (unsigned round = 0; round < ROUNDS; round++) {
		pid_t victim = fork();
		if (victim == 0)
			_exit(write_in_turn(f, 1 + round, 900));
		/* As long as the change of another one takes: somewhere in between. */
		assert_int_equal(write_in_turn(f, 50 + round, CHANGES), 0);
		assert_int_equal(kill(victim, SIGKILL), 0);
		assert_int_equal(waitpid(victim, NULL, 0), victim);
		assert_holds(f);
	}
	assert_int_equal(count(f, "SELECT count(*) FROM alert WHERE signature_id >= 9050001"), ROUNDS * CHANGES);
}

static void
what_a_change_rests_on_cannot_be_changed_meanwhile(void **state)
{
	struct fixture *f = *state;
	struct dossier *d = open_ok(f, DOSSIER_WRITE), *second = open_ok(f, DOSSIER_WRITE);
	struct alert a = sample_alert(1), b = sample_alert(2);
	assert_int_equal(dossier_begin(d, &f->diag), 0);
	assert_int_equal(dossier_put_alert(d, "INC-00000000aaaa", &a, (struct bytes){0}, NULL, &f->diag), 0);
	assert_int_equal(dossier_put_alert(second, "INC-00000000aaaa", &b, (struct bytes){0}, NULL, &f->diag), -EBUSY);
	assert_non_null(strstr(f->diag.text_cstr, "try again"));
	assert_int_equal(dossier_end(d, &f->diag), 0);
	/* To have waited in vain harms nothing. */
	assert_int_equal(dossier_put_alert(second, "INC-00000000aaaa", &b, (struct bytes){0}, NULL, &f->diag), 0);
	assert_int_equal(dossier_end(second, &f->diag), 0);
	/* What was cancelled is gone, and the next change is built on what others wrote. */
	struct alert c = sample_alert(3);
	assert_int_equal(dossier_begin(d, &f->diag), 0);
	assert_int_equal(dossier_put_alert(d, "INC-00000000aaaa", &c, (struct bytes){0}, NULL, &f->diag), 0);
	dossier_cancel(d);
	assert_int_equal(dossier_put_alert(second, "INC-00000000aaaa", &c, (struct bytes){0}, NULL, &f->diag), 0);
	close_ok(f, second);
	struct alert e = sample_alert(4);
	assert_int_equal(dossier_put_alert(d, "INC-00000000aaaa", &e, (struct bytes){0}, NULL, &f->diag), 0);
	close_ok(f, d);
	assert_int_equal(count(f, "SELECT count(*) FROM alert"), 4);
	assert_holds(f);
}

/* As a role that lives long must: what failed is told, taken back, and the next change is kept. */
static void
after_a_change_that_failed_the_next_one_is_kept(void **state)
{
	struct fixture *f = *state;
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	struct case_item lost = {.id_cstr = "LOG-1",
	    .kind_cstr = "log",
	    .incident_cstr = "INC-that-is-not-there",
	    .by_cstr = "a person",
	    .at_ns = 1};
	struct asset a = sample_asset(1);
	assert_int_equal(dossier_begin(d, &f->diag), 0);
	assert_int_equal(dossier_put_asset(d, &a, NULL, &f->diag), 0);
	assert_true(dossier_case_put(d, &lost, &f->diag) < 0);
	assert_true(dossier_end(d, &f->diag) < 0); /* half of it is not kept */
	dossier_cancel(d);
	assert_int_equal(count(f, "SELECT count(*) FROM object"), 0);
	assert_int_equal(dossier_begin(d, &f->diag), 0);
	assert_int_equal(dossier_put_asset(d, &a, NULL, &f->diag), 0);
	assert_int_equal(dossier_end(d, &f->diag), 0);
	close_ok(f, d);
	assert_int_equal(count(f, "SELECT count(*) FROM object"), 1);
	assert_holds(f);
}

static void
alerts_of_an_incident_that_a_person_merged_go_where_it_went(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	keep_a_run(f, &added);
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	struct alert first = sample_alert(500), late = sample_alert(501);
	assert_int_equal(dossier_put_alert(d, "INC-00000000bbbb", &first, (struct bytes){0}, NULL, &f->diag), 0);
	struct case_field fields[] = {{"state", "merged"}, {"merged_into", "INC-00000000aaaa"}};
	struct case_item merged = {.id_cstr = "INC-00000000bbbb",
	    .kind_cstr = "incident",
	    .incident_cstr = "INC-00000000bbbb",
	    .by_cstr = "a person",
	    .field_count = 2,
	    .fields = fields};
	assert_int_equal(dossier_case_put(d, &merged, &f->diag), 0);
	/* The keeper knows nothing of it. */
	assert_int_equal(dossier_put_alert(d, "INC-00000000bbbb", &late, (struct bytes){0}, NULL, &f->diag), 0);
	struct incident *story = sample_incident("INC-00000000bbbb", SEVERITY_CRITICAL, 30);
	for (size_t i = 0; i < story->part_count; i++)
		story->parts[i].strongest = sample_alert(600 + (unsigned)i);
	assert_int_equal(dossier_put_incident(d, story, NULL, &f->diag), 0);
	close_ok(f, d);
	assert_int_equal(
	    count(f,
	        "SELECT count(*) FROM link JOIN alert ON alert.id = link.source WHERE signature_id >= 9000502 AND"
	        " relation = 'part-of' AND link.target = 'INC-00000000bbbb'"),
	    0);
	assert_int_equal(
	    count(f,
	        "SELECT count(*) FROM link JOIN alert ON alert.id = link.source WHERE signature_id >= 9000502 AND"
	        " relation = 'part-of' AND link.target = 'INC-00000000aaaa'"),
	    1 + INCIDENT_PARTS_MAX);
	assert_int_equal(count(f, "SELECT count(*) FROM incident_field WHERE name = 'state' AND value = 'merged'"), 1);
	assert_holds(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_second_live_watch_is_told_who_the_first_one_is, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_migration_waits_for_nobody_and_lets_nobody_in, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(several_writers_take_turns_and_nothing_is_lost, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(who_writes_without_a_pause_keeps_nobody_out, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_writer_that_is_killed_loses_only_what_was_not_committed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_a_change_rests_on_cannot_be_changed_meanwhile, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(after_a_change_that_failed_the_next_one_is_kept, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(alerts_of_an_incident_that_a_person_merged_go_where_it_went, set_up, tear_down),
	};
	return RUN_TESTS(tests);
}
