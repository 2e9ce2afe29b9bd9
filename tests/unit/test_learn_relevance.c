/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/learn/learn_relevance.h"

#include <errno.h>

static struct learn_table *
make(void)
{
	struct learn_table *t = NULL;
	assert_int_equal(learn_table_new("fv64", &t), 0);
	assert_int_equal(learn_table_group(t, BYTES("a")), 0);
	assert_int_equal(learn_table_group(t, BYTES("b")), 1);
	assert_int_equal(learn_table_family(t, BYTES("scan")), 1);
	return t;
}

static void
add(struct learn_table *t, enum learn_label label, uint8_t first, uint8_t second, uint32_t host, uint16_t group)
{
	struct learn_row row = {
	    .label = label, .family = label == LEARN_ATTACK, .host = host, .group = group, .time_ns = 10 + first};
	memset(row.vector.code, FLOW_CODE_MISSING, sizeof(row.vector.code));
	row.vector.code[0] = first;
	row.vector.code[1] = second;
	assert_int_equal(learn_table_add(t, &row), 0);
}

static void
duplicates_conflicts_and_machines_are_counted(void **state)
{
	(void)state;
	struct learn_table *t = make();
	struct learn_relevance w;
	add(t, LEARN_BENIGN, 1, 1, 7, 0);
	add(t, LEARN_BENIGN, 1, 1, 7, 0); /* the same once more */
	add(t, LEARN_BENIGN, 2, 1, 8, 0);
	add(t, LEARN_ATTACK, 2, 1, 9, 0); /* contradicts the one before */
	add(t, LEARN_ATTACK, 3, 1, 9, 1);
	add(t, LEARN_UNKNOWN, 3, 1, 0, 1); /* says nothing */
	assert_int_equal(learn_relevance_count(t, NULL, &w), 0);
	assert_int_equal(w.rows, 6);
	assert_int_equal(w.labels[LEARN_UNKNOWN], 1);
	assert_int_equal(w.distinct, 3);
	assert_int_equal(w.duplicates, 2);
	assert_int_equal(w.conflicts, 2);
	assert_int_equal(w.hosts, 3);
	assert_int_equal(w.families[1].rows, 2);
	assert_int_equal(w.families[1].groups, 2);
	assert_int_equal(w.codes_known, 2);
	assert_int_equal(w.first_ns, 11);
	assert_int_equal(w.last_ns, 13);
	learn_relevance_done(&w);
	learn_table_free(t);
}

static void
a_code_that_tells_all_alone_is_found(void **state)
{
	(void)state;
	struct learn_table *t = make();
	struct learn_relevance w;
	for (unsigned i = 0; i < 100; i++) {
		add(t, LEARN_BENIGN, 5, (uint8_t)i, 1, 0);
		if (i < 10) /* rare attacks weigh as much as the many others */
			add(t, LEARN_ATTACK, 6, (uint8_t)i, 1, 0);
	}
	assert_int_equal(learn_relevance_count(t, NULL, &w), 0);
	assert_true(w.code[0].alone > 0.999);
	assert_true(w.code[1].alone > 0.9 && w.code[1].alone < 0.96);
	assert_true(w.code[2].alone < 0.501); /* not known for anybody */
	learn_relevance_done(&w);
	learn_table_free(t);
}

static void
what_is_in_both_tables_leaks_and_what_differs_is_named(void **state)
{
	(void)state;
	struct learn_table *t = make(), *other = make();
	struct learn_relevance w;
	for (unsigned i = 0; i < 2000; i++) {
		add(t, LEARN_BENIGN, (uint8_t)(i % 50), 9, 1, 0);
		add(other, LEARN_ATTACK, (uint8_t)(i % 50), i % 10 == 0 ? 9 : 200, 1, 0);
	}
	assert_int_equal(learn_relevance_count(t, other, &w), 0);
	assert_true(w.is_compared && w.is_unlike);
	assert_int_equal(w.worst, 1);
	assert_true(w.code[0].psi < 0.01F && w.code[1].psi > 0.5F);
	assert_int_equal(w.leaked, 200); /* the values 0, 10, 20, 30, 40 of the first code, whatever the label */
	learn_relevance_done(&w);
	assert_int_equal(learn_relevance_count(t, t, &w), 0);
	assert_int_equal(w.leaked, 2000);
	assert_false(w.is_unlike);
	learn_relevance_done(&w);
	learn_table_free(t);
	learn_table_free(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(duplicates_conflicts_and_machines_are_counted),
	    cmocka_unit_test(a_code_that_tells_all_alone_is_found),
	    cmocka_unit_test(what_is_in_both_tables_leaks_and_what_differs_is_named),
	};
	return RUN_TESTS(tests);
}
