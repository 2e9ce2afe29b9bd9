/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "core/json.h"

#include <math.h>
#include <stdio.h>

static char room[512];

static const char *
text_of(struct json *j)
{
	assert_true(json_ok(j));
	room[json_length(j)] = '\0';
	return room;
}

static struct json
start(void)
{
	return json_of(room, sizeof(room) - 1);
}

static void
commas_stand_between_values_and_nowhere_else(void **state)
{
	(void)state;
	struct json j = start();
	json_open_object(&j, (struct bytes){0});
	json_u64(&j, JSON_KEY("a"), 1);
	json_open_array(&j, JSON_KEY("b"));
	json_close_array(&j);
	json_open_array(&j, JSON_KEY("c"));
	json_open_object(&j, (struct bytes){0});
	json_close_object(&j);
	json_bool(&j, (struct bytes){0}, true);
	json_none(&j, (struct bytes){0});
	json_close_array(&j);
	json_open_object(&j, JSON_KEY("d"));
	json_cstr(&j, JSON_KEY("absent"), NULL);
	json_bool(&j, JSON_KEY("e"), false);
	json_close_object(&j);
	json_raw(&j, JSON_KEY("f"), BYTES("[1]"));
	json_close_object(&j);
	json_newline(&j);
	json_open_object(&j, (struct bytes){0});
	json_close_object(&j);
	assert_string_equal(text_of(&j), "{\"a\":1,\"b\":[],\"c\":[{},true,null],\"d\":{\"e\":false},\"f\":[1]}\n{}");
}

static void
bytes_from_outside_leave_as_valid_text(void **state)
{
	(void)state;
	static const struct {
		const char *why_cstr;
		struct bytes text;
		const char *expected_cstr;
	} rows[] = {
	    {"quotes and backslashes", {(const uint8_t *)"a\"b\\c/", 6}, "\"a\\\"b\\\\c/\""},
	    {"the short escapes", {(const uint8_t *)"\n\r\t\b\f", 5}, "\"\\n\\r\\t\\b\\f\""},
	    {"other controls", {(const uint8_t *)"\0\x1f\x7f", 3}, "\"\\u0000\\u001f\\u007f\""},
	    {"UTF-8 of two, three and four bytes", {(const uint8_t *)"\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x94", 9},
	        "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x94\""},
	    {"a lonely continuation", {(const uint8_t *)"a\x80z", 3}, "\"a\\u0080z\""},
	    {"a cut sequence", {(const uint8_t *)"\xe2\x82", 2}, "\"\\u00e2\\u0082\""},
	    {"overlong", {(const uint8_t *)"\xc0\x80", 2}, "\"\\u00c0\\u0080\""},
	    {"a surrogate", {(const uint8_t *)"\xed\xa0\x80", 3}, "\"\\u00ed\\u00a0\\u0080\""},
	    {"beyond Unicode", {(const uint8_t *)"\xf4\x90\x80\x80", 4}, "\"\\u00f4\\u0090\\u0080\\u0080\""},
	    {"empty", {NULL, 0}, "\"\""},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct json j = start();
		json_text(&j, (struct bytes){0}, rows[i].text);
		if (strcmp(text_of(&j), rows[i].expected_cstr) != 0)
			fail_msg("%s: %s", rows[i].why_cstr, room);
	}
}

static void
numbers_are_written_whole(void **state)
{
	(void)state;
	static const uint64_t values[] = {
	    0, 9, 10, 99, 100, 101, 999, 1000, 12345, 1000000, UINT32_MAX, INT64_MAX, UINT64_MAX};
	for (size_t i = 0; i < LENGTH_OF(values); i++) {
		char expected[32];
		struct json j = start();
		json_u64(&j, (struct bytes){0}, values[i]);
		snprintf(expected, sizeof(expected), "%llu", (unsigned long long)values[i]);
		assert_string_equal(text_of(&j), expected);
	}
	static const int64_t signed_values[] = {0, -1, -10, INT64_MIN, INT64_MAX};
	for (size_t i = 0; i < LENGTH_OF(signed_values); i++) {
		char expected[32];
		struct json j = start();
		json_i64(&j, (struct bytes){0}, signed_values[i]);
		snprintf(expected, sizeof(expected), "%lld", (long long)signed_values[i]);
		assert_string_equal(text_of(&j), expected);
	}
	static const struct {
		double value;
		unsigned decimals;
		const char *expected_cstr;
	} doubles[] = {{1.5, 2, "1.50"}, {-0.125, 3, "-0.125"}, {NAN, 2, "null"}, {INFINITY, 2, "null"},
	    {-INFINITY, 0, "null"}, {1e300, 6, "null"}};
	for (size_t i = 0; i < LENGTH_OF(doubles); i++) {
		struct json j = start();
		json_double(&j, (struct bytes){0}, doubles[i].value, doubles[i].decimals);
		assert_string_equal(text_of(&j), doubles[i].expected_cstr);
	}
}

/* Every count of digits at both of its ends, and values with zeros inside: what a conversion by halves gets wrong. */
static void
numbers_of_every_length_are_exact(void **state)
{
	(void)state;
	uint64_t power = 1;
	for (unsigned digits = 1; digits <= 20; digits++, power *= 10) {
		const uint64_t values[] = {
		    power, power + 1, power - 1, power + power / 10, power * 9 + power / 1000 * 7, power | 5};
		for (size_t i = 0; i < LENGTH_OF(values); i++) {
			char expected[32], written[JSON_AT_U64_MAX + 8];
			memset(written, 'x', sizeof(written));
			char *end = json_at_u64(written, values[i]);
			assert_int_equal(written[JSON_AT_U64_MAX], 'x'); /* may scribble so far, no farther */
			snprintf(expected, sizeof(expected), "%llu", (unsigned long long)values[i]);
			assert_int_equal(end - written, strlen(expected));
			assert_memory_equal(written, expected, strlen(expected));
		}
	}
	for (uint64_t value = 0; value < 100000; value++) {
		char expected[32], written[JSON_AT_U64_MAX];
		size_t len = (size_t)(json_at_u64(written, value) - written);
		snprintf(expected, sizeof(expected), "%llu", (unsigned long long)value);
		assert_int_equal(len, strlen(expected));
		assert_memory_equal(written, expected, len);
	}
}

/* The byte to be escaped at every place of texts of every length: words of eight must not hide it. */
static void
an_escape_is_found_wherever_it_stands(void **state)
{
	(void)state;
	for (size_t len = 1; len <= 40; len++)
		for (size_t at = 0; at < len; at++) {
			uint8_t *text = malloc(len);
			assert_non_null(text);
			memset(text, 'a', len);
			text[at] = '"';
			struct json j = start();
			json_text(&j, (struct bytes){0}, (struct bytes){text, len});
			const char *written = text_of(&j);
			assert_int_equal(strlen(written), len + 3);
			assert_int_equal(written[1 + at], '\\');
			assert_int_equal(written[2 + at], '"');
			free(text);
		}
}

static void
times_are_those_of_eve(void **state)
{
	(void)state;
	static const struct {
		int64_t time_ns;
		const char *expected_cstr;
	} rows[] = {
	    {0, "\"1970-01-01T00:00:00.000000+0000\""},
	    {INT64_C(1709209845123456789), "\"2024-02-29T12:30:45.123456+0000\""},
	    {INT64_C(4107542399999999999), "\"2100-02-28T23:59:59.999999+0000\""}, /* 2100 is no leap year */
	    {INT64_C(4107542400000000000), "\"2100-03-01T00:00:00.000000+0000\""},
	    {-1, "\"1969-12-31T23:59:59.999999+0000\""},
	    {INT64_MAX, "\"2262-04-11T23:47:16.854775+0000\""},
	    {INT64_MIN, "\"1677-09-21T00:12:43.145224+0000\""},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct json j = start();
		json_time(&j, (struct bytes){0}, rows[i].time_ns);
		assert_string_equal(text_of(&j), rows[i].expected_cstr);
	}
}

static void
what_does_not_fit_is_told_and_nothing_is_written_past_the_end(void **state)
{
	(void)state;
	struct addr address = addr_v4((const uint8_t[]){192, 168, 1, 10});
	size_t whole = 0;
	for (size_t size = 0; size < 200; size++) {
		char *buffer = malloc(size == 0 ? 1 : size); /* the sanitizer watches its end */
		assert_non_null(buffer);
		struct json j = json_of(buffer, size);
		json_open_object(&j, (struct bytes){0});
		json_text(&j, JSON_KEY("text"), BYTES("a\x01\xc3\xa9"));
		json_time(&j, JSON_KEY("time"), 0);
		json_addr(&j, JSON_KEY("address"), &address);
		json_hex(&j, JSON_KEY("hex"), BYTES("\x01\xff"), ':');
		json_i64(&j, JSON_KEY("number"), -7);
		json_close_object(&j);
		assert_true(json_length(&j) <= size);
		if (json_ok(&j) && whole == 0)
			whole = size;
		assert_int_equal(json_ok(&j), whole != 0);
		if (json_ok(&j))
			assert_memory_equal(buffer,
			    "{\"text\":\"a\\u0001\xc3\xa9\",\"time\":\"1970-01-01T00:00:00.000000+0000\","
			    "\"address\":\"192.168.1.10\",\"hex\":\"01:ff\",\"number\":-7}",
			    json_length(&j));
		free(buffer);
	}
	assert_true(whole > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(commas_stand_between_values_and_nowhere_else),
	    cmocka_unit_test(bytes_from_outside_leave_as_valid_text),
	    cmocka_unit_test(numbers_are_written_whole),
	    cmocka_unit_test(numbers_of_every_length_are_exact),
	    cmocka_unit_test(an_escape_is_found_wherever_it_stands),
	    cmocka_unit_test(times_are_those_of_eve),
	    cmocka_unit_test(what_does_not_fit_is_told_and_nothing_is_written_past_the_end),
	};
	return RUN_TESTS(tests);
}
