/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_kernel.h"

#include "learn_sample.h"
#include "test.h"

#include <math.h>

enum { ROWS = 64 * 5 + 37 };

/* By the definition, from the trees as they are kept. */
static float
wanted(const struct learn_model *m, const struct flow_vector *v)
{
	const struct learn_forest *f = learn_model_forest(m);
	int64_t sum = f->base;
	for (unsigned tree = 0; tree < f->trees; tree++)
		sum += f->leaves[((size_t)tree << f->depth) + learn_kernel_leaf(f, tree, v->code)];
	return (float)ldexp((double)sum, -f->exponent);
}

static void
assert_all_kernels(struct learn_model *m, const struct flow_vector *vectors, const struct learn_block *blocks)
{
	float want[ROWS], got[ROWS];
	for (size_t i = 0; i < ROWS; i++)
		want[i] = wanted(m, &vectors[i]);
	for (enum learn_kernel kernel = LEARN_KERNEL_PLAIN; kernel < LEARN_KERNELS; kernel++) {
		if (!learn_model_kernel(m, kernel))
			continue;
		for (size_t i = 0; i < ROWS; i++)
			got[i] = learn_model_margin(m, &vectors[i]);
		assert_memory_equal(got, want, sizeof(got));
		memset(got, 0xff, sizeof(got));
		learn_model_margins(m, vectors, ROWS, got);
		assert_memory_equal(got, want, sizeof(got));
		memset(got, 0xff, sizeof(got));
		learn_model_blocks(m, blocks, ROWS / LEARN_BLOCK, got);
		assert_memory_equal(got, want, ROWS / LEARN_BLOCK * LEARN_BLOCK * sizeof(*got));
	}
}

static void
all_instructions_give_the_same_margins(void **state)
{
	(void)state;
	uint64_t random = 21;
	struct flow_vector *vectors = aligned_alloc(64, ROWS * sizeof(*vectors));
	struct learn_block *blocks = aligned_alloc(64, ROWS / LEARN_BLOCK * sizeof(*blocks));
	assert_true(vectors != NULL && blocks != NULL);
	for (size_t i = 0; i < ROWS; i++)
		vectors[i] = learn_sample_vector(&random);
	for (size_t b = 0; b < ROWS / LEARN_BLOCK; b++)
		for (size_t row = 0; row < LEARN_BLOCK; row++)
			for (unsigned code = 0; code < FLOW_CODES; code++)
				blocks[b].code[code][row] = vectors[b * LEARN_BLOCK + row].code[code];
	static const int32_t most[] = {100, LEARN_LEAF_MAX, LEARN_LEAF_MAX + 1, LEARN_WIDE_MAX};
	for (unsigned round = 0; round < 96; round++) {
		enum learn_growth growth = round & 1 ? LEARN_SYMMETRIC : LEARN_LEVELS;
		unsigned depth = 1 + round / 2 % (growth == LEARN_SYMMETRIC ? 6 : 8), trees = 1 + (round * 37) % 130;
		struct learn_model *m = learn_sample_model(growth, trees, depth, 64, most[round / 2 % 4], round);
		assert_all_kernels(m, vectors, blocks);
		learn_model_free(m);
	}
	free(vectors);
	free(blocks);
}

/* Eight trees whose leaves are all as great as they may be. */
static void
sums_of_the_greatest_leaves_do_not_wrap(void **state)
{
	(void)state;
	uint64_t random = 22;
	static const int32_t leaf[] = {LEARN_LEAF_MAX, -LEARN_LEAF_MAX, LEARN_WIDE_MAX, -LEARN_WIDE_MAX};
	struct flow_vector *vectors = aligned_alloc(64, ROWS * sizeof(*vectors));
	struct learn_block *blocks = aligned_alloc(64, ROWS / LEARN_BLOCK * sizeof(*blocks));
	assert_true(vectors != NULL && blocks != NULL);
	memset(blocks, 0, ROWS / LEARN_BLOCK * sizeof(*blocks));
	for (size_t i = 0; i < ROWS; i++)
		memset(vectors[i].code, 0, FLOW_CODES);
	for (unsigned k = 0; k < LENGTH_OF(leaf) * 2; k++) {
		struct learn_model *any = learn_sample_model(
		    k & 1 ? LEARN_SYMMETRIC : LEARN_LEVELS, 1024, 2, 64, 1, random++);
		struct learn_forest f = *learn_model_forest(any);
		for (size_t i = 0; i < (size_t)f.trees << f.depth; i++)
			f.leaves[i] = leaf[k / 2];
		struct learn_model *m = NULL;
		assert_int_equal(learn_model_new(&f, learn_model_facts(any), &m, NULL), 0);
		assert_all_kernels(m, vectors, blocks);
		learn_model_free(m);
		learn_model_free(any);
	}
	free(vectors);
	free(blocks);
}

static void
trees_that_could_lead_astray_are_refused(void **state)
{
	(void)state;
	struct learn_model *any = learn_sample_model(LEARN_LEVELS, 2, 3, 64, 100, 1), *m = NULL;
	struct learn_forest f = *learn_model_forest(any);
	struct diag diag = {0};
	f.depth = 9;
	assert_int_equal(learn_model_new(&f, learn_model_facts(any), &m, &diag), -22);
	f.depth = 3;
	f.trees = 0;
	assert_int_equal(learn_model_new(&f, learn_model_facts(any), &m, &diag), -22);
	f.trees = 2;
	f.planes[3] = 128;
	assert_int_equal(learn_model_new(&f, learn_model_facts(any), &m, &diag), -22);
	f.planes[3] = 127;
	f.leaves[9] = LEARN_WIDE_MAX + 1;
	assert_int_equal(learn_model_new(&f, learn_model_facts(any), &m, &diag), -22);
	f.leaves[9] = 0;
	f.covers[1] = NAN;
	assert_int_equal(learn_model_new(&f, learn_model_facts(any), &m, &diag), -22);
	assert_null(m);
	learn_model_free(any);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_instructions_give_the_same_margins),
	    cmocka_unit_test(sums_of_the_greatest_leaves_do_not_wrap),
	    cmocka_unit_test(trees_that_could_lead_astray_are_refused),
	};
	return RUN_TESTS(tests);
}
