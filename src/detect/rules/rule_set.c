/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_set.h"

#include "core/text.h"
#include "detect/rules/rule_file.h"
#include "detect/rules/rule_outline.h"
#include "detect/rules/rule_parse.h"
#include "detect/rules/rule_reach.h"
#include "detect/rules/rule_text.h"
#include "detect/rules/rule_threshold.h"
#include "inspect/viewer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { CLASSES_MAX = 512, LISTS_MAX = 512 };

/* Open addressing over gid and sid: the rule that has them. */
enum { IDS = 1 << 19 };
struct rule_set_ids {
	struct rule *slots[IDS];
};

int
rule_set_init(struct rule_set *set, size_t max_bytes)
{
	*set = (struct rule_set){.datasets = {.arena = &set->arena}, .reputations = {.arena = &set->arena}};
	rule_vars_usual(&set->vars);
	if (arena_init(&set->arena, max_bytes) < 0)
		return -ENOMEM;
	set->rules = calloc(RULE_SET_MAX, sizeof(struct rule *));
	set->problems = calloc(RULE_SET_PROBLEMS_MAX, sizeof(*set->problems));
	set->classes = calloc(CLASSES_MAX, sizeof(*set->classes));
	set->ids = calloc(1, sizeof(*set->ids));
	set->references = calloc(CLASSES_MAX, sizeof(*set->references));
	set->lists = calloc(LISTS_MAX, sizeof(*set->lists));
	if (set->references != NULL && set->lists != NULL && set->rules != NULL && set->problems != NULL &&
	    set->classes != NULL && set->ids != NULL)
		return 0;
	rule_set_done(set);
	return -ENOMEM;
}

void
rule_set_done(struct rule_set *set)
{
	arena_done(&set->arena);
	free(set->rules);
	free(set->problems);
	free(set->classes);
	free(set->references);
	free(set->lists);
	free(set->ids);
	*set = (struct rule_set){0};
}

void
rule_set_clear(struct rule_set *set)
{
	for (size_t i = 0; i < IDS && set->count > 0; i++)
		set->ids->slots[i] = NULL;
	arena_reset(&set->arena);
	rule_vars_usual(&set->vars);
	set->datasets = (struct rule_datasets){.arena = &set->arena, .hash_key = set->datasets.hash_key};
	set->reputations = (struct rule_reputations){.arena = &set->arena};
	set->count = set->off = set->problem_count = set->problems_untold = set->odd_lines = set->skipped =
	    set->class_count = set->list_count = set->reference_count = 0;
	set->countries = (struct rule_countries){0};
	memset(set->outcomes, 0, sizeof(set->outcomes));
}

/* The place in the file, and the line of the rule around it. */
static void
complain(struct rule_set *set, const char *file_cstr, const struct rule_text *text, size_t at, uint32_t sid,
    enum rule_outcome outcome, const char *reason_cstr)
{
	if (set->problem_count == RULE_SET_PROBLEMS_MAX) {
		set->problems_untold++;
		return;
	}
	struct bytes copy = arena_dup(&set->arena, bytes_of_cstr(reason_cstr));
	struct rule_problem *p = &set->problems[set->problem_count++];
	*p = (struct rule_problem){.file_cstr = file_cstr,
	    .sid = sid,
	    .outcome = outcome,
	    .reason_cstr = copy.at == NULL ? "" : (const char *)copy.at};
	rule_text_place(text, at, &p->line, &p->column);
	size_t start = at > text->text.len ? text->text.len : at, end = start;
	while (start > 0 && text->text.at[start - 1] != '\n')
		start--;
	while (end < text->text.len && text->text.at[end] != '\n')
		end++;
	p->text = (struct bytes){text->text.at + start, end - start};
	p->shown_column = (unsigned)((at > text->text.len ? text->text.len : at) - start) + 1;
}

/* NULL: it is new, and kept. */
static struct rule *
known(struct rule_set *set, struct rule *rule)
{
	size_t at = ((size_t)rule->gid * 2654435761u ^ (size_t)rule->sid * 40503u) % IDS;
	for (; set->ids->slots[at] != NULL; at = (at + 1) % IDS)
		if (set->ids->slots[at]->sid == rule->sid && set->ids->slots[at]->gid == rule->gid)
			return set->ids->slots[at];
	set->ids->slots[at] = rule;
	return NULL;
}

static void
classify(const struct rule_set *set, struct rule *rule)
{
	if (rule->has_priority)
		return;
	for (size_t i = 0; i < set->class_count; i++)
		if (bytes_eq_nocase(set->classes[i].name, rule->classtype))
			rule->priority = set->classes[i].priority;
}

static int
keep(struct rule_set *set, const char *file_cstr, const struct rule_text *text, struct rule *rule, const char *partly_cstr)
{
	if (set->count == RULE_SET_MAX)
		return -ENOMEM;
	struct rule *other = known(set, rule);
	if (other != NULL) {
		char reason[200];
		(void)snprintf(reason, sizeof(reason), _("the rule of line %u has this sid already: give this one another"),
		    other->line);
		complain(set, file_cstr, text, 0, rule->sid, RULE_WRONG, reason);
		set->outcomes[RULE_WRONG]++;
		return 0;
	}
	rule->file_cstr = file_cstr;
	rule->is_partly = partly_cstr != NULL;
	classify(set, rule);
	set->rules[set->count++] = rule;
	set->outcomes[partly_cstr == NULL ? RULE_LOADED : RULE_LOADED_PARTLY]++;
	if (partly_cstr != NULL)
		complain(set, file_cstr, text, 0, rule->sid, RULE_LOADED_PARTLY, text_of(partly_cstr));
	return 0;
}

/* The lists of hashes that the rule names. */
static int
find_hashes(struct rule_set *set, struct rule *rule, size_t *at, struct diag *why)
{
	for (size_t i = 0; i < rule->match_count; i++) {
		struct rule_file_test *test = &rule->matches[i].u.file;
		if (rule->matches[i].kind != RULE_FILE || test->what != RULE_FILE_HASH)
			continue;
		*at = rule->matches[i].at;
		size_t hash_bytes = test->hash == VIEW_FILE_MD5 ? 16 : test->hash == VIEW_FILE_SHA1 ? 20 : 32;
		struct rule_list_file *list = rule_set_list(set, test->list);
		if (list == NULL)
			return diag_say(why, -EINVAL, _("the list \"%.*s\" is not there"),
			    (int)bytes_first(test->list, 200).len, (const char *)test->list.at);
		if (list->hashes == NULL || list->hashes->hash_bytes != hash_bytes)
			list->hashes = rule_file_read_hashes(&set->arena, list->text, hash_bytes, why);
		if (list->hashes == NULL)
			return -EINVAL;
		test->hashes = list->hashes;
	}
	return 0;
}

int
rule_set_add_dataset(struct rule_set *set, const struct rule_dataset *dataset, struct diag *diag)
{
	struct rule_dataset_table *table;
	const struct rule_list_file *list = dataset->load.len == 0 ? NULL : rule_set_list(set, dataset->load);
	size_t odd;
	return rule_dataset_get(
	    &set->datasets, dataset, false, list == NULL ? (struct bytes){0} : list->text, &table, &odd, diag);
}

/* The data sets that the rule names. */
static int
find_datasets(struct rule_set *set, struct rule *rule, size_t *at, const char **partly_cstr, struct diag *why)
{
	for (size_t i = 0; i < rule->match_count; i++) {
		struct rule_match *m = &rule->matches[i];
		struct rule_dataset *d = &m->u.dataset;
		if (m->kind != RULE_DATASET && m->kind != RULE_DATAREP)
			continue;
		*at = m->at;
		const struct rule_list_file *list = d->load.len == 0 ? NULL : rule_set_list(set, d->load);
		if (list == NULL && d->loads)
			return diag_say(why, -EINVAL, _("the list \"%.*s\" is not there"),
			    (int)bytes_first(d->load, 200).len, (const char *)d->load.at);
		size_t odd;
		int r = rule_dataset_get(&set->datasets, d, m->kind == RULE_DATAREP,
		    list == NULL ? (struct bytes){0} : list->text, &d->table, &odd, why);
		if (r < 0)
			return r;
		if (m->kind == RULE_DATASET && d->command == RULE_DATASET_SET)
			rule_dataset_note_setter(d->table);
		if (odd > 0)
			*partly_cstr = N_("some lines of the list are no values");
	}
	return 0;
}

/* The categories of reputations that it names, and the countries. */
static int
find_tables(struct rule_set *set, struct rule *rule, struct diag *why)
{
	rule_reputation_sort(&set->reputations);
	for (size_t i = 0; i < rule->word_count; i++) {
		struct rule_word *w = &rule->words[i];
		w->countries = &set->countries;
		if (w->kind == RULE_WORD_GEO_IP && set->countries.tree.len == 0)
			return diag_say(why, -ENOTSUP, "%s", _("no database of countries is given: geoip-database"));
		if (w->kind != RULE_WORD_IP_REPUTATION)
			continue;
		w->reputations = &set->reputations;
		w->high = rule_reputation_category(&set->reputations, w->text);
		if (w->high == 0)
			return diag_say(why, -ENOTSUP, _("there is no category \"%.*s\" of reputations"),
			    (int)bytes_first(w->text, 60).len, (const char *)w->text.at);
	}
	return 0;
}

int
rule_set_add_list(struct rule_set *set, struct bytes name, struct bytes text, struct diag *diag)
{
	if (set->list_count == LISTS_MAX)
		return diag_say(diag, -ENOMEM, _("more than %d lists"), LISTS_MAX);
	set->lists[set->list_count++] = (struct rule_list_file){.name = name, .text = text};
	return 0;
}

struct rule_list_file *
rule_set_list(const struct rule_set *set, struct bytes name)
{
	for (size_t i = 0; i < set->list_count; i++)
		if (bytes_eq(set->lists[i].name, name))
			return &set->lists[i];
	return NULL;
}

int
rule_set_read(struct rule_set *set, const char *file_cstr, struct bytes file, struct diag *diag)
{
	struct rule_parser *parser = rule_parse_new();
	struct rule_text_reader reader = rule_text_of(file);
	struct rule_text text;
	int r = parser == NULL ? -ENOMEM : 0;
	while (r == 0 && rule_text_next(&reader, &text)) {
		struct rule *rule;
		const char *partly_cstr = NULL;
		struct diag why = {0};
		size_t at = 0;
		uint32_t sid = 0;
		if (text.is_off) {
			set->off++;
			continue;
		}
		r = rule_parse_needs(text.text, &at, &why);
		if (r == -ENOTSUP)
			set->skipped++;
		if (r == 0)
			r = rule_parse(parser, &set->arena, &set->vars, &text, &rule, &partly_cstr, &at, &sid, &why);
		if (r == 0)
			r = rule_reach_judge(rule, &at, &why);
		if (r == 0)
			r = find_hashes(set, rule, &at, &why);
		if (r == 0)
			r = find_datasets(set, rule, &at, &partly_cstr, &why);
		if (r == 0)
			r = find_tables(set, rule, &why);
		if (r == 0) {
			r = keep(set, file_cstr, &text, rule, partly_cstr);
		} else if (r != -ENOMEM) {
			enum rule_outcome outcome = r == -ENOTSUP ? RULE_NOT_DONE : RULE_WRONG;
			complain(set, file_cstr, &text, at, sid != 0 ? sid : rule_outline_sid_said(text.text), outcome,
			    why.text_cstr);
			set->outcomes[outcome]++;
			r = 0;
		}
	}
	rule_parse_free(parser);
	return r < 0 ? diag_say(diag, r, "%s", _("not enough memory for these rules")) : 0;
}

int
rule_set_read_classes(struct rule_set *set, const char *file_cstr, struct bytes file, struct diag *diag)
{
	struct rule_text_reader reader = rule_text_of(file);
	struct rule_text text;
	while (rule_text_next(&reader, &text)) {
		struct bytes left = text.text, name, words;
		int64_t priority;
		if (text.is_off)
			continue;
		size_t colon = bytes_find(left, ':');
		bool ok = bytes_start_with(left, BYTES("config classification")) && colon < left.len;
		left = rule_text_trim(bytes_after(left, colon + 1));
		ok = ok && rule_text_split(&left, ',', &name) && rule_text_split(&left, ',', &words) &&
		    rule_text_number(rule_text_trim(left), &priority) && priority >= 1 && priority <= 255;
		if (!ok) {
			complain(set, file_cstr, &text, 0, 0, RULE_WRONG,
			    _("\"config classification: NAME,TEXT,PRIORITY\" was expected"));
			continue;
		}
		if (set->class_count == CLASSES_MAX)
			return diag_say(diag, -ENOMEM, _("more than %d classes"), CLASSES_MAX);
		set->classes[set->class_count++] = (struct rule_class){name, words, (uint8_t)priority};
	}
	for (size_t i = 0; i < set->count; i++)
		classify(set, set->rules[i]);
	return 0;
}

/* The next line that says something. */
static bool
next_line(struct bytes *left, unsigned *line, struct rule_text *out)
{
	while (left->len > 0) {
		size_t end = bytes_find(*left, '\n');
		struct bytes text = rule_text_trim(bytes_first(*left, end));
		*left = bytes_after(*left, end + 1);
		++*line;
		if (text.len == 0 || text.at[0] == '#')
			continue;
		*out = (struct rule_text){.text = text, .line = *line, .column = 1};
		return true;
	}
	return false;
}

int
rule_set_read_references(struct rule_set *set, const char *file_cstr, struct bytes file, struct diag *diag)
{
	struct rule_text text;
	unsigned line = 0;
	while (next_line(&file, &line, &text)) {
		struct bytes left = text.text, name;
		size_t colon = bytes_find(left, ':');
		bool ok = bytes_start_with(left, BYTES("config reference")) && colon < left.len;
		left = rule_text_trim(bytes_after(left, colon + 1));
		if (!ok || !rule_text_word(&left, &name) || left.len == 0) {
			complain(
			    set, file_cstr, &text, 0, 0, RULE_WRONG, _("\"config reference: NAME ADDRESS\" was expected"));
			continue;
		}
		if (set->reference_count == CLASSES_MAX)
			return diag_say(diag, -ENOMEM, _("more than %d classes"), CLASSES_MAX);
		set->references[set->reference_count++] = (struct rule_class){.name = name, .text = rule_text_trim(left)};
	}
	return 0;
}

int
rule_set_read_countries(struct rule_set *set, const char *file_cstr, struct bytes file, struct diag *diag)
{
	(void)diag;
	if (rule_countries_open(file, &set->countries) == PARSE_OK)
		return 0;
	const struct rule_text whole = {.text = bytes_first(file, 0), .line = 1, .column = 1};
	complain(set, file_cstr, &whole, 0, 0, RULE_WRONG, _("a database in MaxMind's format was expected (.mmdb)"));
	return 0;
}

/* A file of which some lines are not what they should be: told once. */
static void
complain_of_lines(struct rule_set *set, const char *file_cstr, struct bytes file, size_t odd)
{
	const struct rule_text whole = {.text = bytes_first(file, 0), .line = 1, .column = 1};
	char reason[200];
	if (odd == 0)
		return;
	set->odd_lines += odd;
	(void)snprintf(reason, sizeof(reason), _("%zu lines of it are not used: they are something else"), odd);
	complain(set, file_cstr, &whole, 0, 0, RULE_WRONG, reason);
}

int
rule_set_read_categories(struct rule_set *set, const char *file_cstr, struct bytes file, struct diag *diag)
{
	(void)diag;
	complain_of_lines(set, file_cstr, file, rule_reputation_categories(&set->reputations, file));
	return 0;
}

int
rule_set_read_reputations(struct rule_set *set, const char *file_cstr, struct bytes file, struct diag *diag)
{
	size_t odd;
	int r = rule_reputation_read(&set->reputations, file, &odd);
	complain_of_lines(set, file_cstr, file, odd);
	return r < 0 ? diag_say(diag, r, "%s", _("not enough memory for these rules")) : 0;
}

int
rule_set_read_thresholds(struct rule_set *set, const char *file_cstr, struct bytes file, struct diag *diag)
{
	struct rule_text text;
	unsigned line = 0;
	while (next_line(&file, &line, &text)) {
		struct diag why = {0};
		int r = rule_threshold_line(set, text.text, &why);
		if (r == -ENOMEM)
			return diag_say(diag, r, "%s", _("not enough memory for these rules"));
		set->odd_lines += r < 0;
		if (r == -ENOENT) /* its rule is in another site's files, or off */
			complain(set, file_cstr, &text, 0, 0, RULE_NOT_DONE, _("there is no rule with this sig_id"));
		else if (r < 0)
			complain(set, file_cstr, &text, 0, 0, RULE_WRONG, why.text_cstr);
	}
	return 0;
}

void
rule_set_leave_out(struct rule_set *set, const struct rule *rule, const char *reason_cstr)
{
	set->outcomes[rule->is_partly ? RULE_LOADED_PARTLY : RULE_LOADED]--;
	set->outcomes[RULE_NOT_DONE]++;
	struct rule_text text = {.text = rule->text, .line = rule->line, .column = 1};
	complain(set, rule->file_cstr, &text, 0, rule->sid, RULE_NOT_DONE, reason_cstr);
}

/* It asks for a value, of a set or a reputation, that is nowhere. */
static bool
asks_in_vain(const struct rule *rule)
{
	for (size_t i = 0; i < rule->match_count; i++) {
		const struct rule_match *m = &rule->matches[i];
		bool asks = m->kind == RULE_DATAREP ||
		    (m->kind == RULE_DATASET &&
		        (m->u.dataset.command == RULE_DATASET_IS_SET || m->u.dataset.command == RULE_DATASET_UNSET));
		if (asks && !rule_dataset_can_hold(m->u.dataset.table))
			return true;
	}
	return false;
}

void
rule_set_close(struct rule_set *set)
{
	size_t kept = 0;
	for (size_t i = 0; i < set->count; i++) {
		if (asks_in_vain(set->rules[i]))
			rule_set_leave_out(set, set->rules[i], _("it asks for values of a data set that nothing fills"));
		else
			set->rules[kept++] = set->rules[i];
	}
	set->count = kept;
}
