/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_rows.h - the rows of a split as CSV files, so that any other program can be held against the same split. */
#ifndef APP_LEARN_ROWS_H
#define APP_LEARN_ROWS_H

#include "detect/learn/learn_suite.h"

/* FOLDER/KIND-NAME.csv: part, label, family, and the codes that the table has. parts: of learn_suite_run(). 0 or a negative errno
 * with diag. */
MUST_USE int learn_rows_keep(const char *folder_cstr, const struct learn_table *t, const struct learn_fold *fold,
    const uint8_t *parts, struct diag *diag);

#endif
