/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_variables.h - what expressions of rules found in flows, under the names that the rules give it: flow variables, for the
 * events of the flow. Fixed room; the oldest of a neighbourhood gives way.
 */
#ifndef DETECT_RULES_RULE_VARIABLES_H
#define DETECT_RULES_RULE_VARIABLES_H

#include "core/json.h"
#include "detect/rules/rule_eval.h"

struct rule_variables;

MUST_USE struct rule_variables *rule_variables_new(uint64_t hash_key);
void rule_variables_free(struct rule_variables *variables);
/* Replaces what has the same name. Borrows the name. */
void rule_variables_keep(struct rule_variables *variables, uint64_t flow_id, const struct rule_captured *captured);
bool rule_variables_has(const struct rule_variables *variables, uint64_t flow_id);
/* {"NAME":"text"} for each, into an array that is open. */
void rule_variables_write(const struct rule_variables *variables, uint64_t flow_id, struct json *j);
void rule_variables_write_one(const struct rule_captured *captured, struct json *j);

#endif
