/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_digest.h"

#include <errno.h>
#include <unistd.h>

void
dossier_digest_start(struct dossier_digest *digest)
{
	SHA256_Init(&digest->state); /* these fail only for a NULL context */
}

void
dossier_digest_add(struct dossier_digest *digest, struct bytes data)
{
	if (data.len > 0)
		SHA256_Update(&digest->state, data.at, data.len);
}

void
dossier_digest_end(struct dossier_digest *digest, uint8_t out[static DOSSIER_DIGEST_SIZE])
{
	SHA256_Final(out, &digest->state);
}

void
dossier_digest_sha256(struct bytes data, uint8_t out[static DOSSIER_DIGEST_SIZE])
{
	struct dossier_digest digest;
	dossier_digest_start(&digest);
	dossier_digest_add(&digest, data);
	dossier_digest_end(&digest, out);
}

int
dossier_digest_file(int fd, uint8_t out[static DOSSIER_DIGEST_SIZE], uint64_t *bytes)
{
	uint8_t room[8192];
	struct dossier_digest digest;
	uint64_t sum = 0;
	dossier_digest_start(&digest);
	for (;;) {
		ssize_t n = read(fd, room, sizeof(room));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		dossier_digest_add(&digest, (struct bytes){room, (size_t)n});
		sum += (uint64_t)n;
	}
	dossier_digest_end(&digest, out);
	if (bytes != NULL)
		*bytes = sum;
	return 0;
}

void
dossier_digest_text(const uint8_t digest[static DOSSIER_DIGEST_SIZE], size_t digits, char *out)
{
	static const char hex[] = "0123456789abcdef";
	for (size_t i = 0; i < digits; i++)
		out[i] = hex[(i % 2 == 0 ? digest[i / 2] >> 4 : digest[i / 2]) & 15];
	out[digits] = '\0';
}

bool
dossier_digest_parse(struct bytes text, uint8_t out[static DOSSIER_DIGEST_SIZE])
{
	if (text.len != DOSSIER_DIGEST_TEXT - 1)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];
		bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
		if (!digit && !letter)
			return false;
		uint8_t value = (uint8_t)(digit ? c - '0' : c - 'a' + 10);
		out[i / 2] = (uint8_t)(i % 2 == 0 ? value << 4 : out[i / 2] | value);
	}
	return true;
}
