/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_trust.h"

#include "detect/learn/learn_table.h"

#include <math.h>

void
learn_trust_measure(const float *margins, const uint8_t *labels, size_t count, struct learn_trust *out)
{
	struct learn_trust t = {0};
	uint64_t all = 0;
	for (size_t i = 0; i < count; i++) {
		if (labels[i] == LEARN_UNKNOWN)
			continue;
		double p = 1 / (1 + exp(-(double)margins[i]));
		unsigned bin = p >= 1 ? LEARN_TRUST_BINS - 1 : (unsigned)(p * LEARN_TRUST_BINS);
		t.bins[bin].flows++;
		t.bins[bin].attacks += labels[i] == LEARN_ATTACK;
		t.bins[bin].told += p;
		all++;
	}
	for (unsigned i = 0; i < LEARN_TRUST_BINS && all > 0; i++)
		t.error += fabs(t.bins[i].told - (double)t.bins[i].attacks) / (double)all;
	*out = t;
}
