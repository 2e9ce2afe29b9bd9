/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_filter.h"

#include <stdlib.h>

enum {
	COUNTS = 1 << 16,
	STRIDE = 4, /* only every fourth place of the data is asked about: of a pattern, four places in a row are kept */
	EIGHTS_FROM = 8 + STRIDE - 1,
	FOURS_FROM = 4 + STRIDE - 1,
	BITS_PER_ENTRY = 64,    /* one place in 64 says yes for nothing */
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

/* The highest bits choose the word, others the bit. */
static inline uint32_t
bit_of(uint64_t hash)
{
	return UINT32_C(1) << (hash >> 32 & 31);
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

/* Room for so many entries; false: no memory. */
static bool
make_table(struct rule_filter_table *table, uint32_t entries, struct arena *arena)
{
	uint8_t bits = WORDS_BITS_MIN;
	if (entries == 0)
		return true;
	while (bits < WORDS_BITS_MAX && (UINT64_C(32) << bits) < (uint64_t)entries * BITS_PER_ENTRY)
		bits++;
	table->shift = (uint8_t)(64 - bits);
	table->words = arena_new(arena, uint32_t, (size_t)1 << bits);
	return table->words != NULL;
}

static void
add(struct rule_filter_table *table, uint64_t hash)
{
	uint32_t *words = (uint32_t *)(uintptr_t)table->words;
	words[hash >> table->shift] |= bit_of(hash);
}

/* Of the pattern, the `stride` places in a row whose bytes fewest patterns share. */
static void
add_best(struct rule_filter_table *table, struct bytes text, size_t size, size_t stride, uint64_t (*hash)(const uint8_t *),
    const uint16_t *counts)
{
	size_t best = 0;
	uint32_t least = UINT32_MAX;
	for (size_t k = 0; k + size + stride - 1 <= text.len; k++) {
		uint32_t sum = 0;
		for (size_t i = 0; i < stride; i++)
			sum += counts == NULL ? 1 : counts[hash(text.at + k + i) >> 48];
		if (sum < least) {
			least = sum;
			best = k;
		}
	}
	for (size_t i = 0; i < stride; i++)
		add(table, hash(text.at + best + i));
}

struct rule_filter
rule_filter_make(const struct rule_patterns *patterns, const struct rule_filter_counts *counts, struct arena *arena)
{
	struct rule_filter f = {0};
	uint32_t eights = 0, fours = 0, smalls = 0, twos = 0;
	for (uint32_t i = 0; i < patterns->count; i++) {
		size_t len = patterns->lengths[i];
		if (len < 2)
			return f;
		eights += len >= EIGHTS_FROM ? STRIDE : 0;
		fours += len >= FOURS_FROM && len < EIGHTS_FROM ? STRIDE : 0;
		smalls += len >= 4 && len < FOURS_FROM;
		twos += len < 4;
	}
	if (!make_table(&f.eights, eights, arena) || !make_table(&f.fours, fours, arena) ||
	    !make_table(&f.smalls, smalls, arena) || !make_table(&f.twos, twos, arena))
		return f;
	for (uint32_t i = 0; i < patterns->count; i++) {
		struct bytes text = {(const uint8_t *)patterns->texts[i], patterns->lengths[i]};
		if (text.len >= EIGHTS_FROM)
			add_best(&f.eights, text, 8, STRIDE, hash_eight, counts->eights);
		else if (text.len >= FOURS_FROM)
			add_best(&f.fours, text, 4, STRIDE, hash_four, counts->fours);
		else if (text.len >= 4)
			add_best(&f.smalls, text, 4, 1, hash_four, counts->fours);
		else
			add_best(&f.twos, text, 2, 1, hash_two, NULL);
	}
	f.knows = true;
	return f;
}

/* ---- Asking ---- */

static inline bool
has(const struct rule_filter_table *table, uint64_t hash)
{
	return (table->words[hash >> table->shift] & bit_of(hash)) != 0;
}

bool
rule_filter_asks(const struct rule_filter *f, struct bytes data)
{
	if (!f->knows || data.len > RULE_FILTER_MAX)
		return true;
	if (f->eights.words != NULL)
		for (size_t i = 0; i + 8 <= data.len; i += STRIDE)
			if (has(&f->eights, hash_eight(data.at + i)))
				return true;
	if (f->fours.words != NULL)
		for (size_t i = 0; i + 4 <= data.len; i += STRIDE)
			if (has(&f->fours, hash_four(data.at + i)))
				return true;
	if (f->smalls.words != NULL)
		for (size_t i = 0; i + 4 <= data.len; i++)
			if (has(&f->smalls, hash_four(data.at + i)))
				return true;
	if (f->twos.words != NULL)
		for (size_t i = 0; i + 2 <= data.len; i++)
			if (has(&f->twos, hash_two(data.at + i)))
				return true;
	return false;
}
