/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_db.h - the store of a dossier as the files of this folder share it: its statements, its open
 * transaction, and what a person reads when the store says no.
 *
 * Binding to a statement that could not be prepared does nothing, and stepping it fails: writers run in straight lines and
 * ask once.
 */
#ifndef DOSSIER_DOSSIER_DB_H
#define DOSSIER_DOSSIER_DB_H

#include "core/addr.h"
#include "core/diag.h"
#include "dossier/dossier_digest.h"
#include "dossier/store.h"

enum dossier_statement {
	SQL_ASSET_GET,
	SQL_ASSET_SET,
	SQL_ASSET_ALL,
	SQL_SERVICE_SET,
	SQL_SERVICES_OF,
	SQL_INCIDENT_HAS,
	SQL_INCIDENT_GET,
	SQL_INCIDENT_LIKE,
	SQL_INCIDENT_SET,
	SQL_INCIDENT_ALL,
	SQL_PART_ADD,
	SQL_PARTS_OF,
	SQL_PARTS_CLEAR,
	SQL_VICTIM_ADD,
	SQL_VICTIMS_OF,
	SQL_VICTIMS_CLEAR,
	SQL_ALERT_HAS,
	SQL_ALERT_ADD,
	SQL_ALERT_GET,
	SQL_ALERTS_OF,
	SQL_ALERTS_ASIDE,
	SQL_FACT_ADD,
	SQL_FACTS_OF,
	SQL_EVIDENCE_ADD,
	DOSSIER_STATEMENTS
};

enum { DOSSIER_JSON_MAX = 32768, DOSSIER_SQL_MAX = 1024 };

#define DOSSIER_TRIAL_FILE "dossier-trial.db"

struct dossier {
	struct store *store;
	struct store_statement *statements[DOSSIER_STATEMENTS];
	struct {
		const char *sql_cstr;
		struct store_statement *statement;
	} prepared[DOSSIER_SQL_MAX];
	int folder_fd, lock_fd, watch_fd;
	bool writes, watches;
	bool is_remote;        /* on a server: no folder */
	bool is_ready;         /* opened, not only reached */
	bool is_held;          /* by dossier_begin(): only dossier_end() commits */
	bool any_version;      /* older ones are opened too, to be migrated */
	bool is_trial;         /* a copy under the lock of the original */
	const char *file_cstr; /* of the database, in the folder */
	int64_t version;
	bool is_writing;                   /* between begin and commit, even where the store gave up by itself */
	bool broken;                       /* a write failed: what is pending is taken back, nothing more is kept */
	bool has_new_files;                /* the folder of the evidence must be synced */
	uint64_t pending;                  /* changes of the open transaction */
	int64_t began_ns;                  /* of the open transaction, monotonic */
	int64_t seq;                       /* of the last line of the journal that this transaction sees */
	uint8_t head[DOSSIER_DIGEST_SIZE]; /* its hash */
	int64_t seq_before;                /* when the transaction began */
	struct {                           /* the last line that was committed here; seq 0: none */
		int64_t seq;
		uint8_t head[DOSSIER_DIGEST_SIZE];
	} kept;
	char who_cstr[96];                    /* for the journal and the links */
	char folder_cstr[DIAG_FILE_MAX - 32]; /* or the address of its database, without a password */
	char before[DOSSIER_JSON_MAX], after[DOSSIER_JSON_MAX];
};

/* The store's last fault, in words, with the file. Returns a negative errno. */
int dossier_db_fail(struct dossier *d, struct diag *diag);
/* A sentence of our own, with the file. Returns `error`. */
int dossier_db_say(const struct dossier *d, struct diag *diag, int error, const char *sentence_cstr);

MUST_USE int dossier_db_execute(struct dossier *d, const char *sql_cstr, struct diag *diag);
/* So that what is read next is of one moment, whatever others write meanwhile; nothing when a transaction is open. Ended by
 * dossier_db_rollback(). */
MUST_USE int dossier_db_look(struct dossier *d, struct diag *diag);
/* Waits for its turn to write, then reads the last line of the journal, which may be somebody else's. Nothing when one is open:
 * so what a change rests on is read behind this. */
MUST_USE int dossier_db_begin(struct dossier *d, struct diag *diag);
MUST_USE int dossier_db_commit(struct dossier *d, struct diag *diag);
void dossier_db_rollback(struct dossier *d);
/* Until the end of the transaction, rows may refer to what is not there yet. */
MUST_USE int dossier_db_defer(struct dossier *d, struct diag *diag);
/* Commits when much is pending, or since half a second, so that others have their turn. Not between dossier_begin() and
 * dossier_end(). */
MUST_USE int dossier_db_commit_when_due(struct dossier *d, struct diag *diag);

/* Ready to be bound; NULL when it cannot be prepared. */
struct store_statement *dossier_db_statement(struct dossier *d, enum dossier_statement which);
/* The same for a sentence of SQL in static storage: each file of this folder keeps its own beside the code that uses them. */
struct store_statement *dossier_db_sql(struct dossier *d, const char *sql_cstr);
/* The same for perhaps more rows than there is memory for: within a transaction, a server sends them in parts. */
struct store_statement *dossier_db_rows(struct dossier *d, const char *sql_cstr);
/* Releases all statements: before the connection closes. */
void dossier_db_forget(struct dossier *d);
/* For statements that give no row. */
MUST_USE int dossier_db_run(struct dossier *d, struct store_statement *statement, struct diag *diag);
/* 1: a row; 0: no more; a negative errno with diag. */
MUST_USE int dossier_db_next(struct dossier *d, struct store_statement *statement, struct diag *diag);

void dossier_db_bind_cstr(struct store_statement *s, int at, const char *text_cstr); /* NULL: NULL */
void dossier_db_bind_text(struct store_statement *s, int at, struct bytes value);    /* at == NULL: NULL */
void dossier_db_bind_bytes(struct store_statement *s, int at, struct bytes value);
void dossier_db_bind_u64(struct store_statement *s, int at, uint64_t value); /* beyond 2^63: that much */
void dossier_db_bind_i64(struct store_statement *s, int at, int64_t value);
void dossier_db_bind_addr(struct store_statement *s, int at, const struct addr *value);

/* Columns, checked: a file may have been damaged, or made by somebody else. A value out of its range sets *bad. */
uint64_t dossier_db_u64(struct store_statement *s, int at, uint64_t max, bool *bad);
int64_t dossier_db_i64(struct store_statement *s, int at);
struct addr dossier_db_addr(struct store_statement *s, int at, bool *bad);
void dossier_db_cstr(struct store_statement *s, int at, char *out, size_t size, bool *bad);
struct bytes dossier_db_bytes(struct store_statement *s, int at); /* valid until the next step */
/* The enum app_proto of a name; NULL is APP_NONE, an unknown name APP_UNKNOWN. */
uint8_t dossier_db_app(struct store_statement *s, int at);

#endif
