/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/content.h"

#include "inspect/content_store.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"

#include <stdlib.h>

enum { CONTENTS_MAX = 4096 };

struct content {
	struct content_spec spec;
	uint64_t seen; /* bytes */
	bool used;
};

struct content_store {
	uint32_t next; /* where a free place is looked for first */
	struct content all[CONTENTS_MAX];
};

struct content_store *
content_store_new(void)
{
	return calloc(1, sizeof(struct content_store));
}

void
content_store_free(struct content_store *contents)
{
	free(contents);
}

bool
content_is_wanted(const struct sink *sink, enum app_proto app)
{
	(void)app;
	return sink_contents(sink) != NULL;
}

static struct content *
content_at(struct sink *sink, uint32_t handle)
{
	struct content_store *contents = sink_contents(sink);
	return handle == 0 || contents == NULL ? NULL : &contents->all[handle - 1];
}

uint32_t
content_open(struct sink *sink, const struct l7_input *in, const struct l7_tx *tx, const struct content_spec *spec)
{
	struct content_store *contents = sink_contents(sink);
	(void)in;
	(void)tx;
	for (uint32_t i = 0; contents != NULL && i < CONTENTS_MAX; i++) {
		uint32_t at = (contents->next + i) % CONTENTS_MAX;
		if (contents->all[at].used)
			continue;
		contents->all[at] = (struct content){.spec = *spec, .used = true};
		contents->all[at].spec.name = (struct bytes){0};
		contents->next = at + 1;
		return at + 1;
	}
	return 0;
}

static void
show(struct sink *sink, struct content *c, const struct l7_input *in, const struct l7_tx *tx, struct bytes data, bool more)
{
	struct view_set *v = sink_views(sink, in, tx);
	if (v == NULL)
		return;
	if (c->spec.is_file)
		view_set_put_window(v, VIEW_FILE_DATA, data, c->seen, more);
	if (c->spec.view != VIEW_PAYLOAD)
		view_set_put_window(v, c->spec.view, data, c->seen, more);
	sink_show(sink, !more);
}

void
content_data(struct sink *sink, uint32_t handle, const struct l7_input *in, const struct l7_tx *tx, struct bytes data)
{
	struct content *c = content_at(sink, handle);
	if (c == NULL || data.len == 0)
		return;
	show(sink, c, in, tx, data, true);
	c->seen += data.len;
}

void
content_gap(struct sink *sink, uint32_t handle, uint64_t lost)
{
	struct content *c = content_at(sink, handle);
	if (c != NULL)
		c->seen += lost;
}

void
content_close(struct sink *sink, uint32_t handle, const struct l7_input *in, const struct l7_flow *flow,
    const struct l7_tx *tx, enum content_end end)
{
	struct content *c = content_at(sink, handle);
	if (c == NULL)
		return;
	(void)flow;
	(void)end;
	if (in != NULL)
		show(sink, c, in, tx, (struct bytes){0}, false);
	c->used = false;
}
