/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/notice.h"

#include "record/case_words.h"

#include <stdio.h>

const char *
notice_value(const char *kind_cstr, const char *name_cstr, const char *value_cstr, const struct zone *zone,
    enum language language, char out[static CIVIL_TEXT_MAX])
{
	const struct case_kind *kind = case_fields_kind(kind_cstr);
	const struct case_field_def *def = kind == NULL ? NULL : case_fields_find(kind, name_cstr);
	struct case_field field = {"t", value_cstr};
	struct case_item item = {.field_count = 1, .fields = &field};
	int64_t at_s;
	if (def != NULL && def->type == CASE_TIME && case_file_time(&item, "t", &at_s)) {
		(void)zone_write(zone, at_s, out);
		out[10] = out[16] = ' '; /* "2026-10-24 12:00 +02:00" */
		(void)memmove(out + 17, out + 19, 7);
		if (language == LANGUAGE_FR) { /* "24/10/2026 12:00 +02:00" */
			const char day[] = {out[8], out[9], '/', out[5], out[6], '/', out[0], out[1], out[2], out[3]};
			memcpy(out, day, sizeof(day));
		}
		return out;
	}
	return def == NULL ? value_cstr : case_words_of(language, def, value_cstr);
}

struct draft {
	const struct zone *zone;
	enum language language;
	const struct case_item *item;
	char text[NOTICE_TEXT_MAX], cites[NOTICE_CITES_MAX], missing[NOTICE_CITES_MAX];
	size_t len;
};

static void
add(struct draft *d, struct bytes part)
{
	part = bytes_first(part, sizeof(d->text) - 1 - d->len);
	if (part.len > 0)
		memcpy(d->text + d->len, part.at, part.len);
	d->len += part.len;
	d->text[d->len] = '\0';
}

static void
list(char *all, const char *name_cstr)
{
	size_t used = strlen(all);
	(void)snprintf(all + used, NOTICE_CITES_MAX - used, "%s%s", used == 0 ? "" : " ", name_cstr);
}

/* Fields in braces; a field that has no value is listed as missing. */
static void
fill(struct draft *d, const char *template_cstr)
{
	struct bytes left = bytes_of_cstr(template_cstr);
	d->text[0] = d->missing[0] = d->cites[0] = '\0';
	d->len = 0;
	while (left.len > 0) {
		size_t brace = bytes_find(left, '{'), end = bytes_find(bytes_after(left, brace), '}');
		char name[CASE_NAME_MAX], when[CIVIL_TEXT_MAX];
		add(d, bytes_first(left, brace));
		left = bytes_after(left, brace);
		if (left.len == 0)
			break;
		(void)snprintf(name, sizeof(name), "%.*s", (int)(end - 1), (const char *)left.at + 1);
		left = bytes_after(left, end + 1);
		const char *value_cstr = case_file_value(d->item, name);
		list(value_cstr[0] == '\0' ? d->missing : d->cites, name);
		struct bytes value = bytes_of_cstr(
		    notice_value(d->item->kind_cstr, name, value_cstr, d->zone, d->language, when));
		if (value.len > 0 && value.at[value.len - 1] == '.' && left.len > 0 && left.at[0] == '.')
			value.len--; /* the sentence has its own full stop */
		add(d, value);
	}
}

static bool
is_wanted(const struct data_tree *sentence, const struct case_item *item)
{
	const char *where_cstr = data_tree_cstr(sentence, "where"),
	           *equal = where_cstr == NULL ? NULL : strchr(where_cstr, '=');
	char name[CASE_NAME_MAX];
	if (equal == NULL)
		return true;
	(void)snprintf(name, sizeof(name), "%.*s", (int)(equal - where_cstr), where_cstr);
	return case_file_says(item, name, equal + 1);
}

size_t
notice_write(const struct data_tree *template, const struct case_file *file, const struct zone *zone, enum language language,
    void (*say)(void *context, const struct notice_sentence *sentence), void *context)
{
	static struct draft d; /* 33 kB: too much for a stack; one thread writes notices */
	size_t questions = 0;
	const struct data_tree *list_of = data_tree_find(template, "sentences");
	for (const struct data_tree *s = list_of == NULL ? NULL : list_of->first; s != NULL; s = s->next) {
		const char *each_cstr = data_tree_cstr(s, "each");
		char cites[NOTICE_CITES_MAX * 2];
		struct notice_sentence sentence = {.text_cstr = d.text, .cites_cstr = cites};
		d = (struct draft){.zone = zone, .language = language, .item = &file->incident};
		for (const struct case_item *i = NULL;
		     each_cstr != NULL && (i = case_file_next(file, each_cstr, i)) != NULL;) {
			if (!is_wanted(s, i))
				continue;
			d.item = i;
			fill(&d, vocabulary_words(s, language));
			(void)snprintf(cites, sizeof(cites), "%s", i->id_cstr);
			say(context, &sentence);
		}
		if (each_cstr != NULL)
			continue;
		fill(&d, vocabulary_words(s, language));
		sentence.is_question = d.missing[0] != '\0';
		(void)snprintf(
		    cites, sizeof(cites), "%s %s", file->incident.id_cstr, sentence.is_question ? d.missing : d.cites);
		if (sentence.is_question)
			sentence.text_cstr = vocabulary_words(data_tree_find(s, "ask"), language);
		questions += sentence.is_question;
		say(context, &sentence);
	}
	return questions;
}
