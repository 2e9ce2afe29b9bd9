/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_read.h - tables of labelled flows, read by a mapping: what dataset, train, evaluate and explain begin with. */
#ifndef APP_LEARN_READ_H
#define APP_LEARN_READ_H

#include "cli/learn_options.h"
#include "lesson/lesson.h"

/* The files, one table; they may be gzip, zstd or xz, and - is the standard input. *account has what was left out. 0, or a
 * negative errno with diag. The caller frees the table. */
MUST_USE int learn_read(const struct learn_options_list *files, const char *mapping_cstr, uint64_t rows_max,
    struct learn_table **out, struct lesson_account *account, struct diag *diag);
/* The same of what the command line names: tables, captures that our sensor reads first, labels from beside. */
MUST_USE int
learn_read_all(const struct learn_options *o, struct learn_table **out, struct lesson_account *account, struct diag *diag);
/* The rows that could not be read, on standard error; how many they were. */
uint64_t learn_read_tell(const struct lesson_account *account, enum language language);

#endif
