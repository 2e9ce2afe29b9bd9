/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_precision.h"

#include "detect/learn/learn_table.h"

#include <stdlib.h>

static int
greater_first(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x < y) - (x > y);
}

double
learn_precision(const int32_t *margins, const uint8_t *labels, size_t count, uint64_t *room)
{
	size_t rows = 0, attacks = 0, hits = 0;
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		if (labels[i] == LEARN_BENIGN || labels[i] == LEARN_ATTACK) {
			room[rows++] = (uint64_t)((uint32_t)margins[i] ^ UINT32_C(0x80000000)) << 1 |
			    (labels[i] == LEARN_ATTACK);
			attacks += labels[i] == LEARN_ATTACK;
		}
	qsort(room, rows, sizeof(*room), greater_first);
	for (size_t i = 0; i < rows;) {
		size_t same = i, more = 0;
		for (; same < rows && room[same] >> 1 == room[i] >> 1; same++)
			more += room[same] & 1;
		hits += more;
		sum += (double)more * ((double)hits / (double)same);
		i = same;
	}
	return attacks == 0 ? 0 : sum / (double)attacks;
}
