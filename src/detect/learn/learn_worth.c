/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_worth.h"

#include <math.h>

void
learn_worth_calibrate(
    const struct learn_sample *s, uint64_t flows, double target, struct learn_threshold_choice *out, size_t *used)
{
	static struct learn_threshold t;
	memset(&t, 0, sizeof(t));
	size_t i = 0;
	for (; i < s->count && t.counted < flows; i++)
		if (s->labels[i] == LEARN_BENIGN)
			learn_threshold_count(&t, s->margins[i]);
	learn_threshold_choose(&t, target, out);
	*used = i;
}

void
learn_worth_rate(const struct learn_sample *s, const struct learn_threshold_choice *choice, struct learn_worth_rate *out)
{
	struct learn_worth_rate r = {
	    .is_known = true, .choice = *choice, .attacks = s->attacks, .benign = s->count - s->attacks};
	for (size_t i = 0; i < s->count; i++) {
		bool alert = s->margins[i] >= choice->margin;
		r.alarms += alert && s->labels[i] == LEARN_BENIGN;
		r.found += alert && s->labels[i] == LEARN_ATTACK;
	}
	*out = r;
}

static enum learn_decision
decide(const struct learn_conformal *bounds, float benign_most, const struct flow_vector *v, float margin)
{
	enum learn_decision d = learn_conformal_decide(bounds, v->code[FLOW_CODE_SERVICE], margin);
	if (isnan(benign_most))
		return d;
	bool attack = d == LEARN_DECISION_ATTACK || d == LEARN_DECISION_BOTH, benign = margin < benign_most;
	return benign && attack ? LEARN_DECISION_BOTH
	    : benign            ? LEARN_DECISION_BENIGN
	    : attack            ? LEARN_DECISION_ATTACK
	                        : LEARN_DECISION_NEITHER;
}

void
learn_worth_decide(
    const struct learn_sample *s, const struct learn_conformal *bounds, float benign_most, struct learn_worth_decided *out)
{
	struct learn_worth_decided n = {.is_known = true, .epsilon = bounds->epsilon, .all = s->count};
	for (size_t i = 0; i < s->count; i++) {
		enum learn_decision d = decide(bounds, benign_most, &s->vectors[i], s->margins[i]);
		n.neither += d == LEARN_DECISION_NEITHER;
		n.both += d == LEARN_DECISION_BOTH;
		n.errors += (d == LEARN_DECISION_BENIGN && s->labels[i] == LEARN_ATTACK) ||
		    (d == LEARN_DECISION_ATTACK && s->labels[i] == LEARN_BENIGN);
	}
	n.decided = n.all - n.neither - n.both;
	*out = n;
}

void
learn_worth_families(struct learn_sample *s, float margin, const struct learn_conformal *bounds, struct learn_worth *out)
{
	out->family_count = 0;
	for (size_t i = 0; i < s->count; i++) {
		s->alerts[i] = s->margins[i] >= margin;
		if (s->labels[i] != LEARN_ATTACK)
			continue;
		size_t f = 0;
		while (f < out->family_count && out->families[f].family != s->families[i])
			f++;
		if (f == out->family_count) {
			if (f == LEARN_WORTH_FAMILIES)
				continue;
			out->families[out->family_count++] = (struct learn_worth_family){.family = s->families[i]};
		}
		struct learn_worth_family *family = &out->families[f];
		family->rows++;
		family->found += s->alerts[i];
		if (bounds == NULL)
			continue;
		enum learn_decision d = decide(bounds, NAN, &s->vectors[i], s->margins[i]);
		family->undecided += d == LEARN_DECISION_NEITHER || d == LEARN_DECISION_BOTH;
	}
}
