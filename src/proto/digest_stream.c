/* SPDX-License-Identifier: AGPL-3.0-or-later */
#define OPENSSL_SUPPRESS_DEPRECATED /* EVP allocates once per digest: see digest.h */
#include "proto/digest_stream.h"

void
digest_stream_begin(struct digest_stream *d, uint8_t kinds)
{
	d->kinds = kinds;
	if ((kinds & DIGEST_STREAM_MD5) != 0)
		MD5_Init(&d->md5);
	if ((kinds & DIGEST_STREAM_SHA1) != 0)
		SHA1_Init(&d->sha1);
	if ((kinds & DIGEST_STREAM_SHA256) != 0)
		SHA256_Init(&d->sha256);
}

void
digest_stream_add(struct digest_stream *d, struct bytes data)
{
	if (data.len == 0)
		return;
	if ((d->kinds & DIGEST_STREAM_MD5) != 0)
		MD5_Update(&d->md5, data.at, data.len);
	if ((d->kinds & DIGEST_STREAM_SHA1) != 0)
		SHA1_Update(&d->sha1, data.at, data.len);
	if ((d->kinds & DIGEST_STREAM_SHA256) != 0)
		SHA256_Update(&d->sha256, data.at, data.len);
}

void
digest_stream_end(struct digest_stream *d, uint8_t md5[static DIGEST_MD5_SIZE], uint8_t sha1[static DIGEST_SHA1_SIZE],
    uint8_t sha256[static DIGEST_SHA256_SIZE])
{
	if ((d->kinds & DIGEST_STREAM_MD5) != 0)
		MD5_Final(md5, &d->md5);
	if ((d->kinds & DIGEST_STREAM_SHA1) != 0)
		SHA1_Final(sha1, &d->sha1);
	if ((d->kinds & DIGEST_STREAM_SHA256) != 0)
		SHA256_Final(sha256, &d->sha256);
}
