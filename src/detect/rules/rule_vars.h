/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_vars.h - what "$HOME_NET" and "$HTTP_PORTS" stand for. A value may name other variables. */
#ifndef DETECT_RULES_RULE_VARS_H
#define DETECT_RULES_RULE_VARS_H

#include "core/arena.h"

enum { RULE_VARS_MAX = 256 };

struct rule_vars {
	size_t count;
	struct {
		struct bytes name, value; /* without the dollar */
	} vars[RULE_VARS_MAX];
};

/* The usual ones of a small site: private networks are its own. Borrows static text. */
void rule_vars_usual(struct rule_vars *vars);
/* Replaces or adds; borrows both. False: there are too many. */
bool rule_vars_set(struct rule_vars *vars, struct bytes name, struct bytes value);
bool rule_vars_get(const struct rule_vars *vars, struct bytes name, struct bytes *value);

#endif
