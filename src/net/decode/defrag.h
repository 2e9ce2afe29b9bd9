/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/decode/defrag.h - IP fragments put back together, as the machine that receives them would.
 *
 * All memory is reserved at start. When it is spent, the oldest unfinished datagram goes, and that
 * is counted. What comes out is in a buffer of ours, valid until the next frame.
 * Overlaps are settled byte by byte by the policy (Novak, "Target-Based Fragmentation Reassembly", 2005;
 * Paxson and Shankar, "Active Mapping", 2003). One per worker.
 */
#ifndef NET_DECODE_DEFRAG_H
#define NET_DECODE_DEFRAG_H

#include "core/addr.h"
#include "net/decode/decode.h"

struct defrag;

enum {
	DEFRAG_DATAGRAM_MAX = 65535, /* bytes above the IP header; RFC 791 3.1 and RFC 8200 4.5 allow a little less */
	DEFRAG_TIMEOUT_S = 60,       /* RFC 8200 4.5, RFC 1122 3.3.2 */
	DEFRAG_OUTPUTS = 2,          /* datagrams put together in one frame: a tunnel's own, and one inside it */
};

struct defrag_fragment {
	int64_t time_ns;
	struct addr src, dst;
	uint32_t id;
	uint16_t vlan[2];
	uint8_t ip_version;
	uint8_t ip_proto; /* IPv4: part of what identifies the datagram; IPv6: what follows the fragment header */
	bool more;        /* more fragments follow */
	uint32_t offset;  /* of data in the datagram: a multiple of 8, below 65536 */
	struct bytes data;
};

enum defrag_result {
	DEFRAG_WAITING,
	DEFRAG_WHOLE,     /* *out is the datagram */
	DEFRAG_TOO_LARGE, /* it would end beyond DEFRAG_DATAGRAM_MAX: dropped */
	DEFRAG_REFUSED,   /* no room, or it contradicts the known end of the datagram: dropped */
};

struct defrag_outcome {
	enum defrag_result result;
	bool overlap;     /* it covers bytes that other fragments brought, and is not a plain copy */
	uint8_t ip_proto; /* of the fragment at offset 0 */
	struct bytes datagram;
};

struct defrag_counters {
	uint64_t fragments, reassembled, dropped;
};

/* NULL when memory cannot be reserved. A budget below the least that works (256 KiB) is raised to it. */
MUST_USE struct defrag *defrag_new(const struct decode_options *options);
void defrag_free(struct defrag *defrag);
void defrag_clear(struct defrag *defrag); /* as new */

/* The buffers of the frame before may be used again. */
void defrag_begin_frame(struct defrag *defrag);
struct defrag_outcome defrag_add(struct defrag *defrag, const struct defrag_fragment *fragment);

const struct defrag_counters *defrag_count(const struct defrag *defrag);

/* Walks everything and aborts on a broken invariant. For tests and fuzzing. */
void defrag_check(const struct defrag *defrag);

#endif
