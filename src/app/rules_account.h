/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_account.h - what became of the rules that were read: how many are used, and which are not, grouped by reason with an example
 * each. As the sensor tells it to the parent, and as people read it.
 */
#ifndef APP_RULES_ACCOUNT_H
#define APP_RULES_ACCOUNT_H

#include "core/cursor.h"
#include "core/json.h"
#include "core/text.h"
#include "core/writer.h"
#include "detect/rules/rule_set.h"

#include <stdio.h>

enum { RULES_ACCOUNT_REASONS = 128, RULES_ACCOUNT_TEXT = 300 };

struct rules_account_reason {
	uint8_t outcome; /* enum rule_outcome */
	uint32_t count;
	uint32_t sid; /* of the example; 0: not known */
	uint32_t line;
	char file_cstr[RULES_ACCOUNT_TEXT], text_cstr[RULES_ACCOUNT_TEXT];
};

struct rules_account {
	uint64_t outcomes[RULE_OUTCOMES], off, untold; /* untold: rules of more reasons than there is room for */
	size_t reason_count;
	struct rules_account_reason reasons[RULES_ACCOUNT_REASONS]; /* in the order of their examples */
};

/* 0 or -ENOMEM. */
MUST_USE int rules_account_of(const struct rule_set *set, struct rules_account *out);
/* What fits; what does not is counted. */
void rules_account_put(struct writer *w, const struct rules_account *account);
MUST_USE enum parse rules_account_get(struct cursor *c, struct rules_account *out);
/* One line of counts; before it, when `reasons`, a line for each reason, those of wrong rules too when `wrong`. */
void rules_account_print(FILE *out, const struct rules_account *account, enum language language, bool reasons, bool wrong);
/* Members of an object that is open: loaded, partly, failed, wrong, off. */
void rules_account_json(struct json *j, const struct rules_account *account);
/* "reasons": a list. */
void rules_account_json_reasons(struct json *j, const struct rules_account *account);
const char *rules_account_word(enum rule_outcome outcome);

#endif
