/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_sample.h - rows of a table side by side, with the margins that something gave them. */
#ifndef DETECT_LEARN_LEARN_SAMPLE_H
#define DETECT_LEARN_LEARN_SAMPLE_H

#include "detect/learn/learn_table.h"
#include "detect/learn/learn_train.h"

struct learn_sample {
	size_t count, attacks; /* rows with a known label only */
	float *margins;
	uint8_t *labels;
	struct flow_vector *vectors;
	uint16_t *families;
	uint32_t *hosts;
	int64_t *times_ns;
	bool *alerts; /* room for a decision about each */
};

/* Rows `skip` says true of are left out (NULL: none); margins are 0. 0 or -ENOMEM. */
MUST_USE int
learn_sample_take(const struct learn_table *t, struct learn_rows rows, const bool *skip, struct learn_sample *out);
void learn_sample_score(struct learn_sample *s, const struct learn_model *model);
/* The rows from `first` on, as another sample; frees nothing. */
struct learn_sample learn_sample_rest(const struct learn_sample *s, size_t first);
void learn_sample_done(struct learn_sample *s);

#endif
