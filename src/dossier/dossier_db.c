/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_db.h"

#include "core/ensure.h"
#include "core/text.h"
#include "dossier/dossier_evidence.h"
#include "dossier/dossier_journal.h"
#include "record/observation.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>

enum {
	PENDING_MAX = 10000,
	PENDING_MS = 500,
	JOURNAL_SINCE = 2 /* version */,
	LINE_TRIES = 5000,
	WATCH_TRIES = 12 /* what a sensor saw is not told twice */
};

#define ALERT_COLUMNS                                                                                                          \
	"a.id, a.detector, a.signature_id, a.severity, a.confidence, a.stage, a.ip_proto, a.technique, a.first_ns, a.last_ns," \
	" a.number, a.flow_id, a.source, a.target, a.targets, a.source_port, a.target_port, a.vlan, a.app, a.count"
#define INCIDENT_COLUMNS "id, attacker, victims_total, stages, severity, confidence, first_ns, last_ns, alerts"

static const char *const sql[DOSSIER_STATEMENTS] = {
    [SQL_ASSET_GET] = "SELECT id, address, mac, name, private, first_ns, last_ns, packets, bytes FROM asset WHERE id = ?1",
    [SQL_ASSET_SET] =
        "INSERT INTO asset(id, address, mac, name, private, first_ns, last_ns, packets, bytes)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(id) DO UPDATE SET mac = excluded.mac,"
        " name = excluded.name, private = excluded.private, first_ns = excluded.first_ns, last_ns = excluded.last_ns,"
        " packets = excluded.packets, bytes = excluded.bytes",
    [SQL_ASSET_ALL] =
        "SELECT id, address, mac, name, private, first_ns, last_ns, packets, bytes FROM asset WHERE last_ns > 0"
        " ORDER BY private DESC, last_ns DESC, id",
    [SQL_SERVICE_SET] = "INSERT INTO asset_service(asset, port, ip_proto, app) VALUES(?1, ?2, ?3, ?4)"
                        " ON CONFLICT(asset, port, ip_proto) DO UPDATE SET app = excluded.app"
                        " WHERE (asset_service.app IS NULL OR asset_service.app = 'failed') AND excluded.app IS NOT NULL"
                        " AND excluded.app IS DISTINCT FROM asset_service.app",
    [SQL_SERVICES_OF] = "SELECT port, ip_proto, app FROM asset_service WHERE asset = ?1 ORDER BY port, ip_proto",
    [SQL_INCIDENT_HAS] = "SELECT complete, alerts FROM incident WHERE id = ?1",
    [SQL_INCIDENT_GET] = "SELECT " INCIDENT_COLUMNS " FROM incident WHERE id = ?1",
    [SQL_INCIDENT_LIKE] = "SELECT id FROM incident WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 2",
    [SQL_INCIDENT_SET] =
        "INSERT INTO incident(id, attacker, victims_total, stages, severity, confidence, first_ns, last_ns, alerts,"
        " complete) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT(id) DO UPDATE SET"
        " attacker = excluded.attacker, victims_total = excluded.victims_total, stages = excluded.stages,"
        " severity = excluded.severity, confidence = excluded.confidence, first_ns = excluded.first_ns,"
        " last_ns = excluded.last_ns, alerts = excluded.alerts, complete = excluded.complete",
    [SQL_INCIDENT_ALL] = "SELECT id FROM incident ORDER BY severity DESC, last_ns DESC, id",
    [SQL_PART_ADD] = "INSERT INTO incident_part(incident, position, strongest, alerts, count, first_ns, last_ns)"
                     " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [SQL_PARTS_OF] = "SELECT " ALERT_COLUMNS ", p.alerts, p.count, p.first_ns, p.last_ns FROM incident_part p"
                     " JOIN alert a ON a.id = p.strongest WHERE p.incident = ?1 ORDER BY p.position",
    [SQL_PARTS_CLEAR] = "DELETE FROM incident_part WHERE incident = ?1",
    [SQL_VICTIM_ADD] = "INSERT INTO incident_victim(incident, address) VALUES(?1, ?2) ON CONFLICT DO NOTHING",
    [SQL_VICTIMS_OF] = "SELECT address FROM incident_victim WHERE incident = ?1 ORDER BY address",
    [SQL_VICTIMS_CLEAR] = "DELETE FROM incident_victim WHERE incident = ?1",
    [SQL_ALERT_HAS] = "SELECT 1 FROM alert WHERE id = ?1",
    [SQL_ALERT_ADD] =
        "INSERT INTO alert(id, detector, signature_id, severity, confidence, stage, ip_proto, technique, first_ns,"
        " last_ns, number, flow_id, source, target, targets, source_port, target_port, vlan, app, count)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
    [SQL_ALERT_GET] = "SELECT " ALERT_COLUMNS " FROM alert a WHERE a.id = ?1",
    [SQL_ALERTS_OF] =
        "SELECT " ALERT_COLUMNS ", (SELECT e.path FROM link f JOIN evidence e ON e.id = f.source"
        " WHERE f.target = a.id AND f.relation = 'proves' ORDER BY e.id LIMIT 1) FROM link l JOIN alert a ON a.id = l.source"
        " WHERE l.target = ?1 AND l.relation = 'part-of' ORDER BY a.first_ns, a.last_ns, a.id",
    [SQL_ALERTS_ASIDE] = "SELECT " ALERT_COLUMNS ", '' FROM link l JOIN alert a ON a.id = l.source"
                         " WHERE l.target = ?1 AND l.relation = 'hidden-by' ORDER BY a.last_ns DESC, a.id LIMIT 200",
    [SQL_FACT_ADD] = "INSERT INTO alert_fact(alert, position, name, value) VALUES(?1, ?2, ?3, ?4)",
    [SQL_FACTS_OF] = "SELECT name, value FROM alert_fact WHERE alert = ?1 ORDER BY position",
    [SQL_EVIDENCE_ADD] = "INSERT INTO evidence(id, sha256, path, bytes) VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
};

int
dossier_db_say(const struct dossier *d, struct diag *diag, int error, const char *sentence_cstr)
{
	return diag_say_at(diag, error, d->folder_cstr, UINT64_MAX, "%s", text_of(sentence_cstr));
}

/* In a folder; on a server, where that is something else. */
static const struct {
	int error;
	const char *sentences[2];
} faults[] = {
    [STORE_FAULT_DISK] = {-EIO,
        {N_("the disk does not answer well: check it; what the dossier had before is intact"),
            N_("the database server could not do it: its log says why; what it confirmed before is kept")}},
    [STORE_FAULT_FULL] = {-ENOSPC, {N_("the disk is full: make room and run again; what the dossier had before is intact")}},
    [STORE_FAULT_DAMAGED] = {-EBADMSG,
        {N_("dossier.db is damaged or is no dossier: put your last copy back, or give another --dossier; nothing was overwritten"),
            N_("a table of this database is not as beffroi made it: put your last copy back, or give another --dossier; nothing was overwritten")}},
    [STORE_FAULT_DENIED] = {-EACCES,
        {N_("dossier.db cannot be opened or written there: give a folder that you may write, with --dossier"),
            N_("this user may not do that in this database: give it the right to, or give another --dossier")}},
    [STORE_FAULT_BUSY] = {-EBUSY,
        {N_("others keep on writing this dossier: try again in a moment, or end them; nothing was changed")}},
    [STORE_FAULT_MEMORY] = {-ENOMEM, {N_("not enough memory for the dossier")}},
    [STORE_FAULT_ROW] = {-EBADMSG,
        {N_("a row of the dossier contradicts another one: put your last copy back; nothing was overwritten")}},
    [STORE_FAULT_GONE] = {-EPIPE,
        {N_("the database server does not answer any more: see that it runs, and start again; what it confirmed before is kept")}},
};

int
dossier_db_fail(struct dossier *d, struct diag *diag)
{
	enum store_fault fault = d->store == NULL ? STORE_FAULT_MEMORY : d->store->make->fault(d->store);
	/* To wait in vain for one's turn, or to ask in vain, breaks nothing; but what is damaged is not written any more. */
	d->broken = d->broken || d->is_writing || fault == STORE_FAULT_DAMAGED;
	size_t where = d->is_remote ? 1 : 0;
	return dossier_db_say(d, diag, faults[fault].error,
	    faults[fault].sentences[where] != NULL ? faults[fault].sentences[where] : faults[fault].sentences[0]);
}

int
dossier_db_execute(struct dossier *d, const char *sql_cstr, struct diag *diag)
{
	return d->store->make->execute(d->store, sql_cstr) == 0 ? 0 : dossier_db_fail(d, diag);
}

static int64_t
monotonic_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int
dossier_db_look(struct dossier *d, struct diag *diag)
{
	bool is_open = d->store->make->is_open(d->store);
	return is_open || d->store->make->begin(d->store, false) == 0 ? 0 : dossier_db_fail(d, diag);
}

/* Only who has the first byte of the lock file may wait for the database, and gives it back once it has it: so whoever writes
 * one change after another cannot come in again before those who wait. SQLite alone has no queue. */
static void
stand_in_line(struct dossier *d, short how)
{
	struct flock first = {.l_type = how, .l_whence = SEEK_SET, .l_len = 1};
	for (unsigned i = 0; d->lock_fd >= 0 && fcntl(d->lock_fd, F_OFD_SETLK, &first) < 0 && i < LINE_TRIES; i++)
		(void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static int
take_turn(struct dossier *d)
{
	stand_in_line(d, F_WRLCK);
	int r = d->store->make->begin(d->store, true);
	stand_in_line(d, F_UNLCK);
	return r;
}

int
dossier_db_begin(struct dossier *d, struct diag *diag)
{
	if (d->broken)
		return dossier_db_say(d, diag, -EIO, N_("the dossier failed before: nothing more is kept"));
	if (d->store->make->is_open(d->store))
		return 0;
	d->began_ns = monotonic_ns();
	d->pending = 0;
	int begun = -EIO;
	for (unsigned tries = d->watches ? WATCH_TRIES : 1; tries > 0 && begun < 0; tries--) {
		begun = take_turn(d);
		if (begun < 0 && d->store->make->fault(d->store) != STORE_FAULT_BUSY)
			break;
	}
	if (begun < 0)
		return dossier_db_fail(d, diag);
	d->is_writing = true;
	int r = d->version < JOURNAL_SINCE ? 0 : dossier_journal_start(d, diag);
	if (r < 0)
		dossier_db_rollback(d); /* who was refused gives the turn back */
	return r;
}

int
dossier_db_commit(struct dossier *d, struct diag *diag)
{
	if (d->broken)
		return dossier_db_say(d, diag, -EIO, N_("the dossier failed before: nothing more is kept"));
	if (!d->store->make->is_open(d->store))
		return d->is_writing ? dossier_db_fail(d, diag) : 0; /* what was begun is gone */
	int r = dossier_evidence_sync(d, diag);
	if (r == 0)
		r = dossier_db_execute(d, "COMMIT", diag);
	if (r == 0 && d->seq != d->seq_before) {
		d->kept.seq = d->seq_before = d->seq;
		memcpy(d->kept.head, d->head, sizeof(d->head));
	}
	d->is_writing = d->is_writing && r < 0;
	return r;
}

void
dossier_db_rollback(struct dossier *d)
{
	if (d->store == NULL)
		return;
	store_rollback(d->store);
	d->is_writing = false;
	d->broken = d->broken && d->store->make->is_open(d->store);
}

int
dossier_db_defer(struct dossier *d, struct diag *diag)
{
	return d->store->make->defer_references(d->store) == 0 ? 0 : dossier_db_fail(d, diag);
}

int
dossier_db_commit_when_due(struct dossier *d, struct diag *diag)
{
	bool is_due = d->pending >= PENDING_MAX || monotonic_ns() - d->began_ns >= (int64_t)PENDING_MS * 1000000;
	if (d->is_held || !is_due)
		return 0;
	return dossier_db_commit(d, diag);
}

struct store_statement *
dossier_db_statement(struct dossier *d, enum dossier_statement which)
{
	struct store_statement **s = &d->statements[which];
	if (*s == NULL)
		*s = d->store->make->prepare(d->store, sql[which]);
	else
		store_reset(*s);
	return *s;
}

struct store_statement *
dossier_db_sql(struct dossier *d, const char *sql_cstr)
{
	size_t i = ((uintptr_t)sql_cstr >> 3) % DOSSIER_SQL_MAX, tries = 0;
	while (d->prepared[i].statement != NULL && d->prepared[i].sql_cstr != sql_cstr) {
		ENSURE(++tries < DOSSIER_SQL_MAX);
		i = (i + 1) % DOSSIER_SQL_MAX;
	}
	struct store_statement **s = &d->prepared[i].statement;
	if (*s == NULL) {
		d->prepared[i].sql_cstr = sql_cstr;
		*s = d->store->make->prepare(d->store, sql_cstr);
	} else {
		store_reset(*s);
	}
	return *s;
}

struct store_statement *
dossier_db_rows(struct dossier *d, const char *sql_cstr)
{
	struct store_statement *s = dossier_db_sql(d, sql_cstr);
	store_expect_many(s);
	return s;
}

void
dossier_db_forget(struct dossier *d)
{
	for (size_t i = 0; i < DOSSIER_STATEMENTS; i++) {
		store_release(d->statements[i]);
		d->statements[i] = NULL;
	}
	for (size_t i = 0; i < DOSSIER_SQL_MAX; i++) {
		store_release(d->prepared[i].statement);
		d->prepared[i].statement = NULL;
	}
}

int
dossier_db_next(struct dossier *d, struct store_statement *statement, struct diag *diag)
{
	int r = statement == NULL ? -1 : statement->make->step(statement);
	return r < 0 ? dossier_db_fail(d, diag) : r;
}

int
dossier_db_run(struct dossier *d, struct store_statement *statement, struct diag *diag)
{
	int r = dossier_db_next(d, statement, diag);
	d->pending++;
	return r < 0 ? r : 0;
}

void
dossier_db_bind_text(struct store_statement *s, int at, struct bytes value)
{
	if (value.at != NULL)
		store_bind_text(s, at, value);
}

void
dossier_db_bind_cstr(struct store_statement *s, int at, const char *text_cstr)
{
	if (text_cstr != NULL)
		store_bind_text(s, at, bytes_of_cstr(text_cstr));
}

void
dossier_db_bind_bytes(struct store_statement *s, int at, struct bytes value)
{
	store_bind_bytes(s, at, value);
}

void
dossier_db_bind_i64(struct store_statement *s, int at, int64_t value)
{
	store_bind_i64(s, at, value);
}

void
dossier_db_bind_u64(struct store_statement *s, int at, uint64_t value)
{
	dossier_db_bind_i64(s, at, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void
dossier_db_bind_addr(struct store_statement *s, int at, const struct addr *value)
{
	dossier_db_bind_bytes(s, at, (struct bytes){value->at, sizeof(value->at)});
}

uint64_t
dossier_db_u64(struct store_statement *s, int at, uint64_t max, bool *bad)
{
	int64_t value = store_i64(s, at);
	if (value >= 0 && (uint64_t)value <= max)
		return (uint64_t)value;
	*bad = true;
	return 0;
}

int64_t
dossier_db_i64(struct store_statement *s, int at)
{
	return store_i64(s, at);
}

struct bytes
dossier_db_bytes(struct store_statement *s, int at)
{
	return store_bytes(s, at);
}

struct addr
dossier_db_addr(struct store_statement *s, int at, bool *bad)
{
	struct bytes b = dossier_db_bytes(s, at);
	if (b.len == sizeof(struct addr))
		return addr_v6(b.at);
	*bad = true;
	return (struct addr){0};
}

void
dossier_db_cstr(struct store_statement *s, int at, char *out, size_t size, bool *bad)
{
	struct bytes b = dossier_db_bytes(s, at);
	bool fits = b.len < size && bytes_find(b, '\0') == b.len;
	if (!fits)
		*bad = true;
	if (fits && b.len > 0)
		memcpy(out, b.at, b.len);
	out[fits ? b.len : 0] = '\0';
}

uint8_t
dossier_db_app(struct store_statement *s, int at)
{
	struct bytes name = dossier_db_bytes(s, at);
	if (name.len == 0)
		return APP_NONE;
	for (unsigned app = 0; app < APP_COUNT; app++) {
		const char *known_cstr = observation_app_name((enum app_proto)app);
		if (known_cstr != NULL && bytes_eq(bytes_of_cstr(known_cstr), name))
			return (uint8_t)app;
	}
	return APP_UNKNOWN;
}
