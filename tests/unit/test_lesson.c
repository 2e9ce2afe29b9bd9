/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "lesson/lesson.h"
#include "lesson/lesson_coding.h"
#include "lesson/lesson_number.h"

#include <errno.h>
#include <stdio.h>
#include <math.h>

static const struct lesson_limits limits = {.rows = 100, .bytes = 1 << 20};
static struct lesson_account account;
static struct diag diag;

/* The table of a text; NULL: refused. */
static struct learn_table *
learn(const char *mapping_cstr, const char *text_cstr)
{
	struct lesson *l = NULL;
	struct learn_table *table = NULL;
	diag = (struct diag){.offset = UINT64_MAX};
	assert_int_equal(lesson_new(mapping_cstr, &limits, &l, &diag), 0);
	int r = lesson_begin(l, "x.csv", &diag);
	for (struct bytes rest = bytes_of_cstr(text_cstr); rest.len > 0 && r == 0;) {
		struct bytes line = bytes_first(rest, bytes_find(rest, '\n'));
		rest = bytes_after(rest, line.len + 1);
		struct bytes own = test_heap(line);
		r = lesson_line(l, own, &diag);
		test_heap_free(own);
	}
	if (r == 0)
		r = lesson_end(l, 0, &diag);
	if (r == 0)
		r = lesson_finish(l, &table, &diag);
	account = *lesson_account(l);
	lesson_free(l);
	return r == 0 ? table : NULL;
}

#define UNSW_NAMES                                                                                                          \
	"dur,proto,service,state,spkts,dpkts,sbytes,dbytes,rate,sttl,dttl,sload,dload,sloss,dloss,sinpkt,dinpkt,sjit,djit," \
	"swin,stcpb,dtcpb,dwin,tcprtt,synack,ackdat,smean,dmean,trans_depth,response_body_len,ct_srv_src,ct_state_ttl,"     \
	"ct_dst_ltm,ct_src_dport_ltm,ct_dst_sport_ltm,ct_dst_src_ltm,is_ftp_login,ct_ftp_cmd,ct_flw_http_mthd,ct_src_ltm,"  \
	"ct_srv_dst,is_sm_ips_ports"
#define UNSW_VALUES \
	"0.000008,udp,-,INT,2,0,1762,0,125000.0003,254,0,881000000,0,0,0,0.008,0,0,0,0,0,0,0,0,0,0,881,0,0,0,2,2,1,1,1,2,0,0,0,1,2,0"

static void
a_row_has_the_same_codes_with_and_without_names_and_id(void **state)
{
	(void)state;
	static const char *const texts[] = {UNSW_NAMES ",attack_cat,label\n" UNSW_VALUES ",Fuzzers,1\n",
	    "\xef\xbb\xbfid," UNSW_NAMES ",attack_cat,label\r\n7," UNSW_VALUES ",Fuzzers,1\r\n", UNSW_VALUES ",Fuzzers,1",
	    "7," UNSW_VALUES ",Fuzzers,1\n", "\"Attack_Cat\"," UNSW_NAMES ",LABEL\n\" Fuzzers\"," UNSW_VALUES ",1\n"};
	struct flow_vector first;
	for (size_t i = 0; i < LENGTH_OF(texts); i++) {
		struct learn_table *t = learn("unsw-nb15", texts[i]);
		if (t == NULL || t->rows != 1)
			fail_msg("%zu: %s", i, diag.text_cstr);
		if (i == 0)
			first = t->vectors[0];
		assert_memory_equal(&first, &t->vectors[0], sizeof(first));
		assert_int_equal(t->labels[0], LEARN_ATTACK);
		assert_string_equal(t->family_names.name[t->families[0]], "Fuzzers");
		learn_table_free(t);
	}
	assert_int_equal(first.code[0], 8);   /* 8 us */
	assert_int_equal(first.code[9], 254); /* sttl */
	assert_int_equal(first.code[42], FLOW_CODE_MISSING);
}

static void
what_is_wrong_with_a_row_is_named_and_the_row_left_out(void **state)
{
	(void)state;
	static const struct {
		const char *row_cstr;
		enum lesson_wrong wrong;
		unsigned column;
	} rows[] = {{"x" UNSW_VALUES ",0\n", LESSON_WRONG_NUMBER, 1}, {"-" UNSW_VALUES ",0\n", LESSON_WRONG_NEGATIVE, 1},
	    {UNSW_VALUES ",2\n", LESSON_WRONG_LABEL, 43}, {UNSW_VALUES ",0,1\n", LESSON_WRONG_CELLS, 0},
	    {"\"" UNSW_VALUES ",0\n", LESSON_WRONG_QUOTE, 0}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char text_cstr[2048];
		(void)snprintf(text_cstr, sizeof(text_cstr), UNSW_NAMES ",label\n" UNSW_VALUES ",0\n%s", rows[i].row_cstr);
		struct learn_table *t = learn("unsw-nb15", text_cstr);
		assert_non_null(t);
		if (t->rows != 1 || account.wrong[rows[i].wrong] != 1 || account.faults[0].line != 3 ||
		    account.faults[0].column != rows[i].column)
			fail_msg("%zu: line %u column %u %s", i, (unsigned)account.faults[0].line, account.faults[0].column,
			    account.faults[0].text_cstr);
		learn_table_free(t);
	}
}

#define KDD_VALUES                                                                                                                  \
	"0,tcp,http,SF,232,8153,0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,5,5,0.20,0.20,0.00,0.00,1.00,0.00,0.00,30,255,1.00,0.00,0.03,0.04," \
	"0.03,0.01,0.00,0.01"

static void
nsl_kdd_is_read_with_and_without_difficulty(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    KDD_VALUES ",neptune,21\n" KDD_VALUES ",normal,21\n", KDD_VALUES ",neptune.\n" KDD_VALUES ",normal.\n"};
	for (size_t i = 0; i < LENGTH_OF(texts); i++) {
		struct learn_table *t = learn("nsl-kdd", texts[i]);
		assert_non_null(t);
		assert_int_equal(t->rows, 2);
		assert_int_equal(t->labels[0], LEARN_ATTACK);
		assert_string_equal(t->family_names.name[t->families[0]], "neptune");
		assert_int_equal(t->labels[1], LEARN_BENIGN);
		assert_int_equal(t->vectors[0].code[24], 51); /* a fifth of 254 */
		assert_int_equal(t->vectors[0].code[40], 3);
		learn_table_free(t);
	}
}

static void
arff_names_its_columns_in_lines_of_their_own(void **state)
{
	(void)state;
	static const char text_cstr[] = "% a comment\n@relation 'KDD'\n"
	                                "@attribute 'duration' real\n"
	                                "@attribute 'protocol_type' real\n"
	                                "@attribute 'service' real\n"
	                                "@attribute 'flag' real\n"
	                                "@attribute 'src_bytes' real\n"
	                                "@attribute 'dst_bytes' real\n"
	                                "@attribute 'land' real\n"
	                                "@attribute 'wrong_fragment' real\n"
	                                "@attribute 'urgent' real\n"
	                                "@attribute 'hot' real\n"
	                                "@attribute 'num_failed_logins' real\n"
	                                "@attribute 'logged_in' real\n"
	                                "@attribute 'num_compromised' real\n"
	                                "@attribute 'root_shell' real\n"
	                                "@attribute 'su_attempted' real\n"
	                                "@attribute 'num_root' real\n"
	                                "@attribute 'num_file_creations' real\n"
	                                "@attribute 'num_shells' real\n"
	                                "@attribute 'num_access_files' real\n"
	                                "@attribute 'num_outbound_cmds' real\n"
	                                "@attribute 'is_host_login' real\n"
	                                "@attribute 'is_guest_login' real\n"
	                                "@attribute 'count' real\n"
	                                "@attribute 'srv_count' real\n"
	                                "@attribute 'serror_rate' real\n"
	                                "@attribute 'srv_serror_rate' real\n"
	                                "@attribute 'rerror_rate' real\n"
	                                "@attribute 'srv_rerror_rate' real\n"
	                                "@attribute 'same_srv_rate' real\n"
	                                "@attribute 'diff_srv_rate' real\n"
	                                "@attribute 'srv_diff_host_rate' real\n"
	                                "@attribute 'dst_host_count' real\n"
	                                "@attribute 'dst_host_srv_count' real\n"
	                                "@attribute 'dst_host_same_srv_rate' real\n"
	                                "@attribute 'dst_host_diff_srv_rate' real\n"
	                                "@attribute 'dst_host_same_src_port_rate' real\n"
	                                "@attribute 'dst_host_srv_diff_host_rate' real\n"
	                                "@attribute 'dst_host_serror_rate' real\n"
	                                "@attribute 'dst_host_srv_serror_rate' real\n"
	                                "@attribute 'dst_host_rerror_rate' real\n"
	                                "@attribute 'dst_host_srv_rerror_rate' real\n"
	                                "@attribute 'class' {'normal', 'anomaly'}\n@data\n" KDD_VALUES
	                                ",anomaly\n" KDD_VALUES ",'normal'\n";
	struct learn_table *t = learn("nsl-kdd", text_cstr), *plain = learn("nsl-kdd", KDD_VALUES ",normal\n");
	assert_non_null(t);
	assert_int_equal(t->labels[0], LEARN_ATTACK);
	assert_memory_equal(&t->vectors[1], &plain->vectors[0], sizeof(t->vectors[1]));
	learn_table_free(t);
	learn_table_free(plain);
}

static void
labels_that_contradict_each_other_are_no_label(void **state)
{
	(void)state;
	struct learn_table *t = learn(
	    "unsw-nb15", UNSW_VALUES ",Normal,1\n" UNSW_VALUES ",DoS,0\n" UNSW_VALUES ",,0\n" UNSW_VALUES ",,\n");
	assert_non_null(t);
	assert_int_equal(account.wrong[LESSON_WRONG_LABEL], 2);
	assert_int_equal(t->rows, 2);
	assert_int_equal(t->labels[0], LEARN_BENIGN);
	assert_int_equal(t->labels[1], LEARN_UNKNOWN);
	learn_table_free(t);
}

static void
a_file_that_cannot_be_the_table_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text_cstr, *says_cstr;
	} rows[] = {{"", "empty"}, {"dur,proto,label\n0,tcp,0\n", "spkts"}, {"1,2,3\n", "3 cells"},
	    {UNSW_NAMES "\n", "not one row"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		assert_null(learn("unsw-nb15", rows[i].text_cstr));
		if (strstr(diag.text_cstr, rows[i].says_cstr) == NULL)
			fail_msg("%zu: %s", i, diag.text_cstr);
	}
}

static void
codes_rise_with_their_numbers_and_never_mean_missing(void **state)
{
	(void)state;
	static const enum lesson_coding_rule rules[] = {LESSON_CODING_COUNT, LESSON_CODING_LOG3, LESSON_CODING_LOG4,
	    LESSON_CODING_LOG5, LESSON_CODING_BYTES, LESSON_CODING_SHARE};
	for (size_t r = 0; r < LENGTH_OF(rules); r++) {
		const struct lesson_coding coding = {.rule = rules[r]};
		uint8_t before = 0;
		for (double value = 0; value < 1e19; value = value < 5000 ? value + 1 : value * 1.05) {
			uint8_t code = lesson_coding_number(&coding, value);
			if (code < before || code > FLOW_CODE_MAX ||
			    (value < 8 && rules[r] != LESSON_CODING_SHARE && code != value))
				fail_msg("rule %d: %g is %u after %u", (int)rules[r], value, code, before);
			before = code;
		}
		assert_int_equal(before, FLOW_CODE_MAX);
	}
	const struct lesson_coding bytes = {.rule = LESSON_CODING_BYTES}, share = {.rule = LESSON_CODING_SHARE};
	assert_int_equal(lesson_coding_number(&bytes, 4095), 143);
	assert_int_equal(lesson_coding_number(&bytes, 4096), 144);
	assert_int_equal(lesson_coding_number(&bytes, 5120), 145);
	assert_int_equal(lesson_coding_number(&share, 0.5), 127);
}

static void
numbers_are_read_and_nothing_else_is(void **state)
{
	(void)state;
	static const struct {
		const char *text_cstr;
		enum lesson_number_said said;
		double value;
	} rows[] = {{"0", LESSON_NUMBER_OK, 0}, {"-1.5", LESSON_NUMBER_OK, -1.5}, {"1e3", LESSON_NUMBER_OK, 1000},
	    {"0x50", LESSON_NUMBER_OK, 80}, {".5", LESSON_NUMBER_OK, .5}, {"5.", LESSON_NUMBER_OK, 5},
	    {"123456789012345678901234567890", LESSON_NUMBER_OK, 123456789012345678901234567890.0},
	    {"0.0000000000000000000000000000000001", LESSON_NUMBER_OK, 1e-34}, {"2.5E-2", LESSON_NUMBER_OK, .025},
	    {"", LESSON_NUMBER_EMPTY, 0}, {"-", LESSON_NUMBER_EMPTY, 0}, {"?", LESSON_NUMBER_EMPTY, 0},
	    {"nan", LESSON_NUMBER_NOT_FINITE, 0}, {"Infinity", LESSON_NUMBER_NOT_FINITE, 0},
	    {"1e309", LESSON_NUMBER_NOT_FINITE, 0}, {"1e99999999999", LESSON_NUMBER_NOT_FINITE, 0},
	    {"1e", LESSON_NUMBER_TEXT, 0}, {"1 2", LESSON_NUMBER_TEXT, 0}, {"1,5", LESSON_NUMBER_TEXT, 0},
	    {"0x", LESSON_NUMBER_TEXT, 0}, {".", LESSON_NUMBER_TEXT, 0}, {"--1", LESSON_NUMBER_TEXT, 0}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		double value = 0;
		struct bytes own = test_heap(bytes_of_cstr(rows[i].text_cstr));
		enum lesson_number_said said = lesson_number_read(own, &value);
		test_heap_free(own);
		if (said != rows[i].said || fabs(value - rows[i].value) > 1e-12 * fabs(rows[i].value))
			fail_msg("%s: %d %g", rows[i].text_cstr, (int)said, value);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_row_has_the_same_codes_with_and_without_names_and_id),
	    cmocka_unit_test(what_is_wrong_with_a_row_is_named_and_the_row_left_out),
	    cmocka_unit_test(nsl_kdd_is_read_with_and_without_difficulty),
	    cmocka_unit_test(arff_names_its_columns_in_lines_of_their_own),
	    cmocka_unit_test(labels_that_contradict_each_other_are_no_label),
	    cmocka_unit_test(a_file_that_cannot_be_the_table_is_refused),
	    cmocka_unit_test(codes_rise_with_their_numbers_and_never_mean_missing),
	    cmocka_unit_test(numbers_are_read_and_nothing_else_is),
	};
	return RUN_TESTS(tests);
}
