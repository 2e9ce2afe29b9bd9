/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_curve.h - how well margins rank attacks above benign flows, whatever the threshold.
 *
 * Flows with the same margin are one step of each curve. Average precision is as scikit-learn has it: sum of precision times the gain
 * of recall, without interpolation; it says little without the share of attacks (base rate), which is given with it. The
 * recall at a rate of false alarms is told only where ten benign flows would make that rate; else it is chance.
 */
#ifndef DETECT_LEARN_LEARN_CURVE_H
#define DETECT_LEARN_LEARN_CURVE_H

#include "core/bytes.h"
#include "detect/learn/learn_table.h"

enum { LEARN_CURVE_RATES = 3 }; /* of false alarms: 1e-2, 1e-3, 1e-4 */
extern const double learn_curve_rates[LEARN_CURVE_RATES];

struct learn_curve_recall {
	bool is_known;   /* false: fewer than `needed` benign flows */
	uint64_t needed; /* benign flows */
	double recall;
	uint64_t found;
	float margin; /* the least that keeps the rate: an attack from here on; infinite: none does */
};

struct learn_curve {
	uint64_t rows, positives;
	double base_rate, pr_auc, roc_auc; /* 0 where a class is missing */
	struct learn_curve_recall recall[LEARN_CURVE_RATES];
};

/* Rows whose label is unknown are passed over. 0 or -ENOMEM. */
MUST_USE int learn_curve_measure(const float *margins, const uint8_t *labels, size_t count, struct learn_curve *out);

#endif
