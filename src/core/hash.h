/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/hash.h - a keyed 64-bit mixer for tables whose keys a stranger chooses.
 *
 * The construction is the folded 64x64->128 multiply of wyhash (Wang Yi, public domain): not a
 * MAC. The key is drawn at start, so that collisions cannot be prepared; results never
 * depend on it (tables are looked up, never listed, in hash order).
 */
#ifndef CORE_HASH_H
#define CORE_HASH_H

#include "core/bytes.h"

static inline uint64_t
hash_fold(uint64_t a, uint64_t b)
{
	__uint128_t product = (__uint128_t)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t
hash_u64(uint64_t value, uint64_t key)
{
	return hash_fold(value ^ UINT64_C(0xa0761d6478bd642f), key ^ UINT64_C(0xe7037ed1a0b428db));
}

static inline uint64_t
hash_bytes(struct bytes b, uint64_t key)
{
	uint64_t h = key ^ b.len;
	while (b.len >= 8) {
		uint64_t word;
		memcpy(&word, b.at, 8);
		h = hash_fold(word ^ UINT64_C(0xa0761d6478bd642f), h ^ UINT64_C(0xe7037ed1a0b428db));
		b = (struct bytes){b.at + 8, b.len - 8};
	}
	if (b.len > 0) {
		uint64_t word = 0;
		memcpy(&word, b.at, b.len);
		h = hash_fold(word ^ UINT64_C(0x8ebc6af09c88c6e3), h ^ UINT64_C(0xe7037ed1a0b428db));
	}
	return hash_fold(h, UINT64_C(0x589965cc75374cc3));
}

/* hash_bytes() of 16 bytes, an address: the same value without the loop. */
static inline uint64_t
hash_16(const void *at, uint64_t key)
{
	uint64_t words[2];
	memcpy(words, at, sizeof(words));
	uint64_t h = hash_fold(words[0] ^ UINT64_C(0xa0761d6478bd642f), key ^ 16 ^ UINT64_C(0xe7037ed1a0b428db));
	h = hash_fold(words[1] ^ UINT64_C(0xa0761d6478bd642f), h ^ UINT64_C(0xe7037ed1a0b428db));
	return hash_fold(h, UINT64_C(0x589965cc75374cc3));
}

#endif
