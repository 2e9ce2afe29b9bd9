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
#include "inspect/l7_tx.h"

struct sink;

/* Starts an event: timestamp, flow_id, pcap_cnt, event_type, vlan, addresses (client is src), proto, ip_v.
 * NULL when events are off. Nothing else may be opened before sink_close(). */
struct json *sink_open(struct sink *sink, struct bytes event_type, const struct l7_flow *flow);
void sink_close(struct sink *sink);

/* The event of a flow that is over: as sink_open(), but its line may wait, see sink_later.h. alerted_at: where in the line
 * the value of "alerted" is, and which it is. */
struct json *sink_open_flow(struct sink *sink, const struct l7_flow *flow);
void sink_close_flow(struct sink *sink, uint64_t flow_id, size_t alerted_at, bool alerted);

/* An observation with its header (time, number, addresses, ports, flow id) filled in and the rest zeroed; the caller
 * fills the member of its kind before the next call of the sink. NULL when behaviour is off. */
struct observation *sink_observe(struct sink *sink, enum observation_kind kind, const struct l7_flow *flow);

/* An application-layer anomaly of these bytes: {"app_proto":app,"type":"applayer","event":name,"layer":"proto_parser"}.
 * Its source is who sent them. */
void sink_anomaly(struct sink *sink, const struct l7_input *in, enum app_proto app, struct bytes event_name);
/* The same of a transaction: with its "tx_id". */
void sink_anomaly_of(
    struct sink *sink, const struct l7_input *in, const struct l7_tx *tx, enum app_proto app, struct bytes event_name);

/* What rules look into, of one side of a transaction: NULL when nobody looks. Put the views in with view_set_put(), then show them;
 * they and tx are borrowed until then. is_end: nothing more of this side of the transaction comes. */
struct view_set;
struct view_set *sink_views(struct sink *sink, const struct l7_input *in, const struct l7_tx *tx);
void sink_show(struct sink *sink, bool is_end);

/* The packet at hand, which its events quote; NULL: a flow ended by itself. */
struct packet;
void sink_at(struct sink *sink, const struct packet *packet);
const struct packet *sink_packet(const struct sink *sink);
/* "ether" of a flow: the MAC addresses of its ends; nothing where the site does not ask for them. */
void sink_write_macs(struct sink *sink, struct json *json, const uint8_t source[6], const uint8_t target[6], bool known);
/* What of a stream is at hand, and the flow of it: alerts quote it. */
void sink_at_stream(struct sink *sink, struct bytes data);
struct bytes sink_stream(const struct sink *sink);
/* An alert concerned the flow at hand. */
void sink_note_alert(struct sink *sink);

/* A flow turned out to speak this, or one of its transactions began: for stats events. */
void sink_count_flow(struct sink *sink, enum app_proto app, uint8_t ip_proto);
void sink_count_transaction(struct sink *sink, enum app_proto app, uint8_t ip_proto);

/* What the site has set (inspect/l7_settings.h). */
struct l7_settings;
const struct l7_settings *sink_settings(const struct sink *sink);

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

/* ---- For the owner of the sink, not for parsers ---- */

enum { SINK_LINE_MAX = 65536, SINK_BUFFER_SIZE = 262144 };

/* A file of events shared by all workers: lines are never mixed. */
struct event_file;
/* Borrows fd until sink_file_free; -1: there is none. NULL: no memory. */
MUST_USE struct event_file *sink_file_new(int fd);
/* All that is written goes there too, with the file locked: a text, not always whole lines. */
void sink_file_also(struct event_file *file, void (*also)(void *context, const char *text, size_t len), void *context);
/* Before each line of the file. Borrowed; empty: nothing. */
void sink_file_prefix(struct event_file *file, const char *prefix_cstr);
/* 0, or the first -errno of a write: after it nothing more is written and lost lines are counted. */
int sink_file_error(struct event_file *file);
void sink_file_free(struct event_file *file);
/* Whole lines are written with the file locked. Nothing is written after an error. */
void sink_file_lock(struct event_file *file);
void sink_file_unlock(struct event_file *file);
void sink_file_write(struct event_file *file, const char *text, size_t len);

/* Flows and transactions of a protocol, [0] over TCP, [1] over UDP. */
struct sink_of_app {
	uint64_t flows[2], transactions[2];
};
struct sink_counters {
	uint64_t events, too_long, lost;
	struct sink_of_app apps[APP_COUNT];
};

/* file may be NULL: no events. observations may be NULL: no behaviour; sink_observe_into changes it. */
MUST_USE struct sink *sink_new(struct event_file *file);
void sink_free(struct sink *sink); /* flushes */
void sink_flush(struct sink *sink);
/* Where flow events wait from now on; NULL: they do not. */
struct sink_later;
void sink_flows_into(struct sink *sink, struct sink_later *later);
void sink_observe_into(struct sink *sink, struct observation_buffer *buffer);
/* Who looks at packets, streams and transactions beside the events, and the flow that is at hand, as the owner fills it before
 * each packet. Borrowed. */
struct viewer;
struct view_flow;
/* The capture that is being read, for "pcap_filename". Borrowed. */
void sink_from_file(struct sink *sink, const char *file_name_cstr);
void sink_view(struct sink *sink, const struct viewer *viewer, struct view_flow *flow);
const struct viewer *sink_viewer(const struct sink *sink);
/* What follows is said by this protocol: nothing, where the site wants it to be silent (apps_muted). Observations are made all the
 * same. APP_UNKNOWN: it has ended. */
void sink_mute(struct sink *sink, enum app_proto app);
/* Borrowed; NULL: the defaults. */
void sink_set(struct sink *sink, const struct l7_settings *settings);
const struct sink_counters *sink_count(const struct sink *sink);

/* An event that is not about a flow (stats, a packet's anomaly): only timestamp, pcap_cnt and type. */
struct json *sink_open_plain(struct sink *sink, struct bytes event_type, int64_t time_ns, uint64_t packet_number);

/* Where a packet comes from: "wire/pcap", "vxlan encapsulation". */
const char *sink_packet_source(const struct packet *packet);
/* The protocol's name as EVE writes it: "TCP", "IPv6-ICMP", or its number. */
struct bytes sink_ip_proto_name(uint8_t ip_proto);

#endif
