/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/events - lines of events as they are kept and searched, and blocks that somebody altered.
 *
 * The first byte chooses. 'q': a query, then lines. Oracles: a line that has what is searched has all its words in the filter of its
 * block, and the needle in its text unless the block says otherwise; a block comes back as it went in. Otherwise: the row of a block,
 * which is refused or gives as many bytes as it says.
 */
#include "core/cursor.h"
#include "core/ensure.h"
#include "dossier/events_block.h"
#include "dossier/events_counts.h"
#include "dossier/events_filter.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct events_press *press; /* both for all runs: they are large */
static struct events_counts *counts;

static bool
has_needle(const struct events_query *q, struct bytes line)
{
	char *lower = malloc(line.len + 1);
	ENSURE(lower != NULL);
	for (size_t i = 0; i < line.len; i++)
		lower[i] = (char)bytes_lower(line.at[i]);
	bool has = memmem(lower, line.len, q->needle, q->needle_len) != NULL;
	free(lower);
	return has;
}

static void
check_block(const struct events_block *b, struct bytes wanted)
{
	struct events_packed packed;
	struct bytes text, line;
	uint64_t lines = 0;
	ENSURE(events_block_pack(press, b, &packed) == 0);
	uint8_t *kept = malloc(packed.data.len + 1);
	ENSURE(kept != NULL);
	memcpy(kept, packed.data.at, packed.data.len);
	ENSURE(events_block_unpack(press, &b->head, (struct bytes){kept, packed.data.len}, &text) == 0);
	ENSURE(bytes_eq(text, wanted));
	while (events_block_last(&text, &line))
		lines++;
	ENSURE(lines == b->head.count);
	free(kept);
}

static void
search(struct bytes input)
{
	static struct events_query q;
	struct json_value_list values = {0};
	struct events_block block = {0};
	struct bytes text = bytes_first(input, bytes_find(input, '\n'));
	bool asks = events_words_query(text, &q) == 0;
	bool found = false, without_needle = false;
	for (struct bytes rest = bytes_after(input, text.len + 1); rest.len > 0;) {
		struct bytes line = bytes_first(rest, bytes_find(rest, '\n'));
		const struct json_value *event;
		struct events_line known;
		struct diag diag;
		size_t wrong_at;
		rest = bytes_after(rest, line.len + 1);
		if (events_block_full(&block) || json_value_read(&values, line, &event, &wrong_at) < 0 ||
		    events_line_read(event, &known, &diag) < 0)
			continue;
		ENSURE(!known.is_flow || known.start_ns <= known.time_ns);
		ENSURE(events_block_add(&block, line, event, &known,
		           values.plain_used > 0 ? EVENTS_BLOCK_SOME_ESCAPE : EVENTS_BLOCK_NO_ESCAPE) == 0);
		counts->day_ns = known.time_ns - known.time_ns % (INT64_C(86400) * 1000000000);
		events_counts_add(counts, &known);
		if (!asks || !events_words_match(&q, event))
			continue;
		found = true;
		without_needle = without_needle || !has_needle(&q, line);
	}
	if (block.head.count > 0) {
		struct events_packed packed;
		check_block(&block, (struct bytes){block.text, block.head.bytes});
		ENSURE(events_block_pack(press, &block, &packed) == 0);
		for (size_t i = 0; i < q.hash_count && found; i++)
			ENSURE(events_filter_may_have(packed.filter, q.hashes[i]));
		ENSURE(!without_needle || (block.head.flags & (EVENTS_BLOCK_ESCAPES | EVENTS_BLOCK_ODD_ADDRESSES)) != 0);
	}
	events_counts_forget(counts);
	events_block_done(&block);
	json_value_list_done(&values);
}

static void
unpack(struct bytes input)
{
	struct cursor c = cursor_of(input);
	struct events_block_head head = {.count = cursor_u8(&c), .bytes = cursor_be24(&c)};
	struct bytes text = {0}, line;
	int r = events_block_unpack(press, &head, cursor_rest(&c), &text);
	ENSURE(r == 0 || r == -EBADMSG);
	ENSURE(r < 0 || (text.len == head.bytes && text.at[text.len - 1] == '\n'));
	while (events_block_last(&text, &line))
		ENSURE(bytes_find(line, '\n') == line.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (press == NULL) {
		press = events_block_press_new();
		counts = events_counts_new(0);
	}
	ENSURE(press != NULL && counts != NULL);
	if (size > 0 && data[0] == 'q')
		search((struct bytes){data + 1, size - 1});
	else if (size > 0)
		unpack((struct bytes){data + 1, size - 1});
	return 0;
}
