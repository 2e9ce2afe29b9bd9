/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/sensor.h"

#include "app/evidence.h"
#include "app/messages.h"
#include "app/pipeline.h"
#include "app/live_source.h"
#include "app/sensor_summary.h"
#include "core/text.h"
#include "detect/behaviour/asset_collector.h"
#include "detect/behaviour/behaviour.h"
#include "detect/behaviour/tuning.h"
#include "inspect/eve_alert.h"
#include "net/capture/capture_file.h"
#include "net/capture/capture_filter.h"
#include "proto/quic_crypt.h"
#include "record/wire.h"
#include "sandbox/channel.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
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
	CHUNK_SMALL = 64 * 1024,
};
static const int64_t another_story_ns = INT64_C(3600) *
    1000000000; /* that far back, a capture does not continue the one before */
static const int64_t second_ns = INT64_C(1000000000), progress_every_ns = INT64_C(100000000);
static const int64_t stats_every_ns = INT64_C(8000000000);  /* as Suricata */
static const int64_t drops_quiet_ns = INT64_C(60000000000); /* a minute without: the next ones are news */

struct sensor {
	struct sensor_config config;
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];
	uint8_t config_copy[CHANNEL_MESSAGE_MAX + 2];
	uint8_t out[CHANNEL_MESSAGE_MAX];
	struct capture_file *file;
	int file_fd;
	char file_cstr[MESSAGES_TEXT_MAX];
	uint64_t frames_before, bytes_before, filtered, captures;
	struct event_file *events;
	struct sink *alert_sink;
	struct pipeline *pipeline;
	struct pipeline_totals totals; /* of the pipelines that have ended */
	struct tuning *tuning;
	bool file_is_new;  /* nothing of it was given yet */
	bool goes_back;    /* the next capture is of an earlier time: another story */
	int64_t latest_ns; /* of the frames given to this pipeline */
	struct behaviour *behaviour;
	struct asset_collector *assets;
	uint64_t alerts, alerts_over, evidence;
	int64_t last_progress_ns;
	struct capture_filter *filter; /* NULL: all packets */
	struct live_source *live;      /* NULL: captures */
	int64_t started_ns, last_stats_ns;
	uint64_t dropped; /* by the kernel, as told */
	int64_t last_drop_ns;
	bool is_down; /* the interface, since down_since_ns */
	int64_t down_since_ns, down_ns_before;
	bool events_failed; /* told once */
	bool is_stopped;    /* the parent said END */
	bool more_at_hand;  /* the batch was too small for what was read */
	uint64_t undecided; /* frames of a link type for which the filter has no meaning: not looked at */
	int sandbox_layers;
	bool parent_is_gone;
};

static void
send_to(struct sensor *s, int end, enum message_type type, struct bytes body)
{
	/* A peer that is gone ends the run: what it would have kept has nobody to keep it. */
	if (channel_send(end, (uint16_t)type, body, -1) < 0 && end == SENSOR_FD_PARENT)
		s->parent_is_gone = true;
}

/* About the file of the diag, or file_cstr; empty: about none. */
static void
send_fault(struct sensor *s, uint8_t kind, const char *file_cstr, const struct diag *diag)
{
	struct fault fault = {.kind = kind, .offset = diag->offset};
	snprintf(fault.file_cstr, sizeof(fault.file_cstr), "%s", diag->file_cstr[0] != '\0' ? diag->file_cstr : file_cstr);
	if (diag->line > 0)
		snprintf(fault.text_cstr, sizeof(fault.text_cstr), "%u: %.490s", diag->line, diag->text_cstr);
	else
		snprintf(fault.text_cstr, sizeof(fault.text_cstr), "%s", diag->text_cstr);
	struct writer w = writer_of(s->out, sizeof(s->out));
	messages_put_fault(&w, &fault);
	send_to(s, SENSOR_FD_PARENT, MESSAGE_FAULT, writer_written(&w));
}

/* A line for the user, which is no fault. */
PRINTF_LIKE(2, 3) static void send_notice(struct sensor *s, const char *format, ...)
{
	char text_cstr[MESSAGES_TEXT_MAX];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text_cstr, sizeof(text_cstr), format, arguments);
	va_end(arguments);
	send_to(s, SENSOR_FD_PARENT, MESSAGE_NOTICE, bytes_of_cstr(text_cstr));
}

/* Asks the parent for the next capture. 1: open; 0: there is none; < 0: the parent is gone or says nonsense. */
static int
next_capture(struct sensor *s)
{
	send_to(s, SENSOR_FD_PARENT, MESSAGE_WANTS, (struct bytes){0});
	struct channel_message m;
	int r = channel_receive(SENSOR_FD_PARENT, s->buffer, sizeof(s->buffer), &m);
	if (r <= 0)
		return r == 0 ? -EPIPE : r;
	if (m.type == MESSAGE_END)
		return 0;
	if (m.type != MESSAGE_CAPTURE || m.fd < 0)
		return -EBADMSG;
	snprintf(s->file_cstr, sizeof(s->file_cstr), "%.*s", (int)m.body.len, (const char *)m.body.at);
	s->file_fd = m.fd;
	return 1;
}

static void
close_capture(struct sensor *s)
{
	if (s->file != NULL) {
		s->frames_before = capture_file_frames(s->file);
		s->bytes_before += capture_file_consumed(s->file);
	}
	capture_file_free(s->file);
	s->file = NULL;
	if (s->file_fd >= 0)
		close(s->file_fd);
	s->file_fd = -1;
}

/* Keeps the frames that the filter wants; their numbers stay. */
static void
apply_filter(struct sensor *s, struct capture_batch *batch)
{
	size_t kept = 0;
	for (size_t i = 0; i < batch->count; i++) {
		enum capture_filter_verdict verdict = capture_filter_run(s->filter, &batch->frames[i]);
		s->undecided += verdict == CAPTURE_FILTER_UNDECIDED;
		if (verdict == CAPTURE_FILTER_KEEP)
			batch->frames[kept++] = batch->frames[i];
	}
	s->filtered += batch->count - kept;
	batch->count = kept;
}

/* A capture that begins an hour or more before the end of the one before it does not continue it: its clock would not
 * agree with what is remembered. It is read again from its beginning by a new pipeline. A pipe cannot be. */
static bool
is_another_story(struct sensor *s, const struct capture_batch *batch)
{
	bool was_new = s->file_is_new;
	s->file_is_new = false;
	if (was_new && batch->frames[0].time_ns < s->latest_ns - another_story_ns && lseek(s->file_fd, 0, SEEK_SET) == 0)
		return true;
	for (size_t i = 0; i < batch->count; i++)
		if (batch->frames[i].time_ns > s->latest_ns)
			s->latest_ns = batch->frames[i].time_ns;
	return false;
}

static int64_t
clock_ns(clockid_t id)
{
	struct timespec now;
	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The parent's only word while there is something to read is END. A pipe may be silent for long: waits for either. */
static bool
is_asked_to_stop(struct sensor *s)
{
	struct pollfd ends[2] = {{.fd = SENSOR_FD_PARENT, .events = POLLIN}, {.fd = s->file_fd, .events = POLLIN}};
	bool waits = s->live == NULL && !s->more_at_hand;
	s->is_stopped = s->is_stopped || s->parent_is_gone ||
	    (poll(ends, waits ? 2 : 1, waits ? -1 : 0) > 0 && ends[0].revents != 0);
	return s->is_stopped;
}

/* A pipeline_read: frames of one capture after the other. A fault of one file is told and ends that file, not the run. */
static int
read_captures(void *context, struct capture_batch *batch)
{
	struct sensor *s = context;
	for (;;) {
		if (s->parent_is_gone)
			return -EPIPE;
		struct diag diag = {0};
		if (s->file == NULL) {
			int r = s->goes_back ? 1 : next_capture(s);
			if (r <= 0)
				return r;
			s->file_is_new = true;
			struct capture_file_options options = {.frames_before = s->frames_before};
			r = capture_file_open(&s->file, s->file_fd, s->file_cstr, &options, &diag);
			if (r < 0) {
				send_fault(s, (uint8_t)capture_file_fault_of(r), s->file_cstr, &diag);
				close_capture(s);
				continue;
			}
			s->captures += !s->goes_back;
			s->goes_back = false;
			s->more_at_hand = true; /* its first bytes were read already */
		}
		if (is_asked_to_stop(s))
			return 0;
		int got = capture_file_next(s->file, batch, &diag);
		if (got > 0 && is_another_story(s, batch)) {
			capture_file_free(s->file);
			s->file = NULL;
			s->goes_back = true;
			return 0;
		}
		if (got > 0) {
			s->more_at_hand = batch->count == batch->frames_max;
			if (s->filter != NULL)
				apply_filter(s, batch);
			if (batch->count > 0)
				return (int)batch->count;
			continue;
		}
		if (got < 0)
			send_fault(s, (uint8_t)capture_file_fault_of(got), s->file_cstr, &diag);
		close_capture(s);
	}
}

static int64_t
down_ns(const struct sensor *s)
{
	return s->down_ns_before + (s->is_down ? clock_ns(CLOCK_MONOTONIC) - s->down_since_ns : 0);
}

/* An interface that goes down may come back: the watch waits for it, and counts how long it saw nothing. */
static void
tell_interface(struct sensor *s)
{
	bool is_down = live_source_is_down(s->live);
	if (is_down == s->is_down)
		return;
	if (is_down) {
		struct diag diag = {.offset = UINT64_MAX};
		s->down_since_ns = clock_ns(CLOCK_MONOTONIC);
		(void)diag_say(
		    &diag, 0, _("the interface went down: nothing is seen until it is up again; the watch waits for it"));
		send_fault(s, CAPTURE_FAULT_UNREADABLE, s->file_cstr, &diag);
	} else {
		s->down_ns_before = down_ns(s);
		send_notice(s, _("packets come again"));
	}
	s->is_down = is_down;
}

/* A pipeline_read: a block of frames of each ring that has one. */
static int
read_live(void *context, struct capture_batch *batch)
{
	struct sensor *s = context;
	struct diag diag = {0};
	if (is_asked_to_stop(s))
		return 0;
	int got = live_source_next(s->live, batch->frames, batch->frames_max, &diag);
	tell_interface(s);
	if (got < 0 && got != -EAGAIN)
		send_fault(s, CAPTURE_FAULT_UNREADABLE, s->file_cstr, &diag);
	if (got <= 0)
		return got;
	batch->count = (size_t)got;
	if (s->filter != NULL && (s->config.collected || capture_filter_sees_tags(s->filter)))
		apply_filter(s, batch);
	return batch->count > 0 ? (int)batch->count : -EAGAIN;
}

static int64_t
now(void *context)
{
	(void)context;
	return clock_ns(CLOCK_REALTIME);
}

static void
send_evidence(struct sensor *s, const struct alert *alert)
{
	if (!s->config.with_evidence || s->evidence >= EVIDENCE_MAX)
		return;
	size_t count;
	const struct frame *frames = pipeline_frames(s->pipeline, &count);
	size_t len = frames == NULL ? 0 : evidence_write(alert, frames, count, s->out);
	if (len == 0)
		return;
	s->evidence++;
	send_to(s, SENSOR_FD_KEEPER, MESSAGE_EVIDENCE, (struct bytes){s->out, len});
}

static void
say_alert(void *context, const struct alert *alert)
{
	struct sensor *s = context;
	if (s->alerts >= ALERTS_MAX) {
		s->alerts_over++;
		return;
	}
	s->alerts++;
	eve_alert_write(s->alert_sink, alert);
	struct writer w = writer_of(s->out, sizeof(s->out));
	wire_put_alert(&w, alert);
	send_to(s, SENSOR_FD_KEEPER, MESSAGE_ALERT, writer_written(&w));
	send_evidence(s, alert);
}

static void
hear(void *context, const struct observation *o)
{
	struct sensor *s = context;
	asset_collector_observe(s->assets, o);
	behaviour_observe(s->behaviour, o);
}

static void
hear_soon(void *context, const struct observation *o, unsigned stage)
{
	const struct sensor *s = context;
	behaviour_prefetch(s->behaviour, o, stage);
	asset_collector_prefetch(s->assets, o, stage);
}

static void
send_asset(void *context, const struct asset *asset)
{
	struct sensor *s = context;
	struct writer w = writer_of(s->out, sizeof(s->out));
	wire_put_asset(&w, asset);
	send_to(s, SENSOR_FD_KEEPER, MESSAGE_ASSET, writer_written(&w));
}

/* All counts up to here. The workers stand still: between two chunks of a live watch, or at the end. */
static void
count_all(struct sensor *s, uint64_t f[static SUMMARY_FIELDS])
{
	struct pipeline_totals totals = s->totals;
	if (s->pipeline != NULL)
		pipeline_total(s->pipeline, &totals);
	memset(f, 0, SUMMARY_FIELDS * sizeof(*f));
	sensor_summary_fill(f, &totals);
	f[SUMMARY_ALERTS] = s->alerts + s->alerts_over;
	f[SUMMARY_KERNEL_PACKETS] = f[SUMMARY_PACKETS];
	f[SUMMARY_FILTERED] = s->filtered;
	f[SUMMARY_FILTER_UNDECIDED] = s->undecided;
	f[SUMMARY_SANDBOX] = (uint64_t)s->sandbox_layers;
	f[SUMMARY_CAPTURES] = s->captures;
	if (s->live != NULL) {
		struct capture_live_counts counts = live_source_counts(s->live);
		f[SUMMARY_KERNEL_PACKETS] = counts.frames + counts.dropped;
		f[SUMMARY_KERNEL_DROPS] = counts.dropped;
		f[SUMMARY_DOWN_S] = (uint64_t)(down_ns(s) / second_ns);
	}
}

/* Once: what comes after is not written either. The watch goes on, for the alerts and the dossier. */
static void
tell_events_failed(struct sensor *s)
{
	if (s->events == NULL || s->events_failed || sink_file_error(s->events) >= 0)
		return;
	struct diag diag = {.offset = UINT64_MAX};
	s->events_failed = true;
	(void)diag_say(&diag, 0,
	    _("the events could not be written: %s; from here on they are missing, the rest of the watch goes on"),
	    text_error(-sink_file_error(s->events)));
	send_fault(s, FAULT_ROLE, "", &diag);
}

static void
write_stats(struct sensor *s)
{
	uint64_t f[SUMMARY_FIELDS];
	count_all(s, f);
	if (s->live != NULL)
		f[SUMMARY_FIRST_NS] = (uint64_t)s->started_ns;
	sensor_summary_event(s->alert_sink, s->live != NULL ? clock_ns(CLOCK_REALTIME) : (int64_t)f[SUMMARY_LAST_NS], f);
	sink_flush(s->alert_sink);
}

static void
send_progress(struct sensor *s, uint64_t packets, struct capture_live_counts live)
{
	uint8_t body[64];
	struct writer w = writer_of(body, sizeof(body));
	messages_put_progress(&w,
	    &(struct progress){.bytes = s->bytes_before + (s->file != NULL ? capture_file_consumed(s->file) : 0),
	        .packets = packets,
	        .alerts = s->alerts,
	        .kernel_packets = live.frames + live.dropped,
	        .kernel_drops = live.dropped});
	send_to(s, SENSOR_FD_PARENT, MESSAGE_PROGRESS, writer_written(&w));
}

/* When packets begin to be lost, and again when they do so after a quiet minute. */
static void
tell_drops(struct sensor *s, uint64_t dropped, int64_t now_ns)
{
	if (dropped == s->dropped)
		return;
	bool begins = s->dropped == 0 || now_ns - s->last_drop_ns > drops_quiet_ns;
	s->dropped = dropped;
	s->last_drop_ns = now_ns;
	if (begins)
		send_notice(s,
		    _("packets are being dropped: they come faster than they are read here (%llu so far); "
		      "more --threads help, or a --filter"),
		    (unsigned long long)dropped);
}

/* Ten times a second at most. */
static void
tell_now_and_then(struct sensor *s, uint64_t packets)
{
	int64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	if (now_ns - s->last_progress_ns < progress_every_ns)
		return;
	s->last_progress_ns = now_ns;
	struct capture_live_counts live = s->live != NULL ? live_source_counts(s->live) : (struct capture_live_counts){0};
	tell_drops(s, live.dropped, now_ns);
	tell_events_failed(s);
	if (s->config.with_progress)
		send_progress(s, packets, live);
	if (s->live != NULL && now_ns - s->last_stats_ns >= stats_every_ns) {
		s->last_stats_ns = now_ns;
		write_stats(s);
	}
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
	tell_now_and_then(s, packets);
}

static void
send_summary(struct sensor *s)
{
	uint64_t f[SUMMARY_FIELDS];
	write_stats(s);
	count_all(s, f);
	tell_drops(s, f[SUMMARY_KERNEL_DROPS], clock_ns(CLOCK_MONOTONIC));
	tell_events_failed(s);
	f[SUMMARY_EVENTS] = s->totals.sinks.events + sink_count(s->alert_sink)->events;
	f[SUMMARY_EVENTS_LOST] = s->totals.sinks.lost + sink_count(s->alert_sink)->lost;
	struct writer w = writer_of(s->out, sizeof(s->out));
	messages_put_summary(&w, f);
	send_to(s, SENSOR_FD_PARENT, MESSAGE_SUMMARY, writer_written(&w));
}

/* Behaviour gets a share of the memory; so do, in a watch with little memory, smaller chunks. */
static int
start_story(struct sensor *s, struct diag *diag)
{
	const struct sensor_config *c = &s->config;
	size_t behaviour_bytes = c->with_behaviour ? (size_t)(c->memory_bytes / 100 * BEHAVIOUR_SHARE_PERCENT) : 0;
	struct alert_out out = {.say = say_alert, .context = s};
	s->latest_ns = INT64_MIN + another_story_ns;
	s->behaviour = behaviour_new(s->tuning, behaviour_bytes, out);
	struct pipeline_options options = {.inspect = {.memory_bytes = (size_t)c->memory_bytes - behaviour_bytes,
	                                       .checksums = (enum decode_checksums)c->checksums,
	                                       .overlap = OVERLAP_LINUX,
	                                       .stage = (enum inspect_stage)c->stage,
	                                       .hash_key = c->hash_key,
	                                       .with_features = c->with_features,
	                                       .with_community_id = c->with_community_id},
	    .workers = c->threads,
	    .events = s->events,
	    .with_observations = c->with_behaviour && c->stage == INSPECT_ALL,
	    .read = c->live ? read_live : read_captures,
	    .heard = hear,
	    .soon = hear_soon,
	    .chunk_done = chunk_done,
	    .context = s,
	    .now = c->live ? now : NULL,
	    .chunk_bytes = c->memory_bytes < (32 << 20) ? CHUNK_SMALL : CAPTURE_BATCH_CHUNK};
	s->pipeline = pipeline_new(&options);
	if (s->behaviour == NULL || s->pipeline == NULL)
		return diag_say(diag, -ENOMEM, _("not enough memory: try a smaller --memory"));
	return 0;
}

static void
end_story(struct sensor *s)
{
	if (s->behaviour != NULL)
		behaviour_finish(s->behaviour);
	if (s->pipeline != NULL)
		pipeline_total(s->pipeline, &s->totals);
	pipeline_free(s->pipeline);
	behaviour_free(s->behaviour);
	s->pipeline = NULL;
	s->behaviour = NULL;
}

/* What lasts for the whole run, then the first story. */
static int
prepare(struct sensor *s, struct diag *diag)
{
	const struct sensor_config *c = &s->config;
	s->tuning = tuning_new((struct bytes){behaviour_ini, behaviour_ini_len}, c->tuning, SENSOR_TUNING_FILE, diag);
	if (s->tuning == NULL)
		return -EINVAL;
	s->events = c->with_events ? sink_file_new(SENSOR_FD_EVENTS) : NULL;
	s->alert_sink = sink_new(s->events);
	s->assets = asset_collector_new(c->memory_bytes / 100 * BEHAVIOUR_SHARE_PERCENT / 8);
	if (s->alert_sink == NULL || s->assets == NULL)
		return diag_say(diag, -ENOMEM, _("not enough memory: try a smaller --memory"));
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
			send_fault(s, FAULT_ROLE, "", &diag);
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
		if (next_capture(s) <= 0)
			return diag_say(diag, -EBADMSG, _("the sensor got no packet socket"));
		int r = s->config.collected ? live_source_collect(s->live, s->file_fd, s->config.threads, diag)
		                            : live_source_add(s->live, s->file_fd, diag);
		s->file_fd = -1; /* the source owns it */
		if (r < 0)
			return r;
	}
	return 0;
}

static int
configure(struct sensor *s, struct diag *diag)
{
	struct channel_message m;
	if (channel_receive(SENSOR_FD_PARENT, s->config_copy, sizeof(s->config_copy), &m) <= 0 || m.type != MESSAGE_CONFIG ||
	    messages_get_config(m.body, &s->config) != PARSE_OK)
		return diag_say(diag, -EBADMSG, _("the sensor got no configuration"));
	text_speak(s->config.language);
	int r = s->config.filter.len > 0 ? capture_filter_parse(&s->filter, s->config.filter, diag) : 0;
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
	close_capture(s);
	pipeline_free(s->pipeline);
	behaviour_free(s->behaviour);
	tuning_free(s->tuning);
	asset_collector_free(s->assets);
	sink_free(s->alert_sink);
	sink_file_free(s->events);
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
		send_fault(s, FAULT_ROLE, "", &diag);
		release(s);
		return 1;
	}
	s->started_ns = clock_ns(CLOCK_REALTIME);
	s->last_stats_ns = clock_ns(CLOCK_MONOTONIC);
	int r = run_stories(s);
	asset_collector_each(s->assets, send_asset, s);
	send_to(s, SENSOR_FD_KEEPER, MESSAGE_END, (struct bytes){0});
	send_summary(s);
	release(s);
	return r < 0 ? 1 : 0;
}
