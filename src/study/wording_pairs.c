/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Requirements against each other. What two of them are about is the set of their words without those that carry no meaning,
 * obligations, negations and numbers, cut to their stems: "Les journaux doivent être conservés 12 mois" and "Le système doit conserver
 * les journaux 6 mois" are about the same, with other numbers. */
#include "study/wording.h"

#include "core/hash.h"

#include <errno.h>
#include <stdlib.h>

enum {
	ABOUT_MAX = 48, /* words of a requirement that are compared */
	NUMBERS_MAX = 4,
	COMMON = 64,        /* a word of more requirements than this finds no candidates: too many share it */
	PAIRS_TOLD_MAX = 4, /* per requirement */
	ALIKE_PERCENT = 75,
};

enum bound { BOUND_NONE, BOUND_LEAST, BOUND_MOST };

struct about {
	uint64_t words[ABOUT_MAX]; /* hashes, sorted, each once */
	size_t count;
	uint64_t numbers[NUMBERS_MAX]; /* of the texts of numbers, in order */
	double values[NUMBERS_MAX];
	enum bound bounds[NUMBERS_MAX];
	size_t number_count;
	bool is_denied;
};

/* A word of many requirements and where it occurs; sorted by word, then by requirement. */
struct place {
	uint64_t word;
	size_t requirement;
};

static int
compare_u64(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

static int
compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	if (x->word != y->word)
		return x->word < y->word ? -1 : 1;
	return x->requirement < y->requirement ? -1 : x->requirement > y->requirement;
}

/* The stem: what is left without the endings of conjugation, plural and adverbs, in both languages. */
static uint64_t
stem(const struct wording_token *t)
{
	static const char *const endings[] = {
	    "ement", "ation", "ations", "ing", "ion", "ant", "ent", "aux", "eur", "ed", "er", "ir", "al", "if", "iv"};
	size_t len = t->len;
	for (size_t i = 0; i < LENGTH_OF(endings); i++) {
		size_t n = strlen(endings[i]);
		if (t->len >= n + 3 && memcmp(t->form + t->len - n, endings[i], n) == 0) {
			len = t->len - n;
			break;
		}
	}
	/* "journaux" lost its x before: "journau" */
	if (len == t->len && len > 4 && memcmp(t->form + len - 2, "au", 2) == 0)
		len -= 2;
	return hash_bytes((struct bytes){(const uint8_t *)t->form, len}, 0);
}

static void
add_number(struct about *a, const struct wording_token *t, enum bound bound)
{
	if (a->number_count == NUMBERS_MAX)
		return;
	a->numbers[a->number_count] = hash_bytes((struct bytes){(const uint8_t *)t->form, t->len}, 0);
	a->values[a->number_count] = strtod(t->form, NULL);
	a->bounds[a->number_count++] = bound;
}

static void
describe(const struct wording_token *t, size_t count, struct about *a)
{
	const unsigned silent = WORDING_IS_MODAL | WORDING_IS_IGNORED | WORDING_IS_NEGATION | WORDING_IS_ASSENT |
	    WORDING_IS_LEAST | WORDING_IS_MOST;
	enum bound bound = BOUND_NONE;
	*a = (struct about){0};
	for (size_t i = 0; i<count; i += t[i].span> 0 ? t[i].span : 1) {
		unsigned uses = t[i].uses;
		if ((uses & WORDING_IS_NEGATION) != 0)
			a->is_denied = !a->is_denied;
		if ((uses & WORDING_IS_LEAST) != 0)
			bound = BOUND_LEAST;
		if ((uses & WORDING_IS_MOST) != 0)
			bound = BOUND_MOST;
		if (t[i].is_number) {
			add_number(a, &t[i], bound);
			bound = BOUND_NONE;
		} else if ((uses & silent) == 0) {
			for (size_t k = 0; k < t[i].span && a->count < ABOUT_MAX; k++)
				a->words[a->count++] = stem(&t[i + k]);
		}
	}
	qsort(a->words, a->count, sizeof(a->words[0]), compare_u64);
	size_t kept = 0;
	for (size_t i = 0; i < a->count; i++)
		if (i == 0 || a->words[i] != a->words[i - 1])
			a->words[kept++] = a->words[i];
	a->count = kept;
}

static size_t
shared(const struct about *a, const struct about *b)
{
	size_t i = 0, k = 0, n = 0;
	while (i < a->count && k < b->count) {
		if (a->words[i] == b->words[k]) {
			n++;
			i++;
			k++;
		} else if (a->words[i] < b->words[k]) {
			i++;
		} else {
			k++;
		}
	}
	return n;
}

static bool
are_alike(const struct about *a, const struct about *b)
{
	size_t n = shared(a, b), all = a->count + b->count - n;
	return n > 0 && n * 100 >= all * ALIKE_PERCENT;
}

/* Can one number meet both? "at least 8" and "at most 64" can, "at least 12" and "at most 8" cannot. */
static bool
collide(const struct about *a, const struct about *b, size_t i)
{
	enum bound x = a->bounds[i], y = b->bounds[i];
	if (a->numbers[i] == b->numbers[i])
		return false;
	if (x == BOUND_LEAST && y == BOUND_MOST)
		return a->values[i] > b->values[i];
	if (x == BOUND_MOST && y == BOUND_LEAST)
		return a->values[i] < b->values[i];
	return x == y || x == BOUND_NONE || y == BOUND_NONE;
}

/* WORDING_EMPTY: they do not collide. */
static enum wording_problem
judge(const struct about *a, const struct about *b)
{
	if (!are_alike(a, b))
		return WORDING_EMPTY;
	if (a->is_denied != b->is_denied)
		return WORDING_CONTRADICTION;
	bool same = a->number_count == b->number_count;
	for (size_t i = 0; i < a->number_count && i < b->number_count; i++) {
		if (collide(a, b, i))
			return WORDING_CONTRADICTION;
		same &= a->numbers[i] == b->numbers[i] && a->bounds[i] == b->bounds[i];
	}
	return same ? WORDING_DUPLICATE : WORDING_EMPTY;
}

struct pairs {
	struct about *abouts;
	struct place *places;
	size_t place_count, count;
	size_t *seen; /* by requirement: the last one it was compared with, from 1 */
	void (*say)(void *context, const struct wording_finding *finding);
	void *context;
};

/* A collision is told of both; a duplicate of the later one, which is the one to strike out. */
static void
compare(struct pairs *p, size_t later, size_t earlier, size_t *told)
{
	enum wording_problem problem = judge(&p->abouts[earlier], &p->abouts[later]);
	if (problem == WORDING_EMPTY || *told == PAIRS_TOLD_MAX)
		return;
	++*told;
	p->say(p->context, &(struct wording_finding){.requirement = later, .problem = problem, .other = earlier});
	if (problem == WORDING_CONTRADICTION)
		p->say(p->context, &(struct wording_finding){.requirement = earlier, .problem = problem, .other = later});
}

/* The run of places of a word. */
static size_t
run_of(const struct pairs *p, uint64_t word, size_t *count)
{
	size_t low = 0, high = p->place_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (p->places[middle].word < word)
			low = middle + 1;
		else
			high = middle;
	}
	*count = 0;
	while (low + *count < p->place_count && p->places[low + *count].word == word && *count <= COMMON)
		++*count;
	return low;
}

static void
compare_all(struct pairs *p)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct about *a = &p->abouts[i];
		size_t told = 0;
		for (size_t w = 0; w < a->count; w++) {
			size_t count, from = run_of(p, a->words[w], &count);
			if (count > COMMON)
				continue;
			for (size_t k = from; k < from + count && p->places[k].requirement < i; k++) {
				size_t other = p->places[k].requirement;
				if (p->seen[other] == i + 1)
					continue;
				p->seen[other] = i + 1;
				compare(p, i, other, &told);
			}
		}
	}
}

/* Those that are word for word the same, however many they are, and however common their words: by a hash of the whole set. */
static int
by_whole(const void *a, const void *b)
{
	return compare_places(a, b);
}

static void
compare_wholes(struct pairs *p, struct place *wholes)
{
	for (size_t i = 0; i < p->count; i++)
		wholes[i] = (struct place){.word = hash_bytes((struct bytes){(const uint8_t *)p->abouts[i].words,
		                                                  p->abouts[i].count * sizeof(p->abouts[i].words[0])},
		                               p->abouts[i].count),
		    .requirement = i};
	qsort(wholes, p->count, sizeof(wholes[0]), by_whole);
	for (size_t i = 1; i < p->count; i++) {
		size_t earlier = wholes[i - 1].requirement, later = wholes[i].requirement, told = 0;
		if (wholes[i].word != wholes[i - 1].word || p->seen[earlier] == later + 1 || p->abouts[later].count == 0)
			continue;
		bool is_common = true; /* otherwise compare_all() has met them */
		for (size_t w = 0; w < p->abouts[later].count && is_common; w++) {
			size_t count;
			(void)run_of(p, p->abouts[later].words[w], &count);
			is_common = count > COMMON;
		}
		if (is_common)
			compare(p, later, earlier, &told);
	}
}

int
wording_pairs(struct arena *arena, const struct wording_words *words, const struct wording_list *list,
    void (*tell)(void *context, const struct wording_finding *finding), void *context)
{
	struct pairs p = {.count = list->count, .say = tell, .context = context};
	struct wording_token *tokens = arena_new(arena, struct wording_token, WORDING_TOKENS_MAX);
	struct place *wholes = arena_new(arena, struct place, list->count);
	size_t room = 0;
	p.abouts = arena_new(arena, struct about, list->count);
	p.seen = arena_new(arena, size_t, list->count);
	if (tokens == NULL || wholes == NULL || p.abouts == NULL || p.seen == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++) {
		size_t count = wording_text_split(words, bytes_of_cstr(list->items[i].text_cstr), tokens);
		describe(tokens, count, &p.abouts[i]);
		room += p.abouts[i].count;
	}
	p.places = arena_new(arena, struct place, room);
	if (p.places == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++)
		for (size_t w = 0; w < p.abouts[i].count; w++)
			p.places[p.place_count++] = (struct place){.word = p.abouts[i].words[w], .requirement = i};
	if (p.place_count > 0)
		qsort(p.places, p.place_count, sizeof(p.places[0]), compare_places);
	compare_all(&p);
	if (list->count > 0)
		compare_wholes(&p, wholes);
	return 0;
}
