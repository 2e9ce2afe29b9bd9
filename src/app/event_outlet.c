/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/event_outlet.h"

#include "app/messages.h"
#include "sandbox/channel.h"

#include <errno.h>
#include <stdlib.h>

enum {
	PIECE = 65536,
	ROOM_WAITING = 2 * PIECE,
	ROOM_LIVE = 2 << 20, /* touched only when the keeper is behind */
};

struct event_outlet {
	int fd;
	bool never_waits, alone;
	bool skipping; /* the rest of a line that was lost */
	uint64_t lost;
	size_t used, size;
	uint8_t *room;
};

struct event_outlet *
event_outlet_new(int fd, enum event_outlet_pace pace)
{
	struct event_outlet *o = calloc(1, sizeof(*o));
	if (o == NULL)
		return NULL;
	o->fd = fd;
	o->never_waits = pace == EVENT_OUTLET_NEVER_WAITS;
	o->size = o->never_waits ? ROOM_LIVE : ROOM_WAITING;
	o->room = malloc(o->size);
	if (o->room != NULL)
		return o;
	free(o);
	return NULL;
}

void
event_outlet_free(struct event_outlet *o)
{
	if (o == NULL)
		return;
	free(o->room);
	free(o);
}

/* How much of it can go: up to the end of a line, unless the line is longer than a piece. */
static size_t
piece_of(struct bytes text)
{
	struct bytes piece = bytes_first(text, PIECE);
	const uint8_t *end = piece.len == 0 ? NULL : memrchr(piece.at, '\n', piece.len);
	return end != NULL ? (size_t)(end - piece.at) + 1 : piece.len == PIECE ? PIECE : 0;
}

void
event_outlet_flush(struct event_outlet *o, enum event_outlet_moment moment)
{
	size_t at = 0;
	bool waits = !o->never_waits || moment == EVENT_OUTLET_AT_END;
	for (;;) {
		struct bytes rest = {o->room + at, o->used - at};
		size_t len = piece_of(rest);
		if (len == 0 || o->alone)
			break;
		int r = waits ? channel_send(o->fd, MESSAGE_EVENTS, bytes_first(rest, len), -1)
		              : channel_try_send(o->fd, MESSAGE_EVENTS, bytes_first(rest, len), -1);
		if (r == -EAGAIN)
			break;
		o->alone = r < 0;
		at += len;
	}
	if (o->alone)
		at = o->used;
	if (at > 0)
		memmove(o->room, o->room + at, o->used - at);
	o->used -= at;
}

/* The newest lines are lost, whole. */
static void
lose(struct event_outlet *o, struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		o->lost += text.at[i] == '\n';
	const uint8_t *end = o->used == 0 ? NULL : memrchr(o->room, '\n', o->used);
	if (!o->skipping) /* the beginning of a line that is there already goes with its end */
		o->used = end == NULL ? 0 : (size_t)(end - o->room) + 1;
	o->skipping = text.at[text.len - 1] != '\n';
}

void
event_outlet_put(struct event_outlet *o, struct bytes text)
{
	if (o->skipping) {
		size_t end = bytes_find(text, '\n');
		o->lost += end < text.len;
		o->skipping = end == text.len;
		text = bytes_after(text, end + 1);
	}
	while (text.len > 0) {
		if (text.len > o->size - o->used)
			event_outlet_flush(o, EVENT_OUTLET_NOW);
		struct bytes part = bytes_first(text, o->size - o->used);
		if (part.len < text.len && o->never_waits) {
			lose(o, text);
			return;
		}
		memcpy(o->room + o->used, part.at, part.len);
		o->used += part.len;
		text = bytes_after(text, part.len);
	}
	if (o->used >= PIECE)
		event_outlet_flush(o, EVENT_OUTLET_NOW);
}

uint64_t
event_outlet_lost(const struct event_outlet *o)
{
	return o->lost;
}

bool
event_outlet_alone(const struct event_outlet *o)
{
	return o->alone;
}
