/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "study/deadline.h"

#include <stdio.h>

extern const unsigned char clocks_yaml[];
extern const size_t clocks_yaml_len;

static struct arena arena;
static const struct clocks *clocks;

static int
set_up(void **state)
{
	(void)state;
	struct diag diag = {0};
	assert_int_equal(arena_init(&arena, 8 << 20), 0);
	if (clocks_read(&arena, (struct bytes){clocks_yaml, clocks_yaml_len}, "clocks.yaml", &clocks, &diag) < 0)
		fail_msg("line %u: %s", diag.line, diag.text_cstr);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static struct zone *
open_zone(const char *name_cstr)
{
	struct zone *z = NULL;
	struct diag diag;
	assert_int_equal(zone_open(&z, name_cstr, &diag), 0);
	return z;
}

static int64_t
moment(const struct zone *z, const char *text_cstr)
{
	int64_t t = 0;
	struct diag diag = {0};
	if (zone_parse_time(z, text_cstr, &t, &diag) < 0)
		fail_msg("%s", diag.text_cstr);
	return t;
}

/* "NAME=TIME ..." as events, then the deadline of one step, in local time; "" when it has none. */
static const char *
due(const char *zone_cstr, const char *profile_cstr, const char *step_cstr, const char *const *events, struct deadline *out)
{
	static char text[CIVIL_TEXT_MAX];
	struct deadline all[CLOCKS_STEPS_MAX];
	struct deadline_event list[8];
	char names[8][32];
	size_t count = 0;
	struct zone *z = open_zone(zone_cstr);
	for (; events[count] != NULL; count++) {
		const char *equal = strchr(events[count], '=');
		snprintf(names[count], sizeof(names[count]), "%.*s", (int)(equal - events[count]), events[count]);
		list[count] = (struct deadline_event){names[count], moment(z, equal + 1)};
	}
	const struct clock_profile *profile = clocks_find(clocks, profile_cstr);
	assert_non_null(profile);
	size_t n = deadline_compute(clocks, profile, z, list, count, all);
	text[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		if (strcmp(all[i].step->step_cstr, step_cstr) != 0)
			continue;
		*out = all[i];
		if (all[i].kind == DEADLINE_AT)
			(void)zone_write(z, all[i].at_s, text);
	}
	zone_free(z);
	return text;
}

static void
the_vectors_of_the_law_hold(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *profile, *step, *want, *why;
		const char *events[4];
	} rows[] = {
	    {"Europe/Paris", "gdpr", "notification", "2026-10-27T11:00:00+01:00",
	        "72 elapsed hours over the clock change of autumn", {"awareness=2026-10-24T12:00:00+02:00"}},
	    {"Europe/Paris", "gdpr", "notification", "2026-03-31T13:00:00+02:00",
	        "72 elapsed hours over the clock change of spring", {"awareness=2026-03-28T12:00:00+01:00"}},
	    {"Europe/Paris", "gdpr", "notification", "2026-11-23T17:30:00+01:00", "a week-end counts",
	        {"awareness=2026-11-20T17:30"}},
	    {"America/Martinique", "gdpr", "notification", "2026-10-27T06:00:00-04:00",
	        "the same moment, seen from Martinique", {"awareness=2026-10-24T12:00:00+02:00"}},
	    {"Indian/Reunion", "insurance", "complaint", "2026-10-27T14:00:00+04:00",
	        "the same moment, seen from La Réunion", {"awareness=2026-10-24T12:00:00+02:00"}},
	    {"Europe/Paris", "gdpr", "people", "", "waits for the decision", {"awareness=2026-11-20T17:30"}},
	    {"Europe/Paris", "gdpr", "people", "2026-11-22T09:00:00+01:00", "our target, from the decision",
	        {"awareness=2026-11-20T17:30", "high-risk=2026-11-21T09:00"}},
	    {"Europe/Paris", "nis2", "early-warning", "2026-10-25T11:00:00+01:00", "24 elapsed hours",
	        {"awareness=2026-10-24T12:00:00+02:00"}},
	    {"Europe/Paris", "nis2", "notification", "2026-10-27T11:00:00+01:00", "72 elapsed hours",
	        {"awareness=2026-10-24T12:00:00+02:00"}},
	    {"Europe/Paris", "nis2", "final-report", "2027-02-28T09:00:00+01:00",
	        "from the notification sent; 31 January has no 31 February",
	        {"awareness=2027-01-29T08:00", "notification=2027-01-31T09:00"}},
	    {"Europe/Paris", "nis2", "final-report", "2028-02-29T09:00:00+01:00", "the same in a leap year",
	        {"awareness=2028-01-29T08:00", "notification=2028-01-31T09:00"}},
	    {"Europe/Paris", "nis2", "final-report", "2026-11-27T11:00:00+01:00", "not sent yet: a month after its deadline",
	        {"awareness=2026-10-24T12:00:00+02:00"}},
	    {"Europe/Paris", "cra-vulnerability", "early-warning", "2026-11-21T17:30:00+01:00", "CRA 14(2)(a)",
	        {"awareness=2026-11-20T17:30"}},
	    {"Europe/Paris", "cra-vulnerability", "notification", "2026-11-23T17:30:00+01:00", "CRA 14(2)(b)",
	        {"awareness=2026-11-20T17:30"}},
	    {"Europe/Paris", "cra-vulnerability", "final-report", "2026-11-02T10:00:00+01:00",
	        "14 days of the calendar after the fix, same hour", {"awareness=2026-10-10T10:00", "fix=2026-10-19T10:00"}},
	    {"Europe/Paris", "cra-incident", "final-report", "2026-12-23T10:00:00+01:00", "a month after the notification",
	        {"awareness=2026-11-20T17:30", "notification=2026-11-23T10:00"}},
	    {"Europe/Paris", "dora-strict", "initial", "2026-11-18T14:00:00+01:00", "4 hours after classification",
	        {"awareness=2026-11-18T08:00", "classification=2026-11-18T10:00"}},
	    {"Europe/Paris", "dora-strict", "initial", "2026-11-19T08:00:00+01:00", "24 hours after awareness at the latest",
	        {"awareness=2026-11-18T08:00", "classification=2026-11-19T07:00"}},
	    {"Europe/Paris", "dora-strict", "initial", "2026-11-19T14:00:00+01:00", "classified late: 4 hours after that",
	        {"awareness=2026-11-18T08:00", "classification=2026-11-19T10:00"}},
	    {"Europe/Paris", "dora-strict", "initial", "2026-11-19T08:00:00+01:00", "not classified yet: the latest moment",
	        {"awareness=2026-11-18T08:00"}},
	    {"Europe/Paris", "dora", "initial", "2026-11-23T12:00:00+01:00", "Saturday: noon of Monday",
	        {"awareness=2026-11-20T17:30"}},
	    {"Europe/Paris", "dora-strict", "initial", "2026-11-21T17:30:00+01:00", "not for banks",
	        {"awareness=2026-11-20T17:30"}},
	    {"Europe/Paris", "dora", "initial", "2027-03-30T12:00:00+02:00", "Easter Monday is a holiday",
	        {"awareness=2027-03-27T10:00"}},
	    {"Europe/Paris", "dora", "intermediate", "2026-11-26T18:00:00+01:00", "72 hours after the initial one was sent",
	        {"awareness=2026-11-20T17:30", "initial=2026-11-23T18:00"}},
	    {"Europe/Paris", "dora", "final", "2026-12-28T12:00:00+01:00", "a month after the intermediate one, a Saturday",
	        {"awareness=2026-11-20T17:30", "intermediate=2026-11-26T18:00"}},
	    {"Europe/Paris", "rights", "answer", "2026-02-28T10:00:00+01:00", "one month", {"awareness=2026-01-31T10:00"}},
	    {"Europe/Paris", "rights", "extended-answer", "2026-04-30T10:00:00+02:00", "two months more",
	        {"awareness=2026-01-31T10:00"}},
	    {"Europe/Paris", "vae", "eligibility", "2026-04-28T10:00:00+02:00", "two months",
	        {"awareness=2026-02-28T10:00", "jury=2026-09-01T10:00"}},
	    {"Europe/Paris", "vae", "result", "2026-09-16T10:00:00+02:00", "15 days after the jury",
	        {"awareness=2026-02-28T10:00", "jury=2026-09-01T10:00"}},
	    {"Europe/Paris", "dt", "answer", "2026-05-11T10:00:00+02:00", "9 days without 1 May and 8 May",
	        {"awareness=2026-04-30T10:00"}},
	    {"Europe/Paris", "dict", "answer", "2026-12-29T10:00:00+01:00", "7 days without Christmas",
	        {"awareness=2026-12-21T10:00"}},
	    {"Europe/Paris", "accreditation", "three-years", "2031-02-28T10:00:00+01:00", "from a leap day",
	        {"awareness=2028-02-29T10:00"}},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct deadline d = {0};
		const char *got = due(rows[i].zone, rows[i].profile, rows[i].step, rows[i].events, &d);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s %s (%s): %s, not %s", rows[i].profile, rows[i].step, rows[i].why, got, rows[i].want);
		assert_non_null(d.step);
	}
}

static void
without_delay_is_no_number(void **state)
{
	(void)state;
	struct deadline d;
	static const char *const events[] = {"awareness=2026-11-20T17:30", NULL};
	assert_string_equal(due("Europe/Paris", "oiv", "declaration", events, &d), "");
	assert_int_equal(d.kind, DEADLINE_WITHOUT_DELAY);
	assert_string_equal(due("Europe/Paris", "health", "declaration", events, &d), "");
	assert_int_equal(d.kind, DEADLINE_WITHOUT_DELAY);
}

static void
what_is_assumed_moved_or_not_in_force_says_so(void **state)
{
	(void)state;
	struct deadline d;
	static const char *const now[] = {"awareness=2026-11-20T17:30", NULL},
	                         *const before[] = {"awareness=2026-09-10T17:30", NULL};
	(void)due("Europe/Paris", "nis2", "final-report", now, &d);
	assert_true(d.assumed);
	(void)due("Europe/Paris", "dora", "initial", now, &d);
	assert_true(d.moved && d.assumed);
	assert_int_equal(d.at_s - d.unmoved_s, (42 * 60 + 30) * 60);
	(void)due("Europe/Paris", "cra-incident", "early-warning", before, &d);
	assert_false(d.in_force); /* one day before the duty begins */
	(void)due("Europe/Paris", "cra-incident", "early-warning", now, &d);
	assert_true(d.in_force);
	(void)due("Europe/Paris", "gdpr-draft", "notification", now, &d);
	assert_false(d.in_force);
}

/* Whatever the zone and the moment: hours are elapsed hours, and later awareness never means an earlier deadline, except for
 * months that lack a day and the week-end rule, which join days. */
static void
hours_are_elapsed_and_deadlines_keep_their_order(void **state)
{
	(void)state;
	static const char *const zones[] = {"Europe/Paris", "America/Martinique", "Indian/Reunion", "America/New_York"};
	uint64_t seed = 4;
	for (size_t z = 0; z < LENGTH_OF(zones); z++) {
		struct zone *zone = open_zone(zones[z]);
		for (size_t p = 0; p < clocks->profile_count; p++) {
			int64_t aware = 1767225600;
			struct deadline before[CLOCKS_STEPS_MAX], after[CLOCKS_STEPS_MAX];
			for (int i = 0; i < 400; i++) {
				seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
				int64_t later = aware + (int64_t)(seed >> 40) % 90000;
				struct deadline_event event = {"awareness", aware}, next = {"awareness", later};
				size_t n = deadline_compute(clocks, &clocks->profiles[p], zone, &event, 1, before);
				assert_int_equal(deadline_compute(clocks, &clocks->profiles[p], zone, &next, 1, after), n);
				for (size_t s = 0; s < n; s++) {
					if (before[s].kind != DEADLINE_AT)
						continue;
					if (before[s].step->delay.unit == CLOCK_HOURS &&
					    !before[s].step->noon_next_working_day && !before[s].assumed)
						assert_int_equal(
						    before[s].at_s - before[s].from_s, before[s].step->delay.count * 3600);
					assert_true(before[s].at_s > before[s].from_s);
					/* A spring night folds an hour, the end of February three days; what counts from a step that is
					 * due after a month does so too. */
					assert_true(after[s].at_s + 3600 + 3 * CIVIL_DAY_SECONDS >= before[s].at_s);
					if (before[s].step->delay.unit == CLOCK_HOURS &&
					    !before[s].step->noon_next_working_day)
						assert_true(after[s].at_s >= before[s].at_s);
				}
				aware = later;
			}
		}
		zone_free(zone);
	}
}

static void
a_table_with_a_mistake_names_the_line(void **state)
{
	(void)state;
	static const char step[] =
	    "  - profile: a\n    name: {en: A, fr: A}\n    applies: {en: A, fr: A}\n    steps:\n      - step: s\n"
	    "        name: {en: A, fr: A}\n        tell: {en: A, fr: A}\n        text: {en: T, fr: T}\n        article: A\n"
	    "        source: S\n        state: in-force\n        binding: law\n        from: awareness\n";
	static const struct {
		const char *text_cstr;
		unsigned line;
		const char *why_cstr;
	} rows[] = {{"        unit: hours\n        delay: 72\n", 0, "good"},
	    {"        unit: weeks\n        delay: 72\n", 16, "no such unit"},
	    {"        unit: hours\n        delay: -1\n", 17, "negative"},
	    {"        unit: hours\n        delay: many\n", 17, "no number"}, {"        unit: hours\n", 7, "no delay"},
	    {"        unit: hours\n        delay: 1\n        rule: noon\n", 7, "no such rule"},
	    {"        unit: hours\n        delay: 1\n        valid_from: 2026-13-01\n", 18, "no such month"},
	    {"        unit: none\n        note: {en: only}\n", 17, "no French"},
	    {"        unit: hours\n       delay: 1\n", 17, "indentation"},
	    {"        unit: &a hours\n        delay: 1\n", 16, "an anchor"},
	    {"        unit: none\n        note: *a\n", 17, "an alias"},
	    {"        unit: none\n  - profile: a\n", 17, "a profile without steps"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct arena room;
		char text[2048];
		const struct clocks *out = NULL;
		struct diag diag = {0};
		snprintf(text, sizeof(text), "checked: 2026-11-22\nprofiles:\n%s%s", step, rows[i].text_cstr);
		assert_int_equal(arena_init(&room, 8 << 20), 0);
		int r = clocks_read(&room, bytes_of_cstr(text), "mine.yaml", &out, &diag);
		if ((r == 0) != (rows[i].line == 0) || diag.line != rows[i].line)
			fail_msg("%s: line %u, %s", rows[i].why_cstr, diag.line, diag.text_cstr);
		assert_true(r == 0 || (out == NULL && strcmp(diag.file_cstr, "mine.yaml") == 0));
		arena_done(&room);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_vectors_of_the_law_hold),
	    cmocka_unit_test(without_delay_is_no_number),
	    cmocka_unit_test(what_is_assumed_moved_or_not_in_force_says_so),
	    cmocka_unit_test(hours_are_elapsed_and_deadlines_keep_their_order),
	    cmocka_unit_test(a_table_with_a_mistake_names_the_line),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
