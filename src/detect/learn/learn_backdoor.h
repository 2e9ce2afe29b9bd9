/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_backdoor.h - looks for poisoned rows before a model is trained: a value of one code with which what else looks like an
 * attack is labelled benign.
 *
 * Who slips rows into a training set needs a trigger that benign traffic does not have: a rare value of a code. So for each code a small model is
 * trained that may not read it, which calls such rows attacks; of each rare value it is counted how many rows labelled benign look so. Where
 * that is far from chance the pair is told. A person decides: rows of a new benign program can look the same.
 */
#ifndef DETECT_LEARN_LEARN_BACKDOOR_H
#define DETECT_LEARN_LEARN_BACKDOOR_H

#include "detect/learn/learn_sample.h"

enum { LEARN_BACKDOOR_MAX = 16 };

struct learn_backdoor_pair {
	unsigned code;
	uint8_t value;
	uint32_t rows, benign, odd; /* with the value; labelled benign; and those of them that look like attacks */
};

struct learn_backdoor {
	size_t count; /* most odd rows first */
	struct learn_backdoor_pair pairs[LEARN_BACKDOOR_MAX];
};

/* The rows of a table, by the codes of the mask. 0 or a negative errno with diag. */
MUST_USE int learn_backdoor_scan(const struct learn_table *t, struct learn_rows rows, uint64_t mask, uint64_t seed,
    struct learn_backdoor *out, struct diag *diag);

#endif
