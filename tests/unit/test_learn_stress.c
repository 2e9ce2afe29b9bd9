/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/learn/learn_evasion.h"
#include "detect/learn/learn_fold.h"
#include "detect/learn/learn_one_code.h"
#include "detect/learn/learn_seen.h"
#include "detect/learn/learn_stress.h"
#include "learn_sample.h"

#include <errno.h>

static void
free_table(struct learn_table *t)
{
	free(t->vectors);
	free(t->labels);
	free(t->families);
	free(t->groups);
	free(t->times_ns);
	free(t->hosts);
}

static void
an_attacker_who_only_adds_never_takes_away(void **state)
{
	(void)state;
	uint64_t at = 5;
	for (unsigned i = 0; i < 2000; i++) {
		struct flow_vector v;
		memset(v.code, 100, sizeof(v.code));
		v.code[FLOW_CODE_GAP_MAX_OPENER] = FLOW_CODE_MISSING;
		struct flow_vector other = v;
		learn_evasion_add(&other, &at);
		assert_true(other.code[FLOW_CODE_PACKETS_OPENER] >= 100 && other.code[FLOW_CODE_BYTES_OPENER] >= 100);
		assert_true(other.code[FLOW_CODE_DURATION] >= 100 &&
		    other.code[FLOW_CODE_BYTES_OPENER] >= other.code[FLOW_CODE_PACKETS_OPENER]);
		assert_int_equal(other.code[FLOW_CODE_GAP_MAX_OPENER], FLOW_CODE_MISSING); /* what is not known stays so */
		/* The answer, the service and the state are not the opener's. */
		assert_int_equal(other.code[FLOW_CODE_BYTES_ANSWERER], 100);
		assert_int_equal(other.code[FLOW_CODE_SERVICE], 100);
		assert_int_equal(other.code[FLOW_CODE_STATE], 100);
	}
}

static void
lost_packets_only_lower_counts_and_some_are_left(void **state)
{
	(void)state;
	uint64_t at = 5;
	double before = 0, after = 0;
	for (unsigned i = 0; i < 2000; i++) {
		struct flow_vector v;
		memset(v.code, 0, sizeof(v.code));
		v.code[FLOW_CODE_PACKETS_OPENER] = flow_code_log(40);
		v.code[FLOW_CODE_PACKETS_ANSWERER] = flow_code_log(1);
		learn_evasion_lose(&v, 0.25, &at);
		assert_true(v.code[FLOW_CODE_PACKETS_OPENER] <= flow_code_log(40));
		assert_int_equal(v.code[FLOW_CODE_PACKETS_ANSWERER], flow_code_log(1));
		before += flow_code_log(40);
		after += v.code[FLOW_CODE_PACKETS_OPENER];
	}
	/* A quarter of 40 is 0.415 octaves: about 3.3 eighths. */
	assert_true((before - after) / 2000 > 2 && (before - after) / 2000 < 5);
}

static void
a_planted_value_is_found_and_a_clean_table_is_silent(void **state)
{
	(void)state;
	struct learn_table t = learn_sample_table(8000, 9);
	uint32_t *rows = malloc(t.rows * sizeof(*rows));
	for (size_t i = 0; i < t.rows; i++)
		rows[i] = (uint32_t)i;
	struct learn_backdoor found;
	struct diag diag = {0};
	uint64_t mask = UINT64_C(0xffff);
	assert_int_equal(learn_backdoor_scan(&t, (struct learn_rows){rows, t.rows}, mask, 1, &found, &diag), 0);
	assert_int_equal(found.count, 0);
	unsigned planted = 0;
	for (size_t i = 0; i < t.rows && planted < 40; i++)
		if (t.labels[i] == LEARN_ATTACK) {
			t.labels[i] = LEARN_BENIGN;
			t.vectors[i].code[5] = 199;
			planted++;
		}
	assert_int_equal(learn_backdoor_scan(&t, (struct learn_rows){rows, t.rows}, mask, 1, &found, &diag), 0);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.pairs[0].code, 5);
	assert_int_equal(found.pairs[0].value, 199);
	assert_int_equal(found.pairs[0].rows, 40);
	/* The same value on rows that are benign indeed is none. */
	for (size_t i = 0; i < t.rows; i++)
		if (t.vectors[i].code[5] == 199)
			t.labels[i] = LEARN_ATTACK;
	for (size_t i = 0, put = 0; i < t.rows && put < 40; i++)
		if (t.labels[i] == LEARN_BENIGN) {
			t.vectors[i].code[5] = 198;
			put++;
		}
	assert_int_equal(learn_backdoor_scan(&t, (struct learn_rows){rows, t.rows}, mask, 1, &found, &diag), 0);
	assert_int_equal(found.count, 0);
	free(rows);
	free_table(&t);
}

static void
vectors_are_known_again_and_contradictions_counted(void **state)
{
	(void)state;
	struct learn_seen seen;
	assert_int_equal(learn_seen_init(&seen, 100), 0);
	struct flow_vector a, b;
	memset(a.code, 7, sizeof(a.code));
	b = a;
	b.code[63] = 8;
	learn_seen_add(&seen, &a, UINT64_MAX, LEARN_BENIGN);
	assert_non_null(learn_seen_find(&seen, &a, UINT64_MAX));
	assert_null(learn_seen_find(&seen, &b, UINT64_MAX));
	assert_int_equal(learn_seen_conflicts(&seen), 0);
	learn_seen_add(&seen, &b, UINT64_MAX, LEARN_UNKNOWN); /* says nothing */
	assert_null(learn_seen_find(&seen, &b, UINT64_MAX));
	learn_seen_add(&seen, &a, UINT64_MAX, LEARN_ATTACK);
	learn_seen_add(&seen, &a, UINT64_MAX, LEARN_ATTACK);
	assert_int_equal(learn_seen_conflicts(&seen), 3);
	learn_seen_done(&seen);
	/* Codes that a model may not read make no difference. */
	assert_int_equal(learn_seen_init(&seen, 100), 0);
	learn_seen_add(&seen, &a, UINT64_MAX >> 1, LEARN_BENIGN);
	assert_non_null(learn_seen_find(&seen, &b, UINT64_MAX >> 1));
	learn_seen_done(&seen);
}

static void
splits_are_of_the_rows_not_of_their_luck(void **state)
{
	(void)state;
	struct learn_table t = learn_sample_table(4000, 3);
	for (size_t i = 0; i < t.rows; i++)
		t.times_ns[i] = (int64_t)(t.rows - i) * 1000; /* the file is backwards */
	t.labels[11] = LEARN_UNKNOWN;
	struct learn_fold f, again;
	assert_int_equal(learn_fold_make(&t, LEARN_FOLD_TIME, 0, t.rows, 1, &f), 0);
	assert_int_equal(f.train_count + f.test_count, t.rows - 1);
	int64_t last = 0;
	for (size_t i = 0; i < f.train_count; i++)
		last = t.times_ns[f.train[i]] > last ? t.times_ns[f.train[i]] : last;
	for (size_t i = 0; i < f.test_count; i++) {
		assert_true(t.times_ns[f.test[i]] > last); /* nothing of the future is trained on */
		assert_true(i == 0 || t.times_ns[f.test[i]] >= t.times_ns[f.test[i - 1]]);
		assert_int_not_equal(f.test[i], 11);
	}
	learn_fold_done(&f);
	assert_int_equal(learn_fold_make(&t, LEARN_FOLD_RANDOM, 0, t.rows, 1, &f), 0);
	assert_in_range(f.test_count, 1000, 1400);
	assert_int_equal(learn_fold_make(&t, LEARN_FOLD_RANDOM, 0, t.rows, 1, &again), 0);
	assert_memory_equal(f.hash, again.hash, sizeof(f.hash));
	learn_fold_done(&again);
	assert_int_equal(learn_fold_make(&t, LEARN_FOLD_RANDOM, 0, t.rows, 2, &again), 0);
	assert_memory_not_equal(f.hash, again.hash, sizeof(f.hash));
	learn_fold_done(&again);
	learn_fold_done(&f);
	memset(t.labels, LEARN_BENIGN, t.rows);
	assert_int_equal(learn_fold_make(&t, LEARN_FOLD_RANDOM, 0, t.rows, 1, &f), -ENODATA);
	free_table(&t);
}

static void
the_best_rule_of_one_code_is_found(void **state)
{
	(void)state;
	struct learn_table t = learn_sample_table(2000, 4);
	uint32_t rows[2000];
	for (size_t i = 0; i < t.rows; i++) {
		rows[i] = (uint32_t)i;
		t.vectors[i].code[20] = t.labels[i] == LEARN_ATTACK ? (uint8_t)(i % 2 ? 3 : 250)
		                                                    : 90; /* not even in order */
	}
	struct learn_one_code one;
	assert_int_equal(learn_one_code_find(&t, (struct learn_rows){rows, t.rows}, UINT64_MAX, &one), 0);
	assert_int_equal(one.code, 20);
	assert_true(one.pr_auc > 0.999);
	assert_true(one.margins[250] > 3 && one.margins[3] > 3 && one.margins[90] < -3);
	free_table(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_attacker_who_only_adds_never_takes_away),
	    cmocka_unit_test(lost_packets_only_lower_counts_and_some_are_left),
	    cmocka_unit_test(a_planted_value_is_found_and_a_clean_table_is_silent),
	    cmocka_unit_test(vectors_are_known_again_and_contradictions_counted),
	    cmocka_unit_test(splits_are_of_the_rows_not_of_their_luck),
	    cmocka_unit_test(the_best_rule_of_one_code_is_found),
	};
	return RUN_TESTS(tests);
}
