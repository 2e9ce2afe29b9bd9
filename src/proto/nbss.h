/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/nbss.h - the frames that SMB travels in over TCP: RFC 1002 4.3, MS-SMB2 2.1. */
#ifndef PROTO_NBSS_H
#define PROTO_NBSS_H

#include "core/cursor.h"

enum nbss_type {
	NBSS_MESSAGE = 0x00,
	NBSS_REQUEST = 0x81,
	NBSS_POSITIVE = 0x82,
	NBSS_NEGATIVE = 0x83,
	NBSS_RETARGET = 0x84,
	NBSS_KEEP_ALIVE = 0x85,
};

enum { NBSS_HEADER_SIZE = 4 };

struct nbss {
	uint8_t type;
	uint32_t length; /* bytes behind the header */
};

/* PARSE_BAD: there is no such type. */
enum parse nbss_parse(struct bytes stream, struct nbss *out);

/* Whether a frame with a message of SMB begins here. PARSE_SHORT: more bytes would tell. */
enum parse nbss_recognise_smb(struct bytes stream);

#endif
