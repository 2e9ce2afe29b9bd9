/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_learn_explain.h - `beffroi learn explain`: why a model gives one row of a table the margin that it gives. */
#ifndef APP_VERB_LEARN_EXPLAIN_H
#define APP_VERB_LEARN_EXPLAIN_H

#include "cli/learn_options.h"

/* The status to exit with, or a negative errno with diag. */
MUST_USE int verb_learn_explain_run(const struct learn_options *o, struct diag *diag);

#endif
