/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_histogram.h - sums of gradients for each value of each code: what a training spends its time on.
 *
 * A gradient and a curvature travel as one 64-bit number, gradient x 2^32 + curvature, so that one addition does both; the
 * caller scales them so that no sum of rows leaves its 32 bits.
 */
#ifndef DETECT_LEARN_LEARN_HISTOGRAM_H
#define DETECT_LEARN_LEARN_HISTOGRAM_H

#include "core/bytes.h"

enum { LEARN_BINS = 256, LEARN_LANES = 8 };

static inline uint64_t
learn_histogram_pack(int32_t gradient, uint32_t curvature)
{
	return ((uint64_t)(uint32_t)gradient << 32) + curvature;
}
static inline int64_t
learn_histogram_gradient(uint64_t sum)
{
	return (int32_t)(uint32_t)(sum >> 32);
}
static inline int64_t
learn_histogram_curvature(uint64_t sum)
{
	return (uint32_t)sum;
}

/* Of eight codes: codes holds eight bytes for each row, sums eight times 256 numbers, set to zero first. rows: which of them,
 * ascending; NULL: all from 0. */
void
learn_histogram_add(const uint8_t *codes, const uint64_t *gradients, const uint32_t *rows, size_t count, uint64_t *sums);
/* whole becomes whole - part. */
void learn_histogram_subtract(uint64_t *whole, const uint64_t *part, size_t count);

#endif
