/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/ja4.h - JA4, the TLS client's fingerprint (FoxIO, BSD 3-Clause; nothing else of JA4+).
 *
 * "t13d1516h2_8daaf6152771_e5627efa2ab1": transport, version, name or address, number of ciphers and of
 * extensions, first and last character of the first ALPN; SHA-256 of the sorted ciphers; SHA-256 of the sorted
 * extensions and of the signature algorithms in their order. GREASE is left out everywhere.
 */
#ifndef PROTO_JA4_H
#define PROTO_JA4_H

#include "proto/tls.h"

enum { JA4_SIZE = 36 };
enum ja4_transport { JA4_TCP, JA4_QUIC };

/* 36 characters, no NUL. False for SSL 2.0, which has none: *out is untouched. */
MUST_USE bool ja4_write(const struct tls_client_hello *hello, enum ja4_transport transport, char out[static JA4_SIZE]);

#endif
