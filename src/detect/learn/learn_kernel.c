/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_kernel.h"

#include "detect/learn/learn_kernel_parts.h"

bool
learn_kernel_can(enum learn_kernel kernel)
{
	switch (kernel) {
	case LEARN_KERNEL_PLAIN: return true;
	case LEARN_KERNEL_128: return !LEARN_KERNEL_X86 || __builtin_cpu_supports("ssse3");
	case LEARN_KERNEL_AVX2:
	case LEARN_KERNEL_AVX512:
	case LEARN_KERNELS: break;
	}
#if LEARN_KERNEL_X86
	if (kernel == LEARN_KERNEL_AVX2)
		return __builtin_cpu_supports("avx2");
	if (kernel == LEARN_KERNEL_AVX512)
		return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
		    __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("bmi2");
#endif
	return false;
}

enum learn_kernel
learn_kernel_best(void)
{
	enum learn_kernel best = LEARN_KERNEL_AVX512;
	while (!learn_kernel_can(best))
		best--;
	return best;
}

size_t
learn_kernel_leaf(const struct learn_forest *f, unsigned tree, const uint8_t *codes)
{
	size_t tests = learn_model_tests(f->growth, f->depth), leaf = 0;
	const uint8_t *planes = f->planes + tree * tests, *limits = f->limits + tree * tests;
	if (f->growth == LEARN_SYMMETRIC) {
		for (unsigned level = 0; level < f->depth; level++)
			leaf = 2 * leaf + learn_kernel_holds(codes, planes[level], limits[level]);
		return leaf;
	}
	for (unsigned level = 0; level < f->depth; level++)
		leaf = 2 * leaf + 1 + learn_kernel_holds(codes, planes[leaf], limits[leaf]);
	return leaf - tests;
}

/* both: a flow's codes as they are, then turned. */
static inline size_t
symmetric_leaf(const uint8_t *planes, const uint8_t *limits, const uint8_t *both)
{
	size_t leaf = 0;
	for (unsigned level = 0; level < LEARN_PACKED_LEVELS; level++)
		leaf = 2 * leaf + (both[planes[level]] > limits[level]);
	return leaf;
}

static inline size_t
levels_leaf(const uint8_t *planes, const uint8_t *limits, unsigned depth, const uint8_t *both)
{
	size_t node = 0;
	for (unsigned level = 0; level < depth; level++)
		node = 2 * node + 1 + (both[planes[node]] > limits[node]);
	return node - (((size_t)1 << depth) - 1);
}

static void
plain_sums(const struct learn_packed *p, unsigned from, unsigned to, const uint8_t *both, int32_t sums[static 2])
{
	const uint8_t *planes = p->planes + from * p->tests, *limits = p->limits + from * p->tests;
	const int16_t *leaf = p->leaf[0] + from * p->leaves, *low = p->wide ? p->leaf[1] + from * p->leaves : NULL;
	int32_t first = 0, second = 0;
	if (p->symmetric && low == NULL) {
		for (unsigned tree = from; tree < to; tree++) {
			first += leaf[symmetric_leaf(planes, limits, both)];
			planes += LEARN_PACKED_TESTS;
			limits += LEARN_PACKED_TESTS;
			leaf += LEARN_PACKED_LEAVES;
		}
		sums[0] = first;
		return;
	}
	size_t tests = p->tests, leaves = p->leaves;
	unsigned depth = p->depth;
	bool symmetric = p->symmetric;
	for (unsigned tree = from; tree < to; tree++) {
		size_t at = symmetric ? symmetric_leaf(planes, limits, both) : levels_leaf(planes, limits, depth, both);
		first += leaf[at];
		if (low != NULL) {
			second += low[at];
			low += leaves;
		}
		planes += tests;
		limits += tests;
		leaf += leaves;
	}
	sums[0] = first;
	sums[1] = second;
}

static void
plain_block(const struct learn_packed *p, unsigned from, unsigned to, const uint8_t *planes, struct learn_kernel_sums *out)
{
	uint8_t both[2 * FLOW_CODES];
	size_t count = p->turned ? 2 * FLOW_CODES : FLOW_CODES;
	for (size_t row = 0; row < LEARN_BLOCK; row++) {
		int32_t sums[2] = {0};
		for (size_t plane = 0; plane < count; plane++)
			both[plane] = planes[plane * LEARN_BLOCK + row];
		plain_sums(p, from, to, both, sums);
		out->of[0][row] = sums[0];
		out->of[1][row] = sums[1];
	}
}

/* Planes of a block: its own bytes, or where tests ask for turned ones a copy of both. */
static const uint8_t *
planes_of(const struct learn_packed *p, const struct learn_block *block, uint8_t *room)
{
	if (!p->turned)
		return block->code[0];
	memcpy(room, block, sizeof(*block));
	for (size_t i = 0; i < sizeof(*block); i++)
		room[sizeof(*block) + i] = (uint8_t)(room[i] + 1);
	return room;
}

void
learn_kernel_block(enum learn_kernel kernel, const struct learn_packed *p, unsigned from, unsigned to,
    const struct learn_block *block, struct learn_kernel_sums *out)
{
	_Alignas(64) uint8_t room[2 * sizeof(*block)];
	const uint8_t *planes = planes_of(p, block, room);
#if LEARN_KERNEL_X86
	if (kernel == LEARN_KERNEL_AVX512) {
		learn_kernel_avx512_block(p, from, to, planes, out);
		return;
	}
	if (kernel == LEARN_KERNEL_AVX2) {
		learn_kernel_avx2_block(p, from, to, planes, out);
		return;
	}
#endif
	if (kernel == LEARN_KERNEL_128)
		learn_kernel_128_block(p, from, to, planes, out);
	else
		plain_block(p, from, to, planes, out);
}

bool
learn_kernel_pair(enum learn_kernel kernel, const struct learn_packed *p, const struct learn_block *blocks,
    struct learn_kernel_sums out[static 2])
{
#if LEARN_KERNEL_X86
	if (kernel == LEARN_KERNEL_AVX512 && p->symmetric && !p->turned) {
		learn_kernel_avx512_pair(p, 0, p->trees, (const uint8_t *[]){blocks[0].code[0], blocks[1].code[0]}, out);
		return true;
	}
#endif
	(void)kernel;
	(void)p;
	(void)blocks;
	(void)out;
	return false;
}

/* A flow's codes, and behind them what turned tests read. */
static void
double_of(const struct learn_packed *p, const struct flow_vector *v, uint8_t both[static 2 * FLOW_CODES])
{
	memcpy(both, v->code, FLOW_CODES);
	if (p->turned)
		for (unsigned i = 0; i < FLOW_CODES; i++)
			both[FLOW_CODES + i] = (uint8_t)(v->code[i] + 1);
}

void
learn_kernel_leaves(enum learn_kernel kernel, const struct learn_packed *p, const struct flow_vector *v, uint8_t *out)
{
#if LEARN_KERNEL_X86
	if (kernel == LEARN_KERNEL_AVX512) {
		learn_kernel_avx512_leaves(p, v->code, out);
		return;
	}
#endif
	(void)kernel;
	uint8_t both[2 * FLOW_CODES];
	double_of(p, v, both);
	for (unsigned tree = 0; tree < p->trees; tree++)
		out[tree] = (uint8_t)symmetric_leaf(
		    p->planes + tree * LEARN_PACKED_TESTS, p->limits + tree * LEARN_PACKED_TESTS, both);
}

int64_t
learn_kernel_one(enum learn_kernel kernel, const struct learn_packed *p, const struct flow_vector *v)
{
#if LEARN_KERNEL_X86
	if (kernel == LEARN_KERNEL_AVX512 && p->depth == LEARN_PACKED_LEVELS)
		return learn_kernel_avx512_one(p, v->code);
#endif
	(void)kernel;
	uint8_t both[2 * FLOW_CODES];
	int32_t sums[2] = {0};
	double_of(p, v, both);
	plain_sums(p, 0, p->trees, both, sums);
	return learn_kernel_total(p, sums[0], sums[1]);
}

void
learn_kernel_turn(enum learn_kernel kernel, const struct flow_vector *vectors, size_t rows, struct learn_block *out)
{
#if LEARN_KERNEL_X86
	if (kernel == LEARN_KERNEL_AVX512 && rows == LEARN_BLOCK) {
		learn_kernel_avx512_turn(vectors, out);
		return;
	}
#endif
	(void)kernel;
	for (size_t row = 0; row < rows; row++)
		for (unsigned code = 0; code < FLOW_CODES; code++)
			out->code[code][row] = vectors[row].code[code];
}
