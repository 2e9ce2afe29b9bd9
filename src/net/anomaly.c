/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/anomaly.h"

#include "core/ensure.h"

#define ANOMALY_NAME(identifier, name) name,
static const char *const names[] = {ANOMALY_LIST(ANOMALY_NAME)};

const char *
anomaly_name(enum anomaly anomaly)
{
	ENSURE((unsigned)anomaly < ANOMALY_COUNT);
	return names[anomaly];
}
