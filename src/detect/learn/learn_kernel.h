/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_kernel.h - sums of leaves, by the instructions that the processor has. All give the same sums. */
#ifndef DETECT_LEARN_LEARN_KERNEL_H
#define DETECT_LEARN_LEARN_KERNEL_H

#include "detect/learn/learn_packed.h"

enum learn_kernel {
	LEARN_KERNEL_PLAIN,  /* one flow after the other */
	LEARN_KERNEL_128,    /* 16 flows: SSE2, NEON */
	LEARN_KERNEL_AVX2,   /* 32 */
	LEARN_KERNEL_AVX512, /* 64, with byte permutations (VBMI) */
	LEARN_KERNELS,
};

/* Whether this processor can; the best of those it can. */
bool learn_kernel_can(enum learn_kernel kernel);
enum learn_kernel learn_kernel_best(void);

/* Of the first and second table, for each of 64 flows: learn_kernel_total() makes one number of them. */
struct learn_kernel_sums {
	_Alignas(64) int32_t of[2][LEARN_BLOCK];
};
static inline int64_t
learn_kernel_total(const struct learn_packed *p, int64_t first, int64_t second)
{
	return p->wide ? first * LEARN_PACKED_LOW + second : first;
}

/* Sets the sums of trees from..to-1. */
void learn_kernel_block(enum learn_kernel kernel, const struct learn_packed *packed, unsigned from, unsigned to,
    const struct learn_block *block, struct learn_kernel_sums *out);
/* All trees, of one flow. */
int64_t learn_kernel_one(enum learn_kernel kernel, const struct learn_packed *packed, const struct flow_vector *vector);
/* Two blocks and all trees at once; false: this kernel does not, or not of these trees. */
bool learn_kernel_pair(enum learn_kernel kernel, const struct learn_packed *packed, const struct learn_block *blocks,
    struct learn_kernel_sums out[static 2]);
/* The leaf of each tree of a symmetric forest: out has room for LEARN_TREES_MAX. */
void learn_kernel_leaves(
    enum learn_kernel kernel, const struct learn_packed *packed, const struct flow_vector *vector, uint8_t *out);
/* Up to 64 flows into a block; what is in it for flows after `rows` stays. */
void learn_kernel_turn(enum learn_kernel kernel, const struct flow_vector *vectors, size_t rows, struct learn_block *out);

static inline bool
learn_kernel_holds(const uint8_t *codes, uint8_t plane, uint8_t limit)
{
	return (uint8_t)(codes[plane % FLOW_CODES] + plane / LEARN_PLANE_TURNED) > limit;
}
/* The leaf of one tree that a flow reaches. */
size_t learn_kernel_leaf(const struct learn_forest *forest, unsigned tree, const uint8_t *codes);

#endif
