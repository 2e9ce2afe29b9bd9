/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "core/text.h"

#include <errno.h>
#include <stdio.h>

static void
locales_give_their_language(void **state)
{
	(void)state;
	static const struct {
		const char *locale_cstr;
		enum language language;
	} rows[] = {{"fr", LANGUAGE_FR}, {"fr_FR.UTF-8", LANGUAGE_FR}, {"fr_CA", LANGUAGE_FR}, {"en_GB.UTF-8", LANGUAGE_EN},
	    {"C", LANGUAGE_EN}, {"POSIX", LANGUAGE_EN}, {"de_DE", LANGUAGE_EN}, {"", LANGUAGE_EN}, {"f", LANGUAGE_EN}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		assert_int_equal(text_language_of(rows[i].locale_cstr), rows[i].language);
}

static void
the_environment_is_asked_in_the_order_of_posix(void **state)
{
	(void)state;
	static const struct {
		const char *all_cstr, *messages_cstr, *lang_cstr;
		enum language language;
	} rows[] = {{NULL, NULL, NULL, LANGUAGE_EN}, {NULL, NULL, "fr_FR", LANGUAGE_FR}, {NULL, "C", "fr_FR", LANGUAGE_EN},
	    {"fr_FR", "C", "C", LANGUAGE_FR}, {"", "", "fr_FR", LANGUAGE_FR}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"},
		                  *const values[] = {rows[i].all_cstr, rows[i].messages_cstr, rows[i].lang_cstr};
		for (size_t k = 0; k < 3; k++)
			assert_int_equal(values[k] == NULL ? unsetenv(names[k]) : setenv(names[k], values[k], 1), 0);
		assert_int_equal(text_language_of_environment(), rows[i].language);
	}
}

static void
a_sentence_without_translation_is_itself(void **state)
{
	(void)state;
	static const char *const sentences[] = {"", "no such sentence", "\x01", "zzzzzzzz", "%s"};
	for (size_t i = 0; i < LENGTH_OF(sentences); i++) {
		assert_ptr_equal(text_in(LANGUAGE_FR, sentences[i]), sentences[i]);
		assert_ptr_equal(text_in(LANGUAGE_EN, sentences[i]), sentences[i]);
	}
}

static void
a_process_speaks_the_language_it_was_given(void **state)
{
	(void)state;
	assert_int_equal(text_spoken(), LANGUAGE_EN);
	assert_string_equal(_("Why it matters: "), "Why it matters: ");
	text_speak(LANGUAGE_FR);
	assert_int_equal(text_spoken(), LANGUAGE_FR);
	assert_string_equal(_("serious"), "grave");
	assert_string_equal(text_error(ENOENT), "fichier ou dossier introuvable");
	assert_string_equal(text_error(ENOSPC), "plus de place sur le disque");
	assert_string_equal(text_error(EACCES), "accès refusé");
	text_speak(LANGUAGE_EN);
	assert_string_equal(text_error(ENOENT), "No such file or directory");
	assert_string_equal(text_of("no such sentence"), "no such sentence");
}

static void
one_thing_is_not_said_as_several(void **state)
{
	(void)state;
	static const struct {
		enum language language;
		uint64_t n;
		const char *expected_cstr;
	} rows[] = {{LANGUAGE_EN, 0, "%llu incidents"}, {LANGUAGE_EN, 1, "%llu incident"},
	    {LANGUAGE_EN, 2, "%llu incidents"}, {LANGUAGE_EN, UINT64_MAX, "%llu incidents"},
	    {LANGUAGE_FR, 0, "%llu incident"}, {LANGUAGE_FR, 1, "%llu incident"}, {LANGUAGE_FR, 2, "%llu incidents"},
	    {LANGUAGE_FR, UINT64_C(1) << 32 | 1, "%llu incidents"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		assert_string_equal(
		    text_plural(rows[i].language, rows[i].n, "%llu incident", "%llu incidents"), rows[i].expected_cstr);
}

static void
decimals_are_written_as_people_write_them(void **state)
{
	(void)state;
	char out[TEXT_DECIMAL_MAX];
	assert_string_equal(text_decimal(LANGUAGE_EN, 9.46, out), "9.5");
	assert_string_equal(text_decimal(LANGUAGE_FR, 9.46, out), "9,5");
	assert_string_equal(text_decimal(LANGUAGE_FR, 0, out), "0,0");
	assert_true(strlen(text_decimal(LANGUAGE_FR, 1e300, out)) < TEXT_DECIMAL_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(locales_give_their_language),
	    cmocka_unit_test(the_environment_is_asked_in_the_order_of_posix),
	    cmocka_unit_test(a_sentence_without_translation_is_itself),
	    cmocka_unit_test(a_process_speaks_the_language_it_was_given),
	    cmocka_unit_test(one_thing_is_not_said_as_several),
	    cmocka_unit_test(decimals_are_written_as_people_write_them),
	};
	return RUN_TESTS(tests);
}
