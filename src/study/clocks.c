/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/clocks.h"

#include "core/data_read.h"

#include <errno.h>
#include <stdio.h>

enum { COUNT_MAX = 9999 };

static const char *const unit_words[] = {[CLOCK_NONE] = "none",
    [CLOCK_HOURS] = "hours",
    [CLOCK_DAYS] = "days",
    [CLOCK_DAYS_WITHOUT_HOLIDAYS] = "days-without-holidays",
    [CLOCK_MONTHS] = "months"};
static const char *const state_words[] = {
    [CLOCK_IN_FORCE] = "in-force", [CLOCK_DRAFT] = "draft", [CLOCK_TO_VERIFY] = "to-verify"};
static const char *const binding_words[] = {[CLOCK_LAW] = "law", [CLOCK_TARGET] = "target"};

static int
read_delay(const struct data_read *r, const struct data_tree *map, struct clock_delay *out)
{
	unsigned unit = 0;
	long count = 0;
	int e = data_read_need_word(r, map, "from", &out->from_cstr);
	if (e == 0)
		e = data_read_need_choice(r, map, "unit", unit_words, LENGTH_OF(unit_words), &unit);
	if (e == 0 && unit != CLOCK_NONE)
		e = data_read_need_number(r, map, "delay", 1, COUNT_MAX, &count);
	out->unit = (enum clock_unit)unit;
	out->count = (unsigned)count;
	return e;
}

/* Empty, or "2026-09-11". */
static int
read_date(const struct data_read *r, const struct data_tree *map, const char *key_cstr, const char **out)
{
	int e = data_read_word(r, map, key_cstr, out);
	if (e < 0 || **out == '\0')
		return e;
	struct civil c = {0};
	int used = 0;
	if (sscanf(*out, "%4d-%2d-%2d%n", &c.year, &c.month, &c.day, &used) != 3 || used != 10 || (*out)[used] != '\0' ||
	    !civil_valid(&c))
		return data_read_complain(
		    r, data_tree_find(map, key_cstr), _("expected a date such as 2026-09-11"), key_cstr);
	return 0;
}

static int
read_step(const struct data_read *r, const struct data_tree *map, struct clock_step *out)
{
	unsigned state = 0, binding = 0;
	const char *rule_cstr;
	int e = data_read_need_word(r, map, "step", &out->step_cstr);
	if (e == 0)
		e = data_read_need_words(r, map, "name", out->name.cstr);
	if (e == 0)
		e = data_read_need_words(r, map, "tell", out->tell.cstr);
	if (e == 0)
		e = data_read_words(r, map, "note", out->note.cstr);
	if (e == 0)
		e = read_delay(r, map, &out->delay);
	const struct data_tree *at_most = data_tree_find(map, "at_most");
	if (e == 0 && at_most != NULL)
		e = read_delay(r, at_most, &out->at_most);
	if (e == 0)
		e = data_read_need_choice(r, map, "state", state_words, LENGTH_OF(state_words), &state);
	if (e == 0)
		e = data_read_need_choice(r, map, "binding", binding_words, LENGTH_OF(binding_words), &binding);
	if (e == 0)
		e = data_read_need_words(r, map, "text", out->text.cstr);
	if (e == 0)
		e = data_read_need_word(r, map, "article", &out->article_cstr);
	if (e == 0)
		e = data_read_need_word(r, map, "source", &out->source_cstr);
	if (e == 0)
		e = read_date(r, map, "valid_from", &out->valid_from_cstr);
	if (e == 0)
		e = read_date(r, map, "valid_to", &out->valid_to_cstr);
	if (e == 0)
		e = data_read_word(r, map, "rule", &rule_cstr);
	if (e < 0)
		return e;
	out->state = (enum clock_state)state;
	out->binding = (enum clock_binding)binding;
	out->noon_next_working_day = strcmp(rule_cstr, "noon-next-working-day") == 0;
	return *rule_cstr == '\0' || out->noon_next_working_day
	    ? 0
	    : data_read_complain(r, map, _("this word is not one of those that the file may use"), "rule");
}

static int
read_profile(const struct data_read *r, const struct data_tree *map, struct clock_profile *out)
{
	int e = data_read_need_word(r, map, "profile", &out->profile_cstr);
	if (e == 0)
		e = data_read_need_words(r, map, "name", out->name.cstr);
	if (e == 0)
		e = data_read_need_words(r, map, "applies", out->applies.cstr);
	if (e == 0)
		e = data_read_word(r, map, "opens", &out->opens_cstr);
	const struct data_tree *steps;
	if (e == 0)
		e = data_read_need_list(r, map, "steps", &steps);
	for (const struct data_tree *s = e == 0 ? steps->first : NULL; s != NULL && e == 0; s = s->next) {
		if (out->step_count == CLOCKS_STEPS_MAX)
			return data_read_complain(r, s, _("too many entries in one file"), "steps");
		e = read_step(r, s, &out->steps[out->step_count]);
		if (e == 0 && clocks_find_step(out, out->steps[out->step_count].step_cstr) != NULL)
			e = data_read_complain(r, s, _("this name is there twice"), "step");
		out->step_count += e == 0;
	}
	return e;
}

static int
read_holidays(const struct data_read *r, const struct data_tree *list, struct clocks *out)
{
	int e = 0;
	for (const struct data_tree *h = list == NULL ? NULL : list->first; h != NULL && e == 0; h = h->next) {
		struct clock_holiday *holiday = &out->holidays[out->holiday_count];
		struct civil c = {.year = 2024};
		long days = 0;
		int used = 0;
		const char *date_cstr = data_tree_cstr(h, "date");
		if (out->holiday_count++ == CLOCKS_HOLIDAYS_MAX)
			return data_read_complain(r, h, _("too many entries in one file"), "holidays");
		if (date_cstr == NULL) {
			e = data_read_need_number(r, h, "easter", -100, 100, &days);
			holiday->easter_days = (int)days;
			continue;
		}
		if (sscanf(date_cstr, "%2d-%2d%n", &c.month, &c.day, &used) != 2 || date_cstr[used] != '\0' ||
		    !civil_valid(&c))
			e = data_read_complain(r, h, _("expected a month and day such as 07-14"), "date");
		holiday->month = c.month;
		holiday->day = c.day;
	}
	return e;
}

int
clocks_read(struct arena *arena, struct bytes text, const char *file_cstr, const struct clocks **out, struct diag *diag)
{
	struct data_read r = {.file_cstr = file_cstr, .diag = diag};
	const struct data_tree *root;
	int e = data_tree_read(arena, text, file_cstr, &root, diag);
	if (e < 0)
		return e;
	struct clocks *clocks = arena_new(arena, struct clocks, 1);
	struct clock_profile *profiles = arena_new(arena, struct clock_profile, CLOCKS_PROFILES_MAX);
	if (clocks == NULL || profiles == NULL)
		return diag_say_at(
		    diag, -ENOMEM, file_cstr, UINT64_MAX, "%s", _("the file is too large for the memory it may take"));
	clocks->profiles = profiles;
	e = data_read_need_word(&r, root, "checked", &clocks->checked_cstr);
	if (e == 0)
		e = read_holidays(&r, data_tree_find(root, "holidays"), clocks);
	const struct data_tree *list;
	if (e == 0)
		e = data_read_need_list(&r, root, "profiles", &list);
	for (const struct data_tree *p = e == 0 ? list->first : NULL; p != NULL && e == 0; p = p->next) {
		if (clocks->profile_count == CLOCKS_PROFILES_MAX)
			return data_read_complain(&r, p, _("too many entries in one file"), "profiles");
		e = read_profile(&r, p, &profiles[clocks->profile_count]);
		if (e == 0 && clocks_find(clocks, profiles[clocks->profile_count].profile_cstr) != NULL)
			e = data_read_complain(&r, p, _("this name is there twice"), "profile");
		clocks->profile_count += e == 0;
	}
	if (e == 0)
		*out = clocks;
	return e;
}

const struct clock_profile *
clocks_find(const struct clocks *clocks, const char *profile_cstr)
{
	for (size_t i = 0; i < clocks->profile_count; i++)
		if (strcmp(clocks->profiles[i].profile_cstr, profile_cstr) == 0)
			return &clocks->profiles[i];
	return NULL;
}

const struct clock_step *
clocks_find_step(const struct clock_profile *profile, const char *step_cstr)
{
	for (size_t i = 0; i < profile->step_count; i++)
		if (strcmp(profile->steps[i].step_cstr, step_cstr) == 0)
			return &profile->steps[i];
	return NULL;
}

bool
clocks_is_holiday(const struct clocks *clocks, int64_t days)
{
	struct civil c = civil_of(days * CIVIL_DAY_SECONDS);
	for (size_t i = 0; i < clocks->holiday_count; i++) {
		const struct clock_holiday *h = &clocks->holidays[i];
		if (h->month != 0 ? h->month == c.month && h->day == c.day : civil_easter(c.year) + h->easter_days == days)
			return true;
	}
	return false;
}

bool
clocks_is_working_day(const struct clocks *clocks, int64_t days)
{
	return civil_weekday(days) < 5 && !clocks_is_holiday(clocks, days);
}

const char *
clocks_unit_word(enum clock_unit unit)
{
	return unit_words[unit];
}

const char *
clocks_state_word(enum clock_state state)
{
	return state_words[state];
}

const char *
clocks_binding_word(enum clock_binding binding)
{
	return binding_words[binding];
}

bool
clocks_were_checked(const struct clocks *clocks)
{
	return strcmp(clocks->checked_cstr, "no") != 0;
}
