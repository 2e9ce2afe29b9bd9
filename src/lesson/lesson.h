/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson.h - labelled flows out of other people's tables, by a named mapping: text in, struct learn_table out.
 *
 * Pure: who reads the files hands over their lines. A row that cannot be read is told (file, line, column), counted and left
 * out; nothing is guessed in its place. A file that lacks a column, or is no table, is refused.
 */
#ifndef LESSON_LESSON_H
#define LESSON_LESSON_H

#include "core/diag.h"
#include "detect/learn/learn_table.h"

enum { LESSON_FAULTS_TOLD = 20, LESSON_LINE_MAX = 64 << 10 };

enum lesson_wrong {
	LESSON_WRONG_CELLS,      /* more or fewer than the first line has */
	LESSON_WRONG_NUMBER,     /* text where a number belongs */
	LESSON_WRONG_NOT_FINITE, /* nan, infinity */
	LESSON_WRONG_NEGATIVE,
	LESSON_WRONG_LABEL,
	LESSON_WRONG_TIME,
	LESSON_WRONG_ADDRESS,
	LESSON_WRONG_QUOTE,
	LESSON_WRONG_LONG,
	LESSON_WRONG_BYTES, /* a NUL: no text */
	LESSON_WRONG_JSON,
	LESSON_WRONGS
};

struct lesson_fault {
	char file_cstr[256];
	uint64_t line;
	uint32_t column; /* from 1: the cell; 0: the whole line */
	uint32_t wrong;  /* enum lesson_wrong */
	char text_cstr[192];
};

/* What was read, and what was not. */
struct lesson_account {
	uint64_t lines, bytes, rows, files;
	uint64_t wrong[LESSON_WRONGS]; /* rows left out */
	uint64_t unlabelled;           /* of rows: no label, or one that says neither; LEARN_UNKNOWN */
	uint64_t words_new;            /* cells with a word that the mapping does not know: FLOW_CODE_MISSING */
	uint32_t personal;             /* enum lesson_personal, ORed: what the columns hold of people */
	size_t fault_count;
	struct lesson_fault faults[LESSON_FAULTS_TOLD];
};

enum lesson_personal { LESSON_PERSONAL_ADDRESS = 1, LESSON_PERSONAL_NAME = 2, LESSON_PERSONAL_PAYLOAD = 4 };

struct lesson_limits {
	uint64_t rows, bytes;
};

struct lesson;
struct lesson_labels;

/* The mappings that there are, "" in `what` where no name says more; NULL after the last one. */
const char *lesson_mapping_name(size_t index);
const char *lesson_mapping_about(size_t index);

/* 0, -ENOMEM, or -EINVAL with diag: no such mapping, and those that there are. */
MUST_USE int
lesson_new(const char *mapping_cstr, const struct lesson_limits *limits, struct lesson **out, struct diag *diag);
/* Labels from beside the table, instead of its own; borrowed until the lesson is freed. */
void lesson_label_by(struct lesson *lesson, const struct lesson_labels *labels);
void lesson_free(struct lesson *lesson);
/* A file begins; its name is also that of the group its rows belong to. The others: 0 or a negative errno with diag, after
 * which nothing more can be read: a column is missing, a limit is reached, no memory. */
MUST_USE int lesson_begin(struct lesson *lesson, const char *file_cstr, struct diag *diag);
MUST_USE int lesson_line(struct lesson *lesson, struct bytes line, struct diag *diag);
/* Of a mapping that has no lines: takes what is whole from the front of *rest, which goes on where the last call left it. */
bool lesson_has_lines(const struct lesson *lesson);
MUST_USE int lesson_bytes(struct lesson *lesson, struct bytes *rest, struct diag *diag);
/* The file is over; `left`: bytes that lesson_bytes() did not take. */
MUST_USE int lesson_end(struct lesson *lesson, size_t left, struct diag *diag);
/* The table, which the caller frees. -ENODATA: not one row could be read. */
MUST_USE int lesson_finish(struct lesson *lesson, struct learn_table **out, struct diag *diag);
const struct lesson_account *lesson_account(const struct lesson *lesson);

#endif
