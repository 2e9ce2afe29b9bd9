/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/data_read.h"

#include "core/decimal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static bool
is_null(const char *word_cstr)
{
	return word_cstr[0] == '\0' || strcmp(word_cstr, "~") == 0 || strcmp(word_cstr, "null") == 0;
}

bool
data_read_is_null(const struct data_tree *node)
{
	return node->kind == DATA_TEXT && is_null((const char *)node->text.at);
}

int
data_read_complain(const struct data_read *r, const struct data_tree *at, const char *sentence_cstr, const char *what_cstr)
{
	int error = diag_say_at(r->diag, -EINVAL, r->file_cstr, UINT64_MAX, "%s: %s", what_cstr, sentence_cstr);
	if (r->diag != NULL) {
		r->diag->line = at->line;
		r->diag->column = at->column;
	}
	return error;
}

int
data_read_complain_key(
    const struct data_read *r, const struct data_tree *at, const char *sentence_cstr, const char *what_cstr)
{
	int error = data_read_complain(r, at, sentence_cstr, what_cstr);
	if (r->diag != NULL && at->key_line > 0) {
		r->diag->line = at->key_line;
		r->diag->column = at->key_column;
	}
	return error;
}

/* "sentence: one, two, three", as far as there is room. */
static void
list_words(char *out, size_t size, const char *sentence_cstr, const char *const *words, size_t count)
{
	int n = snprintf(out, size, "%s", sentence_cstr);
	for (size_t i = 0; i < count && n > 0 && (size_t)n < size; i++)
		n += snprintf(out + n, size - (size_t)n, "%s %s", i == 0 ? ":" : ",", words[i]);
}

static bool
is_in(const char *const *keys, struct bytes key)
{
	for (; *keys != NULL; keys++)
		if (bytes_eq(bytes_of_cstr(*keys), key))
			return true;
	return false;
}

int
data_read_keys(const struct data_read *r, const struct data_tree *map, const char *const *keys)
{
	char sentence[384];
	if (map->kind != DATA_MAP)
		return data_read_complain(r, map, _("expected keys with values here"), keys[0]);
	for (const struct data_tree *node = map->first; node != NULL; node = node->next) {
		if (!is_in(keys, node->key)) {
			size_t count = 0;
			while (keys[count] != NULL)
				count++;
			list_words(
			    sentence, sizeof(sentence), _("this key is not known here; expected one of"), keys, count);
			return data_read_complain_key(r, node, sentence, (const char *)node->key.at);
		}
		if (data_tree_find(map, (const char *)node->key.at) != node)
			return data_read_complain_key(
			    r, node, _("this key is there twice, and only one can be meant"), (const char *)node->key.at);
	}
	return 0;
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
data_read_texts(const struct data_read *r, const struct data_tree *map, const char *key_cstr, const char *out[static 2])
{
	const struct data_tree *node = data_tree_find(map, key_cstr);
	if (node != NULL && node->kind == DATA_MAP)
		return data_read_words(r, map, key_cstr, out);
	int e = data_read_word(r, map, key_cstr, &out[LANGUAGE_EN]);
	out[LANGUAGE_FR] = out[LANGUAGE_EN];
	return e;
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
	char sentence[384];
	list_words(sentence, sizeof(sentence), _("this word is not one of those that the file may use"), words, count);
	return data_read_complain(r, data_tree_find(map, key_cstr), sentence, key_cstr);
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
data_read_decimal(const struct data_read *r, const struct data_tree *map, const char *key_cstr, int64_t min, int64_t max,
    int64_t *out, bool *given)
{
	const char *word_cstr;
	char sentence[160], least[DECIMAL_TEXT_MAX], most[DECIMAL_TEXT_MAX];
	int64_t value;
	int e = data_read_word(r, map, key_cstr, &word_cstr);
	if (e < 0)
		return e;
	*given = !is_null(word_cstr);
	if (!*given)
		return 0;
	if (decimal_read(bytes_of_cstr(word_cstr), &value) && value >= min && value <= max) {
		*out = value;
		return 0;
	}
	(void)snprintf(sentence, sizeof(sentence), _("expected a number from %s to %s"),
	    decimal_write(LANGUAGE_EN, min, least), decimal_write(LANGUAGE_EN, max, most));
	return data_read_complain(r, data_tree_find(map, key_cstr), sentence, key_cstr);
}

int
data_read_list(const struct data_read *r, const struct data_tree *map, const char *key_cstr, const struct data_tree **out)
{
	const struct data_tree *list = data_tree_find(map, key_cstr);
	if (list != NULL && list->kind == DATA_TEXT && is_null((const char *)list->text.at))
		list = NULL;
	if (list != NULL && list->kind != DATA_LIST)
		return data_read_complain(r, list, _("expected a list"), key_cstr);
	*out = list;
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
