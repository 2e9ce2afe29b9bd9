/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_text.h - a file of rules, one rule at a time. A rule may go on over lines that end in a backslash; "#" begins
 * a comment; a rule behind "#" is one that its author turned off. Pure: bytes in, borrowed bytes out.
 */
#ifndef DETECT_RULES_RULE_TEXT_H
#define DETECT_RULES_RULE_TEXT_H

#include "core/bytes.h"

struct rule_text_reader {
	struct bytes left;
	unsigned line; /* of the first byte of left, from 1 */
};

struct rule_text {
	struct bytes text; /* without the space around it; continuation lines and all */
	unsigned line;     /* from 1 */
	unsigned column;   /* of its first byte in that line, from 1 */
	bool is_off;       /* a rule in a comment */
};

struct rule_text_reader rule_text_of(struct bytes file);
/* False at the end. */
bool rule_text_next(struct rule_text_reader *reader, struct rule_text *out);
/* Where a byte of a rule is in its file. */
void rule_text_place(const struct rule_text *rule, size_t offset, unsigned *line, unsigned *column);

/* ---- Words inside a rule ---- */

/* The next part up to a separator outside of brackets and quotes; the rest stays in *left. False when nothing is left. */
bool rule_text_split(struct bytes *left, char separator, struct bytes *out);
/* Up to white space. */
bool rule_text_word(struct bytes *left, struct bytes *out);
struct bytes rule_text_trim(struct bytes text); /* of spaces, tabs, line ends and the backslashes that join lines */
/* Decimal, or hexadecimal after 0x; a sign before it. The whole text must be the number. */
bool rule_text_number(struct bytes text, int64_t *out);

#endif
