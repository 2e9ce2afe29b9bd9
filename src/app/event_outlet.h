/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/event_outlet.h - lines of events on their way to the role that keeps them: gathered, and sent as pieces of one text. */
#ifndef APP_EVENT_OUTLET_H
#define APP_EVENT_OUTLET_H

#include "core/bytes.h"

enum { EVENT_OUTLET_ROOM = 65536 };

struct event_outlet {
	int fd;
	bool alone; /* nobody listens any more */
	size_t used;
	uint8_t room[EVENT_OUTLET_ROOM];
};

/* A line without its end. Waits while the other side is slow. */
void event_outlet_line(struct event_outlet *outlet, struct bytes line);
void event_outlet_flush(struct event_outlet *outlet);

#endif
