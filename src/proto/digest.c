/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/digest.h"

#define OPENSSL_SUPPRESS_DEPRECATED /* EVP allocates once per digest: see digest.h */
#include <openssl/md5.h>
#include <openssl/sha.h>

/* These functions fail only for a NULL context. */

void
digest_md5(struct bytes data, uint8_t out[static DIGEST_MD5_SIZE])
{
	MD5_CTX state;
	MD5_Init(&state);
	MD5_Update(&state, data.at, data.len);
	MD5_Final(out, &state);
}

void
digest_sha1(struct bytes data, uint8_t out[static DIGEST_SHA1_SIZE])
{
	SHA_CTX state;
	SHA1_Init(&state);
	SHA1_Update(&state, data.at, data.len);
	SHA1_Final(out, &state);
}

void
digest_sha256(struct bytes data, uint8_t out[static DIGEST_SHA256_SIZE])
{
	SHA256_CTX state;
	SHA256_Init(&state);
	SHA256_Update(&state, data.at, data.len);
	SHA256_Final(out, &state);
}

void
digest_hmac_sha256(struct bytes key, struct bytes first, struct bytes second, uint8_t out[static DIGEST_SHA256_SIZE])
{
	uint8_t block[64] = {0}, inner[DIGEST_SHA256_SIZE];
	SHA256_CTX state;
	if (key.len > sizeof(block))
		digest_sha256(key, block);
	else if (key.len > 0)
		memcpy(block, key.at, key.len);
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] ^= 0x36;
	SHA256_Init(&state);
	SHA256_Update(&state, block, sizeof(block));
	SHA256_Update(&state, first.at, first.len);
	SHA256_Update(&state, second.at, second.len);
	SHA256_Final(inner, &state);
	for (size_t i = 0; i < sizeof(block); i++)
		block[i] ^= 0x36 ^ 0x5c;
	SHA256_Init(&state);
	SHA256_Update(&state, block, sizeof(block));
	SHA256_Update(&state, inner, sizeof(inner));
	SHA256_Final(out, &state);
}

size_t
digest_hex(struct bytes data, char separator, char *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;
	for (size_t i = 0; i < data.len; i++) {
		if (separator != '\0' && i > 0)
			out[n++] = separator;
		out[n++] = digits[data.at[i] >> 4];
		out[n++] = digits[data.at[i] & 15];
	}
	return n;
}
