/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/capture/capture_inflate.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "core/cursor.h"

struct capture_inflate {
	enum capture_packing packing;
	bool between; /* before the first or after any complete member: a place where the end is good */
	int error;    /* final; told once all that came before it is out */
	z_stream gzip;
	ZSTD_DCtx *zstd;
	size_t zstd_wanted; /* bytes that complete its block and the header of the next one */
	bool zstd_holds;    /* output that had no room */
	lzma_stream xz;
};

enum capture_packing
capture_inflate_guess(struct bytes head)
{
	if (bytes_start_with(head, BYTES("\x1f\x8b\x08")))
		return CAPTURE_PACKING_GZIP;
	if (bytes_start_with(head, BYTES("\x28\xb5\x2f\xfd")))
		return CAPTURE_PACKING_ZSTD;
	if (bytes_start_with(head,
	        BYTES("\xfd"
	              "7zXZ\0")))
		return CAPTURE_PACKING_XZ;
	/* RFC 8878 3.1.2: a skippable frame may come first (pzstd writes one) */
	if (head.len >= 4 && bytes_eq(bytes_first(bytes_after(head, 1), 3), BYTES("\x2a\x4d\x18"))) {
		struct cursor c = cursor_of(head);
		if ((cursor_u8(&c) & 0xf0) == 0x50)
			return CAPTURE_PACKING_ZSTD;
	}
	return CAPTURE_PACKING_PLAIN;
}

/* The largest window, as a power of 2, of which the decoder's memory stays under the limit. */
static int
zstd_window_log(size_t memory_max)
{
	enum { LOG_MIN = 20, LOG_MAX = 27 }; /* what --ultra can write without --long=30 */
	int log = LOG_MIN;
	while (log < LOG_MAX && ((size_t)1 << (log + 1)) <= memory_max)
		log++;
	return log;
}

static bool
start(struct capture_inflate *unpack, size_t memory_max)
{
	enum { GZIP_ONLY = 16 + MAX_WBITS };
	switch (unpack->packing) {
	case CAPTURE_PACKING_GZIP: return inflateInit2(&unpack->gzip, GZIP_ONLY) == Z_OK;
	case CAPTURE_PACKING_ZSTD:
		unpack->zstd = ZSTD_createDCtx();
		return unpack->zstd != NULL &&
		    !ZSTD_isError(ZSTD_DCtx_setParameter(unpack->zstd, ZSTD_d_windowLogMax, zstd_window_log(memory_max)));
	case CAPTURE_PACKING_XZ: return lzma_stream_decoder(&unpack->xz, memory_max, LZMA_CONCATENATED) == LZMA_OK;
	case CAPTURE_PACKING_PLAIN: break;
	}
	return false;
}

struct capture_inflate *
capture_inflate_new(enum capture_packing packing, size_t memory_max)
{
	struct capture_inflate *unpack = calloc(1, sizeof(*unpack));
	if (unpack == NULL)
		return NULL;
	unpack->packing = packing;
	unpack->between = true;
	unpack->xz = (lzma_stream)LZMA_STREAM_INIT;
	if (start(unpack, memory_max))
		return unpack;
	capture_inflate_free(unpack);
	return NULL;
}

void
capture_inflate_free(struct capture_inflate *unpack)
{
	if (unpack == NULL)
		return;
	if (unpack->packing == CAPTURE_PACKING_GZIP)
		inflateEnd(&unpack->gzip);
	ZSTD_freeDCtx(unpack->zstd);
	lzma_end(&unpack->xz);
	free(unpack);
}

/* gzip(1) and tar leave zeros behind the last member to fill a block. */
static void
pass_padding(struct bytes *in)
{
	while (in->len > 0 && bytes_start_with(*in, BYTES("\0")))
		*in = bytes_after(*in, 1);
}

static size_t
step_gzip(struct capture_inflate *unpack, struct bytes *in, uint8_t *out, size_t out_max)
{
	z_stream *z = &unpack->gzip;
	z->next_out = out;
	z->avail_out = out_max < UINT_MAX ? (unsigned)out_max : UINT_MAX;
	const unsigned room = z->avail_out;
	int r = Z_OK;
	while (r == Z_OK && z->avail_out > 0) {
		if (unpack->between)
			pass_padding(in);
		if (unpack->between && in->len == 0)
			break;
		unpack->between = false;
		unsigned given = in->len < UINT_MAX ? (unsigned)in->len : UINT_MAX;
		z->next_in = (Bytef *)(uintptr_t)in->at; /* zlib's type lacks the const that it keeps */
		z->avail_in = given;
		r = inflate(z, Z_NO_FLUSH);
		*in = bytes_after(*in, given - z->avail_in);
		if (r == Z_STREAM_END) {
			unpack->between = true;
			r = inflateReset(z);
		}
	}
	if (r != Z_OK && r != Z_BUF_ERROR)
		unpack->error = r == Z_MEM_ERROR ? -ENOMEM : -EBADMSG;
	return room - z->avail_out;
}

static int
zstd_error(size_t r)
{
	switch ((int)ZSTD_getErrorCode(r)) {
	case ZSTD_error_no_error: return 0;
	case ZSTD_error_frameParameter_windowTooLarge:
	case ZSTD_error_memory_allocation: return -ENOMEM;
	default: return -EBADMSG;
	}
}

/* A call that fails forgets the good output that it made as well. So the decoder is given no input
 * while it holds output, and never a block together with the header of the next one, which is what
 * it asks for. */
static size_t
zstd_portion(const struct capture_inflate *unpack, size_t available)
{
	enum { FIRST_BYTES = 5, BLOCK_HEADER_BYTES = 3 };
	if (unpack->zstd_holds)
		return 0;
	size_t wanted = unpack->between ? FIRST_BYTES : unpack->zstd_wanted;
	if (wanted > BLOCK_HEADER_BYTES)
		wanted -= BLOCK_HEADER_BYTES;
	return wanted < available ? wanted : available;
}

static size_t
step_zstd(struct capture_inflate *unpack, struct bytes *in, uint8_t *out, size_t out_max)
{
	ZSTD_outBuffer to = {.dst = out, .size = out_max};
	bool moved = true;
	while (unpack->error == 0 && to.pos < to.size && moved && !(unpack->between && in->len == 0)) {
		ZSTD_inBuffer from = {.src = in->at, .size = zstd_portion(unpack, in->len)};
		size_t out_before = to.pos;
		size_t r = ZSTD_decompressStream(unpack->zstd, &to, &from);
		unpack->error = zstd_error(r);
		unpack->between = r == 0;
		unpack->zstd_wanted = r;
		moved = from.pos > 0 || to.pos != out_before || (unpack->zstd_holds && to.pos < to.size);
		unpack->zstd_holds = to.pos == to.size;
		*in = bytes_after(*in, from.pos);
	}
	return to.pos;
}

static size_t
step_xz(struct capture_inflate *unpack, struct bytes *in, enum capture_inflate_input input, uint8_t *out, size_t out_max)
{
	lzma_stream *x = &unpack->xz;
	x->next_in = in->at;
	x->avail_in = in->len;
	x->next_out = out;
	x->avail_out = out_max;
	lzma_ret r = LZMA_OK;
	while (r == LZMA_OK && x->avail_out > 0 && (x->avail_in > 0 || input == CAPTURE_INFLATE_LAST))
		r = lzma_code(x, input == CAPTURE_INFLATE_LAST ? LZMA_FINISH : LZMA_RUN);
	*in = bytes_after(*in, in->len - x->avail_in);
	unpack->between = r == LZMA_STREAM_END;
	if (r == LZMA_MEM_ERROR || r == LZMA_MEMLIMIT_ERROR)
		unpack->error = -ENOMEM;
	else if (r != LZMA_OK && r != LZMA_STREAM_END && r != LZMA_BUF_ERROR)
		unpack->error = -EBADMSG;
	return out_max - x->avail_out;
}

long
capture_inflate_step(
    struct capture_inflate *unpack, struct bytes *in, enum capture_inflate_input input, uint8_t *out, size_t out_max)
{
	size_t written = 0;
	if (unpack->error != 0)
		return unpack->error;
	switch (unpack->packing) {
	case CAPTURE_PACKING_GZIP: written = step_gzip(unpack, in, out, out_max); break;
	case CAPTURE_PACKING_ZSTD: written = step_zstd(unpack, in, out, out_max); break;
	case CAPTURE_PACKING_XZ: written = step_xz(unpack, in, input, out, out_max); break;
	case CAPTURE_PACKING_PLAIN: break;
	}
	if (written > 0)
		return (long)written;
	if (unpack->error == 0 && input == CAPTURE_INFLATE_LAST && !unpack->between)
		unpack->error = -EPIPE;
	return unpack->error;
}
