/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* access/totp.h - codes of six digits that a telephone shows (RFC 6238 with SHA-1, steps of 30 s, as every application has it),
 * and the codes on paper for the day it is lost.
 */
#ifndef ACCESS_TOTP_H
#define ACCESS_TOTP_H

#include "core/bytes.h"

enum {
	TOTP_SECRET = 20,     /* bytes: RFC 4226 4, R6 */
	TOTP_BASE32_MAX = 40, /* of a secret, with its NUL */
	TOTP_URI_MAX = 256,   /* for the picture that the telephone reads */
	TOTP_STEP_S = 30,
	TOTP_RECOVERY_COUNT = 8,
	TOTP_RECOVERY_MAX = 20, /* "ABCD-EFGH-JKMN-PQRS" and its NUL: 80 bits */
};

uint32_t totp_code(const uint8_t *secret, size_t len, int64_t step);
/* The step whose code that is: this one, or one before or behind it (RFC 6238 5.2), but none up to `used`, which was given before.
 * 0: none. */
int64_t totp_step_of(const uint8_t secret[static TOTP_SECRET], struct bytes code, int64_t now_s, int64_t used);
void totp_base32(const uint8_t secret[static TOTP_SECRET], char out[static TOTP_BASE32_MAX]);
/* "otpauth://totp/...": account and issuer are plain names. */
void totp_uri(const uint8_t secret[static TOTP_SECRET], const char *account_cstr, const char *issuer_cstr,
    char out[static TOTP_URI_MAX]);
/* 10 bytes as a person reads them. */
void totp_recovery_write(const uint8_t random[static 10], char out[static TOTP_RECOVERY_MAX]);
/* What a person typed, as totp_recovery_write() has it: case, spaces and hyphens do not count. False when it is none. */
bool totp_recovery_parse(struct bytes typed, char out[static TOTP_RECOVERY_MAX]);

#endif
