/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/keeper.h"

#include "app/messages.h"
#include "core/text.h"
#include "dossier/dossier.h"
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

enum { IDLE_MS = 50 };

struct keeper {
	struct dossier *dossier; /* NULL: nothing is kept */
	struct incident_grouping *grouping;
	struct alert pending; /* waits for its evidence, which follows it at once, empty or not */
	char pending_incident_cstr[INCIDENT_ID_MAX];
	bool has_pending;
	bool live; /* the parent wants each alert at once */
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
	if (k->dossier != NULL && dossier_close(k->dossier, &ignored) < 0)
		k->failed = true;
	k->dossier = NULL;
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

static enum parse
take_alert(struct keeper *k, struct bytes body)
{
	keep_pending(k, (struct bytes){0});
	struct cursor c = cursor_of(body);
	enum parse state = wire_get_alert(&c, alert_text_known, &k->pending);
	if (state != PARSE_OK)
		return state;
	const struct incident *incident = incident_grouping_add(k->grouping, &k->pending);
	if (incident == NULL)
		return PARSE_OK; /* no memory for a single incident: the totals will show it */
	snprintf(k->pending_incident_cstr, sizeof(k->pending_incident_cstr), "%s", incident->id_cstr);
	k->has_pending = true;
	k->alerts++;
	if (k->live)
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
}

/* Until the sensor says that it has ended, or is gone. */
static void
take_all(struct keeper *k)
{
	struct channel_message m;
	for (;;) {
		rest(k);
		if (channel_receive(KEEPER_FD_SENSOR, k->buffer, sizeof(k->buffer), &m) <= 0 || m.type == MESSAGE_END)
			break;
		enum parse state = PARSE_OK;
		if (m.type == MESSAGE_ALERT)
			state = take_alert(k, m.body);
		else if (m.type == MESSAGE_EVIDENCE)
			keep_pending(k, m.body);
		else if (m.type == MESSAGE_ASSET)
			state = take_asset(k, m.body);
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
	writer_be64(&w, k->new_alerts);
	writer_be64(&w, k->new_incidents);
	writer_be64(&w, k->assets);
	writer_u8(&w, k->dossier != NULL);
	send_to_parent(k, MESSAGE_TOTALS, writer_written(&w));
}

/* The folder of the dossier (its server is connected), then the sandbox around it, then the dossier: it is opened confined. */
static int
configure(struct keeper *k, struct diag *diag)
{
	struct channel_message m;
	char folder_cstr[MESSAGES_TEXT_MAX + 2];
	if (channel_receive(KEEPER_FD_PARENT, k->buffer, sizeof(k->buffer), &m) <= 0 || m.type != MESSAGE_CONFIG ||
	    m.body.len < 2 || m.body.len >= sizeof(folder_cstr))
		return diag_say(diag, -EBADMSG, _("the keeper got no configuration"));
	snprintf(folder_cstr, sizeof(folder_cstr), "%.*s", (int)m.body.len, (const char *)m.body.at);
	/* The first byte says whether alerts are wanted at once (live), the second the language, the rest is the folder. */
	k->live = folder_cstr[0] == 'L';
	text_speak(folder_cstr[1] == 'F' ? LANGUAGE_FR : LANGUAGE_EN);
	memmove(folder_cstr, folder_cstr + 2, strlen(folder_cstr) - 1);
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
	return keeps ? dossier_enter(k->dossier, k->live ? DOSSIER_WATCH : DOSSIER_WRITE, diag) : 0;
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
	incident_grouping_each(k->grouping, give_incident, k);
	give_totals(k);
	if (k->dossier != NULL && dossier_close(k->dossier, &diag) < 0) {
		k->dossier = NULL;
		give_up_dossier(k, &diag);
	}
	incident_grouping_free(k->grouping);
	bool failed = k->failed;
	free(k);
	return failed || r < 0 ? 1 : 0;
}
