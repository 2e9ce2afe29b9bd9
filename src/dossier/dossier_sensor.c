/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_sensor.h"

#include "dossier/dossier_db.h"
#include "dossier/dossier_load.h"

/* event_day: on a server, the days that have tables of events; see events_day.c. */
const char dossier_sensor_tables_cstr[] =
    "CREATE TABLE sensor(name TEXT PRIMARY KEY, started_ns INTEGER NOT NULL, seen_ns INTEGER NOT NULL, packets INTEGER NOT NULL,"
    " dropped INTEGER NOT NULL, events INTEGER NOT NULL, events_lost INTEGER NOT NULL, alerts INTEGER NOT NULL,"
    " state INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE event_day(number INTEGER PRIMARY KEY) STRICT;"
    "CREATE INDEX alert_page ON alert(last_ns, id, severity, detector);";

int
dossier_sensor_put(struct dossier *d, const struct sensor_health *h, struct diag *diag)
{
	int r = dossier_db_begin(d, diag);
	if (r < 0)
		return r;
	struct store_statement *s = dossier_db_sql(d,
	    "INSERT INTO sensor(name, started_ns, seen_ns, packets, dropped, events, events_lost, alerts, state)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(name) DO UPDATE SET started_ns = excluded.started_ns,"
	    " seen_ns = excluded.seen_ns, packets = excluded.packets, dropped = excluded.dropped, events = excluded.events,"
	    " events_lost = excluded.events_lost, alerts = excluded.alerts, state = excluded.state");
	dossier_db_bind_cstr(s, 1, h->name_cstr);
	dossier_db_bind_i64(s, 2, h->started_ns);
	dossier_db_bind_i64(s, 3, h->seen_ns);
	dossier_db_bind_u64(s, 4, h->packets);
	dossier_db_bind_u64(s, 5, h->dropped);
	dossier_db_bind_u64(s, 6, h->events);
	dossier_db_bind_u64(s, 7, h->events_lost);
	dossier_db_bind_u64(s, 8, h->alerts);
	dossier_db_bind_u64(s, 9, h->state);
	r = dossier_db_run(d, s, diag);
	return r == 0 ? dossier_db_commit(d, diag) : r;
}

int
dossier_sensor_each(
    struct dossier *d, void (*each)(void *context, const struct sensor_health *health), void *context, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d,
	    "SELECT name, started_ns, seen_ns, packets, dropped, events, events_lost, alerts, state FROM sensor"
	    " ORDER BY seen_ns DESC, name");
	int r, count = 0;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		struct sensor_health h = {0};
		bool bad = false;
		dossier_db_cstr(s, 0, h.name_cstr, sizeof(h.name_cstr), &bad);
		h.started_ns = dossier_db_i64(s, 1);
		h.seen_ns = dossier_db_i64(s, 2);
		h.packets = dossier_db_u64(s, 3, UINT64_MAX, &bad);
		h.dropped = dossier_db_u64(s, 4, UINT64_MAX, &bad);
		h.events = dossier_db_u64(s, 5, UINT64_MAX, &bad);
		h.events_lost = dossier_db_u64(s, 6, UINT64_MAX, &bad);
		h.alerts = dossier_db_u64(s, 7, UINT64_MAX, &bad);
		h.state = (enum sensor_health_state)dossier_db_u64(s, 8, SENSOR_HEALTH_FAILED, &bad);
		if (bad) {
			store_reset(s);
			return dossier_load_damaged(d, diag);
		}
		each(context, &h);
		count++;
	}
	return r < 0 ? r : count;
}
