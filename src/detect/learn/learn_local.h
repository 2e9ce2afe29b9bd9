/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_local.h - thresholds of this site, one for each class of services: what is high and yet benign here.
 *
 * One program that speaks in its own way (an antivirus to its cloud) makes most false alarms of a new site, on one service. So the
 * threshold is raised there, and not for all: with 1 / target - 1 benign flows of a class to the conformal bound of learn_threshold.h, with
 * fewer just above what was seen, and never below the threshold that the model came with.
 */
#ifndef DETECT_LEARN_LEARN_LOCAL_H
#define DETECT_LEARN_LEARN_LOCAL_H

#include "core/bytes.h"
#include "detect/learn/learn_conformal.h"

/* Steps of an eighth of a margin, from -16 to 16. */
enum { LEARN_LOCAL_STEPS = 8, LEARN_LOCAL_REACH = 16, LEARN_LOCAL_BINS = 2 * LEARN_LOCAL_REACH * LEARN_LOCAL_STEPS };

struct learn_local {
	uint64_t counted;
	uint16_t bins[LEARN_CONFORMAL_SERVICES][LEARN_LOCAL_BINS]; /* saturate */
};

struct learn_local_choice {
	uint64_t counted;
	float margin[LEARN_CONFORMAL_SERVICES]; /* an attack: this much or more */
	uint32_t
	    flows[LEARN_CONFORMAL_SERVICES]; /* benign ones that it rests on; 0: it is the one that the model came with */
};

void learn_local_count(struct learn_local *l, uint8_t service, float margin);
/* came_with: the threshold of the model, set elsewhere. */
void learn_local_choose(const struct learn_local *l, double target, float came_with, struct learn_local_choice *out);
/* By the bounds that the model came with, where more is benign here (NULL: nothing): never less, for what is plausible for attacks is not known
 * from this site. */
enum learn_decision
learn_local_decide(const struct learn_conformal *c, const struct learn_local_choice *local, uint8_t service, float margin);

#endif
