/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_event.h - events of the network, searched, and what they add up to. */
#ifndef DESK_DESK_EVENT_H
#define DESK_DESK_EVENT_H

#include "desk/desk.h"

MUST_USE int desk_event_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_event_traffic(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

#endif
