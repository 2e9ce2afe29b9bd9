/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_loss.h - the logistic curve in whole numbers: no libm, whose last bit differs between machines. */
#ifndef DETECT_LEARN_LEARN_LOSS_H
#define DETECT_LEARN_LEARN_LOSS_H

#include <stdint.h>

/* The curve at steps of 1/128 from -16 to 16; LEARN_LOSS_ONE stands for 1. */
enum { LEARN_LOSS_STEP_BITS = 7, LEARN_LOSS_HALF = 16 << LEARN_LOSS_STEP_BITS, LEARN_LOSS_ONE = 1 << 30 };

struct learn_loss {
	int32_t curve[2 * LEARN_LOSS_HALF + 2];
};

void learn_loss_init(struct learn_loss *out);

/* The probability at margin / 2^exponent, exponent >= LEARN_LOSS_STEP_BITS. */
static inline int32_t
learn_loss_probability(const struct learn_loss *loss, int64_t margin, int exponent)
{
	int bits = exponent - LEARN_LOSS_STEP_BITS;
	int64_t most = ((int64_t)LEARN_LOSS_HALF << bits) - 1;
	margin = margin > most ? most : margin < -most ? -most : margin;
	uint64_t at = (uint64_t)(margin + ((int64_t)LEARN_LOSS_HALF << bits));
	uint64_t step = at >> bits, rest = at & ((UINT64_C(1) << bits) - 1);
	int32_t low = loss->curve[step], high = loss->curve[step + 1];
	return low + (int32_t)(((int64_t)(high - low) * (int64_t)rest) >> bits);
}

/* The margin / 2^exponent whose probability is nearest to part / total. */
int32_t learn_loss_margin(const struct learn_loss *loss, uint64_t part, uint64_t total, int exponent);

#endif
