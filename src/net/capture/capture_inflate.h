/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/capture/capture_inflate.h - gzip, zstd and xz, piece by piece: bytes in, bytes out.
 *
 * Memory is bounded, output is not: a small file may unfold to any length, which costs time and
 * nothing else. Several members or frames one after the other are one stream, as their own tools
 * have it, and so is the padding that those tools allow.
 */
#ifndef NET_CAPTURE_CAPTURE_INFLATE_H
#define NET_CAPTURE_CAPTURE_INFLATE_H

#include "core/bytes.h"

struct capture_inflate;

enum capture_packing {
	CAPTURE_PACKING_PLAIN,
	CAPTURE_PACKING_GZIP,
	CAPTURE_PACKING_ZSTD,
	CAPTURE_PACKING_XZ,
};

enum { CAPTURE_INFLATE_GUESS_BYTES = 6 };

enum capture_packing capture_inflate_guess(struct bytes head);

/* NULL when memory is short. memory_max bounds what the stream may ask for. */
MUST_USE struct capture_inflate *capture_inflate_new(enum capture_packing packing, size_t memory_max);
void capture_inflate_free(struct capture_inflate *unpack);

enum capture_inflate_input {
	CAPTURE_INFLATE_MORE_COMES,
	CAPTURE_INFLATE_LAST, /* nothing comes after *in */
};

/* Takes bytes from the front of *in, writes to out, returns how many bytes were written. 0 asks for
 * more input, or means the end when it was the last. Negative errno: -EPIPE when the stream ends in
 * its middle, -ENOMEM when it needs more than memory_max, -EBADMSG when it is damaged; final. */
MUST_USE long capture_inflate_step(
    struct capture_inflate *unpack, struct bytes *in, enum capture_inflate_input input, uint8_t *out, size_t out_max);

#endif
