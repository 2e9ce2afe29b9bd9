/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_look.h - what the files of rule_engine share: one worker's engine, and one look at a packet, a stream or a
 * transaction. Not for other files.
 */
#ifndef DETECT_RULES_RULE_LOOK_H
#define DETECT_RULES_RULE_LOOK_H

#include "detect/rules/rule_engine.h"
#include "detect/rules/rule_memory.h"
#include "detect/rules/rule_tags.h"
#include "detect/rules/rule_tail.h"
#include "detect/rules/rule_transform.h"
#include "detect/rules/rule_tx.h"
#include "detect/rules/rule_variables.h"

enum {
	RULE_CANDIDATES_MAX = 4096,
	RULE_FOUND_MAX = 256,
	RULE_ALERTS_OF_PACKET_MAX = 15, /* Suricata's packet-alert-max */
};

struct rule_engine {
	const struct rule_program *program;
	struct rule_eval *eval;
	struct rule_variables *variables;
	struct rule_transforms *transforms;
	struct rule_memory *memory;
	struct rule_txs *txs;
	struct rule_tails *tails;
	struct rule_tags *tags;
	void (*tagged)(void *context, const struct view_packet *packet); /* NULL: none is told */
	hs_scratch_t *scratch;
	uint64_t stream_depth; /* bytes of a side */
	void (*alert)(void *context, const struct rule_hit *hit);
	void (*store)(void *context, const struct rule_hit *hit); /* NULL: no file is kept */
	void *context;
	struct rule_engine_counters counters;
	struct rule_profile *profile; /* by signature; NULL: nobody asks */
	enum rule_miss miss;          /* the test that is being made */
	uint16_t miss_part;
	/* The packet at hand. */
	uint64_t packet_number;
	unsigned packet_alerts;
	uint32_t packet_alerts_max;        /* more are not told */
	bool is_telling;                   /* an alert of the rule that was looked at last */
	bool packet_passed;                /* a pass rule holds of it */
	uint16_t source_port, target_port; /* of this look */
	/* Rules whose bytes were found in this look. */
	uint32_t round, *seen; /* seen[signature] == round: it is a candidate already */
	size_t candidate_count;
	uint32_t candidates[RULE_CANDIDATES_MAX];
	const struct rule_group *scanning;
	bool only_of_app; /* of what is found, only rules whose place is RULE_PLACE_APP */
	/* Rules of packets whose bytes the search of the stream found in the payload of the packet at hand. */
	struct bytes found_in;
	uint64_t found_number;      /* of that packet */
	const char *found_app_cstr; /* rules of other protocols were not searched for */
	bool found_of_server;
	size_t found_count;
	uint32_t found[RULE_FOUND_MAX];
	unsigned scanning_from; /* bytes that were searched before: what ends in them was found then */
};

/* One look: what is shown, and who it is about. */
struct rule_look {
	struct rule_engine *engine;
	struct rule_hit hit; /* rule is set for each that holds */
	const struct addr *source, *target;
	uint16_t source_port, target_port;
	uint8_t ip_proto, ip_version;
};

/* ---- rule_engine.c ---- */

/* A look begins: no rule is a candidate yet. */
void rule_engine_begin(struct rule_engine *engine, const struct rule_look *look);
void rule_engine_candidate(struct rule_engine *engine, uint32_t signature);
void rule_engine_always(struct rule_engine *engine, const struct rule_list *list);
/* Bytes of the group's rules that end behind the first `known`. */
void rule_engine_scan(struct rule_engine *engine, const struct rule_group *group, struct bytes data, size_t known);
/* The same of a payload, or of bytes of a stream, for the rules of its ports and protocol. */
void rule_engine_scan_payload(
    struct rule_engine *engine, const struct rule_look *look, uint8_t ip_proto, struct bytes data, size_t known);
/* Bytes of a stream that were searched while its protocol was not known: for the rules of that protocol alone. */
void rule_engine_scan_late(struct rule_engine *engine, const struct rule_look *look, struct bytes data);
/* In the order of the program: rules that pass or set bits come before others. */
void rule_engine_sort(struct rule_engine *engine);
bool rule_engine_part_holds(struct rule_engine *engine, const struct rule_part *part, const struct rule_window *window);
/* What is counted, and measured, of each rule that is tried. */
uint64_t rule_engine_try(struct rule_engine *engine);
void rule_engine_tried(struct rule_engine *engine, uint32_t signature, uint64_t start, uint64_t number, bool holds);

/* ---- rule_look.c ---- */

struct rule_look rule_look_of_flow(
    struct rule_engine *engine, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number);
/* Ends, protocol, flow and direction are as the rule says. */
bool rule_look_fits(const struct rule_signature *signature, const struct rule_look *look);
/* The rule holds: bits change, and it is told if nothing keeps it silent. */
void rule_look_hold(const struct rule_signature *signature, struct rule_look *look);
/* A pass rule keeps everything of this packet or flow silent. */
bool rule_look_is_passed(struct rule_engine *engine, const struct view_flow *flow, uint64_t number);

/* ---- rule_bits.c: flowbits, hostbits, xbits, flowint ---- */

bool rule_bits_hold(const struct rule_signature *signature, struct rule_look *look);
void rule_bits_change(const struct rule_signature *signature, struct rule_look *look);

#endif
