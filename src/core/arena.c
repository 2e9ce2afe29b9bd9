/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/arena.h"

#include "core/ckd.h"

#include <errno.h>
#include <sys/mman.h>

int
arena_init(struct arena *arena, size_t max_bytes)
{
	void *memory = mmap(NULL, max_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return -ENOMEM;
	*arena = (struct arena){.start = memory, .size = max_bytes};
	return 0;
}

void
arena_done(struct arena *arena)
{
	if (arena->start != NULL)
		munmap(arena->start, arena->size);
	*arena = (struct arena){0};
}

void
arena_reset(struct arena *arena)
{
	arena->used = 0;
}

void
arena_release(struct arena *arena)
{
	arena->used = 0;
	if (arena->start != NULL)
		(void)madvise(arena->start, arena->size, MADV_DONTNEED); /* they stay, where the system does not take them */
}

void *
arena_take(struct arena *arena, size_t count, size_t size)
{
	size_t wanted, aligned = (arena->used + 15) & ~(size_t)15;
	if (ckd_mul(&wanted, count, size) || aligned > arena->size || wanted > arena->size - aligned)
		return NULL;
	void *taken = arena->start + aligned;
	arena->used = aligned + wanted;
	return memset(taken, 0, wanted);
}

struct bytes
arena_dup(struct arena *arena, struct bytes b)
{
	uint8_t *copy = b.len < SIZE_MAX ? arena_take(arena, b.len + 1, 1) : NULL;
	if (copy == NULL)
		return (struct bytes){0};
	if (b.len > 0)
		memcpy(copy, b.at, b.len);
	return (struct bytes){copy, b.len};
}
