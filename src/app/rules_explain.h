/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_explain.h - `beffroi rules explain SID FILE...`: what a rule looks for, in plain words. */
#ifndef APP_RULES_EXPLAIN_H
#define APP_RULES_EXPLAIN_H

#include "cli/verb_options.h"

/* 0; or a negative errno with diag. */
MUST_USE int rules_explain_run(const struct verb_options *o, struct diag *diag);

#endif
