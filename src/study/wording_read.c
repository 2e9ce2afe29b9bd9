/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/wording.h"

#include "core/data_read.h"
#include "study/study_ids.h"

#include <errno.h>

enum { COLUMN_ID, COLUMN_TEXT, COLUMN_ACCEPTANCE, COLUMN_VERIFICATION };

/* Nothing but letters and digits, lower case, without accents; plurals are known too. */
static const struct {
	const char *name_cstr;
	int column;
} names[] = {{"id", COLUMN_ID}, {"ref", COLUMN_ID}, {"reference", COLUMN_ID}, {"code", COLUMN_ID},
    {"identifiant", COLUMN_ID}, {"identifier", COLUMN_ID}, {"numero", COLUMN_ID}, {"number", COLUMN_ID}, {"num", COLUMN_ID},
    {"n", COLUMN_ID}, {"no", COLUMN_ID}, {"requirementid", COLUMN_ID}, {"exigenceid", COLUMN_ID}, {"idexigence", COLUMN_ID},
    {"text", COLUMN_TEXT}, {"texte", COLUMN_TEXT}, {"statement", COLUMN_TEXT}, {"enonce", COLUMN_TEXT},
    {"requirement", COLUMN_TEXT}, {"exigence", COLUMN_TEXT}, {"description", COLUMN_TEXT}, {"libelle", COLUMN_TEXT},
    {"sentence", COLUMN_TEXT}, {"formulation", COLUMN_TEXT}, {"acceptance", COLUMN_ACCEPTANCE},
    {"acceptation", COLUMN_ACCEPTANCE}, {"acceptancevalue", COLUMN_ACCEPTANCE}, {"acceptancecriterion", COLUMN_ACCEPTANCE},
    {"acceptancecriteria", COLUMN_ACCEPTANCE}, {"criterion", COLUMN_ACCEPTANCE}, {"criteria", COLUMN_ACCEPTANCE},
    {"critere", COLUMN_ACCEPTANCE}, {"criteredacceptation", COLUMN_ACCEPTANCE}, {"mesuredacceptation", COLUMN_ACCEPTANCE},
    {"valeurdacceptation", COLUMN_ACCEPTANCE}, {"value", COLUMN_ACCEPTANCE}, {"valeur", COLUMN_ACCEPTANCE},
    {"threshold", COLUMN_ACCEPTANCE}, {"seuil", COLUMN_ACCEPTANCE}, {"target", COLUMN_ACCEPTANCE},
    {"cible", COLUMN_ACCEPTANCE}, {"measure", COLUMN_ACCEPTANCE}, {"mesure", COLUMN_ACCEPTANCE},
    {"verification", COLUMN_VERIFICATION}, {"verificationmethod", COLUMN_VERIFICATION}, {"method", COLUMN_VERIFICATION},
    {"methode", COLUMN_VERIFICATION}, {"methodofverification", COLUMN_VERIFICATION},
    {"methodedeverification", COLUMN_VERIFICATION}, {"moyendeverification", COLUMN_VERIFICATION},
    {"verifiedby", COLUMN_VERIFICATION}, {"verify", COLUMN_VERIFICATION}};

/* "Critère d’acceptation" is "criteredacceptation". */
int
wording_read_column(struct bytes name)
{
	char given[WORDING_TOKEN_MAX + 1], known[WORDING_TOKEN_MAX + 1];
	(void)wording_text_form(name, given);
	for (size_t i = 0; i < LENGTH_OF(names); i++) {
		(void)wording_text_form(bytes_of_cstr(names[i].name_cstr), known);
		if (strcmp(given, known) == 0)
			return names[i].column;
	}
	return -1;
}

static void
take_map(const struct data_tree *map, struct wording_requirement *out)
{
	const char **fields[] = {[COLUMN_ID] = &out->id_cstr,
	    [COLUMN_TEXT] = &out->text_cstr,
	    [COLUMN_ACCEPTANCE] = &out->acceptance_cstr,
	    [COLUMN_VERIFICATION] = &out->verification_cstr};
	for (const struct data_tree *n = map->first; n != NULL; n = n->next) {
		int column = wording_read_column(n->key);
		const struct data_tree *text = n;
		if (n->kind == DATA_MAP) /* {en: ..., fr: ...}: the language of the reader, or the first */
			text = data_tree_find(n, text_spoken() == LANGUAGE_FR ? "fr" : "en");
		if (text == NULL && n->kind == DATA_MAP)
			text = n->first;
		if (column >= 0 && text != NULL && text->kind == DATA_TEXT && !data_read_is_null(text) &&
		    *fields[column][0] == '\0')
			*fields[column] = (const char *)text->text.at;
	}
	static const char *const titles[] = {"title", "name", "label"}; /* some write the sentence there */
	for (size_t i = 0; i < LENGTH_OF(titles) && out->text_cstr[0] == '\0'; i++) {
		const char *title_cstr = data_tree_cstr(map, titles[i]);
		out->text_cstr = title_cstr == NULL ? "" : title_cstr;
	}
}

static int
take_list(struct arena *arena, const struct data_read *r, const struct data_tree *list, struct wording_list *out)
{
	size_t count = study_ids_count(list), number = 0;
	if (count > WORDING_REQUIREMENTS_MAX)
		return data_read_complain(r, list, _("too many entries in one file"), "requirements");
	struct wording_requirement *items = arena_new(arena, struct wording_requirement, count);
	if (items == NULL)
		return diag_say_at(
		    r->diag, -ENOMEM, r->file_cstr, UINT64_MAX, "%s", _("the file is too large for the memory it may take"));
	for (const struct data_tree *n = list->first; n != NULL; n = n->next) {
		struct wording_requirement *q = &items[number++];
		*q = (struct wording_requirement){"", "", "", "", n->line, n->column};
		if (list->kind == DATA_MAP)
			q->id_cstr = (const char *)n->key.at;
		if (n->kind == DATA_TEXT)
			q->text_cstr = (const char *)n->text.at;
		else if (n->kind == DATA_MAP)
			take_map(n, q);
		else
			return data_read_complain(
			    r, n, _("expected a requirement: keys with values, or a text"), "requirements");
	}
	*out = (struct wording_list){items, number};
	return 0;
}

static bool
has_ending(const char *file_cstr, const char *ending_cstr)
{
	size_t len = strlen(file_cstr), n = strlen(ending_cstr);
	return len >= n &&
	    bytes_eq_nocase((struct bytes){(const uint8_t *)file_cstr + len - n, n}, bytes_of_cstr(ending_cstr));
}

int
wording_read(struct arena *arena, struct bytes text, const char *file_cstr, struct wording_list *out, struct diag *diag)
{
	static const char *const keys[] = {"requirements", "exigences", "items"};
	struct data_read r = {.file_cstr = file_cstr, .diag = diag};
	const struct data_tree *root, *list = NULL;
	if (has_ending(file_cstr, ".csv") || has_ending(file_cstr, ".tsv"))
		return wording_csv(arena, text, file_cstr, out, diag);
	int e = data_tree_read(arena, text, file_cstr, &root, diag);
	if (e < 0)
		return e;
	for (size_t i = 0; i < LENGTH_OF(keys) && list == NULL; i++)
		list = data_tree_find(root, keys[i]);
	if (root->kind == DATA_LIST)
		list = root;
	if (list == NULL || list->kind == DATA_TEXT || list->first == NULL)
		return data_read_complain(
		    &r, list == NULL ? root : list, _("expected a list of requirements"), "requirements");
	return take_list(arena, &r, list, out);
}
