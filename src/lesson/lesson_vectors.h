/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_vectors.h - binary files of vectors: those of the sensor (record/flow_vector_file.h), and sets
 * (detect/learn/learn_table_file.h).
 */
#ifndef LESSON_LESSON_VECTORS_H
#define LESSON_LESSON_VECTORS_H

#include "lesson/lesson_mapping.h"

struct lesson_vectors;

extern const struct lesson_mapping lesson_vectors_fv64;

/* Takes whole records from the front of *rest, which begins with the file. 0, or a negative errno with diag. */
MUST_USE int lesson_vectors_take(struct lesson *lesson, struct bytes *rest, struct diag *diag);
/* The file is over: what is left of it is too short for a record. */
MUST_USE int lesson_vectors_end(struct lesson *lesson, size_t left, struct diag *diag);

#endif
