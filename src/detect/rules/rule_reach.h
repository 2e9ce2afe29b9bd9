/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_reach.h - whether a rule that was read can ever hold: whether its expressions compile, and whether what it looks
 * at is shown here at all. One that waits for what never comes would be counted as protection.
 */
#ifndef DETECT_RULES_RULE_REACH_H
#define DETECT_RULES_RULE_REACH_H

#include "core/diag.h"
#include "detect/rules/rule.h"

/* 0; -EINVAL: an expression is wrong; -ENOTSUP: it looks at what is not shown yet; -ENOMEM. Then diag says what, and *at is
 * where in the text of the rule. */
MUST_USE int rule_reach_judge(const struct rule *rule, size_t *at, struct diag *diag);

#endif
