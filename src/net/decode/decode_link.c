/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/decode/decode_walk.h"

#include "net/decode/ether_type.h"

enum { /* www.tcpdump.org/linktypes.html */
	LINKTYPE_NULL = 0,
	LINKTYPE_ETHERNET = 1,
	LINKTYPE_PPP = 9,
	LINKTYPE_DLT_RAW_12 = 12,
	LINKTYPE_DLT_RAW_14 = 14,
	LINKTYPE_PPP_HDLC = 50,
	LINKTYPE_RAW = 101,
	LINKTYPE_C_HDLC = 104,
	LINKTYPE_LOOP = 108,
	LINKTYPE_LINUX_SLL = 113,
	LINKTYPE_IPV4 = 228,
	LINKTYPE_IPV6 = 229,
	LINKTYPE_LINUX_SLL2 = 276,
};

enum { ETHER_HEADER = 14, ETHER_TYPE_MIN = 0x0600 /* below, it is a length: IEEE 802.3 3.2.6 */ };

/* A tag is kept as long as there is room; in a tunnel it belongs to the packet to come. */
void
decode_link_add_vlan(struct decode_walk *w, uint16_t id)
{
	if (w->has_l3) {
		if (w->tunnel_vlan_count < PACKET_VLANS_MAX)
			w->tunnel_vlan[w->tunnel_vlan_count++] = id;
	} else if (w->p->vlan_count < PACKET_VLANS_MAX) {
		w->p->vlan[w->p->vlan_count++] = id;
	}
}

void
decode_link_ethernet(struct decode_walk *w)
{
	struct cursor h;
	if (!decode_walk_take(w, ETHER_HEADER, &h, ANOMALY_ETHERNET_PKT_TOO_SMALL))
		return;
	struct bytes dst = cursor_take(&h, 6), src = cursor_take(&h, 6);
	w->ether_type = cursor_be16(&h);
	w->vlan_tags = 0;
	if (UNLIKELY(w->has_l3)) {
		w->inner_frame_len = w->wire_left + ETHER_HEADER;
	} else if (!w->p->has_mac) { /* of a pseudo-wire the frame's own are kept */
		memcpy(w->p->mac_dst, dst.at, 6);
		memcpy(w->p->mac_src, src.at, 6);
		w->p->has_mac = true;
		w->p->ether_type = w->ether_type;
	}
	/* what every network is made of goes straight on */
	w->next = LIKELY(w->ether_type == ETHER_TYPE_IPV4) ? DECODE_WALK_IPV4 : DECODE_WALK_ETHER_TYPE;
}

/* IEEE 802.1Q: the tag's control word, then the type of what follows. */
static void
step_vlan(struct decode_walk *w)
{
	struct cursor h;
	if (w->vlan_tags == PACKET_VLANS_MAX) {
		decode_walk_anomaly(w, ANOMALY_VLAN_TOO_MANY_LAYERS);
		w->next = DECODE_WALK_DONE;
		return;
	}
	if (!decode_walk_take(w, 4, &h, ANOMALY_VLAN_HEADER_TOO_SMALL))
		return;
	w->vlan_tags++;
	decode_link_add_vlan(w, cursor_be16(&h) & 0xfff);
	w->ether_type = cursor_be16(&h);
	if (!w->has_l3)
		w->p->ether_type = w->ether_type;
}

/* RFC 826; only the one kind there is in practice: Ethernet and IPv4. */
static void
step_arp(struct decode_walk *w)
{
	struct cursor h;
	w->next = DECODE_WALK_DONE;
	if (!decode_next_packet(w))
		return;
	if (!decode_walk_take(w, 28, &h, ANOMALY_ARP_PKT_TOO_SMALL))
		return;
	uint16_t hardware = cursor_be16(&h), protocol = cursor_be16(&h);
	uint8_t hardware_size = cursor_u8(&h), protocol_size = cursor_u8(&h);
	if (hardware != 1) {
		decode_walk_anomaly(w, ANOMALY_ARP_UNSUPPORTED_HARDWARE);
		return;
	}
	if (protocol != ETHER_TYPE_IPV4) {
		decode_walk_anomaly(w, ANOMALY_ARP_UNSUPPORTED_PROTOCOL);
		return;
	}
	if (hardware_size != 6 || protocol_size != 4) {
		decode_walk_anomaly(
		    w, hardware_size != 6 ? ANOMALY_ARP_INVALID_HARDWARE_SIZE : ANOMALY_ARP_INVALID_PROTOCOL_SIZE);
		return;
	}
	struct packet *p = w->p;
	p->kind = PACKET_ARP;
	w->has_l3 = true;
	p->arp.operation = cursor_be16(&h);
	memcpy(p->arp.sender_mac, cursor_take(&h, 6).at, 6);
	p->arp.sender_ip = addr_v4(cursor_take(&h, 4).at);
	memcpy(p->arp.target_mac, cursor_take(&h, 6).at, 6);
	p->arp.target_ip = addr_v4(cursor_take(&h, 4).at);
	if (p->arp.operation == 0 || p->arp.operation > 10) /* IANA: RARP, InARP and NAK are in use below 10 */
		decode_walk_anomaly(w, ANOMALY_ARP_UNSUPPORTED_OPCODE);
}

/* RFC 3032 2.1: a stack of labels; nothing says what is below, so the first four bits do (RFC 4928 3), and
 * zero there is the control word of a pseudo-wire (RFC 4385 3). */
static void
step_mpls(struct decode_walk *w)
{
	enum { LABELS_MAX = 16 };
	struct cursor h;
	uint32_t entry = 0;
	for (size_t labels = 0; (entry & 0x100) == 0; labels++) {
		if (labels == LABELS_MAX) {
			decode_walk_anomaly(w, ANOMALY_TOO_MANY_LAYERS);
			w->next = DECODE_WALK_DONE;
			return;
		}
		if (!decode_walk_take(w, 4, &h, ANOMALY_MPLS_HEADER_TOO_SMALL))
			return;
		entry = cursor_be32(&h);
	}
	uint32_t label = entry >> 12;
	if (label == 1) /* RFC 3032 2.1: router alert is never at the bottom, implicit null never on the wire */
		decode_walk_anomaly(w, ANOMALY_MPLS_BAD_LABEL_ROUTER_ALERT);
	else if (label == 3)
		decode_walk_anomaly(w, ANOMALY_MPLS_BAD_LABEL_IMPLICIT_NULL);
	else if (label >= 4 && label <= 6)
		decode_walk_anomaly(w, ANOMALY_MPLS_BAD_LABEL_RESERVED);
	struct cursor peek = w->c;
	uint8_t first = cursor_u8(&peek);
	w->next = DECODE_WALK_DONE;
	if (!cursor_ok(&peek)) {
		if (w->wire_left == 0)
			decode_walk_anomaly(w, ANOMALY_MPLS_PKT_TOO_SMALL);
	} else if (label == 0 || first >> 4 == 4) {
		w->ether_type = ETHER_TYPE_IPV4;
		w->next = DECODE_WALK_IPV4;
	} else if (label == 2 || first >> 4 == 6) {
		w->ether_type = ETHER_TYPE_IPV6;
		w->next = DECODE_WALK_IPV6;
	} else if (first >> 4 == 0) {
		if (decode_walk_take(w, 4, &h, ANOMALY_MPLS_PKT_TOO_SMALL))
			w->next = DECODE_WALK_ETHERNET;
	} else {
		decode_walk_anomaly(w, ANOMALY_MPLS_UNKNOWN_PAYLOAD_TYPE);
	}
}

/* RFC 2516 5: only its tags' lengths are looked at. */
static void
step_pppoe_discovery(struct decode_walk *w)
{
	struct cursor h;
	if (!decode_walk_take(w, 6, &h, ANOMALY_PPPOE_PKT_TOO_SMALL))
		return;
	cursor_u8(&h);
	uint8_t code = cursor_u8(&h);
	cursor_be16(&h);
	uint32_t len = cursor_be16(&h);
	w->next = DECODE_WALK_DONE;
	if (code != 0x09 && code != 0x07 && code != 0x19 && code != 0x65 && code != 0xa7) {
		decode_walk_anomaly(w, ANOMALY_PPPOE_WRONG_CODE);
		return;
	}
	if (len > w->wire_left) {
		decode_walk_anomaly(w, ANOMALY_PPPOE_MALFORMED_TAGS);
		return;
	}
	decode_walk_bound(w, len);
	struct cursor tags = w->c;
	while (tags.left > 0) {
		cursor_be16(&tags);
		cursor_take(&tags, cursor_be16(&tags));
	}
	if (!cursor_ok(&tags) && decode_walk_complete(w))
		decode_walk_anomaly(w, ANOMALY_PPPOE_MALFORMED_TAGS);
}

static void
step_pppoe_session(struct decode_walk *w)
{
	struct cursor h;
	if (!decode_walk_take(w, 6, &h, ANOMALY_PPPOE_PKT_TOO_SMALL))
		return;
	cursor_be32(&h); /* version, type, code, session */
	decode_walk_bound(w, cursor_be16(&h));
	w->next = DECODE_WALK_PPP;
}

/* RFC 1661 2, RFC 1662 3.1: address and control may be there, and the protocol may be one byte. */
void
decode_link_ppp(struct decode_walk *w)
{
	struct cursor peek = w->c, h;
	size_t header = 0;
	uint16_t start = cursor_be16(&peek);
	if (start == 0xff03) {
		header = 2;
		start = cursor_be16(&peek);
	}
	bool one_byte = (start >> 8 & 1) != 0;
	uint16_t protocol = one_byte ? start >> 8 : start;
	if (!decode_walk_take(w, header + (one_byte ? 1 : 2), &h, ANOMALY_PPP_PKT_TOO_SMALL))
		return;
	w->next = DECODE_WALK_DONE;
	switch (protocol) {
	case 0x0021:
		if (w->wire_left < 20)
			decode_walk_anomaly(w, ANOMALY_PPP_IP4_PKT_TOO_SMALL);
		w->ether_type = ETHER_TYPE_IPV4;
		w->next = DECODE_WALK_IPV4;
		return;
	case 0x0057:
		if (w->wire_left < 40)
			decode_walk_anomaly(w, ANOMALY_PPP_IP6_PKT_TOO_SMALL);
		w->ether_type = ETHER_TYPE_IPV6;
		w->next = DECODE_WALK_IPV6;
		return;
	case 0x0281:
	case 0x0283:
		w->next = DECODE_WALK_ETHER_TYPE;
		w->ether_type = ETHER_TYPE_MPLS;
		return;
	default:
		/* control protocols and compressed payloads: known, and not looked into (IANA PPP numbers) */
		if (protocol < 0x8000 && protocol != 0x002d && protocol != 0x002f && protocol != 0x003d &&
		    protocol != 0x00fd && protocol != 0x00fb && protocol != 0x0053 && protocol != 0x0031 &&
		    protocol != 0x0207)
			decode_walk_anomaly(w, ANOMALY_PPP_UNSUP_PROTO);
	}
}

/* IEEE 802.1BR and its forerunner: which port of an extended switch; then the type of what follows. */
static void
step_port_tag(struct decode_walk *w, size_t tag_len, enum anomaly too_small)
{
	struct cursor h;
	if (!decode_walk_take(w, tag_len + 2, &h, too_small))
		return;
	cursor_take(&h, tag_len);
	w->ether_type = cursor_be16(&h);
	if (!w->has_l3)
		w->p->ether_type = w->ether_type;
}

void
decode_link_ether_type(struct decode_walk *w)
{
	struct cursor h;
	switch (w->ether_type) {
	case ETHER_TYPE_IPV4: w->next = DECODE_WALK_IPV4; return;
	case ETHER_TYPE_IPV6: w->next = DECODE_WALK_IPV6; return;
	case ETHER_TYPE_ARP: step_arp(w); return;
	case ETHER_TYPE_VLAN:
	case ETHER_TYPE_VLAN_SERVICE:
	case ETHER_TYPE_VLAN_9100: step_vlan(w); return;
	case ETHER_TYPE_MPLS:
	case ETHER_TYPE_MPLS_UPSTREAM: step_mpls(w); return;
	case ETHER_TYPE_PPPOE_DISCOVERY: step_pppoe_discovery(w); return;
	case ETHER_TYPE_PPPOE_SESSION: step_pppoe_session(w); return;
	case ETHER_TYPE_BRIDGED: w->next = DECODE_WALK_ETHERNET; return;
	case ETHER_TYPE_FABRIC_PATH: /* Cisco: tree and time to live, then a frame */
		if (decode_walk_take(w, 2, &h, ANOMALY_DCE_PKT_TOO_SMALL))
			w->next = DECODE_WALK_ETHERNET;
		return;
	case ETHER_TYPE_BACKBONE: /* IEEE 802.1ah: service identifier, then a frame */
		if (decode_walk_take(w, 4, &h, ANOMALY_IEEE8021AH_HEADER_TOO_SMALL))
			w->next = DECODE_WALK_ETHERNET;
		return;
	case ETHER_TYPE_VNTAG: step_port_tag(w, 4, ANOMALY_VNTAG_HEADER_TOO_SMALL); return;
	case ETHER_TYPE_ETAG: step_port_tag(w, 6, ANOMALY_ETAG_HEADER_TOO_SMALL); return;
	default:
		w->next = DECODE_WALK_DONE;
		if (w->ether_type >= ETHER_TYPE_MIN && !ether_type_is_known(w->ether_type))
			decode_walk_anomaly(
			    w, w->vlan_tags > 0 ? ANOMALY_VLAN_UNKNOWN_TYPE : ANOMALY_ETHERNET_UNKNOWN_ETHERTYPE);
	}
}

/* The address family of the machine that captured, in its byte order (0) or the network's (108): both are
 * tried, since the values of all systems fit one byte. */
static void
start_loopback(struct decode_walk *w)
{
	struct cursor h;
	if (!decode_walk_take(w, 4, &h, ANOMALY_LTNULL_PKT_TOO_SMALL))
		return;
	uint32_t family = cursor_be32(&h);
	if ((family & 0x00ffffff) == 0)
		family >>= 24;
	if (family == 2) { /* AF_INET everywhere */
		w->ether_type = ETHER_TYPE_IPV4;
		w->next = DECODE_WALK_IPV4;
	} else if (family == 10 || family == 24 || family == 28 || family == 30) { /* Linux; the BSDs; FreeBSD; macOS */
		w->ether_type = ETHER_TYPE_IPV6;
		w->next = DECODE_WALK_IPV6;
	} else {
		decode_walk_anomaly(w, ANOMALY_LTNULL_UNSUPPORTED_TYPE);
		w->next = DECODE_WALK_DONE;
	}
	w->p->ether_type = w->ether_type;
}

/* ARPHRD_ values whose "protocol" field is an EtherType, for both versions of the Linux cooked capture. */
static void
start_cooked(struct decode_walk *w, uint16_t hardware, uint16_t protocol, size_t mac_len, struct bytes mac)
{
	enum { ARPHRD_NETLINK = 824, ARPHRD_IPGRE = 778, ARPHRD_RADIOTAP = 803, ARPHRD_FRAD = 770 };
	if (mac_len == 6) { /* only the sender is known */
		memcpy(w->p->mac_src, mac.at, 6);
		w->p->has_mac = true;
	}
	w->next = DECODE_WALK_DONE;
	if (hardware == ARPHRD_NETLINK || hardware == ARPHRD_RADIOTAP || hardware == ARPHRD_FRAD)
		return;
	w->ether_type = protocol;
	w->p->ether_type = protocol;
	w->next = DECODE_WALK_ETHER_TYPE;
}

static void
start_sll(struct decode_walk *w)
{
	struct cursor h;
	if (!decode_walk_take(w, 16, &h, ANOMALY_SLL_PKT_TOO_SMALL))
		return;
	cursor_be16(&h); /* direction */
	uint16_t hardware = cursor_be16(&h), mac_len = cursor_be16(&h);
	struct bytes mac = cursor_take(&h, 8);
	start_cooked(w, hardware, cursor_be16(&h), mac_len, mac);
}

static void
start_sll2(struct decode_walk *w)
{
	struct cursor h;
	if (!decode_walk_take(w, 20, &h, ANOMALY_SLL2_PKT_TOO_SMALL))
		return;
	uint16_t protocol = cursor_be16(&h);
	cursor_take(&h, 6); /* reserved, interface */
	uint16_t hardware = cursor_be16(&h);
	cursor_u8(&h); /* direction */
	uint8_t mac_len = cursor_u8(&h);
	start_cooked(w, hardware, protocol, mac_len, cursor_take(&h, 8));
}

static void
start_chdlc(struct decode_walk *w)
{
	struct cursor h;
	if (!decode_walk_take(w, 4, &h, ANOMALY_CHDLC_PKT_TOO_SMALL))
		return;
	cursor_be16(&h); /* unicast or multicast */
	w->ether_type = cursor_be16(&h);
	w->p->ether_type = w->ether_type;
	w->next = DECODE_WALK_ETHER_TYPE;
}

bool
decode_link_start(struct decode_walk *w, uint16_t linktype)
{
	switch (linktype) {
	case LINKTYPE_ETHERNET: decode_link_ethernet(w); return true;
	case LINKTYPE_RAW:
	case LINKTYPE_DLT_RAW_12:
	case LINKTYPE_DLT_RAW_14: w->next = DECODE_WALK_IP; return true;
	case LINKTYPE_IPV4: w->next = DECODE_WALK_IPV4; return true;
	case LINKTYPE_IPV6: w->next = DECODE_WALK_IPV6; return true;
	case LINKTYPE_NULL:
	case LINKTYPE_LOOP: start_loopback(w); return true;
	case LINKTYPE_LINUX_SLL: start_sll(w); return true;
	case LINKTYPE_LINUX_SLL2: start_sll2(w); return true;
	case LINKTYPE_PPP:
	case LINKTYPE_PPP_HDLC: w->next = DECODE_WALK_PPP; return true;
	case LINKTYPE_C_HDLC: start_chdlc(w); return true;
	default: w->next = DECODE_WALK_DONE; return false;
	}
}
