/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_threshold.h - from which margin on a flow is called an attack, measured on benign traffic of this site.
 *
 * A model ranks flows as well elsewhere as here; a threshold frozen elsewhere does not hold here. So the margins of local benign
 * flows are counted, and the least threshold is taken whose conformal bound keeps the target: (above + 1) / (counted + 1) <=
 * target (Vovk, Gammerman, Shafer 2005, 2.2: true for any number of flows that are exchangeable with those to come).
 * Below 1 / target - 1 flows nothing can promise the target: then the threshold is just above all that was seen, and says so.
 *
 * Fixed size, no allocation; one thread.
 */
#ifndef DETECT_LEARN_LEARN_THRESHOLD_H
#define DETECT_LEARN_LEARN_THRESHOLD_H

#include "core/bytes.h"

/* Steps of 1/64 of a margin, from -16 to 16. */
enum {
	LEARN_THRESHOLD_STEPS = 64,
	LEARN_THRESHOLD_REACH = 16,
	LEARN_THRESHOLD_BINS = 2 * LEARN_THRESHOLD_REACH * LEARN_THRESHOLD_STEPS
};

struct learn_threshold {
	uint64_t counted;
	uint32_t bins[LEARN_THRESHOLD_BINS]; /* saturate */
};

struct learn_threshold_choice {
	float margin;            /* an attack: this much or more */
	uint64_t counted, above; /* benign flows, and those that the threshold calls attacks */
	uint64_t needed;         /* benign flows without which the target cannot be promised */
	bool suffices;
};

/* Which step a margin falls into; what is no number is the least. */
unsigned learn_threshold_bin(float margin);
void learn_threshold_count(struct learn_threshold *t, float margin);
/* target: of benign flows called attacks, more than 0 and less than 1. */
void learn_threshold_choose(const struct learn_threshold *t, double target, struct learn_threshold_choice *out);

#endif
