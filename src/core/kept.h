/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/kept.h - short texts of several kinds, kept in the order they came, in a room of fixed size: the envelope, header fields and
 * addresses of one mail.
 *
 * What does not fit is cut or left out, and said by kept_full(). The last text may be written in pieces.
 */
#ifndef CORE_KEPT_H
#define CORE_KEPT_H

#include "core/bytes.h"

enum { KEPT_ITEMS = 160, KEPT_TEXT = 9216 };

struct kept {
	uint16_t count, used;
	bool full; /* something did not fit */
	struct kept_item {
		uint16_t at, len;
		uint8_t kind;
	} items[KEPT_ITEMS];
	uint8_t text[KEPT_TEXT];
};

static inline void
kept_clear(struct kept *k)
{
	k->count = k->used = 0;
	k->full = false;
}

static inline bool
kept_full(const struct kept *k)
{
	return k->full;
}

/* An empty text at the end. False: there is no room for another one. */
bool kept_open(struct kept *k, uint8_t kind);
/* Appends to the last one, which stays at most `limit` bytes long. False: it was cut. */
bool kept_append(struct kept *k, struct bytes text, size_t limit);
void kept_drop_last(struct kept *k);
/* Both at once. */
bool kept_put(struct kept *k, uint8_t kind, struct bytes text);

/* The texts of a kind one after the other: *from starts at 0. False: no further one. */
bool kept_next(const struct kept *k, uint8_t kind, size_t *from, struct bytes *text);
/* The first of a kind; empty when there is none (see kept_has()). */
struct bytes kept_first(const struct kept *k, uint8_t kind);
bool kept_has(const struct kept *k, uint8_t kind);

#endif
