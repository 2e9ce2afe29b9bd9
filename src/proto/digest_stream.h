/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/digest_stream.h - the digests of proto/digest.h of bytes that come in pieces: those that are asked for, side by side. */
#ifndef PROTO_DIGEST_STREAM_H
#define PROTO_DIGEST_STREAM_H

#include "proto/digest.h"

#include <openssl/md5.h>
#include <openssl/sha.h>

enum { DIGEST_STREAM_MD5 = 1, DIGEST_STREAM_SHA1 = 2, DIGEST_STREAM_SHA256 = 4 };

struct digest_stream {
	uint8_t kinds;
	MD5_CTX md5;
	SHA_CTX sha1;
	SHA256_CTX sha256;
};

void digest_stream_begin(struct digest_stream *digest, uint8_t kinds);
void digest_stream_add(struct digest_stream *digest, struct bytes data);
/* Writes those of its kinds; the others stay untouched. */
void digest_stream_end(struct digest_stream *digest, uint8_t md5[static DIGEST_MD5_SIZE],
    uint8_t sha1[static DIGEST_SHA1_SIZE], uint8_t sha256[static DIGEST_SHA256_SIZE]);

#endif
