/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Events by day: what is kept is found again, by any word of it and by nothing else. */
#include "dossier_samples.h"

#include "dossier/dossier_pulse.h"
#include "dossier/events_day.h"
#include "dossier/events_find.h"
#include "dossier/events_keep.h"

#define DAY_S INT64_C(1772496000) /* 2026-03-03 */

static void
write_line(char *out, size_t size, unsigned day, unsigned n)
{
	static const char *const types[] = {"dns", "flow", "tls"};
	unsigned s = n % 86400;
	const char *type_cstr = types[n % 3];
	int len = snprintf(out, size,
	    "{\"timestamp\":\"2026-03-%02uT%02u:%02u:%02u.%06u+0000\",\"flow_id\":%u,\"event_type\":\"%s\",\"src_ip\":\"10.0.%u.%u\","
	    "\"src_port\":%u,\"dest_ip\":\"192.0.2.%u\",\"dest_port\":443,\"proto\":\"TCP\"",
	    day, s / 3600, s / 60 % 60, s % 60, n % 1000000, 1000000 + n, type_cstr, n / 250 % 250, n % 250,
	    1024 + n % 50000, n % 200);
	if (n % 3 == 0)
		len += snprintf(out + len, size - (size_t)len, ",\"dns\":{\"rrname\":\"host-%u.example.org\"}}", n);
	else if (n % 3 == 1)
		len += snprintf(out + len, size - (size_t)len,
		    ",\"app_proto\":\"tls\",\"flow\":{\"bytes_toserver\":100,\"bytes_toclient\":900,\"start\":\"2026-03-%02uT00:00:00.0Z\"}}",
		    day);
	else
		len += snprintf(out + len, size - (size_t)len, ",\"tls\":{\"sni\":\"www.name%u.test\"}}", n);
	assert_true(len > 0 && (size_t)len < size);
}

static void
keep_lines(struct fixture *f, enum events_keep_mode mode, unsigned day, unsigned from, unsigned to, unsigned flush_every,
    struct events_keep_counts *counts)
{
	struct dossier *d;
	struct events_keep *k;
	char line[1024];
	assert_int_equal(dossier_open(&d, f->place, DOSSIER_WRITE, &f->diag), 0);
	assert_int_equal(events_keep_new(&k, d, mode, EVENTS_KEEP_ALL, &f->diag), 0);
	for (unsigned n = from; n < to; n++) {
		write_line(line, sizeof(line), day, n);
		assert_int_equal(events_keep_add(k, bytes_of_cstr(line), &f->diag), 0);
		if (flush_every > 0 && n % flush_every == 0)
			assert_int_equal(events_keep_flush(k, &f->diag), 0);
	}
	assert_int_equal(events_keep_close(k, counts, &f->diag), 0);
	assert_int_equal(dossier_close(d, &f->diag), 0);
}

struct got {
	unsigned count;
	char last[1024];
};

static void
take(void *context, struct bytes line)
{
	struct got *got = context;
	got->count++;
	assert_true(line.len < sizeof(got->last));
	memcpy(got->last, line.at, line.len);
	got->last[line.len] = '\0';
}

static struct got
find(struct fixture *f, const struct events_search *search, struct events_found *found)
{
	struct dossier *d;
	struct got got = {0};
	assert_int_equal(dossier_open(&d, f->place, DOSSIER_READ, &f->diag), 0);
	int r = events_find(d, search, take, &got, found, &f->diag);
	if (r < 0)
		fail_msg("%s", f->diag.text_cstr);
	assert_int_equal(dossier_close(d, &f->diag), 0);
	return got;
}

static unsigned
hits(struct fixture *f, const char *text_cstr)
{
	struct events_found found;
	return find(f, &(struct events_search){.text = bytes_of_cstr(text_cstr)}, &found).count;
}

static void
each_word_finds_its_event_and_no_other(void **state)
{
	struct fixture *f = *state;
	enum { LINES = 9000 };
	keep_lines(f, EVENTS_KEEP_COPY, 3, 0, LINES, 0, NULL);
	for (unsigned n = 0; n < LINES; n += 777) {
		char text[128], line[1024];
		struct events_found found;
		write_line(line, sizeof(line), 3, n);
		snprintf(text, sizeof(text), "%u", 1000000 + n); /* flow_id */
		struct got got = find(f, &(struct events_search){.text = bytes_of_cstr(text)}, &found);
		assert_int_equal(got.count, 1);
		assert_string_equal(got.last, line);
		assert_true(found.complete && found.blocks <= 2);
		snprintf(text, sizeof(text),
		    n % 3 == 0       ? "host-%u.EXAMPLE.org"
		        : n % 3 == 1 ? "%u tls"
		                     : "name%u.test",
		    n % 3 == 1 ? 1000000 + n : n);
		assert_int_equal(hits(f, text), 1);
	}
	assert_int_equal(hits(f, "example.org"), LINES / 3);
	assert_int_equal(hits(f, "example.or"), 0);
	assert_int_equal(hits(f, "xample.org"), 0);
	assert_int_equal(hits(f, "org.example"), 0);
	assert_int_equal(hits(f, "192.0.2.7"), LINES / 200);
	assert_int_equal(hits(f, "192.0.2.7 10.0.0.7"), 1 + (LINES - 1) / 62500 + 0);
	assert_int_equal(hits(f, "::ffff:192.0.2.7"), LINES / 200);
	assert_int_equal(hits(f, "443"), LINES);
	assert_int_equal(hits(f, "2026-03-03T00:00:07"), 0);
}

/* Page after page, nothing is left out and nothing comes twice, however small the pages and the work of a call. */
static void
pages_add_up_to_all(void **state)
{
	struct fixture *f = *state;
	enum { LINES = 2700 }; /* two blocks a day */
	keep_lines(f, EVENTS_KEEP_COPY, 3, 0, LINES, 0, NULL);
	keep_lines(f, EVENTS_KEEP_COPY, 4, 0, LINES, 0, NULL);
	static const struct {
		const char *text_cstr, *type_cstr;
		size_t limit, bytes_max;
		unsigned blocks_max;
		int64_t budget_ns;
		unsigned expected;
	} rows[] = {{"", NULL, 700, 0, 0, 0, 2 * LINES}, {"", NULL, 0, 30000, 0, 0, 2 * LINES},
	    {"", "tls", 100, 0, 1, 0, 2 * (LINES / 3)}, {"192.0.2.9", NULL, 1, 0, 1, 0, 2 * (LINES / 200 + 1)},
	    {"192.0.2.9", NULL, 0, 0, 0, 1, 2 * (LINES / 200 + 1)}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		unsigned sum = 0, calls = 0;
		struct events_found found = {0};
		char after[EVENTS_CURSOR_MAX];
		struct events_search search = {.text = bytes_of_cstr(rows[i].text_cstr),
		    .type_cstr = rows[i].type_cstr,
		    .limit = rows[i].limit,
		    .bytes_max = rows[i].bytes_max,
		    .blocks_max = rows[i].blocks_max,
		    .budget_ns = rows[i].budget_ns};
		int64_t reached = INT64_MAX;
		do {
			sum += find(f, &search, &found).count;
			assert_true(found.searched_to <= reached);
			reached = found.searched_to;
			memcpy(after, found.next_cstr, sizeof(after));
			search.after_cstr = after;
			assert_true(++calls < 30000);
		} while (!found.complete);
		if (sum != rows[i].expected)
			fail_msg("row %zu: %u instead of %u, in %u calls", i, sum, rows[i].expected, calls);
	}
}

static void
times_and_types_limit_what_is_found(void **state)
{
	struct fixture *f = *state;
	struct events_found found;
	keep_lines(f, EVENTS_KEEP_COPY, 3, 0, 3000, 0, NULL);
	struct events_search search = {.from_ns = (DAY_S + 100) * 1000000000, .to_ns = (DAY_S + 130) * 1000000000};
	assert_int_equal(find(f, &search, &found).count, 30);
	search.type_cstr = "dns";
	assert_int_equal(find(f, &search, &found).count, 10);
	search.from_ns += EVENTS_DAY_NS;
	search.to_ns += EVENTS_DAY_NS;
	assert_int_equal(find(f, &search, &found).count, 0);
	assert_int_equal(found.filters, 0);
}

static void
the_same_file_is_kept_once(void **state)
{
	struct fixture *f = *state;
	struct events_keep_counts counts;
	keep_lines(f, EVENTS_KEEP_COPY, 3, 0, 5000, 0, &counts);
	assert_int_equal(counts.kept, 5000);
	keep_lines(f, EVENTS_KEEP_COPY, 3, 0, 5000, 0, &counts);
	assert_int_equal(counts.known, 5000);
	assert_int_equal(counts.kept, 0);
	keep_lines(f, EVENTS_KEEP_COPY, 3, 0, 9000, 0, &counts); /* it has grown */
	assert_int_equal(counts.known, 5000);
	assert_int_equal(counts.kept, 4000);
	keep_lines(f, EVENTS_KEEP_COPY, 3, 0, 9000, 0, &counts);
	assert_int_equal(counts.known, 9000);
	assert_int_equal(hits(f, "443"), 9000);
}

/* A live watch flushes now and then: its small rows are one block in the end, and the numbers of events do not change. */
static void
small_rows_become_blocks(void **state)
{
	struct fixture *f = *state;
	struct events_keep_counts counts;
	struct events_found found, again;
	keep_lines(f, EVENTS_KEEP_LIVE, 3, 0, 5000, 37, &counts);
	assert_int_equal(counts.kept, 5000);
	assert_int_equal(find(f, &(struct events_search){.limit = 5000}, &found).count, 5000);
	assert_int_equal(found.blocks, 3);
	keep_lines(f, EVENTS_KEEP_COPY, 4, 0, 5000, 0, &counts);
	struct got one = find(f, &(struct events_search){.to_ns = (DAY_S + 86400) * 1000000000, .limit = 50}, &found);
	struct got other = find(f, &(struct events_search){.from_ns = (DAY_S + 86400) * 1000000000, .limit = 50}, &again);
	assert_int_equal(one.count, other.count);
	assert_string_equal(found.next_cstr + 10, again.next_cstr + 10);
}

/* The watch is gone without a word between two flushes, and starts again. */
static void
what_a_killed_watch_flushed_is_taken_up(void **state)
{
	struct fixture *f = *state;
	struct events_found found;
	pid_t child = fork();
	if (child == 0) {
		struct dossier *d;
		struct events_keep *k;
		char line[1024];
		if (dossier_open(&d, f->place, DOSSIER_WRITE, &f->diag) < 0 ||
		    events_keep_new(&k, d, EVENTS_KEEP_LIVE, EVENTS_KEEP_ALL, &f->diag) < 0)
			_exit(1);
		for (unsigned n = 0; n < 3000; n++) {
			write_line(line, sizeof(line), 3, n);
			if (events_keep_add(k, bytes_of_cstr(line), &f->diag) < 0 ||
			    (n % 100 == 99 && events_keep_flush(k, &f->diag) < 0))
				_exit(1);
		}
		_exit(0); /* nothing is closed */
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(hits(f, "443"), 3000);
	keep_lines(f, EVENTS_KEEP_LIVE, 3, 3000, 4000, 100, NULL);
	struct got got = find(f, &(struct events_search){.limit = 0}, &found);
	assert_int_equal(got.count, 4000);
	assert_int_equal(found.blocks, 2);
}

static void
hostile_lines_are_refused_and_hidden_words_found(void **state)
{
	struct fixture *f = *state;
	struct dossier *d;
	struct events_keep *k;
	static const char *const bad[] = {"", "{", "[1]", "{\"event_type\":\"dns\"}",
	    "{\"timestamp\":\"2026-03-03T00:00:00Z\"}", "{\"timestamp\":\"yesterday\",\"event_type\":\"dns\"}",
	    "{\"timestamp\":\"2026-03-03T00:00:00Z\",\"event_type\":\"a b\"}",
	    "{\"timestamp\":\"2026-03-03T00:00:00Z\",\"event_type\":7}"};
	static const char *const good[] = {
	    "{\"timestamp\":\"2026-03-03T00:00:00Z\",\"event_type\":\"dns\",\"dns\":{\"rrname\":\"\\u0068idden.example\"}}",
	    "{\"timestamp\":\"2026-03-03T00:00:01Z\",\"event_type\":\"odd\",\"src_ip\":\"2001:DB8:0:0:0:0:0:1\"}",
	    "{ \"event_type\" : \"http\" , \"timestamp\":\"2026-03-03T00:00:02Z\",\"http\":{\"url\":\"/a/b%20c?x=10.9.8.7&y\\/z\"}}",
	    "{\"timestamp\":\"2026-03-03T00:00:03Z\",\"event_type\":\"smtp\",\"smtp\":{\"mail_from\":\"<j.d\xc3\xa9@mairie.test>\"}}"};
	assert_int_equal(dossier_open(&d, f->place, DOSSIER_WRITE, &f->diag), 0);
	assert_int_equal(events_keep_new(&k, d, EVENTS_KEEP_COPY, EVENTS_KEEP_ALL, &f->diag), 0);
	for (size_t i = 0; i < LENGTH_OF(bad); i++) {
		f->diag.text_cstr[0] = '\0';
		assert_int_equal(events_keep_add(k, bytes_of_cstr(bad[i]), &f->diag), -EINVAL);
		assert_true(f->diag.text_cstr[0] != '\0');
	}
	for (size_t i = 0; i < LENGTH_OF(good); i++)
		assert_int_equal(events_keep_add(k, bytes_of_cstr(good[i]), &f->diag), 0);
	assert_int_equal(events_keep_close(k, NULL, &f->diag), 0);
	assert_int_equal(dossier_close(d, &f->diag), 0);
	static const struct {
		const char *text_cstr;
		unsigned expected;
	} rows[] = {{"hidden.example", 1}, {"HIDDEN", 1}, {"2001:db8::1", 1}, {"2001:0db8::0:1", 1}, {"odd", 1},
	    {"10.9.8.7", 1}, {"b%20c", 1}, {"y/z", 1}, {"j.d\xc3\xa9@mairie.test", 1}, {"mairie.test smtp", 1},
	    {"mairie.test dns", 0}, {"10.9.8", 0}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		if (hits(f, rows[i].text_cstr) != rows[i].expected)
			fail_msg("%s: %u", rows[i].text_cstr, hits(f, rows[i].text_cstr));
	struct events_found found;
	assert_int_equal(dossier_open(&d, f->place, DOSSIER_READ, &f->diag), 0);
	struct got got = {0};
	static const char *const senseless[] = {"...", "a b c d e f g h i j k l m n o p q"};
	for (size_t i = 0; i < LENGTH_OF(senseless); i++)
		assert_int_equal(events_find(d, &(struct events_search){.text = bytes_of_cstr(senseless[i])}, take, &got,
		                     &found, &f->diag),
		    -EINVAL);
	static const char *const cursors[] = {
	    "", "x", "2026-03-03", "2026-03-03.", "2026-13-03.1", "2026-03-03.1x", "2026-03-03.9999999999999999999"};
	for (size_t i = 0; i < LENGTH_OF(cursors); i++)
		assert_int_equal(
		    events_find(d, &(struct events_search){.after_cstr = cursors[i]}, take, &got, &found, &f->diag),
		    -EINVAL);
	assert_int_equal(dossier_close(d, &f->diag), 0);
}

static void
the_pulse_counts_the_events_of_this_day_alone_and_the_room_of_proofs(void **state)
{
	struct fixture *f = *state;
	struct dossier_pulse before, after;
	bool is_new;
	int64_t noon_ns = (DAY_S + 43200) * 1000000000;
	keep_lines(f, EVENTS_KEEP_COPY, 2, 0, 50, 0, NULL);
	keep_lines(f, EVENTS_KEEP_COPY, 3, 0, 70, 0, NULL);
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	assert_int_equal(dossier_pulse(d, noon_ns, &before, &f->diag), 0);
	assert_int_equal(before.events_today, 70);
	assert_int_equal(dossier_pulse(d, noon_ns + EVENTS_DAY_NS, &before, &f->diag), 0);
	assert_int_equal(before.events_today, 0);
	static uint8_t proof[3 << 20];
	struct alert a = sample_alert(1);
	assert_int_equal(
	    dossier_put_alert(d, "INC-00000000aaaa", &a, (struct bytes){proof, sizeof(proof)}, &is_new, &f->diag), 0);
	assert_int_equal(dossier_end(d, &f->diag), 0);
	assert_int_equal(dossier_pulse(d, noon_ns, &after, &f->diag), 0);
	assert_int_equal(after.alerts, 1);
	assert_true(after.disk_bytes >= before.disk_bytes + sizeof(proof));
	close_ok(f, d);
}

/* The descriptors that are open. */
static unsigned
descriptors(void)
{
	unsigned n = 0;
	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void
a_folder_of_events_that_cannot_be_read_is_no_empty_one(void **state)
{
	struct fixture *f = *state;
	struct events_found found;
	struct got got = {0};
	if (f->server_cstr != NULL)
		return;
	keep_lines(f, EVENTS_KEEP_COPY, 3, 0, 10, 0, NULL);
	char away[PATH_MAX_];
	snprintf(away, sizeof(away), "%s/away", f->folder);
	assert_int_equal(rename(path_of(f, "events"), away), 0);
	struct dossier *d = open_ok(f, DOSSIER_READ);
	struct events_search all = {.text = BYTES("443")};
	assert_int_equal(events_find(d, &all, take, &got, &found, &f->diag), 0);
	assert_int_equal(symlink("away", path_of(f, "events")), 0);
	unsigned open_before = descriptors();
	assert_int_equal(events_find(d, &all, take, &got, &found, &f->diag), -ENOTDIR);
	assert_non_null(strstr(f->diag.text_cstr, "events/ of this dossier cannot be read"));
	assert_int_equal(descriptors(), open_before);
	assert_int_equal(got.count, 0);
	close_ok(f, d);
}

static void
a_server_that_is_gone_is_no_bad_disk(void **state)
{
	struct fixture *f = *state;
	struct events_found found;
	struct got got = {0};
	if (f->server_cstr == NULL)
		return;
	keep_lines(f, EVENTS_KEEP_COPY, 3, 0, 10, 0, NULL);
	struct dossier *d = open_ok(f, DOSSIER_READ);
	struct events_day day;
	assert_int_equal(events_day_open(&day, d, DAY_S / 86400, false, &f->diag), 0);
	execute(f,
	    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
	    " AND pid <> pg_backend_pid()");
	int64_t end;
	assert_int_equal(events_day_end(&day, &end, &f->diag), -EPIPE);
	assert_non_null(strstr(f->diag.text_cstr, "the database server does not answer"));
	events_day_close(&day);
	assert_int_equal(
	    events_find(d, &(struct events_search){.text = BYTES("443")}, take, &got, &found, &f->diag), -EPIPE);
	(void)!dossier_close(d, &f->diag);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(each_word_finds_its_event_and_no_other, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(pages_add_up_to_all, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(times_and_types_limit_what_is_found, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_same_file_is_kept_once, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(small_rows_become_blocks, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_a_killed_watch_flushed_is_taken_up, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        the_pulse_counts_the_events_of_this_day_alone_and_the_room_of_proofs, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_folder_of_events_that_cannot_be_read_is_no_empty_one, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_server_that_is_gone_is_no_bad_disk, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(hostile_lines_are_refused_and_hidden_words_found, set_up, tear_down),
	};
	return RUN_TESTS(tests);
}
