/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_playbook.h"

#include "desk/desk_file.h"
#include "desk/desk_playbook.h"

#include <errno.h>

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
	struct desk_order order;
	if (s->v.json != NULL) {
		bool made = desk_order_init(&order, OPERATION_PLAYBOOK_SHOW, &s->arena) &&
		    desk_order_add(&order, "name", data_tree_cstr(book, "playbook"));
		return made ? incident_session_answer(s, &order, diag) : desk_no_memory(diag);
	}
	const struct presenter *p = &s->v.presenter;
	fprintf(stdout, text_in(language, N_("%s\n\nFirst:\n")), vocabulary_words(data_tree_find(book, "title"), language));
	print_lines(p, data_tree_find(book, "first"), "  + ");
	fputs(text_in(language, N_("Never:\n")), stdout);
	print_lines(p, data_tree_find(book, "never"), "  - ");
	fputs(text_in(language, N_("Then:\n")), stdout);
	const struct data_tree *steps = data_tree_find(book, "steps");
	for (const struct data_tree *e = steps == NULL ? NULL : steps->first; e != NULL; e = e->next) {
		char first[96];
		(void)snprintf(first, sizeof(first), text_in(language, N_("  within %ld h, %s: ")), desk_playbook_hours(e),
		    phase_text(language, data_tree_cstr(e, "phase")));
		present_paragraph(p, first, 4, vocabulary_words(e, language));
	}
	return 0;
}

int
incident_playbook_print(struct incident_session *s, struct diag *diag)
{
	const char *name_cstr = s->v.options.word_count > 1 ? s->v.options.words[1] : "";
	const struct data_tree *book = desk_playbook_find(&s->desk, name_cstr, diag);
	return book == NULL ? -EINVAL : print_book(s, book, diag);
}

/* The name that the words give, if they do. */
static const char *
asked(const struct incident_session *s)
{
	const struct verb_options *o = &s->v.options;
	return o->word_count > 2 && strcmp(o->words[2], "tasks") != 0 ? o->words[2] : "";
}

int
incident_playbook_of(struct incident_session *s, struct diag *diag)
{
	struct case_file file;
	int r = desk_file_load(&s->desk, s->v.options.words[1], &file, NULL, diag);
	const struct data_tree *book = r < 0 ? NULL : desk_playbook_of(&s->desk, &file, asked(s), diag);
	if (r < 0 || book == NULL)
		return r < 0 ? r : -EINVAL;
	return print_book(s, book, diag);
}

int
incident_playbook_tasks(struct incident_session *s, struct diag *diag)
{
	struct case_file file;
	struct desk_order order;
	if (!incident_session_order(s, OPERATION_INCIDENT_PLAYBOOK, &order) || !desk_order_add(&order, "name", asked(s)))
		return desk_no_memory(diag);
	int r = incident_session_do(s, &order, NULL, diag);
	if (r < 0 || s->v.json != NULL)
		return r;
	r = desk_file_load(&s->desk, s->v.options.words[1], &file, NULL, diag);
	for (const struct case_item *task = NULL; r == 0 && (task = case_file_next(&file, "task", task)) != NULL;)
		if (task->at_ns >= s->now_ns) /* made just now */
			fprintf(stdout, "%s  %s\n", task->id_cstr, case_file_value(task, "title"));
	return r;
}
