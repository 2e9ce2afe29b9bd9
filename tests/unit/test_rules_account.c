/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "app/rules_account.h"

static struct rule_set set;
static struct rules_account account, again;

static const char rules[] = "alert tcp any any -> any any (content:\"a\"; sid:1;)\n"
                            "alert tcp any any -> any any (sid:2; contents:\"a\";)\n"
                            "alert nothing any any -> any any (content:\"a\"; sid:3;)\n"
                            "alert tcp any any -> any any (sid:4; contents:\"b\";)\n"
                            "# alert tcp any any -> any any (content:\"c\"; sid:5;)\n";

static int
set_up(void **state)
{
	struct diag diag = {0};
	(void)state;
	return rule_set_init(&set, 16 << 20) < 0 || rule_set_read(&set, "a.rules", bytes_of_cstr(rules), &diag) < 0 ||
	        rules_account_of(&set, &account) < 0
	    ? -1
	    : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	rule_set_done(&set);
	return 0;
}

static void
rules_are_grouped_by_reason_with_the_first_as_example(void **state)
{
	(void)state;
	assert_int_equal(account.outcomes[RULE_LOADED], 1);
	assert_int_equal(account.outcomes[RULE_WRONG], 3);
	assert_int_equal(account.off, 1);
	assert_int_equal(account.reason_count, 2);
	assert_int_equal(account.reasons[0].count, 2);
	assert_int_equal(account.reasons[0].sid, 2);
	assert_int_equal(account.reasons[0].line, 2);
	assert_string_equal(account.reasons[0].file_cstr, "a.rules");
	assert_int_equal(account.reasons[1].count, 1);
	assert_int_equal(account.reasons[1].line, 3);
}

static void
it_arrives_as_it_was_sent_and_half_of_it_is_nothing(void **state)
{
	(void)state;
	static uint8_t room[100000];
	struct writer w = writer_of(room, sizeof(room));
	rules_account_put(&w, &account);
	assert_true(writer_ok(&w));
	struct cursor c = cursor_of(writer_written(&w));
	assert_int_equal(rules_account_get(&c, &again), PARSE_OK);
	assert_int_equal(c.left, 0);
	assert_memory_equal(&again, &account, sizeof(account));
	for (size_t len = 0; len < w.len; len++) {
		struct bytes cut = test_heap((struct bytes){room, len});
		c = cursor_of(cut);
		assert_int_equal(rules_account_get(&c, &again), PARSE_SHORT);
		assert_int_equal(again.reason_count, 0);
		test_heap_free(cut);
	}
	room[8 * (RULE_OUTCOMES + 2) + 2] = RULE_OUTCOMES; /* an outcome that is none */
	c = cursor_of(writer_written(&w));
	assert_int_equal(rules_account_get(&c, &again), PARSE_BAD);
}

static void
what_does_not_fit_is_counted(void **state)
{
	(void)state;
	uint8_t room[200];
	struct writer w = writer_of(room, sizeof(room));
	rules_account_put(&w, &account);
	assert_true(writer_ok(&w));
	struct cursor c = cursor_of(writer_written(&w));
	assert_int_equal(rules_account_get(&c, &again), PARSE_OK);
	assert_true(again.reason_count < 2);
	assert_int_equal(again.untold + (again.reason_count == 1 ? 2u : 0u), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rules_are_grouped_by_reason_with_the_first_as_example),
	    cmocka_unit_test(it_arrives_as_it_was_sent_and_half_of_it_is_nothing),
	    cmocka_unit_test(what_does_not_fit_is_counted),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
