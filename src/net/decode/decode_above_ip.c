/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/decode/decode_walk.h"

#include "net/decode/checksum.h"

enum { UDP_HEADER = 8, ICMP_HEADER = 8, SCTP_HEADER = 12, ESP_HEADER = 8, IGMP_HEADER = 8 };

/* RFC 768 */
void
decode_above_ip_udp(struct decode_walk *w)
{
	struct cursor h;
	struct packet *p = w->p;
	struct bytes whole = cursor_rest(&w->c);
	uint32_t ip_payload_len = w->wire_left;
	if (!decode_walk_take(w, UDP_HEADER, &h, ANOMALY_UDP_HLEN_TOO_SMALL))
		return;
	uint16_t src_port = cursor_be16(&h), dst_port = cursor_be16(&h);
	uint32_t len = cursor_be16(&h);
	uint16_t checksum = cursor_be16(&h);
	w->next = DECODE_WALK_DONE;
	if (UNLIKELY(len == 0 && ip_payload_len > UINT16_MAX)) /* RFC 2675 4 */
		len = ip_payload_len;
	if (UNLIKELY(len < UDP_HEADER)) {
		decode_walk_anomaly(w, ANOMALY_UDP_LEN_INVALID);
		return;
	}
	if (UNLIKELY(len > ip_payload_len)) {
		decode_walk_anomaly(w, ANOMALY_UDP_PKT_TOO_SMALL);
		return;
	}
	decode_walk_bound(w, len - UDP_HEADER);
	p->src_port = src_port;
	p->dst_port = dst_port;
	p->has_transport = true;
	if (w->checksums && checksum != 0 && decode_walk_complete(w) &&
	    UNLIKELY(!checksum_is_good(
	        checksum_add(checksum_pseudo(&p->src, &p->dst, IP_PROTO_UDP, len), bytes_first(whole, len))))) {
		p->bad_checksum = true;
		decode_walk_anomaly(w, ANOMALY_UDP_BAD_CHECKSUM);
	}
	decode_walk_payload(w);
	if (UNLIKELY(decode_walk_is_tunnel_port(src_port, dst_port)))
		w->next = DECODE_WALK_UDP_TUNNEL;
}

/* IANA "ICMP Type Numbers": the highest code of each type, and which are not in use at all. */
static void
judge_icmp4(struct decode_walk *w, uint8_t type, uint8_t code)
{
	enum { NOT_USED = 0xff };
	static const uint8_t highest_code[] = {
	    [0] = 0,
	    [1] = NOT_USED,
	    [2] = NOT_USED,
	    [3] = 15,
	    [4] = 0,
	    [5] = 3,
	    [6] = 0,
	    [7] = NOT_USED,
	    [8] = 0,
	    [9] = 16,
	    [10] = 0,
	    [11] = 1,
	    [12] = 2,
	    [13] = 0,
	    [14] = 0,
	    [15] = 0,
	    [16] = 0,
	    [17] = 0,
	    [18] = 0,
	};
	if (type >= 30 && type <= 43)
		return;
	if (type >= LENGTH_OF(highest_code) || highest_code[type] == NOT_USED)
		decode_walk_anomaly(w, ANOMALY_ICMPV4_UNKNOWN_TYPE);
	else if (code > highest_code[type])
		decode_walk_anomaly(w, ANOMALY_ICMPV4_UNKNOWN_CODE);
}

static bool
icmp4_quotes_packet(uint8_t type)
{
	return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

/* RFC 792 */
static void
step_icmp4(struct decode_walk *w)
{
	struct cursor h;
	struct packet *p = w->p;
	struct bytes whole = cursor_rest(&w->c);
	bool complete = decode_walk_complete(w);
	if (!decode_walk_take(w, ICMP_HEADER, &h, ANOMALY_ICMPV4_PKT_TOO_SMALL))
		return;
	p->icmp_type = cursor_u8(&h);
	p->icmp_code = cursor_u8(&h);
	cursor_be16(&h); /* checksum */
	if (p->icmp_type == 0 || p->icmp_type == 8 || (p->icmp_type >= 13 && p->icmp_type <= 18)) {
		p->icmp_id = cursor_be16(&h);
		p->icmp_seq = cursor_be16(&h);
	}
	p->src_port = p->icmp_type;
	p->dst_port = p->icmp_code;
	p->has_transport = true;
	judge_icmp4(w, p->icmp_type, p->icmp_code);
	if (icmp4_quotes_packet(p->icmp_type)) {
		struct cursor quoted = w->c;
		if (w->wire_left < 20)
			decode_walk_anomaly(w, ANOMALY_ICMPV4_IPV4_TRUNC_PKT);
		else if (quoted.left > 0 && cursor_u8(&quoted) >> 4 != 4)
			decode_walk_anomaly(w, ANOMALY_ICMPV4_IPV4_UNKNOWN_VER);
	}
	if (w->checksums && complete && !checksum_is_good(checksum_add(0, whole))) {
		p->bad_checksum = true;
		decode_walk_anomaly(w, ANOMALY_ICMPV4_BAD_CHECKSUM);
	}
	decode_walk_payload(w);
}

/* RFC 4443 2.1, IANA "ICMPv6 type Numbers" */
static void
judge_icmp6(struct decode_walk *w, uint8_t type, uint8_t code)
{
	static const uint8_t highest_code[] = {[1] = 8, [2] = 0, [3] = 1, [4] = 10};
	if (type == 100 || type == 101 || type == 200 || type == 201)
		decode_walk_anomaly(w, ANOMALY_ICMPV6_EXPERIMENTATION_TYPE);
	else if (type == 0 || (type > 4 && type < 128) || (type > 161 && type != 255))
		decode_walk_anomaly(w, ANOMALY_ICMPV6_UNASSIGNED_TYPE);
	else if (type < LENGTH_OF(highest_code) ? code > highest_code[type] : type <= 136 && code > 0)
		decode_walk_anomaly(w, ANOMALY_ICMPV6_UNKNOWN_CODE);
	/* RFC 2710 3, RFC 3810 5: no listener message crosses a router */
	if (((type >= 130 && type <= 132) || type == 143) && w->p->ttl != 1)
		decode_walk_anomaly(w, ANOMALY_ICMPV6_MLD_MESSAGE_WITH_INVALID_HL);
}

/* RFC 4861 7.1: a neighbour's message is believed only from the same link (hop limit 255), when complete, and
 * when each option has a length. */
static void
read_neighbour(struct decode_walk *w, uint32_t flags)
{
	enum { SOLICITATION = 135, OPTION_SOURCE = 1, OPTION_TARGET = 2, OPTIONS_MAX = 16 };
	struct packet *p = w->p;
	struct cursor c = w->c;
	struct bytes target = cursor_take(&c, 16);
	uint8_t wanted = p->icmp_type == SOLICITATION ? OPTION_SOURCE : OPTION_TARGET;
	struct bytes mac = {0};
	if (!cursor_ok(&c) || p->ttl != 255 || !decode_walk_complete(w) || p->icmp_code != 0)
		return;
	for (size_t i = 0; i < OPTIONS_MAX && c.left > 0; i++) {
		uint8_t kind = cursor_u8(&c), units = cursor_u8(&c);
		if (units == 0)
			return;
		struct cursor value = cursor_sub(&c, (size_t)units * 8 - 2);
		if (kind == wanted && units == 1)
			mac = cursor_take(&value, 6);
	}
	if (!cursor_ok(&c))
		return;
	p->has_nd = true;
	p->nd.target = addr_v6(target.at);
	p->nd.has_mac = mac.len == 6;
	memset(p->nd.mac, 0, sizeof(p->nd.mac));
	if (mac.len == 6)
		memcpy(p->nd.mac, mac.at, 6);
	p->nd.solicited = p->icmp_type != SOLICITATION && (flags & 0x40000000) != 0;
	p->nd.overrides = p->icmp_type != SOLICITATION && (flags & 0x20000000) != 0;
}

static void
step_icmp6(struct decode_walk *w)
{
	struct cursor h;
	struct packet *p = w->p;
	struct bytes whole = cursor_rest(&w->c);
	bool complete = decode_walk_complete(w);
	uint32_t message_len = w->wire_left;
	if (!decode_walk_take(w, ICMP_HEADER, &h, ANOMALY_ICMPV6_PKT_TOO_SMALL))
		return;
	p->icmp_type = cursor_u8(&h);
	p->icmp_code = cursor_u8(&h);
	cursor_be16(&h); /* checksum */
	if (p->icmp_type == 128 || p->icmp_type == 129) {
		p->icmp_id = cursor_be16(&h);
		p->icmp_seq = cursor_be16(&h);
	}
	p->src_port = p->icmp_type;
	p->dst_port = p->icmp_code;
	p->has_transport = true;
	judge_icmp6(w, p->icmp_type, p->icmp_code);
	if (p->icmp_type == 135 || p->icmp_type == 136)
		read_neighbour(w, cursor_be32(&h));
	if (p->icmp_type >= 1 && p->icmp_type <= 4) {
		struct cursor quoted = w->c;
		if (w->wire_left < 40)
			decode_walk_anomaly(w, ANOMALY_ICMPV6_IPV6_TRUNC_PKT);
		else if (quoted.left > 0 && cursor_u8(&quoted) >> 4 != 6)
			decode_walk_anomaly(w, ANOMALY_ICMPV6_IPV6_UNKNOWN_VERSION);
	}
	if (w->checksums && complete &&
	    !checksum_is_good(checksum_add(checksum_pseudo(&p->src, &p->dst, IP_PROTO_ICMPV6, message_len), whole))) {
		p->bad_checksum = true;
		decode_walk_anomaly(w, ANOMALY_ICMPV6_BAD_CHECKSUM);
	}
	decode_walk_payload(w);
}

/* RFC 9260 3: the chunks' lengths, and which may stand together. */
static void
judge_sctp_chunks(struct decode_walk *w, uint32_t tag)
{
	enum { CHUNKS_MAX = 48, DATA_CHUNKS_MAX = 24, DATA = 0, INIT = 1, INIT_ACK = 2, SHUTDOWN_COMPLETE = 14 };
	struct cursor c = w->c;
	size_t chunks = 0, data_chunks = 0;
	bool alone = false;
	while (c.left > 0) {
		if (c.left < 4) {
			decode_walk_anomaly(w, ANOMALY_SCTP_CHUNK_TOO_SMALL);
			return;
		}
		uint8_t type = cursor_u8(&c);
		cursor_u8(&c);
		size_t len = cursor_be16(&c);
		if (len < 4 || len - 4 > c.left) {
			decode_walk_anomaly(w, ANOMALY_SCTP_CHUNK_LEN_INVALID);
			return;
		}
		cursor_take(&c, len - 4);
		size_t padding = (4 - len % 4) % 4;
		cursor_take(&c, padding < c.left ? padding : c.left);
		chunks++;
		data_chunks += type == DATA;
		alone = alone || type == INIT || type == INIT_ACK || type == SHUTDOWN_COMPLETE;
		if (type == INIT && tag != 0)
			decode_walk_anomaly(w, ANOMALY_SCTP_INIT_WITH_NON_ZERO_VTAG);
		if (type == DATA && tag == 0)
			decode_walk_anomaly(w, ANOMALY_SCTP_DATA_WITH_ZERO_VTAG);
		if (chunks > CHUNKS_MAX || data_chunks > DATA_CHUNKS_MAX) {
			decode_walk_anomaly(w,
			    data_chunks > DATA_CHUNKS_MAX ? ANOMALY_SCTP_TOO_MANY_DATA_CHUNKS
			                                  : ANOMALY_SCTP_TOO_MANY_CHUNKS);
			return;
		}
	}
	if (alone && chunks > 1)
		decode_walk_anomaly(w, ANOMALY_SCTP_INIT_CHUNK_BUNDLED);
}

static void
step_sctp(struct decode_walk *w)
{
	struct cursor h;
	if (!decode_walk_take(w, SCTP_HEADER, &h, ANOMALY_SCTP_PKT_TOO_SMALL))
		return;
	w->p->src_port = cursor_be16(&h);
	w->p->dst_port = cursor_be16(&h);
	w->p->has_transport = true;
	uint32_t tag = cursor_be32(&h);
	if (decode_walk_complete(w))
		judge_sctp_chunks(w, tag);
	decode_walk_payload(w);
}

/* RFC 4302 2, over IPv4: behind it stands what it vouches for. */
static void
step_ah(struct decode_walk *w)
{
	struct cursor peek = w->c, h;
	uint8_t next = cursor_u8(&peek);
	size_t len = ((size_t)cursor_u8(&peek) + 2) * 4;
	decode_walk_payload(w);
	if (len < 12 || len > w->c.left)
		return;
	if (!decode_walk_take(w, len, &h, ANOMALY_IPV4_TRUNC_PKT))
		return;
	w->p->payload = (struct bytes){0};
	w->p->payload_wire_len = 0;
	w->p->ip_proto = next;
	w->ip_proto = next;
	w->next = DECODE_WALK_IP_PROTO;
}

/* RFC 2003, RFC 2473, RFC 4213 3: an IP packet in another. */
static void
step_ip_in_ip(struct decode_walk *w, uint8_t version)
{
	struct cursor peek = w->c;
	uint8_t got = cursor_u8(&peek) >> 4;
	decode_walk_payload(w);
	bool in_ip6 = w->p->ip_version == 6;
	if (w->wire_left < (version == 4 ? 20u : 40u)) {
		if (in_ip6)
			decode_walk_anomaly(
			    w, version == 4 ? ANOMALY_IPV6_IPV4_IN_IPV6_TOO_SMALL : ANOMALY_IPV6_IPV6_IN_IPV6_TOO_SMALL);
		return;
	}
	if (cursor_ok(&peek) && got != version) {
		if (in_ip6)
			decode_walk_anomaly(w,
			    version == 4 ? ANOMALY_IPV6_IPV4_IN_IPV6_WRONG_VERSION
			                 : ANOMALY_IPV6_IPV6_IN_IPV6_WRONG_VERSION);
		return;
	}
	w->ether_type = 0;
	w->next = version == 4 ? DECODE_WALK_IPV4 : DECODE_WALK_IPV6;
}

static void
step_unknown(struct decode_walk *w, uint8_t proto)
{
	bool ip6 = w->p->ip_version == 6;
	decode_walk_payload(w);
	if (proto == IP_PROTO_ICMPV6 && !ip6)
		decode_walk_anomaly(w, ANOMALY_IPV4_ICMPV6);
	else if (proto == IP_PROTO_ICMP && ip6)
		decode_walk_anomaly(w, ANOMALY_IPV6_ICMPV4);
	else if (proto > 146 && proto != 253 &&
	    proto != 254) /* IANA: unassigned, or reserved; the two are for experiments */
		decode_walk_anomaly(w, ip6 ? ANOMALY_IPV6_UNKNOWN_NEXT_HEADER : ANOMALY_IPV4_UNKNOWN_PROTOCOL);
}

void
decode_above_ip_other(struct decode_walk *w)
{
	bool ip6 = w->p->ip_version == 6;
	switch (w->ip_proto) {
	case IP_PROTO_ICMP:
		if (ip6)
			step_unknown(w, w->ip_proto);
		else
			step_icmp4(w);
		return;
	case IP_PROTO_ICMPV6:
		if (ip6)
			step_icmp6(w);
		else
			step_unknown(w, w->ip_proto);
		return;
	case IP_PROTO_SCTP: step_sctp(w); return;
	case IP_PROTO_IPIP: step_ip_in_ip(w, 4); return;
	case IP_PROTO_IPV6: step_ip_in_ip(w, 6); return;
	case IP_PROTO_GRE: decode_gre_step(w); return;
	case IP_PROTO_AH: step_ah(w); return;
	case IP_PROTO_ESP:
		decode_walk_payload(w);
		if (w->wire_left < ESP_HEADER)
			decode_walk_anomaly(w, ANOMALY_ESP_PKT_TOO_SMALL);
		return;
	case IP_PROTO_IGMP:
		decode_walk_payload(w);
		if (w->wire_left < IGMP_HEADER)
			decode_walk_anomaly(w, ANOMALY_IGMP_PKT_TOO_SMALL);
		return;
	default: step_unknown(w, w->ip_proto);
	}
}
