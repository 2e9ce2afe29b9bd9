/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_load.h"

#include "core/text.h"
#include "record/alert_text.h"

#include <errno.h>

enum { ALERT_COLUMN_COUNT = 20 };

int
dossier_load_damaged(struct dossier *d, struct diag *diag)
{
	return dossier_db_say(d, diag, -EBADMSG,
	    N_("dossier.db is damaged or is no dossier: put your last copy back, or give another --dossier; nothing was overwritten"));
}

static int
load_facts(struct dossier *d, const char *alert_id_cstr, struct alert *a, struct diag *diag)
{
	struct store_statement *s = dossier_db_statement(d, SQL_FACTS_OF);
	dossier_db_bind_cstr(s, 1, alert_id_cstr);
	bool bad = false;
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		char name_cstr[ALERT_FACT_NAME_MAX];
		dossier_db_cstr(s, 0, name_cstr, sizeof(name_cstr), &bad);
		alert_fact_text(a, name_cstr, dossier_db_bytes(s, 1));
	}
	return r < 0 ? r : bad ? dossier_load_damaged(d, diag) : 0;
}

int
dossier_load_alert(struct dossier *d, struct store_statement *row, struct alert *out, struct diag *diag)
{
	bool bad = false;
	char id_cstr[INCIDENT_ID_MAX];
	struct alert a = {0};
	dossier_db_cstr(row, 0, id_cstr, sizeof(id_cstr), &bad);
	a.detector_cstr = alert_text_known(dossier_db_bytes(row, 1));
	if (a.detector_cstr == NULL)
		a.detector_cstr = "unknown"; /* of another version */
	a.signature_id = (uint32_t)dossier_db_u64(row, 2, UINT32_MAX, &bad);
	a.severity = (uint8_t)dossier_db_u64(row, 3, SEVERITY_CRITICAL, &bad);
	a.confidence = (uint8_t)dossier_db_u64(row, 4, 100, &bad);
	a.stage = (uint8_t)dossier_db_u64(row, 5, STAGE_HYGIENE, &bad);
	a.ip_proto = (uint8_t)dossier_db_u64(row, 6, UINT8_MAX, &bad);
	dossier_db_cstr(row, 7, a.technique_cstr, sizeof(a.technique_cstr), &bad);
	a.first_ns = dossier_db_i64(row, 8);
	a.last_ns = dossier_db_i64(row, 9);
	a.number = dossier_db_u64(row, 10, UINT64_MAX, &bad);
	a.flow_id = (uint64_t)dossier_db_i64(row, 11);
	a.source = dossier_db_addr(row, 12, &bad);
	a.target = dossier_db_addr(row, 13, &bad);
	a.targets = (uint32_t)dossier_db_u64(row, 14, UINT32_MAX, &bad);
	a.source_port = (uint16_t)dossier_db_u64(row, 15, UINT16_MAX, &bad);
	a.target_port = (uint16_t)dossier_db_u64(row, 16, UINT16_MAX, &bad);
	a.vlan = (uint16_t)dossier_db_u64(row, 17, UINT16_MAX, &bad);
	a.app = dossier_db_app(row, 18);
	a.count = dossier_db_u64(row, 19, UINT64_MAX, &bad);
	if (bad || a.severity < SEVERITY_MINOR)
		return dossier_load_damaged(d, diag);
	int r = load_facts(d, id_cstr, &a, diag);
	if (r == 0)
		*out = a;
	return r;
}

static int
load_parts(struct dossier *d, struct incident *incident, struct diag *diag)
{
	struct store_statement *s = dossier_db_statement(d, SQL_PARTS_OF);
	dossier_db_bind_cstr(s, 1, incident->id_cstr);
	bool bad = false;
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		struct incident_part *part = &incident->parts[incident->part_count];
		bad = bad || incident->part_count == INCIDENT_PARTS_MAX;
		r = bad ? dossier_load_damaged(d, diag) : dossier_load_alert(d, s, &part->strongest, diag);
		if (r < 0) {
			store_reset(s);
			return r;
		}
		part->alerts = dossier_db_u64(s, ALERT_COLUMN_COUNT, UINT64_MAX, &bad);
		part->count = dossier_db_u64(s, ALERT_COLUMN_COUNT + 1, UINT64_MAX, &bad);
		part->first_ns = dossier_db_i64(s, ALERT_COLUMN_COUNT + 2);
		part->last_ns = dossier_db_i64(s, ALERT_COLUMN_COUNT + 3);
		incident->part_count++;
	}
	return r < 0 ? r : bad ? dossier_load_damaged(d, diag) : 0;
}

static int
load_victims(struct dossier *d, struct incident *incident, struct diag *diag)
{
	struct store_statement *s = dossier_db_statement(d, SQL_VICTIMS_OF);
	dossier_db_bind_cstr(s, 1, incident->id_cstr);
	bool bad = false;
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		struct addr victim = dossier_db_addr(s, 0, &bad);
		bad = bad || incident->victim_count == INCIDENT_VICTIMS_MAX;
		if (!bad)
			incident->victims[incident->victim_count++] = victim;
	}
	return r < 0 ? r : bad ? dossier_load_damaged(d, diag) : 0;
}

int
dossier_load_incident(struct dossier *d, const char *id_cstr, struct incident *out, struct diag *diag)
{
	struct store_statement *s = dossier_db_statement(d, SQL_INCIDENT_GET);
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r <= 0)
		return r;
	bool bad = false;
	memset(out, 0, sizeof(*out)); /* 20 kB: built in place */
	dossier_db_cstr(s, 0, out->id_cstr, sizeof(out->id_cstr), &bad);
	out->attacker = dossier_db_addr(s, 1, &bad);
	out->victims_total = (uint32_t)dossier_db_u64(s, 2, UINT32_MAX, &bad);
	out->stages = (uint16_t)dossier_db_u64(s, 3, UINT16_MAX, &bad);
	out->severity = (uint8_t)dossier_db_u64(s, 4, SEVERITY_CRITICAL, &bad);
	out->confidence = (uint8_t)dossier_db_u64(s, 5, 100, &bad);
	out->first_ns = dossier_db_i64(s, 6);
	out->last_ns = dossier_db_i64(s, 7);
	out->alerts = dossier_db_u64(s, 8, UINT64_MAX, &bad);
	store_reset(s);
	if (bad || out->severity < SEVERITY_MINOR)
		return dossier_load_damaged(d, diag);
	r = load_victims(d, out, diag);
	if (r == 0)
		r = load_parts(d, out, diag);
	return r < 0 ? r : 1;
}

static int
load_services(struct dossier *d, const char *id_cstr, struct asset *a, struct diag *diag)
{
	struct store_statement *s = dossier_db_statement(d, SQL_SERVICES_OF);
	dossier_db_bind_cstr(s, 1, id_cstr);
	bool bad = false;
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		if (a->service_count == ASSET_SERVICES_MAX)
			continue; /* several runs saw more than one record holds: the lowest ports are shown */
		struct asset_service *service = &a->services[a->service_count++];
		service->port = (uint16_t)dossier_db_u64(s, 0, UINT16_MAX, &bad);
		service->ip_proto = (uint8_t)dossier_db_u64(s, 1, UINT8_MAX, &bad);
		service->app = dossier_db_app(s, 2);
	}
	return r < 0 ? r : bad ? dossier_load_damaged(d, diag) : 0;
}

int
dossier_load_asset_row(struct dossier *d, struct store_statement *row, struct asset *out, struct diag *diag)
{
	bool bad = false;
	char id_cstr[64];
	struct asset a = {0};
	dossier_db_cstr(row, 0, id_cstr, sizeof(id_cstr), &bad);
	struct bytes address = dossier_db_bytes(row, 1), mac = dossier_db_bytes(row, 2), name = dossier_db_bytes(row, 3);
	bool has_address = !bytes_start_with(address, BYTES("-")); /* see dossier_machine.c */
	if ((has_address && !addr_parse(address, &a.address)) || name.len > sizeof(a.name) ||
	    (mac.len != 0 && mac.len != sizeof(a.mac)))
		return dossier_load_damaged(d, diag);
	a.has_mac = mac.len > 0;
	if (a.has_mac)
		memcpy(a.mac, mac.at, sizeof(a.mac));
	a.name_len = (uint8_t)name.len;
	if (name.len > 0)
		memcpy(a.name, name.at, name.len);
	a.is_private = dossier_db_u64(row, 4, 1, &bad) != 0;
	a.first_ns = dossier_db_i64(row, 5);
	a.last_ns = dossier_db_i64(row, 6);
	a.packets = dossier_db_u64(row, 7, UINT64_MAX, &bad);
	a.bytes = dossier_db_u64(row, 8, UINT64_MAX, &bad);
	if (bad)
		return dossier_load_damaged(d, diag);
	int r = load_services(d, id_cstr, &a, diag);
	if (r == 0)
		*out = a;
	return r;
}

int
dossier_load_asset(struct dossier *d, const char *id_cstr, struct asset *out, struct diag *diag)
{
	struct store_statement *s = dossier_db_statement(d, SQL_ASSET_GET);
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r <= 0)
		return r;
	r = dossier_load_asset_row(d, s, out, diag);
	store_reset(s);
	return r < 0 ? r : 1;
}
