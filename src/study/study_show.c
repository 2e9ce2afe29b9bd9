/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/study_show.h"

#include "study/study_json.h"

#include <stdio.h>

enum { FIELDS_ROOM = 512, NODES_MAX = 4096 };

void
study_show_problems(struct json *j, const struct study *s)
{
	json_open_object(j, (struct bytes){0});
	json_open_array(j, JSON_KEY("problems"));
	for (size_t i = 0; i < s->problem_count; i++) {
		const struct study_problem *p = &s->problems[i];
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("severity"), p->severity == STUDY_ERROR ? "error" : "warning");
		json_cstr(j, JSON_KEY("code"), p->code_cstr);
		json_cstr(j, JSON_KEY("file"), s->files[p->file].name_cstr);
		json_u64(j, JSON_KEY("line"), p->line);
		json_u64(j, JSON_KEY("column"), p->column);
		study_json_maybe(j, JSON_KEY("record"), p->record_cstr);
		json_cstr(j, JSON_KEY("text"), p->text_cstr);
		json_close_object(j);
	}
	json_close_array(j);
	json_u64(j, JSON_KEY("errors"), s->error_count);
	json_u64(j, JSON_KEY("untold"), s->untold);
	json_open_object(j, JSON_KEY("records"));
	for (unsigned k = 0; k < STUDY_SECTIONS; k++) {
		const char *key_cstr = study_schema_form((enum study_section)k)->key_cstr;
		if (key_cstr == NULL)
			continue;
		study_json_key(j, key_cstr);
		json_u64(j, (struct bytes){0}, s->section_count[k]);
	}
	json_close_object(j);
	json_close_object(j);
	json_newline(j);
}

static void
level(struct json *j, struct bytes key, int value)
{
	if (value < 0)
		json_none(j, key);
	else
		json_u64(j, key, (uint64_t)value);
}

static void
decimal(struct json *j, struct bytes key, int64_t value)
{
	if (value < 0)
		json_none(j, key);
	else
		study_json_decimal(j, key, value);
}

static void
write_pair(struct json *j, const struct study *s, size_t n, const struct study_figure *f, enum language language)
{
	(void)language;
	json_cstr(j, JSON_KEY("origin"), data_tree_cstr(study_tree(s, n), "origin"));
	json_cstr(j, JSON_KEY("objective"), data_tree_cstr(study_tree(s, n), "objective"));
	level(j, JSON_KEY("relevance"), f->relevance);
	json_bool(j, JSON_KEY("forced"), f->forced_relevance);
	study_json_maybe(j, JSON_KEY("kept"), data_tree_cstr(study_tree(s, n), "kept"));
}

static void
write_stakeholder(struct json *j, const struct study *s, size_t n, const struct study_figure *f, enum language language)
{
	json_cstr(j, JSON_KEY("name"), study_get_name(s, n, language));
	decimal(j, JSON_KEY("threat"), f->threat);
	json_cstr(j, JSON_KEY("zone"), study_reckon_zone_word(f->zone));
	json_bool(j, JSON_KEY("forced"), f->forced_threat);
	decimal(j, JSON_KEY("residual_threat"), f->residual_threat);
	json_cstr(j, JSON_KEY("residual_zone"), study_reckon_zone_word(f->residual_zone));
	json_bool(j, JSON_KEY("critical"), study_get_yes(study_tree(s, n), "critical", false));
}

static void
write_scenario(struct json *j, const struct study *s, size_t n, const struct study_figure *f, enum language language)
{
	json_cstr(j, JSON_KEY("name"), study_get_name(s, n, language));
	level(j, JSON_KEY("gravity"), f->gravity);
	level(j, JSON_KEY("likelihood"), f->likelihood);
	json_bool(j, JSON_KEY("forced_gravity"), f->forced_gravity);
	json_bool(j, JSON_KEY("forced_likelihood"), f->forced_likelihood);
	json_bool(j, JSON_KEY("likelihood_of_pair"), f->likelihood_of_pair);
}

static void
write_operational(struct json *j, const struct study *s, size_t n, const struct study_figure *f, enum language language)
{
	write_scenario(j, s, n, f, language);
	study_json_maybe(j, JSON_KEY("least_effort_mode"), f->mode == SIZE_MAX ? NULL : s->records[f->mode].id_cstr);
}

static void
write_risk(struct json *j, const struct study *s, size_t n, const struct study_figure *f, enum language language)
{
	size_t matrix = study_reckon_matrix(s);
	write_scenario(j, s, n, f, language);
	level(j, JSON_KEY("level"), f->level);
	study_json_maybe(j, JSON_KEY("level_name"), study_reckon_word(s, matrix, f->level, language));
	study_json_maybe(j, JSON_KEY("treatment"), data_tree_cstr(study_tree(s, n), "treatment"));
	json_open_object(j, JSON_KEY("residual"));
	level(j, JSON_KEY("gravity"), f->residual_gravity);
	level(j, JSON_KEY("likelihood"), f->residual_likelihood);
	level(j, JSON_KEY("level"), f->residual_level);
	study_json_maybe(j, JSON_KEY("level_name"), study_reckon_word(s, matrix, f->residual_level, language));
	json_close_object(j);
	json_bool(j, JSON_KEY("accepted"), data_tree_find(study_tree(s, n), "acceptance") != NULL);
}

static void
write_list(struct json *j, struct bytes key, const struct study *s, const struct study_figure *figures,
    enum study_section section, enum language language,
    void (*write)(struct json *, const struct study *, size_t, const struct study_figure *, enum language))
{
	json_open_array(j, key);
	for (size_t i = 0; i < s->section_count[section]; i++) {
		size_t n = s->of_section[section][i];
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("id"), s->records[n].id_cstr);
		write(j, s, n, &figures[n], language);
		json_close_object(j);
	}
	json_close_array(j);
}

void
study_show_figures(struct json *j, const struct study *s, const struct study_figure *figures, enum language language)
{
	json_open_object(j, (struct bytes){0});
	study_json_maybe(j, JSON_KEY("title"), study_get_text(s->frame, "title", language));
	study_json_maybe(j, JSON_KEY("protection"), study_get_text(s->frame, "protection", language));
	study_json_maybe(j, JSON_KEY("version"), data_tree_cstr(s->frame, "version"));
	json_cstr(j, JSON_KEY("method"),
	    data_tree_cstr(s->frame, "method") == NULL ? "express" : data_tree_cstr(s->frame, "method"));
	write_list(j, JSON_KEY("pairs"), s, figures, STUDY_PAIR, language, write_pair);
	write_list(j, JSON_KEY("stakeholders"), s, figures, STUDY_STAKEHOLDER, language, write_stakeholder);
	write_list(j, JSON_KEY("strategic"), s, figures, STUDY_STRATEGIC, language, write_scenario);
	write_list(j, JSON_KEY("paths"), s, figures, STUDY_PATH, language, write_scenario);
	write_list(j, JSON_KEY("operational"), s, figures, STUDY_OPERATIONAL, language, write_operational);
	write_list(j, JSON_KEY("modes"), s, figures, STUDY_MODE, language, write_scenario);
	write_list(j, JSON_KEY("risks"), s, figures, STUDY_RISK, language, write_risk);
	json_close_object(j);
	json_newline(j);
}

/* Two trees say the same: the same keys in any order, lists in theirs. Without recursion: pairs that wait. */
static bool
says_same(const struct data_tree *a, const struct data_tree *b)
{
	const struct data_tree *waiting[NODES_MAX / 8][2];
	size_t depth = 0;
	waiting[depth][0] = a;
	waiting[depth++][1] = b;
	while (depth > 0) {
		a = waiting[--depth][0];
		b = waiting[depth][1];
		if (a == NULL || b == NULL || a->kind != b->kind || !bytes_eq(a->text, b->text) ||
		    study_ids_count(a) != study_ids_count(b))
			return false;
		const struct data_tree *y = b->first;
		for (const struct data_tree *x = a->first; x != NULL; x = x->next, y = y->next) {
			if (depth == LENGTH_OF(waiting))
				return false; /* larger than a record ever is: told as changed */
			waiting[depth][0] = x;
			waiting[depth++][1] = a->kind == DATA_MAP ? data_tree_find(b, (const char *)x->key.at) : y;
		}
	}
	return true;
}

/* The keys whose values differ; "" when none does. */
static const char *
changed_fields(const struct data_tree *older, const struct data_tree *newer, char out[static FIELDS_ROOM])
{
	int used = 0;
	out[0] = '\0';
	for (int pass = 0; pass < 2; pass++) {
		const struct data_tree *from = pass == 0 ? newer : older, *in = pass == 0 ? older : newer;
		for (const struct data_tree *n = from->first; n != NULL; n = n->next) {
			const struct data_tree *there = data_tree_find(in, (const char *)n->key.at);
			bool differs = pass == 0 ? there == NULL || !says_same(n, there) : there == NULL;
			if (differs && used >= 0 && used < FIELDS_ROOM)
				used += snprintf(out + used, FIELDS_ROOM - (size_t)used, "%s%s", used == 0 ? "" : ", ",
				    (const char *)n->key.at);
		}
	}
	return out;
}

void
study_show_differences(const struct study *older, const struct study *newer,
    void (*say)(void *context, enum study_change change, const char *id_cstr, unsigned workshop, const char *fields_cstr),
    void *context)
{
	char fields[FIELDS_ROOM];
	if (older->frame != NULL && newer->frame != NULL && changed_fields(older->frame, newer->frame, fields)[0] != '\0')
		say(context, STUDY_CHANGED, "study", 1, fields);
	for (size_t i = 0; i < newer->record_count; i++) {
		const struct study_record *r = &newer->records[i];
		if (newer->files[r->file].is_ours)
			continue;
		size_t there = study_ids_find(&older->ids, r->id_cstr);
		unsigned workshop = study_schema_form(r->section)->workshop;
		if (there == SIZE_MAX || older->records[there].section != r->section)
			say(context, STUDY_ADDED, r->id_cstr, workshop, "");
		else if (changed_fields(older->records[there].tree, r->tree, fields)[0] != '\0')
			say(context, STUDY_CHANGED, r->id_cstr, workshop, fields);
	}
	for (size_t i = 0; i < older->record_count; i++) {
		const struct study_record *r = &older->records[i];
		size_t there = study_ids_find(&newer->ids, r->id_cstr);
		if (!older->files[r->file].is_ours && (there == SIZE_MAX || newer->records[there].section != r->section))
			say(context, STUDY_REMOVED, r->id_cstr, study_schema_form(r->section)->workshop, "");
	}
}
