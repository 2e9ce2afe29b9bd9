/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_generation.h - all rules of a sensor at one time: read from the bundle and planned, then given their databases, which come from
 * elsewhere. It lives and dies as a whole.
 */
#ifndef APP_RULES_GENERATION_H
#define APP_RULES_GENERATION_H

#include "core/flat.h"
#include "detect/rules/rule_program.h"

struct rules_generation {
	struct arena arena;
	struct flat said; /* by the site */
	struct rule_set set;
	struct rule_program *program;
	uint8_t *room; /* the bytes of the files */
	size_t key_count;
	uint8_t (*keys)[RULE_SEARCH_KEY]; /* of each search, in the order of the program */
	size_t made_here;                 /* searches whose database arrived but could not be opened */
};

/* Reads the bundle, as hostile. 0, or a negative errno with diag. */
MUST_USE int rules_generation_plan(int fd, size_t size, uint64_t hash_key, struct rules_generation **out, struct diag *diag);
/* Its databases: entries (rule_search.h) in a sealed memory file, as hostile; fd -1: none. Rules for which there is none are left out,
 * and the set says so. 0, or a negative errno with diag. */
MUST_USE int rules_generation_finish(struct rules_generation *g, int fd, size_t size, struct diag *diag);
void rules_generation_free(struct rules_generation *g);

#endif
