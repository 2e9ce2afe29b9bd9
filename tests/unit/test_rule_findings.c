/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/rules/rule_findings.h"
#include "record/rule_class.h"

#define SECOND_NS INT64_C(1000000000)

static struct alert told[64];
static size_t told_count;

static void
hear(void *context, const struct alert *alert)
{
	(void)context;
	assert_true(told_count < LENGTH_OF(told));
	told[told_count++] = *alert;
}

static struct rule_findings *
start(void)
{
	told_count = 0;
	struct rule_findings *f = rule_findings_new(1 << 20, (struct alert_out){.say = hear});
	assert_non_null(f);
	return f;
}

static struct observation
held(uint32_t sid, uint8_t source, uint8_t target, int64_t at_s)
{
	struct observation o = {
	    .kind = OBSERVATION_RULE, .time_ns = at_s * SECOND_NS, .src_port = 4000, .dst_port = 80, .flow_id = 7};
	o.src = addr_v4((const uint8_t[]){10, 0, 0, source});
	o.dst = addr_v4((const uint8_t[]){10, 0, 0, target});
	o.rule = (struct observed_rule){
	    .sid = sid, .stage = STAGE_COMMAND, .severity = SEVERITY_SERIOUS, .text_len = 4, .text = "evil"};
	return o;
}

static void
a_rule_that_holds_often_is_told_at_each_power_of_ten(void **state)
{
	(void)state;
	struct rule_findings *f = start();
	for (int64_t i = 0; i < 1000; i++) {
		struct observation o = held(1, 1, 2, 100 + i);
		rule_findings_hear(f, &o);
	}
	static const uint64_t counts[] = {1, 10, 100, 1000};
	assert_int_equal(told_count, LENGTH_OF(counts));
	for (size_t i = 0; i < LENGTH_OF(counts); i++) {
		assert_int_equal(told[i].count, counts[i]);
		assert_true(told[i].first_ns == 100 * SECOND_NS);
		assert_true(told[i].last_ns == (99 + (int64_t)counts[i]) * SECOND_NS);
	}
	assert_string_equal(told[0].detector_cstr, "rule");
	assert_bytes_equal(alert_fact_find(&told[0], "signature"), BYTES("evil"));
	rule_findings_free(f);
}

static void
what_goes_on_is_told_once_a_day(void **state)
{
	(void)state;
	struct rule_findings *f = start();
	for (int64_t hour = 0; hour <= 72; hour += 9) { /* nine times: not a tenth one */
		struct observation o = held(1, 1, 2, hour * 3600);
		rule_findings_hear(f, &o);
	}
	assert_int_equal(told_count, 3); /* at once, after 27 hours, after 54 */
	assert_int_equal(told[1].count, 4);
	rule_findings_free(f);
}

static void
other_rules_and_other_machines_are_other_findings(void **state)
{
	(void)state;
	struct rule_findings *f = start();
	struct observation rows[] = {
	    held(1, 1, 2, 5), held(2, 1, 2, 5), held(1, 1, 3, 5), held(1, 2, 1, 5), held(1, 1, 2, 6)};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		rule_findings_hear(f, &rows[i]);
	assert_int_equal(told_count, 4);
	rule_findings_free(f);
}

static void
who_does_it_is_whom_the_author_names(void **state)
{
	(void)state;
	struct rule_findings *f = start();
	struct observation o = held(1, 1, 2, 5);
	o.rule.to_source = true;
	rule_findings_hear(f, &o);
	assert_true(addr_eq(&told[0].source, &o.dst) && addr_eq(&told[0].target, &o.src));
	assert_int_equal(told[0].source_port, 80);
	assert_int_equal(told[0].target_port, 4000);
	rule_findings_free(f);
}

static void
the_stage_is_what_the_authors_say_the_most_precisely(void **state)
{
	(void)state;
	assert_int_equal(rule_class_stage(BYTES("TA0040"), BYTES("A Network Trojan was detected"), 1), STAGE_IMPACT);
	assert_int_equal(rule_class_stage(BYTES(""), BYTES("a network trojan was detected"), 3), STAGE_COMMAND);
	assert_int_equal(rule_class_stage(BYTES(""), BYTES("a class of this site"), 2), STAGE_ACCESS);
	assert_int_equal(rule_class_stage(BYTES(""), BYTES(""), 3), STAGE_HYGIENE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_rule_that_holds_often_is_told_at_each_power_of_ten),
	    cmocka_unit_test(what_goes_on_is_told_once_a_day),
	    cmocka_unit_test(other_rules_and_other_machines_are_other_findings),
	    cmocka_unit_test(who_does_it_is_whom_the_author_names),
	    cmocka_unit_test(the_stage_is_what_the_authors_say_the_most_precisely),
	};
	return RUN_TESTS(tests);
}
