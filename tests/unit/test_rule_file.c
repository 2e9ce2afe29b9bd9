/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "core/ensure.h"
#include "detect/rules/rule_file.h"
#include "detect/rules/rule_set.h"
#include "inspect/viewer.h"

enum { ROOM = 256 << 20 };

static struct rule_set set;

static int
begin(void **state)
{
	(void)state;
	return rule_set_init(&set, ROOM);
}

static int
end(void **state)
{
	(void)state;
	rule_set_done(&set);
	return 0;
}

static size_t
read_rule(const char *options_cstr)
{
	static char text[4][512];
	static size_t next;
	struct diag diag = {0};
	char *room = text[next++ % 4];
	int n = snprintf(room, sizeof(text[0]), "alert tcp any any -> any any (%s sid:%zu;)\n", options_cstr, next);
	ENSURE(n > 0 && n < (int)sizeof(text[0]));
	assert_int_equal(rule_set_read(&set, "test.rules", (struct bytes){(uint8_t *)room, (size_t)n}, &diag), 0);
	return set.count;
}

static bool
fits(const struct view_file *file)
{
	return rule_file_fits(set.rules[set.count - 1], (struct bytes){(const uint8_t *)file, sizeof(*file)});
}

static void
sizes_hold_of_files_that_are_whole(void **state)
{
	(void)state;
	static const struct {
		const char *rule_cstr;
		uint64_t size;
		uint8_t state;
		bool holds;
		const char *why_cstr;
	} cases[] = {
	    {"filesize:<70;", 68, VIEW_FILE_CLOSED, true, ""},
	    {"filesize:<70;", 70, VIEW_FILE_CLOSED, false, ""},
	    {"filesize:>50;", 68, VIEW_FILE_CLOSED, true, ""},
	    {"filesize:68;", 68, VIEW_FILE_CLOSED, true, ""},
	    {"filesize:10<>70;", 68, VIEW_FILE_CLOSED, true, ""},
	    {"filesize:<70;", 68, VIEW_FILE_OPEN, false, "it may grow"},
	    {"filesize:>50;", 68, VIEW_FILE_OPEN, false, "Suricata waits for the end"},
	    {"filesize:>50;", 68, VIEW_FILE_TRUNCATED, true, "it has more, whatever is missing"},
	    {"filesize:<70;", 68, VIEW_FILE_TRUNCATED, false, "what is missing is not known"},
	    {"filesize:>1kb;", 1024, VIEW_FILE_CLOSED, false, "a unit"},
	    {"filesize:>=1KiB;", 1024, VIEW_FILE_CLOSED, true, "a unit"},
	    {"filesize:1mb<>2MB;", 1 << 20 | 1, VIEW_FILE_CLOSED, true, "units in a range"},
	};
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		size_t before = set.count;
		assert_int_equal(read_rule(cases[i].rule_cstr), before + 1);
		struct view_file f = {.size = cases[i].size, .state = cases[i].state};
		if (fits(&f) != cases[i].holds)
			fail_msg("%s of %llu bytes: %s", cases[i].rule_cstr, (unsigned long long)cases[i].size,
			    cases[i].why_cstr);
	}
}

static const char list[] = "# bad ones\n"
                           "900150983cd24fb0d6963f7d28e17f72  abc.txt\r\n"
                           "\n"
                           "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\n"
                           "d41d8cd98f00b204e9800998ecf8427e";

static void
hashes_are_looked_up_in_the_list(void **state)
{
	(void)state;
	struct diag diag = {0};
	struct view_file f = {.state = VIEW_FILE_CLOSED,
	    .hashes = VIEW_FILE_MD5,
	    .md5 = {0x90, 0x01, 0x50, 0x98, 0x3c, 0xd2, 0x4f, 0xb0, 0xd6, 0x96, 0x3f, 0x7d, 0x28, 0xe1, 0x7f, 0x72}};
	assert_int_equal(rule_set_add_list(&set, BYTES("bad.md5"), bytes_of_cstr(list), &diag), 0);
	assert_int_equal(read_rule("filemd5:bad.md5;"), 1);
	assert_true(fits(&f));
	f.md5[15]++;
	assert_false(fits(&f));
	f.md5[15]--;
	f.state = VIEW_FILE_OPEN;
	assert_false(fits(&f));
	f.state = VIEW_FILE_CLOSED;
	f.hashes = VIEW_FILE_SHA256; /* the one that is asked for is not known */
	assert_false(fits(&f));
	assert_int_equal(read_rule("filemd5:!bad.md5;"), 2);
	assert_false(fits(&f));
	f.hashes = VIEW_FILE_MD5;
	assert_false(fits(&f));
	f.md5[0] = 0;
	assert_true(fits(&f));
}

static void
one_file_must_be_as_all_tests_say(void **state)
{
	(void)state;
	struct diag diag = {0};
	struct view_file f = {.state = VIEW_FILE_CLOSED, .hashes = VIEW_FILE_MD5, .size = 10};
	memset(f.md5, 0xff, sizeof(f.md5));
	assert_int_equal(rule_set_add_list(&set, BYTES("bad.md5"), bytes_of_cstr(list), &diag), 0);
	assert_int_equal(read_rule("filemd5:bad.md5; filesize:>5; filestore;"), 1);
	assert_true(fits(&f));
	f.size = 5;
	assert_false(fits(&f));
	assert_non_null(set.rules[0]->store);
}

static void
what_a_list_lacks_is_told(void **state)
{
	(void)state;
	struct diag diag = {0};
	assert_int_equal(read_rule("filemd5:none.md5;"), 0);
	assert_non_null(strstr(set.problems[0].reason_cstr, "none.md5"));
	assert_int_equal(rule_set_add_list(&set, BYTES("sha"), bytes_of_cstr("#\nabcd\n"), &diag), 0);
	assert_int_equal(read_rule("filesha1:sha;"), 0);
	assert_non_null(strstr(set.problems[1].reason_cstr, "line 2"));
}

static void
filestore_has_a_direction_and_a_scope(void **state)
{
	(void)state;
	assert_int_equal(read_rule("filestore:both,flow;"), 1);
	const struct rule_store *s = set.rules[0]->store;
	assert_true(s->from_client && s->from_server && s->scope == RULE_STORE_FLOW);
	assert_int_equal(read_rule("filestore:request;"), 2);
	s = set.rules[1]->store;
	assert_true(s->from_client && !s->from_server && s->scope == RULE_STORE_FILE);
	assert_int_equal(read_rule("filestore:sideways;"), 2);
	assert_int_equal(read_rule("filestore:both,forever;"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(sizes_hold_of_files_that_are_whole, begin, end),
	    cmocka_unit_test_setup_teardown(hashes_are_looked_up_in_the_list, begin, end),
	    cmocka_unit_test_setup_teardown(one_file_must_be_as_all_tests_say, begin, end),
	    cmocka_unit_test_setup_teardown(what_a_list_lacks_is_told, begin, end),
	    cmocka_unit_test_setup_teardown(filestore_has_a_direction_and_a_scope, begin, end),
	};
	return RUN_TESTS(tests);
}
