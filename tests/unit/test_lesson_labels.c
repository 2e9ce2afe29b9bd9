/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/learn/learn_table_file.h"
#include "lesson/lesson.h"
#include "lesson/lesson_labels.h"
#include "record/flow_vector_file.h"

#include <errno.h>
#include <stdio.h>

static const struct lesson_limits limits = {.rows = 1000, .bytes = 1 << 20};
static struct diag diag;

#define NAMES "ts,te,td,sa,da,sp,dp,pr,flg,ipkt,ibyt,opkt,obyt\n"
static const char flows_cstr[] = NAMES
    "2026-01-02 10:00:01,2026-01-02 10:00:02,1.0,10.0.0.1,10.0.0.2,50001,22,TCP,27,5,500,4,400\n"
    "2026-01-02 11:00:01,2026-01-02 11:00:02,1.0,10.0.0.1,10.0.0.2,40000,22,TCP,27,5,500,4,400\n"
    "2026-01-02 10:00:01,2026-01-02 10:00:02,1.0,10.0.9.1,10.0.0.2,999,53,UDP,0,1,60,1,90\n"
    "2026-01-02 10:00:01,2026-01-02 10:00:02,1.0,2001:db8::1,2001:db8::2,999,80,TCP,27,1,60,1,90\n";

static struct learn_table *
learn(const char *labels_cstr, const char *labels_file_cstr)
{
	struct lesson *l = NULL;
	struct learn_table *table = NULL;
	struct lesson_labels *labels = NULL;
	struct bytes own = test_heap(bytes_of_cstr(labels_cstr));
	diag = (struct diag){.offset = UINT64_MAX};
	int r = lesson_labels_read(own, labels_file_cstr, &labels, &diag);
	test_heap_free(own);
	if (r < 0)
		return NULL;
	assert_int_equal(lesson_new("netflow", &limits, &l, &diag), 0);
	lesson_label_by(l, labels);
	assert_int_equal(lesson_begin(l, "flows", &diag), 0);
	for (struct bytes rest = bytes_of_cstr(flows_cstr); rest.len > 0;) {
		struct bytes line = bytes_first(rest, bytes_find(rest, '\n'));
		rest = bytes_after(rest, line.len + 1);
		assert_int_equal(lesson_line(l, line, &diag), 0);
	}
	assert_int_equal(lesson_end(l, 0, &diag), 0);
	assert_int_equal(lesson_finish(l, &table, &diag), 0);
	lesson_free(l);
	lesson_labels_free(labels);
	return table;
}

static void
expect(const struct learn_table *t, const char *const wanted[4])
{
	static const char *const words[] = {
	    [LEARN_BENIGN] = "benign", [LEARN_ATTACK] = "attack", [LEARN_UNKNOWN] = "unknown"};
	for (size_t i = 0; i < 4; i++) {
		const char *got_cstr = t->labels[i] == LEARN_ATTACK ? t->family_names.name[t->families[i]]
		                                                    : words[t->labels[i]];
		if (strcmp(got_cstr, wanted[i]) != 0)
			fail_msg("row %zu: %s, not %s", i, got_cstr, wanted[i]);
	}
}

static void
the_first_rule_that_holds_of_a_flow_labels_it(void **state)
{
	(void)state;
	static const struct {
		const char *file_cstr, *text_cstr, *wanted[4];
	} rows[] = {
	    {"l.yaml", "default: benign\nrules:\n  - family: scan\n    source: 10.0.0.0/24\n    source_port: 50000-60999\n",
	        {"scan", "benign", "benign", "benign"}},
	    {"l.yaml",
	        "rules:\n  - {label: benign, protocol: udp}\n  - {family: brute, port: 22, until: 2026-01-02T10:30:00Z}\n"
	        "  - {label: attack, host: '2001:db8::2'}\n",
	        {"brute", "unknown", "benign", "attack"}},
	    {"l.yaml", "default: attack\nfamily: worm\n", {"worm", "worm", "worm", "worm"}},
	    {"l.csv",
	        "source,destination,port,protocol,from,until,label,family\n10.0.0.1,10.0.0.2,22,tcp,2026-01-02T11:00:00Z,,,brute\n"
	        ",,53,udp,,,benign,\n",
	        {"unknown", "brute", "benign", "unknown"}},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct learn_table *t = learn(rows[i].text_cstr, rows[i].file_cstr);
		if (t == NULL)
			fail_msg("%zu: %s", i, diag.text_cstr);
		expect(t, rows[i].wanted);
		learn_table_free(t);
	}
}

static void
what_is_wrong_in_a_file_of_labels_is_said_with_its_line(void **state)
{
	(void)state;
	static const struct {
		const char *file_cstr, *text_cstr;
		unsigned line;
		const char *says_cstr;
	} rows[] = {{"l.yaml", "rules:\n  - source: 10.0.0.0/40\n", 2, "network"},
	    {"l.yaml", "rules:\n  - port: 70000\n", 2, "port"}, {"l.yaml", "rules:\n  - port: 9-8\n", 2, "port"},
	    {"l.yaml", "rules:\n  - colour: red\n", 2, "colour"}, {"l.yaml", "default: good\n", 1, "benign, attack"},
	    {"l.yaml", "rules:\n  - from: noon\n", 2, "time"}, {"l.csv", "source,colour\n", 1, "first line"},
	    {"l.csv", "source,port\n10.0.0.1,22\n10.0.0.1\n", 3, "cells"}, {"l.csv", "source\nsomebody\n", 2, "address"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		assert_null(learn(rows[i].text_cstr, rows[i].file_cstr));
		if (diag.line != rows[i].line || strstr(diag.text_cstr, rows[i].says_cstr) == NULL)
			fail_msg("%zu: line %u: %s", i, diag.line, diag.text_cstr);
	}
}

/* Reads a binary file in pieces of so many bytes. */
static int
read_in_pieces(struct bytes file, size_t piece, struct learn_table **out)
{
	struct lesson *l = NULL;
	size_t given = 0, taken = 0;
	int r = lesson_new("fv64", &limits, &l, &diag);
	if (r == 0)
		r = lesson_begin(l, "x", &diag);
	while (r == 0 && given < file.len) {
		given = given + piece < file.len ? given + piece : file.len;
		struct bytes own = test_heap(bytes_first(bytes_after(file, taken), given - taken)), rest = own;
		r = lesson_bytes(l, &rest, &diag);
		taken = given - rest.len;
		test_heap_free(own);
	}
	if (r == 0)
		r = lesson_end(l, file.len - taken, &diag);
	if (r == 0)
		r = lesson_finish(l, out, &diag);
	lesson_free(l);
	return r;
}

static uint8_t room[1 << 20];

static struct bytes
write_set(const struct learn_table *t)
{
	struct writer w = writer_of(room, sizeof(room));
	learn_table_file_put_head(&w, t);
	learn_table_file_put_names(&w, t);
	for (size_t i = 0; i < t->rows; i++)
		learn_table_file_put_row(&w, t, i);
	assert_true(writer_ok(&w));
	return writer_written(&w);
}

static void
a_set_is_read_back_as_it_was_however_it_is_cut(void **state)
{
	(void)state;
	struct learn_table *t = learn("default: benign\nrules:\n  - {family: scan, port: 22}\n", "l.yaml"), *back;
	struct bytes file = write_set(t);
	for (size_t piece = 1; piece < 400; piece += 7) {
		back = NULL;
		assert_int_equal(read_in_pieces(file, piece, &back), 0);
		assert_int_equal(back->rows, t->rows);
		assert_memory_equal(back->vectors, t->vectors, t->rows * sizeof(t->vectors[0]));
		assert_memory_equal(back->times_ns, t->times_ns, t->rows * sizeof(t->times_ns[0]));
		expect(back, (const char *const[]){"scan", "scan", "benign", "benign"});
		learn_table_free(back);
	}
	learn_table_free(t);
}

static void
a_set_that_was_cut_or_altered_is_refused(void **state)
{
	(void)state;
	struct learn_table *t = learn("default: benign\n", "l.yaml"), *back = NULL;
	struct bytes file = write_set(t);
	for (size_t len = 0; len < file.len; len += 5)
		assert_int_not_equal(read_in_pieces(bytes_first(file, len), 4096, &back), 0);
	static const size_t places[] = {0, 8, 10, 16, 47, 60}; /* magic, versions, counts, rows, schema, zeroes */
	for (size_t i = 0; i < LENGTH_OF(places); i++) {
		room[places[i]] ^= 0x41;
		assert_int_not_equal(read_in_pieces(file, 4096, &back), 0);
		room[places[i]] ^= 0x41;
	}
	static const size_t ends[] = {1, 2, 3, 5}; /* of the last row: zero, label, group, family */
	for (size_t i = 0; i < LENGTH_OF(ends); i++) {
		room[file.len - ends[i]] ^= 0x41;
		assert_int_not_equal(read_in_pieces(file, 4096, &back), 0);
		room[file.len - ends[i]] ^= 0x41;
	}
	assert_int_equal(read_in_pieces(file, 4096, &back), 0);
	learn_table_free(back);
	learn_table_free(t);
}

static void
vectors_of_the_sensor_are_unlabelled_rows(void **state)
{
	(void)state;
	struct writer w = writer_of(room, sizeof(room));
	struct learn_table *t = NULL;
	struct flow_vector_row row = {.first_ns = 5, .last_ns = 6, .source = 77};
	flow_vector_file_put_head(&w, 0);
	flow_vector_file_put_row(&w, &row, 0);
	assert_int_equal(read_in_pieces(writer_written(&w), 7, &t), 0);
	assert_int_equal(t->rows, 1);
	assert_int_equal(t->labels[0], LEARN_UNKNOWN);
	assert_int_equal(t->hosts[0], 77);
	assert_int_equal(t->times_ns[0], 5);
	learn_table_free(t);
	assert_int_not_equal(read_in_pieces(bytes_first(writer_written(&w), w.len - 1), 7, &t), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_rule_that_holds_of_a_flow_labels_it),
	    cmocka_unit_test(what_is_wrong_in_a_file_of_labels_is_said_with_its_line),
	    cmocka_unit_test(a_set_is_read_back_as_it_was_however_it_is_cut),
	    cmocka_unit_test(a_set_that_was_cut_or_altered_is_refused),
	    cmocka_unit_test(vectors_of_the_sensor_are_unlabelled_rows),
	};
	return RUN_TESTS(tests);
}
