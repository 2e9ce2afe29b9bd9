/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_histogram.h"

enum { AHEAD = 24 }; /* rows between asking for memory and using it */

static inline void
add_row(uint64_t *sums, const uint8_t *codes, uint64_t gradient)
{
	uint64_t word;
	memcpy(&word, codes, sizeof(word));
	for (unsigned lane = 0; lane < LEARN_LANES; lane++)
		sums[lane * LEARN_BINS + ((word >> (8 * lane)) & 0xff)] += gradient;
}

void
learn_histogram_add(const uint8_t *codes, const uint64_t *gradients, const uint32_t *rows, size_t count, uint64_t *sums)
{
	memset(sums, 0, sizeof(*sums) * LEARN_LANES * LEARN_BINS);
	if (rows == NULL) {
		for (size_t i = 0; i < count; i++)
			add_row(sums, codes + i * LEARN_LANES, gradients[i]);
		return;
	}
	size_t near = count > AHEAD ? count - AHEAD : 0;
	size_t i = 0;
	for (; i < near; i++) {
		__builtin_prefetch(codes + (size_t)rows[i + AHEAD] * LEARN_LANES);
		__builtin_prefetch(gradients + rows[i + AHEAD]);
		add_row(sums, codes + (size_t)rows[i] * LEARN_LANES, gradients[rows[i]]);
	}
	for (; i < count; i++)
		add_row(sums, codes + (size_t)rows[i] * LEARN_LANES, gradients[rows[i]]);
}

void
learn_histogram_subtract(uint64_t *whole, const uint64_t *part, size_t count)
{
	for (size_t i = 0; i < count; i++)
		whole[i] -= part[i];
}
