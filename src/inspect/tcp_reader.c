/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/inspector.h"

#include "net/anomaly.h"
#include "net/host_policy.h"

enum {
	HOLE_PATIENCE = 32, /* segments held behind a hole that its receiver has acknowledged: it was lost by the capture */
	GIB = 1 << 30,
	SCALE_FORGOTTEN =
	    0xfe, /* offered perhaps, with a value that a seed does not keep: above all real ones, so the largest is believed */
	REGION_GAP = 256 << 10,      /* what comes that far beyond a hole is a region of its own, as Suricata counts them */
	STREAM_WINDOW_MAX = 1 << 20, /* bytes ahead of the stream that are believed, whatever the receiver's window */
};

/* A body of many GiB is passed over in steps: sequence numbers stay comparable only within 2^31. */
static void
skip_body(struct inspector *in, struct reader *r, enum flow_side side, uint64_t skip)
{
	uint64_t steps = skip / GIB;
	r->skip_gib[side] = (uint8_t)(steps > UINT8_MAX ? UINT8_MAX : steps);
	reassembly_skip(&r->stream[side], in->streams, (uint32_t)(skip % GIB));
}

/* Nobody reads this side: no parser, and no rule. */
static bool
is_unseen(const struct inspector *in, const struct reader *r, enum flow_side side)
{
	return (in->options.viewer == NULL || r->encrypted) && (r->status & (READER_OFF | READER_SIDE_DONE << side)) != 0;
}

static bool
side_is_off(const struct reader *r, enum flow_side side)
{
	return (r->status & (READER_OFF | READER_SIDE_DONE << side)) != 0;
}

/* Gives back what is held when nobody reads it any more. */
static void
stop_unread(struct inspector *in, struct reader *r)
{
	for (unsigned side = 0; side < 2; side++)
		if (is_unseen(in, r, side) && reassembly_started(&r->stream[side]))
			reassembly_stop(&r->stream[side], in->streams);
}

/* What may be read of what is contiguous. */
static struct bytes
readable(const struct inspector *in, const struct reader *r, enum flow_side side)
{
	const struct reassembly *stream = &r->stream[side];
	struct bytes ready = reassembly_ready(stream, in->streams);
	if (LIKELY(!in->reads_acked))
		return ready;
	int32_t allowed = (int32_t)(r->read_to[side] - (stream->next_seq - (uint32_t)ready.len));
	return bytes_first(ready, allowed < 0 ? 0 : (size_t)allowed);
}

static void
start_stream(struct reader *r, enum flow_side side, uint32_t seq, enum reassembly_policy policy, uint32_t window_bytes)
{
	reassembly_start(&r->stream[side], seq, policy, window_bytes);
	r->read_to[side] = seq;
}

/* Reads the contiguous bytes of one side as far as its parser goes. True when it stopped for the other side to go on. */
static bool
read_ready(struct inspector *in, struct flow *flow, enum flow_side side, bool end)
{
	struct reader *r = reader_of(flow);
	struct reassembly *stream = &r->stream[side];
	for (;;) {
		struct bytes ready = readable(in, r, side);
		if (side_is_off(r, side) || (ready.len == 0 && !end))
			return false;
		struct reader_use use = reader_feed(in, flow, side, ready, end);
		reassembly_consume(stream, in->streams, use.used);
		if (use.skip > 0)
			skip_body(in, r, side, use.skip);
		if (use.wake)
			return true;
		if (use.used == 0 || (use.skip == 0 && use.used == ready.len))
			break;
	}
	/* A message longer than anything we read: nothing is gained by waiting. */
	if (!side_is_off(r, side) && readable(in, r, side).len >= L7_WAITING_MAX)
		r->status |= (uint8_t)(READER_SIDE_DONE << side);
	return false;
}

/* The sides in turns: one that asked for TLS waits for the answer, and comes before what follows the answer. */
static void
read_turns(struct inspector *in, struct flow *flow, enum flow_side side, bool end)
{
	while (read_ready(in, flow, side, end))
		(void)read_ready(in, flow, (enum flow_side) !side, false);
}

/* Once the protocol is known, what the other side said before is read too. */
static void
read_other(struct inspector *in, struct flow *flow, enum flow_side side)
{
	struct reader *r = reader_of(flow);
	if (r->parser == 0 || (r->status & (READER_SIDE_NOTHING << !side)) != 0)
		return;
	if (reassembly_started(&r->stream[!side]))
		read_turns(in, flow, (enum flow_side) !side, false);
	inspect_view_stream_again(in, flow, (enum flow_side) !side);
}

/* The end of a side is told to its parser once, after its last byte. */
static void
tell_end(struct inspector *in, struct flow *flow, enum flow_side side)
{
	struct reader *r = reader_of(flow);
	if (side_is_off(r, side) || (r->status & (READER_SIDE_ENDED << side)) != 0)
		return;
	r->status |= (uint8_t)(READER_SIDE_ENDED << side);
	read_turns(in, flow, side, true);
}

/* Rules see the bytes that have become contiguous; those that no parser wants are then done with. */
static void
show_ready(struct inspector *in, struct flow *flow, enum flow_side side, size_t before)
{
	struct reassembly *stream = &reader_of(flow)->stream[side];
	struct bytes ready = reassembly_ready(stream, in->streams);
	inspect_view_stream(in, flow, side, bytes_after(ready, before));
	if (side_is_off(reader_of(flow), side))
		reassembly_consume(stream, in->streams, ready.len);
}

/* A hole that will never be filled: passed over and said to the parser, with the beginning of the message that it cut. */
static void
give_up_hole(struct inspector *in, struct flow *flow, enum flow_side side, bool by_packet)
{
	struct reader *r = reader_of(flow);
	struct reassembly *stream = &r->stream[side];
	size_t waiting = reassembly_ready(stream, in->streams).len;
	if (waiting > 0)
		reassembly_consume(stream, in->streams, waiting);
	size_t lost = reassembly_skip_hole(stream, in->streams);
	if (lost + waiting == 0)
		return;
	if (in->options.viewer != NULL && lost > 0)
		inspect_view_gap(in, flow, side, lost);
	r->read_to[side] = stream->next_seq;
	if (in->options.viewer != NULL)
		show_ready(in, flow, side, 0);
	if (lost > 0)
		inspect_gap(in, flow, side, by_packet);
	reader_gap(in, flow, side, lost + waiting);
	read_turns(in, flow, side, false);
}

static void
more_gib(struct inspector *in, struct reader *r, enum flow_side side)
{
	if (r->skip_gib[side] == 0)
		return;
	r->skip_gib[side]--;
	reassembly_skip(&r->stream[side], in->streams, GIB);
}

/* Payload in order while nothing waits: the parser reads the packet's own bytes. */
static void
read_fast(struct inspector *in, struct flow *flow, enum flow_side side, struct bytes fresh)
{
	struct reader *r = reader_of(flow);
	bool knew = r->parser != 0;
	inspect_view_stream(in, flow, side, fresh);
	if (side_is_off(r, side))
		return;
	struct reader_use use = reader_feed(in, flow, side, fresh, false);
	if (use.skip > 0)
		skip_body(in, r, side, use.skip);
	struct bytes rest = bytes_after(fresh, use.used);
	if (rest.len > 0 && !side_is_off(r, side) && !reassembly_keep(&r->stream[side], in->streams, rest)) {
		in->counters.stream_refused++;
		reader_gap(in, flow, side, rest.len);
	}
	if (use.wake) {
		(void)read_ready(in, flow, (enum flow_side) !side, false);
		read_turns(in, flow, side, false);
	}
	if (!knew && r->parser != 0) {
		inspect_view_stream_again(in, flow, side);
		read_other(in, flow, side);
	}
}

static void
read_held(struct inspector *in, struct flow *flow, enum flow_side side, const struct packet *p, uint32_t seq)
{
	struct reader *r = reader_of(flow);
	bool knew = r->parser != 0;
	size_t before = in->options.viewer == NULL ? 0 : reassembly_ready(&r->stream[side], in->streams).len;
	enum reassembly_result result = reassembly_add(&r->stream[side], in->streams, seq, p->payload);
	if (in->options.viewer != NULL)
		show_ready(in, flow, side, before);
	if (result == REASSEMBLY_DIFFERS)
		inspect_anomaly(in, p, flow, ANOMALY_STREAM_REASSEMBLY_OVERLAP_DIFFERENT_DATA);
	if (result == REASSEMBLY_REFUSED) {
		in->counters.stream_refused++;
		give_up_hole(in, flow, side, true); /* the budget is for those who can use it */
	}
	if (!side_is_off(r, side))
		read_turns(in, flow, side, false);
	if (!knew && r->parser != 0) {
		inspect_view_stream_again(in, flow, side);
		read_other(in, flow, side);
	}
}

/* The receiver has the bytes before `to`: now they are read. */
static void
read_acked(struct inspector *in, struct flow *flow, enum flow_side side, uint32_t to)
{
	struct reader *r = reader_of(flow);
	struct reassembly *stream = &r->stream[side];
	if (!reassembly_started(stream))
		return;
	if ((int32_t)(to - stream->next_seq) > 0)
		to = stream->next_seq;
	if ((int32_t)(to - r->read_to[side]) <= 0)
		return;
	bool knew = r->parser != 0;
	size_t before = readable(in, r, side).len;
	r->read_to[side] = to;
	struct bytes ready = readable(in, r, side);
	inspect_view_stream(in, flow, side, bytes_after(ready, before));
	if (side_is_off(r, side)) {
		reassembly_consume(stream, in->streams, ready.len);
		return;
	}
	read_turns(in, flow, side, false);
	if (!knew && r->parser != 0) {
		inspect_view_stream_again(in, flow, side);
		read_other(in, flow, side);
	}
}

/* Kept until it is acknowledged, or the room is needed. */
static void
keep_for_ack(struct inspector *in, struct flow *flow, enum flow_side side, const struct packet *p, uint32_t seq)
{
	struct reader *r = reader_of(flow);
	struct reassembly *stream = &r->stream[side];
	if (reassembly_ready(stream, in->streams).len + p->payload.len > L7_WAITING_MAX)
		read_acked(in, flow, side, stream->next_seq);
	enum reassembly_result result = reassembly_add(stream, in->streams, seq, p->payload);
	if (result == REASSEMBLY_DIFFERS)
		inspect_anomaly(in, p, flow, ANOMALY_STREAM_REASSEMBLY_OVERLAP_DIFFERENT_DATA);
	if (result == REASSEMBLY_REFUSED) {
		in->counters.stream_refused++;
		give_up_hole(in, flow, side, true);
	}
}

/* What this packet acknowledges of the other side's bytes. */
static void
read_what_is_acked(struct inspector *in, struct flow *flow, enum flow_side side, const struct packet *p)
{
	struct reader *r = reader_of(flow);
	uint32_t to;
	if (conversation_acked(&r->tcp, !side, &to))
		read_acked(in, flow, (enum flow_side) !side, to);
	if (in->believes_one_side && conversation_one_sided(&r->tcp))
		read_acked(in, flow, side, p->tcp.seq);
}

/* Of two copies of a byte, the one that the receiver believes. */
static enum reassembly_policy
policy_of(const struct inspector *in, const struct flow *flow, enum flow_side side)
{
	uint16_t port;
	if (LIKELY(in->options.hosts == NULL))
		return REASSEMBLY_FIRST;
	return host_policy_of_stream(
	    in->options.hosts, side == FLOW_OPENER ? flow_answerer(flow, &port) : flow_opener(flow, &port));
}

static void
read_payload(struct inspector *in, struct flow *flow, enum flow_side side, const struct packet *p, uint32_t seq)
{
	struct reader *r = reader_of(flow);
	struct reassembly *stream = &r->stream[side];
	uint32_t window = conversation_window(&r->tcp, side);
	stream->window_bytes = window < STREAM_WINDOW_MAX ? window : STREAM_WINDOW_MAX;
	if (!reassembly_started(stream))
		start_stream(r, side, seq, policy_of(in, flow, side),
		    stream->window_bytes != 0 ? stream->window_bytes : STREAM_WINDOW_MAX);
	if (r->skip_gib[side] > 0 && (int32_t)(seq + (uint32_t)p->payload.len - stream->next_seq) >= 0)
		more_gib(in, r, side);
	in->payload_in_stream = true;
	if ((int32_t)(seq + (uint32_t)p->payload.len - stream->next_seq) <= 0)
		return; /* all of it was read, or is in a body that nobody reads */
	if ((int32_t)(seq - stream->next_seq) > REGION_GAP)
		r->far_sides |= (side == FLOW_OPENER ? 1U : 2U) & 3U;
	struct bytes fresh = in->reads_acked ? (struct bytes){0} : reassembly_pass(stream, seq, p->payload);
	if (fresh.len > 0)
		read_fast(in, flow, side, fresh);
	else if (in->reads_acked)
		keep_for_ack(in, flow, side, p, seq);
	else
		read_held(in, flow, side, p, seq);
	/* The capture kept less than there was: the rest is lost to us, now. */
	if (p->payload.len < p->payload_wire_len && !side_is_off(r, side)) {
		uint32_t cut = p->payload_wire_len - (uint32_t)p->payload.len;
		if (stream->next_seq == seq + (uint32_t)p->payload.len) {
			if (in->reads_acked)
				read_acked(in, flow, side, stream->next_seq);
			reassembly_skip(stream, in->streams, cut);
			inspect_view_gap(in, flow, side, cut);
			reader_gap(in, flow, side, cut);
		}
	}
}

/* The other side acknowledged more than was captured, and nothing follows: the end of the stream is missing. A single
 * number more is the FIN that was not captured. */
static void
tell_lost_end(struct inspector *in, struct flow *flow, enum flow_side side, bool by_packet)
{
	struct reader *r = reader_of(flow);
	if (side_is_off(r, side) || !reassembly_started(&r->stream[side]) || (r->status & (READER_SIDE_ENDED << side)) != 0)
		return;
	uint32_t lost = conversation_lost_after(&r->tcp, side, r->stream[side].next_seq);
	if (lost < 2)
		return;
	in->counters.stream_gap_bytes += lost;
	in->counters.stream_gaps++;
	inspect_gap(in, flow, side, by_packet);
}

/* The hole at the front of a stream that is over. Read as Suricata reads, what its receiver never had is not lost, but did not come yet: rules
 * see what is behind it, parsers do not. */
static bool
is_lost(const struct inspector *in, const struct reader *r, enum flow_side side)
{
	return !in->reads_acked || conversation_acknowledged(&r->tcp, side, r->stream[side].next_seq + 1);
}

static void
show_behind_hole(struct inspector *in, struct flow *flow, enum flow_side side)
{
	struct reassembly *stream = &reader_of(flow)->stream[side];
	reassembly_consume(stream, in->streams, reassembly_ready(stream, in->streams).len);
	size_t hole = reassembly_skip_hole(stream, in->streams);
	struct bytes ready = reassembly_ready(stream, in->streams);
	inspect_view_gap(in, flow, side, hole);
	inspect_view_stream(in, flow, side, ready);
	reassembly_consume(stream, in->streams, ready.len);
}

static void
finish(struct inspector *in, struct flow *flow, bool by_packet)
{
	struct reader *r = reader_of(flow);
	uint64_t number = in->number;
	const struct packet *packet = sink_packet(in->sink);
	if (in->reads_acked) { /* no packet shows these bytes: the end of the flow does */
		in->number = 0;
		sink_at(in->sink, NULL);
	}
	for (unsigned side = 0; side < 2; side++) {
		if (in->reads_acked)
			read_acked(in, flow, (enum flow_side)side, r->stream[side].next_seq);
		for (unsigned holes = 0; holes <= HELD_COUNT_MAX && r->stream[side].held.count > 0; holes++)
			if (!is_lost(in, r, (enum flow_side)side))
				show_behind_hole(in, flow, (enum flow_side)side);
			else if (!side_is_off(r, side))
				give_up_hole(in, flow, (enum flow_side)side, by_packet);
		tell_lost_end(in, flow, (enum flow_side)side, by_packet);
		tell_end(in, flow, (enum flow_side)side);
	}
	in->number = number;
	sink_at(in->sink, packet);
}

/* Who opened a connection that was joined late is a guess by its ports until the bytes themselves tell. */
static void
look_for_opener(struct inspector *in, struct flow *flow, enum flow_side side, struct bytes payload)
{
	struct reader *r = reader_of(flow);
	if (r->parser != 0 || (r->status & READER_OFF) != 0 || payload.len == 0)
		return;
	enum l7_sender sender = reader_sender_of(in, flow, payload);
	if (sender != L7_BY_EITHER)
		conversation_opened_by(&r->tcp, sender == L7_BY_CLIENT ? side : !side);
}

/* Nothing was read yet, or is forgotten: the opener and the answerer change places. */
static void
turn(struct flow *flow)
{
	enum { OF_OPENER = READER_SIDE_DONE | READER_SIDE_NOTHING | READER_SIDE_ENDED, OF_ANSWERER = OF_OPENER << 1 };
	struct reader *r = reader_of(flow), was = *r;
	flow_turn(flow);
	conversation_turn(&r->tcp);
	for (unsigned side = 0; side < 2; side++) {
		r->stream[side] = was.stream[!side];
		r->skip_gib[side] = was.skip_gib[!side];
		r->read_to[side] = was.read_to[!side];
		memcpy(r->mac[side], was.mac[!side], sizeof(r->mac[side]));
	}
	r->far_sides = (((uint32_t)was.far_sides & 1U) << 1 | ((uint32_t)was.far_sides >> 1 & 1U)) & 3U;
	r->status = (uint8_t)((was.status & ~(OF_OPENER | OF_ANSWERER)) | (was.status & OF_OPENER) << 1 |
	    (was.status & OF_ANSWERER) >> 1);
}

void
tcp_reader_packet(struct inspector *in, struct flow *flow, enum flow_side side, const struct packet *p)
{
	struct reader *r = reader_of(flow);
	struct conversation_facts facts = conversation_packet(&r->tcp, side, &p->tcp, p->payload_wire_len);
	for (size_t i = 0; i < facts.anomaly_count; i++)
		inspect_anomaly(in, p, flow, facts.anomalies[i]);
	if ((facts.facts & CONVERSATION_NOW_ESTABLISHED) != 0)
		flow->flags |= FLOW_ESTABLISHED;
	if ((facts.facts & CONVERSATION_NOW_MIDSTREAM) != 0)
		flow->flags |= FLOW_MIDSTREAM;
	if ((facts.facts & CONVERSATION_NOW_CLOSED) != 0) {
		flow->flags |= (flow->flags & FLOW_ESTABLISHED) != 0 ? FLOW_CLOSED : FLOW_REFUSED | FLOW_CLOSED;
		flow_table_shorten(in->flows, flow);
	}
	if ((facts.facts & CONVERSATION_IS_REUSED) != 0) {
		/* Other people on the same ports: what was being read is over, and reading starts again. */
		finish(in, flow, true);
		reader_finish(in, flow);
		tcp_reader_release(in, flow);
		r->status &= READER_HAS_MAC;
		r->encrypted = false;
		flow->flags &= (uint8_t)~FLOW_MIDSTREAM;
	}
	if (UNLIKELY((flow->flags & FLOW_MIDSTREAM) != 0)) {
		if (in->leaves_midstream)
			return;
		if ((p->tcp.flags & TCP_RST) == 0 && (p->payload_wire_len > 0 || !conversation_one_sided(&r->tcp)))
			flow->flags |= FLOW_ESTABLISHED;
		look_for_opener(in, flow, side, p->payload);
	}
	if (UNLIKELY(r->tcp.client != FLOW_OPENER) && r->parser == 0) {
		turn(flow);
		side = !side;
	}
	in->packet_side = (uint8_t)side;
	if ((r->status & READER_OFF) != 0 && (in->options.viewer == NULL || r->encrypted)) {
		in->payload_in_stream = (facts.facts & CONVERSATION_HAS_DATA) != 0;
		return;
	}
	if ((facts.facts & CONVERSATION_HAS_START) != 0) {
		reassembly_stop(&r->stream[side], in->streams);
		start_stream(r, side, facts.start_seq, policy_of(in, flow, side), STREAM_WINDOW_MAX);
	}
	if ((facts.facts & CONVERSATION_HAS_DATA) != 0 && !is_unseen(in, r, side))
		read_payload(in, flow, side, p, facts.data_seq);
	if (in->reads_acked)
		read_what_is_acked(in, flow, side, p);
	/* What this side acknowledges, the other has sent: a hole there is the capture's, not the network's. */
	struct reassembly *other = &r->stream[!side];
	if (other->held.count >= HOLE_PATIENCE && conversation_acknowledged(&r->tcp, !side, other->next_seq + 1))
		give_up_hole(in, flow, (enum flow_side) !side, true);
	for (unsigned s = 0; s < 2; s++)
		if (!side_is_off(r, s) && reassembly_started(&r->stream[s]) &&
		    conversation_ends_at(&r->tcp, s, r->stream[s].next_seq) &&
		    (!in->reads_acked || (int32_t)(r->read_to[s] - r->stream[s].next_seq) >= 0))
			tell_end(in, flow, (enum flow_side)s);
	/* What is over, or not read any more, gives its memory back now, not when the flow is forgotten. */
	if ((facts.facts & CONVERSATION_NOW_CLOSED) != 0)
		finish(in, flow, true);
	if ((flow->flags & FLOW_CLOSED) != 0 || (r->status & READER_OFF) != 0)
		reader_finish(in, flow);
	stop_unread(in, r);
}

/* A seed does not keep what its packet acknowledged: the next packet tells, whichever way it goes. */
void
tcp_reader_replay(const struct inspector *in, struct flow *flow, uint32_t first_seq, enum flow_side next_side,
    const struct packet_tcp *next)
{
	struct packet_tcp first = {
	    .seq = first_seq, .flags = flow->first_tcp_flags, .window = UINT16_MAX, .scale = SCALE_FORGOTTEN};
	struct reader *r = reader_of(flow);
	unsigned side = flow->side[FLOW_OPENER].packets > 0 ? FLOW_OPENER : FLOW_ANSWERER;
	first.ack = next_side == side ? next->ack : next->seq + ((next->flags & TCP_SYN) != 0);
	struct conversation_facts facts = conversation_packet(&r->tcp, side, &first, 0);
	if ((facts.facts & CONVERSATION_NOW_MIDSTREAM) != 0)
		flow->flags |= FLOW_MIDSTREAM;
	if ((facts.facts & CONVERSATION_HAS_START) != 0)
		start_stream(r, side, facts.start_seq, policy_of(in, flow, side), STREAM_WINDOW_MAX);
}

void
tcp_reader_finish(struct inspector *in, struct flow *flow)
{
	finish(in, flow, false);
}

void
tcp_reader_release(struct inspector *in, struct flow *flow)
{
	struct reader *r = reader_of(flow);
	for (unsigned side = 0; side < 2; side++)
		if (reassembly_started(&r->stream[side]))
			reassembly_stop(&r->stream[side], in->streams);
}
