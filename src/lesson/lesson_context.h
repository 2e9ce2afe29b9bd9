/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_context.h - the codes that need other flows of the same place, by the memory that the sensor has for them. */
#ifndef LESSON_LESSON_CONTEXT_H
#define LESSON_LESSON_CONTEXT_H

#include "lesson/lesson_state.h"

/* Of the rows of a file, in the order in which their flows ended. 0 or -ENOMEM. */
MUST_USE int lesson_context_fill(struct lesson *lesson, size_t first_row);

#endif
