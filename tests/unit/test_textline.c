/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "proto/base64.h"
#include "proto/textline.h"

static void
lines_end_with_a_line_feed(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum parse want;
		size_t used;
		const char *line;
	} rows[] = {
	    {"USER a\r\nPASS", PARSE_OK, 8, "USER a"},
	    {"\n", PARSE_OK, 1, ""},
	    {"a\n", PARSE_OK, 2, "a"},
	    {"a\r", PARSE_SHORT, 0, ""},
	    {"", PARSE_SHORT, 0, ""},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct bytes line = {0}, b = test_heap(bytes_of_cstr(rows[i].text));
		size_t used = 0;
		assert_int_equal(textline_take(b, &used, &line), rows[i].want);
		assert_int_equal(used, rows[i].used);
		assert_bytes_equal(line, bytes_of_cstr(rows[i].line));
		test_heap_free(b);
	}
	uint8_t endless[TEXTLINE_MAX + 1];
	memset(endless, 'x', sizeof(endless));
	endless[TEXTLINE_MAX] = '\n';
	struct bytes line;
	size_t used;
	assert_int_equal(textline_take((struct bytes){endless, TEXTLINE_MAX}, &used, &line), PARSE_BAD);
	assert_int_equal(textline_take((struct bytes){endless, TEXTLINE_MAX + 1}, &used, &line), PARSE_BAD);
	assert_int_equal(textline_take((struct bytes){endless, TEXTLINE_MAX - 1}, &used, &line), PARSE_SHORT);
	assert_int_equal(textline_take((struct bytes){endless + 1, TEXTLINE_MAX}, &used, &line), PARSE_OK);
}

static void
replies_are_three_digits(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		uint16_t code;
		bool last;
		const char *text, *why;
	} rows[] = {
	    {"220 hello", 220, true, "hello", "ordinary"},
	    {"220-hello", 220, false, "hello", "more follow"},
	    {"220", 220, true, "", "bare"},
	    {"220hello", 220, true, "hello", "no space"},
	    {"22 hello", 0, false, "22 hello", "two digits"},
	    {"hello", 0, false, "hello", "none"},
	    {"", 0, false, "", "nothing"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct bytes b = test_heap(bytes_of_cstr(rows[i].line));
		struct textline_reply r = textline_reply(b);
		if (r.code != rows[i].code || r.last != rows[i].last || !bytes_eq(r.text, bytes_of_cstr(rows[i].text)))
			fail_msg("%s", rows[i].why);
		test_heap_free(b);
	}
}

static void
commands_are_a_verb_and_the_rest(void **state)
{
	(void)state;
	struct textline_command c = textline_command(BYTES(" RETR  a b "));
	assert_bytes_equal(c.verb, BYTES("RETR"));
	assert_bytes_equal(c.argument, BYTES("a b"));
	c = textline_command(BYTES("QUIT"));
	assert_bytes_equal(c.verb, BYTES("QUIT"));
	assert_int_equal(c.argument.len, 0);
}

static void
protocols_are_told_apart_by_their_first_line(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum textline_look ftp, smtp, pop3, imap;
	} rows[] = {
	    {"", TEXTLINE_MAYBE, TEXTLINE_MAYBE, TEXTLINE_MAYBE, TEXTLINE_MAYBE},
	    {"220 (vsFTPd 3)\r\n", TEXTLINE_YES, TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO},
	    {"220 mx ESMTP Postfix\r\n", TEXTLINE_NO, TEXTLINE_YES, TEXTLINE_NO, TEXTLINE_NO},
	    {"220 hello\r\n", TEXTLINE_MAYBE, TEXTLINE_MAYBE, TEXTLINE_NO, TEXTLINE_NO},
	    {"220 ftp, smtp\r\n", TEXTLINE_MAYBE, TEXTLINE_MAYBE, TEXTLINE_NO, TEXTLINE_NO},
	    {"220 mx", TEXTLINE_MAYBE, TEXTLINE_MAYBE, TEXTLINE_NO, TEXTLINE_NO},
	    {"user bob\r\n", TEXTLINE_YES, TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO},
	    {"USER\r\n", TEXTLINE_YES, TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO},
	    {"USER bob +iw bob :Bob B\r\n", TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO}, /* IRC */
	    {"USERS\r\n", TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO},
	    {"EHLO a\r\n", TEXTLINE_NO, TEXTLINE_YES, TEXTLINE_NO, TEXTLINE_NO},
	    {"HELO\n", TEXTLINE_NO, TEXTLINE_YES, TEXTLINE_NO, TEXTLINE_NO},
	    {"HE", TEXTLINE_NO, TEXTLINE_MAYBE, TEXTLINE_NO, TEXTLINE_MAYBE},
	    {"a0", TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_MAYBE},
	    {"HELLO ", TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO},
	    {"+OK ready\r\n", TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_YES, TEXTLINE_NO},
	    {"+OK\r\n", TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO},
	    {"* OK IMAP4rev1\r\n", TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_YES},
	    {"*1\r\n$4\r\n", TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO},
	    {"a001 LOGIN bob", TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_YES},
	    {"a001 LOG", TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_MAYBE},
	    {"a001 hello", TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO},
	    {"GET / HTTP/1.1\r\n", TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO, TEXTLINE_NO},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct bytes b = test_heap(bytes_of_cstr(rows[i].text));
		bool imap = textline_looks_like_imap(b) == rows[i].imap;
		if (textline_looks_like_ftp(b) != rows[i].ftp || textline_looks_like_smtp(b) != rows[i].smtp ||
		    textline_looks_like_pop3(b) != rows[i].pop3 || !imap)
			fail_msg("%s: %d %d %d %d", rows[i].text, textline_looks_like_ftp(b), textline_looks_like_smtp(b),
			    textline_looks_like_pop3(b), textline_looks_like_imap(b));
		test_heap_free(b);
	}
}

static void
base64_stops_where_it_ends(void **state)
{
	(void)state;
	static const struct {
		const char *text, *plain;
	} rows[] = {{"", ""}, {"Zg==", "f"}, {"Zm8=", "fo"}, {"Zm9v", "foo"}, {"Zm9vYmFy", "foobar"}, {"Zm9v YmFy", "foo"},
	    {"Z", ""}, {"Zm9vYg", "foob"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		uint8_t out[8];
		struct bytes b = test_heap(bytes_of_cstr(rows[i].text));
		struct bytes plain = {out, base64_decode(out, sizeof(out), b)};
		assert_bytes_equal(plain, bytes_of_cstr(rows[i].plain));
		test_heap_free(b);
	}
	uint8_t small[2];
	assert_int_equal(base64_decode(small, sizeof(small), BYTES("Zm9vYmFy")), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_end_with_a_line_feed),
	    cmocka_unit_test(replies_are_three_digits),
	    cmocka_unit_test(commands_are_a_verb_and_the_rest),
	    cmocka_unit_test(protocols_are_told_apart_by_their_first_line),
	    cmocka_unit_test(base64_stops_where_it_ends),
	};
	return RUN_TESTS(tests);
}
