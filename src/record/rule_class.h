/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/rule_class.h - what a rule of Suricata's language, ours or another sensor's, means for the story of an incident. */
#ifndef RECORD_RULE_CLASS_H
#define RECORD_RULE_CLASS_H

#include "record/alert.h"

enum { RULE_CLASS_CONFIDENCE = 60 /* percent: the rule is not ours */ };

/* What its authors say: the ATT&CK tactic of its metadata ("TA0011"), else its class in words ("A Network Trojan was detected"); else by
 * its priority: 1 and 2 are attacks, the rest is worth knowing. */
enum alert_stage rule_class_stage(struct bytes tactic, struct bytes category, uint64_t priority);
enum severity rule_class_severity(uint64_t priority);

#endif
