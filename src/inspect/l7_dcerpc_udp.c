/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* DCERPC over UDP: each datagram is a fragment of a call, known by its activity and a number (C706 12.5). */
#include "inspect/l7_dcerpc.h"

#include "inspect/eve_dcerpc.h"
#include "inspect/sink.h"

enum { CALLS_MAX = 12 };

struct call {
	uint8_t activity[16];
	struct view_dcerpc_interface interface;
	struct l7_dcerpc_call call; /* call_id: the sequence number */
};

struct state {
	uint32_t next_tx;
	uint8_t count;
	struct call calls[CALLS_MAX];
};
_Static_assert(sizeof(struct state) <= L7_STATE_MAX, "the state must fit in its budget");

static void
describe(const void *context, struct json *json)
{
	const struct call *c = context;
	eve_dcerpc_write_datagrams(json, &c->call, c->activity);
}

static void
say(struct state *s, size_t at, const struct l7_flow *flow, struct sink *sink)
{
	struct json *j = sink_open(sink, BYTES("dcerpc"), flow);
	if (j != NULL) {
		describe(&s->calls[at], j);
		sink_close(sink);
	}
	s->count--;
	memmove(&s->calls[at], &s->calls[at + 1], (s->count - at) * sizeof(s->calls[0]));
}

static struct call *
call_of(struct state *s, const struct dcerpc_datagram *d, const struct l7_flow *flow, struct sink *sink)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->calls[i].call.call_id == d->sequence && memcmp(s->calls[i].activity, d->activity, 16) == 0)
			return &s->calls[i];
	if (s->count == CALLS_MAX)
		say(s, 0, flow, sink);
	struct call *c = &s->calls[s->count++];
	*c = (struct call){.call = {.tx_id = s->next_tx++, .call_id = d->sequence, .opnum = d->opnum}};
	memcpy(c->activity, d->activity, sizeof(c->activity));
	memcpy(c->interface.uuid, d->interface, sizeof(c->interface.uuid));
	c->interface.version = (uint16_t)d->interface_version;
	c->interface.is_first_fragment = true;
	return c;
}

static void
show(const struct call *c, const struct dcerpc_datagram *d, uint64_t offset, bool last, const struct l7_input *in,
    struct sink *sink)
{
	struct l7_tx tx = {.id = c->call.tx_id, .describe = describe, .context = c};
	struct view_set *v = sink_views(sink, in, &tx);
	if (v == NULL)
		return;
	v->dce_little = d->little;
	view_set_put_number(v, VIEW_DCERPC_OPNUM, c->call.opnum);
	view_set_put(v, VIEW_DCERPC_INTERFACE, (struct bytes){(const uint8_t *)&c->interface, sizeof(c->interface)});
	view_set_put_window(v, VIEW_DCERPC_STUB_DATA, d->stub, offset, !last);
	sink_show(sink, last);
}

static struct l7_step
step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct l7_step step = {.used = in->data.len, .verdict = L7_MORE};
	struct dcerpc_datagram d;
	if (dcerpc_parse_datagram(in->data, &d) != PARSE_OK) {
		sink_anomaly(sink, in, APP_DCERPC, BYTES("malformed_data"));
		return step;
	}
	bool request = d.type == DCERPC_REQUEST, last = !d.is_fragment || d.is_last;
	if (!request && d.type != DCERPC_RESPONSE && d.type != DCERPC_FAULT)
		return step;
	struct call *c = call_of(s, &d, in->flow, sink);
	uint32_t *bytes = request ? &c->call.request_bytes : &c->call.response_bytes, offset = *bytes;
	*bytes += (uint32_t)d.stub.len;
	if (request) {
		c->call.request_fragments++;
		c->call.has_request = true;
		c->call.request = d.type;
	} else {
		c->call.response_fragments++;
		c->call.response = d.type;
	}
	show(c, &d, offset, last, in, sink);
	if (!request && last) {
		c->call.has_response = true;
		say(s, (size_t)(c - s->calls), in->flow, sink);
	}
	return step;
}

static void
finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct state *s = state;
	while (s->count > 0)
		say(s, 0, flow, sink);
}

static enum l7_guess
guess(const struct l7_input *in)
{
	return dcerpc_recognise_datagram(in->data) ? L7_YES : L7_NO;
}

static bool
reduce(const void *state, uint32_t *kept)
{
	const struct state *s = state;
	*kept = s->next_tx;
	return s->count == 0;
}

static void
resume(void *state, uint32_t kept)
{
	((struct state *)state)->next_tx = kept;
}

const struct l7_parser l7_dcerpc_udp_parser = {
    .app = APP_DCERPC,
    .udp = true,
    .state_size = sizeof(struct state),
    .guess = guess,
    .step = step,
    .finish = finish,
    .reduce = reduce,
    .resume = resume,
};
