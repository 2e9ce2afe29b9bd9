/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_json.h"

#include "core/ensure.h"
#include "core/json.h"
#include "dossier/dossier_id.h"
#include "record/observation.h"

/* Every record is bounded: the largest incident takes less than half of the room. */
static void
finish(struct json *j, char out[static DOSSIER_JSON_MAX])
{
	json_close_object(j);
	ENSURE(json_ok(j));
	out[json_length(j)] = '\0';
}

static struct json
start(char out[static DOSSIER_JSON_MAX])
{
	struct json j = json_of(out, DOSSIER_JSON_MAX - 1);
	json_open_object(&j, (struct bytes){0});
	return j;
}

void
dossier_json_asset(const struct asset *a, char out[static DOSSIER_JSON_MAX])
{
	struct json j = start(out);
	json_addr(&j, JSON_KEY("address"), &a->address);
	if (a->has_mac)
		json_hex(&j, JSON_KEY("mac"), (struct bytes){a->mac, sizeof(a->mac)}, ':');
	json_text(&j, JSON_KEY("name"), (struct bytes){(const uint8_t *)a->name, a->name_len});
	json_bool(&j, JSON_KEY("private"), a->is_private);
	json_i64(&j, JSON_KEY("first_ns"), a->first_ns);
	json_i64(&j, JSON_KEY("last_ns"), a->last_ns);
	json_u64(&j, JSON_KEY("packets"), a->packets);
	json_u64(&j, JSON_KEY("bytes"), a->bytes);
	json_open_array(&j, JSON_KEY("services"));
	for (size_t i = 0; i < a->service_count; i++) {
		json_open_object(&j, (struct bytes){0});
		json_u64(&j, JSON_KEY("port"), a->services[i].port);
		json_u64(&j, JSON_KEY("ip_proto"), a->services[i].ip_proto);
		json_cstr(&j, JSON_KEY("app"), observation_app_name((enum app_proto)a->services[i].app));
		json_close_object(&j);
	}
	json_close_array(&j);
	finish(&j, out);
}

void
dossier_json_incident(const struct incident *incident, char out[static DOSSIER_JSON_MAX])
{
	char id_cstr[DOSSIER_ID_MAX];
	struct json j = start(out);
	json_addr(&j, JSON_KEY("attacker"), &incident->attacker);
	json_open_array(&j, JSON_KEY("victims"));
	for (size_t i = 0; i < incident->victim_count; i++)
		json_addr(&j, (struct bytes){0}, &incident->victims[i]);
	json_close_array(&j);
	json_u64(&j, JSON_KEY("victims_total"), incident->victims_total);
	json_u64(&j, JSON_KEY("stages"), incident->stages);
	json_u64(&j, JSON_KEY("severity"), incident->severity);
	json_u64(&j, JSON_KEY("confidence"), incident->confidence);
	json_i64(&j, JSON_KEY("first_ns"), incident->first_ns);
	json_i64(&j, JSON_KEY("last_ns"), incident->last_ns);
	json_u64(&j, JSON_KEY("alerts"), incident->alerts);
	json_open_array(&j, JSON_KEY("parts"));
	for (size_t i = 0; i < incident->part_count; i++) {
		const struct incident_part *part = &incident->parts[i];
		dossier_id_alert(&part->strongest, id_cstr);
		json_open_object(&j, (struct bytes){0});
		json_cstr(&j, JSON_KEY("strongest"), id_cstr);
		json_u64(&j, JSON_KEY("alerts"), part->alerts);
		json_u64(&j, JSON_KEY("count"), part->count);
		json_i64(&j, JSON_KEY("first_ns"), part->first_ns);
		json_i64(&j, JSON_KEY("last_ns"), part->last_ns);
		json_close_object(&j);
	}
	json_close_array(&j);
	finish(&j, out);
}

void
dossier_json_alert(
    const struct alert *a, const char *incident_id_cstr, const char *evidence_id_cstr, char out[static DOSSIER_JSON_MAX])
{
	struct json j = start(out);
	json_cstr(&j, JSON_KEY("incident"), incident_id_cstr);
	json_cstr(&j, JSON_KEY("detector"), a->detector_cstr);
	json_u64(&j, JSON_KEY("severity"), a->severity);
	json_u64(&j, JSON_KEY("confidence"), a->confidence);
	json_addr(&j, JSON_KEY("source"), &a->source);
	json_addr(&j, JSON_KEY("target"), &a->target);
	json_i64(&j, JSON_KEY("first_ns"), a->first_ns);
	json_i64(&j, JSON_KEY("last_ns"), a->last_ns);
	json_u64(&j, JSON_KEY("count"), a->count);
	json_cstr(&j, JSON_KEY("evidence"), evidence_id_cstr);
	finish(&j, out);
}

void
dossier_json_evidence(uint64_t bytes, const char *alert_id_cstr, char out[static DOSSIER_JSON_MAX])
{
	struct json j = start(out);
	json_u64(&j, JSON_KEY("bytes"), bytes);
	json_cstr(&j, JSON_KEY("proves"), alert_id_cstr);
	finish(&j, out);
}
