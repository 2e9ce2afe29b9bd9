/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_eval.h - whether one buffer is as one rule says: its contents, expressions and numbers, in their order.
 *
 * Each test starts where the one before it ended, when it is relative. When a relative test fails, the one before it is tried
 * at its next place: the search is bounded by a budget, as rules are hostile too. What byte_extract and byte_math set is
 * kept in the work space for the other buffers of the same rule.
 */
#ifndef DETECT_RULES_RULE_EVAL_H
#define DETECT_RULES_RULE_EVAL_H

#include "core/diag.h"
#include "detect/rules/rule.h"

enum { RULE_EVAL_STEPS_MAX = 20000, RULE_EVAL_BASE64_MAX = 16384 };

struct rule_pcre_code; /* a compiled expression */

/* One test, with what compiling it gave. */
struct rule_step {
	const struct rule_match *match;
	struct rule_pcre_code *pcre;
	bool next_is_relative;
};

/* What is seen of a buffer. Places that a rule gives count from the beginning of the whole. */
struct rule_window {
	struct bytes data;
	uint64_t offset; /* of the whole: where data begins */
	bool more;       /* data does not end it */
};

/* What an expression of the rule at hand found under a name. */
enum { RULE_CAPTURED_MAX = 8, RULE_CAPTURED_TEXT = 256 };
struct rule_captured {
	const struct rule_capture *what;
	uint16_t len; /* what is longer is cut */
	uint8_t text[RULE_CAPTURED_TEXT];
};

struct rule_eval; /* one per worker */

MUST_USE struct rule_eval *rule_eval_new(void);
void rule_eval_free(struct rule_eval *eval);

/* The byte order that `dce` means from now on. */
void rule_eval_set_dce(struct rule_eval *eval, bool little);
/* Forgets variables and the decoded text of the rule before. */
void rule_eval_begin(struct rule_eval *eval);
MUST_USE bool rule_eval_buffer(struct rule_eval *eval, const struct rule_step *steps, size_t count, struct bytes data);
MUST_USE bool
rule_eval_window(struct rule_eval *eval, const struct rule_step *steps, size_t count, const struct rule_window *window);
/* Of the rule since rule_eval_begin(). */
const struct rule_captured *rule_eval_captured(const struct rule_eval *eval, size_t *count);
/* What base64_decode of this rule gave; empty when nothing. */
struct bytes rule_eval_base64(const struct rule_eval *eval);

/* 0, or -EINVAL with the place and reason of the library. Flags as the rule has them. */
MUST_USE int rule_eval_compile(const struct rule_pcre *pcre, struct rule_pcre_code **out, struct diag *diag);
void rule_eval_free_code(struct rule_pcre_code *code);

/* A comparison of numbers, as all keywords make it. */
bool rule_eval_compare(enum rule_compare compare, int64_t got, int64_t low, int64_t high);

#endif
