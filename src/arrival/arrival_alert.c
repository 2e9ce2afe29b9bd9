/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_alert.h"

#include "arrival/arrival_flow.h"
#include "arrival/arrival_json.h"
#include "record/alert_text.h"

enum { CONFIDENCE = 60 /* of a rule that we do not know */ };

struct meaning {
	const char *name_cstr;
	enum alert_stage stage;
};

/* ATT&CK tactics, https://attack.mitre.org/tactics/enterprise/ */
static const struct meaning tactics[] = {{"TA0043", STAGE_RECONNAISSANCE}, {"TA0042", STAGE_RECONNAISSANCE},
    {"TA0007", STAGE_RECONNAISSANCE}, {"TA0001", STAGE_ACCESS}, {"TA0002", STAGE_FOOTHOLD}, {"TA0003", STAGE_FOOTHOLD},
    {"TA0004", STAGE_FOOTHOLD}, {"TA0005", STAGE_FOOTHOLD}, {"TA0006", STAGE_CREDENTIALS}, {"TA0008", STAGE_LATERAL},
    {"TA0009", STAGE_EXFILTRATION}, {"TA0010", STAGE_EXFILTRATION}, {"TA0011", STAGE_COMMAND}, {"TA0040", STAGE_IMPACT}};

/* The classes of rules, as classification.config of Suricata and Snort words them. */
static const struct meaning classes[] = {{"Attempted Information Leak", STAGE_RECONNAISSANCE},
    {"Information Leak", STAGE_RECONNAISSANCE}, {"Large Scale Information Leak", STAGE_RECONNAISSANCE},
    {"Detection of a Network Scan", STAGE_RECONNAISSANCE}, {"Device Retrieving External IP Address Detected", STAGE_HYGIENE},
    {"Attempted User Privilege Gain", STAGE_ACCESS}, {"Unsuccessful User Privilege Gain", STAGE_ACCESS},
    {"Attempted Administrator Privilege Gain", STAGE_ACCESS}, {"Web Application Attack", STAGE_ACCESS},
    {"access to a potentially vulnerable web application", STAGE_ACCESS}, {"Executable code was detected", STAGE_ACCESS},
    {"Exploit Kit Activity Detected", STAGE_ACCESS}, {"Possible Social Engineering Attempted", STAGE_ACCESS},
    {"Successful User Privilege Gain", STAGE_FOOTHOLD}, {"Successful Administrator Privilege Gain", STAGE_FOOTHOLD},
    {"Targeted Malicious Activity was Detected", STAGE_FOOTHOLD}, {"A system call was detected", STAGE_FOOTHOLD},
    {"Attempt to login by a default username and password", STAGE_CREDENTIALS},
    {"Successful Credential Theft Detected", STAGE_CREDENTIALS},
    {"An attempted login using a suspicious username was detected", STAGE_CREDENTIALS},
    {"A Network Trojan was detected", STAGE_COMMAND}, {"Malware Command and Control Activity Detected", STAGE_COMMAND},
    {"Domain Observed Used for C2 Detected", STAGE_COMMAND}, {"Attempted Denial of Service", STAGE_IMPACT},
    {"Denial of Service", STAGE_IMPACT}, {"Detection of a Denial of Service Attack", STAGE_IMPACT},
    {"Crypto Currency Mining Activity Detected", STAGE_IMPACT}, {"Potential Corporate Privacy Violation", STAGE_HYGIENE},
    {"Possibly Unwanted Program Detected", STAGE_HYGIENE}, {"Not Suspicious Traffic", STAGE_HYGIENE},
    {"Unknown Traffic", STAGE_HYGIENE}, {"Misc activity", STAGE_HYGIENE},
    {"Generic Protocol Command Decode", STAGE_HYGIENE}};

static bool
find(const struct meaning *table, size_t count, struct bytes name, enum alert_stage *out)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_eq_nocase(name, bytes_of_cstr(table[i].name_cstr))) {
			*out = table[i].stage;
			return true;
		}
	return false;
}

/* What the rule's authors say; else by its priority: 1 and 2 are attacks, the rest is worth knowing. */
static enum alert_stage
stage_of(const struct json_value *alert, const struct json_value *metadata, uint64_t priority)
{
	enum alert_stage stage = priority >= 1 && priority <= 2 ? STAGE_ACCESS : STAGE_HYGIENE;
	if (!find(tactics, LENGTH_OF(tactics), arrival_json_first_text(metadata, "mitre_tactic_id"), &stage))
		(void)find(classes, LENGTH_OF(classes), arrival_json_text(alert, "category"), &stage);
	return stage;
}

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
	out->severity = priority == 1 ? SEVERITY_SERIOUS : priority == 2 ? SEVERITY_SIGNIFICANT : SEVERITY_MINOR;
	out->confidence = CONFIDENCE;
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
	    .stage = (uint8_t)stage_of(alert, metadata, priority),
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
