/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "arrival/arrival_csv.h"
#include "arrival/arrival_csv_column.h"
#include "core/zone.h"

#include <errno.h>
#include <stdio.h>

static struct zone *paris;
static struct machine machine;
static struct arrival arrival;

/* What the second record of a table says. */
static int
read_second(const char *text_cstr, struct diag *diag)
{
	struct arrival_csv *csv = NULL;
	struct bytes text = test_heap(bytes_of_cstr(text_cstr)), rest = text;
	int said = 0;
	assert_int_equal(arrival_csv_new(&csv, "", paris, diag), 0);
	arrival_csv_begin(csv);
	while (rest.len > 0) {
		size_t end = arrival_csv_record_end(csv, rest);
		struct bytes record = bytes_first(rest, end);
		rest = bytes_after(rest, end + 1);
		said = arrival_csv_read(csv, record, &arrival, &machine, diag);
	}
	arrival_csv_free(csv);
	test_heap_free(text);
	return said;
}

static void
headers_are_known_by_the_names_people_give_them(void **state)
{
	(void)state;
	static const struct {
		const char *header_cstr;
		enum arrival_csv_column column;
	} rows[] = {{"Adresse IP", CSV_ADDRESS}, {"IP Address", CSV_ADDRESS}, {"adresse_mac", CSV_MAC},
	    {"Criticit\xc3\xa9", CSV_VALUE}, {"PROPRI\xc3\x89TAIRE", CSV_OWNER},
	    {"Syst\xc3\xa8me d'exploitation", CSV_SYSTEM}, {"N\xc2\xb0 de s\xc3\xa9rie", CSV_SERIAL},
	    {"Source IP", CSV_SOURCE}, {"dst_port", CSV_TARGET_PORT}, {"source_port", CSV_SOURCE_PORT},
	    {"colour", CSV_COLUMNS}, {"", CSV_COLUMNS}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (arrival_csv_column_of(bytes_of_cstr(rows[i].header_cstr)) != rows[i].column)
			fail_msg("%s", rows[i].header_cstr);
}

static void
each_column_has_one_meaning(void **state)
{
	(void)state;
	for (int i = 0; i < CSV_COLUMNS; i++) {
		const char *name_cstr = arrival_csv_column_name((enum arrival_csv_column)i);
		assert_int_equal(arrival_csv_column_of(bytes_of_cstr(name_cstr)), i);
		assert_int_equal(arrival_csv_column_ours(bytes_of_cstr(name_cstr)), i);
	}
}

static void
a_machine_is_read_with_quotes_and_accents(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "nom;ip;mac;valeur;services;note\n\"a \"\"b\"\" \xc3\xa9\";10.0.0.5;00-11-22-AA-BB-CC;grave;\"22/tcp ssh, 161/udp\";\"x;\ny\"\n",
	    "nom;ip;mac;valeur;services;note\n\"a \"\"b\"\" \xe9\";10.0.0.5;00-11-22-AA-BB-CC;3;\"22/tcp ssh, 161/udp\";\"x;\ny\"\n",
	    "\xef\xbb\xbfnom,ip,mac,valeur,services,note\n\"a \"\"b\"\" \xc3\xa9\",10.0.0.5,001122aabbcc,G3,22/tcp ssh;161/udp,x;\ty\n"};
	for (size_t i = 0; i < LENGTH_OF(texts); i++) {
		struct diag diag = {.offset = UINT64_MAX};
		assert_int_equal(read_second(texts[i], &diag), ARRIVAL_CSV_MACHINE);
		assert_string_equal(machine.texts[MACHINE_NAME], "a \"b\" \xc3\xa9");
		assert_string_equal(machine.texts[MACHINE_NOTE], "x; y");
		assert_int_equal(machine.value, 3);
		assert_true(machine.has_mac && machine.mac[5] == 0xcc && machine.origin == MACHINE_DECLARED);
		assert_int_equal(machine.service_count, 2);
		assert_true(
		    machine.services[0].port == 22 && machine.services[1].port == 161 && machine.services[1].ip_proto == 17);
		assert_string_equal(machine.services[0].name_cstr, "ssh");
	}
}

static void
alerts_and_flows_have_times_as_people_write_them(void **state)
{
	(void)state;
	static const struct {
		const char *time_cstr;
		int64_t expected_s;
	} rows[] = {{"2026-03-03 08:00:00", INT64_C(1772521200)}, {"03/03/2026 08:00", INT64_C(1772521200)},
	    {"03.03.2026 08:00:00", INT64_C(1772521200)}, {"2026-03-03T08:00:00Z", INT64_C(1772524800)},
	    {"2026-03-03T08:00:00+02:00", INT64_C(1772517600)}, {"1772524800", INT64_C(1772524800)}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char text[512];
		struct diag diag = {.offset = UINT64_MAX};
		(void)snprintf(text, sizeof(text),
		    "time,source,target,signature,severity\n%s,203.0.113.9,10.0.0.5,\"an \"\"attack\"\"\",1\n",
		    rows[i].time_cstr);
		assert_int_equal(read_second(text, &diag), ARRIVAL_CSV_ARRIVAL);
		assert_int_equal(arrival.kind, ARRIVAL_ALERT);
		assert_int_equal(arrival.alert.severity, SEVERITY_SERIOUS);
		assert_true(arrival.alert.last_ns == rows[i].expected_s * INT64_C(1000000000));
		(void)snprintf(text, sizeof(text), "time,source,target,dport,action\n%s,203.0.113.9,10.0.0.5,22,block\n",
		    rows[i].time_cstr);
		assert_int_equal(read_second(text, &diag), ARRIVAL_CSV_ARRIVAL);
		assert_int_equal(arrival.kind, ARRIVAL_OBSERVATION);
		assert_int_equal(arrival.observation.flow.state, FLOW_STATE_NEW);
		assert_int_equal(arrival.observation.dst_port, 22);
	}
	struct diag diag = {.offset = UINT64_MAX};
	assert_int_equal(
	    read_second(
	        "date;source;target;dport;action\n2026-03-03 08:00:00;203.0.113.9;10.0.0.5;22;Bloqu\xc3\xa9\n", &diag),
	    ARRIVAL_CSV_ARRIVAL);
	assert_int_equal(arrival.observation.flow.state, FLOW_STATE_NEW);
}

static void
what_is_wrong_is_refused_with_a_reason(void **state)
{
	(void)state;
	static const struct {
		const char *text_cstr, *why;
	} rows[] = {{"colour,size\n", "no columns of ours"}, {"source,target\n", "flows without a time"},
	    {"name,ip\na,10.0.0.300\n", "no address"}, {"name,mac\na,00:11\n", "no MAC"}, {"name,value\na,9\n", "no value"},
	    {"name,services\na,http\n", "no port"}, {"ip,note\n,x\n", "nothing that names it"},
	    {"ip,port,protocol\n10.0.0.1,22,carrier pigeon\n", "no protocol"},
	    {"name,ip\na,10.0.0.1,2\n", "more values than columns"}, {"name,ip\n\"a,10.0.0.1\n", "a quote without end"},
	    {"time,source,target\n32/03/2026,203.0.113.9,10.0.0.1\n", "no day"},
	    {"time,source,target\n1772524800,203.0.113.9,\n", "one end only"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct diag diag = {.offset = UINT64_MAX};
		if (read_second(rows[i].text_cstr, &diag) != -EINVAL || diag.text_cstr[0] == '\0')
			fail_msg("accepted: %s", rows[i].why);
	}
}

static int
open_zone(void **state)
{
	(void)state;
	struct diag diag = {.offset = UINT64_MAX};
	return zone_open(&paris, "Europe/Paris", &diag);
}

static int
close_zone(void **state)
{
	(void)state;
	zone_free(paris);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(headers_are_known_by_the_names_people_give_them),
	    cmocka_unit_test(each_column_has_one_meaning),
	    cmocka_unit_test(a_machine_is_read_with_quotes_and_accents),
	    cmocka_unit_test(alerts_and_flows_have_times_as_people_write_them),
	    cmocka_unit_test(what_is_wrong_is_refused_with_a_reason),
	};
	return cmocka_run_group_tests(tests, open_zone, close_zone);
}
