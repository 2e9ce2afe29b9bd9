/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/content_range.h"

#include "inspect/content_state.h"
#include "inspect/sink.h"

#include <stdlib.h>

enum {
	FILES_MAX = 64,
	BLOCK_SIZE = 4096,
	BLOCKS_OF_FILE = 1024, /* 4 MB of what comes too early */
};

/* Bytes that wait for those before them. */
struct block {
	uint64_t offset;
	uint32_t next, len;
	uint32_t owner; /* the range that fills it; 0: none does any more */
	uint16_t file;
	uint8_t bytes[BLOCK_SIZE - 24];
};

struct joined_file {
	uint64_t key, size, done; /* done: bytes from the start that are joined */
	uint64_t used_at;
	uint32_t content; /* handle; 0: there is no such file */
	uint32_t first;   /* block, in the order of their places */
	uint16_t block_count;
};

struct content_ranges {
	struct pool blocks;
	uint64_t hash_key, clock, begun;
	struct joined_file files[FILES_MAX];
};

struct content_ranges *
content_range_new(size_t budget_bytes, uint64_t hash_key)
{
	struct content_ranges *r = calloc(1, sizeof(*r));
	_Static_assert(sizeof(struct block) <= BLOCK_SIZE, "a block fits in its slot");
	if (r == NULL)
		return NULL;
	r->hash_key = hash_key;
	if (pool_init(&r->blocks, BLOCK_SIZE, (uint32_t)(budget_bytes / BLOCK_SIZE + 1)) == 0)
		return r;
	free(r);
	return NULL;
}

void
content_range_free(struct content_ranges *r)
{
	if (r == NULL)
		return;
	pool_done(&r->blocks);
	free(r);
}

void
content_range_clear(struct content_ranges *r)
{
	pool_clear(&r->blocks);
	memset(r->files, 0, sizeof(r->files));
}

static struct block *
block_at(const struct content_ranges *r, uint32_t slot)
{
	return pool_at(&r->blocks, slot);
}

static void
drop_first(struct content_ranges *r, struct joined_file *f)
{
	struct block *b = block_at(r, f->first);
	uint32_t slot = f->first;
	f->first = b->next;
	f->block_count--;
	b->owner = 0;
	pool_give(&r->blocks, slot);
}

static void
drop_blocks(struct content_ranges *r, struct joined_file *f)
{
	while (f->first != POOL_NONE)
		drop_first(r, f);
}

/* That of this key; otherwise the one that was used least lately, emptied. */
static struct joined_file *
file_of(struct sink *sink, struct content_ranges *r, uint64_t key, uint64_t size)
{
	struct joined_file *oldest = &r->files[0];
	for (size_t i = 0; i < FILES_MAX; i++) {
		struct joined_file *f = &r->files[i];
		if (f->content != 0 && f->key == key && f->size == size)
			return f;
		if (oldest->content != 0 && (f->content == 0 || f->used_at < oldest->used_at))
			oldest = f;
	}
	if (oldest->content != 0) {
		drop_blocks(r, oldest);
		content_store_abandon(sink_contents(sink), oldest->content);
	}
	*oldest = (struct joined_file){.key = key, .size = size, .first = POOL_NONE};
	return oldest;
}

/* Whoever asks for a file by this name of this server, whatever the connection. */
static uint64_t
key_of(const struct content_ranges *r, const struct l7_flow *flow, const struct content_spec *spec)
{
	uint64_t key = hash_bytes(spec->name, r->hash_key);
	return hash_u64(hash_16(flow->server.at, key) ^ flow->server_port, r->hash_key);
}

void
content_range_open(struct sink *sink, const struct l7_input *in, const struct l7_tx *tx, const struct content_spec *spec,
    struct content *range)
{
	struct content_ranges *r = sink_contents(sink)->ranges;
	range->joined = 0;
	if (r == NULL || spec->size == 0 || spec->start > spec->end || spec->end >= spec->size)
		return;
	if (spec->start == 0 && spec->end == spec->size - 1)
		return; /* it is all there */
	struct joined_file *f = file_of(sink, r, key_of(r, in->flow, spec), spec->size);
	f->used_at = ++r->clock;
	if (f->content == 0) {
		struct content_spec whole = {
		    .app = spec->app, .is_file = true, .name = spec->name, .view = VIEW_PAYLOAD, .window = range->window};
		whole.window.limit_ends_file = false; /* the limit is one of bodies */
		f->content = content_open(sink, in, tx, &whole);
		if (f->content == 0)
			return;
		content_state_at(sink_contents(sink), f->content - 1)->facts_only = true;
		/* It belongs to no flow: it lasts beyond the one that brings its first range. */
		content_store_set_apart(sink_contents(sink), f->content, UINT64_C(1) << 63 | ++r->begun);
	}
	range->joined = (uint16_t)(f - r->files + 1);
	range->joined_content = f->content;
	range->block = POOL_NONE;
}

static void
finish(struct sink *sink, struct content_ranges *r, struct joined_file *f, const struct l7_input *in, const struct l7_tx *tx)
{
	uint32_t content = f->content;
	drop_blocks(r, f);
	*f = (struct joined_file){.first = POOL_NONE};
	content_store_told_in(sink_contents(sink), content, tx->id);
	content_close(sink, content, in, in->flow, tx, CONTENT_COMPLETE);
}

/* Of bytes at this place, those that follow what is joined. */
static void
join(struct sink *sink, struct joined_file *f, const struct l7_input *in, const struct l7_tx *tx, uint64_t offset,
    struct bytes data)
{
	if (f->done - offset >= data.len)
		return; /* known */
	data = bytes_first(bytes_after(data, (size_t)(f->done - offset)), f->size - f->done);
	content_data(sink, f->content, in, tx, data);
	f->done += data.len;
}

/* Where a block for this place belongs in the list. hint: one before it, or POOL_NONE. */
static uint32_t *
link_for(struct content_ranges *r, struct joined_file *f, uint32_t hint, uint64_t offset)
{
	uint32_t *link = hint == POOL_NONE ? &f->first : &block_at(r, hint)->next;
	while (*link != POOL_NONE && block_at(r, *link)->offset <= offset)
		link = &block_at(r, *link)->next;
	return link;
}

/* Bytes that come too early. Without room for them they are missing, as if they had been lost. */
static void
wait(struct content_ranges *r, struct joined_file *f, struct content *range, uint64_t offset, struct bytes data)
{
	while (data.len > 0) {
		struct block *b = range->block == POOL_NONE ? NULL : block_at(r, range->block);
		bool mine = b != NULL && b->owner == range->file.content && b->file == range->joined;
		if (!mine)
			range->block = POOL_NONE;
		if (!mine || b->offset + b->len != offset || b->len == sizeof(b->bytes)) {
			uint32_t slot = f->block_count < BLOCKS_OF_FILE ? pool_take(&r->blocks) : POOL_NONE;
			if (slot == POOL_NONE)
				return;
			uint32_t *link = link_for(r, f, range->block, offset);
			b = block_at(r, slot);
			b->offset = offset;
			b->len = 0;
			b->owner = range->file.content;
			b->file = range->joined;
			b->next = *link;
			*link = range->block = slot;
			f->block_count++;
		}
		struct bytes part = bytes_first(data, sizeof(b->bytes) - b->len);
		memcpy(b->bytes + b->len, part.at, part.len);
		b->len += (uint32_t)part.len;
		offset += part.len;
		data = bytes_after(data, part.len);
	}
}

void
content_range_data(
    struct sink *sink, const struct l7_input *in, const struct l7_tx *tx, struct content *range, struct bytes data)
{
	struct content_ranges *r = sink_contents(sink)->ranges;
	struct joined_file *f = range->joined == 0 ? NULL : &r->files[range->joined - 1];
	uint64_t said = range->end - range->start + 1, seen = range->file.size;
	if (f == NULL || f->content == 0 || f->content != range->joined_content || seen >= said)
		return;
	data = bytes_first(data, said - seen);
	f->used_at = ++r->clock;
	uint64_t offset = range->start + seen;
	if (offset > f->done)
		wait(r, f, range, offset, data);
	else
		join(sink, f, in, tx, offset, data);
	while (f->first != POOL_NONE && block_at(r, f->first)->offset <= f->done) {
		const struct block *b = block_at(r, f->first);
		join(sink, f, in, tx, b->offset, (struct bytes){b->bytes, b->len});
		drop_first(r, f);
	}
	if (f->done == f->size)
		finish(sink, r, f, in, tx);
}
