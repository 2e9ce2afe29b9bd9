/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_short.h - the search of a few bytes for the patterns of a group, without Hyperscan: that takes some 150 ns to look into a
 * user agent or a name, and more when its tables are not in the cache; here it is a nanosecond a byte or less.
 *
 * Of each pattern, some bytes in a row that few other patterns have are its key: eight of them if it is long enough, else four, else two.
 * Of long patterns, keys are kept from four places in a row, so that every fourth place of the data is enough to meet one of them. A table of
 * bits says which keys there are; where one is met, its patterns are compared. What is found is what Hyperscan finds.
 */
#ifndef DETECT_RULES_RULE_SHORT_H
#define DETECT_RULES_RULE_SHORT_H

#include "core/arena.h"
#include "core/bytes.h"
#include "core/ensure.h"
#include "detect/rules/rule_search.h"

enum { RULE_SHORT_MAX = 256 /* bytes; of more, Hyperscan is as fast */ };

struct rule_short_key {
	uint32_t pattern;
	uint32_t next; /* with the same place in `firsts`, plus one; 0: the last */
	uint32_t hash;
	uint32_t offset; /* of the key in the pattern */
};

struct rule_short_table {
	uint32_t *bits;   /* NULL: no pattern has its key here */
	uint32_t *firsts; /* by hash, into keys, plus one */
	struct rule_short_key *keys;
	uint32_t key_count;
	uint8_t bits_shift, firsts_shift; /* of a hash, to the place of its word, of its first key */
};

struct rule_short {
	bool knows; /* false: it cannot be used, some pattern is empty or there was no memory */
	const struct rule_patterns *patterns;
	struct rule_short_table eights, fours, smalls, twos; /* smalls: four bytes, asked about at every place */
	uint32_t single_count;
	uint32_t *singles; /* patterns of one byte */
};

/* How many patterns have the same bytes: of all groups together, made before the first search. */
struct rule_short_counts;

MUST_USE struct rule_short_counts *rule_short_counts_new(void);
void rule_short_counts_free(struct rule_short_counts *counts);
void rule_short_counts_add(struct rule_short_counts *counts, const struct rule_patterns *patterns);

/* Borrows the patterns. Tables are of the arena. */
struct rule_short
rule_short_make(const struct rule_patterns *patterns, const struct rule_short_counts *counts, struct arena *arena);
/* Each place where a pattern ends, told as Hyperscan tells it; at most RULE_SHORT_MAX bytes. */
void rule_short_find(const struct rule_short *s, struct bytes data, match_event_handler found, void *context);

#endif
