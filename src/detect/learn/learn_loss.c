/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_loss.h"

void
learn_loss_init(struct learn_loss *out)
{
	/* e^(1/128), multiplied on: products and quotients of IEEE doubles are the same everywhere */
	double power = 1;
	for (int i = 0; i <= LEARN_LOSS_HALF; i++) {
		double high = power / (1 + power) * LEARN_LOSS_ONE;
		out->curve[LEARN_LOSS_HALF + i] = (int32_t)(high + 0.5);
		out->curve[LEARN_LOSS_HALF - i] = LEARN_LOSS_ONE - out->curve[LEARN_LOSS_HALF + i];
		power *= 1.0078430972064480;
	}
	out->curve[2 * LEARN_LOSS_HALF + 1] = out->curve[2 * LEARN_LOSS_HALF];
}

int32_t
learn_loss_margin(const struct learn_loss *loss, uint64_t part, uint64_t total, int exponent)
{
	int32_t wanted = (int32_t)((double)part / (double)total * LEARN_LOSS_ONE);
	int32_t low = -(LEARN_LOSS_HALF << (exponent - LEARN_LOSS_STEP_BITS)), high = -low;
	while (low < high) {
		int32_t middle = low + (high - low) / 2;
		if (learn_loss_probability(loss, middle, exponent) < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
