/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/study_check.h"

#include <stdio.h>

struct checker {
	struct study *s;
	const struct study_figure *figures;
	bool *used;    /* of each record: another one refers to it, as its section needs it */
	bool *treated; /* of each event: a risk is about it, or about a way that leads to it */
};

static void
warn(struct checker *c, const char *code_cstr, size_t record, const char *sentence_cstr)
{
	study_problem_of(c->s, STUDY_WARNING, code_cstr, record, sentence_cstr);
}

static void
refuse(struct checker *c, const char *code_cstr, size_t record, const char *sentence_cstr)
{
	study_problem_of(c->s, STUDY_ERROR, code_cstr, record, sentence_cstr);
}

static bool
is_said(const struct data_tree *map, const char *key_cstr)
{
	const struct data_tree *node = data_tree_find(map, key_cstr);
	return node != NULL && (node->kind == DATA_TEXT ? node->text.len > 0 : node->first != NULL);
}

static void
mark(struct checker *c, bool *marks, const struct data_tree *map, const char *key_cstr)
{
	size_t record;
	for (const struct data_tree *n = study_get_first(map, key_cstr); n != NULL; n = n->next) {
		record = n->kind == DATA_TEXT ? study_ids_find(&c->s->ids, (const char *)n->text.at) : SIZE_MAX;
		if (record != SIZE_MAX)
			marks[record] = true;
	}
}

static void
mark_one(struct checker *c, bool *marks, const struct data_tree *map, const char *key_cstr)
{
	size_t record = study_get_ref(c->s, map, key_cstr);
	if (record != SIZE_MAX)
		marks[record] = true;
}

/* What refers to what, in one pass over all records. */
static void
mark_all(struct checker *c)
{
	for (size_t i = 0; i < c->s->record_count; i++) {
		const struct data_tree *map = study_tree(c->s, i);
		switch ((int)c->s->records[i].section) {
		case STUDY_ASSET: mark(c, c->used, map, "values"); break;
		case STUDY_EVENT: mark_one(c, c->used, map, "value"); break;
		case STUDY_STRATEGIC: mark_one(c, c->used, map, "pair"); break;
		case STUDY_OPERATIONAL: mark_one(c, c->used, map, "path"); break;
		case STUDY_STAKEHOLDER:
		case STUDY_REQUIREMENT: mark(c, c->used, map, "measures"); break;
		case STUDY_RISK:
			mark(c, c->used, map, "measures");
			mark_one(c, c->used, map, "scenario");
			break;
		default: break;
		}
	}
}

static void
treat_path(struct checker *c, const struct data_tree *path)
{
	for (const struct data_tree *step = study_get_first(path, "steps"); step != NULL; step = step->next)
		mark_one(c, c->treated, step, "event");
}

/* The events that each risk is about (EXI_M5_03). */
static void
treat_all(struct checker *c)
{
	const struct study *s = c->s;
	for (size_t i = 0; i < s->section_count[STUDY_RISK]; i++) {
		size_t scenario = study_get_ref(s, study_tree(s, s->of_section[STUDY_RISK][i]), "scenario");
		if (scenario == SIZE_MAX)
			continue;
		if (s->records[scenario].section == STUDY_OPERATIONAL)
			scenario = study_get_ref(s, study_tree(s, scenario), "path");
		if (scenario == SIZE_MAX)
			continue;
		c->treated[scenario] = true;
		if (s->records[scenario].section == STUDY_PATH)
			treat_path(c, study_tree(s, scenario));
	}
	for (size_t i = 0; i < s->section_count[STUDY_PATH]; i++) { /* a risk about a whole strategic scenario */
		size_t path = s->of_section[STUDY_PATH][i], parent = s->records[path].parent;
		if (parent != SIZE_MAX && c->treated[parent])
			treat_path(c, study_tree(s, path));
	}
}

static bool
is_version(const char *text_cstr)
{
	unsigned x, y;
	int used = 0;
	return sscanf(text_cstr, "%4u.%4u%n", &x, &y, &used) == 2 && text_cstr[used] == '\0';
}

static void
check_frame(struct checker *c)
{
	struct study *s = c->s;
	const struct data_tree *version = data_tree_find(s->frame, "version");
	bool unread = false; /* it may stand in a file that could not be read, which was told */
	for (size_t i = 0; i < s->file_count; i++)
		unread |= s->files[i].root == NULL;
	if (s->frame == NULL) {
		if (unread)
			return;
		study_problem_say(s, STUDY_ERROR, "no-frame", s->file_count > 1 ? 1 : 0, 1, 1, "", "%s",
		    _("the frame of the study is missing: study: {title: ..., protection: ..., version: 1.0}"));
		return;
	}
	if (version != NULL && version->kind == DATA_TEXT && !is_version((const char *)version->text.at))
		study_problem_say(s, STUDY_ERROR, "version", s->frame_file, version->line, version->column, "",
		    "version: %s", _("expected x.y: x counts strategic cycles, y operational ones"));
}

static void
check_value(struct checker *c, size_t n, const struct data_tree *map)
{
	(void)map;
	if (!c->used[n])
		warn(c, "value-alone", n, _("no supporting asset and no feared event belongs to this business value"));
}

static void
check_event(struct checker *c, size_t n, const struct data_tree *map)
{
	bool unintended = study_get_yes(map, "unintended", false);
	if (!is_said(map, "value") && !unintended)
		refuse(c, "event-without-value", n, _("say which business value it is about, or unintended: yes"));
	if (study_get_yes(map, "kept", true) && !c->treated[n])
		warn(c, "event-not-treated", n, _("no risk is about this feared event"));
	if (!is_said(map, "why"))
		warn(c, "event-without-why", n, _("say why its gravity is what it is (why)"));
}

static void
check_pair(struct checker *c, size_t n, const struct data_tree *map)
{
	const char *kept_cstr = data_tree_cstr(map, "kept");
	if (c->figures[n].relevance < 0)
		warn(c, "pair-not-rated", n, _("rate its motivation and resources, or its relevance"));
	if (kept_cstr != NULL && strcmp(kept_cstr, "no") != 0 && !c->used[n])
		warn(c, "pair-without-scenario", n, _("it was kept, and no strategic scenario follows it"));
	if (c->figures[n].forced_relevance && !is_said(map, "why"))
		warn(c, "forced-without-why", n, _("its relevance was set by hand: say why"));
}

static void
check_stakeholder(struct checker *c, size_t n, const struct data_tree *map)
{
	const struct study_figure *f = &c->figures[n];
	if (study_get_yes(map, "critical", false) && !is_said(map, "measures") && !is_said(map, "target"))
		warn(c, "stakeholder-untreated", n, _("it is critical, and neither a measure nor a target is said for it"));
	if ((f->forced_threat || f->forced_residual_threat) && !is_said(map, "why"))
		warn(c, "forced-without-why", n, _("its threat was set by hand: say why"));
	if (f->residual_threat > f->threat)
		refuse(c, "residual-above", n, _("the threat that is left is greater than the threat itself"));
}

static void
check_path(struct checker *c, size_t n, const struct data_tree *map)
{
	bool leads = false;
	for (const struct data_tree *step = study_get_first(map, "steps"); step != NULL; step = step->next) {
		leads |= is_said(step, "event");
		if (!is_said(step, "event") && !is_said(step, "stakeholder"))
			study_problem_say(c->s, STUDY_ERROR, "step-of-nobody", c->s->records[n].file, step->line,
			    step->column, c->s->records[n].id_cstr, "%s: %s", c->s->records[n].id_cstr,
			    _("a step is on a stakeholder or on a feared event: say which"));
	}
	if (!leads)
		warn(c, "path-to-nothing", n, _("this attack path leads to no feared event"));
	if (study_get_yes(map, "kept", true) && !c->used[n])
		warn(c, "path-without-operation", n,
		    _("no operational scenario follows this attack path: the relevance of its pair stands for its likelihood"));
}

static void
check_operational(struct checker *c, size_t n, const struct data_tree *map)
{
	if (c->figures[n].likelihood < 0)
		warn(c, "no-likelihood", n,
		    _("its likelihood is not known: rate its actions as the method of the study needs, or say it"));
	if (c->figures[n].forced_likelihood && !is_said(map, "why"))
		warn(c, "forced-without-why", n, _("its likelihood was set by hand: say why"));
}

/* The highest level that the matrix has: what cannot be left as it is. */
static int
highest_level(const struct study *s)
{
	long highest = -1;
	size_t matrix = study_reckon_matrix(s);
	for (const struct data_tree *l = matrix == SIZE_MAX ? NULL : study_get_first(study_tree(s, matrix), "levels");
	     l != NULL; l = l->next)
		if (study_get_number(l, "level") > highest)
			highest = study_get_number(l, "level");
	return (int)highest;
}

static void
check_risk(struct checker *c, size_t n, const struct data_tree *map)
{
	const struct study_figure *f = &c->figures[n];
	int highest = highest_level(c->s);
	const char *treatment_cstr = data_tree_cstr(map, "treatment");
	bool accepted = is_said(map, "acceptance"),
	     reduces = treatment_cstr != NULL && strcmp(treatment_cstr, "reduce") == 0;
	if (f->level < 0)
		warn(c, "risk-not-rated", n, _("its gravity or likelihood is not known"));
	if (f->residual_gravity > f->gravity || f->residual_likelihood > f->likelihood)
		refuse(c, "residual-above", n, _("the residual risk is greater than the risk itself"));
	if (reduces && !is_said(map, "measures"))
		warn(c, "risk-without-measure", n, _("it is to be reduced, and no measure does it"));
	if (highest > 0 && f->level == highest && !is_said(map, "measures") && !accepted)
		refuse(
		    c, "risk-left", n, _("it is unacceptable: say measures, or who accepts it, when and why (acceptance)"));
	if (f->residual_level > 0 && !accepted)
		warn(c, "residual-not-accepted", n, _("nobody has signed for the risk that is left (acceptance)"));
	if ((f->forced_gravity || f->forced_likelihood) && !is_said(map, "why"))
		warn(c, "forced-without-why", n, _("its rating was set by hand: say why"));
	if (!is_said(map, "owner"))
		warn(c, "risk-without-owner", n, _("nobody answers for it: say its owner"));
}

static void
check_measure(struct checker *c, size_t n, const struct data_tree *map)
{
	if (!is_said(map, "owner") || !is_said(map, "due"))
		warn(c, "measure-without-owner", n, _("say who does it and until when (owner, due)"));
	if (!c->used[n])
		warn(c, "measure-alone", n, _("no risk, stakeholder or requirement asks for this measure"));
	if (study_get_number(map, "progress") == 100 && !is_said(map, "proof"))
		warn(c, "measure-without-proof", n, _("it is done, and nothing proves it (proof)"));
}

static void
check_baseline(struct checker *c, size_t n, const struct data_tree *map)
{
	const char *state_cstr = data_tree_cstr(map, "state");
	bool gap = state_cstr != NULL && (strcmp(state_cstr, "not-applied") == 0 || strcmp(state_cstr, "restricted") == 0);
	if (gap && !is_said(map, "comment") && !is_said(map, "waiver"))
		warn(c, "gap-without-reason", n, _("it is not fully applied: say why (comment), or who allows it (waiver)"));
}

void
study_check(struct study *s, const struct study_figure *figures)
{
	static void (*const checks[STUDY_SECTIONS])(struct checker *, size_t, const struct data_tree *) = {
	    [STUDY_VALUE] = check_value,
	    [STUDY_EVENT] = check_event,
	    [STUDY_PAIR] = check_pair,
	    [STUDY_STAKEHOLDER] = check_stakeholder,
	    [STUDY_PATH] = check_path,
	    [STUDY_OPERATIONAL] = check_operational,
	    [STUDY_RISK] = check_risk,
	    [STUDY_MEASURE] = check_measure,
	    [STUDY_BASELINE_ITEM] = check_baseline};
	struct checker c = {.s = s, .figures = figures};
	c.used = arena_new(s->arena, bool, s->record_count);
	c.treated = arena_new(s->arena, bool, s->record_count);
	if (c.used == NULL || c.treated == NULL)
		return;
	mark_all(&c);
	treat_all(&c);
	check_frame(&c);
	for (size_t i = 0; i < s->record_count; i++)
		if (checks[s->records[i].section] != NULL)
			checks[s->records[i].section](&c, i, study_tree(s, i));
}
