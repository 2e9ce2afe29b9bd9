/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_payload.h - which searches of a program (rule_program.h) are for a payload: those for its ports, and for its protocol
 * where that is known. Most rules name one of these, and are not searched for elsewhere.
 */
#ifndef DETECT_RULES_RULE_PAYLOAD_H
#define DETECT_RULES_RULE_PAYLOAD_H

#include "detect/rules/rule_maker.h"

/* The search of the payloads of one side and place; NULL: no rule needs it. */
const struct rule_group *rule_payload_group(
    const struct rule_program *program, uint8_t ip_proto, bool from_server, enum rule_place_kind place, uint16_t number);
/* Under RULE_PLACE_APP. 0: rules of this protocol are met in others too, and have no place of their own. */
uint16_t rule_payload_app_number(const char *app_cstr);
/* While a program is made, once all rules have their places: 0, or -ENOMEM or -E2BIG with the maker's diag. */
MUST_USE int rule_payload_index(struct rule_maker *m);
/* Of a payload of a protocol that has many rules one search finds these, and those of all. */
MUST_USE int rule_payload_add_any(struct rule_maker *m);

#endif
