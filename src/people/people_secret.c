/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "people/people_secret.h"

#include <sodium.h>
#include <stdio.h>

enum { RANDOM = 32, PREFIX = 4 };

void
people_secret_make(const char *prefix_cstr, char out[static PEOPLE_SECRET_MAX])
{
	uint8_t random[RANDOM];
	randombytes_buf(random, sizeof(random));
	memcpy(out, prefix_cstr, PREFIX);
	(void)sodium_bin2hex(out + PREFIX, PEOPLE_SECRET_MAX - PREFIX, random, sizeof(random));
	sodium_memzero(random, sizeof(random));
}

void
people_secret_hash(struct bytes text, uint8_t out[static PEOPLE_SECRET_HASH])
{
	(void)crypto_hash_sha256(out, text.at, text.len);
}

bool
people_secret_parse(struct bytes text, const char *prefix_cstr, uint8_t hash[static PEOPLE_SECRET_HASH])
{
	if (text.len != PREFIX + 2 * RANDOM || !bytes_start_with(text, bytes_of_cstr(prefix_cstr)))
		return false;
	for (size_t i = PREFIX; i < text.len; i++)
		if (!((text.at[i] >= '0' && text.at[i] <= '9') || (text.at[i] >= 'a' && text.at[i] <= 'f')))
			return false;
	people_secret_hash(text, hash);
	return true;
}

void
people_secret_csrf(struct bytes secret, char out[static PEOPLE_CSRF_MAX])
{
	uint8_t mac[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;
	(void)crypto_hash_sha256_init(&state);
	(void)crypto_hash_sha256_update(&state, (const uint8_t *)"csrf:", 5);
	(void)crypto_hash_sha256_update(&state, secret.at, secret.len);
	(void)crypto_hash_sha256_final(&state, mac);
	(void)sodium_bin2hex(out, PEOPLE_CSRF_MAX, mac, (PEOPLE_CSRF_MAX - 1) / 2);
}

void
people_secret_id(const char *prefix_cstr, const uint8_t hash[static PEOPLE_SECRET_HASH], char *out, size_t size)
{
	char digits[PEOPLE_SECRET_DIGITS + 1];
	(void)sodium_bin2hex(digits, sizeof(digits), hash, PEOPLE_SECRET_DIGITS / 2);
	(void)snprintf(out, size, "%s%s", prefix_cstr, digits);
}
