/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_drift.h - whether traffic is still like that which something was measured on.
 *
 * Per code: the population stability index, sum of (now - then) x ln(now / then) over groups of values; an alarm at 0.25 on three
 * codes or 0.5 on one. Of a series (scores, abstentions): an adaptive window (ADWIN: Bifet, Gavalda 2007) that drops its older part when
 * the means of two parts differ by more than chance allows. What follows an alarm is a proposal to a person, never new training.
 */
#ifndef DETECT_LEARN_LEARN_DRIFT_H
#define DETECT_LEARN_LEARN_DRIFT_H

#include "core/bytes.h"
#include "record/flow_vector.h"

enum { LEARN_DRIFT_VALUES = 256, LEARN_DRIFT_FLOWS_MIN = 500 };

/* Counts of 256 values, now and then. 0 when either is empty. `code` says how values are grouped. */
float learn_drift_psi(
    unsigned code, const uint32_t now[static LEARN_DRIFT_VALUES], const uint32_t then[static LEARN_DRIFT_VALUES]);
/* Whether these 64 are an alarm; *worst: the code that changed most. */
bool learn_drift_alarm(const float psi[static FLOW_CODES], unsigned *worst);

enum { LEARN_DRIFT_ROWS = 24, LEARN_DRIFT_BUCKETS = 5 };
/* Rows of buckets, each of row r holding the sum of 2^r values. */
struct learn_drift_window {
	float sums[LEARN_DRIFT_ROWS][LEARN_DRIFT_BUCKETS + 1];
	uint8_t used[LEARN_DRIFT_ROWS];
	uint64_t width, since_look;
	double total;
	uint64_t changes;
};

/* A value of 0..1. True: the mean changed, and what is older was dropped. Looks at every 32nd value. */
bool learn_drift_add(struct learn_drift_window *w, float value);
double learn_drift_mean(const struct learn_drift_window *w);

#endif
