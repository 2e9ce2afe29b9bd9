/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_tx.h"

#include "core/hash.h"

#include <stdlib.h>

/* At a time, 9.5 MB. */
enum { TXS = 1 << 10, NEAR = 8 /* places looked at: their keys fill a line of the cache */ };

struct rule_txs {
	uint64_t key, clock;
	uint64_t keys[TXS]; /* 0: free */
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
	uint64_t hash = hash_u64(flow_id + tx_id * 0x9e3779b97f4a7c15u, t->key), key = hash | 1;
	size_t at = (hash >> 32) % (TXS / NEAR) * NEAR, oldest = at;
	*stolen = false;
	for (size_t i = at; i < at + NEAR; i++)
		if (t->keys[i] == key && t->all[i].flow_id == flow_id && t->all[i].tx_id == tx_id) {
			t->all[i].used_at = ++t->clock;
			return &t->all[i];
		}
	if (!make)
		return NULL;
	for (size_t i = at + 1; i < at + NEAR; i++)
		if (t->keys[oldest] != 0 && (t->keys[i] == 0 || t->all[i].used_at < t->all[oldest].used_at))
			oldest = i;
	struct rule_tx *tx = &t->all[oldest];
	*stolen = t->keys[oldest] != 0;
	t->keys[oldest] = key;
	tx->flow_id = flow_id;
	tx->tx_id = tx_id;
	tx->used_at = ++t->clock;
	tx->ended[0] = tx->ended[1] = tx->file_ended[0] = tx->file_ended[1] = false;
	tx->view_count = tx->record_count = 0;
	tx->text_len = 0;
	tx->file_number[0] = tx->file_number[1] = 0;
	return tx;
}

void
rule_tx_drop(struct rule_txs *t, struct rule_tx *tx)
{
	t->keys[tx - t->all] = 0;
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
	tx->files[tx->view_count] = tx->file_number[side];
	tx->lengths[tx->view_count++] = (uint16_t)data.len;
	tx->text_len = (uint16_t)(tx->text_len + data.len);
	return true;
}
