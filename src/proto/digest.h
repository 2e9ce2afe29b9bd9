/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/digest.h - MD5, SHA-1 and SHA-256 of bytes in memory, for fingerprints (JA3, HASSH,
 * certificates) and key derivation. Nothing is allocated, nothing needs to be started, and any
 * thread may call: the low-level functions of libcrypto are used, since EVP allocates once per digest.
 */
#ifndef PROTO_DIGEST_H
#define PROTO_DIGEST_H

#include "core/bytes.h"

enum { DIGEST_MD5_SIZE = 16, DIGEST_SHA1_SIZE = 20, DIGEST_SHA256_SIZE = 32 };

void digest_md5(struct bytes data, uint8_t out[static DIGEST_MD5_SIZE]);
void digest_sha1(struct bytes data, uint8_t out[static DIGEST_SHA1_SIZE]);
void digest_sha256(struct bytes data, uint8_t out[static DIGEST_SHA256_SIZE]);

/* RFC 2104 with SHA-256, over the concatenation of two parts. */
void digest_hmac_sha256(struct bytes key, struct bytes first, struct bytes second, uint8_t out[static DIGEST_SHA256_SIZE]);

/* Lower-case hexadecimal: writes 2 * data.len characters and no NUL. A separator other than '\0' goes
 * between the bytes (3 * data.len - 1 characters). Returns the characters written. */
size_t digest_hex(struct bytes data, char separator, char *out);

#endif
