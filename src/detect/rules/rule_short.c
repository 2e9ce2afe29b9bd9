/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_short.h"

#include <stdlib.h>

enum {
	COUNTS = 1 << 16,
	STRIDE = 4, /* only every fourth place of the data is asked about: of a pattern, four keys in a row are kept */
	EIGHTS_FROM = 8 + STRIDE - 1,
	FOURS_FROM = 4 + STRIDE - 1,
	BITS_PER_KEY = 64, /* one place in 64 is compared for nothing */
	WORDS_LOG_MIN = 5,
	WORDS_LOG_MAX = 15, /* 128 kB */
};

struct rule_short_counts {
	uint16_t eights[COUNTS], fours[COUNTS];
};

/* ---- Keys, as hashes ---- */

/* Both cases of a letter become the same; so do some other pairs of bytes, which costs nothing but a comparison now and then. */
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

struct rule_short_counts *
rule_short_counts_new(void)
{
	return calloc(1, sizeof(struct rule_short_counts));
}

void
rule_short_counts_free(struct rule_short_counts *counts)
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
rule_short_counts_add(struct rule_short_counts *counts, const struct rule_patterns *patterns)
{
	for (uint32_t i = 0; i < patterns->count; i++) {
		const uint8_t *text = (const uint8_t *)patterns->texts[i];
		for (size_t k = 0; k + 8 <= patterns->lengths[i]; k++)
			count(counts->eights, hash_eight(text + k));
		for (size_t k = 0; k + 4 <= patterns->lengths[i]; k++)
			count(counts->fours, hash_four(text + k));
	}
}

/* Room for so many keys; false: no memory. */
static bool
make_table(struct rule_short_table *table, uint32_t keys, struct arena *arena)
{
	uint8_t words = WORDS_LOG_MIN, firsts = WORDS_LOG_MIN;
	if (keys == 0)
		return true;
	while (words < WORDS_LOG_MAX && (UINT64_C(32) << words) < (uint64_t)keys * BITS_PER_KEY)
		words++;
	while (firsts < WORDS_LOG_MAX && UINT64_C(1) << firsts < keys)
		firsts++;
	table->bits_shift = (uint8_t)(64 - words);
	table->firsts_shift = (uint8_t)(64 - firsts);
	table->bits = arena_new(arena, uint32_t, (size_t)1 << words);
	table->firsts = arena_new(arena, uint32_t, (size_t)1 << firsts);
	table->keys = arena_new(arena, struct rule_short_key, keys);
	return table->bits != NULL && table->firsts != NULL && table->keys != NULL;
}

static void
add(struct rule_short_table *table, uint64_t hash, uint32_t pattern, size_t offset)
{
	uint32_t *first = &table->firsts[hash >> table->firsts_shift];
	table->bits[hash >> table->bits_shift] |= bit_of(hash);
	table->keys[table->key_count++] = (struct rule_short_key){
	    .pattern = pattern, .next = *first, .hash = (uint32_t)(hash >> 32), .offset = (uint32_t)offset};
	*first = table->key_count;
}

/* The keys of `size` bytes at the `stride` places in a row that fewest patterns share. */
static void
add_best(struct rule_short_table *table, const struct rule_patterns *patterns, uint32_t pattern, size_t size, size_t stride,
    uint64_t (*hash)(const uint8_t *), const uint16_t *counts)
{
	const uint8_t *text = (const uint8_t *)patterns->texts[pattern];
	size_t best = 0;
	uint32_t least = UINT32_MAX;
	for (size_t k = 0; k + size + stride - 1 <= patterns->lengths[pattern]; k++) {
		uint32_t sum = 0;
		for (size_t i = 0; i < stride; i++)
			sum += counts == NULL ? 1 : counts[hash(text + k + i) >> 48];
		if (sum < least) {
			least = sum;
			best = k;
		}
	}
	for (size_t i = 0; i < stride; i++)
		add(table, hash(text + best + i), pattern, best + i);
}

struct rule_short
rule_short_make(const struct rule_patterns *patterns, const struct rule_short_counts *counts, struct arena *arena)
{
	struct rule_short s = {.patterns = patterns};
	uint32_t eights = 0, fours = 0, smalls = 0, twos = 0, singles = 0;
	for (uint32_t i = 0; i < patterns->count; i++) {
		size_t len = patterns->lengths[i];
		if (len == 0)
			return s;
		eights += len >= EIGHTS_FROM ? STRIDE : 0;
		fours += len >= FOURS_FROM && len < EIGHTS_FROM ? STRIDE : 0;
		smalls += len >= 4 && len < FOURS_FROM;
		twos += len == 2 || len == 3;
		singles += len == 1;
	}
	s.singles = arena_new(arena, uint32_t, singles + 1u);
	if (!make_table(&s.eights, eights, arena) || !make_table(&s.fours, fours, arena) ||
	    !make_table(&s.smalls, smalls, arena) || !make_table(&s.twos, twos, arena) || s.singles == NULL)
		return s;
	for (uint32_t i = 0; i < patterns->count; i++) {
		size_t len = patterns->lengths[i];
		if (len >= EIGHTS_FROM)
			add_best(&s.eights, patterns, i, 8, STRIDE, hash_eight, counts->eights);
		else if (len >= FOURS_FROM)
			add_best(&s.fours, patterns, i, 4, STRIDE, hash_four, counts->fours);
		else if (len >= 4)
			add_best(&s.smalls, patterns, i, 4, 1, hash_four, counts->fours);
		else if (len >= 2)
			add_best(&s.twos, patterns, i, 2, 1, hash_two, NULL);
		else
			s.singles[s.single_count++] = i;
	}
	s.knows = true;
	return s;
}

/* ---- Searching ---- */

struct search {
	const struct rule_patterns *patterns;
	struct bytes data;
	match_event_handler found;
	void *context;
};

/* A key is at this place, or one that looks like it. */
static void
compare(const struct search *s, const struct rule_short_table *table, uint64_t hash, size_t at)
{
	for (uint32_t i = table->firsts[hash >> table->firsts_shift]; i != 0; i = table->keys[i - 1].next) {
		const struct rule_short_key *key = &table->keys[i - 1];
		size_t len = s->patterns->lengths[key->pattern];
		if (key->hash != (uint32_t)(hash >> 32) || key->offset > at || s->data.len - (at - key->offset) < len)
			continue;
		struct bytes there = {s->data.at + (at - key->offset), len};
		struct bytes wanted = {(const uint8_t *)s->patterns->texts[key->pattern], len};
		if ((s->patterns->flags[key->pattern] & HS_FLAG_CASELESS) != 0 ? bytes_eq_nocase(there, wanted)
		                                                               : bytes_eq(there, wanted))
			(void)s->found(key->pattern, 0, at - key->offset + len, 0, s->context);
	}
}

static inline bool
has(const struct rule_short_table *table, uint64_t hash)
{
	return UNLIKELY((table->bits[hash >> table->bits_shift] & bit_of(hash)) != 0);
}

static void
find_singles(const struct rule_short *s, const struct search *search)
{
	struct bytes data = search->data;
	for (uint32_t k = 0; k < s->single_count; k++) {
		uint32_t pattern = s->singles[k];
		uint8_t byte = (uint8_t)s->patterns->texts[pattern][0];
		bool nocase = (s->patterns->flags[pattern] & HS_FLAG_CASELESS) != 0;
		for (size_t i = 0; i < data.len; i++)
			if (data.at[i] == byte || (nocase && bytes_lower(data.at[i]) == bytes_lower(byte)))
				(void)search->found(pattern, 0, i + 1, 0, search->context);
	}
}

void
rule_short_find(const struct rule_short *s, struct bytes data, match_event_handler found, void *context)
{
	struct search search = {s->patterns, data, found, context};
	uint64_t hash;
	if (s->eights.bits != NULL)
		for (size_t i = 0; i + 8 <= data.len; i += STRIDE)
			if (has(&s->eights, hash = hash_eight(data.at + i)))
				compare(&search, &s->eights, hash, i);
	if (s->fours.bits != NULL)
		for (size_t i = 0; i + 4 <= data.len; i += STRIDE)
			if (has(&s->fours, hash = hash_four(data.at + i)))
				compare(&search, &s->fours, hash, i);
	if (s->smalls.bits != NULL)
		for (size_t i = 0; i + 4 <= data.len; i++)
			if (has(&s->smalls, hash = hash_four(data.at + i)))
				compare(&search, &s->smalls, hash, i);
	if (s->twos.bits != NULL)
		for (size_t i = 0; i + 2 <= data.len; i++)
			if (has(&s->twos, hash = hash_two(data.at + i)))
				compare(&search, &s->twos, hash, i);
	find_singles(s, &search);
}
