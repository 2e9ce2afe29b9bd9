/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/tftp.h - a request of TFTP (RFC 1350 5): which file is wanted or brought.
 *
 * The file itself goes over ports that both sides choose, in a flow of its own, and is not read.
 */
#ifndef PROTO_TFTP_H
#define PROTO_TFTP_H

#include "core/cursor.h"

enum { TFTP_READ = 1, TFTP_WRITE = 2 };

struct tftp {
	uint8_t operation;
	struct bytes file, mode; /* borrowed from the datagram; mode: netascii, octet or mail, in any case */
};

/* One datagram. BAD: it is no request. Options behind the mode (RFC 2347) are passed over. */
MUST_USE enum parse tftp_parse(struct bytes datagram, struct tftp *out);

#endif
