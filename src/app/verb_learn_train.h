/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_learn_train.h - `beffroi learn train`: a model of tables of labelled flows. */
#ifndef APP_VERB_LEARN_TRAIN_H
#define APP_VERB_LEARN_TRAIN_H

#include "cli/learn_options.h"
#include "detect/learn/learn_train.h"

/* The status to exit with, or a negative errno with diag. */
MUST_USE int verb_learn_train_run(const struct learn_options *o, struct diag *diag);
/* What the options say of trees. 0, or -EINVAL with diag. */
MUST_USE int verb_learn_train_settings(const struct learn_options *o, struct learn_settings *out, struct diag *diag);

#endif
