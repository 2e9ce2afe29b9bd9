/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/keyed_table.h"

#include "core/hash.h"
#include "core/pool.h"

#include <stdlib.h>

#define NONE UINT32_MAX

struct entry { /* followed by the key, padded to 8, and the value */
	uint32_t chain_next;
	uint32_t older, newer;
	uint32_t hash_low;
	uint64_t used; /* turn of the table when it was last moved to the front */
};

struct keyed_table {
	struct pool entries;
	uint32_t *buckets;
	uint32_t bucket_mask;
	size_t key_size, value_at, value_size;
	uint32_t oldest, newest;
	uint64_t turns; /* uses and newcomers so far */
	uint64_t lazy;  /* an entry moved within that many turns is recent enough: moving it costs three cache misses */
	uint64_t forgotten;
};

static struct entry *
entry_at(const struct keyed_table *t, uint32_t slot)
{
	return pool_at(&t->entries, slot);
}

static uint8_t *
key_of(struct entry *e)
{
	return (uint8_t *)(e + 1);
}

struct keyed_table *
keyed_table_new(size_t key_size, size_t value_size, size_t memory_bytes)
{
	struct keyed_table *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	t->key_size = key_size;
	t->value_at = sizeof(struct entry) + ((key_size + 7) & ~(size_t)7);
	t->value_size = value_size;
	t->oldest = t->newest = NONE;
	size_t slot_size = t->value_at + ((value_size + 7) & ~(size_t)7);
	size_t capacity = memory_bytes / (slot_size + sizeof(uint32_t) * 2);
	if (capacity < 16)
		capacity = 16;
	if (capacity > UINT32_MAX / 4)
		capacity = UINT32_MAX / 4;
	uint32_t buckets = 16;
	while (buckets < capacity)
		buckets *= 2;
	t->bucket_mask = buckets - 1;
	t->buckets = malloc(buckets * sizeof(uint32_t));
	if (t->buckets == NULL || pool_init(&t->entries, slot_size, (uint32_t)capacity) < 0) {
		keyed_table_free(t);
		return NULL;
	}
	memset(t->buckets, 0xff, buckets * sizeof(uint32_t));
	t->lazy = capacity / 4;
	return t;
}

void
keyed_table_free(struct keyed_table *t)
{
	if (t == NULL)
		return;
	pool_done(&t->entries);
	free(t->buckets);
	free(t);
}

static uint32_t
hash_of(const struct keyed_table *t, const void *key)
{
	uint64_t secret = (uintptr_t)t->buckets;
	uint64_t hash = t->key_size == 16 ? hash_16(key, secret) : hash_bytes((struct bytes){key, t->key_size}, secret);
	return (uint32_t)(hash >> 16);
}

static void
age_remove(struct keyed_table *t, struct entry *e)
{
	if (e->older != NONE)
		entry_at(t, e->older)->newer = e->newer;
	else
		t->oldest = e->newer;
	if (e->newer != NONE)
		entry_at(t, e->newer)->older = e->older;
	else
		t->newest = e->older;
}

static void
age_add(struct keyed_table *t, uint32_t slot)
{
	struct entry *e = entry_at(t, slot);
	e->used = ++t->turns; /* a newcomer is a turn as well: it makes all others older */
	e->newer = NONE;
	e->older = t->newest;
	if (t->newest != NONE)
		entry_at(t, t->newest)->newer = slot;
	else
		t->oldest = slot;
	t->newest = slot;
}

/* Most tables are asked about addresses. */
static inline bool
key_is(const struct keyed_table *t, struct entry *e, const void *key)
{
	return t->key_size == 16 ? memcmp(key_of(e), key, 16) == 0 : memcmp(key_of(e), key, t->key_size) == 0;
}

static uint32_t
find(const struct keyed_table *t, const void *key, uint32_t hash)
{
	uint32_t slot = t->buckets[hash & t->bucket_mask];
	while (slot != NONE) {
		struct entry *e = entry_at(t, slot);
		if (e->hash_low == hash && key_is(t, e, key))
			return slot;
		slot = e->chain_next;
	}
	return NONE;
}

static void
drop(struct keyed_table *t, uint32_t slot)
{
	struct entry *e = entry_at(t, slot);
	uint32_t *at = &t->buckets[e->hash_low & t->bucket_mask];
	while (*at != slot)
		at = &entry_at(t, *at)->chain_next;
	*at = e->chain_next;
	age_remove(t, e);
	pool_give(&t->entries, slot);
}

static void *
use(struct keyed_table *t, uint32_t slot)
{
	struct entry *e = entry_at(t, slot);
	t->turns++;
	if (t->turns - e->used > t->lazy) {
		age_remove(t, e);
		age_add(t, slot);
	}
	return (uint8_t *)e + t->value_at;
}

void *
keyed_table_find(struct keyed_table *t, const void *key)
{
	uint32_t slot = find(t, key, hash_of(t, key));
	return slot == NONE ? NULL : use(t, slot);
}

bool
keyed_table_has(const struct keyed_table *t, const void *key)
{
	return find(t, key, hash_of(t, key)) != NONE;
}

static void *
add(struct keyed_table *t, const void *key, uint32_t hash, uint32_t slot)
{
	struct entry *e = entry_at(t, slot);
	memset(e, 0, t->entries.slot_size);
	e->hash_low = hash;
	memcpy(key_of(e), key, t->key_size);
	uint32_t *bucket = &t->buckets[e->hash_low & t->bucket_mask];
	e->chain_next = *bucket;
	*bucket = slot;
	age_add(t, slot);
	return (uint8_t *)e + t->value_at;
}

void *
keyed_table_get_if_room(struct keyed_table *t, const void *key, bool *is_new)
{
	uint32_t hash = hash_of(t, key), slot = find(t, key, hash);
	if (is_new != NULL)
		*is_new = slot == NONE;
	if (slot != NONE)
		return use(t, slot);
	slot = pool_take(&t->entries);
	return slot == POOL_NONE ? NULL : add(t, key, hash, slot);
}

void *
keyed_table_get(struct keyed_table *t, const void *key, bool *is_new)
{
	void *value = keyed_table_get_if_room(t, key, is_new);
	if (value != NULL)
		return value;
	drop(t, t->oldest);
	t->forgotten++;
	return add(t, key, hash_of(t, key), pool_take(&t->entries));
}

void
keyed_table_remove(struct keyed_table *t, const void *key)
{
	uint32_t slot = find(t, key, hash_of(t, key));
	if (slot != NONE)
		drop(t, slot);
}

void *
keyed_table_oldest(struct keyed_table *t, const void **out_key)
{
	if (t->oldest == NONE)
		return NULL;
	struct entry *e = entry_at(t, t->oldest);
	*out_key = key_of(e);
	return (uint8_t *)e + t->value_at;
}

void *
keyed_table_next(struct keyed_table *t, uint32_t *at, const void **out_key)
{
	*at = *at == KEYED_TABLE_START ? t->oldest : entry_at(t, *at)->newer;
	if (*at == NONE)
		return NULL;
	struct entry *e = entry_at(t, *at);
	if (out_key != NULL)
		*out_key = key_of(e);
	return (uint8_t *)e + t->value_at;
}

void
keyed_table_prefetch_bucket(const struct keyed_table *t, const void *key)
{
	__builtin_prefetch(&t->buckets[hash_of(t, key) & t->bucket_mask]);
}

void
keyed_table_prefetch_entry(const struct keyed_table *t, const void *key)
{
	uint32_t slot = t->buckets[hash_of(t, key) & t->bucket_mask];
	if (slot == NONE)
		return;
	const char *entry = (const char *)entry_at(t, slot);
	for (size_t line = 0; line < t->entries.slot_size; line += 64)
		__builtin_prefetch(entry + line);
}

uint32_t
keyed_table_count(const struct keyed_table *t)
{
	return t->entries.used;
}

uint64_t
keyed_table_forgotten(const struct keyed_table *t)
{
	return t->forgotten;
}
