/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Packets, streams and flows as rules ask for them (inspect/viewer.h). */
#include "inspect/inspector.h"

#include "net/anomaly.h"

void
inspect_view_flow(struct inspector *in, struct flow *flow)
{
	if (in->options.viewer == NULL)
		return;
	const struct reader *r = reader_of(flow);
	struct view_flow *v = &in->view_flow;
	struct reader *own = reader_of(flow);
	own->alerted = own->alerted || (v->id == flow->id && v->alerted);
	v->alerted = own->alerted;
	v->id = flow->id;
	v->start_ns = flow->first_ns;
	v->now_ns = in->now_ns;
	v->client = *flow_opener(flow, &v->client_port);
	v->server = *flow_answerer(flow, &v->server_port);
	v->ip_proto = flow->key.ip_proto;
	v->ip_version = addr_is_v4(&flow->key.low) ? 4 : 6;
	/* A packet is of an established connection when that was so before it: the last one of a handshake is none yet. */
	bool established = (flow->flags & FLOW_ESTABLISHED) != 0;
	v->established = in->reading == flow ? in->was_established : established;
	/* A parser that has read all it wanted is left; what it read stays known. */
	bool known = r->parser != 0 || ((r->status & READER_OFF) != 0 && r->app != APP_UNKNOWN);
	v->app_cstr = !known ? "" : observation_app_name(r->went_tls ? APP_TLS : (enum app_proto)r->app);
	for (size_t i = 0; i < 2; i++) {
		v->packets[i] = flow->side[i].packets;
		v->bytes[i] = flow->side[i].wire_bytes;
		v->stream_bytes[i] = flow->side[i].payload_bytes;
	}
}

static void
put_header(struct view_packet *v, enum view view, const uint8_t *from, const uint8_t *end)
{
	if (from == NULL || end < from || v->header_count == LENGTH_OF(v->headers))
		return;
	v->headers[v->header_count].view = (uint8_t)view;
	v->headers[v->header_count++].data = (struct bytes){from, (size_t)(end - from)};
}

/* The headers lie in the frame before the payload: how long each is, its own bytes say. */
static void
put_headers(struct view_packet *v, const struct packet *p)
{
	size_t skip = p->ip_version == 4 ? 12 : 0; /* an IPv4 address is the end of its sixteen bytes */
	if (p->kind == PACKET_IP) {
		put_header(v, VIEW_IP_SOURCE, p->src.at + skip, p->src.at + sizeof(p->src.at));
		put_header(v, VIEW_IP_TARGET, p->dst.at + skip, p->dst.at + sizeof(p->dst.at));
	}
	if (p->ip_at == NULL || p->was_fragmented)
		return;
	put_header(v, p->ip_version == 4 ? VIEW_IPV4_HEADER : VIEW_IPV6_HEADER, p->ip_at, p->above_at);
	enum view view = p->ip_proto == IP_PROTO_TCP ? VIEW_TCP_HEADER
	    : p->ip_proto == IP_PROTO_UDP            ? VIEW_UDP_HEADER
	    : p->ip_proto == IP_PROTO_ICMP           ? VIEW_ICMPV4_HEADER
	    : p->ip_proto == IP_PROTO_ICMPV6         ? VIEW_ICMPV6_HEADER
	    : p->ip_proto == IP_PROTO_IGMP           ? VIEW_IGMP_HEADER
	    : p->ip_proto == IP_PROTO_SCTP           ? VIEW_SCTP_HEADER
	                                             : VIEW_PAYLOAD;
	if (view != VIEW_PAYLOAD)
		put_header(v, view, p->above_at, p->payload.at);
}

/* Numbers that lie at the beginning of what is above IP. */
static void
put_first_bytes(struct view_packet *v, const struct packet *p)
{
	if (p->above_at == NULL || p->payload.at == NULL || p->payload.at < p->above_at)
		return;
	struct cursor c = cursor_of((struct bytes){p->above_at, (size_t)(p->payload.at - p->above_at) + p->payload.len});
	if (p->ip_proto == IP_PROTO_IGMP) {
		v->icmp_type = cursor_u8(&c);
	} else if (p->ip_proto == IP_PROTO_ICMPV6) {
		cursor_be32(&c);
		v->icmp_mtu = cursor_be32(&c);
	}
}

static struct view_packet
describe(const struct inspector *in, const struct packet *p, struct flow *flow, enum flow_side side)
{
	bool tcp = p->ip_proto == IP_PROTO_TCP && p->has_transport;
	return (struct view_packet){.time_ns = p->time_ns,
	    .number = p->number,
	    .flow = flow == NULL ? NULL : &in->view_flow,
	    .from_server = flow != NULL && side == FLOW_ANSWERER,
	    .source = p->src,
	    .target = p->dst,
	    .source_port = p->src_port,
	    .target_port = p->dst_port,
	    .ip_version = p->ip_version,
	    .ip_proto = p->ip_proto,
	    .ttl = p->ttl,
	    .tos = p->tos,
	    .ip_id = p->ip_id,
	    .fragment_bits = p->fragment_bits,
	    .fragment_offset = p->fragment_offset,
	    .has_transport = p->has_transport,
	    .is_fragment = p->is_fragment,
	    .tcp_flags = tcp ? p->tcp.flags : 0,
	    .tcp_seq = tcp ? p->tcp.seq : 0,
	    .tcp_ack = tcp ? p->tcp.ack : 0,
	    .tcp_window = tcp ? p->tcp.window : 0,
	    .tcp_mss = tcp ? p->tcp.mss : 0,
	    .tcp_scale = tcp ? p->tcp.scale : 0xff,
	    .ip_options = p->ip_options,
	    .icmp_type = p->icmp_type,
	    .icmp_code = p->icmp_code,
	    .icmp_id = p->icmp_id,
	    .icmp_seq = p->icmp_seq,
	    .vlan_count = p->vlan_count,
	    .payload = p->payload,
	    .is_encrypted = flow != NULL && reader_of(flow)->encrypted,
	    .is_in_stream = in->payload_in_stream,
	    .bad_checksum = p->bad_checksum};
}

void
inspect_view_comes(struct inspector *in, const struct packet *p, struct flow *flow, enum flow_side side)
{
	const struct viewer *viewer = in->options.viewer;
	if (viewer == NULL || viewer->packet_comes == NULL)
		return;
	struct view_packet v = describe(in, p, flow, side);
	if (viewer->headers)
		put_headers(&v, p);
	viewer->packet_comes(viewer->context, &v);
}

void
inspect_view_packet(struct inspector *in, const struct packet *p, struct flow *flow, enum flow_side side)
{
	const struct viewer *viewer = in->options.viewer;
	if (viewer == NULL)
		return;
	struct view_packet v = describe(in, p, flow, side);
	memcpy(v.vlan, p->vlan, sizeof(v.vlan));
	put_first_bytes(&v, p);
	for (size_t i = 0; i < p->anomaly_count; i++)
		v.anomalies[v.anomaly_count++] = anomaly_name((enum anomaly)p->anomalies[i]);
	for (size_t i = 0; i < in->seen_anomaly_count && v.anomaly_count < LENGTH_OF(v.anomalies); i++)
		v.anomalies[v.anomaly_count++] = anomaly_name((enum anomaly)in->seen_anomalies[i]);
	in->seen_anomaly_count = 0;
	if (viewer->headers)
		put_headers(&v, p);
	viewer->packet(viewer->context, &v);
	if (flow != NULL)
		reader_of(flow)->alerted = reader_of(flow)->alerted || in->view_flow.alerted;
}

void
inspect_view_stream(struct inspector *in, struct flow *flow, enum flow_side side, struct bytes fresh)
{
	const struct viewer *viewer = in->options.viewer;
	if (viewer == NULL || fresh.len == 0 || reader_of(flow)->encrypted)
		return;
	inspect_view_flow(in, flow);
	sink_at_stream(in->sink, fresh);
	viewer->stream(viewer->context, &in->view_flow, side == FLOW_ANSWERER, in->now_ns, in->number, fresh);
}

void
inspect_view_stream_again(struct inspector *in, struct flow *flow, enum flow_side side)
{
	const struct viewer *viewer = in->options.viewer;
	if (viewer == NULL)
		return;
	inspect_view_flow(in, flow);
	viewer->stream(viewer->context, &in->view_flow, side == FLOW_ANSWERER, in->now_ns, in->number, (struct bytes){0});
}

void
inspect_view_gap(struct inspector *in, struct flow *flow, enum flow_side side, uint64_t lost)
{
	const struct viewer *viewer = in->options.viewer;
	if (viewer != NULL)
		viewer->stream_gap(viewer->context, flow->id, side == FLOW_ANSWERER, lost);
}
