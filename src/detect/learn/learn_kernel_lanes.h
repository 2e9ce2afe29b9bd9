/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_kernel_lanes.h - the kernel for vectors of LANES bytes, in the compiler's own words for vectors. Included by
 * learn_kernel_128.c and learn_kernel_avx2.c, which define LANES, and lanes_block() as the name of their function.
 *
 * planes: 64 bytes of each code, and from LEARN_PLANE_TURNED on of the turned ones.
 */
#ifndef DETECT_LEARN_LEARN_KERNEL_LANES_H
#define DETECT_LEARN_LEARN_KERNEL_LANES_H

#include "detect/learn/learn_kernel_parts.h"

struct lanes {
	uint8_t v __attribute__((vector_size(LANES)));
};

static inline struct lanes
load(const uint8_t *from)
{
	struct lanes l;
	memcpy(&l.v, from, LANES);
	return l;
}

/* 255 where code > limit, else 0. */
static inline struct lanes
test(const uint8_t *code, uint8_t limit)
{
	struct lanes l = load(code);
	l.v = (__typeof__(l.v))(l.v > limit);
	return l;
}

static inline void
add_leaves(const struct learn_packed *p, unsigned tree, const uint8_t *leaf, size_t row, struct learn_kernel_sums *out)
{
	for (unsigned t = 0; t < (p->wide ? 2u : 1u); t++) {
		const int16_t *leaves = p->leaf[t] + tree * p->leaves;
		int32_t *sums = out->of[t] + row;
		for (unsigned i = 0; i < LANES; i++)
			sums[i] += leaves[leaf[i]];
	}
}

static inline void
symmetric(const struct learn_packed *p, unsigned from, unsigned to, const uint8_t *planes, struct learn_kernel_sums *out)
{
	for (size_t row = 0; row < LEARN_BLOCK; row += LANES)
		for (unsigned tree = from; tree < to; tree++) {
			const uint8_t *plane = p->planes + tree * LEARN_PACKED_TESTS, *limit = p->limits + tree * LEARN_PACKED_TESTS;
			struct lanes leaf = test(planes + plane[0] * LEARN_BLOCK + row, limit[0]);
			leaf.v = -leaf.v;
			for (unsigned level = 1; level < LEARN_PACKED_LEVELS; level++)
				leaf.v = leaf.v + leaf.v - test(planes + plane[level] * LEARN_BLOCK + row, limit[level]).v;
			uint8_t bytes[LANES];
			memcpy(bytes, &leaf.v, LANES);
			add_leaves(p, tree, bytes, row, out);
		}
}

/* From the last tests up: each node's lanes say which leaf below it the flow reaches. */
static inline void
levels(const struct learn_packed *p, unsigned from, unsigned to, const uint8_t *planes, struct learn_kernel_sums *out)
{
	struct lanes node[1 << (LEARN_DEPTH_MAX - 1)];
	for (size_t row = 0; row < LEARN_BLOCK; row += LANES)
		for (unsigned tree = from; tree < to; tree++) {
			const uint8_t *plane = p->planes + tree * p->tests, *limit = p->limits + tree * p->tests;
			size_t count = p->leaves / 2, first = count - 1;
			for (size_t i = 0; i < count; i++) {
				struct lanes held = test(planes + plane[first + i] * LEARN_BLOCK + row, limit[first + i]);
				node[i].v = (uint8_t)(2 * i) - held.v;
			}
			while (count > 1) {
				count /= 2;
				first = count - 1;
				for (size_t i = 0; i < count; i++) {
					struct lanes held = test(planes + plane[first + i] * LEARN_BLOCK + row, limit[first + i]);
					node[i].v = node[2 * i].v ^ ((node[2 * i].v ^ node[2 * i + 1].v) & held.v);
				}
			}
			uint8_t bytes[LANES];
			memcpy(bytes, &node[0].v, LANES);
			add_leaves(p, tree, bytes, row, out);
		}
}

void
lanes_block(const struct learn_packed *p, unsigned from, unsigned to, const uint8_t *planes, struct learn_kernel_sums *out)
{
	memset(out, 0, sizeof(*out));
	if (p->symmetric)
		symmetric(p, from, to, planes, out);
	else
		levels(p, from, to, planes, out);
}

#endif
