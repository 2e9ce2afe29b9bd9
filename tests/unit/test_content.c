/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Contents as protocols give them (inspect/content.h), with the real sink and a viewer that remembers. */
#include "test.h"

#include "core/ensure.h"
#include "inspect/content.h"
#include "inspect/content_save.h"
#include "inspect/content_store.h"
#include "inspect/file_saver.h"
#include "inspect/l7_settings.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BUDGET = 8 << 20 };

static struct {
	struct content_store *store;
	struct event_file *file;
	struct sink *sink;
	struct viewer viewer;
	struct view_flow view_flow;
	struct l7_settings settings;
	struct l7_flow flow;
	struct l7_input in;
	struct l7_tx tx;
	int fd;
	char events[65536];

	/* What was kept. */
	struct file_saver saver;
	size_t begun, kept, dropped, wants; /* wants: a rule wants the file at its so-manieth look */
	uint64_t saved_len, kept_size;
	uint8_t saved[300000]; /* of the last one begun */
	uint8_t sha256[32];

	/* What rules saw. */
	size_t looks, windows, names;
	char text[256]; /* the last window of file.data */
	uint64_t offset;
	bool more;
	struct view_file facts;
} t;

static bool
any_file(const void *context, struct bytes file)
{
	(void)context;
	return file.len == sizeof(struct view_file);
}

static void
want(void)
{
	content_save_wanted(
	    t.store, &(struct content_wanted){.flow_id = 5, .tx_id = 3, .from_server = true, .sid = 77, .fits = any_file});
}

static uint64_t
save_begin(void *context)
{
	(void)context;
	t.saved_len = 0;
	return ++t.begun;
}

static bool
save_put(void *context, uint64_t file, struct bytes data)
{
	(void)context;
	assert_int_equal(file, t.begun);
	assert_true(data.len <= sizeof(t.saved) - t.saved_len);
	memcpy(t.saved + t.saved_len, data.at, data.len);
	t.saved_len += data.len;
	return true;
}

static uint64_t
save_keep(void *context, uint64_t file, uint64_t size, const uint8_t sha256[static 32])
{
	(void)context;
	assert_int_equal(file, t.begun);
	assert_int_equal(size, t.saved_len);
	memcpy(t.sha256, sha256, 32);
	t.kept_size = size;
	return ++t.kept;
}

static void
save_drop(void *context, uint64_t file)
{
	(void)context;
	assert_int_equal(file, t.begun);
	t.dropped++;
}

static void
look(void *context, const struct view_set *set)
{
	(void)context;
	if (++t.looks == t.wants)
		want();
	assert_false(set->is_end);
	for (size_t i = 0; i < set->count; i++) {
		struct bytes data = set->views[i].data;
		if (set->views[i].view == VIEW_FILE_DATA) {
			t.windows++;
			snprintf(
			    t.text, sizeof(t.text), "%.*s", (int)(data.len < 200 ? data.len : 200), (const char *)data.at);
			t.offset = set->views[i].offset;
			t.more = set->views[i].more;
		}
		t.names += set->views[i].view == VIEW_FILE_NAME;
		if (set->views[i].view == VIEW_FILE)
			memcpy(&t.facts, data.at, sizeof(t.facts));
	}
}

static void
describe(const void *context, struct json *j)
{
	(void)context;
	json_open_object(j, JSON_KEY("http"));
	json_cstr(j, JSON_KEY("url"), "/a");
	json_close_object(j);
}

static int
begin(void **state)
{
	(void)state;
	memset(&t, 0, sizeof(t));
	t.fd = memfd_create("events", MFD_CLOEXEC);
	t.store = content_store_new(BUDGET, 7);
	t.file = sink_file_new(t.fd);
	t.sink = sink_new(t.file);
	ENSURE(t.fd >= 0 && t.store != NULL && t.file != NULL && t.sink != NULL);
	t.saver = (struct file_saver){.begin = save_begin, .put = save_put, .keep = save_keep, .drop = save_drop};
	t.viewer = (struct viewer){.transaction = look};
	t.settings = l7_settings_default;
	t.flow = (struct l7_flow){.flow_id = 5,
	    .client = addr_v4((const uint8_t[4]){192, 0, 2, 1}),
	    .server = addr_v4((const uint8_t[4]){198, 51, 100, 1}),
	    .client_port = 40000,
	    .server_port = 80,
	    .ip_proto = 6,
	    .ip_version = 4};
	t.in = (struct l7_input){.side = L7_SERVER, .flow = &t.flow};
	t.tx = (struct l7_tx){.id = 3, .describe = describe};
	sink_view(t.sink, &t.viewer, &t.view_flow);
	sink_contents_into(t.sink, t.store);
	sink_set(t.sink, &t.settings);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	sink_free(t.sink);
	sink_file_free(t.file);
	content_store_free(t.store);
	close(t.fd);
	return 0;
}

static const char *
events(void)
{
	sink_flush(t.sink);
	ssize_t n = pread(t.fd, t.events, sizeof(t.events) - 1, 0);
	ENSURE(n >= 0);
	t.events[n] = '\0';
	return t.events;
}

static uint32_t
open_file(const char *name_cstr)
{
	return content_open(t.sink, &t.in, &t.tx,
	    &(struct content_spec){.app = APP_HTTP, .is_file = true, .name = bytes_of_cstr(name_cstr)});
}

static void
put(uint32_t content, const char *text_cstr)
{
	content_data(t.sink, content, &t.in, &t.tx, bytes_of_cstr(text_cstr));
}

static void
close_it(uint32_t content, enum content_end how)
{
	content_close(t.sink, content, &t.in, &t.flow, &t.tx, how);
}

static void
a_file_is_shown_whole_and_told(void **state)
{
	(void)state;
	t.settings.files.force_hash = VIEW_FILE_MD5 | VIEW_FILE_SHA256;
	uint32_t f = open_file("a.txt");
	put(f, "ab");
	put(f, "c");
	assert_int_equal(t.windows, 0);
	close_it(f, CONTENT_COMPLETE);
	assert_int_equal(t.windows, 1);
	assert_string_equal(t.text, "abc");
	assert_false(t.more);
	assert_int_equal(t.names, 1);
	assert_int_equal(t.facts.size, 3);
	assert_int_equal(t.facts.state, VIEW_FILE_CLOSED);
	const char *event = events();
	assert_non_null(strstr(event, "\"event_type\":\"fileinfo\""));
	assert_non_null(strstr(event, "\"src_ip\":\"198.51.100.1\"")); /* who sent it */
	assert_non_null(strstr(event,
	    "\"http\":{\"url\":\"/a\"},\"app_proto\":\"http\",\"fileinfo\":{"
	    "\"filename\":\"a.txt\",\"gaps\":false,\"state\":\"CLOSED\","
	    "\"md5\":\"900150983cd24fb0d6963f7d28e17f72\",\"sha256\":\"ba7816bf8f01cfea414140de"
	    "5dae2223b00361a396177a9cb410ff61f20015ad\",\"stored\":false,\"size\":3,\"tx_id\":3}"));
}

static void
lost_bytes_count_and_no_hash_is_told(void **state)
{
	(void)state;
	t.settings.files.force_hash = VIEW_FILE_MD5;
	uint32_t f = open_file("a");
	put(f, "ab");
	content_gap(t.sink, f, 10);
	put(f, "yz");
	assert_int_equal(t.windows, 1); /* what was before the gap */
	close_it(f, CONTENT_COMPLETE);
	assert_int_equal(t.windows, 2);
	assert_string_equal(t.text, "yz");
	assert_int_equal(t.offset, 12);
	assert_int_equal(t.facts.size, 14);
	assert_non_null(strstr(events(), "\"gaps\":true,\"state\":\"TRUNCATED\",\"stored\":false,\"size\":14"));
}

static void
a_limit_ends_the_file_where_it_says_so(void **state)
{
	(void)state;
	struct content_window w = {.limit_bytes = 4, .minimal_bytes = 4, .window_bytes = 2, .limit_ends_file = true};
	uint32_t f = content_open(
	    t.sink, &t.in, &t.tx, &(struct content_spec){.app = APP_HTTP, .is_file = true, .window = w});
	put(f, "abcdef");
	assert_string_equal(t.text, "abcd");
	assert_non_null(strstr(events(), "\"state\":\"TRUNCATED\",\"stored\":false,\"size\":4"));
	size_t looks = t.looks;
	put(f, "ghi");
	close_it(f, CONTENT_COMPLETE);
	assert_int_equal(t.looks, looks);
	assert_null(strstr(strstr(events(), "fileinfo") + 40, "\"event_type\":\"fileinfo\"")); /* told once */
}

static void
a_limit_only_ends_the_look_elsewhere(void **state)
{
	(void)state;
	struct content_window w = {.limit_bytes = 4, .minimal_bytes = 4, .window_bytes = 2};
	uint32_t f = content_open(
	    t.sink, &t.in, &t.tx, &(struct content_spec){.app = APP_SMTP, .is_file = true, .window = w});
	put(f, "abcdef");
	put(f, "ghi");
	close_it(f, CONTENT_COMPLETE);
	assert_string_equal(t.text, "abcd");
	assert_non_null(strstr(events(), "\"state\":\"CLOSED\",\"stored\":false,\"size\":9"));
}

static void
what_waits_is_shown_when_the_flow_ends(void **state)
{
	(void)state;
	uint32_t f = open_file("a");
	put(f, "abc");
	content_close(t.sink, f, NULL, &t.flow, &t.tx, CONTENT_TRUNCATED);
	assert_string_equal(t.text, "abc");
	assert_int_equal(t.facts.state, VIEW_FILE_TRUNCATED);
	assert_non_null(strstr(events(), "TRUNCATED"));
}

static void
alerts_quote_open_and_closed_files_of_their_transaction(void **state)
{
	(void)state;
	char text[4096];
	struct json j = json_of(text, sizeof(text));
	uint32_t a = open_file("a"), b;
	put(a, "aaa");
	close_it(a, CONTENT_COMPLETE);
	b = open_file("b");
	put(b, "bb");
	t.tx.id = 4;
	uint32_t c = open_file("c");
	json_open_object(&j, (struct bytes){0});
	content_store_write_files(t.store, &j, 5, 3, true);
	content_store_write_files(t.store, &j, 5, 3, false);
	json_close_object(&j);
	struct bytes wanted = BYTES("{\"files\":[{\"filename\":\"a\",\"gaps\":false,\"state\":\"CLOSED\",\"stored\":false,"
	                            "\"size\":3,\"tx_id\":3},{\"filename\":\"b\",\"gaps\":false,\"state\":\"UNKNOWN\","
	                            "\"stored\":false,\"size\":2,\"tx_id\":3}]}");
	assert_bytes_equal(json_written(&j), wanted);
	t.tx.id = 3;
	close_it(b, CONTENT_COMPLETE);
	t.tx.id = 4;
	close_it(c, CONTENT_COMPLETE);
	content_store_flow_end(t.store, 5);
	j = json_of(text, sizeof(text));
	json_open_object(&j, (struct bytes){0});
	content_store_write_files(t.store, &j, 5, 3, true);
	assert_bytes_equal(json_written(&j), BYTES("{"));
}

static void
a_small_file_is_kept_when_a_rule_wants_it_at_its_end(void **state)
{
	(void)state;
	static const uint8_t abc[32] = {0xba, 0x78, 0x16, 0xbf};
	content_save_into(t.store, &t.saver);
	uint32_t f = open_file("other");
	put(f, "zzz");
	close_it(f, CONTENT_COMPLETE);
	assert_int_equal(t.begun, 0); /* nobody wanted it: no byte left */
	f = open_file("a");
	put(f, "abc");
	t.wants = 2;
	close_it(f, CONTENT_COMPLETE);
	assert_int_equal(t.kept, 1);
	assert_memory_equal(t.saved, "abc", 3);
	assert_memory_equal(t.sha256, abc, 4);
	assert_non_null(strstr(events(),
	    "\"sid\":[77],\"gaps\":false,\"state\":\"CLOSED\",\"sha256\":\"ba7816bf8f01cfea"
	    "414140de5dae2223b00361a396177a9cb410ff61f20015ad\",\"stored\":true,\"file_id\":1"));
}

/* It leaves as it comes, from the first byte on, and whether it is kept is known at its end. */
static void
a_large_file_is_kept_whole_or_dropped(void **state)
{
	(void)state;
	static uint8_t large[250000];
	for (size_t i = 0; i < sizeof(large); i++)
		large[i] = (uint8_t)(i * 7 + i / 251);
	content_save_into(t.store, &t.saver);
	for (int wanted = 0; wanted < 2; wanted++)
		for (size_t piece = 999; piece < sizeof(large); piece = piece * 3 + 1) {
			size_t kept = t.kept, dropped = t.dropped;
			uint32_t f = open_file("a");
			t.looks = 0;
			t.wants = wanted ? 2 : 0;
			for (size_t at = 0; at < sizeof(large); at += piece)
				content_data(t.sink, f, &t.in, &t.tx,
				    bytes_first((struct bytes){large + at, sizeof(large) - at}, piece));
			close_it(f, CONTENT_COMPLETE);
			assert_int_equal(t.kept, kept + (size_t)wanted);
			assert_int_equal(t.dropped, dropped + (size_t)!wanted);
			assert_int_equal(t.saved_len, sizeof(large));
			assert_memory_equal(t.saved, large, sizeof(large));
		}
}

static void
a_kept_file_goes_on_beyond_the_limit_of_its_body(void **state)
{
	(void)state;
	struct content_window w = {.limit_bytes = 4, .minimal_bytes = 2, .window_bytes = 2, .limit_ends_file = true};
	content_save_into(t.store, &t.saver);
	t.wants = 1;
	uint32_t f = content_open(
	    t.sink, &t.in, &t.tx, &(struct content_spec){.app = APP_HTTP, .is_file = true, .window = w});
	put(f, "ab");
	put(f, "cdefgh");
	close_it(f, CONTENT_COMPLETE);
	assert_int_equal(t.kept_size, 8);
	t.settings.files.store_all = true;
	t.settings.files.store_depth = 5;
	f = content_open(t.sink, &t.in, &t.tx, &(struct content_spec){.app = APP_HTTP, .is_file = true, .window = w});
	put(f, "abcdefgh");
	close_it(f, CONTENT_COMPLETE);
	assert_int_equal(t.kept_size, 5);
	assert_int_equal(t.facts.state, VIEW_FILE_TRUNCATED);
}

static void
all_files_of_a_flow_are_kept_from_then_on(void **state)
{
	(void)state;
	content_save_into(t.store, &t.saver);
	content_save_wanted(t.store,
	    &(struct content_wanted){.flow_id = 5, .tx_id = 3, .from_server = true, .all_of_flow = true, .sid = 77});
	t.tx.id = 9;
	uint32_t f = open_file("a");
	put(f, "abc");
	close_it(f, CONTENT_COMPLETE);
	assert_int_equal(t.kept, 1);
	t.in.side = L7_CLIENT;
	f = open_file("a");
	put(f, "abc");
	close_it(f, CONTENT_COMPLETE);
	assert_int_equal(t.kept, 1);
}

static uint32_t
open_range(uint64_t start, uint64_t end, uint64_t size)
{
	struct content_spec spec = {.app = APP_HTTP,
	    .is_file = true,
	    .name = BYTES("big.bin"),
	    .has_range = true,
	    .start = start,
	    .end = end,
	    .size = size};
	return content_open(t.sink, &t.in, &t.tx, &spec);
}

static size_t
count_of(const char *text_cstr)
{
	size_t n = 0;
	for (const char *at = events(); (at = strstr(at, text_cstr)) != NULL; at++)
		n++;
	return n;
}

/* Whatever their order, their overlaps and their connections. */
static void
ranges_of_a_file_are_joined(void **state)
{
	(void)state;
	enum { SIZE = 30000, RANGES = 4 };
	static const uint32_t starts[RANGES] = {0, 7000, 9000, 21000}, ends[RANGES] = {6999, 9999, 24999, SIZE - 1};
	static const uint8_t orders[][RANGES] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}, {1, 3, 0, 2}};
	static uint8_t file[SIZE];
	for (size_t i = 0; i < SIZE; i++)
		file[i] = (uint8_t)(i * 13 + i / 300);
	t.settings.files.force_hash = VIEW_FILE_SHA256;
	content_save_into(t.store, &t.saver);
	t.settings.files.store_all = true;
	for (size_t o = 0; o < LENGTH_OF(orders); o++) {
		uint32_t handles[RANGES], at[RANGES] = {0};
		for (size_t i = 0; i < RANGES; i++) {
			t.flow.flow_id = 100 + i;
			handles[i] = open_range(starts[orders[o][i]], ends[orders[o][i]], SIZE);
		}
		for (bool more = true; more;) { /* they come side by side */
			more = false;
			for (size_t i = 0; i < RANGES; i++) {
				uint32_t start = starts[orders[o][i]], len = ends[orders[o][i]] + 1 - start - at[i],
				         n = len < 1460 ? len : 1460;
				content_data(t.sink, handles[i], &t.in, &t.tx, (struct bytes){file + start + at[i], n});
				at[i] += n;
				more = more || n > 0;
			}
		}
		for (size_t i = 0; i < RANGES; i++)
			close_it(handles[i], CONTENT_COMPLETE);
		assert_int_equal(count_of("\"size\":30000,\"tx_id\""), o + 1);
	}
	assert_int_equal(count_of("\"size\":7000,\"start\":0,\"end\":6999"), LENGTH_OF(orders));
}

/* Each byte of it was looked into in its range. */
static void
a_joined_file_is_known_by_its_facts(void **state)
{
	(void)state;
	uint32_t a = open_range(0, 2, 6), b = open_range(3, 5, 6);
	put(a, "abc");
	close_it(a, CONTENT_COMPLETE);
	assert_int_equal(t.windows, 1);
	put(b, "def");
	assert_int_equal(t.windows, 1);
	assert_int_equal(t.facts.size, 6);
	assert_int_equal(t.facts.state, VIEW_FILE_CLOSED);
	close_it(b, CONTENT_COMPLETE);
	assert_int_equal(t.windows, 2);
	a = open_range(0, 2, 3); /* the whole: nothing to join */
	put(a, "abc");
	close_it(a, CONTENT_COMPLETE);
	assert_int_equal(count_of("\"size\":3,\"tx_id\""), 0);
}

static void
a_file_of_which_a_range_is_missing_is_not_told_whole(void **state)
{
	(void)state;
	uint32_t a = open_range(0, 2, 9), b = open_range(4, 8, 9);
	put(a, "abc");
	put(b, "efghi");
	close_it(a, CONTENT_COMPLETE);
	close_it(b, CONTENT_COMPLETE);
	assert_int_equal(count_of("\"size\":9,\"tx_id\""), 0);
	uint32_t c = open_range(3, 3, 9), odd = open_range(9, 8, 9), far = open_range(0, 20, 9);
	put(odd, "x");
	put(far, "x");
	put(c, "dX"); /* more than it said */
	assert_int_equal(count_of("\"size\":9,\"tx_id\""), 1);
	close_it(c, CONTENT_COMPLETE);
}

/* Nobody ends them: their room is bounded, and the last ones are joined all the same. */
static void
many_unfinished_files_leave_room(void **state)
{
	(void)state;
	static char text[3000];
	memset(text, 'x', sizeof(text) - 1);
	t.settings.files.silent = true;
	for (uint64_t i = 0; i < 20000; i++) {
		t.flow.flow_id = 100 + i;
		uint32_t f = open_range(5000, 100000 + i, 1000000 + i);
		put(f, text);
		close_it(f, CONTENT_TRUNCATED);
		content_store_flow_end(t.store, t.flow.flow_id);
	}
	t.settings.files.silent = false;
	uint32_t f = open_range(0, 0, 2), g = open_range(1, 1, 2);
	put(f, "a");
	put(g, "b");
	assert_int_equal(count_of("\"size\":2,\"tx_id\""), 1);
}

/* More files than there is place for: those that do not fit are counted, and all give back what they had. */
static void
thousands_of_open_files_stay_within_the_budget(void **state)
{
	(void)state;
	enum { FILES = 20000 };
	static uint32_t handles[FILES];
	static char large[30000];
	memset(large, 'x', sizeof(large) - 1);
	t.settings.files.silent = true;
	for (int round = 0; round < 2; round++) {
		size_t refused = 0;
		for (uint32_t i = 0; i < FILES; i++) {
			t.flow.flow_id = 1000 + i;
			handles[i] = open_file("f");
			put(handles[i], i % 2 == 0 ? "small" : large);
			refused += handles[i] == 0;
		}
		assert_true(refused > 0 && refused < FILES);
		assert_int_equal(content_store_count(t.store)->refused, refused * (size_t)(round + 1));
		for (uint32_t i = 0; i < FILES; i++) {
			t.flow.flow_id = 1000 + i;
			close_it(handles[i], CONTENT_COMPLETE);
			if (i % 3 == 0)
				content_store_flow_end(t.store, t.flow.flow_id);
		}
	}
}

/* 10 GB pass in pieces of 64 KB: nothing grows, and each byte beyond the limit is only counted. */
static void
a_file_of_ten_gigabytes_is_measured(void **state)
{
	(void)state;
	static uint8_t piece[1 << 16];
	uint32_t f = open_file("big");
	for (unsigned i = 0; i < 10u << 14; i++)
		content_data(t.sink, f, &t.in, &t.tx, (struct bytes){piece, sizeof(piece)});
	close_it(f, CONTENT_COMPLETE);
	assert_int_equal(t.facts.size, UINT64_C(10) << 30);
	assert_true(t.windows < 8);
	assert_non_null(strstr(events(), "\"size\":10737418240"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_file_is_shown_whole_and_told, begin, end),
	    cmocka_unit_test_setup_teardown(lost_bytes_count_and_no_hash_is_told, begin, end),
	    cmocka_unit_test_setup_teardown(a_limit_ends_the_file_where_it_says_so, begin, end),
	    cmocka_unit_test_setup_teardown(a_limit_only_ends_the_look_elsewhere, begin, end),
	    cmocka_unit_test_setup_teardown(what_waits_is_shown_when_the_flow_ends, begin, end),
	    cmocka_unit_test_setup_teardown(alerts_quote_open_and_closed_files_of_their_transaction, begin, end),
	    cmocka_unit_test_setup_teardown(a_small_file_is_kept_when_a_rule_wants_it_at_its_end, begin, end),
	    cmocka_unit_test_setup_teardown(a_large_file_is_kept_whole_or_dropped, begin, end),
	    cmocka_unit_test_setup_teardown(a_kept_file_goes_on_beyond_the_limit_of_its_body, begin, end),
	    cmocka_unit_test_setup_teardown(all_files_of_a_flow_are_kept_from_then_on, begin, end),
	    cmocka_unit_test_setup_teardown(a_joined_file_is_known_by_its_facts, begin, end),
	    cmocka_unit_test_setup_teardown(ranges_of_a_file_are_joined, begin, end),
	    cmocka_unit_test_setup_teardown(a_file_of_which_a_range_is_missing_is_not_told_whole, begin, end),
	    cmocka_unit_test_setup_teardown(many_unfinished_files_leave_room, begin, end),
	    cmocka_unit_test_setup_teardown(thousands_of_open_files_stay_within_the_budget, begin, end),
	    cmocka_unit_test_setup_teardown(a_file_of_ten_gigabytes_is_measured, begin, end),
	};
	return RUN_TESTS(tests);
}
