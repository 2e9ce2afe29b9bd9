/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_kernel_parts.h"

#if LEARN_KERNEL_X86
/* all of this file is for processors that were asked (learn_kernel.c) */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif
enum { LANES = 32 };
#define lanes_block learn_kernel_avx2_block
#include <immintrin.h>
#define LANES_SHUFFLE
#define lanes_register __m256i
#define lanes_zero() _mm256_setzero_si256()
#define lanes_all(byte) _mm256_set1_epi8(byte)
#define lanes_table(at) _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)(at)))
#define lanes_xor(a, b) _mm256_xor_si256(a, b)
#define lanes_or(a, b) _mm256_or_si256(a, b)
#define lanes_saturate(a, b) _mm256_adds_epu8(a, b)
#define lanes_shuffle(table, at) _mm256_shuffle_epi8(table, at)
#define lanes_zip_low(a, b) _mm256_unpacklo_epi8(a, b)
#define lanes_zip_high(a, b) _mm256_unpackhi_epi8(a, b)
#include "detect/learn/learn_kernel_lanes.h"
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
