/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/sketch.h"

#include "core/hash.h"

#include <stdlib.h>

enum { SLOTS_MAX = 8192 };
static const uint64_t place_key = UINT64_C(0x736b657463686573); /* fixed: alerts must not change from run to run */

struct slot {
	uint32_t trace;
	uint16_t count;
	uint16_t unused;
	int64_t last_ns;
};

struct sketch {
	struct slot *slots;
	size_t mask;
	int64_t window_ns;
};

struct sketch *
sketch_new(size_t memory_bytes, int64_t window_ns)
{
	struct sketch *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	size_t slots = 64;
	while (slots < SLOTS_MAX && slots * 2 * sizeof(struct slot) <= memory_bytes)
		slots *= 2;
	s->slots = calloc(slots, sizeof(*s->slots));
	s->mask = slots - 1;
	s->window_ns = window_ns;
	if (s->slots == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void
sketch_free(struct sketch *s)
{
	if (s == NULL)
		return;
	free(s->slots);
	free(s);
}

uint32_t
sketch_count(struct sketch *s, struct bytes key, int64_t time_ns)
{
	uint64_t h = hash_bytes(key, place_key);
	struct slot *slot = &s->slots[h & s->mask];
	uint32_t trace = (uint32_t)(h >> 32);
	if (slot->trace != trace || time_ns - slot->last_ns > s->window_ns)
		*slot = (struct slot){.trace = trace, .last_ns = time_ns};
	if (time_ns > slot->last_ns)
		slot->last_ns = time_ns;
	if (slot->count < UINT16_MAX)
		slot->count++;
	return slot->count;
}
