/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_learn_stress.h - `beffroi learn stress`: what training on these rows stands; `scan`: whether they were poisoned. */
#ifndef APP_VERB_LEARN_STRESS_H
#define APP_VERB_LEARN_STRESS_H

#include "cli/learn_options.h"

/* The status to exit with, or a negative errno with diag. */
MUST_USE int verb_learn_stress_run(const struct learn_options *o, struct diag *diag);
MUST_USE int verb_learn_stress_scan(const struct learn_options *o, struct diag *diag);

#endif
