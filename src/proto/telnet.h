/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/telnet.h - the bytes of a terminal out of a Telnet stream (RFC 854), one at a time. */
#ifndef PROTO_TELNET_H
#define PROTO_TELNET_H

#include "core/bytes.h"

struct telnet {
	uint8_t state; /* zero: data */
};

/* True when the byte is one of the terminal's, false when it belongs to a command. */
bool telnet_is_data(struct telnet *t, uint8_t byte);

/* The start of a side: a negotiation. */
enum telnet_look { TELNET_NO, TELNET_MAYBE, TELNET_YES };
enum telnet_look telnet_looks_like(struct bytes first);

enum telnet_says { TELNET_NOTHING, TELNET_ASKS_USER, TELNET_ASKS_PASSWORD, TELNET_REFUSES, TELNET_ACCEPTS };
/* What the last line that the server wrote means to a person: prompts and refusals, best effort. */
enum telnet_says telnet_meaning(struct bytes line);

#endif
