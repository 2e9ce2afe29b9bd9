/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_table_file.h - a table as a file, a "set": what `learn dataset --out` writes, and how a table leaves the
 * process that read it.
 *
 * All numbers are little-endian. A head of 96 bytes:
 *
 *	 0  8  "befset1\n"
 *	 8  2  version of the vector, FLOW_VECTOR_VERSION
 *	10  2  names of families
 *	12  2  names of groups
 *	14  2  names of codes: 0 or 64
 *	16  8  rows
 *	24 24  schema, filled up with zeroes
 *	48 48  zero
 *
 * then the names, 48 bytes each, filled up with zeroes (families, groups, codes), then rows of 82 bytes:
 *
 *	 0 64  the codes
 *	64  8  time of the flow's start, ns since 1970; 0: not known
 *	72  4  pseudonym of the source; 0: not known
 *	76  2  number of the family
 *	78  2  number of the group
 *	80  1  enum learn_label
 *	81  1  zero
 */
#ifndef DETECT_LEARN_LEARN_TABLE_FILE_H
#define DETECT_LEARN_LEARN_TABLE_FILE_H

#include "core/cursor.h"
#include "core/writer.h"
#include "detect/learn/learn_table.h"

enum {
	LEARN_TABLE_FILE_HEAD = 96,
	LEARN_TABLE_FILE_ROW = 82,
	LEARN_TABLE_FILE_NAMES_MAX = (2 * LEARN_NAMES_MAX + FLOW_CODES) * LEARN_NAME_SIZE
};

struct learn_table_head {
	char schema[LEARN_SCHEMA_SIZE];
	uint64_t rows;
	uint16_t families, groups, codes;
	size_t names_bytes; /* what follows the head */
};

bool learn_table_file_is(struct bytes file);
/* PARSE_SHORT: 96 bytes are needed. PARSE_BAD: it is no such file. */
MUST_USE enum parse learn_table_file_head(struct bytes file, struct learn_table_head *out);
/* The next name; not NUL-terminated, and empty where there is none. */
MUST_USE enum parse learn_table_file_name(struct cursor *c, struct bytes *out);
/* The next row, whose family and group are numbers of the file's names. */
MUST_USE enum parse learn_table_file_row(struct cursor *c, const struct learn_table_head *head, struct learn_row *out);

void learn_table_file_put_head(struct writer *w, const struct learn_table *table);
void learn_table_file_put_names(struct writer *w, const struct learn_table *table);
void learn_table_file_put_row(struct writer *w, const struct learn_table *table, size_t row);

#endif
