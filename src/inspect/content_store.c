/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/content_store.h"

#include "inspect/content_state.h"
#include "inspect/file_saver.h"

#include <stdlib.h>

enum {
	SMALL_ROOM = 4096, /* most files are smaller, or begin with what rules look for */
	LARGE_ROOM = 65536,
	TRANSACTIONS_KEPT =
	    8, /* a closed file is told in alerts of its transaction: so many transactions later, it is forgotten */
};

struct content_store *
content_store_new(size_t budget_bytes, uint64_t hash_key)
{
	struct content_store *s = calloc(1, sizeof(*s));
	size_t part = budget_bytes / 100;
	if (s == NULL)
		return NULL;
	s->hash_key = hash_key;
	if (pool_init(&s->contents, sizeof(struct content), (uint32_t)(part * 10 / sizeof(struct content) + 1)) < 0 ||
	    pool_init(&s->small, SMALL_ROOM, (uint32_t)(part * 30 / SMALL_ROOM + 1)) < 0 ||
	    pool_init(&s->large, LARGE_ROOM, (uint32_t)(part * 50 / LARGE_ROOM + 1)) < 0 ||
	    (s->ranges = content_range_new(part * 10, hash_key)) == NULL) {
		content_store_free(s);
		return NULL;
	}
	content_store_clear(s);
	return s;
}

void
content_store_free(struct content_store *s)
{
	if (s == NULL)
		return;
	pool_done(&s->contents);
	pool_done(&s->small);
	pool_done(&s->large);
	content_range_free(s->ranges);
	free(s);
}

void
content_store_clear(struct content_store *s)
{
	pool_clear(&s->contents);
	pool_clear(&s->small);
	pool_clear(&s->large);
	content_range_clear(s->ranges);
	s->closed_first = s->closed_last = POOL_NONE;
	s->counters = (struct content_counters){0};
	memset(s->wanted, 0, sizeof(s->wanted));
	for (size_t i = 0; i < CONTENT_BUCKETS; i++)
		s->buckets[i] = POOL_NONE;
}

void
content_store_tell_kinds(struct content_store *s, const struct file_kind *kinds)
{
	s->kinds = kinds;
}

const struct content_counters *
content_store_count(const struct content_store *s)
{
	return &s->counters;
}

void
content_store_give_room(struct content_store *s, struct content *c)
{
	if (c->room_kind != CONTENT_NO_ROOM)
		pool_give(c->room_kind == CONTENT_SMALL_ROOM ? &s->small : &s->large, c->room_slot);
	c->room_kind = CONTENT_NO_ROOM;
	c->glass.room = NULL;
	c->glass.room_size = c->glass.held = c->glass.shown = 0;
}

static void
unlink_closed(struct content_store *s, const struct content *c)
{
	uint32_t *before = c->closed_before == POOL_NONE ? &s->closed_first
	                                                 : &content_state_at(s, c->closed_before)->closed_next;
	uint32_t *after = c->closed_next == POOL_NONE ? &s->closed_last
	                                              : &content_state_at(s, c->closed_next)->closed_before;
	*before = c->closed_next;
	*after = c->closed_before;
}

/* link: what leads to it in its bucket. */
static void
forget(struct content_store *s, uint32_t *link)
{
	uint32_t slot = *link;
	struct content *c = content_state_at(s, slot);
	*link = c->next;
	if (!c->is_over && c->spilled)
		s->saver->drop(s->saver->context, c->save_number);
	content_store_give_room(s, c);
	if (c->is_closed)
		unlink_closed(s, c);
	pool_give(&s->contents, slot);
}

static uint32_t *
link_to(struct content_store *s, uint32_t slot)
{
	uint32_t *link = content_state_bucket(s, content_state_at(s, slot)->flow_id);
	while (*link != slot)
		link = &content_state_at(s, *link)->next;
	return link;
}

/* So that there is place for another. */
static void
forget_oldest_closed(struct content_store *s)
{
	if (s->closed_first != POOL_NONE)
		forget(s, link_to(s, s->closed_first));
}

/* Of a flow that goes on, only the files of the last transactions are told. */
static void
forget_old_transactions(struct content_store *s, uint64_t flow_id, uint64_t tx_id)
{
	for (uint32_t *link = content_state_bucket(s, flow_id); *link != POOL_NONE;) {
		struct content *c = content_state_at(s, *link);
		if (c->is_closed && c->flow_id == flow_id && c->tx_id < tx_id && tx_id - c->tx_id > TRANSACTIONS_KEPT)
			forget(s, link);
		else
			link = &c->next;
	}
}

void
content_store_flow_end(struct content_store *s, uint64_t flow_id)
{
	for (uint32_t *link = content_state_bucket(s, flow_id); *link != POOL_NONE;) {
		struct content *c = content_state_at(s, *link);
		if (c->flow_id == flow_id)
			forget(s, link);
		else
			link = &c->next;
	}
}

void
content_store_set_apart(struct content_store *s, uint32_t content, uint64_t flow_id)
{
	struct content *c = content_state_at(s, content - 1);
	*link_to(s, content - 1) = c->next;
	c->flow_id = flow_id;
	uint32_t *bucket = content_state_bucket(s, flow_id);
	c->next = *bucket;
	*bucket = content - 1;
}

void
content_store_told_in(struct content_store *s, uint32_t content, uint64_t tx_id)
{
	content_state_at(s, content - 1)->tx_id = tx_id;
}

void
content_store_abandon(struct content_store *s, uint32_t content)
{
	forget(s, link_to(s, content - 1));
}

struct content *
content_store_take(struct content_store *s, uint64_t flow_id, uint64_t tx_id)
{
	forget_old_transactions(s, flow_id, tx_id);
	uint32_t slot = pool_take(&s->contents);
	if (slot == POOL_NONE) {
		forget_oldest_closed(s);
		slot = pool_take(&s->contents);
	}
	if (slot == POOL_NONE) {
		s->counters.refused++;
		return NULL;
	}
	struct content *c = content_state_at(s, slot);
	memset(c, 0, offsetof(struct content, kind));
	c->flow_id = flow_id;
	c->tx_id = tx_id;
	c->file.content = slot + 1;
	uint32_t *bucket = content_state_bucket(s, flow_id);
	c->next = *bucket;
	*bucket = slot;
	return c;
}

void
content_store_take_room(struct content_store *s, struct content *c)
{
	uint32_t slot = pool_take(&s->small);
	if (slot == POOL_NONE) {
		s->counters.without_room++;
		return;
	}
	c->room_kind = CONTENT_SMALL_ROOM;
	c->room_slot = slot;
	content_window_move(&c->glass, pool_at(&s->small, slot), SMALL_ROOM);
}

/* More than fits is coming: the content moves, where there is place. */
void
content_store_take_larger_room(struct content_store *s, struct content *c)
{
	uint32_t slot = pool_take(&s->large);
	if (slot == POOL_NONE)
		return;
	content_window_move(&c->glass, pool_at(&s->large, slot), LARGE_ROOM);
	pool_give(&s->small, c->room_slot);
	c->room_kind = CONTENT_LARGE_ROOM;
	c->room_slot = slot;
}

void
content_store_close(struct content_store *s, struct content *c)
{
	uint32_t slot = c->file.content - 1;
	c->is_closed = true;
	c->closed_next = POOL_NONE;
	c->closed_before = s->closed_last;
	*(s->closed_last == POOL_NONE ? &s->closed_first : &content_state_at(s, s->closed_last)->closed_next) = slot;
	s->closed_last = slot;
}

struct eve_file
content_store_told(const struct content *c)
{
	return (struct eve_file){.file = &c->file,
	    .name = {c->name, c->name_len},
	    .magic = {(const uint8_t *)c->kind, c->kind_len},
	    .tx_id = c->tx_id,
	    .stored = c->stored,
	    .storing = c->keep,
	    .sid_count = c->sid_count,
	    .sids = c->sids,
	    .has_range = c->has_range,
	    .start = c->start,
	    .end = c->end};
}

void
content_store_write_files(const struct content_store *s, struct json *j, uint64_t flow_id, uint64_t tx_id, bool from_server)
{
	bool opened = false;
	uint32_t found[16]; /* newest first, as a bucket has them */
	size_t count = 0;
	if (s == NULL)
		return;
	for (uint32_t at = s->buckets[hash_u64(flow_id, s->hash_key) % CONTENT_BUCKETS];
	     at != POOL_NONE && count < LENGTH_OF(found); at = content_state_at(s, at)->next) {
		const struct content *c = content_state_at(s, at);
		if (c->is_file && c->flow_id == flow_id && c->tx_id == tx_id && c->from_server == from_server)
			found[count++] = at;
	}
	while (count > 0) {
		if (!opened)
			json_open_array(j, JSON_KEY("files"));
		opened = true;
		json_open_object(j, (struct bytes){0});
		struct eve_file file = content_store_told(content_state_at(s, found[--count]));
		eve_file_write(j, &file);
		json_close_object(j);
	}
	if (opened)
		json_close_array(j);
}
