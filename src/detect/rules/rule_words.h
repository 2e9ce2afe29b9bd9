/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_words.h - plain words for each keyword of the language: what `beffroi rules explain` says of a rule. */
#ifndef DETECT_RULES_RULE_WORDS_H
#define DETECT_RULES_RULE_WORDS_H

#include "core/bytes.h"

enum rule_words_kind {
	RULE_WORDS_ABOUT,  /* says something about the rule: told elsewhere, or of no interest to its reader */
	RULE_WORDS_WHEN,   /* a condition on packet, connection or file */
	RULE_WORDS_NUMBER, /* the same: a number, compared with the value */
	RULE_WORDS_PLACE,  /* what follows is looked for there */
	RULE_WORDS_STEP,   /* what is looked for */
	RULE_WORDS_PART,   /* more about the step before; empty: of no interest to its reader */
	RULE_WORDS_TOLD,   /* what is remembered, and how often it is told */
};

struct rule_words {
	const char *name_cstr;
	enum rule_words_kind kind;
	const char *text_cstr; /* in English: text_in() */
};

/* By any name of a keyword, buffer or number. NULL: there are no words for it. */
const struct rule_words *rule_words_find(struct bytes name);

#endif
