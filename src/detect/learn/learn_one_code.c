/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_one_code.h"

#include "core/auto.h"
#include "detect/learn/learn_curve.h"

#include <math.h>

int
learn_one_code_of(const struct learn_table *t, struct learn_rows rows, unsigned code, struct learn_one_code *out)
{
	double counts[2][256] = {0}, all[2] = {0};
	for (size_t i = 0; i < rows.count; i++) {
		uint8_t label = t->labels[rows.at[i]];
		if (label == LEARN_UNKNOWN)
			continue;
		counts[label == LEARN_ATTACK][t->vectors[rows.at[i]].code[code]]++;
		all[label == LEARN_ATTACK]++;
	}
	struct learn_one_code one = {.code = code};
	for (unsigned v = 0; v < 256; v++)
		one.margins[v] = (float)(log((counts[1][v] + 0.5) / (counts[0][v] + 0.5)));
	/* The curve of 256 values: as many rows of each kind as there are, but told as one step. */
	double found = 0, alarms = 0;
	bool done[256] = {0};
	for (unsigned step = 0; step < 256 && all[1] > 0; step++) {
		unsigned best = 256;
		for (unsigned v = 0; v < 256; v++)
			if (!done[v] && (best == 256 || one.margins[v] > one.margins[best]))
				best = v;
		done[best] = true;
		found += counts[1][best];
		alarms += counts[0][best];
		if (counts[1][best] > 0)
			one.pr_auc += counts[1][best] / all[1] * found / (found + alarms);
	}
	*out = one;
	return 0;
}

int
learn_one_code_find(const struct learn_table *t, struct learn_rows rows, uint64_t mask, struct learn_one_code *out)
{
	struct learn_one_code best = {.pr_auc = -1}, one;
	for (unsigned i = 0; i < FLOW_CODES; i++) {
		if ((mask >> i & 1) == 0)
			continue;
		int r = learn_one_code_of(t, rows, i, &one);
		if (r < 0)
			return r;
		if (one.pr_auc > best.pr_auc)
			best = one;
	}
	*out = best;
	return 0;
}
