/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/quic.h - QUIC packet headers (RFC 8999, RFC 9000, RFC 9369) and the frames of an Initial packet.
 *
 * What protects a packet is in proto/quic_crypt.h; here nothing is decrypted. Every struct bytes points
 * into the input.
 */
#ifndef PROTO_QUIC_H
#define PROTO_QUIC_H

#include "core/cursor.h"

enum quic_packet_type {
	QUIC_VERSION_NEGOTIATION,
	QUIC_INITIAL,
	QUIC_0RTT,
	QUIC_HANDSHAKE,
	QUIC_RETRY,
	QUIC_1RTT,    /* short header */
	QUIC_UNKNOWN, /* long header of a version we do not know */
};

enum {
	QUIC_VERSION_1 = 0x00000001,
	QUIC_VERSION_2 = 0x6b3343cf,
	QUIC_ID_MAX = 20, /* bytes of a connection id, RFC 9000 17.2 */
};

struct quic_header {
	enum quic_packet_type type;
	bool fixed_bit; /* clear only between peers that agreed on it (RFC 9287) */
	uint32_t version;
	struct bytes dcid, scid;
	size_t number_at;    /* where the packet number starts in `packet`: Initial, 0-RTT and Handshake only */
	struct bytes packet; /* the whole packet; what follows it in the datagram is another one */
};

/* The packet at the front of a datagram or of what is left of it. SHORT: the datagram is truncated. */
MUST_USE enum parse quic_parse_header(struct bytes datagram, struct quic_header *out);

/* Versions whose Initial packets can be read: 1, 2, the drafts from 23 on, mvfst, Google's Q050, T050 and T051. */
bool quic_version_known(uint32_t version);

enum quic_frame_type { QUIC_FRAME_OTHER, QUIC_FRAME_CRYPTO, QUIC_FRAME_CLOSE };

struct quic_frame {
	enum quic_frame_type type;
	uint64_t offset;   /* CRYPTO */
	struct bytes data; /* CRYPTO */
};

/* The next frame of a decrypted Initial packet that is not PADDING; false at the end, and at the first frame
 * that may not be there (payload->state then says BAD, or SHORT for a frame longer than its packet). Of Google's frames
 * only those that come before a hello are known: at the first other one there is nothing more to read. */
bool quic_next_frame(struct cursor *payload, uint32_t version, struct quic_frame *out);

enum { QUIC_VERSION_TEXT_MAX = 12 };
/* "1", "Q046", "ff00001d"; returns the length, no NUL. */
size_t quic_write_version(uint32_t version, char out[static QUIC_VERSION_TEXT_MAX]);

#endif
