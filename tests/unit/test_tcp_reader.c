/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a seed forgets of a connection's first packet must not cost the bytes that follow. */
#include "test.h"

#include "inspect/viewer.h"
#include "net/host_policy.h"
#include "tcp_wire.h"

#define REQUEST BYTES("GET /a HTTP/1.1\r\nHost: mairie.example\r\n\r\n")

static void
what_follows_a_lone_first_packet_is_read(void **state)
{
	(void)state;
	static const struct {
		const char *why_cstr;
		struct segment first;
	} rows[] = {
	    {"the SYN was missed, its answer came first", {1, TCP_SYN | TCP_ACK, SERVER_SEQ - 1, CLIENT_SEQ, {0}, {0}}},
	    {"a connection under way, first a bare acknowledgement of the client",
	        {0, TCP_ACK, CLIENT_SEQ, SERVER_SEQ, {0}, {0}}},
	    {"the ordinary opening", {0, TCP_SYN, CLIENT_SEQ - 1, 0, {0}, {0}}},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct wire w = wire_open();
		send_segment(&w, rows[i].first);
		if (rows[i].first.flags == TCP_SYN)
			send_segment(&w, (struct segment){1, TCP_SYN | TCP_ACK, SERVER_SEQ - 1, CLIENT_SEQ, {0}, {0}});
		send_segment(&w, (struct segment){0, TCP_ACK | TCP_PSH, CLIENT_SEQ, SERVER_SEQ, {0}, REQUEST});
		char *events = wire_close(&w);
		if (strstr(events, "\"url\":\"/a\"") == NULL || strstr(events, "\"type\":\"stream\"") != NULL)
			fail_msg("%s:\n%s", rows[i].why_cstr, events);
		free(events);
	}
}

/* RFC 7323 2: with a scale of 7 the client lets the server send 8 MB ahead, although its window says 65,535. */
static void
a_scaled_window_is_believed_although_the_seed_forgot_the_scale(void **state)
{
	(void)state;
	struct wire w = wire_open();
	static uint8_t body[1400];
	struct bytes scale = BYTES("\x03\x03\x07\x01"), chunk = {body, sizeof(body)};
	send_segment(&w, (struct segment){0, TCP_SYN, CLIENT_SEQ - 1, 0, scale, {0}});
	send_segment(&w, (struct segment){1, TCP_SYN | TCP_ACK, SERVER_SEQ - 1, CLIENT_SEQ, scale, {0}});
	send_segment(&w, (struct segment){0, TCP_ACK | TCP_PSH, CLIENT_SEQ, SERVER_SEQ, {0}, REQUEST});
	struct bytes head = BYTES("HTTP/1.1 200 OK\r\nContent-Length: 280000\r\n\r\n");
	uint32_t seq = SERVER_SEQ, ack = CLIENT_SEQ + (uint32_t)REQUEST.len;
	send_segment(&w, (struct segment){1, TCP_ACK, seq, ack, {0}, head});
	seq += (uint32_t)head.len;
	for (unsigned i = 0; i < 200; i++, seq += sizeof(body)) /* the client acknowledges nothing meanwhile */
		send_segment(&w, (struct segment){1, TCP_ACK, seq, ack, {0}, chunk});
	char *events = wire_close(&w);
	if (strstr(events, "\"length\":280000") == NULL || strstr(events, "out_of_window") != NULL)
		fail_msg("%s", events);
	free(events);
}

static void
of_two_copies_of_waiting_bytes_the_receivers_policy_chooses(void **state)
{
	(void)state;
	static const struct {
		const char *host_os_cstr, *url_cstr;
	} rows[] = {
	    {NULL, "\"url\":\"/good\""}, /* the first copy counts, docs/decisions/0007 */
	    {"last=192.0.2.80", "\"url\":\"/evil\""},
	    {"last=192.0.2.1", "\"url\":\"/good\""}, /* who sends does not matter */
	    {"old-linux=192.0.2.0/24", "\"url\":\"/evil\""},
	    {"linux=192.0.2.0/24,::/0", "\"url\":\"/good\""},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct host_policies hosts = {0};
		struct diag diag;
		if (rows[i].host_os_cstr != NULL)
			assert_int_equal(host_policy_add(&hosts, bytes_of_cstr(rows[i].host_os_cstr), &diag), 0);
		struct wire w = wire_open_for(rows[i].host_os_cstr != NULL ? &hosts : NULL);
		send_segment(&w, (struct segment){0, TCP_SYN, CLIENT_SEQ - 1, 0, {0}, {0}});
		send_segment(&w, (struct segment){1, TCP_SYN | TCP_ACK, SERVER_SEQ - 1, CLIENT_SEQ, {0}, {0}});
		send_segment(
		    &w, (struct segment){0, TCP_ACK, CLIENT_SEQ + 4, SERVER_SEQ, {0}, BYTES("/good HTTP/1.1\r\n\r\n")});
		send_segment(
		    &w, (struct segment){0, TCP_ACK, CLIENT_SEQ + 4, SERVER_SEQ, {0}, BYTES("/evil HTTP/1.1\r\n\r\n")});
		send_segment(&w, (struct segment){0, TCP_ACK, CLIENT_SEQ, SERVER_SEQ, {0}, BYTES("GET ")});
		char *events = wire_close(&w);
		if (strstr(events, "stream.reassembly_overlap_different_data") == NULL ||
		    strstr(events, rows[i].url_cstr) == NULL)
			fail_msg("%s: %s", rows[i].host_os_cstr, events);
		free(events);
	}
}

static void
open_and_ask(struct wire *w)
{
	send_segment(w, (struct segment){0, TCP_SYN, CLIENT_SEQ - 1, 0, {0}, {0}});
	send_segment(w, (struct segment){1, TCP_SYN | TCP_ACK, SERVER_SEQ - 1, CLIENT_SEQ, {0}, {0}});
	send_segment(w, (struct segment){0, TCP_ACK | TCP_PSH, CLIENT_SEQ, SERVER_SEQ, {0}, REQUEST});
}

#define GAP_FROM_SERVER                                                                                                       \
	"\"event_type\":\"anomaly\",\"src_ip\":\"192.0.2.80\",\"src_port\":80,\"dest_ip\":\"192.0.2.1\",\"dest_port\":40000," \
	"\"proto\":\"TCP\",\"ip_v\":4,"

static void
a_hole_that_is_given_up_is_told_once(void **state)
{
	(void)state;
	struct bytes head = BYTES("HTTP/1.1 200 OK\r\nServer: "), tail = BYTES("example\r\nContent-Length: 0\r\n\r\n");
	uint32_t ack = CLIENT_SEQ + (uint32_t)REQUEST.len, lost = 5;
	uint32_t after = SERVER_SEQ + (uint32_t)head.len + lost, end = after + (uint32_t)tail.len;
	static const struct {
		const char *why_cstr;
		bool closed; /* else the capture ends */
		size_t told;
		bool repaired;
	} rows[] = {{"the capture ends", false, 1, false}, {"the connection ends", true, 1, false},
	    {"the bytes came after all", true, 0, true}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct wire w = wire_open();
		open_and_ask(&w);
		send_segment(&w, (struct segment){1, TCP_ACK, SERVER_SEQ, ack, {0}, head});
		send_segment(&w, (struct segment){1, TCP_ACK, after, ack, {0}, tail});
		if (rows[i].repaired)
			send_segment(&w, (struct segment){1, TCP_ACK, after - lost, ack, {0}, BYTES("12345")});
		if (rows[i].closed) {
			send_segment(&w, (struct segment){0, TCP_ACK | TCP_FIN, ack, end, {0}, {0}});
			send_segment(&w, (struct segment){1, TCP_ACK | TCP_FIN, end, ack + 1, {0}, {0}});
			send_segment(&w, (struct segment){0, TCP_ACK, ack + 1, end + 1, {0}, {0}});
		}
		char *events = wire_close(&w);
		if (wire_count_of(events, "reassembly_seq_gap") != rows[i].told ||
		    wire_count_of(events, GAP_FROM_SERVER) != rows[i].told)
			fail_msg("%s:\n%s", rows[i].why_cstr, events);
		free(events);
	}
}

static void
an_end_that_was_acknowledged_and_not_captured_is_a_gap(void **state)
{
	(void)state;
	struct bytes head = BYTES("HTTP/1.1 200 OK\r\nServer: ");
	uint32_t ack = CLIENT_SEQ + (uint32_t)REQUEST.len, end = SERVER_SEQ + (uint32_t)head.len;
	static const struct {
		const char *why_cstr;
		uint32_t beyond; /* acknowledged, not captured */
		size_t told;
	} rows[] = {
	    {"all of it is here", 0, 0}, {"one number more may be a FIN", 1, 0}, {"hundred bytes are missing", 100, 1}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct wire w = wire_open();
		open_and_ask(&w);
		send_segment(&w, (struct segment){1, TCP_ACK, SERVER_SEQ, ack, {0}, head});
		send_segment(&w, (struct segment){0, TCP_ACK, ack, end + rows[i].beyond, {0}, {0}});
		char *events = wire_close(&w);
		if (wire_count_of(events, GAP_FROM_SERVER) != rows[i].told)
			fail_msg("%s:\n%s", rows[i].why_cstr, events);
		free(events);
	}
}

static void
an_anomaly_of_a_message_comes_from_its_sender(void **state)
{
	(void)state;
	struct wire w = wire_open();
	open_and_ask(&w);
	uint32_t ack = CLIENT_SEQ + (uint32_t)REQUEST.len;
	send_segment(&w,
	    (struct segment){1, TCP_ACK, SERVER_SEQ, ack, {0}, BYTES("HTTP/1.1 xxx Never\r\nContent-Length: 0\r\n\r\n")});
	char *events = wire_close(&w);
	const char *anomaly = strstr(events, "\"event_type\":\"anomaly\"");
	assert_non_null(anomaly);
	const char *wanted = "\"event_type\":\"anomaly\",\"src_ip\":\"192.0.2.80\",\"src_port\":80,";
	assert_memory_equal(anomaly, wanted, strlen(wanted));
	assert_non_null(strstr(anomaly,
	    "\"anomaly\":{\"app_proto\":\"http\",\"type\":\"applayer\",\"event\":\"RESPONSE_INVALID_STATUS\","
	    "\"layer\":\"proto_parser\"}"));
	free(events);
}

static void
a_jumbo_first_packet_keeps_its_length(void **state)
{
	(void)state;
	struct wire w = wire_open();
	static uint8_t frame[200];
	/* RFC 2675: hop-by-hop option 0xc2 with a length of 70,000, of which the capture kept little. */
	struct writer out = writer_of(frame, sizeof(frame));
	writer_put(&out, BYTES("\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x86\xdd\x60\0\0\0\0\0\0\x40"));
	writer_put(&out, BYTES("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02"));
	writer_put(&out, BYTES("\x06\0\xc2\x04\0\x01\x11\x70"));
	writer_put(&out, BYTES("\x9c\x40\0\x50\0\0\0\x01\0\0\0\x01\x50\x10\xff\xff\0\0\0\0"));
	writer_put(&out, BYTES("0123456789"));
	struct frame f = {
	    .time_ns = wire_start_ns, .number = 1, .data = writer_written(&out), .wire_len = 14 + 40 + 70000, .linktype = 1};
	inspect_frames(w.in, &f, 1, 0);
	char *events = wire_close(&w);
	assert_non_null(strstr(events, "\"bytes_toserver\":70054"));
	free(events);
}

static void
a_request_that_goes_on_is_said_before_it_ends(void **state)
{
	(void)state;
	static const struct {
		const char *last_cstr;
		unsigned char at_end;
	} rows[] = {{"X-3: c\r\n", OBSERVED_REQUEST_STILL_OPEN}, {"\r\n", OBSERVED_REQUEST_COMPLETE}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct wire w = wire_open();
		uint64_t room[1024];
		struct observation_buffer seen = {.at = (uint8_t *)room, .size = sizeof(room)};
		struct bytes parts[] = {BYTES("GET /a HTTP/1.1\r\nHost: mairie.example\r\n"), BYTES("X-1: a\r\n"),
		    BYTES("X-2: b\r\n"), bytes_of_cstr(rows[i].last_cstr)};
		static const int later_s[] = {0, 61, 400, 401};
		static const unsigned char said[] = {OBSERVED_REQUEST_OPEN, OBSERVED_REQUEST_STILL_OPEN};
		sink_observe_into(w.sink, &seen);
		send_segment(&w, (struct segment){0, TCP_SYN, CLIENT_SEQ - 1, 0, {0}, {0}});
		send_segment(&w, (struct segment){1, TCP_SYN | TCP_ACK, SERVER_SEQ - 1, CLIENT_SEQ, {0}, {0}});
		uint32_t seq = CLIENT_SEQ;
		for (size_t p = 0; p < LENGTH_OF(parts); p++) {
			w.later_ns = later_s[p] * INT64_C(1000000000);
			send_segment(&w, (struct segment){0, TCP_ACK, seq, SERVER_SEQ, {0}, parts[p]});
			seq += (uint32_t)parts[p].len;
		}
		free(wire_close(&w));
		size_t at = 0, updates = 0, ends = 0;
		for (const struct observation *o; (o = observation_next(&seen, &at)) != NULL;) {
			if (o->kind == OBSERVATION_FLOW_UPDATE)
				assert_int_equal(o->flow.request_incomplete, said[updates++]);
			else if (o->kind == OBSERVATION_FLOW_END && ++ends > 0)
				assert_int_equal(o->flow.request_incomplete, rows[i].at_end);
		}
		assert_int_equal(updates, 2);
		assert_int_equal(ends, 1);
	}
}

/* The number of the packet that an event of this kind gives, 0: none. -1: there is no such event. */
static long
packet_of(const char *events_cstr, const char *kind_cstr)
{
	const char *at = strstr(events_cstr, kind_cstr);
	if (at == NULL)
		return -1;
	while (at > events_cstr && at[-1] != '\n')
		at--;
	const char *number = strstr(at, "\"pcap_cnt\":"), *end = strchr(at, '\n');
	return number == NULL || (end != NULL && number > end) ? 0 : strtol(number + 11, NULL, 10);
}

static void
with_a_suricata_yaml_bytes_are_read_when_they_are_acknowledged(void **state)
{
	(void)state;
	static const struct {
		const char *why_cstr;
		struct stream_settings settings;
		bool is_acknowledged;
		long wanted;
	} rows[] = {
	    {"no such file: at once", {0}, true, 5},
	    {"with the acknowledgement", {.as_suricata = true}, true, 6},
	    {"stream.inline: at once", {.as_suricata = true, .at_once = true}, true, 5},
	    {"never acknowledged: with the end of the flow", {.as_suricata = true}, false, 0},
	};
	struct bytes answer = BYTES("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct wire w = wire_open_as(NULL, &rows[i].settings);
		uint32_t said = CLIENT_SEQ + (uint32_t)REQUEST.len, answered = SERVER_SEQ + (uint32_t)answer.len;
		send_segment(&w, (struct segment){0, TCP_SYN, CLIENT_SEQ - 1, 0, {0}, {0}});
		send_segment(&w, (struct segment){1, TCP_SYN | TCP_ACK, SERVER_SEQ - 1, CLIENT_SEQ, {0}, {0}});
		send_segment(&w, (struct segment){0, TCP_ACK, CLIENT_SEQ, SERVER_SEQ, {0}, {0}});
		send_segment(&w, (struct segment){0, TCP_ACK | TCP_PSH, CLIENT_SEQ, SERVER_SEQ, {0}, REQUEST});
		send_segment(&w, (struct segment){1, TCP_ACK | TCP_PSH, SERVER_SEQ, said, {0}, answer});
		if (rows[i].is_acknowledged)
			send_segment(&w, (struct segment){0, TCP_ACK, said, answered, {0}, {0}});
		char *events = wire_close(&w);
		if (packet_of(events, "\"event_type\":\"http\"") != rows[i].wanted)
			fail_msg(
			    "%s: packet %ld\n%s", rows[i].why_cstr, packet_of(events, "\"event_type\":\"http\""), events);
		free(events);
	}
}

static void
with_a_suricata_yaml_what_began_before_the_capture_is_read_only_when_it_says_so(void **state)
{
	(void)state;
	static const struct {
		struct stream_settings settings;
		bool is_read;
	} rows[] = {
	    {{0}, true},
	    {{.as_suricata = true}, false},
	    {{.as_suricata = true, .midstream = true}, true},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct wire w = wire_open_as(NULL, &rows[i].settings);
		uint32_t said = CLIENT_SEQ + (uint32_t)REQUEST.len;
		send_segment(&w, (struct segment){0, TCP_ACK | TCP_PSH, CLIENT_SEQ, SERVER_SEQ, {0}, REQUEST});
		send_segment(&w, (struct segment){1, TCP_ACK, SERVER_SEQ, said, {0}, {0}});
		char *events = wire_close(&w);
		if ((packet_of(events, "\"event_type\":\"http\"") >= 0) != rows[i].is_read)
			fail_msg("row %zu: %s", i, events);
		free(events);
	}
}

/* ---- What rules are shown ---- */

struct shown {
	size_t stream_bytes, packets, hidden; /* hidden: packets into whose payload nobody looks */
	const char *app_cstr;                 /* of the latest packet */
};

static void
see_packet(void *context, const struct view_packet *packet)
{
	struct shown *s = context;
	s->packets++;
	s->hidden += packet->is_encrypted && packet->payload.len > 0;
	s->app_cstr = packet->flow->app_cstr;
}

static void
see_stream(
    void *context, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number, struct bytes data)
{
	(void)flow;
	(void)from_server;
	(void)time_ns;
	(void)number;
	((struct shown *)context)->stream_bytes += data.len;
}

static void
ignore_transaction(void *context, const struct view_set *set)
{
	(void)context;
	(void)set;
}

static void
ignore_event(
    void *context, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number, const char *name_cstr)
{
	(void)context;
	(void)flow;
	(void)from_server;
	(void)time_ns;
	(void)number;
	(void)name_cstr;
}

static void
ignore_flow_end(void *context, uint64_t flow_id, int64_t time_ns)
{
	(void)context;
	(void)flow_id;
	(void)time_ns;
}

/* The hello of a server that chose TLS 1.3 (RFC 8446 4.1.3): what follows is encrypted. Then two records of data. */
static void
what_follows_a_handshake_is_not_shown_to_rules_and_its_protocol_stays_known(void **state)
{
	(void)state;
	struct bytes hello = BYTES("\x16\x03\x03\0\x32\x02\0\0\x2e\x03\x03"
	                           "0123456789abcdef0123456789abcdef\0\x13\x01\0\0\x06\0\x2b\0\x02\x03\x04"),
	             data = BYTES("\x17\x03\x03\0\x05noise");
	struct shown shown = {0};
	struct viewer viewer = {.context = &shown,
	    .packet = see_packet,
	    .stream = see_stream,
	    .transaction = ignore_transaction,
	    .event = ignore_event,
	    .flow_end = ignore_flow_end};
	struct wire w = wire_open_with((struct inspect_options){.viewer = &viewer});
	uint32_t seq = SERVER_SEQ;
	send_segment(&w, (struct segment){0, TCP_SYN, CLIENT_SEQ - 1, 0, {0}, {0}});
	send_segment(&w, (struct segment){1, TCP_SYN | TCP_ACK, seq - 1, CLIENT_SEQ, {0}, {0}});
	send_segment(&w, (struct segment){1, TCP_ACK, seq, CLIENT_SEQ, {0}, hello});
	assert_int_equal(shown.stream_bytes, hello.len);
	seq += (uint32_t)hello.len;
	for (unsigned i = 0; i < 2; i++, seq += (uint32_t)data.len)
		send_segment(&w, (struct segment){1, TCP_ACK, seq, CLIENT_SEQ, {0}, data});
	assert_int_equal(shown.stream_bytes, hello.len);
	assert_int_equal(shown.packets, 5);
	assert_true(shown.hidden >= 2);
	assert_string_equal(shown.app_cstr, "tls");
	free(wire_close(&w));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_follows_a_lone_first_packet_is_read),
	    cmocka_unit_test(a_scaled_window_is_believed_although_the_seed_forgot_the_scale),
	    cmocka_unit_test(of_two_copies_of_waiting_bytes_the_receivers_policy_chooses),
	    cmocka_unit_test(a_hole_that_is_given_up_is_told_once),
	    cmocka_unit_test(an_end_that_was_acknowledged_and_not_captured_is_a_gap),
	    cmocka_unit_test(an_anomaly_of_a_message_comes_from_its_sender),
	    cmocka_unit_test(a_jumbo_first_packet_keeps_its_length),
	    cmocka_unit_test(a_request_that_goes_on_is_said_before_it_ends),
	    cmocka_unit_test(with_a_suricata_yaml_bytes_are_read_when_they_are_acknowledged),
	    cmocka_unit_test(with_a_suricata_yaml_what_began_before_the_capture_is_read_only_when_it_says_so),
	    cmocka_unit_test(what_follows_a_handshake_is_not_shown_to_rules_and_its_protocol_stays_known),
	};
	return RUN_TESTS(tests);
}
