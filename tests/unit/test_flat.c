/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "core/flat_yaml.h"

#include <errno.h>

static struct arena arena;
static struct flat flat;

static int
make(void **state)
{
	(void)state;
	arena_reset(&arena);
	return flat_init(&flat, &arena);
}

static int
include(void *context, struct bytes prefix, struct bytes name, struct diag *diag)
{
	const char *const *files = context; /* a name, then a text */
	for (size_t i = 0; files != NULL && files[i] != NULL; i += 2)
		if (bytes_eq(name, bytes_of_cstr(files[i])))
			return flat_yaml_read(&flat, prefix, bytes_of_cstr(files[i + 1]), files[i], include, context, diag);
	return diag_say(diag, -ENOENT, "no such file");
}

static int
read_with(const char *text_cstr, const char *const *files, struct diag *diag)
{
	*diag = (struct diag){0};
	return flat_yaml_read(
	    &flat, (struct bytes){0}, bytes_of_cstr(text_cstr), "test.yaml", include, (void *)(uintptr_t)files, diag);
}

static void
says(const char *key_cstr, const char *expected_cstr)
{
	struct bytes value;
	bool there = flat_get(&flat, key_cstr, &value);
	if (there != (expected_cstr != NULL))
		fail_msg("%s is %sthere", key_cstr, there ? "" : "not ");
	if (there)
		assert_string_equal((const char *)value.at, expected_cstr);
}

static void
maps_and_lists_become_keys_as_suricata_spells_them(void **state)
{
	(void)state;
	struct diag diag;
	assert_int_equal(read_with("%YAML 1.1\n---\n"
	                           "vars:\n  address-groups:\n    HOME_NET: \"[10.0.0.0/8,fe80::/10]\"\n"
	                           "stream:\n  reassembly: {depth: 1mb, to_server: 3}\n"
	                           "outputs:\n  - fast:\n      enabled: no\n  - eve-log:\n      enabled: yes\n"
	                           "      types:\n        - alert:\n            payload: yes\n        - dns\n"
	                           "rule-files: [a.rules, b.rules]\nempty:\n",
	                     NULL, &diag),
	    0);
	says("vars.address-groups.HOME_NET", "[10.0.0.0/8,fe80::/10]");
	says("stream.reassembly.depth", "1mb");
	says("stream.reassembly.to-server", "3");
	says("outputs.0", "fast");
	says("outputs.0.fast.enabled", "no");
	says("outputs.1.eve-log.types.0", "alert");
	says("outputs.1.eve-log.types.0.alert.payload", "yes");
	says("outputs.1.eve-log.types.1", "dns");
	says("rule-files.1", "b.rules");
	says("empty", "");
	says("stream", NULL);
}

static void
what_is_said_again_replaces_all_below_it(void **state)
{
	(void)state;
	struct diag diag;
	assert_int_equal(read_with("a:\n  b: 1\n  c: 2\naa: 5\na:\n  d: 3\n", NULL, &diag), 0);
	says("a.b", NULL);
	says("a.d", "3");
	says("aa", "5"); /* begins with the same letters only */
	assert_int_equal(flat_set(&flat, BYTES("a.d"), BYTES("4")), 0);
	says("a.d", "4");
}

static void
files_that_are_included_say_their_part(void **state)
{
	(void)state;
	struct diag diag;
	static const char *const files[] = {
	    "one", "a: {x: 1}\nb: 2\n", "two", "b: 3\n", "part", "y: 7\n", "loop", "z: [\n", NULL};
	assert_int_equal(read_with("b: 1\ninclude:\n  - one\n  - two\nc: !include part\n", files, &diag), 0);
	says("a.x", "1");
	says("b", "3");
	says("c.y", "7");
	assert_int_equal(read_with("include: none\n", files, &diag), -ENOENT);
	assert_int_equal(read_with("include: loop\n", files, &diag), -EINVAL);
	assert_string_equal(diag.file_cstr, "loop");
}

static void
what_is_no_such_file_is_refused_with_its_line(void **state)
{
	(void)state;
	static const struct {
		const char *text_cstr;
		int error;
		unsigned line;
		const char *why_cstr;
	} rows[] = {
	    {"a: 1\nb: *x\n", -EINVAL, 2, "an alias"},
	    {"a: 1\n? [b]\n: 2\n", -EINVAL, 2, "a key that is a list"},
	    {"a: [1, 2\nb: 3\n", -EINVAL, 2, "a list that does not end"},
	    {"just words\n", -EINVAL, 1, "no map"},
	    {"a: \"x\\0y\"\n", -EINVAL, 1, "a text with the byte zero"},
	    {"a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n", -E2BIG, 1, "nested too deep"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct diag diag;
		int r = read_with(rows[i].text_cstr, NULL, &diag);
		if (r != rows[i].error || diag.line != rows[i].line)
			fail_msg("%s: %d, line %u", rows[i].why_cstr, r, diag.line);
	}
	struct diag diag;
	assert_int_equal(read_with("", NULL, &diag), 0);
	assert_int_equal(read_with("---\n# nothing\n", NULL, &diag), 0);
}

static void
sizes_numbers_and_truths_are_read_as_suricata_reads_them(void **state)
{
	(void)state;
	static const struct {
		const char *text_cstr;
		bool ok;
		uint64_t bytes;
	} rows[] = {{"0", true, 0}, {"100kb", true, 102400}, {"1.5 MB", true, 1572864}, {"1Mb", true, 1 << 20},
	    {"2gb", true, UINT64_C(2) << 30}, {"kb", false, 0}, {"-1", false, 0}, {"1xb", false, 0},
	    {"99999999999999999999", false, 0}, {"4000000000gb", true, UINT64_C(4000000000) << 30},
	    {"9999999999gb", false, 0}, {"", false, 0}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		uint64_t got = 0;
		bool ok = flat_size(bytes_of_cstr(rows[i].text_cstr), &got);
		if (ok != rows[i].ok || (ok && got != rows[i].bytes))
			fail_msg("%s: %d %ju", rows[i].text_cstr, ok, (uintmax_t)got);
	}
	assert_true(flat_bool(BYTES("Yes")) && flat_bool(BYTES("on")) && flat_bool(BYTES("1")) && flat_bool(BYTES("TRUE")));
	assert_false(flat_bool(BYTES("no")) || flat_bool(BYTES("")) || flat_bool(BYTES("yess")));
	assert_true(flat_matches(BYTES("a.b.c"), "a.*.c") && flat_matches(BYTES("a"), "*"));
	assert_false(
	    flat_matches(BYTES("a.b.c"), "a.*") || flat_matches(BYTES("a.b"), "a.*.c") || flat_matches(BYTES("ab"), "a"));
}

static void
pairs_travel_whole_and_nothing_else_is_believed(void **state)
{
	(void)state;
	static uint8_t room[4096];
	assert_int_equal(flat_set(&flat, BYTES("a.b"), BYTES("1")), 0);
	assert_int_equal(flat_set(&flat, BYTES("empty"), BYTES("")), 0);
	struct writer w = writer_of(room, sizeof(room));
	flat_put(&w, &flat);
	assert_int_equal(writer_written(&w).len, flat_room(&flat));
	for (size_t len = 0; len <= w.len; len++) {
		assert_int_equal(make(NULL), 0);
		struct cursor c = cursor_of((struct bytes){room, len});
		assert_int_equal(flat_take(&c, &flat) == PARSE_OK, len == w.len);
	}
	says("a.b", "1");
	says("empty", "");
	assert_int_equal(flat_set(&flat, BYTES("a\0b"), BYTES("1")), -EINVAL);
	assert_int_equal(flat_set(&flat, BYTES(""), BYTES("1")), -EINVAL);
}

int
main(void)
{
	if (arena_init(&arena, 16 << 20) < 0)
		return 1;
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(maps_and_lists_become_keys_as_suricata_spells_them, make),
	    cmocka_unit_test_setup(what_is_said_again_replaces_all_below_it, make),
	    cmocka_unit_test_setup(files_that_are_included_say_their_part, make),
	    cmocka_unit_test_setup(what_is_no_such_file_is_refused_with_its_line, make),
	    cmocka_unit_test_setup(sizes_numbers_and_truths_are_read_as_suricata_reads_them, make),
	    cmocka_unit_test_setup(pairs_travel_whole_and_nothing_else_is_believed, make),
	};
	return RUN_TESTS(tests);
}
