/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/events_words.h - the words of an event, by which it is found again.
 *
 * A text is cut into pieces: IP addresses, and runs of letters and digits (and all that is not ASCII). Case does not matter.
 * What is searched: all texts of an event but times, and the numbers that name something (ports, flow_id, signature_id...).
 * A word that is searched is pieces too, with what stands between them: "example.com" is found in "www.example.com/x", an
 * address wherever it stands, in whichever spelling.
 */
#ifndef DOSSIER_EVENTS_WORDS_H
#define DOSSIER_EVENTS_WORDS_H

#include "core/addr.h"
#include "core/json_value.h"

/* The different words of many events. Zeroed is empty. */
struct events_words {
	uint64_t *slots; /* 0: free */
	uint32_t room, count;
	bool over;          /* more than can be told: it may have any word */
	bool odd_addresses; /* one is not written as we write it */
};

enum { EVENTS_WORDS_MAX = 1 << 16 };

MUST_USE int events_words_add(struct events_words *words, const struct json_value *event); /* 0 or -ENOMEM */
void events_words_forget(struct events_words *words);
void events_words_done(struct events_words *words);

enum { EVENTS_QUERY_MAX = 256, EVENTS_QUERY_WORDS_MAX = 16, EVENTS_QUERY_PIECES_MAX = 128 };

struct events_piece {
	struct bytes text;
	struct bytes between; /* it and the piece before it */
	struct addr address;
	bool is_address;
};

/* What is searched: events that have all of these words. */
struct events_query {
	char text[EVENTS_QUERY_MAX];
	struct events_piece pieces[EVENTS_QUERY_PIECES_MAX];
	struct {
		size_t first, count; /* pieces */
	} words[EVENTS_QUERY_WORDS_MAX];
	size_t word_count;
	uint64_t hashes[2 * EVENTS_QUERY_PIECES_MAX]; /* all of them are in the filter of a block that has such an event */
	size_t hash_count;
	char needle
	    [EVENTS_QUERY_MAX]; /* stands in the lower-case text of such an event, unless it has escapes or odd addresses */
	size_t needle_len;      /* 0: nothing that has one form only */
};

/* 0, or -EINVAL: too long, or nothing in it that could be searched. Refers to itself: not to be copied. */
MUST_USE int events_words_query(struct bytes text, struct events_query *out);
bool events_words_match(const struct events_query *query, const struct json_value *event);

#endif
