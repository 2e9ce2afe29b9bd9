/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/case_clock.h"

#include <errno.h>
#include <stdio.h>

enum { EVENTS_MAX = CLOCKS_STEPS_MAX + 4 };

/* Fields of the incident that are events of clocks. */
static const struct {
	const char *event_cstr, *field_cstr;
} event_fields[] = {
    {"awareness", "aware"}, {"high-risk", "high_risk"}, {"classification", "classification"}, {"fix", "fix"}};

const char *
case_clock_field(const char *event_cstr)
{
	for (size_t i = 0; i < LENGTH_OF(event_fields); i++)
		if (strcmp(event_fields[i].event_cstr, event_cstr) == 0)
			return event_fields[i].field_cstr;
	return NULL;
}

/* "personal_data=yes" */
static bool
opens(const struct clock_profile *profile, const struct case_item *incident)
{
	char name[CASE_NAME_MAX];
	const char *equal = strchr(profile->opens_cstr, '=');
	if (equal == NULL || (size_t)(equal - profile->opens_cstr) >= sizeof(name))
		return false;
	(void)snprintf(name, sizeof(name), "%.*s", (int)(equal - profile->opens_cstr), profile->opens_cstr);
	return case_file_says(incident, name, equal + 1);
}

/* The latest word of a person about a clock; the latest notice of a step. step_cstr NULL: any. */
static const struct case_item *
latest(const struct case_file *file, const char *kind_cstr, const char *profile_cstr, const char *step_cstr)
{
	const struct case_item *found = NULL;
	for (const struct case_item *i = NULL; (i = case_file_next(file, kind_cstr, i)) != NULL;)
		if (case_file_says(i, "profile", profile_cstr) &&
		    (step_cstr == NULL || case_file_says(i, "step", step_cstr)))
			found = i;
	return found;
}

/* The first notice of a step is the one that stops its clock. */
static const struct case_item *
first_notice(const struct case_file *file, const char *profile_cstr, const char *step_cstr, int64_t *sent_s)
{
	const struct case_item *found = NULL;
	int64_t at_s;
	for (const struct case_item *n = NULL; (n = case_file_next(file, "notice", n)) != NULL;) {
		if (!case_file_says(n, "profile", profile_cstr) || !case_file_says(n, "step", step_cstr) ||
		    !case_file_time(n, "sent", &at_s))
			continue;
		if (found == NULL || at_s < *sent_s) {
			found = n;
			*sent_s = at_s;
		}
	}
	return found;
}

static void
fill(const struct clocks *clocks, const struct case_file *file, const struct zone *zone, int64_t now_s,
    struct case_clock *clock)
{
	struct deadline_event events[EVENTS_MAX];
	struct deadline deadlines[CLOCKS_STEPS_MAX];
	size_t count = 0;
	const struct clock_profile *p = clock->profile;
	for (size_t i = 0; i < LENGTH_OF(event_fields); i++)
		if (case_file_time(&file->incident, event_fields[i].field_cstr, &events[count].at_s))
			events[count++].name_cstr = event_fields[i].event_cstr;
	for (size_t i = 0; i < p->step_count; i++)
		if (first_notice(file, p->profile_cstr, p->steps[i].step_cstr, &events[count].at_s) != NULL)
			events[count++].name_cstr = p->steps[i].step_cstr;
	clock->step_count = deadline_compute(clocks, p, zone, events, count, deadlines);
	for (size_t i = 0; i < clock->step_count; i++) {
		struct case_clock_step *s = &clock->steps[i];
		int64_t at_s = now_s;
		*s = (struct case_clock_step){.deadline = deadlines[i]};
		s->notice = first_notice(file, p->profile_cstr, p->steps[i].step_cstr, &at_s);
		bool dated = s->deadline.kind == DEADLINE_AT;
		s->left_s = dated ? s->deadline.at_s - at_s : 0;
		if (s->notice != NULL)
			s->state = dated && s->left_s < 0 ? CASE_CLOCK_SENT_LATE : CASE_CLOCK_SENT;
		else if (dated)
			s->state = s->left_s < 0 ? CASE_CLOCK_OVERDUE : CASE_CLOCK_RUNS;
		else
			s->state = s->deadline.kind == DEADLINE_WITHOUT_DELAY ? CASE_CLOCK_NOW : CASE_CLOCK_WAITS;
	}
}

size_t
case_clock_all(const struct clocks *clocks, const struct case_file *file, const struct zone *zone, int64_t now_s,
    struct case_clock *out)
{
	size_t count = 0;
	for (size_t i = 0; i < clocks->profile_count; i++) {
		const struct clock_profile *p = &clocks->profiles[i];
		const struct case_item *word = latest(file, "clock", p->profile_cstr, NULL);
		if (word == NULL && !opens(p, &file->incident) && latest(file, "notice", p->profile_cstr, NULL) == NULL)
			continue;
		struct case_clock *c = &out[count++];
		*c = (struct case_clock){
		    .profile = p, .item = word, .needed = word == NULL || !case_file_says(word, "state", "not-needed")};
		fill(clocks, file, zone, now_s, c);
	}
	return count;
}

int
case_clock_check(const struct clocks *clocks, const struct case_file *file, const struct zone *zone,
    const struct case_item *item, struct diag *diag)
{
	struct case_clock clock = {.profile = clocks_find(clocks, case_file_value(item, "profile"))};
	int64_t sent_s;
	if (clock.profile == NULL)
		return diag_say(diag, -EINVAL, _("there is no clock profile \"%s\": beffroi law list shows them"),
		    case_file_value(item, "profile"));
	if (strcmp(item->kind_cstr, "notice") != 0)
		return 0;
	const struct clock_step *step = clocks_find_step(clock.profile, case_file_value(item, "step"));
	if (step == NULL)
		return diag_say(diag, -EINVAL, _("the clock %s has no step \"%s\": beffroi law list shows them"),
		    clock.profile->profile_cstr, case_file_value(item, "step"));
	if (!case_file_time(item, "sent", &sent_s))
		return diag_say(diag, -EINVAL, _("%s is missing: %s=..."), "sent", "sent");
	fill(clocks, file, zone, sent_s, &clock);
	const struct deadline *d = &clock.steps[step - clock.profile->steps].deadline;
	if (d->kind == DEADLINE_AT && sent_s > d->at_s && case_file_value(item, "why_late")[0] == '\0') {
		char due[CIVIL_TEXT_MAX];
		return diag_say(diag, -EPERM, _("it was due on %s: say why it was sent late: why_late=\"TEXT\""),
		    zone_write(zone, d->at_s, due));
	}
	return 0;
}

int
case_clock_check_closing(
    const struct clocks *clocks, const struct case_file *file, const struct zone *zone, int64_t now_s, struct diag *diag)
{
	static struct case_clock all[CLOCKS_PROFILES_MAX];
	size_t count = case_clock_all(clocks, file, zone, now_s, all);
	for (size_t i = 0; i < count; i++) {
		for (size_t s = 0; all[i].needed && s < all[i].step_count; s++) {
			const struct case_clock_step *step = &all[i].steps[s];
			bool waits_for_event = step->state == CASE_CLOCK_WAITS &&
			    strcmp(step->deadline.step->delay.from_cstr, "awareness") != 0;
			bool is_target = step->deadline.step->binding == CLOCK_TARGET;
			if (step->notice != NULL || waits_for_event || is_target)
				continue;
			return diag_say(diag, -EPERM,
			    _("the clock %s still runs: incident notified ID profile=%s step=%s sent=TIME, or incident start ID profile=%s"
			      " state=not-needed why=\"TEXT\""),
			    all[i].profile->profile_cstr, all[i].profile->profile_cstr, step->deadline.step->step_cstr,
			    all[i].profile->profile_cstr);
		}
	}
	return 0;
}
