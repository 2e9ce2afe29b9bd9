/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/slow_http.h"

#include "detect/behaviour/flow_shape.h"
#include "detect/behaviour/series.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

struct state {
	struct series_table *pairs; /* source, target, port */
	int64_t lasting_ns;
	uint64_t trickle_bytes_s;
};

static void
dress(const struct series_key *key, const struct series *s, struct alert *alert)
{
	(void)key;
	alert->app = APP_HTTP;
	alert->confidence = 90;
	alert_fact_u64(alert, "connections", series_count(s));
	series_fact_rate(s, "rate", alert);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->lasting_ns = (int64_t)tuning_u64(tuning, "slow-http", "lasting_s") * 1000000000;
	s->trickle_bytes_s = tuning_u64(tuning, "slow-http", "trickle_bytes_s");
	s->pairs = series_table_new(&(struct series_options){.detector = &slow_http_detector,
	    .tuning = tuning,
	    .threshold_cstr = "connections",
	    .measure = SERIES_COUNT,
	    .memory_bytes = memory_bytes,
	    .dress = dress});
	return s->pairs == NULL ? -ENOMEM : 0;
}

/* A request that goes on may just be a large one: it is told from an endless one by how little comes. */
static bool
trickles(const struct state *s, const struct observed_flow *flow)
{
	return flow->payload_bytes[0] <= s->trickle_bytes_s * (uint64_t)((flow->last_ns - flow->first_ns) / 1000000000);
}

/* Each connection counts once: while it goes on when it trickles, otherwise when it is over and its request never ended. */
static bool
counts(const struct state *s, const struct observation *o)
{
	bool trickle = trickles(s, &o->flow);
	if (o->kind == OBSERVATION_FLOW_UPDATE)
		return trickle && o->flow.request_incomplete == OBSERVED_REQUEST_OPEN;
	return !trickle || o->flow.request_incomplete == OBSERVED_REQUEST_OPEN;
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	if (LIKELY(o->flow.request_incomplete == OBSERVED_REQUEST_COMPLETE) || o->flow.midstream != 0 ||
	    o->flow.evicted != 0 || o->flow.last_ns - o->flow.first_ns < s->lasting_ns || !counts(s, o))
		return;
	struct series_key key = {.source = o->src, .target = o->dst, .port = o->dst_port};
	struct series *series = series_note(s->pairs, &key, o, o->flow.last_ns, 1, (struct bytes){0});
	(void)series_tell(s->pairs, &key, series, seen->out);
}

const struct detector slow_http_detector = {
    .name_cstr = "slow-http",
    .signature_id = 9000016,
    .technique_cstr = "T1499.001",
    .stage = STAGE_IMPACT,
    .severity = SEVERITY_SERIOUS,
    .wants = DETECTOR_WANTS(OBSERVATION_FLOW_END) | DETECTOR_WANTS(OBSERVATION_FLOW_UPDATE),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .tick = series_detector_tick,
    .stop = series_detector_stop,
};
