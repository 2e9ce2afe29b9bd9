/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/civil.h - dates and hours as people write them, and the seconds since 1970 that they are (no leap seconds, as POSIX).
 *
 * Pure arithmetic of the Gregorian calendar, for years 1 to 9999; what an hour means in a place is core/zone.h.
 */
#ifndef CORE_CIVIL_H
#define CORE_CIVIL_H

#include "core/bytes.h"

enum { CIVIL_YEAR_MIN = 1, CIVIL_YEAR_MAX = 9999, CIVIL_DAY_SECONDS = 86400, CIVIL_TEXT_MAX = 32 };

struct civil {
	int year, month, day; /* from 1 */
	int hour, minute, second;
};

int civil_month_days(int year, int month);
/* Days since 1970-01-01. */
int64_t civil_days(int year, int month, int day);
/* 0 is Monday. */
int civil_weekday(int64_t days);
/* Of the Sunday of Easter, by the Gregorian rule. */
int64_t civil_easter(int year);

bool civil_valid(const struct civil *c);
int64_t civil_seconds(const struct civil *c);
struct civil civil_of(int64_t seconds);
/* The same day and hour n months later; the last day of the month where it has no such day (31 January + 1: 28 February). */
struct civil civil_add_months(const struct civil *c, int n);
/* "2026-10-27T11:00:00+01:00"; an offset of zero is written "Z" when `utc`. Returns out. */
enum civil_style { CIVIL_UTC, CIVIL_LOCAL };
const char *civil_write(int64_t seconds, int32_t offset_s, enum civil_style style, char out[static CIVIL_TEXT_MAX]);

#endif
