/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A script of contents as protocols give them (inspect/content.h), with little memory: some find no room.
 *
 *	[settings 1] then operations of 4 bytes: [kind 1][which 1][length 2]
 *
 * Each byte of a content follows from its number and its place. Whatever the script: rules see only what was sent, where it was, and
 * nothing beyond the limit; each window ends behind the one before; a kept file is whole.
 */
#include "core/cursor.h"
#include "core/ensure.h"
#include "inspect/content.h"
#include "inspect/content_save.h"
#include "inspect/content_store.h"
#include "inspect/file_saver.h"
#include "inspect/l7_settings.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"
#include "proto/digest.h"

#include <stdlib.h>

enum { OPEN_MAX = 16, FLOWS = 4, LENGTH_MAX = 1 << 16, SAVED_MAX = 64, BUDGET = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct open_content {
	uint32_t handle;
	uint8_t salt;
	uint64_t at, looked_to, flow;
	bool cut; /* by its limit */
	struct content_window window;
} open_contents[OPEN_MAX], *current;

static struct content_store *store;
static struct sink *sink;
static struct view_flow view_flow;
static uint8_t piece[LENGTH_MAX];
static uint64_t saved[SAVED_MAX]; /* bytes of each file that left */

static uint8_t
byte_of(uint8_t salt, uint64_t at)
{
	return (uint8_t)(at * 31 + at / 257 + salt);
}

static void
look(void *context, const struct view_set *set)
{
	(void)context;
	struct view_file facts = {.content = 0};
	for (size_t i = 0; i < set->count; i++) {
		if (set->views[i].view == VIEW_FILE)
			memcpy(&facts, set->views[i].data.at, sizeof(facts));
		/* Not of a file that is joined of ranges: what each brings is random here. */
		if (set->views[i].view != VIEW_FILE_DATA || facts.content != current->handle)
			continue;
		struct bytes w = set->views[i].data;
		uint64_t offset = set->views[i].offset;
		ENSURE(w.len > 0 && offset + w.len > current->looked_to);
		ENSURE(current->window.limit_bytes == 0 || offset + w.len <= current->window.limit_bytes);
		for (size_t k = 0; k < w.len; k++)
			ENSURE(w.at[k] == byte_of(current->salt, offset + k));
		current->looked_to = offset + w.len;
	}
}

static uint64_t
save_begin(void *context)
{
	static uint64_t next;
	(void)context;
	saved[++next % SAVED_MAX] = 0;
	return next;
}

static bool
save_put(void *context, uint64_t file, struct bytes data)
{
	(void)context;
	saved[file % SAVED_MAX] += data.len;
	return true;
}

static uint64_t
save_keep(void *context, uint64_t file, uint64_t size, const uint8_t sha256[static 32])
{
	(void)context;
	(void)sha256;
	ENSURE(saved[file % SAVED_MAX] == size);
	return file;
}

static void
save_drop(void *context, uint64_t file)
{
	(void)context;
	(void)file;
}

static const struct file_saver saver = {.begin = save_begin, .put = save_put, .keep = save_keep, .drop = save_drop};
static const struct viewer viewer = {.transaction = look};

static bool
fits(const void *context, struct bytes file)
{
	(void)context;
	return file.len > 0;
}

static void
operate(uint8_t kind, uint8_t which, uint32_t length, const struct l7_settings *settings)
{
	struct open_content *o = &open_contents[which % OPEN_MAX];
	struct l7_flow flow = {.flow_id = 1 + which % FLOWS, .ip_proto = 6, .ip_version = 4};
	struct l7_input in = {.side = (which & 16) != 0 ? L7_SERVER : L7_CLIENT, .flow = &flow};
	struct l7_tx tx = {.id = which / 64};
	current = o;
	if (o->handle == 0 && kind % 8 < 6) {
		struct content_spec spec = {
		    .app = APP_SMTP, .is_file = true, .name = bytes_first(BYTES("a name"), kind % 7)};
		if ((kind & 128) != 0)
			spec.window = (struct content_window){.limit_bytes = length % 5000,
			    .minimal_bytes = 1 + length % 700,
			    .window_bytes = length % 300,
			    .limit_ends_file = (kind & 64) != 0};
		if ((kind & 24) == 24) {
			spec.has_range = true;
			spec.size = 9000 + which % 3;
			spec.start = length % 9000;
			spec.end = spec.start + length % 3000;
		}
		*o = (struct open_content){.salt = which, .flow = flow.flow_id};
		o->window = spec.window.minimal_bytes > 0 ? spec.window : settings->file;
		o->handle = content_open(sink, &in, &tx, &spec);
	}
	flow.flow_id = o->handle != 0 ? o->flow : flow.flow_id;
	length = kind >= 224 ? length : length % 2000;
	switch (kind % 8) {
	default:
		for (uint32_t i = 0; i < length; i++)
			piece[i] = byte_of(o->salt, o->at + i);
		content_data(sink, o->handle, &in, &tx, (struct bytes){piece, length});
		o->at += length;
		break;
	case 3:
		content_gap(sink, o->handle, length);
		o->at += length;
		break;
	case 4:
	case 6:
		content_close(sink, o->handle, kind % 8 == 4 ? &in : NULL, &flow, &tx,
		    length % 2 == 0 ? CONTENT_COMPLETE : CONTENT_TRUNCATED);
		o->handle = 0;
		break;
	case 5:
		content_save_wanted(store,
		    &(struct content_wanted){.flow_id = flow.flow_id,
		        .tx_id = tx.id,
		        .from_client = true,
		        .from_server = (kind & 16) != 0,
		        .all_of_flow = (kind & 32) != 0,
		        .sid = length,
		        .fits = fits});
		break;
	case 7:
		for (size_t i = 0; i < OPEN_MAX; i++)
			if (open_contents[i].flow == flow.flow_id)
				open_contents[i].handle = 0;
		content_store_flow_end(store, flow.flow_id);
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of((struct bytes){data, size});
	uint8_t chosen = cursor_u8(&c);
	struct l7_settings settings = l7_settings_default;
	settings.files.force_hash = chosen & 7;
	settings.files.store_all = (chosen & 8) != 0;
	settings.files.store_depth = (chosen & 16) != 0 ? 3000 : 0;
	if (store == NULL) {
		store = content_store_new(BUDGET, 1);
		sink = sink_new(NULL);
		ENSURE(store != NULL && sink != NULL);
		sink_view(sink, &viewer, &view_flow);
		sink_contents_into(sink, store);
	}
	content_store_clear(store);
	content_save_into(store, (chosen & 32) != 0 ? &saver : NULL);
	sink_set(sink, &settings);
	memset(open_contents, 0, sizeof(open_contents));
	for (size_t i = 0; i < 400 && c.left >= 4; i++) {
		uint8_t kind = cursor_u8(&c), which = cursor_u8(&c);
		operate(kind, which, cursor_be16(&c), &settings);
	}
	for (uint64_t flow = 1; flow <= FLOWS; flow++)
		content_store_flow_end(store, flow);
	sink_set(sink, NULL);
	return 0;
}
