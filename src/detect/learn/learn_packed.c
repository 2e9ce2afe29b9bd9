/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_packed.h"

#include <stdlib.h>

enum { ALIGN = 64, ACROSS = 64 };

static uint8_t *
cut(uint8_t **at, size_t size)
{
	uint8_t *part = *at;
	*at += (size + ALIGN - 1) / ALIGN * ALIGN;
	return part;
}

bool
learn_packed_init(struct learn_packed *out, enum learn_growth growth, unsigned depth, unsigned trees_max, bool wide)
{
	struct learn_packed p = {.symmetric = growth == LEARN_SYMMETRIC, .wide = wide};
	p.depth = depth < LEARN_PACKED_LEVELS ? LEARN_PACKED_LEVELS : depth;
	p.leaves = (size_t)1 << p.depth;
	p.tests = p.symmetric ? LEARN_PACKED_TESTS : p.leaves;
	size_t across = p.symmetric ? (trees_max + ACROSS - 1) / ACROSS * ACROSS * LEARN_PACKED_LEVELS : 0;
	size_t tests = trees_max * p.tests, leaves = trees_max * p.leaves;
	size_t size = 6 * (tests + ALIGN) + 2 * (across + ALIGN) + (wide ? 2 : 1) * (4 * leaves + 3 * ALIGN);
	p.room = aligned_alloc(ALIGN, (size + ALIGN - 1) / ALIGN * ALIGN);
	if (p.room == NULL)
		return false;
	memset(p.room, 0, size);
	uint8_t *at = p.room;
	p.planes = cut(&at, tests);
	p.limits = cut(&at, tests);
	p.limits_four = (uint32_t *)(void *)cut(&at, 4 * tests);
	p.across_planes = cut(&at, across);
	p.across_limits = cut(&at, across);
	memset(p.across_limits, LEARN_LIMIT_NEVER, across);
	for (unsigned t = 0; t < (wide ? 2u : 1u); t++) {
		p.leaf[t] = (int16_t *)(void *)cut(&at, 2 * leaves);
		p.low[t] = cut(&at, leaves);
		p.high[t] = cut(&at, leaves);
	}
	*out = p;
	return true;
}

void
learn_packed_done(struct learn_packed *p)
{
	free(p->room);
	*p = (struct learn_packed){0};
}

static void
put_leaf(struct learn_packed *p, size_t at, int32_t value)
{
	int32_t parts[2] = {value, 0};
	if (p->wide) {
		parts[1] = value & (LEARN_PACKED_LOW - 1);
		parts[0] = (value - parts[1]) / LEARN_PACKED_LOW;
	}
	for (unsigned t = 0; t < (p->wide ? 2u : 1u); t++) {
		p->leaf[t][at] = (int16_t)parts[t];
		p->low[t][at] = (uint8_t)(parts[t] & 0xff);
		p->high[t][at] = (uint8_t)((uint32_t)parts[t] >> 8 & 0xff);
	}
}

static void
add_symmetric(struct learn_packed *p, const struct learn_forest *f)
{
	unsigned fill = LEARN_PACKED_LEVELS - f->depth;
	uint8_t *planes = p->planes + p->trees * p->tests, *limits = p->limits + p->trees * p->tests;
	memset(planes, 0, p->tests);
	memset(limits, LEARN_LIMIT_NEVER, p->tests);
	memcpy(planes + fill, f->planes + (size_t)p->trees * f->depth, f->depth);
	memcpy(limits + fill, f->limits + (size_t)p->trees * f->depth, f->depth);
	size_t across = p->trees / ACROSS * ACROSS * LEARN_PACKED_LEVELS + p->trees % ACROSS;
	for (unsigned level = 0; level < LEARN_PACKED_LEVELS; level++) {
		p->across_planes[across + level * ACROSS] = planes[level];
		p->across_limits[across + level * ACROSS] = limits[level];
		p->turned |= planes[level] >= LEARN_PLANE_TURNED;
	}
	for (size_t i = 0; i < (size_t)1 << f->depth; i++)
		put_leaf(p, p->trees * p->leaves + i, f->leaves[((size_t)p->trees << f->depth) + i]);
}

static void
add_levels(struct learn_packed *p, const struct learn_forest *f)
{
	size_t tests = ((size_t)1 << f->depth) - 1;
	uint8_t *planes = p->planes + p->trees * p->tests, *limits = p->limits + p->trees * p->tests;
	memset(planes, 0, p->tests);
	memset(limits, LEARN_LIMIT_NEVER, p->tests);
	memcpy(planes, f->planes + p->trees * tests, tests);
	memcpy(limits, f->limits + p->trees * tests, tests);
	for (size_t i = 0; i < tests; i++)
		p->turned |= planes[i] >= LEARN_PLANE_TURNED;
	unsigned below = p->depth - f->depth; /* levels of tests that never hold: every flow takes the first leaf below */
	for (size_t i = 0; i < p->leaves; i++)
		put_leaf(p, p->trees * p->leaves + i, f->leaves[((size_t)p->trees << f->depth) + (i >> below)]);
}

void
learn_packed_add(struct learn_packed *p, const struct learn_forest *f)
{
	if (p->symmetric)
		add_symmetric(p, f);
	else
		add_levels(p, f);
	for (size_t i = p->trees * p->tests; i < (p->trees + 1) * p->tests; i++)
		p->limits_four[i] = p->limits[i] * UINT32_C(0x01010101);
	p->trees++;
}
