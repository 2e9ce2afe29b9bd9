/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/inspector.h"

#include "inspect/l7_expect.h"
#include "inspect/l7_ftp_data.h"
#include "inspect/l7_settings.h"
#include "inspect/l7_table.h"
#include "inspect/l7_tls.h"

enum { GUESS_BYTES_MAX = 4096 }; /* of one side: beyond them "maybe" is "no" */

static const struct l7_parser *
parser_at(const struct flow *flow, uint8_t index)
{
	return flow->key.ip_proto == IP_PROTO_TCP ? l7_table_tcp[index - 1] : l7_table_udp[index - 1];
}

struct l7_flow
reader_flow(const struct inspector *in, struct flow *flow)
{
	const struct reader *r = reader_of(flow);
	struct l7_flow out = {
	    .flow_id = flow->id,
	    .packet_number = in->number,
	    .time_ns = in->now_ns,
	    .start_ns = flow->first_ns,
	    .ip_proto = flow->key.ip_proto,
	    .ip_version = addr_is_v4(&flow->key.low) ? 4 : 6,
	    .midstream = (flow->flags & FLOW_MIDSTREAM) != 0,
	    .before = r->went_tls ? (enum app_proto)r->app : APP_UNKNOWN,
	    .has_mac = (r->status & READER_HAS_MAC) != 0,
	    .vlan_count = flow->key.vlan != 0 ? 1 : 0,
	    .vlan = {flow->key.vlan},
	};
	out.client = *flow_opener(flow, &out.client_port);
	out.server = *flow_answerer(flow, &out.server_port);
	if (in->reads_acked && in->reading == flow) /* the acknowledgement has the bytes read */
		out.packet_by = in->packet_side == FLOW_OPENER ? L7_BY_CLIENT : L7_BY_SERVER;
	memcpy(out.client_mac, r->mac[FLOW_OPENER], sizeof(out.client_mac));
	memcpy(out.server_mac, r->mac[FLOW_ANSWERER], sizeof(out.server_mac));
	return out;
}

/* The first parser of the table that does not say no: index + 1 when it says yes, 0 when none is left; *wait when more
 * bytes must decide. The answer depends on the bytes alone, not on how they were cut. */
static uint8_t
guess(
    const struct inspector *in, const struct l7_parser *const *table, size_t count, const struct l7_input *input, bool *wait)
{
	uint64_t off = sink_settings(in->sink)->apps_off;
	*wait = false;
	for (size_t i = 0; i < count; i++) {
		if ((off >> table[i]->app & 1) != 0)
			continue;
		enum l7_guess answer = table[i]->guess(input);
		if (answer == L7_YES)
			return (uint8_t)(i + 1);
		if (answer == L7_MAYBE && !input->end && input->data.len < GUESS_BYTES_MAX) {
			*wait = true;
			return 0;
		}
	}
	return 0;
}

static uint8_t
choice_of(const struct l7_parser *parser)
{
	size_t i = 0;
	while (l7_table_tcp[i] != parser)
		i++;
	return (uint8_t)(i + 1);
}

static bool
take_state(struct inspector *in, struct reader *r, const struct l7_parser *parser)
{
	uint32_t handle = state_pools_take(&in->states, parser->state_size);
	if (handle == POOL_NONE) {
		in->counters.flows_unread++;
		r->status |= READER_OFF;
		return false;
	}
	r->state = handle + 1;
	return true;
}

static void *
state_of(const struct inspector *in, const struct reader *r)
{
	return r->state == 0 ? NULL : state_pools_at(&in->states, r->state - 1);
}

static bool
choose(struct inspector *in, struct flow *flow, const struct l7_input *input)
{
	struct reader *r = reader_of(flow);
	bool tcp = flow->key.ip_proto == IP_PROTO_TCP, wait = false;
	uint8_t choice = !tcp && in->wanted != 0
	    ? in->wanted
	    : guess(in, tcp ? l7_table_tcp : l7_table_udp, tcp ? l7_table_tcp_count : l7_table_udp_count, input, &wait);
	if (tcp && l7_expect_has(in->expect, input->flow)) /* whatever the bytes look like */
		choice = choice_of(&l7_ftp_data_parser);
	if (choice == 0) {
		if (!wait)
			r->status |= (uint8_t)(READER_SIDE_NOTHING << input->side);
		/* Neither side speaks anything we know; of UDP, the first datagram decides for the flow. */
		if (!tcp || (r->status & (READER_SIDE_NOTHING * 3)) == READER_SIDE_NOTHING * 3) {
			r->status |= READER_OFF;
			r->app = APP_UNKNOWN;
		}
		return false;
	}
	const struct l7_parser *parser = parser_at(flow, choice);
	r->app = (uint8_t)parser->app;
	if (parser->state_size > 0 && !take_state(in, r, parser))
		return false;
	r->parser = choice;
	sink_count_flow(in->sink, parser->app, flow->key.ip_proto);
	inspect_view_flow(in, flow); /* rules hear which protocol it is */
	/* The beginning of the other side was no such thing, and is gone. Where the capture began late, it was the rest of a
	 * message: the parser may go on after it. */
	enum l7_side other = input->side == L7_CLIENT ? L7_SERVER : L7_CLIENT;
	if ((r->status & (READER_SIDE_NOTHING << other)) != 0) {
		bool goes_on = (flow->flags & FLOW_MIDSTREAM) != 0 && parser->gap != NULL &&
		    parser->gap(state_of(in, r), other, 1);
		r->status |= (uint8_t)((goes_on ? 0 : READER_SIDE_DONE) << other);
		r->status &= (uint8_t) ~((goes_on ? READER_SIDE_NOTHING : 0) << other);
	}
	return true;
}

/* A datagram exchange that is complete is kept only a little longer; a new question keeps it again. */
static void
mark_done(struct inspector *in, struct flow *flow, bool done)
{
	if (done && (flow->flags & FLOW_CLOSED) == 0) {
		flow->flags |= FLOW_CLOSED;
		flow_table_shorten(in->flows, flow);
	} else if (!done) {
		flow->flags &= (uint8_t)~FLOW_CLOSED;
	}
}

bool
reader_wants(struct inspector *in, const struct packet *packet)
{
	struct l7_flow flow = {.client = packet->src,
	    .server = packet->dst,
	    .client_port = packet->src_port,
	    .server_port = packet->dst_port,
	    .ip_proto = packet->ip_proto,
	    .ip_version = packet->ip_version,
	    .time_ns = packet->time_ns};
	struct l7_input input = {
	    .side = L7_CLIENT, .end = true, .data = packet->payload, .flow = &flow, .scratch = in->scratch};
	bool wait;
	in->wanted = guess(in, l7_table_udp, l7_table_udp_count, &input, &wait);
	return in->wanted != 0;
}

bool
reader_is_answer(const struct inspector *in, const struct packet *packet)
{
	const struct l7_parser *parser = in->wanted == 0 ? NULL : l7_table_udp[in->wanted - 1];
	return parser != NULL && parser->sender != NULL && parser->sender(packet->payload) == L7_BY_SERVER;
}

enum l7_sender
reader_sender_of(struct inspector *in, struct flow *flow, struct bytes first)
{
	struct l7_flow seen = reader_flow(in, flow);
	struct l7_input client = {.side = L7_CLIENT, .data = first, .flow = &seen, .scratch = in->scratch}, server = client;
	server.side = L7_SERVER;
	for (size_t i = 0; i < l7_table_tcp_count; i++) {
		const struct l7_parser *parser = l7_table_tcp[i];
		bool by_client = parser->guess(&client) == L7_YES, by_server = parser->guess(&server) == L7_YES;
		if (by_client != by_server)
			return by_client ? L7_BY_CLIENT : L7_BY_SERVER;
		if (by_client)
			return parser->sender == NULL ? L7_BY_EITHER : parser->sender(first);
	}
	return L7_BY_EITHER;
}

static void
apply_verdict(struct reader *r, enum l7_side side, enum l7_verdict verdict)
{
	switch (verdict) {
	case L7_MORE:
	case L7_TLS: break;
	case L7_SIDE_DONE: r->status |= (uint8_t)(READER_SIDE_DONE << side); break;
	case L7_DONE:
	case L7_BROKEN: r->status |= READER_OFF; break;
	}
	if ((r->status & (READER_SIDE_DONE * 3)) == READER_SIDE_DONE * 3)
		r->status |= READER_OFF;
	/* What follows a handshake that was read to its end is noise to those without the key. */
	if ((r->status & READER_OFF) != 0 && verdict != L7_BROKEN)
		r->encrypted = r->app == APP_TLS || r->went_tls || r->app == APP_SSH;
}

/* The parser says what is unfinished, and its state is given back. */
static void
leave_parser(struct inspector *in, struct flow *flow, const struct l7_flow *seen)
{
	struct reader *r = reader_of(flow);
	const struct l7_parser *parser = parser_at(flow, r->parser);
	sink_mute(in->sink, parser->app);
	if (parser->finish != NULL && (r->state != 0 || parser->state_size == 0))
		parser->finish(state_of(in, r), seen, in->sink);
	sink_mute(in->sink, APP_UNKNOWN);
	if (r->state != 0)
		state_pools_give(&in->states, r->state - 1);
	r->state = 0;
}

/* From here on both sides speak TLS. */
static void
hand_to_tls(struct inspector *in, struct flow *flow, const struct l7_flow *seen)
{
	struct reader *r = reader_of(flow);
	leave_parser(in, flow, seen);
	r->parser = choice_of(&l7_tls_parser);
	r->went_tls = true;
	sink_count_flow(in->sink, APP_TLS, flow->key.ip_proto);
	inspect_view_flow(in, flow);
	(void)take_state(in, r, &l7_tls_parser); /* without memory for it, reading is off */
}

struct reader_use
reader_feed(struct inspector *in, struct flow *flow, enum flow_side side, struct bytes data, bool end)
{
	struct reader *r = reader_of(flow);
	struct l7_flow seen = reader_flow(in, flow);
	struct l7_input input = {
	    .side = (enum l7_side)side, .end = end, .data = data, .flow = &seen, .scratch = in->scratch};
	struct reader_use use = {0};
	if (r->parser == 0) {
		if ((r->status & (READER_SIDE_NOTHING << side)) != 0)
			return (struct reader_use){.used = data.len}; /* the other side may still tell */
		if (!choose(in, flow, &input))
			return (struct reader_use){
			    .used = (r->status & (READER_OFF | READER_SIDE_NOTHING << side)) != 0 ? data.len : 0};
	}
	const struct l7_parser *parser = parser_at(flow, r->parser);
	while (use.skip == 0 && (r->status & (READER_OFF | READER_SIDE_DONE << side)) == 0 && (use.used < data.len || end)) {
		input.data = bytes_after(data, use.used);
		sink_mute(in->sink, parser->app);
		struct l7_step step = parser->step(state_of(in, r), &input, in->sink);
		sink_mute(in->sink, APP_UNKNOWN);
		ENSURE(step.used <= input.data.len);
		use.used += step.used;
		use.skip = step.skip;
		use.wake = step.wake || step.verdict == L7_TLS;
		apply_verdict(r, input.side, step.verdict);
		if (step.verdict == L7_TLS)
			hand_to_tls(in, flow, &seen);
		/* A skip reaches first into what is here. */
		size_t here = use.skip < data.len - use.used ? (size_t)use.skip : data.len - use.used;
		use.used += here;
		use.skip -= here;
		if ((step.used == 0 && here == 0) || use.wake)
			break;
	}
	return use;
}

void
reader_datagram(struct inspector *in, struct flow *flow, enum flow_side side, struct bytes data)
{
	struct reader *r = reader_of(flow);
	if (data.len == 0 || (r->status & (READER_OFF | READER_SIDE_DONE << side)) != 0)
		return;
	struct l7_flow seen = reader_flow(in, flow);
	struct l7_input input = {
	    .side = (enum l7_side)side, .end = true, .data = data, .flow = &seen, .scratch = in->scratch};
	if (r->parser == 0 && !choose(in, flow, &input))
		return;
	const struct l7_parser *parser = parser_at(flow, r->parser);
	if (r->state == 0 && parser->state_size > 0) {
		if (!take_state(in, r, parser))
			return;
		parser->resume(state_of(in, r), r->kept);
	}
	sink_mute(in->sink, parser->app);
	struct l7_step step = parser->step(state_of(in, r), &input, in->sink);
	sink_mute(in->sink, APP_UNKNOWN);
	apply_verdict(r, input.side, step.verdict);
	/* Nothing is pending: the memory is for those who wait, and the flow may soon end. */
	bool idle = parser->state_size == 0 || (parser->reduce != NULL && parser->reduce(state_of(in, r), &r->kept));
	if (idle && r->state != 0) {
		state_pools_give(&in->states, r->state - 1);
		r->state = 0;
	}
	mark_done(in, flow, idle && side == FLOW_ANSWERER);
}

void
reader_gap(struct inspector *in, struct flow *flow, enum flow_side side, uint64_t lost)
{
	struct reader *r = reader_of(flow);
	in->counters.stream_gap_bytes += lost;
	if (r->parser == 0) {
		r->status |= (uint8_t)(READER_SIDE_NOTHING << side);
		if ((r->status & (READER_SIDE_NOTHING * 3)) == READER_SIDE_NOTHING * 3)
			r->status |= READER_OFF;
		return;
	}
	const struct l7_parser *parser = parser_at(flow, r->parser);
	if (parser->gap == NULL || !parser->gap(state_of(in, r), (enum l7_side)side, lost)) {
		bool encrypted = r->encrypted; /* a gap does not make it so */
		apply_verdict(r, (enum l7_side)side, L7_SIDE_DONE);
		r->encrypted = encrypted;
	}
}

uint8_t
reader_request_incomplete(const struct inspector *in, struct flow *flow)
{
	struct reader *r = reader_of(flow);
	const struct l7_parser *parser = r->parser != 0 && r->state != 0 ? parser_at(flow, r->parser) : NULL;
	if (parser == NULL || parser->incomplete == NULL || !parser->incomplete(state_of(in, r)))
		return OBSERVED_REQUEST_COMPLETE;
	bool told = r->open_told;
	r->open_told = true;
	return told ? OBSERVED_REQUEST_STILL_OPEN : OBSERVED_REQUEST_OPEN;
}

void
reader_finish(struct inspector *in, struct flow *flow)
{
	struct reader *r = reader_of(flow);
	if (r->parser != 0) {
		struct l7_flow seen = reader_flow(in, flow);
		seen.time_ns = flow->last_ns;
		leave_parser(in, flow, &seen);
	}
	r->parser = 0;
	r->status |= READER_OFF;
}
