/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "access/password.h"

#include <errno.h>

static struct arena arena;
static const struct access_settings *shipped;
static struct access_settings cheap; /* the same rules, and a hash that costs a test nothing */

static int
set_up(void **state)
{
	(void)state;
	struct diag diag = {0};
	assert_int_equal(password_start(), 0);
	assert_int_equal(arena_init(&arena, 4 << 20), 0);
	if (access_settings_read_shipped(&arena, &shipped, &diag) < 0)
		fail_msg("line %u: %s", diag.line, diag.text_cstr);
	cheap = *shipped;
	cheap.memory_kib = 1024;
	cheap.passes = 1;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static int
check(const char *password_cstr)
{
	struct diag diag = {0};
	struct bytes heap = test_heap(bytes_of_cstr(password_cstr));
	int r = password_check(shipped, heap, "m.durand", &diag);
	assert_true((r < 0) == (diag.text_cstr[0] != '\0'));
	test_heap_free(heap);
	return r;
}

static void
what_is_easy_to_guess_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *password_cstr, *why;
	} rows[] = {
	    {"", "nothing"},
	    {"Tr0ub4dor&3", "11 characters"},
	    {"\xc3\xa9\xc3\xa9\xc3\xa8\xc3\xa0\xc3\xb9\xc3\xaf", "6 characters in 12 bytes"},
	    {"motdepasse2026!", "a common one with a year"},
	    {"M0tD3P@sse!!!!", "the same, in the writing of youngsters"},
	    {"MOTDEP\xc3\x82SSE2026", "the same with an accent"},
	    {"@zerty@zerty@zerty", "a row of keys, again and again"},
	    {"azertyuiopqsdfghjklm", "rows of keys"},
	    {"Password123456", "a common one in front of digits"},
	    {"123456Password", "and behind"},
	    {"Beffroi.Mairie.2026", "two common ones"},
	    {"aaaaaaaaaaaaaaaa", "one character"},
	    {"abababababababab", "two characters"},
	    {"123456789012345", "a run of digits"},
	    {"abcdefghijklmnop", "a run of letters"},
	    {"zyxwvutsrqponm", "and backwards"},
	    {"Je suis M.Durand de Lille", "the name of the account"},
	    {"correct horse\nbattery", "a control character"},
	    {"correct horse \xff\xfe battery", "no text"},
	    {"correct horse \xed\xa0\x80 battery", "half a character (a surrogate, RFC 3629 3)"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (check(rows[i].password_cstr) != -EINVAL)
			fail_msg("was taken: %s", rows[i].why);
}

static void
what_is_not_is_taken(void **state)
{
	(void)state;
	static const char *const rows[] = {"correct horse battery staple", "Le chat boit 7 soupes", "x7$Gq!r2Lm9z",
	    "\xc5\x93ufs \xc3\xa0 la neige br\xc3\xbbl\xc3\xa9"
	    "e",
	    "mot de passe secret du phare vert",
	    "\xe3\x81\x82\xe3\x81\x84\xe3\x82\x8b\xe3\x81\x97\xe3\x82\x93 bonsoir lune"};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (check(rows[i]) != 0)
			fail_msg("was refused: %s", rows[i]);
	char longest[PASSWORD_BYTES_MAX + 2];
	for (size_t i = 0; i < sizeof(longest); i++)
		longest[i] = (char)('a' + i * i % 23);
	longest[PASSWORD_BYTES_MAX + 1] = '\0';
	assert_int_equal(check(longest), -EINVAL);
	longest[PASSWORD_BYTES_MAX] = '\0';
	assert_int_equal(check(longest), 0);
}

static void
how_letters_were_typed_makes_no_difference(void **state)
{
	(void)state;
	static const struct {
		const char *one, *other, *why;
	} rows[] = {
	    {"caf\xc3\xa9 cr\xc3\xa8me br\xc3\xbbl\xc3\xa9"
	     "e",
	        "cafe\xcc\x81 cre\xcc\x80me bru\xcc\x82le\xcc\x81"
	        "e",
	        "composed, or letter and accent"},
	    {"\xc3\x85ngstr\xc3\xb6m units",
	        "\xe2\x84\xab"
	        "ngstr\xc3\xb6m units",
	        "the sign of the unit is the letter"},
	    {"q\xcc\x87\xcc\xa3 two marks here", "q\xcc\xa3\xcc\x87 two marks here", "marks in another order"},
	    {"spaces of any kind",
	        "spaces\xc2\xa0of\xe2\x80\x83"
	        "any kind",
	        "a space is a space"},
	};
	char hash[PASSWORD_HASH_MAX];
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		assert_int_equal(password_hash(&cheap, bytes_of_cstr(rows[i].one), hash), 0);
		if (!password_matches(&cheap, bytes_of_cstr(rows[i].other), hash))
			fail_msg("differs: %s", rows[i].why);
		assert_false(password_matches(&cheap, BYTES("spaces of any kinD"), hash));
	}
}

static void
only_the_password_matches_its_hash(void **state)
{
	(void)state;
	char hash[PASSWORD_HASH_MAX], again[PASSWORD_HASH_MAX];
	assert_int_equal(password_hash(&cheap, BYTES("correct horse battery staple"), hash), 0);
	assert_int_equal(password_hash(&cheap, BYTES("correct horse battery staple"), again), 0);
	assert_string_not_equal(hash, again); /* its own salt */
	assert_int_equal(memcmp(hash, "$argon2id$v=19$m=1024,t=1,p=1$", 30), 0);
	assert_true(password_matches(&cheap, BYTES("correct horse battery staple"), hash));
	assert_false(password_matches(&cheap, BYTES("correct horse battery stapl"), hash));
	assert_false(password_matches(&cheap, BYTES("correct horse battery staple "), hash));
	assert_false(password_matches(&cheap, BYTES("Correct horse battery staple"), hash));
	assert_false(password_matches(&cheap, BYTES(""), hash));
	assert_false(password_matches(&cheap, BYTES("\xff"), hash));
}

static void
no_hash_matches_nothing(void **state)
{
	(void)state;
	static const char *const rows[] = {"", "x", "$argon2id$", "$argon2id$v=19$m=1024,t=1,p=1$c2FsdA$aGFzaA",
	    "$argon2i$v=19$m=1024,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaA", "$2b$12$abcdefghijklmnopqrstuv"};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		assert_false(password_matches(&cheap, BYTES(""), rows[i]));
		assert_false(password_matches(&cheap, BYTES("correct horse battery staple"), rows[i]));
	}
}

static void
a_hash_of_other_costs_is_dated(void **state)
{
	(void)state;
	char hash[PASSWORD_HASH_MAX];
	struct access_settings dearer = cheap;
	dearer.passes = 2;
	assert_int_equal(password_hash(&cheap, BYTES("correct horse battery staple"), hash), 0);
	assert_false(password_is_dated(&cheap, hash));
	assert_true(password_is_dated(&dearer, hash));
	assert_true(password_matches(&dearer, BYTES("correct horse battery staple"), hash)); /* and holds */
}

static void
the_costs_that_ship_fit_a_gateway(void **state)
{
	(void)state;
	assert_true(shipped->memory_kib <= 32 * 1024);                       /* beside a sensor of 32 MB */
	assert_true(shipped->memory_kib * shipped->passes >= 2 * 19 * 1024); /* OWASP: 19 MiB and two passes */
	assert_true(shipped->length_min >= 12);
}

static void
settings_that_make_no_sense_are_refused_with_their_line(void **state)
{
	(void)state;
	static const struct {
		const char *text_cstr;
		unsigned line;
	} rows[] = {
	    {"common: [a]\n", 1},
	    {"password:\n  length_min: 4\n", 2},
	    {"password:\n  length_min: 12\n  distinct_min: 5\n  memory_kib: 9999999999\n", 4},
	    {"password:\n  length_min: 12\n  distinct_min: 5\n  memory_kib: 19456\n  passes: -1\n", 5},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct arena own;
		struct diag diag = {0};
		const struct access_settings *out = NULL;
		assert_int_equal(arena_init(&own, 1 << 20), 0);
		assert_int_equal(
		    access_settings_read(&own, bytes_of_cstr(rows[i].text_cstr), "own.yaml", &out, &diag), -EINVAL);
		assert_int_equal(diag.line, rows[i].line);
		assert_null(out);
		arena_done(&own);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_easy_to_guess_is_refused),
	    cmocka_unit_test(what_is_not_is_taken),
	    cmocka_unit_test(how_letters_were_typed_makes_no_difference),
	    cmocka_unit_test(only_the_password_matches_its_hash),
	    cmocka_unit_test(no_hash_matches_nothing),
	    cmocka_unit_test(a_hash_of_other_costs_is_dated),
	    cmocka_unit_test(the_costs_that_ship_fit_a_gateway),
	    cmocka_unit_test(settings_that_make_no_sense_are_refused_with_their_line),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
