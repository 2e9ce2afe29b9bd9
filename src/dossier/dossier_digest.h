/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_digest.h - SHA-256 (FIPS 180-4), for names made from content and for the chain of the journal. */
#ifndef DOSSIER_DOSSIER_DIGEST_H
#define DOSSIER_DOSSIER_DIGEST_H

#include "core/bytes.h"

#define OPENSSL_SUPPRESS_DEPRECATED /* EVP would read configuration files, which the keeper may not */
#include <openssl/sha.h>

enum { DOSSIER_DIGEST_SIZE = 32, DOSSIER_DIGEST_TEXT = 65 };

struct dossier_digest {
	SHA256_CTX state;
};

/* Piece by piece. */
void dossier_digest_start(struct dossier_digest *digest);
void dossier_digest_add(struct dossier_digest *digest, struct bytes data);
void dossier_digest_end(struct dossier_digest *digest, uint8_t out[static DOSSIER_DIGEST_SIZE]);

void dossier_digest_sha256(struct bytes data, uint8_t out[static DOSSIER_DIGEST_SIZE]);
/* Of a file, from where it stands to its end. 0 or -errno. */
MUST_USE int dossier_digest_file(int fd, uint8_t out[static DOSSIER_DIGEST_SIZE], uint64_t *bytes);
/* The first hexadecimal digits (at most 64) and a NUL. */
void dossier_digest_text(const uint8_t digest[static DOSSIER_DIGEST_SIZE], size_t digits, char *out);
/* 64 lower-case digits back into a digest. */
bool dossier_digest_parse(struct bytes text, uint8_t out[static DOSSIER_DIGEST_SIZE]);

#endif
