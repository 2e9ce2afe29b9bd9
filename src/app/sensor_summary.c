/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/sensor_summary.h"

#include "core/json.h"

#include <stdio.h>

void
sensor_summary_fill(uint64_t f[static SUMMARY_FIELDS], const struct pipeline_totals *t)
{
	f[SUMMARY_PACKETS] = t->inspect.packets;
	f[SUMMARY_BYTES] = t->inspect.bytes;
	f[SUMMARY_FIRST_NS] = (uint64_t)t->first_ns;
	f[SUMMARY_LAST_NS] = (uint64_t)t->last_ns;
	f[SUMMARY_IPV4] = t->inspect.ipv4;
	f[SUMMARY_IPV6] = t->inspect.ipv6;
	f[SUMMARY_ARP] = t->inspect.arp;
	f[SUMMARY_TCP] = t->inspect.tcp;
	f[SUMMARY_UDP] = t->inspect.udp;
	f[SUMMARY_ICMP] = t->inspect.icmp;
	f[SUMMARY_OTHER] = t->inspect.other;
	f[SUMMARY_ANOMALIES] = t->inspect.anomalies;
	f[SUMMARY_BAD_CHECKSUMS] = t->inspect.bad_checksums;
	f[SUMMARY_FLOWS] = t->flows.created;
	f[SUMMARY_SEEDS] = t->flows.seeds_created;
	f[SUMMARY_EVICTED_SEEDS] = t->flows.evicted_seeds;
	f[SUMMARY_EVICTED_FLOWS] = t->flows.evicted_flows;
	f[SUMMARY_STREAM_REFUSED] = t->inspect.stream_refused;
	f[SUMMARY_STREAM_GAP_BYTES] = t->inspect.stream_gap_bytes;
	f[SUMMARY_STREAM_GAPS] = t->inspect.stream_gaps;
	f[SUMMARY_INVALID] = t->inspect.invalid;
	f[SUMMARY_LARGEST] = t->largest;
	f[SUMMARY_FLOWS_UNREAD] = t->inspect.flows_unread;
	f[SUMMARY_CONTENTS_REFUSED] = t->inspect.contents_refused;
	f[SUMMARY_CONTENTS_IN_PIECES] = t->inspect.contents_in_pieces;
	f[SUMMARY_OBSERVATIONS_DROPPED] = t->inspect.observations_dropped;
	f[SUMMARY_FRAGMENTS_DROPPED] = t->decode.fragments_dropped;
	f[SUMMARY_UNKNOWN_LINK] = t->decode.unknown_link;
	f[SUMMARY_MEMORY_BYTES] = t->memory_bytes;
}

/* Alerts are those of rules when there are rules; the others are counted beside. */
static void
write_rules(struct json *j, const struct sensor_rules *rules, uint64_t behaviour_alerts)
{
	struct rule_engine_counters sum = {0};
	const struct rule_set *set = rules == NULL ? NULL : sensor_rules_set(rules);
	if (set == NULL) {
		json_u64(j, JSON_KEY("alert"), behaviour_alerts);
		return;
	}
	sensor_rules_total(rules, &sum);
	json_open_array(j, JSON_KEY("engines"));
	json_open_object(j, (struct bytes){0});
	json_u64(j, JSON_KEY("id"), 0);
	json_u64(j, JSON_KEY("rules_loaded"), set->count);
	json_u64(j, JSON_KEY("rules_failed"), set->outcomes[RULE_NOT_DONE] + set->outcomes[RULE_WRONG] - set->skipped);
	json_u64(j, JSON_KEY("rules_skipped"), set->skipped);
	json_close_object(j);
	json_close_array(j);
	json_u64(j, JSON_KEY("alert"), sum.alerts);
	json_u64(j, JSON_KEY("alert_queue_overflow"), sum.too_many);
	json_u64(j, JSON_KEY("alerts_suppressed"), sum.held_back);
	json_u64(j, JSON_KEY("behaviour"), behaviour_alerts);
}

/* Suricata's names: a protocol that is at home over both has one for each. */
static void
write_app(struct json *j, enum app_proto app, const uint64_t counts[2])
{
	static const char *const overs[2] = {"_tcp", "_udp"};
	bool both = app == APP_DNS || app == APP_SIP || app == APP_KERBEROS || app == APP_DCERPC;
	for (size_t i = 0; i < 2; i++) {
		char name[32];
		int n = snprintf(name, sizeof(name), ",\"%s%s\":", observation_app_name(app), both ? overs[i] : "");
		if (counts[i] > 0 && n > 0 && n < (int)sizeof(name))
			json_u64(j, (struct bytes){(const uint8_t *)name, (size_t)n}, counts[i]);
	}
}

static void
write_apps(struct json *j, const struct sink_of_app *apps)
{
	json_open_object(j, JSON_KEY("app_layer"));
	json_open_object(j, JSON_KEY("flow"));
	for (unsigned app = APP_NONE + 1; app < APP_COUNT; app++)
		write_app(j, (enum app_proto)app, apps[app].flows);
	json_close_object(j);
	json_open_object(j, JSON_KEY("tx"));
	for (unsigned app = APP_NONE + 1; app < APP_COUNT; app++)
		write_app(j, (enum app_proto)app, apps[app].transactions);
	json_close_object(j);
	json_close_object(j);
}

void
sensor_summary_event(struct sink *sink, int64_t time_ns, const uint64_t f[static SUMMARY_FIELDS],
    const struct sensor_rules *rules, const struct sink_of_app *apps)
{
	struct json *j = sink_open_plain(sink, BYTES("stats"), time_ns, 0);
	if (j == NULL)
		return;
	json_open_object(j, JSON_KEY("stats"));
	json_u64(j, JSON_KEY("uptime"),
	    f[SUMMARY_FIRST_NS] < (uint64_t)time_ns ? ((uint64_t)time_ns - f[SUMMARY_FIRST_NS]) / 1000000000 : 0);
	json_open_object(j, JSON_KEY("capture"));
	json_u64(j, JSON_KEY("kernel_packets"), f[SUMMARY_KERNEL_PACKETS]);
	json_u64(j, JSON_KEY("kernel_drops"), f[SUMMARY_KERNEL_DROPS]);
	json_u64(j, JSON_KEY("filtered"), f[SUMMARY_FILTERED]);
	json_close_object(j);
	json_open_object(j, JSON_KEY("decoder"));
	json_u64(j, JSON_KEY("pkts"), f[SUMMARY_PACKETS]);
	json_u64(j, JSON_KEY("bytes"), f[SUMMARY_BYTES]);
	json_u64(j, JSON_KEY("ipv4"), f[SUMMARY_IPV4]);
	json_u64(j, JSON_KEY("ipv6"), f[SUMMARY_IPV6]);
	json_u64(j, JSON_KEY("arp"), f[SUMMARY_ARP]);
	json_u64(j, JSON_KEY("tcp"), f[SUMMARY_TCP]);
	json_u64(j, JSON_KEY("udp"), f[SUMMARY_UDP]);
	json_u64(j, JSON_KEY("icmp"), f[SUMMARY_ICMP]);
	json_u64(j, JSON_KEY("anomalies"), f[SUMMARY_ANOMALIES]);
	json_u64(j, JSON_KEY("invalid"), f[SUMMARY_INVALID]);
	json_u64(j, JSON_KEY("avg_pkt_size"), f[SUMMARY_PACKETS] == 0 ? 0 : f[SUMMARY_BYTES] / f[SUMMARY_PACKETS]);
	json_u64(j, JSON_KEY("max_pkt_size"), f[SUMMARY_LARGEST]);
	json_close_object(j);
	json_open_object(j, JSON_KEY("flow"));
	json_u64(j, JSON_KEY("total"), f[SUMMARY_FLOWS]);
	json_u64(j, JSON_KEY("half_open"), f[SUMMARY_SEEDS]);
	json_u64(j, JSON_KEY("evicted_half_open"), f[SUMMARY_EVICTED_SEEDS]);
	json_u64(j, JSON_KEY("evicted"), f[SUMMARY_EVICTED_FLOWS]);
	json_u64(j, JSON_KEY("unread"), f[SUMMARY_FLOWS_UNREAD]);
	json_u64(j, JSON_KEY("memuse"), f[SUMMARY_MEMORY_BYTES]);
	json_close_object(j);
	json_open_object(j, JSON_KEY("tcp"));
	json_u64(j, JSON_KEY("segments_refused"), f[SUMMARY_STREAM_REFUSED]);
	json_u64(j, JSON_KEY("gap_bytes"), f[SUMMARY_STREAM_GAP_BYTES]);
	json_u64(j, JSON_KEY("reassembly_gap"), f[SUMMARY_STREAM_GAPS]);
	json_close_object(j);
	if (apps != NULL)
		write_apps(j, apps);
	if (f[SUMMARY_MODEL] != 0) {
		json_open_object(j, JSON_KEY("model"));
		json_u64(j, JSON_KEY("flows"), f[SUMMARY_MODEL_FLOWS]);
		json_u64(j, JSON_KEY("attacks"), f[SUMMARY_MODEL_ATTACKS]);
		json_u64(j, JSON_KEY("unsure"), f[SUMMARY_MODEL_UNDECIDED]);
		json_u64(j, JSON_KEY("unseen"), f[SUMMARY_MODEL_UNSEEN]);
		json_close_object(j);
	}
	json_open_object(j, JSON_KEY("detect"));
	write_rules(j, rules, f[SUMMARY_ALERTS]);
	json_close_object(j);
	json_close_object(j);
	sink_close(sink);
}
