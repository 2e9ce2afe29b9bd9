/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_alert.h"

#include "arrival/arrival_flow.h"
#include "arrival/arrival_json.h"
#include "record/alert_text.h"
#include "record/rule_class.h"

/* An alert of ours: the detector, its figures and its facts are in the event. */
static void
read_ours(const struct json_value *ours, struct alert *out)
{
	out->severity = (uint8_t)arrival_json_number(ours, "gravity", SEVERITY_CRITICAL);
	if (out->severity < SEVERITY_MINOR)
		out->severity = SEVERITY_MINOR;
	for (unsigned stage = 0; stage <= STAGE_HYGIENE; stage++)
		if (bytes_eq(arrival_json_text(ours, "stage"), bytes_of_cstr(alert_stage_word(stage))))
			out->stage = (uint8_t)stage;
	out->confidence = (uint8_t)arrival_json_number(ours, "confidence", 100);
	out->count = arrival_json_number(ours, "count", INT64_MAX);
	out->targets = (uint32_t)arrival_json_number(ours, "targets", UINT32_MAX);
	(void)arrival_json_time(ours, "first", &out->first_ns);
	(void)arrival_json_time(ours, "last", &out->last_ns);
	if (out->first_ns > out->last_ns)
		out->first_ns = out->last_ns;
	if (addr_is_zero(&out->target)) /* EVE wants an address where there are many */
		out->target = (struct addr){0};
	const struct json_value *facts = json_value_get(ours, BYTES("facts"));
	for (size_t i = 0; i < json_value_length(facts) && i < ALERT_FACTS_MAX; i++) {
		char name[ALERT_FACT_NAME_MAX];
		const struct json_value *fact = json_value_at(facts, i);
		arrival_json_copy_cstr(name, sizeof(name), arrival_json_text(fact, "name"));
		alert_fact_text(out, name, arrival_json_text(fact, "value"));
	}
}

static void
read_theirs(const struct json_value *alert, uint64_t priority, struct alert *out)
{
	out->detector_cstr = alert_text_known(BYTES("other-sensor"));
	out->severity = (uint8_t)rule_class_severity(priority);
	out->confidence = RULE_CLASS_CONFIDENCE;
	out->count = 1;
	out->targets = 1;
	alert_fact_text(out, "signature", arrival_json_text(alert, "signature"));
	alert_fact_text(out, "category", arrival_json_text(alert, "category"));
	alert_fact_u64(out, "rule", out->signature_id);
	alert_fact_text(out, "action", arrival_json_text(alert, "action"));
}

bool
arrival_alert_read(const struct json_value *event, const struct observation *header, struct alert *out, bool *is_ours)
{
	const struct json_value *alert = json_value_get(event, BYTES("alert")),
	                        *metadata = json_value_get(alert, BYTES("metadata"));
	const struct json_value *ours = json_value_get(event, BYTES("beffroi"));
	uint64_t priority = arrival_json_number(alert, "severity", UINT8_MAX);
	if (!json_value_is(alert, JSON_VALUE_OBJECT))
		return false;
	*out = (struct alert){.signature_id = (uint32_t)arrival_json_number(alert, "signature_id", UINT32_MAX),
	    .stage = (uint8_t)rule_class_stage(
	        arrival_json_first_text(metadata, "mitre_tactic_id"), arrival_json_text(alert, "category"), priority),
	    .ip_proto = header->ip_proto,
	    .first_ns = header->time_ns,
	    .last_ns = header->time_ns,
	    .number = arrival_json_number(event, "pcap_cnt", INT64_MAX),
	    .flow_id = header->flow_id,
	    .source = header->src,
	    .target = header->dst,
	    .source_port = header->src_port,
	    .target_port = header->dst_port,
	    .vlan = header->vlan,
	    .app = (uint8_t)arrival_flow_app(arrival_json_text(event, "app_proto"))};
	if (out->app == APP_UNKNOWN)
		out->app = APP_NONE;
	arrival_json_copy_cstr(
	    out->technique_cstr, sizeof(out->technique_cstr), arrival_json_first_text(metadata, "mitre_technique_id"));
	out->detector_cstr = alert_text_known(arrival_json_text(ours, "detector"));
	*is_ours = out->detector_cstr != NULL;
	if (*is_ours) {
		read_ours(ours, out);
		return true;
	}
	/* A rule with the keyword `target` knows who does it, whichever way the packet went. */
	struct addr end;
	if (arrival_json_addr(json_value_get(alert, BYTES("source")), "ip", &end))
		out->source = end;
	if (arrival_json_addr(json_value_get(alert, BYTES("target")), "ip", &end)) {
		bool turned = addr_eq(&end, &header->src);
		out->target = end;
		out->source_port = turned ? header->dst_port : header->src_port;
		out->target_port = turned ? header->src_port : header->dst_port;
	}
	read_theirs(alert, priority, out);
	return true;
}
