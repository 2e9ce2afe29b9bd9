/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/dns - the parser, then its glue over UDP and TCP.
 *
 * The first byte says which: bit 0 TCP, bit 1 multicast, bit 2 a port that is not DNS's, bit 3 a stream cut after every byte. Then pieces: [side bit 0,
 * length in 7 bits] and that many bytes. Oracles: what a message gives does not depend on what follows it; names are
 * bounded; a cut stream says the same as the whole one.
 */
#include <netinet/in.h>
#include <stdlib.h>

#include "../../tests/support/l7_drive.h"
#include "core/ensure.h"
#include "inspect/l7_dns.h"
#include "proto/dns.h"
#include "proto/dns_rdata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A pointer may lead back to a label that reaches over the end of what was read; such a name is shown, as tshark and
 * Suricata do, and depends on what follows. True when a name or rdata of the message does not. */
static bool
stays_inside(struct bytes exact, const struct dns *m)
{
	uint16_t flaws = 0;
	size_t end;
	for (size_t i = 0; i < m->question_count; i++)
		if (dns_name_skip(exact, m->questions[i].name, &end, &flaws) != PARSE_OK)
			return false;
	for (size_t i = 0; i < m->record_count; i++)
		if (dns_name_skip(exact, m->records[i].name, &end, &flaws) != PARSE_OK ||
		    dns_rdata_check(exact, &m->records[i]) != m->records[i].understood)
			return false;
	return true;
}

static void
check_parser(struct bytes message)
{
	static struct dns m, again;
	char text[DNS_NAME_TEXT_MAX];
	uint16_t flaws = 0;
	enum parse state = dns_parse(message, &m, &flaws);
	if (state != PARSE_OK)
		return;
	ENSURE(flaws == m.flaws && m.length <= message.len);
	ENSURE(m.question_count <= DNS_QUESTIONS_MAX && m.record_count <= DNS_RECORDS_MAX);
	ENSURE(m.question_count <= m.claimed[DNS_QUESTIONS]);
	for (size_t i = 0; i < m.question_count; i++)
		ENSURE(dns_name_write(message, m.questions[i].name, text, sizeof(text)).len <= sizeof(text));
	for (size_t i = 0; i < m.record_count; i++) {
		const struct dns_record *r = &m.records[i];
		ENSURE((size_t)r->rdata + r->rdata_len <= message.len);
		ENSURE(dns_rdata_check(message, r) == r->understood);
		size_t end;
		ENSURE(dns_name_skip(message, r->name, &end, &flaws) == PARSE_OK && end < r->rdata);
	}
	struct bytes exact = bytes_first(message, m.length);
	if (m.tail == PARSE_OK &&
	    stays_inside(exact, &m)) { /* the same without the bytes behind it, and SHORT when one is missing */
		ENSURE(dns_parse(exact, &again, NULL) == PARSE_OK && again.length == m.length && again.tail == PARSE_OK);
		ENSURE(again.record_count == m.record_count && again.flaws == m.flaws);
		state = dns_parse(bytes_first(exact, exact.len - 1), &again, NULL);
		ENSURE(state == PARSE_SHORT || again.tail == PARSE_SHORT);
	}
}

static void
feed(struct l7_drive *drive, struct bytes script)
{
	struct cursor c = cursor_of(script);
	while (c.left > 0) {
		uint8_t head = cursor_u8(&c);
		size_t length = head >> 1;
		l7_drive_send(
		    drive, (head & 1) != 0 ? L7_SERVER : L7_CLIENT, cursor_take(&c, length < c.left ? length : c.left));
	}
	l7_drive_finish(drive);
}

/* One side, whole or byte by byte. */
static struct l7_drive *
feed_stream(struct bytes stream, size_t piece)
{
	struct l7_drive *drive = l7_drive_new(&l7_dns_tcp_parser, IPPROTO_TCP, 53);
	while (stream.len > 0) {
		l7_drive_send(drive, L7_CLIENT, bytes_first(stream, piece));
		stream = bytes_after(stream, piece);
	}
	l7_drive_finish(drive);
	return drive;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of((struct bytes){data, size});
	uint8_t mode = cursor_u8(&c);
	struct bytes rest = cursor_rest(&c);
	check_parser(rest);
	uint16_t port = (mode & 2) != 0 ? 5353 : (mode & 4) != 0 ? 9999 : 53;
	const struct l7_parser *parser = (mode & 2) != 0 ? &l7_dns_mdns_parser
	    : (mode & 1) != 0                            ? &l7_dns_tcp_parser
	                                                 : &l7_dns_udp_parser;
	struct l7_drive *drive = l7_drive_new(parser, parser->tcp ? IPPROTO_TCP : IPPROTO_UDP, port);
	(void)l7_drive_guess(drive, L7_CLIENT, rest);
	feed(drive, rest);
	l7_drive_free(drive);
	if ((mode & 8) != 0 && size <= 512) {
		struct l7_drive *whole = feed_stream(rest, size), *cut = feed_stream(rest, 1);
		ENSURE(fake_sink_eq(whole->sink, cut->sink) && whole->broken == cut->broken);
		l7_drive_free(whole);
		l7_drive_free(cut);
	}
	return 0;
}
