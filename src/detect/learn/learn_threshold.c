/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_threshold.h"

#include "core/ensure.h"

#include <math.h>

unsigned
learn_threshold_bin(float margin)
{
	if (!(margin > -LEARN_THRESHOLD_REACH))
		return 0;
	if (margin >= LEARN_THRESHOLD_REACH)
		return LEARN_THRESHOLD_BINS - 1;
	return (unsigned)((margin + LEARN_THRESHOLD_REACH) * LEARN_THRESHOLD_STEPS);
}

void
learn_threshold_count(struct learn_threshold *t, float margin)
{
	uint32_t *bin = &t->bins[learn_threshold_bin(margin)];
	*bin += *bin < UINT32_MAX;
	t->counted++;
}

void
learn_threshold_choose(const struct learn_threshold *t, double target, struct learn_threshold_choice *out)
{
	ENSURE(target > 0 && target < 1);
	struct learn_threshold_choice c = {.counted = t->counted, .needed = (uint64_t)ceil(1 / target - 1 - 1e-9)};
	c.suffices = t->counted >= c.needed;
	/* (above + 1) / (counted + 1) <= target */
	double room = target * ((double)t->counted + 1) - 1 + 1e-9;
	uint64_t allowed = room > 0 ? (uint64_t)room : 0;
	unsigned bin = LEARN_THRESHOLD_BINS;
	while (bin > 0 && c.above + t->bins[bin - 1] <= allowed)
		c.above += t->bins[--bin];
	/* With nothing counted every bin is allowed: then no flow may be called an attack, not every one. */
	if (t->counted == 0)
		bin = LEARN_THRESHOLD_BINS;
	c.margin = (float)bin / LEARN_THRESHOLD_STEPS - LEARN_THRESHOLD_REACH;
	if (bin == LEARN_THRESHOLD_BINS)
		c.margin = INFINITY;
	*out = c;
}
