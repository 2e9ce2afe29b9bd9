/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_trust.h - whether the probability that a model tells is the share of attacks that comes: the expected calibration
 * error over fifteen equal steps of probability (Guo et al. 2017). */
#ifndef DETECT_LEARN_LEARN_TRUST_H
#define DETECT_LEARN_LEARN_TRUST_H

#include "core/bytes.h"

enum { LEARN_TRUST_BINS = 15 };

struct learn_trust {
	struct learn_trust_bin {
		uint64_t flows, attacks;
		double told; /* sum of probabilities */
	} bins[LEARN_TRUST_BINS];
	double error;
};

/* Margins are log-odds; rows whose label is unknown are passed over. */
void learn_trust_measure(const float *margins, const uint8_t *labels, size_t count, struct learn_trust *out);

#endif
