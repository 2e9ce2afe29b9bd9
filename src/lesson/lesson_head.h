/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_head.h - heads of more than one line: Weka's ARFF, and what Zeek writes before its columns. */
#ifndef LESSON_LESSON_HEAD_H
#define LESSON_LESSON_HEAD_H

#include "lesson/lesson_state.h"

/* A line that begins with @ or %, before the rows. 0, or -EINVAL with diag. */
MUST_USE int lesson_head_arff(struct lesson *lesson, struct bytes line, struct diag *diag);
/* A line that begins with #. */
MUST_USE int lesson_head_zeek(struct lesson *lesson, struct bytes line, struct diag *diag);
/* The last cell as several, where the head named it so. */
void lesson_head_unspace(struct lesson *lesson);

#endif
