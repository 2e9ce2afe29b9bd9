/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/capture/capture_snoop.h - the format of Solaris' snoop, RFC 1761: big endian throughout. */
#ifndef NET_CAPTURE_CAPTURE_SNOOP_H
#define NET_CAPTURE_CAPTURE_SNOOP_H

#include "net/capture/capture_scan.h"

struct capture_snoop {
	uint16_t linktype;
};

bool capture_snoop_guess(struct bytes head);
/* As capture_pcap_begin() and capture_pcap_scan(). */
MUST_USE enum capture_scan_end capture_snoop_begin(struct capture_snoop *snoop, struct capture_scan *s);
MUST_USE enum capture_scan_end capture_snoop_scan(const struct capture_snoop *snoop, struct capture_scan *s);

#endif
