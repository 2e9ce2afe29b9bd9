/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* test_report_golden FOLDER   Compares documents of the made-up incident with those in the folder; with UPDATE=1 in the
 * environment it writes them: look at the difference. */
#include "test.h"

#include "core/auto.h"
#include "report/zip.h"

#include <stdio.h>

#include "report_sample.h"

static const char *folder_cstr;
static struct zone *zone;

static const struct {
	enum report_kind kind;
	enum language language;
	bool is_public;
	const char *name_cstr;
} cases[] = {
    {REPORT_MANAGEMENT, LANGUAGE_FR, false, "management.fr"},
    {REPORT_MANAGEMENT, LANGUAGE_EN, false, "management.en"},
    {REPORT_MANAGEMENT, LANGUAGE_FR, true, "management-public.fr"},
    {REPORT_TECHNICAL, LANGUAGE_FR, false, "technical.fr"},
    {REPORT_TECHNICAL, LANGUAGE_EN, false, "technical.en"},
    {REPORT_NOTICE, LANGUAGE_FR, false, "notice.fr"},
    {REPORT_PERIOD, LANGUAGE_EN, false, "period.en"},
    {REPORT_COMMITTEE, LANGUAGE_FR, false, "committee.fr"},
    {REPORT_COMMITTEE, LANGUAGE_EN, false, "committee.en"},
};

/* What follows the style sheet, a block a line: so that a difference shows where it is. */
static char *
spread(const struct report_document *made)
{
	const char *start = strstr(made->at, "<body"), *end = made->at + made->len;
	char *out = malloc(made->len * 2 + 1), *to = out;
	assert_non_null(out);
	assert_non_null(start);
	for (const char *c = start; c < end; c++) {
		*to++ = *c;
		if (*c == '>' && c + 1 < end && c[1] == '<')
			*to++ = '\n';
	}
	*to = '\0';
	return out;
}

static void
documents_are_what_they_were(void **state)
{
	(void)state;
	static struct report_sample sample;
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		struct report_document made = {.len = 0};
		struct diag diag = {.offset = 0};
		char path[512];
		report_sample_make(&sample, cases[i].language, zone, NULL);
		sample.in.is_public = cases[i].is_public;
		assert_int_equal(report_make(cases[i].kind, REPORT_HTML, &sample.in, &made, &diag), 0);
		made.at = realloc(made.at, made.len + 1);
		assert_non_null(made.at);
		made.at[made.len] = '\0';
		AUTO_FREE char *now = spread(&made);
		free(made.at);
		(void)snprintf(path, sizeof(path), "%s/%s.html", folder_cstr, cases[i].name_cstr);
		AUTO_FCLOSE FILE *file = fopen(path, getenv("UPDATE") != NULL ? "we" : "re");
		if (file == NULL)
			fail_msg("%s cannot be opened", path);
		if (getenv("UPDATE") != NULL) {
			assert_true(fputs(now, file) >= 0);
			continue;
		}
		AUTO_FREE char *line = NULL;
		size_t size = 0;
		const char *at = now;
		for (unsigned number = 1;; number++) {
			ssize_t n = getline(&line, &size, file);
			if (n < 0)
				break;
			if (strncmp(at, line, (size_t)n) != 0)
				fail_msg("%s:%u: was %.*s, is %.*s", path, number, (int)n, line, (int)strcspn(at, "\n"), at);
			at += n;
		}
		if (*at != '\0')
			fail_msg("%s: there is more: %.100s", path, at);
	}
}

static void
check_secrets(struct bytes text, unsigned kind)
{
	static const char *const secrets[] = {"Ferrand", "Nadia", "Lemaire", "Haddad", "Karim", "Lefèvre", "Renée",
	    "192.168", "203.0.113", "PC-ACCUEIL", "06 12 34"};
	for (size_t i = 0; i < LENGTH_OF(secrets); i++)
		if (bytes_find_all(text, bytes_of_cstr(secrets[i])) < text.len)
			fail_msg("%s in the public version of %s", secrets[i], report_kind_word(kind));
}

static void
check_archive(struct bytes archive, unsigned kind)
{
	static struct zip zip;
	assert_true(zip_open(archive, &zip) && zip.count > 5);
	for (size_t i = 0; i < zip.count; i++) {
		uint8_t *part = NULL;
		assert_true(zip_read(archive, &zip.entries[i], &part));
		check_secrets((struct bytes){part, zip.entries[i].size}, kind);
		free(part);
	}
}

static void
a_public_version_has_no_name_of_the_record(void **state)
{
	(void)state;
	static struct report_sample sample;
	for (unsigned kind = 0; kind < REPORT_KINDS; kind++) {
		for (unsigned format = REPORT_HTML; format <= REPORT_ODT; format++) {
			struct report_document made = {.len = 0};
			struct diag diag = {.offset = 0};
			report_sample_make(&sample, LANGUAGE_FR, zone, NULL);
			sample.in.is_public = true;
			assert_int_equal(
			    report_make((enum report_kind)kind, (enum report_format)format, &sample.in, &made, &diag), 0);
			struct bytes whole = {(const uint8_t *)made.at, made.len};
			if (format != REPORT_XLSX)
				check_secrets(whole, kind);
			else
				check_archive(whole, kind);
			free(made.at);
		}
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(documents_are_what_they_were),
	    cmocka_unit_test(a_public_version_has_no_name_of_the_record),
	};
	struct diag diag;
	if (argc != 2 || zone_open(&zone, "Europe/Paris", &diag) < 0)
		return 2;
	folder_cstr = argv[1];
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	zone_free(zone);
	return failed;
}
