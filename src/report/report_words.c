/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/report_words.h"

#include "record/alert_text.h"
#include "record/case_words.h"
#include "record/incident.h"
#include "report/typography.h"

#include <stdio.h>

enum { SENTENCE_MAX = 2048, SECOND_NS = 1000000000 };

const char *
report_words_severity(struct doc *d, unsigned severity)
{
	static const char *const words[] = {"", N_("minor"), N_("significant"), N_("serious"), N_("critical")};
	if (severity == 0 || severity > SEVERITY_CRITICAL)
		return "";
	return doc_say(d, words[severity]);
}

enum doc_tone
report_words_tone(unsigned severity)
{
	return severity >= SEVERITY_SERIOUS ? DOC_GRAVE : severity == SEVERITY_SIGNIFICANT ? DOC_WATCH : DOC_PLAIN;
}

unsigned
report_words_severity_of(const struct case_file *file)
{
	const char *said_cstr = case_file_value(&file->incident, "severity");
	if (said_cstr[0] >= '1' && said_cstr[0] <= '4')
		return (unsigned)(said_cstr[0] - '0');
	return file->story == NULL ? 0 : file->story->severity;
}

const char *
report_words_field(struct doc *d, const struct case_item *item, const char *name_cstr)
{
	const struct case_kind *kind = case_fields_kind(item->kind_cstr);
	const struct case_field_def *def = kind == NULL ? NULL : case_fields_find(kind, name_cstr);
	const char *value_cstr = case_file_value(item, name_cstr);
	int64_t at_s;
	if (def == NULL || value_cstr[0] == '\0')
		return value_cstr;
	if (def->type == CASE_TIME && case_file_time(item, name_cstr, &at_s))
		return report_words_time(d, at_s);
	if (strcmp(name_cstr, "severity") == 0)
		return report_words_severity(d, (unsigned)(value_cstr[0] - '0'));
	return case_words_of(d->language, def, value_cstr);
}

const char *
report_words_duration(struct doc *d, int64_t seconds)
{
	char text[64];
	(void)alert_text_duration(d->language, seconds * SECOND_NS, text, sizeof(text));
	return doc_format(d, "%s", text);
}

const char *
report_words_between(struct doc *d, const struct case_item *item, const char *from_cstr, const char *to_cstr)
{
	int64_t from_s, to_s;
	if (!case_file_time(item, from_cstr, &from_s) || !case_file_time(item, to_cstr, &to_s) || to_s < from_s)
		return "";
	return report_words_duration(d, to_s - from_s);
}

const char *
report_words_title(struct doc *d, const struct case_file *file)
{
	const char *title_cstr = case_file_value(&file->incident, "title");
	const struct incident *story = file->story;
	if (title_cstr[0] != '\0')
		return title_cstr;
	const struct alert *best = NULL;
	for (size_t i = 0; story != NULL && i < story->part_count; i++)
		if (best == NULL || story->parts[i].strongest.severity > best->severity)
			best = &story->parts[i].strongest;
	return best == NULL ? doc_say(d, N_("Incident without a title")) : report_words_alert_title(d, best);
}

const char *
report_words_alert_title(struct doc *d, const struct alert *alert)
{
	const struct alert_text *text = alert_text_find(bytes_of_cstr(alert->detector_cstr));
	return text == NULL ? alert->detector_cstr : doc_say(d, text->title_cstr);
}

const char *
report_words_alert(struct doc *d, const struct alert *alert, enum report_words_sentence which)
{
	const struct alert_text *text = alert_text_find(bytes_of_cstr(alert->detector_cstr));
	char sentence[SENTENCE_MAX];
	if (text == NULL)
		return "";
	const char *chosen_cstr = which == REPORT_WORDS_WHAT ? text->what_cstr
	    : which == REPORT_WORDS_WHY                      ? text->why_cstr
	                                                     : text->todo_cstr;
	(void)alert_text_fill(d->language, doc_say(d, chosen_cstr), alert, sentence, sizeof(sentence));
	return doc_format(d, "%s", sentence);
}

const char *
report_words_exact(struct doc *d, int64_t at_s)
{
	char text[TYPOGRAPHY_TIME_MAX];
	return doc_format(d, "%s", typography_exact(d->language, d->zone, at_s, text));
}

const char *
report_words_time(struct doc *d, int64_t at_s)
{
	char text[TYPOGRAPHY_TIME_MAX];
	return doc_format(d, "%s", typography_time(d->language, d->zone, at_s, text));
}

const char *
report_words_clock(struct doc *d, const struct report_clock *c, int64_t now_s)
{
	switch (c->state) {
	case REPORT_CLOCK_WAITS: return doc_say(d, N_("not started"));
	case REPORT_CLOCK_RUNS: return doc_format(d, doc_say(d, N_("%s left")), report_words_duration(d, c->due_s - now_s));
	case REPORT_CLOCK_NOW: return doc_say(d, N_("now, without delay"));
	case REPORT_CLOCK_OVERDUE:
		return doc_format(d, doc_say(d, N_("late by %s")), report_words_duration(d, now_s - c->due_s));
	case REPORT_CLOCK_SENT: return doc_say(d, N_("sent in time"));
	case REPORT_CLOCK_SENT_LATE:
		return doc_format(d, doc_say(d, N_("sent, late by %s")), report_words_duration(d, c->sent_s - c->due_s));
	case REPORT_CLOCK_NOT_NEEDED: break;
	}
	return doc_say(d, N_("does not apply"));
}

enum doc_tone
report_words_clock_tone(enum report_clock_state state)
{
	switch (state) {
	case REPORT_CLOCK_OVERDUE: return DOC_GRAVE;
	case REPORT_CLOCK_SENT_LATE:
	case REPORT_CLOCK_NOW:
	case REPORT_CLOCK_RUNS: return DOC_WATCH;
	case REPORT_CLOCK_SENT: return DOC_GOOD;
	case REPORT_CLOCK_WAITS:
	case REPORT_CLOCK_NOT_NEEDED: break;
	}
	return DOC_PLAIN;
}
