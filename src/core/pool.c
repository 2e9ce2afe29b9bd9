/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/pool.h"

#include <errno.h>
#include <sys/mman.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1 /* clang says it this way */
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(at, len) ASAN_POISON_MEMORY_REGION(at, len)
#define UNPOISON(at, len) ASAN_UNPOISON_MEMORY_REGION(at, len)
#else
#define POISON(at, len) ((void)(at), (void)(len))
#define UNPOISON(at, len) ((void)(at), (void)(len))
#endif

enum { HUGE_FROM_BYTES = 2 << 20 };

int
pool_init(struct pool *pool, size_t slot_size, uint32_t capacity)
{
	ENSURE(slot_size >= 8 && slot_size % 8 == 0 && capacity < POOL_NONE);
	size_t size = slot_size * capacity;
	void *memory = mmap(
	    NULL, size > 0 ? size : 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return -ENOMEM;
	/* Large pools are read at random: big pages spare a page-table walk for each read. Small ones would only waste the
	 * rest of a big page. A kernel without big pages refuses, and nothing is lost. */
	(void)madvise(memory, size > 0 ? size : 1, size >= HUGE_FROM_BYTES ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	*pool = (struct pool){.slots = memory, .slot_size = slot_size, .capacity = capacity};
	pool_clear(pool);
	return 0;
}

void
pool_clear(struct pool *pool)
{
	UNPOISON(pool->slots, pool->slot_size * pool->fresh);
	pool->free_head = POOL_NONE;
	pool->fresh = pool->used = pool->peak = 0;
}

void
pool_done(struct pool *pool)
{
	if (pool->slots == NULL)
		return;
	UNPOISON(pool->slots, pool->slot_size * pool->capacity);
	munmap(pool->slots, pool->capacity > 0 ? pool->slot_size * pool->capacity : 1);
	*pool = (struct pool){.free_head = POOL_NONE};
}

uint32_t
pool_take(struct pool *pool)
{
	uint32_t slot = pool->free_head;
	if (slot != POOL_NONE) {
		UNPOISON(pool_at(pool, slot), pool->slot_size);
		memcpy(&pool->free_head, pool_at(pool, slot), sizeof(pool->free_head));
		if (pool->free_head != POOL_NONE) /* cold since it was given back: the next taker will want it */
			__builtin_prefetch(pool_at(pool, pool->free_head));
	} else if (pool->fresh < pool->capacity) {
		slot = pool->fresh++;
	} else {
		return POOL_NONE;
	}
	if (++pool->used > pool->peak)
		pool->peak = pool->used;
	return slot;
}

void
pool_give(struct pool *pool, uint32_t slot)
{
	ENSURE(slot < pool->fresh && pool->used > 0);
	memcpy(pool_at(pool, slot), &pool->free_head, sizeof(pool->free_head));
	pool->free_head = slot;
	pool->used--;
	POISON(pool_at(pool, slot), pool->slot_size);
}
