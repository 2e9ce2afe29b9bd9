/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_learn_train.h - `beffroi learn train`: a model of tables of labelled flows. */
#ifndef APP_VERB_LEARN_TRAIN_H
#define APP_VERB_LEARN_TRAIN_H

#include "cli/learn_options.h"

/* The status to exit with, or a negative errno with diag. */
MUST_USE int verb_learn_train_run(const struct learn_options *o, struct diag *diag);

#endif
