/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/choice.h - which of several scenarios to choose, by weighted criteria: competence C8, and evolution (C17).
 *
 * Score = sum of weight x note / sum of weights. A note at or below a criterion's veto excludes a scenario, and so does a dimension of
 * feasibility that is unfavourable without a condition that would mend it; what is excluded keeps its score and stays visible. All in
 * whole ten-thousandths (core/decimal.h): the same file gives the same bytes on every machine.
 */
#ifndef STUDY_CHOICE_H
#define STUDY_CHOICE_H

#include "core/arena.h"
#include "core/decimal.h"
#include "core/diag.h"

enum {
	CHOICE_CRITERIA_MAX = 32,
	CHOICE_SCENARIOS_MAX = 64,
	CHOICE_NOTE_MAX = 5,
	CHOICE_DIMENSIONS = 6,
	CHOICE_YEARS_MAX = 10,
	CHOICE_SEALED_MAX = CHOICE_CRITERIA_MAX * 192,
	CHOICE_NONE = -1 /* no such criterion or scenario */
};

/* Where a note comes from: a person, or what the file says of the scenario. */
enum choice_source { CHOICE_GIVEN, CHOICE_COVERAGE, CHOICE_RISK, CHOICE_COST, CHOICE_MONTHS };
enum choice_verdict { CHOICE_UNSAID, CHOICE_FAVOURABLE, CHOICE_CONDITIONAL, CHOICE_UNFAVOURABLE };

struct choice_criterion {
	const char *id_cstr, *name_cstr[2]; /* the names by enum language; empty: none */
	int64_t weight, veto;
	bool has_veto;
	enum choice_source source;
	int64_t at_0, at_5;        /* of cost and months: the amounts that earn 0 and 5 */
	const char *anchors[3][2]; /* what 0, 3 and 5 mean, in words */
	unsigned line, column;
};

struct choice_feasibility {
	enum choice_verdict verdict;
	const char *proof_cstr, *condition_cstr;
};

struct choice_scenario {
	const char *id_cstr, *name_cstr[2];
	int64_t notes[CHOICE_CRITERIA_MAX];
	const char *reasons[CHOICE_CRITERIA_MAX]; /* why this note; empty: nobody said */
	struct choice_feasibility feasibility[CHOICE_DIMENSIONS];
	bool has_cost, has_months;
	int64_t investment, yearly, cost, months; /* cost: over the years of the study */
	bool has_coverage, has_reduction;
	int64_t coverage, reduction; /* shares, of 1 */
	unsigned line, column;
};

struct choice {
	const char *title_cstr[2];
	size_t criterion_count, scenario_count;
	struct choice_criterion *criteria;
	struct choice_scenario *scenarios;
	unsigned years; /* over which costs are added up */
	size_t requirement_count, risk_count;
	const char *lock_hash_cstr, *lock_on_cstr, *lock_by_cstr; /* empty: the weights are not locked */
	const char *change_on_cstr, *change_by_cstr, *change_reason_cstr;
	unsigned lock_line, lock_column;
};

enum choice_exclusion { CHOICE_ELIGIBLE, CHOICE_BY_VETO, CHOICE_NOT_FEASIBLE };
struct choice_standing {
	int64_t sum;   /* of weight x note: the score is sum / weight_sum */
	int64_t score; /* rounded, in ten-thousandths */
	enum choice_exclusion exclusion;
	int because;      /* the criterion or the dimension */
	unsigned rank;    /* from 1 among the eligible ones; 0: excluded */
	int dominated_by; /* an eligible scenario that is nowhere worse and somewhere better, or CHOICE_NONE */
};

/* Where the winner changes when one weight moves and the others keep their proportions. */
struct choice_turn {
	int winner;    /* who wins beyond it; CHOICE_NONE: nobody else does */
	int64_t share; /* of the criterion, in percent */
};
struct choice_sensitivity {
	int64_t share; /* as it is, in percent */
	struct choice_turn below, above;
};

struct choice_outcome {
	int64_t weight_sum;
	int winner; /* CHOICE_NONE: all are excluded */
	bool tied;  /* another one has the same score: the first of the file was taken */
	struct choice_standing standings[CHOICE_SCENARIOS_MAX];
	struct choice_sensitivity sensitivity[CHOICE_CRITERIA_MAX];
};

/* A file (YAML). Lives in the arena. 0, or a negative errno with diag (file, line, column). */
MUST_USE int
choice_read(struct arena *arena, struct bytes text, const char *file_cstr, const struct choice **out, struct diag *diag);
void choice_weigh(const struct choice *choice, struct choice_outcome *out);
/* The nearer of both turns; NULL when the winner never changes. */
const struct choice_turn *choice_nearest(const struct choice_sensitivity *s);

/* What a lock of the weights seals, one criterion a line: its hash is what `lock` must say. Returns the length. */
size_t choice_sealed(const struct choice *choice, char out[static CHOICE_SEALED_MAX]);
/* As files write them; the dimensions end with NULL. */
extern const char *const choice_dimension_words[CHOICE_DIMENSIONS + 1];
extern const char *const choice_verdict_words[CHOICE_UNFAVOURABLE + 1];
extern const char *const choice_source_words[CHOICE_MONTHS + 1];

#endif
