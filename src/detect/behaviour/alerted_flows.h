/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/alerted_flows.h - the flows that an alert concerned, until their end is told. Bounded: of more than some
 * ten thousand at a time the oldest are forgotten. */
#ifndef DETECT_BEHAVIOUR_ALERTED_FLOWS_H
#define DETECT_BEHAVIOUR_ALERTED_FLOWS_H

#include "core/bytes.h"

enum { ALERTED_FLOWS_ROWS = 2048, ALERTED_FLOWS_EACH = 8 };

/* Zeroed: none. */
struct alerted_flows {
	uint64_t ids[ALERTED_FLOWS_ROWS][ALERTED_FLOWS_EACH]; /* 0: free */
	uint8_t next[ALERTED_FLOWS_ROWS];                     /* the place in the row that is taken next */
	uint64_t count;
};

/* 0 is no flow. */
void alerted_flows_add(struct alerted_flows *flows, uint64_t flow_id);
bool alerted_flows_has(const struct alerted_flows *flows, uint64_t flow_id);

#endif
