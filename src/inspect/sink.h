/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/sink.h - where what was seen goes: EVE lines and observations. One per worker.
 *
 *	struct json *j = sink_open(sink, BYTES("dns"), in->flow);
 *	if (j != NULL) {                              // NULL: nobody reads events
 *		eve_dns_write(j, &message);           // writes JSON_KEY("dns") and its object
 *		sink_close(sink);
 *	}
 *
 * A record that does not fit in its line (64 KiB) is dropped whole and counted.
 */
#ifndef INSPECT_SINK_H
#define INSPECT_SINK_H

#include "inspect/l7.h"

struct sink;

/* Starts an event: timestamp, flow_id, pcap_cnt, event_type, vlan, addresses (client is src), proto, ip_v.
 * NULL when events are off. Nothing else may be opened before sink_close(). */
struct json *sink_open(struct sink *sink, struct bytes event_type, const struct l7_flow *flow);
void sink_close(struct sink *sink);

/* An observation with its header (time, number, addresses, ports, flow id) filled in and the rest zeroed; the caller
 * fills the member of its kind before the next call of the sink. NULL when behaviour is off. */
struct observation *sink_observe(struct sink *sink, enum observation_kind kind, const struct l7_flow *flow);

/* An application-layer anomaly: {"app_proto":app,"type":"applayer","event":name,"layer":"proto_parser"}. */
void sink_anomaly(struct sink *sink, const struct l7_flow *flow, enum app_proto app, struct bytes event_name);

/* The number of the next transaction of a flow for "tx_id" is kept by the protocol's own state. */

/* Copies text into a bounded field of an observation; returns the length kept. */
static inline uint16_t
sink_copy(char *field, size_t field_size, struct bytes text)
{
	struct bytes kept = bytes_first(text, field_size);
	if (kept.len > 0)
		memcpy(field, kept.at, kept.len);
	return (uint16_t)kept.len;
}

#endif
