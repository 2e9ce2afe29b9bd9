/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_one_code.h - the rule of one code that explains the labels best: what a model must beat. Where it does almost as
 * well, the labels have a shortcut, and a good figure says nothing.
 *
 * For each value of a code, the log-odds of attacks among the rows of training that have it (a half more of each).
 */
#ifndef DETECT_LEARN_LEARN_ONE_CODE_H
#define DETECT_LEARN_LEARN_ONE_CODE_H

#include "detect/learn/learn_table.h"
#include "detect/learn/learn_train.h"

struct learn_one_code {
	unsigned code;
	double pr_auc;      /* on the rows it was made from */
	float margins[256]; /* by value */
};

/* The best code of the mask. 0 or -ENOMEM. */
MUST_USE int
learn_one_code_find(const struct learn_table *t, struct learn_rows rows, uint64_t mask, struct learn_one_code *out);
/* What this code alone is worth, whether best or not. */
MUST_USE int
learn_one_code_of(const struct learn_table *t, struct learn_rows rows, unsigned code, struct learn_one_code *out);

#endif
