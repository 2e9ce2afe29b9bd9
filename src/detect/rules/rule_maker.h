/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_maker.h - a program of rules (rule_program.h) while it is being made: what rule_program.c and rule_place.c share. Not for
 * other files.
 */
#ifndef DETECT_RULES_RULE_MAKER_H
#define DETECT_RULES_RULE_MAKER_H

#include "core/text.h"
#include "detect/rules/rule_program.h"

#include <errno.h>

/* While it is being made: patterns of a group, each with its signatures. */
struct rule_maker_pattern {
	struct bytes bytes;
	bool nocase;
	uint32_t group, signature;
};

struct rule_maker {
	struct rule_set *set;
	struct rule_program *program;
	struct diag *diag;
	size_t pattern_count;
	struct rule_maker_pattern *patterns;
	uint16_t *name_slots; /* open addressing: place in the program's names, plus one */
	size_t group_room;
	bool without_pcre;
};

static inline int
rule_maker_no_memory(struct rule_maker *m)
{
	return diag_say(m->diag, -ENOMEM, "%s", _("not enough memory for these rules"));
}

#endif
