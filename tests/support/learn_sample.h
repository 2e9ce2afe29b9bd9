/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tests/support/learn_sample.h - tables of made-up flows for the tests of learning, from a seed. */
#ifndef TESTS_SUPPORT_LEARN_SAMPLE_H
#define TESTS_SUPPORT_LEARN_SAMPLE_H

#include "detect/learn/learn_table.h"
#include "detect/learn/learn_train.h"

#include <stdlib.h>

static inline uint64_t
learn_sample_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Attacks have a great code 3 with a small code 7, or code 12 not known; one row in twenty is labelled by chance. */
static inline struct learn_table
learn_sample_table(size_t rows, uint64_t seed)
{
	struct learn_table t = {.schema = "fv64", .present = UINT64_MAX, .rows = rows, .room = rows};
	t.vectors = aligned_alloc(64, rows * sizeof(*t.vectors));
	t.labels = calloc(rows, 1);
	t.families = calloc(rows, sizeof(*t.families));
	t.groups = calloc(rows, sizeof(*t.groups));
	t.times_ns = calloc(rows, sizeof(*t.times_ns));
	t.hosts = calloc(rows, sizeof(*t.hosts));
	if (t.vectors == NULL || t.labels == NULL || t.families == NULL || t.groups == NULL || t.times_ns == NULL ||
	    t.hosts == NULL)
		abort();
	uint64_t state = seed;
	for (size_t i = 0; i < rows; i++) {
		for (unsigned code = 0; code < FLOW_CODES; code += 8) {
			uint64_t word = learn_sample_random(&state);
			for (unsigned lane = 0; lane < 8; lane++) /* few values, as most codes have */
				t.vectors[i].code[code + lane] = (uint8_t)((word >> (8 * lane) & 0xff) % (16 + code));
		}
		uint8_t *v = t.vectors[i].code;
		uint64_t chance = learn_sample_random(&state);
		if (chance % 10 == 0)
			v[12] = FLOW_CODE_MISSING;
		bool attack = (v[3] > 10 && v[7] < 6) || v[12] == FLOW_CODE_MISSING;
		if ((chance >> 33) % 20 == 0)
			attack = !attack;
		t.labels[i] = attack ? LEARN_ATTACK : LEARN_BENIGN;
		t.groups[i] = (uint16_t)(i * 8 / rows);
		t.times_ns[i] = (int64_t)i * 1000000;
	}
	return t;
}

static inline void
learn_sample_free(struct learn_table *t)
{
	free(t->vectors);
	free(t->labels);
	free(t->families);
	free(t->groups);
	free(t->times_ns);
	free(t->hosts);
}

static inline uint32_t *
learn_sample_rows(size_t first, size_t count)
{
	uint32_t *rows = calloc(count + 1, sizeof(*rows));
	if (rows == NULL)
		abort();
	for (size_t i = 0; i < count; i++)
		rows[i] = (uint32_t)(first + i);
	return rows;
}

#endif
