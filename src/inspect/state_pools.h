/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/state_pools.h - per-flow states of parsers, in a few sizes, under one budget. */
#ifndef INSPECT_STATE_POOLS_H
#define INSPECT_STATE_POOLS_H

#include "core/pool.h"

enum { STATE_POOLS_CLASSES = 6 };

struct state_pools {
	struct pool classes[STATE_POOLS_CLASSES];
	size_t used_bytes, budget_bytes;
};

MUST_USE int state_pools_init(struct state_pools *pools, size_t budget_bytes);
void state_pools_done(struct state_pools *pools);
void state_pools_clear(struct state_pools *pools); /* as new */
/* A zeroed state of at least `size` bytes (<= L7_STATE_MAX), known by its handle; POOL_NONE when the budget is spent. */
uint32_t state_pools_take(struct state_pools *pools, size_t size);
void *state_pools_at(const struct state_pools *pools, uint32_t handle);
void state_pools_give(struct state_pools *pools, uint32_t handle);

#endif
