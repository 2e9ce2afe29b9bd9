/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/flow_context.h - what a flow means among the other flows of its place: the codes of a vector that need memory.
 *
 * Per source, per service of a destination, per pair of machines and service, and per port and TLS client of the site. Everything
 * is of a fixed size (flow_context_size()), a few cache lines per flow, O(1): a flood of made-up sources takes the places of
 * sources that were seen once, not of those that are at home. What is learned is counts, no address is kept (keyed hashes).
 *
 * Flows are counted once, when they end, in the order in which they are told; time is the latest that was told, so that the
 * same flows in the same order give the same codes, from a capture or from somebody else's records.
 */
#ifndef DETECT_LEARN_FLOW_CONTEXT_H
#define DETECT_LEARN_FLOW_CONTEXT_H

#include "core/addr.h"
#include "record/flow_vector.h"

#include <stdbool.h>

struct flow_context;

struct flow_context_flow {
	struct addr source, target; /* who opened it, and the other */
	uint16_t target_port;
	uint16_t vlan;
	uint8_t ip_proto;
	bool at_end;               /* it is counted; otherwise it is only looked at */
	uint64_t flow_id;          /* as in flow_context_tls(); 0: not known */
	int64_t first_ns, last_ns; /* last packet so far */
	uint64_t upload_bytes;     /* the opener's */
};

/* Whose results are to be compared (captures, imports, tables) takes the same key; a live sensor takes a secret one, so that nobody
 * can prepare collisions. */
#define FLOW_CONTEXT_KEY UINT64_C(0x666c6f77636f6e74)

MUST_USE struct flow_context *flow_context_new(uint64_t key); /* NULL: no memory */
void flow_context_free(struct flow_context *context);
size_t flow_context_size(void); /* bytes, all of them */

/* Fills in PORT_RARITY, TLS_*, and SOURCE_FLOWS to DNS_FAILED, of a vector whose STATE and SERVICE are known. */
void flow_context_flow(struct flow_context *context, const struct flow_context_flow *flow, struct flow_vector *vector);
/* Beforehand, in two stages: for prefetching. */
void flow_context_soon(const struct flow_context *context, const struct flow_context_flow *flow);

/* What TLS said in this flow, before the flow is told: ja4 (or ja3, when only that is known), the server's name; bits as in
 * FLOW_CODE_TLS_CERTIFICATE. */
void
flow_context_tls(struct flow_context *context, uint64_t flow_id, struct bytes ja4, size_t name_len, uint8_t certificate);
/* An answer of DNS, or none. */
void flow_context_dns(struct flow_context *context, const struct addr *source, uint16_t vlan, int64_t time_ns, bool failed);

/* Walks everything and aborts on a broken invariant. For tests and fuzzing. */
void flow_context_check(const struct flow_context *context);

#endif
