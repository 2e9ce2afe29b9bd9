/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <stdio.h>

#include "frame_build.h"
#include "net/decode/decode.h"

enum { ETHERNET = 1, SEED = 20260702 };

enum wrap {
	WRAP_NONE,
	WRAP_VLAN,
	WRAP_QINQ,
	WRAP_MPLS,
	WRAP_PSEUDO_WIRE,
	WRAP_PPPOE,
	WRAP_GRE,
	WRAP_GRE_ALL_FIELDS,
	WRAP_GRE_ETHERNET,
	WRAP_PPTP,
	WRAP_IP_IN_IP4,
	WRAP_IP_IN_IP6,
	WRAP_VXLAN,
	WRAP_GENEVE,
	WRAP_GENEVE_OPTIONS,
	WRAP_ERSPAN_1,
	WRAP_ERSPAN_2,
	WRAP_ERSPAN_3,
	WRAP_TEREDO,
	WRAP_TEREDO_ORIGIN,
	WRAP_COUNT,
};

static struct build b;
static struct packet out[PACKET_LAYERS_MAX];

static struct decoder *
new_decoder(void)
{
	struct decode_options options = {.checksums = DECODE_CHECKSUMS_ON, .overlap = OVERLAP_LINUX};
	struct decoder *d = decode_new(&options);
	assert_non_null(d);
	return d;
}

static size_t
decode(struct decoder *d, struct bytes data, size_t wire_len, uint16_t linktype)
{
	static uint64_t number;
	struct frame frame = {
	    .time_ns = 1, .number = ++number, .data = data, .wire_len = (uint32_t)wire_len, .linktype = linktype};
	return decode_frame(d, &frame, out);
}

static void
outer_udp(uint16_t port)
{
	build_udp(&b, 4, 50000, port);
	build_put16(b.raw + b.at + 6, 0); /* no checksum, as tunnels do */
	build_ip4(&b, (struct build_ip){.proto = 17, .outer = true});
	build_ethernet(&b, 0x0800);
}

static void
outer_gre(struct bytes header)
{
	build_push(&b, header);
	build_ip4(&b, (struct build_ip){.proto = 47, .outer = true});
	build_ethernet(&b, 0x0800);
}

/* Puts the IP packet in `b` into a frame; false when that way is not for this version of IP. */
static bool
wrap_up(enum wrap wrap, uint8_t version)
{
	uint16_t type = version == 4 ? 0x0800 : 0x86dd;
	uint16_t ppp = version == 4 ? 0x0021 : 0x0057;
	switch (wrap) {
	case WRAP_NONE: build_ethernet(&b, type); return true;
	case WRAP_VLAN:
		build_vlan(&b, 7, type);
		build_ethernet(&b, 0x8100);
		return true;
	case WRAP_QINQ:
		build_vlan(&b, 7, type);
		build_vlan(&b, 8, 0x8100);
		build_ethernet(&b, 0x88a8);
		return true;
	case WRAP_MPLS:
		build_push(&b, BYTES("\x00\x01\x00\x40\x00\x02\x01\x40"));
		build_ethernet(&b, 0x8847);
		return true;
	case WRAP_PSEUDO_WIRE:
		build_ethernet(&b, type);
		build_push(&b, BYTES("\x00\x02\x01\x40\0\0\0\0"));
		build_ethernet(&b, 0x8847);
		return true;
	case WRAP_PPPOE: {
		build_put16(build_push(&b, BYTES("\0\0")), ppp);
		size_t len = build_bytes(&b).len;
		build_put16(build_push(&b, BYTES("\x11\0\0\1\0\0")) + 4, len);
		build_ethernet(&b, 0x8864);
		return true;
	}
	case WRAP_GRE: outer_gre(version == 4 ? BYTES("\0\0\x08\0") : BYTES("\0\0\x86\xdd")); return true;
	case WRAP_GRE_ALL_FIELDS: /* checksum, routing with one entry and its end, key, sequence */
		outer_gre(version == 4 ? BYTES("\xf0\0\x08\0\0\0\0\0\0\0\0\1\0\0\0\2\x08\0\0\4\1\2\3\4\0\0\0\0")
		                       : BYTES("\xf0\0\x86\xdd\0\0\0\0\0\0\0\1\0\0\0\2\x08\0\0\4\1\2\3\4\0\0\0\0"));
		return true;
	case WRAP_GRE_ETHERNET:
		build_ethernet(&b, type);
		outer_gre(BYTES("\0\0\x65\x58"));
		return true;
	case WRAP_PPTP:
		build_put16(build_push(&b, BYTES("\0\0")), ppp);
		outer_gre(BYTES("\x30\x81\x88\x0b\0\x20\0\1\0\0\0\1\0\0\0\2"));
		return true;
	case WRAP_IP_IN_IP4:
		build_ip4(&b, (struct build_ip){.proto = version == 4 ? 4 : 41, .outer = true});
		build_ethernet(&b, 0x0800);
		return true;
	case WRAP_IP_IN_IP6:
		build_ip6(&b, (struct build_ip){.proto = version == 4 ? 4 : 41, .outer = true});
		build_ethernet(&b, 0x86dd);
		return true;
	case WRAP_VXLAN:
		build_ethernet(&b, type);
		build_push(&b, BYTES("\x08\0\0\0\0\0\7\0"));
		outer_udp(4789);
		return true;
	case WRAP_GENEVE:
		build_ethernet(&b, type);
		build_push(&b, BYTES("\0\0\x65\x58\0\0\7\0"));
		outer_udp(6081);
		return true;
	case WRAP_GENEVE_OPTIONS:
		build_push(&b,
		    version == 4 ? BYTES("\3\0\x08\0\0\0\7\0\1\2\3\0\1\2\3\1\0\0\0\0")
		                 : BYTES("\3\0\x86\xdd\0\0\7\0\1\2\3\0\1\2\3\1\0\0\0\0"));
		outer_udp(6081);
		return true;
	case WRAP_ERSPAN_1:
		build_ethernet(&b, type);
		outer_gre(BYTES("\0\0\x88\xbe"));
		return true;
	case WRAP_ERSPAN_2:
		build_ethernet(&b, type);
		outer_gre(BYTES("\x10\0\x88\xbe\0\0\0\1\x10\x17\0\1\0\0\0\0"));
		return true;
	case WRAP_ERSPAN_3:
		build_ethernet(&b, type);
		outer_gre(BYTES("\x10\0\x22\xeb\0\0\0\1\x20\x17\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0"));
		return true;
	case WRAP_TEREDO: outer_udp(3544); return version == 6;
	case WRAP_TEREDO_ORIGIN:
		build_push(&b,
		    BYTES("\0\1\2\1ab\0\0\0\0\0\0\0\0\0\0"
		          "\0\0\1\2\3\4\5\6"));
		outer_udp(3544);
		return version == 6;
	case WRAP_COUNT:
	default: return false;
	}
}

enum inner { INNER_TCP, INNER_UDP, INNER_ICMP, INNER_COUNT };

static void
make_inner(enum inner inner, uint8_t version)
{
	static const uint8_t protos[] = {6, 17, 1};
	build_start(&b);
	if (inner == INNER_TCP) {
		build_push(&b, BYTES("GET / HTTP/1.0\r\n\r\n"));
		build_tcp(&b, version, 40000, 80, 77, TCP_ACK | TCP_PSH, BYTES("\1\1\x08\x0a\0\0\0\1\0\0\0\2"));
	} else if (inner == INNER_UDP) {
		build_push(&b, BYTES("odd"));
		build_udp(&b, version, 5353, 53);
	} else {
		uint8_t *h = build_push(
		    &b, version == 4 ? BYTES("\x08\0\0\0\0\1\0\2ping") : BYTES("\x80\0\0\0\0\1\0\2ping"));
		build_put16(h + 2, (uint16_t)~build_sum(version == 4 ? 0 : build_pseudo(6, 58, 12), build_bytes(&b)));
	}
	struct build_ip ip = {.proto = protos[inner], .id = 11};
	if (version == 4) {
		build_ip4(&b, ip);
	} else {
		ip.proto = inner == INNER_ICMP ? 58 : ip.proto;
		build_ip6(&b, ip);
	}
}

static void
assert_same_inner(const struct packet *a, const struct packet *wanted, int wrap)
{
	if (a->kind != wanted->kind || a->ip_version != wanted->ip_version || a->ip_proto != wanted->ip_proto ||
	    a->ttl != wanted->ttl || a->tos != wanted->tos || a->ip_len != wanted->ip_len || a->ip_id != wanted->ip_id ||
	    !addr_eq(&a->src, &wanted->src) || !addr_eq(&a->dst, &wanted->dst) || a->src_port != wanted->src_port ||
	    a->dst_port != wanted->dst_port || a->icmp_id != wanted->icmp_id || a->icmp_seq != wanted->icmp_seq ||
	    !a->has_transport || a->bad_checksum || a->payload_wire_len != wanted->payload_wire_len ||
	    a->anomaly_count != 0 || a->is_fragment)
		fail_msg("wrapping %d changes the packet inside", wrap);
	assert_bytes_equal(a->payload, wanted->payload);
	if (a->ip_proto == IP_PROTO_TCP)
		assert_true(a->tcp.seq == wanted->tcp.seq && a->tcp.flags == wanted->tcp.flags &&
		    a->tcp.ts_value == wanted->tcp.ts_value);
}

static void
the_packet_inside_is_the_same_in_every_wrapping(void **state)
{
	(void)state;
	static struct build plain;
	struct decoder *d = new_decoder();
	for (uint8_t version = 4; version <= 6; version += 2)
		for (int inner = 0; inner < INNER_COUNT; inner++) {
			make_inner((enum inner)inner, version);
			wrap_up(WRAP_NONE, version);
			plain = b;
			assert_int_equal(decode(d, build_bytes(&plain), build_bytes(&plain).len, ETHERNET), 1);
			struct packet wanted = out[0];
			for (int wrap = 0; wrap < WRAP_COUNT; wrap++) {
				make_inner((enum inner)inner, version);
				if (!wrap_up((enum wrap)wrap, version))
					continue;
				size_t count = decode(d, build_bytes(&b), build_bytes(&b).len, ETHERNET);
				bool tunnel = wrap >= WRAP_GRE;
				if (count != (tunnel ? 2 : 1))
					fail_msg("wrapping %d of IPv%d: %zu layers", wrap, version, count);
				assert_same_inner(&out[count - 1], &wanted, wrap);
				assert_int_equal(out[count - 1].layer, count - 1);
				assert_memory_equal(out[count - 1].mac_src, wanted.mac_src, 6);
				assert_int_equal(out[count - 1].number, out[0].number);
				if (wrap == WRAP_ERSPAN_2 || wrap == WRAP_ERSPAN_3) {
					assert_int_equal(out[1].vlan_count, 1);
					assert_int_equal(out[1].vlan[0], 0x17);
				}
				if (wrap == WRAP_VXLAN) {
					assert_int_equal(out[0].dst_port, 4789);
					assert_true(out[0].has_transport && out[0].payload.len > 8);
				}
			}
		}
	decode_free(d);
}

static bool
inside(struct bytes part, struct bytes whole)
{
	return part.len == 0 ||
	    (part.at >= whole.at && part.len <= whole.len && part.at <= whole.at + (whole.len - part.len));
}

/* Cut by the capture, and cut on the wire: every length of every wrapping. */
static void
no_prefix_of_a_frame_crashes_or_shows_bytes_outside_it(void **state)
{
	(void)state;
	struct decoder *d = new_decoder();
	for (uint8_t version = 4; version <= 6; version += 2)
		for (int inner = 0; inner < INNER_COUNT; inner++)
			for (int wrap = 0; wrap < WRAP_COUNT; wrap++) {
				make_inner((enum inner)inner, version);
				if (!wrap_up((enum wrap)wrap, version))
					continue;
				struct bytes whole = build_bytes(&b);
				for (size_t len = 0; len <= whole.len; len++) {
					struct bytes cut = test_heap(bytes_first(whole, len));
					for (int on_wire = 0; on_wire < 2; on_wire++) {
						size_t count = decode(d, cut, on_wire ? len : whole.len, ETHERNET);
						assert_in_range(count, 1, PACKET_LAYERS_MAX);
						for (size_t i = 0; i < count; i++) {
							assert_true(inside(out[i].payload, cut));
							assert_true(out[i].payload.len <= out[i].payload_wire_len);
							if (!on_wire) /* nobody sent a malformed frame: the capture was short */
								assert_int_equal(out[i].anomaly_count, 0);
						}
						struct frame frame = {
						    .data = cut, .wire_len = (uint32_t)len, .linktype = ETHERNET};
						(void)decode_shard_hash(&frame);
					}
					test_heap_free(cut);
				}
			}
	decode_free(d);
}

static void
noise_crashes_nothing(void **state)
{
	(void)state;
	static const uint16_t links[] = {0, 1, 9, 12, 50, 101, 104, 108, 113, 228, 229, 276, 999};
	uint64_t seed = SEED;
	struct decoder *d = new_decoder();
	for (int round = 0; round < 60000; round++) {
		make_inner((enum inner)(round % INNER_COUNT), round % 2 == 0 ? 4 : 6);
		wrap_up((enum wrap)build_random(&seed, WRAP_COUNT), round % 2 == 0 ? 4 : 6);
		struct bytes whole = build_bytes(&b);
		for (uint32_t changes = 1 + build_random(&seed, 4); changes > 0; changes--)
			b.raw[b.at + build_random(&seed, (uint32_t)whole.len)] = (uint8_t)build_random(&seed, 256);
		struct bytes cut = test_heap(bytes_first(whole, whole.len - build_random(&seed, 3)));
		size_t count = decode(
		    d, cut, whole.len, build_random(&seed, 4) > 0 ? ETHERNET : links[build_random(&seed, LENGTH_OF(links))]);
		for (size_t i = 0; i < count; i++)
			assert_true(out[i].was_fragmented || out[i].payload.len == 0 || inside(out[i].payload, cut) ||
			    out[0].was_fragmented);
		test_heap_free(cut);
	}
	decode_free(d);
}

/* One frame of the IP payload at [from, to). */
static void
make_fragment(struct bytes whole, uint8_t version, uint8_t proto, size_t from, size_t to, uint16_t id)
{
	bool more = to < whole.len;
	build_start(&b);
	build_push(&b, (struct bytes){whole.at + from, to - from});
	if (version == 4) {
		build_ip4(&b, (struct build_ip){.proto = proto, .id = id, .offset = (uint32_t)from, .more = more});
	} else {
		uint8_t *h = build_push(&b, BYTES("\0\0\0\0\0\0\0\0"));
		h[0] = proto;
		build_put16(h + 2, from | more);
		build_put16(h + 6, id);
		build_ip6(&b, (struct build_ip){.proto = 44});
	}
	build_ethernet(&b, version == 4 ? 0x0800 : 0x86dd);
}

static void
however_it_is_fragmented_the_packet_is_the_same(void **state)
{
	(void)state;
	enum { ROUNDS = 400, CUTS_MAX = 40, SIZE_MAX_ = 60000 };
	static uint8_t body[SIZE_MAX_];
	static struct build whole;
	uint64_t seed = SEED;
	for (size_t i = 0; i < sizeof(body); i++)
		body[i] = (uint8_t)build_random(&seed, 256);
	struct decoder *d = new_decoder();
	for (uint16_t round = 0; round < ROUNDS; round++) {
		uint8_t version = round % 2 == 0 ? 4 : 6, proto = round % 4 < 2 ? 17 : 6;
		size_t len = 1 + build_random(&seed, SIZE_MAX_);
		build_start(&b);
		build_push(&b, (struct bytes){body, len});
		if (proto == 17)
			build_udp(&b, version, 1234, 4321);
		else
			build_tcp(&b, version, 1234, 4321, 9, TCP_ACK, BYTES(""));
		whole = b;
		struct bytes all = build_bytes(&whole);
		size_t bounds[CUTS_MAX + 2], order[2 * (CUTS_MAX + 1)], cuts = 1, shown = 0;
		bounds[0] = 0;
		while (cuts < CUTS_MAX && bounds[cuts - 1] + 8 < all.len) {
			size_t step = 8 * (1 + (size_t)build_random(&seed, 1 + (uint32_t)all.len / 64));
			if (bounds[cuts - 1] + step >= all.len)
				break;
			bounds[cuts] = bounds[cuts - 1] + step;
			cuts++;
		}
		if (cuts == 1)
			continue;
		bounds[cuts] = all.len;
		/* each fragment once, in any order; and copies of some before the last comes */
		for (size_t i = 0; i < cuts; i++)
			order[i] = i;
		for (size_t i = cuts - 1; i > 0; i--) {
			size_t j = build_random(&seed, (uint32_t)i + 1), swap = order[i];
			order[i] = order[j];
			order[j] = swap;
		}
		for (size_t i = 0; i < cuts; i++) {
			size_t f = order[i];
			size_t copies = 1 + (i + 1 < cuts ? build_random(&seed, 2) : 0);
			for (size_t copy = 0; copy < copies; copy++) {
				make_fragment(all, version, proto, bounds[f], bounds[f + 1], round);
				assert_int_equal(decode(d, build_bytes(&b), build_bytes(&b).len, ETHERNET), 1);
				assert_int_equal(out[0].anomaly_count, 0);
				assert_int_equal(out[0].is_fragment, i + 1 < cuts);
				assert_int_equal(out[0].has_transport, i + 1 == cuts);
				shown++;
			}
		}
		if (!out[0].was_fragmented || out[0].ip_proto != proto || out[0].src_port != 1234 ||
		    out[0].dst_port != 4321 || out[0].bad_checksum)
			fail_msg("seed %d, round %d: not the same packet after %zu fragments", SEED, round, shown);
		assert_int_equal(out[0].ip_len, all.len + (version == 4 ? 20 : 40));
		assert_bytes_equal(out[0].payload, ((struct bytes){body, len}));
	}
	assert_int_equal(decode_count(d)->fragments_dropped, 0);
	decode_free(d);
}

/* Both the tunnel's packet and the one inside are in fragments. */
static void
fragments_in_fragments_are_put_together(void **state)
{
	(void)state;
	static struct build inner[2], outer;
	struct decoder *d = new_decoder();
	build_start(&b);
	build_push(&b, BYTES("a payload of some length, cut in two, inside a tunnel that is cut in two"));
	build_udp(&b, 4, 1234, 4321);
	outer = b;
	struct bytes all = build_bytes(&outer);
	for (size_t i = 0; i < 2; i++) {
		make_fragment(all, 4, 17, i * 32, i == 0 ? 32 : all.len, 5);
		b.at += 14;
		inner[i] = b;
	}
	for (size_t i = 0; i < 2; i++) {
		struct bytes in = build_bytes(&inner[i]);
		for (size_t k = 0; k < 2; k++) {
			build_start(&b);
			build_push(&b, (struct bytes){in.at + k * 24, k == 0 ? 24 : in.len - 24});
			build_ip4(&b,
			    (struct build_ip){.proto = 4,
			        .id = (uint16_t)(9 + i),
			        .offset = (uint32_t)k * 24,
			        .more = k == 0,
			        .outer = true});
			build_ethernet(&b, 0x0800);
			assert_int_equal(decode(d, build_bytes(&b), build_bytes(&b).len, ETHERNET), k == 0 ? 1 : 2);
		}
	}
	assert_true(out[0].was_fragmented && out[1].was_fragmented && out[1].has_transport);
	assert_bytes_equal(
	    out[1].payload, BYTES("a payload of some length, cut in two, inside a tunnel that is cut in two"));
	assert_int_equal(decode_count(d)->reassembled, 3);
	decode_free(d);
}

static void
tunnels_in_tunnels_end(void **state)
{
	(void)state;
	struct decoder *d = new_decoder();
	make_inner(INNER_UDP, 4);
	for (int i = 0; i < 100; i++)
		build_ip4(&b, (struct build_ip){.proto = 4, .outer = true});
	build_ethernet(&b, 0x0800);
	assert_int_equal(decode(d, build_bytes(&b), build_bytes(&b).len, ETHERNET), PACKET_LAYERS_MAX);
	assert_int_equal(decode_count(d)->too_deep, 1);
	assert_int_equal(out[PACKET_LAYERS_MAX - 1].anomaly_count, 1);
	/* as many link layers as fit in a frame */
	make_inner(INNER_UDP, 4);
	for (int i = 0; i < 300; i++) {
		build_ethernet(&b, 0x0800);
		build_push(&b, BYTES("\x00\x02\x01\x40\0\0\0\0"));
		build_ethernet(&b, 0x8847);
	}
	assert_int_equal(decode(d, build_bytes(&b), build_bytes(&b).len, ETHERNET), 1);
	decode_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_packet_inside_is_the_same_in_every_wrapping),
	    cmocka_unit_test(no_prefix_of_a_frame_crashes_or_shows_bytes_outside_it),
	    cmocka_unit_test(noise_crashes_nothing),
	    cmocka_unit_test(however_it_is_fragmented_the_packet_is_the_same),
	    cmocka_unit_test(fragments_in_fragments_are_put_together),
	    cmocka_unit_test(tunnels_in_tunnels_end),
	};
	return RUN_TESTS(tests);
}
