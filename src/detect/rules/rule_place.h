/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_place.h - where each rule of a program waits to be found: in a search by its best bytes, or in a list of those that are
 * tried when something is so. For rule_program.c alone. Each: 0 or -ENOMEM with the maker's diag.
 */
#ifndef DETECT_RULES_RULE_PLACE_H
#define DETECT_RULES_RULE_PLACE_H

#include "detect/rules/rule_maker.h"

MUST_USE int rule_place(struct rule_maker *m, uint32_t index);
/* The index of all rules by their addresses, once all have their place. */
MUST_USE int rule_place_addresses(struct rule_maker *m);
MUST_USE int rule_place_append(struct rule_maker *m, struct rule_list *list, uint32_t value);
/* The content that a rule of this kind (enum rule_kind) is searched by; NULL: none. */
const struct rule_match *rule_place_fast_match(const struct rule *r, unsigned kind);
/* The ports that it can be about. */
void rule_place_reach(const struct rule *r, struct rule_reached *out);

#endif
