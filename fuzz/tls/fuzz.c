/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* TLS: hellos by themselves, then a connection cut in two ways, which must give the same events.
 *
 * Input: one byte for the size of the cuts, then segments: side (bit 0), length (two bytes), bytes. */
#include <netinet/in.h>
#include <stdlib.h>

#include "../tests/support/l7_drive.h"
#include "inspect/l7_tls.h"
#include "proto/ja3.h"
#include "proto/ja4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool condition)
{
	if (!condition)
		abort();
}

static void
must_be_inside(struct bytes part, struct bytes whole)
{
	must(part.len == 0 || (part.at >= whole.at && part.len <= whole.len && part.at + part.len <= whole.at + whole.len));
}

static void
check_client_hello(struct bytes body)
{
	struct tls_client_hello h, again;
	char text[4096], back[4096], ja4[JA4_SIZE];
	uint8_t packed[2048];
	if (tls_parse_client_hello(body, &h) != PARSE_OK)
		return;
	must_be_inside(h.sni, h.extensions);
	must_be_inside(h.alpn, h.extensions);
	must_be_inside(h.groups, h.extensions);
	must_be_inside(h.extensions, body);
	must(h.ciphers.len % 2 == 0 && h.sni.len <= 255);
	size_t n = ja3_write_client(&h, text, sizeof(text));
	size_t size = ja3_pack((struct bytes){(const uint8_t *)text, n}, packed, sizeof(packed));
	must(size == (n + 1) / 2);
	must(ja3_unpack((struct bytes){packed, size}, back, sizeof(back)) == n && memcmp(text, back, n) == 0);
	must(ja4_write(&h, JA4_TCP, ja4));
	for (size_t i = 0; i < JA4_SIZE; i++)
		must((ja4[i] >= '0' && ja4[i] <= '9') || (ja4[i] >= 'a' && ja4[i] <= 'z') ||
		    (ja4[i] >= 'A' && ja4[i] <= 'Z') || ja4[i] == '_');
	size_t end = h.extensions.len > 0 ? (size_t)(h.extensions.at + h.extensions.len - body.at) : 0;
	for (size_t cut = 0; cut < end; cut += 1 + end / 16) {
		enum parse p = tls_parse_client_hello(bytes_first(body, cut), &again);
		must(p == PARSE_SHORT || (p == PARSE_OK && !again.has_extensions));
	}
}

static struct l7_drive *
run(struct bytes script, size_t step)
{
	struct l7_drive *d = l7_drive_new(&l7_tls_parser, IPPROTO_TCP, 443);
	struct cursor c = cursor_of(script);
	while (c.left > 3) {
		enum l7_side side = (cursor_u8(&c) & 1) != 0 ? L7_SERVER : L7_CLIENT;
		size_t length = cursor_be16(&c);
		struct bytes piece = cursor_take(&c, length < c.left ? length : c.left);
		while (piece.len > 0) {
			struct bytes part = bytes_first(piece, step == 0 ? piece.len : step);
			l7_drive_send(d, side, part);
			piece = bytes_after(piece, part.len);
		}
	}
	l7_drive_finish(d);
	return d;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes script = bytes_after((struct bytes){data, size}, 1);
	struct tls_server_hello server;
	struct bytes der;
	if (size < 2 || size > 60000)
		return 0;
	check_client_hello(bytes_after(script, 12)); /* after segment, record and message headers */
	if (tls_parse_server_hello(bytes_after(script, 12), &server) == PARSE_OK)
		must_be_inside(server.alpn, server.extensions);
	if (tls_parse_first_certificate(bytes_after(script, 12), script.len, &der) == PARSE_OK)
		must_be_inside(der, script);
	struct l7_drive *whole = run(script, 0);
	struct l7_drive *cut = run(script, 1 + (data[0] & 63u));
	must(fake_sink_eq(whole->sink, cut->sink));
	must(whole->done == cut->done && whole->broken == cut->broken);
	must(fake_sink_count_of(whole->sink, "\"event_type\":\"tls\"") <= 1);
	l7_drive_free(whole);
	l7_drive_free(cut);
	return 0;
}
