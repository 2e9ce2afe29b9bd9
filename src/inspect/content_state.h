/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/content_state.h - what content.c, content_store.c and content_save.c share: all contents of a worker. Not for other files. */
#ifndef INSPECT_CONTENT_STATE_H
#define INSPECT_CONTENT_STATE_H

#include "core/hash.h"
#include "core/pool.h"
#include "inspect/content.h"
#include "inspect/content_range.h"
#include "inspect/content_store.h"
#include "inspect/eve_file.h"
#include "inspect/file_kind.h"
#include "proto/digest_stream.h"

enum {
	CONTENT_NAME_ROOM = 1024,
	CONTENT_BUCKETS = 4096,
	CONTENT_SIDS_MAX = 8,
	CONTENT_WANTED_MAX = 1024, /* flows and transactions of which all files are kept, known at a time */
};

enum content_room { CONTENT_NO_ROOM, CONTENT_SMALL_ROOM, CONTENT_LARGE_ROOM };

struct content {
	uint64_t flow_id, tx_id;
	uint32_t next;                       /* of the same bucket; of the free list of the pool otherwise */
	uint32_t closed_next, closed_before; /* in the order of their closing; POOL_NONE at the ends */
	uint32_t room_slot;
	uint8_t room_kind; /* enum content_room */
	uint8_t app;       /* enum app_proto */
	uint16_t view;
	uint16_t name_len, kind_len;
	bool is_file, from_server, has_data, was_shown, has_range, kind_shown;
	bool keep;    /* it is kept when it is over */
	bool spilled; /* it is too long for the room: its bytes go to the saver as they come */
	bool lost;    /* the saver could not take all of it */
	uint64_t save_number, stored;
	uint8_t sid_count;
	uint32_t sids[CONTENT_SIDS_MAX];
	bool facts_only; /* rules have seen its bytes in the contents that it is joined of */
	bool is_over;    /* its event was said; who opened it may still hold it */
	bool is_closed;  /* nobody holds it: kept for the alerts of its transaction, in the list of closed ones */
	uint64_t start, end;
	uint16_t joined;         /* of the file of which this is a range, in content_range.c, from 1; 0: none */
	uint32_t joined_content; /* its content; another: the file was given up */
	uint32_t block;          /* that the range fills */
	uint64_t seen;           /* bytes, without lost ones */
	struct content_window window;
	struct content_glass glass;
	struct view_file file;
	struct digest_stream digest;
	char kind[FILE_KIND_TEXT_MAX]; /* as libmagic says it */
	uint8_t name[CONTENT_NAME_ROOM];
};

/* All files of a flow, or of one of its transactions, are kept. */
struct content_all_wanted {
	uint64_t flow_id, tx_id;
	bool used, whole_flow, from_client, from_server;
	uint32_t sid;
};

struct content_store {
	struct pool contents, small, large;
	uint64_t hash_key;
	uint32_t closed_first, closed_last;
	struct content_counters counters;
	struct content_ranges *ranges;  /* files that come in ranges */
	const struct file_kind *kinds;  /* NULL: nobody asks, or it could not be read */
	const struct file_saver *saver; /* NULL: no file is kept */
	struct content_all_wanted wanted[CONTENT_WANTED_MAX];
	uint32_t buckets[CONTENT_BUCKETS];
};

static inline struct content *
content_state_at(const struct content_store *s, uint32_t slot)
{
	return pool_at(&s->contents, slot);
}

static inline uint32_t *
content_state_bucket(struct content_store *s, uint64_t flow_id)
{
	return &s->buckets[hash_u64(flow_id, s->hash_key) % CONTENT_BUCKETS];
}

#endif
