/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* However the network cuts, reorders, repeats or overlaps the bytes of a connection, its events are the same: through the
 * whole inspector, from frames to EVE lines.
 *
 * The oracle is the same connection sent in one plain way. What legitimately depends on packets (their numbers, times and
 * counts, and the flow event made of them) is left out of the comparison.
 */
#include "test.h"

#include "../unit/test_tls_samples.h"
#include "frame_build_tcp.h"
#include "inspect/inspect.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { EVENTS_MAX = 1 << 20, ROUNDS = 150, FRAME_MAX = 1600, FRAMES_MAX = 4096, TURNS_MAX = 12 };

struct conversation_case {
	const char *why_cstr;
	uint16_t server_port;
	/* In turns, the client first: one string each. */
	struct bytes turns[TURNS_MAX];
	size_t turn_count;
	const char *expected_cstr; /* something that must be in the events: the comparison alone could be of nothing */
};

#define NOTHING BYTES("")
#define TLS_TURNS                                                                                                       \
	{tls12_0, sizeof(tls12_0)}, {tls12_1, sizeof(tls12_1)}, {tls12_2, sizeof(tls12_2)}, {tls12_3, sizeof(tls12_3)}, \
	{                                                                                                               \
		tls12_4, sizeof(tls12_4)                                                                                \
	}
#define TLS_EXPECTED "\"sni\":\"www.mairie.example\",\"version\":\"TLS 1.2\""

static const struct conversation_case cases[] = {
    {"two requests on one connection, bodies of known length", 80,
        {BYTES("GET /index.html HTTP/1.1\r\nHost: mairie.example\r\nUser-Agent: curl/8\r\n\r\n"),
            BYTES("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\nHello, world!"),
            BYTES("POST /form HTTP/1.1\r\nHost: mairie.example\r\nContent-Length: 7\r\n\r\nname=me"),
            BYTES("HTTP/1.1 302 Found\r\nLocation: /thanks\r\nContent-Length: 0\r\n\r\n")},
        4, "\"url\":\"/form\""},
    {"chunks and a trailer", 8080,
        {BYTES("GET /c HTTP/1.1\r\nHost: a\r\n\r\n"),
            BYTES(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n6;x=y\r\n world\r\n0\r\nT: 1\r\n\r\n")},
        2, "\"status\":200"},
    {"DNS over TCP, two queries in one write", 53,
        {BYTES("\x00\x21\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07"
               "example\x03org\x00\x00\x01\x00\x01"
               "\x00\x21\x12\x35\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03ftp\x07"
               "example\x03org\x00\x00\x01\x00\x01"),
            BYTES("\x00\x31\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\x03www\x07"
                  "example\x03org\x00\x00\x01\x00\x01\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x01")},
        2, "www.example.org"},
    {"SMTP, then TLS", 587,
        {NOTHING, BYTES("220 mx ESMTP\r\n"), BYTES("EHLO me\r\n"), BYTES("250-mx\r\n250 STARTTLS\r\n"),
            BYTES("STARTTLS\r\n"), BYTES("220 go\r\n"), TLS_TURNS},
        11, TLS_EXPECTED},
    {"SMTP, TLS refused, then a mail", 25,
        {NOTHING, BYTES("220 mx ESMTP\r\n"), BYTES("EHLO me\r\nSTARTTLS\r\n"), BYTES("250 mx\r\n454 not now\r\n"),
            BYTES("MAIL FROM:<a@b>\r\n"), BYTES("250 ok\r\n"), BYTES("QUIT\r\n"), BYTES("221 bye\r\n")},
        8, "\"mail_from\":\"<a@b>\""},
    {"FTP, then TLS", 21, {NOTHING, BYTES("220 FTP\r\n"), BYTES("AUTH TLS\r\n"), BYTES("234 go\r\n"), TLS_TURNS}, 9,
        TLS_EXPECTED},
    {"FTP with a greeting that does not say so, then TLS", 21,
        {NOTHING, BYTES("220 Authorized users only\r\n"), BYTES("AUTH TLS\r\n"), BYTES("234 go\r\n"), TLS_TURNS}, 9,
        TLS_EXPECTED},
    {"POP3, then TLS", 110, {NOTHING, BYTES("+OK POP3\r\n"), BYTES("STLS\r\n"), BYTES("+OK go\r\n"), TLS_TURNS}, 9,
        TLS_EXPECTED},
    {"IMAP, then TLS", 143,
        {NOTHING, BYTES("* OK IMAP4rev1\r\n"), BYTES("a1 STARTTLS\r\n"), BYTES("a1 OK go\r\n"), TLS_TURNS}, 9, TLS_EXPECTED},
    {"PostgreSQL, then TLS", 5432, {BYTES("\0\0\0\x08\x04\xd2\x16\x2f"), BYTES("S"), TLS_TURNS}, 7, TLS_EXPECTED},
    {"PostgreSQL, GSSAPI refused, then TLS", 5432,
        {BYTES("\0\0\0\x08\x04\xd2\x16\x30"), BYTES("N"), BYTES("\0\0\0\x08\x04\xd2\x16\x2f"), BYTES("S"), TLS_TURNS}, 9,
        TLS_EXPECTED},
    {"MySQL, then TLS", 3306,
        {NOTHING,
            BYTES("\x27\0\0\0\x0a"
                  "5.7.33\0xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
            BYTES("\x20\0\0\1\0\x0a\0\0\0\0\0\1\x21\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), NOTHING, TLS_TURNS},
        9, TLS_EXPECTED},
    {"LDAP, then TLS", 389,
        {BYTES("\x30\x1d\x02\x01\x03\x77\x18\x80\x16"
               "1.3.6.1.4.1.1466.20037"),
            BYTES("\x30\x0c\x02\x01\x03\x78\x07\x0a\x01\x00\x04\x00\x04\x00"), TLS_TURNS},
        7, TLS_EXPECTED},
    {"LDAP, TLS asked without waiting, and refused", 389,
        {BYTES("\x30\x1d\x02\x01\x03\x77\x18\x80\x16"
               "1.3.6.1.4.1.1466.20037\x30\x0b\x02\x01\x05\x4a\x06o=city"),
            BYTES("\x30\x0c\x02\x01\x03\x78\x07\x0a\x01\x34\x04\x00\x04\x00\x30\x0c\x02\x01\x05\x6b\x07\x0a\x01\x00\x04"
                  "\x00\x04\x00")},
        2, "\"del_request\":{\"dn\":\"o=city\"}}"},
    {"LDAP, a bind and a removal", 389,
        {BYTES("\x30\x22\x02\x01\x01\x60\x1d\x02\x01\x03\x04\x10uid=bob,o=mairie\x80\x06secret"),
            BYTES("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00"),
            BYTES("\x30\x0b\x02\x01\x05\x4a\x06o=city\x30\x05\x02\x01\x06\x42\x00"),
            BYTES("\x30\x0c\x02\x01\x05\x6b\x07\x0a\x01\x00\x04\x00\x04\x00")},
        4, "\"del_request\":{\"dn\":\"o=city\"}},\"responses\""},
    {"SSH banners", 22, {BYTES("SSH-2.0-OpenSSH_9.2\r\n"), BYTES("SSH-2.0-OpenSSH_8.4p1 Debian-5\r\n")}, 2, "OpenSSH_9.2"},
};

struct segment {
	uint8_t side, flags;
	uint32_t offset; /* in the side's stream, from 0 after its SYN */
	uint32_t len;
};

static uint64_t random_state;

static uint32_t
random_below(uint32_t limit)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(random_state >> 33) % limit;
}

struct stream {
	uint8_t bytes[2][4096];
	uint32_t len[2];
};

struct script {
	struct segment segments[FRAMES_MAX];
	size_t count;
};

static void
add(struct script *s, uint8_t side, uint8_t flags, uint32_t offset, uint32_t len)
{
	assert_true(s->count < FRAMES_MAX);
	s->segments[s->count++] = (struct segment){side, flags, offset, len};
}

enum manner { MANNER_PLAIN, MANNER_HOSTILE };

/* One turn of the conversation: cut, then repeated, overlapped and shuffled. */
static void
add_turn(struct script *s, uint8_t side, uint32_t from, uint32_t to, enum manner manner)
{
	if (manner == MANNER_PLAIN) {
		add(s, side, TCP_PSH | TCP_ACK, from, to - from);
		return;
	}
	size_t first = s->count;
	for (uint32_t at = from; at < to;) {
		uint32_t len = 1 + random_below(random_below(4) == 0 ? 40 : 6);
		len = len < to - at ? len : to - at;
		add(s, side, TCP_ACK, at, len);
		if (random_below(5) == 0) { /* the same bytes again, with some before and after */
			uint32_t back = at - from < 5 ? at - from : 5, more = to - at < 9 ? to - at : 9;
			add(s, side, TCP_ACK, at - back, back + more);
		}
		at += len;
	}
	for (size_t i = s->count; i > first + 1; i--) { /* Fisher and Yates */
		size_t j = first + random_below((uint32_t)(i - first));
		struct segment swap = s->segments[i - 1];
		s->segments[i - 1] = s->segments[j];
		s->segments[j] = swap;
	}
}

static void
build(const struct conversation_case *c, enum manner manner, struct stream *stream, struct script *s)
{
	memset(stream, 0, sizeof(*stream));
	s->count = 0;
	for (size_t t = 0; t < c->turn_count; t++) {
		uint8_t side = t % 2;
		memcpy(stream->bytes[side] + stream->len[side], c->turns[t].at, c->turns[t].len);
		uint32_t from = stream->len[side];
		stream->len[side] += (uint32_t)c->turns[t].len;
		add_turn(s, side, from, stream->len[side], manner);
	}
}

/* The lines of a file that are not flow, stats or stream anomalies, without their packet numbers and times. */
static char *
comparable(char *text)
{
	char *out = calloc(1, EVENTS_MAX), *save = NULL;
	size_t n = 0;
	for (char *line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		if (strstr(line, "\"event_type\":\"flow\"") != NULL || strstr(line, "\"type\":\"stream\"") != NULL)
			continue;
		const char *type = strstr(line, "\"event_type\"");
		n += (size_t)snprintf(out + n, EVENTS_MAX - n, "%s\n", type);
	}
	return out;
}

static char *
run(const struct conversation_case *c, enum manner manner, uint32_t first_seq)
{
	static struct stream stream;
	static struct script script;
	build(c, manner, &stream, &script);
	int fd = memfd_create("events", MFD_CLOEXEC);
	struct event_file *file = sink_file_new(fd);
	struct sink *sink = sink_new(file);
	struct inspect_options options = {.memory_bytes = 4 << 20, .stage = INSPECT_ALL, .hash_key = 7};
	struct inspector *in = inspect_new(&options, sink);
	assert_non_null(in);
	struct frame_tcp f = {
	    .client_port = 40000, .server_port = c->server_port, .first_seq = {first_seq, first_seq ^ 0x55555555u}};
	frame_tcp_feed(in, &f, 0, TCP_SYN, 0, NULL, 0);
	frame_tcp_feed(in, &f, 1, TCP_SYN | TCP_ACK, 0, NULL, 0);
	frame_tcp_feed(in, &f, 0, TCP_ACK, 1, NULL, 0);
	for (size_t i = 0; i < script.count; i++) {
		const struct segment *s = &script.segments[i];
		frame_tcp_feed(in, &f, s->side, s->flags, 1 + s->offset, stream.bytes[s->side] + s->offset, s->len);
	}
	frame_tcp_feed(in, &f, 0, TCP_FIN | TCP_ACK, 1 + stream.len[0], NULL, 0);
	frame_tcp_feed(in, &f, 1, TCP_FIN | TCP_ACK, 1 + stream.len[1], NULL, 0);
	for (uint32_t round = 0; !inspect_drain(in, INT64_C(1700000000) * 1000000000 + f.time_ns, round, f.number); round++)
		assert_true(round < 10000);
	inspect_free(in);
	sink_free(sink);
	sink_file_free(file);
	char *text = calloc(1, EVENTS_MAX);
	assert_true(pread(fd, text, EVENTS_MAX - 1, 0) >= 0);
	close(fd);
	char *result = comparable(text);
	free(text);
	return result;
}

static void
every_way_of_sending_gives_the_same_events(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		char *wanted = run(&cases[i], MANNER_PLAIN, 1000);
		if (strstr(wanted, cases[i].expected_cstr) == NULL)
			fail_msg("%s: the events lack %s:\n%s", cases[i].why_cstr, cases[i].expected_cstr, wanted);
		for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
			random_state = seed;
			/* now and then the sequence numbers wrap in the middle */
			char *got = run(
			    &cases[i], MANNER_HOSTILE, seed % 3 == 0 ? UINT32_MAX - (uint32_t)(seed % 97) : 1000);
			if (strcmp(got, wanted) != 0)
				fail_msg("%s: seed %llu gives\n%s\ninstead of\n%s", cases[i].why_cstr,
				    (unsigned long long)seed, got, wanted);
			free(got);
		}
		free(wanted);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_way_of_sending_gives_the_same_events),
	};
	return RUN_TESTS(tests);
}
