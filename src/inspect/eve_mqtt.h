/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_mqtt.h - one message of MQTT in the "mqtt" object of an EVE event. */
#ifndef INSPECT_EVE_MQTT_H
#define INSPECT_EVE_MQTT_H

#include "core/json.h"
#include "inspect/mqtt_settings.h"
#include "proto/mqtt.h"

/* Its own key and object: "publish":{...}. */
void eve_mqtt_write(struct json *j, const struct mqtt_message *message, const struct mqtt_settings *settings);
/* The same of one that was too long to be read. */
void eve_mqtt_write_skipped(struct json *j, const struct mqtt_header *header);

#endif
