/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/coding_heap.h"

enum { ALIGNMENT = 16 };

/* Before each piece. */
struct piece {
	size_t size; /* with this header; a multiple of ALIGNMENT */
	size_t is_free;
};
_Static_assert(sizeof(struct piece) <= ALIGNMENT, "a header keeps what follows aligned");

void
coding_heap_init(struct coding_heap *heap, uint8_t *room, size_t size)
{
	*heap = (struct coding_heap){.room = room, .size = size};
}

static struct piece *
piece_at(const struct coding_heap *heap, size_t at)
{
	return (struct piece *)(void *)(heap->room + at);
}

/* Free pieces after a free one become part of it. */
static void
join(const struct coding_heap *heap, size_t at)
{
	struct piece *piece = piece_at(heap, at);
	while (at + piece->size < heap->used && piece_at(heap, at + piece->size)->is_free)
		piece->size += piece_at(heap, at + piece->size)->size;
}

void *
coding_heap_take(struct coding_heap *heap, size_t size)
{
	if (size > heap->size)
		return NULL;
	size_t wanted = (size + ALIGNMENT + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	for (size_t at = 0; at < heap->used; at += piece_at(heap, at)->size) {
		struct piece *piece = piece_at(heap, at);
		if (!piece->is_free)
			continue;
		join(heap, at);
		if (at + piece->size == heap->used) { /* the last one: it is as if nothing had been taken there */
			heap->used = at;
			break;
		}
		if (piece->size < wanted)
			continue;
		if (piece->size - wanted >= 2 * ALIGNMENT) {
			*piece_at(heap, at + wanted) = (struct piece){.size = piece->size - wanted, .is_free = 1};
			piece->size = wanted;
		}
		piece->is_free = 0;
		return heap->room + at + ALIGNMENT;
	}
	if (wanted > heap->size - heap->used)
		return NULL;
	*piece_at(heap, heap->used) = (struct piece){.size = wanted};
	heap->used += wanted;
	return heap->room + heap->used - wanted + ALIGNMENT;
}

void
coding_heap_give(struct coding_heap *heap, void *memory)
{
	(void)heap;
	if (memory != NULL)
		((struct piece *)(void *)((uint8_t *)memory - ALIGNMENT))->is_free = 1;
}
