/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_reading.h - the rule files that a verb was given, read, and what became of each rule in them. */
#ifndef APP_RULES_READING_H
#define APP_RULES_READING_H

#include "app/rules_files.h"
#include "detect/rules/rule_outline.h"
#include "detect/rules/rule_text.h"

enum rules_state { RULES_USED, RULES_PARTLY, RULES_NOT_USED, RULES_WRONG, RULES_OFF };

struct rules_reading {
	struct rules_files *files;
	struct rule_set set;
	const struct rule_problem **problems; /* by file and line */
	/* Where rules_reading_next() is. */
	size_t file;
	struct rule_text_reader reader;
	bool in_file;
};

/* One rule of a file, whether it is used or not. */
struct rules_read {
	const char *file_cstr;
	struct rule_text text;
	struct rule_outline outline;
	uint32_t sid;
	enum rules_state state;
	const char *reason_cstr; /* why it is not used, or only in part; "": it is used */
};

/* 0, or a negative errno with diag; rules_reading_close() in either case. */
MUST_USE int rules_reading_open(struct rules_reading *reading, const char *const *paths, size_t count, struct diag *diag);
void rules_reading_close(struct rules_reading *reading);
/* One rule after the other, as they stand in their files. False at the end. */
bool rules_reading_next(struct rules_reading *reading, struct rules_read *out);
/* "on", "on in part", "off", "not used", "wrong": for programs. */
const char *rules_reading_word(enum rules_state state);
/* The same in the reader's language. */
const char *rules_reading_say(enum rules_state state);

#endif
