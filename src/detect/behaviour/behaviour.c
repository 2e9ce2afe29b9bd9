/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/behaviour.h"

#include "detect/behaviour/hosts.h"

#include <stdio.h>
#include <stdlib.h>

enum { HOSTS_SHARE_PERCENT = 30 };
static const int64_t tick_every_ns = INT64_C(60000000000);

struct running {
	const struct detector *detector;
	void *state;
};

struct behaviour {
	struct alert_out out;
	int64_t now_ns, next_tick_ns;
	struct hosts *hosts;
	size_t count;
	struct running *running;
	/* For each kind of observation, the detectors that want it. */
	struct running **by_kind[OBSERVATION_KINDS];
	size_t by_kind_count[OBSERVATION_KINDS];
};

struct behaviour *
behaviour_new(const struct tuning *tuning, size_t memory_bytes, struct alert_out out)
{
	struct behaviour *b = calloc(1, sizeof(*b));
	if (b == NULL)
		return NULL;
	b->out = out;
	size_t hosts_bytes = memory_bytes / 100 * HOSTS_SHARE_PERCENT;
	b->hosts = hosts_new(hosts_bytes);
	b->running = calloc(behaviour_table_count, sizeof(*b->running));
	if (b->hosts == NULL || b->running == NULL) {
		behaviour_free(b);
		return NULL;
	}
	for (size_t i = 0; i < behaviour_table_count; i++) {
		const struct detector *d = behaviour_table[i];
		b->running[i] = (struct running){d, calloc(1, d->state_size)};
		b->count += b->running[i].state != NULL;
		if (b->running[i].state == NULL ||
		    d->start(b->running[i].state, tuning, (memory_bytes - hosts_bytes) / behaviour_table_count) < 0) {
			behaviour_free(b);
			return NULL;
		}
	}
	for (size_t kind = 0; kind < OBSERVATION_KINDS; kind++) {
		b->by_kind[kind] = calloc(b->count + 1, sizeof(*b->by_kind[kind]));
		if (b->by_kind[kind] == NULL) {
			behaviour_free(b);
			return NULL;
		}
		for (size_t i = 0; i < b->count; i++)
			if ((b->running[i].detector->wants & DETECTOR_WANTS(kind)) != 0)
				b->by_kind[kind][b->by_kind_count[kind]++] = &b->running[i];
	}
	return b;
}

void
behaviour_free(struct behaviour *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->count; i++) {
		b->running[i].detector->stop(b->running[i].state);
		free(b->running[i].state);
	}
	for (size_t kind = 0; kind < OBSERVATION_KINDS; kind++)
		free(b->by_kind[kind]);
	hosts_free(b->hosts);
	free(b->running);
	free(b);
}

static void
tick(struct behaviour *b)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->running[i].detector->tick != NULL)
			b->running[i].detector->tick(b->running[i].state, b->now_ns, &b->out);
}

void
behaviour_observe(struct behaviour *b, const struct observation *o)
{
	if (o->time_ns > b->now_ns) {
		b->now_ns = o->time_ns;
		if (b->next_tick_ns == 0)
			b->next_tick_ns = o->time_ns + tick_every_ns;
		if (o->time_ns >= b->next_tick_ns) {
			b->next_tick_ns = o->time_ns + tick_every_ns;
			tick(b);
		}
	}
	struct seen seen = {.o = o, .out = &b->out};
	if (o->kind == OBSERVATION_FLOW_END) {
		struct host_pair ends = hosts_flow(b->hosts, o);
		seen.source = ends.source;
		seen.target = ends.target;
	}
	for (size_t i = 0; i < b->by_kind_count[o->kind]; i++) {
		const struct running *r = b->by_kind[o->kind][i];
		r->detector->observe(r->state, &seen);
	}
}

void
behaviour_prefetch(const struct behaviour *b, const struct observation *o, unsigned stage)
{
	if (o->kind == OBSERVATION_FLOW_END)
		hosts_prefetch(b->hosts, o, stage);
}

void
behaviour_finish(struct behaviour *b)
{
	tick(b);
}

void
detector_alert(struct alert *alert, const struct detector *detector, const struct observation *o)
{
	memset(alert, 0, sizeof(*alert));
	alert->detector_cstr = detector->name_cstr;
	alert->signature_id = detector->signature_id;
	alert->severity = detector->severity;
	alert->stage = detector->stage;
	alert->confidence = 80;
	snprintf(alert->technique_cstr, sizeof(alert->technique_cstr), "%s", detector->technique_cstr);
	alert->first_ns = alert->last_ns = o->time_ns;
	alert->number = o->number;
	alert->source = o->src;
	alert->target = o->dst;
	alert->targets = 1;
	alert->source_port = o->src_port;
	alert->target_port = o->dst_port;
	alert->vlan = o->vlan;
	alert->ip_proto = o->ip_proto;
	alert->count = 1;
}
