/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_engine.h - one worker's run of a program of rules over what the inspector shows it (inspect/viewer.h). Nothing is
 * allocated after rule_engine_new(); what it remembers of flows, hosts and thresholds has fixed room, and what does not
 * fit is counted.
 */
#ifndef DETECT_RULES_RULE_ENGINE_H
#define DETECT_RULES_RULE_ENGINE_H

#include "detect/rules/rule_program.h"
#include "inspect/viewer.h"

struct rule_engine;

/* Where a rule was met. */
struct rule_hit {
	const struct rule *rule;
	enum rule_action action;          /* the rule's, or that of a rate filter of the site */
	const struct view_flow *flow;     /* NULL: none */
	const struct view_packet *packet; /* NULL: in a stream, a transaction or an event of a protocol */
	bool from_server;
	int64_t time_ns;
	uint64_t number;
	const struct l7_tx *tx; /* NULL: of no transaction */
	size_t captured_count;  /* what its expressions found under names: */
	const struct rule_captured *captured;
};

struct rule_engine_counters {
	uint64_t scanned_bytes, scans; /* given to Hyperscan */
	uint64_t tried, matched;       /* rules tried after their bytes were found; of these that held */
	uint64_t alerts, held_back;    /* by thresholds */
	uint64_t too_many;             /* alerts of one packet: not told */
	uint64_t forgotten;            /* flows, bits, pieces of streams or transactions for which there was no room */
};

/* Which test of a rule failed, in the order in which they are made. */
enum rule_miss {
	RULE_MISS_NONE,
	RULE_MISS_ENDS,  /* addresses, ports, protocol, direction, state of the flow */
	RULE_MISS_FACTS, /* numbers and words of headers */
	RULE_MISS_BITS,  /* flowbits and the like */
	RULE_MISS_PART,  /* what is asked of one of its buffers */
};

/* What one rule cost, and how far it came. Index: its signature in the program. */
struct rule_profile {
	uint64_t checks, matches, ns;
	uint64_t told;         /* alerts that came out */
	uint64_t first_number; /* of the packet of the first match */
	uint64_t number;       /* of the packet of the nearest miss: */
	uint16_t part;         /* of its parts, the one that failed; in the order of the signature */
	uint8_t nearest;       /* enum rule_miss: the furthest that any check came before it failed */
};

/* alert: a rule holds, and neither pass nor a threshold keeps it silent. NULL: no memory. Borrows the program. */
MUST_USE struct rule_engine *rule_engine_new(const struct rule_program *program, uint64_t hash_key,
    void (*alert)(void *context, const struct rule_hit *hit), void *context);
/* What was remembered of flows, hosts and thresholds goes on in an engine of another program, where names of bits and sids agree; what
 * was seen of transactions that are under way is forgotten. `from` has nothing left of it. */
void rule_engine_inherit(struct rule_engine *engine, struct rule_engine *from);
void rule_engine_free(struct rule_engine *engine);
/* Packets that a rule with `tag` wants kept, each before it is held against rules. */
void rule_engine_on_tagged(struct rule_engine *engine, void (*tagged)(void *context, const struct view_packet *packet));
/* store: a rule with filestore holds, told or not; before its alert. */
void rule_engine_on_store(struct rule_engine *engine, void (*store)(void *context, const struct rule_hit *hit));

/* A packet is about to be read: what passes it is found before anything of it is told. */
void rule_engine_packet_comes(struct rule_engine *engine, const struct view_packet *packet);
void rule_engine_packet(struct rule_engine *engine, const struct view_packet *packet);
/* The next bytes of a side of a TCP stream. None: what waits is tried again, as something else has changed. */
void rule_engine_stream(struct rule_engine *engine, const struct view_flow *flow, bool from_server, int64_t time_ns,
    uint64_t number, struct bytes data);
void rule_engine_stream_gap(struct rule_engine *engine, uint64_t flow_id, bool from_server, uint64_t lost);
void rule_engine_transaction(struct rule_engine *engine, const struct view_set *set);
void rule_engine_event(struct rule_engine *engine, const struct view_flow *flow, bool from_server, int64_t time_ns,
    uint64_t number, const char *name_cstr);
/* "traffic" and "metadata" of a flow, into an event that is open; nothing when nothing is remembered. */
void rule_engine_metadata(struct rule_engine *engine, uint64_t flow_id, struct json *json);
void rule_engine_flow_end(struct rule_engine *engine, uint64_t flow_id);
/* From now on each rule's cost is added to its entry; NULL: no more. Borrowed, signature_count entries. */
void rule_engine_measure(struct rule_engine *engine, struct rule_profile *profile);
/* So many alerts of one packet are told; the default is 15. */
void rule_engine_set_alerts_max(struct rule_engine *engine, uint32_t alerts);
/* So many bytes of each side of a stream are looked into; the default is 1 MiB. */
void rule_engine_set_depth(struct rule_engine *engine, uint64_t bytes);
const struct rule_engine_counters *rule_engine_count(const struct rule_engine *engine);

#endif
