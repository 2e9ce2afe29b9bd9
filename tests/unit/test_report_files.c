/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "report/margins.h"
#include "report/sheet.h"
#include "report/zip.h"

#include <stdio.h>

static struct arena arena;
static struct zone *zone;
static struct zip zip, again;

static struct bytes
archive(void)
{
	return (struct bytes){zip.at, zip.len};
}

/* A file of the archive as text; the test ends when it is not there. */
static char *
file_of(struct bytes from, const char *name_cstr)
{
	uint8_t *out = NULL;
	assert_true(zip_open(from, &again));
	for (size_t i = 0; i < again.count; i++)
		if (strcmp(again.entries[i].name_cstr, name_cstr) == 0)
			assert_true(zip_read(from, &again.entries[i], &out));
	if (out == NULL)
		fail_msg("no %s in it", name_cstr);
	return (char *)out;
}

static void
an_archive_reads_back_as_it_was_written(void **state)
{
	(void)state;
	static uint8_t big[100000];
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (uint8_t)(i * i >> 3);
	zip = (struct zip){.count = 0};
	zip_store(&zip, "mimetype", BYTES("application/x"));
	zip_deflate(&zip, "a/empty", (struct bytes){0});
	zip_deflate(&zip, "a/big", (struct bytes){big, sizeof(big)});
	assert_true(zip_end(&zip));
	char *text = file_of(archive(), "mimetype");
	assert_string_equal(text, "application/x");
	assert_memory_equal(zip.at + 38, "application/x", 13); /* as it is, at the place where OpenDocument wants it */
	free(text);
	text = file_of(archive(), "a/big");
	assert_memory_equal(text, big, sizeof(big));
	free(text);
	text = file_of(archive(), "a/empty");
	assert_string_equal(text, "");
	free(text);
	zip_free(&zip);
}

static void
an_archive_that_was_cut_or_altered_is_refused(void **state)
{
	(void)state;
	zip = (struct zip){.count = 0};
	zip_deflate(&zip, "one", BYTES("some text, some text, some text"));
	zip_store(&zip, "two", BYTES("as it is"));
	assert_true(zip_end(&zip));
	for (size_t len = 0; len < zip.len; len++) {
		struct bytes cut = test_heap((struct bytes){zip.at, len});
		assert_false(zip_open(cut, &again));
		test_heap_free(cut);
	}
	size_t noticed = 0;
	for (size_t at = 0; at < zip.len; at++) { /* one byte, in turn: refused, or the same text */
		zip.at[at] ^= 0x20;
		struct bytes altered = test_heap(archive());
		bool whole = zip_open(altered, &again);
		for (size_t i = 0; i < again.count && whole; i++) {
			uint8_t *out = NULL;
			whole = zip_read(altered, &again.entries[i], &out);
			free(out);
		}
		noticed += !whole;
		test_heap_free(altered);
		zip.at[at] ^= 0x20;
	}
	assert_true(noticed > 60);
	zip_free(&zip);
}

static void
no_cell_is_a_formula(void **state)
{
	(void)state;
	static const char *const texts[] = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "|calc", "<f>1</f>", "a=1"};
	static const struct doc_column columns[] = {{N_("What"), 50, DOC_TEXT}, {N_("Due"), 50, DOC_TIME}};
	struct doc d;
	doc_start(&d, &arena, LANGUAGE_FR, zone, NULL,
	    &(struct doc_cover){.title_cstr = "=title",
	        .organisation_cstr = "A & B",
	        .tlp_cstr = "AMBER",
	        .reference_cstr = "X-INC-2026-001",
	        .version_cstr = "1.0"});
	doc_heading(&d, 1, "A/B [*]: very long name of a chapter, which does not fit");
	doc_table(&d, "", columns, LENGTH_OF(columns));
	for (size_t i = 0; i < LENGTH_OF(texts); i++) {
		doc_cell(&d, texts[i]);
		doc_cell_time(&d, true, 1793095200);
	}
	doc_table(&d, "", columns, LENGTH_OF(columns));
	doc_cell(&d, "second");
	doc_cell_number(&d, 42);
	assert_true(sheet_write(&d, &zip));
	char *sheet = file_of(archive(), "xl/worksheets/sheet2.xml");
	assert_null(strstr(sheet, "<f>"));
	assert_non_null(strstr(sheet, ">&#39;=1+1<"));
	assert_non_null(strstr(sheet, ">&#39;@SUM(A1)<"));
	assert_non_null(strstr(sheet, ">&#39;-1<"));
	assert_non_null(strstr(sheet, ">a=1<"));
	assert_non_null(strstr(sheet, "<v>46322.458333333</v>")); /* 2026-10-27 11:00 on the wall of Paris */
	assert_non_null(strstr(sheet, "&amp;LA &amp;&amp; B&amp;RTLP:AMBER"));
	free(sheet);
	sheet = file_of(archive(), "xl/worksheets/sheet1.xml");
	assert_non_null(strstr(sheet, ">&#39;=title<"));
	free(sheet);
	sheet = file_of(archive(), "xl/workbook.xml");
	assert_non_null(strstr(sheet, "\"A B      very long name of\""));
	assert_non_null(strstr(sheet, "\"A B      very long name of 2\""));
	free(sheet);
	zip_free(&zip);
}

static void
margins_are_put_into_what_pandoc_makes(void **state)
{
	(void)state;
	static const struct report_margins margins = {"<A> & B", "TLP:RED", "X-INC-2026-001"};
	char *out = NULL;
	size_t len = 0;
	zip = (struct zip){.count = 0};
	zip_store(&zip, "mimetype", BYTES("application/vnd.oasis.opendocument.text"));
	zip_deflate(&zip, "styles.xml",
	    BYTES(
	        "<x><style:master-page style:name=\"Standard\" style:page-layout-name=\"p\">\n<old/></style:master-page></x>"));
	assert_true(zip_end(&zip) && margins_put(false, &margins, archive(), &out, &len));
	struct bytes odt = {(const uint8_t *)out, len};
	char *text = file_of(odt, "styles.xml");
	assert_non_null(strstr(text, "page-layout-name=\"p\"><style:header>"));
	assert_non_null(strstr(text, "&lt;A&gt; &amp; B"));
	assert_non_null(strstr(text, "</style:footer></style:master-page></x>"));
	free(text);
	free(out);
	assert_false(margins_put(true, &margins, archive(), &out, &len)); /* no DOCX */
	zip_free(&zip);

	zip = (struct zip){.count = 0};
	zip_deflate(&zip, "[Content_Types].xml", BYTES("<Types></Types>"));
	zip_deflate(&zip, "word/_rels/document.xml.rels", BYTES("<Relationships></Relationships>"));
	zip_deflate(&zip, "word/document.xml", BYTES("<w:body>text<w:sectPr /></w:body>"));
	assert_true(zip_end(&zip) && margins_put(true, &margins, archive(), &out, &len));
	struct bytes docx = {(const uint8_t *)out, len};
	text = file_of(docx, "word/document.xml");
	assert_non_null(strstr(text, "text<w:sectPr><w:headerReference"));
	assert_null(strstr(text, "<w:sectPr />"));
	free(text);
	text = file_of(docx, "word/header9.xml");
	assert_non_null(strstr(text, "TLP:RED"));
	free(text);
	free(out);
	zip_free(&zip);
	assert_false(margins_put(true, &margins, BYTES("no archive"), &out, &len));
}

static int
start(void **state)
{
	(void)state;
	struct diag diag;
	return arena_init(&arena, 64 << 20) < 0 ? -1 : zone_open(&zone, "Europe/Paris", &diag);
}

static int
end(void **state)
{
	(void)state;
	zone_free(zone);
	arena_done(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_archive_reads_back_as_it_was_written),
	    cmocka_unit_test(an_archive_that_was_cut_or_altered_is_refused),
	    cmocka_unit_test(no_cell_is_a_formula),
	    cmocka_unit_test(margins_are_put_into_what_pandoc_makes),
	};
	return cmocka_run_group_tests(tests, start, end);
}
