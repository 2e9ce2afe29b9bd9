/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/clocks.h - the legal clocks as dated data (data/law/clocks.yaml, or a file of the reader's own): whom to tell what,
 * until when, by which article, and how sure that is.
 */
#ifndef STUDY_CLOCKS_H
#define STUDY_CLOCKS_H

#include "core/arena.h"
#include "core/civil.h"
#include "core/diag.h"
#include "core/text.h"

enum { CLOCKS_PROFILES_MAX = 64, CLOCKS_STEPS_MAX = 8, CLOCKS_HOLIDAYS_MAX = 32, CLOCKS_LANGUAGES = 2 };

enum clock_unit { CLOCK_NONE /* without delay */, CLOCK_HOURS, CLOCK_DAYS, CLOCK_DAYS_WITHOUT_HOLIDAYS, CLOCK_MONTHS };
enum clock_state { CLOCK_IN_FORCE, CLOCK_DRAFT, CLOCK_TO_VERIFY };
enum clock_binding { CLOCK_LAW, CLOCK_TARGET };

/* A text in both languages, by enum language. */
struct clock_words {
	const char *cstr[CLOCKS_LANGUAGES];
};

struct clock_delay {
	const char *from_cstr; /* NULL: none */
	enum clock_unit unit;
	unsigned count;
};

struct clock_step {
	const char *step_cstr;
	struct clock_words name, tell, text, note; /* text: of the law; note may be empty */
	struct clock_delay delay, at_most;
	bool noon_next_working_day;
	enum clock_state state;
	enum clock_binding binding;
	const char *article_cstr, *source_cstr;
	const char *valid_from_cstr, *valid_to_cstr; /* "2026-09-11"; empty when unknown */
};

struct clock_profile {
	const char *profile_cstr;
	struct clock_words name, applies;
	const char *opens_cstr; /* "personal_data=yes": the field of an incident that starts it; empty when a person does */
	size_t step_count;
	struct clock_step steps[CLOCKS_STEPS_MAX];
};

struct clock_holiday {
	int month, day;  /* month 0: by Easter */
	int easter_days; /* after Easter Sunday */
};

struct clocks {
	const char *checked_cstr; /* the day when a person last compared the table with its sources; "no": nobody did */
	size_t profile_count, holiday_count;
	struct clock_profile *profiles;
	struct clock_holiday holidays[CLOCKS_HOLIDAYS_MAX];
};

/* Everything lives in the arena. 0, or a negative errno with diag: file, line, what was expected. */
MUST_USE int
clocks_read(struct arena *arena, struct bytes text, const char *file_cstr, const struct clocks **out, struct diag *diag);
bool clocks_were_checked(const struct clocks *clocks);
/* NULL when there is none of that name. */
const struct clock_profile *clocks_find(const struct clocks *clocks, const char *profile_cstr);
const struct clock_step *clocks_find_step(const struct clock_profile *profile, const char *step_cstr);
/* Saturday, Sunday, or a holiday; days since 1970. */
bool clocks_is_holiday(const struct clocks *clocks, int64_t days);
bool clocks_is_working_day(const struct clocks *clocks, int64_t days);
/* "hours", "in-force", "law": as in the file. */
const char *clocks_unit_word(enum clock_unit unit);
const char *clocks_state_word(enum clock_state state);
const char *clocks_binding_word(enum clock_binding binding);

#endif
