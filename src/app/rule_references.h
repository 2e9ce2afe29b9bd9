/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rule_references.h - where more is written about what a rule finds: "cve,2014-0160" as an address of the web. */
#ifndef APP_RULE_REFERENCES_H
#define APP_RULE_REFERENCES_H

#include "core/json.h"
#include "detect/rules/rule_set.h"

/* An element of an array that is open. A system that is not known: "system:value". */
void rule_references_write(struct json *j, const struct rule_set *set, struct bytes system, struct bytes value);

#endif
