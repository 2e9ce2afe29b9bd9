/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/content_save.h"

#include "inspect/content_state.h"
#include "inspect/file_saver.h"

void
content_save_into(struct content_store *s, const struct file_saver *saver)
{
	s->saver = saver;
}

static void
keep(struct content *c, uint32_t sid)
{
	c->keep = true;
	for (size_t i = 0; i < c->sid_count; i++)
		if (c->sids[i] == sid)
			return;
	if (sid != 0 && c->sid_count < CONTENT_SIDS_MAX)
		c->sids[c->sid_count++] = sid;
}

static struct content_all_wanted *
wanted_at(struct content_store *s, uint64_t flow_id)
{
	return &s->wanted[hash_u64(flow_id, s->hash_key) % CONTENT_WANTED_MAX];
}

void
content_save_wanted(struct content_store *s, const struct content_wanted *w)
{
	if (s == NULL || s->saver == NULL)
		return;
	for (uint32_t at = *content_state_bucket(s, w->flow_id); at != POOL_NONE; at = content_state_at(s, at)->next) {
		struct content *c = content_state_at(s, at);
		bool mine = c->flow_id == w->flow_id && (c->tx_id == w->tx_id || w->all_of_flow) && c->is_file &&
		    !c->is_over;
		if (!mine || !(c->from_server ? w->from_server : w->from_client))
			continue;
		if (w->all_of_transaction || w->all_of_flow ||
		    w->fits(w->context, (struct bytes){(const uint8_t *)&c->file, sizeof(c->file)}))
			keep(c, w->sid);
	}
	if (w->all_of_transaction || w->all_of_flow)
		*wanted_at(s, w->flow_id) = (struct content_all_wanted){.flow_id = w->flow_id,
		    .tx_id = w->tx_id,
		    .used = true,
		    .whole_flow = w->all_of_flow,
		    .from_client = w->from_client,
		    .from_server = w->from_server,
		    .sid = w->sid};
}

/* Whether it was said before it came that it is kept. */
void
content_save_if_wanted(struct content_store *s, struct content *c, bool all)
{
	const struct content_all_wanted *w = wanted_at(s, c->flow_id);
	if (!c->is_file || s->saver == NULL)
		return;
	if (all)
		keep(c, 0);
	if (w->used && w->flow_id == c->flow_id && (w->whole_flow || w->tx_id == c->tx_id) &&
	    (c->from_server ? w->from_server : w->from_client))
		keep(c, w->sid);
}

static void
save(struct content_store *s, struct content *c, struct bytes data)
{
	if (c->lost || data.len == 0)
		return;
	c->lost = !s->saver->put(s->saver->context, c->save_number, data);
}

/* A file stays in its room as long as that holds all of it: most are over before, and whether they are kept is known then. */
void
content_save_what_room_loses(struct content_store *s, struct content *c, struct bytes data)
{
	const struct content_glass *g = &c->glass;
	if (!c->is_file || s->saver == NULL)
		return;
	bool fits = g->offset == 0 && !g->began && !g->blind && g->lost == 0 && data.len <= g->room_size - g->held &&
	    (c->window.limit_bytes == 0 || data.len <= c->window.limit_bytes - g->held);
	if (!c->spilled && !fits) {
		c->spilled = true;
		c->save_number = s->saver->begin(s->saver->context);
		save(s, c, (struct bytes){g->room, g->held});
	}
	if (c->spilled)
		save(s, c, data);
}

/* The file is over: what was decided of it is done. */
void
content_save_settle(struct content_store *s, struct content *c, struct bytes whole)
{
	if (!c->is_file || s->saver == NULL)
		return;
	if (c->keep && !c->spilled) {
		c->save_number = s->saver->begin(s->saver->context);
		save(s, c, whole);
	}
	if (c->keep && !c->lost && c->seen > 0)
		c->stored = s->saver->keep(s->saver->context, c->save_number, c->seen, c->file.sha256);
	else if (c->keep || c->spilled)
		s->saver->drop(s->saver->context, c->save_number);
	if (c->keep)
		*(c->stored > 0 ? &s->counters.stored : &s->counters.unsaved) += 1;
}
