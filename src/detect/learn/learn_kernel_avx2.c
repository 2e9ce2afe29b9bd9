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
#include "detect/learn/learn_kernel_lanes.h"
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
