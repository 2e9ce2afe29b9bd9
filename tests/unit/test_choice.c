/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "study/choice_json.h"

#include <stdio.h>

static struct arena arena;
static struct choice_outcome outcome;

static int
set_up(void **state)
{
	(void)state;
	return arena_init(&arena, 64 << 20);
}

static int
tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static const struct choice *
weighed(const char *text_cstr)
{
	struct diag diag = {0};
	const struct choice *choice = NULL;
	arena_reset(&arena);
	if (choice_read(&arena, bytes_of_cstr(text_cstr), "choice.yaml", &choice, &diag) < 0)
		fail_msg("%u:%u: %s", diag.line, diag.column, diag.text_cstr);
	choice_weigh(choice, &outcome);
	return choice;
}

#define CRITERIA                     \
	"criteria:\n"                \
	"  - {id: c1, weight: 30}\n" \
	"  - {id: c2, weight: 25}\n" \
	"  - {id: c3, weight: 20}\n" \
	"  - {id: c4, weight: 15}\n" \
	"  - {id: c5, weight: 10, veto: 1}\n"
#define A "  - {id: A, notes: {c1: 4, c2: 2, c3: 3, c4: 5, c5: 4}}\n"
#define B "  - {id: B, notes: {c1: 3, c2: 5, c3: 4, c4: 3, c5: 3}}\n"
#define C "  - {id: C, notes: {c1: 5, c2: 5, c3: 5, c4: 5, c5: 1}}\n"

/* domain 5.6 */
static void
the_vector_of_the_domain_comes_out_exactly(void **state)
{
	(void)state;
	const struct choice *choice = weighed(CRITERIA "scenarios:\n" A B C);
	assert_int_equal(outcome.standings[0].score, 34500);
	assert_int_equal(outcome.standings[1].score, 37000);
	assert_int_equal(outcome.standings[2].score, 46000);
	assert_string_equal(choice->scenarios[outcome.winner].id_cstr, "B");
	assert_false(outcome.tied);
	assert_int_equal(outcome.standings[2].exclusion, CHOICE_BY_VETO);
	assert_int_equal(outcome.standings[2].because, 4);
	assert_int_equal(outcome.standings[0].rank, 2);
	assert_int_equal(outcome.standings[2].rank, 0);
	const struct choice_sensitivity *first = &outcome.sensitivity[0];
	assert_int_equal(first->share, 300000);
	assert_int_equal(first->above.share, 440000); /* 44.0 % exactly */
	assert_int_equal(first->above.winner, 0);
	assert_int_equal(first->below.winner, CHOICE_NONE);
	assert_ptr_equal(choice_nearest(first), &first->above);
}

static void
a_weight_that_decides_nothing_has_no_turn(void **state)
{
	(void)state;
	(void)weighed(CRITERIA "scenarios:\n" A B C);
	assert_null(choice_nearest(&outcome.sensitivity[2]));         /* B is better there, and over the others too */
	assert_int_equal(outcome.sensitivity[1].below.share, 181818); /* 2/11 */
}

/* The turns are where both scores are the same: put the weight there, and the tie shows; a hair beyond, and the other one wins. */
static void
at_its_turn_the_winner_changes(void **state)
{
	(void)state;
	static const struct {
		const char *weights_cstr, *winner_cstr;
		bool tied;
	} cases[] = {{"44", "A", true}, {"44.0001", "A", false}, {"43.9999", "B", false}};
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		char text[1024], rest[DECIMAL_TEXT_MAX];
		int64_t first = 0;
		assert_true(decimal_read(bytes_of_cstr(cases[i].weights_cstr), &first));
		/* The others share what is left as 25 : 20 : 15 : 10, here in units of 1/70 of it: all weights times 70. */
		int64_t left = 100 * DECIMAL_ONE - first;
		(void)decimal_write(LANGUAGE_EN, left, rest);
		snprintf(text, sizeof(text),
		    "criteria:\n  - {id: c1, weight: %lld.%04lld}\n  - {id: c2, weight: %lld.%04lld}\n"
		    "  - {id: c3, weight: %lld.%04lld}\n  - {id: c4, weight: %lld.%04lld}\n"
		    "  - {id: c5, weight: %lld.%04lld, veto: 1}\nscenarios:\n" A B,
		    (long long)(first * 70 / DECIMAL_ONE), (long long)(first * 70 % DECIMAL_ONE),
		    (long long)(left * 25 / DECIMAL_ONE), (long long)(left * 25 % DECIMAL_ONE),
		    (long long)(left * 20 / DECIMAL_ONE), (long long)(left * 20 % DECIMAL_ONE),
		    (long long)(left * 15 / DECIMAL_ONE), (long long)(left * 15 % DECIMAL_ONE),
		    (long long)(left * 10 / DECIMAL_ONE), (long long)(left * 10 % DECIMAL_ONE));
		const struct choice *choice = weighed(text);
		assert_string_equal(choice->scenarios[outcome.winner].id_cstr, cases[i].winner_cstr);
		assert_int_equal(outcome.tied, cases[i].tied);
	}
}

static void
a_note_equal_to_the_veto_excludes_and_one_above_does_not(void **state)
{
	(void)state;
	(void)weighed("criteria: [{id: x, weight: 1, veto: 2}]\n"
	              "scenarios: [{id: a, notes: {x: 2}}, {id: b, notes: {x: 2.0001}}, {id: c, notes: {x: 0}}]\n");
	assert_int_equal(outcome.standings[0].exclusion, CHOICE_BY_VETO);
	assert_int_equal(outcome.standings[1].exclusion, CHOICE_ELIGIBLE);
	assert_int_equal(outcome.standings[2].exclusion, CHOICE_BY_VETO);
	(void)weighed("criteria: [{id: x, weight: 1, veto: null}, {id: y, weight: 0, veto: 0}]\n"
	              "scenarios: [{id: a, notes: {x: 0, y: 0}}, {id: b, notes: {x: 0, y: 0.5}}]\n");
	assert_int_equal(outcome.standings[0].because, 1);
	assert_int_equal(outcome.winner, 1);
}

static void
what_is_excluded_never_wins_turns_or_dominates(void **state)
{
	(void)state;
	(void)weighed("criteria: [{id: x, weight: 1, veto: 1}, {id: y, weight: 1}]\n"
	              "scenarios: [{id: a, notes: {x: 1, y: 5}}, {id: b, notes: {x: 2, y: 2}}]\n");
	assert_int_equal(outcome.winner, 1);
	assert_int_equal(outcome.standings[1].dominated_by, CHOICE_NONE);
	assert_null(choice_nearest(&outcome.sensitivity[0]));
	(void)weighed("criteria: [{id: x, weight: 1, veto: 5}]\nscenarios: [{id: a, notes: {x: 5}}]\n");
	assert_int_equal(outcome.winner, CHOICE_NONE);
}

static void
the_nearer_of_two_turns_is_told(void **state)
{
	(void)state;
	/* W = 3,3,3; L gains with less of x, M with more of it. */
	(void)weighed(
	    "criteria: [{id: x, weight: 40}, {id: y, weight: 60}]\n"
	    "scenarios: [{id: W, notes: {x: 3, y: 3}}, {id: L, notes: {x: 1, y: 4}}, {id: M, notes: {x: 5, y: 1}}]\n");
	const struct choice_sensitivity *s = &outcome.sensitivity[0];
	assert_int_equal(s->below.share, 333333);
	assert_int_equal(s->below.winner, 1);
	assert_int_equal(s->above.share, 500000);
	assert_int_equal(s->above.winner, 2);
	assert_ptr_equal(choice_nearest(s), &s->below);
}

static void
a_scenario_that_is_nowhere_worse_dominates(void **state)
{
	(void)state;
	(void)weighed(
	    "criteria: [{id: x, weight: 1}, {id: y, weight: 1}]\n"
	    "scenarios: [{id: a, notes: {x: 3, y: 3}}, {id: b, notes: {x: 3, y: 2}}, {id: c, notes: {x: 2, y: 4}}, {id: d, notes: {x: 3, y: 3}}]\n");
	assert_int_equal(outcome.standings[1].dominated_by, 0);
	assert_int_equal(outcome.standings[2].dominated_by, CHOICE_NONE);
	assert_int_equal(outcome.standings[3].dominated_by, CHOICE_NONE); /* equal is not better */
	assert_true(outcome.tied);
	assert_int_equal(outcome.winner, 0);
}

static void
an_unfavourable_dimension_makes_it_not_feasible(void **state)
{
	(void)state;
	(void)weighed(
	    "criteria: [{id: x, weight: 1}]\n"
	    "scenarios:\n"
	    "  - {id: a, notes: {x: 5}, feasibility: {legal: {verdict: unfavourable, proof: opinion of the DPO}}}\n"
	    "  - {id: b, notes: {x: 1}, feasibility: {legal: {verdict: conditional, condition: a contract is signed}}}\n");
	assert_int_equal(outcome.standings[0].exclusion, CHOICE_NOT_FEASIBLE);
	assert_string_equal(choice_dimension_words[outcome.standings[0].because], "legal");
	assert_int_equal(outcome.winner, 1);
}

static void
notes_are_computed_from_what_is_said(void **state)
{
	(void)state;
	const struct choice *choice = weighed(
	    "years: 3\n"
	    "criteria:\n"
	    "  - {id: cover, weight: 1, from: coverage}\n"
	    "  - {id: risk, weight: 1, from: risk}\n"
	    "  - {id: cost, weight: 1, from: cost, at_0: 100000, at_5: 0}\n"
	    "  - {id: delay, weight: 1, from: months, at_0: 12, at_5: 2}\n"
	    "requirements: [{id: E1, priority: must}, {id: E2, priority: should}, {id: E3, priority: could}, {id: E4, priority: wont}]\n"
	    "risks: [{id: R1, gravity: 4, likelihood: 3}, {id: R2, gravity: 2, likelihood: 4}]\n"
	    "scenarios:\n"
	    "  - id: a\n"
	    "    covers: [E1, E3, E4]\n"
	    "    reduces: [{risk: R1, gravity: 4, likelihood: 1}]\n"
	    "    cost: {investment: 10000, yearly: 10000}\n"
	    "    months: 7\n"
	    "  - {id: b, cost: {yearly: 1000000}, months: 1, covers: [], reduces: []}\n");
	const struct choice_scenario *a = &choice->scenarios[0], *b = &choice->scenarios[1];
	assert_int_equal(a->notes[0], 35714); /* 5 x (4 + 1) / 7 */
	assert_int_equal(a->notes[1], 20000); /* 5 x 8 / 20 */
	assert_int_equal(a->cost, 40000 * (int64_t)DECIMAL_ONE);
	assert_int_equal(a->notes[2], 30000);
	assert_int_equal(a->notes[3], 25000);
	assert_int_equal(b->notes[0] + b->notes[1] + b->notes[2], 0);
	assert_int_equal(b->notes[3], 50000); /* earlier than the best anchor is no better than 5 */
}

static void
the_seal_changes_with_weights_and_vetoes_alone(void **state)
{
	(void)state;
	char one[CHOICE_SEALED_MAX], two[CHOICE_SEALED_MAX];
	size_t n = choice_sealed(weighed(CRITERIA "scenarios:\n" A), one);
	assert_bytes_equal(
	    ((struct bytes){(const uint8_t *)one, n}), BYTES("c1 30 -\nc2 25 -\nc3 20 -\nc4 15 -\nc5 10 1\n"));
	assert_int_equal(choice_sealed(weighed(CRITERIA "scenarios:\n" B), two), n);
	assert_memory_equal(one, two, n);
}

static void
the_same_file_gives_the_same_bytes(void **state)
{
	(void)state;
	static char first[1 << 16], second[1 << 16];
	struct json a = json_of(first, sizeof(first)), b = json_of(second, sizeof(second));
	choice_json_write(&a, weighed(CRITERIA "scenarios:\n" A B C), &outcome, "0", LANGUAGE_EN);
	choice_json_write(&b, weighed(CRITERIA "scenarios:\n" A B C), &outcome, "0", LANGUAGE_EN);
	assert_true(json_ok(&a));
	assert_bytes_equal(json_written(&a), json_written(&b));
}

static void
what_is_wrong_is_told_where_it_stands(void **state)
{
	(void)state;
	static const struct {
		const char *why_cstr, *text_cstr;
		unsigned line, column;
		const char *says_cstr;
	} cases[] = {
	    {"a key that nobody reads", "criteria:\n  - {id: a, wieght: 1}\nscenarios: []\n", 2, 13, "weight"},
	    {"a key twice", "criteria:\n  - {id: a, weight: 1, weight: 2}\nscenarios: []\n", 2, 24, "twice"},
	    {"no weight", "criteria:\n  - {id: a}\nscenarios: []\n", 2, 5, "weight"},
	    {"all weights 0", "criteria: [{id: a, weight: 0}]\nscenarios: [{id: s, notes: {a: 1}}]\n", 1, 11, "0"},
	    {"a negative weight", "criteria: [{id: a, weight: -1}]\nscenarios: [{id: s, notes: {a: 1}}]\n", 1, 28, "0"},
	    {"an id twice", "criteria: [{id: a, weight: 1}, {id: a, weight: 1}]\nscenarios: []\n", 1, 37, "twice"},
	    {"a note for no criterion",
	        "criteria: [{id: a, weight: 1}]\nscenarios:\n  - id: s\n    notes:\n      a: 1\n      b: 1\n", 6, 7, "a"},
	    {"a note that is missing", "criteria: [{id: a, weight: 1}]\nscenarios:\n  - {id: s, notes: {}}\n", 3, 20,
	        "missing"},
	    {"no notes", "criteria: [{id: a, weight: 1}]\nscenarios:\n  - {id: s}\n", 3, 5, "missing"},
	    {"a note above 5", "criteria: [{id: a, weight: 1}]\nscenarios:\n  - {id: s, notes: {a: 6}}\n", 3, 24, "5"},
	    {"a note that is no number", "criteria: [{id: a, weight: 1}]\nscenarios:\n  - {id: s, notes: {a: good}}\n", 3,
	        24, "5"},
	    {"a note by hand that is computed",
	        "criteria: [{id: a, weight: 1, from: coverage}]\nscenarios:\n  - {id: s, notes: {a: 1}}\n", 3, 21,
	        "computed"},
	    {"nothing to compute from", "criteria: [{id: a, weight: 1, from: coverage}]\nscenarios:\n  - {id: s}\n", 3, 5,
	        "computed"},
	    {"a requirement that is not there",
	        "criteria: [{id: a, weight: 1}]\nscenarios:\n  - {id: s, notes: {a: 1}, covers: [E9]}\n", 3, 37,
	        "requirement"},
	    {"a requirement covered twice",
	        "criteria: [{id: a, weight: 1}]\nrequirements: [{id: E}]\nscenarios:\n  - {id: s, notes: {a: 1}, covers: [E, E]}\n",
	        4, 40, "twice"},
	    {"a residual risk above the risk",
	        "criteria: [{id: a, weight: 1}]\nrisks: [{id: R, gravity: 1, likelihood: 1}]\nscenarios:\n  - {id: s, notes: {a: 1}, reduces: [{risk: R, gravity: 4, likelihood: 4}]}\n",
	        4, 38, "greater"},
	    {"a verdict that is none",
	        "criteria: [{id: a, weight: 1}]\nscenarios:\n  - {id: s, notes: {a: 1}, feasibility: {legal: {verdict: maybe}}}\n",
	        3, 59, "word"},
	    {"a condition that is not said",
	        "criteria: [{id: a, weight: 1}]\nscenarios:\n  - {id: s, notes: {a: 1}, feasibility: {legal: {verdict: conditional}}}\n",
	        3, 49, "condition"},
	    {"no scenario", "criteria: [{id: a, weight: 1}]\nscenarios: []\n", 2, 12, "list"},
	    {"a list where a map was expected", "- criteria\n", 1, 1, "keys"},
	    {"an alias", "criteria: &a [{id: a, weight: 1}]\nscenarios: *a\n", 1, 11, "anchors"},
	};
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		struct diag diag = {0};
		const struct choice *choice = NULL;
		arena_reset(&arena);
		if (choice_read(&arena, bytes_of_cstr(cases[i].text_cstr), "f.yaml", &choice, &diag) == 0)
			fail_msg("%s: was read", cases[i].why_cstr);
		assert_null(choice);
		assert_string_equal(diag.file_cstr, "f.yaml");
		if (diag.line != cases[i].line || diag.column != cases[i].column ||
		    strstr(diag.text_cstr, cases[i].says_cstr) == NULL)
			fail_msg("%s: %u:%u: %s", cases[i].why_cstr, diag.line, diag.column, diag.text_cstr);
	}
}

static void
decimals_are_exact_and_nothing_else_is_one(void **state)
{
	(void)state;
	static const char *const bad[] = {
	    "", "-", ".5", "5.", "1e3", "0x1", "1.00001", " 1", "1 ", "nan", "123456789012345", "1,2,3"};
	int64_t value = 0;
	char text[DECIMAL_TEXT_MAX];
	for (size_t i = 0; i < LENGTH_OF(bad); i++)
		if (decimal_read(bytes_of_cstr(bad[i]), &value))
			fail_msg("\"%s\" was read", bad[i]);
	assert_true(decimal_read(BYTES("-12,50000"), &value));
	assert_int_equal(value, -125000);
	assert_string_equal(decimal_write(LANGUAGE_FR, value, text), "-12,5");
	assert_string_equal(decimal_round(LANGUAGE_EN, 34550, 2, text), "3.46"); /* half away from zero */
	assert_string_equal(decimal_round(LANGUAGE_EN, -4999, 0, text), "0");
	assert_int_equal(decimal_ratio(-1, 3), -3333);
	assert_int_equal(decimal_ratio(2, -3), -6667);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_vector_of_the_domain_comes_out_exactly),
	    cmocka_unit_test(a_weight_that_decides_nothing_has_no_turn),
	    cmocka_unit_test(at_its_turn_the_winner_changes),
	    cmocka_unit_test(a_note_equal_to_the_veto_excludes_and_one_above_does_not),
	    cmocka_unit_test(what_is_excluded_never_wins_turns_or_dominates),
	    cmocka_unit_test(the_nearer_of_two_turns_is_told),
	    cmocka_unit_test(a_scenario_that_is_nowhere_worse_dominates),
	    cmocka_unit_test(an_unfavourable_dimension_makes_it_not_feasible),
	    cmocka_unit_test(notes_are_computed_from_what_is_said),
	    cmocka_unit_test(the_seal_changes_with_weights_and_vetoes_alone),
	    cmocka_unit_test(the_same_file_gives_the_same_bytes),
	    cmocka_unit_test(what_is_wrong_is_told_where_it_stands),
	    cmocka_unit_test(decimals_are_exact_and_nothing_else_is_one),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
