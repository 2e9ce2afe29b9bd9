/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What evaluation reports, against scikit-learn 1.2 and SciPy 1.10 on the same rows (values printed by average_precision_score,
 * roc_auc_score, beta.ppf, chi2.ppf), and against the definition, pair by pair. */
#include "test.h"

#include "detect/learn/learn_curve.h"
#include "detect/learn/learn_incidents.h"
#include "detect/learn/learn_interval.h"
#include "detect/learn/learn_trust.h"

#include <math.h>

enum { ROWS = 3000 };
static float margins[ROWS];
static uint8_t labels[ROWS];

static uint32_t
next(uint32_t *x)
{
	*x = (*x * 1103515245u + 12345u) & 0x7fffffffu;
	return *x >> 8;
}

static void
make_rows(void)
{
	uint32_t x = 12345;
	for (size_t i = 0; i < ROWS; i++) {
		labels[i] = next(&x) % 10 < 2 ? LEARN_ATTACK : LEARN_BENIGN;
		margins[i] = ((float)(next(&x) % 200 + (labels[i] == LEARN_ATTACK ? 60 : 0)) - 130) / 16;
	}
}

static void
assert_near(double got, double wanted, double part)
{
	if (!(fabs(got - wanted) <= part * fmax(fabs(wanted), 1e-12)))
		fail_msg("%.12g, not %.12g", got, wanted);
}

static void
curves_are_those_of_scikit_learn_ties_included(void **state)
{
	(void)state;
	struct learn_curve c;
	make_rows();
	assert_int_equal(learn_curve_measure(margins, labels, ROWS, &c), 0);
	assert_int_equal(c.rows, 3000);
	assert_int_equal(c.positives, 602);
	assert_near(c.pr_auc, 0.5736653420848254, 1e-12);
	assert_near(c.roc_auc, 0.7654942934172718, 1e-12);
	assert_true(c.recall[0].is_known);
	assert_int_equal(c.recall[0].found, 194);
	assert_true(c.recall[0].margin == 4.3125f);
	assert_false(c.recall[1].is_known); /* 2398 benign flows, 10000 wanted */
	assert_int_equal(c.recall[1].needed, 10000);
	static const float few[] = {.9f, .9f, .5f, .5f, .1f};
	static const uint8_t few_labels[] = {LEARN_ATTACK, LEARN_BENIGN, LEARN_ATTACK, LEARN_BENIGN, LEARN_ATTACK};
	assert_int_equal(learn_curve_measure(few, few_labels, 5, &c), 0);
	assert_near(c.pr_auc, 0.5333333333333333, 1e-12);
	assert_near(c.roc_auc, 0.3333333333333333, 1e-12);
}

static void
the_area_is_the_chance_that_an_attack_is_above_a_benign_flow(void **state)
{
	(void)state;
	make_rows();
	double above = 0, pairs = 0;
	for (size_t i = 0; i < ROWS; i++)
		for (size_t k = 0; k < ROWS; k++)
			if (labels[i] == LEARN_ATTACK && labels[k] == LEARN_BENIGN) {
				above += margins[i] > margins[k] ? 1 : margins[i] == margins[k] ? 0.5 : 0;
				pairs++;
			}
	struct learn_curve c;
	assert_int_equal(learn_curve_measure(margins, labels, ROWS, &c), 0);
	assert_near(c.roc_auc, above / pairs, 1e-12);
	/* Unknown rows change nothing, wherever they lie. */
	static float more[ROWS + 2];
	static uint8_t more_labels[ROWS + 2];
	memcpy(more, margins, sizeof(margins));
	memcpy(more_labels, labels, sizeof(labels));
	more[ROWS] = 1000;
	more[ROWS + 1] = NAN;
	more_labels[ROWS] = more_labels[ROWS + 1] = LEARN_UNKNOWN;
	struct learn_curve d;
	assert_int_equal(learn_curve_measure(more, more_labels, ROWS + 2, &d), 0);
	assert_memory_equal(&c, &d, sizeof(c));
}

static void
one_class_or_nothing_gives_no_number_that_lies(void **state)
{
	(void)state;
	struct learn_curve c;
	static const float m[] = {1, 2};
	static const uint8_t benign[] = {LEARN_BENIGN, LEARN_BENIGN}, attack[] = {LEARN_ATTACK, LEARN_ATTACK};
	assert_int_equal(learn_curve_measure(m, benign, 0, &c), 0);
	assert_true(c.rows == 0 && c.pr_auc == 0 && c.roc_auc == 0 && !c.recall[0].is_known);
	assert_int_equal(learn_curve_measure(m, benign, 2, &c), 0);
	assert_true(c.pr_auc == 0 && c.base_rate == 0);
	assert_int_equal(learn_curve_measure(m, attack, 2, &c), 0);
	assert_true(c.pr_auc == 1 && c.roc_auc == 0 && !c.recall[0].is_known);
}

static void
intervals_of_shares_are_exact(void **state)
{
	(void)state;
	static const struct {
		uint64_t hits, all;
		double low, high;
	} rows[] = {
	    {0, 10, 0, 0.3084971078187608},
	    {10, 10, 0.6915028921812392, 1},
	    {1, 10, 0.0025285785444617848, 0.4450161170281954},
	    {97, 100, 0.91482394702572, 0.9937700284616936},
	    {3, 100000, 6.186763958922033e-06, 8.7670202566362e-05},
	    {49661, 50000, 0.992461324064248, 0.9939205312588852},
	    {500000, 1000000, 0.49901951919531184, 0.5009804808046882},
	    {0, 0, 0, 1},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct learn_interval got = learn_interval_share(rows[i].hits, rows[i].all);
		assert_near(got.low, rows[i].low, 1e-8);
		assert_near(got.high, rows[i].high, 1e-8);
	}
}

static void
intervals_of_counts_are_exact(void **state)
{
	(void)state;
	static const struct {
		uint64_t events;
		double low, high;
	} rows[] = {
	    {0, 0, 3.6888794541139354},
	    {1, 0.025317807984289876, 5.571643390938898},
	    {3, 0.6186721228956014, 8.767273069742323},
	    {10, 4.7953886961324335, 18.39035604201778},
	    {100, 81.36399125092314, 121.62679379242638},
	    {5000, 4862.359188694899, 5140.5489485350045},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct learn_interval got = learn_interval_count(rows[i].events);
		assert_near(got.low, rows[i].low, 1e-8);
		assert_near(got.high, rows[i].high, 1e-8);
	}
}

static void
a_model_that_is_too_sure_is_told_so(void **state)
{
	(void)state;
	struct learn_trust t;
	make_rows();
	learn_trust_measure(margins, labels, ROWS, &t);
	assert_near(t.error, 0.25597963080361086, 1e-6); /* numpy, from doubles */
	static const float sure[] = {20, 20, -20, -20};
	static const uint8_t right[] = {LEARN_ATTACK, LEARN_ATTACK, LEARN_BENIGN, LEARN_BENIGN};
	learn_trust_measure(sure, right, 4, &t);
	assert_true(t.error < 1e-6);
	static const uint8_t wrong[] = {LEARN_BENIGN, LEARN_BENIGN, LEARN_ATTACK, LEARN_UNKNOWN};
	learn_trust_measure(sure, wrong, 4, &t);
	assert_near(t.error, 1, 1e-6);
}

static void
people_get_one_incident_for_each_machine_and_hour(void **state)
{
	(void)state;
	static const struct {
		uint32_t host;
		int64_t minute;
		uint8_t label;
		bool alert;
	} rows[] = {
	    {1, 61, LEARN_BENIGN, true}, {1, 62, LEARN_BENIGN, true}, /* one false incident */
	    {1, 125, LEARN_BENIGN, false},                            /* a quiet hour */
	    {2, 61, LEARN_ATTACK, true}, {2, 70, LEARN_ATTACK, false},
	    {2, 71, LEARN_BENIGN, true},                                 /* an attack that is found */
	    {2, 190, LEARN_ATTACK, false}, {2, 191, LEARN_BENIGN, true}, /* missed: the alert is about another flow */
	    {0, 61, LEARN_BENIGN, true},                                 /* nobody's */
	    {3, 61, LEARN_UNKNOWN, true},                                /* not scored */
	};
	uint32_t hosts[LENGTH_OF(rows)];
	int64_t times[LENGTH_OF(rows)];
	uint8_t marks[LENGTH_OF(rows)];
	bool alerts[LENGTH_OF(rows)];
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		hosts[i] = rows[i].host;
		times[i] = rows[i].minute * 60 * 1000000000;
		marks[i] = rows[i].label;
		alerts[i] = rows[i].alert;
	}
	struct learn_incidents n;
	assert_int_equal(learn_incidents_count(hosts, times, marks, alerts, LENGTH_OF(rows), &n), 0);
	assert_true(n.is_known);
	assert_int_equal(n.hours, 4);
	assert_int_equal(n.clean_hours, 2);
	assert_int_equal(n.attacks, 2);
	assert_int_equal(n.found, 1);
	assert_int_equal(n.false_ones, 1);
	assert_near(n.per_day_1000, 12000, 1e-12);
	assert_near(n.per_day_1000_interval.high, 5.571643390938898 * 12000, 1e-8);
	memset(hosts, 0, sizeof(hosts));
	assert_int_equal(learn_incidents_count(hosts, times, marks, alerts, LENGTH_OF(rows), &n), 0);
	assert_false(n.is_known);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(curves_are_those_of_scikit_learn_ties_included),
	    cmocka_unit_test(the_area_is_the_chance_that_an_attack_is_above_a_benign_flow),
	    cmocka_unit_test(one_class_or_nothing_gives_no_number_that_lies),
	    cmocka_unit_test(intervals_of_shares_are_exact),
	    cmocka_unit_test(intervals_of_counts_are_exact),
	    cmocka_unit_test(a_model_that_is_too_sure_is_told_so),
	    cmocka_unit_test(people_get_one_incident_for_each_machine_and_hour),
	};
	return RUN_TESTS(tests);
}
