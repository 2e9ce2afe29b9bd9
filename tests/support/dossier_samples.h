/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A dossier of its own, and records to put into it: for the tests of src/dossier/. It is in a folder; run by
 * tests/with-postgresql, in a database of its server. */
#ifndef SUPPORT_DOSSIER_SAMPLES_H
#define SUPPORT_DOSSIER_SAMPLES_H

#include "test.h"

#include "dossier/dossier.h"
#include "dossier/dossier_verify.h"
#include "record/alert_text.h"
#include "record/observation.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_MAX_ = 512 };

struct fixture {
	char folder[64];
	const char *server_cstr; /* the folder of its socket; NULL: the dossier is in `folder` */
	char database[64], place[256];
	struct diag diag;
};

static inline int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

/* One answer of the server, to be cleared; `database` "postgres" is nobody's. */
static inline PGresult *
ask_server(const struct fixture *f, const char *database_cstr, const char *sql_cstr, PGconn **conn)
{
	const char *const names[] = {"host", "user", "dbname", "options", NULL};
	const char *const values[] = {f->server_cstr, "beffroi", database_cstr, "-c client_min_messages=error", NULL};
	*conn = PQconnectdbParams(names, values, 0);
	if (PQstatus(*conn) != CONNECTION_OK)
		fail_msg("%s", PQerrorMessage(*conn));
	return PQexec(*conn, sql_cstr);
}

/* False: the server refuses it. */
static inline bool
tell_server(const struct fixture *f, const char *database_cstr, const char *sql_cstr)
{
	PGconn *conn;
	PGresult *result = ask_server(f, database_cstr, sql_cstr, &conn);
	bool done = PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK;
	PQclear(result);
	PQfinish(conn);
	return done;
}

static inline int
set_up(void **state)
{
	static unsigned number;
	char sql[128];
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	snprintf(f->folder, sizeof(f->folder), "/tmp/test-dossier-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->place, sizeof(f->place), "%s", f->folder);
	f->server_cstr = getenv("BEFFROI_TEST_SERVER");
	if (f->server_cstr != NULL) {
		snprintf(f->database, sizeof(f->database), "unit_%ld_%u", (long)getpid(), number++);
		snprintf(f->place, sizeof(f->place), "postgresql://beffroi@/%s?host=%s", f->database, f->server_cstr);
		snprintf(sql, sizeof(sql), "CREATE DATABASE %s", f->database);
		assert_true(tell_server(f, "postgres", sql));
	}
	*state = f;
	return 0;
}

static inline int
tear_down(void **state)
{
	struct fixture *f = *state;
	char sql[128];
	snprintf(sql, sizeof(sql), "DROP DATABASE %s WITH (FORCE)", f->database);
	if (f->server_cstr != NULL)
		(void)tell_server(f, "postgres", sql);
	(void)chmod(f->folder, 0700);
	(void)nftw(f->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

static inline const char *
path_of(const struct fixture *f, const char *name_cstr)
{
	static char path[PATH_MAX_];
	snprintf(path, sizeof(path), "%s/%s", f->folder, name_cstr);
	return path;
}

static inline struct addr
host(unsigned n)
{
	uint8_t b[4] = {192, 168, (uint8_t)(n >> 8), (uint8_t)n};
	return addr_v4(b);
}

/* A detector's name in static storage, as the records want it. */
static inline const char *
detector(size_t n)
{
	size_t count;
	const struct alert_text *all = alert_text_all(&count);
	return all[n % count].detector_cstr;
}

static inline struct alert
sample_alert(unsigned n)
{
	struct alert a = {.detector_cstr = detector(n),
	    .signature_id = 9000001 + n,
	    .severity = SEVERITY_SERIOUS,
	    .confidence = 70,
	    .stage = STAGE_ACCESS,
	    .ip_proto = 6,
	    .technique_cstr = "T1110",
	    .first_ns = 1000000000000 + n,
	    .last_ns = 1060000000000 + n,
	    .number = 77 + n,
	    .flow_id = UINT64_MAX - n,
	    .source = host(1),
	    .target = host(2 + n),
	    .targets = 1,
	    .source_port = 40000,
	    .target_port = 22,
	    .vlan = 3,
	    .app = APP_SSH,
	    .count = 120 + n};
	alert_fact_u64(&a, "attempts", 120);
	alert_fact_text(&a, "user", BYTES("ro\0ot\xff\x1b[31m"));
	return a;
}

static inline struct incident *
sample_incident(const char *id_cstr, unsigned severity, unsigned alerts)
{
	static struct incident incident;
	memset(&incident, 0, sizeof(incident));
	snprintf(incident.id_cstr, sizeof(incident.id_cstr), "%s", id_cstr);
	incident.attacker = host(1);
	incident.victims_total = 40;
	incident.stages = 1U << STAGE_RECONNAISSANCE | 1U << STAGE_ACCESS;
	incident.severity = (uint8_t)severity;
	incident.confidence = 88;
	incident.first_ns = 1000000000000;
	incident.last_ns = 1070000000000;
	incident.alerts = alerts;
	for (unsigned i = 0; i < INCIDENT_VICTIMS_MAX; i++)
		incident.victims[incident.victim_count++] = host(10 + i);
	for (unsigned i = 0; i < INCIDENT_PARTS_MAX; i++)
		incident.parts[incident.part_count++] = (struct incident_part){.strongest = sample_alert(i),
		    .alerts = 2,
		    .count = 240,
		    .first_ns = 1000000000000 + i,
		    .last_ns = 1060000000000 + i};
	return &incident;
}

static inline struct asset
sample_asset(unsigned n)
{
	struct asset a = {.address = host(n),
	    .mac = {2, 0, 0, 0, 0, (uint8_t)n},
	    .has_mac = true,
	    .is_private = true,
	    .first_ns = 1000,
	    .last_ns = 2000,
	    .packets = 10,
	    .bytes = 1000,
	    .name_len = 4,
	    .name = "po\x1bt",
	    .service_count = 2,
	    .services = {{22, 6, APP_SSH}, {8080, 6, APP_UNKNOWN}}};
	return a;
}

static inline struct dossier *
open_ok(struct fixture *f, enum dossier_mode mode)
{
	struct dossier *d = NULL;
	int r = dossier_open(&d, f->place, mode, &f->diag);
	if (r < 0)
		fail_msg("dossier_open: %d %s", r, f->diag.text_cstr);
	return d;
}

static inline void
close_ok(struct fixture *f, struct dossier *d)
{
	int r = dossier_close(d, &f->diag);
	if (r < 0)
		fail_msg("dossier_close: %d %s", r, f->diag.text_cstr);
}

/* x'0a' as PostgreSQL writes it, and nothing else: the rest of our SQL is for both. */
static inline const char *
for_server(const char *sql_cstr)
{
	static char out[4096];
	size_t n = 0;
	for (const char *at = sql_cstr; *at != '\0' && n + 8 < sizeof(out); at++) {
		if (at[0] == 'x' && at[1] == '\'' && (at == sql_cstr || strchr(" (,=", at[-1]) != NULL)) {
			n += (size_t)snprintf(out + n, sizeof(out) - n, "'\\x");
			at++;
		} else {
			out[n++] = *at;
		}
	}
	out[n] = '\0';
	return out;
}

/* By somebody who has the database in hand. False: it is refused. */
static inline bool
try_to_execute(const struct fixture *f, const char *sql_cstr)
{
	sqlite3 *db;
	if (f->server_cstr != NULL)
		return tell_server(f, f->database, for_server(sql_cstr));
	assert_int_equal(sqlite3_open(path_of(f, "dossier.db"), &db), SQLITE_OK);
	int r = sqlite3_exec(db, sql_cstr, NULL, NULL, NULL);
	sqlite3_close(db);
	return r == SQLITE_OK;
}

static inline void
execute(const struct fixture *f, const char *sql_cstr)
{
	if (!try_to_execute(f, sql_cstr))
		fail_msg("refused: %s", sql_cstr);
}

/* The journal can be altered from now on, and rows can refer to nothing. */
static inline void
take_guards_away(const struct fixture *f)
{
	if (f->server_cstr == NULL) {
		execute(f, "DROP TRIGGER journal_stays; DROP TRIGGER journal_grows; DROP TRIGGER journal_only_erased");
		return;
	}
	execute(f,
	    "DROP FUNCTION journal_stays() CASCADE; DROP FUNCTION journal_grows() CASCADE;"
	    "DROP FUNCTION journal_only_erased() CASCADE;"
	    "CREATE FUNCTION zeroblob(n int) RETURNS bytea LANGUAGE sql AS 'SELECT decode(repeat(''00'', n), ''hex'')';"
	    "DO $$DECLARE c record; BEGIN FOR c IN SELECT conrelid::regclass AS t, conname AS n FROM pg_constraint WHERE"
	    " contype = 'f' LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.n); END LOOP; END$$");
}

/* As if it had never been. */
static inline void
forget_dossier(const struct fixture *f)
{
	if (f->server_cstr != NULL) {
		execute(f, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
		return;
	}
	(void)unlink(path_of(f, "dossier.db"));
	(void)unlink(path_of(f, "journal.head"));
}

/* The one number that a SELECT gives. */
static inline int64_t
count(struct fixture *f, const char *sql_cstr)
{
	sqlite3 *db;
	sqlite3_stmt *s;
	PGconn *conn;
	if (f->server_cstr != NULL) {
		PGresult *result = ask_server(f, f->database, for_server(sql_cstr), &conn);
		if (PQntuples(result) != 1)
			fail_msg("%s: %s", sql_cstr, PQerrorMessage(conn));
		int64_t answer = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
		PQclear(result);
		PQfinish(conn);
		return answer;
	}
	assert_int_equal(sqlite3_open(path_of(f, "dossier.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql_cstr, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return n;
}

static inline uint64_t
mix(uint64_t h, const void *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ ((const uint8_t *)at)[i]) * UINT64_C(0x100000001b3);
	return (h ^ (uint64_t)len) * UINT64_C(0x100000001b3);
}

/* The whole content of the tables as one number: FNV-1a over every value of every row. */
static inline uint64_t
dump(const struct fixture *f)
{
	static const char *const tables[] = {"object", "asset", "asset_service", "incident", "incident_part",
	    "incident_victim", "alert", "alert_fact", "evidence", "link", "journal"};
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < LENGTH_OF(tables); i++) {
		char sql[64];
		sqlite3 *db;
		sqlite3_stmt *s;
		PGconn *conn;
		snprintf(sql, sizeof(sql), "SELECT * FROM %s ORDER BY 1, 2", tables[i]);
		if (f->server_cstr != NULL) {
			PGresult *result = ask_server(f, f->database, sql, &conn);
			for (int row = 0; row < PQntuples(result); row++)
				for (int c = 0; c < PQnfields(result); c++)
					h = mix(h, PQgetvalue(result, row, c), (size_t)PQgetlength(result, row, c));
			PQclear(result);
			PQfinish(conn);
			continue;
		}
		assert_int_equal(sqlite3_open(path_of(f, "dossier.db"), &db), SQLITE_OK);
		assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
		while (sqlite3_step(s) == SQLITE_ROW)
			for (int c = 0; c < sqlite3_column_count(s); c++) {
				const void *value = sqlite3_column_blob(s, c);
				h = mix(h, value, (size_t)sqlite3_column_bytes(s, c));
			}
		sqlite3_finalize(s);
		sqlite3_close(db);
	}
	return h;
}

/* What a run of watch does; *added counts what was new. */
static inline void
keep_a_run(struct fixture *f, unsigned *added)
{
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	*added = 0;
	for (unsigned i = 0; i < INCIDENT_PARTS_MAX; i++) {
		struct alert a = sample_alert(i);
		bool is_new = false;
		assert_int_equal(dossier_put_alert(d, "INC-00000000aaaa", &a,
		                     i % 2 == 0 ? BYTES("not really a pcap\n") : (struct bytes){0}, &is_new, &f->diag),
		    0);
		*added += is_new;
	}
	for (unsigned i = 1; i <= 3; i++) {
		struct asset a = sample_asset(i);
		bool is_new = false;
		assert_int_equal(dossier_put_asset(d, &a, &is_new, &f->diag), 0);
		*added += is_new;
	}
	bool is_new = false;
	assert_int_equal(
	    dossier_put_incident(d, sample_incident("INC-00000000aaaa", SEVERITY_SERIOUS, 24), &is_new, &f->diag), 0);
	*added += is_new;
	close_ok(f, d);
}

struct verified {
	struct dossier_verdict verdict;
	struct dossier_finding first;
};

static inline void
see_finding(void *context, const struct dossier_finding *finding)
{
	struct verified *v = context;
	if (v->first.seq == 0 && v->first.object_cstr[0] == '\0')
		v->first = *finding;
}

static inline int
verify(struct fixture *f, struct dossier *d, const char *head_cstr, struct verified *v)
{
	memset(v, 0, sizeof(*v));
	return dossier_verify(d, head_cstr, &v->verdict, see_finding, v, &f->diag);
}

/* The number of lines of a journal that holds. */
static inline uint64_t
lines_of(struct fixture *f, struct dossier *d)
{
	struct verified v;
	if (verify(f, d, NULL, &v) < 0)
		fail_msg("verify: %s: %s line %lld %s", f->diag.text_cstr, dossier_verify_word(v.first.fault),
		    (long long)v.first.seq, v.first.object_cstr);
	return v.verdict.lines;
}

static inline void
write_file(const char *path_cstr, const void *data, size_t len)
{
	int fd = open(path_cstr, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	close(fd);
}

/* A proof of the dossier. */
static inline bool
has_proof(struct fixture *f, const char *path_cstr)
{
	char sql[256];
	if (f->server_cstr == NULL)
		return access(path_of(f, path_cstr), F_OK) == 0;
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM beffroi_file WHERE path = '%s'", path_cstr);
	return count(f, sql) == 1;
}

static inline void
put_proof(struct fixture *f, const char *path_cstr, const char *content_cstr)
{
	char sql[512];
	if (f->server_cstr == NULL) {
		write_file(path_of(f, path_cstr), content_cstr, strlen(content_cstr));
		return;
	}
	snprintf(sql, sizeof(sql),
	    "INSERT INTO beffroi_file VALUES('%s', '%s') ON CONFLICT(path) DO UPDATE SET content = excluded.content",
	    path_cstr, content_cstr);
	execute(f, sql);
}

static inline void
remove_proof(struct fixture *f, const char *path_cstr)
{
	char sql[256];
	snprintf(sql, sizeof(sql), "DELETE FROM beffroi_file WHERE path = '%s'", path_cstr);
	if (f->server_cstr != NULL)
		execute(f, sql);
	else
		assert_int_equal(unlink(path_of(f, path_cstr)), 0);
}

/* Some tests need a folder: what is asked of files, or of the disk. */
#define RUN_DOSSIER_TESTS(both, in_a_folder) \
	(RUN_TESTS(both) + (getenv("BEFFROI_TEST_SERVER") == NULL ? RUN_TESTS(in_a_folder) : 0))

static inline size_t
read_file(const char *path_cstr, uint8_t *out, size_t size)
{
	int fd = open(path_cstr, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	ssize_t n = read(fd, out, size);
	close(fd);
	assert_true(n >= 0);
	return (size_t)n;
}

#endif
