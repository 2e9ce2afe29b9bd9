/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* access/access_settings.h - how people prove who they are: data/people/access.yaml, checked. */
#ifndef ACCESS_ACCESS_SETTINGS_H
#define ACCESS_ACCESS_SETTINGS_H

#include "core/arena.h"
#include "core/diag.h"

enum { ACCESS_COMMON_MAX = 256 };

struct access_settings {
	unsigned length_min, distinct_min;
	unsigned memory_kib, passes; /* of one hash */
	unsigned idle_s, absolute_s, sessions_max;
	unsigned link_s, token_s_max, known_address_s;
	struct {
		unsigned free_pair, free_address, pair_max_s, address_max_s, known_max_s, forget_s, strangers_per_minute;
	} lockout;
	struct bytes common[ACCESS_COMMON_MAX];
	size_t common_count;
};

/* What ships. The texts live in the arena. 0, or a negative errno with diag (file, line, what was expected). */
MUST_USE int access_settings_read_shipped(struct arena *arena, const struct access_settings **out, struct diag *diag);
MUST_USE int access_settings_read(
    struct arena *arena, struct bytes text, const char *file_cstr, const struct access_settings **out, struct diag *diag);

#endif
