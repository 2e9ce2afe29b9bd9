/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_mqtt.h - MQTT: a message with those that answer it is one transaction, event and look of rules. */
#ifndef INSPECT_L7_MQTT_H
#define INSPECT_L7_MQTT_H

#include "inspect/l7.h"

extern const struct l7_parser l7_mqtt_parser;

#endif
