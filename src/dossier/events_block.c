/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/events_block.h"

#include "dossier/events_filter.h"

#include <errno.h>
#include <stdlib.h>
#include <zstd.h>

enum { LEVEL = 1, ROOM_FIRST = 1 << 16 };

bool
events_block_full(const struct events_block *b)
{
	return b->head.count >= EVENTS_BLOCK_LINES || b->head.bytes >= EVENTS_BLOCK_BYTES || b->words.over;
}

static int
make_room(struct events_block *b, size_t more)
{
	size_t room = b->room == 0 ? ROOM_FIRST : b->room;
	while (room - b->head.bytes < more)
		room *= 2;
	if (room == b->room)
		return 0;
	uint8_t *text = realloc(b->text, room);
	if (text == NULL)
		return -ENOMEM;
	b->text = text;
	b->room = room;
	return 0;
}

int
events_block_add(struct events_block *b, struct bytes line, const struct json_value *event, const struct events_line *known,
    enum events_block_escaped escaped)
{
	struct events_block_head *h = &b->head;
	int r = make_room(b, line.len + 1);
	if (r == 0)
		r = events_words_add(&b->words, event);
	if (r < 0)
		return r;
	memcpy(b->text + h->bytes, line.at, line.len);
	b->text[h->bytes + line.len] = '\n';
	if (escaped == EVENTS_BLOCK_SOME_ESCAPE && memmem(line.at, line.len, "\\u", 2) != NULL)
		h->flags |= EVENTS_BLOCK_ESCAPES;
	if (b->words.odd_addresses)
		h->flags |= EVENTS_BLOCK_ODD_ADDRESSES;
	h->first_ns = h->count == 0 || known->time_ns < h->first_ns ? known->time_ns : h->first_ns;
	h->last_ns = h->count == 0 || known->time_ns > h->last_ns ? known->time_ns : h->last_ns;
	h->bytes += line.len + 1;
	h->types |= known->type;
	h->count++;
	return 0;
}

void
events_block_next(struct events_block *b)
{
	b->head = (struct events_block_head){.seq = b->head.seq + (int64_t)b->head.count};
	events_words_forget(&b->words);
	if (b->room > 2 * EVENTS_BLOCK_BYTES) {
		free(b->text);
		b->text = NULL;
		b->room = 0;
	}
}

void
events_block_done(struct events_block *b)
{
	events_words_done(&b->words);
	free(b->text);
	*b = (struct events_block){0};
}

/* ---- rows ---- */

struct events_press {
	ZSTD_CCtx *in;
	ZSTD_DCtx *out;
	uint8_t *room, *filter;
	size_t size, filter_size;
};

struct events_press *
events_block_press_new(void)
{
	struct events_press *p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->in = ZSTD_createCCtx();
	p->out = ZSTD_createDCtx();
	if (p->in != NULL && p->out != NULL &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(p->in, ZSTD_c_compressionLevel, LEVEL)) &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(p->in, ZSTD_c_checksumFlag, 1)))
		return p;
	events_block_press_free(p);
	return NULL;
}

void
events_block_press_free(struct events_press *p)
{
	if (p == NULL)
		return;
	ZSTD_freeCCtx(p->in);
	ZSTD_freeDCtx(p->out);
	free(p->room);
	free(p->filter);
	free(p);
}

static int
grow(uint8_t **room, size_t *size, size_t wanted)
{
	if (*size >= wanted)
		return 0;
	free(*room);
	*room = malloc(wanted);
	*size = *room == NULL ? 0 : wanted;
	return *room == NULL ? -ENOMEM : 0;
}

int
events_block_pack(struct events_press *p, const struct events_block *b, struct events_packed *out)
{
	const struct events_words *w = &b->words;
	size_t filter_size = w->over ? 0 : events_filter_size(w->count), bound = ZSTD_compressBound(b->head.bytes);
	if (grow(&p->room, &p->size, bound) < 0 || grow(&p->filter, &p->filter_size, filter_size + 1) < 0)
		return -ENOMEM;
	memset(p->filter, 0, filter_size);
	for (uint32_t i = 0; i < w->room && filter_size > 0; i++)
		if (w->slots[i] != 0)
			events_filter_add(p->filter, filter_size, w->slots[i]);
	size_t len = ZSTD_compress2(p->in, p->room, bound, b->text, b->head.bytes);
	if (ZSTD_isError(len))
		return -ENOMEM; /* nothing else can happen here */
	*out = (struct events_packed){.filter = {p->filter, filter_size}, .data = {p->room, len}};
	return 0;
}

int
events_block_unpack(struct events_press *p, const struct events_block_head *head, struct bytes data, struct bytes *out)
{
	if (head->bytes > EVENTS_BLOCK_BYTES_MAX || head->bytes == 0 || data.len == 0)
		return -EBADMSG;
	if (grow(&p->room, &p->size, head->bytes) < 0)
		return -ENOMEM;
	size_t len = ZSTD_decompressDCtx(p->out, p->room, head->bytes, data.at, data.len);
	if (ZSTD_isError(len) || len != head->bytes || p->room[len - 1] != '\n')
		return -EBADMSG;
	*out = (struct bytes){p->room, len};
	return 0;
}

bool
events_block_last(struct bytes *text, struct bytes *out)
{
	if (text->len == 0)
		return false;
	size_t end = text->len - 1; /* its '\n' */
	const uint8_t *before = end == 0 ? NULL : memrchr(text->at, '\n', end);
	size_t start = before == NULL ? 0 : (size_t)(before - text->at) + 1;
	*out = (struct bytes){text->at + start, end - start};
	text->len = start;
	return true;
}
