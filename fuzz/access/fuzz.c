/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/access - what people and strangers type to be let in: a password, a code on paper, the rights of a token; and a file of roles. The
 * first byte says which.
 *
 * Oracles: a password is judged the same whether its letters are composed or not; what is taken has a length, and no rule of the
 * data is broken; a code that is read is read again from what was read; a set of rights written is the set that was read; no role
 * that gives out rights has others.
 */
#include "access/password.h"
#include "access/roles.h"
#include "access/totp.h"
#include "core/ensure.h"

#include <stdlib.h>
#include <utf8proc.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PASSWORD, CODE, RIGHTS, ROLES, KINDS, ARENA = 8 << 20 };

static struct arena settings_arena, arena;
static const struct access_settings *settings;

static void
password(struct bytes typed)
{
	uint8_t *apart = NULL;
	struct diag diag = {0}, again = {0};
	int r = password_check(settings, typed, "m.durand", &diag);
	ENSURE((r < 0) == (diag.text_cstr[0] != '\0'));
	if (r < 0 || typed.len > PASSWORD_BYTES_MAX / 4) /* apart it is longer, perhaps too long */
		return;
	utf8proc_ssize_t len = utf8proc_map(
	    typed.at, (utf8proc_ssize_t)typed.len, &apart, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
	ENSURE(len >= (utf8proc_ssize_t)settings->length_min);
	ENSURE(password_check(settings, (struct bytes){apart, (size_t)len}, "m.durand", &again) == 0);
	free(apart);
}

static void
code(struct bytes typed)
{
	char text[TOTP_RECOVERY_MAX], again[TOTP_RECOVERY_MAX];
	if (!totp_recovery_parse(typed, text))
		return;
	ENSURE(strlen(text) == TOTP_RECOVERY_MAX - 1);
	ENSURE(totp_recovery_parse(bytes_of_cstr(text), again) && strcmp(text, again) == 0);
}

static void
rights(struct bytes words)
{
	char text[RIGHT_SET_TEXT_MAX];
	uint32_t set = 0, again = 0;
	struct bytes bad = {0};
	if (!right_set_parse(words, &set, &bad)) {
		ENSURE(bad.len > 0 && bad.at >= words.at && bad.at + bad.len <= words.at + words.len);
		return;
	}
	ENSURE(right_set_parse(bytes_of_cstr(right_set_write(set, text)), &again, &bad) && again == set);
}

static void
roles(struct bytes text)
{
	uint32_t gives_out = RIGHT_BIT(RIGHT_USER_ADMIN) | RIGHT_BIT(RIGHT_SETTINGS_WRITE);
	uint32_t beside = RIGHT_BIT(RIGHT_SETTINGS_READ) | RIGHT_BIT(RIGHT_TOKEN_OWN);
	const struct roles *found = NULL;
	struct diag diag = {0};
	if (roles_read(&arena, text, "roles.yaml", &found, &diag) < 0) {
		ENSURE(diag.text_cstr[0] != '\0');
		return;
	}
	ENSURE(found->count > 0 && found->count <= ROLES_MAX);
	for (size_t i = 0; i < found->count; i++) {
		const struct role *role = &found->role[i];
		ENSURE(role->rights != 0 && (role->rights >> RIGHT_COUNT) == 0);
		ENSURE((role->rights & gives_out) == 0 || (role->rights & ~(gives_out | beside)) == 0);
		ENSURE(roles_find(found, role->role_cstr) == role);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag diag = {0};
	if (size < 1)
		return 0;
	if (settings == NULL &&
	    (arena_init(&settings_arena, ARENA) < 0 || arena_init(&arena, ARENA) < 0 || password_start() < 0 ||
	        access_settings_read_shipped(&settings_arena, &settings, &diag) < 0))
		abort();
	arena_reset(&arena);
	struct bytes input = {data + 1, size - 1};
	switch (data[0] % KINDS) {
	case PASSWORD: password(input); break;
	case CODE: code(input); break;
	case RIGHTS: rights(input); break;
	default: roles(input); break;
	}
	return 0;
}
