/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/model_words.h - why a model found a flow like an attack, in people's words.
 *
 * Contributions of codes that say the same (bytes, packets and sizes...) are added up in groups; the groups that speak most for an
 * attack are told, at most three: each by a fixed sentence over one code, with the number it stands for and with what is usual here.
 * The alert keeps codes, not sentences, so that it reads in both languages, and so that an analyst can have everything
 * reckoned again from the vector:
 *
 *	vector   64 codes in hexadecimal
 *	model    hexadecimal, the first 16 digits of the SHA-256 of its facts and trees
 *	margin   log-odds
 *	sure     word, share of real ones in ten thousand, alerts counted: "3 9512 812"
 *	reasons  code:usual code (or -), the strongest first: "56:18 51:-"
 */
#ifndef RECORD_MODEL_WORDS_H
#define RECORD_MODEL_WORDS_H

#include "core/text.h"
#include "record/alert.h"
#include "record/flow_vector.h"

enum { MODEL_WORDS_REASONS = 3, MODEL_WORDS_GROUP_NONE = 0 };

struct model_reason {
	uint8_t code;  /* enum flow_code */
	int16_t usual; /* code of the median here; -1: not known */
};

/* Which codes say the same; 0: a code that is no reason by itself. */
unsigned model_words_group(unsigned code);
/* The reasons for an attack, the strongest first. usual[i]: -1 or the code that is usual here. Returns how many. */
size_t model_words_reasons(const float contributions[static FLOW_CODES], const struct flow_vector *vector,
    const int16_t usual[static FLOW_CODES], struct model_reason out[static MODEL_WORDS_REASONS]);

/* How sure: the words of detect/learn/learn_confidence.h, in that order. */
struct model_verdict {
	float margin;
	unsigned sure_word, sure_share; /* ten-thousandths */
	uint32_t sure_counted;
	char model_cstr[17];
	size_t reason_count;
	struct model_reason reasons[MODEL_WORDS_REASONS];
};
/* The facts above. */
void model_words_put(struct alert *alert, const struct flow_vector *vector, const struct model_verdict *verdict);
/* The other way; false: it is not the alert of a model, or makes no sense. */
bool model_words_get(const struct alert *alert, struct flow_vector *vector, struct model_verdict *verdict);

/* What {model_...} stands for in the sentences of such an alert: fact, usual, others, sure, unseen. Empty for another. */
size_t model_words_fill(enum language language, struct bytes name, const struct alert *alert, char *out, size_t size);
/* One code of a flow as a sentence about the alert's ends; empty where none is needed. */
size_t model_words_sentence(enum language language, const struct flow_vector *vector, unsigned code,
    const struct alert *alert, char *out, size_t size);
/* The number that a code stands for, with its unit: "4.1 GB", "2 min 5 s", "37"; empty where it is none. */
size_t model_words_value(enum language language, unsigned code, uint8_t value, char *out, size_t size);

#endif
