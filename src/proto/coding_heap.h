/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/coding_heap.h - memory for one decoder of another library, inside a room of ours: nothing is asked of the system while packets
 * are read, and a decoder that wants more than its room gets nothing.
 */
#ifndef PROTO_CODING_HEAP_H
#define PROTO_CODING_HEAP_H

#include "core/bytes.h"

struct coding_heap {
	uint8_t *room;
	size_t size, used; /* bytes; beyond `used` nothing was ever taken */
};

/* room: aligned to 16 bytes. */
void coding_heap_init(struct coding_heap *heap, uint8_t *room, size_t size);
/* First fit, aligned to 16 bytes; NULL: no room. */
void *coding_heap_take(struct coding_heap *heap, size_t size);
/* Takes NULL. */
void coding_heap_give(struct coding_heap *heap, void *memory);

#endif
