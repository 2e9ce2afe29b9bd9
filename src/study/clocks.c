/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/clocks.h"

#include "core/data_tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNT_MAX = 9999 };

static const char *const unit_words[] = {[CLOCK_NONE] = "none",
    [CLOCK_HOURS] = "hours",
    [CLOCK_DAYS] = "days",
    [CLOCK_DAYS_WITHOUT_HOLIDAYS] = "days-without-holidays",
    [CLOCK_MONTHS] = "months"};
static const char *const state_words[] = {
    [CLOCK_IN_FORCE] = "in-force", [CLOCK_DRAFT] = "draft", [CLOCK_TO_VERIFY] = "to-verify"};
static const char *const binding_words[] = {[CLOCK_LAW] = "law", [CLOCK_TARGET] = "target"};

struct reader {
	struct arena *arena;
	const char *file_cstr;
	struct diag *diag;
};

/* The first complaint about a node; `error` is what has been found so far. */
static int
complain(const struct reader *r, const struct data_tree *at, const char *sentence_cstr, const char *what_cstr)
{
	int error = diag_say_at(r->diag, -EINVAL, r->file_cstr, UINT64_MAX, "%s: %s", what_cstr, sentence_cstr);
	if (r->diag != NULL)
		r->diag->line = at->line;
	return error;
}

static int
read_word(const struct reader *r, const struct data_tree *map, const char *key_cstr, const char **out)
{
	const struct data_tree *node = data_tree_find(map, key_cstr);
	*out = "";
	if (node == NULL)
		return 0;
	if (node->kind != DATA_TEXT)
		return complain(r, node, _("expected a text"), key_cstr);
	*out = (const char *)node->text.at;
	return 0;
}

static int
need_word(const struct reader *r, const struct data_tree *map, const char *key_cstr, const char **out)
{
	int e = read_word(r, map, key_cstr, out);
	return e == 0 && **out == '\0' ? complain(r, map, _("is missing here"), key_cstr) : e;
}

/* {en: ..., fr: ...}; optional. */
static int
read_words(const struct reader *r, const struct data_tree *map, const char *key_cstr, struct clock_words *out)
{
	const struct data_tree *node = data_tree_find(map, key_cstr);
	out->cstr[LANGUAGE_EN] = out->cstr[LANGUAGE_FR] = "";
	if (node == NULL)
		return 0;
	if (node->kind != DATA_MAP)
		return complain(r, node, _("expected {en: ..., fr: ...}"), key_cstr);
	int e = need_word(r, node, "en", &out->cstr[LANGUAGE_EN]);
	return e == 0 ? need_word(r, node, "fr", &out->cstr[LANGUAGE_FR]) : e;
}

static int
need_words(const struct reader *r, const struct data_tree *map, const char *key_cstr, struct clock_words *out)
{
	if (data_tree_find(map, key_cstr) == NULL)
		return complain(r, map, _("is missing here"), key_cstr);
	return read_words(r, map, key_cstr, out);
}

/* One of a list of words; its number. */
static int
need_choice(const struct reader *r, const struct data_tree *map, const char *key_cstr, const char *const *words,
    size_t count, unsigned *out)
{
	const char *word_cstr;
	int e = need_word(r, map, key_cstr, &word_cstr);
	if (e < 0)
		return e;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], word_cstr) == 0) {
			*out = (unsigned)i;
			return 0;
		}
	}
	return complain(
	    r, data_tree_find(map, key_cstr), _("this word is not one of those that the file may use"), key_cstr);
}

/* A whole number, from min to max. */
static int
need_number(const struct reader *r, const struct data_tree *map, const char *key_cstr, long min, long max, long *out)
{
	const char *word_cstr;
	char *end;
	int e = need_word(r, map, key_cstr, &word_cstr);
	if (e < 0)
		return e;
	errno = 0;
	*out = strtol(word_cstr, &end, 10);
	if (errno != 0 || end == word_cstr || *end != '\0' || *out < min || *out > max)
		return complain(r, data_tree_find(map, key_cstr),
		    _("expected a whole number that is neither absurd nor negative"), key_cstr);
	return 0;
}

static int
read_delay(const struct reader *r, const struct data_tree *map, struct clock_delay *out)
{
	unsigned unit = 0;
	long count = 0;
	int e = need_word(r, map, "from", &out->from_cstr);
	if (e == 0)
		e = need_choice(r, map, "unit", unit_words, LENGTH_OF(unit_words), &unit);
	if (e == 0 && unit != CLOCK_NONE)
		e = need_number(r, map, "delay", 1, COUNT_MAX, &count);
	out->unit = (enum clock_unit)unit;
	out->count = (unsigned)count;
	return e;
}

/* Empty, or "2026-09-11". */
static int
read_date(const struct reader *r, const struct data_tree *map, const char *key_cstr, const char **out)
{
	int e = read_word(r, map, key_cstr, out);
	if (e < 0 || **out == '\0')
		return e;
	struct civil c = {0};
	int used = 0;
	if (sscanf(*out, "%4d-%2d-%2d%n", &c.year, &c.month, &c.day, &used) != 3 || used != 10 || (*out)[used] != '\0' ||
	    !civil_valid(&c))
		return complain(r, data_tree_find(map, key_cstr), _("expected a date such as 2026-09-11"), key_cstr);
	return 0;
}

static int
read_step(const struct reader *r, const struct data_tree *map, struct clock_step *out)
{
	unsigned state = 0, binding = 0;
	const char *rule_cstr;
	int e = need_word(r, map, "step", &out->step_cstr);
	if (e == 0)
		e = need_words(r, map, "name", &out->name);
	if (e == 0)
		e = need_words(r, map, "tell", &out->tell);
	if (e == 0)
		e = read_words(r, map, "note", &out->note);
	if (e == 0)
		e = read_delay(r, map, &out->delay);
	const struct data_tree *at_most = data_tree_find(map, "at_most");
	if (e == 0 && at_most != NULL)
		e = read_delay(r, at_most, &out->at_most);
	if (e == 0)
		e = need_choice(r, map, "state", state_words, LENGTH_OF(state_words), &state);
	if (e == 0)
		e = need_choice(r, map, "binding", binding_words, LENGTH_OF(binding_words), &binding);
	if (e == 0)
		e = need_word(r, map, "text", &out->text_cstr);
	if (e == 0)
		e = need_word(r, map, "article", &out->article_cstr);
	if (e == 0)
		e = need_word(r, map, "source", &out->source_cstr);
	if (e == 0)
		e = read_date(r, map, "valid_from", &out->valid_from_cstr);
	if (e == 0)
		e = read_date(r, map, "valid_to", &out->valid_to_cstr);
	if (e == 0)
		e = read_word(r, map, "rule", &rule_cstr);
	if (e < 0)
		return e;
	out->state = (enum clock_state)state;
	out->binding = (enum clock_binding)binding;
	out->noon_next_working_day = strcmp(rule_cstr, "noon-next-working-day") == 0;
	return *rule_cstr == '\0' || out->noon_next_working_day
	    ? 0
	    : complain(r, map, _("this word is not one of those that the file may use"), "rule");
}

static int
read_profile(const struct reader *r, const struct data_tree *map, struct clock_profile *out)
{
	int e = need_word(r, map, "profile", &out->profile_cstr);
	if (e == 0)
		e = need_words(r, map, "name", &out->name);
	if (e == 0)
		e = need_words(r, map, "applies", &out->applies);
	if (e == 0)
		e = read_word(r, map, "opens", &out->opens_cstr);
	const struct data_tree *steps = data_tree_find(map, "steps");
	if (e == 0 && (steps == NULL || steps->kind != DATA_LIST || steps->first == NULL))
		e = complain(r, map, _("expected a list"), "steps");
	for (const struct data_tree *s = e == 0 ? steps->first : NULL; s != NULL && e == 0; s = s->next) {
		if (out->step_count == CLOCKS_STEPS_MAX)
			return complain(r, s, _("too many entries in one file"), "steps");
		e = read_step(r, s, &out->steps[out->step_count]);
		if (e == 0 && clocks_find_step(out, out->steps[out->step_count].step_cstr) != NULL)
			e = complain(r, s, _("this name is there twice"), "step");
		out->step_count += e == 0;
	}
	return e;
}

static int
read_holidays(const struct reader *r, const struct data_tree *list, struct clocks *out)
{
	int e = 0;
	for (const struct data_tree *h = list == NULL ? NULL : list->first; h != NULL && e == 0; h = h->next) {
		struct clock_holiday *holiday = &out->holidays[out->holiday_count];
		struct civil c = {.year = 2024};
		long days = 0;
		int used = 0;
		const char *date_cstr = data_tree_cstr(h, "date");
		if (out->holiday_count++ == CLOCKS_HOLIDAYS_MAX)
			return complain(r, h, _("too many entries in one file"), "holidays");
		if (date_cstr == NULL) {
			e = need_number(r, h, "easter", -100, 100, &days);
			holiday->easter_days = (int)days;
			continue;
		}
		if (sscanf(date_cstr, "%2d-%2d%n", &c.month, &c.day, &used) != 2 || date_cstr[used] != '\0' ||
		    !civil_valid(&c))
			e = complain(r, h, _("expected a month and day such as 07-14"), "date");
		holiday->month = c.month;
		holiday->day = c.day;
	}
	return e;
}

int
clocks_read(struct arena *arena, struct bytes text, const char *file_cstr, const struct clocks **out, struct diag *diag)
{
	struct reader r = {.arena = arena, .file_cstr = file_cstr, .diag = diag};
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
	e = need_word(&r, root, "checked", &clocks->checked_cstr);
	if (e == 0)
		e = read_holidays(&r, data_tree_find(root, "holidays"), clocks);
	const struct data_tree *list = data_tree_find(root, "profiles");
	if (e == 0 && (list == NULL || list->kind != DATA_LIST || list->first == NULL))
		e = complain(&r, root, _("expected a list"), "profiles");
	for (const struct data_tree *p = e == 0 ? list->first : NULL; p != NULL && e == 0; p = p->next) {
		if (clocks->profile_count == CLOCKS_PROFILES_MAX)
			return complain(&r, p, _("too many entries in one file"), "profiles");
		e = read_profile(&r, p, &profiles[clocks->profile_count]);
		if (e == 0 && clocks_find(clocks, profiles[clocks->profile_count].profile_cstr) != NULL)
			e = complain(&r, p, _("this name is there twice"), "profile");
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
