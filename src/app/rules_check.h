/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_check.h - `beffroi rules check FILE...`: which rules cannot be used, and why. */
#ifndef APP_RULES_CHECK_H
#define APP_RULES_CHECK_H

#include "cli/verb_options.h"

/* 0; 1: a rule is wrong; or a negative errno with diag. */
MUST_USE int rules_check_run(const struct verb_options *o, struct diag *diag);

#endif
