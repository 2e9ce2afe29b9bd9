/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/long_connection.h"

#include "detect/behaviour/keyed_table.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

static const char name_cstr[] = "long-connection";

struct key {
	struct addr inside, outside;
	uint32_t port;
};

struct told {
	int64_t told_ns;
	bool told;
};

struct state {
	struct keyed_table *pairs; /* key -> told */
	int64_t duration_ns, repeat_ns;
};

static void
stop(void *state)
{
	struct state *s = state;
	keyed_table_free(s->pairs);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->duration_ns = (int64_t)tuning_u64(tuning, name_cstr, "duration_s") * 1000000000;
	s->repeat_ns = (int64_t)tuning_u64(tuning, name_cstr, "repeat_s") * 1000000000;
	s->pairs = keyed_table_new(sizeof(struct key), sizeof(struct told), memory_bytes);
	return s->pairs == NULL ? -ENOMEM : 0;
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	const struct observed_flow *f = &o->flow;
	if (LIKELY(f->last_ns - f->first_ns < s->duration_ns))
		return;
	bool source_inside = addr_is_private(&o->src);
	/* An answer must have come: what nobody hears is no connection. The time is asked all day, by everybody. */
	if (source_inside == addr_is_private(&o->dst) || addr_is_group(&o->dst) || f->packets[1] == 0 || f->app == APP_NTP ||
	    (o->ip_proto != 6 && o->ip_proto != 17))
		return;
	struct key key = {
	    .inside = source_inside ? o->src : o->dst, .outside = source_inside ? o->dst : o->src, .port = o->dst_port};
	struct told *told = keyed_table_get(s->pairs, &key, NULL);
	if (told->told && f->last_ns - told->told_ns < s->repeat_ns)
		return;
	told->told = true;
	told->told_ns = f->last_ns;
	struct alert alert;
	detector_alert(&alert, &long_connection_detector, o);
	alert.first_ns = f->first_ns;
	alert.last_ns = f->last_ns;
	/* The finding is about the machine of ours. */
	alert.source = key.outside;
	alert.target = key.inside;
	alert.source_port = source_inside ? o->dst_port : o->src_port;
	alert.target_port = source_inside ? o->src_port : o->dst_port;
	alert.app = f->app;
	alert.confidence = f->midstream != 0 ? 70 : 85;
	alert_fact_u64(&alert, "hours", (uint64_t)((f->last_ns - f->first_ns) / 3600000000000));
	alert_fact_u64(&alert, "port", o->dst_port);
	alert_fact_u64(&alert, "sent_kb", f->bytes[source_inside ? 0 : 1] / 1000);
	alert_fact_u64(&alert, "received_kb", f->bytes[source_inside ? 1 : 0] / 1000);
	const char *app_cstr = observation_app_name((enum app_proto)f->app);
	if (app_cstr != NULL && f->app > APP_NONE)
		alert_fact_text(&alert, "protocol", bytes_of_cstr(app_cstr));
	seen->out->say(seen->out->context, &alert);
}

const struct detector long_connection_detector = {
    .name_cstr = name_cstr,
    .signature_id = 9000022,
    .technique_cstr = "T1572",
    .stage = STAGE_HYGIENE,
    .severity = SEVERITY_SIGNIFICANT,
    .wants = DETECTOR_WANTS(OBSERVATION_FLOW_END) | DETECTOR_WANTS(OBSERVATION_FLOW_UPDATE),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .stop = stop,
};
