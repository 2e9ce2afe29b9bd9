/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Flow events that wait for the judgement: the right ones say so, nothing else of the text changes, nothing is lost. */
#include "test.h"

#include "detect/behaviour/alerted_flows.h"
#include "inspect/sink_later.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static bool
is_even(void *context, uint64_t flow_id)
{
	(void)context;
	return flow_id % 2 == 0;
}

/* Of every third one more is known. */
static size_t
more_of(void *context, uint64_t flow_id, char out[static SINK_LATER_MORE_MAX])
{
	(void)context;
	return flow_id % 3 == 0 ? (size_t)snprintf(out, SINK_LATER_MORE_MAX, ",\"model\":{\"score\":%d}", (int)flow_id) : 0;
}

static const struct sink_later_asks asks = {.alerted = is_even, .more = more_of};

static void
write_flow(struct sink *sink, uint64_t id)
{
	struct l7_flow flow = {.flow_id = id, .time_ns = INT64_C(1700000000000000000), .ip_proto = 6, .ip_version = 4};
	struct json *j = sink_open_flow(sink, &flow);
	assert_non_null(j);
	json_open_object(j, JSON_KEY("flow"));
	json_bool(j, JSON_KEY("alerted"), false);
	json_close_object(j);
	size_t at = json_length(j) - strlen("false}");
	json_u64(j, JSON_KEY("after"), id);
	sink_close_flow(sink, id, at, false);
}

static void
the_lines_wait_and_say_what_was_judged(void **state)
{
	(void)state;
	enum { FLOWS = 9000 /* more than may wait: the rest is written at once */ };
	int fd = memfd_create("events", MFD_CLOEXEC);
	struct event_file *file = sink_file_new(fd);
	struct sink *sink = sink_new(file);
	struct sink_later later;
	assert_int_equal(sink_later_init(&later), 0);
	sink_flows_into(sink, &later);
	for (int round = 0; round < 2; round++) { /* what was written is out of the way */
		for (uint64_t id = 1; id <= 6; id++)
			write_flow(sink, id);
		sink_flush(sink);
		assert_int_equal(later.count, 6);
		sink_later_write(&later, file, &asks);
		char text[2048] = {0};
		ssize_t len = pread(fd, text, sizeof(text) - 1, 0);
		assert_true(len > 0 && text[len - 1] == '\n');
		for (uint64_t id = 1; id <= 6; id++) {
			char wanted[80], more[SINK_LATER_MORE_MAX];
			snprintf(wanted, sizeof(wanted), "\"flow\":{\"alerted\":%s}%.*s,\"after\":%d}\n",
			    id % 2 == 0 ? "true" : "false", (int)more_of(NULL, id, more), more, (int)id);
			assert_non_null(strstr(text, wanted));
		}
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	}
	for (uint64_t id = 1; id <= FLOWS; id++)
		write_flow(sink, id);
	assert_true(later.count < FLOWS);
	sink_flush(sink);
	sink_later_write(&later, file, &asks);
	size_t lines = 0;
	static char piece[1 << 16];
	for (ssize_t n, at = 0; (n = pread(fd, piece, sizeof(piece), at)) > 0; at += n)
		for (ssize_t i = 0; i < n; i++)
			lines += piece[i] == '\n';
	assert_int_equal(lines, FLOWS);
	assert_int_equal(sink_count(sink)->events, FLOWS + 12);
	sink_free(sink);
	sink_later_done(&later);
	sink_file_free(file);
	close(fd);
}

static void
alerted_flows_are_remembered_up_to_a_bound(void **state)
{
	(void)state;
	static struct alerted_flows flows;
	alerted_flows_add(&flows, 0);
	assert_false(alerted_flows_has(&flows, 0));
	assert_int_equal(flows.count, 0);
	for (uint64_t i = 0; i <= ALERTED_FLOWS_EACH; i++) { /* all in one row: one too many */
		alerted_flows_add(&flows, 7 + i * ALERTED_FLOWS_ROWS);
		alerted_flows_add(&flows, 7 + i * ALERTED_FLOWS_ROWS);
	}
	assert_false(alerted_flows_has(&flows, 7));
	for (uint64_t i = 1; i <= ALERTED_FLOWS_EACH; i++)
		assert_true(alerted_flows_has(&flows, 7 + i * ALERTED_FLOWS_ROWS));
	assert_false(alerted_flows_has(&flows, 8));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_lines_wait_and_say_what_was_judged),
	    cmocka_unit_test(alerted_flows_are_remembered_up_to_a_bound),
	};
	return RUN_TESTS(tests);
}
