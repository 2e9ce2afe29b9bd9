/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/data_read.h - what files of data (core/data_tree.h) are read with: each says the file, the line and what was expected.
 *
 * Each returns 0 or -EINVAL with diag.
 */
#ifndef CORE_DATA_READ_H
#define CORE_DATA_READ_H

#include "core/data_tree.h"
#include "core/text.h"

struct data_read {
	const char *file_cstr;
	struct diag *diag;
};

/* What YAML 1.2 calls null: nothing, ~ or null. */
bool data_read_is_null(const struct data_tree *node);
/* A sentence about a node, `what_cstr` before it. Returns -EINVAL. */
int
data_read_complain(const struct data_read *r, const struct data_tree *at, const char *sentence_cstr, const char *what_cstr);
/* The same about the key of an entry. */
int data_read_complain_key(
    const struct data_read *r, const struct data_tree *at, const char *sentence_cstr, const char *what_cstr);
/* Each key of a map is one of these, and there once: another is refused with a list of them, for what nobody reads is lost. The
 * list ends with NULL. */
MUST_USE int data_read_keys(const struct data_read *r, const struct data_tree *map, const char *const *keys);
/* The text of an entry; "" when there is none, which `need` refuses. */
MUST_USE int data_read_word(const struct data_read *r, const struct data_tree *map, const char *key_cstr, const char **out);
MUST_USE int
data_read_need_word(const struct data_read *r, const struct data_tree *map, const char *key_cstr, const char **out);
/* {en: ..., fr: ...}, by enum language; "" when there is none. */
MUST_USE int
data_read_words(const struct data_read *r, const struct data_tree *map, const char *key_cstr, const char *out[static 2]);
MUST_USE int data_read_need_words(
    const struct data_read *r, const struct data_tree *map, const char *key_cstr, const char *out[static 2]);
/* A text, the same in both languages, or {en: ..., fr: ...}; "" when there is none. */
MUST_USE int
data_read_texts(const struct data_read *r, const struct data_tree *map, const char *key_cstr, const char *out[static 2]);
/* One of a list of words; its number. */
MUST_USE int data_read_need_choice(const struct data_read *r, const struct data_tree *map, const char *key_cstr,
    const char *const *words, size_t count, unsigned *out);
/* A whole number, from min to max. */
MUST_USE int data_read_need_number(
    const struct data_read *r, const struct data_tree *map, const char *key_cstr, long min, long max, long *out);
/* A number with up to four digits behind the point (core/decimal.h), from min to max. False in *given: there is none, or null. */
MUST_USE int data_read_decimal(const struct data_read *r, const struct data_tree *map, const char *key_cstr, int64_t min,
    int64_t max, int64_t *out, bool *given);
/* A list, or NULL when there is none. */
MUST_USE int
data_read_list(const struct data_read *r, const struct data_tree *map, const char *key_cstr, const struct data_tree **out);
/* A list that is not empty. */
MUST_USE int data_read_need_list(
    const struct data_read *r, const struct data_tree *map, const char *key_cstr, const struct data_tree **out);

#endif
