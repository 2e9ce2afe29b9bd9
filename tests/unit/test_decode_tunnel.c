/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "frame_build.h"
#include "net/anomaly.h"
#include "net/decode/decode.h"

enum { RAW = 101 };

static struct build b;
static struct packet out[PACKET_LAYERS_MAX];

static size_t
decode(void)
{
	static struct bytes kept;
	struct decode_options options = {.checksums = DECODE_CHECKSUMS_OFF};
	struct decoder *d = decode_new(&options);
	assert_non_null(d);
	test_heap_free(kept);
	kept = test_heap(build_bytes(&b));
	struct frame frame = {.data = kept, .wire_len = (uint32_t)kept.len, .linktype = RAW};
	size_t count = decode_frame(d, &frame, out);
	decode_free(d);
	return count;
}

static bool
has_anomaly(enum anomaly anomaly)
{
	for (size_t i = 0; i < out[0].anomaly_count; i++)
		if (out[0].anomalies[i] == anomaly)
			return true;
	return false;
}

#define SMALL_IP4 "\x45\0\0\x1c\0\0\0\0\x40\x11\0\0\1\2\3\4\5\6\7\x08\0\1\0\2\0\x08\0\0"

static void
gre_headers_are_judged(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		struct bytes gre;
		int anomaly; /* -1: none */
		size_t count;
	} rows[] = {
	    {"the plain one", BYTES("\0\0\x08\0" SMALL_IP4), -1, 2},
	    {"with a key", BYTES("\x20\0\x08\0\0\0\0\1" SMALL_IP4), -1, 2},
	    {"an acknowledgement of PPTP carries nothing", BYTES("\x20\x81\x88\x0b\0\0\0\1\0\0\0\2"), -1, 1},
	    {"WCCP, version 1", BYTES("\0\0\x88\x3e" SMALL_IP4), -1, 2},
	    {"WCCP, version 2", BYTES("\0\0\x88\x3e\0\0\0\0" SMALL_IP4), -1, 2},
	    {"a keep-alive", BYTES("\0\0\0\0"), -1, 1},
	    {"three bytes", BYTES("\0\0\x08"), ANOMALY_GRE_PKT_TOO_SMALL, 1},
	    {"a key that is not there", BYTES("\x20\0\x08\0\0\0\0"), ANOMALY_GRE_VERSION0_HDR_TOO_BIG, 1},
	    {"a route that is not there", BYTES("\x40\0\x08\0\0\0\0\0\0\2"), ANOMALY_GRE_VERSION0_HDR_TOO_BIG, 1},
	    {"a route entry longer than the packet", BYTES("\x40\0\x08\0\0\0\0\0\0\2\0\x09\1\2"),
	        ANOMALY_GRE_VERSION1_MALFORMED_SRE_HDR, 1},
	    {"version 2", BYTES("\0\2\x08\0" SMALL_IP4), ANOMALY_GRE_WRONG_VERSION, 1},
	    {"reserved flags", BYTES("\0\x10\x08\0" SMALL_IP4), ANOMALY_GRE_VERSION0_FLAGS, 2},
	    {"recursion", BYTES("\1\0\x08\0" SMALL_IP4), ANOMALY_GRE_VERSION0_RECUR, 2},
	    {"PPTP with a checksum", BYTES("\xb0\1\x88\x0b\0\0\0\1\0\0\0\1"), ANOMALY_GRE_VERSION1_CHKSUM, 1},
	    {"PPTP with a route", BYTES("\x70\1\x88\x0b\0\0\0\1\0\0\0\1"), ANOMALY_GRE_VERSION1_ROUTE, 1},
	    {"PPTP with a strict route", BYTES("\x38\1\x88\x0b\0\0\0\1\0\0\0\1"), ANOMALY_GRE_VERSION1_SSR, 1},
	    {"PPTP with recursion", BYTES("\x31\1\x88\x0b\0\0\0\1\0\0\0\1"), ANOMALY_GRE_VERSION1_RECUR, 1},
	    {"PPTP with reserved flags", BYTES("\x30\x09\x88\x0b\0\0\0\1\0\0\0\1"), ANOMALY_GRE_VERSION1_FLAGS, 1},
	    {"PPTP without a key", BYTES("\x10\1\x88\x0b\0\0\0\1"), ANOMALY_GRE_VERSION1_NO_KEY, 1},
	    {"PPTP without PPP", BYTES("\x30\1\x08\0\0\0\0\1\0\0\0\1"), ANOMALY_GRE_VERSION1_WRONG_PROTOCOL, 1},
	    {"PPTP that ends in its header", BYTES("\x30\1\x88\x0b\0\0\0\1"), ANOMALY_GRE_VERSION1_HDR_TOO_BIG, 1},
	    {"ERSPAN II that ends in its header", BYTES("\x10\0\x88\xbe\0\0\0\1\x10\1\0"), ANOMALY_ERSPAN_HEADER_TOO_SMALL,
	        1},
	    {"ERSPAN III that ends in its header", BYTES("\x10\0\x22\xeb\0\0\0\1\x20\1\0\0\0\0\0\0"),
	        ANOMALY_ERSPAN_HEADER_TOO_SMALL, 1},
	    {"ERSPAN III that ends in its second header", BYTES("\x10\0\x22\xeb\0\0\0\1\x20\1\0\0\0\0\0\0\0\0\0\1\0"),
	        ANOMALY_ERSPAN_HEADER_TOO_SMALL, 1},
	    {"ERSPAN of a version to come", BYTES("\x10\0\x88\xbe\0\0\0\1\x50\1\0\0\0\0\0\0"),
	        ANOMALY_ERSPAN_UNSUPPORTED_VERSION, 1},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		build_start(&b);
		build_push(&b, rows[i].gre);
		build_ip4(&b, (struct build_ip){.proto = 47});
		size_t count = decode();
		if (count != rows[i].count)
			fail_msg("%s: %zu layers", rows[i].why, count);
		if (rows[i].anomaly < 0 ? out[0].anomaly_count != 0 : !has_anomaly((enum anomaly)rows[i].anomaly))
			fail_msg("%s", rows[i].why);
		assert_int_equal(out[0].ip_proto, IP_PROTO_GRE);
		assert_bytes_equal(out[0].payload, rows[i].gre);
		if (count == 2)
			assert_true(out[1].has_transport && out[1].dst_port == 2);
	}
}

/* A port alone makes no tunnel: what does not look like one is a UDP payload, and nothing to complain of. */
static void
what_only_has_the_port_of_a_tunnel_is_left_alone(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		uint16_t port;
		struct bytes payload;
		int anomaly; /* -1: none */
	} rows[] = {
	    {"Teredo: not IPv6", 3544, BYTES("hello, this is some other protocol than Teredo, is it not"), -1},
	    {"Teredo: IPv6 longer than the packet", 3544, BYTES("\x60\0\0\0\0\1\x3b\x40" BUILD_SRC6 BUILD_DST6), -1},
	    {"Teredo: an authentication longer than the packet", 3544, BYTES("\0\1\xff\xff\1\2\3\4\5\6\7\x08"), -1},
	    {"Teredo: nothing", 3544, BYTES(""), -1},
	    {"VXLAN: no network identifier", 4789, BYTES("\0\0\0\0\0\0\7\0\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" SMALL_IP4), -1},
	    {"VXLAN: no room for Ethernet", 4789, BYTES("\x08\0\0\0\0\0\7\0\2\0\0\0\0\1\2\0\0\0\0\2\x08"), -1},
	    {"VXLAN: a frame of nobody", 4789, BYTES("\x08\0\0\0\0\0\7\0\2\0\0\0\0\1\2\0\0\0\0\2\xf1\0" SMALL_IP4),
	        ANOMALY_VXLAN_UNKNOWN_PAYLOAD_TYPE},
	    {"Geneve: a version to come", 6081, BYTES("\x40\0\x08\0\0\0\7\0" SMALL_IP4), -1},
	    {"Geneve: options longer than the packet", 6081, BYTES("\x3f\0\x08\0\0\0\7\0" SMALL_IP4), -1},
	    {"Geneve: an option longer than the options", 6081, BYTES("\1\0\x08\0\0\0\7\0\1\2\3\1" SMALL_IP4), -1},
	    {"Geneve: a payload of nobody", 6081, BYTES("\0\0\xf1\0\0\0\7\0" SMALL_IP4),
	        ANOMALY_GENEVE_UNKNOWN_PAYLOAD_TYPE},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		build_start(&b);
		build_push(&b, rows[i].payload);
		build_udp(&b, 4, 50000, rows[i].port);
		build_ip4(&b, (struct build_ip){.proto = 17});
		size_t count = decode();
		if (count != 1 ||
		    (rows[i].anomaly < 0 ? out[0].anomaly_count != 0 : !has_anomaly((enum anomaly)rows[i].anomaly)))
			fail_msg("%s", rows[i].why);
		assert_true(out[0].has_transport);
		assert_bytes_equal(out[0].payload, rows[i].payload);
	}
}

static void
ip_in_ip_is_judged(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		uint8_t proto;
		struct bytes inner;
		int anomaly; /* -1: none */
		size_t count;
	} rows[] = {
	    {"IPv4 in IPv6", 4, BYTES(SMALL_IP4), -1, 2},
	    {"too small for IPv4", 4, BYTES("\x45\0\0\x1c"), ANOMALY_IPV6_IPV4_IN_IPV6_TOO_SMALL, 1},
	    {"not IPv4", 4, BYTES("\x65\0\0\x1c\0\0\0\0\x40\x11\0\0\1\2\3\4\5\6\7\x08"),
	        ANOMALY_IPV6_IPV4_IN_IPV6_WRONG_VERSION, 1},
	    {"too small for IPv6", 41, BYTES("\x60\0\0\x1c"), ANOMALY_IPV6_IPV6_IN_IPV6_TOO_SMALL, 1},
	    {"not IPv6", 41, BYTES("\x40\0\0\0\0\0\x3b\x40" BUILD_SRC6 BUILD_DST6), ANOMALY_IPV6_IPV6_IN_IPV6_WRONG_VERSION,
	        1},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		build_start(&b);
		build_push(&b, rows[i].inner);
		build_ip6(&b, (struct build_ip){.proto = rows[i].proto});
		if (decode() != rows[i].count ||
		    (rows[i].anomaly < 0 ? out[0].anomaly_count != 0 : !has_anomaly((enum anomaly)rows[i].anomaly)))
			fail_msg("%s", rows[i].why);
		assert_bytes_equal(out[0].payload, rows[i].inner);
	}
}

/* The frame's bytes are the tunnel's; what it carries counts its own, an inner link header included. */
static void
inside_a_tunnel_only_its_own_bytes_count(void **state)
{
	(void)state;
	enum { IN_GRE, IN_VXLAN, IN_IP };
	static const struct {
		const char *why;
		int tunnel;
		uint32_t inside;
	} rows[] = {{"GRE carries a packet", IN_GRE, 28}, {"VXLAN carries a frame", IN_VXLAN, 14 + 4 + 28},
	    {"IP carries a packet", IN_IP, 28}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		build_start(&b);
		build_push(&b, BYTES(SMALL_IP4));
		if (rows[i].tunnel == IN_VXLAN) {
			build_vlan(&b, 99, 0x0800);
			build_ethernet(&b, 0x8100);
			build_push(&b, BYTES("\x08\0\0\0\0\0\7\0"));
			build_udp(&b, 4, 50000, 4789);
		} else if (rows[i].tunnel == IN_GRE) {
			build_push(&b, BYTES("\0\0\x08\0"));
		}
		build_ip4(&b,
		    (struct build_ip){.proto = rows[i].tunnel == IN_VXLAN ? 17
		            : rows[i].tunnel == IN_GRE                    ? 47
		                                                          : 4});
		if (decode() != 2 || out[0].wire_len != build_bytes(&b).len || out[1].wire_len != rows[i].inside)
			fail_msg("%s: %u inside", rows[i].why, out[1].wire_len);
	}
}

static void
arp_inside_a_tunnel_is_a_packet_of_its_own(void **state)
{
	(void)state;
	build_start(&b);
	build_push(&b, BYTES("\0\1\x08\0\6\4\0\1\2\0\0\0\0\5\x0a\0\0\1\0\0\0\0\0\0\x0a\0\0\2"));
	build_vlan(&b, 99, 0x0806);
	build_ethernet(&b, 0x8100);
	build_push(&b, BYTES("\x08\0\0\0\0\0\7\0"));
	build_udp(&b, 4, 50000, 4789);
	build_ip4(&b, (struct build_ip){.proto = 17});
	assert_int_equal(decode(), 2);
	assert_int_equal(out[0].kind, PACKET_IP);
	assert_int_equal(out[0].vlan_count, 0);
	assert_int_equal(out[1].kind, PACKET_ARP);
	assert_int_equal(out[1].arp.operation, 1);
	assert_int_equal(out[1].vlan_count, 1);
	assert_int_equal(out[1].vlan[0], 99);
	assert_false(out[1].has_transport);
	assert_int_equal(out[1].payload.len, 0);
}

static void
port_extenders_and_backbones_are_taken_off(void **state)
{
	(void)state;
	static const struct {
		const char *why;
		struct bytes header;
	} rows[] = {
	    {"FabricPath", BYTES("\2\0\0\0\0\1\2\0\0\0\0\2\x89\x03\0\x40\2\0\0\0\0\3\2\0\0\0\0\4\x08\0")},
	    {"802.1ah", BYTES("\2\0\0\0\0\1\2\0\0\0\0\2\x88\xe7\0\0\0\1\2\0\0\0\0\3\2\0\0\0\0\4\x08\0")},
	    {"VN-tag", BYTES("\2\0\0\0\0\1\2\0\0\0\0\2\x89\x26\0\0\0\1\x08\0")},
	    {"E-tag", BYTES("\2\0\0\0\0\1\2\0\0\0\0\2\x89\x3f\0\0\0\1\0\0\x08\0")},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct decode_options options = {.checksums = DECODE_CHECKSUMS_OFF};
		struct decoder *d = decode_new(&options);
		assert_non_null(d);
		build_start(&b);
		build_push(&b, BYTES(SMALL_IP4));
		build_push(&b, rows[i].header);
		struct frame frame = {.data = build_bytes(&b), .wire_len = (uint32_t)build_bytes(&b).len, .linktype = 1};
		if (decode_frame(d, &frame, out) != 1 || !out[0].has_transport || out[0].dst_port != 2)
			fail_msg("%s", rows[i].why);
		assert_int_equal(out[0].mac_dst[5], 1); /* the frame's own */
		decode_free(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gre_headers_are_judged),
	    cmocka_unit_test(what_only_has_the_port_of_a_tunnel_is_left_alone),
	    cmocka_unit_test(ip_in_ip_is_judged),
	    cmocka_unit_test(inside_a_tunnel_only_its_own_bytes_count),
	    cmocka_unit_test(arp_inside_a_tunnel_is_a_packet_of_its_own),
	    cmocka_unit_test(port_extenders_and_backbones_are_taken_off),
	};
	return RUN_TESTS(tests);
}
