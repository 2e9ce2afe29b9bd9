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

static void
brotli_and_lzma_are_undone(void **state)
{
	(void)state;
	static const uint8_t br[] = {CODING_BROTLI}, lzma[] = {CODING_LZMA};
	struct bytes plain = some_text();
	size_t len = OUT_MAX, at = 0;
	assert_true(BrotliEncoderCompress(5, 22, BROTLI_MODE_GENERIC, plain.len, plain.at, &len, second));
	for (size_t piece = 1; piece < 1000; piece *= 9) {
		assert_int_equal(undo(br, 1, (struct bytes){second, len}, piece, &usual), 0);
		assert_bytes_equal(((struct bytes){out, out_len}), plain);
	}
	lzma_options_lzma options;
	lzma_stream coder = LZMA_STREAM_INIT;
	assert_false(lzma_lzma_preset(&options, 0));
	options.dict_size = 65536;
	assert_int_equal(lzma_alone_encoder(&coder, &options), LZMA_OK);
	coder.next_in = plain.at;
	coder.avail_in = plain.len;
	coder.next_out = second;
	coder.avail_out = OUT_MAX;
	assert_int_equal(lzma_code(&coder, LZMA_FINISH), LZMA_STREAM_END);
	at = coder.total_out;
	lzma_end(&coder);
	for (size_t piece = 1; piece < 1000; piece *= 9) {
		assert_int_equal(undo(lzma, 1, (struct bytes){second, at}, piece, &usual), 0);
		assert_bytes_equal(((struct bytes){out, out_len}), plain);
	}
	static const struct coding_limits poor = {.bomb_bytes = 1048576, .lzma_bytes = 1000};
	assert_int_equal(undo(lzma, 1, (struct bytes){second, at}, 999, &poor), CODING_LZMA_LIMIT);
}

static void
layers_are_undone_in_turn(void **state)
{
	(void)state;
	static const uint8_t kinds[] = {CODING_DEFLATE, CODING_GZIP, CODING_DEFLATE};
	struct bytes plain = some_text();
	uint8_t *inner = malloc(OUT_MAX), *middle = malloc(OUT_MAX);
	assert_true(inner != NULL && middle != NULL);
	struct bytes coded = deflated(deflated(deflated(plain, 15, inner), 31, middle), -15, second);
	for (size_t piece = 1; piece < 1000; piece *= 9) {
		assert_int_equal(undo(kinds, 3, coded, piece, &usual), 0);
		assert_bytes_equal(((struct bytes){out, out_len}), plain);
	}
	free(inner);
	free(middle);
}

static void
what_is_not_coded_is_passed_on(void **state)
{
	(void)state;
	static const struct bytes plains[] = {
	    {(const uint8_t *)"X5O!P%@AP[4", 11}, {(const uint8_t *)"<html><body>hello", 17}};
	static const uint8_t kinds[] = {CODING_GZIP, CODING_DEFLATE, CODING_LZMA};
	for (size_t i = 0; i < LENGTH_OF(plains); i++)
		for (size_t k = 0; k < 2; k++) {
			assert_int_equal(undo(&kinds[k], 1, plains[i], 3, &usual), CODING_DAMAGED);
			assert_bytes_equal(((struct bytes){out, out_len}), plains[i]);
		}
	struct bytes text = bytes_first(some_text(), 3000);
	for (size_t k = 0; k < LENGTH_OF(kinds); k++) {
		assert_int_equal(undo(&kinds[k], 1, text, 100, &usual) & CODING_DAMAGED, CODING_DAMAGED);
		assert_bytes_equal(((struct bytes){out, out_len}), text);
	}
}

static void
what_was_decoded_before_a_damage_is_given(void **state)
{
	(void)state;
	static const uint8_t gzip[] = {CODING_GZIP};
	struct bytes plain = some_text();
	struct bytes coded = deflated(plain, 31, second);
	assert_int_equal(undo(gzip, 1, bytes_first(coded, coded.len - 9), 100, &usual), 0); /* cut */
	assert_true(out_len > plain.len / 2 && memcmp(out, plain.at, out_len) == 0);
	second[coded.len - 1] ^= 0xff; /* the length at the end is not compared */
	assert_int_equal(undo(gzip, 1, coded, 100, &usual), 0);
	assert_bytes_equal(((struct bytes){out, out_len}), plain);
	/* A header of gzip with flags that lie. */
	second[3] = 0xe0;
	assert_int_equal(undo(gzip, 1, coded, 100, &usual), 0);
	assert_bytes_equal(((struct bytes){out, out_len}), plain);
}

static void
a_bomb_is_stopped(void **state)
{
	(void)state;
	static const uint8_t kinds[] = {CODING_GZIP, CODING_GZIP};
	static const struct coding_limits tight = {.bomb_bytes = 100000, .lzma_bytes = 1048576};
	uint8_t *zeros = calloc(1, OUT_MAX), *inner = malloc(OUT_MAX);
	assert_true(zeros != NULL && inner != NULL);
	struct bytes coded = deflated(deflated((struct bytes){zeros, OUT_MAX}, 31, inner), 31, second);
	assert_int_equal(undo(kinds, 2, coded, 100, &tight), CODING_BOMB);
	assert_true(out_len <= 2048 * coded.len + 100000);
	free(zeros);
	free(inner);
}

static void
who_finds_no_room_has_its_bytes_passed_on(void **state)
{
	(void)state;
	static const uint8_t gzip[] = {CODING_GZIP};
	struct coding_pool *own = pool;
	struct coding held;
	pool = coding_pool_new(1); /* one room */
	coding_open(pool, &held, gzip, 1, &usual);
	struct bytes coded = deflated(some_text(), 31, second);
	assert_int_equal(undo(gzip, 1, coded, 100, &usual), CODING_NO_ROOM);
	assert_bytes_equal(((struct bytes){out, out_len}), coded);
	coding_close(pool, &held);
	assert_int_equal(undo(gzip, 1, coded, 100, &usual), 0);
	coding_pool_free(pool);
	pool = own;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_coding_is_undone_however_it_is_cut),
	    cmocka_unit_test(brotli_and_lzma_are_undone),
	    cmocka_unit_test(layers_are_undone_in_turn),
	    cmocka_unit_test(what_is_not_coded_is_passed_on),
	    cmocka_unit_test(what_was_decoded_before_a_damage_is_given),
	    cmocka_unit_test(a_bomb_is_stopped),
	    cmocka_unit_test(who_finds_no_room_has_its_bytes_passed_on),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
