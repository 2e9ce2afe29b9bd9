/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Contents as protocols give them (inspect/content.h), with the real sink and a viewer that remembers. */
#include "test.h"

#include "core/ensure.h"
#include "inspect/content.h"
#include "inspect/content_store.h"
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

	/* What rules saw. */
	size_t looks, windows, names;
	char text[256]; /* the last window of file.data */
	uint64_t offset;
	bool more;
	struct view_file facts;
} t;

static void
look(void *context, const struct view_set *set)
{
	(void)context;
	t.looks++;
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
	assert_non_null(strstr(events(), "\"gaps\":true,\"state\":\"CLOSED\",\"stored\":false,\"size\":14"));
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
	    cmocka_unit_test_setup_teardown(thousands_of_open_files_stay_within_the_budget, begin, end),
	    cmocka_unit_test_setup_teardown(a_file_of_ten_gigabytes_is_measured, begin, end),
	};
	return RUN_TESTS(tests);
}
