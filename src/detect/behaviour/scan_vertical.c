/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/scan_vertical.h"

#include "detect/behaviour/flow_shape.h"
#include "detect/behaviour/series.h"
#include "detect/behaviour/sketch.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

enum { AGAIN = 3 }; /* failures of one pair before it is remembered */
enum { ANSWERED };  /* of series.extra: ports that answered */

struct state {
	struct series_table *pairs; /* source, target -> ports that failed */
	struct sketch *lately;      /* pairs that failed a few times */
	uint32_t gate;              /* failures before anything is remembered */
};

static void
dress(const struct series_key *key, const struct series *s, struct alert *alert)
{
	(void)key;
	alert->count = series_distinct(s);
	alert->confidence = 95;
	alert_fact_u64(alert, "ports", alert->count);
	alert_fact_u64(alert, "answered", s->extra[ANSWERED]);
	series_fact_ports(s, "examples", alert);
	series_fact_rate(s, "rate", alert);
}

static void
stop(void *state)
{
	struct state *s = state;
	series_table_free(s->pairs);
	sketch_free(s->lately);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->gate = (uint32_t)tuning_u64(tuning, "scan-vertical", "ports") / 5;
	s->lately = sketch_new(memory_bytes / 4, (int64_t)tuning_u64(tuning, "scan-vertical", "window_s") * 1000000000);
	s->pairs = series_table_new(&(struct series_options){.detector = &scan_vertical_detector,
	    .tuning = tuning,
	    .threshold_cstr = "ports",
	    .measure = SERIES_DISTINCT,
	    .memory_bytes = memory_bytes / 4 * 3,
	    .dress = dress});
	return s->pairs == NULL || s->lately == NULL ? -ENOMEM : 0;
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	if (flow_shape_failures(seen->source) < s->gate || !flow_shape_opens(o) ||
	    !flow_shape_several(seen->source->now.failed_ports, seen->source->before.failed_ports, s->gate))
		return;
	struct series_key key = {.source = o->src, .target = o->dst};
	if (!hosts_flow_failed(&o->flow, o->ip_proto)) {
		struct series *going_on = o->flow.payload_bytes[0] == 0 ? series_find(s->pairs, &key, o->flow.first_ns)
		                                                        : NULL;
		if (going_on != NULL)
			going_on->extra[ANSWERED]++;
		return;
	}
	if (sketch_count(s->lately, (struct bytes){(const uint8_t *)&key, sizeof(key)}, o->flow.first_ns) < AGAIN)
		return;
	struct series *series = series_note(s->pairs, &key, o, o->flow.first_ns, 1, flow_shape_port_bytes(&o->dst_port));
	series_keep_port(series, o->dst_port);
	/* It said yes and was left there: how a scanner asks whether a port is open. */
	series->extra[ANSWERED] += (o->flow.tcp_flags[1] & FLOW_SHAPE_SYN) != 0;
	(void)series_tell(s->pairs, &key, series, seen->out);
}

const struct detector scan_vertical_detector = {
    .name_cstr = "scan-vertical",
    .signature_id = 9000002,
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
