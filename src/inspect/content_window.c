/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/content_window.h"

/* So many windows of new bytes make a look worth it: then each byte is looked at 1 + 1/4 times at most. */
enum { WINDOWS_PER_LOOK = 4 };

/* The place of the first byte that was not held yet. */
static uint64_t
end_of(const struct content_glass *g)
{
	return g->offset + g->held;
}

static uint32_t
window_of(const struct content_glass *g, const struct content_window *w)
{
	return w->window_bytes < g->room_size / 2 ? w->window_bytes : g->room_size / 2;
}

/* New bytes that make a look worth it. */
static uint32_t
worth(const struct content_glass *g, const struct content_window *w)
{
	if (!g->began)
		return w->minimal_bytes;
	return w->window_bytes < UINT32_MAX / WINDOWS_PER_LOOK ? w->window_bytes * WINDOWS_PER_LOOK : UINT32_MAX;
}

bool
content_window_is_cramped(const struct content_glass *g, const struct content_window *w, size_t coming)
{
	if (g->blind || coming <= g->room_size - g->held)
		return false;
	return g->room_size < worth(g, w) || g->room_size - window_of(g, w) < worth(g, w);
}

void
content_window_move(struct content_glass *g, uint8_t *room, uint32_t room_size)
{
	if (g->held > 0)
		memcpy(room, g->room, g->held);
	g->room = room;
	g->room_size = room_size;
}

static void
show(struct content_glass *g, bool more, const struct content_looker *looker)
{
	looker->show(looker->context, (struct bytes){g->room, g->held}, g->offset, more);
	g->shown = g->held;
	g->began = true;
}

/* Makes place: what was shown goes, but for the last window. */
static void
slide(struct content_glass *g, uint32_t window)
{
	if (g->held <= window)
		return;
	uint32_t gone = g->held - window;
	memmove(g->room, g->room + gone, window);
	g->offset += gone;
	g->held = g->shown = window;
}

/* How many of `len` bytes the limit leaves. */
static size_t
within_limit(const struct content_glass *g, const struct content_window *w, size_t len)
{
	if (w->limit_bytes == 0)
		return len;
	uint64_t left = w->limit_bytes > end_of(g) ? w->limit_bytes - end_of(g) : 0;
	return len < left ? len : (size_t)left;
}

static void
add_without_room(
    struct content_glass *g, const struct content_window *w, struct bytes data, const struct content_looker *looker)
{
	data = bytes_first(data, within_limit(g, w, data.len));
	bool more = within_limit(g, w, data.len + 1) > data.len;
	g->blind = !more;
	g->began = true;
	uint64_t offset = g->offset;
	g->offset += data.len;
	looker->show(looker->context, data, offset, more);
}

/* What was held is shown now that something comes which does not follow it. */
static void
cross_gap(struct content_glass *g, const struct content_window *w, const struct content_looker *looker)
{
	if (g->held > g->shown && !g->blind)
		show(g, true, looker);
	g->offset = end_of(g) + g->lost;
	g->held = g->shown = 0;
	g->lost = 0;
	g->blind = g->blind || within_limit(g, w, 1) == 0;
}

void
content_window_add(
    struct content_glass *g, const struct content_window *w, struct bytes data, const struct content_looker *looker)
{
	if (g->lost > 0)
		cross_gap(g, w, looker);
	if (g->room_size == 0 && !g->blind && data.len > 0) {
		add_without_room(g, w, data, looker);
		return;
	}
	while (data.len > 0 && !g->blind) {
		if (g->held == g->room_size || (g->held == g->shown && g->began))
			slide(g, window_of(g, w));
		size_t room = g->room_size - g->held, allowed = within_limit(g, w, data.len),
		       n = allowed < room ? allowed : room;
		if (n > 0)
			memcpy(g->room + g->held, data.at, n);
		g->held += (uint32_t)n;
		data = bytes_after(data, n);
		g->blind = within_limit(g, w, 1) == 0;
		if (g->blind || g->held == g->room_size || g->held - g->shown >= worth(g, w))
			show(g, !g->blind, looker);
	}
}

void
content_window_gap(struct content_glass *g, uint64_t lost)
{
	/* Half of what fits is far beyond all that is ever seen: no sum of a place and a length overflows. */
	const uint64_t max = UINT64_MAX / 2 - end_of(g) - g->lost;
	g->lost += lost < max ? lost : max;
}

bool
content_window_end(struct content_glass *g, const struct content_looker *looker)
{
	if (g->blind || g->held == g->shown)
		return false;
	show(g, false, looker);
	g->blind = true;
	return true;
}
