/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/rules/rule_set.h"

#include <stdio.h>

enum { ARENA_BYTES = 16 << 20 };

static struct rule_set set;

static int
set_up(void **state)
{
	(void)state;
	return rule_set_init(&set, ARENA_BYTES);
}

static int
tear_down(void **state)
{
	(void)state;
	rule_set_done(&set);
	return 0;
}

static void
read_rules(const char *text_cstr)
{
	struct diag diag = {0};
	rule_set_clear(&set);
	assert_int_equal(rule_set_read(&set, "a.rules", bytes_of_cstr(text_cstr), &diag), 0);
}

/* The one rule of a text. */
static const struct rule *
rule(const char *text_cstr)
{
	read_rules(text_cstr);
	if (set.count != 1)
		fail_msg("%s: %s", text_cstr, set.problem_count > 0 ? set.problems[0].reason_cstr : "no rule");
	return set.rules[0];
}

static void
assert_bytes(struct bytes got, const char *wanted_cstr)
{
	assert_int_equal(got.len, strlen(wanted_cstr));
	assert_memory_equal(got.at, wanted_cstr, got.len);
}

static void
the_header_says_who_and_where(void **state)
{
	(void)state;
	const struct rule *r = rule(
	    "drop http [10.0.0.0/8,!10.1.0.0/16] any <> $HOME_NET [80,8000:8080] (msg:\"x\"; sid:7; rev:3;)");
	assert_int_equal(r->action, RULE_DROP);
	assert_string_equal(r->app_cstr, "http");
	assert_int_equal(r->direction, RULE_BOTH_WAYS);
	assert_int_equal(r->source.count, 2);
	assert_true(r->source_ports.is_any);
	assert_int_equal(r->target_ports.count, 2);
	assert_int_equal(r->sid, 7);
	assert_int_equal(r->rev, 3);
	assert_int_equal(r->gid, 1);
}

static void
content_takes_text_escapes_and_hexadecimal(void **state)
{
	(void)state;
	const struct rule *r = rule(
	    "alert tcp any any -> any any (content:!\"a|0D 0a|\\;\\\"\\\\|41|\"; nocase; depth:20; offset:2; sid:1;)");
	const struct rule_content *c = &r->matches[0].u.content;
	assert_bytes(c->bytes, "a\r\n;\"\\A");
	assert_true(c->negated && c->nocase && c->has_depth && c->has_offset);
	assert_int_equal(c->depth.number, 20);
	assert_int_equal(r->buffers[r->matches[0].buffer].view, VIEW_PAYLOAD);
}

static void
a_sticky_buffer_holds_until_the_next_one(void **state)
{
	(void)state;
	const struct rule *r = rule(
	    "alert http any any -> any any (http.uri; content:\"a\"; pcre:\"/b\\;c/R\"; http.header; to_lowercase; content:\"d\"; sid:1;)");
	assert_int_equal(r->buffers[r->matches[0].buffer].view, VIEW_HTTP_URI);
	assert_int_equal(r->matches[1].kind, RULE_PCRE);
	assert_int_equal(r->matches[1].buffer, r->matches[0].buffer);
	assert_true(r->matches[1].u.pcre.relative);
	assert_int_equal(r->buffers[r->matches[2].buffer].view, VIEW_HTTP_HEADER);
	assert_int_equal(r->buffers[r->matches[2].buffer].transforms[0].kind, RULE_TO_LOWERCASE);
}

static void
an_older_modifier_moves_the_content_before_it(void **state)
{
	(void)state;
	const struct rule *r = rule(
	    "alert tcp any any -> any 80 (content:\"a\"; http_uri; content:\"b\"; pcre:\"/c/U\"; sid:1;)");
	assert_int_equal(r->buffers[r->matches[0].buffer].view, VIEW_HTTP_URI);
	assert_int_equal(r->buffers[r->matches[1].buffer].view, VIEW_PAYLOAD);
	assert_int_equal(r->buffers[r->matches[2].buffer].view, VIEW_HTTP_URI);
}

static void
the_side_follows_from_the_buffers(void **state)
{
	(void)state;
	assert_true((rule("alert http any any -> any any (http.uri; content:\"a\"; sid:1;)")->flow_flags &
	                RULE_FLOW_TO_SERVER) != 0);
	assert_true((rule("alert http any any -> any any (http.stat_code; content:\"2\"; sid:1;)")->flow_flags &
	                RULE_FLOW_TO_CLIENT) != 0);
	assert_int_equal(rule("alert http any any -> any any (http.header; content:\"a\"; sid:1;)")->flow_flags, 0);
}

static void
names_made_by_byte_extract_are_known_behind_it(void **state)
{
	(void)state;
	const struct rule *r = rule(
	    "alert tcp any any -> any any (byte_extract:2,0,size,little; content:\"a\"; within:size; byte_test:1,!=,size,3,relative; sid:1;)");
	assert_int_equal(r->matches[0].u.bytes.result, 0);
	assert_true((r->matches[0].u.bytes.flags & RULE_LITTLE) != 0);
	assert_int_equal(r->matches[1].u.content.within.variable, 0);
	assert_int_equal(r->matches[2].u.bytes.value.variable, 0);
	assert_true((r->matches[2].u.bytes.flags & RULE_NEGATED) != 0);
}

static void
numbers_are_compared_in_all_the_ways_there_are(void **state)
{
	(void)state;
	const struct rule *r = rule("alert ip any any -> any any (ttl:<5; itype:3-5; dsize:10<>20; id:!7; tos:>=8; sid:1;)");
	static const struct {
		enum rule_compare compare;
		int64_t low, high;
	} wanted[] = {{RULE_LESS, 5, 0}, {RULE_BETWEEN, 2, 6}, {RULE_BETWEEN, 10, 20}, {RULE_NOT_EQUAL, 7, 0},
	    {RULE_GREATER_EQUAL, 8, 0}};
	assert_int_equal(r->number_count, LENGTH_OF(wanted));
	for (size_t i = 0; i < LENGTH_OF(wanted); i++) {
		assert_int_equal(r->numbers[i].compare, wanted[i].compare);
		assert_int_equal(r->numbers[i].low, wanted[i].low);
		assert_int_equal(r->numbers[i].high, wanted[i].high);
	}
}

static void
one_bad_rule_does_not_stop_the_others_and_its_place_is_told(void **state)
{
	(void)state;
	read_rules("alert tcp any any -> any any (content:\"a\"; sid:1;)\n"
	           "# alert tcp any any -> any any (content:\"off\"; sid:2;)\n"
	           "alert tcp any any -> any any (msg:\"x\"; \\\n"
	           "   contnet:\"b\"; sid:3;)\n"
	           "alert tcp any any -> any any (content:\"c\"; sid:4;)\n");
	assert_int_equal(set.count, 2);
	assert_int_equal(set.off, 1);
	assert_int_equal(set.problem_count, 1);
	assert_int_equal(set.problems[0].line, 4);
	assert_int_equal(set.problems[0].column, 4);
	assert_non_null(strstr(set.problems[0].reason_cstr, "did you mean content"));
}

static void
what_is_wrong_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *options_cstr, *says_cstr;
	} rows[] = {
	    {"content:\"a\";", "sid"},
	    {"content:\"\"; sid:1;", "at least one byte"},
	    {"content:\"|4|\"; sid:1;", "pairs"},
	    {"content:\"|4g|\"; sid:1;", "\"g\""},
	    {"content:\"a\\b\"; sid:1;", "no escape"},
	    {"content:\"a; sid:1;", "quotes"},
	    {"nocase; sid:1;", "there is none"},
	    {"content:\"abc\"; depth:2; sid:1;", "never be there"},
	    {"content:\"abc\"; offset:1; distance:2; sid:1;", "not both"},
	    {"content:\"a\"; startswith; depth:5; sid:1;", "startswith"},
	    {"content:\"a\"; fast_pattern; content:\"b\"; fast_pattern; sid:1;", "only one"},
	    {"http.uri; content:\"a\"; http.stat_code; content:\"b\"; sid:1;", "request and into the response"},
	    {"flow:to_client; http.uri; content:\"a\"; sid:1;", "other way"},
	    {"flow:to_server,to_client; sid:1;", "contradicts"},
	    {"content:\"a\"; within:size; sid:1;", "size"},
	    {"byte_test:9,>,1,0; sid:1;", "make a number"},
	    {"sid:1; sid:2;", "twice"},
	    {"sid:0;", "from 1"},
	    {"ttl:300; sid:1;", "255"},
	    {"dsize:20<>10; sid:1;", "smaller"},
	    {"flowbits:isset; sid:1;", "name"},
	    {"threshold:type limit, count 1; sid:1;", "all needed"},
	    {"pcre:\"abc\"; sid:1;", "slashes"},
	    {"pcre:\"/abc/k\"; sid:1;", "\"k\""},
	    {"to_md5; content:\"a\"; sid:1;", "behind the name"},
	    {"bsize:3; sid:1;", "name one"},
	    {"sid:1", "semicolon"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char text[512];
		(void)snprintf(text, sizeof(text), "alert tcp any any -> any any (%s)", rows[i].options_cstr);
		read_rules(text);
		if (set.count != 0 || set.problem_count != 1 || set.problems[0].outcome != RULE_WRONG ||
		    strstr(set.problems[0].reason_cstr, rows[i].says_cstr) == NULL)
			fail_msg("%s: %s", rows[i].options_cstr,
			    set.problem_count > 0 ? set.problems[0].reason_cstr : "accepted");
	}
}

static void
a_sid_is_taken_once(void **state)
{
	(void)state;
	read_rules(
	    "alert tcp any any -> any any (sid:1;)\nalert udp any any -> any any (sid:1;)\nalert udp any any -> any any (sid:1; gid:2;)\n");
	assert_int_equal(set.count, 2);
	assert_int_equal(set.problems[0].line, 2);
}

static void
classes_give_priorities_unless_the_rule_has_its_own(void **state)
{
	(void)state;
	struct diag diag = {0};
	read_rules(
	    "alert tcp any any -> any any (classtype:bad; sid:1;)\nalert tcp any any -> any any (classtype:bad; priority:4; sid:2;)\n");
	assert_int_equal(set.rules[0]->priority, 3);
	assert_int_equal(rule_set_read_classes(
	                     &set, "classification.config", BYTES("config classification: bad,Something bad,1\n"), &diag),
	    0);
	assert_int_equal(set.rules[0]->priority, 1);
	assert_int_equal(set.rules[1]->priority, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_header_says_who_and_where),
	    cmocka_unit_test(content_takes_text_escapes_and_hexadecimal),
	    cmocka_unit_test(a_sticky_buffer_holds_until_the_next_one),
	    cmocka_unit_test(an_older_modifier_moves_the_content_before_it),
	    cmocka_unit_test(the_side_follows_from_the_buffers),
	    cmocka_unit_test(names_made_by_byte_extract_are_known_behind_it),
	    cmocka_unit_test(numbers_are_compared_in_all_the_ways_there_are),
	    cmocka_unit_test(one_bad_rule_does_not_stop_the_others_and_its_place_is_told),
	    cmocka_unit_test(what_is_wrong_is_refused),
	    cmocka_unit_test(a_sid_is_taken_once),
	    cmocka_unit_test(classes_give_priorities_unless_the_rule_has_its_own),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
