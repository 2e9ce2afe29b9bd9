/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/capture/capture_pcapng.h - the format of Wireshark: sections of typed blocks, several
 * interfaces with their own link types and clocks (draft-ietf-opsawg-pcapng).
 */
#ifndef NET_CAPTURE_CAPTURE_PCAPNG_H
#define NET_CAPTURE_CAPTURE_PCAPNG_H

#include "net/capture/capture_scan.h"

enum { CAPTURE_PCAPNG_INTERFACES_MAX = 4096 }; /* of one section */

struct capture_pcapng_interface {
	uint64_t ticks_end; /* below, time_ns is ticks * tick_ns; 0 when it is never that simple */
	uint64_t tick_ns;
	int64_t offset_s;
	uint32_t snaplen;
	uint16_t linktype;
	uint8_t resolution; /* if_tsresol as it is written */
};

struct capture_pcapng {
	enum capture_order order;
	bool in_section;
	uint32_t interface_count;
	int64_t last_time_ns; /* for simple packet blocks, which have none of their own */
	struct capture_pcapng_interface interfaces[CAPTURE_PCAPNG_INTERFACES_MAX];
};

bool capture_pcapng_guess(struct bytes head);
/* Forgets what was before; the section header is the first block of the scan. Always STOP. */
MUST_USE enum capture_scan_end capture_pcapng_begin(struct capture_pcapng *ng, struct capture_scan *s);
MUST_USE enum capture_scan_end capture_pcapng_scan(struct capture_pcapng *ng, struct capture_scan *s);

#endif
