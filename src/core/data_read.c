/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/data_read.h"

#include <errno.h>
#include <stdlib.h>

int
data_read_complain(const struct data_read *r, const struct data_tree *at, const char *sentence_cstr, const char *what_cstr)
{
	int error = diag_say_at(r->diag, -EINVAL, r->file_cstr, UINT64_MAX, "%s: %s", what_cstr, sentence_cstr);
	if (r->diag != NULL)
		r->diag->line = at->line;
	return error;
}

int
data_read_word(const struct data_read *r, const struct data_tree *map, const char *key_cstr, const char **out)
{
	const struct data_tree *node = data_tree_find(map, key_cstr);
	*out = "";
	if (node == NULL)
		return 0;
	if (node->kind != DATA_TEXT)
		return data_read_complain(r, node, _("expected a text"), key_cstr);
	*out = (const char *)node->text.at;
	return 0;
}

int
data_read_need_word(const struct data_read *r, const struct data_tree *map, const char *key_cstr, const char **out)
{
	int e = data_read_word(r, map, key_cstr, out);
	return e == 0 && **out == '\0' ? data_read_complain(r, map, _("is missing here"), key_cstr) : e;
}

int
data_read_words(const struct data_read *r, const struct data_tree *map, const char *key_cstr, const char *out[static 2])
{
	const struct data_tree *node = data_tree_find(map, key_cstr);
	out[LANGUAGE_EN] = out[LANGUAGE_FR] = "";
	if (node == NULL)
		return 0;
	if (node->kind != DATA_MAP)
		return data_read_complain(r, node, _("expected {en: ..., fr: ...}"), key_cstr);
	int e = data_read_need_word(r, node, "en", &out[LANGUAGE_EN]);
	return e == 0 ? data_read_need_word(r, node, "fr", &out[LANGUAGE_FR]) : e;
}

int
data_read_need_words(const struct data_read *r, const struct data_tree *map, const char *key_cstr, const char *out[static 2])
{
	if (data_tree_find(map, key_cstr) == NULL)
		return data_read_complain(r, map, _("is missing here"), key_cstr);
	return data_read_words(r, map, key_cstr, out);
}

int
data_read_need_choice(const struct data_read *r, const struct data_tree *map, const char *key_cstr, const char *const *words,
    size_t count, unsigned *out)
{
	const char *word_cstr;
	int e = data_read_need_word(r, map, key_cstr, &word_cstr);
	if (e < 0)
		return e;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], word_cstr) == 0) {
			*out = (unsigned)i;
			return 0;
		}
	}
	return data_read_complain(
	    r, data_tree_find(map, key_cstr), _("this word is not one of those that the file may use"), key_cstr);
}

int
data_read_need_number(
    const struct data_read *r, const struct data_tree *map, const char *key_cstr, long min, long max, long *out)
{
	const char *word_cstr;
	char *end;
	int e = data_read_need_word(r, map, key_cstr, &word_cstr);
	if (e < 0)
		return e;
	errno = 0;
	*out = strtol(word_cstr, &end, 10);
	if (errno != 0 || end == word_cstr || *end != '\0' || *out < min || *out > max)
		return data_read_complain(r, data_tree_find(map, key_cstr),
		    _("expected a whole number that is neither absurd nor negative"), key_cstr);
	return 0;
}

int
data_read_need_list(
    const struct data_read *r, const struct data_tree *map, const char *key_cstr, const struct data_tree **out)
{
	const struct data_tree *list = data_tree_find(map, key_cstr);
	if (list == NULL || list->kind != DATA_LIST || list->first == NULL)
		return data_read_complain(r, list == NULL ? map : list, _("expected a list"), key_cstr);
	*out = list;
	return 0;
}
