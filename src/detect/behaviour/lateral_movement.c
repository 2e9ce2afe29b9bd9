/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/lateral_movement.h"

#include "detect/behaviour/flow_shape.h"
#include "detect/behaviour/keyed_table.h"
#include "detect/behaviour/series.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

/* Of series.extra. */
enum {
	SERVICES /* bit 1 << its place in admin_ports */,
	ANSWERED /* connections that were opened */,
	ATTACKED /* before, itself */
};

static const uint16_t admin_ports[] = {22, 23, 135, 445, 3389, 5985, 5986};

struct pair_key {
	struct addr source, target;
};

struct state {
	struct series_table *sources; /* source -> peers */
	struct keyed_table *pairs;    /* pair_key -> when first used */
	int64_t window_ns;
};

static void
dress(const struct series_key *key, const struct series *s, struct alert *alert)
{
	unsigned services = (unsigned)__builtin_popcountll(s->extra[SERVICES]);
	(void)key;
	alert->targets = (uint32_t)series_distinct(s);
	unsigned confidence = 55 + 5 * services + (s->extra[ATTACKED] != 0 ? 20 : 0);
	alert->confidence = (uint8_t)(confidence > 95 ? 95 : confidence);
	if (s->extra[ATTACKED] != 0)
		alert->severity = SEVERITY_CRITICAL;
	alert_fact_u64(alert, "services", services);
	alert_fact_u64(alert, "answered", s->extra[ANSWERED]);
	series_fact_ports(s, "ports", alert);
	series_fact_hosts(s, "examples", alert);
}

static void
stop(void *state)
{
	struct state *s = state;
	series_table_free(s->sources);
	keyed_table_free(s->pairs);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->window_ns = (int64_t)tuning_u64(tuning, "lateral-movement", "window_s") * 1000000000;
	s->sources = series_table_new(&(struct series_options){.detector = &lateral_movement_detector,
	    .tuning = tuning,
	    .threshold_cstr = "machines",
	    .measure = SERIES_DISTINCT,
	    .memory_bytes = memory_bytes / 2,
	    .dress = dress});
	s->pairs = keyed_table_new(sizeof(struct pair_key), sizeof(int64_t), memory_bytes / 2);
	return s->sources == NULL || s->pairs == NULL ? -ENOMEM : 0;
}

/* Its place in admin_ports, or their number. */
static size_t
service_of(uint16_t port)
{
	size_t i = 0;
	while (i < LENGTH_OF(admin_ports) && admin_ports[i] != port)
		i++;
	return i;
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	size_t service = service_of(o->dst_port);
	if (LIKELY(service == LENGTH_OF(admin_ports)) || !flow_shape_opens(o) || !addr_is_private(&o->src) ||
	    !addr_is_private(&o->dst))
		return;
	bool answered = !hosts_flow_failed(&o->flow, o->ip_proto);
	/* A check that the door is there, as monitoring makes all day; or a machine that is not there, as in a scan. */
	if (answered ? o->flow.payload_bytes[0] == 0 : o->flow.packets[1] == 0)
		return;
	int64_t time_ns = o->flow.first_ns;
	bool is_new;
	struct pair_key pair = {o->src, o->dst};
	int64_t *first_ns = keyed_table_get(s->pairs, &pair, &is_new);
	if (is_new || time_ns < *first_ns)
		*first_ns = time_ns;
	if (time_ns - *first_ns > s->window_ns)
		return; /* an old acquaintance */
	struct series_key key = {.source = o->src};
	struct series *series = series_note(s->sources, &key, o, time_ns, 1, flow_shape_addr_bytes(&o->dst));
	series->extra[SERVICES] |= UINT64_C(1) << service;
	series->extra[ANSWERED] += answered;
	series->extra[ATTACKED] |= (seen->source->marks & HOST_MARK_ATTACKED) != 0;
	series_keep_port(series, o->dst_port);
	series_keep_host(series, &o->dst);
	/* Doors that all stay shut are a scan, and told as such. */
	if (series->extra[ANSWERED] > 0)
		(void)series_tell(s->sources, &key, series, seen->out);
}

const struct detector lateral_movement_detector = {
    .name_cstr = "lateral-movement",
    .signature_id = 9000017,
    .technique_cstr = "T1021",
    .stage = STAGE_LATERAL,
    .severity = SEVERITY_SERIOUS,
    .wants = DETECTOR_WANTS(OBSERVATION_FLOW_END),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .tick = series_detector_tick,
    .stop = stop,
};
