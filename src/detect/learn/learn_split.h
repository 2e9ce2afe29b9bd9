/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_split.h - which test of which code gains most, by the sums of learn_histogram.h.
 *
 * IEEE arithmetic in a fixed order (the library is built without fused operations): every machine finds the same test.
 */
#ifndef DETECT_LEARN_LEARN_SPLIT_H
#define DETECT_LEARN_LEARN_SPLIT_H

#include "detect/learn/learn_histogram.h"

enum { LEARN_SPLIT_NODES = 32 };

struct learn_split_rules {
	double gradient_unit, curvature_unit; /* what 1 of the sums stands for */
	double l2, weight_min, gain_min;
	double leaf_max; /* of a weight, before the rate */
};

struct learn_sums {
	int64_t gradient, curvature;
};

/* A node that may be split. Bounds: what its weights must lie between because of a monotone code above. */
struct learn_node {
	struct learn_sums sums;
	double low, high;
};

struct learn_split {
	double gain; /* 0: none found */
	uint8_t limit;
	bool turned; /* not known counts as least, not as greatest */
};

double learn_split_weight(const struct learn_split_rules *rules, struct learn_sums sums, double low, double high);
/* The best test of one code for one node. sums: its 256 bins. direction: see learn_settings.monotone. */
struct learn_split
learn_split_node(const struct learn_split_rules *rules, const struct learn_node *node, const uint64_t *sums, int direction);
/* The best test of one code for all nodes of a level at once, at most LEARN_SPLIT_NODES; sums: of each its 256 bins. */
struct learn_split learn_split_level(const struct learn_split_rules *rules, const struct learn_node *nodes, size_t count,
    const uint64_t *const *sums, int direction);
/* What goes to the first child. */
struct learn_sums learn_split_first(const uint64_t *sums, struct learn_split split);

#endif
