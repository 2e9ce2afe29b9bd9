/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_dcerpc.h"

#include "inspect/eve_dcerpc.h"
#include "inspect/sink.h"

enum {
	CALLS_MAX = 20,
	GATHERED_MAX = 60000, /* bytes of fragments that wait for the last one: less than L7_WAITING_MAX */
};

struct state {
	uint64_t next_tx;
	uint8_t minor;
	bool lost[2]; /* after a gap: where the next fragment begins is not known */
	uint8_t count;
	struct l7_dcerpc_bindings bindings;
	struct l7_dcerpc_call calls[CALLS_MAX];
};
_Static_assert(sizeof(struct state) <= L7_STATE_MAX, "the state must fit in its budget");

struct call_context {
	const struct state *state;
	const struct l7_dcerpc_call *call;
};

static void
describe(const void *context, struct json *json)
{
	const struct call_context *c = context;
	eve_dcerpc_write(json, &c->state->bindings, c->call, c->state->minor);
}

static void
say(struct state *s, size_t at, const struct l7_flow *flow, struct sink *sink)
{
	struct json *j = sink_open(sink, BYTES("dcerpc"), flow);
	if (j != NULL) {
		eve_dcerpc_write(j, &s->bindings, &s->calls[at], s->minor);
		sink_close(sink);
	}
	s->count--;
	memmove(&s->calls[at], &s->calls[at + 1], (s->count - at) * sizeof(s->calls[0]));
}

static struct l7_dcerpc_call *
new_call(struct state *s, uint32_t call_id, const struct l7_flow *flow, struct sink *sink)
{
	if (s->count == CALLS_MAX)
		say(s, 0, flow, sink); /* the oldest will not be answered */
	struct l7_dcerpc_call *call = &s->calls[s->count++];
	*call = (struct l7_dcerpc_call){.tx_id = s->next_tx++, .call_id = call_id};
	return call;
}

/* The call that a fragment belongs to, begun when it is new. */
static struct l7_dcerpc_call *
call_of(struct state *s, const struct dcerpc_fragment *f, bool from_client, const struct l7_flow *flow, struct sink *sink)
{
	for (size_t i = 0; i < s->count; i++) {
		struct l7_dcerpc_call *call = &s->calls[i];
		bool open = from_client ? !call->has_request : call->has_request || call->response_fragments > 0;
		if (call->call_id == f->call_id && open)
			return call;
	}
	return new_call(s, f->call_id, flow, sink);
}

/* ---- Fragments of one call that follow each other ---- */

struct gathered {
	struct dcerpc_fragment first;
	size_t used; /* bytes of the stream */
	uint16_t fragments, opnum, context;
	struct bytes stub;
	bool last, whole; /* whole: nothing more need be waited for */
	enum parse parsed;
};

/* The stub of one fragment; false: it is broken. */
static bool
read_stub(const struct dcerpc_fragment *f, struct bytes fragment, struct dcerpc_request *out)
{
	struct bytes body = bytes_after(fragment, DCERPC_HEADER_SIZE);
	enum parse parsed = f->type == DCERPC_REQUEST ? dcerpc_parse_request(body, f->little, out)
	                                              : dcerpc_parse_response(body, f->little, out);
	return parsed == PARSE_OK;
}

/* All fragments of the call at the front of the stream, as far as they are here: their stubs are one in `room`. */
static struct gathered
gather(const struct l7_input *in, struct bytes stream, uint8_t *room)
{
	struct gathered g = {.parsed = PARSE_OK};
	size_t len = 0;
	while (!g.last) {
		struct dcerpc_fragment f;
		struct dcerpc_request part;
		struct bytes rest = bytes_after(stream, g.used);
		enum parse parsed = dcerpc_parse_fragment(rest, &f);
		size_t wanted = parsed == PARSE_OK ? f.length : DCERPC_HEADER_SIZE;
		bool follows = g.fragments == 0 ||
		    (parsed == PARSE_OK && f.type == g.first.type && f.call_id == g.first.call_id);
		if (parsed == PARSE_BAD || (parsed == PARSE_OK && !follows)) {
			g.whole = g.fragments > 0;
			break; /* what is here is told; the next look is at what follows */
		}
		if (parsed == PARSE_SHORT || rest.len < f.length) {
			g.whole = g.fragments > 0 && (in->end || g.used + wanted > GATHERED_MAX);
			break;
		}
		if (!read_stub(&f, bytes_first(rest, f.length), &part)) {
			g.parsed = PARSE_BAD;
			return g;
		}
		if (g.fragments++ == 0) {
			g.first = f;
			g.opnum = part.opnum;
			g.context = part.context;
		}
		memcpy(room + len, part.stub.at == NULL ? (const uint8_t *)"" : part.stub.at, part.stub.len);
		len += part.stub.len;
		g.used += f.length;
		g.last = (f.flags & DCERPC_LAST_FRAGMENT) != 0;
	}
	g.whole |= g.last;
	g.stub = (struct bytes){room, len};
	return g;
}

static void
show(struct state *s, const struct l7_dcerpc_call *call, const struct gathered *g, uint64_t offset,
    const struct l7_input *in, struct sink *sink)
{
	struct call_context context = {s, call};
	struct l7_tx tx = {.id = call->tx_id, .describe = describe, .context = &context};
	struct view_set *v = sink_views(sink, in, &tx);
	if (v == NULL)
		return;
	v->dce_little = g->first.little;
	l7_dcerpc_calls_show(v, &s->bindings, call);
	view_set_put_window(v, VIEW_DCERPC_STUB_DATA, g->stub, offset, !g->last);
	sink_show(sink, g->last);
}

static void
take_stub(struct state *s, const struct gathered *g, const struct l7_input *in, struct sink *sink)
{
	bool from_client = in->side == L7_CLIENT;
	struct l7_dcerpc_call *call = call_of(s, &g->first, from_client, in->flow, sink);
	uint32_t *bytes = from_client ? &call->request_bytes : &call->response_bytes, offset = *bytes;
	uint16_t *fragments = from_client ? &call->request_fragments : &call->response_fragments;
	if (from_client && *fragments == 0) {
		call->opnum = g->opnum;
		call->context = g->context;
	}
	*fragments = (uint16_t)(*fragments + g->fragments);
	*bytes += (uint32_t)g->stub.len;
	if (from_client)
		call->request = DCERPC_REQUEST;
	else
		call->response = DCERPC_RESPONSE;
	bool *has = from_client ? &call->has_request : &call->has_response;
	*has = true; /* for what rules are shown of it */
	show(s, call, g, offset, in, sink);
	*has = g->last;
	if (call->has_response)
		say(s, (size_t)(call - s->calls), in->flow, sink);
}

/* ---- Other messages ---- */

/* False: the message is broken. */
static bool
take_other(struct state *s, const struct dcerpc_fragment *f, struct bytes body, const struct l7_input *in, struct sink *sink)
{
	enum parse parsed = PARSE_OK;
	bool from_client = in->side == L7_CLIENT;
	switch (f->type) {
	case DCERPC_BIND:
	case DCERPC_ALTER_CONTEXT: parsed = l7_dcerpc_calls_bind(&s->bindings, f, body); break;
	case DCERPC_BIND_ACK:
	case DCERPC_ALTER_CONTEXT_RESPONSE: parsed = l7_dcerpc_calls_answer(&s->bindings, f, body); break;
	case DCERPC_FAULT:
	case DCERPC_BIND_NAK: break;
	default: return true; /* AUTH3, cancel: no call of their own */
	}
	struct l7_dcerpc_call *call = call_of(s, f, from_client, in->flow, sink);
	if (from_client) {
		call->has_request = true;
		call->request = f->type;
		return parsed == PARSE_OK;
	}
	call->has_response = true;
	call->response = f->type;
	say(s, (size_t)(call - s->calls), in->flow, sink);
	return parsed == PARSE_OK;
}

/* One message, or the fragments of one call: bytes that are finished with, 0 when more must come. */
static size_t
take(struct state *s, const struct l7_input *in, struct bytes rest, struct l7_step *step, struct sink *sink)
{
	struct dcerpc_fragment f;
	enum parse parsed = dcerpc_parse_fragment(rest, &f);
	bool good = parsed != PARSE_BAD;
	if (parsed == PARSE_OK) {
		s->minor = f.minor;
		if (f.type == (in->side == L7_CLIENT ? DCERPC_REQUEST : DCERPC_RESPONSE)) {
			struct gathered g = gather(in, rest, in->scratch);
			good = g.parsed != PARSE_BAD;
			if (good && !g.whole)
				return 0;
			if (good) {
				take_stub(s, &g, in, sink);
				return g.used;
			}
		} else if (rest.len < f.length) {
			return 0;
		} else {
			good = take_other(s, &f, bytes_after(bytes_first(rest, f.length), DCERPC_HEADER_SIZE), in, sink);
			if (good)
				return f.length;
		}
	}
	if (good)
		return 0;
	sink_anomaly(sink, in, APP_DCERPC, BYTES("malformed_data"));
	step->verdict = L7_BROKEN;
	return 0;
}

/* After a gap: to the first place where a fragment may begin. */
static size_t
find_fragment(const struct l7_input *in)
{
	size_t at = 0;
	while (at < in->data.len && dcerpc_recognise(bytes_after(in->data, at), in->side == L7_CLIENT) == PARSE_BAD)
		at++;
	return at;
}

static struct l7_step
step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct l7_step step = {.verdict = L7_MORE};
	if (s->lost[in->side]) {
		struct dcerpc_fragment f;
		step.used = find_fragment(in);
		if (dcerpc_parse_fragment(bytes_after(in->data, step.used), &f) != PARSE_OK)
			return step;
		s->lost[in->side] = false;
	}
	while (step.verdict == L7_MORE && step.used < in->data.len) {
		size_t used = take(s, in, bytes_after(in->data, step.used), &step, sink);
		step.used += used;
		if (used == 0)
			break;
	}
	return step;
}

static bool
gap(void *state, enum l7_side side, uint64_t lost)
{
	struct state *s = state;
	(void)lost;
	s->lost[side] = true;
	return true;
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
	switch (dcerpc_recognise(in->data, in->side == L7_CLIENT)) {
	case PARSE_OK: return L7_YES;
	case PARSE_SHORT: return L7_MAYBE;
	case PARSE_BAD: return L7_NO;
	}
	return L7_NO;
}

const struct l7_parser l7_dcerpc_parser = {
    .app = APP_DCERPC,
    .tcp = true,
    .state_size = sizeof(struct state),
    .guess = guess,
    .step = step,
    .gap = gap,
    .finish = finish,
};
