/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/wording.h"

#include "core/text.h"
#include "study/study_ids.h"

#include <errno.h>
#include <stdlib.h>

enum { FINDINGS_PER_REQUIREMENT = 32 };

static const struct {
	const char *code_cstr, *sentence_cstr;
} problems[WORDING_PROBLEMS] = {
    [WORDING_EMPTY] = {"empty", N_("it says nothing: write what must be so")},
    [WORDING_NO_ID] = {"no-id", N_("it has no id: nobody can refer to it")},
    [WORDING_ID_TWICE] = {"id-twice", N_("its id is that of another one")},
    [WORDING_NO_MODAL] = {"no-must", N_("it obliges nobody: say what must be so, with one \"must\"")},
    [WORDING_SEVERAL] = {"several", N_("two requirements in one, from \"%s\": write two, each with its own test")},
    [WORDING_VAGUE] = {"vague-word", N_("\"%s\" cannot be tested: say a number, a list or a standard")},
    [WORDING_OPEN] = {"open-list", N_("\"%s\" leaves the list open: write all of it, or where it ends")},
    [WORDING_UNFINISHED] = {"unfinished", N_("\"%s\" is still to be decided")},
    [WORDING_NO_VALUE] = {"no-value", N_("no acceptance value: nobody can say when it is met")},
    [WORDING_NO_VERIFICATION] = {"no-verification",
        N_("no method of verification: test, inspection, analysis or demonstration")},
    [WORDING_BAD_VERIFICATION] = {"bad-verification",
        N_("\"%s\" is no method of verification: test, inspection, analysis or demonstration")},
    [WORDING_DUPLICATE] = {"duplicate", N_("it says the same as another one: keep one")},
    [WORDING_CONTRADICTION] = {"contradiction",
        N_("it says the opposite of another one, or another value for the same: both cannot be met")},
};

const char *
wording_check_code(enum wording_problem problem)
{
	return problems[problem].code_cstr;
}

const char *
wording_check_sentence(enum wording_problem problem)
{
	return problems[problem].sentence_cstr;
}

struct checker {
	struct arena *arena;
	const struct wording_words *words;
	struct wording_finding *items;
	size_t count, room;
	struct wording_token *tokens; /* WORDING_TOKENS_MAX */
};

static void
say(struct checker *c, const struct wording_finding *finding)
{
	if (c->count < c->room)
		c->items[c->count++] = *finding;
}

static void
say_words(struct checker *c, size_t requirement, enum wording_problem problem, struct bytes words)
{
	say(c, &(struct wording_finding){.requirement = requirement, .problem = problem, .word = words, .other = SIZE_MAX});
}

/* The text from token `from` to token `to`, as written. */
static struct bytes
written(struct bytes text, const struct wording_token *tokens, size_t from, size_t to)
{
	size_t end = tokens[to].at + tokens[to].written;
	return bytes_first(bytes_after(text, tokens[from].at), end - tokens[from].at);
}

static bool
ends_with(const struct wording_token *t, const char *end_cstr)
{
	size_t n = strlen(end_cstr);
	return t->len > n + 1 && memcmp(t->form + t->len - n, end_cstr, n) == 0;
}

/* A French infinitive, by its ending; the form has lost an e, so "rendre" is "rendr". */
static bool
is_infinitive(const struct wording_token *t)
{
	if ((t->uses & (WORDING_IS_NOUN | WORDING_IS_VAGUE)) != 0 || t->is_number)
		return false;
	if (ends_with(t, "ier"))
		return ends_with(t, "fier") || ends_with(t, "blier") || ends_with(t, "dier");
	return ends_with(t, "er") || ends_with(t, "ir") || ends_with(t, "dr") || ends_with(t, "ttr") || ends_with(t, "rir");
}

static bool
is_word(const struct wording_token *t, const char *form_cstr)
{
	return strcmp(t->form, form_cstr) == 0;
}

/* What stands between a verb and its object in English. */
static bool
is_determiner(const struct wording_token *t)
{
	static const char *const words[] = {
	    "the", "a", "an", "all", "each", "every", "any", "it", "them", "this", "that", "their"};
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		if (is_word(t, words[i]))
			return true;
	return is_word(t, "its");
}

/* Behind "and", at i: does another requirement begin? */
static bool
begins_another(const struct wording_token *t, size_t i, size_t count)
{
	if ((t[i].uses & (WORDING_IS_MODAL | WORDING_IS_VERB)) != 0 || is_infinitive(&t[i]))
		return true;
	return (t[i].uses & WORDING_IS_EITHER) != 0 && i + 1 < count && is_determiner(&t[i + 1]);
}

/* Two obligations, or two things to do joined by "and". Returns the token where the second begins; count: there is none. */
static size_t
find_second(const struct wording_token *t, size_t count)
{
	size_t modals = 0;
	for (size_t i = 0; i < count; i++) {
		if ((t[i].uses & WORDING_IS_MODAL) != 0 && modals++ > 0)
			return i;
		bool joins = is_word(&t[i], "et") || is_word(&t[i], "and") || is_word(&t[i], "puis") ||
		    is_word(&t[i], "then");
		if (!joins || modals == 0)
			continue;
		size_t next = i + 1;
		while (next < count &&
		    (is_word(&t[next], "ne") || is_word(&t[next], "pas") || is_word(&t[next], "not") ||
		        is_word(&t[next], "ainsi") || is_word(&t[next], "also") || is_word(&t[next], "then")))
			next++;
		if (next < count && begins_another(t, next, count))
			return next;
	}
	return count;
}

/* Numbers that say how much; "TLS 1.3" is a value too. Or a word that leaves nothing open. */
static bool
has_value(const struct wording_token *t, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (t[i].is_number)
			return true;
	return false;
}

static void
check_text(struct checker *c, const struct wording_list *list, size_t at, bool *value)
{
	struct bytes text = bytes_of_cstr(list->items[at].text_cstr);
	struct wording_token *t = c->tokens;
	size_t count = wording_text_split(c->words, text, t);
	bool obliges = false;
	static const struct {
		unsigned use;
		enum wording_problem problem;
	} bad[] = {
	    {WORDING_IS_VAGUE, WORDING_VAGUE}, {WORDING_IS_OPEN, WORDING_OPEN}, {WORDING_IS_UNFINISHED, WORDING_UNFINISHED}};
	if (count == 0) {
		say_words(c, at, WORDING_EMPTY, (struct bytes){0});
		return;
	}
	for (size_t i = 0; i < count; i++)
		obliges |= (t[i].uses & WORDING_IS_MODAL) != 0;
	if (!obliges)
		say_words(c, at, WORDING_NO_MODAL, (struct bytes){0});
	size_t second = find_second(t, count);
	if (second < count)
		say_words(c, at, WORDING_SEVERAL, written(text, t, second, second + 3 < count ? second + 3 : count - 1));
	for (size_t b = 0; b < LENGTH_OF(bad); b++)
		for (size_t i = 0, told = 0; i < count && told < 4; i++)
			if ((t[i].uses & bad[b].use) != 0) {
				say_words(c, at, bad[b].problem, written(text, t, i, i + t[i].span - 1));
				told++;
			}
	if (bytes_find_all(text, BYTES("...")) < text.len || bytes_find_all(text, BYTES("…")) < text.len)
		say_words(c, at, WORDING_OPEN, BYTES("..."));
	*value = has_value(t, count);
}

/* What was given as the measure of acceptance: anything that is not itself vague. */
static bool
is_acceptance(struct checker *c, const char *text_cstr)
{
	size_t count = wording_text_split(c->words, bytes_of_cstr(text_cstr), c->tokens);
	bool vague = false;
	for (size_t i = 0; i < count; i++)
		vague |= (c->tokens[i].uses & (WORDING_IS_VAGUE | WORDING_IS_UNFINISHED)) != 0;
	return count > 0 && (has_value(c->tokens, count) || !vague);
}

static bool
is_verification(const char *text_cstr)
{
	static const char *const words[] = {
	    "test", "essai", "inspection", "analyse", "analysis", "demonstration", "t", "i", "a", "d"};
	char form[WORDING_TOKEN_MAX + 1], known[WORDING_TOKEN_MAX + 1];
	(void)wording_text_form(bytes_of_cstr(text_cstr), form);
	for (size_t i = 0; i < LENGTH_OF(words); i++) {
		(void)wording_text_form(bytes_of_cstr(words[i]), known);
		if (strcmp(form, known) == 0)
			return true;
	}
	return false;
}

/* Several methods may be named: "test, inspection". */
static bool
are_verifications(const char *text_cstr)
{
	struct bytes left = bytes_of_cstr(text_cstr);
	while (left.len > 0) {
		char word[WORDING_TOKEN_MAX + 1];
		size_t n = 0;
		while (n < left.len && left.at[n] != ',' && left.at[n] != ';' && left.at[n] != '/' && left.at[n] != '+')
			n++;
		if (n > WORDING_TOKEN_MAX)
			return false;
		memcpy(word, left.at, n);
		word[n] = '\0';
		if (!is_verification(word))
			return false;
		left = bytes_after(left, n + 1);
	}
	return true;
}

static void
check_one(struct checker *c, const struct wording_list *list, size_t at)
{
	const struct wording_requirement *q = &list->items[at];
	bool value = false;
	if (q->id_cstr[0] == '\0')
		say_words(c, at, WORDING_NO_ID, (struct bytes){0});
	check_text(c, list, at, &value);
	if (q->acceptance_cstr[0] == '\0' ? !value : !is_acceptance(c, q->acceptance_cstr))
		say_words(c, at, WORDING_NO_VALUE, (struct bytes){0});
	if (q->verification_cstr[0] == '\0')
		say_words(c, at, WORDING_NO_VERIFICATION, (struct bytes){0});
	else if (!are_verifications(q->verification_cstr))
		say_words(c, at, WORDING_BAD_VERIFICATION, bytes_of_cstr(q->verification_cstr));
}

static void
say_pair(void *context, const struct wording_finding *finding)
{
	say(context, finding);
}

static int
by_requirement(const void *a, const void *b)
{
	const struct wording_finding *x = a, *y = b;
	if (x->requirement != y->requirement)
		return x->requirement < y->requirement ? -1 : 1;
	if (x->problem != y->problem)
		return x->problem < y->problem ? -1 : 1;
	/* Where they stand in the text, then the other: the order is the same on every machine. */
	if (x->word.at != y->word.at && x->word.len > 0 && y->word.len > 0)
		return x->word.at < y->word.at ? -1 : 1;
	return x->other < y->other ? -1 : x->other > y->other;
}

int
wording_check(
    struct arena *arena, const struct wording_words *words, const struct wording_list *list, struct wording_findings *out)
{
	struct checker c = {.arena = arena, .words = words, .room = list->count * FINDINGS_PER_REQUIREMENT};
	struct study_ids ids;
	c.items = arena_new(arena, struct wording_finding, c.room);
	c.tokens = arena_new(arena, struct wording_token, WORDING_TOKENS_MAX);
	if (c.items == NULL || c.tokens == NULL || study_ids_init(&ids, arena, list->count) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++) {
		const char *id_cstr = list->items[i].id_cstr;
		check_one(&c, list, i);
		if (id_cstr[0] != '\0' && !study_ids_add(&ids, id_cstr, i))
			say(&c,
			    &(struct wording_finding){
			        .requirement = i, .problem = WORDING_ID_TWICE, .other = study_ids_find(&ids, id_cstr)});
	}
	int r = wording_pairs(arena, words, list, say_pair, &c);
	if (r < 0)
		return r;
	if (c.count > 0)
		qsort(c.items, c.count, sizeof(c.items[0]), by_requirement);
	*out = (struct wording_findings){.items = c.items, .count = c.count};
	return 0;
}
