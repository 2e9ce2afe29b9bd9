/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/store_postgresql.h"

#include "dossier/store_dialect.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PARAMS_MAX = 64, CONNECT_SECONDS = 10, PART_ROWS = 500, NAME_MAX_ = 24 };
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23 }; /* catalog/pg_type.dat */
enum { FORMAT_TEXT = 0, FORMAT_BINARY = 1 };

/* Of this program and of one schema, so that two dossiers in one database do not wait for each other. */
#define LOCK_KEY(n) "(" n ", hashtext(current_schema()))"
#define LOCK_TURN LOCK_KEY("1113941606") /* "Beff" */
static const char *const lock_sql[] = {[STORE_LOCK_SHARED] = "SELECT pg_try_advisory_lock_shared" LOCK_KEY("1113941607"),
    [STORE_LOCK_ALONE] = "SELECT pg_try_advisory_lock" LOCK_KEY("1113941607"),
    [STORE_LOCK_WATCH] = "SELECT pg_try_advisory_lock" LOCK_KEY("1113941608")};

struct database {
	struct store head;
	PGconn *conn;
	enum store_fault fault;
	int64_t changes;
	unsigned names; /* given out */
};

struct statement {
	struct store_statement head;
	struct database *db;
	char name_cstr[NAME_MAX_];
	char *sql_cstr;
	int params;
	bool many;      /* rows are fetched in parts, where a transaction is open */
	bool is_cursor; /* this time */
	struct {
		size_t at, len; /* in room; at is SIZE_MAX: NULL */
		int format;
	} values[PARAMS_MAX];
	char *room;
	size_t room_used, room_size;
	PGresult *shape; /* names and types of the columns */
	PGresult *rows;
	int row;
	char digits_cstr[24];
};

static struct database *
db_of(struct store *store)
{
	return (struct database *)store;
}

static struct statement *
of(struct store_statement *s)
{
	return (struct statement *)s;
}

/* Appendix A of PostgreSQL's manual. */
static enum store_fault
fault_of(const PGconn *conn, const char *state_cstr)
{
	static const struct {
		const char *begin_cstr;
		enum store_fault fault;
	} table[] = {{"53100", STORE_FAULT_FULL}, {"53200", STORE_FAULT_MEMORY}, {"55P03", STORE_FAULT_BUSY},
	    {"40", STORE_FAULT_BUSY}, {"57P", STORE_FAULT_GONE}, {"08", STORE_FAULT_GONE}, {"42501", STORE_FAULT_DENIED},
	    {"3F", STORE_FAULT_DENIED}, {"25006", STORE_FAULT_DENIED}, {"22", STORE_FAULT_ROW}, {"23", STORE_FAULT_ROW},
	    {"P0001", STORE_FAULT_ROW}, {"42804", STORE_FAULT_ROW}, {"42", STORE_FAULT_DAMAGED},
	    {"XX", STORE_FAULT_DAMAGED}};
	if (PQstatus(conn) != CONNECTION_OK || state_cstr == NULL)
		return STORE_FAULT_GONE;
	for (size_t i = 0; i < LENGTH_OF(table); i++)
		if (strncmp(state_cstr, table[i].begin_cstr, strlen(table[i].begin_cstr)) == 0)
			return table[i].fault;
	return STORE_FAULT_DISK;
}

/* 0, or -EIO with the fault kept. A failed result is cleared. */
static int
judge(struct database *db, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY)
		return 0;
	db->fault = fault_of(db->conn, PQresultErrorField(result, PG_DIAG_SQLSTATE));
	PQclear(result);
	return -EIO;
}

static int
run(struct database *db, const char *theirs_cstr)
{
	PGresult *result = PQexec(db->conn, theirs_cstr);
	if (judge(db, result) < 0)
		return -EIO;
	PQclear(result);
	return 0;
}

/* Where something failed before, the server takes all of it back, and calls that done: its tag alone says so. */
static int
commit(struct database *db)
{
	PGresult *result = PQexec(db->conn, "COMMIT");
	if (judge(db, result) < 0)
		return -EIO;
	bool is_kept = strcmp(PQcmdStatus(result), "COMMIT") == 0;
	PQclear(result);
	if (!is_kept)
		db->fault = STORE_FAULT_DISK;
	return is_kept ? 0 : -EIO;
}

/* The one row, as text; 0, or -EIO. To be cleared. */
static int
ask(struct database *db, const char *theirs_cstr, PGresult **out)
{
	PGresult *result = PQexec(db->conn, theirs_cstr);
	if (judge(db, result) < 0)
		return -EIO;
	if (PQntuples(result) < 1) {
		PQclear(result);
		db->fault = STORE_FAULT_DAMAGED;
		return -EIO;
	}
	*out = result;
	return 0;
}

static int64_t
number_in(const PGresult *result, int column)
{
	return strtoll(PQgetvalue(result, 0, column), NULL, 10);
}

static void
close_store(struct store *store)
{
	PQfinish(db_of(store)->conn);
	free(store);
}

static enum store_fault
fault(struct store *store)
{
	return db_of(store)->fault;
}

static int
execute(struct store *store, const char *sql_cstr)
{
	int params, r = -EIO;
	char *theirs_cstr = store_dialect_postgresql(sql_cstr, &params);
	if (theirs_cstr == NULL)
		db_of(store)->fault = STORE_FAULT_MEMORY;
	else if (strcmp(theirs_cstr, "COMMIT") == 0)
		r = commit(db_of(store));
	else
		r = run(db_of(store), theirs_cstr);
	free(theirs_cstr);
	return r;
}

static bool
is_open(struct store *store)
{
	PGTransactionStatusType status = PQtransactionStatus(db_of(store)->conn);
	return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

static int64_t
changes(struct store *store)
{
	return db_of(store)->changes;
}

static int
begin(struct store *store, bool writes)
{
	struct database *db = db_of(store);
	if (!writes)
		return run(db, "BEGIN ISOLATION LEVEL REPEATABLE READ");
	if (run(db,
	        "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '5s'; SELECT pg_advisory_xact_lock" LOCK_TURN) ==
	    0)
		return 0;
	enum store_fault why = db->fault;
	(void)run(db, "ROLLBACK");
	db->fault = why;
	return -EIO;
}

static int
read_mark(struct store *store, struct store_mark *out)
{
	struct database *db = db_of(store);
	struct store_mark mark = {0};
	PGresult *result;
	if (ask(db,
	        "SELECT count(*), bool_or(relname = 'beffroi_mark') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
	        " WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f')",
	        &result) < 0)
		return -EIO;
	mark.tables = number_in(result, 0);
	bool is_marked = strcmp(PQgetvalue(result, 0, 1), "t") == 0;
	PQclear(result);
	if (is_marked) {
		if (ask(db, "SELECT application, version FROM beffroi_mark", &result) < 0)
			return -EIO;
		mark.application = number_in(result, 0);
		mark.version = number_in(result, 1);
		PQclear(result);
	}
	*out = mark;
	return 0;
}

static int
write_mark(struct store *store, const struct store_mark *mark)
{
	char sql_cstr[512];
	(void)snprintf(sql_cstr, sizeof(sql_cstr),
	    "CREATE TABLE IF NOT EXISTS beffroi_mark(application BIGINT NOT NULL, version BIGINT NOT NULL);"
	    "CREATE TABLE IF NOT EXISTS beffroi_file(path TEXT COLLATE \"C\" PRIMARY KEY, content BYTEA NOT NULL);"
	    "DELETE FROM beffroi_mark; INSERT INTO beffroi_mark VALUES(%lld, %lld)",
	    (long long)mark->application, (long long)mark->version);
	return run(db_of(store), sql_cstr);
}

/* Tables are changed in place here. */
static int
hold_references(struct store *store, bool holds)
{
	(void)store;
	(void)holds;
	return 0;
}

static int
defer_references(struct store *store)
{
	return run(db_of(store), "SET CONSTRAINTS ALL DEFERRED");
}

/* What was deleted stays in the pages of its table until they are cleaned. */
static int
forget_deleted(struct store *store, bool done)
{
	PGresult *result;
	if (!done)
		return 0;
	if (ask(db_of(store),
	        "SELECT 'VACUUM ' || string_agg(quote_ident(relname), ', ') FROM pg_class c JOIN pg_namespace n ON n.oid ="
	        " c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'r' AND pg_has_role(c.relowner, 'MEMBER')",
	        &result) < 0)
		return -EIO;
	int r = PQgetisnull(result, 0, 0) ? 0 : run(db_of(store), PQgetvalue(result, 0, 0));
	PQclear(result);
	return r;
}

/* The server looks after its pages; references are judged here when they were deferred. */
static int
check(struct store *store, void (*each)(void *context, struct bytes what), void *context)
{
	struct database *db = db_of(store);
	if (!is_open(store))
		return 0;
	if (run(db, "SAVEPOINT beffroi_check") < 0)
		return -EIO;
	if (run(db, "SET CONSTRAINTS ALL IMMEDIATE") == 0)
		return run(db, "RELEASE beffroi_check");
	if (db->fault != STORE_FAULT_ROW)
		return -EIO;
	each(context, BYTES("references"));
	return run(db, "ROLLBACK TO beffroi_check; RELEASE beffroi_check");
}

static int
copy(struct store *store, const char *path_cstr)
{
	(void)store;
	(void)path_cstr;
	return -EOPNOTSUPP; /* pg_dump does it */
}

static int
read_size(struct store *store, int64_t *out)
{
	PGresult *result;
	if (ask(db_of(store),
	        "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c JOIN pg_namespace n ON n.oid ="
	        " c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'r'",
	        &result) < 0)
		return -EIO;
	*out = number_in(result, 0);
	PQclear(result);
	return 0;
}

static int
lock(struct store *store, enum store_lock which)
{
	PGresult *result;
	if (ask(db_of(store), lock_sql[which], &result) < 0)
		return -EIO;
	bool taken = strcmp(PQgetvalue(result, 0, 0), "t") == 0;
	PQclear(result);
	return taken ? 0 : -EBUSY;
}

/* ---- Statements ---- */

static const struct store_make make;

static struct store_statement *
prepare(struct store *store, const char *sql_cstr)
{
	struct database *db = db_of(store);
	struct statement *s = calloc(1, sizeof(*s));
	db->fault = STORE_FAULT_MEMORY;
	if (s == NULL)
		return NULL;
	s->head.make = &make;
	s->db = db;
	s->sql_cstr = store_dialect_postgresql(sql_cstr, &s->params);
	(void)snprintf(s->name_cstr, sizeof(s->name_cstr), "s%u", db->names++);
	PGresult *result = s->sql_cstr == NULL || s->params > PARAMS_MAX
	    ? NULL
	    : PQprepare(db->conn, s->name_cstr, s->sql_cstr, 0, NULL);
	if (PQstatus(db->conn) != CONNECTION_OK) /* nothing is prepared then: no result at all */
		db->fault = STORE_FAULT_GONE;
	if (result == NULL || judge(db, result) < 0) {
		free(s->sql_cstr);
		free(s);
		return NULL;
	}
	PQclear(result);
	for (int i = 0; i < PARAMS_MAX; i++)
		s->values[i].at = SIZE_MAX;
	return &s->head;
}

static void
close_rows(struct statement *s)
{
	char sql_cstr[64];
	PQclear(s->rows);
	s->rows = NULL;
	s->row = 0;
	if (s->is_cursor && PQtransactionStatus(s->db->conn) == PQTRANS_INTRANS) {
		(void)snprintf(sql_cstr, sizeof(sql_cstr), "CLOSE c_%s", s->name_cstr);
		PQclear(PQexec(s->db->conn, sql_cstr));
	}
	s->is_cursor = false;
}

static void
release(struct store_statement *statement)
{
	struct statement *s = of(statement);
	char sql_cstr[64];
	close_rows(s);
	(void)snprintf(sql_cstr, sizeof(sql_cstr), "DEALLOCATE %s", s->name_cstr);
	if (PQtransactionStatus(s->db->conn) !=
	    PQTRANS_INERROR) /* where it would be refused; the server forgets it at the end */
		PQclear(PQexec(s->db->conn, sql_cstr));
	PQclear(s->shape);
	free(s->sql_cstr);
	free(s->room);
	free(s);
}

static void
reset(struct store_statement *statement)
{
	struct statement *s = of(statement);
	close_rows(s);
	for (int i = 0; i < s->params; i++)
		s->values[i].at = SIZE_MAX;
	s->room_used = 0;
}

static void
expect_many(struct store_statement *statement)
{
	of(statement)->many = true;
}

static int
fetch(struct statement *s)
{
	char sql_cstr[64];
	(void)snprintf(sql_cstr, sizeof(sql_cstr), "FETCH %d FROM c_%s", PART_ROWS, s->name_cstr);
	PQclear(s->rows);
	s->row = 0;
	s->rows = PQexecParams(s->db->conn, sql_cstr, 0, NULL, NULL, NULL, NULL, FORMAT_BINARY);
	if (judge(s->db, s->rows) == 0)
		return 0;
	s->rows = NULL;
	return -EIO;
}

static int
start(struct statement *s)
{
	const char *values[PARAMS_MAX];
	int lengths[PARAMS_MAX], formats[PARAMS_MAX];
	for (int i = 0; i < s->params; i++) {
		values[i] = s->values[i].at == SIZE_MAX ? NULL : s->room + s->values[i].at;
		lengths[i] = (int)s->values[i].len;
		formats[i] = s->values[i].format;
	}
	s->is_cursor = s->many && PQtransactionStatus(s->db->conn) == PQTRANS_INTRANS;
	if (s->is_cursor) {
		size_t room = strlen(s->sql_cstr) + 96;
		char *sql_cstr = malloc(room);
		s->db->fault = STORE_FAULT_MEMORY;
		if (sql_cstr == NULL)
			return -EIO;
		(void)snprintf(sql_cstr, room, "DECLARE c_%s NO SCROLL CURSOR FOR %s", s->name_cstr, s->sql_cstr);
		PGresult *result = PQexecParams(
		    s->db->conn, sql_cstr, s->params, NULL, values, lengths, formats, FORMAT_BINARY);
		free(sql_cstr);
		if (judge(s->db, result) < 0)
			return -EIO;
		PQclear(result);
		return fetch(s);
	}
	s->rows = PQexecPrepared(s->db->conn, s->name_cstr, s->params, values, lengths, formats, FORMAT_BINARY);
	s->row = 0;
	if (judge(s->db, s->rows) < 0) {
		s->rows = NULL;
		return -EIO;
	}
	s->db->changes = strtoll(PQcmdTuples(s->rows), NULL, 10);
	return 0;
}

/* `row` is the number of rows given out. */
static int
step(struct store_statement *statement)
{
	struct statement *s = of(statement);
	int r = s->rows == NULL ? start(s) : 0;
	if (r == 0 && s->is_cursor && s->row == PART_ROWS)
		r = fetch(s);
	if (r == 0 && s->row < PQntuples(s->rows)) {
		s->row++;
		return 1;
	}
	close_rows(s);
	return r;
}

static void
bind(struct statement *s, int at, const void *value, size_t len, int format)
{
	if (at < 1 || at > s->params)
		return;
	if (len + 1 > s->room_size - s->room_used) {
		size_t size = s->room_size * 2 + len + 256;
		char *room = realloc(s->room, size);
		if (room == NULL)
			return; /* stays NULL: the column refuses it */
		s->room = room;
		s->room_size = size;
	}
	if (len > 0)
		memcpy(s->room + s->room_used, value, len);
	s->room[s->room_used + len] = '\0';
	s->values[at - 1].at = s->room_used;
	s->values[at - 1].len = len;
	s->values[at - 1].format = format;
	s->room_used += len + 1;
}

static void
bind_i64(struct store_statement *s, int at, int64_t value)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%lld", (long long)value);
	bind(of(s), at, text, (size_t)n, FORMAT_TEXT);
}

/* In binary form both are their bytes; a zero in a text is then refused rather than its end. */
static void
bind_bytes(struct store_statement *s, int at, struct bytes value)
{
	bind(of(s), at, value.at, value.len, FORMAT_BINARY);
}

static PGresult *
shape_of(struct statement *s)
{
	if (s->rows != NULL)
		return s->rows;
	if (s->shape == NULL)
		s->shape = PQdescribePrepared(s->db->conn, s->name_cstr);
	return s->shape;
}

static int
columns(struct store_statement *s)
{
	return PQnfields(shape_of(of(s)));
}

static const char *
name(struct store_statement *s, int at)
{
	const char *name_cstr = PQfname(shape_of(of(s)), at);
	return name_cstr == NULL ? "" : name_cstr;
}

static enum store_type
declared(struct store_statement *s, int at)
{
	switch (PQftype(shape_of(of(s)), at)) {
	case OID_BOOL:
	case OID_INT2:
	case OID_INT4:
	case OID_INT8: return STORE_INTEGER;
	case OID_BYTEA: return STORE_BYTES;
	default: return STORE_TEXT;
	}
}

static enum store_type
type(struct store_statement *s, int at)
{
	return PQgetisnull(of(s)->rows, of(s)->row - 1, at) ? STORE_NULL : declared(s, at);
}

/* Of two, four or eight bytes, the highest first. */
static int64_t
i64(struct store_statement *s, int at)
{
	if (type(s, at) != STORE_INTEGER)
		return 0;
	const uint8_t *value = (const uint8_t *)PQgetvalue(of(s)->rows, of(s)->row - 1, at);
	int len = PQgetlength(of(s)->rows, of(s)->row - 1, at);
	uint64_t n = len > 1 && (value[0] & 0x80) != 0 ? UINT64_MAX : 0;
	for (int i = 0; i < len; i++)
		n = n << 8 | value[i];
	return (int64_t)n;
}

static struct bytes
bytes(struct store_statement *s, int at)
{
	enum store_type what = type(s, at);
	if (what == STORE_INTEGER) {
		int n = snprintf(of(s)->digits_cstr, sizeof(of(s)->digits_cstr), "%lld", (long long)i64(s, at));
		return (struct bytes){(const uint8_t *)of(s)->digits_cstr, (size_t)n};
	}
	int len = PQgetlength(of(s)->rows, of(s)->row - 1, at);
	return what == STORE_NULL || len <= 0
	    ? (struct bytes){0}
	    : (struct bytes){(const uint8_t *)PQgetvalue(of(s)->rows, of(s)->row - 1, at), (size_t)len};
}

static const struct store_make make = {
    .close = close_store,
    .fault = fault,
    .execute = execute,
    .is_open = is_open,
    .changes = changes,
    .begin = begin,
    .read_mark = read_mark,
    .write_mark = write_mark,
    .hold_references = hold_references,
    .defer_references = defer_references,
    .forget_deleted = forget_deleted,
    .check = check,
    .copy = copy,
    .read_size = read_size,
    .lock = lock,
    .prepare = prepare,
    .release = release,
    .reset = reset,
    .expect_many = expect_many,
    .step = step,
    .bind_i64 = bind_i64,
    .bind_text = bind_bytes,
    .bind_bytes = bind_bytes,
    .columns = columns,
    .name = name,
    .declared = declared,
    .type = type,
    .i64 = i64,
    .bytes = bytes,
};

/* ---- The connection ---- */

bool
store_postgresql_is_place(const char *place_cstr)
{
	return place_cstr[0] != '/' && place_cstr[0] != '.' && strstr(place_cstr, "://") != NULL;
}

static const char *
option(const PQconninfoOption *options, const char *keyword_cstr)
{
	for (; options->keyword != NULL; options++)
		if (strcmp(options->keyword, keyword_cstr) == 0 && options->val != NULL)
			return options->val;
	return "";
}

void
store_postgresql_label(const char *place_cstr, char *out, size_t size)
{
	PQconninfoOption *options = PQconninfoParse(place_cstr, NULL);
	if (options == NULL) {
		(void)snprintf(out, size, "postgresql://...");
		return;
	}
	const char *user_cstr = option(options, "user"), *host_cstr = option(options, "host"),
	           *port_cstr = option(options, "port");
	(void)snprintf(out, size, "postgresql://%s%s%s%s%s/%s", user_cstr, user_cstr[0] != '\0' ? "@" : "", host_cstr,
	    port_cstr[0] != '\0' ? ":" : "", port_cstr, option(options, "dbname"));
	PQconninfoFree(options);
}

static int64_t
monotonic_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
connect_in_time(PGconn *conn)
{
	int64_t end_ms = monotonic_ms() + CONNECT_SECONDS * 1000;
	PostgresPollingStatusType status = PGRES_POLLING_WRITING;
	while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
		struct pollfd fd = {.fd = PQsocket(conn), .events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT};
		int64_t left_ms = end_ms - monotonic_ms();
		int ready = fd.fd < 0 || left_ms <= 0 ? 0 : poll(&fd, 1, (int)left_ms);
		if (ready == 0)
			return false;
		if (ready > 0)
			status = PQconnectPoll(conn);
	}
	return status == PGRES_POLLING_OK;
}

/* libpq tells the SQLSTATE of a refused connection only in its text; asked for nothing else, it says "FATAL:  28P01". */
static enum store_postgresql_refusal
refusal_of(const PGconn *conn)
{
	const char *text_cstr = PQerrorMessage(conn);
	if (strstr(text_cstr, "28P01") != NULL || strstr(text_cstr, "28000") != NULL || PQconnectionNeedsPassword(conn) == 1)
		return STORE_POSTGRESQL_PASSWORD;
	if (strstr(text_cstr, "3D000") != NULL)
		return STORE_POSTGRESQL_DATABASE;
	return strstr(text_cstr, "53300") != NULL ? STORE_POSTGRESQL_FULL : STORE_POSTGRESQL_UNREACHABLE;
}

static void
be_silent(void *unused, const PGresult *notice)
{
	(void)unused;
	(void)notice;
}

static enum store_postgresql_refusal
connect_to(struct database *db, const char *place_cstr)
{
	/* What stands before dbname, the address may say otherwise; what stands behind it, not. */
	const char *const keywords[] = {
	    "gssencmode", "fallback_application_name", "keepalives_idle", "dbname", "client_encoding", NULL};
	const char *const values[] = {"disable", "beffroi", "60", place_cstr, "UTF8", NULL};
	PQconninfoOption *options = PQconninfoParse(place_cstr, NULL);
	if (options == NULL)
		return STORE_POSTGRESQL_ADDRESS;
	PQconninfoFree(options);
	db->conn = PQconnectStartParams(keywords, values, 1);
	if (db->conn == NULL)
		return STORE_POSTGRESQL_MEMORY;
	(void)PQsetNoticeReceiver(db->conn, be_silent, NULL);
	(void)PQsetErrorVerbosity(db->conn, PQERRORS_SQLSTATE);
	if (PQstatus(db->conn) == CONNECTION_BAD || !connect_in_time(db->conn))
		return refusal_of(db->conn);
	return run(db, "SET client_min_messages = error; SET idle_in_transaction_session_timeout = 0") == 0
	    ? STORE_POSTGRESQL_CONNECTED
	    : STORE_POSTGRESQL_UNREACHABLE;
}

enum store_postgresql_refusal
store_postgresql_open(struct store **out, const char *place_cstr)
{
	struct database *db = calloc(1, sizeof(*db));
	if (db == NULL)
		return STORE_POSTGRESQL_MEMORY;
	db->head.make = &make;
	enum store_postgresql_refusal r = connect_to(db, place_cstr);
	if (r == STORE_POSTGRESQL_CONNECTED)
		*out = &db->head;
	else
		close_store(&db->head);
	return r;
}
