/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_pulse.h"

#include "core/text.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_load.h"
#include "dossier/events_day.h"
#include "dossier/events_view.h"
#include "dossier/store.h"

#include <stdlib.h>

#define HOUR_NS (INT64_C(3600) * 1000000000)

static int
number(struct dossier *d, const char *sql_cstr, uint64_t *out, struct diag *diag)
{
	bool bad = false;
	struct store_statement *s = dossier_db_sql(d, sql_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r <= 0)
		return r;
	*out = dossier_db_u64(s, 0, UINT64_MAX, &bad);
	store_reset(s);
	return bad ? dossier_load_damaged(d, diag) : 0;
}

static int
count_hours(struct dossier *d, int64_t now_ns, struct dossier_pulse *out, struct diag *diag)
{
	int64_t from_ns = now_ns - DOSSIER_PULSE_HOURS * HOUR_NS;
	struct store_statement *s = dossier_db_sql(d, "SELECT last_ns FROM alert WHERE last_ns >= ?1 AND last_ns < ?2");
	dossier_db_bind_i64(s, 1, from_ns);
	dossier_db_bind_i64(s, 2, now_ns);
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		int64_t hour = (dossier_db_i64(s, 0) - from_ns) / HOUR_NS;
		if (hour < 0 || hour >= DOSSIER_PULSE_HOURS)
			continue;
		out->hourly[hour]++;
		out->alerts_24h++;
	}
	return r;
}

static int
count_events(struct dossier *d, int64_t now_ns, struct dossier_pulse *out, struct diag *diag)
{
	struct events_day_info *days = NULL;
	size_t count = 0;
	char today[EVENTS_DAY_NAME_MAX];
	events_day_name(now_ns / EVENTS_DAY_NS, today);
	int r = events_view_days(d, &days, &count, diag);
	for (size_t i = 0; r == 0 && i < count; i++) {
		out->disk_bytes += days[i].bytes;
		if (strncmp(today + sizeof("events/") - 1, days[i].day_cstr, sizeof("2026-03-03") - 1) == 0)
			out->events_today = days[i].events;
	}
	free(days);
	return r;
}

int
dossier_pulse(struct dossier *d, int64_t now_ns, struct dossier_pulse *out, struct diag *diag)
{
	struct dossier_pulse p = {.alerts = 0};
	int64_t database = 0;
	uint64_t proofs = 0;
	int r = count_hours(d, now_ns, &p, diag);
	if (r == 0)
		r = number(d, "SELECT count(*) FROM alert", &p.alerts, diag);
	if (r == 0)
		r = number(d, "SELECT count(*) FROM incident", &p.incidents, diag);
	if (r == 0)
		r = number(d, "SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM evidence", &proofs, diag);
	if (r == 0)
		r = count_events(d, now_ns, &p, diag);
	if (r == 0 && d->store->make->read_size(d->store, &database) < 0)
		r = dossier_db_fail(d, diag);
	p.disk_bytes += proofs + (uint64_t)(database > 0 ? database : 0);
	if (r == 0)
		*out = p;
	return r;
}
