/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_kind.h - which tables hold an object of each kind. What is said here once is what the journal seals,
 * `verify` checks, `export` writes, `import` reads and `purge` deletes.
 *
 * A new kind: its CREATE TABLE as a step in dossier_schema.c, its row in dossier_kind.c, and a line of the journal after each
 * change of its rows or of a link that starts from it (dossier_journal_add), before the commit.
 */
#ifndef DOSSIER_DOSSIER_KIND_H
#define DOSSIER_DOSSIER_KIND_H

#include "core/bytes.h"

enum { DOSSIER_KIND_TABLES_MAX = 8 };

struct dossier_table {
	const char *name_cstr;
	const char *owner_cstr;     /* the column that names the object */
	const char *rows_sql_cstr;  /* all rows of the object ?1, in the order of their key */
	const char *clear_sql_cstr; /* deletes them */
	const char *addresses_cstr; /* columns that hold 16 bytes of an address: " source target ", or "" */
	const char *hex_cstr;       /* columns of bytes that no text is: " mac " */
	int since;                  /* the step of the schema that made it */
};

struct dossier_kind {
	const char *name_cstr;
	struct dossier_table
	    tables[DOSSIER_KIND_TABLES_MAX]; /* the first has one row; a later one may refer to an earlier */
	size_t table_count;
	const char *label_sql_cstr; /* a few words about the object ?1, for `trace`: the first column that is not empty */
};

/* In the order in which they must be written, so that what is referred to is there. */
const struct dossier_kind *dossier_kind_all(size_t *count);
/* NULL: none of this name. */
const struct dossier_kind *dossier_kind_find(struct bytes name);
/* The links that start from an object: sealed with it. */
const struct dossier_table *dossier_kind_links(void);
const struct dossier_table *dossier_kind_journal(void);

#endif
