/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_select.h - which rules of others a site turns on, off, or changes, as suricata-update's enable.conf, disable.conf and
 * modify.conf say it. Lines of rules are text here: what they mean is asked later.
 *
 *	2019401          1:2019401          by number
 *	group:emerging-dos.rules            by the file it came in (its name, with or without .rules; * and ? as in a shell)
 *	re:heartbleed                       by an expression over the whole line, small or capital
 *	2019401 "alert" "drop"              modify: an expression, and what takes its place (\1 ... \9: what brackets caught)
 */
#ifndef DETECT_RULES_RULE_SELECT_H
#define DETECT_RULES_RULE_SELECT_H

#include "core/arena.h"
#include "core/diag.h"

enum rule_select_what { RULE_SELECT_ENABLE, RULE_SELECT_DISABLE, RULE_SELECT_MODIFY };

struct rule_select;

/* NULL: no memory. */
MUST_USE struct rule_select *rule_select_new(void);
void rule_select_free(struct rule_select *select);
/* A file's lines; # begins a comment. 0, or a negative errno with diag (file, line). */
MUST_USE int rule_select_read(
    struct rule_select *select, enum rule_select_what what, const char *file_cstr, struct bytes text, struct diag *diag);

struct rule_select_line {
	struct bytes text; /* without its newline, and without the # of a rule that is off */
	uint32_t sid;      /* 0: not known */
	bool is_on;
	bool is_changed; /* by modify */
};

/* A line of a rule file: true when it is a rule, on or off. */
bool rule_select_is_rule(struct bytes line, struct rule_select_line *out);
/* What the site makes of it: disable, then enable, then modify. group: the name of its file. New text lives in the arena; what would be
 * longer than RULE_SELECT_LINE_MAX stays as it was. */
enum { RULE_SELECT_LINE_MAX = 65536 };
MUST_USE int
rule_select_apply(const struct rule_select *select, struct arena *arena, struct bytes group, struct rule_select_line *line);

#endif
