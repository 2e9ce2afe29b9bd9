/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Data sets, reputations of addresses and threshold.config: what is read beside the rules. */
#include "test.h"

#include "detect/rules/rule_memory.h"
#include "detect/rules/rule_set.h"
#include "detect/rules/rule_threshold.h"

#include <stdio.h>

static struct rule_set *set;

static int
begin(void **state)
{
	(void)state;
	set = calloc(1, sizeof(*set));
	return set == NULL ? -1 : rule_set_init(set, 512 << 20);
}

static int
end(void **state)
{
	(void)state;
	rule_set_done(set);
	free(set);
	return 0;
}

static size_t
read_rules(const char *text_cstr)
{
	struct diag diag;
	assert_int_equal(rule_set_read(set, "test.rules", bytes_of_cstr(text_cstr), &diag), 0);
	return set->count;
}

static void
add_list(const char *name_cstr, const char *text_cstr)
{
	struct diag diag;
	assert_int_equal(rule_set_add_list(set, bytes_of_cstr(name_cstr), bytes_of_cstr(text_cstr), &diag), 0);
}

/* The only test of the rule that was read i-th, asked of these bytes. */
static bool
holds(size_t i, struct bytes data)
{
	const struct rule_match *m = &set->rules[i]->matches[0];
	return rule_dataset_holds(&m->u.dataset, m->kind == RULE_DATAREP, data);
}

static struct addr
address(const char *text_cstr)
{
	struct addr a;
	assert_true(addr_parse(bytes_of_cstr(text_cstr), &a));
	return a;
}

static void
a_data_set_has_what_its_file_says(void **state)
{
	(void)state;
	add_list("names", "ZXZpbC5jb20=\nYQ==\n\n");
	add_list("md5s", "00112233445566778899aabbccddeeff\nnonsense\n");
	assert_int_equal(
	    read_rules("alert dns any any -> any any (dns.query; dataset:isset,n,type string,load names; sid:1;)\n"
	               "alert dns any any -> any any (dns.query; dataset:isnotset,n,type string; sid:2;)\n"
	               "alert dns any any -> any any (dns.query; to_md5; dataset:isset,h,type md5,load md5s; sid:3;)\n"),
	    3);
	assert_true(holds(0, BYTES("evil.com")) && holds(0, BYTES("a")));
	assert_false(holds(0, BYTES("evil.co")) || holds(0, BYTES("EVIL.COM")) || holds(0, BYTES("")));
	assert_true(holds(1, BYTES("evil.co")));
	assert_false(holds(1, BYTES("a")));
	assert_true(holds(2, BYTES("\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff")));
	assert_false(holds(2, BYTES("00112233445566778899aabbccddeeff"))); /* its digits are not its bytes */
	assert_int_equal(set->outcomes[RULE_LOADED_PARTLY], 1);            /* a line that is no hash is told */
}

static void
what_is_set_is_there_once_until_it_is_unset(void **state)
{
	(void)state;
	assert_int_equal(read_rules("alert ip any any -> any any (ip.dst; dataset:set,seen,type ip; sid:1;)\n"
	                            "alert ip any any -> any any (ip.dst; dataset:unset,seen,type ip; sid:2;)\n"
	                            "alert ip any any -> any any (ip.src; dataset:isset,seen,type ip; sid:3;)\n"),
	    3);
	struct bytes v4 = BYTES("\x0a\x00\x00\x01"), v6 = BYTES("\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1");
	assert_true(holds(0, v4) && holds(0, v6));
	assert_false(holds(0, v4));
	assert_true(holds(2, v4));
	assert_true(holds(1, v4));
	assert_false(holds(1, v4) || holds(2, v4));
	assert_true(holds(2, v6) && holds(0, v4));
	assert_false(holds(0, BYTES("abc"))); /* no address */
}

static void
a_set_that_is_full_takes_no_more_and_forgets_nothing(void **state)
{
	(void)state;
	assert_int_equal(read_rules("alert dns any any -> any any (dns.query; dataset:set,seen,type string; sid:1;)\n"), 1);
	unsigned taken = 0;
	for (unsigned i = 0; i < 300000; i++) {
		char text[16];
		int len = snprintf(text, sizeof(text), "%u", i);
		taken += holds(0, (struct bytes){(const uint8_t *)text, (size_t)len});
	}
	assert_in_range(taken, RULE_DATASET_ADDED_MAX, 250000);
	assert_false(holds(0, BYTES("0")));
}

static void
names_below_a_name_and_values_in_json(void **state)
{
	(void)state;
	add_list("lines", "{\"d\": \".evil.com\", \"x\": 1}\n{\"d\": 5}\n");
	add_list("whole", "{\"all\": [{\"i\": {\"ip\": \"10.0.0.1\"}}, {\"i\": {\"ip\": \"2001:db8::1\"}}]}");
	assert_int_equal(
	    read_rules(
	        "alert dns any any -> any any (dns.query; dotprefix; dataset:isset,d,type string,match subdomain,load "
	        "lines,format ndjson,value_key d; sid:1;)\n"
	        "alert ip any any -> any any (ip.src; dataset:isset,w,type ip,load whole,format json,value_key i.ip,array_key "
	        "all; sid:2;)\n"),
	    2);
	assert_true(holds(0, BYTES(".a.b.evil.com")) && holds(0, BYTES(".evil.com")));
	assert_false(holds(0, BYTES(".notevil.com")) || holds(0, BYTES(".evil.com.")) || holds(0, BYTES("evil.com")));
	assert_true(holds(1, BYTES("\x0a\0\0\1")) && holds(1, BYTES("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1")));
	assert_false(holds(1, BYTES("\x0a\0\0\2")));
}

static void
reputations_in_a_data_set_are_compared(void **state)
{
	(void)state;
	add_list("rep", "YQ==,10\nYg==,200\nYw==,70000\n");
	assert_int_equal(
	    read_rules("alert dns any any -> any any (dns.query; datarep:r,>,100,load rep,type string; sid:1;)\n"), 1);
	assert_true(holds(0, BYTES("b")));
	assert_false(holds(0, BYTES("a")) || holds(0, BYTES("c")) || holds(0, BYTES("d")));
}

static void
sets_that_cannot_be_are_told(void **state)
{
	(void)state;
	assert_int_equal(
	    read_rules("alert dns any any -> any any (dns.query; dataset:isset,a,type string,load none; sid:1;)\n"
	               "alert dns any any -> any any (dns.query; dataset:set,b,type string; sid:2;)\n"
	               "alert dns any any -> any any (dns.query; dataset:set,b,type ip; sid:3;)\n"
	               "alert dns any any -> any any (dns.query; dataset:isset,c,type string,format json; sid:4;)\n"),
	    1);
	assert_int_equal(set->outcomes[RULE_WRONG], 3);
	assert_non_null(strstr(set->problems[0].reason_cstr, "none"));
}

static void
the_nearest_reputation_of_an_address_counts(void **state)
{
	(void)state;
	struct diag diag;
	assert_int_equal(rule_set_read_categories(set, "c", BYTES("1,Bad,Bad hosts\n2,Good,Good ones\nodd\n"), &diag), 0);
	assert_int_equal(
	    rule_set_read_reputations(set, "r",
	        BYTES(
	            "10.0.0.0/8,1,10\n10.1.0.0/16,1,20\n10.1.2.3,1,30\n10.1.2.3,2,5\n2001:db8::/32,1,40\nx,1,1\n1.1.1.1,61,1\n"),
	        &diag),
	    0);
	assert_int_equal(set->problem_count, 2);
	assert_int_equal(read_rules("alert ip any any -> any any (iprep:src,Bad,>,15; sid:1;)\n"
	                            "alert ip any any -> any any (iprep:any,Good,isset; sid:2;)\n"
	                            "alert ip any any -> any any (iprep:both,Bad,>=,10; sid:3;)\n"
	                            "alert ip any any -> any any (iprep:src,Ugly,>,1; sid:4;)\n"),
	    3);
	assert_int_equal(set->outcomes[RULE_NOT_DONE], 1);
	static const struct {
		const char *address_cstr;
		unsigned category;
		int value;
	} rows[] = {{"10.1.2.3", 1, 30}, {"10.1.2.4", 1, 20}, {"10.2.0.1", 1, 10}, {"11.0.0.1", 1, -1}, {"10.1.2.3", 2, 5},
	    {"10.1.2.4", 2, -1}, {"2001:db8:1::1", 1, 40}, {"2001:db9::1", 1, -1}, {"10.1.2.3", 3, -1}, {"0.0.0.0", 1, -1}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct addr a = address(rows[i].address_cstr);
		if (rule_reputation_of(&set->reputations, rows[i].category, &a) != rows[i].value)
			fail_msg("%s in %u", rows[i].address_cstr, rows[i].category);
	}
	struct addr bad = address("10.1.2.4"), mild = address("10.2.0.1"), other = address("1.1.1.1"),
	            good = address("10.1.2.3");
	assert_true(rule_reputation_holds(&set->rules[0]->words[0], &bad, &other));
	assert_false(rule_reputation_holds(&set->rules[0]->words[0], &mild, &bad));
	assert_true(rule_reputation_holds(&set->rules[1]->words[0], &other, &good));
	assert_true(rule_reputation_holds(&set->rules[2]->words[0], &bad, &mild));
	assert_false(rule_reputation_holds(&set->rules[2]->words[0], &bad, &other));
}

static void
read_thresholds(const char *text_cstr)
{
	struct diag diag;
	assert_int_equal(rule_set_read_thresholds(set, "threshold.config", bytes_of_cstr(text_cstr), &diag), 0);
}

static void
a_threshold_file_limits_rules_that_it_names(void **state)
{
	(void)state;
	assert_int_equal(
	    read_rules("alert ip any any -> any any (sid:1;)\n"
	               "alert ip any any -> any any (threshold:type limit,track by_src,count 9,seconds 9; sid:2;)\n"
	               "alert ip any any -> any any (gid:3; sid:3;)\n"),
	    3);
	read_thresholds("# site\nthreshold gen_id 1, sig_id 2, type both, track by_dst, count 3, seconds 60\n"
	                "event_filter gen_id 1, sig_id 0, type limit, track by_rule, count 1, seconds 5\n"
	                "suppress gen_id 0, sig_id 0, track by_src, ip [10.0.0.0/8,!10.1.0.0/16]\n"
	                "rate_filter gen_id 1, sig_id 1, track by_rule, count 2, seconds 10, new_action drop, timeout 20\n");
	assert_int_equal(set->problem_count, 0);
	const struct rule_threshold *t = set->rules[1]->thresholds;
	assert_int_equal(set->rules[1]->threshold_count, 1); /* its own is replaced; sig_id 0 leaves what has one */
	assert_true(t->type == RULE_BOTH && t->track == RULE_TRACK_TARGET && t->count == 3 && t->seconds == 60);
	assert_int_equal(set->rules[0]->threshold_count, 2);
	assert_int_equal(set->rules[2]->threshold_count, 0);
	struct addr in = address("10.2.0.1"), out = address("10.1.0.1");
	assert_true(rule_threshold_suppresses(set->rules[2], &in, &out));
	assert_false(rule_threshold_suppresses(set->rules[2], &out, &in));
}

static void
lines_that_are_wrong_are_told_and_harm_no_other(void **state)
{
	(void)state;
	assert_int_equal(read_rules("alert ip any any -> any any (sid:1;)\n"), 1);
	static const struct {
		const char *line_cstr;
		enum rule_outcome outcome;
	} rows[] = {{"limit gen_id 1, sig_id 1\n", RULE_WRONG}, {"suppress gen_id 1\n", RULE_WRONG},
	    {"suppress gen_id 1, sig_id 1, ip 10.0.0.1\n", RULE_WRONG},
	    {"suppress gen_id 1, sig_id 1, track by_src, ip nonsense\n", RULE_WRONG},
	    {"suppress gen_id 1, sig_id 7\n", RULE_NOT_DONE},
	    {"threshold gen_id 1, sig_id 1, type limit, track by_src, count 0, seconds 1\n", RULE_WRONG},
	    {"rate_filter gen_id 1, sig_id 1, track by_src, count 1, seconds 1, new_action drop\n", RULE_WRONG},
	    {"threshold gen_id 1, sig_id 1, type limit, track by_src, count 1, seconds 1, colour 3\n", RULE_WRONG}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		set->problem_count = 0;
		read_thresholds(rows[i].line_cstr);
		if (set->problem_count != 1 || set->problems[0].outcome != rows[i].outcome)
			fail_msg("%s", rows[i].line_cstr);
	}
	assert_true(set->rules[0]->threshold_count == 0 && set->rules[0]->suppress_count == 0);
	read_thresholds("colour 1\nsuppress gen_id 1, sig_id 1\n");
	assert_int_equal(set->rules[0]->suppress_count, 1);
}

static void
a_rate_filter_counts_for_its_time(void **state)
{
	(void)state;
	assert_int_equal(read_rules("alert ip any any -> any any (sid:1;)\n"), 1);
	read_thresholds("rate_filter gen_id 1, sig_id 1, track by_src, count 2, seconds 10, new_action drop, timeout 20\n");
	struct rule_memory *m = rule_memory_new(7);
	assert_non_null(m);
	struct addr a = address("10.0.0.1"), b = address("10.0.0.2");
	const struct rule *r = set->rules[0];
	static const struct {
		int second;
		bool counts;
	} rows[] = {
	    {100, false}, {101, false}, {102, true}, {121, true}, {122, false}, {133, false}, {134, false}, {135, true}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (rule_memory_rate(m, r, r->thresholds, &a, &b, 0, rows[i].second * INT64_C(1000000000)) != rows[i].counts)
			fail_msg("second %d", rows[i].second);
	assert_false(rule_memory_rate(m, r, r->thresholds, &b, &a, 0, 102 * INT64_C(1000000000))); /* another source */
	rule_memory_free(m);
}

static void
a_buffer_that_both_sides_have_may_be_one_sides(void **state)
{
	(void)state;
	assert_int_equal(
	    read_rules(
	        "alert http any any => any any (http.connection: to_client; content:\"a\"; http.connection: to_server; "
	        "content:\"b\"; filesize: to_client, <100; sid:1;)\n"
	        "alert http any any => any any (http.uri: to_client; content:\"a\"; sid:2;)\n"
	        "alert http any any -> any any (http.connection: to_client; content:\"a\"; http.uri; content:\"b\"; sid:3;)\n"
	        "alert http any any -> any any (http.connection: sideways; content:\"a\"; sid:4;)\n"
	        "alert http any any -> any any (http.connection: to_client; content:\"a\"; sid:5;)\n"
	        "alert ip any any -> any any (hostbits:noalert; sid:6;)\n"),
	    3);
	const struct rule *r = set->rules[0];
	assert_int_equal(r->buffers[r->matches[0].buffer].sides, VIEW_FROM_SERVER);
	assert_int_equal(r->buffers[r->matches[1].buffer].sides, VIEW_FROM_CLIENT);
	assert_int_equal(r->buffers[r->matches[2].buffer].sides, VIEW_FROM_SERVER);
	assert_int_equal(set->rules[1]->flow_flags, RULE_FLOW_TO_CLIENT);
	assert_true(set->rules[2]->no_alert);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_data_set_has_what_its_file_says, begin, end),
	    cmocka_unit_test_setup_teardown(what_is_set_is_there_once_until_it_is_unset, begin, end),
	    cmocka_unit_test_setup_teardown(a_set_that_is_full_takes_no_more_and_forgets_nothing, begin, end),
	    cmocka_unit_test_setup_teardown(names_below_a_name_and_values_in_json, begin, end),
	    cmocka_unit_test_setup_teardown(reputations_in_a_data_set_are_compared, begin, end),
	    cmocka_unit_test_setup_teardown(sets_that_cannot_be_are_told, begin, end),
	    cmocka_unit_test_setup_teardown(the_nearest_reputation_of_an_address_counts, begin, end),
	    cmocka_unit_test_setup_teardown(a_threshold_file_limits_rules_that_it_names, begin, end),
	    cmocka_unit_test_setup_teardown(lines_that_are_wrong_are_told_and_harm_no_other, begin, end),
	    cmocka_unit_test_setup_teardown(a_rate_filter_counts_for_its_time, begin, end),
	    cmocka_unit_test_setup_teardown(a_buffer_that_both_sides_have_may_be_one_sides, begin, end),
	};
	return RUN_TESTS(tests);
}
