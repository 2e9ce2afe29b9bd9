/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_parser.h - a rule while it is being read, as the files of keywords share it.
 *
 * A keyword is one row of rule_keyword_table.c: its name, whether it takes a value, and a function that puts what it means into
 * the rule. Keywords of a kind are in one file: rule_keyword_content_content.c, _bytes.c, _meta.c ...
 */
#ifndef DETECT_RULES_RULE_PARSER_H
#define DETECT_RULES_RULE_PARSER_H

#include "core/arena.h"
#include "core/diag.h"
#include "core/text.h"
#include "detect/rules/rule.h"
#include "detect/rules/rule_text.h"
#include "detect/rules/rule_vars.h"

enum {
	RULE_NUMBERS_MAX = 32,
	RULE_STATES_MAX = 32, /* bits, integers, events of one rule, each */
	RULE_PAIRS_MAX = 128,
	RULE_NO_MATCH = -1,
};

struct rule_parser {
	struct arena *arena;
	struct diag *diag;
	const char *keyword_cstr; /* being read, for what is said of it */
	size_t at;                /* of it, in the rule's text */
	int current;              /* buffer that the next match belongs to */
	bool is_sticky;           /* current was named by a sticky buffer, and holds until the next one */
	int last_content;         /* index into matches, for modifiers; RULE_NO_MATCH */
	const char *partly_cstr;  /* what of the rule is not done, in English; NULL: all is */
	struct rule rule;
	struct rule_buffer buffers[RULE_BUFFERS_MAX];
	struct rule_match matches[RULE_MATCHES_MAX];
	struct rule_number numbers[RULE_NUMBERS_MAX];
	struct rule_mask masks[RULE_NUMBERS_MAX];
	struct rule_word words[RULE_NUMBERS_MAX];
	struct rule_bit bits[RULE_STATES_MAX];
	struct rule_flow_int flow_ints[RULE_STATES_MAX];
	struct rule_event events[RULE_STATES_MAX];
	struct rule_threshold thresholds[2];
	struct rule_tag tag;
	struct rule_store store;
	struct rule_pair references[RULE_PAIRS_MAX], metadata[RULE_PAIRS_MAX];
};

enum rule_value_need { RULE_TAKES_NONE, RULE_TAKES_ONE, RULE_MAY_TAKE_ONE };

struct rule_keyword {
	const char *name_cstr;
	enum rule_value_need need;
	/* value: trimmed, quotes and all; empty when there was none. 0, -EINVAL with p->diag, -ENOTSUP: known and not done yet. */
	int (*parse)(struct rule_parser *p, struct bytes value);
};

/* NULL when there is none. Views and numbers (view_list.h, rule_field_list.h) are not among them. */
const struct rule_keyword *rule_keyword_table_find(struct bytes name);
/* The i-th of all; NULL past the end. For suggestions and `rules list --keywords`. */
const struct rule_keyword *rule_keyword_table_at(size_t i);

/* By either name; RULE_FIELDS when there is none. */
enum rule_field rule_keyword_table_field(struct bytes name);
struct rule_field_kind {
	const char *name_cstr, *older_cstr, *protocol_cstr;
	int64_t max;
};
const struct rule_field_kind *rule_keyword_table_field_kind(enum rule_field field);

/* ---- For the files of keywords ---- */

/* "byte_test: ..." as the diag, and -EINVAL. */
int rule_parser_refuse(struct rule_parser *p, const char *format, ...) PRINTF_LIKE(2, 3);
/* Known, but beyond what the program does: -ENOTSUP, the whole rule is not used. */
int rule_parser_cannot(struct rule_parser *p, const char *format, ...) PRINTF_LIKE(2, 3);

/* Room for a match in the current buffer; NULL when the rule has too many (p->diag says so). */
struct rule_match *rule_parser_match(struct rule_parser *p, enum rule_match_kind kind);
/* The same in a view; what comes after stays where it was. */
struct rule_match *rule_parser_match_in(struct rule_parser *p, enum view view, enum rule_match_kind kind);
/* This test, the latest, is relative: without a buffer named before it, it is in that of the test before it, wherever that was moved. */
void rule_parser_follow(struct rule_parser *p, struct rule_match *match);
/* The content that a modifier changes; NULL with p->diag when there is none. */
struct rule_content *rule_parser_last(struct rule_parser *p);
/* NULL with p->diag when there are too many. */
struct rule_number *rule_parser_add_number(struct rule_parser *p, enum rule_field field);
struct rule_word *rule_parser_add_word(struct rule_parser *p, enum rule_word_kind kind);
/* Names the buffer of what follows; makes one when the rule has none with this view and no transforms. */
int rule_parser_enter(struct rule_parser *p, enum view view);
/* The same, as this side sends it: for a view that both sides have. */
int rule_parser_enter_side(struct rule_parser *p, enum view view, uint8_t sides);
/* A content in a view, for keywords that are short for one; what comes after stays where it was. */
int rule_parser_add_content(struct rule_parser *p, enum view view, const struct rule_content *content);
/* One that looks for these bytes anywhere. */
struct rule_content rule_parser_content(struct bytes bytes, bool negated);
/* Moves the last content into a view: the older way. */
int rule_parser_move_last(struct rule_parser *p, enum view view);

/* Without its quotes and escapes; "!" before it sets *negated (NULL: refused). */
int rule_parser_unquote(struct rule_parser *p, struct bytes value, bool *negated, struct bytes *out);
/* As content writes bytes: text, \escapes, |hex digits|. In the arena. */
int rule_parser_content_bytes(struct rule_parser *p, struct bytes text, struct bytes *out);
/* A number from low to high, or a variable of the rule. */
int rule_parser_value(struct rule_parser *p, struct bytes text, int64_t low, int64_t high, struct rule_value *out);
int rule_parser_number(struct rule_parser *p, struct bytes text, int64_t low, int64_t high, int64_t *out);
/* "7", "<7", ">=7", "5-7", "5<>7", "!7". Ranges with "-" include their ends. */
int rule_parser_comparison(struct rule_parser *p, struct bytes text, int64_t max, enum rule_compare *compare,
    struct rule_value *low, struct rule_value *high);
/* The index of a name, made when it is new; -1 with p->diag when there are too many. */
int rule_parser_variable(struct rule_parser *p, struct bytes name, bool may_make);
/* The index of a word among those of a NULL-ended list; -1: none. */
int rule_parser_word(struct bytes word, const char *const *words);

#define RULE_KEYWORD(function) int function(struct rule_parser *p, struct bytes value)

#endif
