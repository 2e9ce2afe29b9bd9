/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* QUIC: headers and frames by themselves; then frames inside packets that are really sealed; then one hello
 * in a single frame and in many, in another order, which must give the same events.
 *
 * Input: a byte for the kind, then the bytes. */
#include <netinet/in.h>
#include <stdlib.h>

#include "../tests/support/l7_drive.h"
#include "../tests/unit/test_quic_samples.h"
#include "inspect/l7_quic.h"
#include "proto/gquic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PACKET_ROOM = 1100 };

static void
must(bool condition)
{
	if (!condition)
		abort();
}

static void
check_headers(struct bytes datagram)
{
	struct quic_header h;
	while (datagram.len > 0 && quic_parse_header(datagram, &h) == PARSE_OK) {
		must(h.packet.len > 0 && h.packet.len <= datagram.len && h.number_at <= h.packet.len);
		must(h.type == QUIC_UNKNOWN || h.type == QUIC_VERSION_NEGOTIATION ||
		    (h.dcid.len <= QUIC_ID_MAX && h.scid.len <= QUIC_ID_MAX));
		datagram = bytes_after(datagram, h.packet.len);
	}
}

static void
check_frames(struct bytes payload, uint32_t version)
{
	struct cursor c = cursor_of(payload);
	struct quic_frame f;
	size_t before = payload.len;
	while (quic_next_frame(&c, version, &f)) {
		must(c.left < before && f.data.len <= before - c.left);
		before = c.left;
	}
}

static void
check_google(struct bytes datagram)
{
	struct gquic_hello h, again;
	uint32_t version;
	char cyu[GQUIC_CYU_MAX];
	if (gquic_parse(datagram, &version, &h) != PARSE_OK)
		return;
	must(h.sni.len + h.user_agent.len + h.parameters.len < datagram.len && h.parameters.len % 8 == 0);
	must(gquic_write_cyu(version, &h, cyu) <= sizeof(cyu));
	struct bytes message = {h.parameters.at - 8, 8 + h.parameters.len};
	must(gquic_parse_hello(message, &again) != PARSE_BAD);
}

static void
send_sealed(struct l7_drive *d, const struct quic_keys *keys, uint8_t number, struct bytes frames)
{
	struct bytes dcid = {rfc9001_dcid, sizeof(rfc9001_dcid)};
	uint8_t packet[2048];
	size_t n = seal_initial(QUIC_VERSION_1, keys, dcid, number, bytes_first(frames, PACKET_ROOM), 1200, packet);
	l7_drive_send(d, L7_CLIENT, (struct bytes){packet, n});
}

static size_t
crypto_frame(struct bytes hello, size_t from, size_t to, uint8_t *out)
{
	uint8_t header[5] = {
	    0x06, (uint8_t)(0x40 | from >> 8), (uint8_t)from, (uint8_t)(0x40 | (to - from) >> 8), (uint8_t)(to - from)};
	memcpy(out, header, sizeof(header));
	if (to > from)
		memcpy(out + sizeof(header), bytes_after(hello, from).at, to - from);
	return sizeof(header) + to - from;
}

/* From the last fragment to the first. */
static struct l7_drive *
send_hello(const struct quic_keys *keys, struct bytes hello, size_t step)
{
	struct l7_drive *d = l7_drive_new(&l7_quic_parser, IPPROTO_UDP, 443);
	uint8_t frame[PACKET_ROOM];
	size_t count = (hello.len + step - 1) / step;
	for (size_t i = count; i > 0; i--) {
		size_t from = (i - 1) * step, to = from + step < hello.len ? from + step : hello.len;
		send_sealed(d, keys, (uint8_t)i, (struct bytes){frame, crypto_frame(hello, from, to, frame)});
	}
	l7_drive_finish(d);
	return d;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes rest = bytes_after((struct bytes){data, size}, 1);
	struct quic_keys client, server;
	if (size < 2)
		return 0;
	check_headers(rest);
	check_frames(rest, QUIC_VERSION_1);
	check_frames(rest, GQUIC_Q050);
	check_google(rest);
	must(quic_crypt_keys(QUIC_VERSION_1, (struct bytes){rfc9001_dcid, sizeof(rfc9001_dcid)}, &client, &server));
	if ((data[0] & 3) == 0) {
		struct l7_drive *d = l7_drive_new(&l7_quic_parser, IPPROTO_UDP, 443);
		(void)l7_drive_guess(d, L7_CLIENT, rest);
		l7_drive_send(d, L7_CLIENT, rest);
		l7_drive_send(d, L7_SERVER, rest);
		l7_drive_finish(d);
		l7_drive_free(d);
	} else if ((data[0] & 3) == 1) {
		struct l7_drive *d = l7_drive_new(&l7_quic_parser, IPPROTO_UDP, 443);
		for (uint8_t i = 0; rest.len > 0 && i < 4; i++) {
			send_sealed(d, &client, i, bytes_first(rest, 1 + (data[0] >> 2) * 16u));
			rest = bytes_after(rest, 1 + (data[0] >> 2) * 16u);
		}
		l7_drive_finish(d);
		l7_drive_free(d);
	} else if (rest.len < PACKET_ROOM - 8) {
		struct l7_drive *whole = send_hello(&client, rest, rest.len);
		struct l7_drive *cut = send_hello(&client, rest, 1 + rest.len / (2 + (data[0] >> 2) % 16u));
		must(fake_sink_eq(whole->sink, cut->sink));
		l7_drive_free(whole);
		l7_drive_free(cut);
	}
	return 0;
}
