/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "report/html.h"
#include "report/markup.h"
#include "report/typography.h"
#include "report/veil.h"

static struct arena arena;

static const char *
written(struct markup *m)
{
	markup_raw(m, (struct bytes){(const uint8_t *)"", 1});
	return m->at;
}

static void
text_leaves_escaped_in_elements_and_attributes(void **state)
{
	(void)state;
	struct markup m = {0};
	markup_open(&m, "p");
	markup_attr(&m, "title", "\"><script>'&");
	markup_text(&m, "<b>&amp;</b>");
	markup_close(&m);
	assert_true(markup_ok(&m));
	assert_string_equal(written(&m), "<p title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\">&lt;b&gt;&amp;amp;&lt;/b&gt;</p>");
	markup_free(&m);
}

static void
what_is_no_text_leaves_as_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out, *why;
	} cases[] = {
	    {"a\x01z", "a\\x01z", "XML knows no control characters"},
	    {"\xff\xfe", "\\xff\\xfe", "no UTF-8"},
	    {"\xc2\x9b", "\\xc2\\x9b", "terminals obey U+009B"},
	    {"a\xe2\x80\xae"
	     "b",
	        "a\\u202eb", "a text must not turn around what follows"},
	    {"\xef\xbf\xbf", "\\uffff", "no character of XML"},
	    {"\xe2\x82\xac\n\t", "\xe2\x82\xac\n\t", "a sign of the euro, a line and a tab are text"},
	};
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		struct markup m = {0};
		markup_text(&m, cases[i].in);
		if (strcmp(written(&m), cases[i].out) != 0)
			fail_msg("%s: %s", cases[i].why, m.at);
		markup_free(&m);
	}
}

static void
a_string_of_css_is_all_numbers(void **state)
{
	(void)state;
	struct markup m = {0};
	markup_css_string(&m, "a\"}\xc3\xa9</style>");
	assert_string_equal(written(&m), "\"\\61 \\22 \\7d \\e9 \\3c \\2f \\73 \\74 \\79 \\6c \\65 \\3e \"");
	markup_free(&m);
}

static void
french_spaces_do_not_break_and_none_is_added(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"a : b ; c ? d ! 5 %", "a\xc2\xa0: b\xc2\xa0; c\xc2\xa0? d\xc2\xa0! 5\xc2\xa0%"},
	    {"\xc2\xab oui \xc2\xbb", "\xc2\xab\xc2\xa0oui\xc2\xa0\xc2\xbb"},
	    {"12 \xe2\x82\xac", "12\xc2\xa0\xe2\x82\xac"},
	    {"a:b 10:30 http://x", "a:b 10:30 http://x"},
	    {"x :: y", "x :: y"},
	};
	char out[128];
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		size_t n = typography_spaces(LANGUAGE_FR, bytes_of_cstr(cases[i].in), out);
		assert_string_equal(out, cases[i].out);
		assert_int_equal(n, strlen(out));
		assert_true(n < typography_room(bytes_of_cstr(cases[i].in)));
		(void)typography_spaces(LANGUAGE_EN, bytes_of_cstr(cases[i].in), out);
		assert_string_equal(out, cases[i].in);
	}
}

static void
numbers_and_dates_are_those_of_the_language(void **state)
{
	(void)state;
	char number[TYPOGRAPHY_NUMBER_MAX], time[TYPOGRAPHY_TIME_MAX];
	struct zone *zone = NULL;
	struct diag diag;
	assert_int_equal(zone_open(&zone, "Europe/Paris", &diag), 0);
	assert_string_equal(typography_number(LANGUAGE_FR, 1234567, number),
	    "1\xc2\xa0"
	    "234\xc2\xa0"
	    "567");
	assert_string_equal(typography_number(LANGUAGE_EN, 123, number), "123");
	assert_string_equal(typography_size(LANGUAGE_FR, 3200000000, number),
	    "3,2\xc2\xa0"
	    "Go");
	assert_string_equal(typography_exact(LANGUAGE_FR, zone, 1793095200, time),
	    "27/10/2026\xc2\xa0"
	    "11:00 (UTC+01:00)");
	assert_string_equal(typography_date(LANGUAGE_EN, zone, 1793095200, time), "2026-10-27");
	zone_free(zone);
}

static const char *
veiled(struct veil *v, const char *text_cstr)
{
	struct bytes over = veil_over(v, &arena, bytes_of_cstr(text_cstr));
	return (const char *)arena_dup(&arena, over).at;
}

static void
names_and_addresses_are_hidden_wherever_they_stand(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out, *why;
	} cases[] = {
	    {"call Ren\xc3\xa9"
	     "e Lef\xc3\xa8vre now",
	        "call Person 1 now", "a name"},
	    {"LEFEVRE, then lef\xc3\xa8vre.", "Person 1, then Person 1.", "without accents, in other case"},
	    {"Lefe\xcc\x80vre", "Person 1", "an accent that combines"},
	    {"lefevres lefevre_2", "lefevres Person 1_2", "whole words only"},
	    {"the service of Mme", "the service of Mme", "titles and functions are nobody"},
	    {"192.168.20.7:445 and fe80::1", "Machine 1:445 and Machine 2", "addresses inside"},
	    {"from 203.0.113.9.", "from Outside address 1.", "an address outside, at the end of a sentence"},
	    {"SRV-FILES answered", "Machine 1 answered", "a machine has one pseudonym, by name and by address"},
	    {"02:00:5e:10:00:aa", "(MAC address)", "a hardware address"},
	    {"06 12 34 56 78, +33 6 12 34 56 78", "(telephone number), (telephone number)", "telephones"},
	    {"x.lef@mairie.example;", "(mail address);", "a mail address"},
	    {"2026-10-24 12:00:00, v1.2.3", "2026-10-24 12:00:00, v1.2.3", "times and versions are no addresses"},
	};
	struct veil v;
	struct addr inside;
	assert_true(addr_parse(BYTES("192.168.20.7"), &inside));
	assert_int_equal(veil_start(&v, &arena, LANGUAGE_EN), 0);
	veil_person(&v,
	    BYTES("Mme Ren\xc3\xa9"
	          "e Lef\xc3\xa8vre"));
	veil_machine(&v, &inside, BYTES("srv-files"));
	for (size_t i = 0; i < LENGTH_OF(cases); i++)
		if (strcmp(veiled(&v, cases[i].in), cases[i].out) != 0)
			fail_msg("%s: %s", cases[i].why, veiled(&v, cases[i].in));
	assert_false(v.full);
}

static void
a_document_is_whole_html_whatever_its_texts(void **state)
{
	(void)state;
	struct doc d;
	struct markup m = {0};
	struct zone *zone = NULL;
	struct diag diag;
	static const char evil[] = "</style><script>alert(1)</script>\xff";
	static const struct doc_column columns[] = {{N_("What"), 50, DOC_TEXT}, {N_("Due"), 50, DOC_CODE}};
	assert_int_equal(zone_open(&zone, "UTC", &diag), 0);
	doc_start(&d, &arena, LANGUAGE_EN, zone, NULL,
	    &(struct doc_cover){.organisation_cstr = evil, .title_cstr = evil, .tlp_cstr = evil, .version_cstr = evil});
	doc_heading(&d, 1, evil);
	doc_paragraph(&d, DOC_QUIET, evil);
	doc_figure(&d, DOC_GRAVE, evil, evil, evil);
	doc_item(&d, evil);
	doc_note(&d, DOC_WATCH, evil);
	doc_table(&d, evil, columns, LENGTH_OF(columns));
	doc_cell(&d, evil);
	doc_cell(&d, evil);
	doc_facts(&d, evil);
	doc_fact(&d, evil, evil);
	html_write(&d, &m, HTML_WHOLE);
	assert_true(doc_ok(&d) && markup_ok(&m));
	assert_null(strstr(written(&m), "<script"));
	assert_non_null(strstr(m.at, "<html lang=\"en\">"));
	assert_non_null(strstr(m.at, "<th scope=\"col\">"));
	assert_non_null(strstr(m.at, "\\xff"));
	markup_free(&m);
	zone_free(zone);
}

static int
start(void **state)
{
	(void)state;
	return arena_init(&arena, 64 << 20);
}

static int
end(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_leaves_escaped_in_elements_and_attributes),
	    cmocka_unit_test(what_is_no_text_leaves_as_numbers),
	    cmocka_unit_test(a_string_of_css_is_all_numbers),
	    cmocka_unit_test(french_spaces_do_not_break_and_none_is_added),
	    cmocka_unit_test(numbers_and_dates_are_those_of_the_language),
	    cmocka_unit_test(names_and_addresses_are_hidden_wherever_they_stand),
	    cmocka_unit_test(a_document_is_whole_html_whatever_its_texts),
	};
	return cmocka_run_group_tests(tests, start, end);
}
