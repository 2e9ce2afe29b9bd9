/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/content.h"

#include "core/hash.h"
#include "core/pool.h"
#include "inspect/content_store.h"
#include "inspect/eve_file.h"
#include "inspect/l7_settings.h"
#include "inspect/l7_turn.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"
#include "proto/digest_stream.h"

#include <stdlib.h>

enum {
	NAME_ROOM = 1024,
	SMALL_ROOM = 4096, /* most files are smaller, or begin with what rules look for */
	LARGE_ROOM = 65536,
	BUCKETS = 4096,
	TRANSACTIONS_KEPT =
	    8, /* a closed file is told in alerts of its transaction: so many transactions later, it is forgotten */
};

enum room { ROOM_NONE, ROOM_SMALL_ONE, ROOM_LARGE_ONE };

struct content {
	uint64_t flow_id, tx_id;
	uint32_t next;                       /* of the same bucket; of the free list of the pool otherwise */
	uint32_t closed_next, closed_before; /* in the order of their closing; POOL_NONE at the ends */
	uint32_t room_slot;
	uint8_t room_kind; /* enum room */
	uint8_t app;       /* enum app_proto */
	uint16_t view;
	uint16_t name_len;
	bool is_file, from_server, has_data, was_shown, has_range;
	bool is_over;   /* its event was said; who opened it may still hold it */
	bool is_closed; /* nobody holds it: kept for the alerts of its transaction, in the list of closed ones */
	uint64_t start, end;
	struct content_window window;
	struct content_glass glass;
	struct view_file file;
	struct digest_stream digest;
	uint8_t name[NAME_ROOM];
};

struct content_store {
	struct pool contents, small, large;
	uint64_t hash_key;
	uint32_t closed_first, closed_last;
	struct content_counters counters;
	uint32_t buckets[BUCKETS];
};

/* ---- Memory ---- */

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
	    pool_init(&s->large, LARGE_ROOM, (uint32_t)(part * 60 / LARGE_ROOM + 1)) < 0) {
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
	free(s);
}

void
content_store_clear(struct content_store *s)
{
	pool_clear(&s->contents);
	pool_clear(&s->small);
	pool_clear(&s->large);
	s->closed_first = s->closed_last = POOL_NONE;
	s->counters = (struct content_counters){0};
	for (size_t i = 0; i < BUCKETS; i++)
		s->buckets[i] = POOL_NONE;
}

const struct content_counters *
content_store_count(const struct content_store *s)
{
	return &s->counters;
}

static struct content *
content_of(const struct content_store *s, uint32_t slot)
{
	return pool_at(&s->contents, slot);
}

static uint32_t *
bucket_of(struct content_store *s, uint64_t flow_id)
{
	return &s->buckets[hash_u64(flow_id, s->hash_key) % BUCKETS];
}

static void
give_room(struct content_store *s, struct content *c)
{
	if (c->room_kind != ROOM_NONE)
		pool_give(c->room_kind == ROOM_SMALL_ONE ? &s->small : &s->large, c->room_slot);
	c->room_kind = ROOM_NONE;
	c->glass.room = NULL;
	c->glass.room_size = c->glass.held = c->glass.shown = 0;
}

static void
unlink_closed(struct content_store *s, const struct content *c)
{
	uint32_t *before = c->closed_before == POOL_NONE ? &s->closed_first : &content_of(s, c->closed_before)->closed_next;
	uint32_t *after = c->closed_next == POOL_NONE ? &s->closed_last : &content_of(s, c->closed_next)->closed_before;
	*before = c->closed_next;
	*after = c->closed_before;
}

/* link: what leads to it in its bucket. */
static void
forget(struct content_store *s, uint32_t *link)
{
	uint32_t slot = *link;
	struct content *c = content_of(s, slot);
	*link = c->next;
	give_room(s, c);
	if (c->is_closed)
		unlink_closed(s, c);
	pool_give(&s->contents, slot);
}

static void
forget_oldest_closed(struct content_store *s)
{
	uint32_t oldest = s->closed_first;
	if (oldest == POOL_NONE)
		return;
	uint32_t *link = bucket_of(s, content_of(s, oldest)->flow_id);
	while (*link != oldest)
		link = &content_of(s, *link)->next;
	forget(s, link);
}

/* Of a flow that goes on, only the files of the last transactions are told. */
static void
forget_old_transactions(struct content_store *s, uint64_t flow_id, uint64_t tx_id)
{
	for (uint32_t *link = bucket_of(s, flow_id); *link != POOL_NONE;) {
		struct content *c = content_of(s, *link);
		if (c->is_closed && c->flow_id == flow_id && c->tx_id < tx_id && tx_id - c->tx_id > TRANSACTIONS_KEPT)
			forget(s, link);
		else
			link = &c->next;
	}
}

void
content_store_flow_end(struct content_store *s, uint64_t flow_id)
{
	for (uint32_t *link = bucket_of(s, flow_id); *link != POOL_NONE;) {
		struct content *c = content_of(s, *link);
		if (c->flow_id == flow_id)
			forget(s, link);
		else
			link = &c->next;
	}
}

/* ---- What rules see, and events say ---- */

/* One showing of a content; `in` says when and from whom. */
struct showing {
	struct sink *sink;
	struct content *content;
	const struct l7_input *in;
	const struct l7_tx *tx;
};

static void
show_window(void *context, struct bytes window, uint64_t offset, bool more)
{
	const struct showing *s = context;
	struct content *c = s->content;
	struct view_set *v = sink_views(s->sink, s->in, s->tx);
	if (v == NULL)
		return;
	if (c->is_file) {
		if (!c->was_shown && c->name_len > 0)
			view_set_put(v, VIEW_FILE_NAME, (struct bytes){c->name, c->name_len});
		view_set_put(v, VIEW_FILE, (struct bytes){(const uint8_t *)&c->file, sizeof(c->file)});
		if (window.len > 0)
			view_set_put_window(v, VIEW_FILE_DATA, window, offset, more);
	}
	if (c->view != VIEW_PAYLOAD && window.len > 0)
		view_set_put_window(v, (enum view)c->view, window, offset, more);
	c->was_shown = true;
	sink_show(s->sink, false);
}

static struct eve_file
told(const struct content *c)
{
	return (struct eve_file){.file = &c->file,
	    .name = {c->name, c->name_len},
	    .tx_id = c->tx_id,
	    .has_range = c->has_range,
	    .start = c->start,
	    .end = c->end};
}

static void
write_event(struct sink *sink, const struct content *c, const struct l7_flow *flow, const struct l7_tx *tx)
{
	if (sink_settings(sink)->files.silent)
		return;
	struct l7_flow turned = c->from_server ? l7_turn(flow) : *flow;
	struct json *j = sink_open(sink, BYTES("fileinfo"), &turned);
	if (j == NULL)
		return;
	if (tx->describe != NULL)
		tx->describe(tx->context, j);
	json_cstr(j, JSON_KEY("app_proto"), observation_app_name((enum app_proto)c->app));
	json_open_object(j, JSON_KEY("fileinfo"));
	struct eve_file file = told(c);
	eve_file_write(j, &file);
	json_close_object(j);
	sink_close(sink);
}

void
content_store_write_files(const struct content_store *s, struct json *j, uint64_t flow_id, uint64_t tx_id, bool from_server)
{
	bool opened = false;
	uint32_t found[16]; /* newest first, as a bucket has them */
	size_t count = 0;
	if (s == NULL)
		return;
	for (uint32_t at = s->buckets[hash_u64(flow_id, s->hash_key) % BUCKETS]; at != POOL_NONE && count < LENGTH_OF(found);
	     at = content_of(s, at)->next) {
		const struct content *c = content_of(s, at);
		if (c->is_file && c->flow_id == flow_id && c->tx_id == tx_id && c->from_server == from_server)
			found[count++] = at;
	}
	while (count > 0) {
		if (!opened)
			json_open_array(j, JSON_KEY("files"));
		opened = true;
		json_open_object(j, (struct bytes){0});
		struct eve_file file = told(content_of(s, found[--count]));
		eve_file_write(j, &file);
		json_close_object(j);
	}
	if (opened)
		json_close_array(j);
}

/* ---- What protocols call ---- */

bool
content_is_wanted(const struct sink *sink, enum app_proto app)
{
	(void)app;
	return sink_contents(sink) != NULL;
}

static struct content *
content_at(struct sink *sink, uint32_t handle)
{
	struct content_store *s = sink_contents(sink);
	return handle == 0 || s == NULL ? NULL : content_of(s, handle - 1);
}

static void
take_room(struct content_store *s, struct content *c)
{
	uint32_t slot = pool_take(&s->small);
	if (slot == POOL_NONE) {
		s->counters.without_room++;
		return;
	}
	c->room_kind = ROOM_SMALL_ONE;
	c->room_slot = slot;
	content_window_move(&c->glass, pool_at(&s->small, slot), SMALL_ROOM);
}

/* More than fits is coming: the content moves, where there is place. */
static void
take_larger_room(struct content_store *s, struct content *c)
{
	uint32_t slot = pool_take(&s->large);
	if (slot == POOL_NONE)
		return;
	content_window_move(&c->glass, pool_at(&s->large, slot), LARGE_ROOM);
	pool_give(&s->small, c->room_slot);
	c->room_kind = ROOM_LARGE_ONE;
	c->room_slot = slot;
}

static uint8_t
hashes_wanted(const struct sink *sink)
{
	const struct viewer *viewer = sink_viewer(sink);
	return (uint8_t)(sink_settings(sink)->files.force_hash | (viewer == NULL ? 0 : viewer->file_hashes));
}

uint32_t
content_open(struct sink *sink, const struct l7_input *in, const struct l7_tx *tx, const struct content_spec *spec)
{
	struct content_store *s = sink_contents(sink);
	if (s == NULL)
		return 0;
	forget_old_transactions(s, in->flow->flow_id, tx->id);
	uint32_t slot = pool_take(&s->contents);
	if (slot == POOL_NONE) {
		forget_oldest_closed(s);
		slot = pool_take(&s->contents);
	}
	if (slot == POOL_NONE) {
		s->counters.refused++;
		return 0;
	}
	s->counters.contents++;
	s->counters.files += spec->is_file;
	struct content *c = content_of(s, slot);
	memset(c, 0, offsetof(struct content, name));
	struct bytes name = bytes_first(spec->name, NAME_ROOM);
	if (name.len > 0)
		memcpy(c->name, name.at, name.len);
	c->name_len = (uint16_t)name.len;
	c->flow_id = in->flow->flow_id;
	c->tx_id = tx->id;
	c->app = (uint8_t)spec->app;
	c->view = (uint16_t)spec->view;
	c->is_file = spec->is_file;
	c->from_server = in->side == L7_SERVER;
	c->has_range = spec->has_range;
	c->start = spec->start;
	c->end = spec->end;
	c->window = spec->window.minimal_bytes > 0 ? spec->window : sink_settings(sink)->file;
	c->file.content = slot + 1;
	if (c->is_file)
		digest_stream_begin(&c->digest, hashes_wanted(sink));
	uint32_t *bucket = bucket_of(s, c->flow_id);
	c->next = *bucket;
	*bucket = slot;
	return slot + 1;
}

static void
end_file(struct content *c, enum content_end end)
{
	c->file.state = end == CONTENT_COMPLETE ? VIEW_FILE_CLOSED : VIEW_FILE_TRUNCATED;
	if (c->digest.kinds == 0)
		return;
	digest_stream_end(&c->digest, c->file.md5, c->file.sha1, c->file.sha256);
	/* Of a part of a file, only what names the part: nobody has the list of those. */
	c->file.hashes = end == CONTENT_COMPLETE ? c->digest.kinds : c->digest.kinds & VIEW_FILE_SHA256;
	if (c->file.has_gaps)
		c->file.hashes = 0;
}

/* The content is over: its last window, its event, and it waits to be forgotten. */
static void
finish(struct sink *sink, struct content *c, const struct l7_input *in, const struct l7_tx *tx, enum content_end end)
{
	struct showing showing = {sink, c, in, tx};
	struct content_looker looker = {show_window, &showing};
	if (c->is_file)
		end_file(c, end);
	if (!content_window_end(&c->glass, &looker) && c->is_file)
		show_window(&showing, (struct bytes){0}, c->glass.offset, false);
	if (c->is_file)
		write_event(sink, c, in->flow, tx);
	give_room(sink_contents(sink), c);
	c->is_over = true;
}

static void
put_with_closed(struct content_store *s, struct content *c)
{
	uint32_t slot = c->file.content - 1;
	c->is_closed = true;
	c->closed_next = POOL_NONE;
	c->closed_before = s->closed_last;
	*(s->closed_last == POOL_NONE ? &s->closed_first : &content_of(s, s->closed_last)->closed_next) = slot;
	s->closed_last = slot;
}

/* How much of these bytes belongs to a file that ends where it is looked into no more. */
static size_t
before_limit(const struct content *c, size_t len)
{
	if (!c->window.limit_ends_file || c->window.limit_bytes == 0)
		return len;
	uint64_t left = c->window.limit_bytes > c->file.size ? c->window.limit_bytes - c->file.size : 0;
	return len < left ? len : (size_t)left;
}

void
content_data(struct sink *sink, uint32_t handle, const struct l7_input *in, const struct l7_tx *tx, struct bytes data)
{
	struct content *c = content_at(sink, handle);
	if (c == NULL || c->is_over || data.len == 0)
		return;
	struct content_store *s = sink_contents(sink);
	struct showing showing = {sink, c, in, tx};
	struct content_looker looker = {show_window, &showing};
	if (!c->has_data) {
		c->has_data = true;
		c->from_server = in->side == L7_SERVER;
		take_room(s, c);
	}
	size_t len = before_limit(c, data.len);
	bool is_over = len < data.len;
	data = bytes_first(data, len);
	c->file.size += len;
	if (c->is_file)
		digest_stream_add(&c->digest, data);
	if (c->room_kind == ROOM_SMALL_ONE && content_window_is_cramped(&c->glass, &c->window, data.len))
		take_larger_room(s, c);
	content_window_add(&c->glass, &c->window, data, &looker);
	if (is_over)
		finish(sink, c, in, tx, CONTENT_TRUNCATED);
}

void
content_gap(struct sink *sink, uint32_t handle, uint64_t lost)
{
	struct content *c = content_at(sink, handle);
	if (c == NULL || c->is_over || lost == 0)
		return;
	c->file.has_gaps = true;
	c->file.size = lost > UINT64_MAX - c->file.size ? UINT64_MAX : c->file.size + lost;
	content_window_gap(&c->glass, lost);
}

void
content_close(struct sink *sink, uint32_t handle, const struct l7_input *in, const struct l7_flow *flow,
    const struct l7_tx *tx, enum content_end end)
{
	struct content *c = content_at(sink, handle);
	if (c == NULL || c->is_closed)
		return;
	struct l7_input last = {.side = c->from_server ? L7_SERVER : L7_CLIENT, .end = true, .flow = flow};
	if (in != NULL)
		last.flow = in->flow;
	if (!c->is_over)
		finish(sink, c, &last, tx, end);
	put_with_closed(sink_contents(sink), c);
}
