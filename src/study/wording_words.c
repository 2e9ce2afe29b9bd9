/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/wording.h"

#include "core/data_read.h"
#include "core/hash.h"
#include "study/study_ids.h"

#include <errno.h>

enum { PHRASE_MAX = 8, ENTRIES_MAX = 20000 };

struct entry {
	char first[WORDING_TOKEN_MAX + 1]; /* form; empty: free */
	char rest[PHRASE_MAX - 1][WORDING_TOKEN_MAX + 1];
	size_t span;
	unsigned uses;
	size_t next; /* with the same first word, from 1; 0: none. Longer ones come first */
};

struct wording_words {
	struct entry *entries;
	size_t count;
	size_t *slots; /* by the hash of the first word: an entry, from 1 */
	size_t mask;
	uint64_t key;
};

static const struct {
	const char *key_cstr;
	unsigned use;
} lists[] = {{"vague", WORDING_IS_VAGUE}, {"open", WORDING_IS_OPEN}, {"unfinished", WORDING_IS_UNFINISHED},
    {"modal", WORDING_IS_MODAL}, {"negation", WORDING_IS_NEGATION}, {"assent", WORDING_IS_ASSENT},
    {"least", WORDING_IS_LEAST}, {"most", WORDING_IS_MOST}, {"ignored", WORDING_IS_IGNORED}, {"verbs", WORDING_IS_VERB},
    {"either", WORDING_IS_EITHER}, {"nouns", WORDING_IS_NOUN}};

static size_t *
slot_of(const struct wording_words *w, const char *first_cstr)
{
	size_t at = (size_t)hash_bytes(bytes_of_cstr(first_cstr), w->key) & w->mask;
	while (w->slots[at] != 0 && strcmp(w->entries[w->slots[at] - 1].first, first_cstr) != 0)
		at = (at + 1) & w->mask;
	return &w->slots[at];
}

static bool
are_same(const struct entry *a, const struct entry *b)
{
	if (a->span != b->span || strcmp(a->first, b->first) != 0)
		return false;
	for (size_t i = 0; i + 1 < a->span; i++)
		if (strcmp(a->rest[i], b->rest[i]) != 0)
			return false;
	return true;
}

/* Into the chain of its first word, the longest first; one that is there only gets another use. */
static void
add(struct wording_words *w, const struct entry *entry)
{
	size_t *link = slot_of(w, entry->first);
	for (; *link != 0; link = &w->entries[*link - 1].next) {
		struct entry *there = &w->entries[*link - 1];
		if (are_same(there, entry)) {
			there->uses |= entry->uses;
			return;
		}
		if (there->span < entry->span)
			break;
	}
	struct entry *e = &w->entries[w->count++];
	*e = *entry;
	e->next = *link;
	*link = w->count;
}

static int
read_entry(struct wording_words *w, const struct data_read *r, const struct data_tree *text, unsigned use)
{
	static struct wording_token tokens[WORDING_TOKENS_MAX]; /* 40 kB; one thread reads words */
	struct entry entry = {.uses = use};
	if (text->kind != DATA_TEXT)
		return data_read_complain(r, text, _("expected a text"), "words");
	entry.span = wording_text_split(NULL, text->text, tokens);
	if (entry.span == 0 || entry.span > PHRASE_MAX)
		return data_read_complain(r, text, _("expected one to eight words"), "words");
	memcpy(entry.first, tokens[0].form, sizeof(entry.first));
	for (size_t i = 1; i < entry.span; i++)
		memcpy(entry.rest[i - 1], tokens[i].form, sizeof(entry.rest[0]));
	add(w, &entry);
	return 0;
}

int
wording_words_read(
    struct arena *arena, struct bytes text, const char *file_cstr, const struct wording_words **out, struct diag *diag)
{
	struct data_read r = {.file_cstr = file_cstr, .diag = diag};
	const char *keys[LENGTH_OF(lists) + 1] = {NULL};
	const struct data_tree *root, *list;
	size_t count = 0, size = 16;
	int e = data_tree_read(arena, text, file_cstr, &root, diag);
	for (size_t i = 0; i < LENGTH_OF(lists); i++)
		keys[i] = lists[i].key_cstr;
	if (e == 0)
		e = data_read_keys(&r, root, keys);
	for (size_t i = 0; i < LENGTH_OF(lists) && e == 0; i++) {
		e = data_read_list(&r, root, keys[i], &list);
		count += e < 0 ? 0 : study_ids_count(list);
	}
	if (e == 0 && count > ENTRIES_MAX)
		e = data_read_complain(&r, root, _("too many entries in one file"), "words");
	if (e < 0)
		return e;
	while (size < count * 2)
		size *= 2;
	struct wording_words *w = arena_new(arena, struct wording_words, 1);
	struct entry *entries = arena_new(arena, struct entry, count);
	size_t *slots = arena_new(arena, size_t, size);
	if (w == NULL || entries == NULL || slots == NULL)
		return diag_say_at(
		    diag, -ENOMEM, file_cstr, UINT64_MAX, "%s", _("the file is too large for the memory it may take"));
	*w = (struct wording_words){
	    .entries = entries, .slots = slots, .mask = size - 1, .key = (uint64_t)(uintptr_t)arena->start};
	for (size_t i = 0; i < LENGTH_OF(lists) && e == 0; i++) {
		e = data_read_list(&r, root, keys[i], &list);
		for (const struct data_tree *n = list == NULL || e < 0 ? NULL : list->first; n != NULL && e == 0;
		     n = n->next)
			e = read_entry(w, &r, n, lists[i].use);
	}
	if (e == 0)
		*out = w;
	return e;
}

unsigned
wording_words_find(const struct wording_words *words, const struct wording_token *tokens, size_t count, size_t *span)
{
	for (size_t at = *slot_of(words, tokens[0].form); at != 0; at = words->entries[at - 1].next) {
		const struct entry *e = &words->entries[at - 1];
		size_t i = 1;
		while (i < e->span && i < count && strcmp(e->rest[i - 1], tokens[i].form) == 0)
			i++;
		if (i == e->span) {
			*span = e->span;
			return e->uses;
		}
	}
	return 0;
}
