/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/content.h"

#include "inspect/content_save.h"
#include "inspect/content_state.h"
#include "inspect/l7_settings.h"
#include "inspect/l7_turn.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"

/* ---- What rules see, and events say ---- */

/* One showing of a content; `in` says when and from whom. */
struct showing {
	struct sink *sink;
	struct content *content;
	const struct l7_input *in;
	const struct l7_tx *tx;
};

/* Once the beginning is there that tells it, or all there is. */
static void
find_kind(const struct content_store *s, struct content *c, struct bytes window, uint64_t offset)
{
	if (!c->is_file || s->kinds == NULL || c->kind_len > 0 || offset > 0 ||
	    (window.len < FILE_KIND_ENOUGH && c->file.state == VIEW_FILE_OPEN))
		return;
	c->kind_len = (uint16_t)file_kind_find(s->kinds, window, c->kind);
}

static void
show_window(void *context, struct bytes window, uint64_t offset, bool more)
{
	const struct showing *s = context;
	struct content *c = s->content;
	find_kind(sink_contents(s->sink), c, window, offset);
	if (c->facts_only && c->file.state == VIEW_FILE_OPEN)
		return;
	struct view_set *v = sink_views(s->sink, s->in, s->tx);
	if (v == NULL)
		return;
	if (c->is_file) {
		if (!c->was_shown && c->name_len > 0)
			view_set_put(v, VIEW_FILE_NAME, (struct bytes){c->name, c->name_len});
		if (!c->kind_shown && c->kind_len > 0)
			view_set_put(v, VIEW_FILE_MAGIC, (struct bytes){(const uint8_t *)c->kind, c->kind_len});
		c->kind_shown = c->kind_len > 0;
		view_set_put(v, VIEW_FILE, (struct bytes){(const uint8_t *)&c->file, sizeof(c->file)});
		if (window.len > 0 && !c->facts_only)
			view_set_put_window(v, VIEW_FILE_DATA, window, offset, more);
	}
	if (c->view != VIEW_PAYLOAD && window.len > 0)
		view_set_put_window(v, (enum view)c->view, window, offset, more);
	c->was_shown = true;
	sink_show(s->sink, false);
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
	struct eve_file file = content_store_told(c);
	eve_file_write(j, &file);
	json_close_object(j);
	sink_close(sink);
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
	return handle == 0 || s == NULL ? NULL : content_state_at(s, handle - 1);
}

static uint8_t
hashes_wanted(const struct sink *sink)
{
	const struct viewer *viewer = sink_viewer(sink);
	uint8_t kept_by = sink_contents(sink)->saver == NULL ? 0 : VIEW_FILE_SHA256;
	return (uint8_t)(sink_settings(sink)->files.force_hash | (viewer == NULL ? 0 : viewer->file_hashes) | kept_by);
}

uint32_t
content_open(struct sink *sink, const struct l7_input *in, const struct l7_tx *tx, const struct content_spec *spec)
{
	struct content_store *s = sink_contents(sink);
	if (s == NULL)
		return 0;
	struct content *c = content_store_take(s, in->flow->flow_id, tx->id);
	if (c == NULL)
		return 0;
	s->counters.contents++;
	s->counters.files += spec->is_file;
	struct bytes name = bytes_first(spec->name, CONTENT_NAME_ROOM);
	if (name.len > 0)
		memcpy(c->name, name.at, name.len);
	c->name_len = (uint16_t)name.len;
	c->app = (uint8_t)spec->app;
	c->view = (uint16_t)spec->view;
	c->is_file = spec->is_file;
	c->from_server = in->side == L7_SERVER;
	c->has_range = spec->has_range;
	c->start = spec->start;
	c->end = spec->end;
	c->window = spec->window.minimal_bytes > 0 ? spec->window : sink_settings(sink)->file;
	if (c->is_file)
		digest_stream_begin(&c->digest, hashes_wanted(sink));
	content_save_if_wanted(s, c, sink_settings(sink)->files.store_all);
	uint32_t handle = c->file.content;
	if (c->is_file && c->has_range)
		content_range_open(sink, in, tx, spec, c);
	return handle;
}

static void
end_file(struct content *c, enum content_end end)
{
	bool whole = end == CONTENT_COMPLETE && !c->file.has_gaps;
	c->file.state = whole ? VIEW_FILE_CLOSED : VIEW_FILE_TRUNCATED;
	digest_stream_end(&c->digest, c->file.md5, c->file.sha1, c->file.sha256);
	/* What was seen of a file that was cut short has a name, under which it may be kept; lists are of whole files. */
	c->file.hashes = whole ? c->digest.kinds : c->digest.kinds & VIEW_FILE_SHA256;
}

/* The content is over: its last window, its event, and it waits to be forgotten. */
static void
finish(struct sink *sink, struct content *c, const struct l7_input *in, const struct l7_tx *tx, enum content_end end)
{
	struct content_store *s = sink_contents(sink);
	struct showing showing = {sink, c, in, tx};
	struct content_looker looker = {show_window, &showing};
	if (c->is_file)
		end_file(c, end);
	/* All of it, unless it was spilled. */
	struct bytes whole = {c->glass.room, c->glass.held};
	if (!content_window_end(&c->glass, &looker) && c->is_file)
		show_window(&showing, (struct bytes){0}, c->glass.offset, false);
	content_save_settle(s, c, whole);
	if (c->is_file)
		write_event(sink, c, in->flow, tx);
	content_store_give_room(s, c);
	c->is_over = true;
}

/* How much of these bytes belongs to a file that ends where it is looked into no more; one that is kept goes on, as far as that is wanted. */
static size_t
before_limit(const struct content *c, const struct file_settings *files, size_t len)
{
	uint64_t limit = c->keep ? files->store_depth : c->window.limit_ends_file ? c->window.limit_bytes : 0;
	if (limit == 0)
		return len;
	uint64_t left = limit > c->file.size ? limit - c->file.size : 0;
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
		content_store_take_room(s, c);
	}
	size_t len = before_limit(c, &sink_settings(sink)->files, data.len);
	bool is_over = len < data.len;
	data = bytes_first(data, len);
	if (c->joined > 0)
		content_range_data(sink, in, tx, c, data);
	c->file.size += len;
	c->seen += len;
	if (c->is_file)
		digest_stream_add(&c->digest, data);
	if (c->room_kind == CONTENT_SMALL_ROOM && content_window_is_cramped(&c->glass, &c->window, data.len))
		content_store_take_larger_room(s, c);
	content_save_what_room_loses(s, c, data);
	content_window_add(&c->glass, &c->window, data, &looker);
	if (is_over)
		finish(sink, c, in, tx, CONTENT_TRUNCATED);
}

bool
content_goes_on(const struct sink *sink, uint32_t handle)
{
	const struct content_store *s = sink_contents(sink);
	return handle != 0 && s != NULL && content_state_at(s, handle - 1)->keep &&
	    !content_state_at(s, handle - 1)->is_over;
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
	content_store_close(sink_contents(sink), c);
}
