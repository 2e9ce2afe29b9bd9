/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/study_lint.h"

#include "core/terminal.h"
#include "study/wording.h"

#include <errno.h>

enum { LINE_MAX = 1024, NAME_MAX_LEN = 96 };

/* Generated from data/study/wording.yaml by tools/embed. */
extern const unsigned char wording_yaml[];
extern const size_t wording_yaml_len;

/* The id, or "#3" for the third one where it has none. */
static const char *
name_of(const struct wording_list *list, size_t at, char out[static NAME_MAX_LEN])
{
	if (list->items[at].id_cstr[0] != '\0')
		(void)snprintf(out, NAME_MAX_LEN, "%.90s", list->items[at].id_cstr);
	else
		(void)snprintf(out, NAME_MAX_LEN, "#%zu", at + 1);
	return out;
}

static const char *
sentence_of(enum language language, const struct wording_finding *f, char out[static LINE_MAX])
{
	char word[256];
	const char *sentence_cstr = text_in(language, wording_check_sentence(f->problem));
	const char *at = strstr(sentence_cstr, "%s");
	(void)snprintf(word, sizeof(word), "%.*s", (int)(f->word.len < 200 ? f->word.len : 200), (const char *)f->word.at);
	if (at == NULL)
		(void)snprintf(out, LINE_MAX, "%s", sentence_cstr);
	else
		(void)snprintf(out, LINE_MAX, "%.*s%s%s", (int)(at - sentence_cstr), sentence_cstr, word, at + 2);
	return out;
}

static void
write_finding(struct json *j, const struct wording_list *list, const struct wording_finding *f, enum language language)
{
	char name[NAME_MAX_LEN], sentence[LINE_MAX];
	const struct wording_requirement *q = &list->items[f->requirement];
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("requirement"), name_of(list, f->requirement, name));
	json_cstr(j, JSON_KEY("problem"), wording_check_code(f->problem));
	json_cstr(j, JSON_KEY("sentence"), sentence_of(language, f, sentence));
	if (f->word.len > 0)
		json_text(j, JSON_KEY("words"), f->word);
	else
		json_none(j, JSON_KEY("words"));
	if (f->other != SIZE_MAX)
		json_cstr(j, JSON_KEY("other"), name_of(list, f->other, name));
	else
		json_none(j, JSON_KEY("other"));
	json_u64(j, JSON_KEY("line"), q->line);
	json_u64(j, JSON_KEY("column"), q->column);
	json_close_object(j);
}

static void
tell(const struct presenter *p, const struct wording_list *list, const struct wording_findings *found)
{
	char name[NAME_MAX_LEN], other[NAME_MAX_LEN], sentence[LINE_MAX], line[LINE_MAX + 256], clean[NAME_MAX_LEN * 4];
	size_t bad = 0;
	for (size_t i = 0; i < found->count; i++) {
		const struct wording_finding *f = &found->items[i];
		if (i == 0 || found->items[i - 1].requirement != f->requirement) {
			bad++;
			(void)terminal_escape(bytes_of_cstr(name_of(list, f->requirement, name)), clean, sizeof(clean));
			fprintf(p->out, text_in(p->language, N_("%s, line %u\n")), clean, list->items[f->requirement].line);
		}
		(void)snprintf(line, sizeof(line), "%s: %s%s%s%s", wording_check_code(f->problem),
		    sentence_of(p->language, f, sentence), f->other == SIZE_MAX ? "" : " (",
		    f->other == SIZE_MAX ? "" : name_of(list, f->other, other), f->other == SIZE_MAX ? "" : ")");
		present_paragraph(p, "  - ", 4, line);
	}
	fprintf(p->out, text_in(p->language, N_("%zu requirements, %zu without a fault, %zu problems\n")), list->count,
	    list->count - bad, found->count);
}

int
study_lint_run(struct study_session *s, struct diag *diag)
{
	struct bytes text = {0};
	const struct wording_words *words = NULL;
	struct wording_list list = {0};
	struct wording_findings found = {0};
	const char *file_cstr = s->options.words[1];
	int r = study_session_read(s, file_cstr, &text, diag);
	if (r == 0)
		r = study_session_confine(diag);
	if (r == 0)
		r = wording_words_read(
		    &s->arena, (struct bytes){wording_yaml, wording_yaml_len}, "wording.yaml", &words, diag);
	if (r == 0)
		r = wording_read(&s->arena, text, file_cstr, &list, diag);
	if (r == 0 && wording_check(&s->arena, words, &list, &found) < 0)
		r = diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	if (r < 0)
		return r;
	if (!s->options.json) {
		tell(&s->presenter, &list, &found);
		return 0;
	}
	json_open_array(&s->json, (struct bytes){0});
	for (size_t i = 0; i < found.count; i++)
		write_finding(&s->json, &list, &found.items[i], s->options.language);
	json_close_array(&s->json);
	json_newline(&s->json);
	return 0;
}
