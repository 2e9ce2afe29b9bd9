/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_tail.h"

#include "core/hash.h"

#include <stdlib.h>

/* Sides of streams at a time, 5.5 MB: with all public rules everything stays below 150 MB. */
enum { TAILS = 1 << 11, NEAR = 8 /* places looked at: their ids fill a line of the cache */ };

struct rule_tails {
	uint64_t key, clock;
	uint64_t ids[TAILS]; /* of flow and side; 0: free */
	struct rule_tail all[TAILS];
};

struct rule_tails *
rule_tail_new(uint64_t hash_key)
{
	struct rule_tails *t = calloc(1, sizeof(*t));
	if (t != NULL)
		t->key = hash_key;
	return t;
}

void
rule_tail_free(struct rule_tails *t)
{
	free(t);
}

/* Both sides of a flow are in the same line. */
static size_t
line_of(const struct rule_tails *t, uint64_t flow_id)
{
	return hash_u64(flow_id, t->key) % (TAILS / NEAR) * NEAR;
}

static uint64_t
id_of(uint64_t flow_id, bool from_server)
{
	return (flow_id << 1 | from_server) + 2; /* a flow's id has 53 bits */
}

struct rule_tail *
rule_tail_find(struct rule_tails *t, uint64_t flow_id, bool from_server)
{
	size_t at = line_of(t, flow_id);
	for (size_t i = at; i < at + NEAR; i++)
		if (t->ids[i] == id_of(flow_id, from_server))
			return &t->all[i];
	return NULL;
}

struct rule_tail *
rule_tail_of(struct rule_tails *t, uint64_t flow_id, bool from_server, bool *stolen)
{
	struct rule_tail *tail = rule_tail_find(t, flow_id, from_server);
	*stolen = false;
	if (tail == NULL) {
		size_t at = line_of(t, flow_id), oldest = at;
		for (size_t i = at + 1; i < at + NEAR; i++)
			if (t->ids[oldest] != 0 && (t->ids[i] == 0 || t->all[i].used_at < t->all[oldest].used_at))
				oldest = i;
		*stolen = t->ids[oldest] != 0;
		t->ids[oldest] = id_of(flow_id, from_server);
		tail = &t->all[oldest];
		tail->from_server = from_server;
		tail->app_searched = false;
		tail->end = tail->chunk_start = 0;
		tail->len = 0;
		tail->waiting_count = tail->told_count = 0;
	}
	tail->used_at = ++t->clock;
	return tail;
}

void
rule_tail_forget(struct rule_tails *t, uint64_t flow_id)
{
	size_t at = line_of(t, flow_id);
	for (size_t i = at; i < at + NEAR; i++)
		if ((t->ids[i] - 2) >> 1 == flow_id && t->ids[i] != 0)
			t->ids[i] = 0;
}

void
rule_tail_add(struct rule_tail *tail, struct bytes data)
{
	tail->end += data.len;
	if (data.len >= RULE_TAIL_BYTES) {
		memcpy(tail->text, data.at + data.len - RULE_TAIL_BYTES, RULE_TAIL_BYTES);
		tail->len = RULE_TAIL_BYTES;
	} else if (data.len > 0) {
		size_t kept = RULE_TAIL_BYTES - data.len;
		if (tail->len > kept)
			memmove(tail->text, tail->text + tail->len - kept, kept);
		else
			kept = tail->len;
		memcpy(tail->text + kept, data.at, data.len);
		tail->len = (uint16_t)(kept + data.len);
	}
	if (tail->end - tail->chunk_start >= RULE_TAIL_BYTES) {
		tail->chunk_start = tail->end;
		tail->told_count = 0;
	}
	uint8_t kept = 0;
	for (uint8_t i = 0; i < tail->waiting_count; i++)
		if (tail->waiting[i].at + tail->len >= tail->end)
			tail->waiting[kept++] = tail->waiting[i];
	tail->waiting_count = kept;
}

void
rule_tail_gap(struct rule_tail *tail, uint64_t lost)
{
	tail->end += lost;
	tail->len = 0;
	tail->waiting_count = 0;
}

bool
rule_tail_was_told(const struct rule_tail *tail, uint32_t signature)
{
	for (uint8_t i = 0; i < tail->told_count; i++)
		if (tail->told[i] == signature)
			return true;
	return false;
}

void
rule_tail_tell(struct rule_tail *tail, uint32_t signature)
{
	if (tail->told_count == RULE_TAIL_TOLD) { /* the oldest is forgotten */
		memmove(tail->told, tail->told + 1, sizeof(tail->told) - sizeof(tail->told[0]));
		tail->told_count--;
	}
	tail->told[tail->told_count++] = signature;
	for (uint8_t i = 0; i < tail->waiting_count; i++)
		if (tail->waiting[i].signature == signature)
			tail->waiting[i--] = tail->waiting[--tail->waiting_count];
}

bool
rule_tail_wait(struct rule_tail *tail, uint32_t signature, uint64_t at)
{
	for (uint8_t i = 0; i < tail->waiting_count; i++)
		if (tail->waiting[i].signature == signature)
			return true;
	if (tail->waiting_count == RULE_TAIL_WAITING)
		return false;
	tail->waiting[tail->waiting_count].signature = signature;
	tail->waiting[tail->waiting_count++].at = at;
	return true;
}
