/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/sensor_health.h - how a sensor fares: what the page of today says of it. */
#ifndef RECORD_SENSOR_HEALTH_H
#define RECORD_SENSOR_HEALTH_H

#include "core/bytes.h"

enum { SENSOR_HEALTH_NAME_MAX = 64 };

/* A live one that is not seen for so long is silent: it tells about itself every ten seconds. */
enum { SENSOR_HEALTH_EVERY_S = 10, SENSOR_HEALTH_SILENT_S = 60 };

enum sensor_health_state {
	SENSOR_HEALTH_RUNNING,
	SENSOR_HEALTH_ENDED,  /* as it was asked to, or at the end of its captures */
	SENSOR_HEALTH_FAILED, /* it stopped by itself */
};

struct sensor_health {
	char name_cstr[SENSOR_HEALTH_NAME_MAX]; /* the interface, or "captures" */
	int64_t started_ns, seen_ns;
	uint64_t packets, dropped, events, events_lost, alerts;
	enum sensor_health_state state;
};

#endif
