/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>
#include <stdio.h>

#include "dns_samples.h"
#include "inspect/l7_dns.h"
#include "l7_drive.h"
#include "proto/dns.h"

#define LENGTH_QUERY "\x00\x21"
#define LENGTH_ANSWER "\x00\x4f"

_Static_assert(sizeof(DNS_QUERY) - 1 == 0x21, "LENGTH_QUERY");
_Static_assert(sizeof(DNS_ANSWER) - 1 == 0x4f, "LENGTH_ANSWER");

static const char request_event[] =
    "{\"event_type\":\"dns\",\"dns\":{\"version\":3,\"type\":\"request\",\"tx_id\":0,\"id\":4660,\"flags\":\"100\",\"rd\":true,"
    "\"opcode\":0,\"rcode\":\"NOERROR\",\"queries\":[{\"rrname\":\"www.example.com\",\"rrtype\":\"A\"}]}}\n";

static const char response_event[] =
    "{\"event_type\":\"dns\",\"dns\":{\"version\":3,\"type\":\"response\",\"tx_id\":1,\"id\":4660,\"flags\":\"8180\",\"qr\":true,"
    "\"rd\":true,\"ra\":true,\"opcode\":0,\"rcode\":\"NOERROR\",\"queries\":[{\"rrname\":\"www.example.com\",\"rrtype\":\"A\"}],"
    "\"answers\":[{\"rrname\":\"www.example.com\",\"rrtype\":\"CNAME\",\"ttl\":60,\"rdata\":\"example.com\"},"
    "{\"rrname\":\"example.com\",\"rrtype\":\"A\",\"ttl\":61,\"rdata\":\"192.0.2.7\"},"
    "{\"rrname\":\"example.com\",\"rrtype\":\"A\",\"ttl\":62,\"rdata\":\"192.0.2.8\"}],"
    "\"grouped\":{\"A\":[\"192.0.2.7\",\"192.0.2.8\"],\"CNAME\":[\"example.com\"]}}}\n";

static void
check_text(const char *got_cstr, const char *first_cstr, const char *second_cstr)
{
	char want[4096];
	snprintf(want, sizeof(want), "%s%s", first_cstr, second_cstr);
	assert_string_equal(got_cstr, want);
}

static const struct observation *
one_observation(const struct l7_drive *drive)
{
	size_t count;
	const struct observation *o = fake_sink_observations(drive->sink, &count);
	assert_int_equal(count, 1);
	assert_int_equal(o->kind, OBSERVATION_DNS);
	return o;
}

/* What a probe sends after its DNS question to a port of something else would parse as a message without records. */
static void
on_another_port_every_message_must_look_like_dns(void **state)
{
	(void)state;
	static const struct {
		uint16_t port;
		int events;
	} rows[] = {{47808, 1}, {53, 2}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct l7_drive *drive = l7_drive_new(&l7_dns_udp_parser, IPPROTO_UDP, rows[i].port);
		l7_drive_send(drive, L7_CLIENT, BYTES(DNS_QUERY));
		l7_drive_send(drive, L7_CLIENT, BYTES("\x1b\x00\x00\x3d\x00\x00\x00\x00\x00\x00\x00\x00"));
		l7_drive_finish(drive);
		int events = 0;
		for (const char *at = fake_sink_events(drive->sink); (at = strstr(at, "\"event_type\":\"dns\"")) != NULL;
		     at++)
			events++;
		assert_int_equal(events, rows[i].events);
		l7_drive_free(drive);
	}
}

static void
a_query_and_its_answer_are_two_events_and_one_observation(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_dns_udp_parser, IPPROTO_UDP, 53);
	l7_drive_send(drive, L7_CLIENT, BYTES(DNS_QUERY));
	l7_drive_send(drive, L7_SERVER, BYTES(DNS_ANSWER));
	l7_drive_finish(drive);
	check_text(fake_sink_events(drive->sink), request_event, response_event);
	const struct observation *o = one_observation(drive);
	assert_true(o->dns.answered);
	assert_int_equal(o->dns.id, 0x1234);
	assert_int_equal(o->dns.type, 1);
	assert_int_equal(o->dns.answers, 3);
	assert_int_equal(o->dns.rcode, 0);
	assert_int_equal(o->dns.query_bytes, 0x21);
	assert_int_equal(o->dns.answer_bytes, 0x4f);
	assert_int_equal(o->dns.name_len, 15);
	assert_memory_equal(o->dns.name, "www.example.com", 15);
	assert_true(addr_eq(&o->src, &drive->flow.client));
	l7_drive_free(drive);
}

static void
authorities_and_options_are_written(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_dns_udp_parser, IPPROTO_UDP, 53);
	l7_drive_send(drive, L7_CLIENT, BYTES(DNS_QUERY));
	l7_drive_send(drive, L7_SERVER, BYTES(DNS_NXDOMAIN));
	l7_drive_finish(drive);
	assert_int_equal(
	    fake_sink_count_of(drive->sink,
	        "\"rcode\":\"NXDOMAIN\",\"queries\":[{\"rrname\":\"www.example.com\",\"rrtype\":\"A\"}],\"authorities\":[{\"rrname\":"
	        "\"example.com\",\"rrtype\":\"SOA\",\"ttl\":10,\"soa\":{\"mname\":\"ns.example.com\",\"rname\":\"www.example.com\","
	        "\"serial\":1,\"refresh\":2,\"retry\":3,\"expire\":4,\"minimum\":5}}],\"additionals\":[{\"rrname\":\"\",\"rrtype\":"
	        "\"OPT\",\"ttl\":16809984,\"opt\":[{\"code\":8,\"data\":\"00011800cb0071\"}]}]}}"),
	    1);
	/* Another number: the query stays without answer, and the answer without query. */
	size_t count;
	const struct observation *o = fake_sink_observations(drive->sink, &count);
	assert_int_equal(count, 2);
	assert_true(o[0].dns.answered);
	assert_int_equal(o[0].dns.rcode, 3);
	assert_int_equal(o[0].dns.query_bytes, 0);
	assert_false(o[1].dns.answered);
	assert_int_equal(o[1].dns.id, 0x1234);
	assert_memory_equal(o[1].dns.name, "www.example.com", o[1].dns.name_len);
	l7_drive_free(drive);
}

/* Over TCP, every pair of cuts of both sides gives the same as one segment does. */
static void
every_cut_gives_the_same_events(void **state)
{
	(void)state;
	struct bytes queries = BYTES(LENGTH_QUERY DNS_QUERY LENGTH_QUERY DNS_QUERY);
	struct bytes answers = BYTES(LENGTH_ANSWER DNS_ANSWER);
	struct l7_drive *want = l7_drive_new(&l7_dns_tcp_parser, IPPROTO_TCP, 53);
	l7_drive_send(want, L7_CLIENT, queries);
	l7_drive_send(want, L7_SERVER, answers);
	l7_drive_finish(want);
	assert_int_equal(fake_sink_event_count(want->sink), 3);
	assert_int_equal(fake_sink_count_of(want->sink, "\"type\":\"request\""), 2);
	assert_int_equal(fake_sink_count_of(want->sink, "\"type\":\"response\""), 1);
	for (size_t i = 0; i <= queries.len; i++)
		for (size_t j = i; j <= queries.len; j++) {
			struct l7_drive *got = l7_drive_new(&l7_dns_tcp_parser, IPPROTO_TCP, 53);
			l7_drive_cut(got, L7_CLIENT, queries, i, j);
			l7_drive_cut(got, L7_SERVER, answers, i, j);
			l7_drive_finish(got);
			if (!fake_sink_eq(got->sink, want->sink))
				fail_msg("cut at %zu and %zu changes what is said", i, j);
			l7_drive_free(got);
		}
	l7_drive_free(want);
}

static void
after_a_loss_the_next_message_is_found(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_dns_tcp_parser, IPPROTO_TCP, 53);
	l7_drive_send(drive, L7_CLIENT, BYTES(LENGTH_QUERY "\x12\x34"));
	l7_drive_lose(drive, L7_CLIENT, 20);
	l7_drive_send(drive, L7_CLIENT,
	    BYTES("com\x00\x00\x01\x00\x01"
	          "leftover"));
	l7_drive_send(drive, L7_CLIENT, BYTES(LENGTH_QUERY DNS_QUERY));
	l7_drive_finish(drive);
	assert_string_equal(fake_sink_events(drive->sink), request_event);
	l7_drive_free(drive);
}

static void
a_capture_that_begins_with_an_answer_is_turned(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_dns_udp_parser, IPPROTO_UDP, 40000);
	l7_drive_send(drive, L7_CLIENT, BYTES(DNS_ANSWER));
	l7_drive_finish(drive);
	assert_int_equal(fake_sink_event_count(drive->sink), 1); /* and no anomaly */
	const struct observation *o = one_observation(drive);
	assert_true(addr_eq(&o->src, &drive->flow.server)); /* who asked */
	assert_int_equal(o->dst_port, drive->flow.client_port);
	l7_drive_free(drive);
}

static void
anomalies_have_the_names_of_eve(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		enum l7_side side;
		struct bytes message;
		const char *event_cstr;
	} rows[] = {
	    {"cut in the answers", L7_SERVER, {(const uint8_t *)DNS_ANSWER, 60}, "malformed_data"},
	    {"cut in the additionals", L7_SERVER, {(const uint8_t *)DNS_NXDOMAIN, sizeof(DNS_NXDOMAIN) - 3},
	        "invalid_additionals"},
	    {"cut in the authorities", L7_SERVER, {(const uint8_t *)DNS_NXDOMAIN, 40}, "invalid_authorities"},
	    {"a response from who asked", L7_CLIENT, {(const uint8_t *)DNS_ANSWER, sizeof(DNS_ANSWER) - 1}, "not_request"},
	    {"a query from who answers", L7_SERVER, {(const uint8_t *)DNS_QUERY, sizeof(DNS_QUERY) - 1}, "not_response"},
	    {"the reserved bit", L7_CLIENT,
	        {(const uint8_t *)DNS_HEADER("\x00\x01", "\x01\x40", "\x01", "\x00", "\x00", "\x00") DNS_WWW DNS_IN_A, 33},
	        "z_flag_set"},
	    {"an unknown opcode", L7_CLIENT,
	        {(const uint8_t *)DNS_HEADER("\x00\x01", "\x79\x00", "\x01", "\x00", "\x00", "\x00") DNS_WWW DNS_IN_A, 33},
	        "invalid_opcode"},
	    {"a name in a loop", L7_CLIENT,
	        {(const uint8_t *)DNS_HEADER("\x00\x01", "\x01\x00", "\x01", "\x00", "\x00", "\x00") "\xc0\x0c" DNS_IN_A,
	            18},
	        "infinite_loop"},
	    {"an address of three bytes", L7_SERVER,
	        {(const uint8_t *)DNS_HEADER("\x00\x01", "\x81\x80", "\x00", "\x01", "\x00", "\x00") "\x00" DNS_RR(
	             "\x01", "\x01", "\x03") "\x01\x02\x03",
	            26},
	        "malformed_data"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct l7_drive *drive = l7_drive_new(&l7_dns_udp_parser, IPPROTO_UDP, 53);
		char want[200];
		snprintf(want, sizeof(want),
		    "{\"event_type\":\"anomaly\",\"anomaly\":{\"app_proto\":\"dns\",\"type\":\"applayer\",\"event\":\"%s\",\"layer\":"
		    "\"proto_parser\"}}",
		    rows[i].event_cstr);
		l7_drive_send(drive, L7_CLIENT, BYTES(DNS_QUERY));
		assert_int_equal(fake_sink_count_of(drive->sink, "anomaly"), 0);
		l7_drive_send(drive, rows[i].side, rows[i].message);
		if (fake_sink_count_of(drive->sink, want) != 1 || fake_sink_count_of(drive->sink, "anomaly") != 1)
			fail_msg("%s: %s", rows[i].why, fake_sink_events(drive->sink));
		l7_drive_free(drive);
	}
}

static void
what_is_never_understood_is_given_up(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_dns_tcp_parser, IPPROTO_TCP, 53);
	for (int i = 0; i < 100; i++)
		l7_drive_send(drive, L7_CLIENT,
		    BYTES("\x00\x03"
		          "abc"));
	assert_true(drive->broken);
	assert_true(fake_sink_event_count(drive->sink) < 20);
	l7_drive_free(drive);
}

static void
what_is_understood_again_is_not_given_up(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_dns_tcp_parser, IPPROTO_TCP, 53);
	for (int i = 0; i < 21; i++)
		l7_drive_send(drive, L7_CLIENT,
		    i % 7 == 6 ? BYTES(LENGTH_QUERY DNS_QUERY)
		               : BYTES("\x00\x03"
		                       "abc"));
	assert_false(drive->broken);
	assert_int_equal(fake_sink_count_of(drive->sink, "\"event_type\":\"dns\""), 3);
	l7_drive_free(drive);
}

/* More bytes of names than the state has room for: the oldest are said, none is lost or cut. */
static void
long_names_do_not_overflow_the_state(void **state)
{
	(void)state;
	enum { QUERIES = 12, LABELS = 3 };
	uint8_t query[DNS_HEADER_SIZE + LABELS * 64 + 5];
	struct l7_drive *drive = l7_drive_new(&l7_dns_udp_parser, IPPROTO_UDP, 53);
	memcpy(query, DNS_QUERY, DNS_HEADER_SIZE);
	memcpy(query + sizeof(query) - 5, "\x00\x00\x01\x00\x01", 5);
	for (uint8_t i = 0; i < QUERIES; i++) {
		query[1] = i;
		for (size_t k = 0; k < LABELS; k++) {
			query[DNS_HEADER_SIZE + k * 64] = 63;
			memset(query + DNS_HEADER_SIZE + k * 64 + 1, 'a' + i, 63);
		}
		l7_drive_send(drive, L7_CLIENT, (struct bytes){query, sizeof(query)});
	}
	l7_drive_finish(drive);
	size_t count;
	const struct observation *o = fake_sink_observations(drive->sink, &count);
	assert_int_equal(count, QUERIES);
	for (size_t i = 0; i < QUERIES; i++) {
		assert_int_equal(o[i].dns.name_len, LABELS * 64 - 1);
		assert_int_equal(o[i].dns.name[0], 'a' + (int)i);
		assert_int_equal(o[i].dns.name[LABELS * 64 - 2], 'a' + (int)i);
	}
	l7_drive_free(drive);
}

static void
queries_without_answer_are_said_in_their_order(void **state)
{
	(void)state;
	enum { QUERIES = 40 };
	struct l7_drive *drive = l7_drive_new(&l7_dns_udp_parser, IPPROTO_UDP, 53);
	for (uint8_t i = 0; i < QUERIES; i++) {
		uint8_t query[sizeof(DNS_QUERY) - 1];
		memcpy(query, DNS_QUERY, sizeof(query));
		query[1] = i;
		query[13] = (uint8_t)('A' + i % 26);
		l7_drive_send(drive, L7_CLIENT, (struct bytes){query, sizeof(query)});
		l7_drive_send(drive, L7_CLIENT, (struct bytes){query, sizeof(query)}); /* sent again: the same query */
	}
	l7_drive_finish(drive);
	size_t count;
	const struct observation *o = fake_sink_observations(drive->sink, &count);
	assert_int_equal(count, QUERIES);
	for (size_t i = 0; i < QUERIES; i++) {
		assert_int_equal(o[i].dns.id, 0x1200 + i);
		assert_int_equal(o[i].dns.name[0], 'a' + (int)(i % 26)); /* lower case */
		assert_memory_equal(o[i].dns.name + 1, "ww.example.com", 14);
		assert_false(o[i].dns.answered);
	}
	l7_drive_free(drive);
}

static void
answers_out_of_order_find_their_queries(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_dns_udp_parser, IPPROTO_UDP, 53);
	uint8_t query[sizeof(DNS_QUERY) - 1], answer[sizeof(DNS_ANSWER) - 1];
	memcpy(query, DNS_QUERY, sizeof(query));
	memcpy(answer, DNS_ANSWER, sizeof(answer));
	for (uint8_t i = 0; i < 5; i++) {
		query[1] = i;
		l7_drive_send(drive, L7_CLIENT, (struct bytes){query, sizeof(query)});
	}
	static const uint8_t order[] = {3, 0, 4, 1};
	for (size_t i = 0; i < LENGTH_OF(order); i++) {
		answer[1] = order[i];
		l7_drive_send(drive, L7_SERVER, (struct bytes){answer, sizeof(answer)});
	}
	l7_drive_finish(drive);
	size_t count;
	const struct observation *o = fake_sink_observations(drive->sink, &count);
	assert_int_equal(count, 5);
	for (size_t i = 0; i < LENGTH_OF(order); i++) {
		assert_int_equal(o[i].dns.id, 0x1200 + order[i]);
		assert_int_equal(o[i].dns.query_bytes, sizeof(query));
	}
	assert_int_equal(o[4].dns.id, 0x1202);
	assert_false(o[4].dns.answered);
	assert_int_equal(o[4].dns.name_len, 15);
	l7_drive_free(drive);
}

static void
multicast_has_its_own_events_and_no_observations(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_dns_mdns_parser, IPPROTO_UDP, 5353);
	l7_drive_send(drive, L7_CLIENT,
	    BYTES("\x00\x00\x84\x00\x00\x00\x00\x02\x00\x00\x00\x00"
	          "\x04_ipp\x05local\x00\x00\x0c\x00\x01\x00\x00\x00\x0a\x00\x04\x01p\xc0\x0c"
	          "\x01p\xc0\x0c\x00\x10\x80\x01\x00\x00\x00\x0a\x00\x06\x05"
	          "a=b\"c"));
	l7_drive_send(drive, L7_CLIENT, BYTES("\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01p\x00\x00\x1c\x00\x01"));
	l7_drive_finish(drive);
	assert_string_equal(fake_sink_events(drive->sink),
	    "{\"event_type\":\"mdns\",\"mdns\":{\"type\":\"response\",\"id\":0,\"flags\":[\"aa\"],\"opcode\":0,\"rcode\":0,\"answers\":["
	    "{\"rrname\":\"_ipp.local\",\"ptr\":\"p._ipp.local\"},{\"rrname\":\"p._ipp.local\",\"txt\":[\"a=b\\\"c\"]}]}}\n"
	    "{\"event_type\":\"mdns\",\"mdns\":{\"type\":\"request\",\"id\":0,\"flags\":[],\"opcode\":0,\"rcode\":0,\"queries\":["
	    "{\"rrname\":\"p\",\"rrtype\":\"aaaa\"}]}}\n");
	size_t count;
	fake_sink_observations(drive->sink, &count);
	assert_int_equal(count, 0);
	l7_drive_free(drive);
}

/* 64 questions for a name beyond every limit, whose bytes all become six in JSON. */
static void
the_event_of_a_hostile_message_is_cut_not_lost(void **state)
{
	(void)state;
	static uint8_t raw[DNS_HEADER_SIZE + 64 * (20 * 64 + 5)];
	size_t n = DNS_HEADER_SIZE;
	memcpy(raw, DNS_HEADER("\x00\x01", "\x01\x00", "\x40", "\x00", "\x00", "\x00"), n);
	for (size_t i = 0; i < 64; i++) {
		for (size_t k = 0; k < 20; k++) {
			raw[n] = 63;
			memset(raw + n + 1, 0x01, 63);
			n += 64;
		}
		memcpy(raw + n, "\x00\x00\x10\x00\x01", 5);
		n += 5;
	}
	struct l7_drive *drive = l7_drive_new(&l7_dns_udp_parser, IPPROTO_UDP, 53);
	l7_drive_send(drive, L7_CLIENT, bytes_first((struct bytes){raw, sizeof(raw)}, 65535));
	assert_int_equal(fake_sink_count_of(drive->sink, "malformed_data"), 1); /* 64 do not fit in a datagram */
	raw[5] = 40;
	l7_drive_send(drive, L7_CLIENT, (struct bytes){raw, DNS_HEADER_SIZE + 40 * (20 * 64 + 5)});
	assert_int_equal(fake_sink_count_of(drive->sink, "\"rrname_truncated\":true"), 1);
	assert_int_equal(fake_sink_count_of(drive->sink, "\"event\":\"name_too_long\""), 1);
	l7_drive_free(drive);
}

static void
guesses_are_by_content(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		uint8_t ip_proto;
		uint16_t port;
		struct bytes data;
		enum l7_guess want;
	} rows[] = {
	    {"a query on another port", IPPROTO_UDP, 9999, {(const uint8_t *)DNS_QUERY, sizeof(DNS_QUERY) - 1}, L7_YES},
	    {"an answer on another port", IPPROTO_UDP, 9999, {(const uint8_t *)DNS_ANSWER, sizeof(DNS_ANSWER) - 1}, L7_YES},
	    {"a query with a byte too many", IPPROTO_UDP, 9999, {(const uint8_t *)DNS_QUERY "x", sizeof(DNS_QUERY)}, L7_NO},
	    {"a cut query", IPPROTO_UDP, 9999, {(const uint8_t *)DNS_QUERY, sizeof(DNS_QUERY) - 2}, L7_NO},
	    {"a cut query on DNS's port", IPPROTO_UDP, 53, {(const uint8_t *)DNS_QUERY, sizeof(DNS_QUERY) - 2}, L7_YES},
	    {"an unknown opcode on DNS's port", IPPROTO_UDP, 53,
	        {(const uint8_t *)DNS_HEADER("\x00\x01", "\x79\x00", "\x01", "\x00", "\x00", "\x00") DNS_WWW DNS_IN_A, 33},
	        L7_YES},
	    {"text on DNS's port", IPPROTO_UDP, 53, {(const uint8_t *)"GET / HTTP/1.1\r\n\r\n", 18}, L7_NO},
	    {"zeros on DNS's port", IPPROTO_UDP, 53, {(const uint8_t *)"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 18}, L7_NO},
	    {"the port of multicast DNS is another protocol", IPPROTO_UDP, 5353,
	        {(const uint8_t *)DNS_QUERY, sizeof(DNS_QUERY) - 1}, L7_NO},
	    {"a NetBIOS name", IPPROTO_UDP, 137,
	        {(const uint8_t *)DNS_HEADER("\x80\x01", "\x01\x10", "\x01", "\x00", "\x00",
	             "\x00") "\x20"
	                     "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\x00\x00\x21\x00\x01",
	            50},
	        L7_NO},
	    {"nothing", IPPROTO_UDP, 53, {(const uint8_t *)"", 0}, L7_NO},
	    {"a stream", IPPROTO_TCP, 9999, {(const uint8_t *)LENGTH_QUERY DNS_QUERY, sizeof(DNS_QUERY) + 1}, L7_YES},
	    {"two messages in a segment", IPPROTO_TCP, 9999,
	        {(const uint8_t *)LENGTH_QUERY DNS_QUERY LENGTH_QUERY DNS_QUERY, 2 * sizeof(DNS_QUERY) + 2}, L7_YES},
	    {"the beginning of a stream", IPPROTO_TCP, 9999, {(const uint8_t *)LENGTH_QUERY DNS_QUERY, 20}, L7_MAYBE},
	    {"the beginning of many questions on DNS's port", IPPROTO_TCP, 53,
	        {(const uint8_t *)"\x41\x86" DNS_HEADER("\x00\x01", "\x01\x00", "\x7f", "\x00", "\x00", "\x00") DNS_WWW, 31},
	        L7_YES},
	    {"the beginning of a stream with a class that is none", IPPROTO_TCP, 9999,
	        {(const uint8_t *)"\x00\x60" DNS_HEADER("\x00\x01", "\x01\x00", "\x02", "\x00", "\x00", "\x00") DNS_WWW
	            "\x00\x01\x12\x34",
	            35},
	        L7_NO},
	    {"one byte of a stream", IPPROTO_TCP, 53, {(const uint8_t *)LENGTH_QUERY, 1}, L7_MAYBE},
	    {"a web request", IPPROTO_TCP, 80, {(const uint8_t *)"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27}, L7_NO},
	    {"a TLS hello", IPPROTO_TCP, 853,
	        {(const uint8_t *)"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x11\x22\x33", 14}, L7_NO},
	    {"an SSH banner", IPPROTO_TCP, 22, {(const uint8_t *)"SSH-2.0-OpenSSH_9.2\r\n", 21}, L7_NO},
	    {"SMB over NetBIOS", IPPROTO_TCP, 445,
	        {(const uint8_t *)"\x00\x00\x00\x2f\xff"
	                          "SMBr\x00\x00\x00\x00\x18",
	            14},
	        L7_NO},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct l7_drive *drive = l7_drive_new(
		    rows[i].ip_proto == IPPROTO_TCP ? &l7_dns_tcp_parser : &l7_dns_udp_parser, rows[i].ip_proto,
		    rows[i].port);
		enum l7_guess got = l7_drive_guess(drive, L7_CLIENT, rows[i].data);
		if (got != rows[i].want)
			fail_msg("%s: %d", rows[i].why, got);
		l7_drive_free(drive);
	}
	struct l7_drive *drive = l7_drive_new(&l7_dns_mdns_parser, IPPROTO_UDP, 5353);
	assert_int_equal(l7_drive_guess(drive, L7_CLIENT, BYTES(DNS_QUERY)), L7_YES);
	l7_drive_free(drive);
}

static void
without_readers_nothing_is_said(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_dns_udp_parser, IPPROTO_UDP, 53);
	fake_sink_mute(drive->sink);
	l7_drive_send(drive, L7_CLIENT, BYTES(DNS_QUERY));
	l7_drive_send(drive, L7_SERVER, BYTES(DNS_ANSWER));
	l7_drive_send(drive, L7_CLIENT, BYTES(DNS_QUERY));
	l7_drive_finish(drive);
	assert_string_equal(fake_sink_events(drive->sink), "");
	l7_drive_free(drive);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(on_another_port_every_message_must_look_like_dns),
	    cmocka_unit_test(a_query_and_its_answer_are_two_events_and_one_observation),
	    cmocka_unit_test(authorities_and_options_are_written),
	    cmocka_unit_test(every_cut_gives_the_same_events),
	    cmocka_unit_test(after_a_loss_the_next_message_is_found),
	    cmocka_unit_test(a_capture_that_begins_with_an_answer_is_turned),
	    cmocka_unit_test(anomalies_have_the_names_of_eve),
	    cmocka_unit_test(what_is_never_understood_is_given_up),
	    cmocka_unit_test(what_is_understood_again_is_not_given_up),
	    cmocka_unit_test(long_names_do_not_overflow_the_state),
	    cmocka_unit_test(queries_without_answer_are_said_in_their_order),
	    cmocka_unit_test(answers_out_of_order_find_their_queries),
	    cmocka_unit_test(multicast_has_its_own_events_and_no_observations),
	    cmocka_unit_test(the_event_of_a_hostile_message_is_cut_not_lost),
	    cmocka_unit_test(guesses_are_by_content),
	    cmocka_unit_test(without_readers_nothing_is_said),
	};
	return RUN_TESTS(tests);
}
