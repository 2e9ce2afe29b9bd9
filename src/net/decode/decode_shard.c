/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/decode/decode_walk.h"

#include "core/hash.h"
#include "net/decode/ether_type.h"

/* Equal for (a, b) and (b, a), since a product is. */
static inline uint32_t
mix(uint64_t a, uint64_t b)
{
	const uint64_t salt = UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)hash_fold(a ^ salt, b ^ salt);
}

static uint32_t
hash_ip4(struct cursor c)
{
	struct cursor h = cursor_sub(&c, 20);
	cursor_take(&h, 12);
	uint64_t src = cursor_be32(&h), dst = cursor_be32(&h);
	return cursor_ok(&h) ? mix(src * UINT64_C(0x1000003d7), dst * UINT64_C(0x1000003d7)) : 0;
}

static uint32_t
hash_ip6(struct cursor c)
{
	struct cursor h = cursor_sub(&c, 40);
	cursor_be64(&h);
	uint64_t src_high = cursor_be64(&h), src_low = cursor_be64(&h);
	uint64_t dst_high = cursor_be64(&h), dst_low = cursor_be64(&h);
	return cursor_ok(&h) ? mix(hash_u64(src_low, src_high), hash_u64(dst_low, dst_high)) : 0;
}

/* Any other link: its layers are taken off as decode_frame does. Frames without IP all go to one worker. */
static uint32_t
hash_slowly(const struct frame *frame)
{
	enum { LINK_LAYERS_MAX = 16 };
	struct packet p;
	p.has_mac = false;
	p.vlan_count = 0;
	p.anomaly_count = 0;
	struct decode_walk w = {.p = &p, .c = cursor_of(frame->data), .wire_left = frame->wire_len, .count = 1};
	if (w.wire_left < w.c.left)
		w.wire_left = (uint32_t)w.c.left;
	decode_link_start(&w, frame->linktype);
	for (size_t i = 0; i < LINK_LAYERS_MAX; i++) {
		struct cursor peek = w.c;
		uint8_t version = cursor_u8(&peek) >> 4;
		if (w.next == DECODE_WALK_IPV4 || (w.next == DECODE_WALK_IP && version == 4))
			return hash_ip4(w.c);
		if (w.next == DECODE_WALK_IPV6 || (w.next == DECODE_WALK_IP && version == 6))
			return hash_ip6(w.c);
		if (w.next == DECODE_WALK_ETHERNET)
			decode_link_ethernet(&w);
		else if (w.next == DECODE_WALK_ETHER_TYPE)
			decode_link_ether_type(&w);
		else if (w.next == DECODE_WALK_PPP)
			decode_link_ppp(&w);
		else
			return 0;
	}
	return 0;
}

uint32_t
decode_shard_hash(const struct frame *frame)
{
	enum { LINKTYPE_ETHERNET = 1 };
	struct cursor c = cursor_of(frame->data);
	struct cursor h = cursor_sub(&c, 14);
	cursor_take(&h, 12);
	uint16_t type = cursor_be16(&h);
	if (UNLIKELY(frame->linktype != LINKTYPE_ETHERNET))
		return hash_slowly(frame);
	if (LIKELY(type == ETHER_TYPE_IPV4))
		return hash_ip4(c);
	if (type == ETHER_TYPE_IPV6)
		return hash_ip6(c);
	return hash_slowly(frame);
}
