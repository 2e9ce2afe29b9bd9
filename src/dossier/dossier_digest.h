/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_digest.h - SHA-256 (FIPS 180-4), for names made from content and for the chain of the journal. */
#ifndef DOSSIER_DOSSIER_DIGEST_H
#define DOSSIER_DOSSIER_DIGEST_H

#include "core/bytes.h"

enum { DOSSIER_DIGEST_SIZE = 32, DOSSIER_DIGEST_TEXT = 65 };

void dossier_digest_sha256(struct bytes data, uint8_t out[static DOSSIER_DIGEST_SIZE]);
/* The first hexadecimal digits (at most 64) and a NUL. */
void dossier_digest_text(const uint8_t digest[static DOSSIER_DIGEST_SIZE], size_t digits, char *out);

#endif
