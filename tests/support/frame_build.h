/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tests/support/frame_build.h - frames made from the inside out: each call puts a header before what is there. */
#ifndef TESTS_SUPPORT_FRAME_BUILD_H
#define TESTS_SUPPORT_FRAME_BUILD_H

#include <stdlib.h>

#include "core/bytes.h"

enum { BUILD_SIZE = 70000 };

struct build {
	size_t at; /* the frame is raw[at .. BUILD_SIZE) */
	uint8_t raw[BUILD_SIZE];
};

static inline void
build_start(struct build *b)
{
	b->at = BUILD_SIZE;
}

static inline struct bytes
build_bytes(const struct build *b)
{
	return (struct bytes){b->raw + b->at, BUILD_SIZE - b->at};
}

static inline uint8_t *
build_push(struct build *b, struct bytes header)
{
	if (header.len > b->at)
		abort();
	b->at -= header.len;
	if (header.len > 0)
		memcpy(b->raw + b->at, header.at, header.len);
	return b->raw + b->at;
}

static inline void
build_put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void
build_put32(uint8_t *at, uint32_t value)
{
	build_put16(at, value >> 16);
	build_put16(at + 2, value & 0xffff);
}

/* RFC 1071, word by word: on purpose not the program's own way. */
static inline uint32_t
build_sum(uint32_t sum, struct bytes b)
{
	for (size_t i = 0; i < b.len; i++)
		sum += i % 2 == 0 ? (uint32_t)b.at[i] << 8 : b.at[i];
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* The addresses that all built packets have, and those of the tunnels around them. */
#define BUILD_SRC4 "\x0a\x00\x00\x01"
#define BUILD_DST4 "\xc0\x00\x02\x07"
#define BUILD_SRC6 "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"
#define BUILD_DST6 "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02"

static inline uint32_t
build_pseudo(uint8_t version, uint8_t proto, size_t len)
{
	uint8_t tail[8] = {0, 0, (uint8_t)(len >> 8), (uint8_t)len, 0, 0, 0, proto};
	uint32_t sum = build_sum(0, version == 4 ? BYTES(BUILD_SRC4 BUILD_DST4) : BYTES(BUILD_SRC6 BUILD_DST6));
	return build_sum(sum, (struct bytes){tail, 8});
}

static inline void
build_udp(struct build *b, uint8_t ip_version, uint16_t src_port, uint16_t dst_port)
{
	uint8_t *h = build_push(b, BYTES("\0\0\0\0\0\0\0\0"));
	struct bytes all = build_bytes(b);
	build_put16(h, src_port);
	build_put16(h + 2, dst_port);
	build_put16(h + 4, all.len);
	uint16_t checksum = (uint16_t)~build_sum(build_pseudo(ip_version, 17, all.len), all);
	build_put16(h + 6, checksum == 0 ? 0xffff : checksum);
}

/* `options` has a length that is a multiple of four. */
static inline void
build_tcp(struct build *b, uint8_t ip_version, uint16_t src_port, uint16_t dst_port, uint32_t seq, uint8_t flags,
    struct bytes options)
{
	build_push(b, options);
	uint8_t *h = build_push(b, BYTES("\0\0\0\0\0\0\0\0\x11\x22\x33\x44\x50\0\x40\0\0\0\0\0"));
	struct bytes all = build_bytes(b);
	build_put16(h, src_port);
	build_put16(h + 2, dst_port);
	build_put32(h + 4, seq);
	h[12] = (uint8_t)((5 + options.len / 4) << 4);
	h[13] = flags;
	build_put16(h + 16, (uint16_t)~build_sum(build_pseudo(ip_version, 6, all.len), all));
}

struct build_ip {
	uint8_t proto;
	uint16_t id;
	uint32_t offset; /* bytes */
	bool more;
	struct bytes options; /* IPv4: a multiple of four */
	bool outer;           /* with the tunnel's addresses */
};

static inline void
build_ip4(struct build *b, struct build_ip ip)
{
	build_push(b, ip.options);
	uint8_t *h = build_push(b, BYTES("\x45\0\0\0\0\0\0\0\x40\0\0\0" BUILD_SRC4 BUILD_DST4));
	struct bytes all = build_bytes(b);
	h[0] = (uint8_t)(0x45 + ip.options.len / 4);
	build_put16(h + 2, all.len);
	build_put16(h + 4, ip.id);
	build_put16(h + 6, ip.offset / 8 | (ip.more ? 0x2000u : 0));
	h[9] = ip.proto;
	if (ip.outer)
		memcpy(h + 12, "\xac\x10\x00\x01\xac\x10\x00\x02", 8);
	build_put16(h + 10, (uint16_t)~build_sum(0, bytes_first(all, 20 + ip.options.len)));
}

static inline void
build_ip6(struct build *b, struct build_ip ip)
{
	size_t len = BUILD_SIZE - b->at;
	uint8_t *h = build_push(b, BYTES("\x60\0\0\0\0\0\0\x40" BUILD_SRC6 BUILD_DST6));
	build_put16(h + 4, len);
	h[6] = ip.proto;
	if (ip.outer)
		h[15] = h[31] = 0xee;
}

static inline void
build_ethernet(struct build *b, uint16_t type)
{
	uint8_t *h = build_push(b, BYTES("\x02\0\0\0\0\x0d\x02\0\0\0\0\x05\0\0"));
	build_put16(h + 12, type);
}

/* Before the type of the frame inside: call instead of build_ethernet's inner type. */
static inline void
build_vlan(struct build *b, uint16_t id, uint16_t type)
{
	uint8_t *h = build_push(b, BYTES("\0\0\0\0"));
	build_put16(h, id);
	build_put16(h + 2, type);
}

/* xorshift64*: the same numbers everywhere, from a seed that is printed. */
static inline uint32_t
build_random(uint64_t *state, uint32_t below)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (uint32_t)((*state * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % below;
}

#endif
