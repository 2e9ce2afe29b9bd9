/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/wording - requirements somebody wrote, as a table (after a first byte 't') or as YAML, and what is wrong with their words.
 *
 * Oracles: refused with a line of the file and a reason, or each finding is of a requirement that is there, its words are inside a
 * text of it, findings are in order, and who contradicts is contradicted.
 */
#include "core/ensure.h"
#include "study/wording.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const unsigned char wording_yaml[];
extern const size_t wording_yaml_len;

static void
check(const struct wording_list *list, const struct wording_findings *found)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct wording_finding *f = &found->items[i];
		ENSURE(f->requirement < list->count && f->problem <= WORDING_CONTRADICTION);
		ENSURE(f->other == SIZE_MAX || (f->other < list->count && f->other != f->requirement));
		ENSURE(i == 0 || found->items[i - 1].requirement <= f->requirement);
		const struct wording_requirement *q = &list->items[f->requirement];
		const char *word_cstr = (const char *)f->word.at;
		if (f->word.len > 0 && f->problem != WORDING_OPEN)
			ENSURE(
			    (word_cstr >= q->text_cstr && word_cstr + f->word.len <= q->text_cstr + strlen(q->text_cstr)) ||
			    word_cstr == q->verification_cstr);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena, words_arena;
	static const struct wording_words *words;
	struct diag diag = {0};
	struct wording_list list = {0};
	struct wording_findings found = {0};
	if (arena.start == NULL)
		ENSURE(arena_init(&arena, 64 << 20) == 0 && arena_init(&words_arena, 16 << 20) == 0 &&
		    wording_words_read(
		        &words_arena, (struct bytes){wording_yaml, wording_yaml_len}, "w.yaml", &words, &diag) == 0);
	arena_reset(&arena);
	bool table = size > 0 && data[0] == 't';
	int r = wording_read(
	    &arena, bytes_after((struct bytes){data, size}, table), table ? "mine.csv" : "mine.yaml", &list, &diag);
	if (r < 0) {
		ENSURE(list.items == NULL && diag.text_cstr[0] != '\0' && diag.line > 0);
		return 0;
	}
	if (wording_check(&arena, words, &list, &found) == 0)
		check(&list, &found);
	return 0;
}
