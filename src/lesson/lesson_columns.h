/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_columns.h - which cell of a file is which field: by the names in its first line, else by position. */
#ifndef LESSON_LESSON_COLUMNS_H
#define LESSON_LESSON_COLUMNS_H

#include "lesson/lesson_state.h"

/* The first cells of a file. 1: they are names; 0: they are a row; -EINVAL with diag: a column is missing. */
MUST_USE int lesson_columns_learn(struct lesson *lesson, struct diag *diag);
/* One more column, by its name. */
void lesson_columns_add(struct lesson *lesson, struct bytes name);
/* All names are in. 0, or -EINVAL with diag. */
MUST_USE int lesson_columns_check(struct lesson *lesson, struct diag *diag);
/* The field of that name; -1: none. */
int lesson_columns_field(const struct lesson *lesson, struct bytes name);

#endif
