/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/arena.h - memory for what dies together: a request, a report, a generation of rules.
 *
 * One reservation with a hard maximum; allocation moves a pointer; reset and done free all
 * at once. A full arena answers NULL. Not thread-safe.
 */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include "core/bytes.h"

struct arena {
	uint8_t *start;
	size_t used, size; /* bytes */
};

MUST_USE int arena_init(struct arena *arena, size_t max_bytes);
void arena_done(struct arena *arena);
void arena_reset(struct arena *arena);
/* The same, and its pages go back to the system. */
void arena_release(struct arena *arena);
/* Zeroed, aligned to 16; NULL when the arena is full or the product overflows. */
void *arena_take(struct arena *arena, size_t count, size_t size);
/* A copy that ends in NUL (not counted in its length); empty when the arena is full. */
struct bytes arena_dup(struct arena *arena, struct bytes b);

#define arena_new(arena, type, count) ((type *)arena_take((arena), (count), sizeof(type)))

#endif
