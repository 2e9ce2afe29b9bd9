/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/events_filter.h"

enum { BITS_PER_WORD = 12, PROBES = 6, SIZE_MIN = 8 };

size_t
events_filter_size(size_t words)
{
	size_t size = words * BITS_PER_WORD / 8;
	return size < SIZE_MIN ? SIZE_MIN : size;
}

/* Two halves of one hash make as many as are wanted (Kirsch, Mitzenmacher, 2006); the multiply is a division by range. */
static size_t
bit_of(uint64_t word, unsigned probe, size_t size)
{
	uint32_t mixed = (uint32_t)word + probe * ((uint32_t)(word >> 32) | 1);
	return (size_t)((uint64_t)mixed * (size * 8) >> 32);
}

void
events_filter_add(uint8_t *filter, size_t size, uint64_t word)
{
	for (unsigned i = 0; i < PROBES; i++) {
		size_t bit = bit_of(word, i, size);
		filter[bit / 8] = (uint8_t)(filter[bit / 8] | 1 << bit % 8);
	}
}

bool
events_filter_may_have(struct bytes filter, uint64_t word)
{
	for (unsigned i = 0; i < PROBES && filter.len > 0; i++) {
		size_t bit = bit_of(word, i, filter.len);
		if ((filter.at[bit / 8] >> bit % 8 & 1) == 0)
			return false;
	}
	return true;
}
