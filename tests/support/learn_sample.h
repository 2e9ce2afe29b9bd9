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

/* A forest of trees made by chance, over few codes so that paths meet one more than once. */
static inline struct learn_model *
learn_sample_model(enum learn_growth growth, unsigned trees, unsigned depth, unsigned codes, int32_t most, uint64_t seed)
{
	struct learn_forest f = {.growth = growth, .trees = trees, .depth = depth, .exponent = 8, .base = 37};
	size_t tests = trees * learn_model_tests(growth, depth), leaves = (size_t)trees << depth;
	uint64_t state = seed;
	f.planes = calloc(tests, 1);
	f.limits = calloc(tests, 1);
	f.leaves = calloc(leaves, sizeof(*f.leaves));
	f.covers = calloc(leaves, sizeof(*f.covers));
	for (size_t i = 0; i < tests; i++) {
		uint64_t r = learn_sample_random(&state);
		f.planes[i] = (uint8_t)(r % codes + (r >> 32 & 1) * LEARN_PLANE_TURNED);
		f.limits[i] = (uint8_t)((r >> 40) % 255);
	}
	for (size_t i = 0; i < leaves; i++) {
		uint64_t r = learn_sample_random(&state);
		f.leaves[i] = (int32_t)(r % (2 * (uint64_t)most + 1)) - most;
		f.covers[i] = (float)((r >> 32) % 7);
	}
	struct learn_model *m = NULL;
	if (learn_model_new(&f, &(struct learn_facts){.schema = "fv64"}, &m, NULL) != 0)
		abort();
	free(f.planes);
	free(f.limits);
	free(f.leaves);
	free(f.covers);
	return m;
}

static inline struct flow_vector
learn_sample_vector(uint64_t *state)
{
	struct flow_vector v;
	for (unsigned code = 0; code < FLOW_CODES; code++) {
		v.code[code] = (uint8_t)learn_sample_random(state);
		if (learn_sample_random(state) % 8 == 0)
			v.code[code] = FLOW_CODE_MISSING;
	}
	return v;
}

#endif
