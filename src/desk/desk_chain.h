/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_chain.h - what a thing is linked to, both ways, as a graph; and the map: which machine did what to which. */
#ifndef DESK_DESK_CHAIN_H
#define DESK_DESK_CHAIN_H

#include "desk/desk.h"

/* Of an incident, which this person must see; of anything else. What they may not know of is left out. */
MUST_USE int desk_chain_incident(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
MUST_USE int desk_chain_trace(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);

#endif
