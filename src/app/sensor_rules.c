/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/sensor_rules.h"

#include "app/rule_alert.h"
#include "app/rules_bundle.h"
#include "app/rules_wire.h"
#include "core/text.h"
#include "detect/rules/rule_file.h"
#include "inspect/content_save.h"
#include "inspect/content_store.h"
#include "sandbox/channel.h"

#include <errno.h>
#include <stdlib.h>

enum { WORKERS_MAX = 64, SETTINGS_ROOM = 64 << 20 /* of addresses; pages come when they are used */ };

struct worker_rules {
	const struct sensor_rules *rules;
	struct rule_engine *engine; /* NULL: no rules yet */
	struct sink *sink;          /* NULL: there is no such worker */
	struct viewer viewer;
	struct rule_alert_waiting *waiting; /* NULL: none may wait */
};

struct sensor_rules {
	uint64_t hash_key;
	struct arena arena;
	struct flat said; /* by the site */
	struct run_settings settings;
	struct rules_generation *now;
	struct rule_profile *profile;                             /* of the only worker; NULL: nobody measures */
	void (*heard)(void *context, const struct rule_hit *hit); /* instead of events; NULL: events */
	void *context;
	struct worker_rules workers[WORKERS_MAX];
};

static void
say(void *context, const struct rule_hit *hit)
{
	struct worker_rules *w = context;
	if (w->rules->heard != NULL) {
		w->rules->heard(w->rules->context, hit);
		return;
	}
	rule_alert_write(w->waiting, w->sink, hit, &w->rules->now->set);
}

static bool
is_meant(const void *rule, struct bytes file)
{
	return rule_file_fits(rule, file);
}

/* filestore: the files of the side that the rule holds on, or of those that it names. */
static void
store(void *context, const struct rule_hit *hit)
{
	struct worker_rules *w = context;
	const struct rule_store *s = hit->rule->store;
	if (hit->flow == NULL || (hit->tx == NULL && s->scope != RULE_STORE_FLOW))
		return;
	bool either = s->from_client || s->from_server;
	struct content_wanted wanted = {.flow_id = hit->flow->id,
	    .tx_id = hit->tx == NULL ? 0 : hit->tx->id,
	    .from_client = either ? s->from_client : !hit->from_server,
	    .from_server = either ? s->from_server : hit->from_server,
	    .all_of_transaction = s->scope == RULE_STORE_TRANSACTION,
	    .all_of_flow = s->scope == RULE_STORE_FLOW,
	    .sid = hit->rule->sid,
	    .fits = is_meant,
	    .context = hit->rule};
	content_save_wanted(sink_contents(w->sink), &wanted);
}

static void
tagged(void *context, const struct view_packet *packet)
{
	struct worker_rules *w = context;
	if (w->rules->heard == NULL)
		rule_alert_write_tagged(w->sink, packet);
}

static void
show_packet(void *context, const struct view_packet *packet)
{
	struct worker_rules *w = context;
	if (w->waiting != NULL && rule_alert_waits(w->waiting) && packet->flow != NULL)
		rule_alert_tell(w->waiting, w->sink, packet->flow->id, packet->from_server, packet->time_ns);
	if (w->engine != NULL)
		rule_engine_packet(w->engine, packet);
}

static void
show_packet_comes(void *context, const struct view_packet *packet)
{
	struct worker_rules *w = context;
	if (w->engine != NULL)
		rule_engine_packet_comes(w->engine, packet);
}

static void
show_stream_gap(void *context, uint64_t flow_id, bool from_server, uint64_t lost)
{
	struct worker_rules *w = context;
	if (w->engine != NULL)
		rule_engine_stream_gap(w->engine, flow_id, from_server, lost);
}

static void
show_stream(
    void *context, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number, struct bytes data)
{
	struct worker_rules *w = context;
	if (w->engine != NULL)
		rule_engine_stream(w->engine, flow, from_server, time_ns, number, data);
}

static void
show_transaction(void *context, const struct view_set *set)
{
	struct worker_rules *w = context;
	if (w->engine != NULL)
		rule_engine_transaction(w->engine, set);
}

static void
show_event(
    void *context, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number, const char *name_cstr)
{
	struct worker_rules *w = context;
	if (w->engine != NULL)
		rule_engine_event(w->engine, flow, from_server, time_ns, number, name_cstr);
}

static void
show_flow_end(void *context, uint64_t flow_id, int64_t time_ns)
{
	struct worker_rules *w = context;
	if (w->waiting != NULL && rule_alert_waits(w->waiting))
		rule_alert_tell(w->waiting, w->sink, flow_id, -1, time_ns);
	if (w->engine != NULL)
		rule_engine_flow_end(w->engine, flow_id);
}

static void
show_metadata(void *context, uint64_t flow_id, struct json *json)
{
	struct worker_rules *w = context;
	if (w->engine != NULL)
		rule_engine_metadata(w->engine, flow_id, json);
}

int
sensor_rules_new(uint64_t hash_key, int fd, size_t size, struct sensor_rules **out, struct diag *diag)
{
	struct sensor_rules *rules = calloc(1, sizeof(*rules));
	if (rules == NULL || arena_init(&rules->arena, SETTINGS_ROOM) < 0 || flat_init(&rules->said, &rules->arena) < 0) {
		sensor_rules_free(rules);
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	}
	rules->hash_key = hash_key;
	run_settings_default(&rules->settings);
	int r = rules_bundle_settings(fd, size, &rules->said, diag);
	if (r == 0)
		r = run_settings_fill(&rules->settings, &rules->said, diag);
	if (r < 0)
		sensor_rules_free(rules);
	else
		*out = rules;
	return r;
}

const struct rule_set *
sensor_rules_set(const struct sensor_rules *rules)
{
	return rules->now == NULL ? NULL : &rules->now->set;
}

void
sensor_rules_total(const struct sensor_rules *rules, struct rule_engine_counters *sum)
{
	for (size_t i = 0; i < WORKERS_MAX; i++) {
		if (rules->workers[i].engine == NULL)
			continue;
		const struct rule_engine_counters *c = rule_engine_count(rules->workers[i].engine);
		sum->alerts += c->alerts;
		sum->too_many += c->too_many;
		sum->held_back += c->held_back;
	}
}

const struct run_settings *
sensor_rules_settings(const struct sensor_rules *rules)
{
	return &rules->settings;
}

void
sensor_rules_free(struct sensor_rules *rules)
{
	if (rules == NULL)
		return;
	for (size_t i = 0; i < WORKERS_MAX; i++) {
		rule_engine_free(rules->workers[i].engine);
		rule_alert_free(rules->workers[i].waiting);
	}
	rules_generation_free(rules->now);
	arena_done(&rules->arena);
	free(rules);
}

void
sensor_rules_listen(struct sensor_rules *rules, struct rule_profile *profile,
    void (*heard)(void *context, const struct rule_hit *hit), void *context)
{
	rules->profile = profile;
	rules->heard = heard;
	rules->context = context;
}

/* What of files rules compare: nothing else of them is found out. */
static void
say_what_files_need(const struct rule_set *set, struct viewer *viewer)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct rule *r = set->rules[i];
		for (size_t k = 0; k < r->match_count; k++) {
			const struct rule_match *m = &r->matches[k];
			if (m->kind == RULE_FILE && m->u.file.what == RULE_FILE_HASH)
				viewer->file_hashes |= m->u.file.hash;
			viewer->file_magic = viewer->file_magic || r->buffers[m->buffer].view == VIEW_FILE_MAGIC;
		}
	}
}

bool
sensor_rules_ask_kinds(const struct sensor_rules *rules)
{
	struct viewer asked = {.file_magic = rules->settings.l7.files.force_magic};
	if (rules->now != NULL)
		say_what_files_need(&rules->now->set, &asked);
	return asked.file_magic;
}

static struct rule_engine *
engine_for(struct worker_rules *w, const struct rules_generation *g)
{
	struct rule_engine *engine = rule_engine_new(g->program, w->rules->hash_key, say, w);
	if (engine != NULL)
		rule_engine_on_store(engine, store);
	if (engine != NULL)
		rule_engine_on_tagged(engine, tagged);
	if (engine != NULL && w->rules->profile != NULL)
		rule_engine_measure(engine, w->rules->profile);
	if (engine != NULL && w->rules->settings.packet_alert_max > 0)
		rule_engine_set_alerts_max(engine, w->rules->settings.packet_alert_max);
	if (engine != NULL)
		rule_engine_set_depth(engine, w->rules->settings.streams.depth_bytes);
	return engine;
}

/* What a viewer shows depends on its rules. */
static void
fit(struct worker_rules *w, const struct rules_generation *g)
{
	w->viewer.file_hashes = 0;
	w->viewer.file_magic = false;
	say_what_files_need(&g->set, &w->viewer);
	w->viewer.headers = g->program->has_headers;
	w->viewer.packet_comes = g->program->pass_packet.count > 0 ? show_packet_comes : NULL;
}

const struct viewer *
sensor_rules_viewer(struct sensor_rules *rules, uint16_t worker, struct sink *sink)
{
	struct worker_rules *w = &rules->workers[worker % WORKERS_MAX];
	rule_engine_free(w->engine);
	rule_alert_free(w->waiting);
	*w = (struct worker_rules){.rules = rules,
	    .sink = sink,
	    .waiting = rule_alert_new(),
	    .viewer = {.context = w,
	        .packet = show_packet,
	        .stream = show_stream,
	        .stream_gap = show_stream_gap,
	        .transaction = show_transaction,
	        .event = show_event,
	        .metadata = show_metadata,
	        .flow_end = show_flow_end}};
	if (rules->now == NULL)
		return &w->viewer;
	fit(w, rules->now);
	w->engine = engine_for(w, rules->now);
	return w->engine == NULL ? NULL : &w->viewer;
}

int
sensor_rules_use(
    struct sensor_rules *rules, struct rules_generation *next, struct rules_generation **before, struct diag *diag)
{
	struct rule_engine *engines[WORKERS_MAX] = {0};
	bool ok = true;
	for (size_t i = 0; i < WORKERS_MAX && ok; i++) {
		struct worker_rules *w = &rules->workers[i];
		if (w->sink == NULL)
			continue;
		engines[i] = engine_for(w, next);
		ok = engines[i] != NULL;
	}
	for (size_t i = 0; i < WORKERS_MAX; i++) {
		struct worker_rules *w = &rules->workers[i];
		if (!ok) {
			rule_engine_free(engines[i]);
		} else if (w->sink != NULL) {
			if (w->engine != NULL)
				rule_engine_inherit(engines[i], w->engine);
			rule_engine_free(w->engine);
			w->engine = engines[i];
			fit(w, next);
		}
	}
	if (!ok)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	if (rules->now != NULL)
		rule_dataset_inherit(&next->set.datasets, &rules->now->set.datasets);
	*before = rules->now;
	rules->now = next;
	return 0;
}

void
sensor_rules_keep_datasets(const struct sensor_rules *rules, int parent, uint8_t *buffer, size_t size)
{
	const struct rule_datasets *sets = rules->now == NULL ? NULL : &rules->now->set.datasets;
	for (size_t i = 0; sets != NULL && i < sets->count; i++) {
		struct bytes file;
		uint32_t place = 0;
		if (!rule_dataset_is_kept(sets->tables[i], &file))
			continue;
		for (bool first = true, more = true; more; first = false) {
			struct writer w = writer_of(buffer, size);
			writer_u8(&w, 0);
			writer_field(&w, file);
			more = rule_dataset_put_lines(sets->tables[i], &place, &w);
			buffer[0] = (uint8_t)((first ? RULES_WIRE_FIRST : 0) | (more ? 0 : RULES_WIRE_LAST));
			if (channel_send(parent, RULES_WIRE_DATASET, writer_written(&w), -1) < 0)
				return;
		}
	}
}
