/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_curve.h"

#include "core/auto.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

const double learn_curve_rates[LEARN_CURVE_RATES] = {1e-2, 1e-3, 1e-4};

struct point {
	float margin;
	uint32_t attack;
};

static int
by_margin_down(const void *a, const void *b)
{
	float x = ((const struct point *)a)->margin, y = ((const struct point *)b)->margin;
	return (x < y) - (x > y);
}

/* One step of the curves: all flows of one margin. */
struct step {
	double found, alarms; /* attacks and benign flows with this margin or more */
	double found_before, alarms_before;
};

static void
take_step(struct learn_curve *c, const struct step *s, float margin, uint64_t negatives)
{
	if (c->positives > 0)
		c->pr_auc += (s->found - s->found_before) / (double)c->positives * s->found / (s->found + s->alarms);
	if (c->positives > 0 && negatives > 0)
		c->roc_auc += (s->alarms - s->alarms_before) / (double)negatives * (s->found + s->found_before) / 2 /
		    (double)c->positives;
	for (unsigned i = 0; i < LEARN_CURVE_RATES; i++) {
		struct learn_curve_recall *r = &c->recall[i];
		if (!r->is_known || s->alarms > learn_curve_rates[i] * (double)negatives)
			continue;
		r->found = (uint64_t)s->found;
		r->recall = c->positives == 0 ? 0 : s->found / (double)c->positives;
		r->margin = margin;
	}
}

int
learn_curve_measure(const float *margins, const uint8_t *labels, size_t count, struct learn_curve *out)
{
	AUTO_FREE struct point *points = malloc((count > 0 ? count : 1) * sizeof(*points));
	if (points == NULL)
		return -ENOMEM;
	struct learn_curve c = {0};
	for (size_t i = 0; i < count; i++) {
		if (labels[i] == LEARN_UNKNOWN)
			continue;
		points[c.rows++] = (struct point){margins[i], labels[i] == LEARN_ATTACK};
		c.positives += labels[i] == LEARN_ATTACK;
	}
	uint64_t negatives = c.rows - c.positives;
	c.base_rate = c.rows == 0 ? 0 : (double)c.positives / (double)c.rows;
	for (unsigned i = 0; i < LEARN_CURVE_RATES; i++) {
		c.recall[i].needed = (uint64_t)(10 / learn_curve_rates[i] + 0.5);
		c.recall[i].is_known = negatives >= c.recall[i].needed && c.positives > 0;
		c.recall[i].margin = INFINITY;
	}
	qsort(points, c.rows, sizeof(*points), by_margin_down);
	struct step s = {0};
	for (size_t i = 0; i < c.rows;) {
		size_t first = i;
		s.found_before = s.found;
		s.alarms_before = s.alarms;
		for (; i < c.rows && points[i].margin == points[first].margin; i++) {
			s.found += points[i].attack;
			s.alarms += !points[i].attack;
		}
		if (i == first) { /* no number: beside every order, so it ends here */
			i++;
			continue;
		}
		take_step(&c, &s, points[first].margin, negatives);
	}
	*out = c;
	return 0;
}
