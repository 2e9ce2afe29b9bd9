/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "fake_sink.h"

#include <stdlib.h>

#include "core/ensure.h"
#include "inspect/content.h"
#include "inspect/l7_expect.h"
#include "inspect/l7_http_body.h"
#include "inspect/l7_settings.h"

enum { LINE_MAX_BYTES = 65536 };

struct sink {
	char *text;
	size_t text_len, text_room;
	struct observation *observations;
	size_t observation_count, observation_room;
	size_t event_count;
	struct json json;
	bool open, muted;
	size_t content_count;
	struct fake_content {
		uint64_t bytes, lost, sum;
		char name[64];
		size_t name_len;
	} contents[64];
};

static char line[LINE_MAX_BYTES]; /* of the one event that is open: fuzzing makes thousands of sinks a second */

struct sink *
fake_sink_new(void)
{
	struct sink *sink = calloc(1, sizeof(*sink));
	ENSURE(sink != NULL);
	sink->text = calloc(1, 1);
	sink->text_room = 1;
	ENSURE(sink->text != NULL);
	return sink;
}

void
fake_sink_free(struct sink *sink)
{
	if (sink == NULL)
		return;
	free(sink->text);
	free(sink->observations);
	free(sink);
}

void
fake_sink_mute(struct sink *sink)
{
	sink->muted = true;
}

static void
append(struct sink *sink, struct bytes event)
{
	if (event.len >= sink->text_room - sink->text_len) {
		sink->text_room = (sink->text_len + event.len + 1) * 2;
		sink->text = realloc(sink->text, sink->text_room);
		ENSURE(sink->text != NULL);
	}
	memcpy(sink->text + sink->text_len, event.at, event.len);
	sink->text_len += event.len;
	sink->text[sink->text_len] = '\0';
	sink->event_count++;
}

static void
begin(struct sink *sink, struct bytes event_type)
{
	ENSURE(!sink->open); /* one event at a time */
	sink->open = true;
	sink->json = json_of(line, sizeof(line));
	json_open_object(&sink->json, (struct bytes){0});
	json_text(&sink->json, JSON_KEY("event_type"), event_type);
}

struct json *
sink_open(struct sink *sink, struct bytes event_type, const struct l7_flow *flow)
{
	ENSURE(flow != NULL);
	if (sink->muted)
		return NULL;
	begin(sink, event_type);
	return &sink->json;
}

void
sink_close(struct sink *sink)
{
	ENSURE(sink->open);
	sink->open = false;
	json_close_object(&sink->json);
	json_newline(&sink->json);
	if (json_ok(&sink->json)) /* too long: dropped whole, as the real one does */
		append(sink, json_written(&sink->json));
}

struct observation *
sink_observe(struct sink *sink, enum observation_kind kind, const struct l7_flow *flow)
{
	ENSURE(!sink->open);
	if (sink->muted)
		return NULL;
	if (sink->observation_count == sink->observation_room) {
		sink->observation_room = sink->observation_room * 2 + 8;
		sink->observations = realloc(sink->observations, sink->observation_room * sizeof(*sink->observations));
		ENSURE(sink->observations != NULL);
	}
	struct observation *o = &sink->observations[sink->observation_count++];
	memset(o, 0, sizeof(*o));
	o->kind = (uint8_t)kind;
	o->ip_proto = flow->ip_proto;
	o->flow_id = flow->flow_id;
	o->src = flow->client;
	o->dst = flow->server;
	o->src_port = flow->client_port;
	o->dst_port = flow->server_port;
	return o;
}

/* Rules may wait for it only if inspect/view_event_list.h has it. */
static void
ensure_it_is_listed(enum app_proto app, struct bytes event_name)
{
	char name[128];
	int len = snprintf(
	    name, sizeof(name), "%s.%.*s", observation_app_name(app), (int)event_name.len, (const char *)event_name.at);
	ENSURE(len > 0 && view_event_is_told((struct bytes){(const uint8_t *)name, (size_t)len}));
}

void
sink_anomaly(struct sink *sink, const struct l7_input *in, enum app_proto app, struct bytes event_name)
{
	ENSURE(in->flow != NULL);
	ensure_it_is_listed(app, event_name);
	begin(sink, BYTES("anomaly"));
	json_open_object(&sink->json, JSON_KEY("anomaly"));
	json_cstr(&sink->json, JSON_KEY("app_proto"), observation_app_name(app));
	json_text(&sink->json, JSON_KEY("type"), BYTES("applayer"));
	json_text(&sink->json, JSON_KEY("event"), event_name);
	json_text(&sink->json, JSON_KEY("layer"), BYTES("proto_parser"));
	json_close_object(&sink->json);
	sink_close(sink);
}

const char *
fake_sink_events(const struct sink *sink)
{
	return sink->text;
}

size_t
fake_sink_event_count(const struct sink *sink)
{
	return sink->event_count;
}

size_t
fake_sink_count_of(const struct sink *sink, const char *text_cstr)
{
	size_t count = 0;
	const char *at = sink->text;
	for (const char *end = strchr(at, '\n'); end != NULL; end = strchr(at, '\n')) {
		const char *hit = strstr(at, text_cstr);
		if (hit != NULL && hit < end)
			count++;
		at = end + 1;
	}
	return count;
}

const struct observation *
fake_sink_observations(const struct sink *sink, size_t *out_count)
{
	*out_count = sink->observation_count;
	return sink->observations;
}

bool
fake_sink_eq(const struct sink *a, const struct sink *b)
{
	return strcmp(a->text, b->text) == 0 && a->observation_count == b->observation_count &&
	    (a->observation_count == 0 ||
	        memcmp(a->observations, b->observations, a->observation_count * sizeof(*a->observations)) == 0);
}

void
fake_sink_check(const struct sink *sink)
{
	ENSURE(!sink->open);
}

/* Nobody looks for rules here. */
struct view_set *
sink_views(struct sink *sink, const struct l7_input *in, const struct l7_tx *tx)
{
	(void)sink;
	(void)in;
	(void)tx;
	return NULL;
}

const struct viewer *
sink_viewer(const struct sink *sink)
{
	(void)sink;
	return NULL;
}

void
sink_show(struct sink *sink, bool is_end)
{
	(void)sink;
	(void)is_end;
}

/* ---- Contents: each is said when it is closed, by its length and a sum of its bytes, however they were cut ---- */

const struct l7_settings *
sink_settings(const struct sink *sink)
{
	(void)sink;
	return &l7_settings_default;
}

#pragma weak l7_http_body_store_new /* who tests another parser has none */

/* One for all sinks: what they take they give back. */
struct l7_http_body_store *
sink_http_bodies(const struct sink *sink)
{
	static struct l7_http_body_store *bodies;
	if (bodies == NULL && l7_http_body_store_new != NULL)
		bodies = l7_http_body_store_new(64 * 1024 * 1024);
	return sink->muted ? NULL : bodies;
}

bool
content_is_wanted(const struct sink *sink, enum app_proto app)
{
	(void)app;
	return !sink->muted;
}

uint32_t
content_open(struct sink *sink, const struct l7_input *in, const struct l7_tx *tx, const struct content_spec *spec)
{
	ENSURE(in != NULL && tx != NULL);
	if (sink->muted || sink->content_count == sizeof(sink->contents) / sizeof(sink->contents[0]))
		return 0;
	struct fake_content *c = &sink->contents[sink->content_count++];
	*c = (struct fake_content){.sum = 14695981039346656037U};
	c->name_len = sink_copy(c->name, sizeof(c->name), spec->name);
	return (uint32_t)sink->content_count;
}

void
content_data(struct sink *sink, uint32_t content, const struct l7_input *in, const struct l7_tx *tx, struct bytes data)
{
	ENSURE(in != NULL && tx != NULL);
	if (content == 0)
		return;
	struct fake_content *c = &sink->contents[content - 1];
	c->bytes += data.len;
	for (size_t i = 0; i < data.len; i++)
		c->sum = (c->sum ^ data.at[i]) * 1099511628211U;
}

void
sink_count_flow(struct sink *sink, enum app_proto app, uint8_t ip_proto)
{
	(void)sink;
	(void)app;
	(void)ip_proto;
}

void
sink_count_transaction(struct sink *sink, enum app_proto app, uint8_t ip_proto)
{
	(void)sink;
	(void)app;
	(void)ip_proto;
}

bool
content_goes_on(const struct sink *sink, uint32_t content)
{
	(void)sink;
	(void)content;
	return false;
}

void
content_gap(struct sink *sink, uint32_t content, uint64_t lost)
{
	if (content != 0)
		sink->contents[content - 1].lost += lost;
}

void
content_close(struct sink *sink, uint32_t content, const struct l7_input *in, const struct l7_flow *flow,
    const struct l7_tx *tx, enum content_end end)
{
	(void)in;
	(void)flow;
	(void)tx;
	if (content == 0)
		return;
	const struct fake_content *c = &sink->contents[content - 1];
	begin(sink, BYTES("content"));
	json_text(&sink->json, JSON_KEY("name"), (struct bytes){(const uint8_t *)c->name, c->name_len});
	json_u64(&sink->json, JSON_KEY("bytes"), c->bytes);
	json_u64(&sink->json, JSON_KEY("lost"), c->lost);
	json_u64(&sink->json, JSON_KEY("sum"), c->sum);
	json_cstr(&sink->json, JSON_KEY("end"), end == CONTENT_COMPLETE ? "complete" : "truncated");
	sink_close(sink);
}

void
sink_anomaly_of(
    struct sink *sink, const struct l7_input *in, const struct l7_tx *tx, enum app_proto app, struct bytes event_name)
{
	ENSURE(tx != NULL);
	sink_anomaly(sink, in, app, event_name);
}

/* Nothing is announced here. */
struct l7_expect *
sink_expect(const struct sink *sink)
{
	(void)sink;
	return NULL;
}
