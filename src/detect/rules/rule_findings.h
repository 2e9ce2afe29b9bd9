/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_findings.h - rules that held, told as alerts for the dossier: the same rule between the same two machines is one
 * finding with a count, told when it first holds, when it has held 10, 100, 1000... times, and once a day while it goes on. (Events
 * have every one of them: app/rule_alert.h.)
 */
#ifndef DETECT_RULES_RULE_FINDINGS_H
#define DETECT_RULES_RULE_FINDINGS_H

#include "detect/behaviour/detector.h"

struct rule_findings;

/* Takes about memory_bytes; the longest unseen are forgotten first. NULL: no memory. */
MUST_USE struct rule_findings *rule_findings_new(size_t memory_bytes, struct alert_out out);
void rule_findings_free(struct rule_findings *findings);
/* An observation of the kind OBSERVATION_RULE. */
void rule_findings_hear(struct rule_findings *findings, const struct observation *o);

#endif
