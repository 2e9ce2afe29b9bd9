/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/case_clock.h - the legal clocks of one incident: which run, what was sent, what is due or late. Pure: the caller
 * tells what time it is.
 *
 * A clock runs because a field of the file says so (`opens` in data/law/clocks.yaml), or because a person started it; a person
 * may say that it does not apply, with the reason. It starts at awareness.
 */
#ifndef INCIDENT_CASE_CLOCK_H
#define INCIDENT_CASE_CLOCK_H

#include "record/case_file.h"
#include "study/deadline.h"

enum case_clock_state {
	CASE_CLOCK_WAITS,     /* for awareness, or another event */
	CASE_CLOCK_RUNS,      /* left_s is how long still */
	CASE_CLOCK_NOW,       /* without delay, and not sent */
	CASE_CLOCK_OVERDUE,   /* not sent, and left_s is negative */
	CASE_CLOCK_SENT,      /* in time */
	CASE_CLOCK_SENT_LATE, /* with the reason */
};

struct case_clock_step {
	struct deadline deadline;
	enum case_clock_state state;
	const struct case_item *notice; /* NULL: not sent */
	int64_t left_s;                 /* to the deadline: from now, or from when it was sent */
};

struct case_clock {
	const struct clock_profile *profile;
	const struct case_item *item; /* the person's word about it; NULL: none */
	bool needed;
	size_t step_count;
	struct case_clock_step steps[CLOCKS_STEPS_MAX];
};

/* Fills out (CLOCKS_PROFILES_MAX); returns how many clocks the file has, those that do not apply included. */
size_t case_clock_all(const struct clocks *clocks, const struct case_file *file, const struct zone *zone, int64_t now_s,
    struct case_clock *out);
/* The field of the incident that is this event; NULL: none (it is a step, which is sent). */
const char *case_clock_field(const char *event_cstr);
/* Whether a notice or clock item names what there is, and a late notice its reason. notice: an item of this file as it will
 * be. 0, or a negative errno with diag. */
MUST_USE int case_clock_check(const struct clocks *clocks, const struct case_file *file, const struct zone *zone,
    const struct case_item *item, struct diag *diag);
/* Before an incident closes: every step of every clock that runs was sent. */
MUST_USE int case_clock_check_closing(
    const struct clocks *clocks, const struct case_file *file, const struct zone *zone, int64_t now_s, struct diag *diag);

#endif
