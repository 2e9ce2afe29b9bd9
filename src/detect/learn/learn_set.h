/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_set.h - rows of a table as a training reads them: in an order drawn by the seed, 64 by 64, code by code. */
#ifndef DETECT_LEARN_LEARN_SET_H
#define DETECT_LEARN_LEARN_SET_H

#include "detect/learn/learn_train.h"

struct learn_set {
	size_t rows, positives; /* with a known label */
	size_t blocks;
	uint64_t mask;             /* asked for, and not the same in all rows */
	struct learn_block *block; /* the last one is filled up with rows of label LEARN_UNKNOWN, which weigh nothing */
	uint8_t *labels;
	int32_t *margins;
	uint8_t hash[LEARN_HASH]; /* SHA-256 of the rows, codes and label, in the order they were given in */
	uint32_t *done;           /* by block: trees that its margins contain */
};

/* 0, -ENOMEM, or -EINVAL with diag: one class only, or no code to read. */
MUST_USE int learn_set_make(struct learn_set *out, const struct learn_table *table, struct learn_rows rows, uint64_t mask,
    uint64_t seed, struct diag *diag);
void learn_set_done(struct learn_set *set);

#endif
