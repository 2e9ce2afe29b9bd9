/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/quic_crypt.h - opens QUIC Initial packets, whose keys anyone on the path can compute (RFC 9001 5.2).
 *
 * That protection is against middleboxes that guess, not against reading: the key comes from the
 * connection id that the client chose, which travels in clear.
 */
#ifndef PROTO_QUIC_CRYPT_H
#define PROTO_QUIC_CRYPT_H

#include "proto/quic.h"

struct quic_keys {
	uint8_t key[16], iv[12], hp[16]; /* packet, nonce, header protection */
};

/* Fetches the algorithms of libcrypto and their contexts for the calling thread. To be called by each worker before
 * it is confined: it allocates and may open files. Otherwise the first packet does it. 0 or -ENOMEM. */
int quic_crypt_start(void);
void quic_crypt_stop(void);

/* The keys of both sides, from the destination connection id of the client's first Initial packet.
 * False for a version that quic_version_known() does not know: the outputs are untouched. */
MUST_USE bool
quic_crypt_keys(uint32_t version, struct bytes dcid, struct quic_keys *out_client, struct quic_keys *out_server);

/* Opens an Initial packet: the frames are written to `room` (at least h->packet.len bytes) and returned. False when
 * the packet was not sealed with these keys or is too small to be sealed. Allocates nothing once started. */
MUST_USE bool
quic_crypt_open(const struct quic_keys *keys, const struct quic_header *h, uint8_t *room, struct bytes *out_frames);

#endif
