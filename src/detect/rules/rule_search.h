/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_search.h - the bytes that are searched for at once, and the Hyperscan database made of them: an entry of it can be kept
 * on a disk, and handed from one process to another.
 *
 * An entry, all numbers big-endian:
 *	"beffroiS"	8 bytes, the last one counts the versions of this form
 *	key		32 bytes: of what it was made (rule_search_key())
 *	refused		4 bytes, then as many numbers of 4 bytes: patterns that Hyperscan would not take
 *	length		8 bytes, of the database; 0: it has none, nothing was left to search
 *	digest		SHA-256 of all this, the digest taken as zeroes, and of the database
 *	database	as hs_serialize_database() writes it
 *
 * A digest tells damage, not malice: a database is a program, and whoever may make one decides what is found.
 */
#ifndef DETECT_RULES_RULE_SEARCH_H
#define DETECT_RULES_RULE_SEARCH_H

#include "core/bytes.h"
#include "core/cursor.h"
#include "core/diag.h"

#include <hs/hs.h>

enum { RULE_SEARCH_KEY = 32, RULE_SEARCH_REFUSED_MAX = 16 };

/* A pattern's place is the id by which it is found. */
struct rule_patterns {
	uint32_t count;
	const char **texts; /* borrowed; bytes, not strings */
	size_t *lengths;
	unsigned *flags; /* HS_FLAG_* */
};

struct rule_search {
	hs_database_t *database; /* NULL: nothing was left to search */
	uint32_t refused_count;
	uint32_t refused[RULE_SEARCH_REFUSED_MAX]; /* places of patterns that are not in it, rising */
};

/* What comes back in an entry; borrowed from it. */
struct rule_search_entry {
	uint8_t key[RULE_SEARCH_KEY];
	uint32_t refused_count;
	uint32_t refused[RULE_SEARCH_REFUSED_MAX];
	struct bytes database, whole; /* whole: the entry itself */
};

/* Equal keys, equal databases: patterns, flags, the version of Hyperscan and this processor go into it. */
void rule_search_key(const struct rule_patterns *patterns, uint8_t out[static RULE_SEARCH_KEY]);
/* 0; -ENOMEM; -EINVAL: more patterns were refused than are worth trying, or all of it was. */
MUST_USE int rule_search_compile(const struct rule_patterns *patterns, struct rule_search *out, struct diag *diag);
/* The entry of a database, to be freed by the caller. 0 or -ENOMEM. */
MUST_USE int
rule_search_write(const uint8_t key[static RULE_SEARCH_KEY], const struct rule_search *search, uint8_t **out, size_t *len);
/* The next entry of hostile bytes: its form and its digest are right. */
MUST_USE enum parse rule_search_read(struct cursor *c, struct rule_search_entry *out);
/* The database of an entry, which has to be of these patterns, this version of Hyperscan and this processor. 0, -ENOMEM or -EBADMSG. */
MUST_USE int
rule_search_open(const struct rule_search_entry *entry, const struct rule_patterns *patterns, struct rule_search *out);

#endif
