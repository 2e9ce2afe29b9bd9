/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/decode/decode.h - from a frame to packets: every link layer, IP version and tunnel.
 *
 * One decoder per worker: it owns the defragmenter and its budget. It never allocates after
 * decode_new and never fails: what is malformed is a named anomaly of the packet.
 */
#ifndef NET_DECODE_DECODE_H
#define NET_DECODE_DECODE_H

#include "net/decode/packet.h"

struct decoder;

enum decode_checksums { DECODE_CHECKSUMS_OFF, DECODE_CHECKSUMS_ON };

/* How overlapping fragments are settled: the policy of the machine that receives them
 * (Novak, "Target-Based Fragmentation Reassembly", 2005). */
enum overlap_policy {
	OVERLAP_FIRST,
	OVERLAP_LAST,
	OVERLAP_BSD,
	OVERLAP_BSD_RIGHT,
	OVERLAP_LINUX,
	OVERLAP_WINDOWS,
	OVERLAP_SOLARIS,
};

struct decode_options {
	enum decode_checksums checksums; /* ON: a wrong one is an anomaly and the payload is not believed */
	enum overlap_policy overlap;
	/* Instead, by receiver; NULL: `overlap` for all. */
	enum overlap_policy (*overlap_of)(const void *context, const struct addr *receiver);
	const void *overlap_context;
	size_t defrag_budget_bytes;
};

struct decode_counters {
	uint64_t fragments, reassembled, fragments_dropped, too_deep;
	uint64_t unknown_link; /* frames of a link type that is not decoded */
};

/* NULL when memory cannot be reserved. */
MUST_USE struct decoder *decode_new(const struct decode_options *options);
void decode_free(struct decoder *decoder);
void decode_clear(struct decoder *decoder); /* as new */

/* Writes 1 to PACKET_LAYERS_MAX packets, outermost first, and returns their number. */
size_t decode_frame(struct decoder *decoder, const struct frame *frame, struct packet out[static PACKET_LAYERS_MAX]);

/* The hash by which frames are dealt to workers: equal for all frames of two hosts, both
 * directions, fragments included (addresses only, of the outermost IP layer). Not keyed. */
uint32_t decode_shard_hash(const struct frame *frame);

/* Frames of this link type are decoded. */
bool decode_knows_link(uint16_t linktype);

const struct decode_counters *decode_count(const struct decoder *decoder);

/* Walks everything and aborts on a broken invariant. For tests and fuzzing. */
void decode_check(const struct decoder *decoder);

#endif
