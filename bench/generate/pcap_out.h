/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pcap_out.h - a classic pcap file (microseconds, Ethernet) written through one large buffer. */
#ifndef BENCH_PCAP_OUT_H
#define BENCH_PCAP_OUT_H

#include <stddef.h>
#include <stdint.h>

struct pcap_out {
	int fd;
	uint8_t *buffer;
	size_t used;
	uint64_t bytes; /* of the file */
	uint64_t packets;
	uint64_t packet_bytes;
};

/* 0 or a negative errno. */
int pcap_out_init(struct pcap_out *out, int fd);
int pcap_out_done(struct pcap_out *out);

/* Room for one frame of up to 2048 bytes, in place. */
uint8_t *pcap_out_frame(struct pcap_out *out);
/* The frame is complete; short ones are padded to Ethernet's 60 bytes. */
int pcap_out_add(struct pcap_out *out, uint64_t when_us, size_t len);

#endif
