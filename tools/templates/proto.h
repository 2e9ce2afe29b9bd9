/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/@name@.h - a @NAME@ message (RFC 0000 1.2): bytes in, a value out.
 *
 * Say here what the protocol is for and what is not read. The message of this template:
 *
 *	magic (2 bytes, 5a17)  kind (1)  length (2)  payload
 */
#ifndef PROTO_@NAME@_H
#define PROTO_@NAME@_H

#include "core/bytes.h"
#include "core/cursor.h"

enum { @NAME@_MAGIC = 0x5a17, @NAME@_PAYLOAD_MAX = 4096 };

struct @name@ {
	uint8_t kind;
	struct bytes payload; /* borrowed from the bytes given */
};

/* One message at the front of the bytes. SHORT: its end has not come. *out_used: its length in bytes. */
MUST_USE enum parse @name@_parse(struct bytes bytes, size_t *out_used, struct @name@ *out);

#endif
