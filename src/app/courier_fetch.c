/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/courier_fetch.h"

#include "app/courier.h"
#include "connect/carrier.h"
#include "core/auto.h"
#include "sandbox/memory_file.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES = 1 << 20, TIMEOUT_S = 120, NOT_FOUND = 404, GONE = 410, OK = 200 };

static uint8_t out[CHANNEL_MESSAGE_MAX];

/* ---- The role ---- */

struct serving {
	struct arena arena;
	struct carrier *carrier;
	struct courier_errand first; /* the carrier borrows it */
};

static int
run(struct serving *s, const struct channel_message *m, struct courier_catch *got, struct diag *diag)
{
	struct courier_errand errand;
	if (m->type != COURIER_FETCH || m->fd < 0 || courier_wire_get_errand(m->body, &s->arena, &errand) != PARSE_OK)
		return diag_say(diag, -EBADMSG, "%s", _("the courier got no parcel"));
	text_speak(errand.language);
	if (s->carrier == NULL) {
		s->first = errand;
		int r = carrier_new(&s->carrier, &s->first.from, diag);
		if (r == 0)
			r = sandbox_enter(SANDBOX_COURIER, NULL, diag);
		if (r < 0)
			return r;
	}
	if (strcmp(errand.from.host_cstr, s->first.from.host_cstr) != 0 ||
	    strcmp(errand.from.port_cstr, s->first.from.port_cstr) != 0)
		return diag_say(diag, -EINVAL, "%s", _("the courier got no parcel"));
	return carrier_fetch(s->carrier, errand.from.url_cstr, errand.bytes_max, m->fd, got, diag);
}

int
courier_fetch_serve(int parent, struct channel_message *m, uint8_t *buffer, size_t size)
{
	static struct serving s;
	int r = arena_init(&s.arena, ARENA_BYTES), more = 1;
	while (r == 0 && more > 0) {
		struct courier_catch got = {0};
		struct diag diag = {.offset = UINT64_MAX};
		struct writer w = writer_of(out, sizeof(out));
		r = run(&s, m, &got, &diag);
		if (m->fd >= 0)
			close(m->fd);
		if (r < 0)
			courier_wire_put_fault(&w, r, &diag);
		else
			courier_wire_put_catch(&w, &got);
		if (channel_send(parent, r < 0 ? COURIER_FAULT : COURIER_FETCHED, writer_written(&w), -1) < 0)
			r = -EPIPE;
		more = r < 0 ? 0 : channel_receive(parent, buffer, size, m);
	}
	carrier_free(s.carrier);
	arena_done(&s.arena);
	return r < 0 ? 1 : 0;
}

/* ---- Its parent ---- */

int
courier_fetch_start(struct courier_fetch *f, const char *url_cstr, const char *ca_cstr, struct diag *diag)
{
	*f = (struct courier_fetch){.end = -1};
	f->errand.language = text_spoken();
	f->errand.from.timeout_s = TIMEOUT_S;
	f->errand.from.ca_cstr = ca_cstr == NULL ? "" : ca_cstr;
	if (!connectors_url(url_cstr, &f->errand.from))
		return diag_say_at(diag, -EINVAL, url_cstr, UINT64_MAX, "%s",
		    _("expected an address such as https://host/path; http only to this very machine"));
	f->end = courier_start(diag);
	return f->end < 0 ? f->end : 0;
}

static int
take(int file, uint64_t len, uint8_t **bytes, struct diag *diag)
{
	AUTO_FREE uint8_t *room = malloc((size_t)len + 1);
	size_t got = 0;
	ssize_t n = room == NULL ? -1 : 1;
	while (n > 0 && got < len) {
		n = pread(file, room + got, (size_t)len - got, (off_t)got);
		got += n > 0 ? (size_t)n : 0;
	}
	if (n < 0 || got < len)
		return diag_say(diag, -EIO, "%s", _("the courier said something that makes no sense"));
	*bytes = TAKE(room);
	return 0;
}

int
courier_fetch_get(
    struct courier_fetch *f, const char *url_cstr, uint64_t bytes_max, uint8_t **bytes, size_t *len, struct diag *diag)
{
	static uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];
	struct channel_message m;
	struct courier_catch got;
	int error = 0;
	struct writer w = writer_of(out, sizeof(out));
	AUTO_CLOSE int file = memory_file_new();
	if (file < 0)
		return diag_say(diag, file, "%s", text_error(-file));
	f->errand.from.url_cstr = url_cstr;
	f->errand.bytes_max = bytes_max;
	courier_wire_put_errand(&w, &f->errand);
	if (!writer_ok(&w) || channel_send(f->end, COURIER_FETCH, writer_written(&w), file) < 0 ||
	    channel_receive(f->end, buffer, sizeof(buffer), &m) <= 0)
		return diag_say(diag, -EPIPE, "%s", _("a role ended at once: beffroi doctor tells what this machine lacks"));
	if (m.type == COURIER_FAULT && courier_wire_get_fault(m.body, &error, diag) == PARSE_OK)
		return error;
	if (m.type != COURIER_FETCHED || courier_wire_get_catch(m.body, &got) != PARSE_OK || got.bytes > bytes_max)
		return diag_say(diag, -EBADMSG, "%s", _("the courier said something that makes no sense"));
	if (got.status == NOT_FOUND || got.status == GONE)
		return 0;
	if (got.elsewhere_cstr[0] != '\0')
		return diag_say_at(
		    diag, -EXDEV, url_cstr, UINT64_MAX, _("it is elsewhere: if you trust that, add %s"), got.elsewhere_cstr);
	if (got.status != OK)
		return diag_say_at(diag, -EIO, url_cstr, UINT64_MAX, _("the server answers %u"), got.status);
	int r = take(file, got.bytes, bytes, diag);
	*len = (size_t)got.bytes;
	return r < 0 ? r : 1;
}

void
courier_fetch_end(struct courier_fetch *f)
{
	if (f->end >= 0)
		close(f->end);
	f->end = -1;
}
