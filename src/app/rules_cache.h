/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_cache.h - databases of rules that were made before: a folder of entries (rule_search.h), each a file named by its key.
 *
 * A database is a program: the folder is its owner's alone, or it is not used. A damaged file is noticed by its digest, removed, and
 * made again. When they are too many together, those that were not used for longest go.
 */
#ifndef APP_RULES_CACHE_H
#define APP_RULES_CACHE_H

#include "core/diag.h"
#include "detect/rules/rule_search.h"

enum { RULES_CACHE_BYTES_MAX = 256 << 20 };

struct rules_cache {
	int folder; /* -1: there is none */
	uint64_t bytes_max;
	unsigned found, missing, damaged, failed; /* failed: could not be written */
};

/* Where it is: as given, "none" for none; else in the dossier's folder; else in that of the user. Empty: none. */
void rules_cache_place(const char *given_cstr, const char *dossier_cstr, char *out, size_t size);
/* Makes the folder where it is not. 0, or a negative errno with diag: then there is no cache, and the watch goes on without. */
MUST_USE int rules_cache_open(struct rules_cache *cache, const char *folder_cstr, uint64_t bytes_max, struct diag *diag);
void rules_cache_close(struct rules_cache *cache);
/* The entry of this key, checked; the caller frees *out. false: it is not there. */
bool rules_cache_get(struct rules_cache *cache, const uint8_t key[static RULE_SEARCH_KEY], uint8_t **out, size_t *len);
/* All or nothing: it is written under another name first. */
void rules_cache_put(struct rules_cache *cache, const struct rule_search_entry *entry);
/* Down to bytes_max. */
void rules_cache_trim(struct rules_cache *cache);

#endif
