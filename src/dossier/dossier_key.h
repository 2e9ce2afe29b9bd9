/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_key.h - the key with which a dossier signs what it hands over: ed25519 (RFC 8032), in the file handover.key,
 * PKCS #8 in PEM (RFC 8410), for its owner alone. No backup and no export carries it.
 */
#ifndef DOSSIER_DOSSIER_KEY_H
#define DOSSIER_DOSSIER_KEY_H

#include "dossier/dossier.h"
#include "dossier/dossier_digest.h"

enum { DOSSIER_KEY_SIZE = 32, DOSSIER_KEY_PEM_MAX = 128, DOSSIER_KEY_SIGNATURE = 64 };

struct dossier_key {
	uint8_t secret[DOSSIER_KEY_SIZE], public[DOSSIER_KEY_SIZE];
};

/* Reads it, or makes it when there is none and `makes`. 1; 0: there is none; a negative errno with diag. */
MUST_USE int dossier_key_take(struct dossier *d, bool makes, struct dossier_key *out, struct diag *diag);
void dossier_key_forget(struct dossier_key *key);
/* The public half, as openssl reads it. */
void dossier_key_pem(const struct dossier_key *key, char out[static DOSSIER_KEY_PEM_MAX]);
/* The SHA-256 of the public half as SubjectPublicKeyInfo (openssl pkey -pubin -outform DER). */
void dossier_key_fingerprint(const struct dossier_key *key, char out[static DOSSIER_DIGEST_TEXT]);
/* 0, or -EIO when libcrypto refuses. */
MUST_USE int dossier_key_sign(const struct dossier_key *key, struct bytes text, uint8_t out[static DOSSIER_KEY_SIGNATURE]);

#endif
