/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_rules_run.h - `beffroi rules test` and `beffroi rules stats`: rules over captures. */
#ifndef APP_VERB_RULES_RUN_H
#define APP_VERB_RULES_RUN_H

#include "cli/verb_options.h"

/* 0; 1: test: not every rule fired, or was wrong; or a negative errno with diag. */
MUST_USE int verb_rules_run_test(const struct verb_options *o, struct diag *diag);
MUST_USE int verb_rules_run_stats(const struct verb_options *o, struct diag *diag);

#endif
