/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_logistic.h - logistic regression on the codes: a baseline that says what straight lines can do.
 *
 * Each code is one input (scaled to mean 0 and deviation 1 on the rows of training) and one more that says "not known". Classes weigh the same.
 * Trained by Adam over blocks of 64 rows in a fixed order: the same rows give the same weights.
 */
#ifndef DETECT_LEARN_LEARN_LOGISTIC_H
#define DETECT_LEARN_LEARN_LOGISTIC_H

#include "detect/learn/learn_table.h"
#include "detect/learn/learn_train.h"

enum { LEARN_LOGISTIC_INPUTS = 2 * FLOW_CODES };

struct learn_logistic {
	double mean[FLOW_CODES], scale[FLOW_CODES]; /* scale 0: not read */
	double weights[LEARN_LOGISTIC_INPUTS], base;
};

void learn_logistic_train(const struct learn_table *t, struct learn_rows rows, uint64_t mask, struct learn_logistic *out);
float learn_logistic_margin(const struct learn_logistic *l, const struct flow_vector *v);

#endif
