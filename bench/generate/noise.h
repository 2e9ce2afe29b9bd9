/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* noise.h - numbers that look drawn by chance and are the same for the same seed. */
#ifndef BENCH_NOISE_H
#define BENCH_NOISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct noise {
	uint64_t state;
};

/* splitmix64: one addition and three mixes, enough for traffic. */
static inline uint64_t
noise_u64(struct noise *n)
{
	uint64_t x = n->state += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static inline uint32_t
noise_u32(struct noise *n)
{
	return (uint32_t)(noise_u64(n) >> 32);
}

/* 0 .. limit - 1 */
static inline uint32_t
noise_below(struct noise *n, uint32_t limit)
{
	return (uint32_t)(((noise_u64(n) >> 32) * limit) >> 32);
}

/* both ends included */
static inline uint32_t
noise_between(struct noise *n, uint32_t low, uint32_t high)
{
	return low + noise_below(n, high - low + 1);
}

static inline bool
noise_chance(struct noise *n, uint32_t per_ten_thousand)
{
	return noise_below(n, 10000) < per_ten_thousand;
}

/* Long-tailed: half below the median, rarely up to the limit (sizes and pauses of real traffic). */
uint32_t noise_tail(struct noise *n, uint32_t low, uint32_t median, uint32_t high);

/* Small indexes are drawn much more often than large ones, as sites are visited. */
uint32_t noise_popular(struct noise *n, uint32_t limit);

void noise_fill(struct noise *n, uint8_t *at, size_t len);

#endif
