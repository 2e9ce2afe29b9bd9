/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_field_name.h - numbers of protocols that rules may write as names: dns.rcode:nxdomain. */
#ifndef DETECT_RULES_RULE_FIELD_NAME_H
#define DETECT_RULES_RULE_FIELD_NAME_H

#include "detect/rules/rule.h"

/* "nxdomain", "!nxdomain". False: no such name. */
bool rule_field_name_find(enum rule_field field, struct bytes text, enum rule_compare *compare, int64_t *number);

#endif
