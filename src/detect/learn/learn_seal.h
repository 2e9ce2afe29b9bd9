/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_seal.h - the ed25519 signature (RFC 8032) of a model's file, and what a model needs before it may judge a site. */
#ifndef DETECT_LEARN_LEARN_SEAL_H
#define DETECT_LEARN_LEARN_SEAL_H

#include "detect/learn/learn_file.h"

struct learn_facts;

/* Appends key and signature to the bytes of learn_file_write(), which move (*file is realloc'd). pem: a private ed25519 key.
 * 0, -EINVAL with diag: no such key, or -ENOMEM. */
MUST_USE int learn_seal_sign(struct bytes pem, uint8_t **file, size_t *len, struct diag *diag);
/* 0; -EKEYREJECTED with diag: not signed, or altered after it was. */
MUST_USE int learn_seal_verify(const struct learn_file *file, struct diag *diag);
/* The same, and by whom: pem is the public key that must have signed. */
MUST_USE int learn_seal_verify_by(const struct learn_file *file, struct bytes pem, struct diag *diag);
/* SHA-256 of the key's SubjectPublicKeyInfo, as openssl pkey -pubin -outform DER | sha256sum says, in hexadecimal with NUL. */
void learn_seal_fingerprint(const uint8_t key[static LEARN_FILE_KEY], char out[static 65]);
/* Whether it may judge flows of a site at this moment: signed and not altered, with a data sheet and an approver, not expired,
 * reading codes as this program makes them. 0, or -EPERM, -EKEYREJECTED, -EINVAL with diag. */
MUST_USE int
learn_seal_deployable(const struct learn_file *file, const struct learn_facts *facts, int64_t now_s, struct diag *diag);

#endif
