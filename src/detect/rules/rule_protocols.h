/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_protocols.h - the protocols that the header of a rule may name. */
#ifndef DETECT_RULES_RULE_PROTOCOLS_H
#define DETECT_RULES_RULE_PROTOCOLS_H

#include "detect/rules/rule.h"

struct rule_protocol {
	const char *name_cstr;
	uint16_t ip_protos;   /* enum rule_ip: what may carry it */
	const char *app_cstr; /* the name it is known by, when it is an application's: "ssl" is "tls"; NULL: none */
	bool is_read;         /* a parser reads it, so that its buffers and events exist */
};

/* NULL when there is none. */
const struct rule_protocol *rule_protocols_find(struct bytes name);
const struct rule_protocol *rule_protocols_at(size_t i); /* NULL past the end */

#endif
