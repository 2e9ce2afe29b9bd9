/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/rules/rule_memory.h"

enum { KEY = 7, FAR_NS = 1000000 };

/* Two programs: "b" has another place, "c" is gone, "d" is new. */
static struct bytes before[] = {{(const uint8_t *)"a", 1}, {(const uint8_t *)"b", 1}, {(const uint8_t *)"c", 1}};
static struct bytes after[] = {{(const uint8_t *)"d", 1}, {(const uint8_t *)"b", 1}, {(const uint8_t *)"a", 1}};

static void
bits_and_numbers_go_by_their_names(void **state)
{
	(void)state;
	struct rule_memory *m = rule_memory_new(KEY);
	struct addr host = {.at = {[15] = 1}}, other = {.at = {[15] = 2}};
	struct rule_memory_flow *f = rule_memory_flow(m, 42, true);
	f->passed = true;
	f->bit_count = 3;
	f->bits[0] = 0;
	f->bits[1] = 2;
	f->bits[2] = 1;
	f->int_count = 2;
	f->ints[0].name = 2;
	f->ints[0].value = 5;
	f->ints[1].name = 0;
	f->ints[1].value = 6;
	rule_memory_set_bit(m, 0, &host, &other, FAR_NS);
	rule_memory_set_bit(m, 2, &host, &other, FAR_NS);
	rule_memory_rename(m, before, 3, after, 3);
	f = rule_memory_flow(m, 42, false);
	assert_non_null(f);
	assert_true(f->passed);
	assert_int_equal(f->bit_count, 2);
	assert_int_equal(f->bits[0], 2);
	assert_int_equal(f->bits[1], 1);
	assert_int_equal(f->int_count, 1);
	assert_int_equal(f->ints[0].name, 2);
	assert_int_equal(f->ints[0].value, 6);
	assert_true(rule_memory_has_bit(m, 2, &host, &other, 1));
	assert_false(rule_memory_has_bit(m, 0, &host, &other, 1));
	assert_false(rule_memory_has_bit(m, 1, &host, &other, 1));
	assert_false(rule_memory_has_bit(m, 2, &host, &other, FAR_NS)); /* its time is the same */
	rule_memory_free(m);
}

static void
without_names_all_is_forgotten_but_flows_that_pass(void **state)
{
	(void)state;
	struct rule_memory *m = rule_memory_new(KEY);
	struct addr host = {.at = {[15] = 1}}, nobody = {0};
	struct rule_memory_flow *f = rule_memory_flow(m, 42, true);
	f->passed = true;
	f->bits[f->bit_count++] = 1;
	rule_memory_set_bit(m, 1, &host, &nobody, FAR_NS);
	rule_memory_rename(m, before, 3, NULL, 0);
	f = rule_memory_flow(m, 42, false);
	assert_true(f != NULL && f->passed && f->bit_count == 0);
	for (uint16_t name = 0; name < 3; name++)
		assert_false(rule_memory_has_bit(m, name, &host, &nobody, 1));
	rule_memory_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bits_and_numbers_go_by_their_names),
	    cmocka_unit_test(without_names_all_is_forgotten_but_flows_that_pass),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
