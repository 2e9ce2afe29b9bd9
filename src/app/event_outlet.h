/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/event_outlet.h - a text of lines of events on its way to the role that keeps them: gathered, and sent in pieces.
 *
 * Where packets come as they come, the one who reads them must not wait for the disk: what has no room any more is lost, whole
 * lines of it, and counted.
 */
#ifndef APP_EVENT_OUTLET_H
#define APP_EVENT_OUTLET_H

#include "core/bytes.h"

struct event_outlet;

enum event_outlet_pace { EVENT_OUTLET_WAITS, EVENT_OUTLET_NEVER_WAITS };

/* Sends to fd, which it borrows. NULL: no memory. */
MUST_USE struct event_outlet *event_outlet_new(int fd, enum event_outlet_pace pace);
void event_outlet_free(struct event_outlet *outlet);
void event_outlet_put(struct event_outlet *outlet, struct bytes text);
/* All whole lines, and at_end all there is, waiting if it must. */
enum event_outlet_moment { EVENT_OUTLET_NOW, EVENT_OUTLET_AT_END };
void event_outlet_flush(struct event_outlet *outlet, enum event_outlet_moment moment);
uint64_t event_outlet_lost(const struct event_outlet *outlet); /* lines */
bool event_outlet_alone(const struct event_outlet *outlet);    /* nobody listens any more */

#endif
