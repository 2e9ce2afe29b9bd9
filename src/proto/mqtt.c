/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/mqtt.h"

const char *
mqtt_type_name(uint8_t type)
{
	static const char *const names[MQTT_TYPES] = {NULL, "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL",
	    "PUBCOMP", "SUBSCRIBE", "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"};
	return type < MQTT_TYPES ? names[type] : NULL;
}

/* 1.5.5: seven bits in each byte, at most four bytes. */
static uint32_t
take_varint(struct cursor *c)
{
	uint32_t value = 0;
	for (unsigned i = 0; i < 4; i++) {
		uint8_t b = cursor_u8(c);
		value |= (uint32_t)(b & 0x7f) << 7 * i;
		if (!cursor_ok(c) || (b & 0x80) == 0)
			return value;
	}
	cursor_stop(c, PARSE_BAD);
	return 0;
}

enum parse
mqtt_header(struct cursor *c, struct mqtt_header *out)
{
	uint8_t first = cursor_u8(c);
	struct mqtt_header h = {.type = first >> 4,
	    .dup = (first & 8) != 0,
	    .qos = first >> 1 & 3,
	    .retain = (first & 1) != 0,
	    .length = take_varint(c)};
	if (cursor_ok(c))
		*out = h;
	return c->state;
}

static struct bytes
take_text(struct cursor *c)
{
	return cursor_take(c, cursor_be16(c));
}

static struct bytes
take_properties(struct cursor *c, uint8_t version)
{
	return version >= 5 && c->left > 0 ? cursor_take(c, take_varint(c)) : (struct bytes){0};
}

static void
read_connect(struct cursor *c, struct mqtt_message *m)
{
	m->protocol = take_text(c);
	m->version = cursor_u8(c);
	m->flags = cursor_u8(c);
	cursor_take(c, 2); /* keep alive, seconds */
	m->properties = take_properties(c, m->version);
	m->client_id = take_text(c);
	if ((m->flags & MQTT_WILL) != 0) {
		m->will_properties = take_properties(c, m->version);
		m->will_topic = take_text(c);
		m->will_message = take_text(c);
	}
	if ((m->flags & MQTT_HAS_USERNAME) != 0)
		m->username = take_text(c);
	if ((m->flags & MQTT_HAS_PASSWORD) != 0)
		m->password = take_text(c);
}

/* What is not there is 0 (5: 3.4.2.1). */
static void
read_reason(struct cursor *c, uint8_t version, struct mqtt_message *m)
{
	if (version < 5)
		return;
	m->has_reason = true;
	if (c->left > 0)
		m->reason = cursor_u8(c);
	m->properties = take_properties(c, version);
}

static void
read_id(struct cursor *c, struct mqtt_message *m)
{
	m->id = cursor_be16(c);
	m->has_id = true;
}

enum parse
mqtt_message(const struct mqtt_header *header, uint8_t version, struct bytes body, struct mqtt_message *out)
{
	struct cursor c = cursor_of(body);
	struct mqtt_message m = {.header = *header, .version = version};
	uint32_t missing = header->length - (uint32_t)body.len;
	switch ((enum mqtt_type)header->type) {
	case MQTT_CONNECT: read_connect(&c, &m); break;
	case MQTT_CONNACK:
		m.session_present = (cursor_u8(&c) & 1) != 0;
		m.reason = cursor_u8(&c);
		m.has_reason = true;
		m.properties = take_properties(&c, version);
		break;
	case MQTT_PUBLISH:
		m.topic = take_text(&c);
		if (header->qos > 0)
			read_id(&c, &m);
		m.properties = take_properties(&c, version);
		m.payload = cursor_rest(&c);
		break;
	case MQTT_PUBACK:
	case MQTT_PUBREC:
	case MQTT_PUBREL:
	case MQTT_PUBCOMP:
		read_id(&c, &m);
		read_reason(&c, version, &m);
		break;
	case MQTT_SUBSCRIBE:
	case MQTT_SUBACK:
	case MQTT_UNSUBSCRIBE:
	case MQTT_UNSUBACK:
		read_id(&c, &m);
		m.properties = take_properties(&c, version);
		m.payload = cursor_rest(&c);
		break;
	case MQTT_DISCONNECT:
	case MQTT_AUTH:
		if (body.len < 2) /* as Suricata reads it: a reason without the length of its properties is none */
			c.left = 0;
		read_reason(&c, version, &m);
		break;
	case MQTT_PINGREQ:
	case MQTT_PINGRESP: break;
	case MQTT_UNASSIGNED:
	case MQTT_TYPES: return PARSE_BAD;
	}
	m.payload_size = (uint32_t)m.payload.len + missing;
	if (cursor_ok(&c))
		*out = m;
	return c.state;
}

bool
mqtt_next_topic(struct bytes *rest, bool with_qos, struct bytes *topic, uint8_t *qos)
{
	struct cursor c = cursor_of(*rest);
	struct bytes text = take_text(&c);
	uint8_t options = with_qos ? cursor_u8(&c) : 0;
	if (!cursor_ok(&c))
		return false;
	*topic = text;
	*qos = options & 3;
	*rest = cursor_rest(&c);
	return true;
}

enum form { FORM_NONE, FORM_U8, FORM_U16, FORM_U32, FORM_VARINT, FORM_TEXT, FORM_PAIR };

static const struct {
	const char *name_cstr;
	enum form form;
} properties[] = {
    [1] = {"payload_format_indicator", FORM_U8},
    [2] = {"message_expiry_interval", FORM_U32},
    [3] = {"content_type", FORM_TEXT},
    [8] = {"response_topic", FORM_TEXT},
    [9] = {"correlation_data", FORM_TEXT},
    [11] = {"subscription_identifier", FORM_VARINT},
    [17] = {"session_expiry_interval", FORM_U32},
    [18] = {"assigned_client_identifier", FORM_TEXT},
    [19] = {"server_keep_alive", FORM_U16},
    [21] = {"authentication_method", FORM_TEXT},
    [22] = {"authentication_data", FORM_TEXT},
    [23] = {"request_problem_information", FORM_U8},
    [24] = {"will_delay_interval", FORM_U32},
    [25] = {"request_response_information", FORM_U8},
    [26] = {"response_information", FORM_TEXT},
    [28] = {"server_reference", FORM_TEXT},
    [31] = {"reason_string", FORM_TEXT},
    [33] = {"receive_maximum", FORM_U16},
    [34] = {"topic_alias_maximum", FORM_U16},
    [35] = {"topic_alias", FORM_U16},
    [36] = {"maximum_qos", FORM_U8},
    [37] = {"retain_available", FORM_U8},
    [38] = {NULL, FORM_PAIR},
    [39] = {"maximum_packet_size", FORM_U32},
    [40] = {"wildcard_subscription_available", FORM_U8},
    [41] = {"subscription_identifiers_available", FORM_U8},
    [42] = {"shared_subscription_available", FORM_U8},
};

/* 2.2.2.2; an unknown one has no known length: what follows is not read. */
bool
mqtt_next_property(struct bytes *rest, struct mqtt_property *property)
{
	struct cursor c = cursor_of(*rest);
	uint8_t id = cursor_u8(&c);
	if (!cursor_ok(&c) || id >= LENGTH_OF(properties))
		return false;
	struct mqtt_property p = {.name_cstr = properties[id].name_cstr, .kind = MQTT_NUMBER};
	switch (properties[id].form) {
	case FORM_NONE: return false;
	case FORM_U8: p.number = cursor_u8(&c); break;
	case FORM_U16: p.number = cursor_be16(&c); break;
	case FORM_U32: p.number = cursor_be32(&c); break;
	case FORM_VARINT: p.number = take_varint(&c); break;
	case FORM_TEXT:
		p.kind = MQTT_TEXT;
		p.text = take_text(&c);
		break;
	case FORM_PAIR:
		p.kind = MQTT_PAIR;
		p.name = take_text(&c);
		p.text = take_text(&c);
		break;
	}
	if (!cursor_ok(&c))
		return false;
	*property = p;
	*rest = cursor_rest(&c);
	return true;
}
