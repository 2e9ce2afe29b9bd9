/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_seen.h - which vectors there are in a set of rows, and with which labels: duplicates and contradictions.
 *
 * A vector is known by 64 bits of hash: of ten million different ones, two are taken for one with a chance of 3 in a million.
 */
#ifndef DETECT_LEARN_LEARN_SEEN_H
#define DETECT_LEARN_LEARN_SEEN_H

#include "core/bytes.h"
#include "detect/learn/learn_table.h"

struct learn_seen {
	struct learn_seen_vector {
		uint64_t hash;    /* 0: free */
		uint32_t rows[2]; /* by label: benign, attack */
	} * at;
	size_t room, used; /* room: a power of two */
};

/* Room for so many different vectors. 0 or -ENOMEM. */
MUST_USE int learn_seen_init(struct learn_seen *s, size_t vectors);
void learn_seen_done(struct learn_seen *s);
/* Only the codes of the mask count. An unknown label is not added. */
void learn_seen_add(struct learn_seen *s, const struct flow_vector *v, uint64_t mask, enum learn_label label);
/* NULL: not there. */
const struct learn_seen_vector *learn_seen_find(const struct learn_seen *s, const struct flow_vector *v, uint64_t mask);
/* Rows whose vector is there with both labels. */
uint64_t learn_seen_conflicts(const struct learn_seen *s);

#endif
