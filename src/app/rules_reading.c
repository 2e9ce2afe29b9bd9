/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_reading.h"

#include "core/text.h"

#include <errno.h>
#include <stdlib.h>

enum { ARENA_BYTES = 1 << 30 /* of addresses; pages come when they are used */ };

static int
by_place(const void *a, const void *b)
{
	const struct rule_problem *x = *(const struct rule_problem *const *)a, *y = *(const struct rule_problem *const *)b;
	int order = strcmp(x->file_cstr, y->file_cstr);
	return order != 0 ? order : x->line != y->line ? (x->line < y->line ? -1 : 1) : x < y ? -1 : x > y;
}

int
rules_reading_open(struct rules_reading *r, const char *const *paths, size_t count, struct diag *diag)
{
	*r = (struct rules_reading){.files = calloc(1, sizeof(*r->files))};
	if (r->files == NULL || rule_set_init(&r->set, ARENA_BYTES) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	int e = 0;
	for (size_t i = 0; i < count && e == 0; i++)
		e = rules_files_read(r->files, paths[i], diag);
	if (e == 0)
		e = rules_files_load(r->files, &r->set, diag);
	if (e < 0)
		return e;
	r->problems = calloc(r->set.problem_count + 1, sizeof(*r->problems));
	if (r->problems == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	for (size_t i = 0; i < r->set.problem_count; i++)
		r->problems[i] = &r->set.problems[i];
	qsort(r->problems, r->set.problem_count, sizeof(struct rule_problem *), by_place);
	return 0;
}

void
rules_reading_close(struct rules_reading *r)
{
	free(r->problems);
	rule_set_done(&r->set);
	if (r->files != NULL)
		rules_files_free(r->files);
	free(r->files);
	*r = (struct rules_reading){0};
}

/* The first problem of a file in the lines of a rule; NULL: none. */
static const struct rule_problem *
problem_in(const struct rules_reading *r, const char *file_cstr, unsigned first, unsigned last)
{
	size_t low = 0, high = r->set.problem_count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(r->problems[middle]->file_cstr, file_cstr);
		if (order < 0 || (order == 0 && r->problems[middle]->line < first))
			low = middle + 1;
		else
			high = middle;
	}
	bool is_there = low < r->set.problem_count && strcmp(r->problems[low]->file_cstr, file_cstr) == 0 &&
	    r->problems[low]->line <= last;
	return is_there ? r->problems[low] : NULL;
}

static void
judge(const struct rules_reading *r, struct rules_read *rule)
{
	static const enum rules_state states[RULE_OUTCOMES] = {[RULE_LOADED] = RULES_USED,
	    [RULE_LOADED_PARTLY] = RULES_PARTLY,
	    [RULE_NOT_DONE] = RULES_NOT_USED,
	    [RULE_WRONG] = RULES_WRONG};
	unsigned last = rule->text.line;
	for (size_t i = 0; i < rule->text.text.len; i++)
		last += rule->text.text.at[i] == '\n';
	const struct rule_problem *p = rule->text.is_off ? NULL : problem_in(r, rule->file_cstr, rule->text.line, last);
	rule->state = rule->text.is_off ? RULES_OFF : p == NULL ? RULES_USED : states[p->outcome];
	rule->reason_cstr = rule->text.is_off ? _("its author turned it off") : p == NULL ? "" : p->reason_cstr;
}

bool
rules_reading_next(struct rules_reading *r, struct rules_read *out)
{
	for (; r->file < r->files->count; r->file++, r->in_file = false) {
		if (r->files->files[r->file].kind != RULES_FILE_RULES)
			continue;
		if (!r->in_file)
			r->reader = rule_text_of(
			    (struct bytes){r->files->files[r->file].bytes, r->files->files[r->file].len});
		r->in_file = true;
		struct rules_read rule = {.file_cstr = r->files->files[r->file].path_cstr};
		while (rule_text_next(&r->reader, &rule.text)) {
			if (!rule_outline_of(rule.text.text, &rule.outline))
				continue;
			rule.sid = rule_outline_sid(&rule.outline);
			judge(r, &rule);
			*out = rule;
			return true;
		}
	}
	return false;
}

const char *
rules_reading_word(enum rules_state state)
{
	static const char *const words[] = {"on", "on in part", "not used", "wrong", "off"};
	return words[state];
}

const char *
rules_reading_say(enum rules_state state)
{
	static const char *const words[] = {N_("on"), N_("on in part"), N_("not used"), N_("wrong"), N_("off")};
	return text_of(words[state]);
}
