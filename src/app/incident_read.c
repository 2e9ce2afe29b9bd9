/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_read.h"

#include "cli/exception_view.h"
#include "cli/incident_view.h"
#include "desk/desk_compare.h"
#include "desk/desk_file.h"
#include "desk/desk_list.h"
#include "desk/desk_vocabulary.h"
#include "dossier/dossier_exception.h"
#include "incident/notice.h"
#include "record/alert_text.h"

#include <errno.h>

enum { TIMELINE_MAX = 20, PATH_TEXT_MAX = 640, SECOND_NS = 1000000000 };

static void
list_text(struct incident_session *s, const struct case_file *file)
{
	enum language language = s->v.options.language;
	char when[CIVIL_TEXT_MAX];
	const char *state_cstr = case_file_value(&file->incident, "state");
	if (file->incident.field_count == 0 && file->item_count == 0) {
		incident_view_line(&s->v.presenter, file->story);
		return;
	}
	const char *seen_cstr = notice_value(
	    "incident", "seen", case_file_value(&file->incident, "seen"), s->zone, language, when);
	fprintf(stdout, "%s  %-12s  %.16s  ", file->incident.id_cstr,
	    alert_text_severity(language, desk_file_severity(file)), seen_cstr);
	fprintf(stdout, "%-14s  ",
	    notice_value("incident", "state", state_cstr[0] == '\0' ? "new" : state_cstr, s->zone, language, when));
	incident_session_say(s, case_file_value(&file->incident, "title"));
	fputc('\n', stdout);
}

int
incident_read_list(struct incident_session *s, struct diag *diag)
{
	enum language language = s->v.options.language;
	struct dossier_brief *all = NULL;
	struct desk_order order;
	size_t count = 0;
	if (!incident_session_order(s, OPERATION_INCIDENT_LIST, &order))
		return desk_no_memory(diag);
	if (s->v.json != NULL)
		return incident_session_answer(s, &order, diag);
	int r = desk_list_select(&s->desk, &order, &all, &count, diag);
	for (size_t i = 0; i < count && r == 0; i++) {
		struct arena before = s->arena;
		struct case_file file;
		r = dossier_case_load(s->v.dossier, &s->arena, all[i].id_cstr, &file, diag);
		if (r == 0)
			list_text(s, &file);
		s->arena = before;
	}
	if (r == 0)
		fputs(text_in(language,
		          count == 0 ? N_("No incident is kept here.\n")
		                     : N_("\nThe whole story of one: beffroi incident show ID\n")),
		    stdout);
	return r;
}

struct timeline {
	struct incident_session *s;
	uint64_t shown, more;
};

static void
show_alert(void *context, const struct kept_alert *kept)
{
	struct timeline *t = context;
	struct verb_reading *v = &t->s->v;
	char path[PATH_TEXT_MAX] = "";
	if (kept->evidence_cstr[0] != '\0')
		(void)snprintf(path, sizeof(path), "%s/%s", v->folder_cstr, kept->evidence_cstr);
	if (t->shown < TIMELINE_MAX || v->options.all_alerts) {
		incident_view_alert(&v->presenter, &kept->alert, path);
		t->shown++;
	} else {
		t->more++;
	}
}

/* "    Title: ..." for each field that has a value, in the order of the table. */
static void
say_fields(struct incident_session *s, const struct case_item *item, const char *indent_cstr)
{
	const struct case_kind *kind = case_fields_kind(item->kind_cstr);
	for (size_t i = 0; kind != NULL && i < kind->field_count; i++) {
		const struct case_field_def *def = &kind->fields[i];
		char when[CIVIL_TEXT_MAX];
		const char *value_cstr = case_file_value(item, def->name_cstr);
		if (value_cstr[0] == '\0' || (item->kind_cstr[0] != 'i' && strcmp(def->name_cstr, kind->main_cstr) == 0))
			continue;
		fprintf(stdout, "%s%s: ", indent_cstr, text_in(s->v.options.language, def->label_cstr));
		incident_session_say(
		    s, notice_value(item->kind_cstr, def->name_cstr, value_cstr, s->zone, s->v.options.language, when));
		fputc('\n', stdout);
	}
}

static void
say_file(struct incident_session *s, const struct case_file *file)
{
	enum language language = s->v.options.language;
	size_t count;
	const struct case_kind *kinds = case_fields_kinds(&count);
	say_fields(s, &file->incident, "  ");
	for (size_t k = 1; k < count; k++) {
		const struct case_item *item = case_file_next(file, kinds[k].kind_cstr, NULL);
		for (; item != NULL; item = case_file_next(file, kinds[k].kind_cstr, item)) {
			char when[CIVIL_TEXT_MAX];
			(void)zone_write(s->zone, item->at_ns / 1000000000, when);
			fprintf(stdout, "  %s  %.10s %.5s  %s  ", item->id_cstr, when, when + 11,
			    text_in(language, kinds[k].label_cstr));
			incident_session_say(s, case_file_value(item, kinds[k].main_cstr));
			fputs("  (", stdout);
			incident_session_say(s, item->by_cstr);
			fputs(")\n", stdout);
			say_fields(s, item, "      ");
		}
	}
}

struct exceptions {
	struct incident_session *s;
	size_t count;
};

static void
show_exception(void *context, const struct exception *e, uint64_t hidden)
{
	struct exceptions *x = context;
	if (x->count++ == 0)
		fputs(text_in(x->s->v.options.language, N_("  Exceptions that concern it (beffroi exception show ID):\n")),
		    stdout);
	exception_view_lines(&x->s->v.presenter, "    ", e, hidden, x->s->now_ns);
}

int
incident_read_show(struct incident_session *s, struct diag *diag)
{
	struct verb_reading *v = &s->v;
	struct case_file file;
	struct timeline t = {.s = s};
	struct desk_order order;
	if (!incident_session_order(s, OPERATION_INCIDENT_SHOW, &order))
		return desk_no_memory(diag);
	if (v->json != NULL)
		return incident_session_answer(s, &order, diag);
	int r = desk_file_load(&s->desk, v->options.words[1], &file, NULL, diag);
	if (r < 0)
		return r;
	present_incident(&v->presenter, file.story);
	if (file.story->part_count == 0)
		fprintf(stdout, "%s\n", file.incident.id_cstr);
	incident_view_victims(&v->presenter, file.story);
	say_file(s, &file);
	struct exceptions exceptions = {.s = s};
	if (file.story->alerts > 0)
		r = dossier_exception_of_incident(
		    v->dossier, file.incident.id_cstr, &file.story->attacker, show_exception, &exceptions, diag);
	if (r < 0)
		return r;
	if (file.story->alerts > 0)
		fputs(text_in(v->options.language, N_("  Alerts, in order of time (UTC):\n")), stdout);
	r = dossier_each_alert(v->dossier, file.incident.id_cstr, show_alert, &t, diag);
	if (r >= 0 && t.more > 0)
		fprintf(stdout, text_in(v->options.language, N_("    ... and %llu more: --alerts shows them all\n")),
		    (unsigned long long)t.more);
	return r < 0 ? r : 0;
}

static void
say_likeness(void *context, const struct desk_likeness *likeness)
{
	static const char *const told[] = {N_("same cause"), N_("same machine"), N_("same technique")};
	struct incident_session *s = context;
	fprintf(stdout, "%s  ", likeness->file->incident.id_cstr);
	for (size_t i = 0; i < LENGTH_OF(told); i++)
		if ((likeness->common >> i & 1) != 0)
			fprintf(stdout, "%s  ", text_in(s->v.options.language, told[i]));
	incident_session_say(s, likeness->what_cstr);
	fputs("  ", stdout);
	incident_session_say(s, case_file_value(&likeness->file->incident, "title"));
	fputc('\n', stdout);
}

int
incident_read_similar(struct incident_session *s, struct diag *diag)
{
	struct case_file asked;
	struct desk_order order;
	if (!incident_session_order(s, OPERATION_INCIDENT_SIMILAR, &order))
		return desk_no_memory(diag);
	if (s->v.json != NULL)
		return incident_session_answer(s, &order, diag);
	int r = desk_file_load(&s->desk, s->v.options.words[1], &asked, NULL, diag);
	if (r == 0)
		r = desk_compare_each(&s->desk, &asked, say_likeness, s, diag);
	if (r == 0)
		fputs(text_in(s->v.options.language, N_("Nothing like it has been kept.\n")), stdout);
	return r < 0 ? r : 0;
}

static void
say_mean(struct incident_session *s, const char *label_cstr, const struct statistics_mean *mean)
{
	int64_t seconds;
	char text[64];
	if (!statistics_mean_s(mean, &seconds))
		return;
	(void)alert_text_duration(s->v.options.language, seconds * SECOND_NS, text, sizeof(text));
	fprintf(stdout, "  %s %s (%llu)", label_cstr, text, (unsigned long long)mean->count);
}

int
incident_read_stats(struct incident_session *s, struct diag *diag)
{
	enum language language = s->v.options.language;
	struct statistics *statistics = NULL;
	struct desk_order order;
	if (!incident_session_order(s, OPERATION_STATISTICS, &order))
		return desk_no_memory(diag);
	if (s->v.json != NULL)
		return incident_session_answer(s, &order, diag);
	int r = desk_compare_count(&s->desk, &statistics, diag);
	for (size_t i = 0; r == 0 && i < statistics->group_count; i++) {
		const struct statistics_group *g = &statistics->groups[i];
		incident_session_say(s, g->by == STATISTICS_ALL ? text_in(language, N_("all")) : g->name_cstr);
		fprintf(stdout, text_in(language, N_(": %llu, open %llu")), (unsigned long long)g->incidents,
		    (unsigned long long)g->open);
		say_mean(s, "MTTD", &g->detect);
		say_mean(s, "MTTR", &g->repair);
		fputc('\n', stdout);
	}
	return r;
}

int
incident_read_categories(struct incident_session *s, struct diag *diag)
{
	(void)diag;
	if (s->v.json != NULL) {
		json_open_object(s->v.json, (struct bytes){0});
		desk_vocabulary_categories(&s->desk, s->v.json);
		json_close_object(s->v.json);
		json_newline(s->v.json);
		return 0;
	}
	for (const struct data_tree *c = s->vocabulary.categories->first; c != NULL; c = c->next)
		fprintf(stdout, "%-62s %s\n", data_tree_cstr(c, "code"),
		    vocabulary_words(data_tree_find(c, "name"), s->v.options.language));
	return 0;
}

static void
field_text(enum language language, const struct case_kind *kind, const struct case_field_def *def)
{
	fprintf(stdout, "%-9s %-17s %-7s %s", kind->kind_cstr, def->name_cstr, desk_vocabulary_type(def->type),
	    text_in(language, def->label_cstr));
	for (size_t word = 0; def->words != NULL && def->words[word] != NULL; word++)
		fprintf(stdout, "%s%s", word == 0 ? ": " : " | ", def->words[word]);
	fputc('\n', stdout);
}

static void
field_json(struct json *j, enum language language, const struct case_kind *kind, const struct case_field_def *def)
{
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("kind"), kind->kind_cstr);
	json_cstr(j, JSON_KEY("verb"), kind->verb_cstr);
	json_cstr(j, JSON_KEY("name"), def->name_cstr);
	json_cstr(j, JSON_KEY("type"), desk_vocabulary_type(def->type));
	json_cstr(j, JSON_KEY("label"), text_in(language, def->label_cstr));
	if (def->words != NULL) {
		json_open_array(j, JSON_KEY("words"));
		for (size_t word = 0; def->words[word] != NULL; word++)
			json_cstr(j, (struct bytes){0}, def->words[word]);
		json_close_array(j);
	}
	json_close_object(j);
}

/* The table of fields: of each verb, what it may be given. */
int
incident_read_fields(struct incident_session *s, struct diag *diag)
{
	size_t count;
	const struct case_kind *kinds = case_fields_kinds(&count);
	struct json *j = s->v.json;
	(void)diag;
	if (j != NULL) {
		json_open_object(j, (struct bytes){0});
		json_open_array(j, JSON_KEY("fields"));
	}
	for (size_t k = 0; k < count; k++) {
		for (size_t i = 0; i < kinds[k].field_count; i++) {
			if (j != NULL)
				field_json(j, s->v.options.language, &kinds[k], &kinds[k].fields[i]);
			else
				field_text(s->v.options.language, &kinds[k], &kinds[k].fields[i]);
		}
	}
	if (j != NULL) {
		json_close_array(j);
		json_close_object(j);
		json_newline(j);
	}
	return 0;
}
