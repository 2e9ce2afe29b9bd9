/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_tx.h - what rules remember of a transaction between two looks at it: which of its buffers were shown, which rules hold
 * in part, and which were told. A fixed number of transactions: who was silent longest gives way.
 */
#ifndef DETECT_RULES_RULE_TX_H
#define DETECT_RULES_RULE_TX_H

#include "core/bytes.h"
#include "core/ensure.h"

enum {
	RULE_TX_RECORDS = 64,
	RULE_TX_VIEWS = 64,
	RULE_TX_TEXT = 8192, /* bytes of all its buffers that are kept; what does not fit is not there for later looks */
	RULE_TX_BOTH = 2,    /* of a record: the rule looks at both sides */
};

/* A rule of which some parts hold, or that was told. */
struct rule_tx_record {
	uint32_t signature;
	uint32_t held;      /* a bit for each part */
	uint8_t side;       /* 0 client, 1 server, RULE_TX_BOTH */
	uint8_t first_file; /* what it may use of files begins with this one */
	bool told;          /* or it will never hold */
};

struct rule_tx {
	uint64_t flow_id, tx_id, used_at;
	bool ended[2], file_ended[2];
	uint8_t
	    file_number[2]; /* files that ended before the one at hand, by side; the last number stands for all after it */
	uint8_t view_count, record_count;
	uint16_t text_len;
	uint16_t views[RULE_TX_VIEWS], lengths[RULE_TX_VIEWS];
	uint8_t sides[RULE_TX_VIEWS], files[RULE_TX_VIEWS]; /* files: file_number of its side then */
	struct rule_tx_record records[RULE_TX_RECORDS];
	uint8_t text[RULE_TX_TEXT];
};

struct rule_txs;

MUST_USE struct rule_txs *rule_tx_new(uint64_t hash_key);
void rule_tx_free(struct rule_txs *txs);

/* NULL when it is not known and `make` is false. *stolen: another transaction that was not over lost its place. */
struct rule_tx *rule_tx_of(struct rule_txs *txs, uint64_t flow_id, uint64_t tx_id, bool make, bool *stolen);
void rule_tx_drop(struct rule_txs *txs, struct rule_tx *tx);

/* NULL when there is none, and with `make` when there is no room. */
struct rule_tx_record *rule_tx_record_of(struct rule_tx *tx, uint32_t signature, uint8_t side, bool make);
/* False: no room. */
bool rule_tx_keep(struct rule_tx *tx, uint16_t view, uint8_t side, struct bytes data);

#endif
