/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/events_block.h - some thousand events as one row: their lines compressed together, and the filter of their words. */
#ifndef DOSSIER_EVENTS_BLOCK_H
#define DOSSIER_EVENTS_BLOCK_H

#include "dossier/events_line.h"
#include "dossier/events_words.h"

enum {
	EVENTS_BLOCK_LINES = 2048,
	EVENTS_BLOCK_BYTES = 1 << 20, /* a block that has so many is full */
	EVENTS_BLOCK_BYTES_MAX = EVENTS_BLOCK_BYTES + EVENTS_LINE_MAX + 1
};

enum events_block_flag {
	EVENTS_BLOCK_ESCAPES = 1,       /* a \u somewhere: the text of a line is not the text of its values */
	EVENTS_BLOCK_ODD_ADDRESSES = 2, /* see events_words.h */
};

/* What the row of a block says of it. */
struct events_block_head {
	int64_t seq; /* of its first event; an event keeps its number when blocks are put together */
	uint64_t count, bytes;
	int64_t first_ns, last_ns;
	uint64_t types, flags;
};

/* Events that are being gathered. Zeroed is empty. */
struct events_block {
	struct events_block_head head;
	struct events_words words;
	uint8_t *text;
	size_t room;
};

bool events_block_full(const struct events_block *block);
/* Whether the reader of the line met any escape: looking for it costs. */
enum events_block_escaped { EVENTS_BLOCK_NO_ESCAPE, EVENTS_BLOCK_SOME_ESCAPE };
/* 0 or -ENOMEM: then the block is as it was but for words too many. */
MUST_USE int events_block_add(struct events_block *block, struct bytes line, const struct json_value *event,
    const struct events_line *known, enum events_block_escaped escaped);
/* Empties it; it goes on behind what it had. */
void events_block_next(struct events_block *block);
void events_block_done(struct events_block *block);

/* Compressing and inflating; memory for one block at a time. */
struct events_press;
MUST_USE struct events_press *events_block_press_new(void); /* NULL: no memory */
void events_block_press_free(struct events_press *press);
/* The block as it is kept, until the next call on press. 0 or -ENOMEM. */
struct events_packed {
	struct bytes filter, data;
};
MUST_USE int events_block_pack(struct events_press *press, const struct events_block *block, struct events_packed *out);
/* Its lines, each with its end, until the next call on press. 0, -ENOMEM, or -EBADMSG: damaged. */
MUST_USE int
events_block_unpack(struct events_press *press, const struct events_block_head *head, struct bytes data, struct bytes *out);
/* The last line of a text, without its end, which is taken off the text. False: there is none. */
bool events_block_last(struct bytes *text, struct bytes *out);

#endif
