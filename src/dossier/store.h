/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/store.h - a database, whatever its make: statements, rows, transactions, and what goes wrong in plain kinds. One file
 * per make (store_sqlite.c) fills a struct store_make; nothing else in the program includes a database's header.
 *
 * Statements are SQL that all makes understand: parameters are ?1, ?2...; INTEGER, TEXT and BLOB are the only types. Binding
 * to a NULL statement does nothing, and stepping it fails: writers run in straight lines and ask once.
 */
#ifndef DOSSIER_STORE_H
#define DOSSIER_STORE_H

#include "core/bytes.h"

struct store_make;

/* What a make's own structs begin with. */
struct store {
	const struct store_make *make;
};
struct store_statement {
	const struct store_make *make;
};

enum store_type { STORE_NULL, STORE_INTEGER, STORE_TEXT, STORE_BYTES };

enum store_fault {
	STORE_FAULT_DISK, /* or the connection: what has no better name */
	STORE_FAULT_FULL,
	STORE_FAULT_DAMAGED,
	STORE_FAULT_DENIED,
	STORE_FAULT_BUSY,
	STORE_FAULT_MEMORY,
	STORE_FAULT_ROW,  /* a row contradicts another one, or its table */
	STORE_FAULT_GONE, /* the server, or the connection to it */
};

/* For as long as the connection lasts. */
enum store_lock { STORE_LOCK_SHARED, STORE_LOCK_ALONE /* nobody has it shared */, STORE_LOCK_WATCH };

/* Who wrote it, as the database itself is marked. */
struct store_mark {
	int64_t application, version, tables;
};

/* Each int: 0, or -EIO and the reason from fault(). */
struct store_make {
	void (*close)(struct store *store);
	enum store_fault (*fault)(struct store *store); /* of the last call that failed */
	int (*execute)(struct store *store, const char *sql_cstr);
	bool (*is_open)(struct store *store);           /* a transaction is */
	int64_t (*changes)(struct store *store);        /* rows that the last statement changed */
	int (*begin)(struct store *store, bool writes); /* without: what others write meanwhile is not seen */
	int (*read_mark)(struct store *store, struct store_mark *out);
	int (*write_mark)(struct store *store, const struct store_mark *mark);
	int (*hold_references)(struct store *store, bool holds); /* outside of a transaction, while tables are made anew */
	int (*defer_references)(struct store *store);            /* to the end of this transaction */
	int (*forget_deleted)(struct store *store, bool done); /* before: overwrite what is deleted; after: in the log too */
	int (*check)(struct store *store, void (*each)(void *context, struct bytes what), void *context); /* is it whole? */
	int (*copy)(
	    struct store *store, const char *path_cstr);     /* into a file that needs nothing beside it; a negative errno */
	int (*read_size)(struct store *store, int64_t *out); /* in bytes */
	int (*lock)(
	    struct store *store, enum store_lock which); /* -EBUSY: others have it. NULL: the folder has files for that */

	struct store_statement *(*prepare)(struct store *store, const char *sql_cstr); /* NULL: fault() */
	void (*release)(struct store_statement *s);
	void (*reset)(struct store_statement *s);       /* the row and the values bound are forgotten */
	void (*expect_many)(struct store_statement *s); /* NULL: no matter */
	int (*step)(struct store_statement *s);         /* 1: a row; 0: no more, and reset */
	void (*bind_i64)(struct store_statement *s, int at, int64_t value);
	void (*bind_text)(struct store_statement *s, int at, struct bytes value); /* both copy */
	void (*bind_bytes)(struct store_statement *s, int at, struct bytes value);
	int (*columns)(struct store_statement *s);
	const char *(*name)(struct store_statement *s, int at);
	enum store_type (*declared)(struct store_statement *s, int at); /* of the column, before there is a row */
	enum store_type (*type)(struct store_statement *s, int at);     /* of the value */
	int64_t (*i64)(struct store_statement *s, int at);              /* 0 when it is no number */
	struct bytes (*bytes)(struct store_statement *s, int at);       /* valid until the next step; at == NULL: none */
};

/* Takes NULL. */
void store_close(struct store *store);
void store_rollback(struct store *store); /* nothing when no transaction is open */
int64_t store_changes(struct store *store);

/* Each takes NULL. */
void store_release(struct store_statement *s);
void store_reset(struct store_statement *s);
void store_expect_many(struct store_statement *s); /* rows, perhaps more than there is memory for */
void store_bind_i64(struct store_statement *s, int at, int64_t value);
void store_bind_text(struct store_statement *s, int at, struct bytes value);
void store_bind_bytes(struct store_statement *s, int at, struct bytes value);

int store_columns(struct store_statement *s);
const char *store_name(struct store_statement *s, int at);
enum store_type store_declared(struct store_statement *s, int at);
enum store_type store_type(struct store_statement *s, int at);
int64_t store_i64(struct store_statement *s, int at);
struct bytes store_bytes(struct store_statement *s, int at);

#endif
