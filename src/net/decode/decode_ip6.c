/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/decode/decode_walk.h"

enum { IP6_HEADER = 40, EXTENSIONS_MAX = 16 };

enum { /* RFC 7045, IANA "IPv6 Extension Header Types" */
	NEXT_HOP_BY_HOP = 0,
	NEXT_ROUTING = 43,
	NEXT_FRAGMENT = 44,
	NEXT_NONE = 59,
	NEXT_DESTINATION = 60,
	NEXT_MOBILITY = 135,
	NEXT_HIP = 139,
	NEXT_SHIM6 = 140,
};

enum { /* IANA "Destination Options and Hop-by-Hop Options" */
	OPTION_PAD1 = 0x00,
	OPTION_PADN = 0x01,
	OPTION_TUNNEL_LIMIT = 0x04,
	OPTION_ROUTER_ALERT = 0x05,
	OPTION_CALIPSO = 0x07,
	OPTION_QUICK_START = 0x26,
	OPTION_RPL = 0x63,
	OPTION_RPL_NEW = 0x23,
	OPTION_MPL = 0x6d,
	OPTION_JUMBO = 0xc2,
	OPTION_HOME_ADDRESS = 0xc9,
};

/* What one packet may hold once only. */
struct seen {
	uint8_t hop_by_hop, routing, fragment, destination, ah;
};

static bool
option_is_known(uint8_t kind)
{
	return kind == OPTION_TUNNEL_LIMIT || kind == OPTION_ROUTER_ALERT || kind == OPTION_CALIPSO ||
	    kind == OPTION_QUICK_START || kind == OPTION_RPL || kind == OPTION_RPL_NEW || kind == OPTION_MPL ||
	    kind == OPTION_JUMBO || kind == OPTION_HOME_ADDRESS;
}

/* RFC 8200 4.2. */
static void
read_options(struct decode_walk *w, struct cursor options, uint8_t header)
{
	bool hop_by_hop = header == NEXT_HOP_BY_HOP, only_padding = true;
	while (options.left > 0) {
		uint8_t kind = cursor_u8(&options);
		if (kind == OPTION_PAD1)
			continue;
		uint8_t len = cursor_u8(&options);
		cursor_take(&options, len);
		if (!cursor_ok(&options)) {
			decode_walk_anomaly(w, ANOMALY_IPV6_EXTHDR_INVALID_OPTLEN);
			return;
		}
		if (kind == OPTION_PADN) {
			if (len == 0 && options.left > 0) /* two bytes at the end are what every listener report has */
				decode_walk_anomaly(w, ANOMALY_IPV6_ZERO_LEN_PADN);
			continue;
		}
		only_padding = false;
		if (!option_is_known(kind)) {
			decode_walk_anomaly(
			    w, hop_by_hop ? ANOMALY_IPV6_HOPOPTS_UNKNOWN_OPT : ANOMALY_IPV6_DSTOPTS_UNKNOWN_OPT);
			return;
		}
		if ((kind == OPTION_ROUTER_ALERT && len != 2) || (kind == OPTION_JUMBO && len != 4) ||
		    (kind == OPTION_HOME_ADDRESS && len < 16))
			decode_walk_anomaly(w, ANOMALY_IPV6_EXTHDR_INVALID_OPTLEN);
	}
	if (only_padding)
		decode_walk_anomaly(w, hop_by_hop ? ANOMALY_IPV6_HOPOPTS_ONLY_PADDING : ANOMALY_IPV6_DSTOPTS_ONLY_PADDING);
}

/* True when the walk goes on behind the fragment header: it was not a real fragment, or the last one missing. */
static bool
step_fragment(struct decode_walk *w, uint8_t *next)
{
	struct packet *p = w->p;
	struct cursor h;
	if (!decode_walk_take(w, 8, &h, ANOMALY_IPV6_TRUNC_EXTHDR))
		return false;
	uint8_t inner = cursor_u8(&h);
	uint8_t reserved = cursor_u8(&h);
	uint16_t field = cursor_be16(&h);
	p->ip_id = cursor_be32(&h);
	if (reserved != 0)
		decode_walk_anomaly(w, ANOMALY_IPV6_FH_NON_ZERO_RESERVED_FIELD);
	if ((field & 0xfff9) == 0) { /* RFC 6946: a fragment that is the whole */
		decode_walk_anomaly(w, ANOMALY_IPV6_EXTHDR_USELESS_FH);
		*next = inner;
		return true;
	}
	p->is_fragment = true;
	p->ip_proto = inner;
	w->next = DECODE_WALK_DONE;
	bool more = (field & 1) != 0;
	if (more && w->wire_left % 8 != 0) {
		decode_walk_anomaly(w, ANOMALY_IPV6_FRAG_INVALID_LENGTH);
		return false;
	}
	if (!decode_walk_complete(w))
		return false; /* the capture cut it: the datagram can never be whole */
	struct defrag_fragment fragment = {
	    .time_ns = p->time_ns,
	    .src = p->src,
	    .dst = p->dst,
	    .id = p->ip_id,
	    .vlan = {p->vlan_count > 0 ? p->vlan[0] : UINT16_MAX, p->vlan_count > 1 ? p->vlan[1] : UINT16_MAX},
	    .ip_version = 6,
	    .ip_proto = inner,
	    .more = more,
	    .offset = field & 0xfff8u,
	    .data = cursor_rest(&w->c),
	};
	uint32_t headers_len = p->ip_len - w->wire_left - 8;
	struct defrag_outcome outcome = decode_defragment(w, &fragment);
	if (outcome.overlap)
		decode_walk_anomaly(w, ANOMALY_IPV6_FRAG_OVERLAP);
	if (outcome.result == DEFRAG_TOO_LARGE)
		decode_walk_anomaly(w, ANOMALY_IPV6_FRAG_PKT_TOO_LARGE);
	else if (outcome.result == DEFRAG_REFUSED)
		decode_walk_anomaly(w, ANOMALY_IPV6_FRAG_IGNORED);
	if (outcome.result != DEFRAG_WHOLE)
		return false;
	p->is_fragment = false;
	p->was_fragmented = true;
	w->c = cursor_of(outcome.datagram);
	w->wire_left = (uint32_t)outcome.datagram.len;
	p->ip_len = headers_len + w->wire_left;
	*next = outcome.ip_proto;
	return true;
}

/* Takes one extension header whole, the first two bytes of all being alike (RFC 6564); AH counts in fours. */
static bool
take_extension(struct decode_walk *w, uint8_t header, uint8_t *next)
{
	struct cursor peek = w->c, h;
	*next = cursor_u8(&peek);
	size_t len = cursor_u8(&peek);
	len = header == IP_PROTO_AH ? (len + 2) * 4 : (len + 1) * 8;
	if (!cursor_ok(&peek))
		len = 2;
	if (!decode_walk_take(w, len, &h, ANOMALY_IPV6_TRUNC_EXTHDR))
		return false;
	cursor_be16(&h);
	if (header == NEXT_HOP_BY_HOP || header == NEXT_DESTINATION)
		read_options(w, h, header);
	else if (header == NEXT_ROUTING && cursor_u8(&h) == 0)
		decode_walk_anomaly(w, ANOMALY_IPV6_RH_TYPE_0); /* RFC 5095 */
	else if (header == IP_PROTO_AH && cursor_be16(&h) != 0)
		decode_walk_anomaly(w, ANOMALY_IPV6_EXTHDR_AH_RES_NOT_NULL);
	return true;
}

static void
count_extension(struct decode_walk *w, struct seen *seen, uint8_t header, bool first)
{
	if (header == NEXT_HOP_BY_HOP && (seen->hop_by_hop++ > 0 || !first)) /* RFC 8200 4.1: only at the start */
		decode_walk_anomaly(w, ANOMALY_IPV6_EXTHDR_DUPL_HH);
	else if (header == NEXT_ROUTING && seen->routing++ > 0)
		decode_walk_anomaly(w, ANOMALY_IPV6_EXTHDR_DUPL_RH);
	else if (header == NEXT_FRAGMENT && seen->fragment++ > 0)
		decode_walk_anomaly(w, ANOMALY_IPV6_EXTHDR_DUPL_FH);
	else if (header == NEXT_DESTINATION && seen->destination++ > 1) /* before and after a routing header */
		decode_walk_anomaly(w, ANOMALY_IPV6_EXTHDR_DUPL_DH);
	else if (header == IP_PROTO_AH && seen->ah++ > 0)
		decode_walk_anomaly(w, ANOMALY_IPV6_EXTHDR_DUPL_AH);
}

static bool
is_extension(uint8_t header)
{
	switch (header) {
	case NEXT_HOP_BY_HOP:
	case NEXT_ROUTING:
	case NEXT_FRAGMENT:
	case IP_PROTO_AH:
	case NEXT_DESTINATION:
	case NEXT_MOBILITY:
	case NEXT_HIP:
	case NEXT_SHIM6: return true;
	default: return false;
	}
}

static void
step_extensions(struct decode_walk *w, uint8_t header)
{
	struct seen seen = {0};
	for (size_t i = 0; is_extension(header); i++) {
		if (i == EXTENSIONS_MAX) {
			decode_walk_anomaly(w, ANOMALY_TOO_MANY_LAYERS);
			w->next = DECODE_WALK_DONE;
			return;
		}
		count_extension(w, &seen, header, i == 0);
		w->p->ip_proto = header;
		if (header == NEXT_FRAGMENT ? !step_fragment(w, &header) : !take_extension(w, header, &header))
			return;
	}
	w->p->ip_proto = header;
	w->p->above_at = w->c.at;
	w->ip_proto = header;
	w->next = DECODE_WALK_IP_PROTO;
	if (header != NEXT_NONE)
		return;
	if (w->wire_left > 0)
		decode_walk_anomaly(w, ANOMALY_IPV6_DATA_AFTER_NONE_HEADER);
	decode_walk_payload(w);
}

void
decode_ip6_step(struct decode_walk *w)
{
	struct cursor h;
	if (UNLIKELY(w->has_l3) && !decode_next_packet(w))
		return;
	const uint8_t *at = w->c.at;
	if (!decode_walk_take(w, IP6_HEADER, &h, ANOMALY_IPV6_PKT_TOO_SMALL))
		return;
	struct packet *p = w->p;
	uint32_t first = cursor_be32(&h);
	uint32_t payload_len = cursor_be16(&h);
	uint8_t next = cursor_u8(&h);
	p->ttl = cursor_u8(&h);
	p->src = addr_v6(cursor_take(&h, 16).at);
	p->dst = addr_v6(cursor_take(&h, 16).at);
	p->tos = (uint8_t)(first >> 20);
	w->next = DECODE_WALK_DONE;
	if (UNLIKELY(first >> 28 != 6)) {
		decode_walk_anomaly(w, ANOMALY_IPV6_WRONG_IP_VERSION);
		return;
	}
	/* RFC 2675 jumbograms, and segmentation offload as for IPv4 */
	if (UNLIKELY(payload_len == 0) && (next == NEXT_HOP_BY_HOP || next == IP_PROTO_TCP || next == IP_PROTO_UDP))
		payload_len = w->wire_left;
	p->kind = PACKET_IP;
	p->ip_version = 6;
	p->ip_at = at;
	p->ip_proto = next;
	p->ip_len = IP6_HEADER + payload_len;
	w->has_l3 = true;
	if (UNLIKELY(payload_len > w->wire_left)) {
		decode_walk_anomaly(w, ANOMALY_IPV6_TRUNC_PKT);
		return;
	}
	decode_walk_bound(w, payload_len);
	if (LIKELY(next == IP_PROTO_TCP || next == IP_PROTO_UDP)) {
		w->ip_proto = next;
		p->above_at = w->c.at;
		w->next = DECODE_WALK_IP_PROTO;
	} else {
		step_extensions(w, next);
	}
}
