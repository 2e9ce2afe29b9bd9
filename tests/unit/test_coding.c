/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "proto/coding.h"

#include <brotli/encode.h>
#include <lzma.h>
#include <zlib.h>

enum { OUT_MAX = 8 * 1024 * 1024 };

static const struct coding_limits usual = {.bomb_bytes = 1048576, .lzma_bytes = 1048576};
static struct coding_pool *pool;
static uint8_t *out, *second;
static size_t out_len;

static int
set_up(void **state)
{
	(void)state;
	pool = coding_pool_new(64 * 1024 * 1024);
	out = malloc(OUT_MAX);
	second = malloc(OUT_MAX);
	return pool == NULL || out == NULL || second == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	coding_pool_free(pool);
	free(out);
	free(second);
	return 0;
}

static void
gather(void *context, struct bytes decoded)
{
	(void)context;
	assert_true(decoded.len > 0);
	size_t n = decoded.len < OUT_MAX - out_len ? decoded.len : OUT_MAX - out_len;
	memcpy(out + out_len, decoded.at, n);
	out_len += n;
}

static const struct coding_taker gatherer = {gather, NULL};

/* Undoes what is cut into pieces; the notes. */
static uint32_t
undo(const uint8_t *kinds, size_t count, struct bytes data, size_t piece, const struct coding_limits *limits)
{
	struct coding coding;
	out_len = 0;
	coding_open(pool, &coding, kinds, count, limits);
	while (data.len > 0) {
		struct bytes part = test_heap(bytes_first(data, piece));
		coding_add(pool, &coding, part, limits, &gatherer);
		data = bytes_after(data, part.len);
		test_heap_free(part);
	}
	coding_end(pool, &coding, limits, &gatherer);
	uint32_t notes = coding.notes;
	coding_close(pool, &coding);
	return notes;
}

/* window_bits: as deflateInit2 takes it. */
static struct bytes
deflated(struct bytes plain, int window_bits, uint8_t *to)
{
	z_stream z = {0};
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)plain.at;
	z.avail_in = (uInt)plain.len;
	z.next_out = to;
	z.avail_out = OUT_MAX;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return (struct bytes){to, OUT_MAX - z.avail_out};
}

static struct bytes
some_text(void)
{
	static uint8_t text[20000];
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)("abcdefghij"[i % 10] + (int)(i / 997 % 7));
	return (struct bytes){text, sizeof(text)};
}

static void
each_coding_is_undone_however_it_is_cut(void **state)
{
	(void)state;
	static const struct {
		uint8_t kind;
		int window_bits;
		const char *why;
	} rows[] = {
	    {CODING_GZIP, 31, "gzip"},
	    {CODING_DEFLATE, 15, "with the header of zlib"},
	    {CODING_DEFLATE, -15, "without"},
	    {CODING_GZIP, -15, "deflate that is named gzip"},
	    {CODING_DEFLATE, 31, "gzip that is named deflate"},
	};
	static const size_t pieces[] = {1, 7, 256, 257, 100000};
	for (size_t length = 0; length <= 20000; length = length == 0 ? 1 : length * 27)
		for (size_t i = 0; i < LENGTH_OF(rows); i++)
			for (size_t p = 0; p < LENGTH_OF(pieces); p++) {
				struct bytes plain = bytes_first(some_text(), length);
				struct bytes coded = deflated(plain, rows[i].window_bits, second);
				if (undo(&rows[i].kind, 1, coded, pieces[p], &usual) != 0 ||
				    !bytes_eq((struct bytes){out, out_len}, plain))
					fail_msg(
					    "%s: %zu bytes in pieces of %zu: %zu", rows[i].why, length, pieces[p], out_len);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_coding_is_undone_however_it_is_cut),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
