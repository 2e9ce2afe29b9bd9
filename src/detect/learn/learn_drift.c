/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_drift.h"

#include "detect/learn/learn_normal.h"

#include <math.h>

/* Values of a size eight by eight, an octave; names one by one. */
static unsigned
group_of(unsigned code, unsigned value)
{
	return learn_normal_is_name(code) ? value : (value + 7) / 8;
}

float
learn_drift_psi(unsigned code, const uint32_t now[static LEARN_DRIFT_VALUES], const uint32_t then[static LEARN_DRIFT_VALUES])
{
	double sums[2][LEARN_DRIFT_VALUES] = {0}, all[2] = {0};
	for (unsigned v = 0; v < LEARN_DRIFT_VALUES; v++) {
		unsigned g = group_of(code, v);
		sums[0][g] += now[v];
		sums[1][g] += then[v];
		all[0] += now[v];
		all[1] += then[v];
	}
	if (all[0] <= 0 || all[1] <= 0)
		return 0;
	/* A group empty on one side counts as one flow in a thousand there: chance alone is no drift. */
	const double least = 1e-3;
	double psi = 0;
	for (unsigned g = 0; g < LEARN_DRIFT_VALUES; g++) {
		double p = fmax(sums[0][g] / all[0], least), q = fmax(sums[1][g] / all[1], least);
		psi += (p - q) * log(p / q);
	}
	return (float)psi;
}

bool
learn_drift_alarm(const float psi[static FLOW_CODES], unsigned *worst)
{
	unsigned many = 0;
	*worst = 0;
	for (unsigned i = 0; i < FLOW_CODES; i++) {
		many += psi[i] >= 0.25f;
		if (psi[i] > psi[*worst])
			*worst = i;
	}
	return many >= 3 || psi[*worst] >= 0.5f;
}

enum { LOOK_EVERY = 32, SIDE_MIN = 32 };

static void
merge(struct learn_drift_window *w)
{
	/* Two oldest buckets of a full row are one of the next; the last row forgets. */
	for (unsigned r = 0; r < LEARN_DRIFT_ROWS && w->used[r] > LEARN_DRIFT_BUCKETS; r++) {
		float sum = w->sums[r][0] + w->sums[r][1];
		memmove(&w->sums[r][0], &w->sums[r][2], (LEARN_DRIFT_BUCKETS - 1) * sizeof(w->sums[r][0]));
		w->used[r] = (uint8_t)(w->used[r] - 2);
		if (r + 1 == LEARN_DRIFT_ROWS) {
			w->width -= UINT64_C(2) << r;
			w->total -= (double)sum;
			return;
		}
		w->sums[r + 1][w->used[r + 1]++] = sum;
	}
}

/* Whether the older part, `before` values with this sum, has another mean than the rest. The bound is Bifet and Gavalda's of
 * section 3.1, with the variance of the window, and delta of two in a million shared among the cuts. */
static bool
differs(const struct learn_drift_window *w, double before, double sum)
{
	double n = (double)w->width, after = n - before;
	if (before < SIDE_MIN || after < SIDE_MIN)
		return false;
	double mean = w->total / n, variance = mean * (1 - mean), m = 1 / (1 / before + 1 / after);
	double ln = log(2 * log(n) / 2e-6);
	double cut = sqrt(2 / m * fmax(variance, 0) * ln) + 2 / (3 * m) * ln;
	return fabs(sum / before - (w->total - sum) / after) > cut;
}

static bool
drop_older(struct learn_drift_window *w)
{
	double before = 0, sum = 0;
	for (unsigned r = LEARN_DRIFT_ROWS; r-- > 0;)
		for (unsigned b = 0; b < w->used[r]; b++) {
			before += (double)(UINT64_C(1) << r);
			sum += (double)w->sums[r][b];
			if (!differs(w, before, sum))
				continue;
			/* What is older than the cut goes: whole rows above, and this row up to here. */
			for (unsigned above = r + 1; above < LEARN_DRIFT_ROWS; above++)
				w->used[above] = 0;
			memmove(&w->sums[r][0], &w->sums[r][b + 1], (w->used[r] - b - 1u) * sizeof(w->sums[r][0]));
			w->used[r] = (uint8_t)(w->used[r] - b - 1u);
			w->width -= (uint64_t)before;
			w->total -= sum;
			return true;
		}
	return false;
}

bool
learn_drift_add(struct learn_drift_window *w, float value)
{
	float v = value > 0 ? value < 1 ? value : 1 : 0; /* what is no number is 0 */
	w->sums[0][w->used[0]++] = v;
	w->width++;
	w->total += (double)v;
	merge(w);
	if (++w->since_look < LOOK_EVERY)
		return false;
	w->since_look = 0;
	if (!drop_older(w))
		return false;
	while (drop_older(w))
		;
	w->changes++;
	return true;
}

double
learn_drift_mean(const struct learn_drift_window *w)
{
	return w->width == 0 ? 0 : w->total / (double)w->width;
}
