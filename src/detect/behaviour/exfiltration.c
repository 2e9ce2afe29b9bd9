/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/exfiltration.h"

#include "detect/behaviour/hosts.h"
#include "detect/behaviour/keyed_table.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

static const char name_cstr[] = "exfiltration";
static const int64_t hour_ns = INT64_C(3600000000000), over_ns = INT64_C(300000000000);

enum { FLOW_BYTES_MIN = 16384 }; /* smaller flows are requests */

struct pair {
	struct addr source, target;
};

struct sent {                      /* to one outside address, or to all of them */
	int64_t first_ns, last_ns; /* of all times */
	int64_t hour, hour_first_ns;
	uint64_t bytes;       /* in that hour */
	uint64_t most_before; /* in one earlier hour */
	uint64_t flows;
	uint64_t told_bytes, number, flow_id; /* the last flow, and what was said */
	int64_t told_ns;
	uint16_t source_port, target_port, vlan;
	uint8_t ip_proto, app;
	bool told;
};

struct state {
	struct keyed_table *sources; /* addr -> sent */
	struct keyed_table *pairs;   /* pair -> sent */
	struct keyed_table *live;    /* flow id -> bytes already counted */
	uint64_t bytes_min, factor;
	int64_t learn_ns, repeat_ns;
};

static void
stop(void *state)
{
	struct state *s = state;
	keyed_table_free(s->sources);
	keyed_table_free(s->pairs);
	keyed_table_free(s->live);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->bytes_min = tuning_u64(tuning, name_cstr, "megabytes") * 1000000;
	s->factor = tuning_u64(tuning, name_cstr, "factor");
	s->learn_ns = (int64_t)tuning_u64(tuning, name_cstr, "learn_s") * 1000000000;
	s->repeat_ns = (int64_t)tuning_u64(tuning, name_cstr, "repeat_s") * 1000000000;
	s->sources = keyed_table_new(sizeof(struct addr), sizeof(struct sent), memory_bytes / 4);
	s->pairs = keyed_table_new(sizeof(struct pair), sizeof(struct sent), memory_bytes / 2);
	s->live = keyed_table_new(sizeof(uint64_t), sizeof(uint64_t), memory_bytes / 4);
	return s->sources == NULL || s->pairs == NULL || s->live == NULL ? -ENOMEM : 0;
}

static struct sent *
add(struct keyed_table *table, const void *key, const struct observed_flow *f, uint64_t bytes)
{
	bool is_new;
	struct sent *sent = keyed_table_get(table, key, &is_new);
	if (is_new)
		*sent = (struct sent){.first_ns = f->first_ns,
		    .last_ns = f->last_ns,
		    .hour = f->last_ns / hour_ns,
		    .hour_first_ns = f->first_ns};
	if (f->last_ns / hour_ns > sent->hour) {
		if (sent->bytes > sent->most_before)
			sent->most_before = sent->bytes;
		sent->bytes = 0;
		sent->flows = 0;
		sent->told_bytes = 0; /* of another hour: told again only when it is too much by itself */
		sent->hour = f->last_ns / hour_ns;
		sent->hour_first_ns = f->first_ns;
	}
	if (f->first_ns < sent->first_ns)
		sent->first_ns = f->first_ns;
	if (f->first_ns < sent->hour_first_ns)
		sent->hour_first_ns = f->first_ns;
	if (f->last_ns > sent->last_ns)
		sent->last_ns = f->last_ns;
	sent->bytes += bytes;
	sent->flows++;
	return sent;
}

/* What a flow sent since it was last counted: a long one is seen several times. */
static uint64_t
not_counted(struct state *s, const struct observation *o)
{
	uint64_t bytes = o->flow.bytes[0];
	if (o->kind == OBSERVATION_FLOW_END) {
		uint64_t *before = keyed_table_find(s->live, &o->flow_id);
		if (before == NULL)
			return bytes;
		uint64_t rest = bytes > *before ? bytes - *before : 0;
		keyed_table_remove(s->live, &o->flow_id);
		return rest;
	}
	uint64_t *before = keyed_table_get(s->live, &o->flow_id, NULL);
	uint64_t rest = bytes > *before ? bytes - *before : 0;
	*before = bytes;
	return rest;
}

static void
tell(struct sent *pair, const struct pair *key, const struct sent *source, const struct alert_out *out)
{
	pair->told = true;
	pair->told_ns = pair->last_ns;
	pair->told_bytes = pair->bytes;
	const struct observation o = {.time_ns = pair->last_ns,
	    .number = pair->number,
	    .flow_id = pair->flow_id,
	    .src = key->source,
	    .dst = key->target,
	    .src_port = pair->source_port,
	    .dst_port = pair->target_port,
	    .vlan = pair->vlan,
	    .ip_proto = pair->ip_proto};
	struct alert alert;
	detector_alert(&alert, &exfiltration_detector, &o);
	alert.first_ns = pair->hour_first_ns;
	alert.app = pair->app;
	alert.count = pair->flows;
	bool stranger = pair->most_before == 0;
	alert.confidence = (uint8_t)(50 + (stranger ? 25 : 0) + (source->most_before * 100 < pair->bytes ? 15 : 0));
	if (!stranger)
		alert.severity = SEVERITY_SIGNIFICANT;
	alert_fact_u64(&alert, "megabytes", pair->bytes / 1000000);
	alert_fact_u64(&alert, "usual_kb", source->most_before / 1000);
	alert_fact_u64(&alert, "bytes", pair->bytes);
	out->say(out->context, &alert);
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	const struct observed_flow *f = &o->flow;
	if (LIKELY(f->bytes[0] < FLOW_BYTES_MIN || f->bytes[0] <= f->bytes[1]))
		return;
	/* Nobody acknowledged: a flood, not a transfer. */
	if (f->packets[1] == 0 || !addr_is_private(&o->src) || addr_is_private(&o->dst) || addr_is_group(&o->dst))
		return;
	uint64_t bytes = not_counted(s, o);
	struct sent *source = add(s->sources, &o->src, f, bytes);
	struct pair key = {.source = o->src, .target = o->dst};
	struct sent *pair = add(s->pairs, &key, f, bytes);
	pair->number = o->number;
	pair->flow_id = o->flow_id;
	pair->source_port = o->src_port;
	pair->target_port = o->dst_port;
	pair->vlan = o->vlan;
	pair->ip_proto = o->ip_proto;
	pair->app = f->app;
	int64_t known_ns = source->first_ns;
	if (seen->source != NULL && seen->source->first_ns < known_ns)
		known_ns = seen->source->first_ns;
	if (pair->bytes < s->bytes_min || pair->bytes < s->factor * source->most_before ||
	    f->first_ns - known_ns < s->learn_ns || (pair->told && f->last_ns - pair->told_ns < s->repeat_ns))
		return;
	tell(pair, &key, source, seen->out);
}

/* What had more to come when it was told, and is over now: said once more with its total. */
static void
tick(void *state, int64_t now_ns, const struct alert_out *out)
{
	struct state *s = state;
	uint32_t at = KEYED_TABLE_START;
	const void *key;
	for (struct sent *pair; (pair = keyed_table_next(s->pairs, &at, &key)) != NULL;) {
		if (!pair->told || pair->told_bytes == 0 || pair->bytes < pair->told_bytes / 4 * 5 ||
		    now_ns - pair->last_ns < over_ns)
			continue;
		const struct pair *ends = key;
		struct sent *source = keyed_table_find(s->sources, &ends->source);
		if (source != NULL)
			tell(pair, ends, source, out);
	}
}

const struct detector exfiltration_detector = {
    .name_cstr = name_cstr,
    .signature_id = 9000021,
    .technique_cstr = "T1048",
    .stage = STAGE_EXFILTRATION,
    .severity = SEVERITY_SERIOUS,
    .wants = DETECTOR_WANTS(OBSERVATION_FLOW_END) | DETECTOR_WANTS(OBSERVATION_FLOW_UPDATE),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .tick = tick,
    .stop = stop,
};
