/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/mqtt.h - MQTT 3.1, 3.1.1 and 5 (OASIS): one control packet. */
#ifndef PROTO_MQTT_H
#define PROTO_MQTT_H

#include "core/cursor.h"

enum mqtt_type {
	MQTT_UNASSIGNED,
	MQTT_CONNECT,
	MQTT_CONNACK,
	MQTT_PUBLISH,
	MQTT_PUBACK,
	MQTT_PUBREC,
	MQTT_PUBREL,
	MQTT_PUBCOMP,
	MQTT_SUBSCRIBE,
	MQTT_SUBACK,
	MQTT_UNSUBSCRIBE,
	MQTT_UNSUBACK,
	MQTT_PINGREQ,
	MQTT_PINGRESP,
	MQTT_DISCONNECT,
	MQTT_AUTH,
	MQTT_TYPES
};

struct mqtt_header {
	uint8_t type; /* enum mqtt_type */
	bool dup, retain;
	uint8_t qos;
	uint32_t length; /* bytes that follow */
};

/* Flags of CONNECT (3.1.2.3). */
enum { MQTT_CLEAN_SESSION = 2, MQTT_WILL = 4, MQTT_WILL_RETAIN = 32, MQTT_HAS_PASSWORD = 64, MQTT_HAS_USERNAME = 128 };

struct mqtt_message {
	struct mqtt_header header;
	/* CONNECT */
	struct bytes protocol, client_id, will_topic, will_message, username, password;
	uint8_t version, flags;
	struct bytes will_properties;
	/* CONNACK */
	bool session_present;
	/* what others have */
	bool has_id, has_reason;
	uint16_t id;
	uint8_t reason;     /* CONNACK: the return code */
	struct bytes topic; /* PUBLISH */
	struct bytes
	    payload; /* PUBLISH: the message; SUBSCRIBE, UNSUBSCRIBE: topics (mqtt_next_topic); SUBACK, UNSUBACK: codes */
	uint32_t payload_size; /* with what is not here */
	struct bytes properties;
};

/* Name of a type, "CONNECT"; NULL: unassigned. */
const char *mqtt_type_name(uint8_t type);
/* SHORT: more bytes must come. BAD: the length is no number. */
MUST_USE enum parse mqtt_header(struct cursor *c, struct mqtt_header *out);
/* version: of the connection (5: with properties). body: what is there of header.length bytes. */
MUST_USE enum parse
mqtt_message(const struct mqtt_header *header, uint8_t version, struct bytes body, struct mqtt_message *out);
/* The topics of SUBSCRIBE and UNSUBSCRIBE one after the other. */
bool mqtt_next_topic(struct bytes *rest, bool with_qos, struct bytes *topic, uint8_t *qos);

enum mqtt_property_kind { MQTT_NUMBER, MQTT_TEXT, MQTT_PAIR };
struct mqtt_property {
	const char *name_cstr; /* NULL of a pair: the name is in `name` */
	enum mqtt_property_kind kind;
	uint32_t number;
	struct bytes name, text;
};
bool mqtt_next_property(struct bytes *rest, struct mqtt_property *property);

#endif
