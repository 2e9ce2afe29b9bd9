/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/pool.h - slots of one size under a fixed budget: taken and given back in O(1).
 *
 * All memory is reserved at start; pages are touched only when first used. An empty pool is
 * an ordinary answer (POOL_NONE) that the caller counts. Slots are known by number so that
 * links take four bytes. Not thread-safe: each worker has its own.
 */
#ifndef CORE_POOL_H
#define CORE_POOL_H

#include "core/bytes.h"
#include "core/ensure.h"

#define POOL_NONE UINT32_MAX

struct pool {
	uint8_t *slots;
	size_t slot_size;  /* bytes, a multiple of 8 */
	uint32_t capacity; /* slots */
	uint32_t fresh;    /* slots never used yet start here */
	uint32_t free_head;
	uint32_t used;
	uint32_t peak;
};

/* 0, or -ENOMEM when the address space cannot be reserved. slot_size >= 8. */
MUST_USE int pool_init(struct pool *pool, size_t slot_size, uint32_t capacity);
void pool_done(struct pool *pool);
/* As new: every slot is free. */
void pool_clear(struct pool *pool);

static inline void *
pool_at(const struct pool *pool, uint32_t slot)
{
	return pool->slots + (size_t)slot * pool->slot_size;
}

/* The number of a slot whose content is undefined, or POOL_NONE. */
uint32_t pool_take(struct pool *pool);
void pool_give(struct pool *pool, uint32_t slot);

#endif
