/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "study/attack_graph.h"

#include <stdio.h>

static struct arena arena;

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

static const struct attack_graph *
reckoned(const char *text_cstr)
{
	struct diag diag = {0};
	const struct attack_graph *graph = NULL;
	arena_reset(&arena);
	if (attack_graph_read(&arena, bytes_of_cstr(text_cstr), "attack.yaml", &graph, &diag) < 0)
		fail_msg("%u:%u: %s", diag.line, diag.column, diag.text_cstr);
	return graph;
}

static void
expect(const struct attack_graph *g, unsigned pr, unsigned diff, unsigned standard, unsigned advanced)
{
	assert_int_equal(g->pr, pr);
	assert_int_equal(g->diff, diff);
	assert_int_equal(g->standard, standard);
	assert_int_equal(g->advanced, advanced);
}

#define DOMAIN_GRAPH(join)                               \
	"actions:\n"                                     \
	"  - {id: AE1, pr: 4, diff: 0}\n"                \
	"  - {id: AE2a, after: [AE1], pr: 2, diff: 3}\n" \
	"  - {id: AE2b, after: [AE1], pr: 3, diff: 1}\n" \
	"  - {id: AE3, after: [AE2a, AE2b], join: " join ", pr: 4, diff: 2}\n"

/* domain 5.3 */
static void
the_vector_of_the_domain_comes_out_exactly(void **state)
{
	(void)state;
	expect(reckoned(DOMAIN_GRAPH("or")), 3, 2, 3, 3);
	expect(reckoned(DOMAIN_GRAPH("and")), 2, 3, 2, 2);
	expect(reckoned(DOMAIN_GRAPH("ou")), 3, 2, 3, 3);
	expect(reckoned(DOMAIN_GRAPH("et")), 2, 3, 2, 2);
}

/* The trap of domain 5.3: what was needed for a branch that is not taken must not count, nor the own index of an earlier step where
 * another way around it was better. */
static void
predecessors_count_with_what_they_cumulated(void **state)
{
	(void)state;
	/* hard (1) or easy (4) to come in; then one more step: the least of all earlier ones would be 1. */
	expect(reckoned("actions:\n"
	                "  - {id: hard, pr: 1, diff: 4}\n"
	                "  - {id: easy, pr: 4, diff: 0}\n"
	                "  - {id: in, after: [hard, easy], join: or, pr: 4, diff: 0}\n"
	                "  - {id: out, after: in, pr: 4, diff: 1}\n"),
	    4, 1, 4, 4);
	/* a weak step far back still limits: an own index alone would say 4. */
	expect(reckoned("actions:\n"
	                "  - {id: d, after: [c], pr: 4, diff: 0}\n"
	                "  - {id: c, after: [b], pr: 4, diff: 0}\n"
	                "  - {id: b, after: [a], pr: 4, diff: 0}\n"
	                "  - {id: a, pr: 1, diff: 3}\n"),
	    1, 3, 1, 1);
}

static void
each_cell_of_the_guides_table_is_as_printed(void **state)
{
	(void)state;
	static const char *const printed[] = {"44321", "43321", "33221", "22210", "11100"}; /* rows pr 4 to 0 */
	for (unsigned pr = 0; pr <= 4; pr++) {
		for (unsigned diff = 0; diff <= 4; diff++) {
			char text[64];
			snprintf(text, sizeof(text), "actions: [{id: a, pr: %u, diff: %u}]\n", pr, diff);
			expect(reckoned(text), pr, diff, pr, (unsigned)(printed[4 - pr][diff] - '0'));
		}
	}
}

static void
a_scenario_is_as_likely_as_its_likeliest_way(void **state)
{
	(void)state;
	const struct attack_graph *g = reckoned("actions:\n"
	                                        "  - {id: a, pr: 4, diff: 0}\n"
	                                        "  - {id: x, after: [a], pr: 4, diff: 4}\n"
	                                        "  - {id: y, after: [a], pr: 3, diff: 1}\n");
	expect(g, 3, 1, 4, 3); /* x is more probable, y easier: the standard method takes x, the advanced one y */
	assert_string_equal(g->actions[g->end].id_cstr, "y");
}

static void
the_way_of_least_effort_takes_the_easier_branch_and_all_that_are_needed(void **state)
{
	(void)state;
	const struct attack_graph *g = reckoned(DOMAIN_GRAPH("or"));
	static const bool either[] = {true, false, true, true}, both[] = {true, true, true, true};
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(g->actions[i].is_least_effort, either[i]);
	assert_string_equal(g->actions[g->critical].id_cstr, "AE1");
	g = reckoned(DOMAIN_GRAPH("and"));
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(g->actions[i].is_least_effort, both[i]);
}

static void
without_difficulty_there_is_the_standard_method_alone(void **state)
{
	(void)state;
	const struct attack_graph *g = reckoned("actions: [{id: a, pr: 3}, {id: b, after: [a], pr: 2, diff: 1}]\n");
	assert_false(g->has_diff);
	g = reckoned(
	    "actions: [{id: a, pr: 3, diff: null, after: null, join: ~}, {id: b, after: [a], join: null, pr: 2, diff: 1}]\n");
	assert_false(g->has_diff);
	assert_int_equal(g->standard, 2);
	g = reckoned("actions: [{id: a, pr: 3}, {id: b, after: [a], pr: 2, diff: 1}]\n");
	assert_int_equal(g->standard, 2);
}

static void
the_table_can_be_another(void **state)
{
	(void)state;
	const struct attack_graph *g = reckoned(
	    "actions: [{id: a, pr: 4, diff: 0}]\n"
	    "table: [[2, 4, 3, 2, 1], [4, 3, 3, 2, 1], [3, 3, 2, 2, 1], [2, 2, 2, 1, 0], [1, 1, 1, 0, 0]]\n");
	assert_true(g->forced_table);
	assert_int_equal(g->advanced, 2);
}

/* A chain of 5,000 and a ladder whose paths are more than atoms: linear, or this test does not end. */
static void
long_and_wide_graphs_are_reckoned_at_once(void **state)
{
	(void)state;
	static char text[1 << 20];
	size_t used = (size_t)snprintf(
	    text, sizeof(text), "actions:\n  - {id: a0, pr: 4, diff: 0}\n  - {id: b0, pr: 4, diff: 0}\n");
	for (int i = 1; i < 2500; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "  - {id: a%d, after: [a%d, b%d], join: or, pr: 4, diff: 0}\n  - {id: b%d, after: [a%d, b%d], join: and, pr: 3, diff: 1}\n",
		    i, i - 1, i - 1, i, i - 1, i - 1);
	expect(reckoned(text), 4, 0, 4, 4);
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
	    {"a circle",
	        "actions:\n  - {id: a, pr: 1, after: [c]}\n  - {id: b, pr: 1, after: [a]}\n  - {id: c, pr: 1, after: [b]}\n",
	        3, 27, "circle: b, c, a"},
	    {"a circle of one", "actions:\n  - {id: a, pr: 1, after: [a]}\n", 2, 27, "circle: a"},
	    {"a circle beside the way",
	        "actions:\n  - {id: z, pr: 1}\n  - {id: a, pr: 1, after: b}\n  - {id: b, pr: 1, after: a}\n", 4, 27,
	        "circle"},
	    {"a reference to nothing", "actions:\n  - {id: a, pr: 1, after: [x]}\n", 2, 28, "x: there is no such id"},
	    {"an id twice", "actions:\n  - {id: a, pr: 1}\n  - {id: a, pr: 2}\n", 3, 10, "twice"},
	    {"the same before it twice", "actions:\n  - {id: a, pr: 1}\n  - {id: b, pr: 2, after: [a, a], join: or}\n", 3,
	        31, "twice"},
	    {"no join", "actions:\n  - {id: a, pr: 1}\n  - {id: b, pr: 1}\n  - {id: c, pr: 1, after: [a, b]}\n", 4, 5,
	        "join"},
	    {"a join that is none", "actions:\n  - {id: a, pr: 1, join: xor}\n", 2, 26, "or, and"},
	    {"pr 5", "actions:\n  - {id: a, pr: 5}\n", 2, 17, "0, 1, 2, 3 or 4"},
	    {"pr -1", "actions:\n  - {id: a, pr: -1}\n", 2, 17, "0, 1, 2, 3 or 4"},
	    {"no pr", "actions:\n  - {id: a, diff: 1}\n", 2, 5, "pr"},
	    {"a key nobody reads", "actions:\n  - {id: a, pr: 1, difficulty: 2}\n", 2, 20, "diff"},
	    {"no technique", "actions:\n  - {id: a, pr: 1, techniques: [T15]}\n", 2, 33, "T1566"},
	    {"a table of four rows", "actions: [{id: a, pr: 1}]\ntable: [[1,1,1,1,1],[1,1,1,1,1],[1,1,1,1,1],[1,1,1,1,1]]\n",
	        2, 8, "five rows"},
	    {"a table with a 5",
	        "actions: [{id: a, pr: 1}]\ntable: [[5,1,1,1,1],[1,1,1,1,1],[1,1,1,1,1],[1,1,1,1,1],[1,1,1,1,1]]\n", 2, 10,
	        "0, 1, 2, 3 or 4"},
	    {"no action", "actions: []\n", 1, 10, "list"},
	    {"actions that are a map", "actions: {id: a}\n", 1, 10, "list"},
	    {"an action that is a word", "actions: [a]\n", 1, 11, "keys"},
	};
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		struct diag diag = {0};
		const struct attack_graph *graph = NULL;
		arena_reset(&arena);
		if (attack_graph_read(&arena, bytes_of_cstr(cases[i].text_cstr), "f.yaml", &graph, &diag) == 0)
			fail_msg("%s: was read", cases[i].why_cstr);
		assert_null(graph);
		if (diag.line != cases[i].line || diag.column != cases[i].column ||
		    strstr(diag.text_cstr, cases[i].says_cstr) == NULL)
			print_message("%s: %u:%u: %s\n", cases[i].why_cstr, diag.line, diag.column, diag.text_cstr);
		assert_int_equal(diag.line, cases[i].line);
		assert_int_equal(diag.column, cases[i].column);
		assert_non_null(strstr(diag.text_cstr, cases[i].says_cstr));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_vector_of_the_domain_comes_out_exactly),
	    cmocka_unit_test(predecessors_count_with_what_they_cumulated),
	    cmocka_unit_test(each_cell_of_the_guides_table_is_as_printed),
	    cmocka_unit_test(a_scenario_is_as_likely_as_its_likeliest_way),
	    cmocka_unit_test(the_way_of_least_effort_takes_the_easier_branch_and_all_that_are_needed),
	    cmocka_unit_test(without_difficulty_there_is_the_standard_method_alone),
	    cmocka_unit_test(the_table_can_be_another),
	    cmocka_unit_test(long_and_wide_graphs_are_reckoned_at_once),
	    cmocka_unit_test(what_is_wrong_is_told_where_it_stands),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
