/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/flow/flow.h"

#include "core/cursor.h"
#include "core/hash.h"

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

/* log2(i) x 65536, as tools would print it: round(math.log2(i) * 65536). */
static const uint32_t log2_x65536[ENTROPY_BYTES + 1] = {
    0,
    0,
    65536,
    103872,
    131072,
    152170,
    169408,
    183983,
    196608,
    207744,
    217706,
    226717,
    234944,
    242512,
    249519,
    256042,
    262144,
    267876,
    273280,
    278392,
    283242,
    287855,
    292253,
    296456,
    300480,
    304340,
    308048,
    311616,
    315055,
    318373,
    321578,
    324678,
    327680,
    330589,
    333412,
    336153,
    338816,
    341407,
    343928,
    346384,
    348778,
    351113,
    353391,
    355616,
    357789,
    359914,
    361992,
    364026,
    366016,
    367966,
    369876,
    371748,
    373584,
    375385,
    377152,
    378887,
    380591,
    382264,
    383909,
    385525,
    387114,
    388677,
    390214,
    391727,
    393216,
    394682,
    396125,
    397547,
    398948,
    400328,
    401689,
    403030,
    404352,
    405656,
    406943,
    408212,
    409464,
    410700,
    411920,
    413125,
    414314,
    415488,
    416649,
    417795,
    418927,
    420046,
    421152,
    422245,
    423325,
    424394,
    425450,
    426495,
    427528,
    428550,
    429562,
    430562,
    431552,
    432532,
    433502,
    434462,
    435412,
    436353,
    437284,
    438206,
    439120,
    440025,
    440921,
    441809,
    442688,
    443560,
    444423,
    445279,
    446127,
    446967,
    447800,
    448626,
    449445,
    450256,
    451061,
    451859,
    452650,
    453435,
    454213,
    454985,
    455750,
    456510,
    457263,
    458010,
    458752,
    459488,
    460218,
    460942,
    461661,
    462375,
    463083,
    463786,
    464484,
    465177,
    465864,
    466547,
    467225,
    467898,
    468566,
    469229,
    469888,
    470543,
    471192,
    471838,
    472479,
    473115,
    473748,
    474376,
    475000,
    475620,
    476236,
    476848,
    477456,
    478060,
    478661,
    479257,
    479850,
    480439,
    481024,
    481606,
    482185,
    482759,
    483331,
    483898,
    484463,
    485024,
    485582,
    486136,
    486688,
    487236,
    487781,
    488323,
    488861,
    489397,
    489930,
    490459,
    490986,
    491510,
    492031,
    492549,
    493064,
    493577,
    494086,
    494593,
    495098,
    495599,
    496098,
    496594,
    497088,
    497579,
    498068,
    498554,
    499038,
    499519,
    499998,
    500474,
    500948,
    501419,
    501889,
    502355,
    502820,
    503282,
    503742,
    504200,
    504656,
    505109,
    505561,
    506010,
    506457,
    506902,
    507345,
    507786,
    508224,
    508661,
    509096,
    509528,
    509959,
    510388,
    510815,
    511240,
    511663,
    512084,
    512503,
    512921,
    513336,
    513750,
    514162,
    514572,
    514981,
    515387,
    515792,
    516195,
    516597,
    516997,
    517395,
    517791,
    518186,
    518579,
    518971,
    519361,
    519749,
    520136,
    520521,
    520904,
    521286,
    521667,
    522046,
    522423,
    522799,
    523173,
    523546,
    523918,
    524288,
};

/* Shannon entropy of up to 256 bytes, in 1/32 bit; at least 1, for 0 means "no payload". */
static uint8_t
entropy_x32(struct bytes payload)
{
	uint16_t counts[256] = {0};
	struct bytes head = bytes_first(payload, ENTROPY_BYTES);
	for (size_t i = 0; i < head.len; i++)
		counts[head.at[i]]++;
	uint32_t sum = 0; /* of log2(count) over the bytes, that is, of n log2 n over the values */
	for (size_t i = 0; i < head.len; i++)
		sum += log2_x65536[counts[head.at[i]]];
	uint32_t len = (uint32_t)head.len, bits_x65536 = log2_x65536[len] - (sum + len / 2) / len;
	unsigned scaled = (bits_x65536 + 1024) / 2048;
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
	if (p->ip_proto == IP_PROTO_TCP) {
		s->tcp_flags |= p->tcp.flags;
		if ((p->tcp.flags & TCP_SYN) != 0 && flow->syn_packets < UINT16_MAX)
			flow->syn_packets++;
		if ((p->tcp.flags & TCP_RST) != 0 && flow->rst_packets < UINT16_MAX)
			flow->rst_packets++;
	}
	unsigned class = size <= 128 ? 0 : size <= 256 ? 1 : size <= 512 ? 2 : size <= 1024 ? 3 : 4;
	flow->size_classes[class]++;
	if (p->payload_wire_len > 0) {
		s->payload_bytes += p->payload_wire_len;
		s->data_packets++;
		if (flow->first_count < FLOW_FIRST_SIZES)
			add_first_size(flow, side, p);
	}
	int64_t silence_ns = p->time_ns - flow->last_ns;
	uint32_t silence_us = micros_between(flow->last_ns, p->time_ns);
	if (silence_us > flow->silence_max_us)
		flow->silence_max_us = silence_us;
	if (silence_ns > idle_after_ns) {
		uint32_t ms = silence_us / 1000;
		if (flow->idle_count < UINT16_MAX)
			flow->idle_count++;
		flow->idle_ms = ms > UINT32_MAX - flow->idle_ms ? UINT32_MAX : flow->idle_ms + ms;
	}
	if (silence_ns > 0)
		flow->last_ns = p->time_ns;
}

uint32_t
flow_idle_max_ms(const struct flow *flow)
{
	return flow->silence_max_us > idle_after_ns / 1000 ? flow->silence_max_us / 1000 : 0;
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
