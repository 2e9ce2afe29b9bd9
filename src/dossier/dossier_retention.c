/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_retention.h"

#include "core/data_tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BYTES = 4 << 20, DAYS_MAX = 36500 };

static const char *const words[DOSSIER_RULES] = {"evidence", "alert", "case", "asset", "journal", "events"};

const char *
dossier_retention_word(enum dossier_rule rule)
{
	return rule < DOSSIER_RULES ? words[rule] : "";
}

static int
complain(struct diag *diag, const char *file_cstr, unsigned line, const char *sentence_cstr)
{
	(void)diag_say_at(diag, -EINVAL, file_cstr, UINT64_MAX, "%s", sentence_cstr);
	if (diag != NULL)
		diag->line = line;
	return -EINVAL;
}

/* False when it is there and is no number of days. */
static bool
read_days(const struct data_tree *rule, const char *key_cstr, unsigned *out)
{
	const char *text_cstr = data_tree_cstr(rule, key_cstr);
	char *end;
	if (text_cstr == NULL)
		return true;
	unsigned long value = strtoul(text_cstr, &end, 10);
	if (text_cstr[0] < '0' || text_cstr[0] > '9' || *end != '\0' || value < 1 || value > DAYS_MAX)
		return false;
	*out = (unsigned)value;
	return true;
}

static void
read_text(const struct data_tree *map, const char *key_cstr, char *out, size_t size)
{
	const char *text_cstr = data_tree_cstr(map, key_cstr);
	if (text_cstr != NULL)
		(void)snprintf(out, size, "%s", text_cstr);
}

static int
read_rule(
    const struct data_tree *rule, const char *file_cstr, bool is_site, struct dossier_retention *out, struct diag *diag)
{
	const char *word_cstr = data_tree_cstr(rule, "rule");
	size_t i = 0;
	while (i < DOSSIER_RULES && (word_cstr == NULL || strcmp(words[i], word_cstr) != 0))
		i++;
	if (i == DOSSIER_RULES)
		return complain(
		    diag, file_cstr, rule->line, _("a rule is one of: evidence, alert, case, asset, journal, events"));
	if (!read_days(rule, "days", &out->rules[i].days) ||
	    (!is_site && !read_days(rule, "at_most", &out->rules[i].at_most)))
		return complain(diag, file_cstr, rule->line, _("days: a whole number from 1 to 36500 was expected"));
	read_text(rule, "source", out->rules[i].source_cstr, sizeof(out->rules[i].source_cstr));
	read_text(rule, "reason", out->rules[i].reason_cstr, sizeof(out->rules[i].reason_cstr));
	const struct data_tree *why = data_tree_find(rule, "why");
	read_text(why, "en", out->rules[i].why_cstr[LANGUAGE_EN], sizeof(out->rules[i].why_cstr[0]));
	read_text(why, "fr", out->rules[i].why_cstr[LANGUAGE_FR], sizeof(out->rules[i].why_cstr[0]));
	if (out->rules[i].days > out->rules[i].at_most && out->rules[i].reason_cstr[0] == '\0')
		return complain(diag, file_cstr, rule->line,
		    _("longer than the source allows: write why, in a line \"reason:\" of this rule"));
	return 0;
}

static int
read_table(struct arena *arena, struct bytes text, const char *file_cstr, bool is_site, struct dossier_retention *out,
    struct diag *diag)
{
	const struct data_tree *top;
	int r = data_tree_read(arena, text, file_cstr, &top, diag);
	if (r < 0)
		return r;
	const struct data_tree *rules = data_tree_find(top, "rules");
	if (rules == NULL || rules->kind != DATA_LIST)
		return complain(diag, file_cstr, 1, _("a list \"rules:\" was expected"));
	read_text(top, "checked", out->checked_cstr, sizeof(out->checked_cstr));
	for (const struct data_tree *rule = rules->first; rule != NULL && r == 0; rule = rule->next)
		r = read_rule(rule, file_cstr, is_site, out, diag);
	return r;
}

int
dossier_retention_read(
    struct bytes shipped, struct bytes site, const char *site_cstr, struct dossier_retention *out, struct diag *diag)
{
	struct arena arena;
	int r = arena_init(&arena, ARENA_BYTES);
	if (r < 0)
		return diag_say(diag, r, "%s", _("not enough memory"));
	memset(out, 0, sizeof(*out));
	r = read_table(&arena, shipped, "retention.yaml", false, out, diag);
	if (r == 0 && site.len > 0)
		r = read_table(&arena, site, site_cstr, true, out, diag);
	arena_done(&arena);
	return r;
}
