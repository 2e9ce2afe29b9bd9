/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/sensor.h"

#include "app/evidence.h"
#include "app/sensor_state.h"
#include "detect/behaviour/asset_collector.h"
#include "detect/behaviour/behaviour.h"
#include "detect/behaviour/tuning.h"
#include "detect/rules/rule_findings.h"
#include "inspect/eve_alert.h"
#include "inspect/file_kind.h"
#include "net/capture/capture_file.h"
#include "net/capture/capture_filter.h"
#include "proto/quic_crypt.h"
#include "record/wire.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

extern const unsigned char behaviour_ini[];
extern const size_t behaviour_ini_len;

enum {
	ALERTS_MAX = 100000, /* of one run: a flood of alerts is one fact, not a million rows */
	EVIDENCE_MAX = 2000, /* captures of one run */
	BEHAVIOUR_SHARE_PERCENT = 25,
	FINDINGS_SHARE_PERCENT = 2,
	CHUNK_SMALL = 64 * 1024,
};

static int64_t
now(void *context)
{
	(void)context;
	return sensor_tell_clock_ns(CLOCK_REALTIME);
}

static void
send_evidence(struct sensor *s, const struct alert *alert)
{
	size_t count, len = 0;
	bool wanted = s->config.with_evidence && s->evidence < EVIDENCE_MAX;
	const struct frame *frames = wanted ? pipeline_frames(s->pipeline, &count) : NULL;
	if (frames != NULL)
		len = evidence_write(alert, frames, count, s->out);
	s->evidence += len > 0;
	sensor_tell_role(s, SENSOR_FD_KEEPER, MESSAGE_EVIDENCE, (struct bytes){s->out, len});
}

static void
say_alert(void *context, const struct alert *alert)
{
	struct sensor *s = context;
	/* Where many flows are concerned, the one that made the detector speak stands for them. */
	alerted_flows_add(&s->alerted, alert->flow_id != 0 ? alert->flow_id : s->heard_flow);
	if (s->alerts >= ALERTS_MAX) {
		s->alerts_over++;
		return;
	}
	s->alerts++;
	if (!s->is_rule) /* the event of a rule was written when it held */
		eve_alert_write(s->alert_sink, alert);
	struct writer w = writer_of(s->out, sizeof(s->out));
	wire_put_alert(&w, alert);
	sensor_tell_role(s, SENSOR_FD_KEEPER, MESSAGE_ALERT, writer_written(&w));
	send_evidence(s, alert);
}

static void
hear(void *context, const struct observation *o)
{
	struct sensor *s = context;
	s->heard_flow = o->flow_id;
	s->is_rule = o->kind == OBSERVATION_RULE;
	if (s->is_rule) {
		alerted_flows_add(&s->alerted, o->flow_id);
		rule_findings_hear(s->findings, o);
	} else if (o->kind != OBSERVATION_VECTOR) {
		asset_collector_observe(s->assets, o);
		behaviour_observe(s->behaviour, o);
	}
	if (s->learning != NULL)
		sensor_learning_hear(s->learning, o);
}

static bool
was_alerted(void *context, uint64_t flow_id)
{
	const struct sensor *s = context;
	if (!eve_settings_has(&sink_settings(s->alert_sink)->eve, BYTES("beffroi")))
		return false; /* those alerts are no events there */
	return alerted_flows_has(&s->alerted, flow_id);
}

static void
hear_soon(void *context, const struct observation *o, unsigned stage)
{
	const struct sensor *s = context;
	if (s->learning != NULL && stage == 1)
		sensor_learning_soon(s->learning, o);
	if (o->kind == OBSERVATION_VECTOR)
		return;
	behaviour_prefetch(s->behaviour, o, stage);
	asset_collector_prefetch(s->assets, o, stage);
}

static void
send_asset(void *context, const struct asset *asset)
{
	struct sensor *s = context;
	struct writer w = writer_of(s->out, sizeof(s->out));
	wire_put_asset(&w, asset);
	sensor_tell_role(s, SENSOR_FD_KEEPER, MESSAGE_ASSET, writer_written(&w));
}

static bool
is_suspected(void *context, uint64_t flow_id)
{
	const struct sensor *s = context;
	return alerted_flows_has(&s->alerted, flow_id);
}

static size_t
say_more(void *context, uint64_t flow_id, char *out)
{
	const struct sensor *s = context;
	return sensor_learning_verdict(s->learning, flow_id, out);
}

/* What detectors said of a chunk comes first: the model is told whom they suspect. */
static void
chunk_heard(void *context)
{
	struct sensor *s = context;
	const char *text_cstr;
	sensor_learning_forget(s->learning); /* of the chunk before */
	s->is_rule = false;
	s->heard_flow = 0;
	sensor_learning_chunk(s->learning);
	while ((text_cstr = sensor_learning_notice(s->learning)) != NULL)
		sensor_tell_notice(s, "%s", text_cstr);
}

/* After each chunk. */
static void
chunk_done(void *context, uint64_t packets)
{
	struct sensor *s = context;
	if (s->live != NULL) {
		live_source_release(s->live);
		sink_flush(s->alert_sink);
	}
	sensor_tell_now_and_then(s, packets);
}

static const char *
file_name(void *context)
{
	const struct sensor *s = context;
	return s->file_names == NULL ? NULL : s->file_names->text_cstr;
}

static const struct viewer *
view_rules(void *context, uint16_t worker, struct sink *sink)
{
	struct sensor *s = context;
	return sensor_rules_viewer(s->rules, worker, sink);
}

/* Behaviour gets a share of the memory; so do, in a watch with little memory, smaller chunks. */
static int
start_story(struct sensor *s, struct diag *diag)
{
	const struct sensor_config *c = &s->config;
	size_t behaviour_bytes = c->with_behaviour ? (size_t)(c->memory_bytes / 100 * BEHAVIOUR_SHARE_PERCENT) : 0;
	struct alert_out out = {.say = say_alert, .context = s};
	s->latest_ns = INT64_MIN + SENSOR_ANOTHER_STORY_NS;
	s->behaviour = behaviour_new(s->tuning, behaviour_bytes, out);
	struct pipeline_options options = {
	    .inspect = {.memory_bytes = (size_t)c->memory_bytes - behaviour_bytes,
	        .checksums = (enum decode_checksums)c->checksums,
	        .hosts = &c->hosts,
	        .stage = (enum inspect_stage)c->stage,
	        .hash_key = c->hash_key,
	        .with_features = c->with_features,
	        .with_vectors = s->learning != NULL,
	        .with_entropy = c->with_vectors || (s->learning != NULL && sensor_learning_reads_entropy(s->learning)),
	        .with_community_id = c->with_community_id},
	    .workers = c->threads,
	    .events = s->events,
	    .with_observations = c->with_behaviour && c->stage == INSPECT_ALL,
	    .read = c->live ? sensor_read_live : sensor_read_captures,
	    .heard = hear,
	    .alerted = was_alerted,
	    .more = s->learning == NULL || sensor_learning_model(s->learning) == NULL ? NULL : say_more,
	    .chunk_heard = s->learning == NULL ? NULL : chunk_heard,
	    .soon = hear_soon,
	    .chunk_done = chunk_done,
	    .file_name = file_name,
	    .viewer = s->rules == NULL ? NULL : view_rules,
	    .context = s,
	    .now = c->live ? now : NULL,
	    .chunk_bytes = c->memory_bytes < (32 << 20) ? CHUNK_SMALL : CAPTURE_BATCH_CHUNK};
	if (s->rules != NULL) {
		options.inspect.timeouts = &sensor_rules_settings(s->rules)->timeouts;
		options.inspect.streams = &sensor_rules_settings(s->rules)->streams;
		options.inspect.settings = &sensor_rules_settings(s->rules)->l7;
		options.inspect.saver = options.inspect.settings->files.store ? &s->kept_files.saver : NULL;
	}
	s->pipeline = pipeline_new(&options);
	if (s->behaviour == NULL || s->pipeline == NULL)
		return diag_say(diag, -ENOMEM, _("not enough memory: try a smaller --memory"));
	return 0;
}

static void
end_story(struct sensor *s)
{
	s->heard_flow = 0;
	s->is_rule = false;
	if (s->behaviour != NULL)
		behaviour_finish(s->behaviour);
	if (s->pipeline != NULL)
		pipeline_total(s->pipeline, &s->totals);
	pipeline_free(s->pipeline);
	behaviour_free(s->behaviour);
	s->pipeline = NULL;
	s->behaviour = NULL;
}

static void
to_keeper(void *context, const char *text, size_t len)
{
	event_outlet_put(context, (struct bytes){(const uint8_t *)text, len});
}

/* What lasts for the whole run, then the first story. */
static int
prepare(struct sensor *s, struct diag *diag)
{
	const struct sensor_config *c = &s->config;
	s->tuning = tuning_new((struct bytes){behaviour_ini, behaviour_ini_len}, c->tuning, SENSOR_TUNING_FILE, diag);
	if (s->tuning == NULL)
		return -EINVAL;
	bool wanted = c->with_events || c->with_kept_events;
	s->events = wanted ? sink_file_new(c->with_events ? SENSOR_FD_EVENTS : -1) : NULL;
	if (c->with_kept_events) {
		s->to_keeper = event_outlet_new(SENSOR_FD_KEEPER, c->live ? EVENT_OUTLET_NEVER_WAITS : EVENT_OUTLET_WAITS);
		if (s->to_keeper == NULL || s->events == NULL)
			return diag_say(diag, -ENOMEM, _("not enough memory: try a smaller --memory"));
		sink_file_also(s->events, to_keeper, s->to_keeper);
	}
	file_outlet_init(&s->kept_files, SENSOR_FD_PARENT, c->live);
	s->alert_sink = sink_new(s->events);
	s->assets = asset_collector_new(c->memory_bytes / 100 * BEHAVIOUR_SHARE_PERCENT / 8);
	if (s->alert_sink == NULL || s->assets == NULL)
		return diag_say(diag, -ENOMEM, _("not enough memory: try a smaller --memory"));
	if (s->rules != NULL) {
		const struct l7_settings *settings = &sensor_rules_settings(s->rules)->l7;
		sink_set(s->alert_sink, settings);
		if (s->events != NULL)
			sink_file_prefix(s->events, settings->eve.prefix_cstr);
		s->findings = rule_findings_new((size_t)(c->memory_bytes / 100 * FINDINGS_SHARE_PERCENT),
		    (struct alert_out){.say = say_alert, .context = s});
		if (s->findings == NULL)
			return diag_say(diag, -ENOMEM, _("not enough memory: try a smaller --memory"));
	}
	return start_story(s, diag);
}

/* One pipeline per story: as a rule there is one. */
static int
run_stories(struct sensor *s)
{
	int r;
	do {
		r = pipeline_run(s->pipeline);
		end_story(s);
		struct diag diag = {.offset = UINT64_MAX};
		if (r == 0 && s->goes_back && (r = start_story(s, &diag)) < 0)
			sensor_tell_fault(s, FAULT_ROLE, "", &diag);
	} while (r == 0 && s->pipeline != NULL);
	return r;
}

/* One packet socket per worker, from the parent, which has the right to open them. */
static int
open_rings(struct sensor *s, struct diag *diag)
{
	s->live = live_source_new(s->config.threads);
	if (s->live == NULL)
		return diag_say(diag, -ENOMEM, _("not enough memory"));
	for (unsigned i = 0; i < (s->config.collected ? 1 : s->config.threads); i++) {
		if (sensor_read_next(s) <= 0)
			return diag_say(diag, -EBADMSG, _("the sensor got no packet socket"));
		int r = s->config.collected ? live_source_collect(s->live, s->file_fd, s->config.threads, diag)
		                            : live_source_add(s->live, s->file_fd, diag);
		s->file_fd = -1; /* the source owns it */
		if (r < 0)
			return r;
	}
	return 0;
}

/* Without the list of kinds the watch goes on: what asks for them does not hold. */
static void
tell_missing_kinds(struct sensor *s)
{
	struct file_kind *kinds;
	struct diag why = {.offset = UINT64_MAX};
	if (!sensor_rules_ask_kinds(s->rules))
		return;
	if (file_kind_new(&kinds, &why) < 0)
		sensor_tell_notice(s, "%s", why.text_cstr);
	else
		file_kind_free(kinds);
}

static int
hear_rules(struct sensor *s, struct diag *diag)
{
	struct channel_message m;
	if (channel_receive(SENSOR_FD_PARENT, s->buffer, sizeof(s->buffer), &m) <= 0 || m.type != MESSAGE_RULES || m.fd < 0)
		return diag_say(diag, -EBADMSG, _("the sensor got no rules"));
	struct cursor c = cursor_of(m.body);
	size_t size = cursor_be64(&c);
	int r = sensor_rules_new(s->config.hash_key, m.fd, size, &s->rules, diag);
	if (r == 0)
		r = sensor_rules_load(s, m.fd, size, diag);
	close(m.fd);
	if (r == 0)
		tell_missing_kinds(s);
	return r;
}

/* Without its model the watch goes on, and says so. */
static int
hear_model(struct sensor *s, struct diag *diag)
{
	struct channel_message m;
	const struct sensor_config *c = &s->config;
	if (channel_receive(SENSOR_FD_PARENT, s->buffer, sizeof(s->buffer), &m) <= 0 || m.type != MESSAGE_MODEL || m.fd < 0)
		return diag_say(diag, -EBADMSG, _("the sensor got no model"));
	struct diag why = {.offset = UINT64_MAX};
	struct sensor_learning_options options = {.out = {.say = say_alert, .context = s},
	    .is_suspected = is_suspected,
	    .context = s,
	    .keeps_verdicts = c->with_events || c->with_kept_events};
	int r = sensor_learning_use(s->learning, m.body, m.fd, &options, &why);
	close(m.fd);
	if (r < 0)
		sensor_tell_notice(s, _("the model is not used: %s"), why.text_cstr);
	if (r < 0 && !c->with_vectors) {
		sensor_learning_free(s->learning);
		s->learning = NULL;
	}
	return 0;
}

static int
start_learning(struct sensor *s, struct diag *diag)
{
	const struct sensor_config *c = &s->config;
	int vectors_fd = !c->with_vectors ? -1 : c->with_events ? SENSOR_FD_EVENTS + 1 : SENSOR_FD_EVENTS;
	if (!c->with_vectors && !c->with_model)
		return 0;
	int r = sensor_learning_new(c, vectors_fd, &s->learning, diag);
	return r == 0 && c->with_model ? hear_model(s, diag) : r;
}

static int
configure(struct sensor *s, struct diag *diag)
{
	struct channel_message m;
	if (channel_receive(SENSOR_FD_PARENT, s->config_copy, sizeof(s->config_copy), &m) <= 0 || m.type != MESSAGE_CONFIG ||
	    messages_get_config(m.body, &s->config) != PARSE_OK)
		return diag_say(diag, -EBADMSG, _("the sensor got no configuration"));
	text_speak(s->config.language);
	int r = s->config.with_rules ? hear_rules(s, diag) : 0;
	if (r == 0)
		r = start_learning(s, diag);
	if (r < 0)
		return r;
	r = s->config.filter.len > 0 ? capture_filter_parse(&s->filter, s->config.filter, diag) : 0;
	if (r == 0 && s->config.live)
		r = open_rings(s, diag);
	if (r == 0)
		r = prepare(s, diag);
	/* libcrypto reads its configuration at the first use of a cipher, which the sandbox would not let it do. */
	if (r == 0 && quic_crypt_start() < 0)
		r = diag_say(diag, -ENOMEM, _("libcrypto has no AES"));
	if (r < 0)
		return r;
	s->sandbox_layers = sandbox_enter(SANDBOX_SENSOR, NULL, diag);
	return s->sandbox_layers < 0 ? s->sandbox_layers : 0;
}

static void
release(struct sensor *s)
{
	sensor_read_close(s);
	pipeline_free(s->pipeline);
	behaviour_free(s->behaviour);
	tuning_free(s->tuning);
	sensor_reload_free(s->reload);
	sensor_rules_free(s->rules);
	asset_collector_free(s->assets);
	rule_findings_free(s->findings);
	sensor_learning_free(s->learning);
	sink_free(s->alert_sink);
	sink_file_free(s->events);
	event_outlet_free(s->to_keeper);
	while (s->file_names != NULL) {
		struct sensor_file_name *next = s->file_names->next;
		free(s->file_names);
		s->file_names = next;
	}
	live_source_free(s->live);
	capture_filter_free(s->filter);
	free(s);
}

int
sensor_main(void)
{
	struct sensor *s = calloc(1, sizeof(*s));
	struct diag diag = {.offset = UINT64_MAX};
	if (s == NULL)
		return 1;
	s->file_fd = -1;
	if (configure(s, &diag) < 0) {
		sensor_tell_fault(s, FAULT_ROLE, "", &diag);
		release(s);
		return 1;
	}
	s->started_ns = sensor_tell_clock_ns(CLOCK_REALTIME);
	s->last_stats_ns = sensor_tell_clock_ns(CLOCK_MONOTONIC);
	int r = run_stories(s);
	asset_collector_each(s->assets, send_asset, s);
	sensor_tell_summary(s);
	sensor_tell_role(s, SENSOR_FD_KEEPER, MESSAGE_END, (struct bytes){0});
	release(s);
	return r < 0 ? 1 : 0;
}
