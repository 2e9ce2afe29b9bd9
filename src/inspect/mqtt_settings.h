/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/mqtt_settings.h - what a site may set of MQTT. */
#ifndef INSPECT_MQTT_SETTINGS_H
#define INSPECT_MQTT_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

struct mqtt_settings {
	uint32_t message_limit_bytes; /* longer messages are passed over */
	uint32_t text_limit_bytes;    /* of a text in an event */
	bool passwords; /* are written into events: only where a suricata.yaml is in use, which says so by default */
};

#endif
