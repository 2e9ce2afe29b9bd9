/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_account.h"

#include "core/terminal.h"

#include <errno.h>
#include <stdlib.h>

/* ---- Grouping ---- */

static int
by_reason(const void *a, const void *b)
{
	const struct rule_problem *x = *(const struct rule_problem *const *)a, *y = *(const struct rule_problem *const *)b;
	if (x->outcome != y->outcome)
		return x->outcome < y->outcome ? -1 : 1;
	int order = strcmp(x->reason_cstr, y->reason_cstr);
	return order != 0 ? order : x < y ? -1 : x > y;
}

struct group {
	const struct rule_problem *first;
	uint32_t count;
};

static int
by_first(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	return x->first < y->first ? -1 : x->first > y->first;
}

static void
copy(char out[static RULES_ACCOUNT_TEXT], struct bytes text)
{
	(void)snprintf(out, RULES_ACCOUNT_TEXT, "%.*s",
	    text.len < RULES_ACCOUNT_TEXT ? (int)text.len : RULES_ACCOUNT_TEXT - 1,
	    text.len > 0 ? (const char *)text.at : "");
}

int
rules_account_of(const struct rule_set *set, struct rules_account *out)
{
	size_t count = 0;
	const struct rule_problem **problems = calloc(set->problem_count + 1, sizeof(*problems));
	struct group *groups = calloc(set->problem_count + 1, sizeof(*groups));
	if (problems == NULL || groups == NULL) {
		free(problems);
		free(groups);
		return -ENOMEM;
	}
	for (size_t i = 0; i < set->problem_count; i++)
		problems[i] = &set->problems[i];
	qsort(problems, set->problem_count, sizeof(struct rule_problem *), by_reason);
	for (size_t i = 0; i < set->problem_count; i++) {
		const struct rule_problem *p = problems[i];
		bool same = i > 0 && p->outcome == problems[i - 1]->outcome &&
		    strcmp(p->reason_cstr, problems[i - 1]->reason_cstr) == 0;
		if (!same)
			groups[count++].first = p;
		groups[count - 1].count++;
	}
	qsort(groups, count, sizeof(*groups), by_first);
	*out = (struct rules_account){.off = set->off, .untold = set->problems_untold};
	for (size_t i = 0; i < RULE_OUTCOMES; i++)
		out->outcomes[i] = set->outcomes[i];
	for (size_t i = 0; i < count; i++) {
		const struct rule_problem *p = groups[i].first;
		if (out->reason_count == RULES_ACCOUNT_REASONS) {
			out->untold += groups[i].count;
			continue;
		}
		struct rules_account_reason *r = &out->reasons[out->reason_count++];
		r->outcome = (uint8_t)p->outcome;
		r->count = groups[i].count;
		r->sid = p->sid;
		r->line = p->line;
		copy(r->file_cstr, bytes_of_cstr(p->file_cstr));
		copy(r->text_cstr, bytes_of_cstr(p->reason_cstr));
	}
	free(problems);
	free(groups);
	return 0;
}

/* ---- On the wire ---- */

void
rules_account_put(struct writer *w, const struct rules_account *a)
{
	enum { HEAD = 8 * (RULE_OUTCOMES + 2) + 2, REASON = 1 + 4 + 4 + 4 + 2 + 2 };
	size_t fit = 0, used = HEAD;
	uint64_t untold = a->untold;
	for (; fit < a->reason_count; fit++) {
		size_t more = REASON + strlen(a->reasons[fit].file_cstr) + strlen(a->reasons[fit].text_cstr);
		if (more > w->size - w->len || used > w->size - w->len - more)
			break;
		used += more;
	}
	for (size_t i = fit; i < a->reason_count; i++)
		untold += a->reasons[i].count;
	for (size_t i = 0; i < RULE_OUTCOMES; i++)
		writer_be64(w, a->outcomes[i]);
	writer_be64(w, a->off);
	writer_be64(w, untold);
	writer_be16(w, (uint16_t)fit);
	for (size_t i = 0; i < fit; i++) {
		const struct rules_account_reason *r = &a->reasons[i];
		writer_u8(w, r->outcome);
		writer_be32(w, r->count);
		writer_be32(w, r->sid);
		writer_be32(w, r->line);
		writer_field(w, bytes_of_cstr(r->file_cstr));
		writer_field(w, bytes_of_cstr(r->text_cstr));
	}
}

enum parse
rules_account_get(struct cursor *c, struct rules_account *out)
{
	struct rules_account *a = out;
	*a = (struct rules_account){0};
	for (size_t i = 0; i < RULE_OUTCOMES; i++)
		a->outcomes[i] = cursor_be64(c);
	a->off = cursor_be64(c);
	a->untold = cursor_be64(c);
	size_t count = cursor_be16(c);
	if (cursor_ok(c) && count > RULES_ACCOUNT_REASONS)
		cursor_stop(c, PARSE_BAD);
	for (size_t i = 0; i < count && cursor_ok(c); i++) {
		struct rules_account_reason *r = &a->reasons[i];
		r->outcome = cursor_u8(c);
		r->count = cursor_be32(c);
		r->sid = cursor_be32(c);
		r->line = cursor_be32(c);
		copy(r->file_cstr, cursor_take(c, cursor_be16(c)));
		copy(r->text_cstr, cursor_take(c, cursor_be16(c)));
		if (cursor_ok(c) && r->outcome >= RULE_OUTCOMES)
			cursor_stop(c, PARSE_BAD);
		a->reason_count = i + 1;
	}
	if (!cursor_ok(c))
		*a = (struct rules_account){0};
	return c->state;
}

/* ---- For people and programs ---- */

const char *
rules_account_word(enum rule_outcome outcome)
{
	static const char *const words[RULE_OUTCOMES] = {
	    [RULE_LOADED] = "loaded", [RULE_LOADED_PARTLY] = "partly", [RULE_NOT_DONE] = "not done", [RULE_WRONG] = "wrong"};
	return words[outcome];
}

static void
print_reason(FILE *out, const struct rules_account_reason *r, enum language language)
{
	char reason[RULES_ACCOUNT_TEXT * 4], file[RULES_ACCOUNT_TEXT * 4];
	(void)terminal_escape(bytes_of_cstr(r->text_cstr), reason, sizeof(reason));
	(void)terminal_escape(bytes_of_cstr(r->file_cstr), file, sizeof(file));
	fprintf(out,
	    text_plural(language, r->count, N_("%u rule %s: %s (for instance sid %u, %s:%u)\n"),
	        N_("%u rules %s: %s (for instance sid %u, %s:%u)\n")),
	    r->count,
	    r->outcome == RULE_LOADED_PARTLY ? _("used in part")
	        : r->outcome == RULE_WRONG   ? _("wrong")
	                                     : _("not used"),
	    reason, r->sid, file, r->line);
}

void
rules_account_print(FILE *out, const struct rules_account *a, enum language language, bool reasons, bool wrong)
{
	for (size_t i = 0; reasons && i < a->reason_count; i++)
		if (wrong || a->reasons[i].outcome != RULE_WRONG)
			print_reason(out, &a->reasons[i], language);
	if (reasons && a->untold > 0)
		fprintf(out, _("and %llu more\n"), (unsigned long long)a->untold);
	fprintf(out, _("loaded: %llu, in part: %llu, not used: %llu, wrong: %llu; turned off by their author: %llu\n"),
	    (unsigned long long)a->outcomes[RULE_LOADED], (unsigned long long)a->outcomes[RULE_LOADED_PARTLY],
	    (unsigned long long)a->outcomes[RULE_NOT_DONE], (unsigned long long)a->outcomes[RULE_WRONG],
	    (unsigned long long)a->off);
}

void
rules_account_json(struct json *j, const struct rules_account *a)
{
	json_u64(j, JSON_KEY("loaded"), a->outcomes[RULE_LOADED]);
	json_u64(j, JSON_KEY("partly"), a->outcomes[RULE_LOADED_PARTLY]);
	json_u64(j, JSON_KEY("failed"), a->outcomes[RULE_NOT_DONE] + a->outcomes[RULE_WRONG]);
	json_u64(j, JSON_KEY("wrong"), a->outcomes[RULE_WRONG]);
	json_u64(j, JSON_KEY("off"), a->off);
}

void
rules_account_json_reasons(struct json *j, const struct rules_account *a)
{
	json_open_array(j, JSON_KEY("reasons"));
	for (size_t i = 0; i < a->reason_count; i++) {
		const struct rules_account_reason *r = &a->reasons[i];
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("state"), rules_account_word((enum rule_outcome)r->outcome));
		json_cstr(j, JSON_KEY("reason"), r->text_cstr);
		json_u64(j, JSON_KEY("rules"), r->count);
		if (r->sid != 0)
			json_u64(j, JSON_KEY("sid"), r->sid);
		json_cstr(j, JSON_KEY("file"), r->file_cstr);
		json_u64(j, JSON_KEY("line"), r->line);
		json_close_object(j);
	}
	json_close_array(j);
}
