/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_flow.h"

#include "arrival/arrival_json.h"

enum { SYN = 0x02, RST = 0x04, ACK = 0x10 }; /* RFC 9293 3.1 */
enum { TCP = 6 };
/* Bytes of headers: TCP with the timestamps that most systems send, and what a SYN has besides. */
enum { ETHERNET = 14, VLAN = 4, IPV4 = 20, IPV6 = 40, TCP_USUAL = 32, SYN_MORE = 8, UDP_ICMP = 8, SEGMENT = 1448 };

static const struct side {
	const char *packets_cstr, *bytes_cstr, *flags_cstr, *name_cstr;
} sides[2] = {{"pkts_toserver", "bytes_toserver", "tcp_flags_ts", "toserver"},
    {"pkts_toclient", "bytes_toclient", "tcp_flags_tc", "toclient"}};

enum app_proto
arrival_flow_app(struct bytes name)
{
	if (name.len == 0)
		return APP_NONE;
	for (int app = APP_DNS; app < APP_COUNT; app++)
		if (bytes_eq(name, bytes_of_cstr(observation_app_name((enum app_proto)app))))
			return (enum app_proto)app;
	return APP_UNKNOWN;
}

/* "1b" */
static uint8_t
flags_of(struct bytes text)
{
	uint8_t flags = 0;
	for (size_t i = 0; i < text.len && i < 2; i++) {
		uint8_t c = bytes_lower(text.at[i]);
		flags = (uint8_t)(flags << 4 | (c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0));
	}
	return flags;
}

static uint64_t
less(uint64_t value, uint64_t taken)
{
	return value > taken ? value - taken : 0;
}

/* Half of what a talk has besides its handshake and its end are mere acknowledgements, unless bytes ask for more. */
uint64_t
arrival_flow_data_packets(uint8_t ip_proto, uint64_t packets, uint64_t payload)
{
	if (payload == 0 || ip_proto != TCP)
		return payload == 0 ? 0 : packets;
	uint64_t full = (payload + SEGMENT - 1) / SEGMENT, talk = less(packets, 2) / 2, most = full > talk ? full : talk;
	return most == 0 ? 1 : most > packets ? packets : most;
}

static void
read_side(const struct json_value *event, const struct json_value *flow, const struct observation *o, size_t i,
    struct observed_flow *out)
{
	uint64_t link = ETHERNET + (o->vlan != 0 ? VLAN : 0), ip = addr_is_v4(&o->src) ? IPV4 : IPV6;
	uint64_t above = o->ip_proto == TCP ? TCP_USUAL : UDP_ICMP, handshake = 0;
	out->packets[i] = arrival_json_number(flow, sides[i].packets_cstr, UINT32_MAX);
	out->tcp_flags[i] = flags_of(arrival_json_text(json_value_get(event, BYTES("tcp")), sides[i].flags_cstr));
	if ((out->tcp_flags[i] & SYN) != 0)
		handshake = SYN_MORE;
	uint64_t frames = arrival_json_number(flow, sides[i].bytes_cstr, UINT64_C(1) << 62);
	out->bytes[i] = less(frames, out->packets[i] * link);
	out->payload_bytes[i] = less(out->bytes[i], out->packets[i] * (ip + above) + handshake);
	const struct json_value *exact = json_value_get(
	    json_value_get(event, BYTES("features")), bytes_of_cstr(sides[i].name_cstr));
	uint64_t data_packets;
	if (json_value_is(exact, JSON_VALUE_OBJECT)) {
		out->bytes[i] = arrival_json_number(exact, "ip_bytes", UINT64_C(1) << 62);
		out->payload_bytes[i] = arrival_json_number(exact, "payload_bytes", UINT64_C(1) << 62);
		data_packets = arrival_json_number(exact, "data_packets", UINT32_MAX);
	} else {
		data_packets = arrival_flow_data_packets(o->ip_proto, out->packets[i], out->payload_bytes[i]);
	}
	out->data_packets[i] = (uint32_t)data_packets;
}

static uint8_t
state_of(const struct json_value *flow, const struct observation *o, const struct observed_flow *f)
{
	struct bytes state = arrival_json_text(flow, "state");
	/* A server that answers with a reset and never with SYN refuses; EVE calls that flow new or closed. */
	if (o->ip_proto == TCP && (f->tcp_flags[1] & (RST | SYN)) == RST && f->tcp_flags[0] != 0)
		return FLOW_STATE_REFUSED;
	if (bytes_eq(state, BYTES("closed")))
		return FLOW_STATE_CLOSED;
	return bytes_eq(state, BYTES("new")) ? FLOW_STATE_NEW : FLOW_STATE_ESTABLISHED;
}

static uint8_t
first_flags(const struct observed_flow *f)
{
	if (f->packets[0] == 1)
		return f->tcp_flags[0];
	return (f->tcp_flags[0] & SYN) != 0 ? SYN : (uint8_t)(f->tcp_flags[0] & ACK);
}

bool
arrival_flow_read(const struct json_value *event, struct observation *o)
{
	const struct json_value *flow = json_value_get(event, BYTES("flow"));
	struct observed_flow *f = &o->flow;
	if (!json_value_is(flow, JSON_VALUE_OBJECT))
		return false;
	f->last_ns = o->time_ns;
	(void)(arrival_json_time(flow, "end", &f->last_ns) || arrival_json_time(event, "timestamp", &f->last_ns));
	if (!arrival_json_time(flow, "start", &f->first_ns) || f->first_ns > f->last_ns)
		f->first_ns = f->last_ns;
	o->time_ns = f->last_ns;
	read_side(event, flow, o, 0, f);
	read_side(event, flow, o, 1, f);
	f->state = state_of(flow, o, f);
	if (o->ip_proto == TCP) {
		f->first_flags = first_flags(f);
		f->midstream = (f->tcp_flags[0] & SYN) == 0;
	}
	f->app = (uint8_t)arrival_flow_app(arrival_json_text(event, "app_proto"));
	f->evicted = bytes_eq(arrival_json_text(flow, "reason"), BYTES("forced"));
	return true;
}
