/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "net/decode/defrag.h"
#include "net/host_policy.h"

#include <errno.h>

static struct addr
address(const char *text_cstr)
{
	struct addr a;
	assert_true(addr_parse(bytes_of_cstr(text_cstr), &a));
	return a;
}

static int
add(struct host_policies *p, const char *text_cstr)
{
	struct diag diag;
	return host_policy_add(p, bytes_of_cstr(text_cstr), &diag);
}

static void
the_longest_prefix_that_holds_the_receiver_decides(void **state)
{
	(void)state;
	struct host_policies p = {0};
	struct diag diag;
	assert_int_equal(host_policy_default(&p, BYTES("bsd"), &diag), 0);
	assert_int_equal(add(&p, "Windows=10.0.0.0/8,2001:db8::/32"), 0);
	assert_int_equal(add(&p, "solaris=10.1.2.3"), 0);
	assert_int_equal(add(&p, "linux=10.1.0.0/17"), 0);
	assert_int_equal(add(&p, "last=10.1.0.0/17"), 0); /* said before: the first counts */
	static const struct {
		const char *receiver_cstr;
		enum reassembly_policy stream;
		enum overlap_policy fragments;
	} rows[] = {
	    {"10.255.0.1", REASSEMBLY_WINDOWS, OVERLAP_WINDOWS},
	    {"10.1.127.255", REASSEMBLY_LINUX, OVERLAP_LINUX},
	    {"10.1.128.0", REASSEMBLY_WINDOWS, OVERLAP_WINDOWS},
	    {"10.1.2.3", REASSEMBLY_SOLARIS, OVERLAP_SOLARIS},
	    {"11.0.0.1", REASSEMBLY_BSD, OVERLAP_BSD},
	    {"2001:db8:ffff::1", REASSEMBLY_WINDOWS, OVERLAP_WINDOWS},
	    {"2001:db9::1", REASSEMBLY_BSD, OVERLAP_BSD},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct addr a = address(rows[i].receiver_cstr);
		if (host_policy_of_stream(&p, &a) != rows[i].stream || host_policy_of_fragments(&p, &a) != rows[i].fragments)
			fail_msg("%s", rows[i].receiver_cstr);
	}
	struct host_policies nothing = {0};
	struct addr a = address("10.0.0.1");
	assert_int_equal(host_policy_of_stream(&nothing, &a), REASSEMBLY_FIRST);
	assert_int_equal(host_policy_of_fragments(&nothing, &a), OVERLAP_LINUX);
}

static void
what_is_no_policy_is_refused(void **state)
{
	(void)state;
	static const char *const rows[] = {"", "windows", "windows=", "plan9=10.0.0.0/8", "=10.0.0.0/8",
	    "windows=10.0.0.0/33", "windows=10.0.0.0/", "windows=10.0.0.0/-1", "windows=10.0.0",
	    "windows=10.0.0.0/8,,10.0.0.1", "windows=::/129"};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct host_policies p = {0};
		if (add(&p, rows[i]) != -EINVAL)
			fail_msg("%s", rows[i]);
	}
	struct host_policies p = {0};
	for (int i = 0; i < HOST_POLICY_MAX; i++)
		assert_int_equal(add(&p, "bsd=10.0.0.0/8"), 0);
	assert_int_equal(add(&p, "bsd=10.0.0.0/8"), -ENOSPC);
}

static void
policies_travel_between_roles(void **state)
{
	(void)state;
	struct host_policies p = {0}, read = {0};
	assert_int_equal(add(&p, "windows=10.0.0.0/8,10.1.0.0/16,2001:db8::/32"), 0);
	uint8_t room[256];
	struct writer w = writer_of(room, sizeof(room));
	host_policy_put(&w, &p);
	struct bytes sent = writer_written(&w);
	struct cursor c = cursor_of(sent);
	assert_int_equal(host_policy_get(&c, &read), PARSE_OK);
	assert_memory_equal(&read, &p, sizeof(p));
	for (size_t n = 0; n < sent.len; n++) {
		c = cursor_of(bytes_first(sent, n));
		assert_int_equal(host_policy_get(&c, &read), PARSE_SHORT);
	}
	room[0] = 200; /* no such system */
	c = cursor_of(sent);
	assert_int_equal(host_policy_get(&c, &read), PARSE_BAD);
	room[0] = 0;
	room[3 + 16] = 129; /* no such prefix */
	c = cursor_of(sent);
	assert_int_equal(host_policy_get(&c, &read), PARSE_BAD);
}

static enum overlap_policy
fragments_of(const void *context, const struct addr *receiver)
{
	return host_policy_of_fragments(context, receiver);
}

static void
fragments_are_put_together_as_their_receiver_would(void **state)
{
	(void)state;
	struct host_policies p = {0};
	assert_int_equal(add(&p, "first=10.0.0.1"), 0);
	assert_int_equal(add(&p, "last=10.0.0.2"), 0);
	struct defrag *d = defrag_new(&(struct decode_options){.overlap_of = fragments_of, .overlap_context = &p});
	assert_non_null(d);
	static const char *const receivers[] = {"10.0.0.1", "10.0.0.2"},
	                         *const wanted[] = {"AAAAAAAACCCCCCCC", "BBBBBBBBCCCCCCCC"};
	for (size_t i = 0; i < 2; i++) {
		static const struct {
			uint32_t offset;
			bool more;
			const char *data_cstr;
		} parts[] = {{0, true, "AAAAAAAA"}, {0, true, "BBBBBBBB"}, {8, false, "CCCCCCCC"}};
		struct defrag_outcome outcome = {0};
		for (size_t n = 0; n < LENGTH_OF(parts); n++) {
			struct defrag_fragment f = {.time_ns = 1,
			    .src = address("10.0.0.9"),
			    .dst = address(receivers[i]),
			    .id = 7,
			    .ip_version = 4,
			    .ip_proto = 17,
			    .more = parts[n].more,
			    .offset = parts[n].offset,
			    .data = bytes_of_cstr(parts[n].data_cstr)};
			defrag_begin_frame(d);
			outcome = defrag_add(d, &f);
		}
		assert_int_equal(outcome.result, DEFRAG_WHOLE);
		assert_memory_equal(outcome.datagram.at, wanted[i], 16);
	}
	defrag_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_longest_prefix_that_holds_the_receiver_decides),
	    cmocka_unit_test(what_is_no_policy_is_refused),
	    cmocka_unit_test(policies_travel_between_roles),
	    cmocka_unit_test(fragments_are_put_together_as_their_receiver_would),
	};
	return RUN_TESTS(tests);
}
