/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_outline.h - the outline of a rule as its author wrote it, used or not, right or wrong: the words of its header and its
 * options one after the other. Pure, and borrows the text.
 */
#ifndef DETECT_RULES_RULE_OUTLINE_H
#define DETECT_RULES_RULE_OUTLINE_H

#include "core/bytes.h"

struct rule_outline {
	struct bytes action, protocol, source, source_port, direction, target, target_port;
	struct bytes options; /* between the parentheses */
};

/* False: it has no such form. */
bool rule_outline_of(struct bytes text, struct rule_outline *out);
/* The next option; value without the quotes around it, empty when it has none. *negated: "!" stood before it. False at the end. */
bool rule_outline_next(struct bytes *options, struct bytes *name, struct bytes *value, bool *negated);
/* The value of the first option of this name; empty when there is none. */
struct bytes rule_outline_value(const struct rule_outline *outline, const char *name_cstr);
/* Of "sid"; 0: none, or no number. */
uint32_t rule_outline_sid(const struct rule_outline *outline);
/* The same of a text that need not be whole: what a rule that is wrong says of itself. */
uint32_t rule_outline_sid_said(struct bytes text);

#endif
