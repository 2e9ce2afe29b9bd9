/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "record/operation.h"

static void
each_operation_has_a_row_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < OPERATION_COUNT; i++) {
		const struct operation *o = operation_of((enum operation_name)i);
		assert_non_null(o->id_cstr);
		assert_true(o->path_cstr[0] == '/' && o->summary_cstr[0] != '\0' && o->right <= RIGHT_ANYBODY);
		assert_false(o->mutates && o->method == OPERATION_GET); /* a link must not change anything */
		assert_false(o->mutates && o->right == RIGHT_ANYBODY);
		for (size_t n = 0; n < i; n++) {
			const struct operation *other = operation_of((enum operation_name)n);
			assert_string_not_equal(o->id_cstr, other->id_cstr);
			assert_false(o->method == other->method && strcmp(o->path_cstr, other->path_cstr) == 0);
		}
	}
	assert_null(operation_of(OPERATION_COUNT));
}

static void
each_path_leads_to_its_operation_and_no_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < OPERATION_COUNT; i++) {
		struct operation_part parts[OPERATION_PARTS_MAX];
		size_t count;
		unsigned methods;
		const struct operation *o = operation_of((enum operation_name)i);
		struct bytes method = bytes_of_cstr(operation_method_word(o->method));
		assert_int_equal(operation_route(method, bytes_of_cstr(o->path_cstr), parts, &count, &methods), i);
	}
}

static void
parts_of_a_path_are_named(void **state)
{
	(void)state;
	struct operation_part parts[OPERATION_PARTS_MAX];
	size_t count;
	unsigned methods;
	assert_int_equal(operation_route(BYTES("GET"), BYTES("/api/incidents/INC-1/notice/gdpr"), parts, &count, &methods),
	    OPERATION_INCIDENT_NOTICE);
	assert_int_equal(count, 2);
	assert_true(bytes_eq(parts[0].name, BYTES("id")) && bytes_eq(parts[0].value, BYTES("INC-1")));
	assert_true(bytes_eq(parts[1].name, BYTES("profile")) && bytes_eq(parts[1].value, BYTES("gdpr")));
}

static void
other_paths_and_methods_lead_nowhere(void **state)
{
	(void)state;
	static const struct {
		const char *method_cstr, *path_cstr;
		unsigned methods;
		const char *why_cstr;
	} cases[] = {
	    {"DELETE", "/api/incidents", 1U << OPERATION_GET | 1U << OPERATION_POST, "a method it does not have"},
	    {"get", "/api/incidents", 1U << OPERATION_GET | 1U << OPERATION_POST, "methods are written in capitals"},
	    {"GET", "/api/incidents/", 0, "an id that is empty"},
	    {"GET", "/api/incidents//clocks", 0, "an id that is empty, in the middle"},
	    {"GET", "/api/incidents/a/b/c", 0, "a part too many"},
	    {"GET", "/api/incidentsx", 0, "a longer word"},
	    {"GET", "/api", 0, "a part too few"},
	    {"GET", "api/incidents", 0, "no slash in front"},
	    {"GET", "", 0, "nothing"},
	    {"GET", "/", 0, "the application's own page"},
	    {"GET", "//api/incidents", 0, "two slashes in front"},
	};
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		struct operation_part parts[OPERATION_PARTS_MAX];
		size_t count;
		unsigned methods;
		if (operation_route(bytes_of_cstr(cases[i].method_cstr), bytes_of_cstr(cases[i].path_cstr), parts, &count,
		        &methods) != OPERATION_COUNT ||
		    methods != cases[i].methods || count != 0)
			fail_msg("%s", cases[i].why_cstr);
	}
}

static void
an_operation_takes_only_what_its_row_names(void **state)
{
	(void)state;
	const struct operation *open = operation_of(OPERATION_INCIDENT_OPEN),
	                       *split = operation_of(OPERATION_INCIDENT_SPLIT);
	assert_int_equal(operation_takes(open, BYTES("title")), 't');
	assert_int_equal(operation_takes(open, BYTES("fields")), 'o');
	assert_int_equal(operation_takes(split, BYTES("things")), 'l');
	assert_int_equal(operation_takes(split, BYTES("thing")), 0);
	assert_int_equal(operation_takes(split, BYTES("things[]")), 0);
	assert_int_equal(operation_takes(split, BYTES("")), 0);
	assert_int_equal(operation_takes(operation_of(OPERATION_HEALTH), BYTES("title")), 0);
}

static void
rights_are_words(void **state)
{
	(void)state;
	for (enum right right = 0; right < RIGHT_COUNT; right++) {
		enum right found;
		assert_true(right_find(bytes_of_cstr(right_name(right)), &found) && found == right);
	}
	assert_string_equal(right_name(RIGHT_SIGNED_IN), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_operation_has_a_row_of_its_own),
	    cmocka_unit_test(each_path_leads_to_its_operation_and_no_other),
	    cmocka_unit_test(parts_of_a_path_are_named),
	    cmocka_unit_test(other_paths_and_methods_lead_nowhere),
	    cmocka_unit_test(an_operation_takes_only_what_its_row_names),
	    cmocka_unit_test(rights_are_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
