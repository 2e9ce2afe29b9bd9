/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/mime_decode.h - the bytes of a part of a mail out of its lines: as they stand, base64, or quoted-printable (RFC 2045 6), in any
 * cuts of a line.
 *
 * The end of a line belongs to the bytes only when another line of the same part follows: before a boundary it is the boundary's (RFC
 * 2046 5.1.1). It is therefore written with what comes next.
 */
#ifndef PROTO_MIME_DECODE_H
#define PROTO_MIME_DECODE_H

#include "core/bytes.h"

/* Of one part; zeroed where it begins. */
struct mime_decode {
	uint32_t bits; /* base64: of the digits that make no whole byte yet */
	uint8_t digits;
	uint8_t held_len, held[2]; /* quoted-printable: "=" or "=4", whose end did not come yet */
	uint8_t end_len, end[2];   /* of the line before */
};

/* Where it goes: never more than 8 bytes beyond the length of the text. */
struct mime_decode_out {
	uint8_t *at;
	size_t len;
};

void mime_decode_plain(struct mime_decode *d, struct bytes text, struct bytes end, struct mime_decode_out *out);
/* False: there was what does not belong there; it is passed over, as mail programs do. */
bool mime_decode_base64(struct mime_decode *d, struct bytes text, struct mime_decode_out *out);
/* The part is over: digits without their padding. */
void mime_decode_base64_end(struct mime_decode *d, struct mime_decode_out *out);
/* False: a "=" that means nothing; it stays as it is. */
bool mime_decode_qp(struct mime_decode *d, struct bytes text, struct bytes end, struct mime_decode_out *out);

#endif
