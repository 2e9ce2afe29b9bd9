/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A dossier of every version since the third is brought up to date: tried first, then done, and it holds. Older ones are in
 * tests/system/test_dossier.py, as the program of that time wrote them. */
#include "dossier_samples.h"

#include "dossier/dossier_schema.h"
#include "dossier/dossier_upgrade.h"
#include "dossier/store_dialect.h"

#include <stdlib.h>

enum { FIRST_VERSION = 3 };

/* As the steps made it, with a machine that no line of the journal tells of: to seal it is the migration's work. */
static void
make_old(struct fixture *f, size_t version)
{
	size_t count;
	char mark[256];
	const struct dossier_step *steps = dossier_schema_steps(&count);
	forget_dossier(f);
	for (size_t i = 0; i < version; i++) {
		int params;
		char *theirs_cstr = NULL;
		const char *sql_cstr = steps[i].sql_cstr;
		if (f->server_cstr != NULL)
			theirs_cstr = store_dialect_postgresql(
			    steps[i].postgresql_cstr != NULL ? steps[i].postgresql_cstr : sql_cstr, &params);
		if (f->server_cstr != NULL)
			assert_true(tell_server(f, f->database, theirs_cstr));
		else
			execute(f, sql_cstr);
		free(theirs_cstr);
		if (i == 1)
			execute(f, "DROP TABLE journal_1"); /* empty: nothing to chain anew */
	}
	snprintf(mark, sizeof(mark),
	    f->server_cstr != NULL
	        ? "CREATE TABLE beffroi_mark(application BIGINT, version BIGINT); INSERT INTO beffroi_mark VALUES(%d, %zu);"
	          "CREATE TABLE beffroi_file(path TEXT PRIMARY KEY, content BYTEA NOT NULL)"
	        : "PRAGMA application_id = %d; PRAGMA user_version = %zu",
	    DOSSIER_SCHEMA_APPLICATION, version);
	execute(f, mark);
	execute(f,
	    "INSERT INTO object(id, kind) VALUES('AST-192.168.0.1', 'asset');"
	    "INSERT INTO asset(id, address, name, private, first_ns, last_ns, packets, bytes) VALUES('AST-192.168.0.1',"
	    " '192.168.0.1', x'616263', 1, 1000, 2000, 10, 1000)");
}

static struct dossier_upgrade
upgrade(struct fixture *f, bool really)
{
	struct dossier *d = NULL;
	struct dossier_upgrade done;
	assert_int_equal(dossier_reach(&d, f->place, &f->diag), 0);
	int r = dossier_upgrade(d, really, &done, &f->diag);
	if (r < 0)
		fail_msg("dossier_upgrade: %d %s", r, f->diag.text_cstr);
	close_ok(f, d);
	return done;
}

static int
open_for_reading(struct fixture *f)
{
	struct dossier *d = NULL;
	int r = dossier_open(&d, f->place, DOSSIER_READ, &f->diag);
	if (r == 0)
		close_ok(f, d);
	return r;
}

static void
every_old_version_is_tried_and_then_brought_up_to_date(void **state)
{
	struct fixture *f = *state;
	size_t newest;
	(void)dossier_schema_steps(&newest);
	assert_true(newest > FIRST_VERSION);
	for (size_t version = FIRST_VERSION; version < newest; version++) {
		make_old(f, version);
		assert_int_equal(open_for_reading(f), -ESTALE);
		assert_non_null(strstr(f->diag.text_cstr, "beffroi dossier migrate"));
		struct dossier_upgrade tried = upgrade(f, false);
		assert_int_equal(tried.from, version);
		assert_int_equal(tried.to, newest);
		assert_false(tried.is_done);
		assert_int_equal(open_for_reading(f), -ESTALE);
		assert_int_equal(count(f, "SELECT count(*) FROM journal"), 0);
		assert_true(upgrade(f, true).is_done);
		struct dossier *d = open_ok(f, DOSSIER_READ);
		assert_int_equal(lines_of(f, d), 1); /* the seal of the machine */
		close_ok(f, d);
		struct dossier_upgrade again = upgrade(f, true);
		assert_int_equal(again.from, newest);
		assert_false(again.is_done);
	}
}

static void
what_a_migration_would_make_is_what_a_new_dossier_has(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	make_old(f, FIRST_VERSION);
	(void)upgrade(f, true);
	keep_a_run(f, &added);
	struct dossier *d = open_ok(f, DOSSIER_READ);
	assert_true(lines_of(f, d) > 20);
	close_ok(f, d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(every_old_version_is_tried_and_then_brought_up_to_date, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_a_migration_would_make_is_what_a_new_dossier_has, set_up, tear_down),
	};
	return RUN_TESTS(tests);
}
