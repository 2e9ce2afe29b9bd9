/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_threshold.h - threshold.config: what a site says of the alerts of its rules, without touching their files: threshold (or
 * event_filter), suppress, rate_filter. User guide: "Global-Thresholds".
 */
#ifndef DETECT_RULES_RULE_THRESHOLD_H
#define DETECT_RULES_RULE_THRESHOLD_H

#include "core/diag.h"
#include "detect/rules/rule_set.h"
#include "detect/rules/rule_text.h"

/* One line, for the rules that the set has by now. 0; -EINVAL with diag: it is none; -ENOENT: there is no such rule; -ENOMEM. */
MUST_USE int rule_threshold_line(struct rule_set *set, struct bytes line, struct diag *diag);
/* An alert of this rule between these two is not told. */
bool rule_threshold_suppresses(const struct rule *rule, const struct addr *source, const struct addr *target);

#endif
