/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_set_write.h - a table written as a set (detect/learn/learn_table_file.h). */
#ifndef APP_LEARN_SET_WRITE_H
#define APP_LEARN_SET_WRITE_H

#include "core/diag.h"
#include "detect/learn/learn_table.h"

/* The whole set to a descriptor. 0, or a negative errno. */
MUST_USE int learn_set_write_to(int fd, const struct learn_table *table);
/* To a file, which is there whole or not at all. 0, or a negative errno with diag. */
MUST_USE int learn_set_write(const char *file_cstr, const struct learn_table *table, struct diag *diag);

#endif
