/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/law_view.h"

#include <stdlib.h>

enum { LINE_MAX = 1024 };

const char *
law_view_time(enum language language, const struct zone *zone, int64_t utc_s, char out[static LAW_VIEW_TIME_MAX])
{
	static const char *const days[] = {N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")};
	int32_t offset_s = zone_offset(zone, utc_s);
	struct civil c = civil_of(utc_s + offset_s);
	const char *day_cstr = text_in(language, days[civil_weekday(civil_days(c.year, c.month, c.day))]);
	unsigned minutes = (unsigned)abs(offset_s) / 60;
	(void)snprintf(out, LAW_VIEW_TIME_MAX, "%s %04d-%02d-%02d %02d:%02d (%c%02u:%02u)", day_cstr, c.year, c.month, c.day,
	    c.hour, c.minute, offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
	return out;
}

static const char *
state_text(enum language language, enum clock_state state)
{
	static const char *const words[] = {
	    [CLOCK_IN_FORCE] = N_("in force"), [CLOCK_DRAFT] = N_("draft, not law"), [CLOCK_TO_VERIFY] = N_("to verify")};
	return text_in(language, words[state]);
}

/* "awareness" and the like, which files name in English; a step keeps its name. */
static const char *
event_text(enum language language, const char *event_cstr)
{
	static const struct {
		const char *event_cstr, *text_cstr;
	} known[] = {{"awareness", N_("awareness")}, {"classification", N_("the classification as major")},
	    {"fix", N_("the fix being available")}, {"high-risk", N_("the decision that the risk is high")},
	    {"deposit", N_("the deposit of the file")}, {"jury", N_("the jury")}};
	for (size_t i = 0; i < LENGTH_OF(known); i++)
		if (strcmp(known[i].event_cstr, event_cstr) == 0)
			return text_in(language, known[i].text_cstr);
	return event_cstr;
}

static void
delay_text(enum language language, const struct clock_delay *delay, char *out, size_t size)
{
	char amount[64];
	const char *event_cstr = event_text(language, delay->from_cstr);
	unsigned n = delay->count;
	switch (delay->unit) {
	case CLOCK_NONE: (void)snprintf(out, size, text_in(language, N_("without delay after %s")), event_cstr); return;
	case CLOCK_HOURS:
		(void)snprintf(amount, sizeof(amount), text_plural(language, n, N_("%u hour"), N_("%u hours")), n);
		break;
	case CLOCK_DAYS:
		(void)snprintf(amount, sizeof(amount), text_plural(language, n, N_("%u day"), N_("%u days")), n);
		break;
	case CLOCK_DAYS_WITHOUT_HOLIDAYS:
		(void)snprintf(amount, sizeof(amount), text_in(language, N_("%u days, holidays not counted,")), n);
		break;
	case CLOCK_MONTHS:
		(void)snprintf(amount, sizeof(amount), text_plural(language, n, N_("%u month"), N_("%u months")), n);
		break;
	}
	(void)snprintf(out, size, text_in(language, N_("%s after %s")), amount, event_cstr);
}

void
law_view_profile(const struct presenter *p, const struct clock_profile *profile)
{
	char line[LINE_MAX], delay[128];
	fprintf(p->out, "%s  %s\n", profile->profile_cstr, profile->name.cstr[p->language]);
	(void)snprintf(line, sizeof(line), text_in(p->language, N_("applies: %s")), profile->applies.cstr[p->language]);
	present_paragraph(p, "  ", 2, line);
	for (size_t i = 0; i < profile->step_count; i++) {
		const struct clock_step *s = &profile->steps[i];
		delay_text(p->language, &s->delay, delay, sizeof(delay));
		(void)snprintf(line, sizeof(line), "%s: %s; %s, %s [%s]", s->name.cstr[p->language], delay,
		    s->text.cstr[p->language], s->article_cstr, state_text(p->language, s->state));
		present_paragraph(p, "  - ", 4, line);
	}
}

static void
due_text(const struct presenter *p, const struct deadline *d, const struct zone *zone, char *out, size_t size)
{
	char when[LAW_VIEW_TIME_MAX], utc[CIVIL_TEXT_MAX];
	const char *event_cstr = event_text(p->language, d->step->delay.from_cstr);
	if (d->kind == DEADLINE_AT)
		(void)snprintf(out, size, "%s = %s UTC", law_view_time(p->language, zone, d->at_s, when),
		    civil_write(d->at_s, 0, CIVIL_UTC, utc));
	else if (d->kind == DEADLINE_WITHOUT_DELAY)
		(void)snprintf(out, size, "%s", text_in(p->language, N_("without delay")));
	else
		(void)snprintf(out, size, text_in(p->language, N_("waits for %s")), event_cstr);
}

void
law_view_deadline(const struct presenter *p, const struct deadline *d, const struct zone *zone)
{
	char line[LINE_MAX], delay[128], when[LAW_VIEW_TIME_MAX];
	const struct clock_step *s = d->step;
	due_text(p, d, zone, line, sizeof(line));
	fprintf(p->out, "  %s\n    %s\n", s->name.cstr[p->language], line);
	delay_text(p->language, &s->delay, delay, sizeof(delay));
	(void)snprintf(line, sizeof(line), text_in(p->language, N_("%s, to %s; %s, %s [%s]")), delay,
	    s->tell.cstr[p->language], s->text.cstr[p->language], s->article_cstr, state_text(p->language, s->state));
	present_paragraph(p, "    ", 4, line);
	if (d->moved) {
		(void)snprintf(line, sizeof(line),
		    text_in(p->language, N_("moved to noon of the next working day; without that rule: %s")),
		    law_view_time(p->language, zone, d->unmoved_s, when));
		present_paragraph(p, "    ", 4, line);
	}
	if (d->assumed && d->kind == DEADLINE_AT)
		present_paragraph(p, "    ", 4,
		    text_in(p->language, N_("the latest moment; it is reckoned anew once that before it is known (--at)")));
	if (!d->in_force)
		present_paragraph(
		    p, "    ", 4, text_in(p->language, N_("not known to be in force on that day: see its source")));
	if (s->binding == CLOCK_TARGET)
		present_paragraph(p, "    ", 4, text_in(p->language, N_("a target, not a number of the law")));
	if (s->note.cstr[p->language][0] != '\0')
		present_paragraph(p, "    ", 4, s->note.cstr[p->language]);
}
