/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/study_reckon.h"

enum { RATINGS = 4 };

/* Rows motivation 1 to 4, columns resources 1 to 4 (domain 5.3). */
static const int8_t relevances[RATINGS][RATINGS] = {{1, 1, 2, 2}, {1, 2, 3, 3}, {2, 3, 3, 4}, {2, 3, 4, 4}};

static int
rating(const struct data_tree *map, const char *key_cstr)
{
	long value = study_get_number(map, key_cstr);
	return value < 0 || value > 9 ? -1 : (int)value;
}

static int8_t
greater(int a, int b)
{
	return (int8_t)(a > b ? a : b);
}

/* What people set instead, and whether it differs. */
static int8_t
force(const struct data_tree *map, const char *key_cstr, int8_t reckoned, bool *forced)
{
	int given = rating(map, key_cstr);
	if (given < 0)
		return reckoned;
	*forced = reckoned >= 0 && given != reckoned;
	return (int8_t)given;
}

static int64_t
decimal_of(const struct data_tree *map, const char *key_cstr, int64_t otherwise)
{
	const char *text_cstr = data_tree_cstr(map, key_cstr);
	int64_t value;
	return text_cstr != NULL && decimal_read(bytes_of_cstr(text_cstr), &value) ? value : otherwise;
}

/* (dependency x penetration) / (maturity x trust), each with its weight (EXI_M3_09). */
static int64_t
threat_of(const struct study *s, const struct data_tree *map, const struct data_tree *target)
{
	static const char *const names[] = {"dependency", "penetration", "maturity", "trust"};
	const struct data_tree *weights = data_tree_find(s->frame, "weights");
	__int128 above = 1, below = 1;
	for (size_t i = 0; i < LENGTH_OF(names); i++) {
		int value = rating(target, names[i]);
		if (value < 0)
			value = rating(map, names[i]);
		int64_t weight = decimal_of(weights, names[i], DECIMAL_ONE);
		if (value < 0)
			return -1;
		*(i < 2 ? &above : &below) *= (__int128)value * weight;
	}
	return below == 0 ? -1 : decimal_ratio(above, below);
}

int64_t
study_reckon_threshold(const struct study *s, enum study_zone zone)
{
	static const struct {
		const char *key_cstr;
		int64_t usual;
	} zones[] = {[STUDY_OUTSIDE] = {"", 0},
	    [STUDY_WATCH] = {"watch", 2000},
	    [STUDY_CONTROL] = {"control", 9000},
	    [STUDY_DANGER] = {"danger", 25000}};
	return decimal_of(data_tree_find(s->frame, "thresholds"), zones[zone].key_cstr, zones[zone].usual);
}

enum study_zone
study_reckon_zone(const struct study *s, int64_t threat)
{
	for (unsigned z = STUDY_DANGER; z > STUDY_OUTSIDE; z--)
		if (threat >= study_reckon_threshold(s, (enum study_zone)z))
			return (enum study_zone)z;
	return STUDY_OUTSIDE;
}

const char *
study_reckon_zone_word(enum study_zone zone)
{
	static const char *const words[] = {"outside", "watch", "control", "danger"};
	return words[zone];
}

static void
reckon_pair(const struct data_tree *map, struct study_figure *f)
{
	int motivation = rating(map, "motivation"), resources = rating(map, "resources");
	if (motivation >= 1 && motivation <= RATINGS && resources >= 1 && resources <= RATINGS)
		f->relevance = relevances[motivation - 1][resources - 1];
	f->relevance = force(map, "relevance", f->relevance, &f->forced_relevance);
}

static void
reckon_stakeholder(const struct study *s, const struct data_tree *map, struct study_figure *f)
{
	const struct data_tree *target = data_tree_find(map, "target");
	int64_t reckoned = threat_of(s, map, NULL), residual = threat_of(s, map, target);
	f->threat = decimal_of(map, "threat", reckoned);
	f->forced_threat = f->threat != reckoned;
	/* A forced threat stays where nothing was to change it. */
	f->residual_threat = decimal_of(target, "threat", target == NULL ? f->threat : residual);
	f->forced_residual_threat = target != NULL && f->residual_threat != residual;
	f->zone = study_reckon_zone(s, f->threat);
	f->residual_zone = study_reckon_zone(s, f->residual_threat);
}

/* The gravest event on the way. */
static int8_t
gravity_of_path(const struct study *s, const struct study_figure *figures, const struct data_tree *path)
{
	int8_t gravity = -1;
	for (const struct data_tree *step = study_get_first(path, "steps"); step != NULL; step = step->next) {
		size_t event = study_get_ref(s, step, "event");
		if (event != SIZE_MAX)
			gravity = greater(gravity, figures[event].gravity);
	}
	return gravity;
}

static bool
is_express(const struct study *s)
{
	const char *method_cstr = data_tree_cstr(s->frame, "method");
	return method_cstr == NULL || strcmp(method_cstr, "express") == 0;
}

static bool
is_advanced(const struct study *s)
{
	const char *method_cstr = data_tree_cstr(s->frame, "method");
	return method_cstr != NULL && strcmp(method_cstr, "advanced") == 0;
}

static void
reckon_mode(const struct study *s, const struct data_tree *map, struct study_figure *f)
{
	if (!is_express(s) && f->mode != SIZE_MAX) {
		const struct attack_graph *g = &s->modes[f->mode].graph;
		f->likelihood = !is_advanced(s) ? (int8_t)g->standard : g->has_diff ? (int8_t)g->advanced : (int8_t)-1;
	}
	f->likelihood = force(map, "likelihood", f->likelihood, &f->forced_likelihood);
}

/* Each of a section, with its parent's and its references' figures already there. */
static void
reckon_scenarios(const struct study *s, struct study_figure *figures)
{
	for (size_t i = 0; i < s->section_count[STUDY_MODE]; i++) { /* the likeliest mode counts */
		size_t mode = s->of_section[STUDY_MODE][i], parent = s->records[mode].parent;
		reckon_mode(s, study_tree(s, mode), &figures[mode]);
		if (parent == SIZE_MAX || figures[mode].likelihood <= figures[parent].likelihood)
			continue;
		figures[parent].likelihood = figures[mode].likelihood;
		figures[parent].mode = mode;
	}
	for (size_t i = 0; i < s->section_count[STUDY_PATH]; i++) {
		size_t path = s->of_section[STUDY_PATH][i], parent = s->records[path].parent;
		figures[path].gravity = gravity_of_path(s, figures, study_tree(s, path));
		if (parent != SIZE_MAX && study_get_yes(study_tree(s, path), "kept", true))
			figures[parent].gravity = greater(figures[parent].gravity, figures[path].gravity);
	}
	for (size_t i = 0; i < s->section_count[STUDY_STRATEGIC]; i++) {
		size_t n = s->of_section[STUDY_STRATEGIC][i];
		figures[n].gravity = force(study_tree(s, n), "gravity", figures[n].gravity, &figures[n].forced_gravity);
	}
	for (size_t i = 0; i < s->section_count[STUDY_OPERATIONAL]; i++) {
		size_t n = s->of_section[STUDY_OPERATIONAL][i], path = study_get_ref(s, study_tree(s, n), "path");
		struct study_figure *f = &figures[n];
		f->likelihood = force(study_tree(s, n), "likelihood", f->likelihood, &f->forced_likelihood);
		if (path == SIZE_MAX)
			continue;
		f->gravity = figures[path].gravity;
		figures[path].likelihood = greater(figures[path].likelihood, f->likelihood);
	}
	for (size_t i = 0; i < s->section_count[STUDY_PATH]; i++) {
		size_t path = s->of_section[STUDY_PATH][i], parent = s->records[path].parent;
		size_t pair = parent == SIZE_MAX ? SIZE_MAX : study_get_ref(s, study_tree(s, parent), "pair");
		if (figures[path].likelihood < 0 && pair != SIZE_MAX) {
			figures[path].likelihood = figures[pair].relevance;
			figures[path].likelihood_of_pair = true;
		}
		if (parent != SIZE_MAX && study_get_yes(study_tree(s, path), "kept", true))
			figures[parent].likelihood = greater(figures[parent].likelihood, figures[path].likelihood);
	}
}

/* The strategic scenario that a scenario belongs to: a gravity that was forced there counts for what is below it. */
static int8_t
gravity_from(const struct study *s, const struct study_figure *figures, size_t scenario)
{
	size_t path = s->records[scenario].section == STUDY_OPERATIONAL ? study_get_ref(s, study_tree(s, scenario), "path")
	                                                                : scenario;
	size_t strategic = path == SIZE_MAX || s->records[path].section != STUDY_PATH ? SIZE_MAX : s->records[path].parent;
	return strategic != SIZE_MAX && figures[strategic].forced_gravity ? figures[strategic].gravity
	                                                                  : figures[scenario].gravity;
}

static void
reckon_risk(const struct study *s, const struct data_tree *map, const struct study_figure *figures, struct study_figure *f)
{
	size_t scenario = study_get_ref(s, map, "scenario");
	const struct data_tree *residual = data_tree_find(map, "residual");
	bool ignored = false;
	if (scenario != SIZE_MAX) {
		f->gravity = gravity_from(s, figures, scenario);
		f->likelihood = figures[scenario].likelihood;
		f->likelihood_of_pair = figures[scenario].likelihood_of_pair;
	}
	f->gravity = force(map, "gravity", f->gravity, &f->forced_gravity);
	f->likelihood = force(map, "likelihood", f->likelihood, &f->forced_likelihood);
	f->residual_gravity = force(residual, "gravity", f->gravity, &ignored);
	f->residual_likelihood = force(residual, "likelihood", f->likelihood, &ignored);
	f->level = (int8_t)study_reckon_level(s, f->gravity, f->likelihood);
	f->residual_level = (int8_t)study_reckon_level(s, f->residual_gravity, f->residual_likelihood);
}

size_t
study_reckon_matrix(const struct study *s)
{
	size_t matrix = study_get_ref(s, data_tree_find(s->frame, "scales"), "matrix");
	if (matrix == SIZE_MAX)
		matrix = study_ids_find(&s->ids, "matrix-4x4");
	return matrix != SIZE_MAX && s->records[matrix].section == STUDY_MATRIX ? matrix : SIZE_MAX;
}

/* The place of a level within its scale, which may begin with 0 or 1. */
static long
place_of(const struct study *s, size_t scale, int level)
{
	long place = 0;
	if (scale == SIZE_MAX)
		return -1;
	for (const struct data_tree *l = study_get_first(study_tree(s, scale), "levels"); l != NULL; l = l->next, place++)
		if (study_get_number(l, "level") == level)
			return place;
	return -1;
}

static const struct data_tree *
nth(const struct data_tree *first, long n)
{
	while (first != NULL && n-- > 0)
		first = first->next;
	return first;
}

int
study_reckon_level(const struct study *s, int gravity, int likelihood)
{
	size_t matrix = study_reckon_matrix(s);
	if (matrix == SIZE_MAX || gravity < 0 || likelihood < 0)
		return -1;
	const struct data_tree *map = study_tree(s, matrix);
	long row = place_of(s, study_get_ref(s, map, "likelihood"), likelihood);
	long column = place_of(s, study_get_ref(s, map, "gravity"), gravity);
	const struct data_tree *line = row < 0 || column < 0 ? NULL : nth(study_get_first(map, "cells"), row);
	const struct data_tree *cell = line == NULL || line->kind != DATA_LIST ? NULL : nth(line->first, column);
	return cell == NULL || cell->kind != DATA_TEXT || cell->text.len != 1 || cell->text.at[0] < '0' ||
	        cell->text.at[0] > '9'
	    ? -1
	    : cell->text.at[0] - '0';
}

const char *
study_reckon_word(const struct study *s, size_t scale, int level, enum language language)
{
	const struct data_tree *l = scale == SIZE_MAX ? NULL : study_get_first(study_tree(s, scale), "levels");
	for (; l != NULL; l = l->next)
		if (study_get_number(l, "level") == level)
			return study_get_text(l, "name", language);
	return "";
}

struct study_figure *
study_reckon(const struct study *s)
{
	struct study_figure *figures = arena_new(s->arena, struct study_figure, s->record_count);
	if (figures == NULL)
		return NULL;
	for (size_t i = 0; i < s->record_count; i++)
		figures[i] = (struct study_figure){
		    -1, -1, -1, -1, -1, -1, .relevance = -1, .threat = -1, .residual_threat = -1, .mode = SIZE_MAX};
	for (size_t i = 0; i < s->mode_count; i++)
		figures[s->modes[i].record].mode = i;
	for (size_t i = 0; i < s->record_count; i++) {
		if (s->records[i].section == STUDY_PAIR)
			reckon_pair(study_tree(s, i), &figures[i]);
		else if (s->records[i].section == STUDY_STAKEHOLDER)
			reckon_stakeholder(s, study_tree(s, i), &figures[i]);
		else if (s->records[i].section == STUDY_EVENT)
			figures[i].gravity = (int8_t)rating(study_tree(s, i), "gravity");
	}
	reckon_scenarios(s, figures);
	for (size_t i = 0; i < s->section_count[STUDY_RISK]; i++) {
		size_t n = s->of_section[STUDY_RISK][i];
		reckon_risk(s, study_tree(s, n), figures, &figures[n]);
	}
	return figures;
}
