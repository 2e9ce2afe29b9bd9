/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_packed.h - trees in the order in which processors like to read them.
 *
 * Every tree has 6 levels, or 7 or 8 when it must (levels only): tests that never hold fill up. A leaf beyond LEARN_LEAF_MAX is
 * two numbers, high x 4096 + low, in two tables, so that eight trees of one table always add up in 16 bits.
 */
#ifndef DETECT_LEARN_LEARN_PACKED_H
#define DETECT_LEARN_LEARN_PACKED_H

#include "detect/learn/learn_model.h"

enum {
	LEARN_PACKED_LEVELS = 6,
	LEARN_PACKED_LEAVES = 64,
	LEARN_PACKED_TESTS = 8, /* bytes kept for the 6 tests of a symmetric tree */
	LEARN_PACKED_FLUSH = 8, /* trees that add up in 16 bits */
	LEARN_PACKED_LOW = 4096,
};

struct learn_packed {
	bool symmetric, wide, turned; /* turned: some test reads a turned plane */
	unsigned trees, depth;        /* depth: 6, 7 or 8 */
	size_t tests, leaves;         /* bytes kept for each tree: 8 or 2^depth; 2^depth */
	uint8_t *planes, *limits;
	uint32_t *limits_four; /* each limit four times: what loads and spreads fastest over a register */
	/* symmetric: of 64 trees the first tests, then the second ones... */
	uint8_t *across_planes, *across_limits;
	/* by table: the leaves, and their low and high bytes apart */
	int16_t *leaf[2];
	uint8_t *low[2], *high[2];
	uint8_t *room; /* all of it */
};

/* Room for the trees of a forest to come, none of them in it yet. False: no memory. */
MUST_USE bool
learn_packed_init(struct learn_packed *out, enum learn_growth growth, unsigned depth, unsigned trees_max, bool wide);
void learn_packed_done(struct learn_packed *packed);
/* The next tree, number packed->trees of the forest. */
void learn_packed_add(struct learn_packed *packed, const struct learn_forest *forest);

#endif
