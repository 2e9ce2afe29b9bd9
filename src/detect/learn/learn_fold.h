/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_fold.h - a table in two parts, to train on one and test on the other. The split decides the number: in this
 * order of weight, what a model must do (a site, a behaviour, a month that it never saw), and last what flatters it.
 *
 *	capture   all rows of one group (capture, host, file) are left out
 *	family    one family of attacks is left out, with half of the benign rows
 *	time      the later half is left out
 *	random    30 of 100 rows, drawn: the illusion, since near twins of a row are on both sides
 *	sets      the rows after `first_test` (another data set)
 *
 * Rows with unknown labels are on neither side.
 */
#ifndef DETECT_LEARN_LEARN_FOLD_H
#define DETECT_LEARN_LEARN_FOLD_H

#include "detect/learn/learn_table.h"
#include "detect/learn/learn_train.h"

enum learn_fold_kind { LEARN_FOLD_CAPTURE, LEARN_FOLD_FAMILY, LEARN_FOLD_TIME, LEARN_FOLD_RANDOM, LEARN_FOLD_SETS };
enum { LEARN_FOLD_KINDS = LEARN_FOLD_SETS + 1, LEARN_FOLD_ROWS_MIN = 30, LEARN_FOLD_HASH = 32 };

struct learn_fold {
	enum learn_fold_kind kind;
	const char *name_cstr;  /* the group or family left out, borrowed from the table; "" */
	uint32_t *train, *test; /* numbers of rows, in the order of the table; of time: in that of time */
	size_t train_count, test_count;
	uint64_t train_attacks, test_attacks;
	uint64_t repeats;              /* rows of test whose vector is in train too; see learn_fold_repeats() */
	uint8_t hash[LEARN_FOLD_HASH]; /* SHA-256 of both lists: the same rows, in any run */
};

/* How many folds of a kind a table has: for captures its groups, for families its families (without benign), else 1; 0 when the table
 * does not know (no times). */
size_t learn_fold_choices(const struct learn_table *t, enum learn_fold_kind kind);
/* 0, -ENODATA: a part would be without a class that it needs, or have fewer than LEARN_FOLD_ROWS_MIN rows of it, or -ENOMEM. The caller calls
 * learn_fold_done(). */
MUST_USE int learn_fold_make(const struct learn_table *t, enum learn_fold_kind kind, size_t choice, size_t first_test,
    uint64_t seed, struct learn_fold *out);
/* Puts rows in the order of time; by lot where it is not known, for the order of a file may be that of its classes. "The first flows
 * of a site" are then the first ones. 0 or -ENOMEM. */
MUST_USE int learn_fold_order(const struct learn_table *t, uint32_t *rows, size_t count);
void learn_fold_done(struct learn_fold *f);
/* is_repeat[i]: row test[i] has a vector that training has (of the codes of mask); counts them. 0 or -ENOMEM. */
MUST_USE int learn_fold_repeats(const struct learn_table *t, struct learn_fold *f, uint64_t mask, bool *is_repeat);
const char *learn_fold_word(enum learn_fold_kind kind);

#endif
