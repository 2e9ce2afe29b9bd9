/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/vocabulary.h"

/* Generated from data/ by tools/embed. */
extern const unsigned char rsit_yaml[], human_error_yaml[], playbooks_yaml[], notices_yaml[];
extern const size_t rsit_yaml_len, human_error_yaml_len, playbooks_yaml_len, notices_yaml_len;

static const struct data_tree *
entry(const struct data_tree *list, const char *key_cstr, const char *value_cstr)
{
	for (const struct data_tree *e = list == NULL ? NULL : list->first; e != NULL; e = e->next) {
		const char *text_cstr = data_tree_cstr(e, key_cstr);
		if (text_cstr != NULL && strcmp(text_cstr, value_cstr) == 0)
			return e;
	}
	return NULL;
}

int
vocabulary_read(struct arena *arena, struct vocabulary *out, struct diag *diag)
{
	const struct data_tree *rsit, *human, *playbooks, *notices;
	int r = data_tree_read(arena, (struct bytes){rsit_yaml, rsit_yaml_len}, "rsit.yaml", &rsit, diag);
	if (r == 0)
		r = data_tree_read(
		    arena, (struct bytes){human_error_yaml, human_error_yaml_len}, "human_error.yaml", &human, diag);
	if (r == 0)
		r = data_tree_read(arena, (struct bytes){playbooks_yaml, playbooks_yaml_len}, "playbooks", &playbooks, diag);
	if (r == 0)
		r = data_tree_read(arena, (struct bytes){notices_yaml, notices_yaml_len}, "notices.yaml", &notices, diag);
	if (r < 0)
		return r;
	*out = (struct vocabulary){.categories = data_tree_find(rsit, "categories"),
	    .playbooks = playbooks,
	    .notices = data_tree_find(notices, "notices"),
	    .refused = data_tree_find(human, "refused"),
	    .conditions = data_tree_find(human, "conditions")};
	return 0;
}

const struct data_tree *
vocabulary_category(const struct vocabulary *v, const char *word_cstr)
{
	const struct data_tree *found = entry(v->categories, "code", word_cstr);
	for (const struct data_tree *e = found != NULL ? NULL : v->categories->first; e != NULL; e = e->next) {
		const char *code_cstr = data_tree_cstr(e, "code"), *dot = code_cstr == NULL ? NULL : strchr(code_cstr, '.');
		if (dot == NULL || strcmp(dot + 1, word_cstr) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = e;
	}
	return found;
}

const struct data_tree *
vocabulary_playbook(const struct vocabulary *v, const char *name_cstr)
{
	return entry(v->playbooks, "playbook", name_cstr);
}

const struct data_tree *
vocabulary_notice(const struct vocabulary *v, const char *name_cstr)
{
	return entry(v->notices, "notice", name_cstr);
}

const char *
vocabulary_words(const struct data_tree *map, enum language language)
{
	const char *text_cstr = data_tree_cstr(map, language == LANGUAGE_FR ? "fr" : "en");
	return text_cstr == NULL ? "" : text_cstr;
}
