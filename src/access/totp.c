/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "access/totp.h"

#include "core/ensure.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdio.h>

enum { DIGITS = 6, MODULUS = 1000000, SHA1 = 20, RECOVERY_LETTERS = 16, RECOVERY_GROUP = 4 };

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; /* RFC 4648 6 */

/* RFC 4226 5.3 */
uint32_t
totp_code(const uint8_t *secret, size_t len, int64_t step)
{
	uint8_t counter[8], mac[SHA1] = {0};
	unsigned mac_len = 0;
	for (size_t i = 0; i < sizeof(counter); i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	/* libcrypto would read its configuration, which no confined role may open. */
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	ENSURE(HMAC(EVP_sha1(), secret, (int)len, counter, sizeof(counter), mac, &mac_len) != NULL && mac_len == SHA1);
	size_t at = mac[SHA1 - 1] & 15;
	uint32_t value = (uint32_t)(mac[at] & 127) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 |
	    mac[at + 3];
	return value % MODULUS;
}

int64_t
totp_step_of(const uint8_t secret[static TOTP_SECRET], struct bytes code, int64_t now_s, int64_t used)
{
	int64_t now = now_s / TOTP_STEP_S, found = 0;
	char expected[DIGITS + 1];
	if (code.len != DIGITS)
		return 0;
	for (int64_t step = now - 1; step <= now + 1; step++) {
		(void)snprintf(expected, sizeof(expected), "%06u", totp_code(secret, TOTP_SECRET, step));
		if (sodium_memcmp(expected, code.at, DIGITS) == 0 && step > used && found == 0)
			found = step;
	}
	return found;
}

static void
write_base32(const uint8_t *bytes, size_t len, char *out)
{
	size_t bits = 0, n = 0;
	uint32_t held = 0;
	for (size_t i = 0; i < len; i++) {
		held = (held << 8 | bytes[i]) & 0xfff;
		for (bits += 8; bits >= 5; bits -= 5)
			out[n++] = base32[held >> (bits - 5) & 31];
	}
	out[n] = '\0'; /* the lengths used here leave no bits over */
}

void
totp_base32(const uint8_t secret[static TOTP_SECRET], char out[static TOTP_BASE32_MAX])
{
	write_base32(secret, TOTP_SECRET, out);
}

void
totp_uri(const uint8_t secret[static TOTP_SECRET], const char *account_cstr, const char *issuer_cstr,
    char out[static TOTP_URI_MAX])
{
	char text[TOTP_BASE32_MAX];
	totp_base32(secret, text);
	(void)snprintf(out, TOTP_URI_MAX, "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=6&period=30",
	    issuer_cstr, account_cstr, text, issuer_cstr);
	sodium_memzero(text, sizeof(text));
}

static void
group(const char letters[static RECOVERY_LETTERS], char out[static TOTP_RECOVERY_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < RECOVERY_LETTERS; i++) {
		if (i > 0 && i % RECOVERY_GROUP == 0)
			out[n++] = '-';
		out[n++] = letters[i];
	}
	out[n] = '\0';
}

void
totp_recovery_write(const uint8_t random[static 10], char out[static TOTP_RECOVERY_MAX])
{
	char letters[RECOVERY_LETTERS + 1];
	write_base32(random, 10, letters);
	group(letters, out);
	sodium_memzero(letters, sizeof(letters));
}

bool
totp_recovery_parse(struct bytes typed, char out[static TOTP_RECOVERY_MAX])
{
	char letters[RECOVERY_LETTERS];
	size_t n = 0;
	for (size_t i = 0; i < typed.len; i++) {
		uint8_t c = typed.at[i];
		if (c == ' ' || c == '-')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (uint8_t)(c - 'a' + 'A');
		if (n == RECOVERY_LETTERS || memchr(base32, c, sizeof(base32) - 1) == NULL)
			return false;
		letters[n++] = (char)c;
	}
	if (n != RECOVERY_LETTERS)
		return false;
	group(letters, out);
	return true;
}
