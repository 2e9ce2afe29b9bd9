/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_law.h"

#include "desk/desk_file.h"
#include "incident/notice.h"
#include "study/deadline_json.h"

#include <errno.h>

enum { SECOND_NS = 1000000000 };

const char *
desk_law_state(enum case_clock_state state)
{
	static const char *const words[] = {[CASE_CLOCK_WAITS] = "waits",
	    [CASE_CLOCK_RUNS] = "runs",
	    [CASE_CLOCK_NOW] = "now",
	    [CASE_CLOCK_OVERDUE] = "overdue",
	    [CASE_CLOCK_SENT] = "sent",
	    [CASE_CLOCK_SENT_LATE] = "sent-late"};
	return words[state];
}

const char *
desk_law_text(struct desk *desk, const struct clock_step *step)
{
	return desk_text(
	    desk, "%s%s%s", step->text.cstr[desk->language], step->article_cstr[0] == '\0' ? "" : ", ", step->article_cstr);
}

void
desk_law_step(struct desk *desk, struct json *out, const struct case_file *file, const struct case_clock *clock,
    const struct case_clock_step *s)
{
	char local[CIVIL_TEXT_MAX];
	const struct clock_step *step = s->deadline.step;
	json_open_object(out, (struct bytes){0});
	json_cstr(out, JSON_KEY("incident"), file->incident.id_cstr);
	json_cstr(out, JSON_KEY("title"), desk_cut(desk, desk_file_title(desk, file), DESK_LIST_TEXT));
	json_cstr(out, JSON_KEY("profile"), clock->profile->profile_cstr);
	json_cstr(out, JSON_KEY("label"), clock->profile->name.cstr[desk->language]);
	json_cstr(out, JSON_KEY("step"), step->step_cstr);
	json_cstr(out, JSON_KEY("step_label"), step->name.cstr[desk->language]);
	json_cstr(out, JSON_KEY("tell"), step->tell.cstr[desk->language]);
	json_cstr(out, JSON_KEY("law"), desk_law_text(desk, step));
	if (s->deadline.kind != DEADLINE_WAITS)
		desk_json_time(out, JSON_KEY("from"), s->deadline.from_s * SECOND_NS);
	if (s->deadline.kind == DEADLINE_AT) {
		desk_json_time(out, JSON_KEY("due"), s->deadline.at_s * SECOND_NS);
		json_cstr(out, JSON_KEY("due_local"), zone_write(desk->zone, s->deadline.at_s, local));
		json_i64(out, JSON_KEY("left_s"), s->left_s);
	}
	json_cstr(out, JSON_KEY("state"), desk_law_state(s->state));
	json_cstr(out, JSON_KEY("sent"), s->notice == NULL ? NULL : case_file_value(s->notice, "sent"));
	json_cstr(out, JSON_KEY("notice"), s->notice == NULL ? NULL : s->notice->id_cstr);
	json_bool(out, JSON_KEY("late"), s->state == CASE_CLOCK_OVERDUE || s->state == CASE_CLOCK_SENT_LATE);
	json_close_object(out);
}

static void
step_json(struct desk *desk, struct json *out, const struct case_clock_step *step)
{
	json_open_object(out, (struct bytes){0});
	deadline_json_write(out, &step->deadline, desk->zone, desk->language);
	json_cstr(out, JSON_KEY("clock_state"), desk_law_state(step->state));
	if (step->deadline.kind == DEADLINE_AT)
		json_i64(out, JSON_KEY("left_s"), step->left_s);
	if (step->notice != NULL) {
		json_cstr(out, JSON_KEY("notice"), step->notice->id_cstr);
		json_cstr(out, JSON_KEY("sent"), case_file_value(step->notice, "sent"));
		json_cstr(out, JSON_KEY("why_late"), case_file_value(step->notice, "why_late"));
	}
	json_close_object(out);
	desk_flush(desk, out);
}

int
desk_law_clocks(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	static struct case_clock all[CLOCKS_PROFILES_MAX];
	struct case_file file;
	int r = desk_file_load(desk, desk_order_value(order, "id"), &file, NULL, diag);
	if (r < 0)
		return r;
	size_t count = case_clock_all(desk->clocks, &file, desk->zone, desk_now_s(desk), all);
	const char *aware_cstr = case_file_value(&file.incident, "aware");
	json_open_object(out, (struct bytes){0});
	json_cstr(out, JSON_KEY("incident"), file.incident.id_cstr);
	json_cstr(out, JSON_KEY("aware"), aware_cstr[0] == '\0' ? NULL : aware_cstr);
	json_cstr(out, JSON_KEY("zone"), zone_name(desk->zone));
	json_open_array(out, JSON_KEY("clocks"));
	for (size_t i = 0; i < count; i++) {
		const struct case_clock *c = &all[i];
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("profile"), c->profile->profile_cstr);
		json_cstr(out, JSON_KEY("name"), c->profile->name.cstr[desk->language]);
		json_bool(out, JSON_KEY("needed"), c->needed);
		json_cstr(out, JSON_KEY("why"), c->item == NULL ? NULL : case_file_value(c->item, "why"));
		json_open_array(out, JSON_KEY("steps"));
		for (size_t n = 0; n < c->step_count; n++)
			step_json(desk, out, &c->steps[n]);
		json_close_array(out);
		json_close_object(out);
	}
	json_close_array(out);
	json_close_object(out);
	return 0;
}

const struct data_tree *
desk_law_template(struct desk *desk, const char *name_cstr, struct diag *diag)
{
	const struct data_tree *found = vocabulary_notice(desk->vocabulary, name_cstr);
	if (found == NULL)
		(void)diag_say(diag, -EINVAL, "%s", _("say which draft: incident notice ID gdpr | nis2"));
	return found;
}

struct telling {
	struct desk *desk;
	struct json *out;
};

static void
sentence_json(void *context, const struct notice_sentence *sentence)
{
	struct telling *t = context;
	json_open_object(t->out, (struct bytes){0});
	json_cstr(t->out, JSON_KEY("text"), sentence->text_cstr);
	json_open_array(t->out, JSON_KEY("cites"));
	for (struct bytes left = bytes_of_cstr(sentence->cites_cstr); left.len > 0;) {
		struct bytes one = bytes_first(left, bytes_find(left, ' '));
		left = bytes_after(left, one.len + 1);
		if (one.len > 0)
			json_text(t->out, (struct bytes){0}, one);
	}
	json_close_array(t->out);
	json_bool(t->out, JSON_KEY("missing"), sentence->is_question);
	json_close_object(t->out);
	desk_flush(t->desk, t->out);
}

int
desk_law_notice(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct case_file file;
	struct telling t = {desk, out};
	const char *name_cstr = desk_order_value(order, "profile");
	const struct data_tree *template = desk_law_template(desk, name_cstr, diag);
	int r = template == NULL ? -EINVAL : desk_file_load(desk, desk_order_value(order, "id"), &file, NULL, diag);
	if (r < 0)
		return r;
	json_open_object(out, (struct bytes){0});
	json_cstr(out, JSON_KEY("notice"), name_cstr);
	json_cstr(out, JSON_KEY("incident"), file.incident.id_cstr);
	json_cstr(out, JSON_KEY("title"), vocabulary_words(data_tree_find(template, "title"), desk->language));
	json_open_array(out, JSON_KEY("sentences"));
	size_t questions = notice_write(template, &file, desk->zone, desk->language, sentence_json, &t);
	json_close_array(out);
	json_u64(out, JSON_KEY("questions"), questions);
	json_bool(out, JSON_KEY("complete"), questions == 0);
	json_close_object(out);
	return 0;
}
