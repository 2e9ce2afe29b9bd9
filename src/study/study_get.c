/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/study.h"

#include <stdlib.h>

const char *
study_get_text(const struct data_tree *map, const char *key_cstr, enum language language)
{
	const struct data_tree *node = data_tree_find(map, key_cstr);
	if (node != NULL && node->kind == DATA_MAP) {
		const char *first_cstr = data_tree_cstr(node, language == LANGUAGE_FR ? "fr" : "en");
		const char *second_cstr = data_tree_cstr(node, language == LANGUAGE_FR ? "en" : "fr");
		return first_cstr != NULL && first_cstr[0] != '\0' ? first_cstr : second_cstr != NULL ? second_cstr : "";
	}
	return node == NULL || node->kind != DATA_TEXT ? "" : (const char *)node->text.at;
}

long
study_get_number(const struct data_tree *map, const char *key_cstr)
{
	const char *text_cstr = data_tree_cstr(map, key_cstr);
	char *end;
	if (text_cstr == NULL || text_cstr[0] < '0' || text_cstr[0] > '9')
		return -1;
	long value = strtol(text_cstr, &end, 10);
	return *end == '\0' ? value : -1;
}

bool
study_get_yes(const struct data_tree *map, const char *key_cstr, bool otherwise)
{
	const char *text_cstr = data_tree_cstr(map, key_cstr);
	if (text_cstr == NULL)
		return otherwise;
	return strcmp(text_cstr, "yes") == 0 || strcmp(text_cstr, "true") == 0 || strcmp(text_cstr, "oui") == 0;
}

const struct data_tree *
study_get_first(const struct data_tree *map, const char *key_cstr)
{
	const struct data_tree *list = data_tree_find(map, key_cstr);
	return list == NULL || list->kind != DATA_LIST ? NULL : list->first;
}

size_t
study_get_ref(const struct study *s, const struct data_tree *map, const char *key_cstr)
{
	const char *id_cstr = data_tree_cstr(map, key_cstr);
	return id_cstr == NULL || id_cstr[0] == '\0' ? SIZE_MAX : study_ids_find(&s->ids, id_cstr);
}

size_t
study_get_refs(const struct study *s, const struct data_tree *map, const char *key_cstr, size_t i)
{
	const struct data_tree *node = study_get_first(map, key_cstr);
	while (node != NULL && i-- > 0)
		node = node->next;
	return node == NULL || node->kind != DATA_TEXT ? SIZE_MAX : study_ids_find(&s->ids, (const char *)node->text.at);
}

const char *
study_get_name(const struct study *s, size_t record, enum language language)
{
	const char *name_cstr = study_get_text(study_tree(s, record), "name", language);
	return name_cstr[0] == '\0' ? s->records[record].id_cstr : name_cstr;
}
