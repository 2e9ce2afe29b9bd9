/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_turn.h - the flow with its two ends exchanged.
 *
 * EVE gives some events the addresses of the packet, not those of the flow: an answer comes from the server.
 */
#ifndef INSPECT_L7_TURN_H
#define INSPECT_L7_TURN_H

#include "inspect/l7.h"

static inline struct l7_flow
l7_turn(const struct l7_flow *flow)
{
	struct l7_flow turned = *flow;
	turned.client = flow->server;
	turned.server = flow->client;
	turned.client_port = flow->server_port;
	turned.server_port = flow->client_port;
	memcpy(turned.client_mac, flow->server_mac, sizeof(turned.client_mac));
	memcpy(turned.server_mac, flow->client_mac, sizeof(turned.server_mac));
	return turned;
}

/* The flow as the sender of these bytes sees it; `room` holds it where it must be turned. */
static inline const struct l7_flow *
l7_turn_to_sender(const struct l7_input *in, struct l7_flow *room)
{
	if (in->side == L7_CLIENT)
		return in->flow;
	*room = l7_turn(in->flow);
	return room;
}

#endif
