/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "incident/case_clock.h"
#include "incident/human_error.h"
#include "incident/lifecycle.h"
#include "incident/notice.h"
#include "incident/recurrence.h"
#include "record/case_fields.h"
#include "record/incident.h"

#include <errno.h>
#include <stdio.h>

static struct arena arena;
static struct vocabulary vocabulary;

static int
set_up(void **state)
{
	(void)state;
	struct diag diag = {0};
	assert_int_equal(arena_init(&arena, 16 << 20), 0);
	if (vocabulary_read(&arena, &vocabulary, &diag) < 0)
		fail_msg("%s:%u: %s", diag.file_cstr, diag.line, diag.text_cstr);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

/* An item of pairs of name and value, ended by NULL. */
struct made {
	struct case_item item;
	struct case_field fields[12];
};

static struct case_item *
make(struct made *m, const char *kind, const char *id, const char *const *pairs)
{
	*m = (struct made){.item = {.id_cstr = id, .kind_cstr = kind, .incident_cstr = "INC-1", .by_cstr = "a"}};
	m->item.fields = m->fields;
	for (size_t i = 0; pairs[i] != NULL; i += 2)
		m->fields[m->item.field_count++] = (struct case_field){pairs[i], pairs[i + 1]};
	return &m->item;
}

#define PAIRS(...) ((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

static void
every_state_can_be_reached_and_left_or_is_an_end(void **state)
{
	(void)state;
	size_t count;
	const struct lifecycle_state *all = lifecycle_states(&count);
	for (size_t i = 0; i < count; i++) {
		bool reached = i == 0 || strcmp(all[i].state_cstr, "merged") == 0; /* merging has a verb of its own */
		for (size_t from = 0; from < count; from++)
			for (size_t n = 0; n < LENGTH_OF(all[from].next) && all[from].next[n] != NULL; n++) {
				assert_non_null(lifecycle_find(all[from].next[n]));
				reached = reached || strcmp(all[from].next[n], all[i].state_cstr) == 0;
			}
		if (!reached)
			fail_msg("nothing leads to %s", all[i].state_cstr);
		const struct case_field_def *def = case_fields_find(case_fields_kind("incident"), "state");
		struct diag diag = {0};
		assert_int_equal(case_fields_check(def, all[i].state_cstr, &diag), 0);
		assert_true(
		    all[i].time_cstr == NULL || case_fields_find(case_fields_kind("incident"), all[i].time_cstr) != NULL);
	}
}

static void
only_the_transitions_of_the_table_pass(void **state)
{
	(void)state;
	size_t count;
	const struct lifecycle_state *all = lifecycle_states(&count);
	static const struct incident story; /* 20 kB */
	for (size_t from = 0; from < count; from++) {
		for (size_t to = 0; to < count; to++) {
			struct made before, after;
			struct diag diag = {0};
			struct case_file file = {.story = &story};
			file.incident = *make(&before, "incident", "INC-1",
			    PAIRS("title", "t", "state", all[from].state_cstr, "state_why", "old"));
			const struct case_item *b = &file.incident,
			                       *a = make(&after, "incident", "INC-1",
			                           PAIRS("title", "t", "state", all[to].state_cstr, "state_why", "new",
			                               "no_cause_why", "none found"));
			bool allowed = from == to;
			for (size_t n = 0; n < LENGTH_OF(all[from].next) && all[from].next[n] != NULL; n++)
				allowed = allowed || strcmp(all[from].next[n], all[to].state_cstr) == 0;
			if ((lifecycle_check(&vocabulary, &file, b, a, &diag) == 0) != allowed)
				fail_msg("%s to %s: %s", all[from].state_cstr, all[to].state_cstr, diag.text_cstr);
		}
	}
}

static void
a_persons_mistake_is_no_root_cause(void **state)
{
	(void)state;
	static const struct {
		const char *text_cstr;
		bool blames;
	} rows[] = {{"Human error", true}, {"HUMAN ERROR of Mr X", true}, {"Erreur humaine", true},
	    {"L'erreur  humaine de l'agent", true}, {"Négligence", true}, {"NÉGLIGENCE du service", true},
	    {"Étourderie", true}, {"l’agent a cliqué", true}, {"A user clicked on the link", true},
	    {"manque de vigilance", true}, {"Fausse manipulation", true}, {"PEBKAC", true},
	    {"The form lets one delete all: human error is made possible by the screen", false},
	    {"A click was enough, for macros are not filtered", false},
	    {"Aucune procédure : un oubli de sauvegarde passe inaperçu", false},
	    {"Human error, nothing checks the address before sending", false}, {"Password by default on the switch", false},
	    {"The backup was not tested", false}, {"", false}, {"Facteur humain : agent non formé", false}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (human_error_blames(&vocabulary, rows[i].text_cstr) != rows[i].blames)
			fail_msg("%s", rows[i].text_cstr);
}

static void
a_text_is_folded_without_leaving_its_room(void **state)
{
	(void)state;
	char out[8];
	assert_string_equal(human_error_fold("  ÉÈ\u00a0\u2019x  -- y ", out, sizeof(out)), "ee 'x y");
	assert_string_equal(human_error_fold("abcdefghijkl", out, sizeof(out)), "abcdefg");
	assert_string_equal(human_error_fold("\xc3", out, sizeof(out)), "\xc3"); /* a sequence that is cut */
	assert_string_equal(human_error_fold("", out, sizeof(out)), "");
}

static void
fields_refuse_what_an_edge_would_fear(void **state)
{
	(void)state;
	const struct case_kind *incident = case_fields_kind("incident");
	static const struct {
		const char *field_cstr, *value_cstr;
		bool good;
	} rows[] = {{"title", "été", true}, {"title", "two\nlines", false}, {"description", "two\nlines\tand a tab", true},
	    {"title", "\x1b[31m", false}, {"title", "\xff", false}, {"title", "\xc3", false}, {"title", "\x7f", false},
	    {"title", "", true}, {"people_count", "120", true}, {"people_count", "-1", false},
	    {"people_count", "1e3", false}, {"people_count", "9999999999999999", false},
	    {"seen", "2026-10-24T10:00:00Z", true}, {"seen", "2026-10-24T10:00:00+02:00", false},
	    {"seen", "2026-02-30T10:00:00Z", false}, {"severity", "4", true}, {"severity", "5", false},
	    {"tlp", "AMBER+STRICT", true}, {"tlp", "amber", false}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct diag diag = {0};
		const struct case_field_def *def = case_fields_find(incident, rows[i].field_cstr);
		assert_non_null(def);
		if ((case_fields_check(def, rows[i].value_cstr, &diag) == 0) != rows[i].good)
			fail_msg("%s=%s", rows[i].field_cstr, rows[i].value_cstr);
	}
	static char big[CASE_VALUE_MAX + 1];
	struct diag diag = {0};
	memset(big, 'a', CASE_VALUE_MAX);
	assert_int_equal(case_fields_check(case_fields_find(incident, "title"), big, &diag), -EINVAL);
	big[CASE_VALUE_MAX - 1] = '\0';
	assert_int_equal(case_fields_check(case_fields_find(incident, "title"), big, &diag), 0);
}

static void
every_category_and_every_placeholder_leads_somewhere(void **state)
{
	(void)state;
	const struct case_kind *incident = case_fields_kind("incident");
	for (const struct data_tree *c = vocabulary.categories->first; c != NULL; c = c->next) {
		const char *book_cstr = data_tree_cstr(c, "playbook");
		assert_ptr_equal(vocabulary_category(&vocabulary, data_tree_cstr(c, "code")), c);
		assert_true(book_cstr == NULL || vocabulary_playbook(&vocabulary, book_cstr) != NULL);
		for (int language = 0; language < 2; language++)
			assert_true(vocabulary_words(data_tree_find(c, "name"), (enum language)language)[0] != '\0');
	}
	for (const struct data_tree *n = vocabulary.notices->first; n != NULL; n = n->next) {
		for (const struct data_tree *s = data_tree_find(n, "sentences")->first; s != NULL; s = s->next) {
			const char *each_cstr = data_tree_cstr(s, "each");
			const struct case_kind *kind = each_cstr == NULL ? incident : case_fields_kind(each_cstr);
			assert_non_null(kind);
			for (int language = 0; language < 2; language++) {
				const char *at = vocabulary_words(s, (enum language)language);
				assert_true(at[0] != '\0');
				while ((at = strchr(at, '{')) != NULL) {
					char name[CASE_NAME_MAX];
					snprintf(name, sizeof(name), "%.*s", (int)strcspn(at + 1, "}"), at + 1);
					if (case_fields_find(kind, name) == NULL)
						fail_msg("a notice asks for %s", name);
					at++;
				}
			}
		}
	}
}

static void
a_technique_is_not_its_sub_technique(void **state)
{
	(void)state;
	char what[RECURRENCE_WHAT_MAX];
	struct made a, b;
	struct case_file x = {.item_count = 0}, y = {.item_count = 0};
	x.incident = *make(&a, "incident", "INC-1", PAIRS("techniques", "T1110"));
	y.incident = *make(&b, "incident", "INC-2", PAIRS("techniques", "T1110.001, T1486"));
	assert_int_equal(recurrence_of(&x, &y, what), 0);
	y.incident = *make(&b, "incident", "INC-2", PAIRS("techniques", "T1486 T1110"));
	assert_int_equal(recurrence_of(&x, &y, what), RECURRENCE_TECHNIQUE);
	assert_string_equal(what, "T1110");
	x.incident = *make(&a, "incident", "INC-1", PAIRS("component", "File  Server"));
	y.incident = *make(&b, "incident", "INC-2", PAIRS("component", "file server"));
	assert_int_equal(recurrence_of(&x, &y, what), RECURRENCE_ASSET);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_state_can_be_reached_and_left_or_is_an_end),
	    cmocka_unit_test(only_the_transitions_of_the_table_pass),
	    cmocka_unit_test(a_persons_mistake_is_no_root_cause),
	    cmocka_unit_test(a_text_is_folded_without_leaving_its_room),
	    cmocka_unit_test(fields_refuse_what_an_edge_would_fear),
	    cmocka_unit_test(every_category_and_every_placeholder_leads_somewhere),
	    cmocka_unit_test(a_technique_is_not_its_sub_technique),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
