/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/ntp.h - an NTP message (RFC 5905 7.3; control: RFC 9327; private: ntpd's mode 7): bytes in, a value out. */
#ifndef PROTO_NTP_H
#define PROTO_NTP_H

#include "core/bytes.h"
#include "core/cursor.h"

enum { NTP_HEADER_SIZE = 48, NTP_CONTROL_SIZE = 12, NTP_PRIVATE_SIZE = 8 };

enum ntp_mode { /* RFC 5905 figure 10 */
	NTP_ACTIVE = 1,
	NTP_PASSIVE,
	NTP_CLIENT,
	NTP_SERVER,
	NTP_BROADCAST,
	NTP_CONTROL,
	NTP_PRIVATE
};

struct ntp {
	uint8_t leap, version, mode; /* leap: not of NTP_PRIVATE */
	/* Modes 1 to 5. */
	uint8_t stratum;
	int8_t poll, precision;               /* log2 of seconds */
	uint32_t root_delay, root_dispersion; /* seconds, 16.16 */
	uint8_t reference_id[4];
	uint64_t reference, origin, receive, transmit; /* seconds since 1900, 32.32 */
	struct bytes tail;                             /* extension fields and authentication, not looked into */
	/* Modes 6 and 7. */
	bool response;
	uint8_t implementation, request; /* mode 6: request is the operation */
	uint16_t items, item_size;       /* of mode 7; mode 6: items is the count of data bytes */
};

/* BAD: a version or mode that nobody sends. SHORT: the fixed part of the mode is not whole. */
MUST_USE enum parse ntp_parse(struct bytes datagram, struct ntp *out);

/* Is it "monlist", the request by which a server answers a forged sender with hundreds of times more bytes? */
bool ntp_is_monlist(const struct ntp *m);

#endif
