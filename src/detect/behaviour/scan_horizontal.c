/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/scan_horizontal.h"

#include "detect/behaviour/flow_shape.h"
#include "detect/behaviour/series.h"
#include "detect/behaviour/sketch.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

enum { AGAIN = 3 }; /* failures on one port before it is remembered */

struct state {
	struct series_table *ports; /* source, port (0: whatever the port) -> machines that did not answer */
	struct sketch *lately;      /* of the same, what failed a few times */
	uint64_t any_port;          /* machines inside, whatever the port */
	uint32_t gate;              /* failures before anything is remembered */
	uint32_t failed_percent;
};

static void
dress(const struct series_key *key, const struct series *s, struct alert *alert)
{
	alert->targets = (uint32_t)series_distinct(s);
	alert->count = alert->targets;
	/* From outside it is the noise of the Internet; from inside somebody should explain it. */
	if (!addr_is_private(&key->source))
		alert->severity = SEVERITY_MINOR;
	alert->confidence = 90;
	series_fact_ports(s, "ports", alert);
	series_fact_rate(s, "rate", alert);
	series_fact_hosts(s, "examples", alert);
}

static void
stop(void *state)
{
	struct state *s = state;
	series_table_free(s->ports);
	sketch_free(s->lately);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->gate = (uint32_t)tuning_u64(tuning, "scan-horizontal", "targets") / 5;
	s->failed_percent = (uint32_t)tuning_u64(tuning, "scan-horizontal", "failed_percent");
	s->any_port = tuning_u64(tuning, "scan-horizontal", "any_port");
	s->lately = sketch_new(memory_bytes / 4, (int64_t)tuning_u64(tuning, "scan-horizontal", "window_s") * 1000000000);
	s->ports = series_table_new(&(struct series_options){.detector = &scan_horizontal_detector,
	    .tuning = tuning,
	    .threshold_cstr = "targets",
	    .measure = SERIES_DISTINCT,
	    .memory_bytes = memory_bytes / 4 * 3,
	    .dress = dress});
	return s->ports == NULL || s->lately == NULL ? -ENOMEM : 0;
}

/* Who mostly finds somebody there is at work, even when some are gone: a mail server, a crawler. */
static bool
mostly_fails(const struct host *source, uint32_t percent)
{
	uint32_t all = hosts_distinct(source->now.targets, source->before.targets);
	return hosts_distinct(source->now.failed_targets, source->before.failed_targets) * 100 >= all * percent;
}

static struct series *
note(struct state *s, const struct observation *o, const struct series_key *key)
{
	struct series *series = series_note(s->ports, key, o, o->flow.first_ns, 1, flow_shape_addr_bytes(&o->dst));
	series_keep_host(series, &o->dst);
	series_keep_port(series, o->dst_port);
	return series;
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	if (flow_shape_failures(seen->source) < s->gate || !flow_shape_failed_opening(o) ||
	    !flow_shape_several(seen->source->now.failed_targets, seen->source->before.failed_targets, s->gate))
		return;
	struct series_key key = {.source = o->src};
	/* Inside, many machines are a search whatever the ports; outside, exchanges among peers look like that. */
	if (addr_is_private(&o->dst)) {
		struct series *series = note(s, o, &key);
		if (series->told != 0 || (series->member_bits >= s->any_port && series_distinct(series) >= s->any_port))
			(void)series_tell(s->ports, &key, series, seen->out);
		if (series->told != 0)
			return;
	}
	key.port = o->dst_port;
	if (sketch_count(s->lately, (struct bytes){(const uint8_t *)&key, sizeof(key)}, o->flow.first_ns) < AGAIN)
		return;
	struct series *series = note(s, o, &key);
	if (series->told != 0 || (series_enough(s->ports, series) && mostly_fails(seen->source, s->failed_percent)))
		(void)series_tell(s->ports, &key, series, seen->out);
}

const struct detector scan_horizontal_detector = {
    .name_cstr = "scan-horizontal",
    .signature_id = 9000001,
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
