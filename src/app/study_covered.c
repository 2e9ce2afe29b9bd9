/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/study_covered.h"

#include "app/study_folder.h"
#include "study/study_coverage.h"

enum { LINE_ROOM = 1024 };

/* Generated from data/study/catalogues.yaml by tools/embed. */
extern const unsigned char catalogues_yaml[];
extern const size_t catalogues_yaml_len;

static void
write_words(struct json *j, struct bytes key, const struct data_tree *rule, const char *key_cstr)
{
	json_open_array(j, key);
	for (const struct data_tree *n = study_get_first(rule, key_cstr); n != NULL; n = n->next)
		json_text(j, (struct bytes){0}, n->text);
	json_close_array(j);
}

static void
write_catalogue(struct json *j, const struct study *s, const struct study_coverage *c, enum language language)
{
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("id"), c->id_cstr);
	json_cstr(j, JSON_KEY("name"), c->name_cstr[language]);
	json_u64(j, JSON_KEY("applied"), c->of_state[STUDY_APPLIED]);
	json_u64(j, JSON_KEY("planned"), c->of_state[STUDY_PLANNED]);
	json_u64(j, JSON_KEY("open"), c->of_state[STUDY_NOT_COVERED]);
	json_open_array(j, JSON_KEY("rules"));
	for (size_t i = 0; i < c->count; i++) {
		const struct study_coverage_rule *r = &c->rules[i];
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("number"), data_tree_cstr(r->rule, "number"));
		json_cstr(j, JSON_KEY("name"), study_get_text(r->rule, "name", language));
		json_cstr(j, JSON_KEY("level"), data_tree_cstr(r->rule, "level"));
		json_cstr(j, JSON_KEY("state"), study_coverage_word(r->state));
		json_open_array(j, JSON_KEY("by"));
		for (size_t k = 0; k < r->by_count; k++)
			json_cstr(j, (struct bytes){0}, s->records[r->by[k]].id_cstr);
		json_close_array(j);
		write_words(j, JSON_KEY("iso27002"), r->rule, "iso27002");
		write_words(j, JSON_KEY("mitigations"), r->rule, "mitigations");
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

static void
tell_catalogue(const struct presenter *p, const struct study *s, const struct study_coverage *c)
{
	static const char *const states[] = {N_("open"), N_("planned"), N_("applied")};
	char line[LINE_ROOM];
	fprintf(p->out, text_in(p->language, N_("%s: %zu rules, %zu applied, %zu planned, %zu open\n")),
	    c->name_cstr[p->language], c->count, c->of_state[STUDY_APPLIED], c->of_state[STUDY_PLANNED],
	    c->of_state[STUDY_NOT_COVERED]);
	for (size_t i = 0; i < c->count; i++) {
		const struct study_coverage_rule *r = &c->rules[i];
		int n = snprintf(line, sizeof(line), text_in(p->language, N_("%s %s: %s")),
		    data_tree_cstr(r->rule, "number"), study_get_text(r->rule, "name", p->language),
		    text_in(p->language, states[r->state]));
		for (size_t k = 0; k < r->by_count && n > 0 && (size_t)n < sizeof(line); k++)
			n += snprintf(
			    line + n, sizeof(line) - (size_t)n, "%s%s", k == 0 ? " (" : ", ", s->records[r->by[k]].id_cstr);
		if (r->by_count > 0 && n > 0 && (size_t)n < sizeof(line))
			(void)snprintf(line + n, sizeof(line) - (size_t)n, ")");
		present_paragraph(p, "  - ", 4, line);
	}
}

int
study_covered_run(struct study_session *s, struct diag *diag)
{
	struct study_folder folder;
	struct study *study = NULL;
	struct study_coverage *all = NULL;
	size_t count = 0;
	int r = study_folder_read(s, s->options.words[1], &folder, diag);
	if (r == 0)
		r = study_session_confine(diag);
	if (r == 0)
		r = study_read(&s->arena, folder.sources, folder.count, &study, diag);
	if (r == 0)
		r = study_coverage(study, (struct bytes){catalogues_yaml, catalogues_yaml_len}, &all, &count, diag);
	if (r < 0)
		return r;
	if (s->options.json)
		json_open_array(&s->json, (struct bytes){0});
	for (size_t i = 0; i < count; i++) {
		if (s->options.json)
			write_catalogue(&s->json, study, &all[i], s->options.language);
		else
			tell_catalogue(&s->presenter, study, &all[i]);
	}
	if (s->options.json) {
		json_close_array(&s->json);
		json_newline(&s->json);
	}
	return 0;
}
