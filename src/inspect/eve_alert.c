/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_alert.h"

#include "inspect/l7_settings.h"
#include "record/alert_text.h"

static const char *
category(enum alert_stage stage)
{
	switch (stage) {
	case STAGE_RECONNAISSANCE: return "Detection of a Network Scan";
	case STAGE_ACCESS:
	case STAGE_CREDENTIALS: return "Attempted User Privilege Gain";
	case STAGE_FOOTHOLD:
	case STAGE_LATERAL: return "A Network Trojan was detected";
	case STAGE_COMMAND: return "Malware Command and Control Activity Detected";
	case STAGE_EXFILTRATION: return "Potential Corporate Privacy Violation";
	case STAGE_IMPACT: return "Attempted Denial of Service";
	case STAGE_HYGIENE: return "Not Suspicious Traffic";
	}
	return "Misc activity";
}

static void
write_one_text(struct json *j, struct bytes key, struct bytes value)
{
	json_open_array(j, key);
	json_text(j, (struct bytes){0}, value);
	json_close_array(j);
}

static void
write_facts(struct json *j, const struct alert *alert)
{
	json_open_object(j, JSON_KEY("beffroi"));
	json_cstr(j, JSON_KEY("detector"), alert->detector_cstr);
	json_u64(j, JSON_KEY("gravity"), alert->severity);
	json_u64(j, JSON_KEY("confidence"), alert->confidence);
	json_cstr(j, JSON_KEY("stage"), alert_stage_word(alert->stage));
	json_u64(j, JSON_KEY("count"), alert->count);
	json_u64(j, JSON_KEY("targets"), alert->targets);
	json_time(j, JSON_KEY("first"), alert->first_ns);
	json_time(j, JSON_KEY("last"), alert->last_ns);
	json_open_array(j, JSON_KEY("facts"));
	for (size_t i = 0; i < alert->fact_count; i++) {
		const struct alert_fact *fact = &alert->facts[i];
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("name"), fact->name_cstr);
		json_text(j, JSON_KEY("value"), (struct bytes){(const uint8_t *)fact->value, fact->value_len});
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

void
eve_alert_write(struct sink *sink, const struct alert *alert)
{
	const struct alert_text *text = alert_text_find(bytes_of_cstr(alert->detector_cstr));
	struct l7_flow ends = {.flow_id = alert->flow_id,
	    .packet_number = alert->number,
	    .time_ns = alert->last_ns,
	    .client = alert->source,
	    .server = alert->target,
	    .client_port = alert->source_port,
	    .server_port = alert->target_port,
	    .ip_proto = alert->ip_proto,
	    .ip_version = addr_is_v4(&alert->source) ? 4 : 6,
	    .vlan_count = alert->vlan != 0,
	    .vlan = {alert->vlan}};
	if (addr_is_zero(&ends.server) &&
	    ends.ip_version == 4) /* many targets: readers of EVE want a destination all the same */
		ends.server = addr_v4((const uint8_t[4]){0, 0, 0, 0});
	const struct eve_settings *eve = &sink_settings(sink)->eve;
	struct json *j = eve_settings_has(eve, BYTES("beffroi")) ? sink_open(sink, BYTES("alert"), &ends) : NULL;
	if (j == NULL)
		return;
	json_open_object(j, JSON_KEY("alert"));
	json_cstr(j, JSON_KEY("action"), "allowed");
	json_u64(j, JSON_KEY("gid"), 1);
	json_u64(j, JSON_KEY("signature_id"), alert->signature_id);
	json_u64(j, JSON_KEY("rev"), 1);
	json_cstr(j, JSON_KEY("signature"), text != NULL ? text->title_cstr : alert->detector_cstr);
	json_cstr(j, JSON_KEY("category"), category((enum alert_stage)alert->stage));
	json_u64(j, JSON_KEY("severity"),
	    alert->severity >= SEVERITY_SERIOUS           ? 1
	        : alert->severity == SEVERITY_SIGNIFICANT ? 2
	                                                  : 3);
	json_open_object(j, JSON_KEY("metadata"));
	if (alert->technique_cstr[0] != '\0')
		write_one_text(j, JSON_KEY("mitre_technique_id"), bytes_of_cstr(alert->technique_cstr));
	json_close_object(j);
	json_close_object(j);
	write_facts(j, alert);
	sink_close(sink);
}
