/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_facts.h - whether the numbers, flags and words of a packet or flow are as a rule says. */
#ifndef DETECT_RULES_RULE_FACTS_H
#define DETECT_RULES_RULE_FACTS_H

#include "detect/rules/rule.h"
#include "inspect/viewer.h"

/* packet: NULL in a stream or transaction, where what only packets have does not hold. flow may be NULL too. */
bool rule_facts_hold(const struct rule *rule, const struct view_packet *packet, const struct view_flow *flow,
    const struct addr *source, const struct addr *target);

/* Whether these TCP flags, or bits of fragments, are as the mask says. */
bool rule_facts_mask_fits(const struct rule_mask *mask, uint8_t bits);

/* Whether anything here ever has such a number or word: a rule that asks for another can never hold. */
bool rule_facts_has_number(enum rule_field field);
bool rule_facts_has_word(enum rule_word_kind kind);

#endif
