/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/quic.h"

#include "proto/gquic.h"

#include <stdio.h>

static bool
is_google(uint32_t version)
{
	return version == GQUIC_Q050 || version == GQUIC_T050 || version == GQUIC_T051;
}

bool
quic_version_known(uint32_t version)
{
	return version == QUIC_VERSION_1 || version == QUIC_VERSION_2 || (version >= 0xff000017 && version <= 0xff000022) ||
	    version == 0xfaceb002 || is_google(version);
}

/* RFC 9000 16 */
static uint64_t
varint(struct cursor *c)
{
	uint8_t first = cursor_u8(c);
	uint64_t value = first & 0x3f;
	for (size_t left = (1u << (first >> 6)) - 1; left > 0 && cursor_ok(c); left--)
		value = value << 8 | cursor_u8(c);
	return cursor_ok(c) ? value : 0;
}

static struct bytes
take_varint(struct cursor *c)
{
	uint64_t length = varint(c);
	if (length > c->left) {
		cursor_stop(c, PARSE_SHORT);
		return (struct bytes){0};
	}
	return cursor_take(c, (size_t)length);
}

/* RFC 9000 17.2; version 2 numbers its types anew (RFC 9369 3.2). */
static enum quic_packet_type
long_type(uint8_t first, uint32_t version)
{
	static const enum quic_packet_type types[2][4] = {
	    {QUIC_INITIAL, QUIC_0RTT, QUIC_HANDSHAKE, QUIC_RETRY},
	    {QUIC_RETRY, QUIC_INITIAL, QUIC_0RTT, QUIC_HANDSHAKE},
	};
	if (version == 0)
		return QUIC_VERSION_NEGOTIATION;
	if (!quic_version_known(version))
		return QUIC_UNKNOWN;
	return types[version == QUIC_VERSION_2][first >> 4 & 3];
}

static struct bytes
connection_id(struct cursor *c, bool known)
{
	size_t length = cursor_u8(c);
	if (known && length > QUIC_ID_MAX)
		cursor_stop(c, PARSE_BAD);
	return cursor_take(c, length);
}

enum parse
quic_parse_header(struct bytes datagram, struct quic_header *out)
{
	struct cursor c = cursor_of(datagram);
	struct quic_header h = {.packet = datagram};
	uint8_t first = cursor_u8(&c);
	if (!cursor_ok(&c))
		return c.state;
	h.fixed_bit = (first & 0x40) != 0;
	if ((first & 0x80) == 0) { /* the length of its connection id is known to its receiver only */
		h.type = QUIC_1RTT;
		*out = h;
		return PARSE_OK;
	}
	h.version = cursor_be32(&c);
	h.type = cursor_ok(&c) ? long_type(first, h.version) : QUIC_UNKNOWN;
	bool known = h.type != QUIC_UNKNOWN && h.type != QUIC_VERSION_NEGOTIATION;
	h.dcid = connection_id(&c, known);
	h.scid = connection_id(&c, known);
	if (h.type == QUIC_INITIAL)
		take_varint(&c); /* token */
	if (h.type == QUIC_INITIAL || h.type == QUIC_0RTT || h.type == QUIC_HANDSHAKE) {
		uint64_t length = varint(&c);
		h.number_at = datagram.len - c.left;
		if (cursor_ok(&c) && length > c.left)
			cursor_stop(&c, PARSE_SHORT);
		if (cursor_ok(&c))
			h.packet = bytes_first(datagram, h.number_at + (size_t)length);
	}
	if (cursor_ok(&c))
		*out = h;
	return c.state;
}

/* RFC 9000 19.3 */
static void
skip_ack(struct cursor *c, bool with_ecn)
{
	varint(c); /* largest acknowledged */
	varint(c); /* delay */
	uint64_t ranges = varint(c);
	varint(c); /* first range */
	for (uint64_t i = 0; i < ranges && cursor_ok(c); i++) {
		varint(c);
		varint(c);
	}
	for (size_t i = 0; with_ecn && i < 3; i++)
		varint(c);
}

static bool
next_google_frame(struct cursor *payload, struct quic_frame *out)
{
	enum { PADDING = 0, PING = 7, CRYPTO = 8 };
	uint8_t type = PADDING;
	while (payload->left > 0 && (type == PADDING || type == PING))
		type = cursor_u8(payload);
	if (type != CRYPTO)
		return false;
	struct quic_frame f = {.type = QUIC_FRAME_CRYPTO};
	f.offset = varint(payload);
	f.data = take_varint(payload);
	if (cursor_ok(payload))
		*out = f;
	return cursor_ok(payload);
}

bool
quic_next_frame(struct cursor *payload, uint32_t version, struct quic_frame *out)
{
	if (is_google(version))
		return next_google_frame(payload, out);
	struct quic_frame f = {0};
	uint8_t type = 0;
	while (payload->left > 0 && type == 0) /* PADDING */
		type = cursor_u8(payload);
	if (type == 0)
		return false;
	switch (type) {   /* RFC 9000 12.4: what an Initial packet may hold */
	case 0x01: break; /* PING */
	case 0x02: skip_ack(payload, false); break;
	case 0x03: skip_ack(payload, true); break;
	case 0x06:
		f.type = QUIC_FRAME_CRYPTO;
		f.offset = varint(payload);
		f.data = take_varint(payload);
		break;
	case 0x1c:
		f.type = QUIC_FRAME_CLOSE;
		varint(payload); /* error */
		varint(payload); /* type of the frame that caused it */
		take_varint(payload);
		break;
	default: cursor_stop(payload, PARSE_BAD);
	}
	if (cursor_ok(payload))
		*out = f;
	return cursor_ok(payload);
}

size_t
quic_write_version(uint32_t version, char out[static QUIC_VERSION_TEXT_MAX])
{
	uint8_t top = (uint8_t)(version >> 24);
	int n;
	if (top == 'Q' || top == 'T') /* Google's: four characters */
		n = snprintf(out, QUIC_VERSION_TEXT_MAX, "%c%x%x%x", top, (unsigned)(version >> 16 & 15),
		    (unsigned)(version >> 8 & 15), (unsigned)(version & 15));
	else
		n = snprintf(out, QUIC_VERSION_TEXT_MAX, "%x", (unsigned)version);
	return n > 0 ? (size_t)n : 0;
}
