/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A dossier in a folder of its own, and records to put into it: for the tests of src/dossier/. */
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
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_MAX_ = 512 };

struct fixture {
	char folder[64];
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

static inline int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	snprintf(f->folder, sizeof(f->folder), "/tmp/test-dossier-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	*state = f;
	return 0;
}

static inline int
tear_down(void **state)
{
	struct fixture *f = *state;
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
	int r = dossier_open(&d, f->folder, mode, &f->diag);
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

static inline void
execute(const struct fixture *f, const char *sql_cstr)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(path_of(f, "dossier.db"), &db), SQLITE_OK);
	char *why = NULL;
	if (sqlite3_exec(db, sql_cstr, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql_cstr, why);
	sqlite3_close(db);
}

/* The one number that a SELECT gives. */
static inline int64_t
count(struct fixture *f, const char *sql_cstr)
{
	sqlite3 *db;
	sqlite3_stmt *s;
	assert_int_equal(sqlite3_open(path_of(f, "dossier.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql_cstr, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return n;
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
