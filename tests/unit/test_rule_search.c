/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/rules/rule_program.h"

#include <errno.h>

/* Hyperscan refuses the third, whose flag is only for expressions; the fourth is empty. */
static const char *texts[] = {"alpha", "beta", "gamma", ""};
static size_t lengths[] = {5, 4, 5, 0};
static unsigned flags[] = {HS_FLAG_SINGLEMATCH, HS_FLAG_SINGLEMATCH | HS_FLAG_CASELESS, HS_FLAG_UCP, 0};
static const struct rule_patterns two = {2, texts, lengths, flags}, four = {4, texts, lengths, flags};

static int
on_found(unsigned id, unsigned long long from, unsigned long long to, unsigned options, void *context)
{
	(void)from;
	(void)to;
	(void)options;
	*(unsigned *)context |= 1u << id;
	return 0;
}

/* Which ids are found, a bit each. */
static unsigned
scan(const struct rule_search *s, const char *text_cstr)
{
	hs_scratch_t *scratch = NULL;
	unsigned found = 0;
	assert_int_equal(hs_alloc_scratch(s->database, &scratch), HS_SUCCESS);
	assert_int_equal(
	    hs_scan(s->database, text_cstr, (unsigned)strlen(text_cstr), 0, scratch, on_found, &found), HS_SUCCESS);
	hs_free_scratch(scratch);
	return found;
}

static struct bytes
entry_of(const struct rule_patterns *patterns)
{
	struct rule_search s;
	struct diag diag = {0};
	uint8_t key[RULE_SEARCH_KEY], *whole;
	size_t len;
	rule_search_key(patterns, key);
	assert_int_equal(rule_search_compile(patterns, &s, &diag), 0);
	assert_int_equal(rule_search_write(key, &s, &whole, &len), 0);
	hs_free_database(s.database);
	return (struct bytes){whole, len};
}

static void
an_entry_finds_what_its_patterns_say(void **state)
{
	(void)state;
	struct bytes whole = entry_of(&two);
	struct cursor c = cursor_of(whole);
	struct rule_search_entry entry;
	struct rule_search s;
	uint8_t key[RULE_SEARCH_KEY];
	assert_int_equal(rule_search_read(&c, &entry), PARSE_OK);
	assert_int_equal(c.left, 0);
	assert_bytes_equal(entry.whole, whole);
	rule_search_key(&two, key);
	assert_memory_equal(entry.key, key, RULE_SEARCH_KEY);
	assert_int_equal(rule_search_open(&entry, &two, &s), 0);
	assert_int_equal(scan(&s, "xx alpha BETA"), 3);
	assert_int_equal(scan(&s, "ALPHA bet"), 0);
	hs_free_database(s.database);
	test_heap_free(whole);
}

static void
a_pattern_that_is_refused_does_not_cost_the_others(void **state)
{
	(void)state;
	struct bytes whole = entry_of(&four);
	struct cursor c = cursor_of(whole);
	struct rule_search_entry entry;
	struct rule_search s;
	assert_int_equal(rule_search_read(&c, &entry), PARSE_OK);
	assert_int_equal(rule_search_open(&entry, &four, &s), 0);
	assert_int_equal(s.refused_count, 2);
	assert_int_equal(s.refused[0], 2);
	assert_int_equal(s.refused[1], 3);
	assert_int_equal(scan(&s, "alpha beta"), 3);
	hs_free_database(s.database);
	assert_int_equal(rule_search_open(&entry, &two, &s), -EBADMSG); /* it speaks of a third, which these have not */
	test_heap_free(whole);
}

static void
another_pattern_or_flag_is_another_key(void **state)
{
	(void)state;
	uint8_t keys[5][RULE_SEARCH_KEY];
	const char *moved[] = {"alphab", "eta"};
	size_t moved_lengths[] = {6, 3}, shorter[] = {5, 3};
	unsigned other_flags[] = {HS_FLAG_SINGLEMATCH, HS_FLAG_SINGLEMATCH};
	rule_search_key(&two, keys[0]);
	rule_search_key(&four, keys[1]);
	rule_search_key(&(struct rule_patterns){2, texts, lengths, other_flags}, keys[2]);
	rule_search_key(&(struct rule_patterns){2, moved, moved_lengths, flags}, keys[3]);
	rule_search_key(&(struct rule_patterns){2, texts, shorter, flags}, keys[4]);
	for (size_t i = 0; i < LENGTH_OF(keys); i++)
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(keys[i], keys[k], RULE_SEARCH_KEY);
}

static void
damage_anywhere_is_noticed(void **state)
{
	(void)state;
	struct bytes whole = entry_of(&four), copy = test_heap(whole);
	uint8_t *bytes = (uint8_t *)(uintptr_t)copy.at;
	struct rule_search_entry entry;
	for (size_t i = 0; i < whole.len; i++) {
		bytes[i] ^= 0x10;
		struct cursor c = cursor_of(copy);
		assert_int_not_equal(rule_search_read(&c, &entry), PARSE_OK);
		bytes[i] ^= 0x10;
	}
	test_heap_free(copy);
	for (size_t len = 0; len < whole.len; len++) {
		struct bytes cut = test_heap(bytes_first(whole, len));
		struct cursor c = cursor_of(cut);
		assert_int_equal(rule_search_read(&c, &entry), PARSE_SHORT);
		test_heap_free(cut);
	}
	test_heap_free(whole);
}

/* ---- Programs whose databases come from elsewhere ---- */

struct elsewhere {
	unsigned asked;
	int answer;
	uint32_t refuse; /* this pattern of each search; UINT32_MAX: none */
};

static int
from_elsewhere(void *context, const struct rule_patterns *patterns, struct rule_search *out, struct diag *diag)
{
	struct elsewhere *e = context;
	e->asked++;
	if (e->answer < 0)
		return e->answer;
	int r = rule_search_compile(patterns, out, diag);
	if (r == 0 && e->refuse < patterns->count)
		out->refused[out->refused_count++] = e->refuse;
	return r;
}

static const char rules[] = "alert http any any -> any any (http.uri; content:\"/aa\"; sid:1;)\n"
                            "alert http any any -> any any (http.uri; content:\"/bb\"; sid:2;)\n"
                            "alert http any any -> any any (http.user_agent; content:\"cc\"; pcre:\"/c+/\"; sid:3;)\n";

static size_t
unsearched(struct elsewhere *e, uint32_t *sid, int wanted)
{
	struct rule_set set;
	struct rule_program *p;
	struct diag diag = {0};
	assert_int_equal(rule_set_init(&set, 16 << 20), 0);
	assert_int_equal(rule_set_read(&set, "a.rules", bytes_of_cstr(rules), &diag), 0);
	assert_int_equal(set.count, 3);
	assert_int_equal(rule_program_plan(&set, RULE_PROGRAM_TO_RUN, &p, &diag), 0);
	assert_int_equal(rule_program_search(p, &(struct rule_search_source){from_elsewhere, e}, &diag), wanted);
	size_t count = p->unsearched.count;
	if (count > 0)
		*sid = p->signatures[p->unsearched.signatures[0]].rule->sid;
	rule_program_free(p);
	rule_set_done(&set);
	return count;
}

static void
databases_may_come_from_elsewhere(void **state)
{
	(void)state;
	uint32_t sid = 0;
	struct elsewhere good = {.refuse = UINT32_MAX}, none = {.answer = -ENOENT}, ends = {.answer = -EPIPE},
	                 one = {.refuse = 1};
	assert_int_equal(unsearched(&good, &sid, 0), 0);
	assert_int_equal(good.asked, 2);
	assert_int_equal(unsearched(&none, &sid, 0), 3); /* all are named, and nothing else fails */
	assert_int_equal(unsearched(&ends, &sid, -EPIPE), 0);
	assert_int_equal(ends.asked, 1);
	assert_int_equal(unsearched(&one, &sid, 0), 1);
	assert_int_equal(sid, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_entry_finds_what_its_patterns_say),
	    cmocka_unit_test(a_pattern_that_is_refused_does_not_cost_the_others),
	    cmocka_unit_test(another_pattern_or_flag_is_another_key),
	    cmocka_unit_test(damage_anywhere_is_noticed),
	    cmocka_unit_test(databases_may_come_from_elsewhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
