/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_playbook.h"

#include "app/incident_words.h"
#include "app/incident_write.h"
#include "core/json.h"
#include "incident/case_export.h"

#include <errno.h>
#include <stdlib.h>

enum { SECOND_NS = 1000000000, HOUR_SECONDS = 3600 };

static const char *
phase_text(enum language language, const char *phase_cstr)
{
	static const struct {
		const char *phase_cstr, *text_cstr;
	} phases[] = {{"qualify", N_("qualify")}, {"contain", N_("contain")}, {"preserve", N_("preserve")},
	    {"notify", N_("notify")}, {"eradicate", N_("eradicate")}, {"recover", N_("recover")}, {"learn", N_("learn")}};
	for (size_t i = 0; phase_cstr != NULL && i < LENGTH_OF(phases); i++)
		if (strcmp(phases[i].phase_cstr, phase_cstr) == 0)
			return text_in(language, phases[i].text_cstr);
	return "";
}

static long
hours_of(const struct data_tree *step)
{
	const char *hours_cstr = data_tree_cstr(step, "hours");
	return hours_cstr == NULL ? 0 : strtol(hours_cstr, NULL, 10);
}

static void
lines_json(struct json *j, struct bytes key, const struct data_tree *list, enum language language)
{
	json_open_array(j, key);
	for (const struct data_tree *e = list == NULL ? NULL : list->first; e != NULL; e = e->next) {
		const char *phase_cstr = data_tree_cstr(e, "phase");
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("phase"), phase_cstr);
		if (phase_cstr != NULL)
			json_i64(j, JSON_KEY("hours"), hours_of(e));
		json_cstr(j, JSON_KEY("text"), vocabulary_words(e, language));
		json_close_object(j);
	}
	json_close_array(j);
}

static int
print_json(struct incident_session *s, const struct data_tree *book, struct diag *diag)
{
	struct json j;
	struct case_file none = {.item_count = 0};
	enum language language = s->v.options.language;
	if (!case_export_room(&none, &j))
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("playbook"), data_tree_cstr(book, "playbook"));
	json_cstr(&j, JSON_KEY("title"), vocabulary_words(data_tree_find(book, "title"), language));
	lines_json(&j, JSON_KEY("first"), data_tree_find(book, "first"), language);
	lines_json(&j, JSON_KEY("never"), data_tree_find(book, "never"), language);
	lines_json(&j, JSON_KEY("steps"), data_tree_find(book, "steps"), language);
	json_close_object(&j);
	json_newline(&j);
	(void)fwrite(j.start, 1, json_length(&j), stdout);
	free(j.start);
	return 0;
}

static void
print_lines(const struct presenter *p, const struct data_tree *list, const char *mark_cstr)
{
	for (const struct data_tree *e = list == NULL ? NULL : list->first; e != NULL; e = e->next)
		present_paragraph(p, mark_cstr, 4, vocabulary_words(e, p->language));
}

static int
print_book(struct incident_session *s, const struct data_tree *book, struct diag *diag)
{
	enum language language = s->v.options.language;
	if (s->v.options.json)
		return print_json(s, book, diag);
	struct presenter p = present_to(stdout, language, s->v.options.color);
	fprintf(stdout, text_in(language, N_("%s\n\nFirst:\n")), vocabulary_words(data_tree_find(book, "title"), language));
	print_lines(&p, data_tree_find(book, "first"), "  + ");
	fputs(text_in(language, N_("Never:\n")), stdout);
	print_lines(&p, data_tree_find(book, "never"), "  - ");
	fputs(text_in(language, N_("Then:\n")), stdout);
	const struct data_tree *steps = data_tree_find(book, "steps");
	for (const struct data_tree *e = steps == NULL ? NULL : steps->first; e != NULL; e = e->next) {
		char first[96];
		(void)snprintf(first, sizeof(first), text_in(language, N_("  within %ld h, %s: ")), hours_of(e),
		    phase_text(language, data_tree_cstr(e, "phase")));
		present_paragraph(&p, first, 4, vocabulary_words(e, language));
	}
	return 0;
}

static int
no_book(const struct incident_session *s, const char *name_cstr, struct diag *diag)
{
	char all[256] = "";
	for (const struct data_tree *b = s->vocabulary.playbooks->first; b != NULL; b = b->next) {
		size_t used = strlen(all);
		(void)snprintf(all + used, sizeof(all) - used, "%s%s", used == 0 ? "" : ", ", data_tree_cstr(b, "playbook"));
	}
	return diag_say(diag, -EINVAL, _("there is no playbook \"%.40s\": %s"), name_cstr, all);
}

int
incident_playbook_print(struct incident_session *s, struct diag *diag)
{
	const char *name_cstr = s->v.options.word_count > 1 ? s->v.options.words[1] : "";
	const struct data_tree *book = vocabulary_playbook(&s->vocabulary, name_cstr);
	return book == NULL ? no_book(s, name_cstr, diag) : print_book(s, book, diag);
}

/* The playbook that the words or else the category of the incident name. */
static int
find(struct incident_session *s, struct case_file *file, const struct data_tree **book, struct diag *diag)
{
	const struct verb_options *o = &s->v.options;
	bool named = o->word_count > 2 && strcmp(o->words[2], "tasks") != 0;
	int r = incident_session_load(s, o->words[1], file, NULL, diag);
	if (r < 0)
		return r;
	const struct data_tree *category = vocabulary_category(&s->vocabulary, case_file_value(&file->incident, "category"));
	const char *name_cstr = named ? o->words[2] : data_tree_cstr(category, "playbook");
	*book = name_cstr == NULL ? NULL : vocabulary_playbook(&s->vocabulary, name_cstr);
	return *book == NULL ? no_book(s, name_cstr == NULL ? "" : name_cstr, diag) : 0;
}

int
incident_playbook_of(struct incident_session *s, struct diag *diag)
{
	struct case_file file;
	const struct data_tree *book;
	int r = find(s, &file, &book, diag);
	return r < 0 ? r : print_book(s, book, diag);
}

int
incident_playbook_tasks(struct incident_session *s, struct diag *diag)
{
	struct case_file file;
	const struct data_tree *book = NULL;
	int r = find(s, &file, &book, diag);
	const struct data_tree *steps = r < 0 ? NULL : data_tree_find(book, "steps");
	if (r == 0 && s->v.json != NULL) {
		json_open_object(s->v.json, (struct bytes){0});
		json_open_array(s->v.json, JSON_KEY("tasks"));
	}
	for (const struct data_tree *e = steps == NULL ? NULL : steps->first; e != NULL && r == 0; e = e->next) {
		struct case_field fields[CASE_FIELDS_MAX];
		char due[CIVIL_TEXT_MAX];
		struct case_item task = {.kind_cstr = "task",
		    .by_cstr = s->who_cstr,
		    .at_ns = s->now_ns + (int64_t)s->made, /* in the order of the book */
		    .incident_cstr = file.incident.id_cstr,
		    .fields = fields};
		const char *title_cstr = vocabulary_words(e, s->v.options.language);
		task.id_cstr = incident_session_id(s, "TSK-", title_cstr);
		incident_words_set(&task, "title", title_cstr);
		incident_words_set(
		    &task, "due", civil_write(incident_session_now_s(s) + hours_of(e) * HOUR_SECONDS, 0, CIVIL_UTC, due));
		incident_words_set(&task, "playbook", data_tree_cstr(book, "playbook"));
		r = incident_write_keep(s, &file, NULL, &task, diag);
		if (r == 0 && s->v.json != NULL)
			json_cstr(s->v.json, (struct bytes){0}, task.id_cstr);
		else if (r == 0)
			fprintf(stdout, "%s  %s\n", task.id_cstr, title_cstr);
	}
	if (r == 0 && s->v.json != NULL) {
		json_close_array(s->v.json);
		json_close_object(s->v.json);
		json_newline(s->v.json);
	}
	return r;
}
