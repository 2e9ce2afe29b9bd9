/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_filter.h"

#include <stdlib.h>

enum {
	COUNTS = 1 << 16,
	BITS_PER_PATTERN = 64,  /* two of them set: one place in a thousand says yes for nothing */
	WORDS_BITS_MIN = 5,
	WORDS_BITS_MAX = 15,    /* 128 kB */
};

struct rule_filter_counts {
	uint16_t eights[COUNTS], fours[COUNTS];
};

/* ---- Bytes in a row, as a hash ---- */

/* Both cases of a letter become the same; so do some other pairs of bytes, which costs nothing but a search now and then. */
static inline uint64_t
hash_eight(const uint8_t *at)
{
	uint64_t x;
	memcpy(&x, at, sizeof(x));
	x = (x & UINT64_C(0xdfdfdfdfdfdfdfdf)) * UINT64_C(0x9e3779b97f4a7c15);
	return x ^ x >> 29;
}

static inline uint64_t
hash_four(const uint8_t *at)
{
	uint32_t x;
	memcpy(&x, at, sizeof(x));
	return (uint64_t)(x & UINT32_C(0xdfdfdfdf)) * UINT64_C(0x9e3779b97f4a7c15);
}

static inline uint64_t
hash_two(const uint8_t *at)
{
	uint16_t x;
	memcpy(&x, at, sizeof(x));
	return (uint64_t)(x & UINT16_C(0xdfdf)) * UINT64_C(0x9e3779b97f4a7c15);
}

/* The low bits of a product are bad, the highest choose the word. */
static inline uint32_t
bits_of(uint64_t hash)
{
	return UINT32_C(1) << (hash >> 32 & 31) | UINT32_C(1) << (hash >> 37 & 31);
}

/* ---- Making ---- */

struct rule_filter_counts *
rule_filter_counts_new(void)
{
	return calloc(1, sizeof(struct rule_filter_counts));
}

void
rule_filter_counts_free(struct rule_filter_counts *counts)
{
	free(counts);
}

static void
count(uint16_t *counts, uint64_t hash)
{
	uint16_t *one = &counts[hash >> 48];
	*one = (uint16_t)(*one + (*one < UINT16_MAX));
}

void
rule_filter_counts_add(struct rule_filter_counts *counts, const struct rule_patterns *patterns)
{
	for (uint32_t i = 0; i < patterns->count; i++) {
		const uint8_t *text = (const uint8_t *)patterns->texts[i];
		for (size_t k = 0; k + 8 <= patterns->lengths[i]; k++)
			count(counts->eights, hash_eight(text + k));
		for (size_t k = 0; k + 4 <= patterns->lengths[i]; k++)
			count(counts->fours, hash_four(text + k));
	}
}

/* Room for so many patterns; false: no memory. */
static bool
make_table(struct rule_filter_table *table, uint32_t patterns, struct arena *arena)
{
	uint8_t bits = WORDS_BITS_MIN;
	if (patterns == 0)
		return true;
	while (bits < WORDS_BITS_MAX && (UINT64_C(32) << bits) < (uint64_t)patterns * BITS_PER_PATTERN)
		bits++;
	table->shift = (uint8_t)(64 - bits);
	table->words = arena_new(arena, uint32_t, (size_t)1 << bits);
	return table->words != NULL;
}

static void
add(struct rule_filter_table *table, uint64_t hash)
{
	uint32_t *words = (uint32_t *)(uintptr_t)table->words;
	words[hash >> table->shift] |= bits_of(hash);
}

static void
add_pattern(struct rule_filter *f, const uint8_t *text, size_t len, const struct rule_filter_counts *counts)
{
	size_t best = 0;
	if (len >= 8) {
		for (size_t k = 1; k + 8 <= len; k++)
			if (counts->eights[hash_eight(text + k) >> 48] < counts->eights[hash_eight(text + best) >> 48])
				best = k;
		add(&f->eights, hash_eight(text + best));
	} else if (len >= 4) {
		for (size_t k = 1; k + 4 <= len; k++)
			if (counts->fours[hash_four(text + k) >> 48] < counts->fours[hash_four(text + best) >> 48])
				best = k;
		add(&f->fours, hash_four(text + best));
	} else {
		add(&f->twos, hash_two(text));
	}
}

struct rule_filter
rule_filter_make(const struct rule_patterns *patterns, const struct rule_filter_counts *counts, struct arena *arena)
{
	struct rule_filter f = {0};
	uint32_t eights = 0, fours = 0, twos = 0;
	for (uint32_t i = 0; i < patterns->count; i++) {
		size_t len = patterns->lengths[i];
		if (len < 2)
			return f;
		eights += len >= 8;
		fours += len >= 4 && len < 8;
		twos += len < 4;
	}
	if (!make_table(&f.eights, eights, arena) || !make_table(&f.fours, fours, arena) || !make_table(&f.twos, twos, arena))
		return f;
	for (uint32_t i = 0; i < patterns->count; i++)
		add_pattern(&f, (const uint8_t *)patterns->texts[i], patterns->lengths[i], counts);
	f.knows = true;
	return f;
}

/* ---- Asking ---- */

static inline bool
has(const struct rule_filter_table *table, uint64_t hash)
{
	uint32_t bits = bits_of(hash);
	return (table->words[hash >> table->shift] & bits) == bits;
}

bool
rule_filter_asks(const struct rule_filter *f, struct bytes data)
{
	if (!f->knows || data.len > RULE_FILTER_MAX)
		return true;
	if (f->eights.words != NULL)
		for (size_t i = 0; i + 8 <= data.len; i++)
			if (has(&f->eights, hash_eight(data.at + i)))
				return true;
	if (f->fours.words != NULL)
		for (size_t i = 0; i + 4 <= data.len; i++)
			if (has(&f->fours, hash_four(data.at + i)))
				return true;
	if (f->twos.words != NULL)
		for (size_t i = 0; i + 2 <= data.len; i++)
			if (has(&f->twos, hash_two(data.at + i)))
				return true;
	return false;
}
