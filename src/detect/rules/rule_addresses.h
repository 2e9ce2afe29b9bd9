/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_addresses.h - which of thousands of rules mean an address: the ranges of all of them, cut where any begins or ends, so
 * that one search finds the rules of a packet's end. Read-only once made.
 */
#ifndef DETECT_RULES_RULE_ADDRESSES_H
#define DETECT_RULES_RULE_ADDRESSES_H

#include "core/ensure.h"
#include "detect/rules/rule.h"

enum { RULE_ADDRESSES_TOP = 12 };

/* An IPv4 address as a number. */
static inline uint32_t
rule_addresses_v4(const struct addr *a)
{
	return (uint32_t)a->at[12] << 24 | (uint32_t)a->at[13] << 16 | (uint32_t)a->at[14] << 8 | a->at[15];
}

struct rule_addresses_edge {
	struct addr at;
	uint32_t rule;
	bool is_end; /* the range does not have this address any more */
};

struct rule_addresses {
	/* While it is made: */
	size_t edge_count, edge_room;
	struct rule_addresses_edge *edges;
	/* Pieces begin at these addresses, rising; lists: where in `rules` their number and then their rules are. */
	uint32_t count4, count6;
	uint32_t *starts4, *lists4;
	struct addr *starts6;
	uint32_t *lists6;
	uint32_t *rules;
	uint32_t
	    *firsts4; /* by the first RULE_ADDRESSES_TOP bits of an address: the first piece that begins there or behind */
};

/* 0 or -ENOMEM. `rule` is any number; the ranges of one are sorted and disjoint. */
MUST_USE int rule_addresses_add(struct rule_addresses *a, const struct rule_nets *nets, uint32_t rule);
/* 0, -ENOMEM, or -E2BIG when the ranges overlap so much that it would take too much room: then nothing can be found.
 * rule_count: larger than every rule. */
MUST_USE int rule_addresses_make(struct rule_addresses *a, size_t rule_count);
void rule_addresses_free(struct rule_addresses *a);
/* The rules that mean it, *count of them. */
const uint32_t *rule_addresses_find(const struct rule_addresses *a, const struct addr *address, uint32_t *count);

#endif
