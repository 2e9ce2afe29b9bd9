/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/report_choice.h"

#include "report/pictures.h"

static const char *
number(struct doc *d, int64_t value, unsigned digits)
{
	char text[DECIMAL_TEXT_MAX];
	return doc_keep(d, decimal_round(d->language, value, digits, text));
}

static const char *
exact(struct doc *d, int64_t value)
{
	char text[DECIMAL_TEXT_MAX];
	return doc_keep(d, decimal_write(d->language, value, text));
}

static const char *
label(struct doc *d, const char *id_cstr, const char *const names[static 2])
{
	const char *name_cstr = names[d->language];
	return name_cstr[0] == '\0' ? doc_keep(d, id_cstr)
	                            : doc_format(d, "%s (%s)", doc_keep(d, name_cstr), doc_keep(d, id_cstr));
}

static const char *
dimension(struct doc *d, int at)
{
	static const char *const words[CHOICE_DIMENSIONS] = {N_("technical feasibility"), N_("economic feasibility"),
	    N_("legal feasibility"), N_("organisation and skills"), N_("the schedule"), N_("operation and maintenance")};
	return doc_say(d, words[at]);
}

static const char *
why_excluded(struct doc *d, const struct choice *c, const struct choice_scenario *scenario, const struct choice_standing *s)
{
	if (s->exclusion == CHOICE_BY_VETO)
		return doc_format(d, doc_say(d, N_("excluded: its note for %s is %s, and %s or less is a veto")),
		    label(d, c->criteria[s->because].id_cstr, c->criteria[s->because].name_cstr),
		    exact(d, scenario->notes[s->because]), exact(d, c->criteria[s->because].veto));
	return doc_format(d, doc_say(d, N_("not feasible: %s is unfavourable%s%s")), dimension(d, s->because), "", "");
}

static void
recommendation(struct doc *d, const struct choice *c, const struct choice_outcome *o)
{
	doc_heading(d, 1, doc_say(d, N_("Recommendation")));
	if (o->winner == CHOICE_NONE) {
		doc_note(d, DOC_GRAVE,
		    doc_say(d,
		        N_("No scenario is left: each one is excluded. Look for another one, or lift a veto with a reason.")));
		return;
	}
	const struct choice_scenario *w = &c->scenarios[o->winner];
	doc_note(d, DOC_GOOD,
	    doc_format(d, doc_say(d, N_("%s comes first, with %s of 5.")), label(d, w->id_cstr, w->name_cstr),
	        number(d, o->standings[o->winner].score, 2)));
	if (o->tied)
		doc_note(
		    d, DOC_WATCH, doc_say(d, N_("Another one has the same score: the numbers do not decide, people must.")));
}

static void
standings(struct doc *d, const struct choice *c, const struct choice_outcome *o)
{
	static const struct doc_column columns[] = {{N_("Rank"), 8, DOC_NUMBER}, {N_("Scenario"), 34, DOC_TEXT},
	    {N_("Score"), 10, DOC_NUMBER}, {N_("Cost"), 14, DOC_NUMBER}, {N_("Covered"), 12, DOC_NUMBER},
	    {N_("Risk taken away"), 12, DOC_NUMBER}, {N_("Months"), 10, DOC_NUMBER}};
	doc_heading(d, 1, doc_say(d, N_("The scenarios")));
	doc_table(
	    d, doc_format(d, doc_say(d, N_("Costs are added up over %u years")), c->years), columns, LENGTH_OF(columns));
	for (size_t i = 0; i < c->scenario_count; i++) {
		const struct choice_scenario *s = &c->scenarios[i];
		const struct choice_standing *t = &o->standings[i];
		doc_cell(d, t->rank == 0 ? "-" : doc_format(d, "%u", t->rank));
		doc_cell_tone(
		    d, t->exclusion == CHOICE_ELIGIBLE ? DOC_PLAIN : DOC_GRAVE, label(d, s->id_cstr, s->name_cstr));
		if (t->exclusion != CHOICE_ELIGIBLE)
			doc_cell_note(d, why_excluded(d, c, s, t));
		else if (t->dominated_by != CHOICE_NONE)
			doc_cell_note(d,
			    doc_format(d, doc_say(d, N_("%s is nowhere worse, and better somewhere")),
			        doc_keep(d, c->scenarios[t->dominated_by].id_cstr)));
		doc_cell(d, number(d, t->score, 2));
		doc_cell(d, s->has_cost ? exact(d, s->cost) : "-");
		doc_cell(d, s->has_coverage ? doc_format(d, "%s %%", number(d, s->coverage * 100, 1)) : "-");
		doc_cell(d, s->has_reduction ? doc_format(d, "%s %%", number(d, s->reduction * 100, 1)) : "-");
		doc_cell(d, s->has_months ? exact(d, s->months) : "-");
	}
}

static void
notes(struct doc *d, const struct choice *c)
{
	static const struct doc_column columns[] = {{N_("Criterion"), 30, DOC_TEXT}, {N_("Weight"), 10, DOC_NUMBER},
	    {N_("Scenario"), 20, DOC_TEXT}, {N_("Note"), 10, DOC_NUMBER}, {N_("Reason"), 30, DOC_TEXT}};
	doc_heading(d, 1, doc_say(d, N_("Criteria and notes")));
	doc_table(d, doc_say(d, N_("Notes go from 0 to 5; more is better")), columns, LENGTH_OF(columns));
	for (size_t i = 0; i < c->criterion_count; i++) {
		const struct choice_criterion *k = &c->criteria[i];
		for (size_t n = 0; n < c->scenario_count; n++) {
			const struct choice_scenario *s = &c->scenarios[n];
			doc_cell(d, label(d, k->id_cstr, k->name_cstr));
			if (n == 0 && k->anchors[2][d->language][0] != '\0')
				doc_cell_note(d,
				    doc_format(d, "0: %s · 3: %s · 5: %s", doc_keep(d, k->anchors[0][d->language]),
				        doc_keep(d, k->anchors[1][d->language]), doc_keep(d, k->anchors[2][d->language])));
			doc_cell(d, exact(d, k->weight));
			doc_cell(d, doc_keep(d, s->id_cstr));
			doc_cell_tone(
			    d, k->has_veto && s->notes[i] <= k->veto ? DOC_GRAVE : DOC_PLAIN, number(d, s->notes[i], 2));
			doc_cell(d,
			    k->source == CHOICE_GIVEN ? doc_keep(d, s->reasons[i] == NULL ? "" : s->reasons[i])
			                              : doc_say(d, N_("computed")));
		}
	}
}

static void
feasibility(struct doc *d, const struct choice *c)
{
	static const struct doc_column columns[] = {{N_("Scenario"), 20, DOC_TEXT}, {N_("Dimension"), 25, DOC_TEXT},
	    {N_("Verdict"), 15, DOC_TEXT}, {N_("Proof"), 20, DOC_TEXT}, {N_("Condition"), 20, DOC_TEXT}};
	static const char *const verdicts[] = {
	    N_("not said yet"), N_("favourable"), N_("under a condition"), N_("unfavourable")};
	static const enum doc_tone tones[] = {DOC_QUIET, DOC_GOOD, DOC_WATCH, DOC_GRAVE};
	doc_heading(d, 1, doc_say(d, N_("Feasibility")));
	doc_table(d, "", columns, LENGTH_OF(columns));
	for (size_t i = 0; i < c->scenario_count; i++) {
		for (int k = 0; k < CHOICE_DIMENSIONS; k++) {
			const struct choice_feasibility *f = &c->scenarios[i].feasibility[k];
			doc_cell(d, label(d, c->scenarios[i].id_cstr, c->scenarios[i].name_cstr));
			doc_cell(d, dimension(d, k));
			doc_cell_tone(d, tones[f->verdict], doc_say(d, verdicts[f->verdict]));
			doc_cell(d, doc_keep(d, f->proof_cstr));
			doc_cell(d, doc_keep(d, f->condition_cstr));
		}
	}
}

static const char *
turn(struct doc *d, const struct choice *c, const struct choice_turn *t)
{
	return t->winner == CHOICE_NONE
	    ? "-"
	    : doc_format(d, "%s %% → %s", number(d, t->share, 1), doc_keep(d, c->scenarios[t->winner].id_cstr));
}

static void
sensitivity(struct doc *d, const struct choice *c, const struct choice_outcome *o)
{
	static const struct doc_column columns[] = {{N_("Criterion"), 40, DOC_TEXT}, {N_("Weight"), 16, DOC_NUMBER},
	    {N_("Below this, another wins"), 22, DOC_TEXT}, {N_("Above this, another wins"), 22, DOC_TEXT}};
	doc_heading(d, 1, doc_say(d, N_("How firm the choice is")));
	doc_paragraph(d, DOC_PLAIN, doc_say(d, N_("Each weight alone is moved, the others keep their proportions.")));
	doc_table(d, "", columns, LENGTH_OF(columns));
	for (size_t i = 0; i < c->criterion_count; i++) {
		const struct choice_sensitivity *s = &o->sensitivity[i];
		doc_cell(d, label(d, c->criteria[i].id_cstr, c->criteria[i].name_cstr));
		doc_cell(d, doc_format(d, "%s %%", number(d, s->share, 1)));
		doc_cell(d, turn(d, c, &s->below));
		doc_cell(d, turn(d, c, &s->above));
	}
}

void
report_choice_build(const struct choice *c, const struct choice_outcome *o, const char *hash_cstr, struct doc *d)
{
	recommendation(d, c, o);
	standings(d, c, o);
	sensitivity(d, c, o);
	notes(d, c);
	feasibility(d, c);
	doc_heading(d, 1, doc_say(d, N_("Weights and decision")));
	doc_facts(d, "");
	doc_fact(d, doc_say(d, N_("Seal of the weights")), doc_keep_code(d, hash_cstr));
	doc_fact(d, doc_say(d, N_("Sealed on")), doc_keep(d, c->lock_on_cstr));
	doc_fact(d, doc_say(d, N_("Sealed by")), doc_keep(d, c->lock_by_cstr));
	doc_fact(d, doc_say(d, N_("Sealed again because")), doc_keep(d, c->change_reason_cstr));
	doc_fact(d, doc_say(d, N_("Decided by, on")), "");
}
