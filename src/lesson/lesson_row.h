/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_row.h - what a row of cells says: its codes, its label; and what is wrong with it. */
#ifndef LESSON_LESSON_ROW_H
#define LESSON_LESSON_ROW_H

#include "lesson/lesson_state.h"

/* Tells what is wrong with the cell of a field (-1: with the whole line), counts it, and returns -EINVAL. */
int lesson_row_wrong(struct lesson *lesson, enum lesson_wrong wrong, int field, struct bytes got);
/* The number of a field: 1; 0: not known; -EINVAL after lesson_row_wrong(). */
MUST_USE int lesson_row_number(struct lesson *lesson, const struct lesson_values *v, int field, double *out);
/* A row of a data set's own columns: each field is a code. 0, or -EINVAL. */
MUST_USE int lesson_row_codes(struct lesson *lesson, const struct lesson_values *v, struct learn_row *out);
/* Its label by the fields of kind LESSON_LABEL and LESSON_FAMILY. 0, -EINVAL, or -ENOSPC: too many families. */
MUST_USE int lesson_row_label(struct lesson *lesson, const struct lesson_values *v, struct learn_row *out);
/* The label of that name becomes the row's. */
MUST_USE int lesson_row_attack(struct lesson *lesson, struct bytes family, struct learn_row *out);

#endif
