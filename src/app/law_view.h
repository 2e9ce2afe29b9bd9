/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/law_view.h - legal clocks for people. Not in cli/, which may not know study/. */
#ifndef APP_LAW_VIEW_H
#define APP_LAW_VIEW_H

#include "cli/present.h"
#include "study/deadline.h"

void law_view_profile(const struct presenter *p, const struct clock_profile *profile);
void law_view_deadline(const struct presenter *p, const struct deadline *d, const struct zone *zone);
/* "Mon 2026-11-23 17:30 (+01:00)": with the day of the week, which people check first. */
enum { LAW_VIEW_TIME_MAX = 48 };
const char *
law_view_time(enum language language, const struct zone *zone, int64_t utc_s, char out[static LAW_VIEW_TIME_MAX]);

#endif
