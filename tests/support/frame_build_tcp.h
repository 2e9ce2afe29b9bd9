/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tests/support/frame_build_tcp.h - frames of one TCP connection over Ethernet and IPv4, straight into an inspector. */
#ifndef TESTS_SUPPORT_FRAME_BUILD_TCP_H
#define TESTS_SUPPORT_FRAME_BUILD_TCP_H

#include "core/writer.h"
#include "inspect/inspect.h"

struct frame_tcp {
	uint16_t client_port, server_port;
	uint32_t first_seq[2]; /* of the SYN of each side */
	uint32_t sent[2];      /* farthest byte sent, for the acknowledgements of the other */
	int64_t time_ns;
	uint64_t number;
};

/* `at`: offset after the SYN, which is 0. */
static inline void
frame_tcp_feed(
    struct inspector *in, struct frame_tcp *f, unsigned side, uint8_t flags, uint32_t at, const uint8_t *data, uint32_t len)
{
	static uint8_t frame[2048];
	uint8_t client[4] = {192, 0, 2, 1}, server[4] = {192, 0, 2, 80};
	struct writer w = writer_of(frame, sizeof(frame));
	writer_put(&w, BYTES("\x02\x00\x00\x00\x00\x02\x02\x00\x00\x00\x00\x01\x08\x00\x45\x00"));
	writer_be16(&w, (uint16_t)(40 + len));
	writer_put(&w, BYTES("\x00\x01\x40\x00\x40\x06\x00\x00"));
	writer_put(&w, (struct bytes){side == 0 ? client : server, 4});
	writer_put(&w, (struct bytes){side == 0 ? server : client, 4});
	writer_be16(&w, side == 0 ? f->client_port : f->server_port);
	writer_be16(&w, side == 0 ? f->server_port : f->client_port);
	writer_be32(&w, f->first_seq[side] + at);
	writer_be32(&w, (flags & TCP_ACK) != 0 ? f->first_seq[!side] + (f->sent[!side] > 0 ? f->sent[!side] : 1) : 0);
	writer_u8(&w, 0x50);
	writer_u8(&w, flags);
	writer_put(&w, BYTES("\xff\xff\x00\x00\x00\x00"));
	writer_put(&w, (struct bytes){data, len});
	if (at + len > f->sent[side])
		f->sent[side] = at + len;
	f->time_ns += 1000000;
	struct frame packet = {.time_ns = INT64_C(1700000000) * 1000000000 + f->time_ns,
	    .number = ++f->number,
	    .data = writer_written(&w),
	    .wire_len = (uint32_t)w.len,
	    .linktype = 1};
	inspect_frames(in, &packet, 1, 0);
}

#endif
