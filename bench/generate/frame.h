/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* frame.h - one packet: Ethernet, IP and transport headers with their checksums. */
#ifndef BENCH_FRAME_H
#define BENCH_FRAME_H

#include "flow.h"

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

/* Part of a message: `len` bytes from `offset`; `seq` is that of its first byte. */
struct piece {
	uint32_t seq;
	uint32_t offset;
	uint32_t len;
};

void frame_tcp(struct world *w, struct flow *f, enum side from, unsigned flags, struct piece piece);
void frame_datagram(struct world *w, struct flow *f); /* UDP or ICMP: the whole turn */
void frame_arp(struct world *w, struct flow *f);

#endif
