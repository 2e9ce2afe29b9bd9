/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/capture/capture_pcap.h - the classic format of tcpdump: a global header, then records.
 * Both byte orders; micro and nanoseconds; the variants with longer headers.
 */
#ifndef NET_CAPTURE_CAPTURE_PCAP_H
#define NET_CAPTURE_CAPTURE_PCAP_H

#include "net/capture/capture_scan.h"

enum capture_pcap_lengths {
	CAPTURE_PCAP_CAPTURED_FIRST, /* since version 2.4, and before it by some writers */
	CAPTURE_PCAP_WIRE_FIRST,     /* versions before 2.3, and 543 of DG/UX */
	CAPTURE_PCAP_SMALLER_FIRST,  /* version 2.3 had writers of both kinds */
};

struct capture_pcap {
	enum capture_order order;
	enum capture_pcap_lengths lengths;
	uint32_t fraction_ns; /* 1000 or 1 */
	uint16_t linktype;
	uint8_t record_head_bytes; /* 16; 24 in the modified variant */
};

bool capture_pcap_guess(struct bytes head);
/* Reads the global header at the front of s. MORE when it is not complete, STOP when it is read. */
MUST_USE enum capture_scan_end capture_pcap_begin(struct capture_pcap *pcap, struct capture_scan *s);
/* Adds a frame for each complete record. */
MUST_USE enum capture_scan_end capture_pcap_scan(const struct capture_pcap *pcap, struct capture_scan *s);

#endif
