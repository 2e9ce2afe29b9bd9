/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/scan_slow.h"

#include "detect/behaviour/flow_shape.h"
#include "detect/behaviour/series.h"
#include "detect/behaviour/sketch.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

/* Of series.extra. */
enum { SLOT, IN_SLOT, FAST_SLOTS };
enum { SLOT_S = 120, FAST_SLOTS_MAX = 2 };
enum { LOUD_PAUSE_S = 5, LOUD = 64 }; /* so many failures without such a pause are no slow search */

struct state {
	struct series_table *tries; /* source, target -> ports; source, port -> targets */
	struct sketch *loud;        /* sources that fail again and again within minutes */
	int64_t span_ns;
	uint64_t fast; /* more within two minutes is the other detectors' work, and counts as so many */
};

static void
dress(const struct series_key *key, const struct series *s, struct alert *alert)
{
	alert->count = series_distinct(s);
	alert->targets = key->port != 0 ? (uint32_t)alert->count : 1;
	alert->confidence = 80;
	alert_fact_u64(alert, "ports", key->port != 0 ? 1 : alert->count);
	series_fact_ports(s, "examples", alert);
	series_fact_hosts(s, "machines", alert);
}

static void
stop(void *state)
{
	struct state *s = state;
	series_table_free(s->tries);
	sketch_free(s->loud);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->span_ns = (int64_t)tuning_u64(tuning, "scan-slow", "span_s") * 1000000000;
	s->fast = tuning_u64(tuning, "scan-slow", "fast");
	s->loud = sketch_new(memory_bytes / 16, (int64_t)LOUD_PAUSE_S * 1000000000);
	s->tries = series_table_new(&(struct series_options){.detector = &scan_slow_detector,
	    .tuning = tuning,
	    .threshold_cstr = "tries",
	    .measure = SERIES_DISTINCT,
	    .memory_bytes = memory_bytes,
	    .dress = dress});
	return s->tries == NULL || s->loud == NULL ? -ENOMEM : 0;
}

static void
note(struct state *s, const struct seen *seen, const struct series_key *key, struct bytes member)
{
	const struct observation *o = seen->o;
	int64_t time_ns = o->flow.first_ns;
	uint64_t slot = (uint64_t)(time_ns / 1000000000 / SLOT_S);
	struct series *series = series_find(s->tries, key, time_ns);
	if (series != NULL && series->extra[SLOT] == slot && series->extra[IN_SLOT] >= s->fast) {
		series->extra[FAST_SLOTS] += series->extra[IN_SLOT]++ == s->fast;
		return;
	}
	series = series_note(s->tries, key, o, time_ns, 1, member);
	series->extra[IN_SLOT] = series->extra[SLOT] == slot ? series->extra[IN_SLOT] + 1 : 1;
	series->extra[SLOT] = slot;
	series_keep_port(series, o->dst_port);
	series_keep_host(series, &o->dst);
	if (series->last_ns - series_first(series) >= s->span_ns && series->extra[FAST_SLOTS] <= FAST_SLOTS_MAX)
		(void)series_tell(s->tries, key, series, seen->out);
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	/* A source seen once has not searched anything: forged addresses must not fill the memory. */
	if (flow_shape_failures(seen->source) == 0 || seen->source->flows_total < 2 || !flow_shape_failed_opening(o))
		return;
	if (sketch_count(s->loud, flow_shape_addr_bytes(&o->src), o->flow.first_ns) > LOUD)
		return;
	struct series_key vertical = {.source = o->src, .target = o->dst};
	note(s, seen, &vertical, flow_shape_port_bytes(&o->dst_port));
	/* Machines outside that do not answer are daily bread (advertising, dead sites): only a search inside counts. */
	if (!addr_is_private(&o->dst))
		return;
	struct series_key horizontal = {.source = o->src, .port = o->dst_port};
	note(s, seen, &horizontal, flow_shape_addr_bytes(&o->dst));
}

const struct detector scan_slow_detector = {
    .name_cstr = "scan-slow",
    .signature_id = 9000005,
    .technique_cstr = "T1046",
    .stage = STAGE_RECONNAISSANCE,
    .severity = SEVERITY_SIGNIFICANT,
    .wants = DETECTOR_WANTS(OBSERVATION_FLOW_END),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .tick = series_detector_tick,
    .stop = stop,
};
