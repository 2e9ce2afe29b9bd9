/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/flood.h"

#include "detect/behaviour/flow_shape.h"
#include "detect/behaviour/series.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

/* Of series.extra. */
enum { BYTES_IN, PORTS_SEEN /* 64 bits, by port */, PROTOCOL };
enum {
	GATE_SHARE = 5,        /* a fifth of the threshold must have failed before anything is remembered */
	UPDATE_PACKETS = 1024, /* an update comes each so many packets (observation.h) */
	SMALL_FLOW = 16,       /* packets: more is a stream, judged by its rate */
	PROBE_BYTES = 128,     /* IP bytes per packet: less, on many ports, is a search and not a flood */
	MANY_PORTS = 40,       /* of 64 */
};

struct state {
	struct series_table *targets;
	uint32_t gate;
	uint64_t stream_pps;
};

static void
dress(const struct series_key *key, const struct series *s, struct alert *alert)
{
	uint64_t sources = series_distinct(s);
	(void)key;
	if (sources == 1)
		alert->source = s->hosts[0];
	alert->confidence = sources > 1 ? 90 : 85;
	alert_fact_u64(alert, "sources", sources);
	alert_fact_u64(alert, "kilobytes", s->extra[BYTES_IN] / 1000);
	series_fact_rate(s, "rate", alert);
	series_fact_hosts(s, "examples", alert);
}

static int
start(void *state, const struct detector *detector, const struct tuning *tuning, size_t memory_bytes,
    const char *threshold_cstr)
{
	struct state *s = state;
	s->gate = (uint32_t)tuning_u64(tuning, detector->name_cstr, threshold_cstr) / GATE_SHARE;
	s->targets = series_table_new(&(struct series_options){.detector = detector,
	    .tuning = tuning,
	    .threshold_cstr = threshold_cstr,
	    .measure = SERIES_COUNT,
	    .memory_bytes = memory_bytes,
	    .dress = dress});
	return s->targets == NULL ? -ENOMEM : 0;
}

static struct series *
note(struct state *s, const struct observation *o, const struct series_key *key, int64_t time_ns, uint64_t packets,
    uint64_t bytes)
{
	struct series *series = series_note(s->targets, key, o, time_ns, packets, flow_shape_addr_bytes(&o->src));
	series->extra[BYTES_IN] += bytes;
	series->extra[PORTS_SEEN] |= UINT64_C(1) << (o->dst_port % 64);
	series_keep_host(series, &o->src);
	return series;
}

static int
syn_start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	return start(state, &flood_syn_detector, tuning, memory_bytes, "openings");
}

static void
syn_observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	/* A refusal costs the target nothing: what counts waits for an answer, or was answered and left half open. */
	if (flow_shape_received_failures(seen->target) < s->gate || !flow_shape_failed_opening(o) ||
	    (o->flow.state == FLOW_STATE_REFUSED && (o->flow.tcp_flags[1] & FLOW_SHAPE_SYN) == 0))
		return;
	struct series_key key = {.target = o->dst, .port = o->dst_port};
	struct series *series = note(s, o, &key, o->flow.first_ns, 1, o->flow.bytes[0]);
	/* Most of what arrives must be of that kind: a crowded service also loses a few. */
	uint32_t received = seen->target->now.received + seen->target->before.received;
	if (series->told != 0 || flow_shape_received_failures(seen->target) * 2 >= received)
		(void)series_tell(s->targets, &key, series, seen->out);
}

static int
udp_start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	((struct state *)state)->stream_pps = tuning_u64(tuning, "flood-udp", "stream_pps");
	return start(state, &flood_udp_detector, tuning, memory_bytes, "packets");
}

/* Packets per second since the flow began. */
static bool
is_fast(const struct observed_flow *flow, uint64_t pps)
{
	int64_t duration_ns = flow->last_ns - flow->first_ns;
	return flow->packets[0] > SMALL_FLOW && (double)flow->packets[0] * 1e9 >= (double)pps * (double)duration_ns;
}

static void
udp_observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	const struct observed_flow *f = &o->flow;
	uint64_t packets = f->packets[0];
	if (o->ip_proto != FLOW_SHAPE_UDP)
		return;
	if (o->kind == OBSERVATION_FLOW_UPDATE) {
		packets = UPDATE_PACKETS;
		if ((f->packets[0] + f->packets[1]) % UPDATE_PACKETS != 0)
			return;
	} else if (packets > SMALL_FLOW) {
		packets = (f->packets[0] + f->packets[1]) % UPDATE_PACKETS; /* the others were counted by the updates */
	} else if (flow_shape_received_failures(seen->target) < s->gate) {
		return;
	}
	if (!hosts_flow_failed(f, o->ip_proto) || addr_is_group(&o->dst) ||
	    (f->packets[0] > SMALL_FLOW && !is_fast(f, s->stream_pps)))
		return;
	struct series_key key = {.target = o->dst};
	struct series *series = note(s, o, &key, o->kind == OBSERVATION_FLOW_UPDATE ? f->last_ns : f->first_ns, packets,
	    packets * (f->bytes[0] / f->packets[0]));
	bool search = __builtin_popcountll(series->extra[PORTS_SEEN]) >= MANY_PORTS &&
	    series->extra[BYTES_IN] / series_count(series) < PROBE_BYTES;
	if (series->told != 0 || !search)
		(void)series_tell(s->targets, &key, series, seen->out);
}

static int
icmp_start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	return start(state, &flood_icmp_detector, tuning, memory_bytes, "packets");
}

/* Echo requests and replies; an error message is the consequence of something else. */
static bool
is_echo(const struct observation *o)
{
	if (o->ip_proto == FLOW_SHAPE_ICMP)
		return o->src_port == 8 || o->src_port == 0;
	return o->ip_proto == FLOW_SHAPE_ICMP6 && (o->src_port == 128 || o->src_port == 129);
}

static void
icmp_observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	const struct observed_flow *f = &o->flow;
	if (!is_echo(o) || f->packets[0] == 0)
		return;
	/* One flow holds all echoes between two hosts: its updates tell how fast they come. */
	uint64_t all = f->packets[0] + f->packets[1], packets = all;
	if (o->kind == OBSERVATION_FLOW_UPDATE) {
		packets = UPDATE_PACKETS;
		if (all % UPDATE_PACKETS != 0)
			return;
	} else if (all >= UPDATE_PACKETS) {
		packets = all % UPDATE_PACKETS;
	} else if (packets <= SMALL_FLOW && seen->target->now.received + seen->target->before.received < s->gate) {
		return;
	}
	packets = packets * f->packets[0] / all;
	struct series_key key = {.target = o->dst};
	struct series *series = note(s, o, &key, f->last_ns, packets, packets * (f->bytes[0] / f->packets[0]));
	(void)series_tell(s->targets, &key, series, seen->out);
}

const struct detector flood_syn_detector = {
    .name_cstr = "flood-syn",
    .signature_id = 9000012,
    .technique_cstr = "T1499.001",
    .stage = STAGE_IMPACT,
    .severity = SEVERITY_SERIOUS,
    .wants = DETECTOR_WANTS(OBSERVATION_FLOW_END),
    .state_size = sizeof(struct state),
    .start = syn_start,
    .observe = syn_observe,
    .tick = series_detector_tick,
    .stop = series_detector_stop,
};

const struct detector flood_udp_detector = {
    .name_cstr = "flood-udp",
    .signature_id = 9000013,
    .technique_cstr = "T1498.001",
    .stage = STAGE_IMPACT,
    .severity = SEVERITY_SERIOUS,
    .wants = DETECTOR_WANTS(OBSERVATION_FLOW_END) | DETECTOR_WANTS(OBSERVATION_FLOW_UPDATE),
    .state_size = sizeof(struct state),
    .start = udp_start,
    .observe = udp_observe,
    .tick = series_detector_tick,
    .stop = series_detector_stop,
};

const struct detector flood_icmp_detector = {
    .name_cstr = "flood-icmp",
    .signature_id = 9000014,
    .technique_cstr = "T1498.001",
    .stage = STAGE_IMPACT,
    .severity = SEVERITY_SERIOUS,
    .wants = DETECTOR_WANTS(OBSERVATION_FLOW_END) | DETECTOR_WANTS(OBSERVATION_FLOW_UPDATE),
    .state_size = sizeof(struct state),
    .start = icmp_start,
    .observe = icmp_observe,
    .tick = series_detector_tick,
    .stop = series_detector_stop,
};
