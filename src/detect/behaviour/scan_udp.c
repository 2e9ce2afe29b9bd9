/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/scan_udp.h"

#include "detect/behaviour/flow_shape.h"
#include "detect/behaviour/series.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

enum {
	PROBE_PACKETS = 3, /* of one port: a stream that nobody answers is not a question */
	TRACEROUTE_FIRST = 33434,
	TRACEROUTE_LAST = 33534, /* traceroute(8): one port more for each step */
	LOW_PORTS = 1024,
};

struct state {
	struct series_table *tries; /* source, target -> ports; source, port -> targets */
	uint32_t gate;
};

static void
dress(const struct series_key *key, const struct series *s, struct alert *alert)
{
	alert->count = series_distinct(s);
	alert->targets = key->port != 0 ? (uint32_t)alert->count : 1;
	alert->confidence = 85;
	if (!addr_is_private(&key->source))
		alert->severity = SEVERITY_MINOR;
	alert_fact_u64(alert, "ports", key->port != 0 ? 1 : alert->count);
	series_fact_ports(s, "examples", alert);
	series_fact_hosts(s, "machines", alert);
	series_fact_rate(s, "rate", alert);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->gate = (uint32_t)tuning_u64(tuning, "scan-udp", "tries") / 5;
	s->tries = series_table_new(&(struct series_options){.detector = &scan_udp_detector,
	    .tuning = tuning,
	    .threshold_cstr = "tries",
	    .measure = SERIES_DISTINCT,
	    .memory_bytes = memory_bytes,
	    .dress = dress});
	return s->tries == NULL ? -ENOMEM : 0;
}

static bool
is_probe(const struct observation *o)
{
	if (o->flow.packets[0] > PROBE_PACKETS || !hosts_flow_failed(&o->flow, o->ip_proto) || addr_is_group(&o->dst))
		return false;
	if (o->dst_port >= TRACEROUTE_FIRST && o->dst_port <= TRACEROUTE_LAST)
		return false;
	/* From a service to a high port: an answer whose question was not seen. */
	return o->src_port >= LOW_PORTS || o->dst_port < LOW_PORTS;
}

static void
note(struct state *s, const struct seen *seen, const struct series_key *key, struct bytes member)
{
	const struct observation *o = seen->o;
	struct series *series = series_note(s->tries, key, o, o->flow.first_ns, 1, member);
	series_keep_port(series, o->dst_port);
	series_keep_host(series, &o->dst);
	(void)series_tell(s->tries, key, series, seen->out);
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	if (o->ip_proto != FLOW_SHAPE_UDP || flow_shape_failures(seen->source) < s->gate || !is_probe(o))
		return;
	struct series_key vertical = {.source = o->src, .target = o->dst};
	note(s, seen, &vertical, flow_shape_port_bytes(&o->dst_port));
	/* Outside, silent machines are daily bread: name servers, clocks, peers. */
	if (!addr_is_private(&o->dst) && addr_is_private(&o->src))
		return;
	struct series_key horizontal = {.source = o->src, .port = o->dst_port};
	note(s, seen, &horizontal, flow_shape_addr_bytes(&o->dst));
}

const struct detector scan_udp_detector = {
    .name_cstr = "scan-udp",
    .signature_id = 9000004,
    .technique_cstr = "T1046",
    .stage = STAGE_RECONNAISSANCE,
    .severity = SEVERITY_SIGNIFICANT,
    .wants = DETECTOR_WANTS(OBSERVATION_FLOW_END),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .tick = series_detector_tick,
    .stop = series_detector_stop,
};
