/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "noise.h"

#include <math.h>
#include <string.h>

static double
unit(struct noise *n)
{
	return (double)(noise_u64(n) >> 11) * 0x1p-53;
}

uint32_t
noise_tail(struct noise *n, uint32_t low, uint32_t median, uint32_t high)
{
	/* the sum of six uniforms is normal enough; two octaves of standard deviation */
	double sum = 0;
	for (int i = 0; i < 6; i++)
		sum += unit(n);
	double value = (double)median * exp2((sum - 3.0) * 1.414 * 2.0);
	if (value < (double)low)
		return low;
	if (value > (double)high)
		return high;
	return (uint32_t)value;
}

uint32_t
noise_popular(struct noise *n, uint32_t limit)
{
	double u = unit(n);
	return (uint32_t)((double)limit * u * u * u);
}

void
noise_fill(struct noise *n, uint8_t *at, size_t len)
{
	while (len >= 8) {
		uint64_t x = noise_u64(n);
		memcpy(at, &x, 8);
		at += 8;
		len -= 8;
	}
	uint64_t x = noise_u64(n);
	memcpy(at, &x, len);
}
