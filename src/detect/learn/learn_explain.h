/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_explain.h - exact Shapley values of trees (Lundberg 2018, path-dependent: what is left out is averaged by
 * the weight of the training rows).
 *
 * In a symmetric tree they depend on the leaf alone, and are a table. Of other trees each leaf adds the integral over t in
 * [0, 1] of a product of one factor z (1 - t) + o t for each code on its path; four points of Gauss integrate that exactly.
 */
#ifndef DETECT_LEARN_LEARN_EXPLAIN_H
#define DETECT_LEARN_LEARN_EXPLAIN_H

#include "detect/learn/learn_model.h"

struct learn_explain_tables;

/* NULL: no memory. */
struct learn_explain_tables *learn_explain_tables_new(const struct learn_forest *forest);
void learn_explain_tables_free(struct learn_explain_tables *tables);

/* How much each code moves the margin of this flow away from the mean of the training set (*base): their sum with *base is the
 * margin, but for rounding. */
void learn_explain(
    const struct learn_model *model, const struct flow_vector *vector, float contributions[static FLOW_CODES], float *base);

#endif
