/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_fold.h"

#include "core/auto.h"
#include "core/hash.h"
#include "detect/learn/learn_seen.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>

const char *
learn_fold_word(enum learn_fold_kind kind)
{
	static const char *const words[LEARN_FOLD_KINDS] = {"capture", "family", "time", "random", "sets"};
	return words[kind];
}

static bool
knows_times(const struct learn_table *t)
{
	size_t known = 0;
	for (size_t i = 0; i < t->rows; i++)
		known += t->times_ns[i] > 0;
	return known > t->rows / 2;
}

size_t
learn_fold_choices(const struct learn_table *t, enum learn_fold_kind kind)
{
	switch (kind) {
	case LEARN_FOLD_CAPTURE: return t->group_names.count > 1 ? t->group_names.count : 0;
	case LEARN_FOLD_FAMILY: return t->family_names.count > 2 ? t->family_names.count - 1 : 0;
	case LEARN_FOLD_TIME: return knows_times(t) ? 1 : 0;
	case LEARN_FOLD_RANDOM:
	case LEARN_FOLD_SETS: return 1;
	}
	return 0;
}

/* A draw that depends on the row's content only: the same rows in another order are split alike. */
static unsigned
draw(const struct learn_table *t, size_t row, uint64_t seed, unsigned below)
{
	uint64_t h = hash_bytes((struct bytes){t->vectors[row].code, FLOW_CODES}, seed);
	h = hash_u64((uint64_t)t->times_ns[row] ^ row, h);
	return (unsigned)(h >> 32) % below;
}

struct choice {
	enum learn_fold_kind kind;
	size_t which, first_test;
	uint64_t seed;
	int64_t middle_ns;
};

enum side { NOWHERE, TRAIN, TEST };

static enum side
side_of(const struct learn_table *t, size_t row, const struct choice *c)
{
	if (t->labels[row] == LEARN_UNKNOWN)
		return NOWHERE;
	switch (c->kind) {
	case LEARN_FOLD_CAPTURE: return t->groups[row] == c->which ? TEST : TRAIN;
	case LEARN_FOLD_FAMILY:
		if (t->labels[row] == LEARN_ATTACK)
			return t->families[row] == c->which + 1 ? TEST : TRAIN;
		return draw(t, row, c->seed, 2) == 0 ? TEST : TRAIN;
	case LEARN_FOLD_TIME:
		if (t->times_ns[row] <= 0)
			return NOWHERE;
		return t->times_ns[row] >= c->middle_ns ? TEST : TRAIN;
	case LEARN_FOLD_RANDOM: return draw(t, row, c->seed, 100) < 30 ? TEST : TRAIN;
	case LEARN_FOLD_SETS: return row >= c->first_test ? TEST : TRAIN;
	}
	return NOWHERE;
}

static int
by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static int
find_middle(const struct learn_table *t, int64_t *out)
{
	AUTO_FREE int64_t *times = malloc((t->rows > 0 ? t->rows : 1) * sizeof(*times));
	if (times == NULL)
		return -ENOMEM;
	size_t n = 0;
	for (size_t i = 0; i < t->rows; i++)
		if (t->labels[i] != LEARN_UNKNOWN && t->times_ns[i] > 0)
			times[n++] = t->times_ns[i];
	qsort(times, n, sizeof(*times), by_time);
	*out = n == 0 ? 0 : times[n / 2];
	return 0;
}

struct dated {
	int64_t time_ns;
	uint64_t lot; /* where times are not known: the order of a file may be that of its classes */
	uint32_t row;
};

static int
by_time_then_lot(const void *a, const void *b)
{
	const struct dated *x = a, *y = b;
	if (x->time_ns != y->time_ns)
		return x->time_ns > y->time_ns ? 1 : -1;
	if (x->lot != y->lot)
		return x->lot > y->lot ? 1 : -1;
	return (x->row > y->row) - (x->row < y->row);
}

int
learn_fold_order(const struct learn_table *t, uint32_t *rows, size_t count)
{
	AUTO_FREE struct dated *dated = malloc((count > 0 ? count : 1) * sizeof(*dated));
	if (dated == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		dated[i] = (struct dated){
		    t->times_ns[rows[i]], t->times_ns[rows[i]] > 0 ? 0 : hash_u64(rows[i], 7), rows[i]};
	qsort(dated, count, sizeof(*dated), by_time_then_lot);
	for (size_t i = 0; i < count; i++)
		rows[i] = dated[i].row;
	return 0;
}

static void
say_hash(struct learn_fold *f)
{
	EVP_MD_CTX *sum = EVP_MD_CTX_new();
	unsigned len = LEARN_FOLD_HASH;
	uint8_t parts[2][8] = {0};
	for (unsigned i = 0; i < 8; i++) {
		parts[0][i] = (uint8_t)(f->train_count >> 8 * i);
		parts[1][i] = (uint8_t)(f->test_count >> 8 * i);
	}
	if (sum != NULL && EVP_DigestInit_ex(sum, EVP_sha256(), NULL) == 1) {
		EVP_DigestUpdate(sum, parts, sizeof(parts));
		EVP_DigestUpdate(sum, f->train, f->train_count * sizeof(*f->train));
		EVP_DigestUpdate(sum, f->test, f->test_count * sizeof(*f->test));
		EVP_DigestFinal_ex(sum, f->hash, &len);
	}
	EVP_MD_CTX_free(sum);
}

static bool
has_what_it_needs(const struct learn_fold *f)
{
	uint64_t benign = f->train_count - f->train_attacks;
	return f->train_attacks >= LEARN_FOLD_ROWS_MIN && benign >= LEARN_FOLD_ROWS_MIN &&
	    f->test_count >= LEARN_FOLD_ROWS_MIN;
}

int
learn_fold_make(const struct learn_table *t, enum learn_fold_kind kind, size_t which, size_t first_test, uint64_t seed,
    struct learn_fold *out)
{
	struct choice c = {.kind = kind, .which = which, .first_test = first_test, .seed = seed};
	int r = kind == LEARN_FOLD_TIME ? find_middle(t, &c.middle_ns) : 0;
	if (r < 0)
		return r;
	size_t room = (t->rows > 0 ? t->rows : 1) * sizeof(uint32_t);
	struct learn_fold f = {.kind = kind, .train = malloc(room), .test = malloc(room), .name_cstr = ""};
	if (f.train == NULL || f.test == NULL) {
		learn_fold_done(&f);
		return -ENOMEM;
	}
	if (kind == LEARN_FOLD_CAPTURE)
		f.name_cstr = t->group_names.name[which];
	if (kind == LEARN_FOLD_FAMILY)
		f.name_cstr = t->family_names.name[which + 1];
	for (size_t i = 0; i < t->rows; i++) {
		enum side side = side_of(t, i, &c);
		if (side == TRAIN) {
			f.train[f.train_count++] = (uint32_t)i;
			f.train_attacks += t->labels[i] == LEARN_ATTACK;
		} else if (side == TEST) {
			f.test[f.test_count++] = (uint32_t)i;
			f.test_attacks += t->labels[i] == LEARN_ATTACK;
		}
	}
	r = has_what_it_needs(&f) ? 0 : -ENODATA;
	if (r == 0)
		r = learn_fold_order(t, f.test, f.test_count);
	if (r < 0) {
		learn_fold_done(&f);
		return r;
	}
	say_hash(&f);
	*out = f;
	return 0;
}

void
learn_fold_done(struct learn_fold *f)
{
	free(f->train);
	free(f->test);
	*f = (struct learn_fold){0};
}

int
learn_fold_repeats(const struct learn_table *t, struct learn_fold *f, uint64_t mask, bool *is_repeat)
{
	struct learn_seen seen;
	int r = learn_seen_init(&seen, f->train_count);
	if (r < 0)
		return r;
	for (size_t i = 0; i < f->train_count; i++)
		learn_seen_add(&seen, &t->vectors[f->train[i]], mask, t->labels[f->train[i]]);
	f->repeats = 0;
	for (size_t i = 0; i < f->test_count; i++) {
		is_repeat[i] = learn_seen_find(&seen, &t->vectors[f->test[i]], mask) != NULL;
		f->repeats += is_repeat[i];
	}
	learn_seen_done(&seen);
	return 0;
}
