/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_reputation.h - what is said of addresses and networks: a value from 0 to 127 in each of some categories. User guide: "IP
 * Reputation". What is said of an address itself counts before what is said of its networks, and a longer prefix before a shorter one.
 */
#ifndef DETECT_RULES_RULE_REPUTATION_H
#define DETECT_RULES_RULE_REPUTATION_H

#include "core/addr.h"
#include "core/arena.h"
#include "detect/rules/rule.h"

enum { RULE_REPUTATION_CATEGORIES = 60 };

struct rule_reputations {
	struct arena *arena;
	struct bytes names[RULE_REPUTATION_CATEGORIES + 1]; /* by number, from 1; borrowed */
	size_t count, room;
	struct rule_reputation *all; /* sorted when `is_sorted` */
	bool is_sorted;
};

/* "1,BadHosts,Known bad hosts", one a line. Returns how many lines are something else. */
size_t rule_reputation_categories(struct rule_reputations *r, struct bytes file);
/* "ADDRESS[/BITS],CATEGORY,VALUE". *odd_lines: those that are something else. 0 or -ENOMEM. */
MUST_USE int rule_reputation_read(struct rule_reputations *r, struct bytes file, size_t *odd_lines);
/* Before the first question. */
void rule_reputation_sort(struct rule_reputations *r);
/* 0: there is no such category. */
unsigned rule_reputation_category(const struct rule_reputations *r, struct bytes name);
/* -1: nothing is said. */
int rule_reputation_of(const struct rule_reputations *r, unsigned category, const struct addr *address);
/* iprep of a rule, between these two. */
bool rule_reputation_holds(const struct rule_word *w, const struct addr *source, const struct addr *target);

#endif
