/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_finding.h - what a set of labelled flows can teach and what it cannot, in sentences for people. */
#ifndef APP_LEARN_FINDING_H
#define APP_LEARN_FINDING_H

#include "app/learn_sheet.h"
#include "core/text.h"
#include "detect/learn/learn_relevance.h"
#include "lesson/lesson.h"

enum { LEARN_FINDINGS_MAX = 32, LEARN_FINDING_TEXT_MAX = 512 };

enum learn_finding_tone { LEARN_FINDING_GOOD, LEARN_FINDING_WATCH, LEARN_FINDING_GRAVE };

struct learn_finding {
	const char *id_cstr; /* for programs: "one-class"; never changed */
	enum learn_finding_tone tone;
	char text_cstr[LEARN_FINDING_TEXT_MAX];
};

struct learn_findings {
	size_t count;
	struct learn_finding at[LEARN_FINDINGS_MAX];
};

/* All that is known of a set. */
struct learn_subject {
	const struct learn_table *table;
	const struct learn_relevance *worth;
	const struct learn_sheet *sheet;
	const struct lesson_account *account;
	int64_t now_s;
	bool leaves_file; /* it is also written as a set */
};

/* The gravest first. */
void learn_finding_find(enum language language, const struct learn_subject *subject, struct learn_findings *out);

#endif
