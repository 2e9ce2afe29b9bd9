/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "core/json_value.h"

#include <errno.h>
#include <stdio.h>

static void
values_stand_in_the_order_of_the_text(void **state)
{
	(void)state;
	struct json_value_list list = {0};
	const struct json_value *v;
	size_t wrong_at;
	struct bytes text = test_heap(
	    BYTES(" {\"a\":[1,-2,[],{\"b\":null}],\"c\":\"x\\u00e9\\n\",\"a2\":1.5e3,\"t\":true,\"c\":\"last\"}\n"));
	assert_int_equal(json_value_read(&list, text, &v, &wrong_at), 0);
	assert_int_equal(v->kind, JSON_VALUE_OBJECT);
	assert_int_equal(v->span, list.count);
	const struct json_value *a = json_value_get(v, BYTES("a"));
	assert_int_equal(json_value_length(a), 4);
	assert_int_equal(json_value_at(a, 1)->integer, -2);
	assert_int_equal(json_value_length(json_value_at(a, 2)), 0);
	assert_true(json_value_is(json_value_get(json_value_at(a, 3), BYTES("b")), JSON_VALUE_NULL));
	assert_null(json_value_at(a, 4));
	assert_bytes_equal(json_value_text(json_value_get(v, BYTES("c"))), BYTES("last"));
	assert_bytes_equal((a + a->span)->text, BYTES("x\xc3\xa9\n"));
	assert_bytes_equal(json_value_get(v, BYTES("a2"))->text, BYTES("1.5e3"));
	assert_null(json_value_get(NULL, BYTES("a")));
	assert_null(json_value_get(a, BYTES("a")));
	test_heap_free(text);
	json_value_list_done(&list);
}

static void
what_is_no_json_is_refused_where_it_goes_wrong(void **state)
{
	(void)state;
	static const struct {
		const char *text_cstr, *why;
		size_t wrong_at;
	} rows[] = {{"", "nothing", 0}, {"1", "neither object nor array", 0}, {"{", "no end", 1}, {"{}x", "more behind", 2},
	    {"{\"a\":1,}", "a comma too many", 7}, {"{\"a\" 1}", "no colon", 6}, {"[1 2]", "no comma", 4},
	    {"[01]", "a zero first", 3}, {"[1.]", "no digit behind the point", 3}, {"[-]", "a minus alone", 2},
	    {"[+1]", "a plus", 1}, {"[9223372036854775808]", "beyond 64 bits", 20}, {"[\"a\tb\"]", "a control character", 4},
	    {"[\"\\x\"]", "no such escape", 4}, {"[\"\\ud800\"]", "half a character", 9},
	    {"[\"\\udc00\"]", "the other half", 8}, {"[\"\\u12g4\"]", "no hex", 8}, {"[\"\xc3\"]", "half a sequence", 3},
	    {"[\"\xc0\xaf\"]", "too long a sequence", 3}, {"[\"\xed\xa0\x80\"]", "a surrogate", 3},
	    {"{\"a\\u0000\":1}", "a NUL in a name", 10}, {"[nul]", "no such word", 1}, {"{1:2}", "a name is a string", 2},
	    {"[}", "closed by the wrong one", 1}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct json_value_list list = {0};
		const struct json_value *v = NULL;
		size_t wrong_at = SIZE_MAX;
		struct bytes text = test_heap(bytes_of_cstr(rows[i].text_cstr));
		int r = json_value_read(&list, text, &v, &wrong_at);
		if (r != -EINVAL || v != NULL || wrong_at > text.len || wrong_at > rows[i].wrong_at + 1 ||
		    wrong_at + 1 < rows[i].wrong_at)
			fail_msg("%s: %d, from %zu instead of %zu", rows[i].why, r, wrong_at, rows[i].wrong_at);
		test_heap_free(text);
		json_value_list_done(&list);
	}
}

/* Every beginning of a text is none, wherever it was cut. */
static void
a_text_that_was_cut_is_refused(void **state)
{
	(void)state;
	struct bytes whole = BYTES(
	    "{\"k\\u00e9\":[\"\\ud83d\\ude00 \xc3\xa9t\xc3\xa9\",-1.5e-3,true,{\"a\":null}],\"n\":12}");
	struct json_value_list list = {0};
	const struct json_value *v;
	size_t wrong_at;
	for (size_t len = 0; len < whole.len; len++) {
		struct bytes cut = test_heap(bytes_first(whole, len));
		assert_int_equal(json_value_read(&list, cut, &v, &wrong_at), -EINVAL);
		test_heap_free(cut);
	}
	assert_int_equal(json_value_read(&list, whole, &v, &wrong_at), 0);
	assert_bytes_equal(json_value_text(json_value_at(json_value_get(v, BYTES("k\xc3\xa9")), 0)),
	    BYTES("\xf0\x9f\x98\x80 \xc3\xa9t\xc3\xa9"));
	json_value_list_done(&list);
}

static void
depth_has_a_limit(void **state)
{
	(void)state;
	static uint8_t text[2 * JSON_VALUE_DEPTH_MAX + 2];
	struct json_value_list list = {0};
	const struct json_value *v;
	size_t wrong_at;
	for (size_t depth = JSON_VALUE_DEPTH_MAX; depth <= JSON_VALUE_DEPTH_MAX + 1; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		int r = json_value_read(&list, (struct bytes){text, 2 * depth}, &v, &wrong_at);
		assert_int_equal(r, depth <= JSON_VALUE_DEPTH_MAX ? 0 : -EINVAL);
	}
	json_value_list_done(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_stand_in_the_order_of_the_text),
	    cmocka_unit_test(what_is_no_json_is_refused_where_it_goes_wrong),
	    cmocka_unit_test(a_text_that_was_cut_is_refused),
	    cmocka_unit_test(depth_has_a_limit),
	};
	return RUN_TESTS(tests);
}
