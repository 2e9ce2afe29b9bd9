/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_confidence.h - what a margin was worth where it was measured: of 100 flows with it, how many were attacks.
 *
 * Margins are counted by class in steps of a half; the measured shares are made to rise with the margin by pooling neighbours that
 * do not (isotonic regression: Zadrozny, Elkan 2002). People read a word of four, tied to the measured share; nothing is said
 * that too few flows were counted for. The share holds for a mix of attacks and benign flows like the one counted.
 */
#ifndef DETECT_LEARN_LEARN_CONFIDENCE_H
#define DETECT_LEARN_LEARN_CONFIDENCE_H

#include "core/bytes.h"

enum { LEARN_CONFIDENCE_BINS = 64, LEARN_CONFIDENCE_FLOWS_MIN = 30 };

enum learn_confidence_word {
	LEARN_CONFIDENCE_UNMEASURED, /* too few flows with such a margin were counted */
	LEARN_CONFIDENCE_POSSIBLE,   /* less than 70 of 100 */
	LEARN_CONFIDENCE_LIKELY,     /* 70 to 90 */
	LEARN_CONFIDENCE_FAIRLY,     /* 90 to 97: "fairly sure" */
	LEARN_CONFIDENCE_SURE,       /* 97 and more */
};

struct learn_confidence {
	uint32_t benign[LEARN_CONFIDENCE_BINS], attack[LEARN_CONFIDENCE_BINS]; /* as counted */
	/* made by learn_confidence_fit() */
	uint16_t share[LEARN_CONFIDENCE_BINS];  /* of attacks, in ten-thousandths */
	uint32_t pooled[LEARN_CONFIDENCE_BINS]; /* flows that the share rests on */
};

unsigned learn_confidence_bin(float margin);
void learn_confidence_count(struct learn_confidence *c, float margin, bool is_attack);
void learn_confidence_fit(struct learn_confidence *c);

struct learn_confidence_answer {
	enum learn_confidence_word word;
	unsigned share;   /* ten-thousandths */
	uint32_t counted; /* flows */
};
struct learn_confidence_answer learn_confidence_of(const struct learn_confidence *c, float margin);

#endif
