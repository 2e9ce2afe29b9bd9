/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Content codings and multipart bodies. The first byte says which: what comes out is the same however it is cut, and stays within bounds. */
#include "proto/coding.h"
#include "proto/multipart.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BOMB = 200000 };
static const struct coding_limits limits = {.bomb_bytes = BOMB, .lzma_bytes = 1048576};

struct sum {
	uint64_t bytes, hash;
};

static void
must(bool condition)
{
	if (!condition)
		abort();
}

static void
add(void *context, struct bytes decoded)
{
	struct sum *sum = context;
	must(decoded.len > 0);
	for (size_t i = 0; i < decoded.len; i++)
		sum->hash = (sum->hash ^ decoded.at[i]) * 1099511628211U;
	sum->bytes += decoded.len;
}

static struct sum
undo(struct coding_pool *pool, const uint8_t *kinds, size_t count, struct bytes data, size_t piece, uint32_t *notes)
{
	struct sum sum = {0};
	struct coding coding;
	const struct coding_taker taker = {add, &sum};
	uint64_t len = data.len;
	coding_open(pool, &coding, kinds, count, &limits);
	while (data.len > 0) {
		struct bytes part = bytes_first(data, piece);
		coding_add(pool, &coding, part, &limits, &taker);
		data = bytes_after(data, part.len);
	}
	coding_end(pool, &coding, &limits, &taker);
	*notes = coding.notes;
	coding_close(pool, &coding);
	must(sum.bytes <= BOMB + 2048 * (len + 1) + 8192);
	return sum;
}

static void
check_codings(uint8_t choice, struct bytes data)
{
	static struct coding_pool *pool;
	if (pool == NULL)
		pool = coding_pool_new(64 * 1024 * 1024);
	const uint8_t kinds[2] = {choice & 3, choice >> 2 & 3};
	uint32_t notes, again;
	struct sum whole = undo(pool, kinds, 1 + (choice >> 4 & 1), data, SIZE_MAX, &notes);
	struct sum cut = undo(pool, kinds, 1 + (choice >> 4 & 1), data, 7, &again);
	if (((notes | again) & CODING_BOMB) == 0) /* which depends on what had come by then */
		must(whole.bytes == cut.bytes && whole.hash == cut.hash && notes == again);
}

static struct sum
take_apart(struct bytes data, size_t piece)
{
	struct sum sum = {0};
	struct multipart m;
	multipart_init(&m, BYTES("b"));
	while (data.len > 0) {
		struct bytes part = bytes_first(data, piece), out;
		data = bytes_after(data, part.len);
		for (enum multipart_what what = multipart_next(&m, &part, &out); what != MULTIPART_NEED;
		     what = multipart_next(&m, &part, &out)) {
			if (what != MULTIPART_DATA) {
				const uint8_t mark = (uint8_t)(0x80 | what);
				add(&sum, (struct bytes){&mark, 1});
			}
			if (out.len > 0)
				add(&sum, out);
		}
		must(part.len == 0);
	}
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct bytes rest = {data + 1, size - 1};
	if ((data[0] & 0x80) == 0) {
		check_codings(data[0], rest);
	} else {
		struct sum whole = take_apart(rest, SIZE_MAX), cut = take_apart(rest, 1);
		must(whole.bytes == cut.bytes && whole.hash == cut.hash);
	}
	return 0;
}
