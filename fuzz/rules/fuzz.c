/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/rules - a file of rules, as hostile as it likes.
 *
 * Oracles: each rule in the file has one outcome; each problem has a reason and a place inside the file; what was loaded keeps the
 * limits that the compiler counts on; the same file twice gives no rule more, since all sids are taken.
 */
#include "core/ensure.h"
#include "detect/rules/rule_set.h"

#include <stdlib.h>

enum { ARENA_BYTES = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_rule(const struct rule *r)
{
	ENSURE(r->sid != 0 && r->priority != 0);
	ENSURE(r->source.is_any || r->source.count > 0);
	ENSURE(r->target.is_any || r->target.count > 0);
	for (size_t i = 1; i < r->source.count; i++) /* sorted, apart */
		ENSURE(addr_compare(&r->source.nets[i - 1].high, &r->source.nets[i].low) < 0);
	for (size_t i = 0; i < r->match_count; i++) {
		ENSURE(r->matches[i].buffer < r->buffer_count);
		if (r->matches[i].kind == RULE_CONTENT)
			ENSURE(
			    r->matches[i].u.content.bytes.len > 0 && r->matches[i].u.content.bytes.len <= RULE_CONTENT_MAX);
	}
	for (size_t i = 0; i < r->buffer_count; i++)
		ENSURE(r->buffers[i].view < VIEWS && r->buffers[i].transform_count <= RULE_TRANSFORMS_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rule_set set; /* its tables are large: made once */
	static bool made;
	struct diag diag = {0};
	if (!made)
		ENSURE(rule_set_init(&set, ARENA_BYTES) == 0);
	made = true;
	rule_set_clear(&set);
	ENSURE(rule_set_read(&set, "a.rules", (struct bytes){data, size}, &diag) == 0);
	size_t lines = 1, problems = 0;
	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	for (size_t i = 0; i < set.count; i++)
		check_rule(set.rules[i]);
	for (size_t i = 0; i < set.problem_count; i++) {
		const struct rule_problem *p = &set.problems[i];
		ENSURE(p->reason_cstr[0] != '\0' && p->line >= 1 && p->line <= lines && p->column >= 1);
		problems += p->outcome != RULE_LOADED_PARTLY;
	}
	ENSURE(problems == set.outcomes[RULE_WRONG] + set.outcomes[RULE_NOT_DONE]);
	ENSURE(set.count == set.outcomes[RULE_LOADED] + set.outcomes[RULE_LOADED_PARTLY]);
	size_t all = set.count, out = set.outcomes[RULE_NOT_DONE];
	rule_set_close(&set);
	ENSURE(all - set.count == set.outcomes[RULE_NOT_DONE] - out);
	ENSURE(set.count == set.outcomes[RULE_LOADED] + set.outcomes[RULE_LOADED_PARTLY]);
	size_t count = set.count;
	ENSURE(rule_set_read(&set, "b.rules", (struct bytes){data, size}, &diag) == 0);
	ENSURE(set.count == count);
	return 0;
}
