/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "learn_sample.h"
#include "test.h"

static struct learn_model *
train(const struct learn_table *t, size_t rows, const struct learn_settings *settings)
{
	uint32_t *numbers = learn_sample_rows(0, rows);
	struct learn_model *m = NULL;
	struct diag diag = {0};
	if (learn_train(t, (struct learn_rows){numbers, rows}, (struct learn_rows){0}, settings, NULL, &m, &diag) != 0)
		fail_msg("%s", diag.text_cstr);
	free(numbers);
	return m;
}

static double
share_right(const struct learn_model *m, const struct learn_table *t, size_t from)
{
	size_t right = 0;
	for (size_t i = from; i < t->rows; i++)
		right += (learn_model_margin(m, &t->vectors[i]) > 0) == (t->labels[i] == LEARN_ATTACK);
	return (double)right / (double)(t->rows - from);
}

static void
what_was_learnt_holds_for_rows_not_seen(void **state)
{
	(void)state;
	struct learn_table t = learn_sample_table(20000, 7);
	for (enum learn_mode mode = LEARN_MODE_SYMMETRIC; mode <= LEARN_MODE_LEVELS; mode++) {
		struct learn_settings s;
		learn_train_defaults(&s);
		s.mode = mode;
		s.trees = 30;
		struct learn_model *m = train(&t, 15000, &s);
		assert_true(share_right(m, &t, 15000) > 0.94); /* one label in twenty is wrong */
		learn_model_free(m);
	}
	learn_sample_free(&t);
}

/* The bytes of two models. */
static void
assert_same(const struct learn_model *a, const struct learn_model *b)
{
	const struct learn_forest *f = learn_model_forest(a), *g = learn_model_forest(b);
	size_t tests = f->trees * learn_model_tests(f->growth, f->depth), leaves = (size_t)f->trees << f->depth;
	assert_int_equal(f->trees, g->trees);
	assert_int_equal(f->base, g->base);
	assert_memory_equal(f->planes, g->planes, tests);
	assert_memory_equal(f->limits, g->limits, tests);
	assert_memory_equal(f->leaves, g->leaves, leaves * sizeof(*f->leaves));
	assert_memory_equal(f->covers, g->covers, leaves * sizeof(*f->covers));
}

static void
any_number_of_threads_makes_the_same_model(void **state)
{
	(void)state;
	struct learn_table t = learn_sample_table(6000, 11);
	for (enum learn_mode mode = LEARN_MODE_SYMMETRIC; mode <= LEARN_MODE_LEVELS; mode++) {
		struct learn_settings s;
		learn_train_defaults(&s);
		s.mode = mode;
		s.trees = 8;
		s.sample = 0.6;
		struct learn_model *one = train(&t, t.rows, &s);
		for (unsigned threads = 2; threads <= 7; threads += threads == 2 ? 1 : 4) {
			s.threads = threads;
			struct learn_model *other = train(&t, t.rows, &s);
			assert_same(one, other);
			learn_model_free(other);
		}
		learn_model_free(one);
	}
	learn_sample_free(&t);
}

static void
a_monotone_code_never_lowers_the_margin(void **state)
{
	(void)state;
	struct learn_table t = learn_sample_table(6000, 13);
	for (enum learn_mode mode = LEARN_MODE_SYMMETRIC; mode <= LEARN_MODE_LEVELS; mode++) {
		struct learn_settings s;
		learn_train_defaults(&s);
		s.mode = mode;
		s.trees = 20;
		s.monotone[3] = 1;
		s.monotone[7] = -1;
		s.monotone[20] = 1; /* noise: whatever it seems to say must be monotone too */
		struct learn_model *m = train(&t, t.rows, &s);
		for (size_t i = 0; i < 300; i++) {
			struct flow_vector v = t.vectors[i];
			float last[3] = {-1e9f, 1e9f, -1e9f};
			static const uint8_t codes[3] = {3, 7, 20};
			for (unsigned c = 0; c < 3; c++) {
				for (unsigned value = 0; value <= FLOW_CODE_MAX; value++) {
					v.code[codes[c]] = (uint8_t)value;
					float margin = learn_model_margin(m, &v);
					if (c == 1)
						assert_true(margin <= last[c]);
					else
						assert_true(margin >= last[c]);
					last[c] = margin;
				}
				v = t.vectors[i];
			}
		}
		learn_model_free(m);
	}
	learn_sample_free(&t);
}

static void
training_ends_when_the_validation_gets_no_better(void **state)
{
	(void)state;
	struct learn_table t = learn_sample_table(9000, 19);
	uint32_t *rows = learn_sample_rows(0, 6000), *others = learn_sample_rows(6000, 3000);
	struct learn_settings s;
	learn_train_defaults(&s);
	s.trees = 400;
	s.rate = 0.5;
	s.patience = 10;
	s.mode = LEARN_MODE_LEVELS;
	struct learn_model *m = NULL;
	assert_int_equal(
	    learn_train(&t, (struct learn_rows){rows, 6000}, (struct learn_rows){others, 3000}, &s, NULL, &m, NULL), 0);
	assert_true(learn_model_forest(m)->trees < 100);
	assert_true(share_right(m, &t, 6000) > 0.94);
	learn_model_free(m);
	s.mode = LEARN_MODE_AUTO; /* two tests of conjunction: both growths can say it, and the faster one is taken */
	s.rate = 0.2;
	assert_int_equal(
	    learn_train(&t, (struct learn_rows){rows, 6000}, (struct learn_rows){others, 3000}, &s, NULL, &m, NULL), 0);
	assert_int_equal(learn_model_forest(m)->growth, LEARN_SYMMETRIC);
	learn_model_free(m);
	free(rows);
	free(others);
	learn_sample_free(&t);
}

static void
one_class_alone_is_refused(void **state)
{
	(void)state;
	struct learn_table t = learn_sample_table(500, 17);
	memset(t.labels, LEARN_BENIGN, t.rows);
	uint32_t *numbers = learn_sample_rows(0, t.rows);
	struct learn_settings s;
	learn_train_defaults(&s);
	struct learn_model *m = NULL;
	struct diag diag = {0};
	assert_int_equal(
	    learn_train(&t, (struct learn_rows){numbers, t.rows}, (struct learn_rows){0}, &s, NULL, &m, &diag), -22);
	assert_string_equal(diag.text_cstr, "no row is an attack: there is nothing to learn");
	assert_null(m);
	free(numbers);
	learn_sample_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_learnt_holds_for_rows_not_seen),
	    cmocka_unit_test(any_number_of_threads_makes_the_same_model),
	    cmocka_unit_test(a_monotone_code_never_lowers_the_margin),
	    cmocka_unit_test(training_ends_when_the_validation_gets_no_better),
	    cmocka_unit_test(one_class_alone_is_refused),
	};
	return RUN_TESTS(tests);
}
