/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_learn_evaluate.h - `beffroi learn evaluate`: what a model is worth, or would be on splits of a table. */
#ifndef APP_VERB_LEARN_EVALUATE_H
#define APP_VERB_LEARN_EVALUATE_H

#include "cli/learn_options.h"
#include "detect/learn/learn_suite.h"

MUST_USE int verb_learn_evaluate_run(const struct learn_options *o, struct diag *diag);
/* What the options say of a suite: thresholds, training. 0, or -EINVAL with diag. */
MUST_USE int
verb_learn_evaluate_settings(const struct learn_options *o, struct learn_suite_settings *out, struct diag *diag);

#endif
