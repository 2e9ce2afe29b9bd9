/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/inspect.h"

#include "inspect/inspector.h"

#include "inspect/content_save.h"
#include "inspect/eve_flow.h"
#include "inspect/eve_packet.h"
#include "inspect/flow_measure.h"
#include "inspect/l7_settings.h"
#include "inspect/l7_http_body.h"
#include "inspect/l7_table.h"
#include "inspect/l7_turn.h"
#include "inspect/stream_settings.h"
#include "net/anomaly.h"
#include "net/host_policy.h"

#include <stdlib.h>

enum {
	BATCH = 16,          /* packets whose flows are fetched together */
	EXPIRE_LIMIT = 8192, /* flows that end at one moment; the others wait for the next */
	UPDATE_PACKETS = 1024,
	STREAM_SHARE_PERCENT = 22,
	STATE_SHARE_PERCENT = 14,
	DEFRAG_SHARE_PERCENT = 4,
	CODING_SHARE_PERCENT = 4,   /* of these: to undo the codings of bodies */
	CONTENT_SHARE_PERCENT = 12, /* where contents are wanted; of the memory; flows get the rest */
};
static const int64_t first_update_ns = INT64_C(60000000000), update_every_ns = INT64_C(300000000000);

static flow_ended end_flow;

static enum overlap_policy
overlap_of(const void *context, const struct addr *receiver)
{
	return host_policy_of_fragments(context, receiver);
}

static void
give_sink(struct inspector *in, struct sink *sink)
{
	in->sink = sink;
	sink_view(sink, in->options.viewer, &in->view_flow);
	sink_contents_into(sink, in->contents);
	sink_http_bodies_into(sink, in->http_bodies);
	sink_expect_into(sink, in->expect);
	sink_set(sink, in->options.settings);
}

struct inspector *
inspect_new(const struct inspect_options *options, struct sink *sink)
{
	struct inspector *in = calloc(1, sizeof(*in));
	if (in == NULL)
		return NULL;
	in->options = *options;
	if (options->streams != NULL && options->streams->as_suricata) {
		in->reads_acked = !options->streams->at_once;
		in->leaves_midstream = !options->streams->midstream;
		in->believes_one_side = options->streams->async_oneside;
	}
	size_t part = options->memory_bytes / 100;
	struct decode_options decode = {.checksums = options->checksums,
	    .overlap = OVERLAP_LINUX,
	    .overlap_of = options->hosts != NULL ? overlap_of : NULL,
	    .overlap_context = options->hosts,
	    .defrag_budget_bytes = part * DEFRAG_SHARE_PERCENT};
	bool wants_contents = options->viewer != NULL;
	size_t contents_share = wants_contents ? CONTENT_SHARE_PERCENT : 0;
	struct flow_table_options flows = {.budget_bytes = part *
	        (100 - STREAM_SHARE_PERCENT - STATE_SHARE_PERCENT - DEFRAG_SHARE_PERCENT - contents_share),
	    .hash_key = options->hash_key,
	    .timeouts = options->timeouts,
	    .ended = end_flow,
	    .context = in};
	in->decoder = decode_new(&decode);
	in->flows = flow_table_new(&flows);
	in->streams = reassembly_budget_new(part * STREAM_SHARE_PERCENT);
	in->scratch = malloc(L7_SCRATCH_SIZE);
	in->expect = l7_expect_new(options->hash_key);
	if (wants_contents)
		in->contents = content_store_new(part * (contents_share - CODING_SHARE_PERCENT), options->hash_key);
	bool tells_fields = options->settings != NULL &&
	    (options->settings->http.tell_request_fields || options->settings->http.tell_response_fields);
	if (wants_contents || tells_fields)
		in->http_bodies = l7_http_body_store_new(part * CODING_SHARE_PERCENT);
	bool asks_kinds = wants_contents &&
	    (options->viewer->file_magic || (options->settings != NULL && options->settings->files.force_magic));
	struct diag unread; /* inspect_new's caller asks file_kind_new() first, where it can tell */
	if (asks_kinds && file_kind_new(&in->kinds, &unread) < 0)
		in->kinds = NULL;
	bool states = state_pools_init(&in->states, part * STATE_SHARE_PERCENT) == 0;
	if (in->decoder == NULL || in->flows == NULL || in->streams == NULL || in->scratch == NULL || in->expect == NULL ||
	    !states || (wants_contents && in->contents == NULL) ||
	    ((wants_contents || tells_fields) && in->http_bodies == NULL)) {
		inspect_free(in);
		return NULL;
	}
	if (in->contents != NULL) {
		content_save_into(in->contents, options->saver);
		content_store_tell_kinds(in->contents, in->kinds);
	}
	give_sink(in, sink);
	return in;
}

void
inspect_free(struct inspector *in)
{
	if (in == NULL)
		return;
	decode_free(in->decoder);
	flow_table_free(in->flows);
	reassembly_budget_free(in->streams);
	state_pools_done(&in->states);
	content_store_free(in->contents);
	l7_http_body_store_free(in->http_bodies);
	l7_expect_free(in->expect);
	file_kind_free(in->kinds);
	free(in->scratch);
	free(in);
}

void
inspect_clear(struct inspector *in, struct sink *sink)
{
	decode_clear(in->decoder);
	flow_table_clear(in->flows);
	reassembly_budget_clear(in->streams);
	state_pools_clear(&in->states);
	l7_expect_clear(in->expect);
	if (in->contents != NULL)
		content_store_clear(in->contents);
	if (in->http_bodies != NULL)
		l7_http_body_store_clear(in->http_bodies);
	give_sink(in, sink);
	in->wanted = 0;
	in->number = 0;
	in->now_ns = 0;
	in->counters = (struct inspect_counters){0};
}

static void
fill_observed_flow(const struct flow *flow, struct observed_flow *out)
{
	const struct reader *r = (const struct reader *)(const void *)flow->extra;
	for (size_t i = 0; i < 2; i++) {
		out->packets[i] = flow->side[i].packets;
		out->bytes[i] = flow->side[i].bytes;
		out->payload_bytes[i] = flow->side[i].payload_bytes;
		out->data_packets[i] = flow->side[i].data_packets;
		out->tcp_flags[i] = flow->side[i].tcp_flags;
	}
	out->first_ns = flow->first_ns;
	out->last_ns = flow->last_ns;
	out->longest_gap_ms = flow_idle_max_ms(flow);
	out->first_flags = flow->first_tcp_flags;
	out->state = (flow->flags & FLOW_REFUSED) != 0 ? FLOW_STATE_REFUSED
	    : (flow->flags & FLOW_CLOSED) != 0         ? FLOW_STATE_CLOSED
	    : (flow->flags & FLOW_ESTABLISHED) != 0    ? FLOW_STATE_ESTABLISHED
	                                               : FLOW_STATE_NEW;
	bool spoke = flow->side[0].payload_bytes + flow->side[1].payload_bytes > 0;
	out->app = r->app != 0 ? r->app : spoke ? APP_UNKNOWN : APP_NONE;
	out->midstream = (flow->flags & FLOW_MIDSTREAM) != 0;
}

static void
observe_vector(struct inspector *in, struct flow *flow, const struct l7_flow *seen, enum flow_vector_moment moment)
{
	const struct reader *r = reader_of(flow);
	struct observation *o = sink_observe(in->sink, OBSERVATION_VECTOR, seen);
	if (o == NULL)
		return;
	struct flow_numbers numbers;
	struct flow_vector vector;
	uint32_t retransmitted[2] = {r->tcp.side[0].retransmissions, r->tcp.side[1].retransmissions};
	bool tcp = flow->key.ip_proto == IP_PROTO_TCP && flow->is_seed == 0;
	flow_measure(flow, tcp ? retransmitted : (uint32_t[2]){0}, r->went_tls ? APP_TLS : r->app, &numbers);
	flow_vector_of_numbers(&numbers, &vector);
	memcpy(o->vector.code, vector.code, sizeof(o->vector.code));
	o->vector.first_ns = flow->first_ns;
	o->vector.last_ns = flow->last_ns;
	o->vector.bytes[0] = numbers.bytes[0];
	o->vector.bytes[1] = numbers.bytes[1];
	o->vector.moment = (uint8_t)moment;
}

static void
observe_update(struct inspector *in, struct flow *flow)
{
	struct l7_flow seen = reader_flow(in, flow);
	struct observation *o = sink_observe(in->sink, OBSERVATION_FLOW_UPDATE, &seen);
	if (o == NULL)
		return;
	fill_observed_flow(flow, &o->flow);
	o->flow.request_incomplete = reader_request_incomplete(in, flow);
}

/* One direction of a flow that is over. */
static void
say_netflow(struct inspector *in, const struct flow *flow, struct l7_flow *seen, const struct eve_flow *e)
{
	for (unsigned side = 0; side < 2; side++) {
		struct l7_flow turned = side == FLOW_OPENER ? *seen : l7_turn(seen);
		struct json *j = flow->side[side].packets == 0 ? NULL : sink_open(in->sink, BYTES("netflow"), &turned);
		if (j == NULL)
			continue;
		sink_write_macs(in->sink, j, turned.client_mac, turned.server_mac, turned.has_mac);
		eve_flow_write_net(j, flow, (enum flow_side)side, e);
		sink_close(in->sink);
	}
}

static void
say_flow(struct inspector *in, struct flow *flow, struct l7_flow *seen, enum flow_end why)
{
	const struct reader *r = reader_of(flow);
	uint8_t proto = flow->key.ip_proto;
	bool spoke = flow->side[0].payload_bytes + flow->side[1].payload_bytes > 0 &&
	    (proto == IP_PROTO_TCP || proto == IP_PROTO_UDP || proto == IP_PROTO_SCTP);
	enum app_proto app = r->app != 0 ? (enum app_proto)r->app : spoke ? APP_UNKNOWN : APP_NONE;
	bool is_seed = flow->is_seed != 0;
	struct eve_flow e = {.app = r->went_tls ? APP_TLS : app,
	    .before = r->went_tls ? app : APP_UNKNOWN,
	    .why = why,
	    .alerted = r->alerted,
	    .regions = {is_seed ? 0 : 1 + (r->far_sides & 1), is_seed ? 0 : 1 + (r->far_sides >> 1 & 1)},
	    .tcp_ends = !is_seed &&
	        (r->tcp.state == CONVERSATION_LAST_ACK || r->tcp.state == CONVERSATION_TIME_WAIT ||
	            r->tcp.state == CONVERSATION_CLOSED),
	    .tcp_state_cstr = conversation_state_name(!is_seed ? (enum conversation_state)r->tcp.state
	            : (flow->first_tcp_flags & 0x12) == 2      ? CONVERSATION_SYN_SENT
	                                                       : CONVERSATION_NONE)};
	struct json *j = sink_open_flow(in->sink, seen);
	if (j != NULL) {
		sink_write_macs(in->sink, j, seen->client_mac, seen->server_mac, seen->has_mac);
		if (in->options.with_community_id && !sink_settings(in->sink)->eve.community_id) {
			char text[FLOW_COMMUNITY_ID_SIZE];
			flow_community_id(&flow->key, 0, text);
			json_cstr(j, JSON_KEY("community_id"), text);
		}
		size_t alerted_at = eve_flow_write(j, flow, &e);
		if (in->options.with_features)
			eve_flow_write_features(
			    j, flow, (uint32_t[2]){r->tcp.side[0].retransmissions, r->tcp.side[1].retransmissions});
		sink_close_flow(in->sink, flow->id, alerted_at, e.alerted);
	}
	say_netflow(in, flow, seen, &e);
}

/* The flow table's call: a flow is over. */
static void
end_flow(void *context, struct flow *flow, enum flow_end why)
{
	struct inspector *in = context;
	uint8_t incomplete = OBSERVED_REQUEST_COMPLETE;
	if (in->options.stage == INSPECT_FLOWS)
		return;
	const struct packet *packet = sink_packet(in->sink); /* of another flow, that made it end */
	sink_at(in->sink, NULL);
	if (flow->is_seed == 0) {
		inspect_view_flow(in, flow);
		if (flow->key.ip_proto == IP_PROTO_TCP)
			tcp_reader_finish(in, flow);
		incomplete = reader_request_incomplete(in, flow);
		reader_finish(in, flow);
		tcp_reader_release(in, flow);
		if (in->contents != NULL)
			content_store_flow_end(in->contents, flow->id);
	}
	struct l7_flow seen = reader_flow(in, flow);
	struct observation *o = sink_observe(in->sink, OBSERVATION_FLOW_END, &seen);
	if (o != NULL) {
		fill_observed_flow(flow, &o->flow);
		o->flow.evicted = why == FLOW_END_EVICTED;
		o->flow.request_incomplete = incomplete;
	}
	if (in->options.with_vectors)
		observe_vector(in, flow, &seen, FLOW_VECTOR_AT_END);
	seen.time_ns = flow->last_ns;
	seen.packet_number = 0; /* Suricata gives flow events no packet */
	say_flow(in, flow, &seen, why);
	if (flow->is_seed == 0 && in->options.viewer != NULL)
		in->options.viewer->flow_end(in->options.viewer->context, flow->id, flow->last_ns);
	sink_at(in->sink, packet);
}

static void
write_anomaly(struct inspector *in, struct json *j, enum anomaly anomaly)
{
	if (j == NULL)
		return;
	const char *name = anomaly_name(anomaly);
	bool is_stream = name[0] == 's';
	const struct packet *packet = sink_packet(in->sink);
	const struct eve_settings *eve = &sink_settings(in->sink)->eve;
	if (!eve->packet_source && packet != NULL)
		json_cstr(j, JSON_KEY("pkt_src"), sink_packet_source(packet));
	if (eve->anomaly.header && packet != NULL)
		eve_packet_write(j, packet, packet->frame.len - packet->payload.len);
	json_open_object(j, JSON_KEY("anomaly"));
	json_cstr(j, JSON_KEY("type"), is_stream ? "stream" : "decode");
	json_cstr(j, JSON_KEY("event"), name);
	json_close_object(j);
	sink_close(in->sink);
}

/* NULL: nobody wants to know. */
static struct json *
open_anomaly(struct inspector *in, enum anomaly anomaly, const struct l7_flow *flow, const struct packet *packet)
{
	const struct eve_settings *eve = &sink_settings(in->sink)->eve;
	if (!(anomaly_name(anomaly)[0] == 's' ? eve->anomaly.stream : eve->anomaly.decode))
		return NULL;
	return flow != NULL ? sink_open(in->sink, BYTES("anomaly"), flow)
	                    : sink_open_plain(in->sink, BYTES("anomaly"), packet->time_ns, packet->number);
}

void
inspect_gap(struct inspector *in, struct flow *flow, enum flow_side side, bool by_packet)
{
	in->counters.anomalies++;
	struct l7_flow seen = reader_flow(in, flow);
	if (side == FLOW_ANSWERER)
		seen = l7_turn(&seen);
	if (!by_packet) {
		seen.time_ns = flow->last_ns;
		seen.packet_number = 0;
	}
	write_anomaly(
	    in, open_anomaly(in, ANOMALY_STREAM_REASSEMBLY_SEQ_GAP, &seen, NULL), ANOMALY_STREAM_REASSEMBLY_SEQ_GAP);
}

void
inspect_anomaly(struct inspector *in, const struct packet *packet, struct flow *flow, unsigned anomaly)
{
	in->counters.anomalies++;
	if (in->options.viewer != NULL && flow != NULL && in->seen_anomaly_count < LENGTH_OF(in->seen_anomalies))
		in->seen_anomalies[in->seen_anomaly_count++] = (uint8_t)anomaly;
	struct json *j;
	if (flow != NULL || packet->kind == PACKET_IP) {
		struct l7_flow seen = flow != NULL
		    ? reader_flow(in, flow)
		    : (struct l7_flow){.packet_number = packet->number, .time_ns = packet->time_ns};
		seen.client = packet->src; /* the packet's direction */
		seen.server = packet->dst;
		seen.client_port = packet->src_port;
		seen.server_port = packet->dst_port;
		seen.ip_proto = packet->ip_proto;
		seen.ip_version = packet->ip_version;
		j = open_anomaly(in, (enum anomaly)anomaly, &seen, packet);
	} else {
		j = open_anomaly(in, (enum anomaly)anomaly, NULL, packet);
	}
	write_anomaly(in, j, (enum anomaly)anomaly);
}

static void
learn_macs(struct flow *flow, enum flow_side side, const struct packet *p)
{
	struct reader *r = reader_of(flow);
	if (!p->has_mac || (r->status & READER_HAS_MAC) != 0)
		return;
	memcpy(r->mac[side], p->mac_src, sizeof(r->mac[side]));
	memcpy(r->mac[!side], p->mac_dst, sizeof(r->mac[!side]));
	r->status |= READER_HAS_MAC;
}

static void
say_arp(struct inspector *in, const struct packet *p)
{
	struct l7_flow seen = {
	    .packet_number = p->number, .time_ns = p->time_ns, .client = p->arp.sender_ip, .server = p->arp.target_ip};
	for (size_t i = 0; i < p->vlan_count && i < LENGTH_OF(seen.vlan); i++)
		seen.vlan[seen.vlan_count++] = p->vlan[i];
	struct json *j = sink_open(in->sink, BYTES("arp"), &seen);
	if (j == NULL)
		return;
	eve_packet_write_arp(j, &p->arp);
	sink_close(in->sink);
}

static void
observe_arp(struct inspector *in, const struct packet *p)
{
	struct l7_flow seen = {.packet_number = p->number,
	    .time_ns = p->time_ns,
	    .client = p->arp.sender_ip,
	    .server = p->arp.target_ip,
	    .has_mac = p->has_mac,
	    .vlan_count = p->vlan_count > 0,
	    .vlan = {p->vlan[0]}};
	memcpy(seen.client_mac, p->mac_src, sizeof(seen.client_mac));
	memcpy(seen.server_mac, p->mac_dst, sizeof(seen.server_mac));
	struct observation *o = sink_observe(in->sink, OBSERVATION_ARP, &seen);
	if (o == NULL)
		return;
	o->arp = (struct observed_arp){
	    .operation = p->arp.operation, .sender_ip = p->arp.sender_ip, .target_ip = p->arp.target_ip};
	memcpy(o->arp.sender_mac, p->arp.sender_mac, sizeof(o->arp.sender_mac));
	memcpy(o->arp.target_mac, p->arp.target_mac, sizeof(o->arp.target_mac));
}

/* An ICMP error quotes the packet that it answers (RFC 792, 4443 3): its flow was refused. */
static void
note_refusal(struct inspector *in, const struct packet *p)
{
	bool v4 = p->ip_proto == IP_PROTO_ICMP;
	if ((v4 && p->icmp_type != 3) || (!v4 && p->icmp_type != 1))
		return;
	struct cursor c = cursor_of(p->payload);
	struct packet quoted = {.kind = PACKET_IP, .vlan_count = p->vlan_count, .layer = p->layer};
	quoted.vlan[0] = p->vlan[0];
	if (v4) {
		uint8_t first = cursor_u8(&c);
		cursor_take(&c, 8);
		quoted.ip_proto = cursor_u8(&c);
		cursor_take(&c, 2);
		struct bytes ends = cursor_take(&c, 8);
		if ((first >> 4) != 4 || (first & 15) < 5 || !cursor_ok(&c))
			return;
		quoted.src = addr_v4(ends.at);
		quoted.dst = addr_v4(ends.at + 4);
		cursor_take(&c, (size_t)(first & 15) * 4 - 20);
	} else {
		cursor_take(&c, 6);
		quoted.ip_proto = cursor_u8(&c);
		cursor_u8(&c);
		struct bytes ends = cursor_take(&c, 32);
		if (!cursor_ok(&c))
			return;
		quoted.src = addr_v6(ends.at);
		quoted.dst = addr_v6(ends.at + 16);
	}
	quoted.src_port = cursor_be16(&c);
	quoted.dst_port = cursor_be16(&c);
	if (!cursor_ok(&c) || (quoted.ip_proto != IP_PROTO_TCP && quoted.ip_proto != IP_PROTO_UDP))
		return;
	bool from_low;
	struct flow_key key = flow_key_of(&quoted, &from_low);
	uint64_t hash = flow_table_hash(in->flows, &key);
	struct flow_place place = flow_table_find(in->flows, &key, hash);
	struct flow *flow = place.flow;
	if (place.found == FLOW_IS_SEED) {
		uint32_t seq;
		flow = flow_table_promote(in->flows, place.slot, hash, &seq);
		if (quoted.ip_proto == IP_PROTO_TCP)
			tcp_reader_replay(in, flow, seq, FLOW_OPENER, &quoted.tcp);
	}
	if (flow != NULL && (flow->flags & FLOW_ESTABLISHED) == 0)
		flow->flags |= FLOW_REFUSED;
}

/* Worth no more than 64 bytes for now: a lone TCP opening, or a datagram that nothing recognises. A seed has no room for
 * the length of a jumbo packet. */
static bool
is_seed(struct inspector *in, const struct packet *p)
{
	if (p->ip_len > UINT16_MAX)
		return false;
	if (in->options.stage == INSPECT_FLOWS)
		return p->payload_wire_len == 0;
	if (p->ip_proto == IP_PROTO_TCP)
		return p->payload_wire_len == 0;
	return p->ip_proto != IP_PROTO_UDP || p->payload.len == 0 || !reader_wants(in, p);
}

/* What the packet carries, then what rules say of it. */
static void
read_packet(struct inspector *in, struct flow *flow, enum flow_side side, const struct packet *p)
{
	in->seen_anomaly_count = 0;
	in->payload_in_stream = false;
	in->reading = p->ip_proto == IP_PROTO_TCP ? flow : NULL;
	in->was_established = (flow->flags & FLOW_ESTABLISHED) != 0;
	inspect_view_flow(in, flow);
	inspect_view_comes(in, p, flow, side);
	if (p->ip_proto == IP_PROTO_TCP)
		tcp_reader_packet(in, flow, side, p);
	else if (p->ip_proto == IP_PROTO_UDP)
		reader_datagram(in, flow, side, p->payload);
	if (in->options.viewer == NULL) {
		in->reading = NULL;
		return;
	}
	inspect_view_flow(in, flow); /* with what the packet told */
	inspect_view_packet(in, p, flow, side);
	in->reading = NULL;
}

/* Rules see a seed as the flow that it may become. */
static void
view_seed(struct inspector *in, const struct packet *p, const struct flow_key *key, bool from_low)
{
	struct flow whole;
	if (in->options.viewer == NULL)
		return;
	in->payload_in_stream = false;
	in->seen_anomaly_count = 0;
	flow_start(&whole, key, from_low, p);
	inspect_view_flow(in, &whole);
	enum flow_side side = flow_side_of(&whole, from_low);
	inspect_view_comes(in, p, &whole, side);
	inspect_view_packet(in, p, &whole, side);
}

/* Of both sides where events tell it; a vector has that of the flow's first payload. */
static void
add_entropy(const struct inspector *in, struct flow *flow, enum flow_side side, const struct packet *p)
{
	if (in->options.with_features || (in->options.with_entropy && flow->first_count == 1))
		flow_add_entropy(flow, side, p->payload);
}

static void
observe_early(struct inspector *in, struct flow *flow, enum flow_vector_moment moment)
{
	struct l7_flow seen = reader_flow(in, flow);
	observe_vector(in, flow, &seen, moment);
}

static void
new_flow(struct inspector *in, const struct packet *p, const struct flow_key *key, uint64_t hash, bool from_low)
{
	bool seed = is_seed(in, p);
	if (in->options.stage == INSPECT_FLOWS) {
		if (seed)
			flow_table_add_seed(in->flows, key, hash, from_low, p);
		else
			flow_table_add(in->flows, key, hash, from_low, p);
		return;
	}
	if (seed) {
		flow_table_add_seed(in->flows, key, hash, from_low, p);
		for (size_t i = 0; i < p->anomaly_count; i++)
			inspect_anomaly(in, p, NULL, p->anomalies[i]);
		view_seed(in, p, key, from_low);
		return;
	}
	struct flow *flow = flow_table_add(in->flows, key, hash, from_low, p);
	flow->next_update_ns = flow->first_ns + first_update_ns;
	if (p->ip_proto == IP_PROTO_UDP && reader_is_answer(in, p))
		flow_turn(flow); /* the capture began after the question */
	enum flow_side side = flow_side_of(flow, from_low);
	add_entropy(in, flow, side, p);
	learn_macs(flow, side, p);
	for (size_t i = 0; i < p->anomaly_count; i++)
		inspect_anomaly(in, p, flow, p->anomalies[i]);
	read_packet(in, flow, side, p);
	in->wanted = 0;
}

static void
next_packet(struct inspector *in, const struct packet *p, struct flow *flow, bool from_low)
{
	enum flow_side side = flow_side_of(flow, from_low);
	uint8_t data_before = flow->first_count;
	flow_add(flow, side, p);
	add_entropy(in, flow, side, p);
	if (side == FLOW_ANSWERER && p->ip_proto != IP_PROTO_TCP)
		flow->flags |= FLOW_ESTABLISHED;
	if (in->options.stage == INSPECT_FLOWS)
		return;
	learn_macs(flow, side, p);
	for (size_t i = 0; i < p->anomaly_count; i++)
		inspect_anomaly(in, p, flow, p->anomalies[i]);
	read_packet(in, flow, side, p);
	if (in->options.with_vectors && flow->first_count == FLOW_FIRST_SIZES && data_before < FLOW_FIRST_SIZES)
		observe_early(in, flow, FLOW_VECTOR_AT_8);
	uint32_t packets = flow->side[0].packets + flow->side[1].packets;
	if (p->time_ns >= flow->next_update_ns || packets % UPDATE_PACKETS == 0) {
		if (in->options.with_vectors && flow->next_update_ns == flow->first_ns + first_update_ns &&
		    p->time_ns >= flow->next_update_ns)
			observe_early(in, flow, FLOW_VECTOR_AT_60);
		if (p->time_ns >= flow->next_update_ns)
			flow->next_update_ns = p->time_ns + update_every_ns;
		observe_update(in, flow);
	}
}

/* A SYN on a connection that is over, with another beginning: a new connection on the same ports. */
static bool
is_reuse(const struct flow *flow, const struct packet *p)
{
	return p->ip_proto == IP_PROTO_TCP && (flow->flags & (FLOW_CLOSED | FLOW_REFUSED)) != 0 &&
	    (p->tcp.flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
}

static void
ip_packet(struct inspector *in, const struct packet *p, const struct flow_key *key, uint64_t hash, bool from_low)
{
	in->number = p->number;
	in->now_ns = p->time_ns;
	struct flow_place place = flow_table_find(in->flows, key, hash);
	if (place.found == FLOW_IS_FLOW && is_reuse(place.flow, p)) {
		flow_table_end(in->flows, place.flow, FLOW_END_REUSED);
		place.found = FLOW_ABSENT;
	}
	switch (place.found) {
	case FLOW_ABSENT: new_flow(in, p, key, hash, from_low); break;
	case FLOW_IS_SEED: {
		uint32_t seq;
		struct flow *flow = flow_table_promote(in->flows, place.slot, hash, &seq);
		flow->next_update_ns = flow->first_ns + first_update_ns;
		if (p->ip_proto == IP_PROTO_TCP)
			tcp_reader_replay(in, flow, seq, flow_side_of(flow, from_low), &p->tcp);
		next_packet(in, p, flow, from_low);
		break;
	}
	case FLOW_IS_FLOW: next_packet(in, p, place.flow, from_low); break;
	}
	if (p->ip_proto == IP_PROTO_ICMP || p->ip_proto == IP_PROTO_ICMPV6)
		note_refusal(in, p);
}

static void
count_packet(struct inspector *in, const struct packet *p)
{
	struct inspect_counters *n = &in->counters;
	if (p->layer == 0) {
		n->packets++;
		n->bytes += p->wire_len;
		if (p->wire_len > in->largest)
			in->largest = p->wire_len;
	}
	bool needs_transport = p->ip_proto == IP_PROTO_TCP || p->ip_proto == IP_PROTO_UDP || p->ip_proto == IP_PROTO_ICMP ||
	    p->ip_proto == IP_PROTO_ICMPV6;
	n->invalid += p->anomaly_count > 0 &&
	    (p->kind == PACKET_OTHER || (needs_transport && !p->has_transport && !p->is_fragment));
	if (p->kind == PACKET_ARP) {
		n->arp++;
	} else if (p->kind != PACKET_IP) {
		n->other++;
	} else {
		n->ipv4 += p->ip_version == 4;
		n->ipv6 += p->ip_version == 6;
		n->tcp += p->ip_proto == IP_PROTO_TCP;
		n->udp += p->ip_proto == IP_PROTO_UDP;
		n->icmp += p->ip_proto == IP_PROTO_ICMP || p->ip_proto == IP_PROTO_ICMPV6;
	}
}

/* Has a flow: complete, addressed, and its checksum is believed. */
static bool
has_flow(const struct packet *p)
{
	bool needs_transport = p->ip_proto == IP_PROTO_TCP || p->ip_proto == IP_PROTO_UDP;
	return p->kind == PACKET_IP && !p->is_fragment && (p->has_transport || !needs_transport) && !p->bad_checksum;
}

struct batch {
	struct packet packets[BATCH + PACKET_LAYERS_MAX];
	struct flow_key keys[BATCH + PACKET_LAYERS_MAX];
	uint64_t hashes[BATCH + PACKET_LAYERS_MAX];
	bool from_low[BATCH + PACKET_LAYERS_MAX];
	size_t count;
};

static void
run_batch(struct inspector *in, struct batch *b)
{
	for (size_t i = 0; i < b->count; i++) {
		const struct packet *p = &b->packets[i];
		if (!has_flow(p))
			continue;
		b->keys[i] = flow_key_of(p, &b->from_low[i]);
		b->hashes[i] = flow_table_hash(in->flows, &b->keys[i]);
		flow_table_prefetch_bucket(in->flows, b->hashes[i]);
	}
	for (size_t i = 0; i < b->count; i++)
		if (has_flow(&b->packets[i]))
			flow_table_prefetch_entry(in->flows, b->hashes[i]);
	for (size_t i = 0; i < b->count; i++) {
		const struct packet *p = &b->packets[i];
		count_packet(in, p);
		sink_at(in->sink, p);
		if (has_flow(p)) {
			ip_packet(in, p, &b->keys[i], b->hashes[i], b->from_low[i]);
			continue;
		}
		in->number = p->number;
		in->now_ns = p->time_ns;
		in->counters.bad_checksums += p->bad_checksum;
		if (in->options.stage != INSPECT_ALL)
			continue;
		for (size_t a = 0; a < p->anomaly_count; a++)
			inspect_anomaly(in, p, NULL, p->anomalies[a]);
		in->payload_in_stream = false;
		in->seen_anomaly_count = 0;
		inspect_view_comes(in, p, NULL, FLOW_OPENER);
		inspect_view_packet(in, p, NULL, FLOW_OPENER);
		if (p->kind == PACKET_ARP) {
			say_arp(in, p);
			observe_arp(in, p);
		}
	}
	sink_at(in->sink, NULL);
	b->count = 0;
}

void
inspect_frames(struct inspector *in, const struct frame *frames, size_t count, uint16_t shard)
{
	struct batch b;
	b.count = 0;
	for (size_t i = 0; i < count; i++) {
		if (frames[i].shard != shard)
			continue;
		size_t layers = decode_frame(in->decoder, &frames[i], &b.packets[b.count]);
		bool borrowed = b.packets[b.count + layers - 1].was_fragmented;
		if (in->options.stage == INSPECT_DECODE) {
			count_packet(in, &b.packets[b.count]);
			continue;
		}
		b.count += layers;
		/* What was put together from fragments is valid until the next frame only. */
		if (b.count >= BATCH || borrowed)
			run_batch(in, &b);
	}
	run_batch(in, &b);
}

bool
inspect_expire(struct inspector *in, int64_t now_ns, uint64_t number)
{
	in->number = number;
	in->now_ns = now_ns;
	return flow_table_expire(in->flows, now_ns, EXPIRE_LIMIT);
}

bool
inspect_drain(struct inspector *in, int64_t end_ns, uint32_t round, uint64_t number)
{
	in->number = number;
	in->now_ns = end_ns;
	return flow_table_drain(in->flows, end_ns + (int64_t)round * 1000000000, EXPIRE_LIMIT);
}

const struct inspect_counters *
inspect_count(struct inspector *in)
{
	if (in->contents != NULL) {
		in->counters.contents_refused = content_store_count(in->contents)->refused;
		in->counters.contents_in_pieces = content_store_count(in->contents)->without_room;
	}
	return &in->counters;
}

const struct flow_counters *
inspect_flow_count(const struct inspector *in)
{
	return flow_table_count(in->flows);
}

const struct decode_counters *
inspect_decode_count(const struct inspector *in)
{
	return decode_count(in->decoder);
}

uint32_t
inspect_largest(const struct inspector *in)
{
	return in->largest;
}

size_t
inspect_memory(const struct inspector *in)
{
	return flow_table_memory(in->flows) + reassembly_budget_used(in->streams) + in->states.used_bytes;
}

uint32_t
inspect_live_flows(const struct inspector *in)
{
	return flow_table_size(in->flows);
}
