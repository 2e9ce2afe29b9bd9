/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/store_dialect.h - the SQL of this folder, which is SQLite's, as PostgreSQL wants it. The one place that knows both.
 *
 * Everywhere: ?1 becomes $1. In CREATE and ALTER: INTEGER, TEXT and BLOB become BIGINT, TEXT in order of its bytes, and BYTEA;
 * STRICT and WITHOUT ROWID go; references can be deferred. A trigger whose only act is RAISE(ABORT, '...') becomes a function
 * and a trigger. What else differs is written so that both take it: ON CONFLICT (no OR IGNORE), IS DISTINCT FROM (no IS between
 * values), CAST(sum(x) AS BIGINT), parameters where their type can be told; no json functions, no LIKE in small and capitals.
 */
#ifndef DOSSIER_STORE_DIALECT_H
#define DOSSIER_STORE_DIALECT_H

#include "core/bytes.h"

/* To be freed; NULL when there is no memory, or a trigger has another form. *params: the highest number of a parameter. */
MUST_USE char *store_dialect_postgresql(const char *sql_cstr, int *params);

#endif
