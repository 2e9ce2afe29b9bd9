/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/civil.h"

#include <stdio.h>
#include <stdlib.h>

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
civil_month_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Years begin in March here, so that the leap day is the last one. 400 years have 146097 days. */
int64_t
civil_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int
civil_weekday(int64_t days)
{
	int64_t r = (days + 3) % 7; /* 1970-01-01 was a Thursday */
	return (int)(r < 0 ? r + 7 : r);
}

/* The table of the Gregorian calendar as arithmetic: the age of the moon, then the Sunday after it is full. */
int64_t
civil_easter(int year)
{
	int golden = year % 19, century = year / 100, rest = year % 100;
	int epact = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
	int sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
	int late = (golden + 11 * epact + 22 * sunday) / 451;
	int march = epact + sunday - 7 * late + 22; /* day counted from 1 March */
	return civil_days(year, 3, 1) + march - 1;
}

bool
civil_valid(const struct civil *c)
{
	return c->year >= CIVIL_YEAR_MIN && c->year <= CIVIL_YEAR_MAX && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	    c->day <= civil_month_days(c->year, c->month) && c->hour >= 0 && c->hour < 24 && c->minute >= 0 &&
	    c->minute < 60 && c->second >= 0 && c->second < 60;
}

int64_t
civil_seconds(const struct civil *c)
{
	return civil_days(c->year, c->month, c->day) * CIVIL_DAY_SECONDS + c->hour * 3600 + c->minute * 60 + c->second;
}

struct civil
civil_of(int64_t seconds)
{
	int64_t days = seconds / CIVIL_DAY_SECONDS, left = seconds % CIVIL_DAY_SECONDS;
	if (left < 0) {
		left += CIVIL_DAY_SECONDS;
		days--;
	}
	int64_t shifted = days + 719468, era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t of_era = shifted - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
	struct civil c = {.day = (int)(of_year - (153 * month + 2) / 5 + 1),
	    .month = (int)(month < 10 ? month + 3 : month - 9),
	    .hour = (int)(left / 3600),
	    .minute = (int)(left / 60 % 60),
	    .second = (int)(left % 60)};
	c.year = (int)(year + era * 400 + (c.month <= 2));
	return c;
}

struct civil
civil_add_months(const struct civil *c, int n)
{
	struct civil r = *c;
	int months = c->year * 12 + c->month - 1 + n;
	r.year = months / 12;
	r.month = months % 12 + 1;
	int last = civil_month_days(r.year, r.month);
	r.day = c->day > last ? last : c->day;
	return r;
}

const char *
civil_write(int64_t seconds, int32_t offset_s, enum civil_style style, char out[static CIVIL_TEXT_MAX])
{
	struct civil c = civil_of(seconds + offset_s);
	unsigned minutes = (unsigned)abs(offset_s) / 60;
	int n = snprintf(out, CIVIL_TEXT_MAX, "%04u-%02u-%02uT%02u:%02u:%02u", (unsigned)c.year % 10000,
	    (unsigned)c.month % 100, (unsigned)c.day % 100, (unsigned)c.hour % 100, (unsigned)c.minute % 100,
	    (unsigned)c.second % 100);
	if (style == CIVIL_UTC)
		(void)snprintf(out + n, CIVIL_TEXT_MAX - (size_t)n, "Z");
	else
		(void)snprintf(out + n, CIVIL_TEXT_MAX - (size_t)n, "%c%02u:%02u", offset_s < 0 ? '-' : '+',
		    minutes / 60 % 100, minutes % 60);
	return out;
}
