/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/content_window.h - what of a long content is looked into when.
 *
 * Bytes wait in a room until so many are there that a look is worth it, or the content ends. The first window has all that is there,
 * each later one the last bytes of the one before and what is new: what lies within window_bytes of each other is together in one
 * window, however the network cut it, and each byte is looked at about once.
 *
 * Without a room each piece is its own window. Pure: the caller gives the room and takes the windows.
 */
#ifndef INSPECT_CONTENT_WINDOW_H
#define INSPECT_CONTENT_WINDOW_H

#include "core/bytes.h"

/* How much of a content rules look into, and from when. */
struct content_window {
	uint32_t limit_bytes;   /* what follows is not looked into; 0: all is */
	uint32_t minimal_bytes; /* looked into first when so much is there, or it ends */
	uint32_t window_bytes;  /* so much of what was seen is looked into again with what is new */
	bool limit_ends_file;   /* and what follows limit_bytes is no part of the file either */
};

struct content_glass {
	uint64_t offset; /* in the content, of the first byte of the room */
	uint32_t held;   /* bytes in the room */
	uint32_t shown;  /* of them, from its start */
	bool began;      /* a window was shown */
	bool blind;      /* the limit was reached: no further window comes */
	uint64_t lost;   /* bytes after those held, before what comes next */
	uint32_t room_size;
	uint8_t *room; /* NULL: none */
};

/* Who looks. more: further windows may follow. */
struct content_looker {
	void (*show)(void *context, struct bytes window, uint64_t offset, bool more);
	void *context;
};

/* Whether the room has no place for `coming` bytes that must wait in it: a larger one helps. */
bool content_window_is_cramped(const struct content_glass *glass, const struct content_window *w, size_t coming);
/* Into a larger room: what is held is copied. */
void content_window_move(struct content_glass *glass, uint8_t *room, uint32_t room_size);

void content_window_add(
    struct content_glass *glass, const struct content_window *w, struct bytes data, const struct content_looker *looker);
/* Lost bytes: what came before the gap is a window of its own, at the next call; what follows is not beside it. */
void content_window_gap(struct content_glass *glass, uint64_t lost);
/* The content is over: shows what was not shown yet. False: there was nothing. */
bool content_window_end(struct content_glass *glass, const struct content_looker *looker);

#endif
