/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_number.h - a cell as a number: what is none is said to be none, and never guessed. */
#ifndef LESSON_LESSON_NUMBER_H
#define LESSON_LESSON_NUMBER_H

#include "core/bytes.h"

enum lesson_number_said {
	LESSON_NUMBER_OK,
	LESSON_NUMBER_EMPTY,      /* nothing, or one of the signs for it: "-", "?" */
	LESSON_NUMBER_TEXT,       /* no number */
	LESSON_NUMBER_NOT_FINITE, /* nan, inf, Infinity, or beyond what a double holds */
};

/* Decimal, with sign, fraction and exponent; 0x and hexadecimal digits too. The same bits on every machine. */
enum lesson_number_said lesson_number_read(struct bytes cell, double *out);

#endif
