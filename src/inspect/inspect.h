/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/inspect.h - one worker's way from frames to events and observations: decode, flow
 * table, streams, protocols. Everything is reserved by inspect_new(); nothing is allocated,
 * locked or logged afterwards.
 */
#ifndef INSPECT_INSPECT_H
#define INSPECT_INSPECT_H

#include "inspect/sink.h"
#include "net/decode/decode.h"
#include "net/flow/flow_table.h"

struct inspector;
struct host_policies;   /* net/host_policy.h */
struct viewer;          /* inspect/viewer.h */
struct stream_settings; /* inspect/stream_settings.h */
struct l7_settings;     /* inspect/l7_settings.h */
struct file_saver;      /* inspect/file_saver.h */

enum inspect_stage { /* how far a packet goes; only the benchmark stops early */
	INSPECT_DECODE,
	INSPECT_FLOWS,
	INSPECT_ALL,
};

struct inspect_options {
	size_t memory_bytes;               /* flows, streams, parser states and fragments together */
	enum decode_checksums checksums;   /* ON: packets with a wrong one are reported and not believed */
	const struct host_policies *hosts; /* who reads overlaps how; NULL: the default for all. Borrowed */
	enum inspect_stage stage;
	uint64_t hash_key;
	bool with_features; /* flow events carry the features of the model */
	bool with_vectors;  /* flows are observed as vectors too, OBSERVATION_VECTOR */
	bool with_entropy;  /* ... with the entropy of their first bytes: it costs more than the rest of the vector */
	bool with_community_id;
	const struct flow_timeouts *timeouts;  /* NULL: the defaults */
	const struct viewer *viewer;           /* what looks for rules; NULL: none. Borrowed */
	const struct file_saver *saver;        /* where kept files go; NULL: none is. Borrowed */
	const struct stream_settings *streams; /* NULL: the defaults. Borrowed */
	const struct l7_settings *settings;    /* of protocols and contents; NULL: the defaults. Borrowed */
};

struct inspect_counters {
	uint64_t packets, bytes;
	uint64_t ipv4, ipv6, arp, tcp, udp, icmp, other;
	uint64_t anomalies;
	uint64_t bad_checksums;
	uint64_t stream_refused;     /* segments for which the budget or the window had no room */
	uint64_t stream_gap_bytes;   /* lost bytes of streams that were being read */
	uint64_t contents_refused;   /* bodies and files that were not looked into: there was no place for them */
	uint64_t contents_in_pieces; /* that were looked into piece by piece: what spans two was missed */
	uint64_t flows_unread;       /* flows whose protocol could not be read: no memory for its state */
	uint64_t observations_dropped;
	uint64_t invalid;     /* packets that could not be decoded to their end */
	uint64_t stream_gaps; /* holes in streams that were being read */
};

/* NULL when memory cannot be reserved. Borrows the sink. */
MUST_USE struct inspector *inspect_new(const struct inspect_options *options, struct sink *sink);
void inspect_free(struct inspector *in);
/* As new, for another sink: flows that are left are forgotten, not ended. */
void inspect_clear(struct inspector *in, struct sink *sink);

/* Looks at those of the frames that are for this shard. */
void inspect_frames(struct inspector *in, const struct frame *frames, size_t count, uint16_t shard);
/* Lets flows time out up to now_ns; true when all that was due is done. `number` stamps what is seen then. */
bool inspect_expire(struct inspector *in, int64_t now_ns, uint64_t number);
/* The capture ended at end_ns: ends what would have timed out `round` seconds later; true when nothing is left. Rounds
 * go up from 0, the same for all workers, so that flows end in one order whatever the number of workers. */
bool inspect_drain(struct inspector *in, int64_t end_ns, uint32_t round, uint64_t number);

const struct inspect_counters *inspect_count(struct inspector *in);
const struct flow_counters *inspect_flow_count(const struct inspector *in);
const struct decode_counters *inspect_decode_count(const struct inspector *in);
uint32_t inspect_largest(const struct inspector *in); /* bytes of the largest frame */
size_t inspect_memory(const struct inspector *in);    /* bytes of flows and streams at the peak */
uint32_t inspect_live_flows(const struct inspector *in);

#endif
