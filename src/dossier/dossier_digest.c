/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_digest.h"

#define OPENSSL_SUPPRESS_DEPRECATED /* EVP would read configuration files, which the keeper may not */
#include <openssl/sha.h>

void
dossier_digest_sha256(struct bytes data, uint8_t out[static DOSSIER_DIGEST_SIZE])
{
	SHA256_CTX state; /* these fail only for a NULL context */
	SHA256_Init(&state);
	if (data.len > 0)
		SHA256_Update(&state, data.at, data.len);
	SHA256_Final(out, &state);
}

void
dossier_digest_text(const uint8_t digest[static DOSSIER_DIGEST_SIZE], size_t digits, char *out)
{
	static const char hex[] = "0123456789abcdef";
	for (size_t i = 0; i < digits; i++)
		out[i] = hex[(i % 2 == 0 ? digest[i / 2] >> 4 : digest[i / 2]) & 15];
	out[digits] = '\0';
}
