/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "arrival/arrival_eve.h"
#include "core/json_value.h"

#include <errno.h>
#include <stdio.h>

#define ENDS                                                                                            \
	"\"timestamp\":\"2026-03-03T08:00:10.000001+0000\",\"src_ip\":\"192.0.2.7\",\"src_port\":4000," \
	"\"dest_ip\":\"10.0.0.9\",\"dest_port\":22,\"proto\":\"TCP\""
#define BACK                                                                                         \
	"\"timestamp\":\"2026-03-03T08:00:10.000001+0000\",\"src_ip\":\"10.0.0.9\",\"src_port\":53," \
	"\"dest_ip\":\"192.0.2.7\",\"dest_port\":4000,\"proto\":\"UDP\""

static const int64_t second_ns = INT64_C(1000000000), base_ns = INT64_C(1772524800000000000); /* 2026-03-03T08:00:00Z */

static int
read_text(const char *line_cstr, struct arrival *out)
{
	struct diag diag = {.offset = UINT64_MAX};
	struct bytes line = test_heap(bytes_of_cstr(line_cstr));
	struct json_value_list list = {0};
	int r = arrival_eve_read(&list, line, out, &diag);
	json_value_list_done(&list);
	test_heap_free(line);
	assert_true(r == 0 || diag.text_cstr[0] != '\0');
	return r;
}

static bool
is_addr(const struct addr *got, const char *wanted_cstr)
{
	char text[ADDR_TEXT_MAX];
	(void)addr_write(got, text);
	return strcmp(text, wanted_cstr) == 0;
}

static void
a_flow_is_told_as_detectors_want_it(void **state)
{
	(void)state;
	struct arrival a;
	assert_int_equal(read_text("{" ENDS ",\"event_type\":\"flow\",\"app_proto\":\"ssh\",\"flow\":{\"pkts_toserver\":12,"
	                           "\"pkts_toclient\":9,\"bytes_toserver\":3000,\"bytes_toclient\":2600,"
	                           "\"start\":\"2026-03-03T08:00:01+0000\",\"end\":\"2026-03-03T09:00:05.5+0100\","
	                           "\"state\":\"closed\"},\"tcp\":{\"tcp_flags_ts\":\"1b\",\"tcp_flags_tc\":\"1b\"}}",
	                     &a),
	    0);
	assert_int_equal(a.kind, ARRIVAL_OBSERVATION);
	const struct observation *o = &a.observation;
	assert_int_equal(o->kind, OBSERVATION_FLOW_END);
	assert_int_equal(o->ip_proto, 6);
	assert_true(is_addr(&o->src, "192.0.2.7") && is_addr(&o->dst, "10.0.0.9") && o->dst_port == 22);
	assert_true(o->flow.first_ns == base_ns + second_ns);
	assert_true(o->time_ns == base_ns + 5 * second_ns + second_ns / 2 && o->flow.last_ns == o->time_ns);
	assert_int_equal(o->flow.state, FLOW_STATE_CLOSED);
	assert_int_equal(o->flow.first_flags, 0x02);
	assert_int_equal(o->flow.app, APP_SSH);
	assert_int_equal(o->flow.bytes[0], 3000 - 12 * 14); /* frames have an Ethernet header, IP has not */
	assert_int_equal(
	    o->flow.payload_bytes[0], 3000 - 12 * 66 - 8); /* and those of IP and TCP with timestamps, and SYN */
	assert_false(o->flow.midstream);
}

static void
states_of_flows(void **state)
{
	(void)state;
	static const struct {
		const char *ts_cstr, *tc_cstr, *state_cstr, *why;
		unsigned packets, expected, first_flags;
		bool midstream;
	} rows[] = {
	    {"02", "14", "closed", "a reset instead of an answer is a refusal", 1, FLOW_STATE_REFUSED, 0x02, false},
	    {"02", "", "new", "a SYN that nobody answers", 2, FLOW_STATE_NEW, 0x02, false},
	    {"1a", "16", "closed", "a reset after an answer is an end", 5, FLOW_STATE_CLOSED, 0x02, false},
	    {"18", "18", "established", "the beginning was not seen", 5, FLOW_STATE_ESTABLISHED, 0x10, true},
	    {"29", "", "new", "a single odd packet keeps its flags", 1, FLOW_STATE_NEW, 0x29, true},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char line[1024];
		struct arrival a;
		snprintf(line, sizeof(line),
		    "{" ENDS ",\"event_type\":\"flow\",\"flow\":{\"pkts_toserver\":%u,\"state\":\"%s\"},"
		    "\"tcp\":{\"tcp_flags_ts\":\"%s\",\"tcp_flags_tc\":\"%s\"}}",
		    rows[i].packets, rows[i].state_cstr, rows[i].ts_cstr, rows[i].tc_cstr);
		assert_int_equal(read_text(line, &a), 0);
		const struct observed_flow *f = &a.observation.flow;
		if (f->state != rows[i].expected || f->first_flags != rows[i].first_flags ||
		    f->midstream != rows[i].midstream)
			fail_msg(
			    "%s: state %u, flags %02x, midstream %u", rows[i].why, f->state, f->first_flags, f->midstream);
	}
}

static void
an_answer_of_dns_is_told_from_who_asked(void **state)
{
	(void)state;
	static const char *const lines[] = {
	    "{" BACK ",\"event_type\":\"dns\",\"dns\":{\"version\":3,\"type\":\"response\",\"id\":7,\"rcode\":\"NXDOMAIN\","
	    "\"queries\":[{\"rrname\":\"Ab.Example\",\"rrtype\":\"TXT\"}]}}",
	    "{" BACK ",\"event_type\":\"dns\",\"dns\":{\"version\":2,\"type\":\"answer\",\"id\":7,\"rcode\":\"NXDOMAIN\","
	    "\"rrname\":\"Ab.Example\",\"rrtype\":\"TXT\"}}"};
	for (size_t i = 0; i < LENGTH_OF(lines); i++) {
		struct arrival a;
		assert_int_equal(read_text(lines[i], &a), 0);
		const struct observation *o = &a.observation;
		assert_int_equal(o->kind, OBSERVATION_DNS);
		assert_true(is_addr(&o->src, "192.0.2.7") && o->dst_port == 53);
		assert_true(o->dns.answered && o->dns.rcode == 3 && o->dns.type == 16 && o->dns.id == 7);
		assert_int_equal(o->dns.name_len, 10);
		assert_memory_equal(o->dns.name, "ab.example", 10);
		assert_int_equal(
		    o->dns.query_bytes, 12 + 12 + 4); /* RFC 1035 4.1: header; 2, "ab", 7, "example", 0; type and class */
	}
	struct arrival question;
	assert_int_equal(
	    read_text("{" ENDS ",\"event_type\":\"dns\",\"dns\":{\"type\":\"query\",\"rrname\":\"a\"}}", &question), 0);
	assert_int_equal(question.kind, ARRIVAL_NOTHING);
}

static void
an_alert_gets_its_stage_from_what_its_rule_says(void **state)
{
	(void)state;
	static const struct {
		const char *alert_cstr, *why;
		enum alert_stage stage;
		enum severity severity;
	} rows[] = {
	    {"\"severity\":1,\"category\":\"Web Application Attack\",\"metadata\":{\"mitre_tactic_id\":[\"TA0011\"]}",
	        "the tactic says more than the class", STAGE_COMMAND, SEVERITY_SERIOUS},
	    {"\"severity\":2,\"category\":\"Attempted Information Leak\"", "the class", STAGE_RECONNAISSANCE,
	        SEVERITY_SIGNIFICANT},
	    {"\"severity\":1,\"category\":\"of our own making\"", "a grave priority", STAGE_ACCESS, SEVERITY_SERIOUS},
	    {"\"severity\":3", "a light one", STAGE_HYGIENE, SEVERITY_MINOR},
	    {"\"severity\":\"high\"", "another type is as if absent", STAGE_HYGIENE, SEVERITY_MINOR},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char line[1024];
		struct arrival a;
		snprintf(line, sizeof(line), "{" ENDS ",\"event_type\":\"alert\",\"alert\":{\"signature_id\":5,%s}}",
		    rows[i].alert_cstr);
		assert_int_equal(read_text(line, &a), 0);
		if (a.kind != ARRIVAL_ALERT || a.is_ours || a.alert.stage != rows[i].stage ||
		    a.alert.severity != rows[i].severity)
			fail_msg("%s: stage %u, severity %u", rows[i].why, a.alert.stage, a.alert.severity);
		assert_string_equal(a.alert.detector_cstr, "other-sensor");
		assert_true(bytes_eq(alert_fact_find(&a.alert, "rule"), BYTES("5")));
	}
}

static void
the_rule_knows_its_target_whichever_way_the_packet_went(void **state)
{
	(void)state;
	struct arrival a;
	assert_int_equal(
	    read_text("{" ENDS ",\"event_type\":\"alert\",\"alert\":{\"severity\":1,"
	              "\"source\":{\"ip\":\"10.0.0.9\",\"port\":22},\"target\":{\"ip\":\"192.0.2.7\",\"port\":4000}}}",
	        &a),
	    0);
	assert_true(is_addr(&a.alert.source, "10.0.0.9") && is_addr(&a.alert.target, "192.0.2.7"));
	assert_int_equal(a.alert.source_port, 22);
	assert_int_equal(a.alert.target_port, 4000);
}

static void
what_is_wrong_is_refused_with_a_reason(void **state)
{
	(void)state;
	static const struct {
		const char *line_cstr, *why;
	} rows[] = {
	    {"", "nothing"},
	    {"nonsense", "not JSON"},
	    {"[1,2]", "not an object"},
	    {"{\"a\":1}", "no event"},
	    {"{\"event_type\":7}", "a type that is no text"},
	    {"{\"event_type\":\"flow\"}", "no time"},
	    {"{\"event_type\":\"flow\",\"timestamp\":\"2026-13-03T08:00:10Z\",\"src_ip\":\"10.0.0.1\",\"dest_ip\":\"10.0.0.2\"}",
	        "month 13"},
	    {"{\"event_type\":\"flow\",\"timestamp\":\"2026-03-03T08:00:10Zx\",\"src_ip\":\"10.0.0.1\",\"dest_ip\":\"10.0.0.2\"}",
	        "more after the time"},
	    {"{\"event_type\":\"flow\",\"timestamp\":\"9999-03-03T08:00:10Z\",\"src_ip\":\"10.0.0.1\",\"dest_ip\":\"10.0.0.2\"}",
	        "a time that nanoseconds cannot count"},
	    {"{\"event_type\":\"flow\",\"timestamp\":\"2026-03-03T08:00:10Z\",\"src_ip\":\"10.0.0.256\",\"dest_ip\":\"10.0.0.2\"}",
	        "no address"},
	    {"{" ENDS ",\"event_type\":\"alert\"}", "an alert of nothing"},
	    {"{" ENDS ",\"event_type\":\"alert\",\"alert\":{}", "cut"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct arrival a = {.kind = (enum arrival_kind)77};
		if (read_text(rows[i].line_cstr, &a) != -EINVAL || (int)a.kind != 77)
			fail_msg("accepted: %s", rows[i].why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_flow_is_told_as_detectors_want_it),
	    cmocka_unit_test(states_of_flows),
	    cmocka_unit_test(an_answer_of_dns_is_told_from_who_asked),
	    cmocka_unit_test(an_alert_gets_its_stage_from_what_its_rule_says),
	    cmocka_unit_test(the_rule_knows_its_target_whichever_way_the_packet_went),
	    cmocka_unit_test(what_is_wrong_is_refused_with_a_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
