/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/deadline_json.h - legal clocks and their deadlines for programs. */
#ifndef STUDY_DEADLINE_JSON_H
#define STUDY_DEADLINE_JSON_H

#include "core/json.h"
#include "study/deadline.h"

/* The members of a deadline, inside an object that is open. */
void deadline_json_write(struct json *j, const struct deadline *d, const struct zone *zone, enum language language);
void deadline_json_profile(struct json *j, const struct clock_profile *profile, enum language language);

#endif
