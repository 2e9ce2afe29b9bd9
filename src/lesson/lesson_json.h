/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_json.h - one JSON object a line as the fields of a mapping: members by their path, "flow.bytes_toserver". */
#ifndef LESSON_LESSON_JSON_H
#define LESSON_LESSON_JSON_H

#include "lesson/lesson_state.h"

/* Values live until the next line. 0, -ENOMEM, or -EINVAL after lesson_row_wrong(). */
MUST_USE int lesson_json_read(struct lesson *lesson, struct bytes line);
void lesson_json_free(struct lesson_json *json);

#endif
