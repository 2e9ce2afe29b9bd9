/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_parse.h - one rule from its text: header, options, and what must hold between them. */
#ifndef DETECT_RULES_RULE_PARSE_H
#define DETECT_RULES_RULE_PARSE_H

#include "core/arena.h"
#include "core/diag.h"
#include "detect/rules/rule.h"
#include "detect/rules/rule_text.h"
#include "detect/rules/rule_vars.h"

struct rule_parser; /* a work space of some 50 kB, used again for each rule */

MUST_USE struct rule_parser *rule_parse_new(void);
void rule_parse_free(struct rule_parser *parser);

/* The rule lives in the arena and borrows the text. 0; -EINVAL: it is wrong; -ENOTSUP: it is right, but asks for what the program
 * does not do; -ENOMEM. Then diag says why, *at is where in the text, *sid_out its sid when that was read. *partly: what of
 * a rule that is used is not done, in English; NULL: nothing. */
MUST_USE int rule_parse(struct rule_parser *parser, struct arena *arena, const struct rule_vars *vars,
    const struct rule_text *text, struct rule **out, const char **partly, size_t *at, uint32_t *sid_out, struct diag *diag);

/* Whether what the rule requires is here: a rule for another version may be written in its language, so this is asked before it is read.
 * 0, -ENOTSUP (not here) or -EINVAL with diag; *at: where in the text. */
MUST_USE int rule_parse_needs(struct bytes text, size_t *at, struct diag *diag);

#endif
