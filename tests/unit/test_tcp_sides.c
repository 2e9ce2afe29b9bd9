/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Who opened a connection whose opening was not captured: the events must name the right client. */
#include "test.h"

#include "tcp_wire.h"

#include <stdio.h>

enum { C, S }; /* the client's address is 192.0.2.1, the server's 192.0.2.80 */

#define REQUEST BYTES("GET /a HTTP/1.1\r\nHost: mairie.example\r\n\r\n")
#define RESPONSE BYTES("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
#define HELLO                                    \
	BYTES("\x16\3\1\0\x2f\1\0\0\x2b\3\3"     \
	      "0123456789abcdef0123456789abcdef" \
	      "\0\0\2\x13\1\1\0\0\0")
#define SERVER_HELLO                             \
	BYTES("\x16\3\3\0\x2a\2\0\0\x26\3\3"     \
	      "0123456789abcdef0123456789abcdef" \
	      "\0\x13\1\0")
#define SSH_BANNER BYTES("SSH-2.0-OpenSSH_9.2\r\n")

struct step {
	unsigned side;
	uint8_t flags;
	struct bytes data;
};
enum { STEPS_MAX = 5 };

static char *
run(uint16_t client_port, uint16_t server_port, const struct step steps[static STEPS_MAX])
{
	struct wire w = wire_open();
	uint32_t next[2] = {CLIENT_SEQ, SERVER_SEQ};
	w.ports[C] = client_port;
	w.ports[S] = server_port;
	for (size_t i = 0; i < STEPS_MAX && steps[i].flags != 0; i++) {
		unsigned side = steps[i].side;
		uint32_t syn = (steps[i].flags & TCP_SYN) != 0;
		send_segment(&w, (struct segment){side, steps[i].flags, next[side] - syn, next[!side], {0}, steps[i].data});
		next[side] += (uint32_t)steps[i].data.len;
	}
	return wire_close(&w);
}

/* The flow event goes from the client to the server, with so many packets each way. */
static bool
flow_says(const char *events_cstr, uint16_t client_port, uint16_t server_port, unsigned to_server, unsigned to_client)
{
	char ends[160], packets[80];
	snprintf(ends, sizeof(ends),
	    "\"event_type\":\"flow\",\"src_ip\":\"192.0.2.1\",\"src_port\":%u,\"dest_ip\":\"192.0.2.80\",\"dest_port\":%u,",
	    client_port, server_port);
	snprintf(packets, sizeof(packets), "\"pkts_toserver\":%u,\"pkts_toclient\":%u,", to_server, to_client);
	return strstr(events_cstr, ends) != NULL && strstr(events_cstr, packets) != NULL &&
	    wire_count_of(events_cstr, "\"event_type\":\"flow\"") == 1;
}

static void
the_opener_is_found_by_what_was_captured(void **state)
{
	(void)state;
	static const struct {
		const char *why_cstr;
		uint16_t client_port, server_port;
		struct step steps[STEPS_MAX];
		unsigned to_server, to_client;
		const char *event_cstr; /* must be among the events; NULL: nothing more */
	} rows[] = {
	    {"the server's SYN/ACK comes first", 1025, 1024, {{S, TCP_SYN | TCP_ACK, {0}}, {C, TCP_ACK, REQUEST}}, 1, 1,
	        "\"url\":\"/a\""},
	    {"the server's bare acknowledgement comes first", 40000, 80,
	        {{S, TCP_ACK, {0}}, {C, TCP_ACK, REQUEST}, {S, TCP_ACK, RESPONSE}}, 1, 2,
	        "\"url\":\"/a\",\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\",\"status\":200"},
	    {"only the server is captured", 40000, 80, {{S, TCP_ACK, RESPONSE}, {S, TCP_ACK, RESPONSE}}, 0, 2,
	        "\"event_type\":\"http\",\"src_ip\":\"192.0.2.1\",\"src_port\":40000"},
	    {"only the client is captured", 40000, 80, {{C, TCP_ACK, {0}}, {C, TCP_ACK, REQUEST}}, 2, 0, "\"url\":\"/a\""},
	    {"a registered port against a low one that is free", 1030, 8080, {{S, TCP_ACK, {0}}, {S, TCP_ACK, {0}}}, 0, 2,
	        NULL},
	    {"neither port is known, one is ephemeral", 50000, 12345, {{S, TCP_ACK, {0}}, {S, TCP_ACK, {0}}}, 0, 2, NULL},
	    {"the ports tell nothing: who spoke first", 50000, 51000, {{C, TCP_ACK, {0}}, {S, TCP_ACK, {0}}}, 1, 1, NULL},
	    {"the ports lie, the request tells", 80, 40000,
	        {{C, TCP_ACK, {0}}, {S, TCP_ACK, {0}}, {C, TCP_ACK, REQUEST}, {S, TCP_ACK, RESPONSE}}, 2, 2,
	        "\"url\":\"/a\",\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\",\"status\":200"},
	    {"the ports lie, the response tells", 80, 40000, {{S, TCP_ACK, RESPONSE}, {C, TCP_ACK, REQUEST}}, 1, 1,
	        "\"url\":\"/a\""},
	    {"a ClientHello", 80, 40000, {{C, TCP_ACK, HELLO}, {S, TCP_ACK, SERVER_HELLO}}, 1, 1,
	        "\"event_type\":\"tls\",\"src_ip\":\"192.0.2.1\",\"src_port\":80"},
	    {"a ServerHello", 80, 40000, {{S, TCP_ACK, SERVER_HELLO}}, 0, 1,
	        "\"event_type\":\"tls\",\"src_ip\":\"192.0.2.1\",\"src_port\":80"},
	    {"an SMTP greeting", 80, 40000,
	        {{S, TCP_ACK, BYTES("220 mail.example ESMTP\r\n")}, {C, TCP_ACK, BYTES("EHLO a\r\n")}}, 1, 1, NULL},
	    {"a banner that both sides send: the ports", 40000, 2222, {{S, TCP_ACK, SSH_BANNER}, {C, TCP_ACK, SSH_BANNER}},
	        1, 1, "\"event_type\":\"ssh\",\"src_ip\":\"192.0.2.1\",\"src_port\":40000"},
	    {"an opening that was seen counts more than any port", 80, 40000,
	        {{C, TCP_SYN, {0}}, {S, TCP_SYN | TCP_ACK, {0}}, {C, TCP_ACK, {0}}}, 2, 1, NULL},
	    {"and more than any byte", 40000, 8080,
	        {{C, TCP_SYN, {0}}, {S, TCP_SYN | TCP_ACK, {0}}, {C, TCP_ACK, RESPONSE}, {S, TCP_ACK, REQUEST}}, 2, 2, NULL},
	    {"a scan from a well-known port opens all the same", 53, 40000, {{C, TCP_FIN, {0}}}, 1, 0, NULL},
	    {"the rest of a body, then a new request", 40000, 80,
	        {{S, TCP_ACK, BYTES("the end of a body")}, {C, TCP_ACK, REQUEST}, {S, TCP_ACK, RESPONSE}}, 1, 2,
	        "\"url\":\"/a\",\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\",\"status\":200"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		char *events = run(rows[i].client_port, rows[i].server_port, rows[i].steps);
		if (!flow_says(events, rows[i].client_port, rows[i].server_port, rows[i].to_server, rows[i].to_client) ||
		    (rows[i].event_cstr != NULL && strstr(events, rows[i].event_cstr) == NULL))
			fail_msg("%s:\n%s", rows[i].why_cstr, events);
		free(events);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_opener_is_found_by_what_was_captured),
	};
	return RUN_TESTS(tests);
}
