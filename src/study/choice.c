/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/choice.h"

#include "core/ensure.h"

#include <stdio.h>

enum { PERCENT = 100 };

const char *const choice_dimension_words[CHOICE_DIMENSIONS + 1] = {
    "technical", "economic", "legal", "organisational", "schedule", "operation", NULL};
const char *const choice_verdict_words[] = {[CHOICE_UNSAID] = "unsaid",
    [CHOICE_FAVOURABLE] = "favourable",
    [CHOICE_CONDITIONAL] = "conditional",
    [CHOICE_UNFAVOURABLE] = "unfavourable"};
const char *const choice_source_words[] = {[CHOICE_GIVEN] = "given",
    [CHOICE_COVERAGE] = "coverage",
    [CHOICE_RISK] = "risk",
    [CHOICE_COST] = "cost",
    [CHOICE_MONTHS] = "months"};

/* By veto before feasibility: a note is what the file itself says, and its criterion names the reason. */
static void
judge(const struct choice *choice, const struct choice_scenario *scenario, struct choice_standing *out)
{
	for (size_t i = 0; i < choice->criterion_count; i++) {
		const struct choice_criterion *c = &choice->criteria[i];
		out->sum += c->weight * scenario->notes[i];
		if (out->exclusion == CHOICE_ELIGIBLE && c->has_veto && scenario->notes[i] <= c->veto) {
			out->exclusion = CHOICE_BY_VETO;
			out->because = (int)i;
		}
	}
	for (size_t i = 0; i < CHOICE_DIMENSIONS; i++) {
		if (out->exclusion == CHOICE_ELIGIBLE && scenario->feasibility[i].verdict == CHOICE_UNFAVOURABLE) {
			out->exclusion = CHOICE_NOT_FEASIBLE;
			out->because = (int)i;
		}
	}
}

static void
rank(const struct choice *choice, struct choice_outcome *o)
{
	o->winner = CHOICE_NONE;
	for (size_t i = 0; i < choice->scenario_count; i++) {
		struct choice_standing *s = &o->standings[i];
		if (s->exclusion != CHOICE_ELIGIBLE)
			continue;
		s->rank = 1;
		for (size_t k = 0; k < choice->scenario_count; k++)
			s->rank += o->standings[k].exclusion == CHOICE_ELIGIBLE && o->standings[k].sum > s->sum;
		if (s->rank == 1 && o->winner == CHOICE_NONE)
			o->winner = (int)i;
		else if (s->rank == 1)
			o->tied = true;
	}
}

static bool
dominates(const struct choice *choice, const struct choice_scenario *a, const struct choice_scenario *b)
{
	bool better = false;
	for (size_t i = 0; i < choice->criterion_count; i++) {
		if (a->notes[i] < b->notes[i])
			return false;
		better |= a->notes[i] > b->notes[i];
	}
	return better;
}

/*
 * With share x for one criterion and the others in proportion, a scenario's score is x n + (1 - x) R / D: n its note, R the sum of
 * weight x note over the others, D the sum of their weights. Against the winner, a is the difference of n and b that of R; both
 * meet at x = b / (b - a D), which lies strictly between 0 and 1 only where a and b have different signs.
 */
static void
find_turns(const struct choice *choice, const struct choice_outcome *o, size_t criterion, struct choice_sensitivity *out)
{
	const struct choice_criterion *c = &choice->criteria[criterion];
	const struct choice_standing *first = &o->standings[o->winner];
	int64_t first_note = choice->scenarios[o->winner].notes[criterion], others = o->weight_sum - c->weight;
	for (size_t i = 0; i < choice->scenario_count; i++) {
		const struct choice_standing *s = &o->standings[i];
		int64_t note = choice->scenarios[i].notes[criterion], a = note - first_note;
		int64_t b = (s->sum - c->weight * note) - (first->sum - c->weight * first_note);
		if ((int)i == o->winner || s->exclusion != CHOICE_ELIGIBLE || a == 0 || b == 0 || (a > 0) == (b > 0))
			continue;
		int64_t share = decimal_ratio((__int128)b * PERCENT, (__int128)b - (__int128)a * others);
		/* It gains where its note is better, and more weight is more of it. */
		struct choice_turn *turn = a > 0 ? &out->above : &out->below;
		if (turn->winner == CHOICE_NONE || (a > 0 ? share < turn->share : share > turn->share))
			*turn = (struct choice_turn){.winner = (int)i, .share = share};
	}
}

void
choice_weigh(const struct choice *choice, struct choice_outcome *out)
{
	struct choice_outcome *o = out;
	*o = (struct choice_outcome){.winner = CHOICE_NONE};
	for (size_t i = 0; i < choice->criterion_count; i++)
		o->weight_sum += choice->criteria[i].weight;
	ENSURE(o->weight_sum > 0); /* choice_read() refuses a file without weight */
	for (size_t i = 0; i < choice->scenario_count; i++) {
		struct choice_standing *s = &o->standings[i];
		*s = (struct choice_standing){.because = CHOICE_NONE, .dominated_by = CHOICE_NONE};
		judge(choice, &choice->scenarios[i], s);
		s->score = decimal_ratio(s->sum, (__int128)o->weight_sum * DECIMAL_ONE);
	}
	rank(choice, o);
	for (size_t i = 0; i < choice->scenario_count; i++)
		for (size_t k = 0; k < choice->scenario_count && o->standings[i].dominated_by == CHOICE_NONE; k++)
			if (o->standings[k].exclusion == CHOICE_ELIGIBLE &&
			    dominates(choice, &choice->scenarios[k], &choice->scenarios[i]))
				o->standings[i].dominated_by = (int)k;
	for (size_t i = 0; i < choice->criterion_count; i++) {
		struct choice_sensitivity *s = &o->sensitivity[i];
		s->share = decimal_ratio((__int128)choice->criteria[i].weight * PERCENT, o->weight_sum);
		s->below.winner = s->above.winner = CHOICE_NONE;
		if (o->winner != CHOICE_NONE)
			find_turns(choice, o, i, s);
	}
}

const struct choice_turn *
choice_nearest(const struct choice_sensitivity *s)
{
	bool below = s->below.winner != CHOICE_NONE, above = s->above.winner != CHOICE_NONE;
	if (below && above)
		return s->share - s->below.share < s->above.share - s->share ? &s->below : &s->above;
	return below ? &s->below : above ? &s->above : NULL;
}

size_t
choice_sealed(const struct choice *choice, char out[static CHOICE_SEALED_MAX])
{
	size_t used = 0, size = CHOICE_SEALED_MAX;
	for (size_t i = 0; i < choice->criterion_count; i++) {
		const struct choice_criterion *c = &choice->criteria[i];
		char weight[DECIMAL_TEXT_MAX], veto[DECIMAL_TEXT_MAX];
		int n = snprintf(out + used, size - used, "%s %s %s\n", c->id_cstr,
		    decimal_write(LANGUAGE_EN, c->weight, weight),
		    c->has_veto ? decimal_write(LANGUAGE_EN, c->veto, veto) : "-");
		ENSURE(n > 0 && (size_t)n < size - used); /* CHOICE_SEALED_MAX has room for all */
		used += (size_t)n;
	}
	return used;
}
