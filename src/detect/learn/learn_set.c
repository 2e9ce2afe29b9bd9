/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_set.h"

#include "core/text.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>

static uint64_t
next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void
hash_rows(struct learn_set *s, const struct learn_table *table, const uint32_t *order)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	if (context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1) {
		for (size_t i = 0; i < s->rows; i++) {
			(void)EVP_DigestUpdate(context, table->vectors[order[i]].code, FLOW_CODES);
			(void)EVP_DigestUpdate(context, &table->labels[order[i]], 1);
		}
		(void)EVP_DigestFinal_ex(context, s->hash, NULL);
	}
	EVP_MD_CTX_free(context);
}

/* Rows with a known label, in an order of chance. */
static uint32_t *
drawn(struct learn_set *s, const struct learn_table *table, struct learn_rows rows, uint64_t seed)
{
	uint32_t *order = malloc((rows.count + 1) * sizeof(*order));
	if (order == NULL)
		return NULL;
	for (size_t i = 0; i < rows.count; i++)
		if (rows.at[i] < table->rows && table->labels[rows.at[i]] != LEARN_UNKNOWN) {
			s->positives += table->labels[rows.at[i]] == LEARN_ATTACK;
			order[s->rows++] = rows.at[i];
		}
	hash_rows(s, table, order);
	uint64_t state = seed;
	for (size_t i = s->rows; i > 1; i--) {
		size_t j = (size_t)(((__uint128_t)next_random(&state) * i) >> 64);
		uint32_t row = order[i - 1];
		order[i - 1] = order[j];
		order[j] = row;
	}
	return order;
}

static void
fill(struct learn_set *s, const struct learn_table *table, const uint32_t *order)
{
	uint8_t differs[FLOW_CODES] = {0};
	const uint8_t *model = table->vectors[order[0]].code;
	memset(s->labels, LEARN_UNKNOWN, s->blocks * LEARN_BLOCK);
	for (size_t i = 0; i < s->rows; i++) {
		const uint8_t *codes = table->vectors[order[i]].code;
		struct learn_block *b = &s->block[i / LEARN_BLOCK];
		s->labels[i] = table->labels[order[i]];
		for (unsigned code = 0; code < FLOW_CODES; code++) {
			b->code[code][i % LEARN_BLOCK] = codes[code];
			differs[code] |= codes[code] ^ model[code];
		}
	}
	for (unsigned code = 0; code < FLOW_CODES; code++)
		if (differs[code] == 0)
			s->mask &= ~(UINT64_C(1) << code);
}

int
learn_set_make(struct learn_set *out, const struct learn_table *table, struct learn_rows rows, uint64_t mask, uint64_t seed,
    struct diag *diag)
{
	struct learn_set s = {.mask = mask == 0 ? table->present : mask & table->present};
	if (mask == 0) {
		if (strcmp(table->schema, "fv64") == 0) /* where and when a row was made is not what it is */
			s.mask &= ~(UINT64_C(1) << FLOW_CODE_RECORD | UINT64_C(1) << FLOW_CODE_HOUR_HABIT);
	}
	uint32_t *order = drawn(&s, table, rows, seed);
	if (order == NULL)
		return -ENOMEM;
	int r = 0;
	s.blocks = (s.rows + LEARN_BLOCK - 1) / LEARN_BLOCK;
	if (s.positives == 0 || s.positives == s.rows) {
		r = diag_say(diag, -EINVAL,
		    s.positives == 0 ? _("no row is an attack: there is nothing to learn")
		                     : _("every row is an attack: there is nothing to learn"));
	} else {
		s.block = aligned_alloc(64, s.blocks * sizeof(*s.block));
		s.labels = calloc(s.blocks, LEARN_BLOCK);
		s.margins = calloc(s.blocks * LEARN_BLOCK, sizeof(*s.margins));
		s.done = calloc(s.blocks, sizeof(*s.done));
		if (s.block == NULL || s.labels == NULL || s.margins == NULL || s.done == NULL) {
			r = -ENOMEM;
		} else {
			memset(&s.block[s.blocks - 1], 0, sizeof(*s.block));
			fill(&s, table, order);
			if (s.mask == 0)
				r = diag_say(
				    diag, -EINVAL, _("no code differs between the rows: there is nothing to learn"));
		}
	}
	free(order);
	if (r < 0)
		learn_set_done(&s);
	else
		*out = s;
	return r;
}

void
learn_set_done(struct learn_set *s)
{
	free(s->block);
	free(s->labels);
	free(s->margins);
	free(s->done);
	*s = (struct learn_set){0};
}
