/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/keyed_table.h - a bounded memory of hosts, pairs, services...: fixed-size keys to
 * fixed-size values, least recently used forgotten first (recent uses are not told apart, so that a
 * use seldom moves anything). All memory is reserved at start.
 * What is remembered depends on the order of use alone, never on the hash.
 */
#ifndef DETECT_BEHAVIOUR_KEYED_TABLE_H
#define DETECT_BEHAVIOUR_KEYED_TABLE_H

#include "core/bytes.h"

struct keyed_table;

/* Takes about memory_bytes. Keys are compared as bytes: no padding in them. NULL: no memory. */
MUST_USE struct keyed_table *keyed_table_new(size_t key_size, size_t value_size, size_t memory_bytes);
void keyed_table_free(struct keyed_table *table);

/* The value of a key, marked as used now; NULL when unknown. Valid until the next get or remove. */
void *keyed_table_find(struct keyed_table *table, const void *key);
/* Whether the key is known, without marking it as used. */
bool keyed_table_has(const struct keyed_table *table, const void *key);
/* The same, and a zeroed value when unknown (*is_new, may be NULL). */
void *keyed_table_get(struct keyed_table *table, const void *key, bool *is_new);
/* The same without forgetting anybody: NULL when the table is full. */
void *keyed_table_get_if_room(struct keyed_table *table, const void *key, bool *is_new);
void keyed_table_remove(struct keyed_table *table, const void *key);
/* The least recently used entry, NULL when empty; its key through out_key. */
void *keyed_table_oldest(struct keyed_table *table, const void **out_key);
/* Walks from the least to the most recently used: start with *at = UINT32_MAX - 1; NULL at the end. */
void *keyed_table_next(struct keyed_table *table, uint32_t *at, const void **out_key);
#define KEYED_TABLE_START (UINT32_MAX - 1)

/* For callers who know what they will ask for soon: first the bucket, a little later what it leads to. */
void keyed_table_prefetch_bucket(const struct keyed_table *table, const void *key);
void keyed_table_prefetch_entry(const struct keyed_table *table, const void *key);

uint32_t keyed_table_count(const struct keyed_table *table);
uint64_t keyed_table_forgotten(const struct keyed_table *table);

#endif
