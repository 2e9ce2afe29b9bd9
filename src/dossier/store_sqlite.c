/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/store_sqlite.h"

#include "core/auto.h"
#include "core/cursor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUSY_MS = 5000, PATH_ROOM = 4096 };

struct database {
	struct store head;
	sqlite3 *db;
	enum store_fault fault; /* judged where it happens: what SQLite does next may change its reason */
};
struct statement {
	struct store_statement head;
	struct database *database;
	sqlite3_stmt *stmt;
};

static sqlite3 *
db_of(struct store *store)
{
	return ((struct database *)store)->db;
}

static sqlite3_stmt *
stmt_of(struct store_statement *s)
{
	return ((struct statement *)s)->stmt;
}

static void
close_store(struct store *store)
{
	(void)sqlite3_close(db_of(store));
	free(store);
}

static bool
is_full(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

/* Why a file could not be written is known to the file; SQLite's own errno may be that of a later call. */
static bool
had_no_room(sqlite3 *db)
{
	int error = 0;
	sqlite3_file *log = NULL;
	if (is_full(sqlite3_system_errno(db)))
		return true;
	(void)sqlite3_file_control(db, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
	if (!is_full(error) && sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK &&
	    log != NULL && log->pMethods != NULL)
		(void)log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
	return is_full(error);
}

static enum store_fault
fault_now(sqlite3 *db)
{
	int code = db == NULL ? SQLITE_NOMEM : sqlite3_errcode(db) & 0xff;
	if (code == SQLITE_IOERR && had_no_room(db))
		code = SQLITE_FULL;
	switch (code) {
	case SQLITE_FULL: return STORE_FAULT_FULL;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_ERROR: /* a table or a column that should be there is not */
	case SQLITE_SCHEMA: return STORE_FAULT_DAMAGED;
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH: return STORE_FAULT_DENIED;
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return STORE_FAULT_BUSY;
	case SQLITE_NOMEM: return STORE_FAULT_MEMORY;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH: return STORE_FAULT_ROW;
	default: return STORE_FAULT_DISK;
	}
}

static enum store_fault
fault(struct store *store)
{
	return ((struct database *)store)->fault;
}

static int
answer(struct store *store, int code)
{
	if (code == SQLITE_OK || code == SQLITE_DONE)
		return 0;
	((struct database *)store)->fault = fault_now(db_of(store));
	return -EIO;
}

static int
execute(struct store *store, const char *sql_cstr)
{
	return answer(store, sqlite3_exec(db_of(store), sql_cstr, NULL, NULL, NULL));
}

static bool
is_open(struct store *store)
{
	return db_of(store) != NULL && sqlite3_get_autocommit(db_of(store)) == 0;
}

static int64_t
changes(struct store *store)
{
	return sqlite3_changes64(db_of(store));
}

static int
begin(struct store *store, bool writes)
{
	return execute(store, writes ? "BEGIN IMMEDIATE" : "BEGIN");
}

static int
number(struct store *store, const char *sql_cstr, int64_t *out)
{
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(db_of(store), sql_cstr, -1, &s, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_step(s);
	int r = code == SQLITE_ROW ? 0 : answer(store, code == SQLITE_DONE ? SQLITE_ERROR : code);
	if (r == 0)
		*out = sqlite3_column_int64(s, 0);
	(void)sqlite3_finalize(s);
	return r;
}

static int
read_mark(struct store *store, struct store_mark *out)
{
	struct store_mark mark = {0};
	int r = number(store, "PRAGMA application_id", &mark.application);
	if (r == 0)
		r = number(store, "PRAGMA user_version", &mark.version);
	if (r == 0)
		r = number(store, "SELECT count(*) FROM sqlite_schema", &mark.tables);
	if (r == 0)
		*out = mark;
	return r;
}

static int
write_mark(struct store *store, const struct store_mark *mark)
{
	char sql_cstr[96];
	(void)snprintf(sql_cstr, sizeof(sql_cstr), "PRAGMA application_id=%d; PRAGMA user_version=%d;",
	    (int)mark->application, (int)mark->version);
	return execute(store, sql_cstr);
}

static int
hold_references(struct store *store, bool holds)
{
	return execute(store, holds ? "PRAGMA foreign_keys=OFF" : "PRAGMA foreign_keys=ON");
}

static int
defer_references(struct store *store)
{
	return execute(store, "PRAGMA defer_foreign_keys=ON");
}

static int
forget_deleted(struct store *store, bool done)
{
	return execute(store, done ? "PRAGMA wal_checkpoint(TRUNCATE)" : "PRAGMA secure_delete=ON");
}

static struct bytes
column(sqlite3_stmt *s, int at)
{
	const void *value = sqlite3_column_blob(s, at);
	int len = sqlite3_column_bytes(s, at);
	return value == NULL || len <= 0 ? (struct bytes){0} : (struct bytes){value, (size_t)len};
}

static int
check(struct store *store, void (*each)(void *context, struct bytes what), void *context)
{
	static const char *const questions[] = {"SELECT integrity_check FROM pragma_integrity_check(20)",
	    "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 20"};
	int r = SQLITE_DONE;
	for (size_t i = 0; i < LENGTH_OF(questions) && r == SQLITE_DONE; i++) {
		sqlite3_stmt *s = NULL;
		r = sqlite3_prepare_v2(db_of(store), questions[i], -1, &s, NULL);
		while (r == SQLITE_OK || r == SQLITE_ROW) {
			if (r == SQLITE_ROW && !bytes_eq(column(s, 0), BYTES("ok")))
				each(context, column(s, 0));
			r = sqlite3_step(s);
		}
		r = r == SQLITE_DONE ? r : answer(store, r);
		(void)sqlite3_finalize(s);
	}
	return r == SQLITE_DONE ? 0 : -EIO;
}

/* By SQLite's own means, page after page; then no log beside it, so that the copy opens where nothing can be written. */
static int
copy(struct store *store, const char *path_cstr)
{
	sqlite3 *to = NULL;
	int code = sqlite3_open_v2(path_cstr, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	sqlite3_backup *backup = code == SQLITE_OK ? sqlite3_backup_init(to, "main", db_of(store), "main") : NULL;
	if (backup != NULL)
		(void)sqlite3_backup_step(backup, -1);
	code = backup != NULL ? sqlite3_backup_finish(backup) : SQLITE_CANTOPEN;
	if (code == SQLITE_OK)
		code = sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
	int error = code == SQLITE_OK ? 0 : code == SQLITE_FULL ? -ENOSPC : code == SQLITE_CANTOPEN ? -EACCES : -EIO;
	if (code == SQLITE_IOERR && sqlite3_system_errno(to) == ENOSPC)
		error = -ENOSPC;
	(void)sqlite3_close(to);
	return error;
}

static int
read_size(struct store *store, int64_t *out)
{
	return number(store, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", out);
}

static const struct store_make make;

static struct store_statement *
prepare(struct store *store, const char *sql_cstr)
{
	struct statement *s = calloc(1, sizeof(*s));
	((struct database *)store)->fault = STORE_FAULT_MEMORY;
	if (s == NULL)
		return NULL;
	s->head.make = &make;
	s->database = (struct database *)store;
	if (answer(store, sqlite3_prepare_v3(db_of(store), sql_cstr, -1, SQLITE_PREPARE_PERSISTENT, &s->stmt, NULL)) < 0) {
		free(s);
		return NULL;
	}
	return &s->head;
}

static void
release(struct store_statement *s)
{
	(void)sqlite3_finalize(stmt_of(s));
	free(s);
}

static void
reset(struct store_statement *s)
{
	(void)sqlite3_reset(stmt_of(s)); /* repeats the last error, already told */
	(void)sqlite3_clear_bindings(stmt_of(s));
}

static int
step(struct store_statement *s)
{
	int code = sqlite3_step(stmt_of(s));
	if (code == SQLITE_ROW)
		return 1;
	int r = answer(&((struct statement *)s)->database->head, code);
	(void)sqlite3_reset(stmt_of(s)); /* or its locks stay */
	return r;
}

static void
bind_i64(struct store_statement *s, int at, int64_t value)
{
	(void)sqlite3_bind_int64(stmt_of(s), at, value);
}

static void
bind_text(struct store_statement *s, int at, struct bytes value)
{
	const char *text = value.len > 0 ? (const char *)value.at : "";
	(void)sqlite3_bind_text64(stmt_of(s), at, text, value.len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static void
bind_bytes(struct store_statement *s, int at, struct bytes value)
{
	(void)sqlite3_bind_blob64(stmt_of(s), at, value.len > 0 ? (const void *)value.at : "", value.len, SQLITE_TRANSIENT);
}

static int
columns(struct store_statement *s)
{
	return sqlite3_column_count(stmt_of(s));
}

static const char *
name(struct store_statement *s, int at)
{
	return sqlite3_column_name(stmt_of(s), at);
}

static enum store_type
declared(struct store_statement *s, int at)
{
	const char *type_cstr = sqlite3_column_decltype(stmt_of(s), at);
	char first = type_cstr == NULL ? 'T' : type_cstr[0];
	return first == 'I' ? STORE_INTEGER : first == 'B' ? STORE_BYTES : STORE_TEXT;
}

static enum store_type
type(struct store_statement *s, int at)
{
	switch (sqlite3_column_type(stmt_of(s), at)) {
	case SQLITE_NULL: return STORE_NULL;
	case SQLITE_INTEGER: return STORE_INTEGER;
	case SQLITE_BLOB: return STORE_BYTES;
	default: return STORE_TEXT; /* STRICT tables of ours have no real numbers */
	}
}

static int64_t
i64(struct store_statement *s, int at)
{
	return sqlite3_column_int64(stmt_of(s), at);
}

static struct bytes
bytes(struct store_statement *s, int at)
{
	return column(stmt_of(s), at);
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
    .prepare = prepare,
    .release = release,
    .reset = reset,
    .step = step,
    .bind_i64 = bind_i64,
    .bind_text = bind_text,
    .bind_bytes = bind_bytes,
    .columns = columns,
    .name = name,
    .declared = declared,
    .type = type,
    .i64 = i64,
    .bytes = bytes,
};

/* A folder that may only be read, as on a copy on a medium: SQLite must not look for what it cannot make. */
static bool
is_frozen(int folder_fd)
{
	return faccessat(folder_fd, ".", W_OK, 0) < 0 && faccessat(folder_fd, "dossier.db-wal", F_OK, 0) < 0;
}

/* The path as a URI, so that nothing in it is taken for an option (RFC 3986 2.1). */
static void
write_uri(const char *folder_cstr, const char *file_cstr, bool frozen, char *out, size_t size)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n = (size_t)snprintf(out, size, "%s", folder_cstr[0] == '/' ? "file://" : "file:");
	for (const char *c = folder_cstr; *c != '\0' && n + 64 < size; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || *c == '/' ||
		    *c == '.' || *c == '-' || *c == '_';
		if (plain) {
			out[n++] = *c;
		} else {
			out[n++] = '%';
			out[n++] = hex[(uint8_t)*c >> 4];
			out[n++] = hex[(uint8_t)*c & 15];
		}
	}
	(void)snprintf(out + n, size - n, "/%s%s", file_cstr, frozen ? "?immutable=1" : "");
}

bool
store_sqlite_peek(int folder_fd, const char *file_cstr, struct store_mark *out)
{
	uint8_t header[100]; /* sqlite.org/fileformat2.html 1.3 */
	AUTO_CLOSE int fd = openat(folder_fd, file_cstr, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || pread(fd, header, sizeof(header), 0) != (ssize_t)sizeof(header))
		return false;
	struct cursor c = cursor_of((struct bytes){header, sizeof(header)});
	(void)cursor_take(&c, 60);
	out->version = cursor_be32(&c);
	(void)cursor_take(&c, 4);
	out->application = cursor_be32(&c);
	return true;
}

int
store_sqlite_open(
    struct store **out, const char *folder_cstr, int folder_fd, const char *file_cstr, enum store_sqlite_mode mode)
{
	static const int flags[] = {[STORE_SQLITE_READ] = SQLITE_OPEN_READONLY,
	    [STORE_SQLITE_WRITE] = SQLITE_OPEN_READWRITE,
	    [STORE_SQLITE_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
	char uri_cstr[PATH_ROOM];
	struct database *d = calloc(1, sizeof(*d));
	if (d == NULL)
		return -EIO;
	d->head.make = &make;
	*out = &d->head;
	write_uri(folder_cstr, file_cstr, mode == STORE_SQLITE_READ && is_frozen(folder_fd), uri_cstr, sizeof(uri_cstr));
	int code = sqlite3_open_v2(
	    uri_cstr, &d->db, flags[mode] | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
	if (answer(&d->head, code) < 0)
		return -EIO;
	(void)sqlite3_extended_result_codes(d->db, 0);
	(void)sqlite3_busy_timeout(d->db, BUSY_MS);
	(void)sqlite3_db_config(d->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(d->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL); /* the file may come from somebody else */
	/* Small: the keeper stands beside the sensor on a gateway. */
	return execute(
	    &d->head, "PRAGMA cache_size=-512; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA foreign_keys=ON;");
}

int
store_sqlite_prepare_writing(struct store *store)
{
	return execute(store, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA journal_size_limit=4194304;");
}
