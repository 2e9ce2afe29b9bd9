/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_site.h"

#include <math.h>
#include <stdlib.h>

enum {
	LIKE_MEAN = 4,        /* codes that an example may differ by on average: half an octave */
	LIKE_MOST = 24,       /* and by at most: three octaves */
	POISON_MILLION = 100, /* a flow stranger than one in ten thousand is not learned from */
};
#define DAY_NS (INT64_C(86400) * 1000000000)

/* What was so much like it that who accepted the one means the other. What depends on what else happens at the time is not
 * compared. */
static bool
is_like(const struct flow_vector *example, const struct flow_vector *v)
{
	unsigned sum = 0, compared = 0;
	for (unsigned i = 0; i < FLOW_CODE_SOURCE_FLOWS; i++) {
		int a = example->code[i], b = v->code[i];
		if (learn_normal_is_name(i)) {
			if (a != b)
				return false;
			continue;
		}
		if (a == FLOW_CODE_MISSING || b == FLOW_CODE_MISSING)
			continue;
		unsigned apart = (unsigned)abs(a - b);
		if (apart > LIKE_MOST)
			return false;
		sum += apart;
		compared++;
	}
	return compared > 0 && sum <= compared * LIKE_MEAN;
}

static bool
is_accepted(const struct learn_site *s, const struct flow_vector *v, int64_t time_ns)
{
	for (unsigned i = 0; i < LEARN_SITE_EXAMPLES; i++)
		if (s->examples[i].until_ns > time_ns && is_like(&s->examples[i].vector, v))
			return true;
	return false;
}

void
learn_site_judge(const struct learn_site *s, enum learn_profile profile, const struct flow_vector *v, float margin,
    int64_t time_ns, struct learn_judgement *out)
{
	struct learn_judgement j = {.margin = margin, .confidence = learn_confidence_of(&s->confidence, margin)};
	j.decision = learn_local_decide(
	    &s->conformal, s->is_local ? &s->thresholds : NULL, v->code[FLOW_CODE_SERVICE], margin);
	if (j.decision != LEARN_DECISION_BENIGN && is_accepted(s, v, time_ns)) {
		j.is_accepted = true;
		j.decision = LEARN_DECISION_BENIGN;
	}
	j.strange_per_million = 1000000;
	const struct learn_normal *n = &s->normal[profile];
	if (n->adopted > 0) {
		j.strange = learn_normal_score(n, v);
		j.strange_per_million = learn_normal_share(n, j.strange);
	}
	*out = j;
}

static void
learn_margin(struct learn_site *s, uint8_t service, float margin)
{
	if (s->local.counted >= s->calibrate_flows)
		return;
	learn_local_count(&s->local, service, margin);
	if (s->local.counted < s->calibrate_flows)
		return;
	learn_local_choose(&s->local, s->target, s->choice.margin, &s->thresholds);
	s->is_local = true;
	s->notices |= LEARN_SITE_CALIBRATED;
}

static void
learn_habits(struct learn_site *s, enum learn_profile profile, const struct flow_vector *v, const struct learn_judgement *j,
    int64_t time_ns)
{
	struct learn_normal *n = &s->normal[profile];
	if (n->adopted > 0) {
		/* Noted even when it is not learned from: what comes often enough is not poison for ever, it is a change. */
		learn_normal_note(n, j->strange);
		if (j->strange_per_million < POISON_MILLION) {
			s->guarded++;
			return;
		}
	}
	learn_normal_learn(n, v);
	if (n->adopted == 0 ? n->counted < LEARN_NORMAL_FIRST : time_ns < s->adopt_after_ns[profile])
		return;
	enum learn_normal_adoption done = learn_normal_adopt(n, LEARN_NORMAL_BY_ITSELF, s->psi);
	if (done == LEARN_NORMAL_TOO_FEW)
		return;
	s->notices |= done == LEARN_NORMAL_ADOPTED ? LEARN_SITE_NORMAL_ADOPTED : LEARN_SITE_NORMAL_CHANGED;
	s->adopt_after_ns[profile] = time_ns > INT64_MAX - DAY_NS ? INT64_MAX : time_ns + DAY_NS;
}

void
learn_site_learn(struct learn_site *s, enum learn_profile profile, const struct flow_vector *v,
    const struct learn_judgement *j, enum learn_suspicion suspected, int64_t time_ns)
{
	float probability = 1 / (1 + expf(-j->margin));
	bool silent = j->decision == LEARN_DECISION_BOTH || j->decision == LEARN_DECISION_NEITHER;
	if (learn_drift_add(&s->scores, probability))
		s->notices |= LEARN_SITE_SCORES_CHANGED;
	if (learn_drift_add(&s->silence, silent ? 1 : 0))
		s->notices |= LEARN_SITE_SILENCE_CHANGED;
	if (suspected == LEARN_SUSPECTED) {
		s->guarded++;
		return;
	}
	/* The threshold is for what is high among benign flows: leaving high ones out would only move it down. */
	learn_margin(s, v->code[FLOW_CODE_SERVICE], j->margin);
	if (j->decision == LEARN_DECISION_ATTACK) {
		s->guarded++;
		return;
	}
	learn_habits(s, profile, v, j, time_ns);
}

void
learn_site_accept(struct learn_site *s, const struct flow_vector *v, int64_t until_ns)
{
	struct learn_site_example *soonest = &s->examples[0];
	for (unsigned i = 1; i < LEARN_SITE_EXAMPLES; i++)
		if (s->examples[i].until_ns < soonest->until_ns)
			soonest = &s->examples[i];
	*soonest = (struct learn_site_example){*v, until_ns};
}

void
learn_site_recalibrate(struct learn_site *s, uint64_t flows)
{
	memset(&s->local, 0, sizeof(s->local));
	s->calibrate_flows = flows;
}
