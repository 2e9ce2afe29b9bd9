/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/events_day.h"

#include "core/auto.h"
#include "core/civil.h"
#include "core/ensure.h"
#include "core/text.h"
#include "dossier/dossier_file.h"
#include "dossier/store_sqlite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { APPLICATION = 0x42656645 /* "BefE" */, VERSION = 1, HOSTS_KEPT = 2048, HOSTS_MOST = 2 * HOSTS_KEPT };

/* @ stands for what comes before the names of tables: nothing in a file of its own, the day on a server.
 * Times are nanoseconds since 1970, UTC; a slot is five minutes of the day. seq: the place of the block's first event in the
 * day, in the order of arrival; types: bits of events_line.c; flags: enum events_block_flag; data: zstd. */
static const char tables_cstr[] =
    "CREATE TABLE @block(seq INTEGER PRIMARY KEY, count INTEGER NOT NULL, bytes INTEGER NOT NULL, first_ns INTEGER NOT NULL,"
    " last_ns INTEGER NOT NULL, types INTEGER NOT NULL, flags INTEGER NOT NULL, filter BLOB NOT NULL,"
    " data BLOB NOT NULL) STRICT;"
    "CREATE TABLE @type(name TEXT PRIMARY KEY, events INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE @traffic(slot INTEGER NOT NULL, app TEXT NOT NULL, flows INTEGER NOT NULL, bytes_out INTEGER NOT NULL,"
    " bytes_in INTEGER NOT NULL, PRIMARY KEY(slot, app)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE @host(address BLOB PRIMARY KEY, flows INTEGER NOT NULL, bytes_out INTEGER NOT NULL, bytes_in INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;";

void
events_day_name(int64_t number, char out[static EVENTS_DAY_NAME_MAX])
{
	struct civil c = civil_of(number * CIVIL_DAY_SECONDS);
	(void)snprintf(out, EVENTS_DAY_NAME_MAX, "events/%04d-%02d-%02d.db", c.year % 10000, c.month, c.day);
}

bool
events_day_parse(struct bytes text, int64_t *out)
{
	struct civil c = {0};
	int *const parts[] = {&c.year, &c.month, &c.day};
	static const size_t lengths[] = {4, 2, 2};
	struct bytes rest = text;
	if (text.len != 10)
		return false;
	for (size_t i = 0; i < LENGTH_OF(parts); i++) {
		for (size_t k = 0; k < lengths[i]; k++, rest = bytes_after(rest, 1)) {
			if (rest.at[0] < '0' || rest.at[0] > '9')
				return false;
			*parts[i] = *parts[i] * 10 + (rest.at[0] - '0');
		}
		if (i < 2 && rest.at[0] != '-')
			return false;
		rest = bytes_after(rest, 1);
	}
	if (!civil_valid(&c) || c.year < 1970)
		return false;
	*out = civil_days(c.year, c.month, c.day);
	return true;
}

static int
latest_first(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;
	return *a > *b ? -1 : *a < *b;
}

/* On a server a table tells which days have tables. */
static int
list_remote(struct dossier *d, int64_t *days, size_t *count, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(
	    d, "SELECT number FROM event_day WHERE number >= 0 ORDER BY number DESC LIMIT ?1");
	int r;
	store_bind_i64(s, 1, EVENTS_DAYS_MAX);
	while ((r = dossier_db_next(d, s, diag)) > 0)
		if (*count < EVENTS_DAYS_MAX)
			days[(*count)++] = store_i64(s, 0);
	return r;
}

/* 0 or -errno; a dossier without the folder has no events. */
static int
list_files(const struct dossier *d, int64_t *days, size_t *count)
{
	DIR *folder;
	int r = dossier_file_folder(d, "events", O_NOFOLLOW, &folder);
	if (folder == NULL)
		return r;
	struct dirent *e = NULL;
	for (errno = 0; *count < EVENTS_DAYS_MAX && (e = readdir(folder)) != NULL; errno = 0) {
		struct bytes name = bytes_of_cstr(e->d_name);
		if (name.len == 13 && bytes_eq(bytes_after(name, 10), BYTES(".db")) &&
		    events_day_parse(bytes_first(name, 10), &days[*count]))
			(*count)++;
	}
	r = e == NULL ? -errno : 0;
	closedir(folder);
	return r;
}

int
events_day_list(struct dossier *d, int64_t **out, size_t *count, struct diag *diag)
{
	int64_t *days = malloc(EVENTS_DAYS_MAX * sizeof(*days));
	if (days != NULL && d->is_remote) {
		*count = 0;
		int r = list_remote(d, days, count, diag);
		if (r < 0)
			free(days);
		else
			*out = days;
		return r;
	}
	size_t n = 0;
	if (days == NULL)
		return dossier_db_say(d, diag, -ENOMEM, N_("not enough memory for the dossier"));
	int r = list_files(d, days, &n);
	if (r < 0) {
		free(days);
		return dossier_db_say(
		    d, diag, r, N_("the folder events/ of this dossier cannot be read: check who owns it, and the disk"));
	}
	qsort(days, n, sizeof(*days), latest_first);
	*out = days;
	*count = n;
	return 0;
}

static int
say(const struct events_day *day, struct diag *diag, int error, const char *sentence_cstr)
{
	char file_cstr[DIAG_FILE_MAX];
	if (day->d->is_remote)
		day->d->broken = day->d->broken || day->d->is_writing || error == -EBADMSG;
	(void)snprintf(file_cstr, sizeof(file_cstr), "%.*s/%s", (int)sizeof(file_cstr) - EVENTS_DAY_NAME_MAX - 2,
	    day->d->folder_cstr, day->name_cstr);
	return diag_say_at(diag, error, file_cstr, UINT64_MAX, "%s", text_of(sentence_cstr));
}

int
events_day_fail(struct events_day *day, struct diag *diag)
{
	if (day->d->is_remote)
		return dossier_db_fail(day->d, diag);
	switch (day->store == NULL ? STORE_FAULT_MEMORY : day->store->make->fault(day->store)) {
	case STORE_FAULT_FULL:
		return say(day, diag, -ENOSPC,
		    N_("the disk is full: make room and run again; what the dossier had before is intact"));
	case STORE_FAULT_DAMAGED:
	case STORE_FAULT_ROW:
		return say(day, diag, -EBADMSG,
		    N_("the events of this day are damaged: put your last copy of this file back, or take it away; nothing was overwritten"));
	case STORE_FAULT_DENIED:
		return say(
		    day, diag, -EACCES, N_("the events of this day cannot be opened or written: check who owns the file"));
	case STORE_FAULT_BUSY:
		return say(day, diag, -EBUSY, N_("another program holds the events of this day: wait until it ends"));
	case STORE_FAULT_MEMORY: return say(day, diag, -ENOMEM, N_("not enough memory for the dossier"));
	case STORE_FAULT_GONE:
	case STORE_FAULT_DISK:
	default:
		return say(
		    day, diag, -EIO, N_("the disk does not answer well: check it; what the dossier had before is intact"));
	}
}

/* To be freed; NULL: no memory. */
static char *
expand(const struct events_day *day, const char *sql_cstr)
{
	char prefix_cstr[32] = "";
	size_t marks = 0;
	if (day->d->is_remote)
		(void)snprintf(prefix_cstr, sizeof(prefix_cstr), "events_%lld_", (long long)day->number);
	for (const char *c = sql_cstr; *c != '\0'; c++)
		marks += *c == '@';
	char *out = malloc(strlen(sql_cstr) + marks * strlen(prefix_cstr) + 1), *at = out;
	for (const char *c = sql_cstr; out != NULL; c++) {
		if (*c == '@') {
			memcpy(at, prefix_cstr, strlen(prefix_cstr));
			at += strlen(prefix_cstr);
		} else {
			*at++ = *c;
		}
		if (*c == '\0')
			break;
	}
	return out;
}

int
events_day_execute(struct events_day *day, const char *sql_cstr, struct diag *diag)
{
	AUTO_FREE char *expanded_cstr = expand(day, sql_cstr);
	if (expanded_cstr == NULL)
		return say(day, diag, -ENOMEM, N_("not enough memory for the dossier"));
	return day->store->make->execute(day->store, expanded_cstr) == 0 ? 0 : events_day_fail(day, diag);
}

struct store_statement *
events_day_sql(struct events_day *day, const char *sql_cstr)
{
	size_t i = 0;
	while (i < EVENTS_DAY_SQL_MAX && day->prepared[i].statement != NULL && day->prepared[i].sql_cstr != sql_cstr)
		i++;
	ENSURE(i < EVENTS_DAY_SQL_MAX);
	if (day->prepared[i].statement != NULL) {
		store_reset(day->prepared[i].statement);
	} else {
		AUTO_FREE char *expanded_cstr = expand(day, sql_cstr);
		day->prepared[i].sql_cstr = sql_cstr;
		day->prepared[i].statement = expanded_cstr == NULL ? NULL
		                                                   : day->store->make->prepare(day->store, expanded_cstr);
	}
	return day->prepared[i].statement;
}

int
events_day_next(struct events_day *day, struct store_statement *s, struct diag *diag)
{
	int r = s == NULL ? -1 : s->make->step(s);
	return r < 0 ? events_day_fail(day, diag) : r;
}

static int
run(struct events_day *day, struct store_statement *s, struct diag *diag)
{
	int r = events_day_next(day, s, diag);
	return r < 0 ? r : 0;
}

static int
make_tables(struct events_day *day, struct diag *diag)
{
	static const struct store_mark mark = {.application = APPLICATION, .version = VERSION};
	int r = events_day_begin(day, diag);
	if (r == 0)
		r = events_day_execute(day, tables_cstr, diag);
	if (r == 0 && day->store->make->write_mark(day->store, &mark) < 0)
		r = events_day_fail(day, diag);
	return r == 0 ? events_day_commit(day, diag) : r;
}

/* A file is only there for good when its folder is. */
static int
sync_folders(struct events_day *day, struct diag *diag)
{
	AUTO_CLOSE int fd = openat(day->d->folder_fd, "events", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0 || fsync(day->d->folder_fd) < 0)
		return say(
		    day, diag, -EIO, N_("the disk does not answer well: check it; what the dossier had before is intact"));
	return 0;
}

static int
prepare(struct events_day *day, bool writes, struct diag *diag)
{
	struct store_mark mark;
	if (day->store->make->read_mark(day->store, &mark) < 0)
		return events_day_fail(day, diag);
	bool is_new = mark.tables == 0 && mark.application == 0;
	if (!is_new && mark.application != APPLICATION)
		return say(day, diag, -EMEDIUMTYPE, N_("this file is no day of events: take it away; nothing was changed"));
	if (mark.version > VERSION)
		return say(day, diag, -EPROTONOSUPPORT,
		    N_("these events were written by a newer beffroi: use that version; nothing was changed"));
	if (is_new && !writes)
		return -ENOENT; /* a run was stopped before it wrote anything */
	if (writes && store_sqlite_prepare_writing(day->store) < 0)
		return events_day_fail(day, diag);
	if (!is_new)
		return 0;
	int r = make_tables(day, diag);
	return r == 0 ? sync_folders(day, diag) : r;
}

/* A writer was stopped in its first moment, before anything was kept: only another writer can take that back. From then on the
 * file has a log (-wal), and never again a journal of SQLite's. */
static bool
was_being_made(const struct events_day *day)
{
	char path_cstr[EVENTS_DAY_NAME_MAX + 16];
	(void)snprintf(path_cstr, sizeof(path_cstr), "%s-journal", day->name_cstr);
	return faccessat(day->d->folder_fd, path_cstr, F_OK, 0) == 0;
}

/* The tables are beside those of the dossier, and their transactions are its own. */
static int
open_remote(struct events_day *day, bool writes, struct diag *diag)
{
	struct dossier *d = day->d;
	day->store = d->store;
	int r = writes ? dossier_db_begin(d, diag) : 0;
	struct store_statement *s = dossier_db_sql(d, "SELECT 1 FROM event_day WHERE number = ?1");
	store_bind_i64(s, 1, day->number);
	int found = r < 0 ? r : dossier_db_next(d, s, diag);
	store_reset(s);
	if (found != 0 || !writes)
		return found < 0 ? found : found > 0 ? 0 : -ENOENT;
	r = events_day_execute(day, tables_cstr, diag);
	s = dossier_db_sql(d, "INSERT INTO event_day(number) VALUES(?1)");
	store_bind_i64(s, 1, day->number);
	if (r == 0)
		r = dossier_db_run(d, s, diag);
	return r == 0 ? dossier_db_commit(d, diag) : r;
}

int
events_day_open(struct events_day *day, struct dossier *d, int64_t number, bool writes, struct diag *diag)
{
	*day = (struct events_day){.d = d, .number = number};
	events_day_name(number, day->name_cstr);
	if (d->is_remote) {
		int remote = open_remote(day, writes, diag);
		if (remote < 0)
			events_day_close(day);
		return remote;
	}
	if (writes && mkdirat(d->folder_fd, "events", 0700) < 0 && errno != EEXIST)
		return say(
		    day, diag, -errno, N_("the events of this day cannot be opened or written: check who owns the file"));
	if (!writes && faccessat(d->folder_fd, day->name_cstr, F_OK, 0) < 0)
		return -ENOENT;
	int r = store_sqlite_open(
	    &day->store, d->folder_cstr, d->folder_fd, day->name_cstr, writes ? STORE_SQLITE_CREATE : STORE_SQLITE_READ);
	r = r < 0 ? events_day_fail(day, diag) : prepare(day, writes, diag);
	if (r < 0 && !writes && was_being_made(day))
		r = -ENOENT;
	if (r < 0)
		events_day_close(day);
	return r;
}

void
events_day_close(struct events_day *day)
{
	for (size_t i = 0; i < EVENTS_DAY_SQL_MAX; i++)
		store_release(day->prepared[i].statement);
	if (day->d != NULL && !day->d->is_remote) {
		store_rollback(day->store);
		store_close(day->store);
	}
	*day = (struct events_day){0};
}

static int
remove_remote(struct dossier *d, int64_t number, struct diag *diag)
{
	struct events_day day = {.d = d, .store = d->store, .number = number};
	events_day_name(number, day.name_cstr);
	int r = dossier_db_begin(d, diag);
	if (r == 0)
		r = events_day_execute(&day,
		    "DROP TABLE IF EXISTS @block; DROP TABLE IF EXISTS @type; DROP TABLE IF EXISTS @traffic; DROP TABLE IF EXISTS @host;",
		    diag);
	struct store_statement *s = dossier_db_sql(d, "DELETE FROM event_day WHERE number = ?1");
	store_bind_i64(s, 1, number);
	return r == 0 ? dossier_db_run(d, s, diag) : r;
}

int
events_day_remove(struct dossier *d, int64_t number, struct diag *diag)
{
	static const char *const tails[] = {"", "-wal", "-shm"}; /* in this order: a log without its file is nothing */
	char name_cstr[EVENTS_DAY_NAME_MAX], path_cstr[EVENTS_DAY_NAME_MAX + 8];
	if (d->is_remote)
		return remove_remote(d, number, diag);
	events_day_name(number, name_cstr);
	for (size_t i = 0; i < LENGTH_OF(tails); i++) {
		(void)snprintf(path_cstr, sizeof(path_cstr), "%s%s", name_cstr, tails[i]);
		if (unlinkat(d->folder_fd, path_cstr, 0) < 0 && errno != ENOENT)
			return dossier_db_say(
			    d, diag, -errno, N_("a day of events cannot be removed: check who owns its file"));
	}
	return 0;
}

uint64_t
events_day_bytes(struct events_day *day)
{
	struct stat st;
	char path_cstr[EVENTS_DAY_NAME_MAX + 8];
	uint64_t sum = 0;
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(path_cstr, sizeof(path_cstr), "%s%s", day->name_cstr, i == 0 ? "" : "-wal");
		if (!day->d->is_remote && fstatat(day->d->folder_fd, path_cstr, &st, AT_SYMLINK_NOFOLLOW) == 0)
			sum += (uint64_t)st.st_size;
	}
	struct store_statement *s = day->d->is_remote
	    ? events_day_sql(day, "SELECT CAST(coalesce(sum(length(data) + length(filter)), 0) AS BIGINT) FROM @block")
	    : NULL;
	struct diag ignored;
	if (s != NULL && events_day_next(day, s, &ignored) > 0)
		sum = (uint64_t)store_i64(s, 0);
	store_reset(s);
	return sum;
}

int
events_day_begin(struct events_day *day, struct diag *diag)
{
	if (day->d->is_remote)
		return dossier_db_begin(day->d, diag);
	if (day->store->make->is_open(day->store))
		return 0;
	return day->store->make->begin(day->store, true) == 0 ? 0 : events_day_fail(day, diag);
}

int
events_day_commit(struct events_day *day, struct diag *diag)
{
	if (day->d->is_remote)
		return dossier_db_commit(day->d, diag);
	return day->store->make->is_open(day->store) ? events_day_execute(day, "COMMIT", diag) : 0;
}

int
events_day_put_block(
    struct events_day *day, const struct events_block_head *h, const struct events_packed *packed, struct diag *diag)
{
	struct store_statement *s = events_day_sql(day,
	    "INSERT INTO @block(seq, count, bytes, first_ns, last_ns, types, flags, filter, data)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
	store_bind_i64(s, 1, h->seq);
	store_bind_i64(s, 2, (int64_t)h->count);
	store_bind_i64(s, 3, (int64_t)h->bytes);
	store_bind_i64(s, 4, h->first_ns);
	store_bind_i64(s, 5, h->last_ns);
	store_bind_i64(s, 6, (int64_t)h->types);
	store_bind_i64(s, 7, (int64_t)h->flags);
	store_bind_bytes(s, 8, packed->filter);
	store_bind_bytes(s, 9, packed->data);
	return run(day, s, diag);
}

int
events_day_drop_blocks(struct events_day *day, int64_t seq, struct diag *diag)
{
	struct store_statement *s = events_day_sql(day, "DELETE FROM @block WHERE seq >= ?1");
	store_bind_i64(s, 1, seq);
	return run(day, s, diag);
}

/* Sums stay below 2^63, whatever strangers claim. */
#define ADDED(table, column)                                                                                              \
	" " column " = CASE WHEN " table "." column " < 4611686018427387904 THEN " table "." column " + excluded." column \
	" ELSE " table "." column " END"
#define ADDED_TRAFFIC(table) ADDED(table, "flows") "," ADDED(table, "bytes_out") "," ADDED(table, "bytes_in")

static void
bind_traffic(struct store_statement *s, int at, const struct events_traffic *t)
{
	store_bind_i64(s, at, (int64_t)t->flows);
	store_bind_i64(s, at + 1, (int64_t)t->bytes[0]);
	store_bind_i64(s, at + 2, (int64_t)t->bytes[1]);
}

static int
put_types(struct events_day *day, const struct events_counts *c, struct diag *diag)
{
	int r = 0;
	for (size_t i = 0; i < c->type_count && r == 0; i++) {
		struct store_statement *s = events_day_sql(day,
		    "INSERT INTO @type(name, events) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET" ADDED(
		        "@type", "events"));
		store_bind_text(s, 1, bytes_of_cstr(c->types[i].name_cstr));
		store_bind_i64(s, 2, (int64_t)c->types[i].events);
		r = run(day, s, diag);
	}
	return r;
}

static int
put_apps(struct events_day *day, const struct events_counts *c, struct diag *diag)
{
	int r = 0;
	for (size_t i = 0; i < c->app_count * EVENTS_SLOTS && r == 0; i++) {
		const struct events_traffic *t = &c->apps[i / EVENTS_SLOTS].slots[i % EVENTS_SLOTS];
		if (t->flows == 0 && t->bytes[0] == 0 && t->bytes[1] == 0)
			continue;
		struct store_statement *s = events_day_sql(day,
		    "INSERT INTO @traffic(slot, app, flows, bytes_out, bytes_in) VALUES(?1, ?2, ?3, ?4, ?5)"
		    " ON CONFLICT(slot, app) DO UPDATE SET" ADDED_TRAFFIC("@traffic"));
		store_bind_i64(s, 1, (int64_t)(i % EVENTS_SLOTS));
		store_bind_text(s, 2, bytes_of_cstr(c->apps[i / EVENTS_SLOTS].name_cstr));
		bind_traffic(s, 3, t);
		r = run(day, s, diag);
	}
	return r;
}

/* A flood brings hosts without number: those that talked least are forgotten. */
static int
prune_hosts(struct events_day *day, struct diag *diag)
{
	struct store_statement *s = events_day_sql(day, "SELECT count(*) FROM @host");
	int r = events_day_next(day, s, diag);
	int64_t count = r > 0 ? store_i64(s, 0) : 0;
	store_reset(s);
	if (r < 0 || count <= HOSTS_MOST)
		return r < 0 ? r : 0;
	s = events_day_sql(day,
	    "DELETE FROM @host WHERE address IN (SELECT address FROM @host ORDER BY bytes_out + bytes_in, flows, address LIMIT ?1)");
	store_bind_i64(s, 1, count - HOSTS_KEPT);
	return run(day, s, diag);
}

static int
put_hosts(struct events_day *day, const struct events_counts *c, struct diag *diag)
{
	int r = 0;
	for (size_t i = 0; i < LENGTH_OF(c->hosts) && r == 0 && c->host_count > 0; i++) {
		if (!c->hosts[i].used)
			continue;
		struct store_statement *s = events_day_sql(day,
		    "INSERT INTO @host(address, flows, bytes_out, bytes_in) VALUES(?1, ?2, ?3, ?4)"
		    " ON CONFLICT(address) DO UPDATE SET" ADDED_TRAFFIC("@host"));
		store_bind_bytes(s, 1, (struct bytes){c->hosts[i].address.at, sizeof(c->hosts[i].address.at)});
		bind_traffic(s, 2, &c->hosts[i].traffic);
		r = run(day, s, diag);
	}
	return r == 0 && c->host_count > 0 ? prune_hosts(day, diag) : r;
}

int
events_day_put_counts(struct events_day *day, const struct events_counts *c, struct diag *diag)
{
	int r = put_types(day, c, diag);
	if (r == 0)
		r = put_apps(day, c, diag);
	return r == 0 ? put_hosts(day, c, diag) : r;
}

int
events_day_end(struct events_day *day, int64_t *out, struct diag *diag)
{
	struct store_statement *s = events_day_sql(day, "SELECT seq, count FROM @block ORDER BY seq DESC LIMIT 1");
	int r = events_day_next(day, s, diag);
	if (r >= 0)
		*out = r == 0 ? 0 : store_i64(s, 0) + store_i64(s, 1);
	store_reset(s);
	return r < 0 ? r
	    : *out < 0
	    ? say(day, diag, -EBADMSG,
	          N_("the events of this day are damaged: put your last copy of this file back, or take it away; nothing was overwritten"))
	    : 0;
}

bool
events_day_head(struct store_statement *s, struct events_block_head *out)
{
	struct events_block_head h = {.seq = store_i64(s, 0),
	    .count = (uint64_t)store_i64(s, 1),
	    .bytes = (uint64_t)store_i64(s, 2),
	    .first_ns = store_i64(s, 3),
	    .last_ns = store_i64(s, 4),
	    .types = (uint64_t)store_i64(s, 5),
	    .flags = (uint64_t)store_i64(s, 6)};
	if (h.seq < 0 || h.seq > INT64_C(1) << 52 || h.count == 0 || h.count > EVENTS_BLOCK_LINES ||
	    h.bytes > EVENTS_BLOCK_BYTES_MAX || h.first_ns > h.last_ns)
		return false;
	*out = h;
	return true;
}
