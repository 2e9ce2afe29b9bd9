/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_suite.h - one split of a table, trained on one part and told on the other, with what a model must beat beside it.
 *
 * Of the training part a fifth is kept back, drawn by its vectors, to set the frozen threshold and the bounds of decision. Of the
 * left-out part the first benign rows (those of the site's first hours) set the site's threshold, and the rest is told.
 */
#ifndef DETECT_LEARN_LEARN_SUITE_H
#define DETECT_LEARN_LEARN_SUITE_H

#include "detect/learn/learn_fold.h"
#include "detect/learn/learn_worth.h"

enum { LEARN_SUITE_SHORTCUTS = 8 };

struct learn_suite_settings {
	struct learn_settings training;
	double target;        /* of benign flows called attacks, for thresholds */
	double epsilon;       /* of the bounds of decision */
	uint64_t local_flows; /* benign ones that set the site's threshold, and at most 30 of 100 of them */
	bool labels, baselines, shortcuts;
};

/* A code without which the model is worth more than 5 points less, or which alone is worth more than 95 of 100. */
struct learn_suite_shortcut {
	unsigned code;
	double without, alone; /* PR-AUC; 0: not asked */
};

struct learn_suite_result {
	const struct learn_fold *fold;
	struct learn_worth worth;
	bool has_baselines;
	unsigned one_code;                                 /* the best rule of one code... */
	struct learn_curve one_code_curve, logistic_curve; /* ...and its worth, on the same rows */
	size_t shortcut_count;
	struct learn_suite_shortcut shortcuts[LEARN_SUITE_SHORTCUTS];
	uint64_t train_rows, kept_back;
	double train_seconds;
	bool trained_on_these; /* a model told on the very rows that it was trained on */
	bool has_bounds;
	struct learn_conformal bounds; /* set on the rows kept back */
};

void learn_suite_defaults(struct learn_suite_settings *out);
/* parts, when it is not NULL, receives for each row of the table what it was used for. 0 or a negative errno with diag. */
enum learn_suite_part {
	LEARN_SUITE_NOWHERE,
	LEARN_SUITE_TRAIN,
	LEARN_SUITE_KEPT_BACK,
	LEARN_SUITE_TEST,
	LEARN_SUITE_REPEAT
};
MUST_USE int learn_suite_run(const struct learn_table *t, struct learn_fold *fold,
    const struct learn_suite_settings *settings, uint8_t *parts, struct learn_suite_result *out, struct diag *diag);
/* The same for a model that is there: all rows of the table are told. bounds and choice: of its site file, or NULL: then every other
 * row sets them, and those between are told; result.kept_back says how many. */
MUST_USE int learn_suite_model(const struct learn_table *t, const struct learn_model *model,
    const struct learn_conformal *bounds, const struct learn_threshold_choice *choice,
    const struct learn_suite_settings *settings, struct learn_suite_result *out, struct diag *diag);

#endif
