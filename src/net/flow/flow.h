/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/flow/flow.h - one conversation between two endpoints, with what was measured of it.
 *
 * Two sizes (docs/decisions/0004): a *seed*, 64 bytes, is a flow of which one packet was seen and that nothing
 * recognised: the half-open flow of a scan or a flood. A second packet makes it a *flow*, which
 * with the inspector's part takes at most 512 bytes. Everything is updated in O(1).
 */
#ifndef NET_FLOW_FLOW_H
#define NET_FLOW_FLOW_H

#include "net/decode/packet.h"

enum { FLOW_FIRST_SIZES = 8, FLOW_SIZE_CLASSES = 5, FLOW_EXTRA_MAX = 160 };

/* Ends are ordered (low before high), so that both directions have one key. */
struct flow_key {
	struct addr low, high;
	uint16_t low_port, high_port;
	uint16_t vlan; /* outermost identifier: the same addresses in two VLANs are two flows */
	uint8_t ip_proto;
	uint8_t layer; /* depth of the tunnel: inside and outside are two flows */
};
_Static_assert(sizeof(struct flow_key) == 40, "hashed and compared as five words");

enum flow_side { FLOW_OPENER, FLOW_ANSWERER }; /* who opened it, as far as is known, and the other */

/* What one side sent. Sizes are of the IP packet; times are of the capture. */
struct flow_side_stats {
	uint64_t bytes, payload_bytes; /* of IP packets; of what they carry above TCP, UDP... */
	uint64_t wire_bytes;           /* of whole frames, or of what a tunnel carries: what EVE calls bytes */
	int64_t first_ns, last_ns;     /* undefined while packets == 0 */
	double size_squares;           /* sum of bytes^2, for the deviation */
	double gap_squares;            /* sum of us^2, for the deviation */
	uint32_t packets, data_packets;
	uint32_t gap_min_us, gap_max_us;
	uint16_t size_min, size_max;
	uint16_t window_first, window_min, window_max; /* TCP, not scaled */
	uint8_t tcp_flags;                             /* all seen, ORed */
	uint8_t ttl, ttl_min, ttl_max;                 /* of its first packet, and of all */
};

enum flow_flags {
	FLOW_SWAPPED = 1, /* the opener is the high end of the key */
	FLOW_REFUSED = 2, /* ICMP or RST said no before anything was established */
	FLOW_ESTABLISHED = 4,
	FLOW_CLOSED = 8,
	FLOW_MIDSTREAM = 16,
	FLOW_USED = 32, /* since the table last looked for room */
};

struct flow {
	struct flow_key key;
	int64_t first_ns, last_ns;
	uint32_t chain_next; /* flow table's links */
	uint32_t wheel_next, wheel_previous;
	uint32_t wheel_slot;
	uint64_t id;            /* 53 bits, from key and first_ns: the same in every run */
	int64_t next_update_ns; /* when an update is due, see observation.h */
	struct flow_side_stats side[2];
	uint8_t flags; /* enum flow_flags */
	uint8_t first_tcp_flags;
	uint8_t first_count;     /* entries of first_sizes */
	uint8_t entropy_x32[2];  /* bits per byte x 32 of the first payload (<= 256 bytes) of each side; 0: none */
	uint8_t is_seed;         /* a seed shown as a flow: nothing but the first packet is known */
	uint16_t idle_count;     /* silences of more than 5 s */
	uint32_t idle_ms;        /* their sum; active time is duration minus the sum */
	uint32_t silence_max_us; /* the longest of all, shorter ones too */
	uint32_t size_classes[FLOW_SIZE_CLASSES]; /* packets of <=128, <=256, <=512, <=1024, >1024 bytes */
	int16_t first_sizes[FLOW_FIRST_SIZES];    /* payload bytes of the first data packets; negative: from the answerer */
	uint16_t syn_packets, rst_packets;        /* with that flag, of both sides */
	uint32_t first_gaps_us[FLOW_FIRST_SIZES]; /* since the data packet before; 0 for the first */
	uint64_t extra[FLOW_EXTRA_MAX / 8];       /* the inspector's part, zeroed at birth */
};
_Static_assert(sizeof(struct flow) <= 512, "the promise of the flow budget");

static inline enum flow_side
flow_side_of(const struct flow *flow, bool from_low)
{
	bool opener_is_low = (flow->flags & FLOW_SWAPPED) == 0;
	return from_low == opener_is_low ? FLOW_OPENER : FLOW_ANSWERER;
}

/* The key of a packet; *from_low tells which end sent it. ICMP requests and replies share a key: the ports are the
 * type and its counterpart, or the code (community-id 1.0, "ICMP"). */
struct flow_key flow_key_of(const struct packet *packet, bool *from_low);

/* Whether this ICMP message has a counterpart, which is then the other port of its flow. */
bool flow_icmp_is_paired(uint8_t ip_proto, uint8_t icmp_type);

/* Milliseconds of the longest silence that counts as one; 0: there was none. */
uint32_t flow_idle_max_ms(const struct flow *flow);

/* The end that opened the flow, and the other. */
const struct addr *flow_opener(const struct flow *flow, uint16_t *port);
const struct addr *flow_answerer(const struct flow *flow, uint16_t *port);

/* Starts a flow from its first packet: of TCP the flags, then the ports, tell who opened it. Or adds a packet. `retransmitted` data counts as a packet, not in the first sizes. */
void flow_start(struct flow *flow, const struct flow_key *key, bool from_low, const struct packet *packet);
void flow_add(struct flow *flow, enum flow_side side, const struct packet *packet);
/* Another evidence came: who was taken for the opener is the answerer. */
void flow_turn(struct flow *flow);
/* Measures the first payload of a side. Apart, because only who reads the features needs it. */
void flow_add_entropy(struct flow *flow, enum flow_side side, struct bytes payload);

/* "1:" and 28 characters of base64, NUL-terminated (community-id 1.0). The ends may be in either order. */
enum { FLOW_COMMUNITY_ID_SIZE = 32 };
void flow_community_id(const struct flow_key *key, uint16_t seed, char out[static FLOW_COMMUNITY_ID_SIZE]);

#endif
