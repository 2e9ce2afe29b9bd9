/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "core/text.h"

#include <stdio.h>

static void
locales_give_their_language(void **state)
{
	(void)state;
	static const struct {
		const char *locale_cstr;
		enum language language;
	} rows[] = {{"fr", LANGUAGE_FR}, {"fr_FR.UTF-8", LANGUAGE_FR}, {"fr_CA", LANGUAGE_FR}, {"en_GB.UTF-8", LANGUAGE_EN}, {"C", LANGUAGE_EN},
	    {"POSIX", LANGUAGE_EN}, {"de_DE", LANGUAGE_EN}, {"", LANGUAGE_EN}, {"f", LANGUAGE_EN}};
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
		const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"}, *const values[] = {rows[i].all_cstr, rows[i].messages_cstr, rows[i].lang_cstr};
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(locales_give_their_language),
	    cmocka_unit_test(the_environment_is_asked_in_the_order_of_posix),
	    cmocka_unit_test(a_sentence_without_translation_is_itself),
	};
	return RUN_TESTS(tests);
}
