/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/decode/decode_walk.h"

#include "net/decode/ether_type.h"

enum { /* RFC 1701, RFC 2784, RFC 2890, RFC 2637 4.1 */
	FLAG_CHECKSUM = 0x8000,
	FLAG_ROUTING = 0x4000,
	FLAG_KEY = 0x2000,
	FLAG_SEQUENCE = 0x1000,
	FLAG_STRICT_ROUTE = 0x0800,
	MASK_RECURSION = 0x0700,
	FLAG_ACK = 0x0080,
	MASK_V0_RESERVED = 0x00f8,
	MASK_V1_RESERVED = 0x0078,
	MASK_VERSION = 0x0007,
};

enum { ERSPAN_2_HEADER = 8, ERSPAN_3_HEADER = 12, ERSPAN_3_SUBHEADER = 8 };

/* RFC 1701: a list of source route entries; the last has no address family and no length. */
static bool
take_routing(struct decode_walk *w)
{
	enum { ENTRIES_MAX = 32 };
	for (size_t i = 0; i < ENTRIES_MAX; i++) {
		struct cursor h;
		if (!decode_walk_take(w, 4, &h, ANOMALY_GRE_VERSION0_HDR_TOO_BIG))
			return false;
		uint16_t family = cursor_be16(&h);
		cursor_u8(&h);
		uint8_t len = cursor_u8(&h);
		if (family == 0 && len == 0)
			return true;
		if (!decode_walk_take(w, len, &h, ANOMALY_GRE_VERSION1_MALFORMED_SRE_HDR))
			return false;
	}
	decode_walk_anomaly(w, ANOMALY_GRE_VERSION0_HDR_TOO_BIG);
	w->next = DECODE_WALK_DONE;
	return false;
}

/* draft-foschiano-erspan: what a switch's mirror port sends through GRE. Type I has no header of its own. */
static void
step_erspan(struct decode_walk *w, bool has_sequence)
{
	struct cursor h;
	w->next = DECODE_WALK_ETHERNET;
	if (!has_sequence)
		return;
	struct cursor peek = w->c;
	uint8_t version = cursor_u8(&peek) >> 4;
	w->next = DECODE_WALK_DONE;
	if (!decode_walk_take(w, version == 2 ? ERSPAN_3_HEADER : ERSPAN_2_HEADER, &h, ANOMALY_ERSPAN_HEADER_TOO_SMALL))
		return;
	if (version != 1 && version != 2) { /* types II and III */
		decode_walk_anomaly(w, ANOMALY_ERSPAN_UNSUPPORTED_VERSION);
		return;
	}
	uint16_t vlan = cursor_be16(&h) & 0xfff;
	if (version == 2) {
		cursor_take(&h, 8);
		bool subheader = (cursor_be16(&h) & 1) != 0;
		if (subheader && !decode_walk_take(w, ERSPAN_3_SUBHEADER, &h, ANOMALY_ERSPAN_HEADER_TOO_SMALL))
			return;
	}
	if (vlan != 0)
		decode_link_add_vlan(w, vlan);
	w->next = DECODE_WALK_ETHERNET;
}

static void
step_payload(struct decode_walk *w, uint16_t protocol, bool has_sequence)
{
	w->next = DECODE_WALK_DONE;
	w->vlan_tags = 0;
	switch (protocol) {
	case ETHER_TYPE_ERSPAN:
	case ETHER_TYPE_ERSPAN_3: step_erspan(w, has_sequence); return;
	case ETHER_TYPE_PPP: w->next = DECODE_WALK_PPP; return;
	case ETHER_TYPE_WCCP: { /* draft-wilson-wrec-wccp-v2: version 2 puts four bytes before IPv4, version 1 none */
		struct cursor peek = w->c, h;
		if (cursor_u8(&peek) >> 4 != 4 && !decode_walk_take(w, 4, &h, ANOMALY_GRE_PKT_TOO_SMALL))
			return;
		w->ether_type = ETHER_TYPE_IPV4;
		w->next = DECODE_WALK_IPV4;
		return;
	}
	case ETHER_TYPE_IPV4:
	case ETHER_TYPE_IPV6:
	case ETHER_TYPE_BRIDGED:
	case ETHER_TYPE_MPLS:
	case ETHER_TYPE_MPLS_UPSTREAM:
	case ETHER_TYPE_VLAN:
	case ETHER_TYPE_ARP:
		w->ether_type = protocol;
		w->next = DECODE_WALK_ETHER_TYPE;
		return;
	default: return; /* keep-alives and routing protocols: known to the tunnel's ends only */
	}
}

/* RFC 2637 4.1: the version of PPTP. */
static bool
judge_version1(struct decode_walk *w, uint16_t flags, uint16_t protocol)
{
	if ((flags & FLAG_CHECKSUM) != 0)
		decode_walk_anomaly(w, ANOMALY_GRE_VERSION1_CHKSUM);
	else if ((flags & FLAG_ROUTING) != 0)
		decode_walk_anomaly(w, ANOMALY_GRE_VERSION1_ROUTE);
	else if ((flags & FLAG_STRICT_ROUTE) != 0)
		decode_walk_anomaly(w, ANOMALY_GRE_VERSION1_SSR);
	else if ((flags & MASK_RECURSION) != 0)
		decode_walk_anomaly(w, ANOMALY_GRE_VERSION1_RECUR);
	else if ((flags & MASK_V1_RESERVED) != 0)
		decode_walk_anomaly(w, ANOMALY_GRE_VERSION1_FLAGS);
	else if (protocol != ETHER_TYPE_PPP)
		decode_walk_anomaly(w, ANOMALY_GRE_VERSION1_WRONG_PROTOCOL);
	else if ((flags & FLAG_KEY) == 0)
		decode_walk_anomaly(w, ANOMALY_GRE_VERSION1_NO_KEY);
	else
		return true;
	return false;
}

void
decode_gre_step(struct decode_walk *w)
{
	struct cursor h;
	decode_walk_payload(w);
	if (!decode_walk_take(w, 4, &h, ANOMALY_GRE_PKT_TOO_SMALL))
		return;
	uint16_t flags = cursor_be16(&h), protocol = cursor_be16(&h);
	unsigned version = flags & MASK_VERSION;
	if (version > 1) {
		decode_walk_anomaly(w, ANOMALY_GRE_WRONG_VERSION);
		return;
	}
	if (version == 1 && !judge_version1(w, flags, protocol))
		return;
	if (version == 0 && (flags & MASK_RECURSION) != 0)
		decode_walk_anomaly(w, ANOMALY_GRE_VERSION0_RECUR);
	if (version == 0 && (flags & MASK_V0_RESERVED) != 0)
		decode_walk_anomaly(w, ANOMALY_GRE_VERSION0_FLAGS);
	size_t len = 0;
	if ((flags & (FLAG_CHECKSUM | FLAG_ROUTING)) != 0)
		len += 4;
	if ((flags & FLAG_KEY) != 0)
		len += 4;
	if ((flags & FLAG_SEQUENCE) != 0)
		len += 4;
	if (version == 1 && (flags & FLAG_ACK) != 0)
		len += 4;
	if (!decode_walk_take(
	        w, len, &h, version == 0 ? ANOMALY_GRE_VERSION0_HDR_TOO_BIG : ANOMALY_GRE_VERSION1_HDR_TOO_BIG))
		return;
	if ((flags & FLAG_ROUTING) != 0 && !take_routing(w))
		return;
	if (version == 1 && (flags & FLAG_SEQUENCE) == 0)
		return; /* only an acknowledgement */
	step_payload(w, protocol, (flags & FLAG_SEQUENCE) != 0);
}
