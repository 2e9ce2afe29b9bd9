/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* 16 bytes: SSSE3, NEON. */
#include "detect/learn/learn_kernel_parts.h"

enum { LANES = 16 };
#define lanes_block learn_kernel_128_block
#if LEARN_KERNEL_X86
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("ssse3"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("ssse3")
#endif
#include <tmmintrin.h>
#define LANES_SHUFFLE
#define lanes_register __m128i
#define lanes_zero() _mm_setzero_si128()
#define lanes_all(byte) _mm_set1_epi8(byte)
#define lanes_table(at) _mm_loadu_si128((const __m128i *)(const void *)(at))
#define lanes_xor(a, b) _mm_xor_si128(a, b)
#define lanes_or(a, b) _mm_or_si128(a, b)
#define lanes_saturate(a, b) _mm_adds_epu8(a, b)
#define lanes_shuffle(table, at) _mm_shuffle_epi8(table, at)
#define lanes_zip_low(a, b) _mm_unpacklo_epi8(a, b)
#define lanes_zip_high(a, b) _mm_unpackhi_epi8(a, b)
#endif
#include "detect/learn/learn_kernel_lanes.h"
#if LEARN_KERNEL_X86
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
