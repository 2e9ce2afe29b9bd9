/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "console/console_streams.h"

#include "core/ensure.h"
#include "core/json.h"

#include <microhttpd.h>

#include <stdio.h>
#include <stdlib.h>

enum { BLOCK = 1024 };

static const struct {
	enum order_change bit;
	const char *word_cstr;
} words[] = {
    {ORDER_CHANGE_INCIDENTS, "incidents"},
    {ORDER_CHANGE_ALERTS, "alerts"},
    {ORDER_CHANGE_ASSETS, "assets"},
    {ORDER_CHANGE_EVENTS, "events"},
    {ORDER_CHANGE_HEALTH, "health"},
};

/* One event: "id: 7\ndata: {...}\n\n". Returns its length. */
static size_t
write_event(struct console_stream *s, const char *type_cstr, unsigned changed, char *out, size_t size)
{
	char text[BLOCK / 2];
	struct json j = json_of(text, sizeof(text));
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("type"), type_cstr);
	json_open_array(&j, JSON_KEY("what"));
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		if ((changed & words[i].bit) != 0)
			json_cstr(&j, (struct bytes){0}, words[i].word_cstr);
	json_close_array(&j);
	json_u64(&j, JSON_KEY("seq"), s->console->sequence);
	json_close_object(&j);
	int n = snprintf(
	    out, size, "id: %llu\ndata: %.*s\n\n", (unsigned long long)s->console->sequence, (int)json_length(&j), text);
	ENSURE(json_ok(&j) && n > 0 && (size_t)n < size);
	return (size_t)n;
}

static ssize_t
give(void *context, uint64_t position, char *out, size_t size)
{
	struct console_stream *s = context;
	(void)position;
	if (s->console->ending || s->console->now_ms >= s->until_ms)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (size < BLOCK)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	s->peer->until_ms = s->console->now_ms + CONSOLE_LIMITS_SEND_MS; /* to take it */
	s->beat_ms = s->console->now_ms + CONSOLE_LIMITS_BEAT_MS;
	if (!s->greeted) {
		s->greeted = true;
		return (ssize_t)write_event(s, "hello", 0, out, size);
	}
	if (s->changed != 0) {
		unsigned changed = s->changed;
		s->changed = 0;
		return (ssize_t)write_event(s, "changed", changed, out, size);
	}
	s->peer->until_ms = INT64_MAX;
	s->suspended = true;
	MHD_suspend_connection(s->connection);
	return 0;
}

static void
forget(void *context)
{
	struct console_stream *s = context, **at = &s->console->streams;
	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	s->console->stream_count--;
	free(s);
}

struct MHD_Response *
console_streams_open(struct console_request *request, struct bytes since)
{
	struct console *console = request->console;
	if (console->stream_count >= CONSOLE_LIMITS_STREAMS)
		return NULL;
	struct console_stream *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	char now_cstr[24];
	(void)snprintf(now_cstr, sizeof(now_cstr), "%llu", (unsigned long long)console->sequence);
	*s = (struct console_stream){.console = console,
	    .connection = request->connection,
	    .peer = request->peer,
	    .until_ms = console->now_ms + CONSOLE_LIMITS_STREAM_MS,
	    /* What changed while nobody listened: everything may have. */
	    .changed = since.len > 0 && !bytes_eq(since, bytes_of_cstr(now_cstr)) ? ~0U : 0,
	    .next = console->streams};
	struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK * 2, give, s, forget);
	if (response == NULL) {
		free(s);
		return NULL;
	}
	console->streams = s;
	console->stream_count++;
	return response;
}

static void
wake(struct console_stream *s)
{
	if (!s->suspended)
		return;
	s->suspended = false;
	s->peer->until_ms = s->console->now_ms + CONSOLE_LIMITS_SEND_MS;
	MHD_resume_connection(s->connection);
}

void
console_streams_tell(struct console *console, unsigned changed)
{
	console->sequence++;
	for (struct console_stream *s = console->streams; s != NULL; s = s->next) {
		s->changed |= changed;
		wake(s);
	}
}

/* A page that went away is noticed when something is written to it: hence the beat. */
void
console_streams_tick(struct console *console)
{
	for (struct console_stream *s = console->streams; s != NULL; s = s->next) {
		if (console->ending || console->now_ms >= s->until_ms)
			wake(s);
		else if (console->now_ms >= s->beat_ms) {
			s->greeted = false;
			wake(s);
		}
	}
}
