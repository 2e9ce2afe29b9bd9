/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* access/password.h - passwords: their form (RFC 8265 4.2, OpaqueString: the same letter typed in two ways is the same
 * password), which ones are refused, and their argon2id hash (RFC 9106).
 */
#ifndef ACCESS_PASSWORD_H
#define ACCESS_PASSWORD_H

#include "access/access_settings.h"

enum { PASSWORD_HASH_MAX = 128, PASSWORD_BYTES_MAX = 512 };

/* Once, before anything else here and before the sandbox. 0 or -errno. */
MUST_USE int password_start(void);
/* Whether it may become the password of that account: 0, or -EINVAL with a diag that says what to do. */
MUST_USE int
password_check(const struct access_settings *settings, struct bytes password, const char *account_cstr, struct diag *diag);
/* 0, -EINVAL when it is no text, -ENOMEM. */
MUST_USE int
password_hash(const struct access_settings *settings, struct bytes password, char out[static PASSWORD_HASH_MAX]);
/* hash_cstr may be empty or no hash at all: then the answer is no, after as much work as for any other. */
bool password_matches(const struct access_settings *settings, struct bytes password, const char *hash_cstr);
/* Whether a hash was reckoned with other costs than today's: time for a new one, when the password is at hand. */
bool password_is_dated(const struct access_settings *settings, const char *hash_cstr);
void password_wipe(void *at, size_t len);

#endif
