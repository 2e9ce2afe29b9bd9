/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_law.h"

#include "app/law_view.h"
#include "core/json.h"
#include "incident/case_clock.h"
#include "incident/notice.h"
#include "record/alert_text.h"

#include <errno.h>

enum { SECOND_NS = 1000000000 };

static const char *const state_words[] = {[CASE_CLOCK_WAITS] = "waits",
    [CASE_CLOCK_RUNS] = "runs",
    [CASE_CLOCK_NOW] = "now",
    [CASE_CLOCK_OVERDUE] = "overdue",
    [CASE_CLOCK_SENT] = "sent",
    [CASE_CLOCK_SENT_LATE] = "sent-late"};

static void
step_json(struct incident_session *s, const struct case_clock_step *step)
{
	struct json *j = s->v.json;
	json_open_object(j, (struct bytes){0});
	law_view_deadline_json(j, &step->deadline, s->zone, s->v.options.language);
	json_cstr(j, JSON_KEY("clock_state"), state_words[step->state]);
	if (step->deadline.kind == DEADLINE_AT)
		json_i64(j, JSON_KEY("left_s"), step->left_s);
	if (step->notice != NULL) {
		json_cstr(j, JSON_KEY("notice"), step->notice->id_cstr);
		json_cstr(j, JSON_KEY("sent"), case_file_value(step->notice, "sent"));
		json_cstr(j, JSON_KEY("why_late"), case_file_value(step->notice, "why_late"));
	}
	json_close_object(j);
	verb_reading_flush(&s->v);
}

static void
step_text(struct incident_session *s, const struct case_clock_step *step)
{
	enum language language = s->v.options.language;
	char left[64];
	int64_t seconds = step->left_s < 0 ? -step->left_s : step->left_s;
	(void)alert_text_duration(language, seconds * SECOND_NS, left, sizeof(left));
	law_view_deadline(&s->v.presenter, &step->deadline, s->zone);
	switch (step->state) {
	case CASE_CLOCK_WAITS: {
		const char *field_cstr = case_clock_field(step->deadline.step->delay.from_cstr);
		fprintf(stdout, text_in(language, N_("    -> not started: incident set ID %s=TIME\n")),
		    field_cstr == NULL ? "?" : field_cstr);
		break;
	}
	case CASE_CLOCK_RUNS: fprintf(stdout, text_in(language, N_("    -> %s left\n")), left); break;
	case CASE_CLOCK_NOW: fputs(text_in(language, N_("    -> now\n")), stdout); break;
	case CASE_CLOCK_OVERDUE:
		fprintf(
		    stdout, text_in(language, N_("    -> LATE by %s: send it, and say why with why_late=\"TEXT\"\n")), left);
		break;
	case CASE_CLOCK_SENT: fprintf(stdout, text_in(language, N_("    -> sent (%s)\n")), step->notice->id_cstr); break;
	case CASE_CLOCK_SENT_LATE:
		fprintf(stdout, text_in(language, N_("    -> sent %s late (%s): ")), left, step->notice->id_cstr);
		incident_session_say(s, case_file_value(step->notice, "why_late"));
		fputc('\n', stdout);
		break;
	}
}

int
incident_law_clock(struct incident_session *s, struct diag *diag)
{
	static struct case_clock all[CLOCKS_PROFILES_MAX];
	struct case_file file;
	int r = incident_session_load(s, s->v.options.words[1], &file, NULL, diag);
	if (r < 0)
		return r;
	struct json *j = s->v.json;
	enum language language = s->v.options.language;
	size_t count = case_clock_all(s->clocks, &file, s->zone, incident_session_now_s(s), all);
	const char *aware_cstr = case_file_value(&file.incident, "aware");
	if (j != NULL) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("incident"), file.incident.id_cstr);
		json_cstr(j, JSON_KEY("aware"), aware_cstr[0] == '\0' ? NULL : aware_cstr);
		json_cstr(j, JSON_KEY("zone"), zone_name(s->zone));
		json_open_array(j, JSON_KEY("clocks"));
	} else if (aware_cstr[0] == '\0') {
		fputs(text_in(language,
		          N_("No clock has started: incident aware ID by=NAME why=\"TEXT\" says who knew, and when.\n")),
		    stdout);
	}
	for (size_t i = 0; i < count; i++) {
		const struct case_clock *c = &all[i];
		if (j != NULL) {
			json_open_object(j, (struct bytes){0});
			json_cstr(j, JSON_KEY("profile"), c->profile->profile_cstr);
			json_cstr(j, JSON_KEY("name"), c->profile->name.cstr[language]);
			json_bool(j, JSON_KEY("needed"), c->needed);
			json_cstr(j, JSON_KEY("why"), c->item == NULL ? NULL : case_file_value(c->item, "why"));
			json_open_array(j, JSON_KEY("steps"));
		} else {
			fprintf(stdout, "%s  %s%s\n", c->profile->profile_cstr, c->profile->name.cstr[language],
			    c->needed ? "" : text_in(language, N_(" (does not apply)")));
		}
		for (size_t n = 0; n < c->step_count; n++) {
			if (j != NULL)
				step_json(s, &c->steps[n]);
			else if (c->needed)
				step_text(s, &c->steps[n]);
		}
		if (j != NULL) {
			json_close_array(j);
			json_close_object(j);
		}
	}
	if (j != NULL) {
		json_close_array(j);
		json_close_object(j);
		json_newline(j);
	} else if (count == 0) {
		fputs(
		    text_in(language,
		        N_("No legal clock applies yet: set personal_data=yes or attack=yes, or incident start ID PROFILE.\n")),
		    stdout);
	}
	return 0;
}

static void
say_sentence(void *context, const struct notice_sentence *sentence)
{
	struct incident_session *s = context;
	struct json *j = s->v.json;
	if (j != NULL) {
		json_open_object(j, (struct bytes){0});
		json_bool(j, JSON_KEY("question"), sentence->is_question);
		json_cstr(j, JSON_KEY("text"), sentence->text_cstr);
		json_cstr(j, JSON_KEY("cites"), sentence->cites_cstr);
		json_close_object(j);
		verb_reading_flush(&s->v);
		return;
	}
	fputs(sentence->is_question ? "?? " : "   ", stdout);
	incident_session_say(s, sentence->text_cstr);
	fprintf(stdout, "  [%s]\n", sentence->cites_cstr);
}

int
incident_law_notice(struct incident_session *s, struct diag *diag)
{
	struct case_file file;
	const struct verb_options *o = &s->v.options;
	const struct data_tree *template = o->word_count > 2 ? vocabulary_notice(&s->vocabulary, o->words[2]) : NULL;
	if (template == NULL)
		return diag_say(diag, -EINVAL, "%s", _("say which draft: incident notice ID gdpr | nis2"));
	int r = incident_session_load(s, o->words[1], &file, NULL, diag);
	if (r < 0)
		return r;
	const char *title_cstr = vocabulary_words(data_tree_find(template, "title"), o->language);
	if (s->v.json != NULL) {
		json_open_object(s->v.json, (struct bytes){0});
		json_cstr(s->v.json, JSON_KEY("notice"), o->words[2]);
		json_cstr(s->v.json, JSON_KEY("incident"), file.incident.id_cstr);
		json_cstr(s->v.json, JSON_KEY("title"), title_cstr);
		json_open_array(s->v.json, JSON_KEY("sentences"));
	} else {
		fprintf(stdout, text_in(o->language, N_("DRAFT  %s\n\n")), title_cstr);
	}
	size_t questions = notice_write(template, &file, s->zone, o->language, say_sentence, s);
	if (s->v.json != NULL) {
		json_close_array(s->v.json);
		json_u64(s->v.json, JSON_KEY("questions"), questions);
		json_bool(s->v.json, JSON_KEY("complete"), questions == 0);
		json_close_object(s->v.json);
		json_newline(s->v.json);
	} else if (questions > 0) {
		fprintf(stdout,
		    text_plural(o->language, questions,
		        N_("\n%llu question is open: incident set ID NAME=VALUE answers it.\n"),
		        N_("\n%llu questions are open: incident set ID NAME=VALUE answers them.\n")),
		    (unsigned long long)questions);
	}
	return 0;
}
