/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* With BEFFROI_CORPUS: no keyword of the public rules is without words. */
#include "test.h"

#include "core/auto.h"
#include "core/text.h"
#include "detect/rules/rule_outline.h"
#include "detect/rules/rule_text.h"
#include "detect/rules/rule_words.h"

#include <glob.h>
#include <stdio.h>

static void
an_outline_has_the_words_of_the_rule(void **state)
{
	(void)state;
	struct rule_outline o;
	struct bytes options, name, value;
	bool negated;
	assert_true(rule_outline_of(
	    BYTES(
	        "alert tcp [10.0.0.1, !10.0.0.2]  any -> $HOME_NET [80,443] (msg:\"a\\; b\"; content:!\"x|3b|\"; nocase; pcre:\"/a\";b/\"; sid: 7;)"),
	    &o));
	assert_bytes_equal(o.protocol, BYTES("tcp"));
	assert_bytes_equal(o.source, BYTES("[10.0.0.1, !10.0.0.2]"));
	assert_bytes_equal(o.target_port, BYTES("[80,443]"));
	assert_int_equal(rule_outline_sid(&o), 7);
	assert_bytes_equal(rule_outline_value(&o, "msg"), BYTES("a\\; b"));
	options = o.options;
	assert_true(rule_outline_next(&options, &name, &value, &negated) && !negated);
	assert_true(rule_outline_next(&options, &name, &value, &negated) && negated);
	assert_bytes_equal(name, BYTES("content"));
	assert_bytes_equal(value, BYTES("x|3b|"));
	assert_true(rule_outline_next(&options, &name, &value, &negated) && !negated);
	assert_bytes_equal(name, BYTES("nocase"));
	assert_int_equal(value.len, 0);
	assert_false(rule_outline_of(BYTES("alert tcp any any -> any"), &o));
	assert_false(rule_outline_of(BYTES("alert tcp any any -> any (sid:1;)"), &o));
	assert_false(rule_outline_of(BYTES("alert tcp any any -> any any (sid:1;"), &o));
}

static void
names_of_all_ages_have_the_same_words(void **state)
{
	(void)state;
	assert_ptr_equal(rule_words_find(BYTES("http.uri")), rule_words_find(BYTES("http_uri")));
	assert_ptr_equal(rule_words_find(BYTES("tcp.seq")), rule_words_find(BYTES("seq")));
	assert_int_equal(rule_words_find(BYTES("content"))->kind, RULE_WORDS_STEP);
	assert_int_equal(rule_words_find(BYTES("ttl"))->kind, RULE_WORDS_NUMBER);
	assert_null(rule_words_find(BYTES("contents")));
}

static size_t
read_rules(const char *path_cstr)
{
	AUTO_FCLOSE FILE *f = fopen(path_cstr, "r");
	assert_non_null(f);
	AUTO_FREE uint8_t *room = malloc(32 << 20);
	struct rule_text_reader reader = rule_text_of((struct bytes){room, fread(room, 1, 32 << 20, f)});
	struct rule_text text;
	size_t rules = 0;
	while (rule_text_next(&reader, &text)) {
		struct rule_outline o;
		struct bytes name, value;
		bool negated;
		if (!rule_outline_of(text.text, &o))
			continue;
		rules++;
		assert_int_not_equal(rule_outline_sid(&o), 0);
		for (struct bytes left = o.options; rule_outline_next(&left, &name, &value, &negated);) {
			const struct rule_words *words = rule_words_find(name);
			if (words == NULL)
				fail_msg(
				    "%s:%u: no words for %.*s", path_cstr, text.line, (int)name.len, (const char *)name.at);
			if (words->text_cstr[0] != '\0') /* in French too */
				assert_string_not_equal(text_in(LANGUAGE_FR, words->text_cstr), "");
		}
	}
	return rules;
}

static const char *corpus_cstr; /* the folder of other people's rules; NULL: none here */

static void
no_keyword_of_the_public_rules_is_without_words(void **state)
{
	(void)state;
	char pattern[4096];
	glob_t found;
	size_t rules = 0;
	(void)snprintf(pattern, sizeof(pattern), "%s/rules/*/*.rules", corpus_cstr);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		rules += read_rules(found.gl_pathv[i]);
	globfree(&found);
	(void)snprintf(pattern, sizeof(pattern), "%s/rules/*/rules/*.rules", corpus_cstr);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		rules += read_rules(found.gl_pathv[i]);
	globfree(&found);
	assert_true(rules > 25000);
}

/* With a word: the part that needs other people's rules, a test of its own, so that where they are absent its skip is seen (77). */
int
main(int argc, char **argv)
{
	(void)argv;
	const struct CMUnitTest ours[] = {
	    cmocka_unit_test(an_outline_has_the_words_of_the_rule),
	    cmocka_unit_test(names_of_all_ages_have_the_same_words),
	};
	const struct CMUnitTest public[] = {cmocka_unit_test(no_keyword_of_the_public_rules_is_without_words)};
	if (argc == 1)
		return cmocka_run_group_tests(ours, NULL, NULL);
	corpus_cstr = getenv("BEFFROI_CORPUS");
	if (corpus_cstr == NULL || corpus_cstr[0] == '\0')
		return 77;
	return cmocka_run_group_tests(public, NULL, NULL);
}
