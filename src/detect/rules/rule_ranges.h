/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_ranges.h - the address and port expressions of a rule's header as sorted, disjoint ranges:
 * "[10.0.0.0/8,!10.1.0.0/16,$DMZ]", "!80", "[1024:,!5000:6000]". Variables are resolved, negation is subtraction.
 */
#ifndef DETECT_RULES_RULE_RANGES_H
#define DETECT_RULES_RULE_RANGES_H

#include "core/diag.h"
#include "detect/rules/rule.h"
#include "detect/rules/rule_vars.h"

enum { RULE_RANGES_MAX = 16384, RULE_RANGES_DEPTH_MAX = 16 };

/* The result lives in the arena. 0; -EINVAL with a diag that quotes what is wrong; -ENOMEM. */
MUST_USE int rule_ranges_nets(
    struct arena *arena, const struct rule_vars *vars, struct bytes text, struct rule_nets *out, struct diag *diag);
MUST_USE int rule_ranges_ports(
    struct arena *arena, const struct rule_vars *vars, struct bytes text, struct rule_ports *out, struct diag *diag);

bool rule_ranges_have_net(const struct rule_nets *nets, const struct addr *address);
bool rule_ranges_have_port(const struct rule_ports *ports, uint16_t port);

#endif
