/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/report_study.h"

#include "report/pictures.h"

enum { LEVELS_MAX = 10, TOLD_MAX = 32 };

static const char *
text(struct doc *d, const struct data_tree *map, const char *key_cstr)
{
	return doc_keep(d, study_get_text(map, key_cstr, d->language));
}

/* One of the words that files use, in the language of the document (study_schema.c marks them). */
static const char *
word(struct doc *d, const struct data_tree *map, const char *key_cstr)
{
	const char *word_cstr = study_get_text(map, key_cstr, LANGUAGE_EN);
	return word_cstr[0] == '\0' ? "" : doc_keep(d, doc_say(d, word_cstr));
}

static const char *
name(struct doc *d, const struct study *s, size_t record)
{
	return record == SIZE_MAX ? "-" : doc_keep(d, study_get_name(s, record, d->language));
}

/* The names of a list of references, separated by commas. */
static const char *
names(struct doc *d, const struct study *s, const struct data_tree *map, const char *key_cstr)
{
	const char *all_cstr = "";
	for (size_t i = 0; i < TOLD_MAX; i++) {
		size_t record = study_get_refs(s, map, key_cstr, i);
		if (record == SIZE_MAX)
			break;
		all_cstr = doc_format(d, "%s%s%s", all_cstr, i == 0 ? "" : ", ", doc_keep(d, s->records[record].id_cstr));
	}
	return all_cstr;
}

static void
words(struct doc *d, const char *heading_cstr, const struct data_tree *map, const char *key_cstr)
{
	const struct data_tree *n = study_get_first(map, key_cstr);
	if (n == NULL)
		return;
	doc_heading(d, 3, heading_cstr);
	for (; n != NULL; n = n->next) {
		const char *fr_cstr = data_tree_cstr(n, "fr"), *en_cstr = data_tree_cstr(n, "en");
		const char *one_cstr = n->kind == DATA_TEXT ? (const char *)n->text.at
		    : d->language == LANGUAGE_FR            ? fr_cstr
		                                            : en_cstr;
		if (one_cstr != NULL)
			doc_item(d, doc_keep(d, one_cstr));
	}
}

static const char *
level(struct doc *d, char letter, int value)
{
	return value < 0 ? "-" : doc_format(d, "%c%d", letter, value);
}

static enum doc_tone
tone_of(int risk_level)
{
	return risk_level < 0 ? DOC_QUIET : risk_level == 0 ? DOC_GOOD : risk_level == 1 ? DOC_WATCH : DOC_GRAVE;
}

/* How many risks have each level, before and after. */
static void
count_levels(const struct study *s, const struct study_figure *figures, bool residual, size_t counts[static LEVELS_MAX])
{
	for (size_t i = 0; i < s->section_count[STUDY_RISK]; i++) {
		const struct study_figure *f = &figures[s->of_section[STUDY_RISK][i]];
		int value = residual ? f->residual_level : f->level;
		if (value >= 0)
			counts[value]++;
	}
}

static void
synthesis(struct doc *d, const struct study *s, const struct study_figure *figures)
{
	size_t before[LEVELS_MAX] = {0}, after[LEVELS_MAX] = {0}, matrix = study_reckon_matrix(s);
	count_levels(s, figures, false, before);
	count_levels(s, figures, true, after);
	doc_heading(d, 1, doc_say(d, N_("Summary for the management")));
	for (int l = LEVELS_MAX - 1; l >= 0; l--) {
		const char *word_cstr = study_reckon_word(s, matrix, l, d->language);
		if (word_cstr[0] != '\0')
			doc_figure(d, tone_of(l), doc_format(d, doc_say(d, N_("Risks of level %s")), doc_keep(d, word_cstr)),
			    doc_format(d, "%zu → %zu", before[l], after[l]),
			    doc_say(d, N_("before and after the measures")));
	}
	words(d, doc_say(d, N_("What the study is for")), s->frame, "objectives");
}

/* Who took part, when, and in which limits (EXI_M1_01). */
static void
frame(struct doc *d, const struct study *s)
{
	static const struct doc_column people[] = {{N_("Who"), 35, DOC_TEXT}, {N_("Role"), 40, DOC_TEXT},
	    {N_("RACI"), 10, DOC_TEXT}, {N_("Workshops"), 15, DOC_TEXT}};
	static const struct doc_column dates[] = {
	    {N_("What"), 60, DOC_TEXT}, {N_("On"), 20, DOC_TEXT}, {N_("Note"), 20, DOC_TEXT}};
	const struct data_tree *time = data_tree_find(s->frame, "timeframe");
	doc_heading(d, 2, doc_say(d, N_("Frame of the study")));
	doc_facts(d, "");
	doc_fact(d, doc_say(d, N_("What is studied")), text(d, s->frame, "object"));
	doc_fact(d, doc_say(d, N_("Strategic cycle")), text(d, time, "strategic"));
	doc_fact(d, doc_say(d, N_("Operational cycle")), text(d, time, "operational"));
	doc_fact(d, doc_say(d, N_("ATT&CK catalogue")), text(d, s->frame, "attack_catalogue"));
	words(d, doc_say(d, N_("Constraints")), s->frame, "constraints");
	words(d, doc_say(d, N_("Assumptions")), s->frame, "assumptions");
	if (study_get_first(s->frame, "participants") != NULL)
		doc_table(d, doc_say(d, N_("Participants")), people, LENGTH_OF(people));
	for (const struct data_tree *p = study_get_first(s->frame, "participants"); p != NULL; p = p->next) {
		const char *all_cstr = "";
		for (const struct data_tree *w = study_get_first(p, "workshops"); w != NULL && w->kind == DATA_TEXT;
		     w = w->next)
			all_cstr = doc_format(
			    d, "%s%s%s", all_cstr, all_cstr[0] == '\0' ? "" : ", ", doc_keep_bytes(d, w->text));
		doc_cell(d, text(d, p, "name"));
		doc_cell(d, text(d, p, "role"));
		doc_cell(d, text(d, p, "raci"));
		doc_cell(d, all_cstr);
	}
	if (study_get_first(s->frame, "planning") != NULL)
		doc_table(d, doc_say(d, N_("Planning")), dates, LENGTH_OF(dates));
	for (const struct data_tree *p = study_get_first(s->frame, "planning"); p != NULL; p = p->next) {
		doc_cell(d, text(d, p, "what"));
		doc_cell(d, text(d, p, "on"));
		doc_cell(d, text(d, p, "note"));
	}
}

static void
scope(struct doc *d, const struct study *s)
{
	static const struct doc_column values[] = {{N_("Id"), 10, DOC_CODE}, {N_("Business value"), 34, DOC_TEXT},
	    {N_("Owner"), 22, DOC_TEXT}, {N_("Longest outage"), 17, DOC_TEXT}, {N_("Needs A I C T"), 17, DOC_TEXT}};
	static const struct doc_column assets[] = {{N_("Id"), 10, DOC_CODE}, {N_("Supporting asset"), 35, DOC_TEXT},
	    {N_("Kind"), 15, DOC_TEXT}, {N_("Of the values"), 40, DOC_TEXT}};
	static const struct doc_column events[] = {{N_("Id"), 10, DOC_CODE}, {N_("Feared event"), 35, DOC_TEXT},
	    {N_("Of the value"), 15, DOC_TEXT}, {N_("Gravity"), 10, DOC_TEXT}, {N_("Why"), 30, DOC_TEXT}};
	doc_heading(d, 1, doc_say(d, N_("Workshop 1: scope and security baseline")));
	frame(d, s);
	doc_table(d, "", values, LENGTH_OF(values));
	for (size_t i = 0; i < s->section_count[STUDY_VALUE]; i++) {
		const struct data_tree *map = study_tree(s, s->of_section[STUDY_VALUE][i]),
		                       *needs = data_tree_find(map, "needs");
		doc_cell(d, text(d, map, "id"));
		doc_cell(d, text(d, map, "name"));
		doc_cell(d, text(d, map, "owner"));
		doc_cell(d, text(d, map, "outage_max"));
		doc_cell(d,
		    doc_format(d, "%s %s %s %s", text(d, needs, "availability"), text(d, needs, "integrity"),
		        text(d, needs, "confidentiality"), text(d, needs, "traceability")));
	}
	doc_table(d, "", assets, LENGTH_OF(assets));
	for (size_t i = 0; i < s->section_count[STUDY_ASSET]; i++) {
		const struct data_tree *map = study_tree(s, s->of_section[STUDY_ASSET][i]);
		doc_cell(d, text(d, map, "id"));
		doc_cell(d, text(d, map, "name"));
		doc_cell(d, word(d, map, "kind"));
		doc_cell(d, names(d, s, map, "values"));
	}
	doc_table(d, "", events, LENGTH_OF(events));
	for (size_t i = 0; i < s->section_count[STUDY_EVENT]; i++) {
		const struct data_tree *map = study_tree(s, s->of_section[STUDY_EVENT][i]);
		doc_cell(d, text(d, map, "id"));
		doc_cell(d, text(d, map, "name"));
		doc_cell(d, text(d, map, "value"));
		doc_cell(d, level(d, 'G', (int)study_get_number(map, "gravity")));
		doc_cell(d, text(d, map, "why"));
	}
}

static void
baseline(struct doc *d, const struct study *s)
{
	static const struct doc_column columns[] = {{N_("Id"), 14, DOC_CODE}, {N_("Rule"), 40, DOC_TEXT},
	    {N_("State"), 16, DOC_TEXT}, {N_("Reason, or waiver"), 30, DOC_TEXT}};
	static const struct {
		const char *word_cstr, *text_cstr;
		enum doc_tone tone;
	} states[] = {{"applied", N_("applied"), DOC_GOOD}, {"restricted", N_("applied with restrictions"), DOC_WATCH},
	    {"not-applied", N_("not applied"), DOC_GRAVE}, {"not-applicable", N_("without object"), DOC_QUIET}};
	if (s->section_count[STUDY_BASELINE_ITEM] == 0)
		return;
	doc_heading(d, 2, doc_say(d, N_("Security baseline")));
	doc_table(d, "", columns, LENGTH_OF(columns));
	for (size_t i = 0; i < s->section_count[STUDY_BASELINE_ITEM]; i++) {
		const struct data_tree *map = study_tree(s, s->of_section[STUDY_BASELINE_ITEM][i]);
		doc_cell(d, text(d, map, "id"));
		doc_cell(d, text(d, map, "name"));
		for (size_t k = 0; k < LENGTH_OF(states); k++)
			if (strcmp(study_get_text(map, "state", LANGUAGE_EN), states[k].word_cstr) == 0)
				doc_cell_tone(d, states[k].tone, doc_say(d, states[k].text_cstr));
		doc_cell(d, text(d, map, data_tree_find(map, "comment") != NULL ? "comment" : "waiver"));
	}
}

static void
origins(struct doc *d, const struct study *s, const struct study_figure *figures)
{
	static const struct doc_column columns[] = {{N_("Id"), 10, DOC_CODE}, {N_("Risk origin"), 22, DOC_TEXT},
	    {N_("Target objective"), 23, DOC_TEXT}, {N_("Relevance"), 12, DOC_TEXT}, {N_("Kept"), 8, DOC_TEXT},
	    {N_("Why"), 25, DOC_TEXT}};
	doc_heading(d, 1, doc_say(d, N_("Workshop 2: risk origins")));
	doc_table(d, "", columns, LENGTH_OF(columns));
	for (size_t i = 0; i < s->section_count[STUDY_PAIR]; i++) {
		size_t n = s->of_section[STUDY_PAIR][i];
		const struct data_tree *map = study_tree(s, n);
		doc_cell(d, text(d, map, "id"));
		doc_cell(d, name(d, s, study_get_ref(s, map, "origin")));
		doc_cell(d, name(d, s, study_get_ref(s, map, "objective")));
		doc_cell(d,
		    doc_format(d, "%d / 4%s", figures[n].relevance,
		        figures[n].forced_relevance ? doc_say(d, N_(" (set by hand)")) : ""));
		doc_cell(d, word(d, map, "kept"));
		doc_cell(d, text(d, map, "why"));
	}
}

static void
radar(struct doc *d, const struct study *s, const struct study_figure *figures, bool residual, const char *title_cstr)
{
	struct markup m = {.is_french = d->language == LANGUAGE_FR};
	size_t count = s->section_count[STUDY_STAKEHOLDER];
	struct pictures_radar_point *points = arena_new(d->arena, struct pictures_radar_point, count);
	if (points == NULL || count == 0)
		return;
	for (size_t i = 0; i < count; i++) {
		size_t n = s->of_section[STUDY_STAKEHOLDER][i];
		points[i] = (struct pictures_radar_point){.label_cstr = name(d, s, n),
		    .threat = residual ? figures[n].residual_threat : figures[n].threat,
		    .is_critical = study_get_yes(study_tree(s, n), "critical", false)};
	}
	/* The same thresholds before and after (EXI_M3_27). */
	struct pictures_radar picture = {points, count,
	    {study_reckon_threshold(s, STUDY_WATCH), study_reckon_threshold(s, STUDY_CONTROL),
	        study_reckon_threshold(s, STUDY_DANGER)}};
	struct pictures_words w = {d->language, d->zone, title_cstr,
	    doc_say(d,
	        N_("Stakeholders around the study: the nearer to the centre, the greater their threat; the critical ones are red"))};
	pictures_radar(&m, &w, &picture);
	doc_picture(d, title_cstr, w.what_cstr, &m);
}

static void
stakeholders(struct doc *d, const struct study *s, const struct study_figure *figures)
{
	static const struct doc_column columns[] = {{N_("Id"), 8, DOC_CODE}, {N_("Stakeholder"), 32, DOC_TEXT},
	    {N_("D P M T"), 10, DOC_TEXT}, {N_("Threat"), 14, DOC_TEXT}, {N_("After the measures"), 14, DOC_TEXT},
	    {N_("Measures"), 22, DOC_TEXT}};
	static const enum doc_tone tones[] = {DOC_PLAIN, DOC_PLAIN, DOC_WATCH, DOC_GRAVE};
	char threat[DECIMAL_TEXT_MAX];
	doc_heading(d, 1, doc_say(d, N_("Workshop 3: stakeholders and strategic scenarios")));
	radar(d, s, figures, false, doc_say(d, N_("Threat of the stakeholders")));
	radar(d, s, figures, true, doc_say(d, N_("Threat that is left after the measures")));
	doc_table(d, "", columns, LENGTH_OF(columns));
	for (size_t i = 0; i < s->section_count[STUDY_STAKEHOLDER]; i++) {
		size_t n = s->of_section[STUDY_STAKEHOLDER][i];
		const struct data_tree *map = study_tree(s, n);
		const struct study_figure *f = &figures[n];
		doc_cell(d, text(d, map, "id"));
		doc_cell(d, text(d, map, "name"));
		doc_cell(d,
		    doc_format(d, "%s %s %s %s", text(d, map, "dependency"), text(d, map, "penetration"),
		        text(d, map, "maturity"), text(d, map, "trust")));
		doc_cell_tone(d, tones[f->zone],
		    doc_format(d, "%s%s", decimal_round(d->language, f->threat, 2, threat),
		        f->forced_threat ? doc_say(d, N_(" (set by hand)")) : ""));
		doc_cell_tone(d, tones[f->residual_zone],
		    doc_format(d, "%s", decimal_round(d->language, f->residual_threat, 2, threat)));
		doc_cell(d, names(d, s, map, "measures"));
	}
}

static void
strategic(struct doc *d, const struct study *s, const struct study_figure *figures)
{
	static const struct doc_column columns[] = {{N_("Id"), 8, DOC_CODE}, {N_("Attack path"), 27, DOC_TEXT},
	    {N_("Steps"), 45, DOC_TEXT}, {N_("Gravity"), 10, DOC_TEXT}, {N_("Likelihood"), 10, DOC_TEXT}};
	doc_table(d, "", columns, LENGTH_OF(columns));
	for (size_t i = 0; i < s->section_count[STUDY_PATH]; i++) {
		size_t n = s->of_section[STUDY_PATH][i], parent = s->records[n].parent;
		const struct data_tree *map = study_tree(s, n);
		const char *steps_cstr = "";
		for (const struct data_tree *step = study_get_first(map, "steps"); step != NULL; step = step->next) {
			size_t on = study_get_ref(s, step, "stakeholder");
			on = on == SIZE_MAX ? study_get_ref(s, step, "event") : on;
			steps_cstr = doc_format(d, "%s%s%s: %s", steps_cstr, steps_cstr[0] == '\0' ? "" : " → ",
			    name(d, s, on), text(d, step, "what"));
		}
		doc_cell(d, text(d, map, "id"));
		doc_cell(d, name(d, s, n));
		doc_cell_note(d, parent == SIZE_MAX ? "" : name(d, s, parent));
		doc_cell(d, steps_cstr);
		doc_cell(d, level(d, 'G', figures[n].gravity));
		doc_cell(d,
		    doc_format(d, "%s%s", level(d, 'V', figures[n].likelihood),
		        figures[n].likelihood_of_pair ? doc_say(d, N_(" (of its pair)")) : ""));
	}
}

static void
operational(struct doc *d, const struct study *s, const struct study_figure *figures)
{
	static const struct doc_column columns[] = {{N_("Action"), 40, DOC_TEXT}, {N_("On"), 20, DOC_TEXT},
	    {N_("ATT&CK"), 18, DOC_CODE}, {N_("Pr, diff"), 10, DOC_TEXT}, {N_("Cumulated"), 12, DOC_TEXT}};
	doc_heading(d, 1, doc_say(d, N_("Workshop 4: operational scenarios")));
	for (size_t i = 0; i < s->mode_count; i++) {
		const struct attack_graph *g = &s->modes[i].graph;
		size_t mode = s->modes[i].record, parent = s->records[mode].parent;
		doc_heading(d, 2,
		    doc_format(d, "%s: %s", parent == SIZE_MAX ? "" : name(d, s, parent),
		        level(d, 'V', parent == SIZE_MAX ? -1 : figures[parent].likelihood)));
		doc_table(d,
		    doc_format(d, doc_say(d, N_("%s; the most critical action is %s")), name(d, s, mode),
		        doc_keep(d, g->actions[g->critical].id_cstr)),
		    columns, LENGTH_OF(columns));
		for (size_t k = 0; k < g->action_count; k++) {
			const struct attack_action *a = &g->actions[g->order[k]];
			const char *techniques_cstr = "";
			for (size_t t = 0; t < a->technique_count; t++)
				techniques_cstr = doc_format(
				    d, "%s%s%s", techniques_cstr, t == 0 ? "" : " ", doc_keep_code(d, a->techniques[t]));
			doc_cell(
			    d, doc_keep(d, a->name_cstr[d->language][0] == '\0' ? a->id_cstr : a->name_cstr[d->language]));
			if (a->is_least_effort)
				doc_cell_note(d, doc_say(d, N_("on the way of least effort")));
			size_t asset = a->asset != NULL && a->asset->kind == DATA_TEXT
			    ? study_ids_find(&s->ids, (const char *)a->asset->text.at)
			    : SIZE_MAX;
			doc_cell(d, name(d, s, asset));
			doc_cell(d, techniques_cstr);
			doc_cell(d, a->has_diff ? doc_format(d, "%u, %u", a->pr, a->diff) : doc_format(d, "%u", a->pr));
			doc_cell(d,
			    g->has_diff ? doc_format(d, "%u, %u", a->cumulated_pr, a->cumulated_diff)
			                : doc_format(d, "%u", a->cumulated_pr));
		}
	}
}

/* The names and levels of a scale, in order. */
static size_t
scale_of(struct doc *d, const struct study *s, size_t scale, char letter, const char *names_out[static LEVELS_MAX],
    int levels[static LEVELS_MAX])
{
	size_t count = 0;
	const struct data_tree *l = scale == SIZE_MAX ? NULL : study_get_first(study_tree(s, scale), "levels");
	for (; l != NULL && count < LEVELS_MAX; l = l->next, count++) {
		levels[count] = (int)study_get_number(l, "level");
		names_out[count] = doc_format(d, "%c%d %s", letter, levels[count], text(d, l, "name"));
	}
	return count;
}

static void
risk_map(struct doc *d, const struct study *s, const struct study_figure *figures, bool residual, const char *title_cstr)
{
	struct markup m = {.is_french = d->language == LANGUAGE_FR};
	const char *rows[LEVELS_MAX], *columns[LEVELS_MAX];
	int row_levels[LEVELS_MAX], column_levels[LEVELS_MAX];
	size_t matrix = study_reckon_matrix(s);
	if (matrix == SIZE_MAX)
		return;
	size_t row_count = scale_of(d, s, study_get_ref(s, study_tree(s, matrix), "likelihood"), 'V', rows, row_levels);
	size_t column_count = scale_of(
	    d, s, study_get_ref(s, study_tree(s, matrix), "gravity"), 'G', columns, column_levels);
	struct pictures_risks_cell *cells = arena_new(d->arena, struct pictures_risks_cell, row_count * column_count);
	if (cells == NULL || row_count * column_count == 0)
		return;
	for (size_t r = 0; r < row_count; r++) {
		for (size_t c = 0; c < column_count; c++) {
			struct pictures_risks_cell *cell = &cells[r * column_count + c];
			const char **labels = arena_new(d->arena, const char *, s->section_count[STUDY_RISK]);
			cell->level = study_reckon_level(s, column_levels[c], row_levels[r]);
			cell->level_cstr = doc_keep(d, study_reckon_word(s, matrix, cell->level, d->language));
			cell->labels = labels;
			for (size_t i = 0; labels != NULL && i < s->section_count[STUDY_RISK]; i++) {
				size_t n = s->of_section[STUDY_RISK][i];
				const struct study_figure *f = &figures[n];
				if ((residual ? f->residual_likelihood : f->likelihood) == row_levels[r] &&
				    (residual ? f->residual_gravity : f->gravity) == column_levels[c])
					labels[cell->count++] = doc_keep(d, s->records[n].id_cstr);
			}
		}
	}
	struct pictures_words w = {
	    d->language, d->zone, title_cstr, doc_say(d, N_("Risks by likelihood (rows) and gravity (columns)"))};
	pictures_risks(&m, &w, &(struct pictures_risks){row_count, column_count, rows, columns, cells});
	doc_picture(d, title_cstr, w.what_cstr, &m);
}

static void
risks(struct doc *d, const struct study *s, const struct study_figure *figures)
{
	static const struct doc_column columns[] = {{N_("Id"), 9, DOC_CODE}, {N_("Risk"), 30, DOC_TEXT},
	    {N_("Before"), 13, DOC_TEXT}, {N_("Treatment"), 13, DOC_TEXT}, {N_("After"), 14, DOC_TEXT},
	    {N_("Accepted by, on"), 21, DOC_TEXT}};
	static const struct {
		const char *word_cstr, *text_cstr;
	} treatments[] = {
	    {"accept", N_("accept")}, {"reduce", N_("reduce")}, {"transfer", N_("transfer")}, {"avoid", N_("avoid")}};
	size_t matrix = study_reckon_matrix(s);
	doc_heading(d, 1, doc_say(d, N_("Workshop 5: risks and their treatment")));
	risk_map(d, s, figures, false, doc_say(d, N_("Risks before the measures")));
	risk_map(d, s, figures, true, doc_say(d, N_("Risks that are left after the measures")));
	doc_table(d, "", columns, LENGTH_OF(columns));
	for (size_t i = 0; i < s->section_count[STUDY_RISK]; i++) {
		size_t n = s->of_section[STUDY_RISK][i];
		const struct data_tree *map = study_tree(s, n), *acceptance = data_tree_find(map, "acceptance");
		const struct study_figure *f = &figures[n];
		doc_cell(d, text(d, map, "id"));
		doc_cell(d, text(d, map, "name"));
		doc_cell_note(d, text(d, map, "owner"));
		doc_cell_tone(d, tone_of(f->level),
		    doc_format(d, "%s (%s %s)%s", doc_keep(d, study_reckon_word(s, matrix, f->level, d->language)),
		        level(d, 'G', f->gravity), level(d, 'V', f->likelihood),
		        f->forced_gravity || f->forced_likelihood ? doc_say(d, N_(" (set by hand)")) : ""));
		for (size_t k = 0; k < LENGTH_OF(treatments); k++)
			if (strcmp(study_get_text(map, "treatment", LANGUAGE_EN), treatments[k].word_cstr) == 0)
				doc_cell(d, doc_say(d, treatments[k].text_cstr));
		doc_cell_tone(d, tone_of(f->residual_level),
		    doc_format(d, "%s (%s %s)", doc_keep(d, study_reckon_word(s, matrix, f->residual_level, d->language)),
		        level(d, 'G', f->residual_gravity), level(d, 'V', f->residual_likelihood)));
		doc_cell(d,
		    acceptance == NULL ? "-"
		                       : doc_format(d, "%s, %s", text(d, acceptance, "by"), text(d, acceptance, "on")));
		doc_cell_note(d, text(d, acceptance, "reason"));
	}
}

/* What is left of each risk, as the guide documents it (EXI_M5_12). */
static void
residuals(struct doc *d, const struct study *s)
{
	static const struct doc_column columns[] = {{N_("Id"), 9, DOC_CODE}, {N_("What is left"), 24, DOC_TEXT},
	    {N_("Weaknesses"), 22, DOC_TEXT}, {N_("Causes"), 15, DOC_TEXT}, {N_("Measures that exist"), 15, DOC_TEXT},
	    {N_("How it is managed"), 15, DOC_TEXT}};
	doc_heading(d, 2, doc_say(d, N_("Risks that are left")));
	doc_table(d, "", columns, LENGTH_OF(columns));
	for (size_t i = 0; i < s->section_count[STUDY_RISK]; i++) {
		size_t n = s->of_section[STUDY_RISK][i];
		const struct data_tree *map = study_tree(s, n), *left = data_tree_find(map, "residual");
		const char *description_cstr = text(d, left, "description");
		doc_cell(d, text(d, map, "id"));
		doc_cell(d, description_cstr[0] == '\0' ? text(d, map, "name") : description_cstr);
		doc_cell(d, text(d, left, "weaknesses"));
		doc_cell(d, text(d, left, "causes"));
		doc_cell(d, text(d, left, "existing"));
		doc_cell_note(d, names(d, s, map, "measures"));
		doc_cell(d, text(d, left, "management"));
	}
}

static void
plan(struct doc *d, const struct study *s)
{
	static const struct doc_column columns[] = {{N_("Id"), 10, DOC_CODE}, {N_("Measure"), 32, DOC_TEXT},
	    {N_("On"), 14, DOC_TEXT}, {N_("Owner"), 16, DOC_TEXT}, {N_("Cost"), 10, DOC_NUMBER}, {N_("Due"), 11, DOC_TEXT},
	    {N_("Done, %"), 7, DOC_NUMBER}};
	static const struct {
		const char *word_cstr, *text_cstr;
	} categories[] = {{"governance", N_("governance")}, {"protection", N_("protection")}, {"defence", N_("defence")},
	    {"resilience", N_("resilience")}};
	doc_heading(d, 2, doc_say(d, N_("Plan of measures")));
	doc_table(d, "", columns, LENGTH_OF(columns));
	for (size_t i = 0; i < s->section_count[STUDY_MEASURE]; i++) {
		const struct data_tree *map = study_tree(s, s->of_section[STUDY_MEASURE][i]);
		doc_cell(d, text(d, map, "id"));
		doc_cell(d, text(d, map, "name"));
		for (size_t k = 0; k < LENGTH_OF(categories); k++)
			if (strcmp(study_get_text(map, "category", LANGUAGE_EN), categories[k].word_cstr) == 0)
				doc_cell_note(d, doc_say(d, categories[k].text_cstr));
		doc_cell(d, names(d, s, map, "targets"));
		doc_cell(d, text(d, map, "owner"));
		doc_cell(d, text(d, map, "cost"));
		doc_cell(d, text(d, map, "due"));
		doc_cell(d, text(d, map, "progress"));
	}
	words(d, doc_say(d, N_("The study is looked at again after")), s->monitoring, "triggers");
}

void
report_study_build(const struct study *s, const struct study_figure *figures, struct doc *d)
{
	synthesis(d, s, figures);
	doc_mark(d, DOC_PAGE);
	scope(d, s);
	baseline(d, s);
	origins(d, s, figures);
	stakeholders(d, s, figures);
	strategic(d, s, figures);
	operational(d, s, figures);
	risks(d, s, figures);
	residuals(d, s);
	plan(d, s);
}

void
report_study_requirements(const struct study *s, struct doc *d)
{
	static const struct doc_column columns[] = {{N_("Id"), 8, DOC_CODE}, {N_("Requirement"), 30, DOC_TEXT},
	    {N_("Type"), 8, DOC_TEXT}, {N_("Origin"), 10, DOC_TEXT}, {N_("Priority"), 7, DOC_TEXT},
	    {N_("Acceptance"), 14, DOC_TEXT}, {N_("Verification"), 9, DOC_TEXT}, {N_("State"), 7, DOC_TEXT},
	    {N_("Measures"), 7, DOC_TEXT}};
	doc_table(d, doc_say(d, N_("Requirements")), columns, LENGTH_OF(columns));
	for (size_t i = 0; i < s->section_count[STUDY_REQUIREMENT]; i++) {
		const struct data_tree *map = study_tree(s, s->of_section[STUDY_REQUIREMENT][i]);
		const char *technology_cstr = text(d, map, "technology"), *owner_cstr = text(d, map, "owner");
		doc_cell(d, text(d, map, "id"));
		doc_cell(d, text(d, map, "text"));
		doc_cell_note(d,
		    doc_format(d, "%s%s%s", technology_cstr,
		        technology_cstr[0] != '\0' && owner_cstr[0] != '\0' ? " · " : "", owner_cstr));
		doc_cell(d, word(d, map, "kind"));
		doc_cell(d, names(d, s, map, "origin"));
		doc_cell(d, word(d, map, "priority"));
		doc_cell(d, text(d, map, "acceptance"));
		doc_cell(d, word(d, map, "verification"));
		doc_cell(d, word(d, map, "state"));
		doc_cell(d, names(d, s, map, "measures"));
	}
}
