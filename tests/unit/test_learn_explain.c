/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_explain.h"

#include "learn_sample.h"
#include "test.h"

#include <math.h>

/* The mean of a tree when only the codes of `known` are known; by the definition. */
static double
mean(const struct learn_forest *f, unsigned tree, const uint8_t *v, uint64_t known, unsigned level, size_t place,
    double *cover)
{
	if (level == f->depth) {
		*cover = f->covers[((size_t)tree << f->depth) + place];
		return f->leaves[((size_t)tree << f->depth) + place];
	}
	size_t test = f->growth == LEARN_SYMMETRIC ? level : ((size_t)1 << level) - 1 + place;
	test += tree * learn_model_tests(f->growth, f->depth);
	double c1, c2;
	double a = mean(f, tree, v, known, level + 1, 2 * place, &c1),
	       b = mean(f, tree, v, known, level + 1, 2 * place + 1, &c2);
	*cover = c1 + c2;
	unsigned code = f->planes[test] % FLOW_CODES;
	if (known >> code & 1)
		return (uint8_t)(v[code] + (f->planes[test] >= LEARN_PLANE_TURNED)) > f->limits[test] ? b : a;
	return c1 + c2 > 0 ? (a * c1 + b * c2) / (c1 + c2) : (a + b) / 2;
}

static double
mean_of_all(const struct learn_forest *f, const uint8_t *v, uint64_t known)
{
	double sum = (double)f->base, cover;
	for (unsigned tree = 0; tree < f->trees; tree++)
		sum += mean(f, tree, v, known, 0, 0, &cover);
	return sum / exp2(f->exponent);
}

static double
factorial(unsigned n)
{
	return n < 2 ? 1 : n * factorial(n - 1);
}

static void
contributions_are_shapley_values_by_their_definition(void **state)
{
	(void)state;
	enum { CODES = 6 };
	uint64_t random = 5;
	for (unsigned round = 0; round < 24; round++) {
		unsigned depth = 1 + round % 6;
		struct learn_model *m = learn_sample_model(
		    round & 1 ? LEARN_SYMMETRIC : LEARN_LEVELS, 3, depth, CODES, 1000, round);
		struct flow_vector v = learn_sample_vector(&random);
		float got[FLOW_CODES], base;
		learn_explain(m, &v, got, &base);
		const struct learn_forest *f = learn_model_forest(m);
		assert_true(fabs(base - mean_of_all(f, v.code, 0)) < 1e-3);
		for (unsigned code = 0; code < CODES; code++) {
			double wanted = 0;
			for (uint64_t set = 0; set < 1 << CODES; set++) {
				if (set >> code & 1)
					continue;
				unsigned size = (unsigned)__builtin_popcountll(set);
				wanted += factorial(size) * factorial(CODES - 1 - size) / factorial(CODES) *
				    (mean_of_all(f, v.code, set | UINT64_C(1) << code) - mean_of_all(f, v.code, set));
			}
			if (fabs(got[code] - wanted) > 1e-3)
				fail_msg("round %u, code %u: %f, wanted %f", round, code, (double)got[code], wanted);
		}
		learn_model_free(m);
	}
}

static void
contributions_and_base_add_up_to_the_margin(void **state)
{
	(void)state;
	uint64_t random = 9;
	for (unsigned round = 0; round < 40; round++) {
		enum learn_growth growth = round & 1 ? LEARN_SYMMETRIC : LEARN_LEVELS;
		unsigned depth = 1 + round % (growth == LEARN_SYMMETRIC ? 6 : 8);
		struct learn_model *m = learn_sample_model(growth, 20, depth, 64, 1000, 1000 + round);
		struct flow_vector v = learn_sample_vector(&random);
		float got[FLOW_CODES], base;
		learn_explain(m, &v, got, &base);
		double sum = base;
		for (unsigned code = 0; code < FLOW_CODES; code++)
			sum += got[code];
		assert_true(fabs(sum - learn_model_margin(m, &v)) < 2e-3);
		learn_model_free(m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(contributions_are_shapley_values_by_their_definition),
	    cmocka_unit_test(contributions_and_base_add_up_to_the_margin),
	};
	return RUN_TESTS(tests);
}
