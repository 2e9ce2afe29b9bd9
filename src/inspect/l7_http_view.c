/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_http_view.h"

#include "inspect/l7_settings.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"

/* What is written into the scratch memory of the call, one view after the other. */
struct room {
	uint8_t *at;
	size_t left;
};

static struct room
room_of(const struct l7_input *in)
{
	return (struct room){in->scratch, L7_SCRATCH_SIZE};
}

static void
put(struct room *room, struct bytes text)
{
	text = bytes_first(text, room->left);
	if (text.len > 0)
		memcpy(room->at, text.at, text.len);
	room->at += text.len;
	room->left -= text.len;
}

static struct bytes
since(const struct room *room, const uint8_t *from)
{
	return (struct bytes){from, (size_t)(room->at - from)};
}

static struct bytes
normal_uri(struct room *room, struct bytes target, const struct http1_uri_rules *rules)
{
	const uint8_t *from = room->at;
	if (room->left < target.len)
		return target;
	size_t len = http1_uri_normal(target, room->at, rules);
	room->at += len;
	room->left -= len;
	return since(room, from);
}

static struct bytes
lower_host(struct room *room, struct bytes authority)
{
	const uint8_t *from = room->at;
	struct bytes host = http1_authority(authority).host;
	put(room, host);
	for (uint8_t *c = (uint8_t *)(uintptr_t)from; c < room->at; c++)
		*c = bytes_lower(*c);
	return since(room, from);
}

/* ---- Fields ---- */

static bool
is_own_view(struct bytes name, bool from_server)
{
	return bytes_eq_nocase(name, from_server ? BYTES("set-cookie") : BYTES("cookie"));
}

static const struct {
	const char *name_cstr;
	enum view view;
	uint8_t sides;
} named[] = {
    {"host", VIEW_HTTP_HOST_RAW, VIEW_FROM_CLIENT},
    {"user-agent", VIEW_HTTP_USER_AGENT, VIEW_FROM_CLIENT},
    {"referer", VIEW_HTTP_REFERER, VIEW_FROM_CLIENT},
    {"cookie", VIEW_HTTP_COOKIE, VIEW_FROM_CLIENT},
    {"accept", VIEW_HTTP_ACCEPT, VIEW_FROM_CLIENT},
    {"accept-encoding", VIEW_HTTP_ACCEPT_ENC, VIEW_FROM_CLIENT},
    {"accept-language", VIEW_HTTP_ACCEPT_LANG, VIEW_FROM_CLIENT},
    {"set-cookie", VIEW_HTTP_COOKIE, VIEW_FROM_SERVER},
    {"server", VIEW_HTTP_SERVER, VIEW_FROM_SERVER},
    {"location", VIEW_HTTP_LOCATION, VIEW_FROM_SERVER},
    {"connection", VIEW_HTTP_CONNECTION, VIEW_FROM_CLIENT | VIEW_FROM_SERVER},
    {"content-type", VIEW_HTTP_CONTENT_TYPE, VIEW_FROM_CLIENT | VIEW_FROM_SERVER},
    {"content-length", VIEW_HTTP_CONTENT_LEN, VIEW_FROM_CLIENT | VIEW_FROM_SERVER},
};

static void
put_named(struct view_set *v, const struct http1_field_line *line)
{
	uint8_t side = v->from_server ? VIEW_FROM_SERVER : VIEW_FROM_CLIENT;
	for (size_t i = 0; i < LENGTH_OF(named); i++)
		if ((named[i].sides & side) != 0 && bytes_eq_nocase(line->name, bytes_of_cstr(named[i].name_cstr))) {
			bool there = false; /* the first of a name counts */
			for (size_t k = 0; k < v->count; k++)
				there |= v->views[k].view == named[i].view;
			if (!there)
				view_set_put(v, named[i].view, line->value);
		}
}

static void
put_fields(struct view_set *v, struct room *room, const struct http1_head *head, struct bytes first_line)
{
	struct http1_field_line line;
	size_t at = 0;
	const uint8_t *from = room->at;
	while (http1_fields_next(head, &at, &line)) {
		put_named(v, &line);
		if (line.name.len == 0 || is_own_view(line.name, v->from_server))
			continue;
		put(room, line.name);
		put(room, BYTES(": "));
		put(room, line.value);
		put(room, BYTES("\r\n"));
	}
	view_set_put(v, VIEW_HTTP_HEADER, since(room, from));
	from = room->at;
	put(room, first_line);
	put(room, BYTES("\r\n"));
	const uint8_t *names = room->at - 2; /* the names begin with a line end */
	at = 0;
	while (http1_fields_next(head, &at, &line)) {
		put(room, line.name);
		put(room, BYTES("\r\n"));
	}
	put(room, BYTES("\r\n"));
	view_set_put(v, VIEW_HTTP_START, since(room, from));
	view_set_put(v, VIEW_HTTP_HEADER_NAMES, since(room, names));
	view_set_put(v, VIEW_HTTP_HEADER_RAW, (struct bytes){head->fields.at, head->fields.len});
	/* Last, for there may be more lines than there is room. */
	at = 0;
	while (http1_fields_next(head, &at, &line)) {
		const uint8_t *one = room->at;
		put(room, line.name);
		for (uint8_t *c = (uint8_t *)(uintptr_t)one; c < room->at; c++)
			*c = bytes_lower(*c);
		put(room, BYTES(": "));
		put(room, line.value);
		view_set_put(v, v->from_server ? VIEW_HTTP_RESPONSE_HEADER : VIEW_HTTP_REQUEST_HEADER, since(room, one));
	}
}

static struct bytes
line_of(struct bytes whole)
{
	while (whole.len > 0 && (whole.at[0] == '\r' || whole.at[0] == '\n'))
		whole = bytes_after(whole, 1);
	struct bytes line = bytes_first(whole, bytes_find(whole, '\n'));
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	return line;
}

static void
put_line(struct sink *sink, struct view_set *v, struct room *room, const struct http1_head *head, struct bytes line)
{
	view_set_put(v, VIEW_HTTP_METHOD, head->method);
	view_set_put(v, VIEW_HTTP_URI, normal_uri(room, head->target, &sink_settings(sink)->http.uri));
	view_set_put(v, VIEW_HTTP_URI_RAW, head->target);
	view_set_put(v, VIEW_HTTP_PROTOCOL, head->protocol);
	view_set_put(v, VIEW_HTTP_REQUEST_LINE, line);
}

void
l7_http_view_request_line(
    struct sink *sink, const struct l7_input *in, const struct http1_head *head, struct bytes line, const struct l7_tx *tx)
{
	struct view_set *v = sink_views(sink, in, tx);
	if (v == NULL)
		return;
	struct room room = room_of(in);
	put_line(sink, v, &room, head, line);
	sink_show(sink, false);
}

void
l7_http_view_request(struct sink *sink, const struct l7_input *in, const struct http1_head *head, struct bytes whole,
    const struct l7_tx *tx, bool is_end)
{
	struct view_set *v = sink_views(sink, in, tx);
	if (v == NULL)
		return;
	struct room room = room_of(in);
	struct bytes line = line_of(whole), authority = http1_authority_of_target(head);
	put_line(sink, v, &room, head, line);
	if (authority.len == 0)
		authority = head->known[HTTP1_HOST];
	if (authority.len > 0)
		view_set_put(v, VIEW_HTTP_HOST, lower_host(&room, authority));
	put_fields(v, &room, head, line);
	sink_show(sink, is_end);
}

void
l7_http_view_response(struct sink *sink, const struct l7_input *in, const struct http1_head *head, struct bytes whole,
    const struct l7_tx *tx, bool is_end)
{
	struct view_set *v = sink_views(sink, in, tx);
	if (v == NULL)
		return;
	struct room room = room_of(in);
	struct bytes line = line_of(whole);
	if (head->code.len > 0)
		view_set_put(v, VIEW_HTTP_STAT_CODE, head->code);
	view_set_put(v, VIEW_HTTP_STAT_MSG, head->reason);
	view_set_put(v, VIEW_HTTP_PROTOCOL, head->protocol);
	view_set_put(v, VIEW_HTTP_RESPONSE_LINE, line);
	put_fields(v, &room, head, line);
	sink_show(sink, is_end);
}

void
l7_http_view_end(struct sink *sink, const struct l7_input *in, const struct l7_tx *tx)
{
	if (sink_views(sink, in, tx) != NULL)
		sink_show(sink, true);
}
