/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_dhcp.h"

#include "inspect/eve_dhcp.h"
#include "inspect/l7_settings.h"
#include "inspect/l7_turn.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"

enum { BAD_MAX = 8 }; /* datagrams one after the other */

struct state {
	uint32_t messages;
	uint8_t bad_count;
};

static enum l7_guess
guess(const struct l7_input *in)
{
	struct dhcp m;
	return dhcp_parse(in->data, &m) == PARSE_OK ? L7_YES : L7_NO; /* the magic cookie is enough */
}

static struct addr
address_of(struct bytes ip)
{
	return ip.len == 4 ? addr_v4(ip.at) : (struct addr){0};
}

static void
observe(const struct l7_input *in, struct sink *sink, const struct dhcp *m)
{
	struct observation *o = sink_observe(sink, OBSERVATION_DHCP, in->flow);
	if (o == NULL)
		return;
	struct observed_dhcp *dhcp = &o->dhcp;
	struct addr assigned = addr_v4(m->assigned_ip);
	dhcp->type = m->type;
	memcpy(dhcp->client_mac, m->hardware, sizeof(dhcp->client_mac));
	if (!addr_is_zero(&assigned))
		dhcp->assigned = assigned;
	if (m->server_ip.len == 4)
		dhcp->server = address_of(m->server_ip);
	else if (m->op == DHCP_OP_REPLY)
		dhcp->server = in->side == L7_CLIENT ? in->flow->client : in->flow->server;
	dhcp->host_len = sink_copy(dhcp->host, sizeof(dhcp->host), m->hostname);
}

static void
describe(const void *context, struct json *j)
{
	eve_dhcp_write(j, context, true);
}

static void
show(const struct l7_input *in, struct sink *sink, const struct dhcp *m, uint64_t tx_id)
{
	const struct l7_tx tx = {.id = tx_id, .describe = describe, .context = m};
	struct view_set *v = sink_views(sink, in, &tx);
	if (v == NULL)
		return;
	if (m->has_lease)
		view_set_put_number(v, VIEW_DHCP_LEASE_TIME, m->lease_s);
	if (m->has_renewal)
		view_set_put_number(v, VIEW_DHCP_RENEWAL_TIME, m->renewal_s);
	if (m->has_rebinding)
		view_set_put_number(v, VIEW_DHCP_REBINDING_TIME, m->rebinding_s);
	sink_show(sink, true);
}

/* Of the short form: what was agreed on; offers and questions are left out. */
static bool
is_said(const struct sink *sink, const struct dhcp *m)
{
	return sink_settings(sink)->eve.dhcp.extended || m->type == DHCP_ACK || m->type == DHCP_NAK;
}

static struct l7_step
step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct l7_step done = {.used = in->data.len, .verdict = L7_MORE};
	struct l7_flow room;
	struct dhcp m;
	if (dhcp_parse(in->data, &m) != PARSE_OK) {
		if (++s->bad_count >= BAD_MAX)
			done.verdict = L7_BROKEN;
		return done;
	}
	s->bad_count = 0;
	if (m.options != PARSE_OK)
		sink_anomaly(
		    sink, in, APP_DHCP, m.options == PARSE_SHORT ? BYTES("truncated_options") : BYTES("malformed_options"));
	show(in, sink, &m, s->messages++);
	struct json *j = is_said(sink, &m) ? sink_open(sink, BYTES("dhcp"), l7_turn_to_sender(in, &room)) : NULL;
	if (j != NULL) {
		eve_dhcp_write(j, &m, sink_settings(sink)->eve.dhcp.extended);
		sink_close(sink);
	}
	observe(in, sink, &m);
	return done;
}

const struct l7_parser l7_dhcp_parser = {
    .app = APP_DHCP,
    .udp = true,
    .state_size = sizeof(struct state),
    .guess = guess,
    .step = step,
};
