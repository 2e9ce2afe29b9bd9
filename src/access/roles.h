/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* access/roles.h - which role has which rights: data/people/roles.yaml, checked. */
#ifndef ACCESS_ROLES_H
#define ACCESS_ROLES_H

#include "core/arena.h"
#include "core/diag.h"
#include "core/text.h"
#include "record/right.h"

enum { ROLES_MAX = 32 };

struct role {
	const char *role_cstr;
	const char *name_cstr[2], *tells_cstr[2]; /* by enum language */
	uint32_t rights;
	bool exercises_only;
};

struct roles {
	struct role role[ROLES_MAX];
	size_t count;
};

/* Those that ship. The texts live in the arena. 0, or a negative errno with diag (file, line, what was expected). */
MUST_USE int roles_read_shipped(struct arena *arena, const struct roles **out, struct diag *diag);
MUST_USE int
roles_read(struct arena *arena, struct bytes text, const char *file_cstr, const struct roles **out, struct diag *diag);
/* NULL when there is none. */
const struct role *roles_find(const struct roles *roles, const char *role_cstr);
/* False for a role that is none. */
bool roles_allow(const struct roles *roles, const char *role_cstr, enum right right);

#endif
