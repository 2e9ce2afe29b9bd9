/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/rules/rule_tags.h"

static struct rule_tags *tags;
static struct view_flow flows[2] = {{.id = 7}, {.id = 8}};
static const struct addr hosts[] = {{.at = {[15] = 1}}, {.at = {[15] = 2}}, {.at = {[15] = 3}}};
#define SECOND INT64_C(1000000000)

static int
set_up(void **state)
{
	(void)state;
	tags = rule_tags_new(1);
	return tags == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	rule_tags_free(tags);
	return 0;
}

/* Whether a packet of a flow, between two hosts, is kept. */
static bool
caught(size_t flow, size_t from, size_t to, uint64_t number, int64_t time_ns, size_t bytes)
{
	static const uint8_t room[100];
	struct view_packet p = {.flow = &flows[flow],
	    .source = hosts[from],
	    .target = hosts[to],
	    .number = number,
	    .time_ns = time_ns,
	    .payload = {room, bytes}};
	return rule_tags_catch(tags, &p);
}

static void
so_many_packets_of_the_flow_follow(void **state)
{
	(void)state;
	const struct rule_tag tag = {.session = true, .metric = RULE_TAG_PACKETS, .count = 2};
	assert_false(caught(0, 0, 1, 1, 0, 1));
	rule_tags_begin(tags, &tag, 7, &hosts[0], 0, 2);
	assert_false(caught(0, 0, 1, 2, 0, 1)); /* the packet itself is in the alert */
	assert_false(caught(1, 0, 1, 3, 0, 1)); /* another flow of the same hosts */
	assert_true(caught(0, 0, 1, 4, 0, 1));
	assert_true(caught(0, 1, 0, 5, 0, 1)); /* both ways */
	assert_false(caught(0, 0, 1, 6, 0, 1));
}

static void
a_machine_is_tagged_for_a_time_or_for_so_many_bytes(void **state)
{
	(void)state;
	const struct rule_tag seconds = {.metric = RULE_TAG_SECONDS, .count = 10},
	                      bytes = {.metric = RULE_TAG_BYTES, .count = 150};
	rule_tags_begin(tags, &seconds, 0, &hosts[0], 5 * SECOND, 1);
	assert_true(caught(1, 2, 0, 2, 15 * SECOND, 0)); /* to it as well */
	assert_false(caught(1, 1, 2, 3, 15 * SECOND, 0));
	assert_false(caught(1, 0, 1, 4, 16 * SECOND, 0));
	rule_tags_begin(tags, &bytes, 0, &hosts[1], 0, 4);
	assert_true(caught(1, 1, 2, 5, 0, 100));
	assert_true(caught(1, 1, 2, 6, 0, 100));
	assert_false(caught(1, 1, 2, 7, 0, 1));
}

static void
no_tag_lasts_for_ever(void **state)
{
	(void)state;
	const struct rule_tag all = {.session = true, .metric = RULE_TAG_SECONDS, .count = UINT32_MAX};
	size_t kept = 0;
	rule_tags_begin(tags, &all, 8, &hosts[0], 0, 0);
	for (uint64_t i = 1; i < 5000; i++)
		kept += caught(1, 0, 1, i, 0, 0);
	assert_int_equal(kept, RULE_TAG_PACKETS_MAX);
	rule_tags_begin(tags, &all, 0, &hosts[0], 0, 0); /* of a session that there is not */
	assert_false(caught(0, 0, 1, 9000, 0, 0));
}

static void
flows_do_not_take_each_others_place(void **state)
{
	(void)state;
	enum { FLOWS = 300 };
	const struct rule_tag one = {.session = true, .metric = RULE_TAG_PACKETS, .count = 1};
	for (uint64_t i = 1; i <= FLOWS; i++)
		rule_tags_begin(tags, &one, i << 20, &hosts[0], 0, i);
	for (uint64_t i = 1; i <= FLOWS; i++) {
		struct view_flow flow = {.id = i << 20};
		struct view_packet p = {.flow = &flow, .source = hosts[1], .target = hosts[2], .number = FLOWS + i};
		if (!rule_tags_catch(tags, &p))
			fail_msg("flow %zu was forgotten", (size_t)i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(so_many_packets_of_the_flow_follow, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_machine_is_tagged_for_a_time_or_for_so_many_bytes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(no_tag_lasts_for_ever, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(flows_do_not_take_each_others_place, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
