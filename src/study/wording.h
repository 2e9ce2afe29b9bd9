/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/wording.h - what is wrong with the words of requirements: what cannot be tested, what is two requirements, what says the same
 * or the opposite of another one. French and English.
 *
 * Three parts: words (data/study/wording.yaml) and texts as tokens, each requirement alone (wording_check.c), all of them against each
 * other (wording_pairs.c). Deterministic; linear in the number of words but for bounded lists of candidates.
 */
#ifndef STUDY_WORDING_H
#define STUDY_WORDING_H

#include "core/arena.h"
#include "core/diag.h"

enum { WORDING_TOKENS_MAX = 512, WORDING_TOKEN_MAX = 40, WORDING_REQUIREMENTS_MAX = 20000 };

/* Stable: scripts know their codes. */
enum wording_problem {
	WORDING_EMPTY,
	WORDING_NO_ID,
	WORDING_ID_TWICE,
	WORDING_NO_MODAL,
	WORDING_SEVERAL,
	WORDING_VAGUE,
	WORDING_OPEN,
	WORDING_UNFINISHED,
	WORDING_NO_VALUE,
	WORDING_NO_VERIFICATION,
	WORDING_BAD_VERIFICATION,
	WORDING_DUPLICATE,
	WORDING_CONTRADICTION,
};
enum { WORDING_PROBLEMS = WORDING_CONTRADICTION + 1 };

/* Texts are "" where nothing was said. */
struct wording_requirement {
	const char *id_cstr, *text_cstr, *acceptance_cstr, *verification_cstr;
	unsigned line, column;
};

struct wording_list {
	struct wording_requirement *items;
	size_t count;
};

struct wording_finding {
	size_t requirement;
	enum wording_problem problem;
	struct bytes word; /* the words it is about, as written; empty: the whole */
	size_t other;      /* the requirement it collides with; SIZE_MAX: none */
};

struct wording_findings {
	struct wording_finding *items; /* in the order of the requirements, then of the problems */
	size_t count;
};

/* What the words are for; a token may have several. */
enum wording_use {
	WORDING_IS_VAGUE = 1,
	WORDING_IS_OPEN = 2,
	WORDING_IS_UNFINISHED = 4,
	WORDING_IS_MODAL = 8,
	WORDING_IS_NEGATION = 16,
	WORDING_IS_ASSENT = 32,
	WORDING_IS_LEAST = 64,
	WORDING_IS_MOST = 128,
	WORDING_IS_IGNORED = 256,
	WORDING_IS_VERB = 512,
	WORDING_IS_EITHER = 1024,
	WORDING_IS_NOUN = 2048,
};
struct wording_words;

/* A word or number of a text, as it is compared: lower case, no accents, without the endings e, s, x. */
struct wording_token {
	char form[WORDING_TOKEN_MAX + 1];
	uint8_t len;
	bool is_number;
	unsigned uses;      /* of the word, or of the phrase that begins here */
	uint8_t span;       /* tokens of that phrase; 0: inside one that began before */
	size_t at, written; /* bytes of the text */
};

/* The lists (YAML), of the form of data/study/wording.yaml. They live in the arena. */
MUST_USE int wording_words_read(
    struct arena *arena, struct bytes text, const char *file_cstr, const struct wording_words **out, struct diag *diag);
/* The longest entry that these tokens begin with: its uses, and how many tokens it has; 0 when none does. */
unsigned
wording_words_find(const struct wording_words *words, const struct wording_token *tokens, size_t count, size_t *span);

/* A text as tokens, with what the words are for. Returns how many; what is beyond WORDING_TOKENS_MAX is left out. */
size_t wording_text_split(
    const struct wording_words *words, struct bytes text, struct wording_token out[static WORDING_TOKENS_MAX]);
/* The form alone of one word. */
size_t wording_text_form(struct bytes word, char out[static WORDING_TOKEN_MAX + 1]);

/* Requirements of a file: YAML, or CSV when its name ends so. Columns and keys are known by many names, French and English. */
MUST_USE int
wording_read(struct arena *arena, struct bytes text, const char *file_cstr, struct wording_list *out, struct diag *diag);
/* CSV (RFC 4180; comma, semicolon or tab), with a row of names. */
MUST_USE int
wording_csv(struct arena *arena, struct bytes text, const char *file_cstr, struct wording_list *out, struct diag *diag);
/* Which of the four texts of a requirement a column or key is, by its name: 0 to 3, or -1. */
int wording_read_column(struct bytes name);

/* Everything that is wrong. 0 or -ENOMEM. */
MUST_USE int wording_check(
    struct arena *arena, const struct wording_words *words, const struct wording_list *list, struct wording_findings *out);
/* Duplicates and contradictions, for wording_check(): calls say() for each. 0 or -ENOMEM. */
MUST_USE int wording_pairs(struct arena *arena, const struct wording_words *words, const struct wording_list *list,
    void (*say)(void *context, const struct wording_finding *finding), void *context);

/* "vague-word" and the like. */
const char *wording_check_code(enum wording_problem problem);
/* A sentence for people, N_(): with one %s for the words where the problem is about some. */
const char *wording_check_sentence(enum wording_problem problem);

#endif
