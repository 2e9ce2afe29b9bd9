/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/coding.h"

#include "core/pool.h"
#include "proto/coding_heap.h"

#include <brotli/decode.h>
#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>

enum {
	HEAD_BYTES = 256, /* decide what it is */
	OUT_BYTES = 8192,
	SMALL_ROOM = 49152,           /* for inflate: its state and a window of 32 KiB */
	LARGE_ROOM = 8 * 1024 * 1024, /* for brotli and LZMA: windows of 4 MiB */
	LARGE_ROOMS_MAX = 16,
	BOMB_RATIO = 2048,
};

enum layer_state {
	LAYER_HEAD, /* its first bytes are gathered */
	LAYER_INFLATE,
	LAYER_GZIP_HEAD, /* a header of gzip longer than what decides */
	LAYER_BROTLI,
	LAYER_LZMA,
	LAYER_PASS, /* as it is */
	LAYER_OVER,
};

struct layer {
	uint8_t kind, state;
	uint16_t head_len;
	uint32_t large; /* POOL_NONE: none */
	struct gzip_head {
		uint8_t flags, stage;
		uint32_t left;
	} gzip;
	struct coding_heap heap;
	z_stream zlib;
	BrotliDecoderState *brotli;
	lzma_stream lzma;
	lzma_allocator lzma_memory;
	uint8_t head[HEAD_BYTES];
	_Alignas(16) uint8_t room[];
};

struct coding_pool {
	struct pool small, large;
	uint8_t out[CODING_LAYERS_MAX][OUT_BYTES];
	uint8_t trial[OUT_BYTES];
};

/* One call. */
struct run {
	struct coding_pool *pool;
	struct coding *coding;
	const struct coding_limits *limits;
	const struct coding_taker *taker;
};

static void layer_add(const struct run *run, size_t index, struct bytes data);

/* ---- Memory ---- */

struct coding_pool *
coding_pool_new(size_t budget_bytes)
{
	struct coding_pool *pool = calloc(1, sizeof(*pool));
	if (pool == NULL)
		return NULL;
	size_t large = budget_bytes / 2 / LARGE_ROOM;
	large = large < LARGE_ROOMS_MAX ? large : LARGE_ROOMS_MAX;
	if (pool_init(&pool->small, SMALL_ROOM, (uint32_t)(budget_bytes / 2 / SMALL_ROOM + 1)) < 0 ||
	    pool_init(&pool->large, LARGE_ROOM, (uint32_t)(large + 1)) < 0) {
		coding_pool_free(pool);
		return NULL;
	}
	return pool;
}

void
coding_pool_free(struct coding_pool *pool)
{
	if (pool == NULL)
		return;
	pool_done(&pool->small);
	pool_done(&pool->large);
	free(pool);
}

void
coding_pool_clear(struct coding_pool *pool)
{
	pool_clear(&pool->small);
	pool_clear(&pool->large);
}

static void *
take_memory(void *heap, size_t count, size_t size)
{
	return count > 0 && size > SIZE_MAX / count ? NULL : coding_heap_take(heap, count * size);
}

static void *
zlib_take(void *heap, unsigned count, unsigned size)
{
	return take_memory(heap, count, size);
}

static void *
brotli_take(void *heap, size_t size)
{
	return take_memory(heap, 1, size);
}

static void
give_memory(void *heap, void *memory)
{
	coding_heap_give(heap, memory);
}

static struct layer *
layer_at(const struct coding_pool *pool, uint32_t slot)
{
	return pool_at(&pool->small, slot);
}

/* ---- What comes out ---- */

static bool
is_bomb(const struct coding *coding, size_t index, const struct coding_limits *limits)
{
	return coding->given[index] > limits->bomb_bytes && coding->given[index] / BOMB_RATIO > coding->taken;
}

/* To the next layer, or out. */
static void
give(const struct run *run, size_t index, struct bytes data)
{
	struct coding *coding = run->coding;
	if (data.len == 0 || coding->is_over)
		return;
	coding->given[index] += data.len;
	if (is_bomb(coding, index, run->limits)) {
		coding->notes |= CODING_BOMB;
		coding->is_over = true;
		return;
	}
	if (index + 1 < coding->count)
		layer_add(run, index + 1, data);
	else
		run->taker->take(run->taker->context, data);
}

static void
end_damaged(const struct run *run, struct layer *layer)
{
	run->coding->notes |= CODING_DAMAGED;
	layer->state = LAYER_OVER;
}

/* ---- Inflate ---- */

static void
run_inflate(const struct run *run, size_t index, struct layer *layer, struct bytes data)
{
	z_stream *z = &layer->zlib;
	z->next_in = (Bytef *)(uintptr_t)data.at;
	z->avail_in = (uInt)data.len;
	int r = Z_OK;
	do {
		z->next_out = run->pool->out[index];
		z->avail_out = OUT_BYTES;
		r = inflate(z, Z_NO_FLUSH);
		give(run, index, (struct bytes){run->pool->out[index], OUT_BYTES - z->avail_out});
	} while (r == Z_OK && !run->coding->is_over && (z->avail_in > 0 || z->avail_out == 0));
	if (r == Z_STREAM_END)
		layer->state = LAYER_OVER;
	else if (r != Z_OK && r != Z_BUF_ERROR)
		end_damaged(run, layer);
}

/* RFC 1952 2.3: passes over the header; the number of its bytes in `data`. */
static size_t
pass_gzip_head(struct gzip_head *gzip, struct bytes data)
{
	enum { FIXED, EXTRA_LOW, EXTRA_HIGH, EXTRA, NAME, COMMENT, SUM, DONE };
	size_t at = 0;
	for (; at < data.len && gzip->stage != DONE; at++) {
		uint8_t byte = data.at[at];
		switch (gzip->stage) {
		case FIXED:
			if (gzip->left == 3)
				gzip->flags = byte;
			if (++gzip->left < 10)
				continue;
			break;
		case EXTRA_LOW: gzip->left = byte; break;
		case EXTRA_HIGH: gzip->left |= (uint32_t)byte << 8; break;
		case EXTRA:
			if (--gzip->left > 0)
				continue;
			break;
		case NAME:
		case COMMENT:
			if (byte != 0)
				continue;
			break;
		case SUM:
			if (--gzip->left > 0)
				continue;
			break;
		default: break;
		}
		gzip->stage++;
		if (gzip->stage == EXTRA_LOW && (gzip->flags & 4) == 0)
			gzip->stage = NAME;
		if (gzip->stage == EXTRA && gzip->left == 0)
			gzip->stage = NAME;
		if (gzip->stage == NAME && (gzip->flags & 8) == 0)
			gzip->stage = COMMENT;
		if (gzip->stage == COMMENT && (gzip->flags & 16) == 0)
			gzip->stage = SUM;
		if (gzip->stage == SUM) {
			gzip->left = 2;
			if ((gzip->flags & 2) == 0)
				gzip->stage = DONE;
		}
	}
	return at;
}

static bool
gzip_head_is_over(const struct gzip_head *gzip)
{
	return gzip->stage == 7;
}

/* Whether deflate can go on after these bytes. */
static bool
try_inflate(const struct run *run, struct layer *layer, struct bytes data)
{
	z_stream *z = &layer->zlib;
	int r = inflateReset(z);
	z->next_in = (Bytef *)(uintptr_t)data.at;
	z->avail_in = (uInt)data.len;
	while (r == Z_OK && z->avail_in > 0) {
		z->next_out = run->pool->trial;
		z->avail_out = OUT_BYTES;
		r = inflate(z, Z_NO_FLUSH);
	}
	inflateReset(z);
	return r == Z_OK || r == Z_BUF_ERROR || r == Z_STREAM_END;
}

static void
begin_inflate(const struct run *run, size_t index, struct layer *layer)
{
	struct bytes head = {layer->head, layer->head_len};
	struct gzip_head gzip = {0};
	layer->zlib = (z_stream){.zalloc = zlib_take, .zfree = give_memory, .opaque = &layer->heap};
	layer->state = LAYER_PASS;
	if (inflateInit2(&layer->zlib, -15) != Z_OK) {
		run->coding->notes |= CODING_NO_ROOM;
		return;
	}
	bool is_gzip = bytes_start_with(head, BYTES("\x1f\x8b"));
	bool is_zlib = head.len >= 2 && (head.at[0] & 0x0f) == 8 && (head.at[0] << 8 | head.at[1]) % 31 == 0;
	size_t starts[3], count = 0;
	if (is_gzip) {
		size_t after = pass_gzip_head(&gzip, head);
		if (!gzip_head_is_over(&gzip)) {
			layer->gzip = gzip;
			layer->state = LAYER_GZIP_HEAD;
			return;
		}
		starts[count++] = after;
		starts[count++] = 10; /* with flags that lie */
	} else {
		if (is_zlib)
			starts[count++] = 2;
		starts[count++] = 0;
	}
	for (size_t i = 0; i < count; i++)
		if (try_inflate(run, layer, bytes_after(head, starts[i]))) {
			layer->state = LAYER_INFLATE;
			run_inflate(run, index, layer, bytes_after(head, starts[i]));
			return;
		}
}

/* ---- Brotli, LZMA ---- */

static bool
take_large(const struct run *run, struct layer *layer)
{
	layer->large = pool_take(&run->pool->large);
	if (layer->large == POOL_NONE) {
		run->coding->notes |= CODING_NO_ROOM;
		return false;
	}
	coding_heap_init(&layer->heap, pool_at(&run->pool->large, layer->large), LARGE_ROOM);
	return true;
}

static void
run_brotli(const struct run *run, size_t index, struct layer *layer, struct bytes data)
{
	size_t left = data.len;
	const uint8_t *at = data.at;
	BrotliDecoderResult r;
	do {
		uint8_t *out = run->pool->out[index];
		size_t room = OUT_BYTES;
		r = BrotliDecoderDecompressStream(layer->brotli, &left, &at, &room, &out, NULL);
		give(run, index, (struct bytes){run->pool->out[index], OUT_BYTES - room});
	} while (r == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT && !run->coding->is_over);
	if (r == BROTLI_DECODER_RESULT_SUCCESS)
		layer->state = LAYER_OVER;
	else if (r == BROTLI_DECODER_RESULT_ERROR)
		end_damaged(run, layer);
}

static bool
brotli_new(struct layer *layer)
{
	layer->heap.used = 0;
	layer->brotli = BrotliDecoderCreateInstance(brotli_take, give_memory, &layer->heap);
	return layer->brotli != NULL;
}

static bool
try_brotli(const struct run *run, struct layer *layer)
{
	size_t left = layer->head_len;
	const uint8_t *at = layer->head;
	BrotliDecoderResult r = BROTLI_DECODER_RESULT_ERROR;
	if (!brotli_new(layer))
		return false;
	do {
		uint8_t *out = run->pool->trial;
		size_t room = OUT_BYTES;
		r = BrotliDecoderDecompressStream(layer->brotli, &left, &at, &room, &out, NULL);
	} while (r == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT && left > 0);
	return r != BROTLI_DECODER_RESULT_ERROR;
}

static void
begin_brotli(const struct run *run, size_t index, struct layer *layer)
{
	layer->state = LAYER_PASS;
	if (!take_large(run, layer) || !try_brotli(run, layer) || !brotli_new(layer))
		return;
	layer->state = LAYER_BROTLI;
	run_brotli(run, index, layer, (struct bytes){layer->head, layer->head_len});
}

static void
run_lzma(const struct run *run, size_t index, struct layer *layer, struct bytes data)
{
	lzma_ret r;
	layer->lzma.next_in = data.at;
	layer->lzma.avail_in = data.len;
	do {
		layer->lzma.next_out = run->pool->out[index];
		layer->lzma.avail_out = OUT_BYTES;
		r = lzma_code(&layer->lzma, LZMA_RUN);
		give(run, index, (struct bytes){run->pool->out[index], OUT_BYTES - layer->lzma.avail_out});
	} while (r == LZMA_OK && !run->coding->is_over && (layer->lzma.avail_in > 0 || layer->lzma.avail_out == 0));
	if (r == LZMA_MEMLIMIT_ERROR || r == LZMA_MEM_ERROR) {
		run->coding->notes |= CODING_LZMA_LIMIT;
		layer->state = LAYER_OVER;
	} else if (r == LZMA_STREAM_END) {
		layer->state = LAYER_OVER;
	} else if (r != LZMA_OK && r != LZMA_BUF_ERROR) {
		end_damaged(run, layer);
	}
}

static void
begin_lzma(const struct run *run, size_t index, struct layer *layer)
{
	layer->state = LAYER_PASS;
	if (!take_large(run, layer))
		return;
	layer->lzma = (lzma_stream)LZMA_STREAM_INIT;
	layer->lzma_memory = (lzma_allocator){.alloc = take_memory, .free = give_memory, .opaque = &layer->heap};
	layer->lzma.allocator = &layer->lzma_memory;
	if (lzma_alone_decoder(&layer->lzma, run->limits->lzma_bytes) != LZMA_OK) {
		run->coding->notes |= CODING_NO_ROOM;
		return;
	}
	layer->state = LAYER_LZMA;
	run_lzma(run, index, layer, (struct bytes){layer->head, layer->head_len});
}

/* ---- One layer ---- */

static void
begin(const struct run *run, size_t index, struct layer *layer)
{
	switch ((enum coding_kind)layer->kind) {
	case CODING_GZIP:
	case CODING_DEFLATE: begin_inflate(run, index, layer); break;
	case CODING_BROTLI: begin_brotli(run, index, layer); break;
	case CODING_LZMA: begin_lzma(run, index, layer); break;
	}
	if (layer->state == LAYER_OVER && (run->coding->notes & CODING_DAMAGED) != 0 && run->coding->given[index] == 0)
		layer->state = LAYER_PASS;
	if (layer->state == LAYER_PASS) {
		if (layer->head_len > 0)
			run->coding->notes |= CODING_DAMAGED;
		give(run, index, (struct bytes){layer->head, layer->head_len});
	}
}

static void
layer_add(const struct run *run, size_t index, struct bytes data)
{
	struct layer *layer = layer_at(run->pool, run->coding->layers[index]);
	if (layer->state == LAYER_HEAD) {
		struct bytes part = bytes_first(data, sizeof(layer->head) - layer->head_len);
		if (part.len > 0)
			memcpy(layer->head + layer->head_len, part.at, part.len);
		layer->head_len = (uint16_t)(layer->head_len + part.len);
		data = bytes_after(data, part.len);
		if (layer->head_len < sizeof(layer->head))
			return;
		begin(run, index, layer);
	}
	if (layer->state == LAYER_GZIP_HEAD) {
		data = bytes_after(data, pass_gzip_head(&layer->gzip, data));
		if (gzip_head_is_over(&layer->gzip))
			layer->state = LAYER_INFLATE;
	}
	if (data.len == 0 || run->coding->is_over)
		return;
	switch ((enum layer_state)layer->state) {
	case LAYER_INFLATE: run_inflate(run, index, layer, data); return;
	case LAYER_BROTLI: run_brotli(run, index, layer, data); return;
	case LAYER_LZMA: run_lzma(run, index, layer, data); return;
	case LAYER_PASS: give(run, index, data); return;
	case LAYER_HEAD:
	case LAYER_GZIP_HEAD:
	case LAYER_OVER: return;
	}
}

/* ---- What callers see ---- */

void
coding_open(
    struct coding_pool *pool, struct coding *coding, const uint8_t *kinds, size_t count, const struct coding_limits *limits)
{
	(void)limits;
	*coding = (struct coding){0};
	for (size_t i = 0; i < count && i < CODING_LAYERS_MAX; i++) {
		uint32_t slot = pool_take(&pool->small);
		if (slot == POOL_NONE) {
			coding->notes |= CODING_NO_ROOM;
			return;
		}
		struct layer *layer = layer_at(pool, slot);
		memset(layer, 0, sizeof(*layer));
		layer->kind = kinds[i];
		layer->large = POOL_NONE;
		coding_heap_init(&layer->heap, layer->room, SMALL_ROOM - sizeof(*layer));
		coding->layers[coding->count++] = slot;
	}
}

void
coding_add(struct coding_pool *pool, struct coding *coding, struct bytes data, const struct coding_limits *limits,
    const struct coding_taker *taker)
{
	struct run run = {pool, coding, limits, taker};
	coding->taken += data.len;
	if (coding->is_over || data.len == 0)
		return;
	if (coding->count == 0)
		taker->take(taker->context, data);
	else
		layer_add(&run, 0, data);
}

void
coding_end(
    struct coding_pool *pool, struct coding *coding, const struct coding_limits *limits, const struct coding_taker *taker)
{
	struct run run = {pool, coding, limits, taker};
	for (size_t i = 0; i < coding->count && !coding->is_over; i++) {
		struct layer *layer = layer_at(pool, coding->layers[i]);
		if (layer->state == LAYER_HEAD)
			begin(&run, i, layer);
	}
}

void
coding_close(struct coding_pool *pool, struct coding *coding)
{
	/* What the decoders took lies in these rooms: nothing else holds it. */
	for (size_t i = 0; i < coding->count; i++) {
		struct layer *layer = layer_at(pool, coding->layers[i]);
		if (layer->large != POOL_NONE)
			pool_give(&pool->large, layer->large);
		pool_give(&pool->small, coding->layers[i]);
	}
	coding->count = 0;
}
