/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_flow.h - the flow event: Suricata's fields, and on request the model's features. */
#ifndef INSPECT_EVE_FLOW_H
#define INSPECT_EVE_FLOW_H

#include "core/json.h"
#include "net/flow/flow_table.h"
#include "record/observation.h"

/* "app_proto", "flow" and, for TCP, "tcp"; the event is already open. `before` is what the flow spoke before `app`, or
 * APP_UNKNOWN. */
size_t eve_flow_write(struct json *j, const struct flow *flow, enum app_proto app, enum app_proto before, enum flow_end why);
/* "features": counts, sizes in bytes, times in microseconds (see docs/features.md). */
void eve_flow_write_features(struct json *j, const struct flow *flow, const uint32_t retransmitted[static 2]);

#endif
