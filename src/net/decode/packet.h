/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/decode/packet.h - one decoded packet: values in host order, and where its bytes are.
 *
 * A frame that carries tunnels gives one struct packet per IP layer, outermost first, so that
 * the tunnel and what it carries are two flows, as in Suricata. Pointers borrow the frame (or
 * the defragmenter's buffer) and are valid until the next call of the decoder.
 */
#ifndef NET_DECODE_PACKET_H
#define NET_DECODE_PACKET_H

#include "core/addr.h"
#include "core/bytes.h"

enum {
	PACKET_LAYERS_MAX = 4,    /* IP layers of one frame that are decoded; deeper is an anomaly */
	PACKET_ANOMALIES_MAX = 6, /* the first ones; more add nothing */
	PACKET_VLANS_MAX = 3,
};

/* One frame as the capture gave it (net/capture fills it). */
struct frame {
	int64_t time_ns;   /* since 1970 UTC, from the capture */
	uint64_t number;   /* from 1, over all files of one run */
	struct bytes data; /* what was captured */
	uint32_t wire_len; /* bytes there were on the wire */
	uint16_t linktype; /* LINKTYPE_ value, www.tcpdump.org/linktypes.html */
	uint16_t shard;    /* the worker this frame is for */
};

enum packet_kind {
	PACKET_OTHER, /* not IP, not ARP: counted, nothing more is known */
	PACKET_ARP,
	PACKET_IP, /* src, dst, ip_proto are valid; ports and payload where the protocol has them */
};

enum { /* RFC 9293 3.1, in the order of the wire's byte */
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
	TCP_ECE = 0x40,
	TCP_CWR = 0x80,
};

enum { /* IANA protocol numbers that the program names */
	IP_PROTO_ICMP = 1,
	IP_PROTO_IGMP = 2,
	IP_PROTO_IPIP = 4,
	IP_PROTO_TCP = 6,
	IP_PROTO_UDP = 17,
	IP_PROTO_IPV6 = 41,
	IP_PROTO_GRE = 47,
	IP_PROTO_ESP = 50,
	IP_PROTO_AH = 51,
	IP_PROTO_ICMPV6 = 58,
	IP_PROTO_SCTP = 132,
};

struct packet_tcp {
	uint32_t seq, ack;
	uint16_t window; /* as sent, not scaled */
	uint16_t urgent;
	uint8_t flags;
	uint8_t scale;              /* window scale option of a SYN, 0xff when absent */
	uint16_t mss;               /* of a SYN, 0 when absent */
	uint32_t ts_value, ts_echo; /* RFC 7323, 0 when absent */
	bool has_ts;
	bool has_auth; /* signed, RFC 2385 or RFC 5925 */
};

struct packet_arp {         /* RFC 826, for Ethernet and IPv4 */
	uint16_t operation; /* 1 request, 2 reply */
	uint8_t sender_mac[6], target_mac[6];
	struct addr sender_ip, target_ip;
};

struct packet_nd { /* RFC 4861 4.3, 4.4: what ARP is to IPv4 */
	struct addr target;
	uint8_t
	    mac[6]; /* the link-layer address option: of the sender of a solicitation, of the target of an advertisement */
	bool has_mac;
	bool overrides; /* of an advertisement: replaces what is known already */
	bool solicited; /* of an advertisement: the answer to a solicitation */
};

struct packet {
	int64_t time_ns;
	uint64_t number;
	struct bytes frame; /* the whole frame as captured */
	uint32_t wire_len;  /* of the whole frame; of what is in a tunnel: of the frame or packet that the tunnel carries */
	uint16_t linktype;
	uint8_t kind;  /* enum packet_kind */
	uint8_t layer; /* 0 for the outermost IP layer of the frame */
	bool has_mac;
	uint8_t mac_src[6], mac_dst[6];
	uint16_t ether_type;
	uint8_t vlan_count;
	uint16_t vlan[PACKET_VLANS_MAX]; /* identifiers, outermost first */

	const struct packet *outer; /* the IP layer that carries this one; NULL: the frame. Beside it in memory */
	uint8_t ip_version;         /* 4 or 6 */
	uint8_t ip_proto;           /* after all extension headers */
	uint8_t ttl;
	uint8_t tos;
	bool is_fragment;    /* a fragment that was not (yet) put together: no ports, no payload */
	bool was_fragmented; /* put together from fragments */
	bool bad_checksum;   /* of IPv4 or the transport; also an anomaly. Never set when DECODE_CHECKSUMS_OFF */
	uint32_t ip_len;     /* bytes, header included, as the header says */
	uint32_t ip_id;
	uint32_t
	    ip_options; /* of IPv4: bit n: an option with number n is there (the low five bits of its kind, RFC 791 3.1) */
	uint8_t fragment_bits;           /* of IPv4, as in the header's byte: 0x20 more follow, 0x40 do not, 0x80 reserved */
	uint16_t fragment_offset;        /* bytes */
	const uint8_t *ip_at, *above_at; /* where the IP header and what is above it begin; NULL: not known */
	struct addr src, dst;

	uint16_t src_port, dst_port; /* TCP, UDP, SCTP; for ICMP the type and the code */
	uint8_t icmp_type, icmp_code;
	uint16_t icmp_id, icmp_seq;
	bool has_transport;        /* the transport header was complete */
	bool has_nd;               /* a well-formed neighbour solicitation (icmp_type 135) or advertisement (136) */
	struct bytes payload;      /* above the transport header; of ESP, GRE...: above IP */
	uint32_t payload_wire_len; /* bytes there were on the wire, >= payload.len when the capture cut it */
	struct packet_tcp tcp;     /* defined only when ip_proto is TCP and has_transport */
	struct packet_arp arp;     /* defined only when kind is PACKET_ARP */
	struct packet_nd nd;       /* defined only when has_nd */

	uint8_t anomaly_count;
	uint8_t anomalies[PACKET_ANOMALIES_MAX]; /* enum anomaly */
};

static inline void
packet_anomaly(struct packet *p, unsigned anomaly)
{
	if (p->anomaly_count < PACKET_ANOMALIES_MAX)
		p->anomalies[p->anomaly_count++] = (uint8_t)anomaly;
}

#endif
