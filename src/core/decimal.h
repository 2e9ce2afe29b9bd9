/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/decimal.h - numbers that people write with a point, kept exactly: whole ten-thousandths.
 *
 * Weights, notes and sums of money are compared and added; a float would make 0.1 + 0.2 another number than 0.3, and two machines
 * disagree on the last digit of a report.
 */
#ifndef CORE_DECIMAL_H
#define CORE_DECIMAL_H

#include "core/text.h"

enum { DECIMAL_ONE = 10000, DECIMAL_TEXT_MAX = 32 };

/* "12", "-3.5", "0.0625"; one digit at least before a point or comma, four at most behind it, below 10^14. False: none of that. */
bool decimal_read(struct bytes text, int64_t *out);
/* Without zeros at the end; a comma in French. Returns out. */
const char *decimal_write(enum language language, int64_t value, char out[static DECIMAL_TEXT_MAX]);
/* The same with this many digits (0 to 4) behind the point, rounded half away from zero. */
const char *decimal_round(enum language language, int64_t value, unsigned digits, char out[static DECIMAL_TEXT_MAX]);
/* numerator / denominator in ten-thousandths, rounded half away from zero; the denominator is not 0. */
int64_t decimal_ratio(__int128 numerator, __int128 denominator);

#endif
