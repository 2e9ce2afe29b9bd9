/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/keeper.h"

#include "app/event_intake.h"
#include "app/messages.h"
#include "core/auto.h"
#include "core/text.h"
#include "dossier/dossier.h"
#include "dossier/dossier_exception.h"
#include "dossier/dossier_sensor.h"
#include "incident/incident_grouping.h"
#include "record/alert_text.h"
#include "record/wire.h"
#include "sandbox/channel.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

enum { IDLE_MS = 50, FLUSH_MS = 1000, EXCEPTIONS_MS = 5000 };

struct keeper {
	struct dossier *dossier; /* NULL: nothing is kept */
	struct incident_grouping *grouping;
	struct dossier_exception_set exceptions;
	uint64_t aside;       /* alerts that they keep aside */
	struct alert pending; /* waits for its evidence, which follows it at once, empty or not */
	char pending_incident_cstr[INCIDENT_ID_MAX];
	bool has_pending;
	struct keeper_config config;
	struct event_intake *events; /* NULL: none are kept */
	struct event_intake_counts event_counts;
	bool events_failed;
	int64_t flushed_ms;
	struct sensor_health health;
	bool sensor_ended; /* it said so */
	uint64_t alerts, new_alerts, assets, new_incidents;
	bool failed; /* told once; what comes after is not kept */
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];
	uint8_t out[CHANNEL_MESSAGE_MAX];
};

static void
send_to_parent(struct keeper *k, enum message_type type, struct bytes body)
{
	if (channel_send(KEEPER_FD_PARENT, (uint16_t)type, body, -1) < 0)
		k->failed = true; /* nobody is left to read */
}

/* The dossier failed: says why, once, and goes on without it, so that the answer is still given. */
static void
give_up_dossier(struct keeper *k, const struct diag *diag)
{
	struct fault fault = {.kind = 255, .offset = UINT64_MAX};
	snprintf(fault.file_cstr, sizeof(fault.file_cstr), "%s", diag->file_cstr);
	snprintf(fault.text_cstr, sizeof(fault.text_cstr), "%s", diag->text_cstr);
	struct writer w = writer_of(k->out, sizeof(k->out));
	messages_put_fault(&w, &fault);
	send_to_parent(k, MESSAGE_FAULT, writer_written(&w));
	struct diag ignored;
	if (event_intake_close(k->events, NULL, &ignored) < 0)
		k->events_failed = true;
	k->events = NULL;
	if (k->dossier != NULL && dossier_close(k->dossier, &ignored) < 0)
		k->failed = true;
	k->dossier = NULL;
}

static int64_t
clock_ns(clockid_t id)
{
	struct timespec now;
	(void)clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Events failed: says why, once. Alerts and the rest are still kept. */
static void
give_up_events(struct keeper *k, const struct diag *diag)
{
	char text_cstr[MESSAGES_TEXT_MAX];
	struct diag ignored;
	(void)snprintf(text_cstr, sizeof(text_cstr), _("from here on no event is kept: %s"), diag->text_cstr);
	send_to_parent(k, MESSAGE_NOTICE, bytes_of_cstr(text_cstr));
	(void)!event_intake_close(k->events, &k->event_counts, &ignored); /* it failed already */
	k->events = NULL;
	k->events_failed = true;
}

static void
take_events(struct keeper *k, struct bytes piece)
{
	struct diag diag = {0};
	if (k->events != NULL && event_intake_take(k->events, piece, &diag) < 0)
		give_up_events(k, &diag);
}

/* Live: what came is on the disk a second later. */
static void
flush_events(struct keeper *k)
{
	struct diag diag = {0};
	int64_t now_ms = clock_ns(CLOCK_MONOTONIC) / 1000000;
	if (k->events == NULL || !k->config.live || now_ms - k->flushed_ms < FLUSH_MS)
		return;
	k->flushed_ms = now_ms;
	int r = event_intake_flush(k->events, &diag);
	if (r < 0 && r != -EBUSY) /* others write: the next time */
		give_up_events(k, &diag);
}

static void
put_health(struct keeper *k, enum sensor_health_state state)
{
	struct diag diag = {0};
	k->health.seen_ns = clock_ns(CLOCK_REALTIME);
	k->health.state = state;
	if (k->dossier != NULL && dossier_sensor_put(k->dossier, &k->health, &diag) < 0)
		give_up_dossier(k, &diag);
}

static enum parse
take_health(struct keeper *k, struct bytes body)
{
	uint64_t f[SUMMARY_FIELDS];
	enum parse state = messages_get_summary(body, f);
	if (state != PARSE_OK)
		return state;
	k->health.packets = f[SUMMARY_KERNEL_PACKETS];
	k->health.dropped = f[SUMMARY_KERNEL_DROPS];
	k->health.events = f[SUMMARY_EVENTS];
	k->health.events_lost = f[SUMMARY_EVENTS_LOST] + f[SUMMARY_EVENTS_UNKEPT];
	k->health.alerts = f[SUMMARY_ALERTS];
	put_health(k, SENSOR_HEALTH_RUNNING);
	return PARSE_OK;
}

static void
keep_pending(struct keeper *k, struct bytes evidence)
{
	if (!k->has_pending)
		return;
	k->has_pending = false;
	struct diag diag = {0};
	bool is_new = false;
	if (k->dossier == NULL)
		return;
	if (dossier_put_alert(k->dossier, k->pending_incident_cstr, &k->pending, evidence, &is_new, &diag) < 0)
		give_up_dossier(k, &diag);
	k->new_alerts += is_new;
}

/* Exceptions are read at the start, and in a live watch from time to time: what people make meanwhile holds soon. Whether one still
 * holds is a question of today, also for a capture of last year. */
static bool
put_aside(struct keeper *k)
{
	struct diag diag = {0};
	int64_t now_ns = clock_ns(CLOCK_REALTIME);
	if (k->dossier == NULL)
		return false;
	if (now_ns - k->exceptions.read_ns > EXCEPTIONS_MS * INT64_C(1000000) &&
	    dossier_exception_set_read(k->dossier, &k->exceptions, now_ns, &diag) < 0) {
		give_up_dossier(k, &diag);
		return false;
	}
	const struct exception *e = dossier_exception_set_find(&k->exceptions, &k->pending, now_ns);
	if (e == NULL)
		return false;
	k->aside++;
	if (dossier_put_alert_aside(k->dossier, e->id_cstr, &k->pending, NULL, &diag) < 0)
		give_up_dossier(k, &diag);
	return true;
}

static enum parse
take_alert(struct keeper *k, struct bytes body)
{
	keep_pending(k, (struct bytes){0});
	struct cursor c = cursor_of(body);
	enum parse state = wire_get_alert(&c, alert_text_known, &k->pending);
	if (state != PARSE_OK)
		return state;
	if (put_aside(k))
		return PARSE_OK;
	const struct incident *incident = incident_grouping_add(k->grouping, &k->pending);
	if (incident == NULL)
		return PARSE_OK; /* no memory for a single incident: the totals will show it */
	snprintf(k->pending_incident_cstr, sizeof(k->pending_incident_cstr), "%s", incident->id_cstr);
	k->has_pending = true;
	k->alerts++;
	if (k->config.live)
		send_to_parent(k, MESSAGE_ALERT, body);
	return PARSE_OK;
}

static enum parse
take_asset(struct keeper *k, struct bytes body)
{
	struct asset asset;
	struct cursor c = cursor_of(body);
	enum parse state = wire_get_asset(&c, &asset);
	if (state != PARSE_OK)
		return state;
	k->assets++;
	struct diag diag = {0};
	if (k->dossier != NULL && dossier_put_asset(k->dossier, &asset, NULL, &diag) < 0)
		give_up_dossier(k, &diag);
	return PARSE_OK;
}

/* With nothing more to do, what was kept is kept for good, and others have their turn to write. */
static void
rest(struct keeper *k)
{
	struct pollfd sensor = {.fd = KEEPER_FD_SENSOR, .events = POLLIN};
	struct diag diag = {0};
	if (k->dossier != NULL && poll(&sensor, 1, IDLE_MS) == 0 && dossier_end(k->dossier, &diag) < 0)
		give_up_dossier(k, &diag);
	do
		flush_events(k);
	while (k->events != NULL && k->config.live && poll(&sensor, 1, FLUSH_MS / 2) == 0);
}

/* Until the sensor says that it has ended, or is gone. */
static void
take_all(struct keeper *k)
{
	struct channel_message m;
	for (;;) {
		rest(k);
		if (channel_receive(KEEPER_FD_SENSOR, k->buffer, sizeof(k->buffer), &m) <= 0)
			break;
		k->sensor_ended = m.type == MESSAGE_END;
		if (k->sensor_ended)
			break;
		enum parse state = PARSE_OK;
		if (m.type == MESSAGE_ALERT)
			state = take_alert(k, m.body);
		else if (m.type == MESSAGE_EVIDENCE)
			keep_pending(k, m.body);
		else if (m.type == MESSAGE_ASSET)
			state = take_asset(k, m.body);
		else if (m.type == MESSAGE_HEALTH)
			state = take_health(k, m.body);
		else if (m.type == MESSAGE_EVENTS)
			take_events(k, m.body);
		if (state != PARSE_OK) {
			struct diag diag;
			diag_say(
			    &diag, 0, _("the sensor said something that makes no sense: it is not listened to any more"));
			give_up_dossier(k, &diag);
			return;
		}
	}
	keep_pending(k, (struct bytes){0});
}

static void
give_incident(void *context, const struct incident *incident)
{
	struct keeper *k = context;
	struct diag diag = {0};
	bool is_new = false;
	if (k->dossier != NULL && dossier_put_incident(k->dossier, incident, &is_new, &diag) < 0)
		give_up_dossier(k, &diag);
	k->new_incidents += is_new;
	struct writer w = writer_of(k->out, sizeof(k->out));
	wire_put_incident(&w, incident);
	send_to_parent(k, MESSAGE_INCIDENT, writer_written(&w));
}

static void
give_totals(struct keeper *k)
{
	struct writer w = writer_of(k->out, sizeof(k->out));
	writer_be64(&w, k->alerts);
	writer_be64(&w, k->aside);
	writer_be64(&w, k->new_alerts);
	writer_be64(&w, k->new_incidents);
	writer_be64(&w, k->assets);
	writer_be64(&w, k->event_counts.kept.kept);
	writer_u8(&w, k->events_failed);
	writer_u8(&w, k->dossier != NULL);
	send_to_parent(k, MESSAGE_TOTALS, writer_written(&w));
}

/* The folder of the dossier (its server is connected), then the sandbox around it, then the dossier: it is opened confined. */
static int
configure(struct keeper *k, struct diag *diag)
{
	struct channel_message m;
	if (channel_receive(KEEPER_FD_PARENT, k->buffer, sizeof(k->buffer), &m) <= 0 || m.type != MESSAGE_CONFIG ||
	    messages_get_keeper(m.body, &k->config) != PARSE_OK)
		return diag_say(diag, -EBADMSG, _("the keeper got no configuration"));
	const char *folder_cstr = k->config.folder_cstr;
	text_speak(k->config.language);
	bool keeps = folder_cstr[0] != '\0';
	k->grouping = incident_grouping_new();
	if (k->grouping == NULL)
		return diag_say(diag, -ENOMEM, _("not enough memory"));
	int r = keeps ? dossier_reach(&k->dossier, folder_cstr, diag) : 0;
	if (r < 0)
		return r;
	int layers = sandbox_enter(SANDBOX_KEEPER, keeps && !dossier_is_remote(folder_cstr) ? folder_cstr : NULL, diag);
	if (layers < 0)
		return layers;
	r = keeps ? dossier_enter(k->dossier, k->config.live ? DOSSIER_WATCH : DOSSIER_WRITE, diag) : 0;
	if (r < 0 || !keeps)
		return r;
	(void)snprintf(k->health.name_cstr, sizeof(k->health.name_cstr), "%s", k->config.name_cstr);
	k->health.started_ns = clock_ns(CLOCK_REALTIME);
	put_health(k, SENSOR_HEALTH_RUNNING);
	if (k->config.events == KEEP_EVENTS_NONE)
		return 0;
	return event_intake_new(&k->events, k->dossier, k->config.live ? EVENTS_KEEP_LIVE : EVENTS_KEEP_COPY,
	    k->config.events == KEEP_EVENTS_FLOWS ? EVENTS_KEEP_FLOWS : EVENTS_KEEP_NETWORK, diag);
}

/* The last events, and how the sensor ended. */
static void
end_events(struct keeper *k)
{
	struct diag diag = {0};
	if (k->events != NULL && event_intake_close(TAKE(k->events), &k->event_counts, &diag) < 0)
		give_up_events(k, &diag);
	if (k->dossier != NULL)
		put_health(k, k->sensor_ended ? SENSOR_HEALTH_ENDED : SENSOR_HEALTH_FAILED);
}

int
keeper_main(void)
{
	struct keeper *k = calloc(1, sizeof(*k));
	struct diag diag = {.offset = UINT64_MAX};
	if (k == NULL)
		return 1;
	(void)umask(077); /* what is kept is for its owner */
	int r = configure(k, &diag);
	if (r < 0)
		give_up_dossier(k, &diag);
	if (k->grouping == NULL)
		return 1;
	take_all(k);
	end_events(k);
	incident_grouping_each(k->grouping, give_incident, k);
	give_totals(k);
	if (k->dossier != NULL && dossier_close(k->dossier, &diag) < 0) {
		k->dossier = NULL;
		give_up_dossier(k, &diag);
	}
	incident_grouping_free(k->grouping);
	dossier_exception_set_done(&k->exceptions);
	bool failed = k->failed;
	free(k);
	return failed || r < 0 ? 1 : 0;
}
