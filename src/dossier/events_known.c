/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/events_known.h"

#include "core/hash.h"
#include "core/text.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

/* 128 MB of them. A day of which more is there again is kept twice from there on, which costs room and no truth. */
enum { LINES_MAX = 8 << 20, ROOM_FIRST = 1 << 14 };

struct range {
	int64_t seq, first_ns, last_ns;
};

struct events_known {
	uint64_t key;         /* random, so that no line can be made to look like another */
	struct range *ranges; /* of blocks that were not read yet */
	size_t range_count;
	int64_t free_from_ns, free_to_ns; /* no such block has a line of this time, both excluded */
	uint64_t *lines;                  /* a hash table; 0: free */
	size_t room, count;
};

static int
no_memory(struct diag *diag)
{
	return diag_say(diag, -ENOMEM, "%s", _("not enough memory for the dossier"));
}

int
events_known_new(struct events_known **out, struct events_day *day, struct diag *diag)
{
	size_t room = 0;
	struct events_known *k = calloc(1, sizeof(*k));
	if (k == NULL)
		return no_memory(diag);
	if (getrandom(&k->key, sizeof(k->key), 0) != sizeof(k->key))
		k->key = (uintptr_t)k;
	struct store_statement *s = events_day_sql(day, "SELECT seq, first_ns, last_ns FROM @block ORDER BY seq");
	int r;
	while ((r = events_day_next(day, s, diag)) > 0) {
		if (k->range_count == room) {
			room = room == 0 ? 256 : 2 * room;
			struct range *more = reallocarray(k->ranges, room, sizeof(*more));
			if (more == NULL) {
				store_reset(s);
				events_known_free(k);
				return no_memory(diag);
			}
			k->ranges = more;
		}
		k->ranges[k->range_count++] = (struct range){store_i64(s, 0), store_i64(s, 1), store_i64(s, 2)};
	}
	if (r < 0 || k->range_count == 0) {
		events_known_free(k);
		k = NULL;
	}
	*out = k;
	return r;
}

void
events_known_free(struct events_known *k)
{
	if (k == NULL)
		return;
	free(k->ranges);
	free(k->lines);
	free(k);
}

static uint64_t
hash_of(const struct events_known *k, struct bytes line)
{
	uint64_t hash = hash_bytes(line, k->key);
	return hash == 0 ? 1 : hash;
}

static size_t
place_of(const struct events_known *k, uint64_t hash)
{
	size_t at = hash & (k->room - 1);
	while (k->lines[at] != 0 && k->lines[at] != hash)
		at = (at + 1) & (k->room - 1);
	return at;
}

static int
grow(struct events_known *k, struct diag *diag)
{
	struct events_known more = *k;
	more.room = k->room == 0 ? ROOM_FIRST : 2 * k->room;
	more.lines = calloc(more.room, sizeof(*more.lines));
	if (more.lines == NULL)
		return no_memory(diag);
	for (size_t i = 0; i < k->room; i++)
		if (k->lines[i] != 0)
			more.lines[place_of(&more, k->lines[i])] = k->lines[i];
	free(k->lines);
	*k = more;
	return 0;
}

static int
add(struct events_known *k, struct bytes text, struct diag *diag)
{
	struct bytes line;
	while (events_block_last(&text, &line) && k->count < LINES_MAX) {
		if (2 * k->count >= k->room && grow(k, diag) < 0)
			return -ENOMEM;
		uint64_t hash = hash_of(k, line);
		size_t at = place_of(k, hash);
		k->count += k->lines[at] == 0;
		k->lines[at] = hash;
	}
	return 0;
}

static int
read_block(struct events_known *k, struct events_day *day, struct events_press *press, int64_t seq, struct diag *diag)
{
	struct events_block_head head;
	struct bytes text;
	struct store_statement *s = events_day_sql(
	    day, "SELECT seq, count, bytes, first_ns, last_ns, types, flags, data FROM @block WHERE seq = ?1");
	store_bind_i64(s, 1, seq);
	int r = events_day_next(day, s, diag);
	/* One that is gone was put together with others; one that is damaged is told by verify: both know nothing here. */
	bool readable = r > 0 && events_day_head(s, &head) &&
	    events_block_unpack(press, &head, store_bytes(s, 7), &text) == 0;
	store_reset(s);
	return r < 0 ? r : readable ? add(k, text, diag) : 0;
}

/* All blocks of this time are read, and how far around it there is no other. */
static int
read_around(struct events_known *k, struct events_day *day, struct events_press *press, int64_t time_ns, struct diag *diag)
{
	size_t left = 0;
	int r = 0;
	k->free_from_ns = INT64_MIN;
	k->free_to_ns = INT64_MAX;
	for (size_t i = 0; i < k->range_count; i++) {
		struct range range = k->ranges[i];
		if (r == 0 && range.first_ns <= time_ns && range.last_ns >= time_ns) {
			r = read_block(k, day, press, range.seq, diag);
			continue;
		}
		if (range.last_ns < time_ns && range.last_ns > k->free_from_ns)
			k->free_from_ns = range.last_ns;
		if (range.first_ns > time_ns && range.first_ns < k->free_to_ns)
			k->free_to_ns = range.first_ns;
		k->ranges[left++] = range;
	}
	k->range_count = left;
	return r;
}

int
events_known_has(struct events_known *k, struct events_day *day, struct events_press *press, struct bytes line,
    int64_t time_ns, struct diag *diag)
{
	if (time_ns <= k->free_from_ns || time_ns >= k->free_to_ns) {
		int r = read_around(k, day, press, time_ns, diag);
		if (r < 0)
			return r;
	}
	return k->count > 0 && k->lines[place_of(k, hash_of(k, line))] != 0;
}
