/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/study_ids.h - ids of a file to their numbers, so that references are found in constant time.
 *
 * An id is at most STUDY_ID_MAX bytes without spaces: "RSK-001", "a1".
 */
#ifndef STUDY_STUDY_IDS_H
#define STUDY_STUDY_IDS_H

#include "core/arena.h"
#include "core/data_read.h"

enum { STUDY_ID_MAX = 63 };

struct study_ids {
	struct study_ids_slot *slots;
	size_t mask, count, room;
	uint64_t key;
};

/* For so many ids. 0 or -ENOMEM. */
MUST_USE int study_ids_init(struct study_ids *ids, struct arena *arena, size_t room);
/* False: it is there already, or there is no room. */
MUST_USE bool study_ids_add(struct study_ids *ids, const char *id_cstr, size_t number);
/* SIZE_MAX: there is none. */
size_t study_ids_find(const struct study_ids *ids, const char *id_cstr);

/* How many nodes a list or map has. */
size_t study_ids_count(const struct data_tree *list);
/* The `id` of a map, which is one that others can refer to; added with its number, and refused when it is there already. */
MUST_USE int study_ids_take(
    struct study_ids *ids, const struct data_read *r, const struct data_tree *map, size_t number, const char **out);
/* A reference: the number of the id that a text is. kind_cstr says what was expected: "a criterion". */
MUST_USE int study_ids_refer(const struct study_ids *ids, const struct data_read *r, const struct data_tree *text,
    const char *kind_cstr, size_t *out);

#endif
