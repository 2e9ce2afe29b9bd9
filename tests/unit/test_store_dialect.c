/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "dossier/store_dialect.h"

#include <stdlib.h>

static void
what_is_written_for_one_is_read_by_the_other(void **state)
{
	(void)state;
	static const struct {
		const char *why_cstr, *ours_cstr, *theirs_cstr;
		int params;
	} rows[] = {
	    {"parameters keep their numbers", "SELECT a FROM t WHERE b = ?2 AND c > ?1",
	        "SELECT a FROM t WHERE b = $2 AND c > $1", 2},
	    {"what is quoted stays", "SELECT '?1 TEXT', \"?2\" /* ?3 BLOB */ FROM t",
	        "SELECT '?1 TEXT', \"?2\" /* ?3 BLOB */ FROM t", 0},
	    {"types, order of bytes, options of tables",
	        "CREATE TABLE t(a TEXT PRIMARY KEY, b BLOB, c INTEGER NOT NULL) STRICT, WITHOUT ROWID",
	        "CREATE TABLE t(a TEXT COLLATE \"C\" PRIMARY KEY, b BYTEA, c BIGINT NOT NULL) ", 0},
	    {"a table with a rowid", "CREATE TABLE t(a INTEGER) STRICT;CREATE INDEX i ON t(a)",
	        "CREATE TABLE t(a BIGINT) ;CREATE INDEX i ON t(a)", 0},
	    {"references can wait",
	        "CREATE TABLE t(a TEXT REFERENCES o(id), b TEXT NOT NULL REFERENCES p(x) ON DELETE CASCADE) STRICT",
	        "CREATE TABLE t(a TEXT COLLATE \"C\" REFERENCES o(id) DEFERRABLE, b TEXT COLLATE \"C\" NOT NULL REFERENCES p(x) ON DELETE CASCADE DEFERRABLE) ",
	        0},
	    {"a column that comes later", "ALTER TABLE t ADD COLUMN c TEXT REFERENCES o(id); SELECT 1",
	        "ALTER TABLE t ADD COLUMN c TEXT COLLATE \"C\" REFERENCES o(id) DEFERRABLE; SELECT 1", 0},
	    {"words of a query are not types", "SELECT CAST(x AS BIGINT), 'BLOB' FROM t; CREATE TABLE u(v BLOB)",
	        "SELECT CAST(x AS BIGINT), 'BLOB' FROM t; CREATE TABLE u(v BYTEA)", 0},
	    {"a name that begins as a type does", "CREATE TABLE t(TEXTUAL BLOB, BLOBS TEXT)",
	        "CREATE TABLE t(TEXTUAL BYTEA, BLOBS TEXT COLLATE \"C\")", 0},
	    {"a trigger that refuses",
	        "CREATE TRIGGER stays BEFORE UPDATE OF a, b ON t WHEN new.a IS NOT NULL BEGIN SELECT RAISE(ABORT, 'no'); END;",
	        "CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $f$BEGIN RAISE EXCEPTION 'no'; END$f$; CREATE TRIGGER"
	        " stays BEFORE UPDATE OF a, b ON t FOR EACH ROW WHEN (new.a IS NOT NULL) EXECUTE FUNCTION stays();",
	        0},
	    {"a trigger without a condition", "CREATE TRIGGER g BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT, 'no'); END",
	        "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $f$BEGIN RAISE EXCEPTION 'no'; END$f$; CREATE TRIGGER g BEFORE"
	        " DELETE ON t FOR EACH ROW EXECUTE FUNCTION g()",
	        0},
	    {"a trigger that goes", "DROP TRIGGER g; DROP TABLE t", "DROP FUNCTION g() CASCADE; DROP TABLE t", 0},
	    {"a mark without an end", "SELECT 'a", "SELECT 'a", 0},
	    {"nothing", "", "", 0},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		int params = -1;
		char *theirs_cstr = store_dialect_postgresql(rows[i].ours_cstr, &params);
		if (theirs_cstr == NULL || strcmp(theirs_cstr, rows[i].theirs_cstr) != 0 || params != rows[i].params)
			fail_msg("%s:\n%s\n%s", rows[i].why_cstr, theirs_cstr, rows[i].theirs_cstr);
		free(theirs_cstr);
	}
}

static void
a_trigger_of_another_form_is_refused_rather_than_lost(void **state)
{
	(void)state;
	int params;
	assert_null(store_dialect_postgresql("CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM u; END", &params));
	assert_null(store_dialect_postgresql("CREATE TRIGGER ", &params));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_written_for_one_is_read_by_the_other),
	    cmocka_unit_test(a_trigger_of_another_form_is_refused_rather_than_lost),
	};
	return RUN_TESTS(tests);
}
