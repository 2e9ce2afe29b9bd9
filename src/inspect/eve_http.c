/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_http.h"

#include "proto/http1.h"

static void
write_some(struct json *j, struct bytes key, struct bytes value)
{
	if (value.len > 0)
		json_text(j, key, value);
}

/* Digits at the front of the cursor; false when there are none or too many. */
static bool
take_number(struct cursor *c, uint64_t *out)
{
	uint64_t value = 0;
	size_t digits = 0;
	struct cursor ahead = *c;
	for (uint8_t b = cursor_u8(&ahead); cursor_ok(&ahead) && b >= '0' && b <= '9'; b = cursor_u8(&ahead)) {
		value = value * 10 + (uint64_t)(b - '0');
		cursor_take(c, 1);
		if (++digits > 18)
			return false;
	}
	if (digits > 0)
		*out = value;
	return digits > 0;
}

/* RFC 9110 14.4: "bytes 0-99/1234" and "bytes *" "/1234"; what is not a number is left out. */
static void
write_content_range(struct json *j, struct bytes raw)
{
	uint64_t start = 0, end = 0, size = 0;
	json_open_object(j, JSON_KEY("content_range"));
	json_text(j, JSON_KEY("raw"), raw);
	struct cursor c = cursor_of(bytes_trim(bytes_after(raw, bytes_find(raw, ' '))));
	if (take_number(&c, &start) && cursor_u8(&c) == '-' && take_number(&c, &end)) {
		json_u64(j, JSON_KEY("start"), start);
		json_u64(j, JSON_KEY("end"), end);
	}
	struct cursor after = cursor_of(bytes_after(raw, bytes_find(raw, '/') + 1));
	if (take_number(&after, &size))
		json_u64(j, JSON_KEY("size"), size);
	json_close_object(j);
}

static void
write_fields(struct json *j, struct bytes key, const struct http1_head *head)
{
	struct http1_field_line field;
	size_t at = 0;
	json_open_array(j, key);
	while (http1_fields_next(head, &at, &field)) {
		json_open_object(j, (struct bytes){0});
		json_text(j, JSON_KEY("name"), field.name);
		json_text(j, JSON_KEY("value"), field.value);
		json_close_object(j);
	}
	json_close_array(j);
}

void
eve_http_write(struct json *j, const struct eve_http *http)
{
	json_open_object(j, JSON_KEY("http"));
	write_some(j, JSON_KEY("hostname"), http->hostname);
	if (http->port >= 0)
		json_i64(j, JSON_KEY("http_port"), http->port);
	write_some(j, JSON_KEY("url"), http->url);
	write_some(j, JSON_KEY("http_user_agent"), http->user_agent);
	write_some(j, JSON_KEY("http_content_type"), http->content_type);
	if (http->content_range.len > 0)
		write_content_range(j, http->content_range);
	write_some(j, JSON_KEY("http_refer"), http->referer);
	write_some(j, JSON_KEY("http_method"), http->method);
	write_some(j, JSON_KEY("protocol"), http->protocol);
	if (http->status > 0)
		json_u64(j, JSON_KEY("status"), http->status);
	write_some(j, JSON_KEY("redirect"), http->redirect);
	json_u64(j, JSON_KEY("length"), http->length);
	if (http->request != NULL)
		write_fields(j, JSON_KEY("request_headers"), http->request);
	if (http->response != NULL)
		write_fields(j, JSON_KEY("response_headers"), http->response);
	json_close_object(j);
}
