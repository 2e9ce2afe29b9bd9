/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/decode/decode_walk.h - what the layers of one frame share while it is taken apart.
 *
 * Each layer takes its header from the cursor and names the next layer; decode.c's loop calls
 * that one. So tunnels in tunnels are a bounded loop, not a recursion. Internal to net/decode.
 */
#ifndef NET_DECODE_DECODE_WALK_H
#define NET_DECODE_DECODE_WALK_H

#include "core/cursor.h"
#include "net/anomaly.h"
#include "net/decode/decode.h"
#include "net/decode/defrag.h"

enum decode_walk_next {
	DECODE_WALK_DONE,
	DECODE_WALK_ETHERNET,
	DECODE_WALK_ETHER_TYPE, /* walk.ether_type says what follows */
	DECODE_WALK_IP,         /* the version is in the first four bits */
	DECODE_WALK_IPV4,
	DECODE_WALK_IPV6,
	DECODE_WALK_IP_PROTO, /* walk.ip_proto says what follows */
	DECODE_WALK_PPP,
	DECODE_WALK_UDP_TUNNEL, /* the ports of walk.p say what follows */
};

struct decode_walk {
	struct decoder *decoder;
	struct packet *p;   /* the packet being written */
	struct cursor c;    /* captured bytes not yet taken apart */
	uint32_t wire_left; /* bytes there were on the wire from c.at on; >= c.left */
	uint16_t ether_type;
	uint8_t ip_proto;
	uint8_t next;  /* enum decode_walk_next */
	uint8_t count; /* packets written so far */
	bool has_l3;   /* p is an IP or ARP packet already: the next one needs its own */
	bool checksums;
	uint32_t inner_frame_len;  /* bytes of the Ethernet frame inside a tunnel, for the packet to come; 0: none */
	uint8_t vlan_tags;         /* of the link layer being read */
	uint8_t tunnel_vlan_count; /* tags inside the tunnel, for the packet to come */
	uint16_t tunnel_vlan[PACKET_VLANS_MAX];
};

/* Links (decode_link.c) */
/* False for a link type that is not known: the frame stays closed. */
bool decode_link_start(struct decode_walk *w, uint16_t linktype);
void decode_link_ethernet(struct decode_walk *w);
void decode_link_ether_type(struct decode_walk *w);
void decode_link_ppp(struct decode_walk *w);
void decode_link_add_vlan(struct decode_walk *w, uint16_t id);

/* IP (decode_ip4.c, decode_ip6.c) */
void decode_ip4_step(struct decode_walk *w);
void decode_ip6_step(struct decode_walk *w);

/* Above IP (decode_tcp.c, decode_above_ip.c) */
void decode_tcp_step(struct decode_walk *w);
void decode_above_ip_udp(struct decode_walk *w);
void decode_above_ip_other(struct decode_walk *w);

/* Tunnels (decode_tunnel.c, decode_gre.c) */
void decode_tunnel_udp(struct decode_walk *w);
void decode_gre_step(struct decode_walk *w);

/* Makes w->p a packet of this frame that holds no IP or ARP layer yet. False when there were too
 * many layers already; the walk is then over. */
bool decode_next_packet(struct decode_walk *w);

struct defrag_outcome decode_defragment(struct decode_walk *w, const struct defrag_fragment *fragment);

static inline void
decode_walk_anomaly(struct decode_walk *w, enum anomaly anomaly)
{
	packet_anomaly(w->p, anomaly);
}

/* Takes a header of n bytes. When it is not there: false, the walk is over, and it is an anomaly unless it
 * was only the capture that cut the frame. */
static inline bool
decode_walk_take(struct decode_walk *w, size_t n, struct cursor *out_header, enum anomaly too_small)
{
	if (UNLIKELY(n > w->c.left)) {
		if (n > w->wire_left)
			decode_walk_anomaly(w, too_small);
		w->next = DECODE_WALK_DONE;
		return false;
	}
	*out_header = cursor_of(cursor_take(&w->c, n));
	w->wire_left -= (uint32_t)n;
	return true;
}

/* Nothing after the next n bytes belongs to this layer: padding, or a trailer. */
static inline void
decode_walk_bound(struct decode_walk *w, uint32_t n)
{
	if (n < w->wire_left) {
		w->wire_left = n;
		w->c = cursor_of(bytes_first(cursor_rest(&w->c), n));
	}
}

static inline bool
decode_walk_complete(const struct decode_walk *w)
{
	return w->c.left == w->wire_left;
}

enum { DECODE_PORT_TEREDO = 3544, DECODE_PORT_VXLAN = 4789, DECODE_PORT_GENEVE = 6081 };

/* VXLAN and Geneve draw their source ports at random: only the destination tells. */
static inline bool
decode_walk_is_tunnel_port(uint16_t src_port, uint16_t dst_port)
{
	return dst_port == DECODE_PORT_VXLAN || dst_port == DECODE_PORT_GENEVE || dst_port == DECODE_PORT_TEREDO ||
	    src_port == DECODE_PORT_TEREDO;
}

/* What is left is the payload of the current packet. */
static inline void
decode_walk_payload(struct decode_walk *w)
{
	w->p->payload = cursor_rest(&w->c);
	w->p->payload_wire_len = w->wire_left;
	w->next = DECODE_WALK_DONE;
}

#endif
