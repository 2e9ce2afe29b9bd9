/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_worth.h"

void
learn_worth_freeze(const struct learn_sample *s, double target, struct learn_threshold_choice *out)
{
	static struct learn_threshold t; /* too large for a frame; evaluations run one at a time */
	memset(&t, 0, sizeof(t));
	for (size_t i = 0; i < s->count; i++)
		if (s->labels[i] == LEARN_BENIGN)
			learn_threshold_count(&t, s->margins[i]);
	learn_threshold_choose(&t, target, out);
}

void
learn_worth_localize(const struct learn_sample *s, uint64_t flows, double target, float came_with,
    struct learn_local_choice *out, size_t *used)
{
	static struct learn_local l;
	memset(&l, 0, sizeof(l));
	size_t i = 0;
	for (; i < s->count && l.counted < flows; i++)
		if (s->labels[i] == LEARN_BENIGN)
			learn_local_count(&l, s->vectors[i].code[FLOW_CODE_SERVICE], s->margins[i]);
	learn_local_choose(&l, target, came_with, out);
	*used = i;
}

bool
learn_worth_calls(const struct learn_worth_line *line, const struct flow_vector *v, float margin)
{
	return margin >=
	    (line->local == NULL ? line->margin : line->local->margin[learn_conformal_service(v->code[FLOW_CODE_SERVICE])]);
}

void
learn_worth_rate(const struct learn_sample *s, const struct learn_worth_line *line, struct learn_worth_rate *out)
{
	struct learn_worth_rate r = {
	    .is_known = true, .choice = out->choice, .attacks = s->attacks, .benign = s->count - s->attacks};
	for (size_t i = 0; i < s->count; i++) {
		bool alert = learn_worth_calls(line, &s->vectors[i], s->margins[i]);
		r.alarms += alert && s->labels[i] == LEARN_BENIGN;
		r.found += alert && s->labels[i] == LEARN_ATTACK;
	}
	*out = r;
}

void
learn_worth_decide(const struct learn_sample *s, const struct learn_conformal *bounds,
    const struct learn_local_choice *local, struct learn_worth_decided *out)
{
	struct learn_worth_decided n = {.is_known = true, .epsilon = bounds->epsilon, .all = s->count};
	for (size_t i = 0; i < s->count; i++) {
		enum learn_decision d = learn_local_decide(
		    bounds, local, s->vectors[i].code[FLOW_CODE_SERVICE], s->margins[i]);
		n.neither += d == LEARN_DECISION_NEITHER;
		n.both += d == LEARN_DECISION_BOTH;
		n.errors += (d == LEARN_DECISION_BENIGN && s->labels[i] == LEARN_ATTACK) ||
		    (d == LEARN_DECISION_ATTACK && s->labels[i] == LEARN_BENIGN);
	}
	n.decided = n.all - n.neither - n.both;
	*out = n;
}

void
learn_worth_families(struct learn_sample *s, const struct learn_worth_line *line, const struct learn_conformal *bounds,
    struct learn_worth *out)
{
	out->family_count = 0;
	for (size_t i = 0; i < s->count; i++) {
		s->alerts[i] = learn_worth_calls(line, &s->vectors[i], s->margins[i]);
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
		enum learn_decision d = learn_conformal_decide(bounds, s->vectors[i].code[FLOW_CODE_SERVICE], s->margins[i]);
		family->undecided += d == LEARN_DECISION_NEITHER || d == LEARN_DECISION_BOTH;
	}
}
