/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/collector.h"

#include "app/messages.h"
#include "core/text.h"
#include "net/capture/capture_libpcap.h"
#include "net/decode/decode.h"
#include "sandbox/channel.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { WAIT_MS = 100, FRAME_MAX = 65535 + 64 /* what the kernel merges, and the headers around it */ };

struct collector {
	struct capture_libpcap *live;
	struct capture_batch batch;
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];
	uint8_t out[CHANNEL_MESSAGE_MAX];
};
_Static_assert(FRAME_MAX + MESSAGES_FRAME_HEAD <= CHANNEL_MESSAGE_MAX, "a message has room for any frame");

static int
send_fault(struct collector *c, int end, const struct diag *diag)
{
	struct fault fault = {.kind = FAULT_ROLE, .offset = UINT64_MAX};
	(void)snprintf(fault.text_cstr, sizeof(fault.text_cstr), "%s", diag->text_cstr);
	struct writer w = writer_of(c->out, sizeof(c->out));
	messages_put_fault(&w, &fault);
	return channel_send(end, MESSAGE_FAULT, writer_written(&w), -1);
}

/* As many frames to a message as it holds. -EPIPE when nobody wants them any more. */
static int
send_frames(struct collector *c)
{
	struct writer w = writer_of(c->out, sizeof(c->out));
	for (size_t i = 0; i < c->batch.count; i++) {
		struct frame *frame = &c->batch.frames[i];
		frame->data = bytes_first(frame->data, FRAME_MAX);
		if (writer_written(&w).len + MESSAGES_FRAME_HEAD + frame->data.len > sizeof(c->out)) {
			int r = channel_send(COLLECTOR_FD_SENSOR, MESSAGE_FRAMES, writer_written(&w), -1);
			if (r < 0)
				return r;
			w = writer_of(c->out, sizeof(c->out));
		}
		messages_put_frame(&w, frame);
	}
	return writer_written(&w).len > 0 ? channel_send(COLLECTOR_FD_SENSOR, MESSAGE_FRAMES, writer_written(&w), -1) : 0;
}

/* Each tenth of a second at least: so the sensor's end is noticed as well. */
static int
send_counts(struct collector *c)
{
	uint8_t body[8];
	struct writer w = writer_of(body, sizeof(body));
	writer_be64(&w, capture_libpcap_counts(c->live).dropped);
	return channel_send(COLLECTOR_FD_SENSOR, MESSAGE_COUNTS, writer_written(&w), -1);
}

static int
collect(struct collector *c)
{
	struct diag diag = {0};
	for (;;) {
		int got = capture_libpcap_next(c->live, &c->batch, WAIT_MS, &diag);
		if (got < 0)
			return send_fault(c, COLLECTOR_FD_SENSOR, &diag);
		if (send_frames(c) < 0 || send_counts(c) < 0)
			return 0; /* the sensor has ended */
	}
}

static int
configure(struct collector *c, struct diag *diag)
{
	struct channel_message m;
	char name_cstr[MESSAGES_TEXT_MAX];
	if (channel_receive(COLLECTOR_FD_PARENT, c->buffer, sizeof(c->buffer), &m) <= 0 || m.type != MESSAGE_CONFIG ||
	    m.body.len < 2 || m.body.len >= sizeof(name_cstr))
		return diag_say(diag, -EBADMSG, _("the collector got no configuration"));
	(void)snprintf(name_cstr, sizeof(name_cstr), "%.*s", (int)m.body.len, (const char *)m.body.at);
	text_speak(name_cstr[0] == 'F' ? LANGUAGE_FR : LANGUAGE_EN);
	struct capture_live_options options = {.interface_cstr = name_cstr + 1, .mode = CAPTURE_LIVE_PROMISCUOUS};
	int r = capture_batch_init(&c->batch, CAPTURE_BATCH_CHUNK, CAPTURE_BATCH_FRAMES);
	if (r < 0)
		return diag_say(diag, r, _("not enough memory"));
	r = capture_libpcap_open(&c->live, &options, diag);
	if (r < 0)
		return r;
	uint16_t linktype = capture_libpcap_linktype(c->live);
	if (!decode_knows_link(linktype))
		return diag_say(diag, -EPROTONOSUPPORT,
		    _("what comes from %s cannot be decoded: it is of the link type %u, which is no network that beffroi knows"),
		    options.interface_cstr, linktype);
	r = sandbox_enter(SANDBOX_COLLECTOR, NULL, diag);
	if (r < 0)
		return r;
	uint8_t body[2];
	struct writer w = writer_of(body, sizeof(body));
	writer_be16(&w, linktype);
	return channel_send(COLLECTOR_FD_PARENT, MESSAGE_OPENED, writer_written(&w), -1);
}

int
collector_main(void)
{
	struct collector *c = calloc(1, sizeof(*c));
	struct diag diag = {0};
	if (c == NULL)
		return 1;
	int r = configure(c, &diag);
	if (r < 0)
		(void)send_fault(c, COLLECTOR_FD_PARENT, &diag);
	else
		r = collect(c);
	capture_libpcap_free(c->live);
	capture_batch_done(&c->batch);
	free(c);
	return r < 0 ? 1 : 0;
}
