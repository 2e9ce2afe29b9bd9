/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_dataset.h - beffroi learn dataset: what a set of labelled flows can teach, and what not. */
#ifndef APP_LEARN_DATASET_H
#define APP_LEARN_DATASET_H

#include "cli/learn_options.h"

/* enum verb_exit, or a negative errno with diag. */
MUST_USE int learn_dataset_run(const struct learn_options *o, struct diag *diag);

#endif
