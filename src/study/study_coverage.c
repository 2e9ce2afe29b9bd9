/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/study_coverage.h"

#include <errno.h>

const char *
study_coverage_word(enum study_covered state)
{
	static const char *const words[] = {"open", "planned", "applied"};
	return words[state];
}

static void
cover(struct study_coverage_rule *rule, size_t record, enum study_covered state)
{
	if (rule->by_count < STUDY_COVERAGE_BY_MAX)
		rule->by[rule->by_count++] = record;
	if (state > rule->state)
		rule->state = state;
}

/* `covers: {hygiene: ["13"]}`: a measure that is done applies its rules, another one plans them. */
static void
take_measures(const struct study *s, const struct study_ids *numbers, struct study_coverage *c)
{
	for (size_t i = 0; i < s->section_count[STUDY_MEASURE]; i++) {
		size_t n = s->of_section[STUDY_MEASURE][i];
		const struct data_tree *map = study_tree(s, n);
		bool done = study_get_number(map, "progress") == 100 ||
		    strcmp(study_get_text(map, "state", LANGUAGE_EN), "done") == 0;
		bool dropped = strcmp(study_get_text(map, "state", LANGUAGE_EN), "dropped") == 0;
		const struct data_tree *w = study_get_first(data_tree_find(map, "covers"), c->id_cstr);
		for (; w != NULL && !dropped; w = w->next) {
			size_t at = w->kind == DATA_TEXT && w->text.len > 0
			    ? study_ids_find(numbers, (const char *)w->text.at)
			    : SIZE_MAX;
			if (at != SIZE_MAX)
				cover(&c->rules[at], n, done ? STUDY_APPLIED : STUDY_PLANNED);
		}
	}
}

/* What the baseline says of a rule of this catalogue: applied, or in part. */
static void
take_baseline(const struct study *s, const struct study_ids *numbers, struct study_coverage *c)
{
	for (size_t i = 0; i < s->section_count[STUDY_BASELINE_ITEM]; i++) {
		size_t n = s->of_section[STUDY_BASELINE_ITEM][i], parent = s->records[n].parent;
		const struct data_tree *map = study_tree(s, n);
		const char *number_cstr = study_get_text(map, "number", LANGUAGE_EN),
		           *state_cstr = study_get_text(map, "state", LANGUAGE_EN);
		if (parent == SIZE_MAX ||
		    strcmp(study_get_text(study_tree(s, parent), "catalogue", LANGUAGE_EN), c->id_cstr) != 0)
			continue;
		size_t at = number_cstr[0] == '\0' ? SIZE_MAX : study_ids_find(numbers, number_cstr);
		if (at != SIZE_MAX && strcmp(state_cstr, "applied") == 0)
			cover(&c->rules[at], n, STUDY_APPLIED);
		else if (at != SIZE_MAX && strcmp(state_cstr, "restricted") == 0)
			cover(&c->rules[at], n, STUDY_PLANNED);
	}
}

static int
take_catalogue(const struct study *s, const struct data_read *r, const struct data_tree *map, struct study_coverage *c)
{
	struct study_ids numbers;
	const struct data_tree *rules;
	int e = data_read_need_word(r, map, "id", &c->id_cstr);
	if (e == 0)
		e = data_read_need_words(r, map, "name", c->name_cstr);
	if (e == 0)
		e = data_read_need_list(r, map, "rules", &rules);
	if (e < 0)
		return e;
	size_t count = study_ids_count(rules);
	c->rules = arena_new(s->arena, struct study_coverage_rule, count);
	if (c->rules == NULL || study_ids_init(&numbers, s->arena, count) < 0)
		return diag_say(r->diag, -ENOMEM, "%s", _("not enough memory"));
	for (const struct data_tree *n = rules->first; n != NULL && e == 0; n = n->next) {
		const char *number_cstr;
		e = data_read_need_word(r, n, "number", &number_cstr);
		if (e == 0 && !study_ids_add(&numbers, number_cstr, c->count))
			e = data_read_complain(r, n, _("this id is there twice"), number_cstr);
		c->rules[c->count++].rule = n;
	}
	if (e < 0)
		return e;
	take_baseline(s, &numbers, c);
	take_measures(s, &numbers, c);
	for (size_t i = 0; i < c->count; i++)
		c->of_state[c->rules[i].state]++;
	return 0;
}

int
study_coverage(const struct study *s, struct bytes catalogues, struct study_coverage **out, size_t *count, struct diag *diag)
{
	struct data_read r = {.file_cstr = "catalogues.yaml", .diag = diag};
	const struct data_tree *root, *list;
	int e = data_tree_read(s->arena, catalogues, r.file_cstr, &root, diag);
	if (e == 0)
		e = data_read_need_list(&r, root, "catalogues", &list);
	if (e < 0)
		return e;
	struct study_coverage *all = arena_new(s->arena, struct study_coverage, study_ids_count(list));
	if (all == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	*count = 0;
	for (const struct data_tree *c = list->first; c != NULL && e == 0; c = c->next)
		e = take_catalogue(s, &r, c, &all[(*count)++]);
	if (e == 0)
		*out = all;
	return e;
}
