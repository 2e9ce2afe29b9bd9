/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_http_view.h"

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

/* ---- The target of a request ---- */

/* Percent signs decoded, backslashes made slashes, slashes in a row made one. */
static size_t
decode_path(struct bytes path, uint8_t *out)
{
	size_t len = 0;
	for (size_t i = 0; i < path.len; i++) {
		uint8_t c = path.at[i];
		int high = c == '%' && i + 2 < path.len ? bytes_hex_digit(path.at[i + 1]) : -1;
		int low = high >= 0 ? bytes_hex_digit(path.at[i + 2]) : -1;
		if (low >= 0) {
			c = (uint8_t)(high << 4 | low);
			i += 2;
		}
		if (c == '\\')
			c = '/';
		if (c != '/' || len == 0 || out[len - 1] != '/')
			out[len++] = c;
	}
	return len;
}

/* RFC 3986 5.2.4, in place. */
static size_t
remove_dots(uint8_t *path, size_t len)
{
	size_t kept = 0;
	for (size_t i = 0; i < len;) {
		size_t end = i + 1;
		while (end < len && path[end] != '/')
			end++;
		struct bytes segment = {path + i, end - i}; /* "/name" */
		bool one = bytes_eq(segment, BYTES("/.")), two = bytes_eq(segment, BYTES("/.."));
		if (two)
			while (kept > 0 && path[--kept] != '/')
				;
		if ((one || two) && end == len)
			path[kept++] = '/';
		if (!one && !two) {
			memmove(path + kept, path + i, end - i);
			kept += end - i;
		}
		i = end;
	}
	return kept;
}

static struct bytes
normal_uri(struct room *room, struct bytes target)
{
	const uint8_t *from = room->at;
	size_t scheme = bytes_find_all(target, BYTES("://"));
	if (target.len > 0 && target.at[0] != '/' && scheme < target.len) {
		struct bytes after = bytes_after(target, scheme + 3);
		target = bytes_after(after, bytes_find(after, '/'));
	}
	size_t query = bytes_find(target, '?');
	struct bytes path = bytes_first(target, query);
	if (room->left <= target.len)
		return target;
	size_t len = remove_dots(room->at, decode_path(path, room->at));
	room->at += len;
	room->left -= len;
	put(room, bytes_after(target, query < target.len ? query : target.len));
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
	struct cursor fields = cursor_of(head->fields);
	struct http1_field_line line;
	const uint8_t *from = room->at;
	while (http1_next_field(&fields, &line)) {
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
	fields = cursor_of(head->fields);
	while (http1_next_field(&fields, &line)) {
		put(room, line.name);
		put(room, BYTES("\r\n"));
	}
	put(room, BYTES("\r\n"));
	view_set_put(v, VIEW_HTTP_START, since(room, from));
	view_set_put(v, VIEW_HTTP_HEADER_NAMES, since(room, names));
	view_set_put(v, VIEW_HTTP_HEADER_RAW, (struct bytes){head->fields.at, head->fields.len});
	/* Last, for there may be more lines than there is room. */
	fields = cursor_of(head->fields);
	while (http1_next_field(&fields, &line)) {
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

void
l7_http_view_request(struct sink *sink, const struct l7_input *in, const struct http1_head *head, struct bytes whole,
    uint64_t tx_id, bool is_end)
{
	struct view_set *v = sink_views(sink, in, &(const struct l7_tx){.id = tx_id});
	if (v == NULL)
		return;
	struct room room = room_of(in);
	struct bytes line = line_of(whole), authority = http1_target_authority(head);
	view_set_put(v, VIEW_HTTP_METHOD, head->method);
	view_set_put(v, VIEW_HTTP_URI, normal_uri(&room, head->target));
	view_set_put(v, VIEW_HTTP_URI_RAW, head->target);
	view_set_put(v, VIEW_HTTP_PROTOCOL, head->protocol);
	view_set_put(v, VIEW_HTTP_REQUEST_LINE, line);
	if (authority.len == 0)
		authority = head->known[HTTP1_HOST];
	if (authority.len > 0)
		view_set_put(v, VIEW_HTTP_HOST, lower_host(&room, authority));
	put_fields(v, &room, head, line);
	sink_show(sink, is_end);
}

void
l7_http_view_response(struct sink *sink, const struct l7_input *in, const struct http1_head *head, struct bytes whole,
    uint64_t tx_id, bool is_end)
{
	struct view_set *v = sink_views(sink, in, &(const struct l7_tx){.id = tx_id});
	if (v == NULL)
		return;
	struct room room = room_of(in);
	struct bytes line = line_of(whole);
	const uint8_t *code = room.at;
	put(&room,
	    (struct bytes){(const uint8_t[]){(uint8_t)('0' + head->status / 100 % 10),
	                       (uint8_t)('0' + head->status / 10 % 10), (uint8_t)('0' + head->status % 10)},
	        3});
	if (head->status != 0)
		view_set_put(v, VIEW_HTTP_STAT_CODE, since(&room, code));
	view_set_put(v, VIEW_HTTP_STAT_MSG, head->reason);
	view_set_put(v, VIEW_HTTP_PROTOCOL, head->protocol);
	view_set_put(v, VIEW_HTTP_RESPONSE_LINE, line);
	put_fields(v, &room, head, line);
	sink_show(sink, is_end);
}

void
l7_http_view_body(struct sink *sink, const struct l7_input *in, struct bytes piece, uint64_t tx_id, bool is_end)
{
	struct view_set *v = sink_views(sink, in, &(const struct l7_tx){.id = tx_id});
	if (v == NULL || (piece.len == 0 && !is_end))
		return;
	if (piece.len > 0) {
		view_set_put(v, in->side == L7_CLIENT ? VIEW_HTTP_REQUEST_BODY : VIEW_HTTP_RESPONSE_BODY, piece);
		view_set_put(v, VIEW_FILE_DATA, piece);
	}
	sink_show(sink, is_end);
}
