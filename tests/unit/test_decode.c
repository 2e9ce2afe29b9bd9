/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "frame_build.h"
#include "net/anomaly.h"
#include "net/decode/decode.h"

enum {
	ETHERNET = 1,
	NULL_LOOPBACK = 0,
	RAW = 101,
	PPP = 9,
	C_HDLC = 104,
	LOOP = 108,
	SLL = 113,
	SLL2 = 276,
	IPV4 = 228,
	IPV6 = 229
};

static struct build b;
static struct packet out[PACKET_LAYERS_MAX];

/* Decodes a frame from a heap block of its exact size; what borrows it must be looked at through `wanted` only. */
static size_t
decode(uint16_t linktype, struct bytes data, size_t wire_len, enum decode_checksums checksums)
{
	static struct bytes kept;
	struct decode_options options = {.checksums = checksums, .defrag_budget_bytes = 0};
	struct decoder *d = decode_new(&options);
	assert_non_null(d);
	test_heap_free(kept);
	kept = test_heap(data);
	struct frame frame = {.time_ns = 7, .number = 3, .data = kept, .wire_len = (uint32_t)wire_len, .linktype = linktype};
	size_t count = decode_frame(d, &frame, out);
	decode_free(d);
	assert_in_range(count, 1, PACKET_LAYERS_MAX);
	return count;
}

static bool
has_anomaly(const struct packet *p, enum anomaly anomaly)
{
	for (size_t i = 0; i < p->anomaly_count; i++)
		if (p->anomalies[i] == anomaly)
			return true;
	return false;
}

static void
assert_addr(const struct addr *got, const char *wanted_cstr)
{
	char text_cstr[ADDR_TEXT_MAX];
	addr_write(got, text_cstr);
	assert_string_equal(text_cstr, wanted_cstr);
}

/* What every link must lead to. */
static void
make_udp4(const char *payload_cstr)
{
	build_start(&b);
	build_push(&b, bytes_of_cstr(payload_cstr));
	build_udp(&b, 4, 5353, 53);
	build_ip4(&b, (struct build_ip){.proto = 17, .id = 9});
}

static void
assert_udp4(const struct packet *p, const char *payload_cstr)
{
	assert_int_equal(p->kind, PACKET_IP);
	assert_int_equal(p->ip_version, 4);
	assert_int_equal(p->ip_proto, IP_PROTO_UDP);
	assert_int_equal(p->ttl, 0x40);
	assert_int_equal(p->ip_id, 9);
	assert_addr(&p->src, "10.0.0.1");
	assert_addr(&p->dst, "192.0.2.7");
	assert_true(p->has_transport);
	assert_int_equal(p->src_port, 5353);
	assert_int_equal(p->dst_port, 53);
	assert_bytes_equal(p->payload, bytes_of_cstr(payload_cstr));
	assert_int_equal(p->payload_wire_len, strlen(payload_cstr));
	assert_int_equal(p->anomaly_count, 0);
	assert_false(p->bad_checksum);
}

static void
every_link_leads_to_the_same_packet(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		uint16_t linktype;
		struct bytes header;
		uint8_t vlan_count;
		bool has_mac;
	} rows[] = {
	    {"Ethernet", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x08\x00"), 0, true},
	    {"one tag", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x81\x00\x60\x17\x08\x00"), 1, true},
	    {"802.1ad and 802.1Q", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x88\xa8\x60\x17\x81\x00\x00\x18\x08\x00"), 2,
	        true},
	    {"the old QinQ type", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x91\x00\x60\x17\x81\x00\x00\x18\x08\x00"), 2,
	        true},
	    {"three tags", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x81\x00\0\x17\x81\x00\0\x18\x81\x00\0\x19\x08\x00"), 3,
	        true},
	    {"MPLS, two labels", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x88\x47\x00\x01\x00\x40\x00\x02\x01\x40"), 0,
	        true},
	    {"MPLS, Ethernet pseudo-wire", ETHERNET,
	        BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x88\x47\x00\x02\x01\x40\0\0\0\0\2\0\0\0\0\1\2\0\0\0\0\2\x08\x00"), 0, true},
	    {"PPPoE session", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x88\x64\x11\x00\x00\x01\x00\x26\x00\x21"), 0, true},
	    {"PPP with address and control", PPP, BYTES("\xff\x03\x00\x21"), 0, false},
	    {"PPP, short protocol", PPP, BYTES("\x21"), 0, false},
	    {"Cisco HDLC", C_HDLC, BYTES("\x0f\x00\x08\x00"), 0, false},
	    {"raw IP", RAW, BYTES(""), 0, false},
	    {"raw IPv4", IPV4, BYTES(""), 0, false},
	    {"BSD loopback, little endian", NULL_LOOPBACK, BYTES("\2\0\0\0"), 0, false},
	    {"BSD loopback, big endian", NULL_LOOPBACK, BYTES("\0\0\0\2"), 0, false},
	    {"OpenBSD loopback", LOOP, BYTES("\0\0\0\2"), 0, false},
	    {"Linux cooked", SLL, BYTES("\0\0\0\1\0\6\2\0\0\0\0\5\0\0\x08\x00"), 0, true},
	    {"Linux cooked with a tag", SLL, BYTES("\0\0\0\1\0\6\2\0\0\0\0\5\0\0\x81\x00\0\x17\x08\x00"), 1, true},
	    {"Linux cooked, without address", SLL, BYTES("\0\0\3\4\0\0\0\0\0\0\0\0\0\0\x08\x00"), 0, false},
	    {"Linux cooked 2", SLL2, BYTES("\x08\x00\0\0\0\0\0\2\0\1\0\6\2\0\0\0\0\5\0\0"), 0, true},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		make_udp4("hello ok"); /* 36 bytes with its headers: PPPoE's row says so */
		build_push(&b, rows[i].header);
		struct bytes frame = build_bytes(&b);
		size_t count = decode(rows[i].linktype, frame, frame.len, DECODE_CHECKSUMS_ON);
		if (count != 1 || out[0].vlan_count != rows[i].vlan_count || out[0].has_mac != rows[i].has_mac)
			fail_msg("%s", rows[i].why);
		assert_udp4(&out[0], "hello ok");
		for (size_t v = 0; v < rows[i].vlan_count; v++)
			assert_int_equal(out[0].vlan[v], 0x17 + v);
		if (rows[i].has_mac)
			assert_memory_equal(out[0].mac_src, "\2\0\0\0\0\5", 6);
		assert_int_equal(out[0].time_ns, 7);
		assert_int_equal(out[0].number, 3);
		assert_int_equal(out[0].wire_len, frame.len);
		assert_int_equal(out[0].frame.len, frame.len);
	}
}

static void
an_ethernet_trailer_is_not_payload(void **state)
{
	(void)state;
	static struct build padded;
	make_udp4("x");
	build_start(&padded);
	build_push(&padded, BYTES("\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"));
	build_push(&padded, build_bytes(&b));
	build_ethernet(&padded, 0x0800);
	decode(ETHERNET, build_bytes(&padded), build_bytes(&padded).len, DECODE_CHECKSUMS_ON);
	assert_udp4(&out[0], "x");
}

static void
what_udp_does_not_count_is_not_payload(void **state)
{
	(void)state;
	build_start(&b);
	build_push(&b, BYTES("ab"));
	build_udp(&b, 4, 5353, 53);
	static struct build longer;
	longer = b;
	build_start(&b);
	build_push(&b, BYTES("hidden"));
	build_push(&b, build_bytes(&longer));
	build_ip4(&b, (struct build_ip){.proto = 17});
	decode(RAW, build_bytes(&b), build_bytes(&b).len, DECODE_CHECKSUMS_ON);
	assert_bytes_equal(out[0].payload, BYTES("ab"));
	assert_int_equal(out[0].payload_wire_len, 2);
	assert_int_equal(out[0].anomaly_count, 0);
}

static void
what_the_capture_cut_off_is_not_an_anomaly(void **state)
{
	(void)state;
	make_udp4("hello ok");
	build_ethernet(&b, 0x0800);
	struct bytes frame = build_bytes(&b);
	for (size_t cut = 0; cut <= frame.len; cut++) {
		decode(ETHERNET, bytes_first(frame, cut), frame.len, DECODE_CHECKSUMS_ON);
		assert_int_equal(out[0].anomaly_count, 0);
		assert_int_equal(out[0].has_transport, cut >= 42);
		assert_int_equal(out[0].payload.len, cut >= 42 ? cut - 42 : 0);
		assert_int_equal(out[0].payload_wire_len, cut >= 42 ? 8 : 0);
		assert_int_equal(out[0].kind, cut >= 34 ? PACKET_IP : PACKET_OTHER);
	}
}

static void
a_length_of_zero_is_segmentation_offload(void **state)
{
	(void)state;
	build_start(&b);
	build_push(&b, BYTES("GET / HTTP/1.1"));
	build_tcp(&b, 4, 40000, 80, 1, TCP_ACK, BYTES(""));
	build_ip4(&b, (struct build_ip){.proto = 6});
	build_put16(b.raw + b.at + 2, 0);
	size_t len = build_bytes(&b).len;
	decode(RAW, build_bytes(&b), len, DECODE_CHECKSUMS_OFF);
	assert_bytes_equal(out[0].payload, BYTES("GET / HTTP/1.1"));
	assert_int_equal(out[0].ip_len, len);
	build_start(&b);
	build_push(&b, BYTES("GET / HTTP/1.1"));
	build_tcp(&b, 6, 40000, 80, 1, TCP_ACK, BYTES(""));
	build_ip6(&b, (struct build_ip){.proto = 6});
	build_put16(b.raw + b.at + 4, 0);
	decode(RAW, build_bytes(&b), build_bytes(&b).len, DECODE_CHECKSUMS_OFF);
	assert_bytes_equal(out[0].payload, BYTES("GET / HTTP/1.1"));
}

static void
a_signature_is_of_its_own_segment_only(void **state)
{
	(void)state;
	static const struct {
		struct bytes options;
		bool has_auth;
	} rows[] = {
	    {BYTES("\x1d\4\1\2"), true}, {BYTES(""), false}, /* nothing is left of the packet before, whose place it takes */
	    {BYTES("\x13\x12"
	           "0123456789abcdef\1\1"),
	        true},
	    {BYTES("\1\1\x08\x0a\1\2\3\4\5\6\7\x08"), false},
	    {BYTES("\x13\4\1\2"), false}, /* no signature: of the wrong length */
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		build_start(&b);
		build_tcp(&b, 6, 40000, 443, 1, TCP_RST, rows[i].options);
		build_ip6(&b, (struct build_ip){.proto = 6});
		memset(out, 0xff, sizeof(out));
		decode(IPV6, build_bytes(&b), build_bytes(&b).len, DECODE_CHECKSUMS_ON);
		assert_int_equal(out[0].tcp.has_auth, rows[i].has_auth);
	}
}

static void
tcp_options_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		struct bytes options;
		uint16_t mss;
		uint8_t scale;
		bool has_ts;
		uint32_t ts_value, ts_echo;
		int anomaly; /* -1: none */
	} rows[] = {
	    {"none", BYTES(""), 0, 0xff, false, 0, 0, -1},
	    {"a SYN of Linux", BYTES("\2\4\x05\xb4\4\2\x08\x0a\0\0\1\2\0\0\0\3\1\3\3\7"), 1460, 7, true, 0x102, 3, -1},
	    {"only timestamps", BYTES("\1\1\x08\x0a\x01\x02\x03\x04\x05\x06\x07\x08"), 0, 0xff, true, 0x01020304, 0x05060708,
	        -1},
	    {"a scale of zero is not an absent one", BYTES("\3\3\0\0"), 0, 0, false, 0, 0, -1},
	    {"what follows the end is not read", BYTES("\0\2\4\x05"), 0, 0xff, false, 0, 0, -1},
	    {"an unknown kind is passed over", BYTES("\xfd\4\x11\x22\2\4\x05\xb4"), 1460, 0xff, false, 0, 0, -1},
	    {"a length of zero would be an endless loop", BYTES("\xfd\0\1\1"), 0, 0xff, false, 0, 0,
	        ANOMALY_TCP_OPT_INVALID_LEN},
	    {"a length of one", BYTES("\2\1\1\1"), 0, 0xff, false, 0, 0, ANOMALY_TCP_OPT_INVALID_LEN},
	    {"an option longer than the header", BYTES("\xfd\5\1\1"), 0, 0xff, false, 0, 0, ANOMALY_TCP_OPT_INVALID_LEN},
	    {"an MSS of the wrong length is not believed", BYTES("\2\3\x05\0"), 0, 0xff, false, 0, 0,
	        ANOMALY_TCP_OPT_INVALID_LEN},
	    {"of two the first counts", BYTES("\2\4\x05\xb4\2\4\0\1"), 1460, 0xff, false, 0, 0, ANOMALY_TCP_OPT_DUPLICATE},
	    {"selective acknowledgements come in pairs", BYTES("\5\6\0\0\0\1\0\0"), 0, 0xff, false, 0, 0,
	        ANOMALY_TCP_OPT_INVALID_LEN},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		build_start(&b);
		build_push(&b, BYTES("data"));
		build_tcp(&b, 6, 40000, 443, 0xfffffff0, TCP_SYN | TCP_ACK, rows[i].options);
		build_ip6(&b, (struct build_ip){.proto = 6});
		decode(IPV6, build_bytes(&b), build_bytes(&b).len, DECODE_CHECKSUMS_ON);
		const struct packet *p = &out[0];
		if (p->tcp.mss != rows[i].mss || p->tcp.scale != rows[i].scale || p->tcp.has_ts != rows[i].has_ts ||
		    p->tcp.ts_value != rows[i].ts_value || p->tcp.ts_echo != rows[i].ts_echo)
			fail_msg("%s", rows[i].why);
		if (rows[i].anomaly < 0 ? p->anomaly_count != 0 : !has_anomaly(p, (enum anomaly)rows[i].anomaly))
			fail_msg("%s: anomaly", rows[i].why);
		assert_addr(&p->src, "2001:db8::1");
		assert_int_equal(p->tcp.seq, 0xfffffff0);
		assert_int_equal(p->tcp.ack, 0x11223344);
		assert_int_equal(p->tcp.flags, TCP_SYN | TCP_ACK);
		assert_int_equal(p->tcp.window, 0x4000);
		assert_int_equal(p->src_port, 40000);
		assert_int_equal(p->dst_port, 443);
		assert_bytes_equal(p->payload, BYTES("data"));
	}
}

static void
options_cut_by_the_capture_do_not_lose_the_segment(void **state)
{
	(void)state;
	build_start(&b);
	build_push(&b, BYTES("data"));
	build_tcp(&b, 4, 40000, 443, 5, TCP_ACK, BYTES("\1\1\x08\x0a\0\0\0\1\0\0\0\2"));
	build_ip4(&b, (struct build_ip){.proto = 6});
	struct bytes frame = build_bytes(&b);
	decode(RAW, bytes_first(frame, 46), frame.len, DECODE_CHECKSUMS_ON);
	assert_true(out[0].has_transport);
	assert_int_equal(out[0].tcp.seq, 5);
	assert_int_equal(out[0].payload.len, 0);
	assert_int_equal(out[0].payload_wire_len, 4);
	assert_int_equal(out[0].anomaly_count, 0);
}

/* One byte changed in a good frame (or its end cut off, on the wire) gives this anomaly, and no crash. */
static void
every_malformation_has_its_name(void **state)
{
	(void)state;
	enum base { UDP4, UDP6, TCP4, ICMP4, ICMP6, SCTP, ARP };
	static const struct {
		const char *why;
		enum base base;
		int at; /* in the frame; -1: nothing is changed */
		uint8_t value;
		size_t len; /* 0: whole */
		enum anomaly anomaly;
		bool transport;
	} rows[] = {
	    {"no room for Ethernet", UDP4, -1, 0, 13, ANOMALY_ETHERNET_PKT_TOO_SMALL, false},
	    {"a type nobody uses", UDP4, 12, 0xf0, 0, ANOMALY_ETHERNET_UNKNOWN_ETHERTYPE, false},
	    {"no room for IPv4", UDP4, -1, 0, 33, ANOMALY_IPV4_PKT_TOO_SMALL, false},
	    {"IPv4 that is not 4", UDP4, 14, 0x65, 0, ANOMALY_IPV4_WRONG_IP_VERSION, false},
	    {"a header of 16", UDP4, 14, 0x44, 0, ANOMALY_IPV4_HLEN_TOO_SMALL, false},
	    {"shorter than its header", UDP4, 17, 19, 0, ANOMALY_IPV4_IPLEN_SMALLER_THAN_HLEN, false},
	    {"longer than the frame", UDP4, 16, 1, 0, ANOMALY_IPV4_TRUNC_PKT, false},
	    {"a protocol nobody assigned", UDP4, 23, 200, 0, ANOMALY_IPV4_UNKNOWN_PROTOCOL, false},
	    {"ICMPv6 in IPv4", UDP4, 23, 58, 0, ANOMALY_IPV4_ICMPV6, false},
	    {"no room for UDP", UDP4, 17, 27, 0, ANOMALY_UDP_HLEN_TOO_SMALL, false},
	    {"UDP shorter than its header", UDP4, 39, 7, 0, ANOMALY_UDP_LEN_INVALID, false},
	    {"UDP longer than IP", UDP4, 39, 200, 0, ANOMALY_UDP_PKT_TOO_SMALL, false},
	    {"UDP changed on its way", UDP4, 43, 'X', 0, ANOMALY_UDP_BAD_CHECKSUM, true},
	    {"IPv4 changed on its way", UDP4, 22, 1, 0, ANOMALY_IPV4_BAD_CHECKSUM, true},
	    {"no room for IPv6", UDP6, -1, 0, 53, ANOMALY_IPV6_PKT_TOO_SMALL, false},
	    {"IPv6 that is not 6", UDP6, 14, 0x40, 0, ANOMALY_IPV6_WRONG_IP_VERSION, false},
	    {"IPv6 longer than the frame", UDP6, 18, 1, 0, ANOMALY_IPV6_TRUNC_PKT, false},
	    {"ICMPv4 in IPv6", UDP6, 20, 1, 0, ANOMALY_IPV6_ICMPV4, false},
	    {"something after nothing", UDP6, 20, 59, 0, ANOMALY_IPV6_DATA_AFTER_NONE_HEADER, false},
	    {"an extension without its end", UDP6, 20, 60, 0, ANOMALY_IPV6_TRUNC_EXTHDR, false},
	    {"a next header nobody assigned", UDP6, 20, 200, 0, ANOMALY_IPV6_UNKNOWN_NEXT_HEADER, false},
	    {"no room for TCP", TCP4, 17, 39, 0, ANOMALY_TCP_PKT_TOO_SMALL, false},
	    {"a TCP header of 16", TCP4, 46, 0x40, 0, ANOMALY_TCP_HLEN_TOO_SMALL, false},
	    {"a TCP header longer than the segment", TCP4, 46, 0xf0, 0, ANOMALY_TCP_INVALID_OPTLEN, false},
	    {"TCP changed on its way", TCP4, 38, 0x77, 0, ANOMALY_TCP_BAD_CHECKSUM, true},
	    {"no room for ICMP", ICMP4, 17, 27, 0, ANOMALY_ICMPV4_PKT_TOO_SMALL, false},
	    {"an ICMP type nobody uses", ICMP4, 34, 7, 0, ANOMALY_ICMPV4_UNKNOWN_TYPE, true},
	    {"an ICMP code nobody uses", ICMP4, 35, 7, 0, ANOMALY_ICMPV4_UNKNOWN_CODE, true},
	    {"an error that quotes nothing", ICMP4, 34, 3, 0, ANOMALY_ICMPV4_IPV4_TRUNC_PKT, true},
	    {"ICMP changed on its way", ICMP4, 40, 0x77, 0, ANOMALY_ICMPV4_BAD_CHECKSUM, true},
	    {"an ICMPv6 type nobody uses", ICMP6, 54, 50, 0, ANOMALY_ICMPV6_UNASSIGNED_TYPE, true},
	    {"an ICMPv6 type for experiments", ICMP6, 54, 100, 0, ANOMALY_ICMPV6_EXPERIMENTATION_TYPE, true},
	    {"an ICMPv6 code nobody uses", ICMP6, 55, 9, 0, ANOMALY_ICMPV6_UNKNOWN_CODE, true},
	    {"a listener report from afar", ICMP6, 54, 131, 0, ANOMALY_ICMPV6_MLD_MESSAGE_WITH_INVALID_HL, true},
	    {"ICMPv6 changed on its way", ICMP6, 60, 0x77, 0, ANOMALY_ICMPV6_BAD_CHECKSUM, true},
	    {"no room for SCTP", SCTP, 17, 31, 0, ANOMALY_SCTP_PKT_TOO_SMALL, false},
	    {"an SCTP chunk of 3", SCTP, 49, 3, 0, ANOMALY_SCTP_CHUNK_LEN_INVALID, true},
	    {"an SCTP chunk longer than the packet", SCTP, 49, 30, 0, ANOMALY_SCTP_CHUNK_LEN_INVALID, true},
	    {"an SCTP INIT with a tag", SCTP, 41, 1, 0, ANOMALY_SCTP_INIT_WITH_NON_ZERO_VTAG, true},
	    {"SCTP data without a tag", SCTP, 46, 0, 0, ANOMALY_SCTP_DATA_WITH_ZERO_VTAG, true},
	    {"no room for ARP", ARP, -1, 0, 41, ANOMALY_ARP_PKT_TOO_SMALL, false},
	    {"ARP for another hardware", ARP, 15, 2, 0, ANOMALY_ARP_UNSUPPORTED_HARDWARE, false},
	    {"ARP for another protocol", ARP, 16, 9, 0, ANOMALY_ARP_UNSUPPORTED_PROTOCOL, false},
	    {"ARP with addresses of 8", ARP, 18, 8, 0, ANOMALY_ARP_INVALID_HARDWARE_SIZE, false},
	    {"ARP with IP addresses of 6", ARP, 19, 6, 0, ANOMALY_ARP_INVALID_PROTOCOL_SIZE, false},
	    {"ARP with an unknown operation", ARP, 21, 99, 0, ANOMALY_ARP_UNSUPPORTED_OPCODE, false},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		build_start(&b);
		uint16_t type = 0x0800;
		switch (rows[i].base) {
		case UDP4: make_udp4("hello ok"); break;
		case UDP6:
			build_push(&b, BYTES("\x11\xff\0\0\0\0\0\0"));
			build_udp(&b, 6, 0x11ff, 0x11ff);
			build_ip6(&b, (struct build_ip){.proto = 17});
			type = 0x86dd;
			break;
		case TCP4:
			build_push(&b, BYTES("data"));
			build_tcp(&b, 4, 1, 2, 3, TCP_ACK, BYTES(""));
			build_ip4(&b, (struct build_ip){.proto = 6});
			break;
		case ICMP4:
			build_push(&b, BYTES("\x08\x00\xf7\xfd\0\1\0\1"));
			build_ip4(&b, (struct build_ip){.proto = 1});
			break;
		case ICMP6:
			build_push(&b, BYTES("\x80\x00\0\0\0\1\0\1"));
			build_put16(b.raw + b.at + 2, (uint16_t)~build_sum(build_pseudo(6, 58, 8), build_bytes(&b)));
			build_ip6(&b, (struct build_ip){.proto = 58});
			type = 0x86dd;
			break;
		case SCTP:
			build_push(&b, BYTES("\0\1\0\2\0\0\0\0\0\0\0\0\1\0\0\4"));
			build_ip4(&b, (struct build_ip){.proto = 132});
			break;
		case ARP:
			build_push(&b, BYTES("\0\1\x08\0\6\4\0\1\2\0\0\0\0\5\x0a\0\0\1\0\0\0\0\0\0\x0a\0\0\2"));
			type = 0x0806;
			break;
		default: fail();
		}
		build_ethernet(&b, type);
		struct bytes frame = build_bytes(&b);
		decode(ETHERNET, frame, frame.len, DECODE_CHECKSUMS_ON);
		if (out[0].anomaly_count != 0)
			fail_msg("%s: the frame was not good to begin with: %s", rows[i].why,
			    anomaly_name((enum anomaly)out[0].anomalies[0]));
		if (rows[i].at >= 0)
			b.raw[b.at + (size_t)rows[i].at] = rows[i].value;
		frame = bytes_first(frame, rows[i].len > 0 ? rows[i].len : frame.len);
		decode(ETHERNET, frame, frame.len, DECODE_CHECKSUMS_ON);
		if (!has_anomaly(&out[0], rows[i].anomaly) || out[0].has_transport != rows[i].transport)
			fail_msg("%s: %s", rows[i].why,
			    out[0].anomaly_count > 0 ? anomaly_name((enum anomaly)out[0].anomalies[0]) : "none");
		bool checksum = strstr(anomaly_name(rows[i].anomaly), "bad_checksum") != NULL;
		if (checksum)
			assert_true(out[0].bad_checksum);
		decode(ETHERNET, frame, frame.len, DECODE_CHECKSUMS_OFF);
		assert_false(out[0].bad_checksum);
		assert_int_equal(has_anomaly(&out[0], rows[i].anomaly), !checksum);
	}
}

static void
ipv4_options_are_judged(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		struct bytes options;
		int anomaly; /* -1: none */
		bool transport;
	} rows[] = {
	    {"two fillers and the end", BYTES("\1\1\0\0\0\0\0\0"), -1, true},
	    {"record route", BYTES("\x07\x07\x04\0\0\0\0\0"), -1, true},
	    {"four bytes are no multiple of eight", BYTES("\x94\4\0\0"), ANOMALY_IPV4_OPT_PAD_REQUIRED, true},
	    {"a length of zero", BYTES("\x07\0\x04\0\0\0\0\0"), ANOMALY_IPV4_OPT_INVALID_LEN, false},
	    {"longer than the header", BYTES("\x07\x09\x04\0\0\0\0\0"), ANOMALY_IPV4_OPT_INVALID_LEN, false},
	    {"a kind without a length", BYTES("\1\1\1\1\1\1\1\x07"), ANOMALY_IPV4_OPT_EOL_REQUIRED, true},
	    {"twice the same", BYTES("\x94\4\0\0\x94\4\0\0"), ANOMALY_IPV4_OPT_DUPLICATE, true},
	    {"a route that points into its header", BYTES("\x07\x07\x03\0\0\0\0\0"), ANOMALY_IPV4_OPT_MALFORMED, true},
	    {"an option nobody knows", BYTES("\x55\4\0\0\0\0\0\0"), ANOMALY_IPV4_OPT_UNKNOWN, true},
	    {"router alert of 6", BYTES("\x94\6\0\0\0\0\0\0"), ANOMALY_IPV4_OPT_INVALID_LEN, true},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		build_start(&b);
		build_push(&b, BYTES("payload"));
		build_udp(&b, 4, 1, 2);
		build_ip4(&b, (struct build_ip){.proto = 17, .options = rows[i].options});
		decode(RAW, build_bytes(&b), build_bytes(&b).len, DECODE_CHECKSUMS_ON);
		if (rows[i].anomaly < 0 ? out[0].anomaly_count != 0 : !has_anomaly(&out[0], (enum anomaly)rows[i].anomaly))
			fail_msg("%s", rows[i].why);
		if (out[0].has_transport != rows[i].transport)
			fail_msg("%s: transport", rows[i].why);
		if (rows[i].transport)
			assert_bytes_equal(out[0].payload, BYTES("payload"));
	}
}

static void
ipv6_extensions_are_passed_and_judged(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		uint8_t first;
		struct bytes headers; /* the last says UDP follows */
		int anomaly;          /* -1: none */
	} rows[] = {
	    {"hop-by-hop with a router alert", 0, BYTES("\x11\0\5\2\0\0\1\0"), -1},
	    {"destination options with a tunnel limit", 60, BYTES("\x11\0\4\1\4\1\1\0"), -1},
	    {"routing of type 2", 43, BYTES("\x11\0\2\0\0\0\0\0"), -1},
	    {"authentication", 51, BYTES("\x11\1\0\0\0\0\0\1\0\0\0\2"), -1},
	    {"mobility", 135, BYTES("\x11\0\0\0\0\0\0\0"), -1},
	    {"HIP", 139, BYTES("\x11\0\0\0\0\0\0\0"), -1},
	    {"shim6", 140, BYTES("\x11\0\0\0\0\0\0\0"), -1},
	    {"all that go together", 0,
	        BYTES("\x3c\0\5\2\0\0\1\0"
	              "\x2b\0\4\1\4\1\1\0"
	              "\x33\0\2\0\0\0\0\0"
	              "\x3c\1\0\0\0\0\0\1\0\0\0\2"
	              "\x11\0\4\1\4\1\1\0"),
	        -1},
	    {"a fragment that is the whole", 44, BYTES("\x11\0\0\0\0\0\0\7"), ANOMALY_IPV6_EXTHDR_USELESS_FH},
	    {"a fragment header with the reserved byte", 44, BYTES("\x11\1\0\0\0\0\0\7"),
	        ANOMALY_IPV6_FH_NON_ZERO_RESERVED_FIELD},
	    {"routing of type 0", 43, BYTES("\x11\0\0\0\0\0\0\0"), ANOMALY_IPV6_RH_TYPE_0},
	    {"hop-by-hop twice", 0,
	        BYTES("\0\0\5\2\0\0\1\0"
	              "\x11\0\5\2\0\0\1\0"),
	        ANOMALY_IPV6_EXTHDR_DUPL_HH},
	    {"hop-by-hop not at the start", 43,
	        BYTES("\0\0\2\0\0\0\0\0"
	              "\x11\0\5\2\0\0\1\0"),
	        ANOMALY_IPV6_EXTHDR_DUPL_HH},
	    {"three times destination options", 60,
	        BYTES("\x3c\0\4\1\4\1\1\0"
	              "\x3c\0\4\1\4\1\1\0"
	              "\x11\0\4\1\4\1\1\0"),
	        ANOMALY_IPV6_EXTHDR_DUPL_DH},
	    {"routing twice", 43,
	        BYTES("\x2b\0\2\0\0\0\0\0"
	              "\x11\0\2\0\0\0\0\0"),
	        ANOMALY_IPV6_EXTHDR_DUPL_RH},
	    {"authentication twice", 51,
	        BYTES("\x33\1\0\0\0\0\0\1\0\0\0\2"
	              "\x11\1\0\0\0\0\0\1\0\0\0\2"),
	        ANOMALY_IPV6_EXTHDR_DUPL_AH},
	    {"authentication with the reserved field", 51, BYTES("\x11\1\0\1\0\0\0\1\0\0\0\2"),
	        ANOMALY_IPV6_EXTHDR_AH_RES_NOT_NULL},
	    {"an option longer than its header", 0, BYTES("\x11\0\1\5\0\0\0\0"), ANOMALY_IPV6_EXTHDR_INVALID_OPTLEN},
	    {"only padding", 0, BYTES("\x11\0\1\4\0\0\0\0"), ANOMALY_IPV6_HOPOPTS_ONLY_PADDING},
	    {"only padding for the destination", 60, BYTES("\x11\0\0\0\0\0\0\0"), ANOMALY_IPV6_DSTOPTS_ONLY_PADDING},
	    {"padding of nothing", 60, BYTES("\x11\0\1\0\4\1\4\0"), ANOMALY_IPV6_ZERO_LEN_PADN},
	    {"an option nobody knows", 0, BYTES("\x11\0\x1e\2\0\0\1\0"), ANOMALY_IPV6_HOPOPTS_UNKNOWN_OPT},
	    {"an option no destination knows", 60, BYTES("\x11\0\x1e\2\0\0\1\0"), ANOMALY_IPV6_DSTOPTS_UNKNOWN_OPT},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		build_start(&b);
		build_push(&b, BYTES("payload"));
		build_udp(&b, 6, 1, 2);
		build_push(&b, rows[i].headers);
		build_ip6(&b, (struct build_ip){.proto = rows[i].first});
		decode(RAW, build_bytes(&b), build_bytes(&b).len, DECODE_CHECKSUMS_ON);
		if (rows[i].anomaly < 0 ? out[0].anomaly_count != 0 : !has_anomaly(&out[0], (enum anomaly)rows[i].anomaly))
			fail_msg("%s", rows[i].why);
		if (!out[0].has_transport || out[0].ip_proto != IP_PROTO_UDP || out[0].dst_port != 2)
			fail_msg("%s: not passed", rows[i].why);
		assert_bytes_equal(out[0].payload, BYTES("payload"));
	}
}

static void
a_chain_of_extensions_ends(void **state)
{
	(void)state;
	build_start(&b);
	for (size_t i = 0; i < 1000; i++)
		build_push(&b, BYTES("\x2b\0\2\0\0\0\0\0"));
	build_ip6(&b, (struct build_ip){.proto = 43});
	decode(RAW, build_bytes(&b), build_bytes(&b).len, DECODE_CHECKSUMS_OFF);
	assert_false(out[0].has_transport);
	assert_int_equal(out[0].anomaly_count, PACKET_ANOMALIES_MAX);
}

static void
icmp_says_its_type_where_others_say_ports(void **state)
{
	(void)state;
	build_start(&b);
	build_push(&b,
	    BYTES("\x08\x00\x8d\x9c\x12\x34\x00\x02"
	          "abcdef"));
	build_ip4(&b, (struct build_ip){.proto = 1});
	decode(RAW, build_bytes(&b), build_bytes(&b).len, DECODE_CHECKSUMS_OFF);
	assert_int_equal(out[0].icmp_type, 8);
	assert_int_equal(out[0].src_port, 8);
	assert_int_equal(out[0].icmp_id, 0x1234);
	assert_int_equal(out[0].icmp_seq, 2);
	assert_bytes_equal(out[0].payload, BYTES("abcdef"));
	build_start(&b);
	build_push(&b,
	    BYTES("\x03\x01\0\0\x12\x34\x00\x02"
	          "\x45\0\0\x1c\0\0\0\0\x40\x11\0\0\1\2\3\4\5\6\7\x08"));
	build_ip4(&b, (struct build_ip){.proto = 1});
	size_t count = decode(RAW, build_bytes(&b), build_bytes(&b).len, DECODE_CHECKSUMS_OFF);
	assert_int_equal(count, 1); /* the quoted packet is not one that went by */
	assert_int_equal(out[0].icmp_id, 0);
	assert_int_equal(out[0].dst_port, 1);
	assert_int_equal(out[0].anomaly_count, 0);
}

static void
neighbours_of_ipv6_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		struct bytes message;
		uint8_t hop_limit;
		bool has_nd, has_mac, overrides;
	} rows[] = {
	    {"a solicitation", BYTES("\x87\0\0\0\0\0\0\0" BUILD_DST6 "\1\1\2\0\0\0\0\5"), 255, true, true, false},
	    {"an advertisement that overrides", BYTES("\x88\0\0\0\x60\0\0\0" BUILD_DST6 "\2\1\2\0\0\0\0\5"), 255, true, true,
	        true},
	    {"without an option", BYTES("\x88\0\0\0\0\0\0\0" BUILD_DST6), 255, true, false, false},
	    {"with another option before it", BYTES("\x87\0\0\0\0\0\0\0" BUILD_DST6 "\x0e\1\0\0\0\0\0\0\1\1\2\0\0\0\0\5"),
	        255, true, true, false},
	    {"the other side's option", BYTES("\x87\0\0\0\0\0\0\0" BUILD_DST6 "\2\1\2\0\0\0\0\5"), 255, true, false, false},
	    {"from beyond a router", BYTES("\x87\0\0\0\0\0\0\0" BUILD_DST6 "\1\1\2\0\0\0\0\5"), 254, false, false, false},
	    {"an option of no length", BYTES("\x87\0\0\0\0\0\0\0" BUILD_DST6 "\1\0\2\0\0\0\0\5"), 255, false, false, false},
	    {"an option longer than the message", BYTES("\x87\0\0\0\0\0\0\0" BUILD_DST6 "\1\2\2\0\0\0\0\5"), 255, false,
	        false, false},
	    {"half a target", BYTES("\x87\0\0\0\0\0\0\0\1\2\3\4\5\6\7\x08"), 255, false, false, false},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		build_start(&b);
		build_push(&b, rows[i].message);
		build_ip6(&b, (struct build_ip){.proto = 58});
		b.raw[b.at + 7] = rows[i].hop_limit;
		decode(RAW, build_bytes(&b), build_bytes(&b).len, DECODE_CHECKSUMS_OFF);
		if (out[0].has_nd != rows[i].has_nd || !out[0].has_transport)
			fail_msg("%s", rows[i].why);
		if (!rows[i].has_nd)
			continue;
		if (out[0].nd.has_mac != rows[i].has_mac || out[0].nd.overrides != rows[i].overrides)
			fail_msg("%s: flags", rows[i].why);
		assert_addr(&out[0].nd.target, "2001:db8::2");
		if (rows[i].has_mac)
			assert_memory_equal(out[0].nd.mac, "\2\0\0\0\0\5", 6);
	}
}

static void
arp_is_read(void **state)
{
	(void)state;
	build_start(&b);
	build_push(&b, BYTES("\0\1\x08\0\6\4\0\2\2\0\0\0\0\5\x0a\0\0\1\2\0\0\0\0\6\x0a\0\0\2"));
	build_vlan(&b, 30, 0x0806);
	build_ethernet(&b, 0x8100);
	decode(ETHERNET, build_bytes(&b), build_bytes(&b).len, DECODE_CHECKSUMS_ON);
	assert_int_equal(out[0].kind, PACKET_ARP);
	assert_int_equal(out[0].arp.operation, 2);
	assert_memory_equal(out[0].arp.sender_mac, "\2\0\0\0\0\5", 6);
	assert_memory_equal(out[0].arp.target_mac, "\2\0\0\0\0\6", 6);
	assert_addr(&out[0].arp.sender_ip, "10.0.0.1");
	assert_addr(&out[0].arp.target_ip, "10.0.0.2");
	assert_int_equal(out[0].vlan[0], 30);
}

static void
what_is_not_ip_is_other_and_quiet(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		uint16_t linktype;
		struct bytes frame;
	} rows[] = {
	    {"spanning tree, by its length", ETHERNET,
	        BYTES("\1\x80\xc2\0\0\0\2\0\0\0\0\5\0\x26\x42\x42\x03\0\0\0\0\0\0\0")},
	    {"LLDP", ETHERNET, BYTES("\1\x80\xc2\0\0\x0e\2\0\0\0\0\5\x88\xcc\2\7\4")},
	    {"PROFINET", ETHERNET, BYTES("\1\x80\xc2\0\0\x0e\2\0\0\0\0\5\x88\x92\2\7\4")},
	    {"PPP link control", PPP, BYTES("\xff\x03\xc0\x21\1\1\0\4")},
	    {"PPPoE discovery", ETHERNET, BYTES("\xff\xff\xff\xff\xff\xff\2\0\0\0\0\5\x88\x63\x11\x09\0\0\0\4\1\1\0\0")},
	    {"a link nobody decodes", 250, BYTES("anything")},
	    {"an empty frame of such a link", 250, BYTES("")},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		size_t count = decode(rows[i].linktype, rows[i].frame, rows[i].frame.len, DECODE_CHECKSUMS_ON);
		if (count != 1 || out[0].kind != PACKET_OTHER || out[0].anomaly_count != 0 || out[0].payload.len != 0)
			fail_msg("%s", rows[i].why);
	}
}

static void
malformed_links_have_their_names(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		uint16_t linktype;
		struct bytes frame;
		enum anomaly anomaly;
	} rows[] = {
	    {"a tag without its type", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x81\x00\0\1\x08"),
	        ANOMALY_VLAN_HEADER_TOO_SMALL},
	    {"four tags", ETHERNET,
	        BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x81\x00\0\1\x81\x00\0\1\x81\x00\0\1\x81\x00\0\1\x08\x00"),
	        ANOMALY_VLAN_TOO_MANY_LAYERS},
	    {"an unknown type in a tag", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x81\x00\0\1\xf1\x00"),
	        ANOMALY_VLAN_UNKNOWN_TYPE},
	    {"half a label", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x88\x47\0\1"), ANOMALY_MPLS_HEADER_TOO_SMALL},
	    {"a label and nothing", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x88\x47\0\1\1\x40"),
	        ANOMALY_MPLS_PKT_TOO_SMALL},
	    {"a label over something else", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x88\x47\0\x11\1\x40\x70"),
	        ANOMALY_MPLS_UNKNOWN_PAYLOAD_TYPE},
	    {"implicit null on the wire", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x88\x47\0\0\x31\x40\x70"),
	        ANOMALY_MPLS_BAD_LABEL_IMPLICIT_NULL},
	    {"router alert at the bottom", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x88\x47\0\0\x11\x40\x70"),
	        ANOMALY_MPLS_BAD_LABEL_ROUTER_ALERT},
	    {"a session without its length", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x88\x64\x11\0\0\1\0"),
	        ANOMALY_PPPOE_PKT_TOO_SMALL},
	    {"a discovery nobody knows", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x88\x63\x11\x55\0\1\0\0"),
	        ANOMALY_PPPOE_WRONG_CODE},
	    {"a tag longer than its frame", ETHERNET, BYTES("\2\0\0\0\0\15\2\0\0\0\0\5\x88\x63\x11\x09\0\0\0\4\1\1\0\1"),
	        ANOMALY_PPPOE_MALFORMED_TAGS},
	    {"half a PPP protocol", PPP, BYTES("\xff\x03\x00"), ANOMALY_PPP_PKT_TOO_SMALL},
	    {"a network protocol nobody knows", PPP, BYTES("\x00\x99\0\0"), ANOMALY_PPP_UNSUP_PROTO},
	    {"IPv4 in PPP without room", PPP, BYTES("\x00\x21\x45"), ANOMALY_PPP_IP4_PKT_TOO_SMALL},
	    {"IPv6 in PPP without room", PPP, BYTES("\x00\x57\x60"), ANOMALY_PPP_IP6_PKT_TOO_SMALL},
	    {"a short cooked header", SLL, BYTES("\0\0\0\1\0\6"), ANOMALY_SLL_PKT_TOO_SMALL},
	    {"a short cooked header, version 2", SLL2, BYTES("\0\0\0\1\0\6"), ANOMALY_SLL2_PKT_TOO_SMALL},
	    {"a short HDLC header", C_HDLC, BYTES("\x0f\0\x08"), ANOMALY_CHDLC_PKT_TOO_SMALL},
	    {"a short loopback header", NULL_LOOPBACK, BYTES("\2\0\0"), ANOMALY_LTNULL_PKT_TOO_SMALL},
	    {"a loopback family nobody knows", NULL_LOOPBACK, BYTES("\x63\0\0\0"), ANOMALY_LTNULL_UNSUPPORTED_TYPE},
	    {"raw IP of version 5", RAW, BYTES("\x55\0\0\0"), ANOMALY_IPRAW_INVALID_IP_VERSION},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		decode(rows[i].linktype, rows[i].frame, rows[i].frame.len, DECODE_CHECKSUMS_ON);
		if (!has_anomaly(&out[0], rows[i].anomaly))
			fail_msg("%s", rows[i].why);
		assert_int_equal(out[0].kind, PACKET_OTHER);
	}
}

static void
a_file_that_contradicts_itself_harms_nothing(void **state)
{
	(void)state;
	make_udp4("hello ok");
	decode(RAW, build_bytes(&b), 3, DECODE_CHECKSUMS_ON); /* fewer bytes on the wire than in the file */
	assert_udp4(&out[0], "hello ok");
}

static void
both_directions_and_fragments_go_to_one_worker(void **state)
{
	(void)state;
	make_udp4("hello ok");
	struct frame there = {.data = build_bytes(&b), .wire_len = (uint32_t)build_bytes(&b).len, .linktype = RAW};
	uint32_t hash = decode_shard_hash(&there);
	assert_int_not_equal(hash, 0);

	uint8_t *ip = b.raw + b.at;
	memcpy(ip + 12, BUILD_DST4 BUILD_SRC4, 8);
	assert_int_equal(decode_shard_hash(&there), hash);
	ip[6] = 0x20;
	ip[22] = 0x99; /* other ports: a later fragment has none */
	assert_int_equal(decode_shard_hash(&there), hash);
	build_ethernet(&b, 0x0800);
	struct frame ethernet = {.data = build_bytes(&b), .wire_len = (uint32_t)build_bytes(&b).len, .linktype = ETHERNET};
	assert_int_equal(decode_shard_hash(&ethernet), hash);
	b.at += 14;
	build_vlan(&b, 5, 0x0800);
	build_ethernet(&b, 0x8100);
	ethernet.data = build_bytes(&b);
	assert_int_equal(decode_shard_hash(&ethernet), hash);
	b.raw[b.at + 14 + 4 + 15] ^= 1; /* another host */
	assert_int_not_equal(decode_shard_hash(&ethernet), hash);

	build_start(&b);
	build_ip6(&b, (struct build_ip){.proto = 59});
	there = (struct frame){.data = build_bytes(&b), .wire_len = 40, .linktype = IPV6};
	hash = decode_shard_hash(&there);
	memcpy(b.raw + b.at + 8, BUILD_DST6 BUILD_SRC6, 32);
	assert_int_equal(decode_shard_hash(&there), hash);
	b.raw[b.at + 8] ^= 1;
	assert_int_not_equal(decode_shard_hash(&there), hash);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_link_leads_to_the_same_packet),
	    cmocka_unit_test(an_ethernet_trailer_is_not_payload),
	    cmocka_unit_test(what_udp_does_not_count_is_not_payload),
	    cmocka_unit_test(what_the_capture_cut_off_is_not_an_anomaly),
	    cmocka_unit_test(a_length_of_zero_is_segmentation_offload),
	    cmocka_unit_test(a_signature_is_of_its_own_segment_only),
	    cmocka_unit_test(tcp_options_are_read),
	    cmocka_unit_test(options_cut_by_the_capture_do_not_lose_the_segment),
	    cmocka_unit_test(every_malformation_has_its_name),
	    cmocka_unit_test(ipv4_options_are_judged),
	    cmocka_unit_test(ipv6_extensions_are_passed_and_judged),
	    cmocka_unit_test(a_chain_of_extensions_ends),
	    cmocka_unit_test(icmp_says_its_type_where_others_say_ports),
	    cmocka_unit_test(neighbours_of_ipv6_are_read),
	    cmocka_unit_test(arp_is_read),
	    cmocka_unit_test(what_is_not_ip_is_other_and_quiet),
	    cmocka_unit_test(malformed_links_have_their_names),
	    cmocka_unit_test(a_file_that_contradicts_itself_harms_nothing),
	    cmocka_unit_test(both_directions_and_fragments_go_to_one_worker),
	};
	return RUN_TESTS(tests);
}
