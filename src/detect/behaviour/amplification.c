/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/amplification.h"

#include "detect/behaviour/flow_shape.h"
#include "detect/behaviour/series.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

enum { BYTES_IN }; /* of series.extra */

struct state {
	struct series_table *targets; /* target, service -> who answers */
	uint64_t answer_bytes, factor;
};

/* Services that answer more than they are asked, to whoever asks: CISA TA14-017A. */
static bool
reflects(uint16_t port)
{
	static const uint16_t ports[] = {
	    17, 19, 53, 69, 111, 123, 137, 161, 389, 520, 1900, 3283, 3702, 5093, 5351, 5353, 10001, 11211, 27960, 37810};
	for (size_t i = 0; i < LENGTH_OF(ports); i++)
		if (ports[i] == port)
			return true;
	return false;
}

static void
dress(const struct series_key *key, const struct series *s, struct alert *alert)
{
	uint64_t sources = series_distinct(s);
	if (sources == 1)
		alert->source = s->hosts[0];
	alert->source_port = key->port;
	alert->target_port = 0;
	alert->confidence = 90;
	alert_fact_u64(alert, "sources", sources);
	alert_fact_u64(alert, "kilobytes", s->extra[BYTES_IN] / 1000);
	series_fact_rate(s, "rate", alert);
	series_fact_hosts(s, "examples", alert);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->answer_bytes = tuning_u64(tuning, "amplification", "answer_bytes");
	s->factor = tuning_u64(tuning, "amplification", "factor");
	s->targets = series_table_new(&(struct series_options){.detector = &amplification_detector,
	    .tuning = tuning,
	    .threshold_cstr = "answers",
	    .measure = SERIES_COUNT,
	    .memory_bytes = memory_bytes,
	    .dress = dress});
	return s->targets == NULL ? -ENOMEM : 0;
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	const struct observed_flow *f = &o->flow;
	if (o->ip_proto != FLOW_SHAPE_UDP)
		return;
	struct series_key key = {0};
	const struct addr *reflector;
	size_t from;
	/* The question was never seen: the answer opens the flow. Or it was, forged, and the answer is out of proportion. */
	if (f->packets[1] == 0 && f->bytes[0] >= s->answer_bytes * f->packets[0] && reflects(o->src_port) &&
	    !addr_is_group(&o->dst)) {
		key.target = o->dst;
		key.port = o->src_port;
		reflector = &o->src;
		from = 0;
	} else if (f->bytes[1] >= s->factor * f->bytes[0] && f->bytes[1] >= s->answer_bytes * f->packets[1] &&
	    reflects(o->dst_port)) {
		key.target = o->src;
		key.port = o->dst_port;
		reflector = &o->dst;
		from = 1;
	} else {
		return;
	}
	struct series *series = series_note(
	    s->targets, &key, o, f->first_ns, f->packets[from], flow_shape_addr_bytes(reflector));
	series->extra[BYTES_IN] += f->bytes[from];
	series_keep_host(series, reflector);
	(void)series_tell(s->targets, &key, series, seen->out);
}

const struct detector amplification_detector = {
    .name_cstr = "amplification",
    .signature_id = 9000015,
    .technique_cstr = "T1498.002",
    .stage = STAGE_IMPACT,
    .severity = SEVERITY_SERIOUS,
    .wants = DETECTOR_WANTS(OBSERVATION_FLOW_END),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .tick = series_detector_tick,
    .stop = series_detector_stop,
};
