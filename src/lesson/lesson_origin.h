/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_origin.h - when a flow was and whose it was: what orders rows and groups them, and is never a feature. */
#ifndef LESSON_LESSON_ORIGIN_H
#define LESSON_LESSON_ORIGIN_H

#include "lesson/lesson_state.h"

struct lesson_ends;

/* The time of a field: seconds since 1970, or milliseconds where seconds would be beyond 2262, 2026-11-03 08:15:02.5 with - or /, with T and
 * an offset, or the day first: 03/11/2026 08:15:02, also 3/7/2026 2:05 PM. Without an offset it is UTC.
 * 1; 0: there is none; -EINVAL after lesson_row_wrong(). */
MUST_USE int lesson_origin_time(struct lesson *lesson, const struct lesson_values *v, int field, int64_t *out_ns);
/* The pseudonym of the row's machine; keeps the ends for the codes of context. 0 or -ENOMEM. */
MUST_USE int lesson_origin_keep(struct lesson *lesson, const struct lesson_ends *ends, struct learn_row *out);

/* Of a data set's own columns: the fields LESSON_TIME and LESSON_SOURCE. 0, -EINVAL (told) or -ENOMEM. */
MUST_USE int lesson_origin_own(struct lesson *lesson, const struct lesson_values *v, struct learn_row *out);

#endif
