/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/gquic.h - the hello of Google's QUIC, as it was before the standard (versions Q024 to Q050): who is called, by what
 * program, and the list of its parameters.
 *
 * No RFC has it: "QUIC Crypto" and "QUIC Wire Layout Specification" of the Chromium project. Up to Q046 it travels in
 * clear, whole in one datagram; in Q050 it is inside an Initial packet (proto/quic_crypt.h).
 */
#ifndef PROTO_GQUIC_H
#define PROTO_GQUIC_H

#include "core/cursor.h"

enum { GQUIC_Q050 = 0x51303530, GQUIC_T050 = 0x54303530, GQUIC_T051 = 0x54303531 /* with the hello of TLS */ };

struct gquic_hello {
	struct bytes sni, user_agent;
	struct bytes parameters; /* eight bytes each: a name of four, and where its value ends */
};

/* A message CHLO at the front; SHORT when it goes on after these bytes. */
MUST_USE enum parse gquic_parse_hello(struct bytes message, struct gquic_hello *out);

/* A client's datagram in clear that holds a whole hello; BAD for all others. */
MUST_USE enum parse gquic_parse(struct bytes datagram, uint32_t *out_version, struct gquic_hello *out);

enum { GQUIC_CYU_MAX = 512 };
/* The fingerprint CYU: "46,PAD-SNI-VER", the version and the names of the parameters. Returns its length; no NUL. */
size_t gquic_write_cyu(uint32_t version, const struct gquic_hello *hello, char out[static GQUIC_CYU_MAX]);

#endif
