/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_train.h - grows boosted trees (logistic loss) on rows of a table.
 *
 * Gradients and their sums are whole numbers and what compares gains is IEEE arithmetic in a fixed order: the same rows, settings
 * and seed make the same model on every machine, with any number of threads.
 */
#ifndef DETECT_LEARN_LEARN_TRAIN_H
#define DETECT_LEARN_LEARN_TRAIN_H

#include "detect/learn/learn_model.h"
#include "detect/learn/learn_table.h"

struct learn_rows { /* numbers of rows of a table; borrowed */
	const uint32_t *at;
	size_t count;
};

enum learn_mode { LEARN_MODE_AUTO, LEARN_MODE_SYMMETRIC, LEARN_MODE_LEVELS };

struct learn_settings {
	enum learn_mode mode; /* auto: the better one on the validation rows; levels when there are none */
	unsigned trees, depth;
	double rate, l2, weight_min, gain_min; /* as XGBoost's eta, lambda, min_child_weight, gamma */
	double sample;                         /* share of the rows that each tree sees; 0: by their number */
	double positive_weight;                /* of an attack beside a benign row */
	unsigned patience;                     /* stop after so many trees without a better validation; 0: never */
	unsigned threads;
	uint64_t seed;
	uint64_t mask;               /* codes that may be read; 0: what the table has, without what never generalises */
	int8_t monotone[FLOW_CODES]; /* 1: a greater code never lowers the margin, -1: never raises it */
};

struct learn_progress {
	void *context;
	/* After each tree; false stops with -ECANCELED. */
	bool (*tree)(void *context, unsigned done, unsigned of);
};

void learn_train_defaults(struct learn_settings *out);
/* Rows with an unknown label are passed over. validation may be empty. 0, -EINVAL with diag (one class only, no code to
 * read...), -ECANCELED, or -ENOMEM. */
MUST_USE int learn_train(const struct learn_table *table, struct learn_rows rows, struct learn_rows validation,
    const struct learn_settings *settings, const struct learn_progress *progress, struct learn_model **out,
    struct diag *diag);

#endif
