/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/deadline.h - when each step of a legal clock is due. Pure: no clock of its own, no file.
 *
 * Hours are elapsed hours, whatever the clocks on the wall do. Days and months are those of the calendar in the zone, at the
 * same local hour; where that hour is skipped in spring the hour after, where it is told twice the first one. Regulation
 * 1182/71 would let a period in days or months run to the end of its last day, or to the next working day: a deadline here
 * is never made longer by it.
 */
#ifndef STUDY_DEADLINE_H
#define STUDY_DEADLINE_H

#include "core/zone.h"
#include "study/clocks.h"

/* Something that happened: "awareness", an event, or the name of a step, which was then sent. */
struct deadline_event {
	const char *name_cstr;
	int64_t at_s;
};

enum deadline_kind {
	DEADLINE_AT,            /* at_s is valid */
	DEADLINE_WITHOUT_DELAY, /* as soon as from_s */
	DEADLINE_WAITS,         /* for delay.from_cstr, which has not happened, or is not known */
};

struct deadline {
	const struct clock_step *step;
	enum deadline_kind kind;
	int64_t at_s;
	const char *from_cstr; /* what it is counted from */
	int64_t from_s;
	bool assumed; /* from_s is the deadline of a step that was not sent yet, or the latest moment (at_most) */
	bool moved;   /* by the week-end rule; unmoved_s is what it was */
	int64_t unmoved_s;
	bool in_force; /* on the day of the awareness; false for drafts */
};

/* One deadline per step of the profile into out (CLOCKS_STEPS_MAX). Returns their number. */
size_t deadline_compute(const struct clocks *clocks, const struct clock_profile *profile, const struct zone *zone,
    const struct deadline_event *events, size_t event_count, struct deadline *out);

#endif
