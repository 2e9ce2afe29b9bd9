/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/stream/buddy.h"

#include <errno.h>
#include <sys/mman.h>

#include "core/ensure.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_POISON 1
#endif
#endif
#ifdef HAVE_POISON
#include <sanitizer/asan_interface.h>
#define POISON(at, len) ASAN_POISON_MEMORY_REGION(at, len)
#define UNPOISON(at, len) ASAN_UNPOISON_MEMORY_REGION(at, len)
#else
#define POISON(at, len) ((void)(at), (void)(len))
#define UNPOISON(at, len) ((void)(at), (void)(len))
#endif

enum {
	IS_FREE = 0x80,
	UNITS_MAX = 1 << BUDDY_ORDER_MAX, /* units of the largest block */
};

/* The beginning of a free block. */
struct link {
	uint32_t next, prev;
};

static struct link *
link_of(const struct buddy *b, uint32_t block)
{
	return (struct link *)(void *)buddy_at(b, block); /* units are aligned to 256 */
}

int
buddy_init(struct buddy *buddy, size_t bytes)
{
	size_t count = bytes / BUDDY_BLOCK_MAX;
	if (count == 0)
		count = 1;
	if (count > (UINT32_MAX - 1) / UNITS_MAX)
		return -ENOMEM;
	size_t units = count * UNITS_MAX;
	uint8_t *memory = mmap(
	    NULL, units * BUDDY_UNIT + units, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return -ENOMEM;
	*buddy = (struct buddy){.memory = memory, .orders = memory + units * BUDDY_UNIT, .units = (uint32_t)units};
	buddy_clear(buddy);
	return 0;
}

void
buddy_clear(struct buddy *buddy)
{
	UNPOISON(buddy->memory, (size_t)buddy->fresh * BUDDY_UNIT);
	memset(buddy->orders, 0, buddy->fresh);
	for (size_t i = 0; i <= BUDDY_ORDER_MAX; i++)
		buddy->free_head[i] = BUDDY_NONE;
	buddy->fresh = 0;
	buddy->used = buddy->peak = 0;
}

void
buddy_done(struct buddy *buddy)
{
	if (buddy->memory == NULL)
		return;
	size_t size = (size_t)buddy->units * BUDDY_UNIT;
	UNPOISON(buddy->memory, size);
	munmap(buddy->memory, size + buddy->units);
	*buddy = (struct buddy){0};
}

static void
list_put(struct buddy *b, uint32_t block, unsigned order)
{
	size_t size = (size_t)BUDDY_UNIT << order;
	uint32_t next = b->free_head[order];
	POISON(buddy_at(b, block), size);
	UNPOISON(buddy_at(b, block), sizeof(struct link));
	(void)size; /* only the sanitizer wants it */
	*link_of(b, block) = (struct link){.next = next, .prev = BUDDY_NONE};
	if (next != BUDDY_NONE)
		link_of(b, next)->prev = block;
	b->free_head[order] = block;
	b->orders[block] = (uint8_t)(order | IS_FREE);
}

static void
list_remove(struct buddy *b, uint32_t block, unsigned order)
{
	struct link link = *link_of(b, block);
	if (link.prev == BUDDY_NONE)
		b->free_head[order] = link.next;
	else
		link_of(b, link.prev)->next = link.next;
	if (link.next != BUDDY_NONE)
		link_of(b, link.next)->prev = link.prev;
}

uint32_t
buddy_take(struct buddy *buddy, size_t n)
{
	unsigned wanted = 0;
	if (n > BUDDY_BLOCK_MAX)
		return BUDDY_NONE;
	while ((size_t)BUDDY_UNIT << wanted < n)
		wanted++;
	unsigned order = wanted;
	while (order < BUDDY_ORDER_MAX && buddy->free_head[order] == BUDDY_NONE)
		order++;
	uint32_t block = buddy->free_head[order];
	if (block != BUDDY_NONE) {
		list_remove(buddy, block, order);
	} else if (buddy->fresh < buddy->units) {
		block = buddy->fresh;
		buddy->fresh += UNITS_MAX;
	} else {
		return BUDDY_NONE;
	}
	while (order > wanted) {
		order--;
		list_put(buddy, block + (UINT32_C(1) << order), order);
	}
	buddy->orders[block] = (uint8_t)wanted;
	buddy->used += (size_t)BUDDY_UNIT << wanted;
	if (buddy->used > buddy->peak)
		buddy->peak = buddy->used;
	UNPOISON(buddy_at(buddy, block), (size_t)BUDDY_UNIT << wanted);
	return block;
}

void
buddy_give(struct buddy *buddy, uint32_t block)
{
	ENSURE(block < buddy->fresh && buddy->orders[block] <= BUDDY_ORDER_MAX);
	unsigned order = buddy->orders[block];
	buddy->used -= (size_t)BUDDY_UNIT << order;
	while (order < BUDDY_ORDER_MAX) {
		uint32_t other = block ^ (UINT32_C(1) << order);
		if (buddy->orders[other] != (order | IS_FREE))
			break;
		list_remove(buddy, other, order);
		/* a number inside a block must not look like the start of one */
		buddy->orders[block > other ? block : other] = IS_FREE | 0x7f;
		block &= ~(UINT32_C(1) << order);
		order++;
	}
	list_put(buddy, block, order);
}

size_t
buddy_size(const struct buddy *buddy, uint32_t block)
{
	ENSURE(block < buddy->fresh && buddy->orders[block] <= BUDDY_ORDER_MAX);
	return (size_t)BUDDY_UNIT << buddy->orders[block];
}

void
buddy_check(const struct buddy *buddy)
{
	size_t used = 0, free_units = 0, listed = 0;
	for (uint32_t at = 0; at < buddy->fresh;) {
		unsigned order = buddy->orders[at] & ~(unsigned)IS_FREE;
		ENSURE(order <= BUDDY_ORDER_MAX && at % (1U << order) == 0);
		if ((buddy->orders[at] & IS_FREE) != 0)
			free_units += 1U << order;
		else
			used += (size_t)BUDDY_UNIT << order;
		at += UINT32_C(1) << order;
	}
	for (unsigned order = 0; order <= BUDDY_ORDER_MAX; order++)
		for (uint32_t at = buddy->free_head[order]; at != BUDDY_NONE; at = link_of(buddy, at)->next) {
			ENSURE(buddy->orders[at] == (order | IS_FREE));
			listed += 1U << order;
			ENSURE(listed <= free_units);
		}
	ENSURE(listed == free_units && used == buddy->used);
}
