/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_kernel_parts.h - one file for each set of instructions; for learn_kernel.c, which chooses.
 *
 * planes: 64 bytes of each code, one of each flow, and from LEARN_PLANE_TURNED on of the turned ones where packed->turned.
 */
#ifndef DETECT_LEARN_LEARN_KERNEL_PARTS_H
#define DETECT_LEARN_LEARN_KERNEL_PARTS_H

#include "detect/learn/learn_kernel.h"

#if defined(__x86_64__)
#define LEARN_KERNEL_X86 1
#else
#define LEARN_KERNEL_X86 0
#endif

void learn_kernel_128_block(
    const struct learn_packed *packed, unsigned from, unsigned to, const uint8_t *planes, struct learn_kernel_sums *out);
#if LEARN_KERNEL_X86
void learn_kernel_avx2_block(
    const struct learn_packed *packed, unsigned from, unsigned to, const uint8_t *planes, struct learn_kernel_sums *out);
void learn_kernel_avx512_block(
    const struct learn_packed *packed, unsigned from, unsigned to, const uint8_t *planes, struct learn_kernel_sums *out);
/* Two blocks at once, of a symmetric forest. */
void learn_kernel_avx512_pair(const struct learn_packed *packed, unsigned from, unsigned to, const uint8_t *planes[static 2],
    struct learn_kernel_sums out[static 2]);
/* One flow; of trees at most 6 deep. */
int64_t learn_kernel_avx512_one(const struct learn_packed *packed, const uint8_t *codes);
void learn_kernel_avx512_leaves(const struct learn_packed *packed, const uint8_t *codes, uint8_t *out);
void learn_kernel_avx512_turn(const struct flow_vector *vectors, struct learn_block *out);
#endif

#endif
