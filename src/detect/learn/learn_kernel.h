/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_kernel.h - the sums of leaves that a model and a training ask for, by the instructions there are. */
#ifndef DETECT_LEARN_LEARN_KERNEL_H
#define DETECT_LEARN_LEARN_KERNEL_H

#include "detect/learn/learn_model.h"

static inline bool
learn_kernel_holds(const uint8_t *codes, size_t step, uint8_t plane, uint8_t limit)
{
	return (uint8_t)(codes[(plane % FLOW_CODES) * step] + plane / LEARN_PLANE_TURNED) > limit;
}

/* The leaf of one tree that a flow reaches, whose code i is at codes[i * step]. */
size_t learn_kernel_leaf(const struct learn_forest *forest, unsigned tree, const uint8_t *codes, size_t step);
/* Trees from..to-1 of one flow whose code i is at codes[i * step]. The plain way: what all others are compared with. */
int64_t learn_kernel_one(const struct learn_forest *forest, unsigned from, unsigned to, const uint8_t *codes, size_t step);

#endif
