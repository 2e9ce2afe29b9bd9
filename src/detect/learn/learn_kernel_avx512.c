/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A flow's 64 codes are one register, and so are 64 leaves: vpermb looks up 64 bytes at once (Intel SDM, AVX512_VBMI). */
#include "detect/learn/learn_kernel_parts.h"

#if LEARN_KERNEL_X86
#include <immintrin.h>

#define FOR_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,bmi2")))

/* Sums of 16 bits of 64 flows, and where they go every eight trees. */
struct account {
	__m512i even, odd; /* 32 words each: of every 16 flows the first eight, the last eight */
	__m512i sums[4];   /* 16 numbers each */
};

FOR_AVX512 static inline void
account_flush(struct account *a)
{
	a->sums[0] = _mm512_add_epi32(a->sums[0], _mm512_cvtepi16_epi32(_mm512_castsi512_si256(a->even)));
	a->sums[1] = _mm512_add_epi32(a->sums[1], _mm512_cvtepi16_epi32(_mm512_extracti64x4_epi64(a->even, 1)));
	a->sums[2] = _mm512_add_epi32(a->sums[2], _mm512_cvtepi16_epi32(_mm512_castsi512_si256(a->odd)));
	a->sums[3] = _mm512_add_epi32(a->sums[3], _mm512_cvtepi16_epi32(_mm512_extracti64x4_epi64(a->odd, 1)));
	a->even = a->odd = _mm512_setzero_si512();
}

FOR_AVX512 static inline void
account_write(struct account *a, int32_t *out)
{
	account_flush(a);
	/* sums[k]: flows 8 i of two groups of 16, beginning at group 2 (k % 2), the first or the last eight by k / 2 */
	for (unsigned k = 0; k < 4; k++) {
		int32_t *at = out + (k % 2) * 32 + (k / 2) * 8;
		_mm256_storeu_si256((__m256i *)(void *)at, _mm512_castsi512_si256(a->sums[k]));
		_mm256_storeu_si256((__m256i *)(void *)(at + 16), _mm512_extracti64x4_epi64(a->sums[k], 1));
	}
}

FOR_AVX512 static inline void
account_add(struct account *a, __m512i leaf, __m512i low, __m512i high)
{
	__m512i lows = _mm512_permutexvar_epi8(leaf, low), highs = _mm512_permutexvar_epi8(leaf, high);
	a->even = _mm512_add_epi16(a->even, _mm512_unpacklo_epi8(lows, highs));
	a->odd = _mm512_add_epi16(a->odd, _mm512_unpackhi_epi8(lows, highs));
}

FOR_AVX512 static inline __m512i
symmetric_leaf(const uint8_t *planes, const uint8_t *plane, const uint32_t *limit)
{
	__m512i leaf = _mm512_setzero_si512();
	for (unsigned level = 0; level < LEARN_PACKED_LEVELS; level++) {
		__mmask64 held = _mm512_cmpgt_epu8_mask(
		    _mm512_loadu_si512(planes + plane[level] * LEARN_BLOCK), _mm512_set1_epi32((int)limit[level]));
		leaf = _mm512_mask_add_epi8(leaf, held, leaf, _mm512_set1_epi8((char)(32 >> level)));
	}
	return leaf;
}

FOR_AVX512 static inline void
symmetric(const struct learn_packed *p, unsigned from, unsigned to, const uint8_t *const *planes, size_t blocks,
    unsigned table, int32_t *const *out)
{
	struct account a[2] = {0};
	for (unsigned tree = from; tree < to; tree++) {
		const uint8_t *plane = p->planes + tree * LEARN_PACKED_TESTS;
		const uint32_t *limit = p->limits_four + tree * LEARN_PACKED_TESTS;
		__m512i low = _mm512_load_si512(p->low[table] + tree * LEARN_PACKED_LEAVES);
		__m512i high = _mm512_load_si512(p->high[table] + tree * LEARN_PACKED_LEAVES);
		for (size_t b = 0; b < blocks; b++)
			account_add(&a[b], symmetric_leaf(planes[b], plane, limit), low, high);
		if ((tree - from) % LEARN_PACKED_FLUSH == LEARN_PACKED_FLUSH - 1)
			for (size_t b = 0; b < blocks; b++)
				account_flush(&a[b]);
	}
	for (size_t b = 0; b < blocks; b++)
		account_write(&a[b], out[b]);
}

FOR_AVX512 static inline __mmask64
node_held(const uint8_t *planes, uint8_t plane, uint32_t limit)
{
	return _mm512_cmpgt_epu8_mask(_mm512_loadu_si512(planes + plane * LEARN_BLOCK), _mm512_set1_epi32((int)limit));
}

/* Which leaf below node `first + i` of a level each flow reaches, from the last tests up. */
FOR_AVX512 static inline __m512i
levels_leaf(const uint8_t *planes, const uint8_t *plane, const uint32_t *limit, size_t leaves)
{
	__m512i node[1 << (LEARN_DEPTH_MAX - 1)];
	const __m512i one = _mm512_set1_epi8(1);
	size_t count = leaves / 2;
	for (size_t i = 0; i < count; i++) {
		__m512i leaf = _mm512_set1_epi8((char)(2 * i));
		node[i] = _mm512_mask_add_epi8(
		    leaf, node_held(planes, plane[count - 1 + i], limit[count - 1 + i]), leaf, one);
	}
	while (count > 1) {
		count /= 2;
		for (size_t i = 0; i < count; i++)
			node[i] = _mm512_mask_blend_epi8(
			    node_held(planes, plane[count - 1 + i], limit[count - 1 + i]), node[2 * i], node[2 * i + 1]);
	}
	return node[0];
}

FOR_AVX512 static inline void
levels(const struct learn_packed *p, unsigned from, unsigned to, const uint8_t *planes, struct learn_kernel_sums *out)
{
	struct account a[2] = {0};
	for (unsigned tree = from; tree < to; tree++) {
		const uint8_t *plane = p->planes + tree * p->tests;
		const uint32_t *limit = p->limits_four + tree * p->tests;
		__m512i leaf = p->leaves == LEARN_PACKED_LEAVES ? levels_leaf(planes, plane, limit, LEARN_PACKED_LEAVES)
		                                                : levels_leaf(planes, plane, limit, p->leaves);
		for (unsigned t = 0; t < (p->wide ? 2u : 1u); t++) {
			const uint8_t *low = p->low[t] + tree * p->leaves, *high = p->high[t] + tree * p->leaves;
			__m512i lows = _mm512_permutexvar_epi8(leaf, _mm512_loadu_si512(low));
			__m512i highs = _mm512_permutexvar_epi8(leaf, _mm512_loadu_si512(high));
			for (size_t part = 1; part < p->leaves / LEARN_PACKED_LEAVES; part++) {
				/* the two top bits of a leaf's number say which 64 of the table */
				__mmask64 here = _mm512_cmpeq_epi8_mask(_mm512_and_si512(leaf, _mm512_set1_epi8((char)0xc0)),
				    _mm512_set1_epi8((char)(part << 6)));
				lows = _mm512_mask_permutexvar_epi8(lows, here, leaf, _mm512_loadu_si512(low + part * 64));
				highs = _mm512_mask_permutexvar_epi8(
				    highs, here, leaf, _mm512_loadu_si512(high + part * 64));
			}
			a[t].even = _mm512_add_epi16(a[t].even, _mm512_unpacklo_epi8(lows, highs));
			a[t].odd = _mm512_add_epi16(a[t].odd, _mm512_unpackhi_epi8(lows, highs));
			if ((tree - from) % LEARN_PACKED_FLUSH == LEARN_PACKED_FLUSH - 1)
				account_flush(&a[t]);
		}
	}
	account_write(&a[0], out->of[0]);
	account_write(&a[1], out->of[1]);
}

FOR_AVX512 void
learn_kernel_avx512_block(
    const struct learn_packed *p, unsigned from, unsigned to, const uint8_t *planes, struct learn_kernel_sums *out)
{
	if (!p->symmetric) {
		levels(p, from, to, planes, out);
		return;
	}
	symmetric(p, from, to, &planes, 1, 0, (int32_t *[]){out->of[0]});
	if (p->wide)
		symmetric(p, from, to, &planes, 1, 1, (int32_t *[]){out->of[1]});
}

FOR_AVX512 void
learn_kernel_avx512_pair(const struct learn_packed *p, unsigned from, unsigned to, const uint8_t *planes[static 2],
    struct learn_kernel_sums out[static 2])
{
	symmetric(p, from, to, planes, 2, 0, (int32_t *[]){out[0].of[0], out[1].of[0]});
	if (p->wide)
		symmetric(p, from, to, planes, 2, 1, (int32_t *[]){out[0].of[1], out[1].of[1]});
}

/* Bytes of the planes that 64 tests ask for. */
FOR_AVX512 static inline __m512i
asked(const struct learn_packed *p, const uint8_t *planes, __m512i codes, __m512i turned)
{
	__m512i which = _mm512_loadu_si512(planes);
	return p->turned ? _mm512_permutex2var_epi8(codes, which, turned) : _mm512_permutexvar_epi8(which, codes);
}

/* The leaves of 64 trees from `tree` on. */
FOR_AVX512 static inline __m512i
leaves_across(const struct learn_packed *p, unsigned tree, __m512i codes, __m512i turned)
{
	const uint8_t *planes = p->across_planes + tree * LEARN_PACKED_LEVELS;
	const uint8_t *limits = p->across_limits + tree * LEARN_PACKED_LEVELS;
	__m512i leaf = _mm512_setzero_si512();
	for (unsigned level = 0; level < LEARN_PACKED_LEVELS; level++) {
		__mmask64 held = _mm512_cmpgt_epu8_mask(
		    asked(p, planes + level * 64, codes, turned), _mm512_loadu_si512(limits + level * 64));
		leaf = _mm512_mask_add_epi8(leaf, held, leaf, _mm512_set1_epi8((char)(32 >> level)));
	}
	return leaf;
}

FOR_AVX512 static inline int32_t
sum_of_leaves(const int16_t *values, const uint8_t *leaves, unsigned count)
{
	int32_t a = 0, b = 0;
	unsigned i = 0;
	for (; i + 4 <= count; i += 4) {
		a += values[leaves[i]] + values[LEARN_PACKED_LEAVES + leaves[i + 1]];
		b += values[2 * LEARN_PACKED_LEAVES + leaves[i + 2]] + values[3 * LEARN_PACKED_LEAVES + leaves[i + 3]];
		values += 4 * LEARN_PACKED_LEAVES;
	}
	for (; i < count; i++) {
		a += values[leaves[i]];
		values += LEARN_PACKED_LEAVES;
	}
	return a + b;
}

FOR_AVX512 static int64_t
one_symmetric(const struct learn_packed *p, __m512i codes, __m512i turned)
{
	int32_t sums[2] = {0};
	for (unsigned tree = 0; tree < p->trees; tree += 64) {
		_Alignas(64) uint8_t leaves[64];
		_mm512_store_si512(leaves, leaves_across(p, tree, codes, turned));
		unsigned count = p->trees - tree < 64 ? p->trees - tree : 64;
		for (unsigned t = 0; t < (p->wide ? 2u : 1u); t++)
			sums[t] += sum_of_leaves(p->leaf[t] + tree * LEARN_PACKED_LEAVES, leaves, count);
	}
	return learn_kernel_total(p, sums[0], sums[1]);
}

FOR_AVX512 void
learn_kernel_avx512_leaves(const struct learn_packed *p, const uint8_t *bytes, uint8_t *out)
{
	__m512i codes = _mm512_loadu_si512(bytes), turned = _mm512_add_epi8(codes, _mm512_set1_epi8(1));
	for (unsigned tree = 0; tree < p->trees; tree += 64)
		_mm512_storeu_si512(out + tree, leaves_across(p, tree, codes, turned));
}

FOR_AVX512 static int64_t
one_levels(const struct learn_packed *p, __m512i codes, __m512i turned)
{
	int32_t sums[2] = {0};
	for (unsigned tree = 0; tree < p->trees; tree++) {
		uint64_t held = _mm512_cmpgt_epu8_mask(
		    asked(p, p->planes + tree * 64, codes, turned), _mm512_loadu_si512(p->limits + tree * 64));
		uint64_t node = 2 + (held & 1); /* of the heap, from 1: children of n are 2n and 2n + 1 */
		for (unsigned level = 1; level < LEARN_PACKED_LEVELS; level++)
			node = 2 * node + (held >> (node - 1) & 1);
		for (unsigned t = 0; t < (p->wide ? 2u : 1u); t++)
			sums[t] += p->leaf[t][tree * LEARN_PACKED_LEAVES + node - LEARN_PACKED_LEAVES];
	}
	return learn_kernel_total(p, sums[0], sums[1]);
}

FOR_AVX512 int64_t
learn_kernel_avx512_one(const struct learn_packed *p, const uint8_t *bytes)
{
	__m512i codes = _mm512_loadu_si512(bytes), turned = _mm512_add_epi8(codes, _mm512_set1_epi8(1));
	return p->symmetric ? one_symmetric(p, codes, turned) : one_levels(p, codes, turned);
}

/* 64 rows of 64 bytes become 64 columns: eight at a time, by words of eight bytes. */
FOR_AVX512 void
learn_kernel_avx512_turn(const struct flow_vector *vectors, struct learn_block *out)
{
	/* byte 8 r + c of eight rows of eight becomes byte 8 c + r */
	_Alignas(64) uint8_t order[64];
	for (unsigned i = 0; i < 64; i++)
		order[i] = (uint8_t)(i % 8 * 8 + i / 8);
	const __m512i turn = _mm512_load_si512(order);
	const __m512i rows = _mm512_set_epi64(448, 384, 320, 256, 192, 128, 64, 0);
	for (unsigned c = 0; c < FLOW_CODES; c += 8)
		for (unsigned r = 0; r < LEARN_BLOCK; r += 8) {
			__m512i eight = _mm512_i64gather_epi64(rows, vectors[r].code + c, 1);
			_mm512_i64scatter_epi64(&out->code[c][r], rows, _mm512_permutexvar_epi8(turn, eight), 1);
		}
}
#endif
