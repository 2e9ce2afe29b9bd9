/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_tail.h - the last bytes of each side of a TCP stream, for rules whose bytes come in several pieces; and which rules
 * wait for more of them, or were told. A fixed number of streams: who was silent longest gives way.
 */
#ifndef DETECT_RULES_RULE_TAIL_H
#define DETECT_RULES_RULE_TAIL_H

#include "core/bytes.h"
#include "core/ensure.h"

enum {
	RULE_TAIL_BYTES = 2560, /* Suricata's toserver-chunk-size: nothing longer is looked for across pieces */
	RULE_TAIL_WAITING = 12,
	RULE_TAIL_TOLD = 8,
};

struct rule_tail {
	uint64_t used_at;
	uint64_t end; /* bytes of the stream so far: text ends there */
	uint64_t chunk_start;
	uint16_t len;
	bool from_server;
	bool app_searched; /* rules of its protocol were searched for in its text */
	uint8_t waiting_count, told_count;
	struct {
		uint32_t signature;
		uint64_t at; /* in the stream: where its bytes were found */
	} waiting[RULE_TAIL_WAITING];
	uint32_t told[RULE_TAIL_TOLD]; /* in this chunk */
	uint8_t text[RULE_TAIL_BYTES];
};

struct rule_tails;

MUST_USE struct rule_tails *rule_tail_new(uint64_t hash_key);
void rule_tail_free(struct rule_tails *tails);

/* Of one side of a flow; begun when it is not known. Never NULL. *stolen: another stream lost its place. */
struct rule_tail *rule_tail_of(struct rule_tails *tails, uint64_t flow_id, bool from_server, bool *stolen);
/* NULL when it is not known. */
struct rule_tail *rule_tail_find(struct rule_tails *tails, uint64_t flow_id, bool from_server);
void rule_tail_forget(struct rule_tails *tails, uint64_t flow_id);
/* The stream goes on with these bytes, looked at already. */
void rule_tail_add(struct rule_tail *tail, struct bytes data);
/* Bytes that never came: what is before them and what is behind them do not touch. */
void rule_tail_gap(struct rule_tail *tail, uint64_t lost);

bool rule_tail_was_told(const struct rule_tail *tail, uint32_t signature);
void rule_tail_tell(struct rule_tail *tail, uint32_t signature);
/* False: no room. One that waits already keeps its first place. */
bool rule_tail_wait(struct rule_tail *tail, uint32_t signature, uint64_t at);

#endif
