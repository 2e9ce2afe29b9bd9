/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_kernel_lanes.h - the kernel for vectors of LANES bytes, in the compiler's own words for vectors. Included by
 * learn_kernel_128.c and learn_kernel_avx2.c, which define LANES, lanes_block() as the name of their function, and on x86
 * LANES_SHUFFLE with the instructions that C has no words for.
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

/* Leaves of 16 bits, of the flows in the order of the lanes' low halves, then high halves: see account_write(). */
struct account {
	int16_t low __attribute__((vector_size(LANES))), high __attribute__((vector_size(LANES)));
	int32_t sums[LANES];
};

static inline void
account_flush(struct account *a)
{
	int16_t words[LANES / 2];
	memcpy(words, &a->low, LANES);
	for (unsigned i = 0; i < LANES / 2; i++)
		a->sums[i] += words[i];
	memcpy(words, &a->high, LANES);
	for (unsigned i = 0; i < LANES / 2; i++)
		a->sums[LANES / 2 + i] += words[i];
	a->low = a->high = (__typeof__(a->low)){0};
}

/* low and high of every 16 lanes were put together apart (lookup_words). */
static inline void
account_write(struct account *a, int32_t *out)
{
	account_flush(a);
	for (unsigned i = 0; i < LANES / 2; i++) {
		out[i / 8 * 16 + i % 8] = a->sums[i];
		out[i / 8 * 16 + 8 + i % 8] = a->sums[LANES / 2 + i];
	}
}

#if defined(__aarch64__)
#define LANES_LOOKUP
#include <arm_neon.h>
/* 64 bytes are one table of tbl (Arm ARM, TBL, four registers). */
static inline void
lookup_words(const uint8_t *low, const uint8_t *high, const struct lanes *leaf, struct account *a)
{
	uint8x16_t number, lows, highs;
	memcpy(&number, &leaf->v, LANES);
	lows = vqtbl4q_u8(vld1q_u8_x4(low), number);
	highs = vqtbl4q_u8(vld1q_u8_x4(high), number);
	int16x8_t first = vreinterpretq_s16_u8(vzip1q_u8(lows, highs)),
	          second = vreinterpretq_s16_u8(vzip2q_u8(lows, highs));
	__typeof__(a->low) words;
	memcpy(&words, &first, LANES);
	a->low += words;
	memcpy(&words, &second, LANES);
	a->high += words;
}
#elif defined(LANES_SHUFFLE)
#define LANES_LOOKUP
/* 64 bytes are four tables of 16: pshufb gives 0 where the number's top bit is set, and the saturated sum with 0x70 sets it
 * for all that are not of this table (Intel SDM, PSHUFB). */
static inline void
lookup_words(const uint8_t *low, const uint8_t *high, const struct lanes *leaf, struct account *a)
{
	lanes_register number, lows = lanes_zero(), highs = lanes_zero();
	memcpy(&number, &leaf->v, LANES);
	for (unsigned part = 0; part < 4; part++) {
		lanes_register here = lanes_saturate(lanes_xor(number, lanes_all((char)(part << 4))), lanes_all(0x70));
		lows = lanes_or(lows, lanes_shuffle(lanes_table(low + part * 16), here));
		highs = lanes_or(highs, lanes_shuffle(lanes_table(high + part * 16), here));
	}
	lanes_register first = lanes_zip_low(lows, highs), second = lanes_zip_high(lows, highs);
	__typeof__(a->low) words;
	memcpy(&words, &first, LANES);
	a->low += words;
	memcpy(&words, &second, LANES);
	a->high += words;
}
#endif

static inline void
add_leaves(const struct learn_packed *p, unsigned table, unsigned tree, struct lanes leaf, struct account *a)
{
#ifdef LANES_LOOKUP
	if (p->leaves == LEARN_PACKED_LEAVES) {
		lookup_words(
		    p->low[table] + tree * LEARN_PACKED_LEAVES, p->high[table] + tree * LEARN_PACKED_LEAVES, &leaf, a);
		return;
	}
#endif
	const int16_t *leaves = p->leaf[table] + tree * p->leaves;
	uint8_t number[LANES];
	memcpy(number, &leaf.v, LANES);
	for (unsigned i = 0; i < LANES / 2; i++) {
		a->sums[i] += leaves[number[i / 8 * 16 + i % 8]];
		a->sums[LANES / 2 + i] += leaves[number[i / 8 * 16 + 8 + i % 8]];
	}
}

static inline struct lanes
symmetric_leaf(const struct learn_packed *p, unsigned tree, const uint8_t *planes)
{
	const uint8_t *plane = p->planes + tree * LEARN_PACKED_TESTS, *limit = p->limits + tree * LEARN_PACKED_TESTS;
	struct lanes leaf = test(planes + plane[0] * LEARN_BLOCK, limit[0]);
	leaf.v = -leaf.v;
	for (unsigned level = 1; level < LEARN_PACKED_LEVELS; level++)
		leaf.v = leaf.v + leaf.v - test(planes + plane[level] * LEARN_BLOCK, limit[level]).v;
	return leaf;
}

/* From the last tests up: each node's lanes say which leaf below it the flow reaches. */
static inline struct lanes
levels_leaf(const struct learn_packed *p, unsigned tree, const uint8_t *planes)
{
	struct lanes node[1 << (LEARN_DEPTH_MAX - 1)];
	const uint8_t *plane = p->planes + tree * p->tests, *limit = p->limits + tree * p->tests;
	size_t count = p->leaves / 2;
	for (size_t i = 0; i < count; i++) {
		struct lanes held = test(planes + plane[count - 1 + i] * LEARN_BLOCK, limit[count - 1 + i]);
		node[i].v = (uint8_t)(2 * i) - held.v;
	}
	while (count > 1) {
		count /= 2;
		for (size_t i = 0; i < count; i++) {
			struct lanes held = test(planes + plane[count - 1 + i] * LEARN_BLOCK, limit[count - 1 + i]);
			node[i].v = node[2 * i].v ^ ((node[2 * i].v ^ node[2 * i + 1].v) & held.v);
		}
	}
	return node[0];
}

void
lanes_block(const struct learn_packed *p, unsigned from, unsigned to, const uint8_t *planes, struct learn_kernel_sums *out)
{
	const bool wide = p->wide, is_symmetric = p->symmetric;
	for (size_t row = 0; row < LEARN_BLOCK; row += LANES) {
		struct account a[2] = {0};
		for (unsigned tree = from; tree < to; tree++) {
			struct lanes leaf = is_symmetric ? symmetric_leaf(p, tree, planes + row)
			                                 : levels_leaf(p, tree, planes + row);
			add_leaves(p, 0, tree, leaf, &a[0]);
			if (wide)
				add_leaves(p, 1, tree, leaf, &a[1]);
			if ((tree - from) % LEARN_PACKED_FLUSH == LEARN_PACKED_FLUSH - 1) {
				account_flush(&a[0]);
				account_flush(&a[1]);
			}
		}
		account_write(&a[0], out->of[0] + row);
		account_write(&a[1], out->of[1] + row);
	}
}

#endif
