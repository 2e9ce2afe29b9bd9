/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_local.h"

#include "core/ensure.h"

#include <math.h>

static unsigned
bin_of(float margin)
{
	if (!(margin > -LEARN_LOCAL_REACH))
		return 0;
	if (margin >= LEARN_LOCAL_REACH)
		return LEARN_LOCAL_BINS - 1;
	return (unsigned)((margin + LEARN_LOCAL_REACH) * LEARN_LOCAL_STEPS);
}

void
learn_local_count(struct learn_local *l, uint8_t service, float margin)
{
	uint16_t *bin = &l->bins[learn_conformal_service(service)][bin_of(margin)];
	*bin = (uint16_t)(*bin + (*bin < UINT16_MAX));
	l->counted++;
}

static float
choose(const uint16_t bins[static LEARN_LOCAL_BINS], double target, float came_with, uint32_t *flows)
{
	uint64_t counted = 0, above = 0;
	for (unsigned i = 0; i < LEARN_LOCAL_BINS; i++)
		counted += bins[i];
	*flows = (uint32_t)counted;
	if (counted == 0)
		return came_with;
	/* (above + 1) / (counted + 1) <= target; with too few flows none may be above */
	double room = target * ((double)counted + 1) - 1 + 1e-9;
	uint64_t allowed = room > 0 ? (uint64_t)room : 0;
	unsigned bin = LEARN_LOCAL_BINS;
	while (bin > 0 && above + bins[bin - 1] <= allowed)
		above += bins[--bin];
	float margin = bin == LEARN_LOCAL_BINS ? INFINITY : (float)bin / LEARN_LOCAL_STEPS - LEARN_LOCAL_REACH;
	return margin > came_with ? margin : came_with;
}

void
learn_local_choose(const struct learn_local *l, double target, float came_with, struct learn_local_choice *out)
{
	ENSURE(target > 0 && target < 1);
	out->counted = l->counted;
	for (unsigned s = 0; s < LEARN_CONFORMAL_SERVICES; s++)
		out->margin[s] = choose(l->bins[s], target, came_with, &out->flows[s]);
}

enum learn_decision
learn_local_decide(const struct learn_conformal *c, const struct learn_local_choice *local, uint8_t service, float margin)
{
	enum learn_decision d = learn_conformal_decide(c, service, margin);
	unsigned s = learn_conformal_service(service);
	/* With few local flows of the class their highest is no bound of what is benign: then only alarms are held back. */
	if (local == NULL || local->flows[s] == 0 || margin >= local->margin[s])
		return d;
	if (d == LEARN_DECISION_NEITHER && (double)local->flows[s] + 1 >= 1 / c->epsilon)
		return LEARN_DECISION_BENIGN;
	return d == LEARN_DECISION_ATTACK ? LEARN_DECISION_BOTH : d;
}
