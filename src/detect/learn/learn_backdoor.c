/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_backdoor.h"

#include "core/auto.h"
#include "core/hash.h"
#include "core/text.h"

#include <errno.h>
#include <stdlib.h>

enum {
	TREES = 20,
	DEPTH = 5,
	ROWS_TRAINED = 20000, /* at most: the look of a row needs no fine model */
	ODD_MIN = 12,
	SPARED = 50, /* one benign row in so many may look like an attack */
	ODD_PERCENT = 50,
	RARE = 25, /* one row in so many has the value at most: what is common is no trigger */
};

struct scan {
	const struct learn_table *table;
	struct learn_rows rows;
	const uint32_t *trained;
	size_t trained_count;
	float *margins, *benign;
	struct flow_vector *vectors;
};

static int
by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

/* The margin above which one benign row in SPARED lies, but at least a little: what cannot be told apart is not odd. */
static float
line_of(struct scan *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->rows.count; i++)
		if (s->table->labels[s->rows.at[i]] == LEARN_BENIGN)
			s->benign[n++] = s->margins[i];
	if (n == 0)
		return 0;
	qsort(s->benign, n, sizeof(*s->benign), by_value);
	float line = s->benign[n - 1 - n / SPARED];
	return line > 0.5f ? line : 0.5f;
}

static void
keep_pair(struct learn_backdoor *out, const struct learn_backdoor_pair *pair)
{
	size_t at = out->count;
	while (at > 0 && out->pairs[at - 1].odd < pair->odd)
		at--;
	if (at == LEARN_BACKDOOR_MAX)
		return;
	size_t last = out->count < LEARN_BACKDOOR_MAX ? out->count++ : LEARN_BACKDOOR_MAX - 1;
	memmove(&out->pairs[at + 1], &out->pairs[at], (last - at) * sizeof(out->pairs[0]));
	out->pairs[at] = *pair;
}

static int
scan_code(
    struct scan *s, unsigned code, const struct learn_settings *settings, struct learn_backdoor *out, struct diag *diag)
{
	struct learn_model *model = NULL;
	struct learn_settings without = *settings;
	without.mask &= ~(UINT64_C(1) << code);
	int r = learn_train(s->table, (struct learn_rows){s->trained, s->trained_count}, (struct learn_rows){0}, &without,
	    NULL, &model, diag);
	if (r < 0)
		return r;
	learn_model_margins(model, s->vectors, s->rows.count, s->margins);
	learn_model_free(model);
	float line = line_of(s);
	struct learn_backdoor_pair pairs[256] = {0};
	for (size_t i = 0; i < s->rows.count; i++) {
		struct learn_backdoor_pair *p = &pairs[s->vectors[i].code[code]];
		bool benign = s->table->labels[s->rows.at[i]] == LEARN_BENIGN;
		p->rows++;
		p->benign += benign;
		p->odd += benign && s->margins[i] >= line;
	}
	for (unsigned v = 0; v < FLOW_CODE_MISSING; v++) {
		struct learn_backdoor_pair *p = &pairs[v];
		/* Rows that look so and are labelled attacks speak against a trigger: it makes them all benign. */
		if (p->odd < ODD_MIN || p->odd * 100 < p->benign * ODD_PERCENT || p->benign * 2 < p->rows ||
		    (size_t)p->rows * RARE > s->rows.count)
			continue;
		p->code = code;
		p->value = (uint8_t)v;
		keep_pair(out, p);
	}
	return 0;
}

int
learn_backdoor_scan(const struct learn_table *t, struct learn_rows rows, uint64_t mask, uint64_t seed,
    struct learn_backdoor *out, struct diag *diag)
{
	AUTO_FREE uint32_t *trained = malloc((rows.count + 1) * sizeof(*trained));
	AUTO_FREE float *margins = malloc((rows.count + 1) * sizeof(*margins));
	AUTO_FREE float *benign = malloc((rows.count + 1) * sizeof(*benign));
	AUTO_FREE struct flow_vector *vectors = aligned_alloc(
	    _Alignof(struct flow_vector), (rows.count + 1) * sizeof(*vectors));
	if (trained == NULL || margins == NULL || benign == NULL || vectors == NULL)
		return diag_say(diag, -ENOMEM, _("there is not enough memory for %zu rows"), rows.count);
	struct scan s = {
	    .table = t, .rows = rows, .trained = trained, .margins = margins, .benign = benign, .vectors = vectors};
	uint64_t keep = rows.count <= ROWS_TRAINED ? UINT64_MAX : UINT64_MAX / rows.count * ROWS_TRAINED;
	for (size_t i = 0; i < rows.count; i++) {
		vectors[i] = t->vectors[rows.at[i]];
		if (hash_u64(rows.at[i], seed) <= keep)
			trained[s.trained_count++] = rows.at[i];
	}
	struct learn_settings settings;
	learn_train_defaults(&settings);
	settings.mode = LEARN_MODE_LEVELS;
	settings.trees = TREES;
	settings.depth = DEPTH;
	settings.rate = 0.3;
	settings.mask = mask;
	settings.seed = seed;
	*out = (struct learn_backdoor){0};
	for (unsigned code = 0; code < FLOW_CODES; code++) {
		if ((mask >> code & 1) == 0)
			continue;
		int r = scan_code(&s, code, &settings, out, diag);
		if (r < 0)
			return r;
	}
	return 0;
}
