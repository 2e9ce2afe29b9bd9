/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/event_outlet.h"

#include "app/messages.h"
#include "sandbox/channel.h"

void
event_outlet_flush(struct event_outlet *o)
{
	if (o->used > 0 && !o->alone)
		o->alone = channel_send(o->fd, MESSAGE_EVENTS, (struct bytes){o->room, o->used}, -1) < 0;
	o->used = 0;
}

static void
put(struct event_outlet *o, struct bytes text)
{
	while (text.len > 0) {
		if (o->used == sizeof(o->room))
			event_outlet_flush(o);
		struct bytes part = bytes_first(text, sizeof(o->room) - o->used);
		memcpy(o->room + o->used, part.at, part.len);
		o->used += part.len;
		text = bytes_after(text, part.len);
	}
}

void
event_outlet_line(struct event_outlet *o, struct bytes line)
{
	if (line.len + 1 > sizeof(o->room) - o->used)
		event_outlet_flush(o); /* whole lines where they fit */
	put(o, line);
	put(o, BYTES("\n"));
}
