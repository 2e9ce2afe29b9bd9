/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/sip.h - a request or a response of SIP (RFC 3261 7). Everything borrows the message. */
#ifndef PROTO_SIP_H
#define PROTO_SIP_H

#include "core/cursor.h"

enum {
	SIP_LINE_MAX = 8192,
	SIP_HEAD_MAX = 32768, /* bytes of the first line and the fields; a longer one is PARSE_BAD */
	SIP_BODY_MAX = 1 << 20,
};

enum sip_field { SIP_FROM, SIP_TO, SIP_VIA, SIP_USER_AGENT, SIP_CONTENT_TYPE, SIP_CONTENT_LENGTH, SIP_FIELDS };

struct sip {
	bool is_request;
	struct bytes line;         /* the first one */
	struct bytes method, uri;  /* of a request */
	struct bytes version;      /* "SIP/2.0" */
	struct bytes code, reason; /* of a response */
	struct bytes fields;       /* all of them, with their ends */
	uint64_t body_len;         /* as Content-Length says; of a datagram that says nothing, what is there */
	struct bytes body;         /* what of it is here */
};

/* The head, and what of the body is there. *used: bytes of the head. SHORT: the head is not whole. */
MUST_USE enum parse sip_parse(struct bytes data, bool is_datagram, size_t *used, struct sip *out);
/* The next value of a field, by its name or its short form (RFC 3261 7.3.3). *left: sip.fields at first. */
bool sip_next(struct bytes *left, enum sip_field field, struct bytes *value);

#endif
