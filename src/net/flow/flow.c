/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/flow/flow.h"

#include "core/cursor.h"
#include "core/hash.h"

#include <math.h>
#include <openssl/evp.h>

static const int64_t idle_after_ns = INT64_C(5000000000);
enum { ENTROPY_BYTES = 256 };
static const uint64_t id_key = UINT64_C(0x62656666726f6921); /* fixed: ids must not change from run to run */

/* Counterparts of ICMP requests (RFC 792, 950, 1256, 4443, 4861). Below 0: none. */
static int
icmp_counterpart(uint8_t ip_proto, uint8_t icmp_type)
{
	static const struct {
		uint8_t proto, type, other;
	} pairs[] = {{IP_PROTO_ICMP, 8, 0}, {IP_PROTO_ICMP, 0, 8}, {IP_PROTO_ICMP, 13, 14}, {IP_PROTO_ICMP, 14, 13},
	    {IP_PROTO_ICMP, 15, 16}, {IP_PROTO_ICMP, 16, 15}, {IP_PROTO_ICMP, 17, 18}, {IP_PROTO_ICMP, 18, 17},
	    {IP_PROTO_ICMP, 10, 9}, {IP_PROTO_ICMP, 9, 10}, {IP_PROTO_ICMPV6, 128, 129}, {IP_PROTO_ICMPV6, 129, 128},
	    {IP_PROTO_ICMPV6, 133, 134}, {IP_PROTO_ICMPV6, 134, 133}, {IP_PROTO_ICMPV6, 135, 136},
	    {IP_PROTO_ICMPV6, 136, 135}, {IP_PROTO_ICMPV6, 130, 131}, {IP_PROTO_ICMPV6, 131, 130}};
	for (size_t i = 0; i < LENGTH_OF(pairs); i++)
		if (pairs[i].proto == ip_proto && pairs[i].type == icmp_type)
			return pairs[i].other;
	return -1;
}

bool
flow_icmp_is_paired(uint8_t ip_proto, uint8_t icmp_type)
{
	return icmp_counterpart(ip_proto, icmp_type) >= 0;
}

/* RFC 4303 2.1: which of the two hosts' associations it is. Its halves stand for the ports. */
static uint32_t
esp_index(const struct packet *packet)
{
	struct cursor c = cursor_of(packet->payload);
	return cursor_be32(&c);
}

struct flow_key
flow_key_of(const struct packet *packet, bool *from_low)
{
	uint16_t src_port = packet->src_port, dst_port = packet->dst_port;
	if (packet->ip_proto == IP_PROTO_ICMP || packet->ip_proto == IP_PROTO_ICMPV6) {
		src_port = packet->icmp_type;
		int other = icmp_counterpart(packet->ip_proto, packet->icmp_type);
		dst_port = other < 0 ? packet->icmp_code : (uint16_t)other;
	}
	int order = addr_compare(&packet->src, &packet->dst);
	bool low = order < 0 || (order == 0 && src_port <= dst_port);
	struct flow_key key = {
	    .low = low ? packet->src : packet->dst,
	    .high = low ? packet->dst : packet->src,
	    .low_port = low ? src_port : dst_port,
	    .high_port = low ? dst_port : src_port,
	    .vlan = packet->vlan_count > 0 ? packet->vlan[0] : 0,
	    .ip_proto = packet->ip_proto,
	    .layer = packet->layer,
	};
	if (packet->ip_proto == IP_PROTO_ESP && !packet->is_fragment) {
		uint32_t index = esp_index(packet);
		key.low_port = (uint16_t)(index >> 16);
		key.high_port = (uint16_t)index;
	}
	*from_low = low;
	return key;
}

const struct addr *
flow_opener(const struct flow *flow, uint16_t *port)
{
	bool swapped = (flow->flags & FLOW_SWAPPED) != 0;
	*port = swapped ? flow->key.high_port : flow->key.low_port;
	return swapped ? &flow->key.high : &flow->key.low;
}

const struct addr *
flow_answerer(const struct flow *flow, uint16_t *port)
{
	bool swapped = (flow->flags & FLOW_SWAPPED) != 0;
	*port = swapped ? flow->key.low_port : flow->key.high_port;
	return swapped ? &flow->key.low : &flow->key.high;
}

/* Shannon entropy of up to 256 bytes, in 1/32 bit; at least 1, for 0 means "no payload". */
static uint8_t
entropy_x32(struct bytes payload)
{
	uint16_t counts[256] = {0};
	struct bytes head = bytes_first(payload, ENTROPY_BYTES);
	for (size_t i = 0; i < head.len; i++)
		counts[head.at[i]]++;
	double sum = 0.0; /* of log2(count) over the bytes, that is, of n log2 n over the values */
	for (size_t i = 0; i < head.len; i++)
		sum += log2(counts[head.at[i]]);
	double bits = log2((double)head.len) - sum / (double)head.len;
	unsigned scaled = (unsigned)(bits * 32.0 + 0.5);
	return (uint8_t)(scaled < 1 ? 1 : scaled > 255 ? 255 : scaled);
}

static uint32_t
micros_between(int64_t from_ns, int64_t to_ns)
{
	if (to_ns <= from_ns)
		return 0; /* captures may go back in time */
	int64_t us = (to_ns - from_ns) / 1000;
	return us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
}

static void
side_first(struct flow_side_stats *s, const struct packet *p, uint16_t size)
{
	s->first_ns = p->time_ns;
	s->gap_min_us = UINT32_MAX;
	s->size_min = s->size_max = size;
	s->ttl = s->ttl_min = s->ttl_max = p->ttl;
	if (p->ip_proto == IP_PROTO_TCP)
		s->window_first = s->window_min = s->window_max = p->tcp.window;
}

static void
side_next(struct flow_side_stats *s, const struct packet *p, uint16_t size)
{
	uint32_t gap_us = micros_between(s->last_ns, p->time_ns);
	s->gap_squares += (double)gap_us * gap_us;
	if (p->ttl < s->ttl_min || s->ttl_min == 0) /* 0: of a seed, which does not keep it */
		s->ttl_min = p->ttl;
	if (p->ttl > s->ttl_max)
		s->ttl_max = p->ttl;
	if (gap_us < s->gap_min_us)
		s->gap_min_us = gap_us;
	if (gap_us > s->gap_max_us)
		s->gap_max_us = gap_us;
	if (size < s->size_min)
		s->size_min = size;
	if (size > s->size_max)
		s->size_max = size;
	if (p->ip_proto == IP_PROTO_TCP) {
		if (p->tcp.window < s->window_min)
			s->window_min = p->tcp.window;
		if (p->tcp.window > s->window_max)
			s->window_max = p->tcp.window;
	}
}

static void
add_first_size(struct flow *flow, enum flow_side side, const struct packet *p)
{
	int16_t size = (int16_t)(p->payload_wire_len > INT16_MAX ? INT16_MAX : p->payload_wire_len);
	flow->first_sizes[flow->first_count] = side == FLOW_OPENER ? size : (int16_t)-size;
	flow->first_gaps_us[flow->first_count] = flow->first_count == 0 ? 0 : micros_between(flow->last_ns, p->time_ns);
	flow->first_count++;
}

void
flow_add_entropy(struct flow *flow, enum flow_side side, struct bytes payload)
{
	if (flow->entropy_x32[side] == 0 && payload.len > 0)
		flow->entropy_x32[side] = entropy_x32(payload);
}

void
flow_add(struct flow *flow, enum flow_side side, const struct packet *p)
{
	struct flow_side_stats *s = &flow->side[side];
	uint32_t size = p->ip_len;
	uint16_t size16 = (uint16_t)(size > UINT16_MAX ? UINT16_MAX : size);
	if (s->packets == 0)
		side_first(s, p, size16);
	else
		side_next(s, p, size16);
	flow->flags |= FLOW_USED;
	s->last_ns = p->time_ns;
	s->packets++;
	s->bytes += size;
	s->wire_bytes += p->wire_len;
	s->size_squares += (double)size * size;
	if (p->ip_proto == IP_PROTO_TCP)
		s->tcp_flags |= p->tcp.flags;
	unsigned class = size <= 128 ? 0 : size <= 256 ? 1 : size <= 512 ? 2 : size <= 1024 ? 3 : 4;
	flow->size_classes[class]++;
	if (p->payload_wire_len > 0) {
		s->payload_bytes += p->payload_wire_len;
		s->data_packets++;
		if (flow->first_count < FLOW_FIRST_SIZES)
			add_first_size(flow, side, p);
	}
	int64_t silence_ns = p->time_ns - flow->last_ns;
	if (silence_ns > idle_after_ns) {
		uint32_t ms = micros_between(flow->last_ns, p->time_ns) / 1000;
		if (flow->idle_count < UINT16_MAX)
			flow->idle_count++;
		flow->idle_ms = ms > UINT32_MAX - flow->idle_ms ? UINT32_MAX : flow->idle_ms + ms;
		if (ms > flow->idle_max_ms)
			flow->idle_max_ms = ms;
	}
	if (silence_ns > 0)
		flow->last_ns = p->time_ns;
}

/* Ports on which machines serve: the well-known ones, and those registered ones that are in common use. */
static bool
is_service(uint16_t port)
{
	static const uint16_t registered[] = {1080, 1194, 1352, 1433, 1521, 1723, 1883, 2049, 2375, 2376, 2404, 3000, 3128,
	    3260, 3268, 3269, 3306, 3389, 3690, 4840, 5000, 5060, 5061, 5222, 5269, 5432, 5601, 5671, 5672, 5900, 5985, 5986,
	    6379, 6443, 6667, 8000, 8008, 8080, 8081, 8086, 8443, 8883, 8888, 9000, 9090, 9092, 9100, 9200, 9418, 11211,
	    20000, 25565, 27017, 44818, 47808};
	if (port < 1024)
		return true;
	for (size_t i = 0; i < LENGTH_OF(registered); i++)
		if (registered[i] == port)
			return true;
	return false;
}

/* Whether the sender of a connection's first packet seems to be its server. A SYN/ACK proves it; when the opening was not
 * seen, the ports tell. Only of a packet that could be the middle of a connection: scans have none of its flags. */
static bool
sender_answers(const struct flow_key *key, bool from_low, uint8_t tcp_flags)
{
	enum { EPHEMERAL_MIN = 32768 /* the lowest that Linux chooses; RFC 6335 6 begins higher */ };
	if ((tcp_flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK))
		return true;
	if ((tcp_flags & (TCP_SYN | TCP_RST | TCP_ACK)) != TCP_ACK)
		return false;
	uint16_t from = from_low ? key->low_port : key->high_port, to = from_low ? key->high_port : key->low_port;
	bool from_service = is_service(from), to_service = is_service(to);
	if (from_service != to_service)
		return from_service;
	return from < EPHEMERAL_MIN && to >= EPHEMERAL_MIN;
}

void
flow_turn(struct flow *flow)
{
	struct flow_side_stats opener = flow->side[FLOW_OPENER];
	flow->side[FLOW_OPENER] = flow->side[FLOW_ANSWERER];
	flow->side[FLOW_ANSWERER] = opener;
	uint8_t entropy = flow->entropy_x32[FLOW_OPENER];
	flow->entropy_x32[FLOW_OPENER] = flow->entropy_x32[FLOW_ANSWERER];
	flow->entropy_x32[FLOW_ANSWERER] = entropy;
	for (size_t i = 0; i < flow->first_count; i++)
		flow->first_sizes[i] = (int16_t)-flow->first_sizes[i];
	flow->flags ^= FLOW_SWAPPED;
}

void
flow_start(struct flow *flow, const struct flow_key *key, bool from_low, const struct packet *p)
{
	memset(flow, 0, sizeof(*flow));
	flow->key = *key;
	flow->first_ns = flow->last_ns = p->time_ns;
	bool answers = p->ip_proto == IP_PROTO_TCP && sender_answers(key, from_low, p->tcp.flags);
	flow->flags = from_low != answers ? 0 : FLOW_SWAPPED;
	flow->first_tcp_flags = p->ip_proto == IP_PROTO_TCP ? p->tcp.flags : 0;
	uint64_t hash = hash_bytes(
	    (struct bytes){(const uint8_t *)key, sizeof(*key)}, id_key ^ (uint64_t)(p->time_ns / 1000));
	flow->id = hash >> 11; /* 53 bits: exact in every JSON reader */
	flow_add(flow, answers ? FLOW_ANSWERER : FLOW_OPENER, p);
}

static size_t
community_address(const struct addr *a, uint8_t *out)
{
	bool v4 = addr_is_v4(a);
	memcpy(out, v4 ? a->at + 12 : a->at, v4 ? 4 : 16);
	return v4 ? 4 : 16;
}

void
flow_community_id(const struct flow_key *k, uint16_t seed, char out[static FLOW_COMMUNITY_ID_SIZE])
{
	uint8_t input[2 + 16 + 16 + 2 + 4], digest[20];
	size_t n = 0;
	int order = addr_compare(&k->low, &k->high);
	bool turned = order > 0 || (order == 0 && k->low_port > k->high_port);
	uint16_t ports[2] = {turned ? k->high_port : k->low_port, turned ? k->low_port : k->high_port};
	input[n++] = (uint8_t)(seed >> 8);
	input[n++] = (uint8_t)seed;
	n += community_address(turned ? &k->high : &k->low, input + n);
	n += community_address(turned ? &k->low : &k->high, input + n);
	input[n++] = k->ip_proto;
	input[n++] = 0;
	bool with_ports = k->ip_proto == IP_PROTO_TCP || k->ip_proto == IP_PROTO_UDP || k->ip_proto == IP_PROTO_SCTP ||
	    k->ip_proto == IP_PROTO_ICMP || k->ip_proto == IP_PROTO_ICMPV6;
	if (with_ports) {
		input[n++] = (uint8_t)(ports[0] >> 8);
		input[n++] = (uint8_t)ports[0];
		input[n++] = (uint8_t)(ports[1] >> 8);
		input[n++] = (uint8_t)ports[1];
	}
	unsigned digest_len = 0;
	out[0] = '\0';
	if (EVP_Digest(input, n, digest, &digest_len, EVP_sha1(), NULL) != 1)
		return;
	memcpy(out, "1:", 2);
	EVP_EncodeBlock((unsigned char *)out + 2, digest, (int)digest_len);
}
