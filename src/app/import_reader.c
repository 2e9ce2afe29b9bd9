/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/import_reader.h"

#include "app/event_outlet.h"
#include "app/import_calls.h"
#include "app/import_lines.h"
#include "app/import_source.h"
#include "app/messages.h"
#include "record/wire.h"
#include "sandbox/channel.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FD_VERB = 3, BAD_LINES_TOLD = 20, PROGRESS_BYTES = 8 << 20 };

struct import_reader {
	struct import_config config;
	struct import_source *source;
	struct import_lines lines;
	struct import_calls *calls; /* live */
	char file_cstr[IMPORT_WIRE_TEXT_MAX];
	uint64_t bad, bytes, bytes_told;
	bool alone; /* nobody listens any more */
	struct event_outlet *events;
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];
	uint8_t out[CHANNEL_MESSAGE_MAX];
};

static void
tell(struct import_reader *r, enum message_type type, const struct writer *w)
{
	r->alone = r->alone || channel_send(FD_VERB, (uint16_t)type, writer_written(w), -1) < 0;
}

static void
tell_alert(void *context, const struct alert *alert)
{
	struct import_reader *r = context;
	struct writer w = writer_of(r->out, sizeof(r->out));
	wire_put_alert(&w, alert);
	tell(r, MESSAGE_ALERT, &w);
}

static void
tell_asset(void *context, const struct asset *asset)
{
	struct import_reader *r = context;
	struct writer w = writer_of(r->out, sizeof(r->out));
	wire_put_asset(&w, asset);
	tell(r, MESSAGE_ASSET, &w);
}

static void
tell_machine(void *context, const struct machine *machine)
{
	struct import_reader *r = context;
	struct writer w = writer_of(r->out, sizeof(r->out));
	wire_put_machine(&w, machine);
	tell(r, MESSAGE_MACHINE, &w);
}

static void
tell_event(void *context, struct bytes line)
{
	struct import_reader *r = context;
	event_outlet_put(r->events, line);
	event_outlet_put(r->events, BYTES("\n"));
	r->alone = r->alone || event_outlet_alone(r->events);
}

static void
send_events(void *context)
{
	struct import_reader *r = context;
	event_outlet_flush(r->events, EVENT_OUTLET_NOW);
}

static void
tell_bad_line(void *context, uint64_t line, const char *reason_cstr)
{
	struct import_reader *r = context;
	if (r->bad++ >= BAD_LINES_TOLD)
		return;
	struct import_bad_line bad = {.line = line};
	(void)snprintf(bad.file_cstr, sizeof(bad.file_cstr), "%s", r->file_cstr);
	(void)snprintf(bad.reason_cstr, sizeof(bad.reason_cstr), "%s", reason_cstr);
	struct writer w = writer_of(r->out, sizeof(r->out));
	import_wire_put_bad_line(&w, &bad);
	tell(r, MESSAGE_BAD_LINE, &w);
}

static void
tell_notice(void *context, const char *text_cstr)
{
	struct import_reader *r = context;
	struct writer w = writer_of(r->out, sizeof(r->out));
	writer_put(&w, bytes_of_cstr(text_cstr));
	tell(r, MESSAGE_NOTICE, &w);
}

static void
tell_fault(struct import_reader *r, const struct diag *diag)
{
	struct fault fault = {.kind = FAULT_ROLE, .offset = UINT64_MAX};
	(void)snprintf(fault.file_cstr, sizeof(fault.file_cstr), "%s", diag->file_cstr);
	(void)snprintf(fault.text_cstr, sizeof(fault.text_cstr), "%s", diag->text_cstr);
	struct writer w = writer_of(r->out, sizeof(r->out));
	messages_put_fault(&w, &fault);
	tell(r, MESSAGE_FAULT, &w);
}

static void
tell_progress(struct import_reader *r)
{
	if (!r->config.progress || r->bytes - r->bytes_told < PROGRESS_BYTES)
		return;
	r->bytes_told = r->bytes;
	struct writer w = writer_of(r->out, sizeof(r->out));
	messages_put_progress(&w, &(struct progress){.bytes = r->bytes, .packets = import_source_lines(r->source)});
	tell(r, MESSAGE_PROGRESS, &w);
}

static int
read_file(struct import_reader *r, int fd, struct diag *diag)
{
	struct bytes line;
	ssize_t n;
	bool lines = import_source_has_lines(r->source);
	import_source_begin(r->source, r->file_cstr);
	r->lines.at = r->lines.end = r->lines.searched = 0;
	r->lines.skipping = false;
	while ((n = import_lines_fill(&r->lines, fd)) > 0 && !r->alone) {
		r->bytes += (uint64_t)n;
		if (!lines)
			import_source_bytes(r->source, import_lines_all(&r->lines), false);
		while (lines && import_lines_take(&r->lines, false, &line))
			import_source_line(r->source, line);
		tell_progress(r);
	}
	if (!lines)
		import_source_bytes(r->source, (struct bytes){0}, true);
	while (lines && import_lines_take(&r->lines, true, &line)) /* the last one may lack its end */
		import_source_line(r->source, line);
	import_source_finish(r->source);
	return n < 0 ? diag_say_at(diag, (int)n, r->file_cstr, UINT64_MAX, "%s", text_error((int)-n)) : 0;
}

/* The next file; names of machines may come before it. False: there is none. */
static bool
next_file(struct import_reader *r, struct channel_message *out)
{
	struct writer nothing = writer_of(r->out, sizeof(r->out));
	tell(r, MESSAGE_WANTS, &nothing);
	while (!r->alone && channel_receive(FD_VERB, r->buffer, sizeof(r->buffer), out) > 0) {
		struct import_host host;
		if (out->type != MESSAGE_HOST)
			return out->type == MESSAGE_CAPTURE && out->fd >= 0;
		if (import_wire_get_host(out->body, &host) == PARSE_OK)
			import_source_name(r->source, bytes_of_cstr(host.name_cstr), &host.address);
	}
	return false;
}

/* One file after the other, until there are no more. */
static int
read_files(struct import_reader *r, struct diag *diag)
{
	for (;;) {
		struct channel_message m;
		if (!next_file(r, &m))
			return 0;
		(void)snprintf(r->file_cstr, sizeof(r->file_cstr), "%.*s", (int)m.body.len, (const char *)m.body.at);
		int result = r->config.live ? import_calls_run(r->calls, m.fd, FD_VERB, r->source, diag)
		                            : read_file(r, m.fd, diag);
		close(m.fd);
		if (result < 0 || r->config.live)
			return result;
	}
}

static int
configure(struct import_reader *r, struct diag *diag)
{
	struct channel_message m;
	if (channel_receive(FD_VERB, r->buffer, sizeof(r->buffer), &m) <= 0 || m.type != MESSAGE_CONFIG ||
	    import_wire_get_config(m.body, &r->config) != PARSE_OK)
		return diag_say(diag, -EBADMSG, "%s", _("the reader got no configuration"));
	text_speak(r->config.language);
	const struct import_source_out out = {.story = {.alert = tell_alert, .asset = tell_asset, .context = r},
	    .machine = tell_machine,
	    .event = tell_event,
	    .pause = send_events,
	    .complain = tell_bad_line,
	    .notice = tell_notice,
	    .context = r};
	r->source = import_source_new(&r->config, &out, diag);
	if (r->source == NULL)
		return -ENOMEM;
	if (import_lines_init(&r->lines) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	if (r->config.live && (r->calls = import_calls_new(r->config.datagrams)) == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	int layers = sandbox_enter(SANDBOX_READER, NULL, diag);
	return layers < 0 ? layers : 0;
}

static int
run(struct import_reader *r, struct diag *diag)
{
	uint64_t sums[IMPORT_SUMS];
	int result = configure(r, diag);
	if (result == 0)
		result = read_files(r, diag);
	send_events(r);
	if (result == 0)
		result = import_source_end(r->source, sums, diag);
	if (result < 0)
		return result;
	struct writer w = writer_of(r->out, sizeof(r->out));
	import_wire_put_sums(&w, sums);
	tell(r, MESSAGE_SUMMARY, &w);
	return 0;
}

int
import_reader_main(void)
{
	struct import_reader *r = calloc(1, sizeof(*r));
	struct diag diag = {.offset = UINT64_MAX};
	if (r == NULL)
		return 1;
	r->events = event_outlet_new(FD_VERB, EVENT_OUTLET_WAITS);
	int result = r->events == NULL ? diag_say(&diag, -ENOMEM, _("not enough memory")) : run(r, &diag);
	if (result < 0)
		tell_fault(r, &diag);
	event_outlet_free(r->events);
	import_source_free(r->source);
	import_calls_free(r->calls);
	import_lines_done(&r->lines);
	free(r);
	return result < 0;
}
