/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_split.h"

enum { LAST = 254, NOT_KNOWN = 255 };

static inline double
square_over(const struct learn_split_rules *r, struct learn_sums s)
{
	double g = (double)s.gradient * r->gradient_unit;
	return g * g / ((double)s.curvature * r->curvature_unit + r->l2);
}

static inline struct learn_sums
sums_of(uint64_t bin)
{
	return (struct learn_sums){learn_histogram_gradient(bin), learn_histogram_curvature(bin)};
}

static inline struct learn_sums
plus(struct learn_sums a, struct learn_sums b)
{
	return (struct learn_sums){a.gradient + b.gradient, a.curvature + b.curvature};
}

static inline struct learn_sums
minus(struct learn_sums a, struct learn_sums b)
{
	return (struct learn_sums){a.gradient - b.gradient, a.curvature - b.curvature};
}

double
learn_split_weight(const struct learn_split_rules *r, struct learn_sums s, double low, double high)
{
	double below = (double)s.curvature * r->curvature_unit + r->l2;
	double w = below > 0 ? -((double)s.gradient * r->gradient_unit) / below : 0;
	double most = r->leaf_max;
	w = w > most ? most : w < -most ? -most : w;
	return w < low ? low : w > high ? high : w;
}

/* What a weight w gains: 2 x (-G w - (H + l2) w^2 / 2); at the free optimum G^2 / (H + l2). */
static double
gain_at(const struct learn_split_rules *r, struct learn_sums s, double w)
{
	double g = (double)s.gradient * r->gradient_unit, h = (double)s.curvature * r->curvature_unit + r->l2;
	return -(2 * g * w) - h * w * w;
}

/* The gain of a split of a node; negative when it is not allowed. */
static double
gain_of(const struct learn_split_rules *r, const struct learn_node *n, struct learn_sums first, double whole, int direction)
{
	struct learn_sums second = minus(n->sums, first);
	if ((double)first.curvature * r->curvature_unit < r->weight_min ||
	    (double)second.curvature * r->curvature_unit < r->weight_min)
		return -1;
	if (direction == 0 && n->low < -r->leaf_max && n->high > r->leaf_max)
		return square_over(r, first) + square_over(r, second) - whole;
	double w1 = learn_split_weight(r, first, n->low, n->high), w2 = learn_split_weight(r, second, n->low, n->high);
	if ((direction > 0 && w1 > w2) || (direction < 0 && w1 < w2))
		return -1;
	return gain_at(r, first, w1) + gain_at(r, second, w2) - whole;
}

static double
whole_of(const struct learn_split_rules *r, const struct learn_node *n)
{
	if (n->low < -r->leaf_max && n->high > r->leaf_max)
		return square_over(r, n->sums);
	return gain_at(r, n->sums, learn_split_weight(r, n->sums, n->low, n->high));
}

/* Between two codes that occur, in the middle: a site may see what the training set did not. */
static uint8_t
limit_between(int below, int above)
{
	return (uint8_t)((below + above - 1) / 2);
}

static void
better(struct learn_split *best, double gain, double gain_min, uint8_t limit, bool turned)
{
	if (gain > best->gain && gain > gain_min)
		*best = (struct learn_split){gain, limit, turned};
}

struct learn_split
learn_split_node(const struct learn_split_rules *r, const struct learn_node *node, const uint64_t *sums, int direction)
{
	struct learn_split best = {0};
	double whole = whole_of(r, node);
	struct learn_sums missing = sums_of(sums[NOT_KNOWN]), below = {0};
	int last = -1;
	for (int code = 0; code <= NOT_KNOWN; code++) {
		if (sums[code] == 0)
			continue;
		if (last >= 0) {
			uint8_t limit = code == NOT_KNOWN ? LAST : limit_between(last, code);
			better(&best, gain_of(r, node, below, whole, direction), r->gain_min, limit, false);
			if (sums[NOT_KNOWN] != 0 && code != NOT_KNOWN)
				better(&best, gain_of(r, node, plus(below, missing), whole, direction), r->gain_min, limit,
				    true);
		}
		below = plus(below, sums_of(sums[code]));
		last = code;
	}
	return best;
}

struct learn_split
learn_split_level(const struct learn_split_rules *r, const struct learn_node *nodes, size_t count,
    const uint64_t *const *sums, int direction)
{
	struct learn_split best = {0};
	double whole[LEARN_SPLIT_NODES];
	struct learn_sums missing[LEARN_SPLIT_NODES], below[LEARN_SPLIT_NODES] = {0};
	uint8_t seen[LEARN_BINS] = {0};
	bool any_missing = false;
	for (size_t n = 0; n < count; n++) {
		whole[n] = whole_of(r, &nodes[n]);
		missing[n] = sums_of(sums[n][NOT_KNOWN]);
		any_missing |= sums[n][NOT_KNOWN] != 0;
		for (int code = 0; code < LEARN_BINS; code++)
			seen[code] |= sums[n][code] != 0;
	}
	int last = -1;
	for (int code = 0; code <= NOT_KNOWN; code++) {
		if (!seen[code])
			continue;
		for (int turned = 0; last >= 0 && turned <= (any_missing && code != NOT_KNOWN); turned++) {
			double gain = 0;
			for (size_t n = 0; n < count; n++) {
				/* a node that this test does not divide, or too finely, stays as it is */
				double g = gain_of(
				    r, &nodes[n], turned ? plus(below[n], missing[n]) : below[n], whole[n], direction);
				gain += g > 0 ? g : 0;
			}
			better(&best, gain, r->gain_min, code == NOT_KNOWN ? LAST : limit_between(last, code), turned != 0);
		}
		for (size_t n = 0; n < count; n++)
			below[n] = plus(below[n], sums_of(sums[n][code]));
		last = code;
	}
	return best;
}

struct learn_sums
learn_split_first(const uint64_t *sums, struct learn_split split)
{
	struct learn_sums s = {0};
	for (int code = 0; code <= split.limit; code++)
		s = plus(s, sums_of(sums[code]));
	return split.turned ? plus(s, sums_of(sums[NOT_KNOWN])) : s;
}
