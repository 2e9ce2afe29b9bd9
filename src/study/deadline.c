/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/deadline.h"

enum { HOUR_SECONDS = 3600, NOON = 12 };

struct question {
	const struct clocks *clocks;
	const struct zone *zone;
	const struct deadline_event *events;
	size_t event_count;
	const struct deadline *done; /* the steps before */
	size_t done_count;
};

static struct civil
local(const struct zone *zone, int64_t utc_s)
{
	return civil_of(utc_s + zone_offset(zone, utc_s));
}

static int64_t
moment_of(const struct zone *zone, const struct civil *wall)
{
	int64_t moments[2];
	(void)zone_moments(zone, wall, moments);
	return moments[0];
}

static int64_t
day_of(const struct civil *c)
{
	return civil_days(c->year, c->month, c->day);
}

/* That day at the hour of `wall`. */
static int64_t
on_day(const struct zone *zone, int64_t days, const struct civil *wall)
{
	struct civil c = civil_of(days * CIVIL_DAY_SECONDS);
	c.hour = wall->hour;
	c.minute = wall->minute;
	c.second = wall->second;
	return moment_of(zone, &c);
}

static int64_t
after(const struct question *q, int64_t from_s, const struct clock_delay *delay)
{
	struct civil wall = local(q->zone, from_s);
	int64_t days = day_of(&wall);
	switch (delay->unit) {
	case CLOCK_NONE: return from_s;
	case CLOCK_HOURS: return from_s + (int64_t)delay->count * HOUR_SECONDS;
	case CLOCK_DAYS: return on_day(q->zone, days + delay->count, &wall);
	case CLOCK_DAYS_WITHOUT_HOLIDAYS:
		for (unsigned counted = 0; counted < delay->count;)
			counted += !clocks_is_holiday(q->clocks, ++days);
		return on_day(q->zone, days, &wall);
	case CLOCK_MONTHS: wall = civil_add_months(&wall, (int)delay->count); return moment_of(q->zone, &wall);
	}
	return from_s;
}

/* When that happened; for a step that was not sent, its deadline (*assumed). */
static bool
find_event(const struct question *q, const char *name_cstr, int64_t *out_s, bool *assumed)
{
	*assumed = false;
	for (size_t i = 0; i < q->event_count; i++) {
		if (strcmp(q->events[i].name_cstr, name_cstr) == 0) {
			*out_s = q->events[i].at_s;
			return true;
		}
	}
	for (size_t i = 0; i < q->done_count; i++) {
		if (strcmp(q->done[i].step->step_cstr, name_cstr) == 0 && q->done[i].kind == DEADLINE_AT) {
			*out_s = q->done[i].at_s;
			*assumed = true;
			return true;
		}
	}
	return false;
}

/* The delay counts from its event, but not past at_most - unless the event itself comes later than that: then the delay
 * counts from it all the same (DORA, delegated regulation 2025/301, 5(2)). */
static void
compute(const struct question *q, struct deadline *d)
{
	const struct clock_step *step = d->step;
	int64_t from_s = 0, start_s = 0;
	bool assumed = false, ignored;
	bool known = find_event(q, step->delay.from_cstr, &from_s, &assumed);
	d->from_cstr = step->delay.from_cstr;
	if (known) {
		d->kind = step->delay.unit == CLOCK_NONE ? DEADLINE_WITHOUT_DELAY : DEADLINE_AT;
		d->from_s = from_s;
		d->assumed = assumed;
		d->at_s = after(q, from_s, &step->delay);
	}
	if (step->at_most.from_cstr == NULL || !find_event(q, step->at_most.from_cstr, &start_s, &ignored))
		return;
	int64_t latest_s = after(q, start_s, &step->at_most);
	if (known && (from_s > latest_s || d->at_s <= latest_s))
		return;
	d->kind = DEADLINE_AT;
	d->at_s = latest_s;
	d->from_cstr = step->at_most.from_cstr;
	d->from_s = start_s;
	d->assumed = !known;
}

static void
move(const struct question *q, struct deadline *d)
{
	struct civil wall = local(q->zone, d->at_s);
	static const struct civil noon = {.hour = NOON};
	int64_t days = day_of(&wall);
	if (clocks_is_working_day(q->clocks, days))
		return;
	while (!clocks_is_working_day(q->clocks, days))
		days++;
	d->moved = true;
	d->unmoved_s = d->at_s;
	d->at_s = on_day(q->zone, days, &noon);
}

/* Dates of the form YYYY-MM-DD compare as texts do. */
static bool
is_in_force(const struct clock_step *step, const char *today_cstr)
{
	return step->state != CLOCK_DRAFT && strncmp(step->valid_from_cstr, today_cstr, 10) <= 0 &&
	    (step->valid_to_cstr[0] == '\0' || strncmp(today_cstr, step->valid_to_cstr, 10) <= 0);
}

size_t
deadline_compute(const struct clocks *clocks, const struct clock_profile *profile, const struct zone *zone,
    const struct deadline_event *events, size_t event_count, struct deadline *out)
{
	struct question q = {.clocks = clocks, .zone = zone, .events = events, .event_count = event_count, .done = out};
	char today_cstr[CIVIL_TEXT_MAX] = "9999-12-31";
	int64_t aware_s;
	bool ignored;
	if (find_event(&q, "awareness", &aware_s, &ignored))
		(void)zone_write(zone, aware_s, today_cstr);
	for (size_t i = 0; i < profile->step_count; i++) {
		out[i] = (struct deadline){.step = &profile->steps[i], .kind = DEADLINE_WAITS};
		q.done_count = i;
		compute(&q, &out[i]);
		if (out[i].kind == DEADLINE_AT && out[i].step->noon_next_working_day)
			move(&q, &out[i]);
		out[i].in_force = is_in_force(out[i].step, today_cstr);
	}
	return profile->step_count;
}
