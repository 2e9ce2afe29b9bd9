/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_schema.h"

#include "core/text.h"
#include "dossier/dossier_account.h"
#include "dossier/dossier_case.h"
#include "dossier/dossier_exception.h"
#include "dossier/dossier_machine.h"
#include "dossier/dossier_machine_links.h"
#include "dossier/dossier_migrate.h"
#include "dossier/dossier_sensor.h"
#include "dossier/dossier_setting.h"

#include <errno.h>
#include <stdio.h>

/* Every thing that can be linked or journalled is a row of `object`; every arrow between things is a row of `link`; every
 * change that a person may ask about is a line of `journal`. Times are nanoseconds since 1970, UTC. What strangers wrote is
 * kept as bytes (BLOB). Numbers of enumerations: severity and stage as in record/alert.h; applications by name. */
static const char step_1_cstr[] =
    "CREATE TABLE object(id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN ('asset','incident','alert','evidence')))"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE asset(id TEXT PRIMARY KEY REFERENCES object(id), address TEXT NOT NULL UNIQUE, mac BLOB, name BLOB NOT NULL,"
    " private INTEGER NOT NULL, first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL, packets INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE asset_service(asset TEXT NOT NULL REFERENCES asset(id), port INTEGER NOT NULL, ip_proto INTEGER NOT NULL,"
    " app TEXT, PRIMARY KEY(asset, port, ip_proto)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE incident(id TEXT PRIMARY KEY REFERENCES object(id), attacker BLOB NOT NULL, victims_total INTEGER NOT NULL,"
    " stages INTEGER NOT NULL, severity INTEGER NOT NULL, confidence INTEGER NOT NULL, first_ns INTEGER NOT NULL,"
    " last_ns INTEGER NOT NULL, alerts INTEGER NOT NULL,"
    " complete INTEGER NOT NULL /* 0: its run has not ended yet, only the first alert is told */) STRICT, WITHOUT ROWID;"
    "CREATE TABLE alert(id TEXT PRIMARY KEY REFERENCES object(id), detector TEXT NOT NULL, signature_id INTEGER NOT NULL,"
    " severity INTEGER NOT NULL, confidence INTEGER NOT NULL, stage INTEGER NOT NULL, ip_proto INTEGER NOT NULL,"
    " technique TEXT NOT NULL, first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL, number INTEGER NOT NULL,"
    " flow_id INTEGER NOT NULL, source BLOB NOT NULL, target BLOB NOT NULL, targets INTEGER NOT NULL,"
    " source_port INTEGER NOT NULL, target_port INTEGER NOT NULL, vlan INTEGER NOT NULL, app TEXT, count INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE alert_fact(alert TEXT NOT NULL REFERENCES alert(id), position INTEGER NOT NULL, name TEXT NOT NULL,"
    " value BLOB NOT NULL, PRIMARY KEY(alert, position)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE incident_part(incident TEXT NOT NULL REFERENCES incident(id), position INTEGER NOT NULL,"
    " strongest TEXT NOT NULL REFERENCES alert(id), alerts INTEGER NOT NULL, count INTEGER NOT NULL, first_ns INTEGER NOT NULL,"
    " last_ns INTEGER NOT NULL, PRIMARY KEY(incident, position)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE incident_victim(incident TEXT NOT NULL REFERENCES incident(id), address BLOB NOT NULL,"
    " PRIMARY KEY(incident, address)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE evidence(id TEXT PRIMARY KEY REFERENCES object(id), sha256 TEXT NOT NULL UNIQUE, path TEXT NOT NULL,"
    " bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE link(source TEXT NOT NULL REFERENCES object(id), relation TEXT NOT NULL, target TEXT NOT NULL REFERENCES"
    " object(id), by TEXT NOT NULL, at INTEGER NOT NULL, why TEXT NOT NULL, PRIMARY KEY(source, relation, target))"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX link_back ON link(target, relation, source);"
    "CREATE TABLE journal(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL,"
    " object TEXT NOT NULL REFERENCES object(id), before TEXT, after TEXT, previous BLOB NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE TRIGGER journal_stays BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER journal_grows BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;";

/* Kinds are no longer closed, and the journal can be sealed and, where the law wants it, erased. */
#define STEP_2_REST                                                                                                                \
	"CREATE INDEX object_kind ON object(kind, id);"                                                                            \
	"DROP TRIGGER journal_stays; DROP TRIGGER journal_grows; ALTER TABLE journal RENAME TO journal_1;"                         \
	"CREATE TABLE journal(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL,"              \
	" object TEXT NOT NULL, before TEXT, after TEXT, before_sha256 BLOB, after_sha256 BLOB, seal BLOB,"                        \
	" previous BLOB NOT NULL, hash BLOB NOT NULL) STRICT;"                                                                     \
	"CREATE INDEX journal_object ON journal(object, seq);"                                                                     \
	"CREATE TRIGGER journal_grows BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"      \
	"CREATE TRIGGER journal_stays BEFORE UPDATE OF seq, at, who, action, object, before_sha256, after_sha256, seal, previous," \
	" hash ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"                                           \
	"CREATE TRIGGER journal_only_erased BEFORE UPDATE OF before, after ON journal WHEN new.before IS NOT NULL"                 \
	" OR new.after IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
static const char step_2_cstr[] =
    "CREATE TABLE object_2(id TEXT PRIMARY KEY, kind TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "INSERT INTO object_2 SELECT id, kind FROM object; DROP TABLE object; ALTER TABLE object_2 RENAME TO object;" STEP_2_REST;
static const char step_2_postgresql_cstr[] = "ALTER TABLE object DROP CONSTRAINT object_kind_check;" STEP_2_REST;

/* A step is never changed once it has shipped: a change of the tables is a new step at the end. */
static const struct dossier_step steps[] = {
    {.what_cstr = N_("incidents, alerts, machines, evidence, links, journal"), .sql_cstr = step_1_cstr},
    {.what_cstr = N_("the journal seals each object"),
        .sql_cstr = step_2_cstr,
        .postgresql_cstr = step_2_postgresql_cstr,
        .after = dossier_migrate_journal_seals},
    {.what_cstr = N_("the files of incidents: what people write"), .sql_cstr = dossier_case_tables_cstr},
    {.what_cstr = N_("accounts: who may use the console"), .sql_cstr = dossier_account_tables_cstr},
    {.what_cstr = N_("the health of sensors, days of events, alerts by their time"), .sql_cstr = dossier_sensor_tables_cstr},
    {.what_cstr = N_("what the organisation says of itself"), .sql_cstr = dossier_setting_tables_cstr},
    {.what_cstr = N_("machines: what people and scans say of them"), .sql_cstr = dossier_machine_tables_cstr},
    {.what_cstr = N_("the machines of incidents are found at once"), .sql_cstr = dossier_machine_links_indexes_cstr},
    {.what_cstr = N_("exceptions: alerts that are kept aside"), .sql_cstr = dossier_exception_tables_cstr},
};

const struct dossier_step *
dossier_schema_steps(size_t *count)
{
	*count = LENGTH_OF(steps);
	return steps;
}

int
dossier_schema_number(struct dossier *d, const char *sql_cstr, int64_t *out, struct diag *diag)
{
	struct store_statement *s = d->store->make->prepare(d->store, sql_cstr); /* asked once: not kept */
	int r = dossier_db_next(d, s, diag);
	if (r > 0)
		*out = store_i64(s, 0);
	store_release(s);
	return r > 0 ? 0 : r;
}

static int
hold_references(struct dossier *d, bool holds, struct diag *diag)
{
	return d->store->make->hold_references(d->store, holds) == 0 ? 0 : dossier_db_fail(d, diag);
}

static int
write_mark(struct dossier *d, struct diag *diag)
{
	const struct store_mark mark = {.application = DOSSIER_SCHEMA_APPLICATION, .version = LENGTH_OF(steps)};
	return d->store->make->write_mark(d->store, &mark) == 0 ? 0 : dossier_db_fail(d, diag);
}

int
dossier_schema_upgrade(struct dossier *d, int64_t from, struct diag *diag)
{
	/* Tables are rebuilt by other names (sqlite.org/lang_altertable.html, 7): references are checked at the end. */
	struct store_mark mark = {0};
	int r = hold_references(d, true, diag);
	if (r == 0)
		r = dossier_db_begin(d, diag);
	if (r == 0 && d->store->make->read_mark(d->store, &mark) < 0)
		r = dossier_db_fail(d, diag);
	bool is_done = r == 0 && mark.version == (int64_t)LENGTH_OF(steps); /* by another one, while this one waited */
	if (is_done)
		from = mark.version;
	for (size_t i = (size_t)from; i < LENGTH_OF(steps) && r == 0; i++) {
		const char *other_cstr = d->is_remote ? steps[i].postgresql_cstr : NULL;
		r = dossier_db_execute(d, other_cstr != NULL ? other_cstr : steps[i].sql_cstr, diag);
		if (r == 0 && steps[i].after != NULL)
			r = steps[i].after(d, diag);
	}
	d->version = (int64_t)LENGTH_OF(steps);
	if (r == 0 && from > 0 && !is_done)
		r = dossier_migrate_seal_changed(d, diag);
	if (r == 0 && !is_done)
		r = write_mark(d, diag);
	if (r == 0 && !d->is_held)
		r = dossier_db_commit(d, diag);
	dossier_db_forget(d);
	return r == 0 ? hold_references(d, false, diag) : r;
}

int
dossier_schema_newer(struct dossier *d, struct diag *diag)
{
	return dossier_db_say(d, diag, -EPROTONOSUPPORT,
	    N_("this dossier was written by a newer beffroi: use that version, or give another --dossier; nothing was changed"));
}

int
dossier_schema_prepare(struct dossier *d, struct diag *diag)
{
	struct store_mark mark;
	if (d->store->make->read_mark(d->store, &mark) < 0)
		return dossier_db_fail(d, diag);
	d->version = mark.version;
	bool is_empty = mark.tables == 0 && mark.application == 0;
	if (is_empty && d->writes && !d->any_version)
		return dossier_schema_upgrade(d, 0, diag);
	if (is_empty)
		return dossier_db_say(
		    d, diag, -ENOENT, N_("this dossier is still empty: beffroi watch -r CAPTURE fills it"));
	if (mark.application != DOSSIER_SCHEMA_APPLICATION)
		return dossier_db_say(d, diag, -EMEDIUMTYPE,
		    N_("this is another program's database, not a dossier: give another --dossier; nothing was changed"));
	if (d->version > (int64_t)LENGTH_OF(steps))
		return dossier_schema_newer(d, diag);
	if (d->version < 1)
		return dossier_db_say(d, diag, -EMEDIUMTYPE,
		    N_("this dossier has no known version: give another --dossier; nothing was changed"));
	if (d->version < (int64_t)LENGTH_OF(steps) && !d->any_version)
		return dossier_db_say(d, diag, -ESTALE,
		    N_("this dossier was written by an older beffroi: beffroi dossier migrate brings it up to date; nothing was changed"));
	return 0;
}
