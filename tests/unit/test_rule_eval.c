/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/rules/rule_eval.h"
#include "detect/rules/rule_set.h"

#include <stdio.h>

enum { STEPS = 32 };

static struct rule_set set;
static struct rule_eval *eval;

static int
set_up(void **state)
{
	(void)state;
	eval = rule_eval_new();
	return eval == NULL ? -1 : rule_set_init(&set, 16 << 20);
}

static int
tear_down(void **state)
{
	(void)state;
	rule_eval_free(eval);
	rule_set_done(&set);
	return 0;
}

/* Whether all tests of the options hold of the data, as one buffer. */
static bool
holds(const char *options_cstr, struct bytes data)
{
	char text[1024];
	struct diag diag = {0};
	struct rule_step steps[STEPS] = {0};
	(void)snprintf(text, sizeof(text), "alert tcp any any -> any any (%s sid:1;)", options_cstr);
	rule_set_clear(&set);
	assert_int_equal(rule_set_read(&set, "a.rules", bytes_of_cstr(text), &diag), 0);
	if (set.count != 1)
		fail_msg("%s: %s", options_cstr, set.problems[0].reason_cstr);
	const struct rule *r = set.rules[0];
	for (size_t i = 0; i < r->match_count; i++) {
		const struct rule_match *m = &r->matches[i], *next = i + 1 < r->match_count ? &r->matches[i + 1] : NULL;
		steps[i].match = m;
		steps[i].next_is_relative = next != NULL &&
		    (next->kind == RULE_CONTENT       ? next->u.content.has_distance || next->u.content.has_within
		            : next->kind == RULE_PCRE ? next->u.pcre.relative
		                                      : (next->u.bytes.flags & RULE_RELATIVE) != 0);
		if (m->kind == RULE_PCRE)
			assert_int_equal(rule_eval_compile(&m->u.pcre, &steps[i].pcre, &diag), 0);
	}
	rule_eval_begin(eval);
	struct bytes heap = test_heap(data);
	bool answer = rule_eval_buffer(eval, steps, r->match_count, heap);
	test_heap_free(heap);
	for (size_t i = 0; i < r->match_count; i++)
		rule_eval_free_code(steps[i].pcre);
	return answer;
}

static void
contents_are_found_where_their_author_says(void **state)
{
	(void)state;
	static const struct {
		const char *options_cstr, *data_cstr;
		bool holds;
		const char *why_cstr;
	} rows[] = {
	    {"content:\"bc\";", "abcd", true, "anywhere"},
	    {"content:\"BC\";", "abcd", false, "case counts"},
	    {"content:\"BC\"; nocase;", "abcd", true, "unless it is said not to"},
	    {"content:\"c\"; depth:2;", "abcd", false, "depth ends the search"},
	    {"content:\"c\"; depth:3;", "abcd", true, "and includes its last byte"},
	    {"content:\"b\"; offset:2;", "abcb", true, "offset begins it"},
	    {"content:\"b\"; offset:2; depth:1;", "abcb", false, "depth counts from the offset"},
	    {"content:\"a\"; content:\"b\"; distance:1;", "ab", false, "distance is a gap of at least that"},
	    {"content:\"a\"; content:\"b\"; distance:1;", "axb", true, "here it is"},
	    {"content:\"a\"; content:\"b\"; within:1;", "axb", false, "within ends the gap"},
	    {"content:\"a\"; content:\"b\"; distance:1; within:1;", "axb", true, "within counts from the distance"},
	    {"content:\"b\"; content:\"a\"; distance:-2; within:1;", "ab", true, "back from the end of the match"},
	    {"content:\"a\"; content:\"b\"; within:1;", "axab", true, "another place of the first one is tried"},
	    {"content:\"a\"; content:\"b\"; within:2; content:\"c\"; within:1;", "abxabc", true,
	        "and another, two tests later"},
	    {"content:!\"x\";", "abc", true, "absent"},
	    {"content:!\"b\"; offset:2;", "abc", true, "absent from a place"},
	    {"content:\"a\"; content:!\"b\"; within:1;", "ab", false, "it follows"},
	    {"content:\"a\"; content:!\"b\"; within:1;", "axb", true, "not at once"},
	    {"content:\"ab\"; startswith;", "xab", false, "not at the start"},
	    {"content:\"ab\"; startswith;", "abx", true, "at the start"},
	    {"content:\"ab\"; endswith;", "abxab", true, "at the end, not the first one"},
	    {"content:\"ab\"; endswith;", "abx", false, "not at the end"},
	    {"content:\"ab\"; startswith; endswith;", "ab", true, "the whole"},
	    {"content:\"ab\"; startswith; endswith;", "abab", false, "more than the whole"},
	    {"content:\"abc\";", "ab", false, "longer than the data"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (holds(rows[i].options_cstr, bytes_of_cstr(rows[i].data_cstr)) != rows[i].holds)
			fail_msg("%s in \"%s\": %s", rows[i].options_cstr, rows[i].data_cstr, rows[i].why_cstr);
}

static void
expressions_go_on_where_the_match_before_them_ended(void **state)
{
	(void)state;
	assert_true(holds("pcre:\"/B.d/i\";", BYTES("abcd")));
	assert_false(holds("pcre:\"/^b/\";", BYTES("abcd")));
	assert_true(holds("content:\"a\"; pcre:\"/^b/R\";", BYTES("xab")));
	assert_false(holds("content:\"a\"; pcre:\"/^c/R\";", BYTES("xab")));
	assert_true(holds("pcre:!\"/z/\";", BYTES("abc")));
	assert_true(holds("content:\"a\"; pcre:\"/^c/R\";", BYTES("abac")));
	assert_true(holds("pcre:\"/a/\"; content:\"c\"; within:1;", BYTES("abac")));
}

static void
numbers_are_read_as_the_rule_says(void **state)
{
	(void)state;
	struct bytes data = BYTES("\x00\x05\x12\x34"
	                          "abc"
	                          "2a");
	assert_true(holds("byte_test:2,=,5,0;", data));
	assert_true(holds("byte_test:2,=,0x1234,2;", data));
	assert_true(holds("byte_test:2,=,0x3412,2,little;", data));
	assert_true(holds("byte_test:2,!=,6,0;", data));
	assert_true(holds("byte_test:1,&,4,1;", data));
	assert_false(holds("byte_test:1,&,8,1;", data));
	assert_true(holds("byte_test:2,=,42,7,string,hex;", data));
	assert_true(holds("byte_test:1,=,2,7,string,dec;", data));
	assert_true(holds("content:\"abc\"; byte_test:2,=,42,0,relative,string,hex;", data));
	assert_true(holds("byte_test:1,=,3,2,bitmask 0x30;", BYTES("\x00\x00\x3f")));
	assert_false(holds("byte_test:4,>,0,7;", data)); /* beyond the end */
	assert_false(holds("byte_test:1,=,0,-1;", data));
	assert_true(holds("byte_test:8,>,1,0;", BYTES("\xff\xff\xff\xff\xff\xff\xff\xff"))); /* it has no sign */
}

static void
a_jump_lands_where_the_number_says(void **state)
{
	(void)state;
	struct bytes data = BYTES("\x03"
	                          "xyzabc");
	assert_true(holds("byte_jump:1,0; content:\"abc\"; within:3;", data));
	assert_false(holds("byte_jump:1,0; content:\"xyz\"; distance:0;", data));
	assert_true(holds("byte_jump:1,0,from_beginning; content:\"zabc\"; within:4;", data));
	assert_true(holds("byte_jump:1,0,post_offset -3; content:\"xyz\"; within:3;", data));
	assert_true(holds("byte_jump:0,0,from_end,post_offset -2; content:\"bc\"; within:2;", data));
	assert_false(holds("byte_jump:1,0,multiplier 9; content:\"a\";", data)); /* beyond the end */
	assert_true(holds("byte_jump:1,0; isdataat:2,relative;", data));
	assert_false(holds("byte_jump:1,0; isdataat:4,relative;", data));
	assert_true(holds("byte_jump:1,0; isdataat:!4,relative;", data));
}

static void
names_carry_numbers_from_one_test_to_the_next(void **state)
{
	(void)state;
	struct bytes data = BYTES("\x02"
	                          "aaXbb");
	assert_true(holds("byte_extract:1,0,n; content:\"X\"; offset:n;", data));
	assert_true(holds("byte_extract:1,0,n; content:\"aa\"; within:n;", data));
	assert_true(holds("byte_extract:1,0,n,multiplier 2; byte_test:1,=,98,n;", data));
	assert_true(holds("byte_math:bytes 1,offset 0,oper *,rvalue 2,result m; byte_test:1,=,98,m;", data));
	assert_false(holds("byte_math:bytes 1,offset 0,oper /,rvalue 0,result m; content:\"a\";", data));
	assert_true(holds("byte_extract:1,0,n; isdataat:!n,relative; content:\"a\";",
	    BYTES("\x09"
	          "a")));
}

static void
no_rule_and_no_data_take_for_ever(void **state)
{
	(void)state;
	static uint8_t many[60000];
	memset(many, 'a', sizeof(many));
	struct bytes data = {many, sizeof(many)};
	assert_false(holds(
	    "content:\"a\"; content:\"a\"; distance:0; content:\"a\"; distance:0; content:\"a\"; distance:0; content:\"b\"; distance:0;",
	    data));
	assert_false(holds("pcre:\"/(a+)+b/\";", data));
	assert_false(holds("pcre:!\"/(a+)+[bc]/\";", data)); /* to give up is no answer */
}

static void
a_number_of_the_packet_can_point_far_out_of_it(void **state)
{
	(void)state;
	struct bytes data = BYTES("\x7f\xff\xff\xff\xff\xff\xff\xff"
	                          "abc");
	assert_false(holds("byte_extract:8,0,n; content:\"a\"; distance:n;", data));
	assert_true(holds("byte_extract:8,0,n; content:\"a\"; distance:0; within:n;", data));
	assert_false(holds("byte_extract:8,0,n; content:\"a\"; offset:n;", data));
	assert_false(holds("byte_extract:8,0,n; byte_test:1,=,1,n,relative;", data));
	assert_false(holds("byte_extract:8,0,n; isdataat:n,relative;", data));
}

static void
an_expression_tried_again_still_sees_what_is_before_it(void **state)
{
	(void)state;
	assert_true(holds("pcre:\"/\\bb/\"; content:\"xx\"; distance:0; within:2;", BYTES("b bxx")));
	assert_false(holds("pcre:\"/\\bb/\"; content:\"xx\"; distance:0; within:2;", BYTES("bbxx")));
}

/* The name and text of what the i-th name caught; "" when nothing did. */
static const char *
caught(size_t i)
{
	static char text[300];
	size_t count;
	const struct rule_captured *all = rule_eval_captured(eval, &count);
	text[0] = '\0';
	if (i < count)
		(void)snprintf(text, sizeof(text), "%d %.*s=%.*s", all[i].what->scope, (int)all[i].what->name.len,
		    (const char *)all[i].what->name.at, all[i].len, (const char *)all[i].text);
	return text;
}

static void
groups_of_an_expression_are_kept_under_their_names(void **state)
{
	(void)state;
	assert_true(holds("pcre:\"/(\\w+) (\\d+)?(x)/,flow:who, pkt:many,alert:end\";", BYTES("bob 12x")));
	assert_string_equal(caught(0), "0 who=bob");
	assert_string_equal(caught(1), "1 many=12");
	assert_string_equal(caught(2), "2 end=x");
	assert_true(holds("pcre:\"/(?P<alert_ua>[a-z]+)(?P<other>!)/\"; content:\"z\";", BYTES("agent!z")));
	assert_string_equal(caught(0), "2 ua=agent");
	assert_string_equal(caught(1), "");
	/* The place that counts is the one from which all that follows holds. */
	assert_true(holds("pcre:\"/(\\d)/,flow:n\"; content:\"b\"; distance:0; within:1;", BYTES("1a2b")));
	assert_string_equal(caught(0), "0 n=2");
	assert_false(holds("pcre:\"/(\\d)/,flow:n\"; content:\"c\"; distance:0; within:1;", BYTES("1a2b")));
	assert_string_equal(caught(0), "");
	/* What took no part has no text; what is long is cut. */
	assert_true(holds("pcre:\"/(y)?(z)/,flow:a,flow:b\";", BYTES("z")));
	assert_string_equal(caught(0), "0 b=z");
	static char text[400];
	memset(text, 'q', sizeof(text));
	assert_true(holds("pcre:\"/(q+)/,flow:a\";", (struct bytes){(const uint8_t *)text, sizeof(text)}));
	assert_int_equal(strlen(caught(0)), 4 + RULE_CAPTURED_TEXT);
}

static void
bytes_are_as_random_as_the_rule_says(void **state)
{
	(void)state;
	static uint8_t all[256];
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (uint8_t)i;
	struct bytes random = {all, sizeof(all)};
	static const struct {
		const char *options_cstr;
		bool of_all, of_text;
	} rows[] = {
	    {"http.uri; entropy: value >= 8;", true, false},
	    {"http.uri; entropy: value = 1;", false, true}, /* "aabb" */
	    {"http.uri; entropy: value 0.9-1.1;", false, true},
	    {"http.uri; entropy: value < 1;", false, false},
	    {"http.uri; entropy: bytes 2, value 0;", false, true},
	    {"http.uri; entropy: offset 1, bytes 2, value 1;", true, true},
	    {"http.uri; entropy: offset 300, value >= 0;", false, false},
	    {"http.uri; entropy: value != 1;", true, false},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (holds(rows[i].options_cstr, random) != rows[i].of_all ||
		    holds(rows[i].options_cstr, BYTES("aabb")) != rows[i].of_text)
			fail_msg("%s", rows[i].options_cstr);
}

static void
odd_structures_of_asn1_are_seen(void **state)
{
	(void)state;
	static const struct {
		const char *options_cstr;
		struct bytes data;
		bool holds;
		const char *why_cstr;
	} rows[] = {
	    {"asn1:oversize_length 100;", BYTES("\x04\x82\x10\x00x"), true, "what it states counts, all of it there or not"},
	    {"asn1:oversize_length 4096;", BYTES("\x04\x82\x10\x00x"), false, "no more than that"},
	    {"asn1:oversize_length 100;", BYTES("\x30\x80\x04\x81\xffx"), true, "inside another of indefinite length"},
	    {"asn1:oversize_length 100;", BYTES("\x02\x01\x07\x04\x82\x10\x00x"), true, "behind another"},
	    {"asn1:bitstring_overflow;", BYTES("\x03\x02\x09z"), true, "nine bits of one byte are not used"},
	    {"asn1:bitstring_overflow;", BYTES("\x03\x02\x07z"), false, "seven of them may be"},
	    {"asn1:bitstring_overflow;", BYTES("\x04\x02\x09z"), false, "of a bit string only"},
	    {"asn1:double_overflow;", BYTES("\x09\x82\x01\x01\x03"), true, "257 digits"},
	    {"asn1:double_overflow;", BYTES("\x09\x82\x01\x01\x80"), false, "a binary one"},
	    {"content:\"ab\"; asn1:oversize_length 9,relative_offset 1;", BYTES("ab.\x04\x20"), true,
	        "behind what was found"},
	    {"content:\"ab\"; asn1:oversize_length 9,relative_offset 1;", BYTES("ab\x04\x20\x01"), false, "not elsewhere"},
	    {"asn1:oversize_length 9,absolute_offset 2;", BYTES("..\x04\x20"), true, "from a place on"},
	    {"asn1:oversize_length 9,absolute_offset 9;", BYTES("..\x04\x20"), false, "beyond the end"},
	    {"asn1:oversize_length 9;", BYTES("\x1f\xff\xff\xff\xff\xff\xff"), false, "a tag without an end"},
	    {"asn1:oversize_length 9;", BYTES("\x04\x89\x01\x01\x01\x01\x01\x01\x01\x01\x01"), false,
	        "a length of nine bytes"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (holds(rows[i].options_cstr, rows[i].data) != rows[i].holds)
			fail_msg("%s: %s", rows[i].options_cstr, rows[i].why_cstr);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(contents_are_found_where_their_author_says),
	    cmocka_unit_test(expressions_go_on_where_the_match_before_them_ended),
	    cmocka_unit_test(numbers_are_read_as_the_rule_says),
	    cmocka_unit_test(a_jump_lands_where_the_number_says),
	    cmocka_unit_test(names_carry_numbers_from_one_test_to_the_next),
	    cmocka_unit_test(no_rule_and_no_data_take_for_ever),
	    cmocka_unit_test(a_number_of_the_packet_can_point_far_out_of_it),
	    cmocka_unit_test(an_expression_tried_again_still_sees_what_is_before_it),
	    cmocka_unit_test(bytes_are_as_random_as_the_rule_says),
	    cmocka_unit_test(odd_structures_of_asn1_are_seen),
	    cmocka_unit_test(groups_of_an_expression_are_kept_under_their_names),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
