/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_tx.h"

#include "core/hash.h"

#include <stdlib.h>

enum { TXS = 1 << 11, NEAR = 8 /* places looked at */ };

struct rule_txs {
	uint64_t key, clock;
	struct rule_tx all[TXS];
};

struct rule_txs *
rule_tx_new(uint64_t hash_key)
{
	struct rule_txs *t = calloc(1, sizeof(*t));
	if (t != NULL)
		t->key = hash_key;
	return t;
}

void
rule_tx_free(struct rule_txs *t)
{
	free(t);
}

struct rule_tx *
rule_tx_of(struct rule_txs *t, uint64_t flow_id, uint64_t tx_id, bool make, bool *stolen)
{
	uint64_t at = hash_u64(flow_id + tx_id * 0x9e3779b97f4a7c15u, t->key) % TXS;
	struct rule_tx *oldest = NULL;
	*stolen = false;
	for (size_t i = 0; i < NEAR; i++) {
		struct rule_tx *tx = &t->all[(at + i) % TXS];
		if (tx->used_at != 0 && tx->flow_id == flow_id && tx->tx_id == tx_id) {
			tx->used_at = ++t->clock;
			return tx;
		}
		if (oldest == NULL || tx->used_at < oldest->used_at)
			oldest = tx;
	}
	if (!make)
		return NULL;
	*stolen = oldest->used_at != 0;
	oldest->flow_id = flow_id;
	oldest->tx_id = tx_id;
	oldest->used_at = ++t->clock;
	oldest->ended[0] = oldest->ended[1] = oldest->file_ended[0] = oldest->file_ended[1] = false;
	oldest->view_count = oldest->record_count = 0;
	oldest->text_len = 0;
	return oldest;
}

void
rule_tx_drop(struct rule_tx *tx)
{
	tx->used_at = 0;
}

struct rule_tx_record *
rule_tx_record_of(struct rule_tx *tx, uint32_t signature, uint8_t side, bool make)
{
	for (size_t i = 0; i < tx->record_count; i++)
		if (tx->records[i].signature == signature && tx->records[i].side == side)
			return &tx->records[i];
	if (!make || tx->record_count == RULE_TX_RECORDS)
		return NULL;
	struct rule_tx_record *r = &tx->records[tx->record_count++];
	*r = (struct rule_tx_record){.signature = signature, .side = side};
	return r;
}

bool
rule_tx_keep(struct rule_tx *tx, uint16_t view, uint8_t side, struct bytes data)
{
	if (tx->view_count == RULE_TX_VIEWS || data.len > (size_t)(RULE_TX_TEXT - tx->text_len))
		return false;
	if (data.len > 0)
		memcpy(tx->text + tx->text_len, data.at, data.len);
	tx->views[tx->view_count] = view;
	tx->sides[tx->view_count] = side;
	tx->lengths[tx->view_count++] = (uint16_t)data.len;
	tx->text_len = (uint16_t)(tx->text_len + data.len);
	return true;
}
