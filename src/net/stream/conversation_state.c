/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/stream/conversation_look.h"

#include "core/ensure.h"

static bool
fin_acknowledged(const struct conversation_side *ended, const struct conversation_side *other)
{
	return (ended->flags & FIN_SEEN) != 0 && (other->flags & ACK_SEEN) != 0 &&
	    !seq_before(other->acked, ended->next_seq);
}

enum conversation_state
conversation_state_of(const struct conversation *c)
{
	const struct conversation_side *client = &c->side[c->client], *server = &c->side[c->client ^ 1];
	bool client_fin = (client->flags & FIN_SEEN) != 0, server_fin = (server->flags & FIN_SEEN) != 0;
	if ((c->flags & WAS_RESET) != 0)
		return CONVERSATION_CLOSED;
	if (is_before_established(c)) {
		if ((client->flags & server->flags & SYN_SEEN) != 0 || (server->flags & SYN_SEEN) != 0)
			return CONVERSATION_SYN_RECV;
		return (client->flags & SYN_SEEN) != 0 ? CONVERSATION_SYN_SENT : CONVERSATION_NONE;
	}
	if (client_fin && server_fin) {
		if (fin_acknowledged(client, server) && fin_acknowledged(server, client))
			return CONVERSATION_CLOSED;
		if ((c->flags & CLIENT_FIN_FIRST) != 0)
			return CONVERSATION_LAST_ACK;
		return fin_acknowledged(server, client) ? CONVERSATION_TIME_WAIT : CONVERSATION_CLOSING;
	}
	if (client_fin)
		return CONVERSATION_CLOSE_WAIT;
	if (server_fin)
		return fin_acknowledged(server, client) ? CONVERSATION_FIN_WAIT2 : CONVERSATION_FIN_WAIT1;
	return CONVERSATION_ESTABLISHED;
}

const char *
conversation_state_name(enum conversation_state state)
{
	static const char *const names[] = {
	    [CONVERSATION_NONE] = "none",
	    [CONVERSATION_SYN_SENT] = "syn_sent",
	    [CONVERSATION_SYN_RECV] = "syn_recv",
	    [CONVERSATION_ESTABLISHED] = "established",
	    [CONVERSATION_FIN_WAIT1] = "fin_wait1",
	    [CONVERSATION_FIN_WAIT2] = "fin_wait2",
	    [CONVERSATION_CLOSE_WAIT] = "close_wait",
	    [CONVERSATION_CLOSING] = "closing",
	    [CONVERSATION_LAST_ACK] = "last_ack",
	    [CONVERSATION_TIME_WAIT] = "time_wait",
	    [CONVERSATION_CLOSED] = "closed",
	};
	ENSURE((unsigned)state < LENGTH_OF(names));
	return names[state];
}
