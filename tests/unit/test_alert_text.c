/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "record/alert_text.h"

#include <stdio.h>

/* The {names} of a sentence, sorted by first appearance, into a string. */
static void
names_of(const char *sentence_cstr, char out[static 512])
{
	out[0] = '\0';
	for (const char *at = strchr(sentence_cstr, '{'); at != NULL; at = strchr(at + 1, '{')) {
		const char *end = strchr(at, '}');
		assert_non_null(end);
		char name[64];
		snprintf(name, sizeof(name), "%.*s", (int)(end - at) + 1, at);
		if (strstr(out, name) == NULL)
			snprintf(out + strlen(out), 512 - strlen(out), "%s", name);
	}
}

static void
check_braces(const char *sentence_cstr, const char *detector_cstr)
{
	bool open = false;
	for (const char *at = sentence_cstr; *at != '\0'; at++) {
		if ((*at == '{' && open) || (*at == '}' && !open))
			fail_msg("%s: braces do not match: %s", detector_cstr, sentence_cstr);
		open = *at == '{' || (*at != '}' && open);
	}
	assert_false(open);
}

static bool
same_names(const char *left_cstr, const char *right_cstr)
{
	char left[512], right[512];
	names_of(left_cstr, left);
	names_of(right_cstr, right);
	if (strlen(left) != strlen(right))
		return false;
	for (const char *at = strchr(left, '{'); at != NULL; at = strchr(at + 1, '{')) {
		char name[64];
		snprintf(name, sizeof(name), "%.*s", (int)(strchr(at, '}') - at) + 1, at);
		if (strstr(right, name) == NULL)
			return false;
	}
	return true;
}

static void
every_sentence_exists_in_french_with_the_same_facts(void **state)
{
	(void)state;
	size_t count;
	unsigned missing = 0;
	const struct alert_text *all = alert_text_all(&count);
	assert_true(count >= 1);
	for (size_t i = 0; i < count; i++) {
		const char *const sentences[] = {all[i].title_cstr, all[i].what_cstr, all[i].why_cstr, all[i].todo_cstr};
		for (size_t k = 0; k < LENGTH_OF(sentences); k++) {
			assert_non_null(sentences[k]);
			const char *french_cstr = text_in(LANGUAGE_FR, sentences[k]);
			check_braces(sentences[k], all[i].detector_cstr);
			check_braces(french_cstr, all[i].detector_cstr);
			if (french_cstr == sentences[k] || strcmp(french_cstr, sentences[k]) == 0) {
				print_message("no French: %s: %s\n", all[i].detector_cstr, sentences[k]);
				missing++;
			} else if (!same_names(sentences[k], french_cstr)) {
				fail_msg("%s: other facts in French: %s", all[i].detector_cstr, french_cstr);
			}
		}
		assert_null(strchr(all[i].title_cstr, '{')); /* titles have no variable */
	}
	assert_int_equal(missing, 0);
}

/* With every fact given, nothing of a template is left in what a person reads. */
static void
every_placeholder_is_filled(void **state)
{
	(void)state;
	size_t count;
	const struct alert_text *all = alert_text_all(&count);
	for (size_t i = 0; i < count; i++) {
		const char *const sentences[] = {all[i].what_cstr, all[i].why_cstr, all[i].todo_cstr};
		for (size_t k = 0; k < LENGTH_OF(sentences); k++)
			for (int language = 0; language < 2; language++) {
				struct alert a = {
				    .detector_cstr = all[i].detector_cstr, .last_ns = 1, .targets = 5, .count = 9};
				char names[512], out[2048], name[64];
				const char *template_cstr = text_in((enum language)language, sentences[k]);
				names_of(template_cstr, names);
				unsigned facts = 0;
				for (const char *at = strchr(names, '{'); at != NULL; at = strchr(at + 1, '{')) {
					snprintf(name, sizeof(name), "%.*s", (int)(strchr(at, '}') - at) - 1, at + 1);
					assert_true(strlen(name) < ALERT_FACT_NAME_MAX);
					if (facts++ < ALERT_FACTS_MAX)
						alert_fact_text(&a, name, BYTES("VALUE"));
				}
				size_t n = alert_text_fill((enum language)language, template_cstr, &a, out, sizeof(out));
				assert_int_equal(n, strlen(out));
				assert_true(n + 1 < sizeof(out));
				if (strchr(out, '{') != NULL || strchr(out, '}') != NULL)
					fail_msg("%s: not filled: %s", all[i].detector_cstr, out);
			}
	}
}

static void
names_are_unique_and_found(void **state)
{
	(void)state;
	size_t count;
	const struct alert_text *all = alert_text_all(&count);
	for (size_t i = 0; i < count; i++)
		assert_ptr_equal(alert_text_find(bytes_of_cstr(all[i].detector_cstr)), &all[i]);
	assert_null(alert_text_known(BYTES("")));
	assert_null(alert_text_known(BYTES("scan-horizontal2")));
	assert_null(alert_text_known(BYTES("scan-horizonta")));
	assert_null(alert_text_known(BYTES("scan-horizontal\0")));
}

static void
hostile_facts_are_escaped_and_long_ones_cut(void **state)
{
	(void)state;
	struct alert a = {.detector_cstr = "scan-horizontal", .targets = 3};
	char out[64];
	alert_fact_text(&a, "name", BYTES("\x1b]0;x\x07{count}"));
	(void)alert_text_fill(LANGUAGE_EN, "<{name}|{absent}|{targets}>", &a, out, sizeof(out));
	assert_string_equal(out, "<\\x1b]0;x\\x07{count}||3>"); /* not filled twice */
	static const struct {
		const char *template_cstr, *expected_cstr;
	} rows[] = {
	    {"", ""}, {"no fact", "no fact"}, {"open {name", "open {name"}, {"close } first", "close } first"}, {"{}", ""}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		(void)alert_text_fill(LANGUAGE_EN, rows[i].template_cstr, &a, out, sizeof(out));
		assert_string_equal(out, rows[i].expected_cstr);
	}
	for (size_t size = 1; size < 40; size++) { /* the sanitizer watches the end */
		char *small = malloc(size);
		assert_non_null(small);
		size_t n = alert_text_fill(LANGUAGE_EN, "<{name}|{absent}|{targets}>", &a, small, size);
		assert_true(n < size);
		assert_int_equal(small[n], '\0');
		free(small);
	}
	assert_int_equal(alert_text_fill(LANGUAGE_EN, "x", &a, NULL, 0), 0);
}

static void
durations_read_well(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		const char *expected_cstr;
	} rows[] = {{0, "less than a second"}, {1, "1 s"}, {59, "59 s"}, {60, "1 min"}, {125, "2 min 5 s"},
	    {3600, "1 h 0 min"}, {11400, "3 h 10 min"}, {172800, "2 days"}, {-5, "less than a second"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char out[64];
		(void)alert_text_duration(LANGUAGE_EN, rows[i].seconds * 1000000000, out, sizeof(out));
		assert_string_equal(out, rows[i].expected_cstr);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_sentence_exists_in_french_with_the_same_facts),
	    cmocka_unit_test(every_placeholder_is_filled),
	    cmocka_unit_test(names_are_unique_and_found),
	    cmocka_unit_test(hostile_facts_are_escaped_and_long_ones_cut),
	    cmocka_unit_test(durations_read_well),
	};
	return RUN_TESTS(tests);
}
