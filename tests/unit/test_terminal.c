/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "core/terminal.h"
#include "core/utf8.h"

static void
what_could_command_a_terminal_leaves_as_text(void **state)
{
	(void)state;
	static const struct {
		const char *why_cstr;
		struct bytes text;
		const char *expected_cstr;
	} rows[] = {
	    {"plain text", {(const uint8_t *)"mairie-01", 9}, "mairie-01"},
	    {"a colour", {(const uint8_t *)"\x1b[31mred", 8}, "\\x1b[31mred"},
	    {"a new line", {(const uint8_t *)"a\nb", 3}, "a\\x0ab"},
	    {"a NUL hides nothing", {(const uint8_t *)"a\0b", 3}, "a\\x00b"},
	    {"delete", {(const uint8_t *)"\x7f", 1}, "\\x7f"},
	    {"letters of other languages", {(const uint8_t *)"caf\xc3\xa9 \xe2\x82\xac", 9}, "caf\xc3\xa9 \xe2\x82\xac"},
	    {"a control of eight bits, as UTF-8",
	        {(const uint8_t *)"\xc2\x9b"
	                          "31m",
	            5},
	        "\\xc2\\x9b31m"},
	    {"a control of eight bits, raw",
	        {(const uint8_t *)"\x9b"
	                          "31m",
	            4},
	        "\\x9b31m"},
	    {"a cut sequence", {(const uint8_t *)"\xe2\x82", 2}, "\\xe2\\x82"},
	    {"an overlong form", {(const uint8_t *)"\xc0\xaf", 2}, "\\xc0\\xaf"},
	    {"a surrogate", {(const uint8_t *)"\xed\xa0\x80", 3}, "\\xed\\xa0\\x80"},
	    {"nothing", {NULL, 0}, ""},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char out[128];
		size_t n = terminal_escape(rows[i].text, out, sizeof(out));
		assert_int_equal(n, strlen(out));
		if (strcmp(out, rows[i].expected_cstr) != 0)
			fail_msg("%s: %s", rows[i].why_cstr, out);
	}
}

static void
no_control_gets_through_and_escaping_twice_is_escaping_once(void **state)
{
	(void)state;
	uint64_t seed = 42;
	for (size_t round = 0; round < 20000; round++) {
		uint8_t text[24];
		for (size_t i = 0; i < sizeof(text); i++) {
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
			text[i] = (uint8_t)(seed >> 56);
		}
		char once[128], twice[512];
		size_t n = terminal_escape((struct bytes){text, round % sizeof(text)}, once, sizeof(once));
		for (size_t i = 0; i < n;) {
			uint8_t c = (uint8_t)once[i];
			size_t wide = c < 0x80 ? 1 : utf8_length((struct bytes){(const uint8_t *)once + i, n - i});
			assert_true(wide > 0 && c >= 0x20 && c != 0x7f);
			i += wide;
		}
		assert_int_equal(terminal_escape((struct bytes){(const uint8_t *)once, n}, twice, sizeof(twice)), n);
		assert_memory_equal(once, twice, n + 1);
	}
}

static void
a_short_buffer_never_cuts_an_escape_or_a_letter(void **state)
{
	(void)state;
	struct bytes text = BYTES("a\x1b\xc3\xa9z");
	static const char *const expected[] = {
	    NULL, "", "a", "a", "a", "a", "a\\x1b", "a\\x1b", "a\\x1b\xc3\xa9", "a\\x1b\xc3\xa9z"};
	for (size_t size = 1; size < LENGTH_OF(expected); size++) {
		char *out = malloc(size);
		assert_non_null(out);
		(void)terminal_escape(text, out, size);
		assert_string_equal(out, expected[size]);
		free(out);
	}
	assert_int_equal(terminal_escape(text, NULL, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_could_command_a_terminal_leaves_as_text),
	    cmocka_unit_test(no_control_gets_through_and_escaping_twice_is_escaping_once),
	    cmocka_unit_test(a_short_buffer_never_cuts_an_escape_or_a_letter),
	};
	return RUN_TESTS(tests);
}
