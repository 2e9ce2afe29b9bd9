/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/searches - entries of compiled rules, as a cache or a compiler that is not trusted would give them.
 *
 * Oracles: an entry lies inside its bytes; its form written again is the same; what is cut off it is not taken for one; what is
 * wrong with one entry ends the reading. A database in it is opened for patterns that it was not made of.
 */
#include "core/ensure.h"
#include "core/writer.h"
#include "detect/rules/rule_search.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_entry(const struct rule_search_entry *e, struct bytes rest)
{
	uint8_t head[8 + RULE_SEARCH_KEY + 4 + 4 * RULE_SEARCH_REFUSED_MAX + 8];
	struct writer w = writer_of(head, sizeof(head));
	ENSURE(e->whole.at == rest.at && e->whole.len <= rest.len && e->database.len < e->whole.len);
	ENSURE(e->database.at + e->database.len == e->whole.at + e->whole.len);
	writer_put(&w, bytes_first(e->whole, 8));
	writer_put(&w, (struct bytes){e->key, RULE_SEARCH_KEY});
	writer_be32(&w, e->refused_count);
	for (size_t i = 0; i < e->refused_count; i++)
		writer_be32(&w, e->refused[i]);
	writer_be64(&w, e->database.len);
	ENSURE(writer_ok(&w) && bytes_eq(writer_written(&w), bytes_first(e->whole, w.len)));
	ENSURE(w.len + 32 + e->database.len == e->whole.len);
	struct rule_search_entry other;
	struct cursor cut = cursor_of(bytes_first(e->whole, e->whole.len - 1));
	ENSURE(rule_search_read(&cut, &other) == PARSE_SHORT);
}

static void
open_entry(const struct rule_search_entry *e)
{
	const char *texts[] = {"a", "bc", "def"};
	size_t lengths[] = {1, 2, 3};
	unsigned flags[] = {0, 0, 0};
	struct rule_patterns patterns = {3, texts, lengths, flags};
	struct rule_search search;
	if (rule_search_open(e, &patterns, &search) < 0)
		return;
	ENSURE(search.refused_count <= 3 && (search.database != NULL) == (e->database.len > 0));
	(void)hs_free_database(search.database);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of((struct bytes){data, size});
	struct rule_search_entry entry;
	for (struct bytes rest = cursor_rest(&c); rule_search_read(&c, &entry) == PARSE_OK; rest = cursor_rest(&c)) {
		check_entry(&entry, rest);
		open_entry(&entry);
	}
	ENSURE(c.left == 0);
	return 0;
}
