/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/choice_json.h"

#include "study/study_json.h"

static void
write_because(
    struct json *j, const struct choice *choice, const struct choice_scenario *scenario, const struct choice_standing *s)
{
	if (s->exclusion == CHOICE_ELIGIBLE) {
		json_none(j, JSON_KEY("because"));
		return;
	}
	json_open_object(j, JSON_KEY("because"));
	if (s->exclusion == CHOICE_BY_VETO) {
		const struct choice_criterion *c = &choice->criteria[s->because];
		json_cstr(j, JSON_KEY("kind"), "veto");
		json_cstr(j, JSON_KEY("criterion"), c->id_cstr);
		study_json_decimal(j, JSON_KEY("note"), scenario->notes[s->because]);
		study_json_decimal(j, JSON_KEY("veto"), c->veto);
	} else {
		json_cstr(j, JSON_KEY("kind"), "feasibility");
		json_cstr(j, JSON_KEY("dimension"), choice_dimension_words[s->because]);
	}
	json_close_object(j);
}

static void
write_feasibility(struct json *j, const struct choice_scenario *scenario)
{
	json_open_object(j, JSON_KEY("feasibility"));
	for (unsigned i = 0; i < CHOICE_DIMENSIONS; i++) {
		const struct choice_feasibility *f = &scenario->feasibility[i];
		study_json_key(j, choice_dimension_words[i]);
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("verdict"), choice_verdict_words[f->verdict]);
		study_json_maybe(j, JSON_KEY("proof"), f->proof_cstr);
		study_json_maybe(j, JSON_KEY("condition"), f->condition_cstr);
		json_close_object(j);
	}
	json_close_object(j);
}

static void
write_decimal_or_none(struct json *j, struct bytes key, bool known, int64_t value)
{
	if (known)
		study_json_decimal(j, key, value);
	else
		json_none(j, key);
}

static void
write_scenario(
    struct json *j, const struct choice *choice, const struct choice_outcome *o, size_t at, enum language language)
{
	const struct choice_scenario *scenario = &choice->scenarios[at];
	const struct choice_standing *s = &o->standings[at];
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("id"), scenario->id_cstr);
	study_json_maybe(j, JSON_KEY("name"), scenario->name_cstr[language]);
	study_json_decimal(j, JSON_KEY("score"), s->score);
	json_bool(j, JSON_KEY("excluded"), s->exclusion != CHOICE_ELIGIBLE);
	write_because(j, choice, scenario, s);
	if (s->rank > 0)
		json_u64(j, JSON_KEY("rank"), s->rank);
	else
		json_none(j, JSON_KEY("rank"));
	study_json_maybe(
	    j, JSON_KEY("dominated_by"), s->dominated_by == CHOICE_NONE ? NULL : choice->scenarios[s->dominated_by].id_cstr);
	json_open_object(j, JSON_KEY("notes"));
	for (size_t i = 0; i < choice->criterion_count; i++) {
		study_json_key(j, choice->criteria[i].id_cstr);
		study_json_decimal(j, (struct bytes){0}, scenario->notes[i]);
	}
	json_close_object(j);
	write_feasibility(j, scenario);
	write_decimal_or_none(j, JSON_KEY("cost"), scenario->has_cost, scenario->cost);
	write_decimal_or_none(j, JSON_KEY("months"), scenario->has_months, scenario->months);
	write_decimal_or_none(j, JSON_KEY("coverage"), scenario->has_coverage, scenario->coverage);
	write_decimal_or_none(j, JSON_KEY("risk_reduction"), scenario->has_reduction, scenario->reduction);
	json_close_object(j);
}

static void
write_turn(struct json *j, struct bytes key, const struct choice *choice, const struct choice_turn *turn)
{
	if (turn->winner == CHOICE_NONE) {
		json_none(j, key);
		return;
	}
	json_open_object(j, key);
	study_json_decimal(j, JSON_KEY("weight"), turn->share);
	json_cstr(j, JSON_KEY("winner"), choice->scenarios[turn->winner].id_cstr);
	json_close_object(j);
}

static void
write_sensitivity(struct json *j, const struct choice *choice, const struct choice_outcome *o)
{
	json_open_object(j, JSON_KEY("sensitivity"));
	for (size_t i = 0; i < choice->criterion_count; i++) {
		const struct choice_turn *turn = choice_nearest(&o->sensitivity[i]);
		study_json_key(j, choice->criteria[i].id_cstr);
		write_decimal_or_none(j, (struct bytes){0}, turn != NULL, turn == NULL ? 0 : turn->share);
	}
	json_close_object(j);
	json_open_array(j, JSON_KEY("turns"));
	for (size_t i = 0; i < choice->criterion_count; i++) {
		const struct choice_sensitivity *s = &o->sensitivity[i];
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("criterion"), choice->criteria[i].id_cstr);
		study_json_decimal(j, JSON_KEY("weight"), s->share);
		write_turn(j, JSON_KEY("below"), choice, &s->below);
		write_turn(j, JSON_KEY("above"), choice, &s->above);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
write_weights(struct json *j, const struct choice *choice, const char *hash_cstr)
{
	json_open_object(j, JSON_KEY("weights"));
	json_cstr(j, JSON_KEY("hash"), hash_cstr);
	json_bool(j, JSON_KEY("locked"), choice->lock_hash_cstr[0] != '\0');
	study_json_maybe(j, JSON_KEY("on"), choice->lock_on_cstr);
	study_json_maybe(j, JSON_KEY("by"), choice->lock_by_cstr);
	study_json_maybe(j, JSON_KEY("changed"), choice->change_reason_cstr);
	json_close_object(j);
}

void
choice_json_write(struct json *j, const struct choice *choice, const struct choice_outcome *o, const char *hash_cstr,
    enum language language)
{
	json_open_object(j, (struct bytes){0});
	study_json_maybe(j, JSON_KEY("title"), choice->title_cstr[language]);
	study_json_maybe(j, JSON_KEY("winner"), o->winner == CHOICE_NONE ? NULL : choice->scenarios[o->winner].id_cstr);
	json_bool(j, JSON_KEY("tied"), o->tied);
	json_u64(j, JSON_KEY("years"), choice->years);
	json_open_array(j, JSON_KEY("scenarios"));
	for (size_t i = 0; i < choice->scenario_count; i++)
		write_scenario(j, choice, o, i, language);
	json_close_array(j);
	write_sensitivity(j, choice, o);
	json_open_array(j, JSON_KEY("pareto"));
	for (size_t i = 0; i < choice->scenario_count; i++)
		if (o->standings[i].exclusion == CHOICE_ELIGIBLE && o->standings[i].dominated_by == CHOICE_NONE)
			json_cstr(j, (struct bytes){0}, choice->scenarios[i].id_cstr);
	json_close_array(j);
	write_weights(j, choice, hash_cstr);
	json_close_object(j);
	json_newline(j);
}
