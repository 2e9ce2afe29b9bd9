/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "arrival/arrival_zeek.h"
#include "core/json_value.h"

#include <errno.h>
#include <stdio.h>

static const int64_t second_ns = INT64_C(1000000000);
static struct arrival_zeek *zeek;
static struct json_value_list values;

#define CONN                                                                                                                         \
	"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"                                 \
	"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state" \
	"\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\n"
#define ENDS "1772524800.5\tC1\t192.0.2.7\t4000\t10.0.0.9\t22\ttcp\t"

/* The last line of a text; the ones before it are right and tell nothing. */
static int
read_text(const char *text_cstr, struct arrival *out, struct diag *diag)
{
	struct bytes rest = bytes_of_cstr(text_cstr);
	int r = 0;
	arrival_zeek_begin(zeek);
	while (rest.len > 0) {
		struct bytes line = test_heap(bytes_first(rest, bytes_find(rest, '\n')));
		rest = bytes_after(rest, line.len + 1);
		r = arrival_zeek_read(zeek, &values, line, out, diag);
		test_heap_free(line);
	}
	assert_true(r == 0 || diag->text_cstr[0] != '\0');
	return r;
}

static struct arrival
read_right(const char *text_cstr)
{
	struct arrival a = {.kind = ARRIVAL_NOTHING};
	struct diag diag = {.offset = UINT64_MAX};
	if (read_text(text_cstr, &a, &diag) != 0)
		fail_msg("%s: %s", text_cstr, diag.text_cstr);
	return a;
}

static void
a_connection_is_told_as_detectors_want_it(void **state)
{
	(void)state;
	struct arrival a = read_right(CONN ENDS "ssh\t4.25\t2500\t3000\tSF\tShADadFf\t12\t3140\t9\t3480\n");
	const struct observation *o = &a.observation;
	assert_int_equal(a.kind, ARRIVAL_OBSERVATION);
	assert_int_equal(o->kind, OBSERVATION_FLOW_END);
	assert_true(o->flow.first_ns == INT64_C(1772524800) * second_ns + second_ns / 2);
	assert_true(o->time_ns == o->flow.first_ns + 4 * second_ns + second_ns / 4);
	assert_int_equal(o->flow.payload_bytes[0], 2500);
	assert_int_equal(o->flow.bytes[1], 3480);
	assert_int_equal(o->flow.app, APP_SSH);
	assert_int_equal(o->flow.tcp_flags[0], 0x1b);
	assert_int_equal(o->flow.first_flags, 0x02);
	assert_false(o->flow.midstream);
}

static void
states_come_from_conn_state_and_history(void **state)
{
	(void)state;
	static const struct {
		const char *rest_cstr, *why;
		unsigned expected, midstream;
	} rows[] = {
	    {"S0\tS\t1\t60\t0\t0\n", "nobody answered", FLOW_STATE_NEW, 0},
	    {"REJ\tSr\t1\t60\t1\t40\n", "refused", FLOW_STATE_REFUSED, 0},
	    {"S1\tShADad\t9\t900\t9\t900\n", "still open", FLOW_STATE_ESTABLISHED, 0},
	    {"RSTO\tShADadR\t9\t900\t9\t900\n", "ended by a reset", FLOW_STATE_CLOSED, 0},
	    {"RSTO\tShR\t2\t100\t1\t60\n", "half open, whatever the log calls it", FLOW_STATE_NEW, 0},
	    {"OTH\tDd\t9\t900\t9\t900\n", "the beginning was not seen", FLOW_STATE_ESTABLISHED, 1},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char text[2048];
		(void)snprintf(text, sizeof(text), CONN ENDS "-\t-\t-\t-\t%s", rows[i].rest_cstr);
		struct arrival a = read_right(text);
		if (a.observation.flow.state != rows[i].expected || a.observation.flow.midstream != rows[i].midstream)
			fail_msg("%s: %u", rows[i].why, a.observation.flow.state);
	}
}

static void
both_forms_and_any_separator_tell_the_same(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "#separator \\x7c\n#set_separator|;\n#empty_field|(empty)\n#unset_field|NONE\n#path|dns\n"
	    "#fields|ts|id.orig_h|id.orig_p|id.resp_h|id.resp_p|proto|trans_id|rtt|query|qtype|rcode|answers\n"
	    "1772524800.0|192.0.2.7|4000|10.0.0.1|53|udp|7|0.5|Ab\\x7c.Example|16|3|NONE\n",
	    "{\"ts\":1772524800.0,\"_path\":\"dns\",\"id.orig_h\":\"192.0.2.7\",\"id.orig_p\":4000,\"id.resp_h\":\"10.0.0.1\","
	    "\"id.resp_p\":53,\"proto\":\"udp\",\"trans_id\":7,\"rtt\":5e-1,\"query\":\"Ab|.Example\",\"qtype\":16,\"rcode\":3}\n",
	    "{\"ts\":\"2026-03-03T08:00:00Z\",\"id.orig_h\":\"192.0.2.7\",\"id.orig_p\":4000,\"id.resp_h\":\"10.0.0.1\","
	    "\"id.resp_p\":53,\"proto\":\"udp\",\"trans_id\":7,\"rtt\":0.5,\"query\":\"Ab|.Example\",\"qtype\":16,\"rcode\":3}\n"};
	for (size_t i = 0; i < LENGTH_OF(texts); i++) {
		struct arrival a = read_right(texts[i]);
		const struct observation *o = &a.observation;
		assert_int_equal(o->kind, OBSERVATION_DNS);
		assert_true(o->time_ns == INT64_C(1772524800) * second_ns + second_ns / 2);
		assert_true(
		    o->dns.answered && o->dns.rcode == 3 && o->dns.type == 16 && o->dns.id == 7 && o->dst_port == 53);
		assert_bytes_equal(((struct bytes){(const uint8_t *)o->dns.name, o->dns.name_len}), BYTES("ab|.example"));
	}
}

static void
a_question_without_an_answer_is_told(void **state)
{
	(void)state;
	struct arrival a = read_right("{\"ts\":1.5,\"_path\":\"dns\",\"id.orig_h\":\"192.0.2.7\",\"id.resp_h\":\"10.0.0.1\","
	                              "\"proto\":\"udp\",\"query\":\"x\"}");
	assert_int_equal(a.kind, ARRIVAL_OBSERVATION);
	assert_false(a.observation.dns.answered);
}

static void
ssl_finds_its_certificate_in_x509(void **state)
{
	(void)state;
	struct arrival a = read_right(
	    "{\"ts\":1,\"_path\":\"x509\",\"fingerprint\":\"aa11\",\"certificate.subject\":\"CN=a\",\"certificate.issuer\":\"CN=a\","
	    "\"certificate.not_valid_before\":1000000000.0,\"certificate.not_valid_after\":1600000000.0}\n"
	    "{\"ts\":1,\"_path\":\"ssl\",\"id.orig_h\":\"192.0.2.7\",\"id.resp_h\":\"10.0.0.1\",\"version\":\"TLSv12\","
	    "\"server_name\":\"a\",\"cert_chain_fps\":[\"aa11\",\"bb22\"]}\n");
	const struct observed_tls *t = &a.observation.tls;
	assert_true(t->has_certificate && t->self_signed && t->version == 0x303);
	assert_true(t->not_before_s == 1000000000 && t->not_after_s == 1600000000);
}

static void
notices_get_their_stage_from_their_name(void **state)
{
	(void)state;
	static const struct {
		const char *note_cstr;
		enum alert_stage stage;
		enum severity severity;
	} rows[] = {{"Scan::Port_Scan", STAGE_RECONNAISSANCE, SEVERITY_SIGNIFICANT},
	    {"SSH::Password_Guessing", STAGE_CREDENTIALS, SEVERITY_SERIOUS},
	    {"SSH::Login_By_Password_Guesser", STAGE_FOOTHOLD, SEVERITY_CRITICAL},
	    {"HTTP::SQL_Injection_Attacker", STAGE_ACCESS, SEVERITY_SERIOUS},
	    {"ATTACK::Lateral_Movement", STAGE_LATERAL, SEVERITY_SERIOUS},
	    {"AsyncRAT::C2_Traffic_Observed", STAGE_COMMAND, SEVERITY_SERIOUS},
	    {"SSL::Certificate_Expired", STAGE_HYGIENE, SEVERITY_MINOR}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char text[512];
		(void)snprintf(text, sizeof(text),
		    "{\"ts\":1,\"_path\":\"notice\",\"note\":\"%s\",\"msg\":\"m\",\"src\":\"192.0.2.7\"}",
		    rows[i].note_cstr);
		struct arrival a = read_right(text);
		if (a.kind != ARRIVAL_ALERT || a.alert.stage != rows[i].stage || a.alert.severity != rows[i].severity)
			fail_msg("%s: stage %u, severity %u", rows[i].note_cstr, a.alert.stage, a.alert.severity);
	}
	assert_int_equal(
	    read_right("{\"ts\":1,\"_path\":\"notice\",\"note\":\"CaptureLoss::Too_Much_Loss\"}").kind, ARRIVAL_NOTHING);
}

static void
what_is_wrong_is_refused_with_a_reason(void **state)
{
	(void)state;
	static const struct {
		const char *text_cstr, *why;
	} rows[] = {{"1\t2\n", "values before any head"}, {CONN "1\t2\n", "too few values"},
	    {CONN ENDS "ssh\t1\t1\t1\tSF\tS\t1\t1\t1\t1\tmore\n", "too many values"},
	    {CONN "yesterday" ENDS "ssh\t1\t1\t1\tSF\tS\t1\t1\t1\t1\n", "no time"},
	    {"{\"ts\":1,\"_path\":\"conn\",\"id.orig_h\":\"192.0.2\",\"id.resp_h\":\"10.0.0.1\"}", "no address"},
	    {"{\"ts\":99999999999,\"_path\":\"conn\",\"id.orig_h\":\"192.0.2.1\",\"id.resp_h\":\"10.0.0.1\"}",
	        "a time beyond 2262"},
	    {"{\"ts\":1,", "cut"}, {"#fields", "a head without names"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct arrival a = {.kind = (enum arrival_kind)77};
		struct diag diag = {.offset = UINT64_MAX};
		int r = read_text(rows[i].text_cstr, &a, &diag);
		if (r != -EINVAL)
			fail_msg("accepted: %s", rows[i].why);
	}
}

static int
start(void **state)
{
	(void)state;
	zeek = arrival_zeek_new();
	return zeek == NULL;
}

static int
stop(void **state)
{
	(void)state;
	arrival_zeek_free(zeek);
	json_value_list_done(&values);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_connection_is_told_as_detectors_want_it),
	    cmocka_unit_test(states_come_from_conn_state_and_history),
	    cmocka_unit_test(both_forms_and_any_separator_tell_the_same),
	    cmocka_unit_test(a_question_without_an_answer_is_told),
	    cmocka_unit_test(ssl_finds_its_certificate_in_x509),
	    cmocka_unit_test(notices_get_their_stage_from_their_name),
	    cmocka_unit_test(what_is_wrong_is_refused_with_a_reason),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
