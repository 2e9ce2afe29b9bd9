/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "study/study_check.h"
#include "study/study_coverage.h"
#include "study/study_orphans.h"
#include "study/study_show.h"

#include <stdio.h>

extern const unsigned char scales_yaml[], start_town_yaml[], start_hospital_yaml[], start_workshop_yaml[],
    start_school_yaml[];
extern const unsigned char catalogues_yaml[];
extern const size_t catalogues_yaml_len, scales_yaml_len, start_town_yaml_len, start_hospital_yaml_len,
    start_workshop_yaml_len, start_school_yaml_len;

static struct arena arena;
static struct study *study;
static struct study_figure *figures;

static int
set_up(void **state)
{
	(void)state;
	return arena_init(&arena, 512 << 20);
}

static int
tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static void
read_files(const struct bytes *files, size_t count)
{
	struct study_source sources[8] = {{"scales.yaml", {scales_yaml, scales_yaml_len}}};
	static const char *const names[] = {"a.yaml", "b.yaml", "c.yaml"};
	struct diag diag = {0};
	arena_reset(&arena);
	for (size_t i = 0; i < count; i++)
		sources[i + 1] = (struct study_source){names[i], files[i]};
	assert_int_equal(study_read(&arena, sources, count + 1, &study, &diag), 0);
	figures = study_reckon(study);
	assert_non_null(figures);
	study_check(study, figures);
	study_problem_sort(study);
}

static void
read_text(const char *text_cstr)
{
	struct bytes text = bytes_of_cstr(text_cstr);
	read_files(&text, 1);
}

static const struct study_figure *
figure(const char *id_cstr)
{
	size_t n = study_ids_find(&study->ids, id_cstr);
	if (n == SIZE_MAX)
		fail_msg("no record %s", id_cstr);
	return &figures[n];
}

/* The place and code of the first problem with this code; 0 when there is none. */
static const struct study_problem *
problem(const char *code_cstr)
{
	for (size_t i = 0; i < study->problem_count; i++)
		if (strcmp(study->problems[i].code_cstr, code_cstr) == 0)
			return &study->problems[i];
	return NULL;
}

#define FRAME "study: {title: T, protection: Internal, version: '1.0'}\n"

static void
the_studies_that_ship_are_without_fault(void **state)
{
	(void)state;
	const struct bytes starts[] = {{start_town_yaml, start_town_yaml_len},
	    {start_hospital_yaml, start_hospital_yaml_len}, {start_workshop_yaml, start_workshop_yaml_len},
	    {start_school_yaml, start_school_yaml_len}};
	for (size_t i = 0; i < LENGTH_OF(starts); i++) {
		read_files(&starts[i], 1);
		if (study->problem_count > 0)
			fail_msg("start %zu: %u: %s", i, study->problems[0].line, study->problems[0].text_cstr);
		assert_true(study->section_count[STUDY_RISK] >= 2 && study->section_count[STUDY_REQUIREMENT] >= 3);
	}
}

static void
relevance_is_that_of_the_table_unless_people_say_otherwise(void **state)
{
	(void)state;
	static const char *const printed[] = {"1122", "1233", "2334", "2344"};
	char text[4096];
	size_t used = (size_t)snprintf(
	    text, sizeof(text), FRAME "origins: [{id: S, name: s}]\nobjectives: [{id: O, name: o}]\npairs:\n");
	for (int m = 1; m <= 4; m++)
		for (int r = 1; r <= 4; r++)
			used += (size_t)snprintf(text + used, sizeof(text) - used,
			    "  - {id: P%d%d, origin: S, objective: O, motivation: %d, resources: %d}\n", m, r, m, r);
	snprintf(text + used, sizeof(text) - used,
	    "  - {id: F, origin: S, objective: O, motivation: 1, resources: 1, relevance: 4}\n");
	read_text(text);
	for (int m = 1; m <= 4; m++)
		for (int r = 1; r <= 4; r++) {
			char id[8];
			snprintf(id, sizeof(id), "P%d%d", m, r);
			assert_int_equal(figure(id)->relevance, printed[m - 1][r - 1] - '0');
		}
	assert_int_equal(figure("F")->relevance, 4);
	assert_true(figure("F")->forced_relevance);
	assert_non_null(problem("forced-without-why"));
}

static void
threat_is_dependency_times_penetration_over_maturity_times_trust(void **state)
{
	(void)state;
	read_text(
	    FRAME "stakeholders:\n"
	          "  - {id: A, name: a, dependency: 4, penetration: 4, maturity: 1, trust: 1}\n"
	          "  - {id: B, name: b, dependency: 1, penetration: 1, maturity: 4, trust: 4}\n"
	          "  - {id: C, name: c, dependency: 3, penetration: 3, maturity: 2, trust: 2, target: {penetration: 1}}\n"
	          "  - {id: D, name: d, dependency: 1, penetration: 1, maturity: 1, trust: 1, threat: 5, why: known}\n");
	assert_int_equal(figure("A")->threat, 160000);
	assert_int_equal(figure("A")->zone, STUDY_DANGER);
	assert_int_equal(figure("B")->threat, 625);
	assert_int_equal(figure("B")->zone, STUDY_OUTSIDE);
	assert_int_equal(figure("C")->threat, 22500);
	assert_int_equal(figure("C")->zone, STUDY_CONTROL);
	assert_int_equal(figure("C")->residual_threat, 7500);
	assert_int_equal(figure("C")->residual_zone, STUDY_WATCH);
	assert_true(figure("D")->forced_threat);
	assert_int_equal(figure("D")->residual_threat, 50000);
	read_text(
	    "study: {title: T, protection: P, version: '1.0', weights: {dependency: 2}, thresholds: {danger: 4, control: 3, watch: 1}}\n"
	    "stakeholders: [{id: A, name: a, dependency: 1, penetration: 2, maturity: 1, trust: 1}]\n");
	assert_int_equal(figure("A")->threat, 40000);
	assert_int_equal(figure("A")->zone, STUDY_DANGER);
}

#define SCENARIOS                                                                                                      \
	"values: [{id: V, name: v}]\nassets: [{id: B, name: b, values: [V]}]\n"                                        \
	"events: [{id: E2, name: e, value: V, gravity: 2, why: w}, {id: E4, name: e, value: V, gravity: 4, why: w}]\n" \
	"origins: [{id: S, name: s}]\nobjectives: [{id: O, name: o}]\n"                                                \
	"pairs: [{id: P, origin: S, objective: O, motivation: 4, resources: 3}]\n"                                     \
	"strategic:\n  - id: SS\n    name: s\n    pair: P\n    paths:\n"                                               \
	"      - {id: CA1, steps: [{event: E2}, {event: E4}]}\n      - {id: CA2, steps: [{event: E2}]}\n"              \
	"operational:\n  - id: SO\n    name: o\n    path: CA1\n    modes:\n"                                           \
	"      - id: M1\n        actions: [{id: a, asset: B, pr: 3, diff: 3}]\n"                                       \
	"      - id: M2\n        actions: [{id: a, asset: B, pr: 2, diff: 0}]\n"                                       \
	"risks:\n  - {id: R1, name: r, scenario: SO, treatment: accept}\n  - {id: R2, name: r, scenario: CA2, treatment: accept}\n"

static void
gravity_and_likelihood_go_up_the_scenarios(void **state)
{
	(void)state;
	static const struct {
		const char *method_cstr;
		int likelihood; /* of SO: standard max(3, 2); advanced max(table 3 3 = 2, table 2 0 = 3) */
		int level;
		const char *mode_cstr;
	} rows[] = {{"standard", 3, 2, "M1"}, {"advanced", 3, 2, "M2"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char text[4096];
		snprintf(text, sizeof(text), "study: {title: T, protection: P, version: '1.0', method: %s}\n" SCENARIOS,
		    rows[i].method_cstr);
		read_text(text);
		assert_int_equal(figure("CA1")->gravity, 4);
		assert_int_equal(figure("CA2")->gravity, 2);
		assert_int_equal(figure("SS")->gravity, 4);
		assert_int_equal(figure("SO")->likelihood, rows[i].likelihood);
		assert_string_equal(study->records[figure("SO")->mode].id_cstr, rows[i].mode_cstr);
		assert_int_equal(figure("R1")->gravity, 4);
		assert_int_equal(figure("R1")->likelihood, rows[i].likelihood);
		assert_int_equal(figure("R1")->level, rows[i].level);
		/* nothing operational on CA2: the relevance of the pair stands for it */
		assert_int_equal(figure("R2")->likelihood, 4);
		assert_true(figure("R2")->likelihood_of_pair);
		assert_int_equal(figure("R2")->level, 2); /* G2 V4 */
	}
	read_text("study: {title: T, protection: P, version: '1.0'}\n" SCENARIOS);
	assert_int_equal(figure("SO")->likelihood, -1); /* express: nobody said it */
	assert_non_null(problem("no-likelihood"));
}

static void
the_matrix_of_levels_is_that_of_the_domain(void **state)
{
	(void)state;
	static const char *const printed[] = {"0001", "0011", "1122", "1222"}; /* rows V1 to V4, columns G1 to G4 */
	read_text(FRAME);
	for (int v = 1; v <= 4; v++)
		for (int g = 1; g <= 4; g++)
			assert_int_equal(study_reckon_level(study, g, v), printed[v - 1][g - 1] - '0');
	assert_int_equal(study_reckon_level(study, 5, 1), -1);
	assert_int_equal(study_reckon_level(study, -1, 1), -1);
}

static void
a_study_may_have_scales_of_its_own(void **state)
{
	(void)state;
	read_text(
	    "study: {title: T, protection: P, version: '1.0', scales: {gravity: G5, likelihood: L2, matrix: M}}\n"
	    "scales:\n"
	    "  - {id: G5, kind: gravity, levels: [{level: 1, name: a}, {level: 2, name: b}, {level: 5, name: {en: End, fr: Fin}}]}\n"
	    "  - {id: L2, kind: likelihood, levels: [{level: 1, name: a}, {level: 2, name: b}]}\n"
	    "matrices: [{id: M, gravity: G5, likelihood: L2, cells: [[0, 1, 2], [1, 2, 3]], levels: [{level: 3, name: {en: Worst, fr: Pire}}]}]\n"
	    "events: [{id: E, name: e, unintended: yes, gravity: 5, why: w}, {id: F, name: f, unintended: yes, gravity: 4, why: w}]\n"
	    "risks: [{id: R, name: r, scenario: E, likelihood: 2, treatment: accept, acceptance: {by: B, on: 2026-01-01, reason: r}}]\n");
	assert_int_equal(figure("R")->level, 3);
	assert_string_equal(study_reckon_word(study, study_reckon_matrix(study), 3, LANGUAGE_FR), "Pire");
	const struct study_problem *p = problem("level");
	assert_non_null(p);
	assert_int_equal(p->line, 6);
	assert_non_null(strstr(p->text_cstr, "G5"));
}

static void
what_is_wrong_is_told_where_it_stands(void **state)
{
	(void)state;
	static const struct {
		const char *code_cstr, *text_cstr;
		unsigned line, column;
		const char *says_cstr;
	} cases[] = {
	    {"unknown-key", "missions: [{id: M, name: m, nmae: n}]\n", 2, 29, "expected one of: id, name, description"},
	    {"unknown-key", "mission: []\n", 2, 1, "missions"},
	    {"key-twice", "missions: [{id: M, name: m, name: n}]\n", 2, 29, "twice"},
	    {"missing", "missions: [{id: M}]\n", 2, 12, "name"},
	    {"id", "missions: [{id: M, name: m}, {id: M, name: n}]\n", 2, 35, "twice"},
	    {"dangling", "values: [{id: V, name: v, mission: M9}]\n", 2, 36, "a mission was expected"},
	    {"reference", "missions: [{id: M, name: m}]\nassets: [{id: B, name: b, values: [M]}]\n", 3, 36,
	        "a mission; a business value"},
	    {"word", "values: [{id: V, name: v, nature: idea}]\n", 2, 35, "process, information"},
	    {"number", "stakeholders: [{id: A, name: a, dependency: 5, penetration: 1, maturity: 1, trust: 1}]\n", 2, 45,
	        "1 to 4"},
	    {"level", "events: [{id: E, name: e, unintended: yes, gravity: 5, why: w}]\n", 2, 53, "gravity-4"},
	    {"dangling", "events: [{id: E, name: e, unintended: yes, gravity: 1, scale: S9, why: w}]\n", 2, 63,
	        "a scale was expected"},
	    {"date", "measures: [{id: M, name: m, category: defence, due: soon}]\n", 2, 53, "2026-09-11"},
	    {"list", "values: {id: V}\n", 2, 9, "list"},
	    {"map", "values: [V]\n", 2, 10, "keys with values"},
	    {"text", "missions: [{id: M, name: [m]}]\n", 2, 26, "{en: ..., fr: ...}"},
	    {"event-without-value", "events: [{id: E, name: e, gravity: 1, why: w}]\n", 2, 10, "unintended"},
	    {"residual-above",
	        "events: [{id: E, name: e, unintended: yes, gravity: 1, why: w}]\nrisks: [{id: R, name: r, scenario: E, likelihood: 1, treatment: accept, residual: {gravity: 2}}]\n",
	        3, 9, "greater"},
	    {"risk-left",
	        "events: [{id: E, name: e, unintended: yes, gravity: 4, why: w}]\nrisks: [{id: R, name: r, scenario: E, likelihood: 4, treatment: accept}]\n",
	        3, 9, "unacceptable"},
	    {"attack-graph",
	        "values: [{id: V, name: v}]\nassets: [{id: B, name: b, values: [V]}]\noperational:\n  - id: SO\n    name: o\n    path: CA\n    modes:\n      - id: M\n"
	        "        actions:\n          - {id: a, asset: B, pr: 1, after: [b]}\n          - {id: b, asset: B, pr: 1, after: [a]}\n",
	        12, 45, "circle: b, a"},
	    {"dangling",
	        "operational:\n  - id: SO\n    name: o\n    path: SO\n    modes: [{id: M, actions: [{id: a, asset: B9, pr: 1}]}]\n",
	        6, 46, "a supporting asset"},
	};
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		char text[2048];
		snprintf(text, sizeof(text), FRAME "%s", cases[i].text_cstr);
		read_text(text);
		const struct study_problem *p = problem(cases[i].code_cstr);
		if (p == NULL)
			fail_msg("%s: not told: %s", cases[i].text_cstr,
			    study->problem_count > 0 ? study->problems[0].text_cstr : "");
		if (p->line != cases[i].line || p->column != cases[i].column ||
		    strstr(p->text_cstr, cases[i].says_cstr) == NULL)
			fail_msg("%s: %u:%u: %s", cases[i].text_cstr, p->line, p->column, p->text_cstr);
	}
}

static void
a_study_is_all_its_files(void **state)
{
	(void)state;
	const struct bytes files[] = {
	    BYTES("values: [{id: V, name: v, mission: M}]\nassets: [{id: B, name: b, values: [V]}]\n"),
	    BYTES("study: {title: T, protection: P, version: '1.0'}\nmissions: [{id: M, name: m}]\n"),
	    BYTES("values: [{id: V\n")};
	read_files(files, 2);
	assert_int_equal(study->error_count, 0);
	read_files(files, 3);
	assert_int_equal(study->error_count, 1); /* the third cannot be read, and the others are */
	assert_string_equal(study->files[problem("yaml")->file].name_cstr, "c.yaml");
	assert_int_equal(study->section_count[STUDY_VALUE], 1);
	read_files(files, 1);
	assert_non_null(problem("no-frame"));
}

struct told {
	char text[1024];
	size_t used;
};

static void
tell(void *context, enum study_change change, const char *id_cstr, unsigned workshop, const char *fields_cstr)
{
	struct told *t = context;
	t->used += (size_t)snprintf(
	    t->text + t->used, sizeof(t->text) - t->used, "%c%s/%u %s; ", "+-~"[change], id_cstr, workshop, fields_cstr);
}

static void
differences_name_records_and_fields(void **state)
{
	(void)state;
	static struct arena second;
	struct told told = {.used = 0};
	struct study *older;
	assert_int_equal(arena_init(&second, 64 << 20), 0);
	read_text(FRAME
	    "missions: [{id: M, name: {en: a, fr: b}}, {id: X, name: x}]\nvalues: [{id: V, name: v, mission: M, needs: {integrity: 1}}]\n");
	struct arena swap = arena;
	older = study;
	arena = second;
	second = swap;
	read_text(FRAME
	    "values: [{needs: {integrity: 2}, id: V, mission: M, name: v}]\nmissions: [{name: {fr: b, en: a}, id: M}]\nindicators: [{id: I, name: i}]\n");
	study_show_differences(older, study, tell, &told);
	assert_string_equal(told.text, "~V/1 needs; +I/5 ; -X/1 ; ");
	arena_done(&second);
}

static void
tell_orphan(void *context, enum study_orphan kind, size_t record, const char *word_cstr)
{
	struct told *t = context;
	t->used += (size_t)snprintf(t->text + t->used, sizeof(t->text) - t->used, "%s %s%s\n", study_orphans_code(kind),
	    study->records[record].id_cstr, word_cstr);
}

/* domain 5.5: one of each kind, eleven lines exactly. All others of the fixture are whole. */
static void
each_of_the_eleven_kinds_of_orphans_is_told_once(void **state)
{
	(void)state;
	struct told told = {.used = 0};
	read_text(FRAME
	    "values: [{id: V, name: v}]\nassets: [{id: B, name: b, values: [V]}]\n"
	    "events: [{id: E, name: e, value: V, gravity: 1, why: w}]\n"
	    "origins: [{id: S, name: s}]\nobjectives: [{id: O, name: o}]\npairs: [{id: P, origin: S, objective: O, relevance: 1, why: w}]\n"
	    "strategic: [{id: SS, name: s, pair: P, paths: [{id: CA, steps: [{event: E}]}]}]\n"
	    "operational: [{id: SO, name: o, path: CA, modes: [{id: MO, actions: [{id: a, asset: B, pr: 1, techniques: [T1566.001, T1486, T1486]}]}]}]\n"
	    "risks: [{id: R1, name: r, scenario: SO, treatment: reduce}, {id: R2, name: r, scenario: SO, treatment: reduce}]\n"
	    "measures: [{id: M1, name: m, category: defence}, {id: M2, name: m, category: defence}]\n"
	    "requirements:\n"
	    "  - {id: Q1, text: t, origin: [R1], measures: [M1]}\n"
	    "  - {id: Q2, text: t, origin: [R1]}\n"
	    "  - {id: Q3, text: t, measures: [M1]}\n"
	    "  - {id: Q4, text: t, law: GDPR 32, measures: [M1]}\n"
	    "tests: [{id: T1, verifies: [Q1], runs: [{on: 2025-11-28, verdict: pass}]}, {id: T2, verifies: [Q1], runs: [{on: 2025-11-27, verdict: pass}]}]\n"
	    "detections: [{id: D1, techniques: [T1566], rule: '2019401'}, {id: D2, techniques: [T1486]}]\n"
	    "incidents: [{id: I1}, {id: I2}]\ncauses: [{id: C1, incident: I1}, {id: C2, incident: I1}]\n"
	    "actions: [{id: A1, cause: C1, state: closed, proof: F1, effective: looked at}, {id: A2, cause: C1, state: closed, proof: F1}]\n"
	    "proofs: [{id: F1, file: a, sha256: x}, {id: F2, file: b, sha256: y}]\n");
	assert_int_equal(study->error_count, 0);
	bool *good = arena_new(&arena, bool, study->record_count);
	good[study_ids_find(&study->ids, "F1")] = true;
	assert_int_equal(study_orphans(study, "2026-11-28", &(struct study_orphans_proofs){good}, tell_orphan, &told), 0);
	assert_string_equal(told.text,
	    "risk-without-requirement R2\nrequirement-without-measure Q2\nmeasure-without-test M2\ntest-not-run T2\ndetection-without-rule D2\n"
	    "technique-without-control MOT1486\nincident-without-cause I2\ncause-without-action C2\naction-without-proof A2\nproof-altered F2\n"
	    "requirement-without-origin Q3\n");
}

static void
a_rule_is_covered_by_what_is_done_planned_or_in_the_baseline(void **state)
{
	(void)state;
	struct study_coverage *all = NULL;
	struct diag diag = {0};
	size_t count = 0;
	read_text(FRAME
	    "baseline: [{id: S, name: s, catalogue: hygiene, requirements: [{id: S1, number: '34', state: applied}, {id: S2, number: '37', state: restricted, comment: c},"
	    " {id: S3, number: '1', state: not-applied, comment: c}]}, {id: X, name: x, requirements: [{id: X2, number: '2', state: applied}]}]\n"
	    "measures: [{id: M1, name: m, category: defence, progress: 100, covers: {hygiene: ['13', '99'], csf2: [PR.AA]}},\n"
	    "  {id: M2, name: m, category: defence, covers: {hygiene: ['13', '19']}}, {id: M3, name: m, category: defence, state: dropped, covers: {hygiene: ['20']}}]\n");
	assert_int_equal(
	    study_coverage(study, (struct bytes){catalogues_yaml, catalogues_yaml_len}, &all, &count, &diag), 0);
	assert_int_equal(count, 2);
	assert_int_equal(all[0].count, 42);
	assert_int_equal(all[1].count, 22);
	static const struct {
		size_t rule;
		enum study_covered state;
		size_t by;
	} rows[] = {{34, STUDY_APPLIED, 1}, {37, STUDY_PLANNED, 1}, {1, STUDY_NOT_COVERED, 0}, {2, STUDY_NOT_COVERED, 0},
	    {13, STUDY_APPLIED, 2}, {19, STUDY_PLANNED, 1}, {20, STUDY_NOT_COVERED, 0}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		assert_int_equal(all[0].rules[rows[i].rule - 1].state, rows[i].state);
		assert_int_equal(all[0].rules[rows[i].rule - 1].by_count, rows[i].by);
	}
	assert_int_equal(all[0].of_state[STUDY_APPLIED], 2);
	assert_int_equal(all[1].of_state[STUDY_APPLIED], 1);
	for (size_t i = 0; i < 42; i++) { /* the numbers are those of the guide, each with words in both languages */
		char number[8];
		snprintf(number, sizeof(number), "%zu", i + 1);
		assert_string_equal(data_tree_cstr(all[0].rules[i].rule, "number"), number);
		assert_true(study_get_text(all[0].rules[i].rule, "name", LANGUAGE_FR)[0] != '\0');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_studies_that_ship_are_without_fault),
	    cmocka_unit_test(relevance_is_that_of_the_table_unless_people_say_otherwise),
	    cmocka_unit_test(threat_is_dependency_times_penetration_over_maturity_times_trust),
	    cmocka_unit_test(gravity_and_likelihood_go_up_the_scenarios),
	    cmocka_unit_test(the_matrix_of_levels_is_that_of_the_domain),
	    cmocka_unit_test(a_study_may_have_scales_of_its_own),
	    cmocka_unit_test(what_is_wrong_is_told_where_it_stands),
	    cmocka_unit_test(a_study_is_all_its_files),
	    cmocka_unit_test(differences_name_records_and_fields),
	    cmocka_unit_test(a_rule_is_covered_by_what_is_done_planned_or_in_the_baseline),
	    cmocka_unit_test(each_of_the_eleven_kinds_of_orphans_is_told_once),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
