/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "intel/cvss.h"
#include "intel/cvss4.h"

static struct cvss_score
scored(const char *vector_cstr)
{
	struct diag diag = {0};
	struct cvss v;
	if (cvss_parse(bytes_of_cstr(vector_cstr), &v, &diag) < 0)
		fail_msg("%s: %s", vector_cstr, diag.text_cstr);
	return cvss_reckon(&v);
}

struct row {
	const char *vector_cstr;
	int tenths;
};

static void
expect(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (scored(rows[i].vector_cstr).score != rows[i].tenths)
			fail_msg(
			    "%s: %d tenths, not %d", rows[i].vector_cstr, scored(rows[i].vector_cstr).score, rows[i].tenths);
}

/* domain 3.2 */
static void
the_vectors_of_the_domain_have_their_scores(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {"AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 98},
	    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 100},
	    {"CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 78},
	    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 61},
	    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 75},
	    {"CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N", 59},
	    {"AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 93},
	    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 100},
	    {"CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 85},
	    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N", 0},
	    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0},
	};
	expect(rows, LENGTH_OF(rows));
}

/* Drawn at random; each has the score that another program (ae-cvss-calculator 1.0.13) gives it. */
static void
threat_and_environment_count(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {"CVSS:4.0/AV:A/AC:L/AT:P/PR:H/UI:P/VC:N/VI:N/VA:H/SC:N/SI:H/SA:L/CR:L/MPR:H/MVI:X/MSC:L", 57},
	    {"CVSS:4.0/AV:N/AC:H/AT:N/PR:N/UI:P/VC:L/VI:L/VA:H/SC:H/SI:L/SA:L/E:X/CR:H/IR:H/MAV:X/MAC:H/MAT:X/MPR:N/MUI:P/MVC:L/MVI:H/MSC:N/MSA:L",
	        61},
	    {"CVSS:4.0/AV:A/AC:H/AT:P/PR:H/UI:P/VC:N/VI:H/VA:N/SC:L/SI:L/SA:H/CR:M/IR:L/MVI:N", 21},
	    {"CVSS:4.0/AV:A/AC:H/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:L/SA:N/E:P/CR:H/AR:M/MAV:X/MPR:H/MVC:H/MVI:X/MVA:H/MSC:L/MSI:X/MSA:X",
	        43},
	    {"CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:H/SA:N/E:P/CR:M/AR:X/MUI:N/MVC:N/MVA:X/MSC:H", 49},
	    {"CVSS:3.0/AV:A/AC:H/PR:L/UI:R/S:U/C:H/I:L/A:H/MAV:A/MUI:N", 67},
	    {"CVSS:4.0/AV:P/AC:L/AT:P/PR:N/UI:A/VC:L/VI:N/VA:H/SC:N/SI:N/SA:L/CR:M/AR:X/MSI:H", 57},
	    {"CVSS:3.1/AV:P/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:L/E:F/CR:M", 48},
	    {"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:L/RC:U/MAV:N/MAC:H/MUI:X/MI:L/MA:H", 60},
	    {"CVSS:3.0/AV:P/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H/MAV:X", 62},
	    {"CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:C/C:H/I:L/A:N/RL:U/RC:C/CR:H/MPR:L/MUI:X/MS:X/MC:X/MI:H/MA:X", 81},
	    {"CVSS:4.0/AV:N/AC:H/AT:P/PR:H/UI:P/VC:L/VI:H/VA:L/SC:L/SI:L/SA:N/E:U/IR:H/MAV:X/MAC:L/MAT:N/MUI:X/MVC:N/MVA:N/MSI:X/MSA:S",
	        71},
	    {"CVSS:3.0/AV:A/AC:H/PR:H/UI:R/S:C/C:N/I:L/A:N/E:X/CR:L/IR:X/AR:H/MAV:P/MAC:L/MPR:L/MC:H/MA:X", 40},
	    {"CVSS:4.0/AV:A/AC:H/AT:P/PR:L/UI:P/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/CR:X/AR:X/MAC:X/MUI:X/MVC:N/MVA:X/MSC:H", 61},
	    {"CVSS:4.0/AV:P/AC:L/AT:P/PR:N/UI:P/VC:L/VI:H/VA:L/SC:N/SI:L/SA:H/E:U/CR:L/IR:L/MAC:H/MAT:X/MPR:N/MUI:X/MVI:X/MVA:X/MSI:H/MSA:H",
	        7},
	    {"CVSS:3.0/AV:L/AC:L/PR:L/UI:R/S:U/C:H/I:N/A:H/IR:X/MAV:L/MPR:L/MUI:N/MS:C/MC:H/MI:L/MA:X", 87},
	};
	expect(rows, LENGTH_OF(rows));
}

static void
each_group_of_metrics_has_its_score(void **state)
{
	(void)state;
	struct cvss_score s = scored("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:U");
	assert_int_equal(s.base, 98);
	assert_int_equal(s.threat, 78);
	assert_int_equal(s.environment, CVSS_NO_SCORE);
	assert_int_equal(s.score, 78);
	assert_int_equal(s.severity, CVSS_HIGH);
	s = scored("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U/MAV:L/AU:Y/U:Red");
	assert_int_equal(s.base, 93);
	assert_int_equal(s.threat, 81);
	assert_int_equal(s.environment, 86);
	assert_int_equal(s.score, 61);
	assert_int_equal(s.macrovector, 100220);
	s = scored("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:X/CR:X/MAV:X");
	assert_int_equal(s.threat, CVSS_NO_SCORE);
	assert_int_equal(s.environment, CVSS_NO_SCORE);
}

/* A worse level never scores lower: a wrong digit in the table shows. */
static void
the_table_falls_with_each_equation(void **state)
{
	(void)state;
	size_t count = 0;
	for (unsigned n = 0; n < 324; n++) {
		unsigned eq[6] = {n / 108, n / 54 % 2, n / 18 % 3, n / 6 % 3, n / 2 % 3, n % 2};
		int score = cvss4_table_score(eq);
		assert_int_equal(score == CVSS_NO_SCORE, eq[2] == 2 && eq[5] == 0);
		count += score != CVSS_NO_SCORE;
		for (size_t i = 0; i < 6 && score != CVSS_NO_SCORE; i++) {
			unsigned next[6];
			memcpy(next, eq, sizeof(next));
			next[i]++;
			if (cvss4_table_score(next) != CVSS_NO_SCORE)
				assert_true(cvss4_table_score(next) <= score);
		}
	}
	assert_int_equal(count, 270);
	assert_int_equal(cvss4_table_score((unsigned[6]){3, 0, 0, 0, 0, 0}), CVSS_NO_SCORE);
}

static void
severities_begin_where_the_specification_says(void **state)
{
	(void)state;
	static const struct {
		int tenths;
		enum cvss_severity severity;
	} rows[] = {{0, CVSS_NONE}, {1, CVSS_LOW}, {39, CVSS_LOW}, {40, CVSS_MEDIUM}, {69, CVSS_MEDIUM}, {70, CVSS_HIGH},
	    {89, CVSS_HIGH}, {90, CVSS_CRITICAL}, {100, CVSS_CRITICAL}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		assert_int_equal(cvss_severity_of(rows[i].tenths), rows[i].severity);
}

static void
what_is_no_vector_is_refused_at_its_place(void **state)
{
	(void)state;
	static const struct {
		const char *vector_cstr;
		unsigned column;
		const char *says_cstr;
	} rows[] = {
	    {"", 1, "AV: this metric is missing"},
	    {"CVSS:2.0/AV:N", 1, "CVSS:3.0/"},
	    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", 41, "A: this metric is missing"},
	    {"CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 10, "no such value"},
	    {"CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 15, "twice"},
	    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/VC:H", 46, "no such metric"},
	    {"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/", 45, "last slash"},
	    {"CVSS:3.1/AV:N//AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 15, "no such metric"},
	    {"CVSS:3.1/AV:NN/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 10, "no such value"},
	    {"CVSS:3.1/av:n", 10, "no such metric"},
	    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/U:C", 65, "no such value"},
	    {"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:S/SA:N", 55, "no such value"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct diag diag = {0};
		struct cvss v;
		struct bytes heap = test_heap(bytes_of_cstr(rows[i].vector_cstr));
		assert_int_not_equal(cvss_parse(heap, &v, &diag), 0);
		if (diag.column != rows[i].column || strstr(diag.text_cstr, rows[i].says_cstr) == NULL)
			fail_msg("%s: column %u: %s", rows[i].vector_cstr, diag.column, diag.text_cstr);
		test_heap_free(heap);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_vectors_of_the_domain_have_their_scores),
	    cmocka_unit_test(threat_and_environment_count),
	    cmocka_unit_test(each_group_of_metrics_has_its_score),
	    cmocka_unit_test(the_table_falls_with_each_equation),
	    cmocka_unit_test(severities_begin_where_the_specification_says),
	    cmocka_unit_test(what_is_no_vector_is_refused_at_its_place),
	};
	return RUN_TESTS(tests);
}
