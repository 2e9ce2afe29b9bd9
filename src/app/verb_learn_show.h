/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_learn_show.h - `beffroi learn show` and `beffroi learn approve`: what a model is, and who answers for it. */
#ifndef APP_VERB_LEARN_SHOW_H
#define APP_VERB_LEARN_SHOW_H

#include "cli/learn_options.h"

/* The status to exit with, or a negative errno with diag. */
MUST_USE int verb_learn_show_run(const struct learn_options *o, struct diag *diag);
MUST_USE int verb_learn_show_approve(const struct learn_options *o, struct diag *diag);

#endif
