/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_mqtt.h"

#include <stdio.h>

enum { CUT_MAX = 8192 };

/* "beginning[truncated 90 additional bytes]" */
static void
write_text(struct json *j, struct bytes key, struct bytes text, size_t size, const struct mqtt_settings *s)
{
	char room[CUT_MAX + 64];
	size_t limit = s->text_limit_bytes < CUT_MAX ? s->text_limit_bytes : CUT_MAX;
	struct bytes kept = bytes_first(text, limit);
	if (kept.len == size) {
		json_text(j, key, kept);
		return;
	}
	if (kept.len > 0)
		memcpy(room, kept.at, kept.len);
	int n = snprintf(room + kept.len, 64, "[truncated %zu additional bytes]", size - kept.len);
	json_text(j, key, (struct bytes){(const uint8_t *)room, kept.len + (n > 0 ? (size_t)n : 0)});
}

static void
write_whole(struct json *j, struct bytes key, struct bytes text, const struct mqtt_settings *s)
{
	write_text(j, key, text, text.len, s);
}

static void
write_property(struct json *j, const struct mqtt_property *p, const struct mqtt_settings *s)
{
	json_begin(j, (struct bytes){0});
	json_put_text(j, p->kind == MQTT_PAIR ? p->name : bytes_of_cstr(p->name_cstr));
	json_mark(j, ':');
	if (p->kind == MQTT_NUMBER)
		json_put_u64(j, p->number);
	else
		json_put_text(j, bytes_first(p->text, s->text_limit_bytes));
}

static void
write_properties(struct json *j, struct bytes properties, const struct mqtt_settings *s)
{
	struct mqtt_property p;
	if (properties.len == 0)
		return;
	json_open_object(j, JSON_KEY("properties"));
	while (mqtt_next_property(&properties, &p))
		write_property(j, &p, s);
	json_close_object(j);
}

static void
open_message(struct json *j, const struct mqtt_header *header)
{
	static const struct bytes keys[MQTT_TYPES] = {
#define KEY(type, name) [type] = {(const uint8_t *)",\"" name "\":", sizeof(name) + 3}
	    KEY(MQTT_CONNECT, "connect"),
	    KEY(MQTT_CONNACK, "connack"),
	    KEY(MQTT_PUBLISH, "publish"),
	    KEY(MQTT_PUBACK, "puback"),
	    KEY(MQTT_PUBREC, "pubrec"),
	    KEY(MQTT_PUBREL, "pubrel"),
	    KEY(MQTT_PUBCOMP, "pubcomp"),
	    KEY(MQTT_SUBSCRIBE, "subscribe"),
	    KEY(MQTT_SUBACK, "suback"),
	    KEY(MQTT_UNSUBSCRIBE, "unsubscribe"),
	    KEY(MQTT_UNSUBACK, "unsuback"),
	    KEY(MQTT_PINGREQ, "pingreq"),
	    KEY(MQTT_PINGRESP, "pingresp"),
	    KEY(MQTT_DISCONNECT, "disconnect"),
	    KEY(MQTT_AUTH, "auth"),
#undef KEY
	};
	json_open_object(j, keys[header->type].len > 0 ? keys[header->type] : JSON_KEY("unassigned"));
	json_u64(j, JSON_KEY("qos"), header->qos);
	json_bool(j, JSON_KEY("retain"), header->retain);
	json_bool(j, JSON_KEY("dup"), header->dup);
}

static void
write_connect(struct json *j, const struct mqtt_message *m, const struct mqtt_settings *s)
{
	json_text(j, JSON_KEY("protocol_string"), m->protocol);
	json_u64(j, JSON_KEY("protocol_version"), m->version);
	json_open_object(j, JSON_KEY("flags"));
	json_bool(j, JSON_KEY("username"), (m->flags & MQTT_HAS_USERNAME) != 0);
	json_bool(j, JSON_KEY("password"), (m->flags & MQTT_HAS_PASSWORD) != 0);
	json_bool(j, JSON_KEY("will_retain"), (m->flags & MQTT_WILL_RETAIN) != 0);
	json_bool(j, JSON_KEY("will"), (m->flags & MQTT_WILL) != 0);
	json_bool(j, JSON_KEY("clean_session"), (m->flags & MQTT_CLEAN_SESSION) != 0);
	json_close_object(j);
	write_whole(j, JSON_KEY("client_id"), m->client_id, s);
	if ((m->flags & MQTT_HAS_USERNAME) != 0)
		write_whole(j, JSON_KEY("username"), m->username, s);
	if ((m->flags & MQTT_HAS_PASSWORD) != 0)
		write_whole(j, JSON_KEY("password"), s->passwords ? m->password : BYTES("****"), s);
	if ((m->flags & MQTT_WILL) == 0)
		return;
	json_open_object(j, JSON_KEY("will"));
	write_whole(j, JSON_KEY("topic"), m->will_topic, s);
	write_whole(j, JSON_KEY("message"), m->will_message, s);
	write_properties(j, m->will_properties, s);
	json_close_object(j);
}

static void
write_topics(struct json *j, const struct mqtt_message *m, const struct mqtt_settings *settings)
{
	bool with_qos = m->header.type == MQTT_SUBSCRIBE;
	struct bytes rest = m->payload, topic;
	struct mqtt_settings left = *settings, *s = &left; /* the limit is that of all topics together */
	uint8_t qos;
	json_open_array(j, JSON_KEY("topics"));
	while (mqtt_next_topic(&rest, with_qos, &topic, &qos)) {
		if (with_qos) {
			json_open_object(j, (struct bytes){0});
			write_whole(j, JSON_KEY("topic"), topic, s);
			json_u64(j, JSON_KEY("qos"), qos);
			json_close_object(j);
		} else {
			write_whole(j, (struct bytes){0}, topic, s);
		}
		left.text_limit_bytes -= topic.len < left.text_limit_bytes ? (uint32_t)topic.len : left.text_limit_bytes;
	}
	json_close_array(j);
}

static void
write_codes(struct json *j, struct bytes key, struct bytes codes)
{
	json_open_array(j, key);
	for (struct cursor c = cursor_of(codes); c.left > 0;)
		json_u64(j, (struct bytes){0}, cursor_u8(&c));
	json_close_array(j);
}

void
eve_mqtt_write(struct json *j, const struct mqtt_message *m, const struct mqtt_settings *s)
{
	open_message(j, &m->header);
	if (m->header.type == MQTT_CONNECT)
		write_connect(j, m, s);
	if (m->header.type == MQTT_PUBLISH)
		write_whole(j, JSON_KEY("topic"), m->topic, s);
	if (m->header.type == MQTT_CONNACK) {
		json_bool(j, JSON_KEY("session_present"), m->session_present);
		json_u64(j, JSON_KEY("return_code"), m->reason);
	} else if (m->has_reason) {
		json_u64(j, JSON_KEY("reason_code"), m->reason);
	}
	if (m->has_id)
		json_u64(j, JSON_KEY("message_id"), m->id);
	if (m->header.type == MQTT_PUBLISH)
		write_text(j, JSON_KEY("message"), m->payload, m->payload_size, s);
	if (m->header.type == MQTT_SUBSCRIBE || m->header.type == MQTT_UNSUBSCRIBE)
		write_topics(j, m, s);
	if (m->header.type == MQTT_SUBACK)
		write_codes(j, JSON_KEY("qos_granted"), m->payload);
	if (m->header.type == MQTT_UNSUBACK && m->payload.len > 0)
		write_codes(j, JSON_KEY("reason_codes"), m->payload);
	write_properties(j, m->properties, s);
	json_close_object(j);
}

void
eve_mqtt_write_skipped(struct json *j, const struct mqtt_header *header)
{
	open_message(j, header);
	json_bool(j, JSON_KEY("truncated"), true);
	uint32_t head = header->length < 128 ? 2 : header->length < 16384 ? 3 : header->length < 2097152 ? 4 : 5;
	json_u64(j, JSON_KEY("skipped_length"), header->length + head);
	json_close_object(j);
}
