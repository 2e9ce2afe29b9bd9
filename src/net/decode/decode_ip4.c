/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/decode/decode_walk.h"

#include "net/decode/checksum.h"

enum { IP4_HEADER = 20 };

enum { /* IANA IP option numbers */
	OPTION_EOL = 0,
	OPTION_NOP = 1,
	OPTION_RECORD_ROUTE = 7,
	OPTION_QUICK_START = 25,
	OPTION_TIMESTAMP = 68,
	OPTION_SECURITY = 130,
	OPTION_LOOSE_ROUTE = 131,
	OPTION_EXTENDED_SECURITY = 133,
	OPTION_CIPSO = 134,
	OPTION_STREAM = 136,
	OPTION_STRICT_ROUTE = 137,
	OPTION_ROUTER_ALERT = 148,
};

/* RFC 791 3.1, RFC 2113, RFC 1108, RFC 4782; what each option's own length must be. */
static bool
option_is_sane(uint8_t kind, struct cursor value)
{
	switch (kind) {
	case OPTION_RECORD_ROUTE:
	case OPTION_LOOSE_ROUTE:
	case OPTION_STRICT_ROUTE: {
		size_t len = value.left + 2;
		uint8_t pointer = cursor_u8(&value);
		return cursor_ok(&value) && pointer >= 4 && pointer % 4 == 0 && pointer <= len + 1;
	}
	case OPTION_TIMESTAMP: {
		uint8_t pointer = cursor_u8(&value);
		return cursor_ok(&value) && value.left >= 1 && pointer >= 5;
	}
	case OPTION_QUICK_START: return value.left == 6;
	case OPTION_STREAM:
	case OPTION_ROUTER_ALERT: return value.left == 2;
	case OPTION_SECURITY: return value.left == 1 || value.left == 9;
	case OPTION_CIPSO: return value.left >= 8;
	default: return true;
	}
}

static bool
option_is_known(uint8_t kind)
{
	switch (kind) {
	case OPTION_RECORD_ROUTE:
	case OPTION_QUICK_START:
	case OPTION_TIMESTAMP:
	case OPTION_SECURITY:
	case OPTION_LOOSE_ROUTE:
	case OPTION_EXTENDED_SECURITY:
	case OPTION_CIPSO:
	case OPTION_STREAM:
	case OPTION_STRICT_ROUTE:
	case OPTION_ROUTER_ALERT: return true;
	default: return false;
	}
}

/* False when the list itself is broken: no machine would go on. */
static bool
read_options(struct decode_walk *w, struct cursor *options)
{
	uint64_t seen[4] = {0};
	if (options->left % 8 != 0)
		decode_walk_anomaly(w, ANOMALY_IPV4_OPT_PAD_REQUIRED);
	while (options->left > 0) {
		uint8_t kind = cursor_u8(options);
		if (kind <= OPTION_NOP || option_is_known(kind))
			w->p->ip_options |= UINT32_C(1) << (kind & 31);
		if (kind == OPTION_EOL)
			return true;
		if (kind == OPTION_NOP)
			continue;
		if (options->left == 0) {
			decode_walk_anomaly(w, ANOMALY_IPV4_OPT_EOL_REQUIRED);
			return true;
		}
		uint8_t len = cursor_u8(options);
		if (len < 2 || len - 2u > options->left) {
			decode_walk_anomaly(w, ANOMALY_IPV4_OPT_INVALID_LEN);
			return false;
		}
		struct cursor value = cursor_sub(options, len - 2u);
		if (!option_is_known(kind))
			decode_walk_anomaly(w, ANOMALY_IPV4_OPT_UNKNOWN);
		else if ((seen[kind / 64] >> kind % 64 & 1) != 0)
			decode_walk_anomaly(w, ANOMALY_IPV4_OPT_DUPLICATE);
		else if (!option_is_sane(kind, value))
			decode_walk_anomaly(w,
			    kind == OPTION_RECORD_ROUTE || kind == OPTION_LOOSE_ROUTE || kind == OPTION_STRICT_ROUTE ||
			            kind == OPTION_TIMESTAMP
			        ? ANOMALY_IPV4_OPT_MALFORMED
			        : ANOMALY_IPV4_OPT_INVALID_LEN);
		seen[kind / 64] |= UINT64_C(1) << kind % 64;
	}
	return true;
}

/* Goes on with the whole datagram when this fragment was the last one missing. */
static void
step_fragment(struct decode_walk *w, uint32_t header_len, uint16_t fragment_field)
{
	struct packet *p = w->p;
	p->is_fragment = true;
	w->next = DECODE_WALK_DONE;
	if (!decode_walk_complete(w))
		return; /* the capture cut it: the datagram can never be whole */
	struct defrag_fragment fragment = {
	    .time_ns = p->time_ns,
	    .src = p->src,
	    .dst = p->dst,
	    .id = p->ip_id,
	    .vlan = {p->vlan_count > 0 ? p->vlan[0] : UINT16_MAX, p->vlan_count > 1 ? p->vlan[1] : UINT16_MAX},
	    .ip_version = 4,
	    .ip_proto = p->ip_proto,
	    .more = (fragment_field & 0x2000) != 0,
	    .offset = (uint32_t)(fragment_field & 0x1fff) * 8,
	    .data = cursor_rest(&w->c),
	};
	struct defrag_outcome outcome = decode_defragment(w, &fragment);
	if (outcome.overlap)
		decode_walk_anomaly(w, ANOMALY_IPV4_FRAG_OVERLAP);
	if (outcome.result == DEFRAG_TOO_LARGE)
		decode_walk_anomaly(w, ANOMALY_IPV4_FRAG_PKT_TOO_LARGE);
	else if (outcome.result == DEFRAG_REFUSED)
		decode_walk_anomaly(w, ANOMALY_IPV4_FRAG_IGNORED);
	if (outcome.result != DEFRAG_WHOLE)
		return;
	p->is_fragment = false;
	p->was_fragmented = true;
	w->c = cursor_of(outcome.datagram);
	w->wire_left = (uint32_t)outcome.datagram.len;
	p->ip_len = header_len + w->wire_left;
	w->next = DECODE_WALK_IP_PROTO;
}

void
decode_ip4_step(struct decode_walk *w)
{
	struct cursor h;
	if (UNLIKELY(w->has_l3) && !decode_next_packet(w))
		return;
	struct bytes whole = cursor_rest(&w->c);
	uint32_t wire_len = w->wire_left;
	if (!decode_walk_take(w, IP4_HEADER, &h, ANOMALY_IPV4_PKT_TOO_SMALL))
		return;
	struct packet *p = w->p;
	uint8_t first = cursor_u8(&h);
	p->tos = cursor_u8(&h);
	uint32_t total_len = cursor_be16(&h);
	p->ip_id = cursor_be16(&h);
	uint16_t fragment_field = cursor_be16(&h);
	p->ttl = cursor_u8(&h);
	p->ip_proto = cursor_u8(&h);
	cursor_be16(&h); /* checksum */
	p->src = addr_v4(cursor_take(&h, 4).at);
	p->dst = addr_v4(cursor_take(&h, 4).at);

	uint32_t header_len = (uint32_t)(first & 0xf) * 4;
	w->next = DECODE_WALK_DONE;
	if (UNLIKELY(first >> 4 != 4)) {
		decode_walk_anomaly(w, ANOMALY_IPV4_WRONG_IP_VERSION);
		return;
	}
	if (UNLIKELY(header_len < IP4_HEADER)) {
		decode_walk_anomaly(w, ANOMALY_IPV4_HLEN_TOO_SMALL);
		return;
	}
	if (UNLIKELY(total_len == 0)) /* segmentation offload: the card writes the length, after the capture saw it */
		total_len = wire_len;
	if (UNLIKELY(total_len < header_len)) {
		decode_walk_anomaly(w, ANOMALY_IPV4_IPLEN_SMALLER_THAN_HLEN);
		return;
	}
	p->kind = PACKET_IP;
	p->ip_version = 4;
	p->ip_at = whole.at;
	p->fragment_bits = (uint8_t)(fragment_field >> 8 & 0xe0);
	p->fragment_offset = (uint16_t)((fragment_field & 0x1fff) * 8);
	p->ip_len = total_len;
	w->has_l3 = true;
	if (UNLIKELY(total_len > wire_len)) {
		decode_walk_anomaly(w, ANOMALY_IPV4_TRUNC_PKT);
		return;
	}
	decode_walk_bound(w, total_len - IP4_HEADER);
	if (UNLIKELY(header_len > IP4_HEADER)) {
		struct cursor options;
		if (!decode_walk_take(w, header_len - IP4_HEADER, &options, ANOMALY_IPV4_TRUNC_PKT))
			return;
		if (!read_options(w, &options)) {
			w->next = DECODE_WALK_DONE;
			return;
		}
	}
	if (w->checksums && UNLIKELY(!checksum_is_good(checksum_add(0, bytes_first(whole, header_len))))) {
		p->bad_checksum = true;
		decode_walk_anomaly(w, ANOMALY_IPV4_BAD_CHECKSUM);
	}
	w->ip_proto = p->ip_proto;
	p->above_at = w->c.at;
	w->next = DECODE_WALK_IP_PROTO;
	if (UNLIKELY((fragment_field & 0x3fff) != 0))
		step_fragment(w, header_len, fragment_field);
}
