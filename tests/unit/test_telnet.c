/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "proto/telnet.h"

static void
commands_are_taken_out(void **state)
{
	(void)state;
	static const struct {
		const char *in;
		size_t len;
		const char *out;
		const char *why;
	} rows[] = {
	    {"a\xff\xfd\x18"
	     "b",
	        5, "ab", "an option"},
	    {"a\xff\xfa\x18\x01xterm\xff\xf0"
	     "b",
	        13, "ab", "a subnegotiation"},
	    {"a\xff\xfa\xff\xff"
	     "z\xff\xf0"
	     "b",
	        9, "ab", "a doubled byte inside it"},
	    {"a\xff\xf1"
	     "b",
	        4, "ab", "a command without option"},
	    {"a\xff\xff"
	     "b",
	        4,
	        "a\xff"
	        "b",
	        "a doubled byte of data"},
	    {"a\xff\xfa\x18never", 9, "a", "an end that never comes"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct telnet t = {0};
		uint8_t out[16];
		size_t n = 0;
		for (size_t k = 0; k < rows[i].len; k++)
			if (telnet_is_data(&t, (uint8_t)rows[i].in[k]))
				out[n++] = (uint8_t)rows[i].in[k];
		struct bytes want = bytes_of_cstr(rows[i].out), got = {out, n};
		if (!bytes_eq(got, want))
			fail_msg("%s", rows[i].why);
	}
}

static void
prompts_have_a_meaning(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		enum telnet_says want;
	} rows[] = {
	    {"box login:", TELNET_ASKS_USER},
	    {"Username: ", TELNET_ASKS_USER},
	    {"Password:", TELNET_ASKS_PASSWORD},
	    {"Login incorrect", TELNET_REFUSES},
	    {"% Authentication failed", TELNET_REFUSES},
	    {"Access denied", TELNET_REFUSES},
	    {"Last login: Mon", TELNET_ACCEPTS},
	    {"Last login:", TELNET_ACCEPTS},
	    {"bob@box:~$ ", TELNET_ACCEPTS},
	    {"router#", TELNET_ACCEPTS},
	    {"", TELNET_NOTHING},
	    {"hello there", TELNET_NOTHING},
	    {"x:", TELNET_NOTHING},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (telnet_meaning(bytes_of_cstr(rows[i].line)) != rows[i].want)
			fail_msg("%s", rows[i].line);
}

static void
a_negotiation_is_told_from_other_bytes(void **state)
{
	(void)state;
	static const struct {
		struct bytes first;
		enum telnet_look want;
	} rows[] = {
	    {{(const uint8_t *)"\xff\xfd\x18\xff\xfd\x20", 6}, TELNET_YES},
	    {{(const uint8_t *)"\xff\xfb\x01", 3}, TELNET_YES},
	    {{(const uint8_t *)"\xff\xfb", 2}, TELNET_MAYBE},
	    {{(const uint8_t *)"\xff", 1}, TELNET_MAYBE},
	    {{0}, TELNET_MAYBE},
	    {{(const uint8_t *)"\xff\xd8\xff\xe0", 4}, TELNET_NO},
	    {{(const uint8_t *)"\xff\xfe"
	                       "h\0",
	         4},
	        TELNET_NO},
	    {{(const uint8_t *)"login:", 6}, TELNET_NO},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct bytes b = test_heap(rows[i].first);
		if (telnet_looks_like(b) != rows[i].want)
			fail_msg("row %zu", i);
		test_heap_free(b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(commands_are_taken_out),
	    cmocka_unit_test(prompts_have_a_meaning),
	    cmocka_unit_test(a_negotiation_is_told_from_other_bytes),
	};
	return RUN_TESTS(tests);
}
