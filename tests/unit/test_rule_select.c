/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/rules/rule_select.h"

#include <errno.h>
#include <stdio.h>

static struct arena arena;

static int
set_up(void **state)
{
	(void)state;
	return arena_init(&arena, 16 << 20);
}

static int
tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static struct rule_select *
select_of(const char *enable_cstr, const char *disable_cstr, const char *modify_cstr)
{
	struct diag diag = {0};
	struct rule_select *s = rule_select_new();
	assert_non_null(s);
	if (rule_select_read(s, RULE_SELECT_ENABLE, "enable.conf", bytes_of_cstr(enable_cstr), &diag) < 0 ||
	    rule_select_read(s, RULE_SELECT_DISABLE, "disable.conf", bytes_of_cstr(disable_cstr), &diag) < 0 ||
	    rule_select_read(s, RULE_SELECT_MODIFY, "modify.conf", bytes_of_cstr(modify_cstr), &diag) < 0)
		fail_msg("%s:%u: %s", diag.file_cstr, diag.line, diag.text_cstr);
	return s;
}

static void
what_is_a_rule_is_told_from_what_is_not(void **state)
{
	(void)state;
	static const struct {
		const char *line_cstr;
		uint32_t sid;
		bool is_rule, is_on;
		const char *why;
	} rows[] = {{"alert tcp any any -> any any (sid:1;)", 1, true, true, "a rule"},
	    {"# alert tcp any any -> any any (sid:2;)", 2, true, false, "one that its author turned off"},
	    {"  ##drop ip any any -> any any (msg:\"sid:9;\"; sid: 3 ;)\r", 3, true, false,
	        "blanks; a number in a text is none"},
	    {"# alert about something", 0, false, false, "a comment that begins like one"},
	    {"alert tcp any any -> any any (msg:\"x\";)", 0, false, true, "without a number nothing can be chosen"},
	    {"", 0, false, false, "nothing"}, {"config classification: a,b,1", 0, false, false, "another kind of line"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct rule_select_line line;
		bool is_rule = rule_select_is_rule(bytes_of_cstr(rows[i].line_cstr), &line);
		if (is_rule != rows[i].is_rule || (is_rule && (line.sid != rows[i].sid || line.is_on != rows[i].is_on)))
			fail_msg("%s: %s", rows[i].line_cstr, rows[i].why);
	}
}

static void
rules_are_chosen_by_number_group_and_expression(void **state)
{
	(void)state;
	static const struct {
		const char *disable_cstr;
		bool off;
		const char *why;
	} rows[] = {{"7", true, "by number"}, {"1:7", true, "with its generator"}, {"8", false, "another number"},
	    {"# 7\n\n", false, "a comment"}, {"group:dos.rules", true, "by its file"}, {"group:dos", true, "without .rules"},
	    {"filename:d*", true, "as in a shell"}, {"group:emerging-dos", false, "another file"},
	    {"re:HEARTBLEED", true, "small or capital"}, {"re:heart.?bleed;", false, "an expression that does not hold"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct rule_select *s = select_of("", rows[i].disable_cstr, "");
		struct rule_select_line line;
		assert_true(rule_select_is_rule(BYTES("alert tcp any any -> any any (msg:\"heartbleed\"; sid:7;)"), &line));
		assert_int_equal(rule_select_apply(s, &arena, BYTES("dos.rules"), &line), 0);
		if (line.is_on == rows[i].off)
			fail_msg("%s: %s", rows[i].disable_cstr, rows[i].why);
		rule_select_free(s);
	}
}

static void
enabling_comes_after_disabling_and_modifying_last(void **state)
{
	(void)state;
	struct rule_select *s = select_of("7\n", "re:.\n", "re:sid:7; \"^alert (\\w+) any\" \"drop \\1 $HOME_NET\"\n");
	struct rule_select_line line;
	assert_true(rule_select_is_rule(BYTES("# alert tcp any any -> any any (sid:7;)"), &line));
	assert_int_equal(rule_select_apply(s, &arena, BYTES("x.rules"), &line), 0);
	assert_true(line.is_on && line.is_changed);
	assert_bytes_equal(line.text, BYTES("drop tcp $HOME_NET any -> any any (sid:7;)"));
	assert_true(rule_select_is_rule(BYTES("alert tcp any any -> any any (sid:8;)"), &line));
	assert_int_equal(rule_select_apply(s, &arena, BYTES("x.rules"), &line), 0);
	assert_true(!line.is_on && !line.is_changed);
	rule_select_free(s);
}

static void
a_change_that_would_break_the_line_is_not_made(void **state)
{
	(void)state;
	static char text[40000];
	struct rule_select *s = select_of("", "", "7 \"(.+)\" \"\\1\\1\"\n");
	struct rule_select_line line;
	(void)snprintf(text, sizeof(text), "alert tcp any any -> any any (msg:\"%.*s\"; sid:7;)", 36000, "");
	size_t len = strlen(text);
	memset(text + len - 12, 'x', 36000 - len);
	(void)snprintf(text + 36000 - 12, 64, "\"; sid:7;)");
	assert_true(rule_select_is_rule(bytes_of_cstr(text), &line));
	struct bytes before = line.text;
	assert_int_equal(rule_select_apply(s, &arena, BYTES("x.rules"), &line), 0);
	assert_bytes_equal(line.text, before); /* twice as long is too long */
	assert_false(line.is_changed);
	rule_select_free(s);
}

static void
what_is_wrong_is_told_with_its_line(void **state)
{
	(void)state;
	static const struct {
		enum rule_select_what what;
		const char *text_cstr;
		unsigned line;
	} rows[] = {{RULE_SELECT_DISABLE, "7\nseven\n", 2}, {RULE_SELECT_DISABLE, "re:(", 1},
	    {RULE_SELECT_ENABLE, "\n\ngroup:", 3}, {RULE_SELECT_MODIFY, "7 \"a\"", 1}, {RULE_SELECT_MODIFY, "7", 1},
	    {RULE_SELECT_MODIFY, "\"a\" \"b\"", 1}, {RULE_SELECT_DISABLE, "99999999999", 1}, {RULE_SELECT_DISABLE, "0", 1}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct diag diag = {0};
		struct rule_select *s = rule_select_new();
		assert_non_null(s);
		int r = rule_select_read(s, rows[i].what, "a.conf", bytes_of_cstr(rows[i].text_cstr), &diag);
		if (r != -EINVAL || diag.line != rows[i].line || diag.text_cstr[0] == '\0')
			fail_msg("%s: %d, line %u", rows[i].text_cstr, r, diag.line);
		rule_select_free(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_a_rule_is_told_from_what_is_not),
	    cmocka_unit_test(rules_are_chosen_by_number_group_and_expression),
	    cmocka_unit_test(enabling_comes_after_disabling_and_modifying_last),
	    cmocka_unit_test(a_change_that_would_break_the_line_is_not_made),
	    cmocka_unit_test(what_is_wrong_is_told_with_its_line),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
