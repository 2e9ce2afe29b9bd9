/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_memory.h - what rules remember from one packet to the next: bits and numbers of flows, bits of hosts and pairs,
 * counts of thresholds. Fixed room; the oldest of a neighbourhood gives way.
 */
#ifndef DETECT_RULES_RULE_MEMORY_H
#define DETECT_RULES_RULE_MEMORY_H

#include "detect/rules/rule.h"

enum {
	RULE_MEMORY_BITS = 24, /* of one flow */
	RULE_MEMORY_INTS = 8,
};

struct rule_memory_flow {
	uint64_t used_at;
	bool passed; /* a pass rule holds: nothing more is told of it */
	uint8_t bit_count, int_count;
	uint16_t bits[RULE_MEMORY_BITS];
	struct {
		uint16_t name;
		uint32_t value;
	} ints[RULE_MEMORY_INTS];
};

struct rule_memory;

MUST_USE struct rule_memory *rule_memory_new(uint64_t hash_key);
void rule_memory_free(struct rule_memory *memory);

/* Names of bits and numbers have other places in another program: what is set goes by its name, what has none is forgotten. */
void rule_memory_rename(struct rule_memory *memory, const struct bytes *before, size_t before_count,
    const struct bytes *after, size_t after_count);

/* NULL when it is not known and `make` is false, or no room is left. */
struct rule_memory_flow *rule_memory_flow(struct rule_memory *memory, uint64_t id, bool make);
void rule_memory_forget(struct rule_memory *memory, uint64_t id);

/* Bits of a host (b zero) or of a pair, until a time. */
void
rule_memory_set_bit(struct rule_memory *memory, uint16_t name, const struct addr *a, const struct addr *b, int64_t until_ns);
void rule_memory_unset_bit(struct rule_memory *memory, uint16_t name, const struct addr *a, const struct addr *b);
bool
rule_memory_has_bit(struct rule_memory *memory, uint16_t name, const struct addr *a, const struct addr *b, int64_t now_ns);

/* Whether a rule that holds is told, by one of its thresholds. */
bool rule_memory_threshold(struct rule_memory *memory, const struct rule *rule, const struct rule_threshold *threshold,
    const struct addr *source, const struct addr *target, uint64_t flow_id, int64_t now_ns);

/* Whether a rule that holds now holds so often that its rate filter counts, or did within the filter's time. */
bool rule_memory_rate(struct rule_memory *memory, const struct rule *rule, const struct rule_threshold *threshold,
    const struct addr *source, const struct addr *target, uint64_t flow_id, int64_t now_ns);

#endif
