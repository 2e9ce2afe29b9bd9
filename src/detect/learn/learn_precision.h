/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_precision.h - average precision of margins: by what a training stops, and chooses how its trees grow. */
#ifndef DETECT_LEARN_LEARN_PRECISION_H
#define DETECT_LEARN_LEARN_PRECISION_H

#include "core/bytes.h"

/* The mean over attacks of the share of attacks among all rows with at least that margin; equal margins count together. Rows whose
 * label is neither LEARN_BENIGN nor LEARN_ATTACK are passed over. room: count numbers. 0 without attacks. */
double learn_precision(const int32_t *margins, const uint8_t *labels, size_t count, uint64_t *room);

#endif
