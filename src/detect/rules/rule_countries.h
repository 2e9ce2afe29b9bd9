/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_countries.h - in which country an address is: a database in MaxMind's format (GeoLite2-Country.mmdb and its like), read
 * where it lies. Format: "MaxMind DB File Format Specification", version 2.0. Decision 0031.
 */
#ifndef DETECT_RULES_RULE_COUNTRIES_H
#define DETECT_RULES_RULE_COUNTRIES_H

#include "core/addr.h"
#include "core/cursor.h"
#include "detect/rules/rule.h"

struct rule_countries {
	struct bytes tree, data; /* borrowed; tree.len 0: there is none */
	uint32_t node_count;
	uint16_t record_bits; /* 24, 28, 32 */
	bool of_ipv6;         /* its addresses have 128 bits, those of IPv4 with zeroes before them */
};

/* Borrows the file. PARSE_BAD: it is no such database. */
MUST_USE enum parse rule_countries_open(struct bytes file, struct rule_countries *out);
/* "FR", as the file has it; empty: nothing is known of it. */
struct bytes rule_countries_find(const struct rule_countries *countries, const struct addr *address);
/* geoip of a rule, between these two. An address of which nothing is known is in no country, and not outside of one either. */
bool rule_countries_holds(const struct rule_word *w, const struct addr *source, const struct addr *target);

#endif
