/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/beacon_score.h - how regular a series of calls is, from 0 to 100.
 *
 * The four scores of RITA, a quarter each (Active Countermeasures, github.com/activecm/rita, GPL-3.0; the formulas are
 * re-implemented from its published description, "Beacon analysis"), on the last calls of one pair instead of a day:
 *
 *	interval   mean of 1 - |Bowley skewness| of the intervals (Q1 + Q3 - 2 Q2) / (Q3 - Q1), and of
 *	           1 - (median absolute deviation about the median) / median
 *	size       the same two, of the bytes sent in each call
 *	duration   the longest run of slices of time that have a call, over all slices (one for three calls)
 *	histogram  the better of 1 - (coefficient of variation of the calls per slice), and of the share of the
 *	           slices that have one of the two most common numbers of calls (a bimodal histogram)
 *
 * Of so few calls, somebody who reads the news now and then scores high once in a while. So we also say how much longer
 * long intervals are than short ones (9th decile over 1st): 1.0 for a clock, 2.3 for a beacon that varies by half,
 * above 4 for people. Deciles, because a beacon may miss a call or two.
 */
#ifndef DETECT_BEHAVIOUR_BEACON_SCORE_H
#define DETECT_BEHAVIOUR_BEACON_SCORE_H

#include "core/bytes.h"

enum { BEACON_SCORE_CALLS_MAX = 32 };

struct beacon_call {
	uint32_t start_cs; /* hundredths of a second since some beginning */
	uint32_t bytes;    /* sent in it */
};

struct beacon_score {
	unsigned total;                               /* percent */
	unsigned interval, size, duration, histogram; /* percent */
	uint32_t period_cs;                           /* median interval */
	uint32_t deviation_cs;                        /* median absolute deviation of the intervals */
	uint32_t bytes;                               /* median */
	uint32_t spread;                              /* 9th decile of the intervals over the 1st, percent */
};

/* Calls in the order of time, 3 of them at least, BEACON_SCORE_CALLS_MAX at most. */
struct beacon_score beacon_score_of(const struct beacon_call *calls, size_t count);

#endif
