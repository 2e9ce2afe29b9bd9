/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "core/civil.h"
#include "core/tzif.h"
#include "core/zone.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

static const char *const places[] = {"Europe/Paris", "America/Martinique", "Indian/Reunion", "Pacific/Noumea",
    "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu", "Africa/Casablanca", "UTC"};

static struct zone *
open_zone(const char *name_cstr)
{
	struct zone *z = NULL;
	struct diag diag;
	if (zone_open(&z, name_cstr, &diag) < 0)
		fail_msg("%s", diag.text_cstr);
	return z;
}

/* The same in every run. */
static uint64_t
next(uint64_t *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return *state >> 11;
}

static void
every_day_of_four_centuries_is_written_and_read_back(void **state)
{
	(void)state;
	for (int64_t day = civil_days(1600, 1, 1); day < civil_days(2101, 1, 1); day++) {
		struct civil c = civil_of(day * CIVIL_DAY_SECONDS + 86399);
		assert_true(civil_valid(&c));
		assert_int_equal(civil_seconds(&c), day * CIVIL_DAY_SECONDS + 86399);
	}
}

static void
dates_are_those_of_the_c_library(void **state)
{
	(void)state;
	uint64_t seed = 20261127;
	for (int i = 0; i < 20000; i++) {
		time_t t = (time_t)(next(&seed) % 8000000000ULL) - 4000000000LL;
		struct tm want;
		assert_non_null(gmtime_r(&t, &want));
		struct civil c = civil_of(t);
		assert_int_equal(c.year, want.tm_year + 1900);
		assert_int_equal(c.month, want.tm_mon + 1);
		assert_int_equal(c.day, want.tm_mday);
		assert_int_equal(c.second, want.tm_sec);
		assert_int_equal((civil_weekday(civil_days(c.year, c.month, c.day)) + 1) % 7, want.tm_wday);
	}
}

static void
easter_falls_on_the_days_of_the_calendar(void **state)
{
	(void)state;
	static const struct {
		int year, month, day;
	} known[] = {{1818, 3, 22}, {1943, 4, 25}, {2000, 4, 23}, {2024, 3, 31}, {2025, 4, 20}, {2026, 4, 5}, {2027, 3, 28},
	    {2038, 4, 25}};
	for (size_t i = 0; i < LENGTH_OF(known); i++)
		assert_int_equal(civil_easter(known[i].year), civil_days(known[i].year, known[i].month, known[i].day));
}

static void
a_month_that_lacks_the_day_ends_on_its_last_one(void **state)
{
	(void)state;
	static const struct {
		struct civil from;
		int months, year, month, day;
	} rows[] = {{{2026, 1, 31, 9, 0, 0}, 1, 2026, 2, 28}, {{2028, 1, 31, 9, 0, 0}, 1, 2028, 2, 29},
	    {{2026, 12, 31, 9, 0, 0}, 2, 2027, 2, 28}, {{2026, 3, 31, 9, 0, 0}, 1, 2026, 4, 30},
	    {{2024, 2, 29, 9, 0, 0}, 12, 2025, 2, 28}, {{2026, 2, 28, 9, 0, 0}, 1, 2026, 3, 28}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct civil got = civil_add_months(&rows[i].from, rows[i].months);
		assert_int_equal(got.year, rows[i].year);
		assert_int_equal(got.month, rows[i].month);
		assert_int_equal(got.day, rows[i].day);
		assert_int_equal(got.hour, 9);
	}
}

/* The oracle changes TZ, which only a test may. */
static void
offsets_are_those_of_the_c_library_for_150_years(void **state)
{
	(void)state;
	for (size_t p = 0; p < LENGTH_OF(places); p++) {
		struct zone *z = open_zone(places[p]);
		uint64_t seed = 7 + p;
		assert_int_equal(setenv("TZ", places[p], 1), 0);
		tzset();
		for (int i = 0; i < 3000; i++) {
			time_t t = (time_t)(next(&seed) %
			    4733510400ULL); /* 1970 to 2119: past the last transition of the file */
			struct tm want;
			assert_non_null(localtime_r(&t, &want));
			if (zone_offset(z, t) != want.tm_gmtoff)
				fail_msg("%s at %lld: %d, the C library says %ld", places[p], (long long)t,
				    zone_offset(z, t), want.tm_gmtoff);
		}
		zone_free(z);
	}
	assert_int_equal(unsetenv("TZ"), 0);
}

static void
what_the_wall_shows_leads_back_to_the_moment(void **state)
{
	(void)state;
	for (size_t p = 0; p < LENGTH_OF(places); p++) {
		struct zone *z = open_zone(places[p]);
		uint64_t seed = 99 + p;
		for (int i = 0; i < 5000; i++) {
			int64_t t = 946684800 + (int64_t)(next(&seed) % 3155760000ULL), moments[2];
			struct civil wall = civil_of(t + zone_offset(z, t));
			int count = zone_moments(z, &wall, moments);
			assert_true(count >= 1);
			assert_true(moments[0] == t || (count == 2 && moments[1] == t));
			assert_true(moments[0] <= moments[1]);
		}
		zone_free(z);
	}
}

static void
the_hour_told_twice_in_autumn_is_refused_with_both_answers(void **state)
{
	(void)state;
	struct zone *z = open_zone("Europe/Paris");
	struct diag diag = {0};
	int64_t t = 42;
	assert_int_equal(zone_parse_time(z, "2026-10-25T02:30", &t, &diag), -EINVAL);
	assert_int_equal(t, 42);
	assert_non_null(strstr(diag.text_cstr, "2026-10-25T02:30:00+02:00"));
	assert_non_null(strstr(diag.text_cstr, "2026-10-25T02:30:00+01:00"));
	assert_int_equal(zone_parse_time(z, "2026-10-25T02:30:00+01:00", &t, &diag), 0);
	assert_int_equal(t, 1792891800);
	zone_free(z);
}

static void
the_hour_skipped_in_spring_is_refused_with_the_hour_after(void **state)
{
	(void)state;
	struct zone *z = open_zone("Europe/Paris");
	struct diag diag = {0};
	int64_t t;
	assert_int_equal(zone_parse_time(z, "2026-03-29 02:30", &t, &diag), -EINVAL);
	assert_non_null(strstr(diag.text_cstr, "2026-03-29T03:30:00+02:00"));
	assert_int_equal(zone_parse_time(z, "2026-03-29 01:59:59", &t, &diag), 0);
	assert_int_equal(zone_parse_time(z, "2026-03-29 03:00", &t, &diag), 0);
	zone_free(z);
}

static void
times_are_read_as_rfc_3339_or_as_the_wall_shows_them(void **state)
{
	(void)state;
	static const struct {
		const char *text_cstr;
		int64_t want; /* -1: refused */
		const char *why_cstr;
	} rows[] = {{"2026-11-20T17:30:00+01:00", 1795192200, "with an offset"},
	    {"2026-11-20T16:30:00Z", 1795192200, "in UTC"}, {"2026-11-20 17:30", 1795192200, "local, in winter"},
	    {"2026-11-20t16:30:00.999999z", 1795192200, "a fraction, small letters"},
	    {"2026-11-20T17:30:00.5+0100", 1795192200, "as EVE writes it"}, {"2026-11-20", -1, "a date is no time"},
	    {"2026-02-29T10:00Z", -1, "no such day"}, {"2026-11-20T24:00Z", -1, "no such hour"},
	    {"2026-11-20T17:30:60Z", -1, "no such second"}, {"2026-11-20T17:30Z ", -1, "something after it"},
	    {"20261120T1730Z", -1, "another form"}, {"", -1, "nothing"}, {"2026-11-20T17:30+24:00", -1, "no such offset"},
	    {"tomorrow", -1, "a word"}};
	struct zone *z = open_zone("Europe/Paris");
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct diag diag = {0};
		int64_t got = -1;
		int r = zone_parse_time(z, rows[i].text_cstr, &got, &diag);
		if ((r == 0) != (rows[i].want >= 0) || got != rows[i].want)
			fail_msg("%s (%s): %lld", rows[i].text_cstr, rows[i].why_cstr, (long long)got);
		assert_true(r == 0 || diag.text_cstr[0] != '\0');
	}
	zone_free(z);
}

static void
a_zone_that_does_not_exist_or_leaves_the_folder_is_refused(void **state)
{
	(void)state;
	static const char *const names[] = {
	    "Europe/Gotham", "../../etc/passwd", "/etc/passwd", "", "Europe", "Europe/Paris\n", "a b"};
	for (size_t i = 0; i < LENGTH_OF(names); i++) {
		struct zone *z = NULL;
		struct diag diag = {0};
		assert_true(zone_open(&z, names[i], &diag) < 0);
		assert_null(z);
		assert_non_null(strstr(diag.text_cstr, "Europe/Paris"));
	}
}

static void
rules_of_the_footer_are_read_or_refused_whole(void **state)
{
	(void)state;
	static const struct {
		const char *text_cstr;
		enum parse want;
	} rows[] = {{"CET-1CEST,M3.5.0,M10.5.0/3", PARSE_OK}, {"<-04>4", PARSE_OK},
	    {"<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", PARSE_OK}, {"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", PARSE_OK},
	    {"UTC0", PARSE_OK}, {"EST5EDT,0/0,J365/25", PARSE_OK}, {"CE-1", PARSE_BAD}, {"CET-1CEST", PARSE_BAD},
	    {"CET-1CEST,M13.5.0,M10.5.0", PARSE_BAD}, {"CET-1CEST,M3.5.7,M10.5.0", PARSE_BAD},
	    {"CET-1CEST,M3.5.0,M10.5.0/3x", PARSE_BAD}, {"CET-99", PARSE_BAD}, {"<CET-1", PARSE_BAD}, {"CET", PARSE_BAD},
	    {"CET-1CEST,J0,J1", PARSE_BAD}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct tzif_rule rule;
		struct bytes text = test_heap(bytes_of_cstr(rows[i].text_cstr));
		if (tzif_parse_rule(text, &rule) != rows[i].want)
			fail_msg("%s", rows[i].text_cstr);
		test_heap_free(text);
	}
}

static void
no_beginning_of_a_zone_file_is_a_zone(void **state)
{
	(void)state;
	static uint8_t file[8192];
	static struct tzif out;
	FILE *f = fopen("/usr/share/zoneinfo/Europe/Paris", "rbe");
	assert_non_null(f);
	size_t len = fread(file, 1, sizeof(file), f);
	assert_int_equal(fclose(f), 0);
	for (size_t n = 0; n < len; n++) {
		struct bytes part = test_heap((struct bytes){file, n});
		assert_int_not_equal(tzif_parse(part, &out), PARSE_OK);
		test_heap_free(part);
	}
	assert_int_equal(tzif_parse((struct bytes){file, len}, &out), PARSE_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_day_of_four_centuries_is_written_and_read_back),
	    cmocka_unit_test(dates_are_those_of_the_c_library),
	    cmocka_unit_test(easter_falls_on_the_days_of_the_calendar),
	    cmocka_unit_test(a_month_that_lacks_the_day_ends_on_its_last_one),
	    cmocka_unit_test(offsets_are_those_of_the_c_library_for_150_years),
	    cmocka_unit_test(what_the_wall_shows_leads_back_to_the_moment),
	    cmocka_unit_test(the_hour_told_twice_in_autumn_is_refused_with_both_answers),
	    cmocka_unit_test(the_hour_skipped_in_spring_is_refused_with_the_hour_after),
	    cmocka_unit_test(times_are_read_as_rfc_3339_or_as_the_wall_shows_them),
	    cmocka_unit_test(a_zone_that_does_not_exist_or_leaves_the_folder_is_refused),
	    cmocka_unit_test(rules_of_the_footer_are_read_or_refused_whole),
	    cmocka_unit_test(no_beginning_of_a_zone_file_is_a_zone),
	};
	return RUN_TESTS(tests);
}
