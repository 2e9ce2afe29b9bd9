/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_filter.h - whether a search can find anything in a few bytes, for less than a search costs. Hyperscan takes some 150 ns to look
 * into a user agent or a name; most hold nothing, and that is known here after a nanosecond a byte or less.
 *
 * Of each pattern, some bytes in a row that few other patterns have are kept as bits of a table: eight of them if it is long enough, else
 * four, else two. Of long patterns they are kept from four places in a row, so that every fourth place of the data is enough to meet one of
 * them. Case does not count. The filter may say yes for nothing, never no for something.
 */
#ifndef DETECT_RULES_RULE_FILTER_H
#define DETECT_RULES_RULE_FILTER_H

#include "core/arena.h"
#include "core/bytes.h"
#include "core/ensure.h"
#include "detect/rules/rule_search.h"

enum { RULE_FILTER_MAX = 256 /* bytes; more are searched without being asked about: Hyperscan is as fast then */ };

struct rule_filter_table {
	const uint32_t *words; /* NULL: no pattern has its bytes here */
	uint8_t shift;         /* of a hash, to the place of its word */
};

struct rule_filter {
	bool knows; /* false: nothing can be said without a search, as some pattern is a single byte, or there was no memory */
	struct rule_filter_table eights, fours, smalls, twos; /* smalls: four bytes, asked about at every place */
};

/* How many patterns have the same bytes: of all searches together, made before the first filter. */
struct rule_filter_counts;

MUST_USE struct rule_filter_counts *rule_filter_counts_new(void);
void rule_filter_counts_free(struct rule_filter_counts *counts);
void rule_filter_counts_add(struct rule_filter_counts *counts, const struct rule_patterns *patterns);

/* Tables are of the arena. */
struct rule_filter rule_filter_make(
    const struct rule_patterns *patterns, const struct rule_filter_counts *counts, struct arena *arena);
/* False: none of the patterns is in the data. */
bool rule_filter_asks(const struct rule_filter *filter, struct bytes data);

#endif
