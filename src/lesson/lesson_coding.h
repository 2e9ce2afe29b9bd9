/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_coding.h - how a column of a data set becomes a code of one byte, by a fixed rule that no training set enters. */
#ifndef LESSON_LESSON_CODING_H
#define LESSON_LESSON_CODING_H

#include "record/flow_vector.h"

#include "core/bytes.h"

enum lesson_coding_rule {
	LESSON_CODING_NONE,
	LESSON_CODING_COUNT, /* 0 to 254 as it is, larger ones 254 */
	LESSON_CODING_LOG3,  /* exact below 8, then 8 steps per octave, to 2^33 */
	LESSON_CODING_LOG4,  /* exact below 16, then 16 steps, to 2^18 */
	LESSON_CODING_LOG5,  /* exact below 32, then 32 steps, to 3,900 */
	LESSON_CODING_BYTES, /* exact below 16, then 16 steps per octave to 4,096, then 4, to 2^39 */
	LESSON_CODING_SHARE, /* 0 to 1 */
	LESSON_CODING_WORD   /* the place in a list */
};

struct lesson_coding {
	enum lesson_coding_rule rule;
	double scale;           /* the number is multiplied with it, then rounded; 0: 1 */
	const char *words_cstr; /* "tcp udp icmp" */
};

/* value >= 0. */
uint8_t lesson_coding_number(const struct lesson_coding *coding, double value);
/* FLOW_CODE_MISSING: not in the list. ASCII case does not count. */
uint8_t lesson_coding_word(const struct lesson_coding *coding, struct bytes word);

#endif
