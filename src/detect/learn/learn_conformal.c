/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_conformal.h"

#include "core/ensure.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { ANY = -1 };

static int
by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

struct rows {
	const float *margins;
	const uint8_t *labels;
	const struct flow_vector *vectors;
	size_t count;
};

static size_t
gather(const struct rows *r, int stratum, enum learn_label label, float *out)
{
	size_t n = 0;
	for (size_t i = 0; i < r->count; i++)
		if (r->labels[i] == label &&
		    (stratum == ANY || (int)learn_conformal_service(r->vectors[i].code[FLOW_CODE_SERVICE]) == stratum))
			out[n++] = r->margins[i];
	qsort(out, n, sizeof(*out), by_value);
	return n;
}

/* False: too few for this epsilon; the bounds stay. */
static bool
bound(const struct rows *r, int stratum, double epsilon, float *scratch, enum learn_label label,
    struct learn_conformal_bounds *out)
{
	size_t n = gather(r, stratum, label, scratch);
	/* p = (1 + as strange or stranger) / (n + 1) > epsilon: plausible. So `spared` of the strangest are not. */
	double spare = epsilon * ((double)n + 1) - 1 + 1e-9;
	if (n == 0 || spare < 0)
		return false;
	size_t spared = (size_t)spare;
	if (label == LEARN_BENIGN) {
		out->benign_most = scratch[n - 1 - spared];
		out->benign = (uint32_t)n;
	} else {
		out->attack_least = scratch[spared];
		out->attack = (uint32_t)n;
	}
	return true;
}

int
learn_conformal_fit(const float *margins, const uint8_t *labels, const struct flow_vector *vectors, size_t count,
    double epsilon, float *scratch, struct learn_conformal *out)
{
	ENSURE(epsilon > 0 && epsilon < 1);
	struct rows rows = {margins, labels, vectors, count};
	struct learn_conformal c = {.epsilon = epsilon};
	if (!bound(&rows, ANY, epsilon, scratch, LEARN_BENIGN, &c.all) ||
	    !bound(&rows, ANY, epsilon, scratch, LEARN_ATTACK, &c.all))
		return -ERANGE;
	for (int s = 0; s < LEARN_CONFORMAL_SERVICES; s++) {
		c.services[s] = (struct learn_conformal_bounds){
		    .benign_most = c.all.benign_most, .attack_least = c.all.attack_least};
		(void)bound(&rows, s, epsilon, scratch, LEARN_BENIGN, &c.services[s]);
		(void)bound(&rows, s, epsilon, scratch, LEARN_ATTACK, &c.services[s]);
	}
	*out = c;
	return 0;
}

enum learn_decision
learn_conformal_decide(const struct learn_conformal *c, uint8_t service, float margin)
{
	const struct learn_conformal_bounds *b = &c->services[learn_conformal_service(service)];
	bool benign = margin <= b->benign_most, attack = margin >= b->attack_least;
	return benign && attack ? LEARN_DECISION_BOTH
	    : benign            ? LEARN_DECISION_BENIGN
	    : attack            ? LEARN_DECISION_ATTACK
	                        : LEARN_DECISION_NEITHER;
}
