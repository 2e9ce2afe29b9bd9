/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "lesson/lesson.h"
#include "record/flow_numbers.h"

#include <errno.h>
#include <stdio.h>

static const struct lesson_limits limits = {.rows = 1000, .bytes = 1 << 20};
static struct lesson_account account;
static struct diag diag;

static struct learn_table *
learn(const char *mapping_cstr, const char *text_cstr)
{
	struct lesson *l = NULL;
	struct learn_table *table = NULL;
	diag = (struct diag){.offset = UINT64_MAX};
	assert_int_equal(lesson_new(mapping_cstr, &limits, &l, &diag), 0);
	int r = lesson_begin(l, "flows", &diag);
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
	if (r < 0)
		fail_msg("%s: %s", mapping_cstr, diag.text_cstr);
	return table;
}

struct wanted {
	enum flow_code code;
	unsigned value;
};

static void
expect(const struct learn_table *t, size_t row, const struct wanted *wanted, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (t->vectors[row].code[wanted[i].code] != wanted[i].value)
			fail_msg("row %zu, code %d: %u, not %u", row, (int)wanted[i].code,
			    t->vectors[row].code[wanted[i].code], wanted[i].value);
}

#define ZEEK_FIELDS_LINE                                                                                                   \
	"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\t" \
	"conn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\t"
#define ZEEK_ROW(label)                                                                                                         \
	"1655071198.444458\tC1\t10.0.0.1\t6277\t10.0.0.2\t443\ttcp\tssl\t1.135424\t1596\t4039\tSF\tT\tF\t0\tShAD\t14\t1016\t16" \
	"\t1226\t" label "\n"

static void
zeek_is_the_same_as_columns_as_json_and_with_three_columns_in_one(void **state)
{
	(void)state;
	static const char *const texts[] = {"#separator \\x09\n" ZEEK_FIELDS_LINE
	                                    "tunnel_parents\tlabel\tdetailedlabel\n" ZEEK_ROW("(empty)\tMalicious\tScan"),
	    ZEEK_FIELDS_LINE "tunnel_parents   label   detailed-label\n" ZEEK_ROW("(empty)   Malicious   Scan"),
	    "{\"ts\":1655071198.444458,\"id.orig_h\":\"10.0.0.1\",\"id.orig_p\":6277,\"id.resp_h\":\"10.0.0.2\","
	    "\"id.resp_p\":443,\"proto\":\"tcp\",\"service\":\"ssl\",\"duration\":1.135424,\"orig_bytes\":1596,"
	    "\"resp_bytes\":4039,\"conn_state\":\"SF\",\"orig_pkts\":14,\"orig_ip_bytes\":1016,\"resp_pkts\":16,"
	    "\"resp_ip_bytes\":1226,\"label\":\"Malicious\",\"detailedlabel\":\"Scan\"}\n"};
	struct flow_vector first;
	for (size_t i = 0; i < LENGTH_OF(texts); i++) {
		struct learn_table *t = learn("zeek-conn", texts[i]);
		assert_int_equal(t->rows, 1);
		if (i == 0)
			first = t->vectors[0];
		assert_memory_equal(&first, &t->vectors[0], sizeof(first));
		assert_int_equal(t->labels[0], LEARN_ATTACK);
		assert_string_equal(t->family_names.name[t->families[0]], "Scan");
		assert_int_equal(t->times_ns[0] / 1000000, 1655071198444);
		assert_int_equal(t->hosts[0], 1);
		learn_table_free(t);
	}
	const struct wanted wanted[] = {{FLOW_CODE_PACKETS_OPENER, flow_code_log(14)},
	    {FLOW_CODE_BYTES_ANSWERER, flow_code_log(1226)}, {FLOW_CODE_PAYLOAD_OPENER, flow_code_log(1596)},
	    {FLOW_CODE_DURATION, flow_code_log(1135424)}, {FLOW_CODE_STATE, FLOW_VECTOR_SF}, {FLOW_CODE_IP_PROTOCOL, 6},
	    {FLOW_CODE_SERVICE, flow_vector_service(6, 443, 255)}, {FLOW_CODE_SYN_COUNT, FLOW_CODE_MISSING},
	    {FLOW_CODE_GAP_MIN_OPENER, FLOW_CODE_MISSING}};
	struct learn_table *t = learn("zeek-conn", texts[0]);
	expect(t, 0, wanted, LENGTH_OF(wanted));
	learn_table_free(t);
}

static void
codes_of_context_come_from_the_order_of_ends_whatever_the_order_of_rows(void **state)
{
	(void)state;
#define NF_NAMES "ts,te,td,sa,da,sp,dp,pr,flg,ipkt,ibyt,opkt,obyt\n"
#define NF_ROW(second, port)                                                                          \
	"2026-01-02 10:00:0" second ",2026-01-02 10:00:0" second ",0.000,10.0.0.1,10.0.0.2,999," port \
	",TCP,......S.,1,40,1,40\n"
	struct learn_table *forth = learn("netflow", NF_NAMES NF_ROW("1", "22") NF_ROW("2", "23") NF_ROW("3", "24")),
	                   *back = learn("netflow", NF_NAMES NF_ROW("3", "24") NF_ROW("2", "23") NF_ROW("1", "22"));
	for (size_t i = 0; i < 3; i++)
		assert_memory_equal(&forth->vectors[i], &back->vectors[2 - i], sizeof(forth->vectors[i]));
	assert_true(forth->vectors[2].code[FLOW_CODE_SOURCE_PORTS] > forth->vectors[0].code[FLOW_CODE_SOURCE_PORTS]);
	assert_int_equal(forth->vectors[2].code[FLOW_CODE_DNS_FAILED], FLOW_CODE_MISSING);
	learn_table_free(forth);
	learn_table_free(back);
}

static void
what_is_not_labelled_is_neither_normal_nor_attack(void **state)
{
	(void)state;
	struct learn_table *t = learn("zeek-conn",
	    ZEEK_FIELDS_LINE "x\tlabel\tdetailedlabel\n" ZEEK_ROW("(empty)\tBackground\t(empty)")
	        ZEEK_ROW("(empty)\tBenign\tMicrosoft") ZEEK_ROW("(empty)\t-\t-") ZEEK_ROW("(empty)\t\t"));
	assert_int_equal(t->rows, 4);
	assert_int_equal(account.unlabelled, 3);
	assert_int_equal(t->labels[0], LEARN_UNKNOWN);
	assert_int_equal(t->labels[1], LEARN_BENIGN);
	assert_int_equal(t->labels[3], LEARN_UNKNOWN);
	learn_table_free(t);
}

#define CTU_NAMES "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label\n"
#define CTU_TIME "2011/08/18 15:40:53.826372,"

static void
ctu13_labels_say_who_sent_and_argus_counts_frames(void **state)
{
	(void)state;
	static const struct {
		const char *label_cstr, *family_cstr;
		enum learn_label label;
	} rows[] = {{"flow=From-Botnet-V51-2-TCP-CC6-Plain-2", "TCP-CC6-Plain", LEARN_ATTACK},
	    {"flow=From-Botnet-V51-2-ICMP", "ICMP", LEARN_ATTACK}, {"flow=From-Botnet-V42-UDP-DNS", "UDP-DNS", LEARN_ATTACK},
	    {"flow=To-Botnet-V51-2-ICMP", "benign", LEARN_UNKNOWN}, {"flow=From-Normal-V52-Jist", "benign", LEARN_BENIGN},
	    {"flow=Normal-V52-HTTP", "benign", LEARN_BENIGN}, {"flow=To-Normal-V52-NTP", "benign", LEARN_UNKNOWN},
	    {"flow=From-Background-CVUT-Proxy", "benign", LEARN_UNKNOWN}, {"", "benign", LEARN_UNKNOWN}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char text_cstr[512];
		(void)snprintf(text_cstr, sizeof(text_cstr),
		    CTU_NAMES CTU_TIME "2.5,tcp,1.2.3.4,63577,   ->,5.6.7.8,0x0050,S_RA,0,0,2,122,62,%s\n",
		    rows[i].label_cstr);
		struct learn_table *t = learn("ctu13", text_cstr);
		if (t->labels[0] != rows[i].label || strcmp(t->family_names.name[t->families[0]], rows[i].family_cstr) != 0)
			fail_msg("%s: %d %s", rows[i].label_cstr, t->labels[0], t->family_names.name[t->families[0]]);
		const struct wanted wanted[] = {{FLOW_CODE_DURATION, flow_code_log(2500000)},
		    {FLOW_CODE_PACKETS_OPENER, FLOW_CODE_MISSING}, {FLOW_CODE_BYTES_OPENER, flow_code_log(62 - 14)},
		    {FLOW_CODE_TCP_FLAGS_OPENER, 0x02}, {FLOW_CODE_TCP_FLAGS_ANSWERER, 0x14},
		    {FLOW_CODE_STATE, FLOW_VECTOR_REJ}, {FLOW_CODE_SERVICE, flow_vector_service(6, 80, 255)}};
		expect(t, 0, wanted, LENGTH_OF(wanted));
		assert_int_equal(t->times_ns[0] / 1000, 1313682053826372);
		learn_table_free(t);
	}
}

static void
of_a_flow_without_an_answer_all_packets_are_the_openers(void **state)
{
	(void)state;
	struct learn_table *t = learn("ctu13",
	    CTU_NAMES CTU_TIME "0,udp,1.2.3.4,5,   ->,5.6.7.8,53,INT,0,,3,180,180,flow=Background\n" CTU_TIME
	                       "0,udp,1.2.3.4,5,   <-,5.6.7.8,53,CON,0,0,3,180,0,flow=Background\n");
	const struct wanted wanted[] = {{FLOW_CODE_PACKETS_OPENER, flow_code_log(3)}, {FLOW_CODE_PACKETS_ANSWERER, 0},
	    {FLOW_CODE_BYTES_OPENER, flow_code_log(180 - 3 * 14)}, {FLOW_CODE_STATE, FLOW_VECTOR_S0}};
	expect(t, 0, wanted, LENGTH_OF(wanted));
	expect(t, 1, wanted, LENGTH_OF(wanted)); /* the other way round: the sender of all is who opened */
	learn_table_free(t);
}

static void
cic_is_read_in_both_spellings(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "Dst Port,Protocol,Timestamp,Flow Duration,Tot Fwd Pkts,Tot Bwd Pkts,TotLen Fwd Pkts,TotLen Bwd Pkts,Flow Byts/s,"
	    "Fwd IAT Min,SYN Flag Cnt,Label\n80,6,14/02/2018 08:31:01,112641,3,4,300,4000,Infinity,50,1,SSH-Bruteforce\n",
	    " Destination Port, Protocol, Timestamp, Flow Duration, Total Fwd Packets, Total Backward Packets,"
	    "Total Length of Fwd Packets, Total Length of Bwd Packets,Flow Bytes/s, Fwd IAT Min, SYN Flag Count, Label\n"
	    "80,6,14/2/2018 8:31:01 AM,112641,3,4,300.0,4000,NaN,50,1,SSH-Bruteforce\n"};
	const struct wanted wanted[] = {{FLOW_CODE_DURATION, flow_code_log(112641)},
	    {FLOW_CODE_PAYLOAD_MEAN_ANSWERER, flow_code_log(1000)}, {FLOW_CODE_GAP_MIN_OPENER, flow_code_log(50)},
	    {FLOW_CODE_SYN_COUNT, flow_code_log(1)}, {FLOW_CODE_BYTES_OPENER, FLOW_CODE_MISSING},
	    {FLOW_CODE_GAP_MAX_OPENER, FLOW_CODE_MISSING}, {FLOW_CODE_SERVICE, flow_vector_service(6, 80, 255)}};
	for (size_t i = 0; i < LENGTH_OF(texts); i++) {
		struct learn_table *t = learn("cic", texts[i]);
		expect(t, 0, wanted, LENGTH_OF(wanted));
		assert_int_equal(t->times_ns[0], INT64_C(1518597061) * 1000000000);
		assert_string_equal(t->family_names.name[t->families[0]], "SSH-Bruteforce");
		learn_table_free(t);
	}
	struct learn_table *t = learn("cic",
	    "Dst Port,Flow Duration,Tot Fwd Pkts,Tot Bwd Pkts,TotLen Fwd Pkts,TotLen Bwd Pkts,Label\n"
	    "80,-1,3,4,300,4000,Benign\n443,1,3,4,300,4000,Benign\n80,1,3,4,300,4000,Benign\n");
	assert_int_equal(account.wrong[LESSON_WRONG_NEGATIVE], 1);
	assert_int_equal(
	    t->vectors[0].code[FLOW_CODE_SERVICE], FLOW_CODE_MISSING); /* TLS or QUIC: the protocol is not told */
	assert_int_equal(t->vectors[1].code[FLOW_CODE_SERVICE], flow_vector_service(6, 80, 255));
	learn_table_free(t);
}

static void
netflow_is_read_from_nfdump_and_from_the_nf_sets(void **state)
{
	(void)state;
	struct learn_table *t = learn("netflow",
	    "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt\n"
	    "2026-01-02 10:00:00,2026-01-02 10:00:02,2.000,10.0.0.1,10.0.0.2,999,22,TCP,...AP.SF,0,0,5,500,0,0\n"
	    "2026-01-02 10:00:00,2026-01-02 10:00:02,2.000,10.0.0.2,10.0.0.1,22,999,TCP,...AP.SF,0,0,5,700,0,0\n"
	    "Summary\nflows,bytes,packets\n2,1200,10\n");
	const struct wanted one_way[] = {{FLOW_CODE_DURATION, flow_code_log(2000000)},
	    {FLOW_CODE_BYTES_OPENER, flow_code_log(500)}, {FLOW_CODE_BYTES_ANSWERER, FLOW_CODE_MISSING},
	    {FLOW_CODE_TCP_FLAGS_OPENER, 0x1b}, {FLOW_CODE_STATE, FLOW_CODE_MISSING}};
	assert_int_equal(t->rows, 2);
	expect(t, 0, one_way, LENGTH_OF(one_way));
	learn_table_free(t);
	t = learn("netflow",
	    "IPV4_SRC_ADDR,L4_SRC_PORT,IPV4_DST_ADDR,L4_DST_PORT,PROTOCOL,IN_BYTES,IN_PKTS,OUT_BYTES,OUT_PKTS,"
	    "CLIENT_TCP_FLAGS,SERVER_TCP_FLAGS,FLOW_DURATION_MILLISECONDS,NUM_PKTS_UP_TO_128_BYTES,Label,Attack\n"
	    "10.0.0.1,999,10.0.0.2,22,6,500,5,700,5,27,26,1500,5,1,Exploits\n");
	const struct wanted both[] = {{FLOW_CODE_DURATION, flow_code_log(1500000)},
	    {FLOW_CODE_BYTES_ANSWERER, flow_code_log(700)}, {FLOW_CODE_SIZES_128, 127}, {FLOW_CODE_STATE, FLOW_VECTOR_S2}};
	expect(t, 0, both, LENGTH_OF(both));
	assert_string_equal(t->family_names.name[t->families[0]], "Exploits");
	learn_table_free(t);
}

static void
of_eve_only_flow_events_are_rows(void **state)
{
	(void)state;
	struct learn_table *t = learn("eve-flow",
	    "{\"event_type\":\"dns\",\"src_ip\":\"10.0.0.1\"}\n"
	    "{\"timestamp\":\"2026-03-03T08:00:04.5+0000\",\"event_type\":\"flow\",\"src_ip\":\"10.0.0.1\",\"src_port\":999,"
	    "\"dest_ip\":\"10.0.0.2\",\"dest_port\":22,\"proto\":\"TCP\",\"app_proto\":\"ssh\",\"flow\":{\"pkts_toserver\":10,"
	    "\"pkts_toclient\":8,\"bytes_toserver\":1140,\"bytes_toclient\":2000,\"start\":\"2026-03-03T08:00:00.0+0000\","
	    "\"end\":\"2026-03-03T08:00:04.0+0000\"},\"tcp\":{\"tcp_flags\":\"1b\",\"tcp_flags_ts\":\"1b\",\"tcp_flags_tc\":\"1b\"}}\n"
	    "{\"event_type\":\"flow\",\"flow\":{\"pkts_toserver\":\"many\"}}\nno JSON\n");
	const struct wanted wanted[] = {{FLOW_CODE_DURATION, flow_code_log(4000000)},
	    {FLOW_CODE_PACKETS_OPENER, flow_code_log(10)}, {FLOW_CODE_BYTES_OPENER, flow_code_log(1000)},
	    {FLOW_CODE_PAYLOAD_OPENER, FLOW_CODE_MISSING}, {FLOW_CODE_STATE, FLOW_VECTOR_SF},
	    {FLOW_CODE_TCP_FLAGS_OPENER, 0x1b}};
	assert_int_equal(t->rows, 1);
	assert_int_equal(account.wrong[LESSON_WRONG_NUMBER], 1);
	assert_int_equal(account.wrong[LESSON_WRONG_JSON], 1);
	expect(t, 0, wanted, LENGTH_OF(wanted));
	learn_table_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(zeek_is_the_same_as_columns_as_json_and_with_three_columns_in_one),
	    cmocka_unit_test(codes_of_context_come_from_the_order_of_ends_whatever_the_order_of_rows),
	    cmocka_unit_test(what_is_not_labelled_is_neither_normal_nor_attack),
	    cmocka_unit_test(ctu13_labels_say_who_sent_and_argus_counts_frames),
	    cmocka_unit_test(of_a_flow_without_an_answer_all_packets_are_the_openers),
	    cmocka_unit_test(cic_is_read_in_both_spellings),
	    cmocka_unit_test(netflow_is_read_from_nfdump_and_from_the_nf_sets),
	    cmocka_unit_test(of_eve_only_flow_events_are_rows),
	};
	return RUN_TESTS(tests);
}
