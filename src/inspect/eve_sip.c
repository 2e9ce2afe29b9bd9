/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_sip.h"

#include "proto/sdp.h"

enum { LIST_MAX = 64 /* lines of a kind that are written, and media */ };

static void
write_first(struct json *j, struct bytes key, struct bytes section, uint8_t kind)
{
	struct bytes value = sdp_first(section, kind);
	if (value.at != NULL)
		json_text(j, key, value);
}

static void
write_all(struct json *j, struct bytes key, struct bytes section, uint8_t kind)
{
	struct bytes value;
	size_t count = 0;
	for (struct bytes left = section; count < LIST_MAX && sdp_next(&left, kind, &value); count++) {
		if (count == 0)
			json_open_array(j, key);
		json_text(j, (struct bytes){0}, value);
	}
	if (count > 0)
		json_close_array(j);
}

/* Each "t=" with the "r=" that follows it. */
static void
write_times(struct json *j, struct bytes session)
{
	struct bytes value;
	uint8_t kind;
	size_t count = 0;
	for (struct bytes left = session; count < LIST_MAX && sdp_line(&left, &kind, &value);) {
		if (kind == 't') {
			if (count++ == 0)
				json_open_array(j, JSON_KEY("time_descriptions"));
			else
				json_close_object(j);
			json_open_object(j, (struct bytes){0});
			json_text(j, JSON_KEY("time"), value);
		} else if (kind == 'r' && count > 0) {
			json_text(j, JSON_KEY("repeat_time"), value);
		}
	}
	if (count > 0) {
		json_close_object(j);
		json_close_array(j);
	}
}

static void
write_media(struct json *j, struct bytes body)
{
	struct bytes left = body, medium;
	size_t count = 0;
	for (; count < LIST_MAX && sdp_medium(&left, &medium); count++) {
		if (count == 0)
			json_open_array(j, JSON_KEY("media_descriptions"));
		json_open_object(j, (struct bytes){0});
		write_first(j, JSON_KEY("media"), medium, 'm');
		write_first(j, JSON_KEY("media_info"), medium, 'i');
		write_all(j, JSON_KEY("bandwidths"), medium, 'b');
		write_first(j, JSON_KEY("connection_data"), medium, 'c');
		write_first(j, JSON_KEY("encryption_key"), medium, 'k');
		write_all(j, JSON_KEY("attributes"), medium, 'a');
		json_close_object(j);
	}
	if (count > 0)
		json_close_array(j);
}

static void
write_session(struct json *j, struct bytes body)
{
	struct bytes session = sdp_session(body);
	if (session.len == 0)
		return;
	json_open_object(j, JSON_KEY("sdp"));
	write_first(j, JSON_KEY("origin"), session, 'o');
	write_first(j, JSON_KEY("session_name"), session, 's');
	write_first(j, JSON_KEY("session_info"), session, 'i');
	write_first(j, JSON_KEY("uri"), session, 'u');
	write_first(j, JSON_KEY("email"), session, 'e');
	write_first(j, JSON_KEY("phone_number"), session, 'p');
	write_first(j, JSON_KEY("connection_data"), session, 'c');
	write_all(j, JSON_KEY("bandwidths"), session, 'b');
	write_times(j, session);
	write_first(j, JSON_KEY("timezone"), session, 'z');
	write_first(j, JSON_KEY("encryption_key"), session, 'k');
	write_all(j, JSON_KEY("attributes"), session, 'a');
	write_media(j, body);
	json_close_object(j);
}

void
eve_sip_write(struct json *j, const struct sip *m)
{
	json_open_object(j, JSON_KEY("sip"));
	if (m->is_request) {
		json_text(j, JSON_KEY("method"), m->method);
		json_text(j, JSON_KEY("uri"), m->uri);
		json_text(j, JSON_KEY("version"), m->version);
		json_text(j, JSON_KEY("request_line"), m->line);
	} else {
		json_text(j, JSON_KEY("version"), m->version);
		json_text(j, JSON_KEY("code"), m->code);
		json_text(j, JSON_KEY("reason"), m->reason);
		json_text(j, JSON_KEY("response_line"), m->line);
	}
	write_session(j, m->body);
	json_close_object(j);
}
