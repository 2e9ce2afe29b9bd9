/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_zeek_alert.h"

#include "record/alert_text.h"
#include "record/observation.h"

/* What a notice's name holds decides; the first that fits. The names are those of Zeek's own scripts, and of packages that
 * many sites add (BZAR: ATTACK::...). */
static const struct meaning {
	const char *part_cstr;
	enum alert_stage stage;
	enum severity severity;
} meanings[] = {{"Login_By_Password_Guesser", STAGE_FOOTHOLD, SEVERITY_CRITICAL},
    {"Guessing", STAGE_CREDENTIALS, SEVERITY_SERIOUS}, {"Brute", STAGE_CREDENTIALS, SEVERITY_SERIOUS},
    {"Credential_Access", STAGE_CREDENTIALS, SEVERITY_SERIOUS}, {"Lateral_Movement", STAGE_LATERAL, SEVERITY_SERIOUS},
    {"Exfiltration", STAGE_EXFILTRATION, SEVERITY_SERIOUS}, {"ATTACK::Execution", STAGE_FOOTHOLD, SEVERITY_SERIOUS},
    {"ATTACK::Persistence", STAGE_FOOTHOLD, SEVERITY_SERIOUS}, {"ATTACK::Impact", STAGE_IMPACT, SEVERITY_SERIOUS},
    {"ATTACK::Discovery", STAGE_RECONNAISSANCE, SEVERITY_SIGNIFICANT}, {"Scan", STAGE_RECONNAISSANCE, SEVERITY_SIGNIFICANT},
    {"Traceroute", STAGE_RECONNAISSANCE, SEVERITY_MINOR}, {"C2_", STAGE_COMMAND, SEVERITY_SERIOUS},
    {"Intel::", STAGE_COMMAND, SEVERITY_SERIOUS}, {"MalwareHashRegistry", STAGE_FOOTHOLD, SEVERITY_SERIOUS},
    {"CVE_", STAGE_ACCESS, SEVERITY_SERIOUS}, {"SQL_Injection", STAGE_ACCESS, SEVERITY_SERIOUS},
    {"Heartbleed", STAGE_ACCESS, SEVERITY_SERIOUS}, {"Interesting_Hostname_Login", STAGE_ACCESS, SEVERITY_SIGNIFICANT},
    {"Signatures::", STAGE_ACCESS, SEVERITY_SIGNIFICANT}};

enum { CONFIDENCE = 60 /* of a rule that we do not know */ };

static bool
read_ends(const struct arrival_zeek_row *row, struct alert *out)
{
	struct addr none = {0};
	if (!arrival_zeek_row_addr(row, ZEEK_SRC, &out->source) && !arrival_zeek_row_addr(row, ZEEK_ORIG_H, &out->source))
		out->source = none;
	if (!arrival_zeek_row_addr(row, ZEEK_DST, &out->target) && !arrival_zeek_row_addr(row, ZEEK_RESP_H, &out->target))
		out->target = none;
	if (addr_is_zero(&out->source)) { /* it says only whom it concerns */
		out->source = out->target;
		out->target = none;
	}
	out->source_port = (uint16_t)arrival_zeek_row_number(row, ZEEK_ORIG_P, UINT16_MAX);
	out->target_port = (uint16_t)arrival_zeek_row_number(row, ZEEK_RESP_P, UINT16_MAX);
	if (out->target_port == 0)
		out->target_port = (uint16_t)arrival_zeek_row_number(row, ZEEK_P, UINT16_MAX);
	return !addr_is_zero(&out->source);
}

static void
begin(struct alert *out, int64_t time_ns, uint8_t ip_proto)
{
	*out = (struct alert){.detector_cstr = alert_text_known(BYTES("other-sensor")),
	    .stage = STAGE_HYGIENE,
	    .severity = SEVERITY_MINOR,
	    .confidence = CONFIDENCE,
	    .ip_proto = ip_proto,
	    .first_ns = time_ns,
	    .last_ns = time_ns,
	    .count = 1,
	    .targets = 1,
	    .app = APP_NONE};
}

static uint8_t
protocol_of(const struct arrival_zeek_row *row)
{
	return bytes_eq(row->values[ZEEK_PROTO], BYTES("udp")) ? 17
	    : bytes_eq(row->values[ZEEK_PROTO], BYTES("icmp")) ? 1
	                                                       : 6;
}

bool
arrival_zeek_alert_notice(const struct arrival_zeek_row *row, int64_t time_ns, struct alert *out)
{
	struct bytes note = row->values[ZEEK_NOTE], sub = row->values[ZEEK_SUB];
	struct alert alert;
	begin(&alert, time_ns, protocol_of(row));
	if (note.len == 0 || !read_ends(row, &alert))
		return false;
	for (size_t i = 0; i < LENGTH_OF(meanings); i++)
		if (bytes_find_all(note, bytes_of_cstr(meanings[i].part_cstr)) < note.len) {
			alert.stage = (uint8_t)meanings[i].stage;
			alert.severity = (uint8_t)meanings[i].severity;
			break;
		}
	uint64_t n = arrival_zeek_row_number(row, ZEEK_N, UINT32_MAX);
	alert.count = n > 0 ? n : 1;
	alert_fact_text(&alert, "signature", row->values[ZEEK_MSG].len > 0 ? row->values[ZEEK_MSG] : note);
	alert_fact_text(&alert, "category", sub.len > 0 ? sub : note);
	alert_fact_text(&alert, "rule", note);
	*out = alert;
	return true;
}

bool
arrival_zeek_alert_intel(const struct arrival_zeek_row *row, int64_t time_ns, struct alert *out)
{
	struct alert alert;
	begin(&alert, time_ns, protocol_of(row));
	if (row->values[ZEEK_INDICATOR].len == 0 || !read_ends(row, &alert))
		return false;
	alert.stage = STAGE_COMMAND;
	alert.severity = SEVERITY_SERIOUS;
	alert_fact_text(&alert, "signature", row->values[ZEEK_INDICATOR]);
	alert_fact_text(&alert, "category", BYTES("Intel::Notice"));
	alert_fact_text(&alert, "rule", row->values[ZEEK_SOURCES]);
	*out = alert;
	return true;
}
