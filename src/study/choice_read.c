/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The file of a choice (YAML, man/beffroi-study.1) as a struct choice. */
#include "study/choice.h"
#include "study/study_ids.h"

#include <errno.h>

enum { REQUIREMENTS_MAX = 20000, RISKS_MAX = 5000, YEARS_DEFAULT = 5, LEVEL_MAX = 5, GRADE_MAX = LEVEL_MAX * LEVEL_MAX };
static const int64_t amount_max = (int64_t)1000000000 * DECIMAL_ONE;
static const int64_t weight_max = (int64_t)1000000 * DECIMAL_ONE;

/* MoSCoW, and what a covered requirement of each counts. */
static const char *const priority_words[] = {"must", "should", "could", "wont"};
static const uint8_t priority_counts[] = {4, 2, 1, 0};

struct reader {
	struct data_read r;
	struct arena *arena;
	struct choice *choice;
	struct study_ids criteria, scenarios, requirements, risks;
	uint8_t *counts; /* of each requirement, by its priority */
	uint8_t *grades; /* of each risk: gravity x likelihood */
	int64_t count_sum, grade_sum;
	unsigned *mark; /* of each requirement and risk: the last scenario that named it, from 1 */
};

static int
no_room(const struct reader *r)
{
	return diag_say_at(
	    r->r.diag, -ENOMEM, r->r.file_cstr, UINT64_MAX, "%s", _("the file is too large for the memory it may take"));
}

static int
read_amount(const struct reader *r, const struct data_tree *map, const char *key_cstr, int64_t *out, bool *given)
{
	return data_read_decimal(&r->r, map, key_cstr, 0, amount_max, out, given);
}

static int
need_amount(const struct reader *r, const struct data_tree *map, const char *key_cstr, int64_t *out)
{
	bool given;
	int e = read_amount(r, map, key_cstr, out, &given);
	return e == 0 && !given ? data_read_complain(&r->r, map, _("is missing here"), key_cstr) : e;
}

static int
read_anchors(const struct reader *r, const struct data_tree *map, struct choice_criterion *out)
{
	static const char *const keys[] = {"0", "3", "5", NULL};
	for (size_t i = 0; i < LENGTH_OF(out->anchors); i++)
		out->anchors[i][0] = out->anchors[i][1] = "";
	int e = map == NULL ? 0 : data_read_keys(&r->r, map, keys);
	for (size_t i = 0; map != NULL && i < LENGTH_OF(out->anchors) && e == 0; i++)
		e = data_read_texts(&r->r, map, keys[i], out->anchors[i]);
	return e;
}

static int
read_criterion(struct reader *r, const struct data_tree *map, size_t number)
{
	static const char *const keys[] = {
	    "id", "name", "weight", "veto", "from", "at_0", "at_5", "anchors", "description", NULL};
	struct choice_criterion *c = &r->choice->criteria[number];
	unsigned source = CHOICE_GIVEN;
	bool given = false;
	*c = (struct choice_criterion){.line = map->line, .column = map->column};
	int e = data_read_keys(&r->r, map, keys);
	if (e == 0)
		e = study_ids_take(&r->criteria, &r->r, map, number, &c->id_cstr);
	if (e == 0)
		e = data_read_texts(&r->r, map, "name", c->name_cstr);
	if (e == 0)
		e = data_read_decimal(&r->r, map, "weight", 0, weight_max, &c->weight, &given);
	if (e == 0 && !given)
		e = data_read_complain(&r->r, map, _("is missing here"), "weight");
	if (e == 0)
		e = data_read_decimal(&r->r, map, "veto", 0, CHOICE_NOTE_MAX * DECIMAL_ONE, &c->veto, &c->has_veto);
	if (e == 0 && data_tree_find(map, "from") != NULL)
		e = data_read_need_choice(&r->r, map, "from", choice_source_words, LENGTH_OF(choice_source_words), &source);
	c->source = (enum choice_source)source;
	if (e == 0 && source >= CHOICE_COST)
		e = need_amount(r, map, "at_0", &c->at_0);
	if (e == 0 && source >= CHOICE_COST)
		e = need_amount(r, map, "at_5", &c->at_5);
	if (e == 0 && source >= CHOICE_COST && c->at_0 == c->at_5)
		e = data_read_complain(
		    &r->r, data_tree_find(map, "at_5"), _("expected another amount than that of at_0"), "at_5");
	return e < 0 ? e : read_anchors(r, data_tree_find(map, "anchors"), c);
}

static int
read_criteria(struct reader *r, const struct data_tree *root)
{
	const struct data_tree *list;
	int64_t sum = 0;
	int e = data_read_need_list(&r->r, root, "criteria", &list);
	if (e < 0)
		return e;
	size_t count = study_ids_count(list);
	if (count > CHOICE_CRITERIA_MAX)
		return data_read_complain(&r->r, list, _("too many entries in one file"), "criteria");
	r->choice->criteria = arena_new(r->arena, struct choice_criterion, count);
	if (r->choice->criteria == NULL || study_ids_init(&r->criteria, r->arena, count) < 0)
		return no_room(r);
	for (const struct data_tree *c = list->first; c != NULL && e == 0; c = c->next) {
		e = read_criterion(r, c, r->choice->criterion_count);
		sum += r->choice->criteria[r->choice->criterion_count++].weight;
	}
	return e == 0 && sum == 0
	    ? data_read_complain(&r->r, list, _("all weights are 0: one at least must count"), "criteria")
	    : e;
}

static int
read_requirements(struct reader *r, const struct data_tree *root)
{
	static const char *const keys[] = {"id", "name", "priority", NULL};
	const struct data_tree *list;
	int e = data_read_list(&r->r, root, "requirements", &list);
	size_t count = e < 0 ? 0 : study_ids_count(list), number = 0;
	if (e == 0 && count > REQUIREMENTS_MAX)
		return data_read_complain(&r->r, list, _("too many entries in one file"), "requirements");
	r->counts = arena_new(r->arena, uint8_t, count);
	if (r->counts == NULL || study_ids_init(&r->requirements, r->arena, count) < 0)
		return no_room(r);
	for (const struct data_tree *q = list == NULL || e < 0 ? NULL : list->first; q != NULL && e == 0; q = q->next) {
		const char *id_cstr;
		unsigned priority = 0;
		e = data_read_keys(&r->r, q, keys);
		if (e == 0)
			e = study_ids_take(&r->requirements, &r->r, q, number, &id_cstr);
		if (e == 0 && data_tree_find(q, "priority") != NULL)
			e = data_read_need_choice(
			    &r->r, q, "priority", priority_words, LENGTH_OF(priority_words), &priority);
		r->counts[number] = priority_counts[priority];
		r->count_sum += r->counts[number++];
	}
	r->choice->requirement_count = number;
	return e;
}

static int
read_grade(const struct reader *r, const struct data_tree *map, uint8_t *out)
{
	long gravity = 0, likelihood = 0;
	int e = data_read_need_number(&r->r, map, "gravity", 1, LEVEL_MAX, &gravity);
	if (e == 0)
		e = data_read_need_number(&r->r, map, "likelihood", 0, LEVEL_MAX, &likelihood);
	*out = (uint8_t)(gravity * likelihood);
	return e;
}

static int
read_risks(struct reader *r, const struct data_tree *root)
{
	static const char *const keys[] = {"id", "name", "gravity", "likelihood", NULL};
	const struct data_tree *list;
	int e = data_read_list(&r->r, root, "risks", &list);
	size_t count = e < 0 ? 0 : study_ids_count(list), number = 0;
	if (e == 0 && count > RISKS_MAX)
		return data_read_complain(&r->r, list, _("too many entries in one file"), "risks");
	r->grades = arena_new(r->arena, uint8_t, count);
	if (r->grades == NULL || study_ids_init(&r->risks, r->arena, count) < 0)
		return no_room(r);
	for (const struct data_tree *k = list == NULL || e < 0 ? NULL : list->first; k != NULL && e == 0; k = k->next) {
		const char *id_cstr;
		e = data_read_keys(&r->r, k, keys);
		if (e == 0)
			e = study_ids_take(&r->risks, &r->r, k, number, &id_cstr);
		if (e == 0)
			e = read_grade(r, k, &r->grades[number]);
		r->grade_sum += r->grades[number++];
	}
	r->choice->risk_count = number;
	return e;
}

/* The share of the requirements' weight that a scenario covers. */
static int
read_coverage(
    struct reader *r, const struct data_tree *map, unsigned scenario, int64_t *covered, struct choice_scenario *out)
{
	const struct data_tree *list;
	*covered = 0;
	int e = data_read_list(&r->r, map, "covers", &list);
	for (const struct data_tree *c = list == NULL || e < 0 ? NULL : list->first; c != NULL && e == 0; c = c->next) {
		size_t number = 0;
		e = study_ids_refer(&r->requirements, &r->r, c, _("a requirement of this file"), &number);
		if (e == 0 && r->mark[number] == scenario)
			e = data_read_complain(&r->r, c, _("this id is there twice"), (const char *)c->text.at);
		if (e == 0)
			r->mark[number] = scenario;
		*covered += e < 0 ? 0 : r->counts[number];
	}
	out->has_coverage = r->count_sum > 0;
	if (out->has_coverage)
		out->coverage = decimal_ratio(*covered, r->count_sum);
	return e;
}

/* The share of all exposure (gravity x likelihood) that a scenario takes away. A risk that it does not name stays as it is. */
static int
read_reduction(struct reader *r, const struct data_tree *map, unsigned scenario, int64_t *left, struct choice_scenario *out)
{
	static const char *const keys[] = {"risk", "gravity", "likelihood", NULL};
	const struct data_tree *list;
	*left = r->grade_sum;
	int e = data_read_list(&r->r, map, "reduces", &list);
	for (const struct data_tree *k = list == NULL || e < 0 ? NULL : list->first; k != NULL && e == 0; k = k->next) {
		size_t number = 0;
		uint8_t grade = 0;
		e = data_read_keys(&r->r, k, keys);
		const struct data_tree *risk = data_tree_find(k, "risk");
		if (e == 0)
			e = risk == NULL ? data_read_complain(&r->r, k, _("is missing here"), "risk")
			                 : study_ids_refer(&r->risks, &r->r, risk, _("a risk of this file"), &number);
		unsigned *mark = r->mark + r->choice->requirement_count + number;
		if (e == 0 && *mark == scenario)
			e = data_read_complain(&r->r, risk, _("this id is there twice"), (const char *)risk->text.at);
		if (e == 0)
			e = read_grade(r, k, &grade);
		if (e < 0)
			break;
		if (grade > r->grades[number])
			return data_read_complain(
			    &r->r, k, _("this residual risk is greater than the risk itself"), "reduces");
		*mark = scenario;
		*left -= r->grades[number] - grade;
	}
	out->has_reduction = r->grade_sum > 0;
	if (out->has_reduction)
		out->reduction = decimal_ratio(r->grade_sum - *left, r->grade_sum);
	return e;
}

static int
read_feasibility(const struct reader *r, const struct data_tree *map, struct choice_scenario *out)
{
	static const char *const keys[] = {"verdict", "proof", "condition", NULL};
	for (unsigned i = 0; i < CHOICE_DIMENSIONS; i++)
		out->feasibility[i].proof_cstr = out->feasibility[i].condition_cstr = "";
	int e = map == NULL ? 0 : data_read_keys(&r->r, map, choice_dimension_words);
	for (unsigned i = 0; map != NULL && i < CHOICE_DIMENSIONS && e == 0; i++) {
		struct choice_feasibility *f = &out->feasibility[i];
		const struct data_tree *d = data_tree_find(map, choice_dimension_words[i]);
		unsigned verdict = CHOICE_UNSAID;
		if (d == NULL)
			continue;
		e = data_read_keys(&r->r, d, keys);
		if (e == 0)
			e = data_read_need_choice(
			    &r->r, d, "verdict", choice_verdict_words, LENGTH_OF(choice_verdict_words), &verdict);
		if (e == 0)
			e = data_read_word(&r->r, d, "proof", &f->proof_cstr);
		if (e == 0)
			e = data_read_word(&r->r, d, "condition", &f->condition_cstr);
		f->verdict = (enum choice_verdict)verdict;
		if (e == 0 && verdict == CHOICE_CONDITIONAL && f->condition_cstr[0] == '\0')
			e = data_read_complain(&r->r, d, _("say the condition under which it is feasible"), "condition");
	}
	return e;
}

static int
read_costs(const struct reader *r, const struct data_tree *map, struct choice_scenario *out)
{
	static const char *const keys[] = {"investment", "yearly", NULL};
	const struct data_tree *cost = data_tree_find(map, "cost");
	bool given;
	int e = read_amount(r, map, "months", &out->months, &out->has_months);
	if (e < 0 || cost == NULL)
		return e;
	e = data_read_keys(&r->r, cost, keys);
	if (e == 0)
		e = read_amount(r, cost, "investment", &out->investment, &given);
	if (e == 0)
		e = read_amount(r, cost, "yearly", &out->yearly, &given);
	out->has_cost = e == 0;
	out->cost = out->investment + out->yearly * (int64_t)r->choice->years;
	return e;
}

/* On the line through at_0 and at_5, not beyond its ends. */
static int64_t
note_between(const struct choice_criterion *c, int64_t amount)
{
	int64_t note = decimal_ratio((__int128)(amount - c->at_0) * CHOICE_NOTE_MAX, (__int128)c->at_5 - c->at_0);
	return note < 0 ? 0 : note > CHOICE_NOTE_MAX * DECIMAL_ONE ? CHOICE_NOTE_MAX * DECIMAL_ONE : note;
}

struct facts {
	int64_t covered, grade_left;
};

static int
take_note(const struct reader *r, const struct data_tree *map, const struct data_tree *notes, const struct facts *facts,
    size_t at, struct choice_scenario *out)
{
	const struct choice_criterion *c = &r->choice->criteria[at];
	const struct data_tree *given_note = data_tree_find(notes, c->id_cstr);
	bool given = false, known = true;
	int e = 0;
	if (c->source != CHOICE_GIVEN && given_note != NULL)
		return data_read_complain_key(&r->r, given_note,
		    _("this note is computed from what the file says of the scenario: take it out here"), c->id_cstr);
	switch (c->source) {
	case CHOICE_GIVEN:
		if (notes != NULL)
			e = data_read_decimal(
			    &r->r, notes, c->id_cstr, 0, CHOICE_NOTE_MAX * DECIMAL_ONE, &out->notes[at], &given);
		return e == 0 && !given ? data_read_complain(&r->r, notes == NULL ? map : notes,
		                              _("the note for this criterion is missing"), c->id_cstr)
		                        : e;
	case CHOICE_COVERAGE:
		known = out->has_coverage;
		out->notes[at] = known ? decimal_ratio((__int128)facts->covered * CHOICE_NOTE_MAX, r->count_sum) : 0;
		break;
	case CHOICE_RISK:
		known = out->has_reduction;
		out->notes[at] = known
		    ? decimal_ratio((__int128)(r->grade_sum - facts->grade_left) * CHOICE_NOTE_MAX, r->grade_sum)
		    : 0;
		break;
	case CHOICE_COST:
		known = out->has_cost;
		out->notes[at] = note_between(c, out->cost);
		break;
	case CHOICE_MONTHS:
		known = out->has_months;
		out->notes[at] = note_between(c, out->months);
		break;
	}
	return known
	    ? 0
	    : data_read_complain(&r->r, map,
	          _("the note of this criterion cannot be computed: what it is computed from is missing here"), c->id_cstr);
}

static int
read_scenario(struct reader *r, const struct data_tree *map, size_t number)
{
	static const char *const keys[] = {
	    "id", "name", "description", "notes", "reasons", "feasibility", "cost", "months", "covers", "reduces", NULL};
	struct choice_scenario *s = &r->choice->scenarios[number];
	const struct data_tree *notes = data_tree_find(map, "notes"), *reasons = data_tree_find(map, "reasons");
	const char *ids[CHOICE_CRITERIA_MAX + 1] = {NULL};
	struct facts facts = {0};
	*s = (struct choice_scenario){.line = map->line, .column = map->column};
	for (size_t i = 0; i < r->choice->criterion_count; i++)
		ids[i] = r->choice->criteria[i].id_cstr;
	int e = data_read_keys(&r->r, map, keys);
	if (e == 0)
		e = study_ids_take(&r->scenarios, &r->r, map, number, &s->id_cstr);
	if (e == 0)
		e = data_read_texts(&r->r, map, "name", s->name_cstr);
	if (e == 0)
		e = read_costs(r, map, s);
	if (e == 0)
		e = read_coverage(r, map, (unsigned)number + 1, &facts.covered, s);
	if (e == 0)
		e = read_reduction(r, map, (unsigned)number + 1, &facts.grade_left, s);
	if (e == 0)
		e = read_feasibility(r, data_tree_find(map, "feasibility"), s);
	if (e == 0 && notes != NULL)
		e = data_read_keys(&r->r, notes, ids);
	if (e == 0 && reasons != NULL)
		e = data_read_keys(&r->r, reasons, ids);
	for (size_t i = 0; i < r->choice->criterion_count && e == 0; i++) {
		e = take_note(r, map, notes, &facts, i, s);
		if (e == 0)
			e = data_read_word(&r->r, reasons, ids[i], &s->reasons[i]);
	}
	return e;
}

static int
read_scenarios(struct reader *r, const struct data_tree *root)
{
	const struct data_tree *list;
	int e = data_read_need_list(&r->r, root, "scenarios", &list);
	if (e < 0)
		return e;
	size_t count = study_ids_count(list);
	if (count > CHOICE_SCENARIOS_MAX)
		return data_read_complain(&r->r, list, _("too many entries in one file"), "scenarios");
	r->choice->scenarios = arena_new(r->arena, struct choice_scenario, count);
	r->mark = arena_new(r->arena, unsigned, r->choice->requirement_count + r->choice->risk_count);
	if (r->choice->scenarios == NULL || r->mark == NULL || study_ids_init(&r->scenarios, r->arena, count) < 0)
		return no_room(r);
	for (const struct data_tree *s = list->first; s != NULL && e == 0; s = s->next)
		e = read_scenario(r, s, r->choice->scenario_count++);
	return e;
}

/* lock: {hash, on, by} seals the weights before notes are given; change: {on, by, reason} says why they were sealed again. */
static int
read_lock(const struct reader *r, const struct data_tree *root)
{
	static const char *const lock_keys[] = {"hash", "on", "by", NULL},
	                         *const change_keys[] = {"on", "by", "reason", NULL};
	const struct data_tree *lock = data_tree_find(root, "lock"), *change = data_tree_find(root, "change");
	struct choice *c = r->choice;
	c->lock_hash_cstr = c->lock_on_cstr = c->lock_by_cstr = "";
	c->change_on_cstr = c->change_by_cstr = c->change_reason_cstr = "";
	int e = lock == NULL ? 0 : data_read_keys(&r->r, lock, lock_keys);
	if (e == 0 && lock != NULL) {
		c->lock_line = lock->line;
		c->lock_column = lock->column;
		e = data_read_need_word(&r->r, lock, "hash", &c->lock_hash_cstr);
		if (e == 0)
			e = data_read_need_word(&r->r, lock, "on", &c->lock_on_cstr);
		if (e == 0)
			e = data_read_need_word(&r->r, lock, "by", &c->lock_by_cstr);
	}
	if (e == 0 && change != NULL) {
		e = data_read_keys(&r->r, change, change_keys);
		if (e == 0)
			e = data_read_need_word(&r->r, change, "on", &c->change_on_cstr);
		if (e == 0)
			e = data_read_need_word(&r->r, change, "by", &c->change_by_cstr);
		if (e == 0)
			e = data_read_need_word(&r->r, change, "reason", &c->change_reason_cstr);
	}
	return e;
}

int
choice_read(struct arena *arena, struct bytes text, const char *file_cstr, const struct choice **out, struct diag *diag)
{
	static const char *const keys[] = {
	    "title", "description", "years", "lock", "change", "criteria", "requirements", "risks", "scenarios", NULL};
	struct reader r = {.r = {.file_cstr = file_cstr, .diag = diag}, .arena = arena};
	const struct data_tree *root;
	long years = YEARS_DEFAULT;
	int e = data_tree_read(arena, text, file_cstr, &root, diag);
	if (e < 0)
		return e;
	r.choice = arena_new(arena, struct choice, 1);
	if (r.choice == NULL)
		return no_room(&r);
	e = data_read_keys(&r.r, root, keys);
	if (e == 0)
		e = data_read_texts(&r.r, root, "title", r.choice->title_cstr);
	if (e == 0 && data_tree_find(root, "years") != NULL)
		e = data_read_need_number(&r.r, root, "years", 1, CHOICE_YEARS_MAX, &years);
	r.choice->years = (unsigned)years;
	if (e == 0)
		e = read_criteria(&r, root);
	if (e == 0)
		e = read_requirements(&r, root);
	if (e == 0)
		e = read_risks(&r, root);
	if (e == 0)
		e = read_scenarios(&r, root);
	if (e == 0)
		e = read_lock(&r, root);
	if (e == 0)
		*out = r.choice;
	return e;
}
