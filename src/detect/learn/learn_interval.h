/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_interval.h - exact intervals of 95 % for what was counted: shares (Clopper, Pearson 1934) and rates (Garwood
 * 1936, Poisson). Exact, because what is counted here is often 0 of few, where the usual formulas claim certainty. */
#ifndef DETECT_LEARN_LEARN_INTERVAL_H
#define DETECT_LEARN_LEARN_INTERVAL_H

#include "core/bytes.h"

struct learn_interval {
	double low, high;
};

/* Of a share, hits of all; 0..1 when there are none at all. */
struct learn_interval learn_interval_share(uint64_t hits, uint64_t all);
/* Of the expected number of events, of which so many came. */
struct learn_interval learn_interval_count(uint64_t events);

#endif
