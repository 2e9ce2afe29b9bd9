/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rule_observe.h - a rule that holds, as an observation: so it takes its place in the order of the capture, and becomes part of an
 * incident (detect/rules/rule_findings.h).
 */
#ifndef APP_RULE_OBSERVE_H
#define APP_RULE_OBSERVE_H

#include "detect/rules/rule_engine.h"
#include "inspect/sink.h"

/* ends: of the alert, the sender as its client. category: the text of the rule's class. */
void rule_observe(struct sink *sink, const struct rule_hit *hit, struct bytes category, const struct l7_flow *ends);

#endif
