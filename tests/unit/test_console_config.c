/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "console/console_config.h"

static uint8_t room[98304];
static char names[CONSOLE_CONFIG_NAMES_BYTES];

static struct bytes
written(const struct console_config *config)
{
	struct writer w = writer_of(room, sizeof(room));
	console_config_put(&w, config);
	assert_true(writer_ok(&w));
	return test_heap(writer_written(&w));
}

static struct bytes
pem(const char *text_cstr) /* with its NUL */
{
	return (struct bytes){(const uint8_t *)text_cstr, strlen(text_cstr) + 1};
}

static void
what_the_parent_says_is_understood_and_half_of_it_is_not(void **state)
{
	(void)state;
	struct console_config said = {.language = LANGUAGE_FR,
	    .tls = true,
	    .strict_transport = true,
	    .names = {.names = {"localhost", "beffroi.example"}, .count = 2, .addresses = true},
	    .certificate = pem("CERTIFICATE"),
	    .key = pem("KEY")};
	struct console_config heard;
	struct bytes message = written(&said);
	assert_int_equal(console_config_get(message, names, &heard), PARSE_OK);
	assert_int_equal(heard.language, LANGUAGE_FR);
	assert_true(heard.tls && heard.names.tls && heard.strict_transport && heard.names.addresses);
	assert_int_equal(heard.names.count, 2);
	assert_string_equal(heard.names.names[0], "localhost");
	assert_string_equal(heard.names.names[1], "beffroi.example");
	assert_string_equal((const char *)heard.certificate.at, "CERTIFICATE");
	assert_string_equal((const char *)heard.key.at, "KEY");
	for (size_t len = 0; len < message.len; len++) {
		struct bytes cut = test_heap(bytes_first(message, len));
		assert_int_not_equal(console_config_get(cut, names, &heard), PARSE_OK);
		test_heap_free(cut);
	}
	test_heap_free(message);
	said = (struct console_config){.names = {.names = {"localhost"}, .count = 1}};
	message = written(&said);
	assert_int_equal(console_config_get(message, names, &heard), PARSE_OK);
	assert_true(!heard.tls && !heard.names.tls && !heard.strict_transport && !heard.names.addresses);
	assert_int_equal(heard.certificate.len, 0);
	test_heap_free(message);
}

/* They are given to libmicrohttpd as C strings: one without its end would be read past it. */
static void
a_certificate_must_end_where_it_says(void **state)
{
	(void)state;
	static const char inside[] = "CERTI\0FICATE";
	const struct bytes bad[] = {{(const uint8_t *)"no end", 6}, {(const uint8_t *)inside, sizeof(inside)}};
	for (size_t i = 0; i < LENGTH_OF(bad); i++) {
		struct console_config said = {.certificate = bad[i], .key = pem("KEY")}, heard;
		struct bytes message = written(&said);
		assert_int_equal(console_config_get(message, names, &heard), PARSE_BAD);
		test_heap_free(message);
	}
}

static void
names_that_do_not_fit_are_refused(void **state)
{
	(void)state;
	static char long_name[CONSOLE_CONFIG_NAMES_BYTES / 2 + 1];
	memset(long_name, 'a', sizeof(long_name) - 1);
	struct console_config said = {.names = {.names = {long_name, long_name}, .count = 2}}, heard;
	struct bytes message = written(&said);
	assert_int_equal(console_config_get(message, names, &heard), PARSE_BAD);
	test_heap_free(message);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_the_parent_says_is_understood_and_half_of_it_is_not),
	    cmocka_unit_test(a_certificate_must_end_where_it_says),
	    cmocka_unit_test(names_that_do_not_fit_are_refused),
	};
	return RUN_TESTS(tests);
}
