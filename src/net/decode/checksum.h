/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/decode/checksum.h - the Internet checksum (RFC 1071), summed in either byte order. */
#ifndef NET_DECODE_CHECKSUM_H
#define NET_DECODE_CHECKSUM_H

#include "core/addr.h"
#include "core/bytes.h"

/* Adds b to a running sum; every part but the last must have an even length. The words are summed as the
 * machine reads them: RFC 1071 2(B) makes that harmless. */
static inline uint64_t
checksum_add(uint64_t sum, struct bytes b)
{
	uint64_t low = 0, high = 0;
	size_t words = b.len / 8;
	for (size_t i = 0; i < words; i++) {
		uint64_t word;
		memcpy(&word, b.at + 8 * i, 8);
		low += word & UINT32_MAX;
		high += word >> 32;
	}
	uint64_t tail = 0;
	if (b.len % 8 > 0)
		memcpy(&tail, b.at + 8 * words, b.len % 8);
	return sum + low + high + (tail & UINT32_MAX) + (tail >> 32);
}

/* The pseudo-header of RFC 9293 3.1 and RFC 8200 8.1: the same sum for both, since an IPv4
 * address is stored behind ten zeros and ff:ff, which adds nothing modulo 0xffff. */
static inline uint64_t
checksum_pseudo(const struct addr *src, const struct addr *dst, uint8_t ip_proto, uint32_t len)
{
	uint8_t rest[8] = {(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len, 0, 0, 0, ip_proto};
	uint64_t sum = checksum_add(0, (struct bytes){src->at, 16});
	sum = checksum_add(sum, (struct bytes){dst->at, 16});
	return checksum_add(sum, (struct bytes){rest, sizeof(rest)});
}

/* True when what was summed, checksum field included, is intact. */
static inline bool
checksum_is_good(uint64_t sum)
{
	sum = (sum & UINT32_MAX) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

#endif
