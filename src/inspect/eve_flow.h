/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_flow.h - the flow event: Suricata's fields, and on request the model's features. */
#ifndef INSPECT_EVE_FLOW_H
#define INSPECT_EVE_FLOW_H

#include "core/json.h"
#include "net/flow/flow_table.h"
#include "record/observation.h"

struct eve_flow {
	enum app_proto app, before; /* before: what the flow spoke before `app`, or APP_UNKNOWN */
	enum flow_end why;
	const char *tcp_state_cstr; /* of TCP */
	bool tcp_ends;              /* both sides have said their FIN */
	uint8_t regions[2];         /* of TCP: pieces of a side's bytes with far holes between them; 0: not known */
	bool alerted;
	bool has_tx_count;
	uint64_t tx_count;
};

/* "app_proto", "flow" and, for TCP, "tcp"; the event is already open. Where in it the word "false" of "alerted" is, that may become
 * true; 0: it is true. */
size_t eve_flow_write(struct json *j, const struct flow *flow, const struct eve_flow *e);
/* "app_proto", "netflow" and, for TCP, "tcp": what one side sent. */
void eve_flow_write_net(struct json *j, const struct flow *flow, enum flow_side side, const struct eve_flow *e);
/* "features": counts, sizes in bytes, times in microseconds (see docs/features.md). */
void eve_flow_write_features(struct json *j, const struct flow *flow, const uint32_t retransmitted[static 2]);

#endif
