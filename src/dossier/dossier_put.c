/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Records into rows. Each put reads what is there, writes only what differs, and tells the journal. */
#include "dossier/dossier.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_evidence.h"
#include "dossier/dossier_id.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_json.h"
#include "dossier/dossier_load.h"
#include "dossier/dossier_machine_links.h"
#include "dossier/dossier_object.h"

#include "core/auto.h"
#include "core/text.h"
#include "record/observation.h"

enum { MERGES_MAX = 16 };

static int
set_asset(struct dossier *d, const char *id_cstr, const struct asset *a, struct diag *diag)
{
	char address_cstr[ADDR_TEXT_MAX];
	(void)addr_write(&a->address, address_cstr);
	struct store_statement *s = dossier_db_statement(d, SQL_ASSET_SET);
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_cstr(s, 2, address_cstr);
	if (a->has_mac)
		dossier_db_bind_bytes(s, 3, (struct bytes){a->mac, sizeof(a->mac)});
	dossier_db_bind_bytes(s, 4, (struct bytes){(const uint8_t *)a->name, a->name_len});
	dossier_db_bind_u64(s, 5, a->is_private);
	dossier_db_bind_i64(s, 6, a->first_ns);
	dossier_db_bind_i64(s, 7, a->last_ns);
	dossier_db_bind_u64(s, 8, a->packets);
	dossier_db_bind_u64(s, 9, a->bytes);
	return dossier_db_run(d, s, diag);
}

/* Returns how many services were added or understood better. */
static int
set_services(struct dossier *d, const char *id_cstr, const struct asset *a, struct diag *diag)
{
	int changes = 0;
	for (size_t i = 0; i < a->service_count; i++) {
		struct store_statement *s = dossier_db_statement(d, SQL_SERVICE_SET);
		dossier_db_bind_cstr(s, 1, id_cstr);
		dossier_db_bind_u64(s, 2, a->services[i].port);
		dossier_db_bind_u64(s, 3, a->services[i].ip_proto);
		dossier_db_bind_cstr(s, 4, observation_app_name((enum app_proto)a->services[i].app));
		int r = dossier_db_run(d, s, diag);
		if (r < 0)
			return r;
		changes += store_changes(d->store) > 0;
	}
	return changes;
}

/* What both runs saw together. Times that were covered before count nothing twice. True when something is new. */
static bool
merge_asset(struct asset *known, const struct asset *seen)
{
	if (seen->first_ns >= known->first_ns && seen->last_ns <= known->last_ns)
		return false;
	if (known->last_ns == 0) { /* declared, and not seen before */
		struct asset declared = *known;
		*known = *seen;
		if (!seen->has_mac && declared.has_mac) {
			known->has_mac = true;
			memcpy(known->mac, declared.mac, sizeof(known->mac));
		}
		return true;
	}
	bool apart = seen->first_ns > known->last_ns || seen->last_ns < known->first_ns;
	if (apart) {
		known->packets += seen->packets;
		known->bytes += seen->bytes;
	} else {
		known->packets = seen->packets > known->packets ? seen->packets : known->packets;
		known->bytes = seen->bytes > known->bytes ? seen->bytes : known->bytes;
	}
	bool later = seen->last_ns >= known->last_ns;
	if (seen->has_mac && (later || !known->has_mac)) {
		known->has_mac = true;
		memcpy(known->mac, seen->mac, sizeof(known->mac));
	}
	if (seen->name_len > 0 && (later || known->name_len == 0)) {
		known->name_len = seen->name_len;
		memcpy(known->name, seen->name, sizeof(known->name));
	}
	known->first_ns = seen->first_ns < known->first_ns ? seen->first_ns : known->first_ns;
	known->last_ns = later ? seen->last_ns : known->last_ns;
	return true;
}

static int
add_asset(struct dossier *d, const char *id_cstr, const struct asset *asset, struct diag *diag)
{
	int r = dossier_object_add(d, id_cstr, "asset", diag);
	if (r == 0)
		r = set_asset(d, id_cstr, asset, diag);
	if (r == 0)
		r = set_services(d, id_cstr, asset, diag);
	if (r < 0)
		return r;
	dossier_json_asset(asset, d->after);
	r = dossier_journal_add(d, "add", id_cstr, NULL, d->after, diag);
	return r < 0 ? r : dossier_machine_links_add(d, id_cstr, &asset->address, diag);
}

static int
change_asset(struct dossier *d, const char *id_cstr, struct asset *known, const struct asset *seen, struct diag *diag)
{
	dossier_json_asset(known, d->before);
	int r = 0;
	bool differs = merge_asset(known, seen);
	if (differs)
		r = set_asset(d, id_cstr, known, diag);
	int services = r < 0 ? r : set_services(d, id_cstr, seen, diag);
	if (services < 0)
		return services;
	if (!differs && services == 0)
		return 0;
	if (dossier_load_asset(d, id_cstr, known, diag) < 0)
		return -EBADMSG;
	dossier_json_asset(known, d->after);
	return dossier_journal_add(d, "change", id_cstr, d->before, d->after, diag);
}

int
dossier_put_asset(struct dossier *d, const struct asset *asset, bool *is_new, struct diag *diag)
{
	char id[DOSSIER_ID_MAX];
	struct asset known;
	dossier_id_asset(&asset->address, id);
	int r = dossier_db_begin(d, diag);
	if (r < 0)
		return r;
	int found = dossier_load_asset(d, id, &known, diag);
	if (found < 0)
		return found;
	r = found == 0 ? add_asset(d, id, asset, diag) : change_asset(d, id, &known, asset, diag);
	if (r == 0 && is_new != NULL)
		*is_new = found == 0;
	return r < 0 ? r : dossier_db_commit_when_due(d, diag);
}

static int
insert_alert(struct dossier *d, const char *id_cstr, const struct alert *a, struct diag *diag)
{
	struct store_statement *s = dossier_db_statement(d, SQL_ALERT_ADD);
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_cstr(s, 2, a->detector_cstr);
	dossier_db_bind_u64(s, 3, a->signature_id);
	dossier_db_bind_u64(s, 4, a->severity);
	dossier_db_bind_u64(s, 5, a->confidence);
	dossier_db_bind_u64(s, 6, a->stage);
	dossier_db_bind_u64(s, 7, a->ip_proto);
	dossier_db_bind_cstr(s, 8, a->technique_cstr);
	dossier_db_bind_i64(s, 9, a->first_ns);
	dossier_db_bind_i64(s, 10, a->last_ns);
	dossier_db_bind_u64(s, 11, a->number);
	dossier_db_bind_i64(s, 12, (int64_t)a->flow_id);
	dossier_db_bind_addr(s, 13, &a->source);
	dossier_db_bind_addr(s, 14, &a->target);
	dossier_db_bind_u64(s, 15, a->targets);
	dossier_db_bind_u64(s, 16, a->source_port);
	dossier_db_bind_u64(s, 17, a->target_port);
	dossier_db_bind_u64(s, 18, a->vlan);
	dossier_db_bind_cstr(s, 19, observation_app_name((enum app_proto)a->app));
	dossier_db_bind_u64(s, 20, a->count);
	return dossier_db_run(d, s, diag);
}

static int
insert_facts(struct dossier *d, const char *id_cstr, const struct alert *a, struct diag *diag)
{
	int r = 0;
	for (size_t i = 0; i < a->fact_count && r == 0; i++) {
		struct store_statement *s = dossier_db_statement(d, SQL_FACT_ADD);
		dossier_db_bind_cstr(s, 1, id_cstr);
		dossier_db_bind_u64(s, 2, i);
		dossier_db_bind_cstr(s, 3, a->facts[i].name_cstr);
		dossier_db_bind_bytes(s, 4, (struct bytes){(const uint8_t *)a->facts[i].value, a->facts[i].value_len});
		r = dossier_db_run(d, s, diag);
	}
	return r;
}

/* The same packets may prove several alerts. */
static int
prove(struct dossier *d, const char *evidence_id_cstr, const char *alert_id_cstr, uint64_t bytes, struct diag *diag)
{
	int r = dossier_object_link(
	    d, evidence_id_cstr, "proves", alert_id_cstr, "the last packets between both ends", diag);
	if (r < 0)
		return r;
	dossier_json_evidence(bytes, alert_id_cstr, d->after);
	return dossier_journal_add(d, "prove", evidence_id_cstr, NULL, d->after, diag);
}

/* home: the incident, or the exception that keeps it aside. 1: added, 0: was there. */
static int
add_alert(struct dossier *d, const char *home_cstr, bool is_aside, const struct alert *alert, struct bytes evidence,
    struct diag *diag)
{
	char id[DOSSIER_ID_MAX], evidence_id[DOSSIER_ID_MAX] = "";
	dossier_id_alert(alert, id);
	struct store_statement *s = dossier_db_statement(d, SQL_ALERT_HAS);
	dossier_db_bind_cstr(s, 1, id);
	int r = dossier_db_next(d, s, diag);
	if (r != 0) {
		store_reset(s);
		return r < 0 ? r : 0;
	}
	r = dossier_object_add(d, id, "alert", diag);
	if (r == 0)
		r = insert_alert(d, id, alert, diag);
	if (r == 0)
		r = insert_facts(d, id, alert, diag);
	if (r == 0)
		r = dossier_object_link(d, id, is_aside ? "hidden-by" : "part-of", home_cstr,
		    is_aside ? "an exception fits" : "same cause", diag);
	if (r == 0 && evidence.len > 0)
		r = dossier_evidence_keep(d, evidence, evidence_id, diag);
	if (r == 0 && evidence.len > 0)
		r = prove(d, evidence_id, id, evidence.len, diag);
	if (r < 0)
		return r;
	dossier_json_alert(alert, home_cstr, evidence.len > 0 ? evidence_id : NULL, d->after);
	r = dossier_journal_add(d, "add", id, NULL, d->after, diag);
	return r < 0 ? r : 1;
}

static int
set_incident(struct dossier *d, const struct incident *incident, bool complete, struct diag *diag)
{
	struct store_statement *s = dossier_db_statement(d, SQL_INCIDENT_SET);
	dossier_db_bind_cstr(s, 1, incident->id_cstr);
	dossier_db_bind_addr(s, 2, &incident->attacker);
	dossier_db_bind_u64(s, 3, incident->victims_total);
	dossier_db_bind_u64(s, 4, incident->stages);
	dossier_db_bind_u64(s, 5, incident->severity);
	dossier_db_bind_u64(s, 6, incident->confidence);
	dossier_db_bind_i64(s, 7, incident->first_ns);
	dossier_db_bind_i64(s, 8, incident->last_ns);
	dossier_db_bind_u64(s, 9, incident->alerts);
	dossier_db_bind_u64(s, 10, complete);
	return dossier_db_run(d, s, diag);
}

static int
add_part(
    struct dossier *d, const char *incident_id_cstr, size_t position, const struct incident_part *part, struct diag *diag)
{
	char strongest[DOSSIER_ID_MAX];
	dossier_id_alert(&part->strongest, strongest);
	struct store_statement *s = dossier_db_statement(d, SQL_PART_ADD);
	dossier_db_bind_cstr(s, 1, incident_id_cstr);
	dossier_db_bind_u64(s, 2, position);
	dossier_db_bind_cstr(s, 3, strongest);
	dossier_db_bind_u64(s, 4, part->alerts);
	dossier_db_bind_u64(s, 5, part->count);
	dossier_db_bind_i64(s, 6, part->first_ns);
	dossier_db_bind_i64(s, 7, part->last_ns);
	return dossier_db_run(d, s, diag);
}

/* Where the alerts of an incident go: into the one that a person merged it into, and so on. */
static int
follow_merges(struct dossier *d, const char *id_cstr, char out[static INCIDENT_ID_MAX], struct diag *diag)
{
	bool bad = false;
	int r = 1;
	(void)snprintf(out, INCIDENT_ID_MAX, "%s", id_cstr);
	for (unsigned i = 0; i < MERGES_MAX && r > 0 && !bad; i++) {
		struct store_statement *s = dossier_db_sql(
		    d, "SELECT target FROM link WHERE source = ?1 AND relation = 'merged-into' ORDER BY at DESC LIMIT 1");
		dossier_db_bind_cstr(s, 1, out);
		r = dossier_db_next(d, s, diag);
		if (r > 0)
			dossier_db_cstr(s, 0, out, INCIDENT_ID_MAX, &bad);
		store_reset(s);
	}
	return r < 0 ? r : bad ? dossier_load_damaged(d, diag) : 0;
}

/* The first alert of an incident arrives before its story does: until then the incident is this alert. */
static int
begin_incident(struct dossier *d, const char *id_cstr, const struct alert *alert, struct diag *diag)
{
	AUTO_FREE struct incident *incident = calloc(1, sizeof(*incident)); /* 20 kB: too much for a stack */
	if (incident == NULL)
		return dossier_db_say(d, diag, -ENOMEM, N_("not enough memory for the dossier"));
	snprintf(incident->id_cstr, sizeof(incident->id_cstr), "%s", id_cstr);
	incident->attacker = alert->source;
	incident->victims_total = alert->targets;
	incident->stages = (uint16_t)(1U << alert->stage);
	incident->severity = alert->severity;
	incident->confidence = alert->confidence;
	incident->first_ns = alert->first_ns;
	incident->last_ns = alert->last_ns;
	incident->alerts = 1;
	int r = dossier_object_add(d, id_cstr, "incident", diag);
	return r < 0 ? r : set_incident(d, incident, false, diag);
}

static int
tell_beginning(struct dossier *d, const char *id_cstr, struct diag *diag)
{
	AUTO_FREE struct incident *incident = malloc(sizeof(*incident));
	if (incident == NULL)
		return dossier_db_say(d, diag, -ENOMEM, N_("not enough memory for the dossier"));
	int r = dossier_load_incident(d, id_cstr, incident, diag);
	if (r < 0)
		return r;
	dossier_json_incident(incident, d->after);
	return dossier_journal_add(d, "begin", id_cstr, NULL, d->after, diag);
}

/* 1: there, and *complete and *alerts are set; 0: not there. */
static int
has_incident(struct dossier *d, const char *id_cstr, bool *complete, uint64_t *alerts, struct diag *diag)
{
	struct store_statement *s = dossier_db_statement(d, SQL_INCIDENT_HAS);
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r > 0) {
		bool bad = false;
		*complete = dossier_db_u64(s, 0, 1, &bad) != 0;
		*alerts = dossier_db_u64(s, 1, UINT64_MAX, &bad);
		store_reset(s);
	}
	return r;
}

int
dossier_put_alert(struct dossier *d, const char *named_cstr, const struct alert *alert, struct bytes evidence, bool *is_new,
    struct diag *diag)
{
	char incident_id_cstr[INCIDENT_ID_MAX];
	bool complete;
	uint64_t alerts;
	int r = dossier_db_begin(d, diag);
	if (r == 0)
		r = follow_merges(d, named_cstr, incident_id_cstr, diag);
	if (r < 0)
		return r;
	int found = has_incident(d, incident_id_cstr, &complete, &alerts, diag);
	if (found == 0)
		r = begin_incident(d, incident_id_cstr, alert, diag);
	if (found < 0 || r < 0)
		return found < 0 ? found : r;
	int added = add_alert(d, incident_id_cstr, false, alert, evidence, diag);
	if (added < 0)
		return added;
	if (found == 0) {
		struct incident_part part = {.strongest = *alert,
		    .alerts = 1,
		    .count = alert->count,
		    .first_ns = alert->first_ns,
		    .last_ns = alert->last_ns};
		r = add_part(d, incident_id_cstr, 0, &part, diag);
		if (r == 0)
			r = tell_beginning(d, incident_id_cstr, diag);
	}
	if (r < 0)
		return r;
	if (is_new != NULL)
		*is_new = added > 0;
	return dossier_db_commit_when_due(d, diag);
}

int
dossier_put_alert_aside(
    struct dossier *d, const char *exception_id_cstr, const struct alert *alert, bool *is_new, struct diag *diag)
{
	int r = dossier_db_begin(d, diag);
	if (r == 0)
		r = add_alert(d, exception_id_cstr, true, alert, (struct bytes){0}, diag);
	if (r < 0)
		return r;
	if (is_new != NULL)
		*is_new = r > 0;
	return dossier_db_commit_when_due(d, diag);
}

/* The machines of an incident, where they are known. */
static int
link_machines(struct dossier *d, const struct incident *incident, struct diag *diag)
{
	char asset[DOSSIER_ID_MAX];
	dossier_id_asset(&incident->attacker, asset);
	int r = dossier_object_link_if(d, incident->id_cstr, "comes-from", asset, "source of the alerts", diag);
	for (size_t i = 0; i < incident->victim_count && r == 0; i++) {
		dossier_id_asset(&incident->victims[i], asset);
		r = dossier_object_link_if(d, incident->id_cstr, "concerns", asset, "target of the alerts", diag);
	}
	return r;
}

static int
write_incident(struct dossier *d, const struct incident *incident, struct diag *diag)
{
	char home_cstr[INCIDENT_ID_MAX];
	int r = dossier_object_add(d, incident->id_cstr, "incident", diag);
	if (r == 0)
		r = follow_merges(d, incident->id_cstr, home_cstr, diag);
	if (r == 0)
		r = set_incident(d, incident, true, diag);
	static const enum dossier_statement clears[] = {SQL_PARTS_CLEAR, SQL_VICTIMS_CLEAR};
	for (size_t i = 0; i < LENGTH_OF(clears) && r == 0; i++) {
		struct store_statement *s = dossier_db_statement(d, clears[i]);
		dossier_db_bind_cstr(s, 1, incident->id_cstr);
		r = dossier_db_run(d, s, diag);
	}
	for (size_t i = 0; i < incident->part_count && r == 0; i++) {
		r = add_alert(d, home_cstr, false, &incident->parts[i].strongest, (struct bytes){0}, diag);
		if (r >= 0)
			r = add_part(d, incident->id_cstr, i, &incident->parts[i], diag);
	}
	for (size_t i = 0; i < incident->victim_count && r == 0; i++) {
		struct store_statement *s = dossier_db_statement(d, SQL_VICTIM_ADD);
		dossier_db_bind_cstr(s, 1, incident->id_cstr);
		dossier_db_bind_addr(s, 2, &incident->victims[i]);
		r = dossier_db_run(d, s, diag);
	}
	return r == 0 ? link_machines(d, incident, diag) : r;
}

int
dossier_put_incident(struct dossier *d, const struct incident *incident, bool *is_new, struct diag *diag)
{
	bool complete = false;
	uint64_t alerts = 0;
	int r = dossier_db_begin(d, diag);
	if (r < 0)
		return r;
	int found = has_incident(d, incident->id_cstr, &complete, &alerts, diag);
	if (found < 0)
		return found;
	bool known = found > 0 && complete;
	if (is_new != NULL)
		*is_new = !known;
	if (known && alerts > incident->alerts)
		return 0; /* a part of the same capture: the whole story is kept */
	if (known) {
		AUTO_FREE struct incident *before = malloc(sizeof(*before));
		if (before == NULL)
			return dossier_db_say(d, diag, -ENOMEM, N_("not enough memory for the dossier"));
		r = dossier_load_incident(d, incident->id_cstr, before, diag);
		if (r < 0)
			return r;
		dossier_json_incident(before, d->before);
		dossier_json_incident(incident, d->after);
		if (strcmp(d->before, d->after) == 0)
			return 0;
	}
	r = write_incident(d, incident, diag);
	dossier_json_incident(incident, d->after); /* add_alert() wrote there too */
	if (r == 0)
		r = dossier_journal_add(
		    d, known ? "change" : "add", incident->id_cstr, known ? d->before : NULL, d->after, diag);
	return r < 0 ? r : dossier_db_commit_when_due(d, diag);
}
