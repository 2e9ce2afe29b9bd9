/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_kernel.h"

size_t
learn_kernel_leaf(const struct learn_forest *f, unsigned tree, const uint8_t *codes, size_t step)
{
	size_t tests = learn_model_tests(f->growth, f->depth), leaf = 0;
	const uint8_t *planes = f->planes + tree * tests, *limits = f->limits + tree * tests;
	if (f->growth == LEARN_SYMMETRIC) {
		for (unsigned level = 0; level < f->depth; level++)
			leaf = 2 * leaf + learn_kernel_holds(codes, step, planes[level], limits[level]);
		return leaf;
	}
	for (unsigned level = 0; level < f->depth; level++)
		leaf = 2 * leaf + 1 + learn_kernel_holds(codes, step, planes[leaf], limits[leaf]);
	return leaf - tests;
}

int64_t
learn_kernel_one(const struct learn_forest *f, unsigned from, unsigned to, const uint8_t *codes, size_t step)
{
	int64_t sum = 0;
	for (unsigned t = from; t < to; t++)
		sum += f->leaves[((size_t)t << f->depth) + learn_kernel_leaf(f, t, codes, step)];
	return sum;
}
