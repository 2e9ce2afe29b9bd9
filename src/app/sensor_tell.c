/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/sensor_state.h"

#include "app/sensor_summary.h"
#include "net/capture/capture_file.h"
#include "record/sensor_health.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

static const int64_t second_ns = INT64_C(1000000000), progress_every_ns = INT64_C(100000000);
static const int64_t stats_every_ns = INT64_C(8000000000); /* as Suricata */
static const int64_t health_every_ns = SENSOR_HEALTH_EVERY_S * INT64_C(1000000000);
static const int64_t drops_quiet_ns = INT64_C(60000000000); /* a minute without: the next ones are news */

int64_t
sensor_tell_clock_ns(clockid_t id)
{
	struct timespec now;
	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void
sensor_tell_role(struct sensor *s, int end, enum message_type type, struct bytes body)
{
	/* A peer that is gone ends the run: what it would have kept has nobody to keep it. */
	if (channel_send(end, (uint16_t)type, body, -1) < 0 && end == SENSOR_FD_PARENT)
		s->parent_is_gone = true;
}

void
sensor_tell_fault(struct sensor *s, uint8_t kind, const char *file_cstr, const struct diag *diag)
{
	struct fault fault = {.kind = kind, .offset = diag->offset};
	snprintf(fault.file_cstr, sizeof(fault.file_cstr), "%s", diag->file_cstr[0] != '\0' ? diag->file_cstr : file_cstr);
	if (diag->line > 0)
		snprintf(fault.text_cstr, sizeof(fault.text_cstr), "%u: %.490s", diag->line, diag->text_cstr);
	else
		snprintf(fault.text_cstr, sizeof(fault.text_cstr), "%s", diag->text_cstr);
	struct writer w = writer_of(s->out, sizeof(s->out));
	messages_put_fault(&w, &fault);
	sensor_tell_role(s, SENSOR_FD_PARENT, MESSAGE_FAULT, writer_written(&w));
}

void
sensor_tell_notice(struct sensor *s, const char *format, ...)
{
	char text_cstr[MESSAGES_TEXT_MAX];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text_cstr, sizeof(text_cstr), format, arguments);
	va_end(arguments);
	sensor_tell_role(s, SENSOR_FD_PARENT, MESSAGE_NOTICE, bytes_of_cstr(text_cstr));
}

/* All counts up to here. The workers stand still: between two chunks of a live watch, or at the end. */
static void
count_all(struct sensor *s, struct pipeline_totals *totals, uint64_t f[static SUMMARY_FIELDS])
{
	*totals = s->totals;
	if (s->pipeline != NULL)
		pipeline_total(s->pipeline, totals);
	memset(f, 0, SUMMARY_FIELDS * sizeof(*f));
	sensor_summary_fill(f, totals);
	f[SUMMARY_ALERTS] = s->alerts + s->alerts_over;
	f[SUMMARY_KERNEL_PACKETS] = f[SUMMARY_PACKETS];
	f[SUMMARY_FILTERED] = s->filtered;
	f[SUMMARY_FILTER_UNDECIDED] = s->undecided;
	f[SUMMARY_SANDBOX] = (uint64_t)s->sandbox_layers;
	f[SUMMARY_CAPTURES] = s->captures;
	if (s->learning != NULL) {
		struct flow_judge_counters model = sensor_learning_count(s->learning);
		f[SUMMARY_MODEL] = sensor_learning_model(s->learning) != NULL;
		f[SUMMARY_MODEL_FLOWS] = model.flows;
		f[SUMMARY_MODEL_ATTACKS] = model.attacks;
		f[SUMMARY_MODEL_UNDECIDED] = model.undecided;
		f[SUMMARY_MODEL_UNSEEN] = model.unseen;
	}
	if (s->live != NULL) {
		struct capture_live_counts counts = live_source_counts(s->live);
		f[SUMMARY_KERNEL_PACKETS] = counts.frames + counts.dropped;
		f[SUMMARY_KERNEL_DROPS] = counts.dropped;
		f[SUMMARY_DOWN_S] = (uint64_t)(sensor_read_down_ns(s) / second_ns);
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
	sensor_tell_fault(s, FAULT_ROLE, "", &diag);
}

/* The same of the vectors, at the end: a cut file of them is not what was asked for. */
static void
tell_vectors_failed(struct sensor *s)
{
	struct diag diag = {.offset = UINT64_MAX};
	if (s->learning == NULL || sensor_learning_error(s->learning) == 0)
		return;
	(void)diag_say(&diag, 0, _("the vectors could not be written: %s; from there on they are missing"),
	    text_error(-sensor_learning_error(s->learning)));
	sensor_tell_fault(s, FAULT_ROLE, "", &diag);
}

static void
write_stats(struct sensor *s)
{
	uint64_t f[SUMMARY_FIELDS];
	struct pipeline_totals totals;
	count_all(s, &totals, f);
	/* Readers of Suricata's events expect them; others count by the events themselves. */
	bool as_suricata = s->rules != NULL && sensor_rules_settings(s->rules)->streams.as_suricata;
	if (s->live != NULL)
		f[SUMMARY_FIRST_NS] = (uint64_t)s->started_ns;
	sensor_summary_event(s->alert_sink,
	    s->live != NULL ? sensor_tell_clock_ns(CLOCK_REALTIME) : (int64_t)f[SUMMARY_LAST_NS], f, s->rules,
	    as_suricata ? totals.sinks.apps : NULL);
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
	sensor_tell_role(s, SENSOR_FD_PARENT, MESSAGE_PROGRESS, writer_written(&w));
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
		sensor_tell_notice(s,
		    _("packets are being dropped: they come faster than they are read here (%llu so far); "
		      "more --threads help, or a --filter"),
		    (unsigned long long)dropped);
}

/* The keeper writes it down: a sensor that says nothing is silent, not gone. */
static void
tell_health(struct sensor *s, const uint64_t f[static SUMMARY_FIELDS])
{
	uint8_t body[SUMMARY_FIELDS * 8];
	struct writer w = writer_of(body, sizeof(body));
	if (!s->config.with_evidence)
		return; /* nothing is kept */
	messages_put_summary(&w, f);
	sensor_tell_role(s, SENSOR_FD_KEEPER, MESSAGE_HEALTH, writer_written(&w));
}

static void
send_events(struct sensor *s, enum event_outlet_moment moment)
{
	if (s->to_keeper == NULL)
		return;
	sink_file_lock(s->events);
	event_outlet_flush(s->to_keeper, moment);
	sink_file_unlock(s->events);
}

static void
count_events(const struct sensor *s, uint64_t f[static SUMMARY_FIELDS])
{
	f[SUMMARY_EVENTS] = s->totals.sinks.events + sink_count(s->alert_sink)->events;
	f[SUMMARY_EVENTS_LOST] = s->totals.sinks.lost + sink_count(s->alert_sink)->lost;
	f[SUMMARY_EVENTS_UNKEPT] = s->to_keeper != NULL ? event_outlet_lost(s->to_keeper) : 0;
}

void
sensor_tell_now_and_then(struct sensor *s, uint64_t packets)
{
	int64_t now_ns = sensor_tell_clock_ns(CLOCK_MONOTONIC);
	if (now_ns - s->last_progress_ns < progress_every_ns)
		return;
	s->last_progress_ns = now_ns;
	send_events(s, EVENT_OUTLET_NOW);
	if (s->live != NULL && now_ns - s->last_health_ns >= health_every_ns) {
		uint64_t f[SUMMARY_FIELDS];
		struct pipeline_totals totals;
		s->last_health_ns = now_ns;
		count_all(s, &totals, f);
		count_events(s, f);
		tell_health(s, f);
	}
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

void
sensor_tell_summary(struct sensor *s)
{
	uint64_t f[SUMMARY_FIELDS];
	struct pipeline_totals totals;
	write_stats(s);
	count_all(s, &totals, f);
	tell_drops(s, f[SUMMARY_KERNEL_DROPS], sensor_tell_clock_ns(CLOCK_MONOTONIC));
	tell_events_failed(s);
	tell_vectors_failed(s);
	send_events(s, EVENT_OUTLET_AT_END);
	count_events(s, f);
	tell_health(s, f);
	if (s->rules != NULL)
		sensor_rules_keep_datasets(s->rules, SENSOR_FD_PARENT, s->out, sizeof(s->out));
	struct writer w = writer_of(s->out, sizeof(s->out));
	messages_put_summary(&w, f);
	sensor_tell_role(s, SENSOR_FD_PARENT, MESSAGE_SUMMARY, writer_written(&w));
}
