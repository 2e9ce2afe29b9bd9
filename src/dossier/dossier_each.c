/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/dossier_load.h"

static int
no_memory(const struct dossier *d, struct diag *diag)
{
	return dossier_db_say(d, diag, -ENOMEM, N_("not enough memory for the dossier"));
}

int
dossier_each_incident(
    struct dossier *d, void (*each)(void *context, const struct incident *incident), void *context, struct diag *diag)
{
	AUTO_FREE struct incident *incident = malloc(sizeof(*incident));
	if (incident == NULL)
		return no_memory(d, diag);
	struct store_statement *s = dossier_db_statement(d, SQL_INCIDENT_ALL);
	int r, count = 0;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		char id_cstr[INCIDENT_ID_MAX];
		bool bad = false;
		dossier_db_cstr(s, 0, id_cstr, sizeof(id_cstr), &bad);
		r = bad ? 0 : dossier_load_incident(d, id_cstr, incident, diag);
		if (r <= 0) {
			store_reset(s);
			return r < 0 ? r : dossier_load_damaged(d, diag);
		}
		each(context, incident);
		count++;
	}
	return r < 0 ? r : count;
}

static int
each_alert(struct dossier *d, enum dossier_statement statement, const char *home_cstr,
    void (*each)(void *context, const struct kept_alert *alert), void *context, struct diag *diag)
{
	enum { COLUMN_ID = 0, COLUMN_EVIDENCE = 20 };
	struct store_statement *s = dossier_db_statement(d, statement);
	dossier_db_bind_cstr(s, 1, home_cstr);
	int r, count = 0;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		struct kept_alert kept = {0};
		bool bad = false;
		dossier_db_cstr(s, COLUMN_ID, kept.id_cstr, sizeof(kept.id_cstr), &bad);
		dossier_db_cstr(s, COLUMN_EVIDENCE, kept.evidence_cstr, sizeof(kept.evidence_cstr), &bad);
		r = bad ? dossier_load_damaged(d, diag) : dossier_load_alert(d, s, &kept.alert, diag);
		if (r < 0) {
			store_reset(s);
			return r;
		}
		each(context, &kept);
		count++;
	}
	return r < 0 ? r : count;
}

int
dossier_each_alert(struct dossier *d, const char *incident_id_cstr,
    void (*each)(void *context, const struct kept_alert *alert), void *context, struct diag *diag)
{
	return each_alert(d, SQL_ALERTS_OF, incident_id_cstr, each, context, diag);
}

int
dossier_each_alert_aside(struct dossier *d, const char *exception_id_cstr,
    void (*each)(void *context, const struct kept_alert *alert), void *context, struct diag *diag)
{
	return each_alert(d, SQL_ALERTS_ASIDE, exception_id_cstr, each, context, diag);
}

int
dossier_each_asset(
    struct dossier *d, void (*each)(void *context, const struct asset *asset), void *context, struct diag *diag)
{
	struct store_statement *s = dossier_db_statement(d, SQL_ASSET_ALL);
	int r, count = 0;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		struct asset asset;
		r = dossier_load_asset_row(d, s, &asset, diag);
		if (r < 0) {
			store_reset(s);
			return r;
		}
		each(context, &asset);
		count++;
	}
	return r < 0 ? r : count;
}
