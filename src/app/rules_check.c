/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_check.h"

#include "app/rules_account.h"
#include "app/rules_reading.h"
#include "core/json.h"
#include "core/terminal.h"
#include "core/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROOM = 1 << 16, SHOWN_MAX = 100 };

static void
write_json(struct json *j, const struct rule_set *set, const struct rules_account *account)
{
	json_open_object(j, (struct bytes){0});
	rules_account_json(j, account);
	json_open_array(j, JSON_KEY("problems"));
	for (size_t i = 0; i < set->problem_count; i++) {
		const struct rule_problem *p = &set->problems[i];
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("file"), p->file_cstr);
		json_u64(j, JSON_KEY("line"), p->line);
		json_u64(j, JSON_KEY("column"), p->column);
		if (p->sid != 0)
			json_u64(j, JSON_KEY("sid"), p->sid);
		else
			json_none(j, JSON_KEY("sid"));
		json_cstr(j, JSON_KEY("state"), rules_account_word(p->outcome));
		json_cstr(j, JSON_KEY("reason"), p->reason_cstr);
		json_close_object(j);
		if (json_length(j) > ROOM / 2) {
			(void)fwrite(j->start, 1, json_length(j), stdout);
			j->at = j->start; /* the comma state goes on */
		}
	}
	json_close_array(j);
	json_close_object(j);
	json_newline(j);
	(void)fwrite(j->start, 1, json_length(j), stdout);
}

/* The place, what is wrong, then the part of the line around it with a caret below. */
static void
show_problem(const struct rule_problem *p)
{
	char reason[DIAG_TEXT_MAX * 4];
	(void)terminal_escape(bytes_of_cstr(p->reason_cstr), reason, sizeof(reason));
	printf("%s:%u:%u: ", p->file_cstr, p->line, p->column);
	if (p->sid != 0)
		printf("sid %u: ", p->sid);
	printf("%s\n", reason);
	size_t at = p->shown_column - 1, from = at > SHOWN_MAX / 2 ? at - SHOWN_MAX / 2 : 0;
	struct bytes shown = bytes_first(bytes_after(p->text, from), SHOWN_MAX);
	if (shown.len == 0)
		return;
	char line[SHOWN_MAX + 1];
	for (size_t i = 0; i < shown.len; i++) /* one column each, so that the caret stands right */
		line[i] = shown.at[i] >= 0x20 && shown.at[i] < 0x7f ? (char)shown.at[i] : shown.at[i] == '\t' ? ' ' : '.';
	printf("    %.*s\n    %*s^\n", (int)shown.len, line, (int)(at - from), "");
}

static void
show(const struct rule_set *set, const struct rules_account *account, enum language language)
{
	for (size_t i = 0; i < set->problem_count; i++)
		if (set->problems[i].outcome == RULE_WRONG)
			show_problem(&set->problems[i]);
	rules_account_print(stdout, account, language, true, false);
}

int
rules_check_run(const struct verb_options *o, struct diag *diag)
{
	struct rules_reading reading;
	const struct rule_set *set = &reading.set;
	int r = rules_reading_open(&reading, &o->words[1], o->word_count - 1, diag);
	char *room = r < 0 ? NULL : malloc(ROOM);
	struct rules_account *account = r < 0 ? NULL : calloc(1, sizeof(*account));
	if (r == 0 && (room == NULL || account == NULL || rules_account_of(set, account) < 0))
		r = diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	if (r == 0 && o->json) {
		struct json j = json_of(room, ROOM);
		write_json(&j, set, account);
	} else if (r == 0) {
		show(set, account, o->language);
	}
	bool wrong = r == 0 && set->outcomes[RULE_WRONG] > 0;
	if (r == 0 && !wrong &&
	    set->outcomes[RULE_LOADED] + set->outcomes[RULE_LOADED_PARTLY] + set->outcomes[RULE_NOT_DONE] + set->off == 0)
		r = diag_say_at(diag, -ENODATA, o->words[1], UINT64_MAX, "%s", _("there is no rule in it"));
	free(room);
	free(account);
	rules_reading_close(&reading);
	return r < 0 ? r : wrong;
}
