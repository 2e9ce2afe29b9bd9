/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/state_pools.h"

static const size_t class_sizes[STATE_POOLS_CLASSES] = {128, 512, 1536, 4096, 16384, 32768};
enum { CLASS_SHIFT = 29 };
#define SLOT_MASK ((UINT32_C(1) << CLASS_SHIFT) - 1)

int
state_pools_init(struct state_pools *pools, size_t budget_bytes)
{
	*pools = (struct state_pools){.budget_bytes = budget_bytes};
	for (size_t i = 0; i < STATE_POOLS_CLASSES; i++) {
		size_t capacity = budget_bytes / class_sizes[i] + 1;
		int r = pool_init(
		    &pools->classes[i], class_sizes[i], (uint32_t)(capacity < SLOT_MASK ? capacity : SLOT_MASK));
		if (r < 0) {
			state_pools_done(pools);
			return r;
		}
	}
	return 0;
}

void
state_pools_done(struct state_pools *pools)
{
	for (size_t i = 0; i < STATE_POOLS_CLASSES; i++)
		pool_done(&pools->classes[i]);
}

void
state_pools_clear(struct state_pools *pools)
{
	for (size_t i = 0; i < STATE_POOLS_CLASSES; i++)
		pool_clear(&pools->classes[i]);
	pools->used_bytes = 0;
}

uint32_t
state_pools_take(struct state_pools *pools, size_t size)
{
	uint32_t class = 0;
	while (class_sizes[class] < size)
		class ++;
	ENSURE(class < STATE_POOLS_CLASSES);
	if (class_sizes[class] > pools->budget_bytes - pools->used_bytes)
		return POOL_NONE;
	uint32_t slot = pool_take(&pools->classes[class]);
	if (slot == POOL_NONE)
		return POOL_NONE;
	pools->used_bytes += class_sizes[class];
	memset(pool_at(&pools->classes[class], slot), 0, size);
	return class << CLASS_SHIFT | slot;
}

void *
state_pools_at(const struct state_pools *pools, uint32_t handle)
{
	return pool_at(&pools->classes[handle >> CLASS_SHIFT], handle & SLOT_MASK);
}

void
state_pools_give(struct state_pools *pools, uint32_t handle)
{
	uint32_t class = handle >> CLASS_SHIFT;
	pool_give(&pools->classes[class], handle & SLOT_MASK);
	pools->used_bytes -= class_sizes[class];
}
