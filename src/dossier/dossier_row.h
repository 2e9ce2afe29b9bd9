/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_row.h - a row of any table as JSON or CSV, and back from JSON, the same to the last byte.
 *
 * JSON: whole numbers as numbers; text as strings; addresses (dossier_kind.c says which) as people write them; digests as
 * hexadecimal digits; what strangers wrote as a string where it is UTF-8, otherwise as {"hex":"..."}; NULL is left out.
 * CSV (RFC 4180): for spreadsheets, never read back; a text that a spreadsheet would take for a formula gets a ' before it.
 */
#ifndef DOSSIER_DOSSIER_ROW_H
#define DOSSIER_DOSSIER_ROW_H

#include "dossier/dossier_db.h"
#include "dossier/dossier_kind.h"

#include <jansson.h>

struct json;

/* The columns of a row as members of the open object; `but` is left out (may be NULL). */
void dossier_row_write(struct json *j, struct store_statement *row, const struct dossier_table *table, const char *but_cstr);
/* One line, CR LF at its end; the names of the columns when `names`. False: it did not fit. */
bool dossier_row_write_csv(
    char *out, size_t size, size_t *len, struct store_statement *row, const struct dossier_table *table, bool names);

/* UTF-8 without the controls U+0080 to U+009F, which a string of ours would not carry unchanged. */
bool dossier_row_is_text(struct bytes b);

enum { DOSSIER_COLUMNS_MAX = 48 };

/* How rows of one table are put in: learnt once. */
struct dossier_insert {
	const struct dossier_table *table;
	char sql_cstr[2048];
	int columns;
	struct {
		char name_cstr[40];
		enum store_type type;
	} column[DOSSIER_COLUMNS_MAX];
};
MUST_USE int
dossier_row_learn(struct dossier *d, const struct dossier_table *table, struct dossier_insert *out, struct diag *diag);
/* The members of a JSON object as one row; the column of the owner is `owner_id_cstr` unless that is NULL. Members whose value
 * is an array are left to the caller. 0; -EINVAL with a diag that says what is wrong with the line; another negative errno. */
MUST_USE int dossier_row_insert(
    struct dossier *d, const struct dossier_insert *how, const char *owner_id_cstr, const json_t *object, struct diag *diag);

#endif
