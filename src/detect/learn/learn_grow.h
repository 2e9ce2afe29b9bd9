/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_grow.h - one tree, from the gradients of some rows. */
#ifndef DETECT_LEARN_LEARN_GROW_H
#define DETECT_LEARN_LEARN_GROW_H

#include "detect/learn/learn_model.h"
#include "detect/learn/learn_split.h"

struct learn_team;
struct learn_grow;

struct learn_grow_settings {
	enum learn_growth growth;
	unsigned depth;
	size_t rows_max;
	uint64_t mask;          /* the codes that may be tested */
	const int8_t *monotone; /* FLOW_CODES of them */
	struct learn_team *team;
};

/* Where a tree is written: learn_model_tests() planes and limits, 2^depth weights and covers. */
struct learn_grown {
	uint8_t *planes, *limits;
	double *weights;
	float *covers;
};

/* NULL: no memory. What settings points to must outlive it. */
struct learn_grow *learn_grow_new(const struct learn_grow_settings *settings);
void learn_grow_free(struct learn_grow *g);
/* The next tree's rows: 64 of a block, from row 64 x number on. */
void learn_grow_block(struct learn_grow *g, size_t number, const struct learn_block *block);
/* Their gradients, to be filled (rows_max of them). */
uint64_t *learn_grow_gradients(struct learn_grow *g);
/* Grows one tree on the first `rows`. */
void
learn_grow_tree(struct learn_grow *g, size_t rows, const struct learn_split_rules *rules, const struct learn_grown *out);

#endif
