/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_confidence.h"

enum { STEPS = 2, REACH = LEARN_CONFIDENCE_BINS / STEPS / 2, WHOLE = 10000 };

unsigned
learn_confidence_bin(float margin)
{
	if (!(margin > -REACH))
		return 0;
	if (margin >= REACH)
		return LEARN_CONFIDENCE_BINS - 1;
	return (unsigned)((margin + REACH) * STEPS);
}

void
learn_confidence_count(struct learn_confidence *c, float margin, bool is_attack)
{
	unsigned bin = learn_confidence_bin(margin);
	uint32_t *n = is_attack ? &c->attack[bin] : &c->benign[bin];
	*n += *n < UINT32_MAX;
}

struct pool {
	uint64_t attack, all;
	unsigned bins;
};

void
learn_confidence_fit(struct learn_confidence *c)
{
	struct pool pools[LEARN_CONFIDENCE_BINS];
	size_t count = 0;
	for (unsigned i = 0; i < LEARN_CONFIDENCE_BINS; i++) {
		struct pool p = {c->attack[i], (uint64_t)c->attack[i] + c->benign[i], 1};
		/* Pool adjacent violators; an empty step joins the one below, since it says nothing. */
		while (count > 0 &&
		    (p.all == 0 || pools[count - 1].all == 0 ||
		        (double)pools[count - 1].attack * (double)p.all >=
		            (double)p.attack * (double)pools[count - 1].all)) {
			const struct pool *below = &pools[--count];
			p = (struct pool){p.attack + below->attack, p.all + below->all, p.bins + below->bins};
		}
		pools[count++] = p;
	}
	unsigned bin = 0;
	for (size_t i = 0; i < count; i++)
		for (unsigned k = 0; k < pools[i].bins; k++, bin++) {
			const struct pool *p = &pools[i];
			c->share[bin] = p->all == 0 ? 0 : (uint16_t)((double)p->attack * WHOLE / (double)p->all + 0.5);
			c->pooled[bin] = p->all > UINT32_MAX ? UINT32_MAX : (uint32_t)p->all;
		}
}

struct learn_confidence_answer
learn_confidence_of(const struct learn_confidence *c, float margin)
{
	unsigned bin = learn_confidence_bin(margin);
	struct learn_confidence_answer a = {.share = c->share[bin], .counted = c->pooled[bin]};
	a.word = a.counted < LEARN_CONFIDENCE_FLOWS_MIN ? LEARN_CONFIDENCE_UNMEASURED
	    : a.share >= 9700                           ? LEARN_CONFIDENCE_SURE
	    : a.share >= 9000                           ? LEARN_CONFIDENCE_FAIRLY
	    : a.share >= 7000                           ? LEARN_CONFIDENCE_LIKELY
	                                                : LEARN_CONFIDENCE_POSSIBLE;
	return a;
}
